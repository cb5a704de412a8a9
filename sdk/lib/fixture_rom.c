/* SPDX-License-Identifier: MIT */
/* Fixture: ROM with its records, identity texts and the accessors of the ALICE image. */
#include "fixture_pieces.h"

#include <stdio.h>
#include <string.h>

#include "mtkscan/gfh.h"

/* Places behind the chain; those of the samples differ from build to build. */
enum {
    ROMINFO_AT = 0x310, /* FORMAT.md 4.2 */
    ALICE_AT = 0x1900,  /* accessors of base and size, then the CAKE literal */
    CHIPS_AT = 0x8000,
    RELEASE_AT = 0xA000,
    BODY_MIN = 0xB000,
};

uint32_t mtks_id_lists_size(const mtkscan_fixture *fixture)
{
    uint32_t n = fixture->id_count;
    return (uint32_t)mtkscan_round_up(16 + 10 * n, 4) + 16 + 0x88 * n;
}

/* FORMAT.md 2.2, records 0x0102 and 0x0103. */
uint8_t *mtks_id_lists_put(const mtkscan_fixture *fixture, uint8_t *at)
{
    uint32_t n = fixture->id_count;
    uint8_t *ids = mtks_record_put(&at, MTKSCAN_GFH_CMEM_ID_INFO, 1,
                                   (uint32_t)mtkscan_round_up(16 + 10 * n, 4));
    mtkscan_put_le32(ids + 0x08, 1);
    mtkscan_put_le32(ids + 0x0C, n);
    uint8_t *nor = mtks_record_put(&at, MTKSCAN_GFH_CMEM_NOR_INFO, 1, 16 + 0x88 * n);
    mtkscan_put_le32(nor + 0x08, 2);
    mtkscan_put_le32(nor + 0x0C, n);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *id = ids + 0x10 + 10 * i, *entry = nor + 0x10 + 0x88 * i;
        id[0] = id[1] = 3; /* serial NOR, three bytes */
        memcpy(id + 2, fixture->ids[i], 3);
        mtkscan_put_le16(entry + 0x02, 0x40);
        mtkscan_put_le32(entry + 0x04, 0x64);
        mtkscan_put_le32(entry + 0x0C, fixture->block);
        mtkscan_put_le32(entry + 0x48, fixture->capacity);
        mtkscan_put_le32(entry + 0x4C, 1);
    }
    return at;
}

/* FORMAT.md 2.2, records 0x0200, 0x0207, 0x020E, 0x020F. */
static void rom_records_put(const struct mtks_plan *plan, uint8_t **at)
{
    const mtkscan_fixture *f = plan->fixture;
    uint8_t *maui = mtks_record_put(at, MTKSCAN_GFH_MAUI_INFO, 2, 0x130);
    mtks_text_put(maui + 0x08, plan->truth->platform_id);
    mtks_text_put(maui + 0x88, f->verno);
    mtkscan_put_le32(maui + 0xC8, 1);
    mtkscan_put_le32(maui + 0xCC, 0x100);
    mtkscan_put_le32(maui + 0xD8, f->minor_ver);
    mtkscan_put_le32(maui + 0xDC, f->sds_begin);
    mtkscan_put_le32(maui + 0xE0, f->sds_length);
    mtkscan_put_le32(maui + 0xE4, 1);
    uint8_t *flash = mtks_record_put(at, MTKSCAN_GFH_FLASH_INFO, 1, 0x7C);
    mtkscan_put_le32(flash + 0x10, 3);
    for (unsigned i = 0; i < 3 && f->id_count; i++)
        mtkscan_put_le16(flash + 0x14 + 2 * i, f->ids[0][i]);
    mtkscan_put_le32(flash + 0x1C, f->fat_begin);
    mtkscan_put_le32(flash + 0x20, f->fat_length);
    mtks_record_put(at, 0x020E, 2, 0x20);
    uint8_t *mba = mtks_record_put(at, 0x020F, 1, 0x20);
    mtkscan_put_le32(mba + 0x08, 5);
    mtkscan_put_le32(mba + 0x0C, 0x06000000);
    mtkscan_put_le32(mba + 0x10, 0x07000000);
}

