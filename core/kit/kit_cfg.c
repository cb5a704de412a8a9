/* SPDX-License-Identifier: MIT */
#include "kit_cfg.h"

#include <inttypes.h>
#include <string.h>

#include "cfg_line.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "names.h"

#define WORD_MAX     64u
#define ERRORS_SHOWN 20u /* findings that get a line in the head */

/* FORMAT.md 3.1: the device type of an ID list entry, and what the .cfg calls it. */
static const struct {
    uint32_t device_type;
    const char *name;
} flash_types[] = {
    {1, "NAND"},
    {2, "NOR"},
    {3, "SF"},
    {5, "SPI_NAND"},
};

/* The sections that list a region's parts. */
static const struct {
    uint32_t region;
    const char *section;
} region_sections[] = {
    {MTKSCAN_REGION_BOOT, "boot_region"},
    {MTKSCAN_REGION_CONTROL, "control_block_region"},
    {MTKSCAN_REGION_MAIN, "main_region"},
    {MTKSCAN_REGION_FILES, "file_system_region"},
};

/* Warnings that whoever holds the kit has to know, too. */
static const struct {
    const char *code, *text;
} told[] = {
    {"MTK-S001", "SECURED IMAGE, signed by its maker; it runs only on devices with the same keys"},
    {"MTK-S002", "SECURED IMAGE, the root certificate belongs to it; flash all files together"},
};

#define ROWS(table) (sizeof(table) / sizeof *(table))

static bool is_word(const char *text, size_t length)
{
    return length > 0 && length <= WORD_MAX &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") >= length;
}

bool mtks_kit_memory_type_is_sane(const char *text)
{
    size_t length = strlen(text), unit = strlen("MHz");
    if (length > unit && strcmp(text + length - unit, "MHz") == 0)
        length -= unit;
    return is_word(text, length);
}

const char *mtks_kit_flash_type(uint32_t device_type)
{
    for (size_t i = 0; i < ROWS(flash_types); i++)
        if (flash_types[i].device_type == device_type)
            return flash_types[i].name;
    return NULL;
}

/* Adds a line to a list of the head; a text of NULL is lack of memory. */
#define NOTE(analysis, list, text) note(text, MTKS_PUSH(&(analysis)->arena, list))

static int note(const char *text, const char **slot)
{
    if (!text || !slot)
        return -1;
    *slot = text;
    return 0;
}

bool mtks_kit_is_against_evidence(const struct mtks_analysis *analysis)
{
    if (!analysis->forced)
        return false;
    for (size_t i = 0; i < analysis->claims.count; i++) {
        const struct mtks_claim *claim = &analysis->claims.items[i];
        if (analysis->plugin && strcmp(claim->plugin, analysis->plugin) == 0)
            return claim->score <= 0 || claim->contradicted;
    }
    return true; /* it made no claim at all */
}

/* The first check that damaged a part, or NULL. */
static const struct mtks_check *failed_check(const struct mtks_analysis *analysis, uint32_t part)
{
    for (size_t i = 0; i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->part == part && check->result == MTKS_CHECK_FAIL &&
            check->on_fail == MTKSCAN_FAIL_DAMAGE)
            return check;
    }
    return NULL;
}

const char *mtks_kit_part_trouble(struct mtks_analysis *analysis, uint32_t part)
{
    const struct mtks_part *at = &analysis->parts.items[part];
    const char *health = mtks_health_name(at->health);
    if (at->health == MTKS_HEALTH_TRUNCATED)
        return mtks_arena_format(&analysis->arena, "%s, %" PRIu64 " of %" PRIu64 " bytes are there",
                                 health, at->present, at->length);
    const struct mtks_check *check =
        at->health == MTKS_HEALTH_DAMAGED ? failed_check(analysis, part) : NULL;
    if (check)
        return mtks_arena_format(&analysis->arena, "%s, this does not hold: %s", health,
                                 check->text);
    return health;
}

const char *mtks_kit_section(uint32_t region)
{
    for (size_t i = 0; i < ROWS(region_sections); i++)
        if (region_sections[i].region == region)
            return region_sections[i].section;
    return NULL;
}

