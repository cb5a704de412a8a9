/* SPDX-License-Identifier: MIT */
/* Two .cfg files key by key. */
#include <string.h>

#include "../dump/dump.h"
#include "../model/text.h"
#include "convert.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

struct differ {
    struct mtks_cfg_changes *changes;
    struct mtks_arena *arena;
    const struct mtks_cfg *before, *after;
};

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

/* Adds a change unless both values agree; a key of NULL is lack of memory. */
static int add(struct differ *differ, const char *key, const char *before, const char *after,
               unsigned line)
{
    if (!key)
        return -1;
    if (same(before, after))
        return 0;
    struct mtks_cfg_change *change = MTKS_PUSH(differ->arena, &differ->changes->items);
    if (!change)
        return -1;
    *change = (struct mtks_cfg_change){key, before, after, line};
    return 0;
}

static bool has_file(const struct mtks_cfg *cfg, const struct mtks_cfg_file *file)
{
    for (size_t i = 0; i < cfg->files.count; i++)
        if (strcmp(cfg->files.items[i].name, file->name) == 0 &&
            strcmp(cfg->files.items[i].section, file->section) == 0)
            return true;
    return false;
}

/* The files of a section, "A, B"; NULL when memory is out. */
static const char *list_section(struct differ *differ, const struct mtks_cfg *cfg,
                                const char *section)
{
    size_t room = 1;
    for (size_t i = 0; i < cfg->files.count; i++)
        if (strcmp(cfg->files.items[i].section, section) == 0)
            room += strlen(cfg->files.items[i].name) + 2;
    char *text = mtks_arena_alloc(differ->arena, room), *at = text;
    for (size_t i = 0; text && i < cfg->files.count; i++) {
        const char *name = cfg->files.items[i].name;
        if (strcmp(cfg->files.items[i].section, section) != 0)
            continue;
        if (at != text) {
            memcpy(at, ", ", 2);
            at += 2;
        }
        memcpy(at, name, strlen(name));
        at += strlen(name);
    }
    return text;
}

static const char *file_key(struct differ *differ, const char *section, const char *more)
{
    return mtks_arena_format(differ->arena, "%s.file%s", section, more);
}

/* The files of one section: those that went, those that came, and else their order. */
static int compare_section(struct differ *differ, const char *section)
{
    const struct mtks_cfg *before = differ->before, *after = differ->after;
    size_t changes = differ->changes->items.count;
    for (size_t i = 0; i < before->files.count; i++) {
        const struct mtks_cfg_file *file = &before->files.items[i];
        if (strcmp(file->section, section) == 0 && !has_file(after, file) &&
            add(differ, file_key(differ, section, ""), file->name, NULL, file->line) < 0)
            return -1;
    }
    for (size_t i = 0; i < after->files.count; i++) {
        const struct mtks_cfg_file *file = &after->files.items[i];
        if (strcmp(file->section, section) == 0 && !has_file(before, file) &&
            add(differ, file_key(differ, section, ""), NULL, file->name, 0) < 0)
            return -1;
    }
    if (differ->changes->items.count != changes)
        return 0;
    const char *old = list_section(differ, before, section);
    const char *new = list_section(differ, after, section);
    return old && new ? add(differ, file_key(differ, section, " (all)"), old, new, 0) : -1;
}

/* Whether no file of the list before this one is in its section. */
static bool first_of_section(const struct mtks_cfg *cfg, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(cfg->files.items[i].section, cfg->files.items[index].section) == 0)
            return false;
    return true;
}

static int compare_files(struct differ *differ)
{
    const struct mtks_cfg *before = differ->before, *after = differ->after;
    for (size_t i = 0; i < before->files.count; i++)
        if (first_of_section(before, i) &&
            compare_section(differ, before->files.items[i].section) < 0)
            return -1;
    for (size_t i = 0; i < after->files.count; i++) {
        const char *section = after->files.items[i].section;
        bool seen = !first_of_section(after, i);
        for (size_t j = 0; j < before->files.count && !seen; j++)
            seen = strcmp(before->files.items[j].section, section) == 0;
        if (!seen && compare_section(differ, section) < 0)
            return -1;
    }
    return 0;
}

/* The flash ID of an entry in hex, as long as it says. */
static const char *id_text(struct differ *differ, const struct mtks_cfg_memory *memory)
{
    char hex[2 * sizeof memory->id + 1];
    uint32_t length = memory->id_length < sizeof memory->id ? memory->id_length : sizeof memory->id;
    mtks_hex(memory->id, length, hex);
    return mtks_arena_text(differ->arena, hex);
}

