/* SPDX-License-Identifier: MIT */
/* Fixture: what stands before ROM, and the records every file begins with. */
#include "fixture_pieces.h"

#include <string.h>

#include "mtkscan/gfh.h"

#define INT_CHAIN 0x0F4u /* bytes of the internal loader's fixed records: all but EMI_LIST */
#define EXT_CHAIN 0x060u

void mtks_fill(mtks_filler *filler, uint8_t *at, uint64_t length)
{
    uint32_t state = *filler;
    for (uint64_t i = 0; i + 1 < length; i += 2) {
        state ^= state << 13; /* xorshift32 */
        state ^= state >> 17;
        state ^= state << 5;
        at[i] = (uint8_t)(state | 0x80);
        at[i + 1] = (uint8_t)(state >> 8 & 0x7F);
    }
    *filler = state;
}

void mtks_text_put(uint8_t *at, const char *text)
{
    memcpy(at, text, strlen(text) + 1);
}

uint8_t *mtks_record_put(uint8_t **at, uint32_t type, uint32_t version, uint32_t size)
{
    uint8_t *record = *at;
    memset(record, 0, size);
    memset(record, 'M', 3);
    record[3] = (uint8_t)version;
    mtkscan_put_le16(record + 4, (uint16_t)size);
    mtkscan_put_le16(record + 6, (uint16_t)type);
    *at += size;
    return record;
}

/* FORMAT.md 2.2, record 0x0000. */
uint8_t *mtks_file_begin(struct mtks_plan *plan, const struct mtks_file *file)
{
    uint8_t *at = plan->image + file->offset;
    mtks_fill(&plan->filler, at, file->length);
    uint8_t *info = mtks_record_put(&at, MTKSCAN_GFH_FILE_INFO, 1, 0x38);
    mtks_text_put(info + 8, "FILE_INFO");
    mtkscan_put_le32(info + 0x14, 1);
    mtkscan_put_le16(info + 0x18, (uint16_t)file->type);
    info[0x1A] = MTKSCAN_DEVICE_SF;
    info[0x1B] = file->hashed ? MTKSCAN_SIGNATURE_PHASH : 0;
    mtkscan_put_le32(info + 0x1C, file->load_addr);
    mtkscan_put_le32(info + 0x20, file->length);
    mtkscan_put_le32(info + 0x24, 0xFFFFFFFFu);
    mtkscan_put_le32(info + 0x28, file->content_offset);
    mtkscan_put_le32(info + 0x2C, file->hashed ? MTKS_TRAILER : 0);
    mtkscan_put_le32(info + 0x30, file->jump_offset);
    mtkscan_put_le32(info + 0x34, file->attr);
    plan->truth->parts[plan->truth->part_count++] =
        (mtkscan_fixture_part){file->name, file->type, file->offset, file->length, file->load_addr};
    return at;
}

static void descriptor_put(uint8_t **at, uint32_t type, uint32_t begin, uint32_t boundary,
                           uint32_t attribute)
{
    uint8_t *descriptor = *at;
    memset(descriptor, 'B', 4);
    descriptor[4] = MTKSCAN_DEVICE_SF;
    mtkscan_put_le16(descriptor + 6, (uint16_t)type);
    mtkscan_put_le32(descriptor + 8, begin);
    mtkscan_put_le32(descriptor + 12, boundary);
    mtkscan_put_le32(descriptor + 16, attribute);
    *at += 20;
}

void mtks_make_header(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    uint8_t *header = plan->image;
    memset(header, 0, 0x14);
    mtks_text_put(header, "SF_BOOT");
    mtkscan_put_le32(header + 0x0C, 1);
    mtkscan_put_le32(header + 0x10, 0x200);

    uint8_t *layout = plan->image + 0x200;
    memset(layout, 0, 0xB4);
    mtks_text_put(layout, "BRLYT");
    mtkscan_put_le32(layout + 0x08, 1);
    mtkscan_put_le32(layout + 0x0C, MTKS_INT_OFFSET);
    mtkscan_put_le32(layout + 0x10, plan->slots_end);
    uint8_t *at = layout + 0x14;
    uint32_t ext_end = plan->backup_offset ? plan->backup_offset : plan->slots_end;
    descriptor_put(&at, MTKSCAN_FILE_BL, MTKS_INT_OFFSET, f->ext_offset, 1);
    descriptor_put(&at, MTKSCAN_FILE_EXT_BL, f->ext_offset, ext_end, 0);
    if (plan->backup_offset)
        descriptor_put(&at, 0x0201, plan->backup_offset, plan->slots_end, 0);

    if (f->flags & MTKSCAN_FIXTURE_NO_RECORD)
        return;
    uint8_t *record = plan->image + 0x400;
    const uint32_t trims[2] = {(f->seed * 0x9E3779B9u) >> 15, (f->seed * 0x85EBCA6Bu) >> 8};
    mtkscan_put_le32(record, 0xABABABABu);
    for (unsigned i = 0; i < 4; i++)
        mtkscan_put_le32(record + 4 + 4 * i, trims[i & 1]);
}

