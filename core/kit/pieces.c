/* SPDX-License-Identifier: MIT */
/* Loads the files of a kit folder, and says where folder and .cfg disagree. */
#include "pieces.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../model/finding.h"
#include "../model/text.h"
#include "mtkscan/bytes.h"
#include "names.h"

#define HEAD_SIZE 0x40u /* of the larger FILE_INFO */

/* Regions whose files are images with a header; others hold whatever their maker put there. */
#define IMAGE_REGIONS                                                                              \
    (1u << MTKSCAN_REGION_BOOT | 1u << MTKSCAN_REGION_CONTROL | 1u << MTKSCAN_REGION_MAIN)

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while reading the kit");
}

int mtks_pieces_note(struct mtks_pieces *pieces, const char *code, uint64_t offset, uint64_t length,
                     const char *text, mtkscan_error *error)
{
    if (!text ||
        mtks_finding_add(pieces->analysis, code, text, MTKSCAN_NO_PART, offset, length) < 0)
        return out_of_memory(error);
    return MTKSCAN_DONE;
}

const char *mtks_pieces_shown(struct mtks_pieces *pieces, const char *name)
{
    char shown[200];
    return mtks_arena_text(&pieces->analysis->arena, mtks_text_escape(shown, sizeof shown, name));
}

void mtks_pieces_free(struct mtks_pieces *pieces)
{
    for (size_t i = 0; i < pieces->items.count; i++)
        free(pieces->items.items[i].bytes);
    pieces->items.count = 0;
}

/* A finding of one file, "NAME" or "NAME, why", which nothing places in the image. */
static int note_file(struct mtks_pieces *pieces, const char *code, const char *name,
                     const char *why, mtkscan_error *error)
{
    const char *shown = mtks_pieces_shown(pieces, name);
    if (shown && why)
        shown = mtks_arena_format(&pieces->analysis->arena, "%s, %s", shown, why);
    return mtks_pieces_note(pieces, code, MTKSCAN_NO_OFFSET, 0, shown, error);
}

/* The folder's own spelling of a name: exact, else letter case apart, as on the flashing tool's
 * system. NULL: not there. */
static const char *find_entry(const struct mtks_pieces *pieces, const char *name)
{
    const char *near = NULL;
    for (size_t i = 0; i < pieces->names.count; i++) {
        if (strcmp(pieces->names.items[i], name) == 0)
            return pieces->names.items[i];
        if (!near && strcasecmp(pieces->names.items[i], name) == 0)
            near = pieces->names.items[i];
    }
    return near;
}

/* Reads an open file whole into a new piece. */
static int add_piece(struct mtks_pieces *pieces, int file, uint64_t size, const uint8_t *head,
                     uint64_t head_size, struct mtks_piece piece, mtkscan_error *error)
{
    uint64_t limit = pieces->analysis->limits.input;
    if (!mtkscan_add(pieces->total, size, &pieces->total) || pieces->total > limit) {
        int outcome = mtks_fail(error, MTKSCAN_REFUSED, "the files have more bytes than the limit");
        mtks_advise(error, "raise it with --limit input=N");
        return outcome;
    }
    struct mtks_piece *item = MTKS_PUSH(&pieces->analysis->arena, &pieces->items);
    if (!item)
        return out_of_memory(error);
    *item = piece;
    item->bytes = malloc(size ? (size_t)size : 1);
    if (!item->bytes)
        return out_of_memory(error);
    memcpy(item->bytes, head, (size_t)head_size);
    int64_t rest = mtks_folder_read(file, item->bytes + head_size, size - head_size);
    if (rest < 0)
        return mtks_fail(error, MTKSCAN_SYSTEM, "cannot read the kit: %s", strerror(errno));
    item->size = head_size + (uint64_t)rest;
    return MTKSCAN_DONE;
}

