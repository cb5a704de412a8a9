/* SPDX-License-Identifier: MIT */
/* The fixture builder: presets, the places of all parts, and the seal of a file. */
#include "fixture_pieces.h"

#include <stdio.h>
#include <string.h>

#include <nettle/sha1.h>

#include "mtkscan/gfh.h"

#define FILE_TYPE_BACKUP   0x0201u
#define FILE_TYPE_CUSTOMER 0x7001u

/* What tells the chips apart (FORMAT.md 4.5). */
static const struct shape {
    const char *chip, *project, *verno, *release_chip, *hw_version, *branch;
    uint32_t int_load_addr, sram_top, emi_entry_words, minor_ver;
    uint32_t alice_version, alice_header, viva_length;
    uint32_t fat_begin, fat_length, sds_begin, sds_length;
} shapes[] = {
    {"MT6261", "EXAMPLE61_11C", "EXAMPLE.61.W20.01", "MT6261", "EXAMPLE61M_11C_HW",
     "11C EXAMPLE61_11C", 0x70006000, 0x7000A000, 13, 1, 2, 0x28, 0x7D18, 0x380000, 0x7E000, 0, 0},
    {"MT6260", "EXAMPLE60A_11B", "Example_60A_V48_20200102", "NONE", "EXAMPLE60A_11B_HW",
     "11B EXAMPLE60A_11B", 0x70006600, 0x7000D000, 44, 0, 1, 0x24, 0x7D14, 0x3A0000, 0x60000, 0, 0},
    {"MT2502", "EXAMPLE02A_DEMO", "EXAMPLE.02A.W20.03", "MT2502", "EXAMPLE02A_DEMO_HW",
     "11CW EXAMPLE02A_DEMO", 0x70006000, 0x7000A600, 13, 1, 1, 0x28, 0x7D18, 0x300000, 0xFE000,
     0x3FE000, 0x2000},
};

static const uint8_t preset_ids[][3] = {{0xC2, 0x25, 0x36}, {0xEF, 0x60, 0x16}};

void mtkscan_fixture_preset(mtkscan_fixture *fixture, const char *chip)
{
    const struct shape *shape = &shapes[0];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].chip, chip) == 0)
            shape = &shapes[i];
    *fixture = (mtkscan_fixture){
        .project = shape->project,
        .net = "gprs",
        .chip = chip,
        .verno = shape->verno,
        .release_chip = shape == &shapes[0] ? chip : shape->release_chip,
        .hw_version = shape->hw_version,
        .build_time = "2020/01/02 03:04",
        .branch = shape->branch,
        .capacity = 0x400000,
        .block = 0x1000,
        .int_load_addr = shape->int_load_addr,
        .sram_top = shape->sram_top,
        .emi_entry_words = shape->emi_entry_words,
        .minor_ver = shape->minor_ver,
        .ext_offset = 0x2800,
        .rom_offset = 0x10000,
        .int_length = 0x1C60,
        .ext_length = 0x5F20,
        .rom_length = 0x2A0C4,
        .viva_length = shape->viva_length,
        .fat_begin = shape->fat_begin,
        .fat_length = shape->fat_length,
        .sds_begin = shape->sds_begin,
        .sds_length = shape->sds_length,
        .id_count = sizeof preset_ids / sizeof *preset_ids,
        .alice_version = shape->alice_version,
        .alice_header = shape->alice_header,
        .seed = 1,
    };
    memcpy(fixture->ids, preset_ids, sizeof preset_ids);
}

static bool platform_id_make(const mtkscan_fixture *fixture, char id[129])
{
    char verno[64];
    int length = snprintf(verno, sizeof verno, "%s", fixture->verno);
    if (length < 1 || length >= (int)sizeof verno)
        return false;
    for (char *at = verno; *at; at++) {
        if (*at == '.')
            *at = '_';
        else if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    }
    /* The field of GFH 0x0200 has 128 bytes, its NUL included. */
    length = snprintf(id, 128, "%s_PCB01_%s_%s_S00.%s.bin", fixture->project, fixture->net,
                      fixture->chip, verno);
    return length > 0 && length < 128;
}

/* Takes `length` bytes at *cursor, rounded up to `align`; false when they pass `end`. */
static bool place(uint64_t *cursor, uint64_t align, uint64_t length, uint64_t end, uint32_t *offset)
{
    uint64_t at = mtkscan_round_up(*cursor, align);
    if (!mtkscan_inside(at, length, end))
        return false;
    *offset = (uint32_t)at;
    *cursor = at + length;
    return true;
}

static bool power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static bool numbers_fit(const mtkscan_fixture *fixture, size_t room)
{
    const mtkscan_fixture *f = fixture;
    uint32_t lengths = f->int_length | f->ext_length | f->rom_length | f->viva_length;
    uint32_t offsets = f->ext_offset | f->rom_offset;
    return f->capacity <= room && f->capacity <= MTKS_WINDOW && power_of_two(f->block) &&
           f->id_count <= MTKSCAN_FIXTURE_IDS && ((lengths | offsets) & 3) == 0 &&
           (f->emi_entry_words == 13 || f->emi_entry_words == 44) &&
           (f->alice_version == 1 || f->alice_version == 2) &&
           (f->alice_header == 0x24 || f->alice_header == 0x28) &&
           mtkscan_inside(f->fat_begin, f->fat_length, f->capacity) &&
           mtkscan_inside(f->sds_begin, f->sds_length, f->capacity);
}