/* The line of a file in the .cfg, or why it has none. */
static int add_file(struct mtks_analysis *analysis, const struct mtks_kit_file *from,
                    struct mtks_cfg *cfg)
{
    struct mtks_arena *arena = &analysis->arena;
    const struct mtks_part *part = &analysis->parts.items[from->part];
    const char *section = mtks_kit_section(part->region);
    if (!from->written) {
        const char *trouble = mtks_kit_part_trouble(analysis, from->part);
        return NOTE(analysis, &cfg->incomplete,
                    trouble ? mtks_arena_format(arena, "left out %s (%s)", part->name, trouble)
                            : NULL);
    }
    if (!section)
        return NOTE(analysis, &cfg->unlisted, from->name);
    struct mtks_cfg_file *file = MTKS_PUSH(arena, &cfg->files);
    if (!file)
        return -1;
    *file = (struct mtks_cfg_file){.name = from->name, .region = part->region, .section = section};
    if (!(part->flags & MTKSCAN_PART_EXTRA))
        return 0;
    return NOTE(analysis, &cfg->comments,
                mtks_arena_format(arena, "%s is beyond the usual images, flash it with the rest",
                                  from->name));
}

static bool is_left_out(const struct mtks_kit *kit, uint32_t part)
{
    for (size_t i = 0; i < kit->files.count; i++)
        if (kit->files.items[i].part == part)
            return !kit->files.items[i].written;
    return false;
}

bool mtks_kit_is_short(const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (analysis->parts.items[i].health != MTKS_HEALTH_VERIFIED &&
            analysis->parts.items[i].health != MTKS_HEALTH_CONSISTENT)
            return false;
    return analysis->health.verdict == MTKS_INCOMPLETE;
}

/* What is wrong with the .cfg of a kit and not with its files: a new .cfg does not have it. */
static const struct {
    const char *code;
    bool of_files; /* which may mean that a file is not as it should be */
} of_cfg[] = {
    {"MTK-K002", true},  {"MTK-K003", false}, {"MTK-K004", false},
    {"MTK-K005", false}, {"MTK-K006", true},  {"MTK-K008", false},
    {"MTK-K010", true},  {"MTK-K015", true},  {"MTK-K017", true},
};

static bool is_of_cfg(const struct mtks_finding *finding)
{
    for (size_t i = 0; i < ROWS(of_cfg); i++)
        if (strcmp(of_cfg[i].code, finding->code) == 0)
            return true;
    return false;
}

bool mtks_kit_files_are_good(const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (!mtks_kit_part_is_good(&analysis->parts.items[i]))
            return false;
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        bool good = finding->severity != MTKS_ERROR;
        for (size_t j = 0; j < ROWS(of_cfg) && !good; j++)
            good = !of_cfg[j].of_files && strcmp(of_cfg[j].code, finding->code) == 0;
        if (!good)
            return false;
    }
    return true;
}

/* The errors of the dump, but for those of parts that are left out, which say so themselves. */
static int add_errors(struct mtks_analysis *analysis, const struct mtks_kit *kit,
                      struct mtks_cfg *cfg)
{
    struct mtks_arena *arena = &analysis->arena;
    const char *from = analysis->input.kit ? "kit" : "dump";
    size_t count = 0;
    if (mtks_kit_is_short(analysis) && !analysis->input.kit)
        return NOTE(analysis, &cfg->doubts,
                    MTKS_CFG_HEAD_SHORT "an image behind its end would be missing here");
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (finding->severity != MTKS_ERROR || is_left_out(kit, finding->part) ||
            is_of_cfg(finding))
            continue;
        if (count++ < ERRORS_SHOWN && NOTE(analysis, &cfg->incomplete,
                                           mtks_arena_format(arena, "from a %s with %s, %s", from,
                                                             finding->code, finding->message)) < 0)
            return -1;
    }
    if (count <= ERRORS_SHOWN)
        return 0;
    return NOTE(
        analysis, &cfg->incomplete,
        mtks_arena_format(arena, "from a %s with %zu errors more", from, count - ERRORS_SHOWN));
}

/* What a flashing tool needs and the .cfg does not say. */
static int add_lack(struct mtks_analysis *analysis, bool lacks, const char *what,
                    struct mtks_cfg *cfg, const char **lack)
{
    if (!lacks)
        return 0;
    if (!*lack)
        *lack = what;
    return NOTE(analysis, &cfg->incomplete,
                mtks_arena_format(&analysis->arena, "the %s is not known", what));
}

