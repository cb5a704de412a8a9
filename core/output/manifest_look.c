/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dump/dump.h"
#include "manifest.h"

#define LIST_MAX    (16u << 20)           /* bytes of a SHA1SUMS of ours */
#define HASH_MAX    (UINT64_C(4) << 30)   /* bytes that are hashed to know a folder again */
#define ENTRIES_MAX (2 * MTKS_TREE_FILES) /* files and folders */
#define MARK_MAX    256u
#define HEX_LENGTH  40u

/* A line of SHA1SUMS. */
struct row {
    const char *name, *hex;
};

typedef MTKS_LIST(struct row) row_list;

static int compare_rows(const void *left, const void *right)
{
    return strcmp(((const struct row *)left)->name, ((const struct row *)right)->name);
}

/* Cuts a list into its lines, in place. False when a line is none of ours, or memory is out. */
static bool parse(char *text, struct mtks_arena *arena, row_list *rows)
{
    while (*text) {
        char *end = strchr(text, '\n');
        if (!end || end - text < (ptrdiff_t)HEX_LENGTH + 3 ||
            strspn(text, "0123456789abcdef") != HEX_LENGTH ||
            strncmp(text + HEX_LENGTH, "  ", 2) != 0)
            return false;
        text[HEX_LENGTH] = *end = '\0';
        struct row *row = MTKS_PUSH(arena, rows);
        if (!row)
            return false;
        *row = (struct row){.name = text + HEX_LENGTH + 2, .hex = text};
        text = end + 1;
    }
    if (rows->count)
        qsort(rows->items, rows->count, sizeof *rows->items, compare_rows);
    return rows->count > 0;
}

/* Reads the list of a folder. */
static bool read_rows(int folder, struct mtks_arena *arena, row_list *rows)
{
    uint64_t size = 0;
    int64_t got = -1;
    int file = mtks_tree_open_file(folder, MTKS_MANIFEST_NAME, &size);
    if (file < 0)
        return false;
    char *text = size <= LIST_MAX ? mtks_arena_alloc(arena, size + 1) : NULL;
    if (text)
        got = mtks_folder_read(file, text, size);
    close(file);
    return got >= 0 && parse(text, arena, rows);
}

static const struct row *find_row(const row_list *rows, const char *name)
{
    const struct row key = {.name = name};
    return bsearch(&key, rows->items, rows->count, sizeof key, compare_rows);
}

/* Whether some listed file lies in a folder. */
static bool has_row_below(const row_list *rows, const char *path)
{
    size_t length = strlen(path), from = 0, to = rows->count;
    while (from < to) { /* the first row that is not before "path/" */
        size_t middle = from + (to - from) / 2;
        const char *name = rows->items[middle].name;
        int order = strncmp(name, path, length);
        if (order < 0 || (order == 0 && (unsigned char)name[length] < '/'))
            from = middle + 1;
        else
            to = middle;
    }
    return from < rows->count && strncmp(rows->items[from].name, path, length) == 0 &&
           rows->items[from].name[length] == '/';
}

/* Whether the marked file begins as it should. */
static bool is_marked(int folder, const struct mtks_manifest_mark *mark)
{
    char text[MARK_MAX];
    uint64_t size = 0;
    size_t length = strlen(mark->start);
    int file = length <= sizeof text ? mtks_tree_open_file(folder, mark->file, &size) : -1;
    if (file < 0)
        return false;
    int64_t got = mtks_folder_read(file, text, length);
    close(file);
    return got == (int64_t)length && memcmp(text, mark->start, length) == 0;
}

/* The SHA-1 of a file that may change meanwhile; more than `left` bytes are not read. False when it
 * cannot be told. */
static bool hash_file(int folder, const char *path, uint64_t *left, char hex[41])
{
    uint8_t block[65536], digest[SHA1_DIGEST_SIZE];
    uint64_t size = 0;
    int64_t got;
    struct sha1_ctx ctx;
    int file = mtks_tree_open_file(folder, path, &size);
    if (file < 0)
        return false;
    sha1_init(&ctx);
    while ((got = mtks_folder_read(file, block, sizeof block)) > 0 && (uint64_t)got <= *left) {
        *left -= (uint64_t)got;
        sha1_update(&ctx, (size_t)got, block);
    }
    close(file);
    if (got != 0)
        return false;
    sha1_digest(&ctx, sizeof digest, digest);
    mtks_hex(digest, sizeof digest, hex);
    return true;
}

/* Names what the list does not hold. */
static bool has_strangers(const struct mtks_tree *tree, const row_list *rows, char *why,
                          size_t room)
{
    struct mtks_name_list strangers = {0};
    for (size_t i = 0; i < tree->files.count; i++)
        if (strcmp(tree->files.items[i], MTKS_MANIFEST_NAME) != 0 &&
            !find_row(rows, tree->files.items[i]))
            mtks_name_list_add(&strangers, tree->files.items[i]);
    for (size_t i = 0; i < tree->folders.count; i++)
        if (!has_row_below(rows, tree->folders.items[i]))
            mtks_name_list_add(&strangers, tree->folders.items[i]);
    return mtks_name_list_tell(&strangers, "which mtkscan did not write", why, room);
}

/* Names what the list holds with another SHA-1. */
static bool has_changes(int folder, const struct mtks_tree *tree, const row_list *rows, char *why,
                        size_t room)
{
    struct mtks_name_list changed = {0};
    uint64_t left = HASH_MAX;
    for (size_t i = 0; i < tree->files.count; i++) {
        char hex[41];
        const struct row *row = find_row(rows, tree->files.items[i]);
        if (row && (!hash_file(folder, row->name, &left, hex) || strcmp(hex, row->hex) != 0))
            mtks_name_list_add(&changed, row->name);
    }
    return mtks_name_list_tell(&changed, "changed since mtkscan wrote it", why, room);
}

bool mtks_manifest_look(const void *mark, int folder, const struct mtks_inputs *inputs,
                        struct mtks_owned *owned, char *why, size_t room)
{
    const struct mtks_manifest_mark *expected = mark;
    const struct mtks_tree *tree = &owned->tree;
    row_list rows = {0};
    if (mtks_tree_list(folder, &owned->arena, ENTRIES_MAX, &owned->tree) != 0) {
        snprintf(why, room, "cannot be listed, so it is not replaced");
        return false;
    }
    for (size_t i = 0; i < tree->files.count; i++)
        if (mtks_owned_obstacle(folder, tree->files.items[i], inputs, why, room))
            return false;
    if (tree->files.count + tree->folders.count == 0)
        return true;
    if (!read_rows(folder, &owned->arena, &rows)) {
        snprintf(why, room,
                 "holds no " MTKS_MANIFEST_NAME " that mtkscan wrote, so it is not replaced");
        return false;
    }
    if (!find_row(&rows, expected->file) || !is_marked(folder, expected)) {
        snprintf(why, room, "holds no %s that mtkscan wrote, so it is not replaced",
                 expected->file);
        return false;
    }
    return !has_strangers(tree, &rows, why, room) && !has_changes(folder, tree, &rows, why, room);
}
