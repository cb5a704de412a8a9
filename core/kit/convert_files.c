/* SPDX-License-Identifier: MIT */
#include "convert_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../model/text.h"
#include "../output/folder.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "names.h"

#define HEAD_SIZE 0x40u /* of the larger FILE_INFO */

void mtks_kit_entries_free(struct mtks_kit_entries *entries)
{
    for (size_t i = 0; i < entries->items.count; i++)
        free(entries->items.items[i].bytes);
    entries->items.count = 0;
}

struct mtks_kit_entry *mtks_kit_entries_find(const struct mtks_kit_entries *entries,
                                             const char *name)
{
    struct mtks_kit_entry *near = NULL;
    for (size_t i = 0; i < entries->items.count; i++) {
        struct mtks_kit_entry *entry = &entries->items.items[i];
        if (strcmp(entry->name, name) == 0)
            return entry;
        if (!near && strcasecmp(entry->name, name) == 0)
            near = entry;
    }
    return near;
}

int mtks_kit_source_check(const struct mtks_kit_source *source, mtkscan_error *error)
{
    if (source->analysis->status == MTKS_IDENTIFIED)
        return MTKSCAN_DONE;
    bool unknown = source->analysis->status == MTKS_UNKNOWN;
    mtks_fail(error, unknown ? MTKSCAN_NOT_RECOGNISED : MTKSCAN_AMBIGUOUS,
              "the kit is %s, so nobody can tell what its files are",
              unknown ? "not recognised" : "ambiguous");
    mtks_advise(error, "Choose a module with --plugin ID if you know the chip.");
    return unknown ? MTKSCAN_NOT_RECOGNISED : MTKSCAN_AMBIGUOUS;
}

static int no_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while reading the kit");
}

/* A part with its digest, sorted for looking files up by content. */
struct digest {
    uint8_t sha1[20];
    uint64_t length;
    uint32_t part;
};