static void macr_put(const struct mtks_plan *plan, uint8_t **at)
{
    const uint32_t block = 0x9000; /* of filler, in ROM */
    uint8_t *record = mtks_record_put(at, MTKSCAN_GFH_MACR_INFO, 1, 0x3C);
    mtkscan_put_le32(record + 0x08, 3);
    mtkscan_put_le32(record + 0x0C, block);
    mtkscan_put_le32(record + 0x10, 0x78);
    mtkscan_put_le32(record + 0x14, plan->fixture->seed * 0x9E3779B9u);
    mtkscan_put_le32(record + 0x18, MTKS_WINDOW + plan->fixture->rom_offset + block);
}

/* FORMAT.md 4.2. */
static void rominfo_put(const struct mtks_plan *plan, uint8_t *at)
{
    memset(at, 0, 0x170);
    mtks_text_put(at, "MTK_ROMINFO_v09");
    for (unsigned i = 0; plan->truth->platform_id[i]; i++) {
        char c = plan->truth->platform_id[i];
        at[0x10 + i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    mtks_text_put(at + 0x90, plan->fixture->verno);
    mtkscan_put_le16(at + 0xD2, 1);
    mtkscan_put_le32(at + 0x158, 1);
    mtkscan_put_le32(at + 0x15C, 0x100);
    mtkscan_put_le32(at + 0x160, plan->fixture->minor_ver);
    mtkscan_put_le32(at + 0x16C, 1);
}

/* FORMAT.md 4.4: MT2502 builds say MT6261 in all but a few places. */
static void chip_texts_put(const mtkscan_fixture *fixture, uint8_t *at)
{
    const char *family = strcmp(fixture->chip, "MT6260") == 0 ? "MT6260" : "MT6261";
    char text[32];
    memset(at, 0, 0x100);
    snprintf(text, sizeof text, "%.8sPRO", family);
    mtks_text_put(at + 0x10, text);
    snprintf(text, sizeof text, "Bluetooth=%.8s", family);
    mtks_text_put(at + 0x40, text);
    snprintf(text, sizeof text, "%.16s", fixture->chip);
    mtks_text_put(at + 0x80, text);
}

/* FORMAT.md 4.3. False when the texts do not fit. */
static bool release_run_put(const mtkscan_fixture *fixture, uint8_t *at, uint64_t room)
{
    const char *const texts[] = {"V03",
                                 fixture->release_chip ? fixture->release_chip : "NONE",
                                 fixture->verno,
                                 fixture->hw_version,
                                 fixture->build_time,
                                 "BUILD_NO",
                                 fixture->branch,
                                 ""};
    uint64_t used = 1;
    at[0] = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t length = strlen(texts[i]) + 1;
        if (!mtkscan_inside(used, length, room))
            return false;
        memcpy(at + used, texts[i], length);
        used += length;
    }
    return true;
}

bool mtks_make_rom(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    const bool anti_clone = f->flags & MTKSCAN_FIXTURE_ANTI_CLONE;
    const bool secured = f->flags & MTKSCAN_FIXTURE_SECURED;
    uint32_t content = 0x224 + mtks_id_lists_size(f);
    content += (anti_clone ? 0x3Cu : 0) + (secured ? 0x4Cu : 0);
    if (f->rom_length < content + BODY_MIN)
        return false;
    const struct mtks_file file = {"ROM",
                                   MTKSCAN_FILE_ROM,
                                   f->rom_offset,
                                   f->rom_length,
                                   MTKS_WINDOW + f->rom_offset,
                                   content,
                                   content,
                                   3,
                                   false};
    uint8_t *at = mtks_file_begin(plan, &file);
    rom_records_put(plan, &at);
    at = mtks_id_lists_put(f, at);
    if (anti_clone)
        macr_put(plan, &at);
    if (secured)
        mtks_fill(&plan->filler, mtks_record_put(&at, MTKSCAN_GFH_MAUI_SEC, 1, 0x4C) + 8, 0x44);
    rominfo_put(plan, at + ROMINFO_AT);
    uint8_t *alice = at + ALICE_AT;
    mtkscan_put_le32(alice, MTKS_ACCESSOR);
    mtkscan_put_le32(alice + 4, plan->alice_base);
    mtkscan_put_le32(alice + 8, MTKS_ACCESSOR);
    mtkscan_put_le32(alice + 12, plan->alice_size);
    mtkscan_put_le32(alice + 0x20, plan->alice_base + 0x7F);
    memcpy(alice + 0x24, "CAKE", 4);
    plan->zimage_pair = (uint64_t)(alice + 0x40 - plan->image);
    chip_texts_put(f, at + CHIPS_AT);
    return release_run_put(f, at + RELEASE_AT, BODY_MIN - RELEASE_AT - 16);
}
