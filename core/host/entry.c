/* SPDX-License-Identifier: MIT */
#include "entry.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "shape.h"
#include "sink.h"

#define LOAD_NAME 256u /* bytes of a name for dlopen */

/* How long an entry is that has a member and those before it. */
#define ENTRY_WITH(member)                                                                         \
    (offsetof(mtkscan_plugin, member) + sizeof(((mtkscan_plugin *)0)->member))
#define ENTRY_LEAST ENTRY_WITH(flash_ids) /* what it had in ABI 1.0 */

/* The texts and lists of an entry, as members of one kind. */
struct member {
    const char *name;
    size_t at;
};

static const struct member texts[MTKS_ENTRY_TEXT_MEMBERS] = {
    {"id", offsetof(mtkscan_plugin, id)},           {"version", offsetof(mtkscan_plugin, version)},
    {"title", offsetof(mtkscan_plugin, title)},     {"author", offsetof(mtkscan_plugin, author)},
    {"license", offsetof(mtkscan_plugin, license)}, {"url", offsetof(mtkscan_plugin, url)},
};

static const struct member lists[MTKS_ENTRY_LIST_MEMBERS] = {
    {"chips", offsetof(mtkscan_plugin, chips)},
    {"limitations", offsetof(mtkscan_plugin, limitations)},
};

const char **mtks_entry_text(mtkscan_plugin *entry, size_t number)
{
    return (const char **)(void *)((char *)entry + texts[number].at);
}

const char *const **mtks_entry_list(mtkscan_plugin *entry, size_t number)
{
    return (const char *const **)(void *)((char *)entry + lists[number].at);
}

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
    if (size < ENTRY_WITH(decode)) /* half a pointer is none */
        entry->decode = NULL;

    const char *missing = missing_member(entry);
    if (missing) {
        *reason = mtks_arena_format(arena, "%s is NULL", missing);
        return false;
    }
    for (size_t i = 0; i < MTKS_ENTRY_TEXT_MEMBERS; i++)
        if (!take_text(arena, mtks_entry_text(entry, i), texts[i].name, reason))
            return false;
    for (size_t i = 0; i < MTKS_ENTRY_LIST_MEMBERS; i++) {
        const char *const **list = mtks_entry_list(entry, i);
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

/*
 * Names a descriptor for dlopen. The dynamic linker takes a file for loaded when it has seen its
 * name, and the number of a closed descriptor comes back; so each name is spelled in its own way:
 * a serial number in "./" and ".//".
 */
static void load_name(char name[LOAD_NAME], int fd)
{
    static atomic_uint serial;
    unsigned number = atomic_fetch_add(&serial, 1);
    char spelling[3 * 32 + 1];
    size_t at = 0;
    for (; number; number >>= 1) {
        const char *step = number & 1 ? ".//" : "./";
        size_t length = strlen(step);
        memcpy(spelling + at, step, length);
        at += length;
    }
    spelling[at] = 0;
    snprintf(name, LOAD_NAME, "/proc/self/fd/%s%d", spelling, fd);
}

/* What dlopen said, without the name that only we know. */
static const char *load_fault(struct mtks_arena *arena, const char *name)
{
    const char *said = dlerror();
    if (!said)
        said = "no reason given";
    size_t length = strlen(name);
    if (strncmp(said, name, length) == 0 && said[length] == ':')
        said += length + 1 + strspn(said + length + 1, " ");
    return mtks_arena_format(arena, "cannot be loaded: %s", said);
}

bool mtks_entry_load(struct mtks_arena *arena, int fd, mtkscan_plugin *entry, const char **reason)
{
    char name[LOAD_NAME];
    load_name(name, fd);
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        *reason = load_fault(arena, name);
        return false;
    }
    const void *exported = dlsym(handle, MTKSCAN_ENTRY_SYMBOL);
    if (!exported) {
        *reason = mtks_arena_format(arena, "exports no " MTKSCAN_ENTRY_SYMBOL);
        return false;
    }
    return mtks_entry_take(arena, exported, entry, reason);
}