/* FORMAT.md 2.2, record 0x0101: all single-rate PSRAM, one entry. */
static void emi_list_put(uint8_t **at, uint32_t words)
{
    uint8_t *record = mtks_record_put(at, MTKSCAN_GFH_EMI_LIST, 5, 0x18 + 4 * words);
    mtkscan_put_le32(record + 8, 5);
    record[0x0F] = 1;
    mtks_text_put(record + 0x10, "EMI_INF");
    for (uint32_t i = 0; i < words; i++)
        mtkscan_put_le32(record + 0x18 + 4 * i, i * 0x11);
}

static void bl_records_put(uint8_t **at, uint32_t attribute)
{
    mtkscan_put_le32(mtks_record_put(at, MTKSCAN_GFH_BL_INFO, 1, 0x0C) + 8, attribute);
    uint8_t *info = mtks_record_put(at, MTKSCAN_GFH_ARM_BL_INFO, 1, 0x1C);
    mtkscan_put_le32(info + 0x08, 1);
    mtkscan_put_le32(info + 0x0C, 0x560);
}

bool mtks_make_int(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    const bool anti_clone = f->flags & MTKSCAN_FIXTURE_ANTI_CLONE;
    const bool secured = f->flags & MTKSCAN_FIXTURE_SECURED;
    uint32_t content = INT_CHAIN + 0x18 + 4 * f->emi_entry_words;
    content += (anti_clone ? 0x14u : 0) + (secured ? 0x4Cu : 0);
    if (f->int_length < content + 0x100)
        return false;
    const struct mtks_file file = {"INT_BOOTLOADER",
                                   MTKSCAN_FILE_BL,
                                   MTKS_INT_OFFSET,
                                   f->int_length,
                                   f->int_load_addr,
                                   content,
                                   content,
                                   1,
                                   true};
    uint8_t *at = mtks_file_begin(plan, &file);
    uint8_t *brom_cfg = mtks_record_put(&at, 0x0007, 3, 0x64);
    mtkscan_put_le32(brom_cfg + 0x08, 3);
    mtkscan_put_le32(brom_cfg + 0x0C, 3000); /* milliseconds */
    bl_records_put(&at, 1);
    emi_list_put(&at, f->emi_entry_words);
    uint8_t *sec_cfg = mtks_record_put(&at, 0x0008, 1, 0x30);
    mtkscan_put_le32(sec_cfg + 8, 3);
    mtks_text_put(sec_cfg + 0x0C, "MTK");
    if (anti_clone) {
        uint8_t *record = mtks_record_put(&at, MTKSCAN_GFH_ANTI_CLONE, 1, 0x14);
        mtkscan_put_le32(record + 0x08, 0x100);
        mtkscan_put_le32(record + 0x0C, 0x1C);
        mtkscan_put_le32(record + 0x10, 0x28);
    }
    if (secured)
        mtks_fill(&plan->filler, mtks_record_put(&at, MTKSCAN_GFH_BL_SEC_KEY, 1, 0x4C) + 8, 0x44);
    mtkscan_put_le32(at + 0x4C, f->sram_top);
    return true;
}

/* An external loader with what its readers look for: vectors, the accessor of ROM's address (E1),
 * its own address, its version and the ID lists (E2). */
bool mtks_make_ext(struct mtks_plan *plan, const char *name, uint32_t type, uint32_t offset)
{
    const mtkscan_fixture *f = plan->fixture;
    const uint32_t lists = 0x1400;
    if (f->ext_length < lists + mtks_id_lists_size(f) + 0x80)
        return false;
    const struct mtks_file file = {
        name, type, offset, f->ext_length, MTKS_WINDOW + offset, EXT_CHAIN, EXT_CHAIN, 3, true};
    uint8_t *at = mtks_file_begin(plan, &file);
    bl_records_put(&at, 0);
    uint8_t *ext = plan->image + offset;
    mtkscan_put_le32(ext + 0x80, f->sram_top - 4);
    mtkscan_put_le32(ext + 0x88, f->sram_top);
    mtkscan_put_le32(ext + 0x1000, MTKS_ACCESSOR);
    mtkscan_put_le32(ext + 0x1004, MTKS_WINDOW + f->rom_offset);
    mtkscan_put_le32(ext + 0x1010, MTKS_WINDOW + offset);
    ext[0x10FF] = 0;
    mtks_text_put(ext + 0x1100, "V005");
    mtks_id_lists_put(f, ext + lists);
    return true;
}

void mtks_make_small(struct mtks_plan *plan, const char *name, uint32_t type, uint32_t offset,
                     uint32_t bank)
{
    const struct mtks_file file = {name, type, offset, MTKS_SMALL_FILE, bank + offset, 0x38,
                                   0x38, 3,    false};
    mtks_file_begin(plan, &file);
}
