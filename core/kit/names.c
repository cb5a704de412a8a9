/* SPDX-License-Identifier: MIT */
/* File names of a kit: the raw names of a dump made safe and distinct. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "kit.h"
#include "mtkscan/gfh.h"
#include "names.h"

#define CFG_SUFFIX ".cfg"

/*
 * Room in an encoded name: what the raw name may fill, what repairs of both ends may add, and a
 * number against collisions. All of it stays within MTKS_KIT_NAME_MAX.
 */
#define NAME_FILL   180u
#define NAME_REPAIR 8u
#define NAME_NUMBER 12u
_Static_assert(NAME_FILL + NAME_REPAIR + NAME_NUMBER <= MTKS_KIT_NAME_MAX, "names are too long");

/* Names that Windows takes for devices, whatever extension follows. */
static const char *const device_names[] = {
    "CON",  "PRN",  "AUX",  "NUL",  "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7",
    "COM8", "COM9", "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
};

/* A role that a convention names in its own way. */
struct role_name {
    uint32_t file_type;
    const char *name;
};

static const struct role_name extractor_names[] = {
    {MTKSCAN_FILE_BL, "INT_BOOTLOADER"},
    {MTKSCAN_FILE_EXT_BL, "EXT_BOOTLOADER"},
};

static const struct role_name splitter_names[] = {
    {MTKSCAN_FILE_BL, "BOOTLOADER"},
};

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* What roles without a name of their own are called. */
enum other_names { OTHER_FILE, OTHER_NUMBER, OTHER_ROLE };

/* Conventions of kits that are about (PEERS 0, 4a). */
static const struct {
    const char *word, *cfg_name; /* cfg_name NULL: after the project */
    const struct role_name *roles;
    size_t role_count;
    enum other_names others;
} conventions[] = {
    [MTKS_NAMES_VENDOR] = {"vendor", NULL, NULL, 0, OTHER_FILE},
    [MTKS_NAMES_EXTRACTOR] = {"extractor", "config_mtk.cfg", extractor_names, ROWS(extractor_names),
                              OTHER_NUMBER},
    [MTKS_NAMES_FW_SPLITTER] = {"fw_splitter", "cat.cfg", splitter_names, ROWS(splitter_names),
                                OTHER_ROLE},
};

bool mtks_kit_naming(const char *word, enum mtks_naming *naming)
{
    for (size_t i = 0; i < ROWS(conventions); i++)
        if (strcmp(conventions[i].word, word) == 0) {
            *naming = (enum mtks_naming)i;
            return true;
        }
    return false;
}

static bool is_device_name(const char *name)
{
    size_t length = strcspn(name, ".");
    for (size_t i = 0; i < ROWS(device_names); i++)
        if (strlen(device_names[i]) == length && strncasecmp(name, device_names[i], length) == 0)
            return true;
    return false;
}

bool mtks_kit_is_cfg_name(const char *name)
{
    size_t length = strlen(name), suffix = strlen(CFG_SUFFIX);
    return length >= suffix && strcasecmp(name + length - suffix, CFG_SUFFIX) == 0;
}

/* Replaces the byte at `at` by %XX in place; the buffer has room for it. */
static void escape_byte(char *at)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char)*at;
    memmove(at + 3, at + 1, strlen(at + 1) + 1);
    at[0] = '%';
    at[1] = digits[byte >> 4];
    at[2] = digits[byte & 15];
}

void mtks_kit_safe_name(char safe[MTKS_KIT_NAME_MAX + 1], const char *raw)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t used = 0;
    for (; *raw && used + 3 <= NAME_FILL; raw++) {
        safe[used] = *raw;
        safe[used + 1] = '\0';
        if (strchr(allowed, *raw)) {
            used++;
        } else {
            escape_byte(safe + used);
            used += 3;
        }
    }
    safe[used] = '\0';
    if (used == 0)
        memcpy(safe, "FILE", sizeof "FILE");
    /* A leading dot hides a file, a leading dash looks like an option. */
    if (safe[0] == '.' || safe[0] == '-' || is_device_name(safe))
        escape_byte(safe);
    used = strlen(safe);
    if (safe[used - 1] == '.') /* Windows drops it */
        escape_byte(safe + used - 1);
    else if (mtks_kit_is_cfg_name(safe)) /* else the kit had two .cfg files */
        escape_byte(safe + used - strlen(CFG_SUFFIX));
}