/* Settings in one line. */
static const char *settings_text(struct differ *differ, const char *const *items, size_t count)
{
    const char *text = count ? items[0] : NULL;
    for (size_t i = 1; i < count && i < 8 && text; i++)
        text = mtks_arena_format(differ->arena, "%s; %s", text, items[i]);
    return text;
}

/* One entry, where both have it. */
static int compare_memory(struct differ *differ, size_t index)
{
    const struct mtks_cfg_memory *a = &differ->before->memories.items[index];
    const struct mtks_cfg_memory *b = &differ->after->memories.items[index];
    const struct {
        const char *key, *before, *after;
    } rows[] = {
        {"flash_type", a->flash_type, b->flash_type},
        {"flash_id", id_text(differ, a), id_text(differ, b)},
        {"flash_frequency", a->flash_frequency, b->flash_frequency},
        {"SPI_NAND_FLASH_Setting",
         settings_text(differ, a->flash_settings.items, a->flash_settings.count),
         settings_text(differ, b->flash_settings.items, b->flash_settings.count)},
        {"memory_type", a->memory_type, b->memory_type},
        {"EMI_Setting", settings_text(differ, a->emi_settings.items, a->emi_settings.count),
         settings_text(differ, b->emi_settings.items, b->emi_settings.count)},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        if (add(differ,
                mtks_arena_format(differ->arena, "external_memory[%zu].%s", index + 1, rows[i].key),
                rows[i].before, rows[i].after, a->line) < 0)
            return -1;
    return 0;
}

/* An entry that only one of the two has, in one line. */
static const char *memory_text(struct differ *differ, const struct mtks_cfg_memory *memory)
{
    const char *id = id_text(differ, memory);
    return id ? mtks_arena_format(differ->arena, "%s %s %s",
                                  memory->flash_type ? memory->flash_type : "?", id,
                                  memory->memory_type ? memory->memory_type : "")
              : NULL;
}

static int compare_memories(struct differ *differ)
{
    const struct mtks_cfg *before = differ->before, *after = differ->after;
    for (size_t i = 0; i < before->memories.count || i < after->memories.count; i++) {
        if (i < before->memories.count && i < after->memories.count) {
            if (compare_memory(differ, i) < 0)
                return -1;
            continue;
        }
        bool went = i < before->memories.count;
        const struct mtks_cfg_memory *memory =
            went ? &before->memories.items[i] : &after->memories.items[i];
        const char *text = memory_text(differ, memory);
        if (!text || add(differ, mtks_arena_format(differ->arena, "external_memory[%zu]", i + 1),
                         went ? text : NULL, went ? NULL : text, went ? memory->line : 0) < 0)
            return -1;
    }
    return 0;
}

int mtks_cfg_compare(struct mtks_cfg_changes *changes, struct mtks_arena *arena,
                     const struct mtks_cfg *before, const struct mtks_cfg *after)
{
    static const struct mtks_cfg nothing;
    struct differ differ = {changes, arena, before ? before : &nothing, after};
    const struct mtks_cfg *old = differ.before;
    *changes = (struct mtks_cfg_changes){.items = {.count = 0}};
    bool other = old->other_platform && !same(old->other_platform, old->platform);
    if (add(&differ, "general.config_version", old->config_version, after->config_version, 0) < 0 ||
        add(&differ, "general.platform", old->platform, after->platform, 0) < 0 ||
        (other && add(&differ, "platform (again)", old->other_platform, NULL, 0) < 0) ||
        compare_files(&differ) < 0 ||
        add(&differ, "external_memory.parameters_version", old->parameters_version,
            after->parameters_version, 0) < 0)
        return -1;
    return compare_memories(&differ);
}

static void print_line(FILE *out, char sign, const char *key, const char *value)
{
    char a[300], b[1024];
    if (value)
        fprintf(out, "%c %s:%s%s\n", sign, mtks_text_escape(a, sizeof a, key), *value ? " " : "",
                mtks_text_escape(b, sizeof b, value));
}

void mtks_cfg_changes_print(FILE *out, const struct mtks_cfg_changes *changes, const char *before,
                            const char *after)
{
    char name[300];
    if (changes->items.count == 0)
        return;
    fprintf(out, "--- %s\n", mtks_text_escape(name, sizeof name, before));
    fprintf(out, "+++ %s\n", mtks_text_escape(name, sizeof name, after));
    for (size_t i = 0; i < changes->items.count; i++) {
        const struct mtks_cfg_change *change = &changes->items.items[i];
        print_line(out, '-', change->key, change->before);
        print_line(out, '+', change->key, change->after);
    }
}
