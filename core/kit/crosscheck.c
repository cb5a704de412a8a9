/* SPDX-License-Identifier: MIT */
/* Where a .cfg and the firmware of its kit disagree (FORMAT.md 3, 8). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../model/finding.h"
#include "../model/text.h"
#include "kit.h"
#include "kit_cfg.h"
#include "mtkscan/gfh.h"

#define LIST_ROOM 400u /* of one side in a finding about flash IDs */
#define OVERLAP   "MTK-D005"

/* A finding whose detail is `text`; NULL is lack of memory. */
static int note(struct mtks_analysis *analysis, const char *code, uint64_t offset, uint64_t length,
                const char *text)
{
    return text ? mtks_finding_add(analysis, code, text, MTKSCAN_NO_PART, offset, length) : -1;
}

/* A word of the .cfg for a message. */
static const char *shown(char *to, size_t room, const char *word)
{
    if (!word)
        return "no such line";
    return *word ? mtks_text_escape(to, room, word) : "blank";
}

static int check_platform(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    const char *real = mtks_fact_value(analysis, MTKSCAN_FACT_PLATFORM);
    char a[100], b[100], c[100];
    bool named = cfg->platform && *cfg->platform;
    if (named && cfg->other_platform && strcmp(cfg->platform, cfg->other_platform) != 0)
        return note(analysis, "MTK-K003", MTKSCAN_NO_OFFSET, 0,
                    mtks_arena_format(
                        &analysis->arena, "the .cfg has %s and %s, the firmware %s",
                        shown(a, sizeof a, cfg->platform), shown(c, sizeof c, cfg->other_platform),
                        real ? mtks_text_escape(b, sizeof b, real) : "does not tell"));
    if (named && (!real || strcmp(cfg->platform, real) == 0))
        return 0;
    return note(analysis, "MTK-K003", MTKSCAN_NO_OFFSET, 0,
                mtks_arena_format(&analysis->arena, "the .cfg has %s, the firmware %s",
                                  shown(a, sizeof a, cfg->platform),
                                  real ? mtks_text_escape(b, sizeof b, real) : "does not tell"));
}

/* A flash ID as one word: "C22538", with the device type before it unless it is serial NOR. */
static void id_word(char *to, size_t room, const char *type, const uint8_t id[8], uint32_t length)
{
    char *end = to + room;
    if (!type || strcmp(type, "SF") != 0)
        to += snprintf(to, room, "%.20s:", type ? type : "?");
    for (uint32_t i = 0; i < length && i < 8 && end - to >= 3; i++)
        to += snprintf(to, (size_t)(end - to), "%02X", id[i]);
}

#define ID_WORD 48u

static void cfg_word(char word[ID_WORD], const struct mtks_cfg_memory *memory)
{
    word[0] = '\0';
    id_word(word, ID_WORD, memory->flash_type, memory->id, memory->id_length);
}

static void firmware_word(char word[ID_WORD], const struct mtks_flash_id *id)
{
    word[0] = '\0';
    id_word(word, ID_WORD, mtks_kit_flash_type(id->device_type), id->id, id->id_length);
}

/* Adds a word to a list, or "..." once it is full. */
static void list_add(char *list, const char *word)
{
    size_t used = strlen(list);
    char safe[4 * ID_WORD];
    mtks_text_escape(safe, sizeof safe, word);
    if (used + strlen(safe) + 6 < LIST_ROOM)
        snprintf(list + used, LIST_ROOM - used, "%s%s", used ? " " : "", safe);
    else if (used >= 3 && strcmp(list + used - 3, "...") != 0)
        snprintf(list + used, LIST_ROOM - used, " ...");
}

/* Same IDs in the same order. */
static bool same_ids(const struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    if (cfg->memories.count != analysis->flash.ids.count)
        return false;
    for (size_t i = 0; i < cfg->memories.count; i++) {
        char a[ID_WORD], b[ID_WORD];
        cfg_word(a, &cfg->memories.items[i]);
        firmware_word(b, &analysis->flash.ids.items[i]);
        if (strcmp(a, b) != 0)
            return false;
    }
    return true;
}

static bool cfg_has(const struct mtks_cfg *cfg, const char *word)
{
    for (size_t i = 0; i < cfg->memories.count; i++) {
        char a[ID_WORD];
        cfg_word(a, &cfg->memories.items[i]);
        if (strcmp(a, word) == 0)
            return true;
    }
    return false;
}

static bool firmware_has(const struct mtks_analysis *analysis, const char *word)
{
    for (size_t i = 0; i < analysis->flash.ids.count; i++) {
        char a[ID_WORD];
        firmware_word(a, &analysis->flash.ids.items[i]);
        if (strcmp(a, word) == 0)
            return true;
    }
    return false;
}