bool mtks_kit_part_is_good(const struct mtks_part *part)
{
    return part->health == MTKS_HEALTH_VERIFIED || part->health == MTKS_HEALTH_CONSISTENT;
}

/* Flash order. Parts that are absent have no place to go by and come last. */
static bool comes_before(const struct mtks_part *a, const struct mtks_part *b)
{
    bool absent_a = (a->flags & MTKSCAN_PART_ABSENT) != 0;
    bool absent_b = (b->flags & MTKSCAN_PART_ABSENT) != 0;
    return absent_a != absent_b ? absent_b : a->offset < b->offset;
}

/* Fills kit->files with the parts in flash order, unnamed. Insertion keeps equal places as emitted,
 * and parts mostly come sorted. */
static int list_files(struct mtks_analysis *analysis, struct mtks_kit *kit)
{
    const struct mtks_part *parts = analysis->parts.items;
    for (uint32_t i = 0; i < analysis->parts.count; i++) {
        if (!MTKS_PUSH(&analysis->arena, &kit->files))
            return -1;
        size_t at = i;
        for (; at > 0 && comes_before(&parts[i], &parts[kit->files.items[at - 1].part]); at--)
            kit->files.items[at] = kit->files.items[at - 1];
        kit->files.items[at] =
            (struct mtks_kit_file){.part = i, .written = mtks_kit_part_is_good(&parts[i])};
    }
    return 0;
}

/* The raw name of a part under a convention; `room` bytes at `to` may serve for it. */
static const char *raw_name(char *to, size_t room, const struct mtks_part *part,
                            enum mtks_naming naming, unsigned *number)
{
    const struct role_name *roles = conventions[naming].roles;
    for (size_t i = 0; i < conventions[naming].role_count; i++)
        if (roles[i].file_type == part->file_type)
            return roles[i].name;
    if (conventions[naming].others == OTHER_FILE && part->file && *part->file)
        return part->file;
    if (conventions[naming].others != OTHER_NUMBER)
        return part->name;
    snprintf(to, room, "FILE_%02u_mtk", ++*number);
    return to;
}

/*
 * Gives each file its safe name; the second of a name gets ~2, and so on, letter case apart. No
 * name holds a ~ of its own and none ends in .cfg, so the result is distinct, also from the .cfg.
 */
static int name_files(struct mtks_analysis *analysis, enum mtks_naming naming, struct mtks_kit *kit)
{
    unsigned number = 0;
    size_t count = kit->files.count;
    const char **plain = mtks_arena_alloc(&analysis->arena, count * sizeof *plain);
    if (!plain)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_part *part = &analysis->parts.items[file->part];
        char usual[32], safe[MTKS_KIT_NAME_MAX + 1];
        mtks_kit_safe_name(safe, raw_name(usual, sizeof usual, part, naming, &number));
        plain[i] = mtks_arena_text(&analysis->arena, safe);
        if (!plain[i])
            return -1;
        size_t same = 1;
        for (size_t j = 0; j < i; j++)
            same += strcasecmp(plain[j], plain[i]) == 0;
        file->name =
            same == 1 ? plain[i] : mtks_arena_format(&analysis->arena, "%s~%zu", plain[i], same);
        if (!file->name)
            return -1;
    }
    return 0;
}

static const char *cfg_name(struct mtks_analysis *analysis, enum mtks_naming naming)
{
    const char *project = mtks_fact_value(analysis, MTKSCAN_FACT_PROJECT);
    char safe[MTKS_KIT_NAME_MAX + 1];
    if (conventions[naming].cfg_name)
        return conventions[naming].cfg_name;
    if (!project || !*project)
        return "firmware.cfg";
    mtks_kit_safe_name(safe, project);
    return mtks_arena_format(&analysis->arena, "%s_BB.cfg", safe);
}

int mtks_kit_names(struct mtks_analysis *analysis, enum mtks_naming naming, struct mtks_kit *kit)
{
    memset(kit, 0, sizeof *kit);
    kit->cfg_name = cfg_name(analysis, naming);
    if (!kit->cfg_name || list_files(analysis, kit) < 0)
        return -1;
    return name_files(analysis, naming, kit);
}
