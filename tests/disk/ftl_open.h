/* SPDX-License-Identifier: MIT */
/* Opening a made layer, and comparing it with what was put into it. */
#ifndef TESTS_DISK_FTL_OPEN_H
#define TESTS_DISK_FTL_OPEN_H

#include "support.h"

#include "disk/ftl.h"
#include "ftl_make.h"

struct opened {
    struct mtks_arena arena;
    struct mtks_ftl ftl;
    uint8_t *disk; /* NULL when nothing was found */
};

static inline struct opened ftl_open_hint(const struct layer *layer, struct mtks_ftl_hint hint)
{
    struct opened opened = {.disk = NULL};
    const struct mtks_dump dump = {.bytes = layer->bytes, .size = layer->size};
    mtks_arena_init(&opened.arena, 64u << 20);
    assert_int_equal(mtks_ftl_open(&opened.ftl, &dump, &hint, &opened.arena, NULL, NULL),
                     MTKSCAN_DONE);
    assert_non_null(opened.ftl.why);
    assert_true(opened.ftl.certain == (opened.ftl.doubt == NULL));
    if (opened.ftl.kind == MTKS_FTL_FDM4 && opened.ftl.logical) {
        opened.disk = malloc((size_t)opened.ftl.logical * SECTOR);
        assert_non_null(opened.disk);
        mtks_ftl_read(&opened.ftl, &dump, opened.disk);
    }
    return opened;
}

static inline struct mtks_ftl_hint ftl_hint(const struct layer *layer)
{
    return (struct mtks_ftl_hint){.offset = layer->begin,
                                  .length = (uint64_t)layer->blocks * layer->block,
                                  .from = layer->begin,
                                  .block = layer->block};
}

static inline struct opened ftl_open_layer(const struct layer *layer)
{
    return ftl_open_hint(layer, ftl_hint(layer));
}

static inline void ftl_close(struct opened *opened)
{
    free(opened->disk);
    mtks_arena_free(&opened->arena);
}

static inline void ftl_expect_disk(const struct opened *opened, const uint8_t *disk,
                                   uint32_t logical)
{
    assert_int_equal(opened->ftl.kind, MTKS_FTL_FDM4);
    assert_int_equal(opened->ftl.logical, logical);
    assert_memory_equal(opened->disk, disk, (size_t)logical * SECTOR);
}

#endif