/* Warnings of the dump that concern whoever flashes the kit. */
static int add_warnings(struct mtks_analysis *analysis, struct mtks_cfg *cfg)
{
    for (size_t i = 0; i < ROWS(told); i++) {
        bool found = false;
        for (size_t j = 0; j < analysis->findings.count && !found; j++)
            found = strcmp(analysis->findings.items[j].code, told[i].code) == 0;
        if (found && NOTE(analysis, &cfg->comments, told[i].text) < 0)
            return -1;
    }
    if (!mtks_kit_is_against_evidence(analysis))
        return 0;
    return NOTE(analysis, &cfg->doubts,
                mtks_arena_format(&analysis->arena,
                                  MTKS_CFG_HEAD_FORCED "%s, although the dump speaks against it",
                                  analysis->plugin ? analysis->plugin : ""));
}

/* One entry for each flash ID, in the list's order. */
static int add_memories(struct mtks_analysis *analysis, const char *memory_type,
                        struct mtks_cfg *cfg)
{
    struct mtks_arena *arena = &analysis->arena;
    for (size_t i = 0; i < analysis->flash.ids.count; i++) {
        const struct mtks_flash_id *id = &analysis->flash.ids.items[i];
        const char *type = mtks_kit_flash_type(id->device_type);
        if (!type || id->id_length == 0 || id->id_length > sizeof id->id) {
            const char *text = mtks_arena_format(
                arena, "Flash ID %zu of the firmware is left out, its device type %u is not known",
                i + 1, (unsigned)id->device_type);
            if (NOTE(analysis, &cfg->comments, text) < 0)
                return -1;
            continue;
        }
        struct mtks_cfg_memory *memory = MTKS_PUSH(arena, &cfg->memories);
        if (!memory)
            return -1;
        memory->flash_type = type;
        memory->id_length = id->id_length;
        memory->id_count = sizeof memory->id;
        memcpy(memory->id, id->id, sizeof memory->id);
        memory->memory_type = memory_type;
    }
    return 0;
}

/* Says where the memory type comes from, since no dump states it (FORMAT.md 3.3). */
static int note_memory_type(struct mtks_analysis *analysis, const char *memory_type,
                            const struct mtks_kit_options *options, struct mtks_cfg *cfg)
{
    const char *source = analysis->flash.memory_type_source;
    if (!memory_type)
        return 0;
    if (options->memory_type)
        source = options->memory_type_source ? options->memory_type_source : "given by the user";
    return NOTE(analysis, &cfg->comments,
                mtks_arena_format(&analysis->arena, "Memory type %s, %s", memory_type,
                                  source ? source : "derived from the chip family"));
}

int mtks_kit_make_cfg(struct mtks_analysis *analysis, const struct mtks_kit *kit,
                      const struct mtks_kit_options *options, struct mtks_cfg *cfg,
                      const char **lack)
{
    const char *platform = mtks_fact_value(analysis, MTKSCAN_FACT_PLATFORM);
    const char *memory_type = options->memory_type;
    if (!memory_type && analysis->flash.memory_type &&
        mtks_kit_memory_type_is_sane(analysis->flash.memory_type))
        memory_type = analysis->flash.memory_type;
    if (platform && !is_word(platform, strlen(platform)))
        platform = NULL;

    *cfg = (struct mtks_cfg){.config_version = "alpha",
                             .platform = platform ? platform : "",
                             .parameters_version = "v1"};
    if (options->version) {
        cfg->writer = mtks_arena_format(&analysis->arena, "mtkscan %s", options->version);
        if (!cfg->writer)
            return -1;
    }
    for (size_t i = 0; i < kit->files.count; i++)
        if (add_file(analysis, &kit->files.items[i], cfg) < 0)
            return -1;
    *lack = NULL;
    if (add_errors(analysis, kit, cfg) < 0 || add_warnings(analysis, cfg) < 0 ||
        note_memory_type(analysis, memory_type, options, cfg) < 0 ||
        add_memories(analysis, memory_type, cfg) < 0 ||
        add_lack(analysis, !platform, "platform", cfg, lack) < 0 ||
        add_lack(analysis, !cfg->memories.count, "list of flash IDs", cfg, lack) < 0 ||
        add_lack(analysis, !memory_type, "memory type", cfg, lack) < 0)
        return -1;
    return 0;
}
