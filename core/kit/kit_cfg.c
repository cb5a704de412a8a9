/* SPDX-License-Identifier: MIT */
#include "kit_cfg.h"

#include <inttypes.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "names.h"

#define WORD_MAX 64u

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

static int note(struct mtks_analysis *analysis, struct mtks_cfg *cfg, const char *text)
{
    const char **slot = text ? MTKS_PUSH(&analysis->arena, &cfg->comments) : NULL;
    if (!slot)
        return -1;
    *slot = text;
    return 0;
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

/* The file list, and a word on each file that a reader of the .cfg has to know about. */
static int add_files(struct mtks_analysis *analysis, const struct mtks_kit *kit,
                     struct mtks_cfg *cfg)
{
    struct mtks_arena *arena = &analysis->arena;
    for (size_t i = 0; i < kit->files.count; i++) {
        const struct mtks_kit_file *from = &kit->files.items[i];
        const struct mtks_part *part = &analysis->parts.items[from->part];
        const char *section = mtks_kit_section(part->region);
        const char *text = NULL;
        if (!from->written) {
            const char *trouble = mtks_kit_part_trouble(analysis, from->part);
            if (!trouble)
                return -1;
            text =
                mtks_arena_format(arena, "INCOMPLETE KIT, left out %s (%s)", part->name, trouble);
        } else if (!section) {
            text = mtks_arena_format(arena, "NOT LISTED below, since its region is not known, %s",
                                     from->name);
        } else if (part->flags & MTKSCAN_PART_EXTRA) {
            text = mtks_arena_format(arena, "%s is beyond the usual images, flash it with the rest",
                                     from->name);
        }
        bool quiet = from->written && section && !(part->flags & MTKSCAN_PART_EXTRA);
        if (!quiet && note(analysis, cfg, text) < 0)
            return -1;
        if (!from->written || !section)
            continue;
        struct mtks_cfg_file *file = MTKS_PUSH(arena, &cfg->files);
        if (!file)
            return -1;
        *file =
            (struct mtks_cfg_file){.name = from->name, .region = part->region, .section = section};
    }
    return 0;
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
            if (note(analysis, cfg, text) < 0)
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
static int note_memory_type(struct mtks_analysis *analysis, const char *memory_type, bool given,
                            struct mtks_cfg *cfg)
{
    const char *source = analysis->flash.memory_type_source;
    if (!memory_type)
        return note(analysis, cfg, "INCOMPLETE KIT, the memory type is not known");
    if (given)
        source = "given by the user";
    return note(analysis, cfg,
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
    if (add_files(analysis, kit, cfg) < 0 ||
        note_memory_type(analysis, memory_type, options->memory_type != NULL, cfg) < 0 ||
        add_memories(analysis, memory_type, cfg) < 0)
        return -1;
    *lack = !platform              ? "platform"
            : !cfg->memories.count ? "list of flash IDs"
            : !memory_type         ? "memory type"
                                   : NULL;
    return 0;
}