static bool plan_places(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    uint64_t cursor = MTKS_INT_OFFSET;
    uint32_t place_of;
    uint64_t end = f->fat_length ? f->fat_begin : f->capacity;
    if (!place(&cursor, 1, f->int_length, f->ext_offset, &place_of))
        return false;
    cursor = f->ext_offset;
    if (!place(&cursor, 1, f->ext_length, f->rom_offset, &place_of))
        return false;
    plan->slots_end = (uint32_t)mtkscan_round_up(cursor, 0x400);
    if (f->flags & MTKSCAN_FIXTURE_EXT_BACKUP) {
        if (!place(&cursor, 0x400, f->ext_length, f->rom_offset, &plan->backup_offset))
            return false;
        plan->slots_end = (uint32_t)mtkscan_round_up(cursor, 0x400);
    }
    if ((f->flags & MTKSCAN_FIXTURE_ROOT_CERT) &&
        !place(&cursor, 0x400, MTKS_SMALL_FILE, f->rom_offset, &plan->cert_offset))
        return false;
    cursor = f->rom_offset;
    if (!place(&cursor, 1, f->rom_length, end, &place_of))
        return false;
    if ((f->flags & MTKSCAN_FIXTURE_COREAPI) &&
        !place(&cursor, f->block, MTKS_SMALL_FILE, end, &plan->coreapi_offset))
        return false;
    cursor += MTKS_VIVA_GAP;
    if (!place(&cursor, 1, f->viva_length, end, &plan->viva_offset))
        return false;
    return !(f->flags & MTKSCAN_FIXTURE_APP) ||
           place(&cursor, f->block, MTKS_SMALL_FILE, end, &plan->app_offset);
}

/* All files, in flash order. */
static bool make_files(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    const bool has_rom = !(f->flags & MTKSCAN_FIXTURE_NO_ROM);
    if (!mtks_make_int(plan) ||
        !mtks_make_ext(plan, "EXT_BOOTLOADER", MTKSCAN_FILE_EXT_BL, f->ext_offset))
        return false;
    if (plan->backup_offset &&
        !mtks_make_ext(plan, "EXT_BOOTLOADER_BACKUP", FILE_TYPE_BACKUP, plan->backup_offset))
        return false;
    if (plan->cert_offset)
        mtks_make_small(plan, "ROOT_CERT", MTKSCAN_FILE_ROOT_CERT, plan->cert_offset, MTKS_WINDOW);
    if (!has_rom)
        return true;
    if (!mtks_make_rom(plan))
        return false;
    if (plan->coreapi_offset)
        mtks_make_small(plan, "COREAPI", MTKSCAN_FILE_THIRD_ROM, plan->coreapi_offset, MTKS_WINDOW);
    if (!(f->flags & MTKSCAN_FIXTURE_NO_VIVA) && !mtks_make_viva(plan))
        return false;
    if (plan->app_offset)
        mtks_make_small(plan, "app", FILE_TYPE_CUSTOMER, plan->app_offset, 0x90000000u);
    return true;
}

bool mtkscan_fixture_build(const mtkscan_fixture *fixture, uint8_t *image, size_t room,
                           mtkscan_fixture_truth *truth)
{
    struct mtks_plan plan = {.fixture = fixture, .image = image, .truth = truth};
    *truth = (mtkscan_fixture_truth){.size = fixture->capacity};
    plan.filler = fixture->seed ? fixture->seed : 1;
    if (!numbers_fit(fixture, room) || !platform_id_make(fixture, truth->platform_id) ||
        !plan_places(&plan) || !mtks_plan_viva(&plan))
        return false;
    memset(image, 0xFF, fixture->capacity);
    if (!(fixture->flags & MTKSCAN_FIXTURE_NO_HEADER))
        mtks_make_header(&plan);
    if (!make_files(&plan))
        return false;
    for (uint32_t i = 0; i < truth->part_count; i++)
        mtkscan_fixture_seal(image, &truth->parts[i]);
    return true;
}

const mtkscan_fixture_part *mtkscan_fixture_find(const mtkscan_fixture_truth *truth,
                                                 const char *name)
{
    for (uint32_t i = 0; i < truth->part_count; i++)
        if (strcmp(truth->parts[i].name, name) == 0)
            return &truth->parts[i];
    return NULL;
}

void mtkscan_fixture_seal(uint8_t *image, const mtkscan_fixture_part *part)
{
    uint8_t *file = image + part->offset;
    uint8_t *end = file + part->length;
    if (part->file_type == MTKSCAN_FILE_ROM) {
        mtkscan_put_le32(end - 8, MTKS_END_MARKER);
        mtkscan_put_le32(end - 4, 0xFFFFFFFFu);
    }
    if (file[0x1B] != MTKSCAN_SIGNATURE_PHASH)
        return;
    struct sha1_ctx sha1;
    mtkscan_put_le32(end - MTKS_TRAILER - 4, MTKS_END_MARKER);
    sha1_init(&sha1);
    sha1_update(&sha1, (size_t)part->length - MTKS_TRAILER, file);
    memset(end - MTKS_TRAILER, 0, MTKS_TRAILER);
    sha1_digest(&sha1, SHA1_DIGEST_SIZE, end - MTKS_TRAILER);
}
