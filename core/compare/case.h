/* SPDX-License-Identifier: MIT */
/* One comparison under way, and the topics that it runs through. */
#ifndef MTKSCAN_COMPARE_CASE_H
#define MTKSCAN_COMPARE_CASE_H

#include <stdbool.h>

#include "compare.h"
#include "seen.h"

struct mtks_case {
    struct mtks_comparison *comparison;
    struct mtks_arena *arena;
    const struct mtks_compare_options *options;
    const struct mtks_seen *device, *firmware;
    /* Builds for one device: chip, project, board, hardware version and flavour are known and
     * equal, or the images are the same to the byte */
    bool same_family;
    const char *topic;
    bool failed; /* memory is out */
};

/* A text in the arena; NULL, and the case has failed, when memory is out. */
const char *mtks_case_text(struct mtks_case *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a reason. `tool` may be NULL; `what` is NULL only where mtks_case_text() failed. */
void mtks_case_add(struct mtks_case *self, const char *code, enum mtks_reason_level level,
                   const char *what, struct mtks_value device, struct mtks_value firmware,
                   const char *tool);

/* A value that is not known, or does not stand anywhere. */
struct mtks_value mtks_value_of(const char *text);
struct mtks_value mtks_value_at(const char *text, uint64_t offset);

/* Whether two values are known and equal, letter case apart. */
bool mtks_values_agree(struct mtks_value a, struct mtks_value b);

/* The topics; each adds at least one reason, or none where it does not apply. */
void mtks_topic_health(struct mtks_case *self);
void mtks_topic_kit(struct mtks_case *self);
void mtks_topic_images(struct mtks_case *self);
void mtks_topic_chip(struct mtks_case *self);
void mtks_topic_flash_type(struct mtks_case *self);
void mtks_topic_flash_ids(struct mtks_case *self);
void mtks_topic_capacity(struct mtks_case *self);
void mtks_topic_memory(struct mtks_case *self);
void mtks_topic_loaders(struct mtks_case *self);
void mtks_topic_handover(struct mtks_case *self);
void mtks_topic_security(struct mtks_case *self);
void mtks_topic_root_cert(struct mtks_case *self);
void mtks_topic_encryption(struct mtks_case *self);
void mtks_topic_anti_clone(struct mtks_case *self);
void mtks_topic_project(struct mtks_case *self);
void mtks_topic_parts(struct mtks_case *self);
void mtks_topic_missing(struct mtks_case *self);
void mtks_topic_file_system(struct mtks_case *self);

#endif
