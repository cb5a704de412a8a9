/* SPDX-License-Identifier: MIT */
/* What a string from outside has to look like before the host keeps it. [thread: any] */
#ifndef MTKSCAN_HOST_SHAPE_H
#define MTKSCAN_HOST_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#define MTKS_MODULE_ID "[a-z0-9][a-z0-9_-]{1,31}"

/*
 * NULL when `text` is NUL-terminated within MTKSCAN_TEXT_MAX bytes and valid UTF-8; else what is
 * wrong, as the end of a sentence: "is NULL". Reads no more than MTKSCAN_TEXT_MAX + 1 bytes.
 */
const char *mtks_text_fault(const char *text);

/* Whether all of a text is lower-case letters, digits and characters of `more`, and not empty. */
bool mtks_is_name(const char *text, const char *more);

/* Whether a text fits MTKS_MODULE_ID. */
bool mtks_is_module_id(const char *text);

#endif
