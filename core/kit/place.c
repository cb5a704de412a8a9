/* SPDX-License-Identifier: MIT */
/* Where the images of a kit go (FORMAT.md 1.4, BOOTHEADER.md 3). */
#include <inttypes.h>

#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "pieces.h"

#define GRANULE    0x400u /* images without a place of their own begin at multiples of it */
#define HEADER_END 0x800u /* what the flashing tool writes before the loaders */

static uint64_t end_of(const struct mtks_piece *piece)
{
    return piece->offset + piece->size; /* both are below limits.input plus the flash window */
}

static bool overlap(const struct mtks_piece *a, const struct mtks_piece *b)
{
    return a->offset < end_of(b) && b->offset < end_of(a);
}

/* The end of the highest piece laid. */
static uint64_t highest_end(const struct mtks_pieces *pieces)
{
    uint64_t end = 0;
    for (size_t i = 0; i < pieces->items.count; i++) {
        const struct mtks_piece *piece = &pieces->items.items[i];
        if (piece->laid && end_of(piece) > end)
            end = end_of(piece);
    }
    return end;
}

/* The first laid piece that a piece at its offset would overlap, of its own type if there is one.
 */
static const struct mtks_piece *find_rival(const struct mtks_pieces *pieces,
                                           const struct mtks_piece *piece)
{
    const struct mtks_piece *rival = NULL;
    for (size_t i = 0; i < pieces->items.count; i++) {
        const struct mtks_piece *other = &pieces->items.items[i];
        if (other == piece || !other->laid || !overlap(other, piece))
            continue;
        if (other->info.file_type == piece->info.file_type)
            return other;
        if (!rival)
            rival = other;
    }
    return rival;
}

/* The place that the header of a piece tells; false when it tells none. */
static bool own_place(const struct mtks_piece *piece, uint64_t *offset)
{
    /* The internal loader runs from SRAM; the tools have one place for it. */
    *offset = MTKSCAN_INT_BL_OFFSET;
    if (piece->info.file_type == MTKSCAN_FILE_BL)
        return true;
    return mtkscan_flash_offset(piece->info.load_addr, offset);
}

static int note_overlap(struct mtks_pieces *pieces, const struct mtks_piece *piece,
                        const struct mtks_piece *rival, mtkscan_error *error)
{
    uint64_t begin = piece->offset > rival->offset ? piece->offset : rival->offset;
    uint64_t end = end_of(piece) < end_of(rival) ? end_of(piece) : end_of(rival);
    const char *a = mtks_pieces_shown(pieces, rival->name);
    const char *b = mtks_pieces_shown(pieces, piece->name);
    const char *text =
        a && b ? mtks_arena_format(&pieces->analysis->arena, "%s and %s share 0x%" PRIX64 " bytes",
                                   a, b, end - begin)
               : NULL;
    return mtks_pieces_note(pieces, "MTK-D005", begin, end - begin, text, error);
}

/* What is to be said of an image that the .cfg does not name: a variant of one that is laid, or a
 * forgotten one. */
static int note_unlisted(struct mtks_pieces *pieces, const struct mtks_piece *piece,
                         const struct mtks_piece *rival, mtkscan_error *error)
{
    struct mtks_arena *arena = &pieces->analysis->arena;
    bool variant = rival && rival->info.file_type == piece->info.file_type;
    const char *name = mtks_pieces_shown(pieces, piece->name);
    const char *other = rival ? mtks_pieces_shown(pieces, rival->name) : "";
    const char *text = NULL;
    if (name && other && variant)
        text = mtks_arena_format(arena, "%s, at the place of %s", name, other);
    else if (name && other && rival)
        text = mtks_arena_format(arena, "%s (type 0x%04" PRIX32 "), which overlaps %s", name,
                                 piece->info.file_type, other);
    else if (name)
        text = mtks_arena_format(arena, "%s (type 0x%04" PRIX32 ")", name, piece->info.file_type);
    return mtks_pieces_note(pieces, variant ? "MTK-K013" : "MTK-K002", piece->offset, piece->size,
                            text, error);
}

/* Settles a piece that has its offset: laid or not, and what is to be said. */
static int settle(struct mtks_pieces *pieces, struct mtks_piece *piece, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    const struct mtks_piece *rival = find_rival(pieces, piece);
    piece->laid = piece->listed || !rival;
    if (piece->listed && rival)
        outcome = note_overlap(pieces, piece, rival, error);
    else if (!piece->listed && (rival || pieces->cfg))
        outcome = note_unlisted(pieces, piece, rival, error);
    if (piece->listed) {
        piece->listed->offset = piece->offset;
        piece->listed->length = piece->size;
        piece->listed->file_type = piece->info.file_type;
    }
    return outcome;
}

/* Puts a piece without a place of its own behind all others. */
static int settle_behind(struct mtks_pieces *pieces, struct mtks_piece *piece, mtkscan_error *error)
{
    uint64_t end = highest_end(pieces);
    const char *name = mtks_pieces_shown(pieces, piece->name);
    piece->offset = mtkscan_round_up(end > HEADER_END ? end : HEADER_END, GRANULE);
    const char *text =
        name ? mtks_arena_format(&pieces->analysis->arena,
                                 "%s (type 0x%04" PRIX32 ", load address 0x%08" PRIX32
                                 ") was put at 0x%" PRIX64,
                                 name, piece->info.file_type, piece->info.load_addr, piece->offset)
             : NULL;
    int outcome = mtks_pieces_note(pieces, "MTK-K014", piece->offset, piece->size, text, error);
    return outcome == MTKSCAN_DONE ? settle(pieces, piece, error) : outcome;
}

/* One round over the pieces: those with a place of their own, or those without. */
static int place_round(struct mtks_pieces *pieces, bool with_place, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < pieces->items.count && outcome == MTKSCAN_DONE; i++) {
        struct mtks_piece *piece = &pieces->items.items[i];
        uint64_t offset = 0;
        bool has = own_place(piece, &offset);
        if (has != with_place || piece->laid)
            continue;
        piece->offset = offset;
        outcome = has ? settle(pieces, piece, error) : settle_behind(pieces, piece, error);
    }
    return outcome;
}

int mtks_pieces_place(struct mtks_pieces *pieces, mtkscan_error *error)
{
    int outcome = place_round(pieces, true, error);
    return outcome == MTKSCAN_DONE ? place_round(pieces, false, error) : outcome;
}