static int check_ids(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    if (analysis->flash.ids.count == 0 || same_ids(analysis, cfg))
        return 0;
    char listed[LIST_ROOM] = "", real[LIST_ROOM] = "", word[ID_WORD];
    bool missing = false, extra = false;
    for (size_t i = 0; i < cfg->memories.count; i++) {
        cfg_word(word, &cfg->memories.items[i]);
        list_add(listed, word);
        extra = extra || !firmware_has(analysis, word);
    }
    for (size_t i = 0; i < analysis->flash.ids.count; i++) {
        firmware_word(word, &analysis->flash.ids.items[i]);
        list_add(real, word);
        missing = missing || !cfg_has(cfg, word);
    }
    const char *kind = missing && extra                                   ? "others"
                       : missing                                          ? "some are missing"
                       : extra                                            ? "some are too many"
                       : cfg->memories.count != analysis->flash.ids.count ? "one stands twice"
                                                                          : "another order";
    return note(analysis, "MTK-K004", analysis->flash.ids.items[0].offset, 0,
                mtks_arena_format(&analysis->arena,
                                  "%s; the .cfg has %s, the firmware %s (flashing tool: 5096)",
                                  kind, *listed ? listed : "none", real));
}

/* One finding for all entries that have the same wrong memory type. */
static int check_memory_types(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    const char *real = analysis->flash.memory_type;
    for (size_t i = 0; i < cfg->memories.count; i++) {
        const char *type = cfg->memories.items[i].memory_type;
        const char *word = type ? type : "";
        bool wrong = !*word || (real && strcmp(word, real) != 0);
        size_t same = 0;
        for (size_t j = 0; j < cfg->memories.count && wrong; j++) {
            const char *other = cfg->memories.items[j].memory_type;
            if (strcmp(other ? other : "", word) != 0)
                continue;
            wrong = j >= i; /* told before */
            same++;
        }
        if (!wrong)
            continue;
        char a[100], b[100];
        if (note(
                analysis, "MTK-K005", MTKSCAN_NO_OFFSET, 0,
                mtks_arena_format(
                    &analysis->arena,
                    "%zu of %zu entries of the .cfg have %s, the firmware %s (flashing tool: 5097)",
                    same, cfg->memories.count, shown(a, sizeof a, type),
                    real ? mtks_text_escape(b, sizeof b, real) : "does not tell")) < 0)
            return -1;
    }
    return 0;
}

/* The region that a file belongs to: what the module says of the part there, else its type. */
static uint32_t right_region(const struct mtks_analysis *analysis, const struct mtks_cfg_file *file)
{
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        if (part->offset == file->offset && part->file_type == file->file_type)
            return part->region;
    }
    const mtkscan_file_type *type = mtkscan_gfh_file_type(file->file_type);
    return type ? type->region : MTKSCAN_REGION_NONE;
}

static int check_regions(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    for (size_t i = 0; i < cfg->files.count; i++) {
        const struct mtks_cfg_file *file = &cfg->files.items[i];
        uint32_t right = file->length ? right_region(analysis, file) : MTKSCAN_REGION_NONE;
        if (right == MTKSCAN_REGION_NONE || right == file->region || !mtks_kit_section(right))
            continue;
        char name[200];
        if (note(analysis, "MTK-K008", file->offset, file->length,
                 mtks_arena_format(&analysis->arena,
                                   "%s (type 0x%04" PRIX32 ") is in %s, not in %s",
                                   mtks_text_escape(name, sizeof name, file->name), file->file_type,
                                   file->section, mtks_kit_section(right))) < 0)
            return -1;
    }
    return 0;
}

/*
 * The internal loader has to stand first in the boot region: the flashing tools place what the
 * region lists in its order, and only the first gets the loader's place (BOOTHEADER.md 3).
 */
static int check_boot_order(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    const struct mtks_cfg_file *first = NULL, *loader = NULL;
    for (size_t i = 0; i < cfg->files.count; i++) {
        const struct mtks_cfg_file *file = &cfg->files.items[i];
        if (file->region != MTKSCAN_REGION_BOOT)
            continue;
        if (!first)
            first = file;
        if (!loader && file->length && file->file_type == MTKSCAN_FILE_BL)
            loader = file;
    }
    if (!loader || loader == first)
        return 0;
    char a[200], b[200];
    return note(analysis, "MTK-K008", loader->offset, loader->length,
                mtks_arena_format(&analysis->arena,
                                  "%s stands behind %s in %s, where the internal loader has to be "
                                  "the first file",
                                  mtks_text_escape(a, sizeof a, loader->name),
                                  mtks_text_escape(b, sizeof b, first->name), first->section));
}

