/* SPDX-License-Identifier: MIT */
#include "entry.h"

#include <string.h>

#include "shape.h"
#include "sink.h"

/* What the entry had in ABI 1.0. */
#define ENTRY_LEAST (offsetof(mtkscan_plugin, flash_ids) + sizeof(((mtkscan_plugin *)0)->flash_ids))

/* The texts and lists of an entry, as members of one kind. */
struct member {
    const char *name;
    size_t at;
};

static const struct member texts[] = {
    {"id", offsetof(mtkscan_plugin, id)},           {"version", offsetof(mtkscan_plugin, version)},
    {"title", offsetof(mtkscan_plugin, title)},     {"author", offsetof(mtkscan_plugin, author)},
    {"license", offsetof(mtkscan_plugin, license)}, {"url", offsetof(mtkscan_plugin, url)},
};

static const struct member lists[] = {
    {"chips", offsetof(mtkscan_plugin, chips)},
    {"limitations", offsetof(mtkscan_plugin, limitations)},
};

/* Replaces a text by its copy. */
static bool take_text(struct mtks_arena *arena, const char **text, const char *name,
                      const char **reason)
{
    const char *fault = mtks_text_fault(*text);
    *reason = fault ? mtks_arena_format(arena, "%s %s", name, fault) : NULL;
    if (fault)
        return false;
    *text = mtks_arena_text(arena, *text);
    return *text != NULL;
}

/* Replaces a NULL-terminated list by its copy. */
static bool take_list(struct mtks_arena *arena, const char *const **list, const char *name,
                      const char **reason)
{
    size_t count = 0;
    *reason = NULL;
    while (count <= MTKS_ENTRY_TEXTS && (*list)[count])
        count++;
    if (count > MTKS_ENTRY_TEXTS) {
        *reason = mtks_arena_format(arena, "%s has more than %u texts", name, MTKS_ENTRY_TEXTS);
        return false;
    }
    const char **copy = mtks_arena_alloc(arena, (count + 1) * sizeof *copy);
    for (size_t i = 0; copy && i < count; i++) {
        copy[i] = (*list)[i];
        if (!take_text(arena, &copy[i], name, reason))
            return false;
    }
    *list = copy;
    return copy != NULL;
}

/* ABI and size, before anything else of the entry is read. */
static const char *head_fault(struct mtks_arena *arena, const void *exported)
{
    uint32_t head[2]; /* struct_size and abi come first, for ever */
    memcpy(head, exported, sizeof head);
    if (head[1] >> 16 != MTKSCAN_ABI_MAJOR)
        return mtks_arena_format(arena, "is built for ABI %lu.%lu, this host has %u.%u",
                                 (unsigned long)(head[1] >> 16), (unsigned long)(head[1] & 0xFFFF),
                                 MTKSCAN_ABI_MAJOR, MTKSCAN_ABI_MINOR);
    if (head[0] < ENTRY_LEAST || head[0] > MTKS_STRUCT_MAX)
        return mtks_arena_format(arena, "states an entry of %lu bytes, not %zu .. %u",
                                 (unsigned long)head[0], ENTRY_LEAST, MTKS_STRUCT_MAX);
    return "";
}

static const char *missing_member(const mtkscan_plugin *entry)
{
    return !entry->claim       ? "claim"
           : !entry->layout    ? "layout"
           : !entry->flash_ids ? "flash_ids"
           : !entry->chips     ? "chips"
                               : NULL;
}

bool mtks_entry_take(struct mtks_arena *arena, const void *exported, mtkscan_plugin *entry,
                     const char **reason)
{
    memset(entry, 0, sizeof *entry);
    *reason = head_fault(arena, exported);
    if (!*reason || **reason)
        return false;
    uint32_t size;
    memcpy(&size, exported, sizeof size);
    memcpy(entry, exported, size < sizeof *entry ? size : sizeof *entry);

    const char *missing = missing_member(entry);
    if (missing) {
        *reason = mtks_arena_format(arena, "%s is NULL", missing);
        return false;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!take_text(arena, (const char **)(void *)((char *)entry + texts[i].at), texts[i].name,
                       reason))
            return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *const **list = (const char *const **)(void *)((char *)entry + lists[i].at);
        if (*list && !take_list(arena, list, lists[i].name, reason))
            return false;
    }
    if (!mtks_is_module_id(entry->id))
        *reason = mtks_arena_format(arena, "id \"%s\" does not fit " MTKS_MODULE_ID, entry->id);
    else if (!entry->chips[0])
        *reason = mtks_arena_format(arena, "lists no chip");
    else
        return true;
    return false;
}
