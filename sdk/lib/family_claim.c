/* SPDX-License-Identifier: MIT */
/* Evidence for a family (FORMAT.md 4.4, 4.5, 9). What was looked at counts, never what follows from
 * it: no hash is computed here, and each fact counts once. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "family_image.h"
#include "mtkscan/bytes.h"

#define SRAM_TOP_PLACE 0x88u /* word of EXT_BOOTLOADER's vectors */

/* What was seen, and where. */
struct seen {
    uint32_t value;
    uint64_t offset, length;
};

static void say(struct mtks_out *out, const char *id, int32_t bits, uint32_t flags, uint64_t offset,
                uint64_t length, const char *format, ...) __attribute__((format(printf, 7, 8)));

static void say(struct mtks_out *out, const char *id, int32_t bits, uint32_t flags, uint64_t offset,
                uint64_t length, const char *format, ...)
{
    char text[256];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    mtkscan_evidence evidence = MTKSCAN_INIT(mtkscan_evidence);
    evidence.id = id;
    evidence.text = text;
    evidence.offset = offset;
    evidence.length = length;
    evidence.bits = bits;
    evidence.flags = flags;
    mtks_out_keep(out, out->host->emit_evidence(out->host, &evidence));
}

/* ---- common to all chips of the platform */

static bool see_sf_boot(const struct mtks_image *image, struct seen *seen)
{
    *seen = (struct seen){0, 0, MTKSCAN_BOOT_HEADER_SIZE};
    return image->boot.kind == MTKSCAN_BOOT_SF;
}

static bool see_brlyt(const struct mtks_image *image, struct seen *seen)
{
    *seen = (struct seen){0, image->boot.layout_offset, MTKSCAN_BRLYT_SIZE};
    return image->boot.has_layout;
}

static bool see_descriptor(const struct mtks_image *image, struct seen *seen)
{
    for (uint32_t i = 0; i < MTKSCAN_BOOT_DESCRIPTORS; i++) {
        const mtkscan_boot_descriptor *descriptor = &image->boot.descriptors[i];
        if (!descriptor->used)
            continue;
        *seen = (struct seen){0, descriptor->offset, MTKSCAN_DESCRIPTOR_SIZE};
        return true;
    }
    return false;
}

static bool see_file(const struct mtks_gfh_file *file, struct seen *seen)
{
    if (!file)
        return false;
    *seen = (struct seen){0, file->offset, file->info.record_size};
    return true;
}

static bool see_int(const struct mtks_image *image, struct seen *seen)
{
    return see_file(image->intbl, seen);
}

static bool see_ext(const struct mtks_image *image, struct seen *seen)
{
    return see_file(image->ext, seen);
}

static bool see_rom_end(const struct mtks_image *image, struct seen *seen)
{
    uint32_t marker;
    if (!image->rom || image->rom->length < 8)
        return false;
    *seen = (struct seen){0, image->rom->offset + image->rom->length - 8, 8};
    return mtkscan_read_le32(image->host, seen->offset, &marker) && marker == MTKS_END_MARKER;
}

static bool see_rominfo(const struct mtks_image *image, struct seen *seen)
{
    *seen = (struct seen){0, image->identity.rominfo_offset, 16};
    return image->identity.rominfo_offset != MTKSCAN_NO_OFFSET;
}

static bool see_alice(const struct mtks_image *image, struct seen *seen)
{
    if (!image->has_alice_header)
        return false;
    const mtkscan_alice_header *header = &image->alice_header;
    *seen = (struct seen){header->version << 8 | header->header_size, image->alice->offset, 8};
    return true;
}

static bool see_accessor(const struct mtks_image *image, struct seen *seen)
{
    for (uint32_t i = 0; image->rom && i < image->accessor_count; i++) {
        *seen = (struct seen){image->accessors[i].value, image->accessors[i].offset, 4};
        if (seen->value == image->rom->info.load_addr)
            return true;
    }
    return false;
}

