/* SPDX-License-Identifier: MIT */
/* Identity facts, parts, ranges and containers (FORMAT.md 1.4, 1.7, 4, 5). */
#include <stdio.h>
#include <string.h>

#include "family_image.h"
#include "mtkscan/bytes.h"

#define NAME_MAX_BYTES 48u
#define FILE_MAX_BYTES 448u /* project, chip word, version: each of at most 128 bytes */

/* ---- facts */

static void emit_fact(struct mtks_out *out, const char *key, const char *value, uint64_t offset,
                      uint64_t length)
{
    if (value[0] == 0)
        return;
    mtkscan_fact fact = MTKSCAN_INIT(mtkscan_fact);
    fact.key = key;
    fact.value = value;
    fact.offset = offset;
    fact.length = length;
    mtks_out_keep(out, out->host->emit_fact(out->host, &fact));
}

static const mtkscan_found_text *either(const mtkscan_found_text *first,
                                        const mtkscan_found_text *second)
{
    return first->text[0] ? first : second;
}

/* The platform id whose words are used: GFH 0x0200's, or ROMINFO's when that one has not the shape.
 */
static const mtkscan_found_text *platform_text(const struct mtks_image *image)
{
    const mtkscan_identity *identity = &image->identity;
    if (!image->platform.chip[0] && image->rominfo.chip[0])
        return &identity->rominfo_platform_id;
    return either(&identity->platform_id, &identity->rominfo_platform_id);
}

/* `Vnnn` as a whole string in EXT_BOOTLOADER: the version in the internal loader's file name
 * (FORMAT.md 8.1). */
static bool bootloader_version(const struct mtks_image *image, mtkscan_found_text *version)
{
    const struct mtks_gfh_file *ext = image->ext;
    memset(version, 0, sizeof *version);
    if (!ext)
        return false;
    uint64_t length = ext->extent;
    if (length > image->size - ext->offset)
        length = image->size - ext->offset;
    const uint8_t *bytes = image->host->span(image->host, ext->offset, length);
    for (uint64_t i = 0; bytes && i + 6 <= length; i++) {
        const uint8_t *at = bytes + i;
        if (at[0] || at[1] != 'V' || at[5])
            continue;
        unsigned digits = 0;
        while (digits < 3 && at[2 + digits] >= '0' && at[2 + digits] <= '9')
            digits++;
        if (digits < 3)
            continue;
        memcpy(version->text, at + 1, 4);
        version->offset = ext->offset + i + 1;
        version->length = 4;
        return true;
    }
    return false;
}

