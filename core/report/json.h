/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON to a FILE as it comes, with no white space and no memory of its own, so the same
 * calls give the same bytes. Strings are RFC 8259: valid UTF-8 passes, an invalid byte becomes
 * \ufffd, and what a terminal would act on (control bytes, bidi marks) is \u-escaped. Errors of the
 * FILE stay in the FILE (ferror). [thread: one per writer]
 *
 *   struct mtks_json json = {.out = stdout};
 *   mtks_json_object(&json, NULL);
 *   mtks_json_text(&json, "chip", "...");
 *   mtks_json_close(&json);
 */
#ifndef MTKSCAN_REPORT_JSON_H
#define MTKSCAN_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MTKS_JSON_DEPTH                                                                            \
    16u /* objects and arrays open at once; a deeper one is a bug of the caller */

struct mtks_json {
    FILE *out;
    unsigned depth;
    char closing[MTKS_JSON_DEPTH]; /* '}' or ']' of each open level */
    bool filled[MTKS_JSON_DEPTH];  /* whether a level holds an item: the next one needs a comma */
};

/* `key` is NULL inside an array and at the top. */
void mtks_json_object(struct mtks_json *json, const char *key);
void mtks_json_array(struct mtks_json *json, const char *key);
void mtks_json_close(struct mtks_json *json); /* the innermost one; at the top also ends the line */

void mtks_json_text(struct mtks_json *json, const char *key, const char *value); /* NULL: null */
void mtks_json_number(struct mtks_json *json, const char *key, uint64_t value);
void mtks_json_integer(struct mtks_json *json, const char *key, int64_t value);
void mtks_json_bool(struct mtks_json *json, const char *key, bool value);
void mtks_json_null(struct mtks_json *json, const char *key);
/* `value`, or null when it equals `unknown`. */
void mtks_json_known(struct mtks_json *json, const char *key, uint64_t value, uint64_t unknown);
/* Bytes as upper-case hex without separators: "C22536". */
void mtks_json_hex(struct mtks_json *json, const char *key, const uint8_t *bytes, size_t length);

#endif
