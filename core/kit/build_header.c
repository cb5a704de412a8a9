/* SPDX-License-Identifier: MIT */
#include "build_header.h"

#include <string.h>

#include "build_inside.h"
#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/memory_host.h"

#define SLOT_GRANULE 0x400u /* ends of boot loader slots are multiples of it */
#define VERSION      1u     /* of header and layout */

/* Where the fields of header and layout stand. */
#define HEADER_VERSION   0x0Cu
#define HEADER_UNIT      0x10u
#define LAYOUT_VERSION   0x08u
#define LAYOUT_BEGIN     0x0Cu
#define LAYOUT_END       0x10u
#define LAYOUT_TABLE     0x14u
#define DESCRIPTOR_DEV   4u
#define DESCRIPTOR_TYPE  6u
#define DESCRIPTOR_BEGIN 8u
#define DESCRIPTOR_END   12u
#define DESCRIPTOR_ATTR  16u

bool mtks_boot_header_lists(uint32_t file_type)
{
    const mtkscan_file_type *type = mtkscan_gfh_file_type(file_type);
    return type && type->region == MTKSCAN_REGION_BOOT;
}

/* One descriptor. The boot ROM loads the internal loader, which looks up the others itself. */
static void put_descriptor(uint8_t *at, const struct mtks_boot_slot *slot, uint64_t end)
{
    uint32_t attribute = slot->file_type == MTKSCAN_FILE_BL ? MTKSCAN_BOOT_ATTR_BY_BROM : 0;
    mtkscan_put_le32(at, MTKSCAN_DESCRIPTOR_USED);
    at[DESCRIPTOR_DEV] = MTKSCAN_DEVICE_SF;
    mtkscan_put_le16(at + DESCRIPTOR_TYPE, (uint16_t)slot->file_type);
    mtkscan_put_le32(at + DESCRIPTOR_BEGIN, (uint32_t)slot->offset);
    mtkscan_put_le32(at + DESCRIPTOR_END, (uint32_t)end);
    mtkscan_put_le32(at + DESCRIPTOR_ATTR, attribute);
}

void mtks_boot_header_put(uint8_t *image, const struct mtks_boot_slot *slots, size_t count)
{
    uint8_t *layout = image + MTKSCAN_BOOT_UNIT;
    uint32_t used = 0;
    uint64_t highest = 0;
    memset(image, 0, MTKSCAN_BOOT_HEADER_SIZE);
    memcpy(image, "SF_BOOT", strlen("SF_BOOT"));
    mtkscan_put_le32(image + HEADER_VERSION, VERSION);
    mtkscan_put_le32(image + HEADER_UNIT, MTKSCAN_BOOT_UNIT);
    memset(layout, 0, MTKSCAN_BRLYT_SIZE);
    memcpy(layout, "BRLYT", strlen("BRLYT"));
    mtkscan_put_le32(layout + LAYOUT_VERSION, VERSION);
    for (size_t i = 0; i < count && used < MTKSCAN_BOOT_DESCRIPTORS; i++) {
        uint64_t end = UINT64_MAX;
        mtkscan_add(slots[i].offset, slots[i].length, &end);
        end = mtkscan_round_up(end, SLOT_GRANULE);
        if (!mtks_boot_header_lists(slots[i].file_type) || end > UINT32_MAX)
            continue;
        if (used == 0)
            mtkscan_put_le32(layout + LAYOUT_BEGIN, (uint32_t)slots[i].offset);
        put_descriptor(layout + LAYOUT_TABLE + used * MTKSCAN_DESCRIPTOR_SIZE, &slots[i], end);
        highest = end > highest ? end : highest;
        used++;
    }
    mtkscan_put_le32(layout + LAYOUT_END, (uint32_t)highest);
}

/*
 * Whether a header suits the kit's loaders, by the rule of the download agents for an update: the
 * same place, and a slot that is long enough (BOOTHEADER.md 3, 5). A layout that lists no
 * descriptor for one of the two loaders does not.
 */
static bool suits(const struct mtks_builder *builder, const mtkscan_boot_header *boot)
{
    bool internal = false, second = false;
    for (size_t i = 0; i < builder->files.count; i++) {
        const struct mtks_build_file *file = &builder->files.items[i];
        const mtkscan_boot_descriptor *slot = mtks_boot_header_lists(file->file_type)
                                                  ? mtkscan_boot_find(boot, file->file_type)
                                                  : NULL;
        if (!slot)
            continue;
        if (slot->begin != file->offset || slot->boundary < slot->begin ||
            slot->boundary - slot->begin < file->length)
            return false;
        internal = internal || file->file_type == MTKSCAN_FILE_BL;
        second = second || file->file_type == MTKSCAN_FILE_EXT_BL;
    }
    return internal && second;
}

static bool base_header_suits(const struct mtks_builder *builder)
{
    const struct mtks_dump *dump = builder->base->dump;
    mtkscan_memory_host memory;
    mtkscan_boot_header boot;
    mtkscan_memory_host_init(&memory, dump->bytes, dump->size, NULL, NULL);
    bool good = mtkscan_boot_read(&memory.host, &boot) && boot.has_layout && suits(builder, &boot);
    mtkscan_memory_host_free(&memory);
    return good;
}

static bool base_has_record(const struct mtks_builder *builder)
{
    if (!builder->base)
        return false;
    const struct mtks_dump *dump = builder->base->dump;
    mtkscan_memory_host memory;
    mtkscan_device_record record;
    mtkscan_memory_host_init(&memory, dump->bytes, dump->size, NULL, NULL);
    mtkscan_device_record_read(&memory.host, MTKSCAN_BOOT_UNIT, &record);
    mtkscan_memory_host_free(&memory);
    return record.state == MTKSCAN_RECORD_VALID;
}

int mtks_build_choose_header(struct mtks_builder *builder, mtkscan_error *error)
{
    const char *why = "no kit holds them; 0x600 to 0x7FF, which the boot ROM reads for a purpose "
                      "that is not known, stay erased, as the vendor's tools leave them";
    if (builder->base && base_header_suits(builder))
        return MTKSCAN_DONE;
    if (mtks_build_covers(builder, 0, MTKSCAN_INT_BL_OFFSET))
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "a file of the kit lies where the boot header has to be");
    if (builder->base)
        why = "those of the base do not fit the kit's loaders";
    builder->header_generated = true;
    int outcome = mtks_build_note(
        builder, "MTK-K021",
        mtks_arena_format(builder->arena,
                          "%s; the ends of the loaders' slots, which the vendor's tool chooses, "
                          "are the files' own, rounded up to 0x%X",
                          why, SLOT_GRANULE),
        error);
    if (outcome != MTKSCAN_DONE || base_has_record(builder))
        return outcome;
    return mtks_build_note(
        builder, "MTK-K022",
        builder->base ? "the base has none, either; its bytes at 0x400 were taken as they are"
                      : "0x400 to 0x413 are left erased",
        error);
}