static bool see_id_copy(const struct mtks_image *image, struct seen *seen)
{
    const mtkscan_host *host = image->host;
    mtkscan_gfh_record ids;
    if (!image->has_copy || !mtks_image_record(image, image->rom, MTKSCAN_GFH_CMEM_ID_INFO, &ids))
        return false;
    const uint8_t *here = host->span(host, ids.offset, image->copy.length);
    const uint8_t *there = host->span(host, image->copy.offset, image->copy.length);
    *seen = (struct seen){0, image->copy.offset, image->copy.length};
    return here && there && memcmp(here, there, image->copy.length) == 0;
}

static const struct common_row {
    const char *id, *text;
    int32_t bits;
    bool (*see)(const struct mtks_image *image, struct seen *seen);
} common_rows[] = {
    {"sf-boot", "device header SF_BOOT", 30, see_sf_boot},
    {"brlyt", "boot layout block BRLYT", 20, see_brlyt},
    {"boot-descriptor", "a used boot loader descriptor", 10, see_descriptor},
    {"int-bootloader", "header of an internal boot loader at its place", 15, see_int},
    {"ext-bootloader", "header of EXT_BOOTLOADER at its load address", 15, see_ext},
    {"rom-end-marker", "ROM ends with its end marker", 30, see_rom_end},
    {"rominfo", "MTK_ROMINFO block", 15, see_rominfo},
    {"viva-alice", "VIVA holds an ALICE container", 20, see_alice},
    {"rom-accessor", "EXT_BOOTLOADER names ROM's load address", 15, see_accessor},
    {"id-list-copy", "EXT_BOOTLOADER repeats ROM's flash lists", 15, see_id_copy},
};

/* ---- chip words */

static bool mine(const mtkscan_family *family, const char *chip)
{
    for (const char *const *word = family->chips; *word; word++)
        if (strcmp(*word, chip) == 0)
            return true;
    return false;
}

/* A chip word that names this family, or another one. Only `decides` lets the latter contradict. */
static void say_chip(struct mtks_out *out, const mtkscan_family *family, const char *id,
                     const char *where, const char *chip, const mtkscan_found_text *text,
                     int32_t bits, bool decides)
{
    if (chip[0] == 0)
        return;
    if (mine(family, chip))
        say(out, id, bits, 0, text->offset, text->length, "%s names %s", where, chip);
    else if (decides)
        say(out, id, 0, MTKSCAN_EVIDENCE_CONTRADICTION, text->offset, text->length,
            "%s names %s, another chip", where, chip);
}

/* ---- traits */

static bool see_emi_size(const struct mtks_image *image, struct seen *seen)
{
    mtkscan_gfh_record record;
    if (!mtks_image_record(image, image->intbl, MTKSCAN_GFH_EMI_LIST, &record))
        return false;
    *seen = (struct seen){(uint32_t)record.size, record.offset, 8};
    return true;
}

static bool see_int_load(const struct mtks_image *image, struct seen *seen)
{
    if (!image->intbl)
        return false;
    *seen = (struct seen){image->intbl->info.load_addr, image->intbl->offset + 0x1C, 4};
    return true;
}

static bool see_sram_top(const struct mtks_image *image, struct seen *seen)
{
    if (!image->ext)
        return false;
    *seen = (struct seen){0, image->ext->offset + SRAM_TOP_PLACE, 4};
    return mtkscan_read_le32(image->host, seen->offset, &seen->value);
}

static bool see_minor_ver(const struct mtks_image *image, struct seen *seen)
{
    if (!image->has_maui)
        return false;
    *seen = (struct seen){image->maui.minor_ver, image->maui_record.offset + 0xD8, 4};
    return true;
}

static bool covers(uint64_t offset, uint64_t length, uint64_t at)
{
    return at >= offset && at - offset < length;
}

/* Texts that were counted as chip words are no second witness. */
static bool counted_before(const mtkscan_identity *identity, uint64_t at)
{
    const mtkscan_found_text *const texts[] = {
        &identity->platform_id, &identity->rominfo_platform_id, &identity->release_chip};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i]->text[0] && covers(texts[i]->offset, texts[i]->length, at))
            return true;
    return false;
}

