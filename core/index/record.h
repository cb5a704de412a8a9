/* SPDX-License-Identifier: MIT */
/* A line of an index, read back. Whatever it lacks is NULL, 0 or empty. */
#ifndef MTKSCAN_INDEX_RECORD_H
#define MTKSCAN_INDEX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

/* Texts are untrusted. [lifetime: until mtks_record_free()] */
struct mtks_record {
    struct cJSON *json;
    const char *path; /* raw bytes, as the file system has them */
    char *raw_path;   /* what `path` is when it is no UTF-8 [owner: the record] */
    bool kit;
    uint64_t size;
    int64_t mtime;
    uint32_t mtime_ns;
    const char *sha1, *status, *plugin, *chip, *device, *project, *flavour, *pcb, *verno;
    const char *hw_version, *build_time, *memory_type, *verdict;
    uint64_t capacity, image_end;
    uint64_t fat_offset, fat_length; /* length 0: no file system */
    uint64_t percent;
};

/* Returns 0, or -1 when the line is none of an index (or memory is out); nothing has to be freed
 * then. */
int mtks_record_read(struct mtks_record *record, const char *line, size_t length);
void mtks_record_free(struct mtks_record *record);

/* The texts of an array, one after the other. No more than 256 are given, whatever the line has. */
struct mtks_items {
    const struct cJSON *at;
    unsigned left;
};

/* Of the array `key`, or of the one inside the object `group`, which may be NULL. */
struct mtks_items mtks_record_items(const struct mtks_record *record, const char *group,
                                    const char *key);
const char *mtks_items_next(struct mtks_items *items); /* NULL: the end */

/* Whether the array has the text. */
bool mtks_record_has(const struct mtks_record *record, const char *group, const char *key,
                     const char *text);

#endif