/* Opens an entry and, when it is an image, makes it a piece. *image says whether it is one. */
static int load_entry(struct mtks_pieces *pieces, int file, uint64_t size, struct mtks_piece piece,
                      bool *image, mtkscan_error *error)
{
    uint8_t head[HEAD_SIZE];
    int64_t got = mtks_folder_read(file, head, size < HEAD_SIZE ? size : HEAD_SIZE);
    if (got < 0)
        return mtks_fail(error, MTKSCAN_SYSTEM, "cannot read the kit: %s", strerror(errno));
    *image = mtkscan_file_info_parse(head, (uint64_t)got, &piece.info);
    /* Linker leftovers without a length lie about in kits; only the .cfg can call for them. */
    bool leftover = piece.info.file_len == MTKSCAN_LENGTH_UNSET && !piece.listed;
    if (!*image || leftover)
        return MTKSCAN_DONE;
    return add_piece(pieces, file, size, head, (uint64_t)got, piece, error);
}

/* Says so when a file is longer or shorter than its own header tells. */
static int check_length(struct mtks_pieces *pieces, const struct mtks_piece *piece,
                        mtkscan_error *error)
{
    struct mtks_arena *arena = &pieces->analysis->arena;
    if (piece->size == piece->info.file_len)
        return MTKSCAN_DONE;
    const char *text =
        piece->info.file_len == MTKSCAN_LENGTH_UNSET
            ? mtks_arena_text(arena, "its header states no length, so it is a build leftover")
            : mtks_arena_format(arena, "it has %" PRIu64 " bytes, its header says %" PRIu32,
                                piece->size, piece->info.file_len);
    return text ? note_file(pieces, "MTK-K011", piece->name, text, error) : out_of_memory(error);
}

static bool listed_before(const struct mtks_cfg *cfg, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcasecmp(cfg->files.items[i].name, cfg->files.items[index].name) == 0)
            return true;
    return false;
}

/* Loads one file that the .cfg names. */
static int load_listed(struct mtks_pieces *pieces, size_t index, mtkscan_error *error)
{
    struct mtks_cfg_file *listed = &pieces->cfg->files.items[index];
    if (!mtks_cfg_name_is_safe(listed->name))
        return note_file(pieces, "MTK-K006", listed->name, NULL, error);
    if (listed_before(pieces->cfg, index))
        return note_file(pieces, "MTK-K007", listed->name, NULL, error);
    const char *name = find_entry(pieces, listed->name);
    if (!name)
        return note_file(pieces, "MTK-K001", listed->name, NULL, error);
    uint64_t size = 0;
    int file = mtks_folder_open_file(pieces->folder, name, &size);
    if (file < 0)
        return note_file(
            pieces, "MTK-K001", name,
            errno == EINVAL || errno == ELOOP ? "it is no plain file" : strerror(errno), error);
    bool image = false;
    int outcome = load_entry(pieces, file, size,
                             (struct mtks_piece){.name = name, .listed = listed}, &image, error);
    close(file);
    if (outcome == MTKSCAN_DONE && !image && (IMAGE_REGIONS >> listed->region & 1))
        return note_file(pieces, "MTK-K012", name, NULL, error);
    return outcome;
}

static bool is_loaded(const struct mtks_pieces *pieces, const char *name)
{
    for (size_t i = 0; i < pieces->items.count; i++)
        if (strcmp(pieces->items.items[i].name, name) == 0)
            return true;
    return false;
}

/* Loads an entry that the .cfg does not name, if it is an image. What cannot be opened is not
 * looked at: it is no part of the kit. */
static int load_other(struct mtks_pieces *pieces, const char *name, mtkscan_error *error)
{
    uint64_t size = 0;
    bool image = false;
    int file = mtks_folder_open_file(pieces->folder, name, &size);
    if (file < 0)
        return MTKSCAN_DONE;
    int outcome = load_entry(pieces, file, size, (struct mtks_piece){.name = name}, &image, error);
    close(file);
    return outcome;
}

int mtks_pieces_load(struct mtks_pieces *pieces, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    size_t listed = pieces->cfg ? pieces->cfg->files.count : 0;
    for (size_t i = 0; i < listed && outcome == MTKSCAN_DONE; i++)
        outcome = load_listed(pieces, i, error);
    for (size_t i = 0; i < pieces->names.count && outcome == MTKSCAN_DONE; i++)
        if (!mtks_kit_is_cfg_name(pieces->names.items[i]) &&
            !is_loaded(pieces, pieces->names.items[i]))
            outcome = load_other(pieces, pieces->names.items[i], error);
    for (size_t i = 0; i < pieces->items.count && outcome == MTKSCAN_DONE; i++)
        outcome = check_length(pieces, &pieces->items.items[i], error);
    return outcome;
}
