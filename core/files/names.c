/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../model/utf8.h"
#include "../output/tree.h"

#define DELETED "deleted/"
#define DEEP    "%~deep"              /* for what lies deeper than an output folder may */
#define FILL    200u                  /* bytes of a name before its number */
#define DEEPEST (MTKS_TREE_DEPTH - 2) /* names of a path below "deleted" and the drive */

/* What other systems take for something else than a letter. */
static const char reserved[] = "\"*/:<>?\\|";

/* Names that Windows takes for devices, whatever extension follows. */
static const char *const device_names[] = {"CON", "PRN", "AUX", "NUL", "COM", "LPT"};

static bool is_device(const char *name)
{
    size_t length = strcspn(name, ".");
    for (size_t i = 0; i < sizeof device_names / sizeof *device_names; i++)
        if (strncasecmp(name, device_names[i], 3) == 0 &&
            (length == 3 || (length == 4 && name[3] >= '0' && name[3] <= '9')))
            return true;
    return false;
}

/* Whether the character at `at`, of `length` bytes, has to be written as %XX. */
static bool is_odd(const char *name, size_t at, size_t length, uint32_t code)
{
    const bool last = name[at + length] == 0;
    if (code == MTKS_UTF8_INVALID || mtks_utf8_unsafe(code))
        return true;
    if (code < 0x80 && strchr(reserved, (int)code))
        return true;
    if (code == '%')
        return name[at + 1] == '~';
    if (last && (code == '.' || code == ' '))
        return true;
    return at == 0 && (code == '-' || code == ' ' || is_device(name));
}

void mtks_host_name(char safe[MTKS_HOST_NAME], const char *name)
{
    size_t used = 0;
    uint32_t code;
    for (size_t at = 0, length; (length = mtks_utf8_next(name + at, &code)) != 0; at += length) {
        const bool odd = is_odd(name, at, length, code);
        const size_t room = odd ? 3 * length : length;
        if (used + room > FILL)
            break;
        if (!odd)
            memcpy(safe + used, name + at, length);
        for (size_t i = 0; odd && i < length; i++)
            snprintf(safe + used + 3 * i, 4, "%%%02X", (unsigned char)name[at + i]);
        used += room;
    }
    if (used == 0)
        safe[used++] = '_';
    safe[used] = 0;
    /* A cut name may end in what only the whole one may not. */
    if (safe[used - 1] == '.' || safe[used - 1] == ' ')
        safe[used - 1] = '_';
}

void mtks_files_drive(const struct mtks_disk *disk, uint32_t volume, char name[MTKS_DRIVE_NAME])
{
    const char letter = disk->volumes[volume].letter;
    bool taken = letter == 0;
    for (uint32_t i = 0; i < volume; i++)
        taken |= disk->volumes[i].letter == letter;
    if (taken)
        snprintf(name, MTKS_DRIVE_NAME, "volume%" PRIu32, volume + 1);
    else
        snprintf(name, MTKS_DRIVE_NAME, "%c", letter);
}

/* A name among those that stand in one folder. */
struct wish {
    uint32_t volume, parent, index;
    const char *name;
};

static int by_name(const struct wish *a, const struct wish *b)
{
    if (a->volume != b->volume)
        return a->volume < b->volume ? -1 : 1;
    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    return strcasecmp(a->name, b->name);
}

static int compare(const void *left, const void *right)
{
    const struct wish *a = left, *b = right;
    const int order = by_name(a, b);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* "a%~2.gif" for the second "a.gif". */
static const char *numbered(struct mtks_arena *arena, const char *name, size_t number)
{
    const char *dot = strrchr(name, '.');
    const size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    return mtks_arena_format(arena, "%.*s%%~%zu%s", (int)stem, name, number, name + stem);
}

/* Fills `leaves` by index. */
static int name_leaves(const struct mtks_files *files, struct mtks_arena *arena,
                       const char **leaves)
{
    const size_t count = files->disk.entries.count;
    size_t same = 1;
    struct wish *wishes = mtks_arena_alloc(arena, (count + 1) * sizeof *wishes);
    if (!wishes)
        return -1;
    for (uint32_t i = 0; i < count; i++) {
        const struct mtks_entry *entry = &files->disk.entries.items[i];
        char safe[MTKS_HOST_NAME];
        mtks_host_name(safe, entry->name);
        wishes[i] = (struct wish){entry->volume, entry->parent, i, mtks_arena_text(arena, safe)};
        if (!wishes[i].name)
            return -1;
    }
    qsort(wishes, count, sizeof *wishes, compare);
    for (size_t i = 0; i < count; i++) {
        same = i > 0 && by_name(&wishes[i - 1], &wishes[i]) == 0 ? same + 1 : 1;
        leaves[wishes[i].index] = same > 1 ? numbered(arena, wishes[i].name, same) : wishes[i].name;
        if (!leaves[wishes[i].index])
            return -1;
    }
    return 0;
}

/* A path below the drive. Parents come first, so theirs is there already. */
static const char *tail_of(const struct mtks_files *files, struct mtks_arena *arena, uint32_t index,
                           const char *const *leaves, const char *const *tails, unsigned *depths)
{
    const struct mtks_entry *entry = &files->disk.entries.items[index];
    if (entry->parent >= index) {
        depths[index] = 1;
        return leaves[index];
    }
    depths[index] = depths[entry->parent] + 1;
    if (depths[index] <= DEEPEST)
        return mtks_arena_format(arena, "%s/%s", tails[entry->parent], leaves[index]);
    return mtks_arena_format(arena, "%s/%" PRIu32 "-%s", DEEP, index, leaves[index]);
}

const char **mtks_host_paths(const struct mtks_files *files, struct mtks_arena *arena)
{
    const size_t count = files->disk.entries.count;
    const char **leaves = mtks_arena_alloc(arena, (count + 1) * sizeof *leaves);
    const char **paths = mtks_arena_alloc(arena, (count + 1) * sizeof *paths);
    unsigned *depths = mtks_arena_alloc(arena, (count + 1) * sizeof *depths);
    if (!leaves || !paths || !depths || name_leaves(files, arena, leaves))
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        if (!(paths[i] = tail_of(files, arena, i, leaves, paths, depths)))
            return NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct mtks_entry *entry = &files->disk.entries.items[i];
        char drive[MTKS_DRIVE_NAME];
        mtks_files_drive(&files->disk, entry->volume, drive);
        paths[i] =
            mtks_arena_format(arena, "%s%s/%s", entry->deleted ? DELETED : "", drive, paths[i]);
        if (!paths[i])
            return NULL;
    }
    return paths;
}
