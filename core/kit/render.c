/* SPDX-License-Identifier: MIT */
/* The image that a kit makes on an erased flash, boot header included (BOOTHEADER.md 2). */
#include <inttypes.h>
#include <string.h>

#include "build_header.h"
#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/records.h"
#include "pieces.h"

#define SIZE_GRANULE 0x100000u /* of an image whose capacity no ROM tells */
#define HEADER_END   MTKSCAN_INT_BL_OFFSET

/* The first laid piece of a file type, or NULL. */
static const struct mtks_piece *find_laid(const struct mtks_pieces *pieces, uint32_t file_type)
{
    for (size_t i = 0; i < pieces->items.count; i++)
        if (pieces->items.items[i].laid && pieces->items.items[i].info.file_type == file_type)
            return &pieces->items.items[i];
    return NULL;
}

/* The flash that the build of a ROM is configured for (FORMAT.md 2.2, 0x0103); 0: not told. */
static uint64_t configured_capacity(const struct mtks_piece *rom)
{
    mtkscan_memory_host memory;
    mtkscan_gfh_record record;
    mtkscan_nor_entry entry;
    uint64_t capacity = 0;
    mtkscan_memory_host_init(&memory, rom->bytes, rom->size, NULL, NULL);
    if (mtkscan_gfh_find(&memory.host, 0, rom->info.content_offset, MTKSCAN_GFH_CMEM_NOR_INFO,
                         &record) &&
        mtkscan_nor_info_entry(&memory.host, &record, 0, &entry))
        capacity = entry.capacity;
    mtkscan_memory_host_free(&memory);
    return capacity;
}

/* Puts the header for the loaders in the order of the .cfg. Returns 0, or -1 when memory is out. */
static int put_header(const struct mtks_pieces *pieces, uint8_t *image)
{
    struct mtks_boot_slot *slots =
        mtks_arena_alloc(&pieces->analysis->arena, pieces->items.count * sizeof *slots);
    size_t count = 0;
    if (!slots)
        return -1;
    for (size_t i = 0; i < pieces->items.count; i++) {
        const struct mtks_piece *piece = &pieces->items.items[i];
        if (piece->laid)
            slots[count++] =
                (struct mtks_boot_slot){piece->info.file_type, piece->offset, piece->size};
    }
    mtks_boot_header_put(image, slots, count);
    return 0;
}

int mtks_pieces_render(struct mtks_pieces *pieces, struct mtks_dump *dump, mtkscan_error *error)
{
    const struct mtks_piece *last = NULL, *rom = find_laid(pieces, MTKSCAN_FILE_ROM);
    uint64_t limit = pieces->analysis->limits.input;
    uint64_t end = 0, lowest = UINT64_MAX;
    for (size_t i = 0; i < pieces->items.count; i++) {
        const struct mtks_piece *piece = &pieces->items.items[i];
        if (!piece->laid)
            continue;
        if (piece->offset < lowest)
            lowest = piece->offset;
        if (piece->offset + piece->size > end) {
            end = piece->offset + piece->size;
            last = piece;
        }
    }
    if (!last)
        return mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "the folder holds no image (GFH) file");
    uint64_t capacity = rom ? configured_capacity(rom) : 0;
    uint64_t size = capacity ? capacity : mtkscan_round_up(end, SIZE_GRANULE);
    if (size < end)
        size = end;
    if (size > limit) {
        const char *name = mtks_pieces_shown(pieces, last->name);
        int outcome = mtks_fail(error, MTKSCAN_REFUSED,
                                "the kit makes an image of %" PRIu64
                                " bytes, more than the limit; its last file is %s",
                                size, name ? name : "");
        mtks_advise(error, "check the folder, or raise the limit with --limit input=N");
        return outcome;
    }
    int outcome = mtks_dump_blank(dump, size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    uint8_t *image = mtks_dump_edit(dump);
    for (size_t i = 0; i < pieces->items.count; i++) {
        const struct mtks_piece *piece = &pieces->items.items[i];
        if (piece->laid)
            memcpy(image + piece->offset, piece->bytes, (size_t)piece->size);
    }
    /* Tools write the header together with the internal loader; it must not hide a stray image. */
    if (!find_laid(pieces, MTKSCAN_FILE_BL) || lowest < HEADER_END || !put_header(pieces, image))
        return MTKSCAN_DONE;
    mtks_dump_close(dump);
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while composing the kit");
}
