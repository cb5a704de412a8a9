/* SPDX-License-Identifier: MIT */
/* The image that a kit makes on an erased flash, boot header included (BOOTHEADER.md 2). */
#include <inttypes.h>
#include <string.h>

#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/records.h"
#include "pieces.h"

#define SLOT_GRANULE 0x400u    /* ends of boot loader slots are multiples of it */
#define SIZE_GRANULE 0x100000u /* of an image whose capacity no ROM tells */
#define HEADER_END   MTKSCAN_INT_BL_OFFSET
#define VERSION      1u /* of header and layout */

/* Where the fields of header and layout stand. */
#define HEADER_UNIT      0x10u
#define TEXT_VERSION     0x08u
#define LAYOUT_BEGIN     0x0Cu
#define LAYOUT_END       0x10u
#define LAYOUT_TABLE     0x14u
#define DESCRIPTOR_DEV   4u
#define DESCRIPTOR_TYPE  6u
#define DESCRIPTOR_BEGIN 8u
#define DESCRIPTOR_END   12u
#define DESCRIPTOR_ATTR  16u

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

/* One descriptor. The boot ROM loads the internal loader, which looks up the others itself. */
static void put_descriptor(uint8_t *at, const struct mtks_piece *piece, uint64_t end)
{
    uint32_t attribute = piece->info.file_type == MTKSCAN_FILE_BL ? MTKSCAN_BOOT_ATTR_BY_BROM : 0;
    mtkscan_put_le32(at, MTKSCAN_DESCRIPTOR_USED);
    at[DESCRIPTOR_DEV] = MTKSCAN_DEVICE_SF;
    mtkscan_put_le16(at + DESCRIPTOR_TYPE, (uint16_t)piece->info.file_type);
    mtkscan_put_le32(at + DESCRIPTOR_BEGIN, (uint32_t)piece->offset);
    mtkscan_put_le32(at + DESCRIPTOR_END, (uint32_t)end);
    mtkscan_put_le32(at + DESCRIPTOR_ATTR, attribute);
}

/* Header and layout as the download agents write them, for the loaders in the order of the .cfg.
 * Bytes in between stay erased. */
static void put_header(const struct mtks_pieces *pieces, uint8_t *image)
{
    uint8_t *layout = image + MTKSCAN_BOOT_UNIT;
    uint32_t used = 0;
    uint64_t highest = 0;
    memset(image, 0, MTKSCAN_BOOT_HEADER_SIZE);
    memcpy(image, "SF_BOOT", strlen("SF_BOOT"));
    mtkscan_put_le32(image + 0x0C, VERSION);
    mtkscan_put_le32(image + HEADER_UNIT, MTKSCAN_BOOT_UNIT);
    memset(layout, 0, MTKSCAN_BRLYT_SIZE);
    memcpy(layout, "BRLYT", strlen("BRLYT"));
    mtkscan_put_le32(layout + TEXT_VERSION, VERSION);
    for (size_t i = 0; i < pieces->items.count && used < MTKSCAN_BOOT_DESCRIPTORS; i++) {
        const struct mtks_piece *piece = &pieces->items.items[i];
        const mtkscan_file_type *type = mtkscan_gfh_file_type(piece->info.file_type);
        uint64_t end = mtkscan_round_up(piece->offset + piece->size, SLOT_GRANULE);
        if (!piece->laid || !type || type->region != MTKSCAN_REGION_BOOT || end > UINT32_MAX)
            continue;
        if (used == 0)
            mtkscan_put_le32(layout + LAYOUT_BEGIN, (uint32_t)piece->offset);
        put_descriptor(layout + LAYOUT_TABLE + used * MTKSCAN_DESCRIPTOR_SIZE, piece, end);
        highest = end > highest ? end : highest;
        used++;
    }
    mtkscan_put_le32(layout + LAYOUT_END, (uint32_t)highest);
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
    if (find_laid(pieces, MTKSCAN_FILE_BL) && lowest >= HEADER_END)
        put_header(pieces, image);
    return MTKSCAN_DONE;
}