static bool see_rom_text(const struct mtks_image *image, const char *text, struct seen *seen)
{
    const mtkscan_host *host = image->host;
    const struct mtks_gfh_file *rom = image->rom;
    if (!rom)
        return false;
    uint64_t end =
        rom->extent < image->size - rom->offset ? rom->offset + rom->extent : image->size;
    uint64_t at;
    for (uint64_t from = rom->offset; from < end; from = at + 1) {
        if (host->find(host, from, end, text, strlen(text), &at) != MTKSCAN_OK)
            return false;
        *seen = (struct seen){0, at, strlen(text)};
        if (!counted_before(&image->identity, at))
            return true;
    }
    return false;
}

/* One row a trait with a number: how it is read, and how it is said. */
static const struct trait_row {
    enum mtkscan_trait_kind kind;
    const char *id, *text;
    bool (*see)(const struct mtks_image *image, struct seen *seen);
} trait_rows[] = {
    {MTKSCAN_TRAIT_EMI_SIZE, "emi-record-size", "bytes of the memory settings (GFH 0101)",
     see_emi_size},
    {MTKSCAN_TRAIT_INT_LOAD, "int-load-address", "load address of the internal loader",
     see_int_load},
    {MTKSCAN_TRAIT_SRAM_TOP, "sram-top", "end of SRAM in EXT_BOOTLOADER", see_sram_top},
    {MTKSCAN_TRAIT_ALICE, "alice-form", "version and header size of ALICE", see_alice},
    {MTKSCAN_TRAIT_MINOR_VER, "sw-minor-version", "software minor version of ROM", see_minor_ver},
};

static void say_trait(struct mtks_out *out, const struct mtks_image *image,
                      const mtkscan_trait *trait)
{
    const bool against = trait->meaning == MTKSCAN_CONTRADICTS;
    const uint32_t flags = against ? MTKSCAN_EVIDENCE_CONTRADICTION : 0;
    const int32_t bits = against ? 0 : trait->bits;
    struct seen seen;
    if (trait->kind == MTKSCAN_TRAIT_ROM_TEXT) {
        if (see_rom_text(image, trait->text, &seen))
            say(out, "rom-text", bits, flags, seen.offset, seen.length,
                "text %s in ROM (FORMAT.md %s)", trait->text, trait->source);
        return;
    }
    for (size_t i = 0; i < sizeof trait_rows / sizeof *trait_rows; i++) {
        const struct trait_row *row = &trait_rows[i];
        if (row->kind == trait->kind && row->see(image, &seen) && seen.value == trait->value)
            say(out, row->id, bits, flags, seen.offset, seen.length, "%s: 0x%X%s (FORMAT.md %s)",
                row->text, seen.value, against ? ", which this chip has not" : "", trait->source);
    }
}

int32_t mtkscan_family_claim(const mtkscan_host *host, const mtkscan_family *family)
{
    const struct mtks_image *image = mtks_image_open(host);
    if (!image)
        return MTKSCAN_E_LIMIT;
    struct mtks_out out = {host, MTKSCAN_OK};
    struct seen seen;
    for (size_t i = 0; i < sizeof common_rows / sizeof *common_rows; i++) {
        const struct common_row *row = &common_rows[i];
        if (row->see(image, &seen))
            say(&out, row->id, row->bits, MTKSCAN_EVIDENCE_COMMON, seen.offset, seen.length, "%s",
                row->text);
    }
    const mtkscan_identity *identity = &image->identity;
    const bool no_platform = image->platform.chip[0] == 0;
    say_chip(&out, family, "platform-id-chip", "platform id", image->platform.chip,
             &identity->platform_id, 60, true);
    say_chip(&out, family, "rominfo-chip", "ROMINFO's platform id", image->rominfo.chip,
             &identity->rominfo_platform_id, 30, no_platform);
    say_chip(&out, family, "release-chip", "release information", identity->release_chip.text,
             &identity->release_chip, 25, false);
    for (const mtkscan_trait *trait = family->traits; trait->kind != MTKSCAN_TRAIT_END; trait++)
        say_trait(&out, image, trait);
    return out.status;
}