static int compare_digests(const void *left, const void *right)
{
    const struct digest *a = left, *b = right;
    int order = memcmp(a->sha1, b->sha1, sizeof a->sha1);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

struct digests {
    struct digest *items;
    size_t count;
};

/* Digests of all parts that are whole; their bytes together are at most the dump's unless parts
 * overlap, and then the sum is bounded here: what is behind that is not looked up. */
static int digest_parts(struct digests *digests, const struct mtks_kit_source *source)
{
    const struct mtks_analysis *analysis = source->analysis;
    uint64_t room = source->dump->size * 2;
    digests->items = mtks_arena_alloc(&source->analysis->arena,
                                      (analysis->parts.count + 1) * sizeof *digests->items);
    if (!digests->items)
        return -1;
    for (uint32_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        const uint8_t *bytes = mtks_dump_span(source->dump, part->offset, part->length);
        if (!bytes || part->length == 0 || part->length > room || part->flags & MTKSCAN_PART_ABSENT)
            continue;
        room -= part->length;
        struct digest *item = &digests->items[digests->count++];
        *item = (struct digest){.length = part->length, .part = i};
        mtks_sha1_raw(bytes, part->length, item->sha1);
    }
    qsort(digests->items, digests->count, sizeof *digests->items, compare_digests);
    return 0;
}

static uint32_t find_part(const struct digests *digests, const struct mtks_kit_entry *entry)
{
    struct digest key = {.length = entry->size};
    mtks_sha1_raw(entry->bytes, entry->size, key.sha1);
    const struct digest *found =
        digests->count ? bsearch(&key, digests->items, digests->count, sizeof key, compare_digests)
                       : NULL;
    return found ? found->part : MTKSCAN_NO_PART;
}

/* Whether the .cfg names an entry, and where. */
static void mark(struct mtks_kit_entries *entries, const struct mtks_cfg *cfg)
{
    struct mtks_kit_entry *entry;
    for (size_t i = 0; cfg && i < cfg->files.count; i++)
        if ((entry = mtks_kit_entries_find(entries, cfg->files.items[i].name)))
            entry->listed = true;
    for (size_t i = 0; cfg && i < cfg->unlisted.count; i++)
        if ((entry = mtks_kit_entries_find(entries, cfg->unlisted.items[i])))
            entry->mentioned = true;
}

/* Reads what is left of an open file behind its head. */
static int read_rest(struct mtks_kit_entry *entry, int file, const uint8_t *head, uint64_t got,
                     uint64_t size, mtkscan_error *error)
{
    entry->bytes = malloc(size ? (size_t)size : 1);
    if (!entry->bytes)
        return no_memory(error);
    memcpy(entry->bytes, head, (size_t)got);
    int64_t rest = mtks_folder_read(file, entry->bytes + got, size - got);
    if (rest < 0)
        return mtks_fail(error, MTKSCAN_SYSTEM, "cannot read the kit: %s", strerror(errno));
    entry->size = got + (uint64_t)rest;
    return MTKSCAN_DONE;
}

/* Reads one entry, if it is of interest. What cannot be opened is no file of the kit. */
static int read_entry(struct mtks_kit_entry *entry, int folder, uint64_t *room,
                      mtkscan_error *error)
{
    uint8_t head[HEAD_SIZE];
    mtkscan_file_info info;
    uint64_t size = 0;
    int file = entry->is_cfg ? -1 : mtks_folder_open_file(folder, entry->name, &size);
    if (file < 0)
        return MTKSCAN_DONE;
    int outcome = MTKSCAN_DONE;
    int64_t got = mtks_folder_read(file, head, size < HEAD_SIZE ? size : HEAD_SIZE);
    entry->image = got > 0 && mtkscan_file_info_parse(head, (uint64_t)got, &info);
    if (got < 0) {
        outcome = mtks_fail(error, MTKSCAN_SYSTEM, "cannot read the kit: %s", strerror(errno));
    } else if (entry->listed || entry->mentioned || entry->image) {
        if (size > *room) {
            outcome = mtks_fail(error, MTKSCAN_REFUSED, "the files have more bytes than the limit");
            mtks_advise(error, "raise it with --limit input=N");
        } else {
            *room -= size;
            outcome = read_rest(entry, file, head, (uint64_t)got, size, error);
        }
    }
    close(file);
    return outcome;
}

static int read_all(struct mtks_kit_entries *entries, const struct mtks_kit_source *source,
                    int folder, mtkscan_error *error)
{
    struct mtks_analysis *analysis = source->analysis;
    uint64_t room = analysis->limits.input;
    struct digests digests = {.count = 0};
    int outcome = MTKSCAN_DONE;
    if (digest_parts(&digests, source) < 0)
        return no_memory(error);
    for (size_t i = 0; i < entries->items.count && outcome == MTKSCAN_DONE; i++) {
        struct mtks_kit_entry *entry = &entries->items.items[i];
        outcome = read_entry(entry, folder, &room, error);
        if (outcome == MTKSCAN_DONE && entry->image)
            entry->part = find_part(&digests, entry);
    }
    return outcome;
}

int mtks_kit_entries_read(struct mtks_kit_entries *entries, const struct mtks_kit_source *source,
                          mtkscan_error *error)
{
    struct mtks_arena *arena = &source->analysis->arena;
    mtks_folder_names names = {.count = 0};
    char shown[200];
    *entries = (struct mtks_kit_entries){.items = {.count = 0}};
    int folder = open(source->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int listed = folder < 0
                     ? -1
                     : mtks_folder_list(folder, arena, source->analysis->limits.kit_files, &names);
    if (listed != 0) {
        int number = errno;
        if (folder >= 0)
            close(folder);
        return listed > 0 ? mtks_fail(error, MTKSCAN_REFUSED, "the folder has too many entries")
                          : mtks_fail(error, MTKSCAN_SYSTEM, "cannot list %s: %s",
                                      mtks_text_escape(shown, sizeof shown, source->dir),
                                      strerror(number));
    }
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < names.count && outcome == MTKSCAN_DONE; i++) {
        struct mtks_kit_entry *entry = MTKS_PUSH(arena, &entries->items);
        if (!entry)
            outcome = no_memory(error);
        else
            *entry = (struct mtks_kit_entry){.name = names.items[i],
                                             .part = MTKSCAN_NO_PART,
                                             .is_cfg = mtks_kit_is_cfg_name(names.items[i])};
    }
    mark(entries, source->cfg);
    if (outcome == MTKSCAN_DONE)
        outcome = read_all(entries, source, folder, error);
    close(folder);
    return outcome;
}
