/* SPDX-License-Identifier: MIT */
/* Any bytes as a .cfg: what was read can be written, and reads the same again. */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "kit/cfg.h"

static void same_again(const struct mtks_cfg *first, struct mtks_arena *arena)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    PROMISE(out);
    int written = mtks_cfg_write(first, out);
    fclose(out);
    struct mtks_cfg second;
    memset(&second, 0, sizeof second);
    if (written == 0) {
        PROMISE(mtks_cfg_read(&second, arena, text, size, NULL) == MTKSCAN_DONE);
        PROMISE(second.files.count == first->files.count);
        PROMISE(second.memories.count == first->memories.count);
        for (size_t i = 0; i < first->files.count; i++)
            PROMISE(strcmp(first->files.items[i].name, second.files.items[i].name) == 0);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct mtks_arena arena;
    mtks_arena_init(&arena, 16u << 20);
    struct mtks_cfg cfg;
    memset(&cfg, 0, sizeof cfg);
    if (mtks_cfg_read(&cfg, &arena, (const char *)bytes, size, NULL) == MTKSCAN_DONE &&
        cfg.mistakes.count == 0)
        same_again(&cfg, &arena);
    mtks_arena_free(&arena);
    return 0;
}