static void emit_facts(struct mtks_out *out, const struct mtks_image *image,
                       const mtkscan_found_text *bl_version)
{
    const mtkscan_identity *identity = &image->identity;
    const mtkscan_platform_words *words = &identity->words;
    const mtkscan_found_text *id = platform_text(image);
    const mtkscan_found_text *verno = either(&identity->verno, &identity->rominfo_verno);
    const struct {
        const char *key, *value;
        const mtkscan_found_text *where;
    } rows[] = {
        {MTKSCAN_FACT_CHIP, words->chip, id},
        {MTKSCAN_FACT_PLATFORM, words->chip, id},
        {MTKSCAN_FACT_PLATFORM_ID, id->text, id},
        {MTKSCAN_FACT_PROJECT, words->project, id},
        {MTKSCAN_FACT_PCB, words->pcb, id},
        {MTKSCAN_FACT_VERNO, verno->text, verno},
        {MTKSCAN_FACT_VERNO_FILE, words->verno, id},
        {MTKSCAN_FACT_HW_VERSION, identity->hw_version.text, &identity->hw_version},
        {MTKSCAN_FACT_BUILD_TIME, identity->build_time.text, &identity->build_time},
        {MTKSCAN_FACT_BRANCH, identity->branch.text, &identity->branch},
        {MTKSCAN_FACT_BL_VERSION, bl_version->text, bl_version},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        emit_fact(out, rows[i].key, rows[i].value, rows[i].where->offset, rows[i].where->length);
}

/* ---- parts */

static bool has_placed(const struct mtks_image *image, uint32_t type)
{
    for (uint32_t i = 0; i < image->file_count; i++)
        if (image->files[i].state == MTKS_FILE_PLACED && image->files[i].info.file_type == type)
            return true;
    return false;
}

/*
 * The vendor's name of the internal loader. SIMCom's EAT kits, the ones with a COREAPI part, leave
 * version and chip out; kits whose EXT_BOOTLOADER does not tell the version say V005, as all do.
 */
static void int_file_name(const struct mtks_image *image, const mtkscan_found_text *version,
                          char name[FILE_MAX_BYTES])
{
    const mtkscan_platform_words *words = &image->identity.words;
    if (!words->project[0])
        snprintf(name, FILE_MAX_BYTES, "INT_BOOTLOADER");
    else if (!version->text[0] && has_placed(image, MTKSCAN_FILE_THIRD_ROM))
        snprintf(name, FILE_MAX_BYTES, "%s_BOOTLOADER.bin", words->project);
    else
        snprintf(name, FILE_MAX_BYTES, "%s_BOOTLOADER_%s_%s_%s.bin", words->project,
                 version->text[0] ? version->text : "V005", words->chip, words->verno);
}

/* Parts being emitted. */
struct parts {
    struct mtks_out *out;
    const struct mtks_image *image;
    const char *int_name, *rom_name; /* vendor's file names */
    uint32_t count;
};

static void emit_part(struct parts *parts, mtkscan_part *part, uint32_t type, bool absent)
{
    part->file_type = type;
    if (type == MTKSCAN_FILE_BL)
        part->file = parts->int_name;
    else if (type == MTKSCAN_FILE_ROM && !(part->flags & MTKSCAN_PART_EXTRA))
        part->file = parts->rom_name;
    if (absent)
        part->flags |= MTKSCAN_PART_ABSENT;
    mtks_out_keep(parts->out, parts->out->host->emit_part(parts->out->host, part));
    parts->count++;
}

/* The role's name; the second one of a type gets a number, so that names differ. */
static void part_name(const struct mtks_image *image, const struct mtks_gfh_file *file, bool usual,
                      char name[NAME_MAX_BYTES])
{
    char stem[NAME_MAX_BYTES - 12];
    uint32_t number = 1;
    for (const struct mtks_gfh_file *other = image->files; other < file; other++)
        number += other->state == MTKS_FILE_PLACED && other->info.file_type == file->info.file_type;
    if (file->row)
        snprintf(stem, sizeof stem, "%.30s", file->row->name);
    else
        snprintf(stem, sizeof stem, "GFH_%04X", file->info.file_type);
    /* An outdated copy in front of the one in use must not take its name. */
    if (!usual && file->row && file->row->usual && number == 1)
        number = 2;
    else if (usual)
        number = 1;
    if (number == 1)
        snprintf(name, NAME_MAX_BYTES, "%s", stem);
    else
        snprintf(name, NAME_MAX_BYTES, "%s_%u", stem, number);
}

/*
 * An image of a type that nobody documented must be flashed too: one that was left out has bricked
 * a device. It is listed with its neighbours, loaders before ROM and all else behind
 * (FORMAT.md 8.3).
 */
static uint32_t region_of(const struct mtks_image *image, const struct mtks_gfh_file *file)
{
    if (file->row)
        return file->row->region;
    return image->rom && file->offset < image->rom->offset ? MTKSCAN_REGION_BOOT
                                                           : MTKSCAN_REGION_MAIN;
}

/* SIMCom ships a stand-in, appnull, for a customer application: its entry word is blank where an
 * application has the address of its code (two of two stand-ins, one of one application). */
static bool is_stand_in(const struct mtks_image *image, const struct mtks_gfh_file *file)
{
    uint32_t entry;
    return file->info.file_type == MTKSCAN_FILE_APP &&
           mtkscan_read_le32(image->host, file->offset + file->info.content_offset, &entry) &&
           entry == UINT32_MAX;
}

static void emit_file(struct parts *parts, struct mtks_gfh_file *file)
{
    const struct mtks_image *image = parts->image;
    const bool usual =
        file == image->intbl || file == image->ext || file == image->rom || file == image->viva;
    char name[NAME_MAX_BYTES];
    part_name(image, file, usual, name);
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = name;
    part.file = is_stand_in(image, file) ? "appnull" : NULL;
    part.region = region_of(image, file);
    part.offset = file->offset;
    part.length = file->length;
    part.load_addr = file->info.load_addr;
    part.flags = usual ? 0 : MTKSCAN_PART_EXTRA;
    file->part = parts->count;
    emit_part(parts, &part, file->info.file_type, file->length == 0);
}

static void emit_absent(struct parts *parts, uint32_t type, uint64_t offset, uint64_t length)
{
    const mtkscan_file_type *row = mtkscan_gfh_file_type(type);
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = row->name;
    part.region = row->region;
    part.offset = offset;
    part.length = length;
    part.load_addr = offset && type != MTKSCAN_FILE_BL ? MTKSCAN_FLASH_WINDOW + offset : 0;
    emit_part(parts, &part, type, true);
}

/* Where a file that is only found elsewhere says it belongs, e.g. in a shifted dump. */
static bool stray_place(const struct mtks_image *image, uint32_t type, uint64_t *offset,
                        uint64_t *length)
{
    for (uint32_t i = 0; i < image->file_count; i++) {
        const struct mtks_gfh_file *file = &image->files[i];
        if (file->state != MTKS_FILE_STRAY || file->info.file_type != type ||
            !mtkscan_inside(file->place, file->length, MTKSCAN_FLASH_WINDOW))
            continue;
        *offset = file->place;
        *length = file->length;
        return true;
    }
    return false;
}

static void emit_absent_loader(struct parts *parts, uint32_t type, uint64_t otherwise)
{
    const mtkscan_boot_descriptor *listed = mtkscan_boot_find(&parts->image->boot, type);
    uint64_t offset = otherwise, length = 0;
    if (listed) {
        offset = listed->begin & (MTKSCAN_FLASH_WINDOW - 1);
        if (listed->boundary > listed->begin)
            length = listed->boundary - listed->begin; /* the slot: no loader is longer */
    } else {
        stray_place(parts->image, type, &offset, &length);
    }
    emit_absent(parts, type, offset,
                mtkscan_inside(offset, length, MTKSCAN_FLASH_WINDOW) ? length : 0);
}

static void emit_absent_rom(struct parts *parts)
{
    const struct mtks_image *image = parts->image;
    uint64_t offset = 0, length = 0;
    if (image->accessor_count == 1)
        offset = image->accessors[0].value & (MTKSCAN_FLASH_WINDOW - 1);
    else
        stray_place(image, MTKSCAN_FILE_ROM, &offset, &length);
    emit_absent(parts, MTKSCAN_FILE_ROM, offset, length);
}

/* Parts that are not there although the others need them: no firmware starts without both loaders
 * and ROM, and VIVA is there when ROM states its image. */
static void emit_missing(struct parts *parts)
{
    const struct mtks_image *image = parts->image;
    uint64_t offset = 0, length = 0;
    if (!image->intbl)
        emit_absent_loader(parts, MTKSCAN_FILE_BL, MTKSCAN_INT_BL_OFFSET);
    if (!image->ext)
        emit_absent_loader(parts, MTKSCAN_FILE_EXT_BL, 0);
    if (!image->rom)
        emit_absent_rom(parts);
    if (image->viva)
        return;
    bool stray = stray_place(image, MTKSCAN_FILE_VIVA, &offset, &length);
    if (!stray)
        mtks_image_viva_place(image, &offset);
    if (stray || image->has_exec)
        emit_absent(parts, MTKSCAN_FILE_VIVA, offset, length);
}

static void emit_parts(struct mtks_out *out, struct mtks_image *image,
                       const mtkscan_found_text *bl_version)
{
    char int_name[FILE_MAX_BYTES];
    int_file_name(image, bl_version, int_name);
    uint64_t offset, length;
    const bool viva =
        image->viva || image->has_exec || stray_place(image, MTKSCAN_FILE_VIVA, &offset, &length);
    /* Only a whole platform id is a file name; what is left of a damaged one is not. */
    const bool named = !viva && image->identity.words.chip[0];
    struct parts parts = {
        .out = out,
        .image = image,
        .int_name = int_name,
        .rom_name = named ? platform_text(image)->text : "ROM",
    };
    /* Flash order is the order of the scan; what is not there comes last. */
    for (int known = 1; known >= 0; known--)
        for (uint32_t i = 0; i < image->file_count; i++) {
            struct mtks_gfh_file *file = &image->files[i];
            if (file->state == MTKS_FILE_PLACED && (file->length != 0) == known)
                emit_file(&parts, file);
        }
    if (parts.count)
        emit_missing(&parts);
}

/* ---- ranges, containers */

static void emit_range(struct mtks_out *out, const char *name, uint64_t offset, uint64_t length)
{
    if (!length || !mtkscan_inside(offset, length, MTKSCAN_FLASH_WINDOW))
        return;
    mtkscan_range range = MTKSCAN_INIT(mtkscan_range);
    range.name = name;
    range.offset = offset;
    range.length = length;
    mtks_out_keep(out, out->host->emit_range(out->host, &range));
}

static void emit_ranges(struct mtks_out *out, const struct mtks_image *image)
{
    if (image->boot.kind == MTKSCAN_BOOT_SF)
        emit_range(out, "boot-header", 0, MTKSCAN_BOOT_HEADER_SIZE);
    if (image->boot.has_layout)
        emit_range(out, "boot-layout", image->boot.layout_offset, MTKSCAN_BRLYT_SIZE);
    if (image->record.state == MTKSCAN_RECORD_VALID)
        emit_range(out, "device-record", image->record.offset, MTKSCAN_DEVICE_RECORD_SIZE);
    emit_range(out, "FAT", image->flash_info.fat_begin, image->flash_info.fat_length);
    emit_range(out, "SDS", image->maui.sds_begin, image->maui.sds_length);
}

static void emit_containers(struct mtks_out *out, const struct mtks_image *image)
{
    /* ALICE is the dictionary of the ZIMAGEs, so it goes first (FORMAT.md 5.5). */
    static const struct {
        enum mtkscan_viva_kind kind;
        const char *codec;
    } rows[] = {
        {MTKSCAN_VIVA_ALICE, NULL},
        {MTKSCAN_VIVA_ZIMAGE, "zimage"},
        {MTKSCAN_VIVA_BOOT_ZIMAGE, "zimage"},
        {MTKSCAN_VIVA_DCM, "dcm"},
    };
    if (!image->viva || !image->viva->length)
        return;
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const mtkscan_viva_component *found = mtkscan_viva_find(&image->viva_info, rows[i].kind);
        const bool alice = rows[i].kind == MTKSCAN_VIVA_ALICE;
        mtkscan_zimage_header zimage;
        char codec[16];
        if (!found || (alice && !image->has_alice_header))
            continue;
        mtkscan_container container = MTKSCAN_INIT(mtkscan_container);
        snprintf(codec, sizeof codec, "alice-%u", image->alice_header.version);
        container.name = found->name;
        container.codec = alice ? codec : rows[i].codec;
        container.part = image->viva->part;
        container.order = i;
        container.offset = found->offset;
        container.length = found->length;
        if (alice) {
            container.exec_addr = image->exec.base;
            container.output_size = image->exec.size;
        } else if (rows[i].kind != MTKSCAN_VIVA_DCM &&
                   mtkscan_zimage_read(image->host, found->offset, found->length, &zimage)) {
            container.output_size = zimage.output_size;
            if (image->rom)
                container.exec_addr = mtkscan_zimage_base_find(
                    image->host, image->rom->offset, image->rom->extent, zimage.output_size);
        }
        mtks_out_keep(out, out->host->emit_container(out->host, &container));
    }
}

int32_t mtkscan_family_layout(const mtkscan_host *host, const mtkscan_family *family)
{
    (void)family; /* all chips of the platform are laid out alike */
    struct mtks_image *image = mtks_image_open(host);
    if (!image)
        return MTKSCAN_E_LIMIT;
    struct mtks_out out = {host, MTKSCAN_OK};
    mtkscan_found_text bl_version;
    bootloader_version(image, &bl_version);
    emit_facts(&out, image, &bl_version);
    emit_parts(&out, image, &bl_version);
    emit_ranges(&out, image);
    emit_containers(&out, image);
    mtks_family_checks(&out, image);
    mtks_family_notices(&out, image);
    return out.status;
}
