/* SPDX-License-Identifier: MIT */
/* Inside the kit room: what the steps of a build share. */
#ifndef MTKSCAN_KIT_BUILD_INSIDE_H
#define MTKSCAN_KIT_BUILD_INSIDE_H

#include "build.h"

/* Bytes of the kit, and where they go. */
struct mtks_build_file {
    uint64_t offset, length; /* in the image */
    uint64_t from;           /* in the composed kit */
    const char *name;
    uint32_t file_type; /* 0: no part, just bytes */
};

struct mtks_builder {
    const struct mtks_build_side *kit, *base; /* base: may be NULL */
    const struct mtks_build_options *options;
    struct mtks_arena *arena;
    struct mtks_built *built;
    MTKS_LIST(struct mtks_build_file) files; /* rising, without overlap */
    const char **names;                      /* of the kit's parts, sorted */
    size_t name_count;
    uint64_t size;       /* of the image */
    uint64_t user_begin; /* of user data; UINT64_MAX: nobody tells */
    bool keep_user_data;
    bool header_generated;
};

/* Adds a note; a text of NULL is lack of memory. Returns an outcome. */
int mtks_build_note(struct mtks_builder *builder, const char *code, const char *text,
                    mtkscan_error *error);
int mtks_build_no_memory(mtkscan_error *error);

/* The steps, in their order. Each returns an outcome. */
int mtks_build_check_kit(struct mtks_builder *builder, mtkscan_error *error);
int mtks_build_check_base(struct mtks_builder *builder, mtkscan_error *error);
int mtks_build_place(struct mtks_builder *builder, mtkscan_error *error);
int mtks_build_check_size(struct mtks_builder *builder, mtkscan_error *error);
int mtks_build_choose_header(struct mtks_builder *builder, mtkscan_error *error);

/* Whether the image gets a byte of the kit in this range. */
bool mtks_build_covers(const struct mtks_builder *builder, uint64_t offset, uint64_t length);

/* Whether the kit has a part of this name. */
bool mtks_build_replaces(const struct mtks_builder *builder, const char *name);

#endif