/* A .cfg without files: the reader took the lines for something else, or it is no scatter file. */
static int check_usable(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    if (cfg->files.count)
        return 0;
    return note(analysis, "MTK-K017", MTKSCAN_NO_OFFSET, 0,
                mtks_arena_format(&analysis->arena,
                                  "%zu flash entries and %zu lines without sense (flashing tool: "
                                  "5011)",
                                  cfg->memories.count, cfg->mistakes.count));
}

/* The index of the first part of a type that is there, or MTKSCAN_NO_PART. */
static uint32_t part_of(const struct mtks_analysis *analysis, uint32_t file_type)
{
    for (uint32_t i = 0; i < analysis->parts.count; i++)
        if (analysis->parts.items[i].file_type == file_type &&
            !(analysis->parts.items[i].flags & MTKSCAN_PART_ABSENT))
            return i;
    return MTKSCAN_NO_PART;
}

static uint64_t offset_of(const struct mtks_analysis *analysis, uint32_t part)
{
    return part == MTKSCAN_NO_PART ? MTKSCAN_NO_OFFSET : analysis->parts.items[part].offset;
}

static int check_needed(struct mtks_analysis *analysis)
{
    static const struct {
        uint32_t file_type;
        const char *what;
    } needed[] = {
        {MTKSCAN_FILE_BL, "INT_BOOTLOADER (flashing tool: 5028)"},
        {MTKSCAN_FILE_EXT_BL, "EXT_BOOTLOADER (flashing tool: 3204)"},
        {MTKSCAN_FILE_ROM, "ROM (flashing tool: 5078)"},
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed && analysis->parts.count; i++)
        if (part_of(analysis, needed[i].file_type) == MTKSCAN_NO_PART &&
            note(analysis, "MTK-K020", MTKSCAN_NO_OFFSET, 0, needed[i].what) < 0)
            return -1;
    return 0;
}

/* Signed loader, signed ROM, root certificate: all of them or none. */
static int check_security(struct mtks_analysis *analysis)
{
    const uint32_t loader = part_of(analysis, MTKSCAN_FILE_BL);
    const uint32_t rom = part_of(analysis, MTKSCAN_FILE_ROM);
    const uint32_t cert = part_of(analysis, MTKSCAN_FILE_ROOT_CERT);
    if (loader == MTKSCAN_NO_PART || rom == MTKSCAN_NO_PART)
        return 0;
    const bool signed_loader = mtks_finding_has(analysis, "MTK-S001", loader) ||
                               mtks_finding_has(analysis, "MTK-S004", loader);
    const bool signed_rom =
        mtks_finding_has(analysis, "MTK-S001", rom) || mtks_finding_has(analysis, "MTK-S004", rom);
    if (signed_loader != signed_rom &&
        note(analysis, "MTK-K018", offset_of(analysis, signed_loader ? rom : loader), 0,
             signed_loader ? "the loader is secured, ROM is not (flashing tool: 5046)"
                           : "ROM is secured, the loader is not (flashing tool: 5053)") < 0)
        return -1;
    const bool secured = signed_loader || signed_rom;
    if (secured == (cert != MTKSCAN_NO_PART))
        return 0;
    return note(analysis, "MTK-K019", offset_of(analysis, cert), 0,
                secured ? "the images are secured, and there is none (flashing tool: 5094)"
                        : "there is one, and no image is secured: it may be another device's "
                          "(flashing tool: 5094)");
}

/* Drops what compose told of files that overlap where the map tells the same of their parts. */
static void merge_overlaps(struct mtks_analysis *analysis)
{
    struct mtks_finding *items = analysis->findings.items;
    size_t kept = 0;
    for (size_t i = 0; i < analysis->findings.count; i++) {
        bool of_files = items[i].part == MTKSCAN_NO_PART && strcmp(items[i].code, OVERLAP) == 0;
        bool again = false;
        for (size_t j = 0; j < analysis->findings.count && of_files && !again; j++)
            again = items[j].part != MTKSCAN_NO_PART && items[i].offset == items[j].offset &&
                    strcmp(items[j].code, OVERLAP) == 0;
        if (!again)
            items[kept++] = items[i];
    }
    analysis->findings.count = kept;
}

int mtks_kit_crosscheck(struct mtks_analysis *analysis, const struct mtks_cfg *cfg)
{
    if (check_usable(analysis, cfg) < 0 || check_platform(analysis, cfg) < 0 ||
        check_ids(analysis, cfg) < 0 || check_memory_types(analysis, cfg) < 0 ||
        check_regions(analysis, cfg) < 0 || check_boot_order(analysis, cfg) < 0 ||
        check_needed(analysis) < 0 || check_security(analysis) < 0)
        return -1;
    merge_overlaps(analysis);
    return 0;
}
