/* SPDX-License-Identifier: MIT */
/*
 * What happened to ALICE's stream where it does not decode. A guess is proof once undoing it makes
 * groups decode to where the mapping table says: no chance does that twice.
 */
#include <string.h>

#include "mtkscan/bytes.h"
#include "parts.h"

#define PLACE_MASK    0x3FFFFFFu
#define CLUSTERS_MOST 8u     /* bad places explained in one stream */
#define NEAR          0x200u /* bytes between faults of one bad place */
#define FARTHEST      0x40000u
#define STEP          32u    /* chunks are multiples of it */
#define GROUP_MOST    0x4C0u /* coded bytes of the largest group */
#define PROBE         512u   /* bytes that are exchanged for a first try */

/* The container with a guess undone. */
struct trial {
    struct mtks_alice alice;
    uint8_t *bytes;
};

static uint64_t place(const struct mtks_alice *alice, uint64_t group)
{
    const uint32_t entry = mtkscan_le32(alice->bytes + alice->header.map_offset + 4 * group);
    return alice->header.header_size + ((entry - alice->header.stream_address) & PLACE_MASK);
}

static bool sound(const struct mtks_alice *alice, uint64_t group)
{
    uint8_t decoded[1024];
    return group < alice->groups && mtks_alice_group(alice, group, decoded) == 0;
}

static bool trial_open(struct mtks_look *look, const struct mtks_alice *alice, struct trial *trial)
{
    if (!trial->bytes) {
        trial->bytes = mtks_arena_alloc(&look->arena, alice->length);
        if (!trial->bytes)
            return false;
        memcpy(trial->bytes, alice->bytes, alice->length);
        trial->alice = *alice;
        trial->alice.bytes = trial->bytes;
    }
    return true;
}

/* Exchanges the first `most` bytes of two neighbouring chunks of `length` bytes; or puts back. */
static void exchange(struct trial *trial, const uint8_t *from, uint64_t at, uint64_t length,
                     uint64_t most, bool back)
{
    const uint64_t bytes = length < most ? length : most;
    memcpy(trial->bytes + at, from + at + (back ? 0 : length), bytes);
    memcpy(trial->bytes + at + length, from + at + (back ? length : 0), bytes);
}

/* Groups [first, last] that do not decode in the trial; stops at `enough`. */
static uint64_t bad_groups(const struct trial *trial, uint64_t first, uint64_t last,
                           uint64_t enough)
{
    uint64_t bad = 0;
    for (uint64_t i = first; i <= last && bad < enough; i++)
        bad += !sound(&trial->alice, i);
    return bad;
}

static bool is_exchange(struct trial *trial, const uint8_t *from, uint64_t at, uint64_t length,
                        uint64_t first, uint64_t last)
{
    exchange(trial, from, at, length, PROBE, false);
    bool right = sound(&trial->alice, first) && (length < PROBE || sound(&trial->alice, first + 1));
    exchange(trial, from, at, length, PROBE, true);
    if (!right)
        return false;
    exchange(trial, from, at, length, length, false);
    right = bad_groups(trial, first, last, 1) == 0;
    exchange(trial, from, at, length, length, true);
    return right;
}

/* Tries all exchanges that make just the groups [first, last] bad. Groups that are not, as where
 * only the content is in doubt, explain nothing. */
static bool explain(struct mtks_look *look, const struct mtks_piece *piece, struct trial *trial,
                    uint64_t first, uint64_t last)
{
    const struct mtks_alice *alice = piece->alice;
    if (bad_groups(trial, first, last, 1) == 0)
        return false;
    const uint64_t begin = place(alice, first), second = place(alice, first + 1);
    const uint64_t near_end = place(alice, last), end = place(alice, last + 1);
    if (second < begin || second - begin > GROUP_MOST || end < near_end ||
        end - near_end > GROUP_MOST || end > alice->header.map_offset || end <= begin)
        return false;
    const uint64_t span = end - begin, slack = (second - begin) + (end - near_end);
    const uint64_t least = span > slack ? (span - slack) / 2 : STEP;
    uint64_t length = (least + STEP - 1) / STEP * STEP;
    if (length < STEP)
        length = STEP;
    for (; 2 * length <= span && length <= FARTHEST; length += STEP)
        for (uint64_t at = begin; at < second && at + 2 * length <= end; at++)
            if (is_exchange(trial, alice->bytes, at, length, first, last)) {
                mtks_look_tell(look, "MTK-Q034", piece->alice_offset + at, 2 * length,
                               "all of it decodes once its two halves are exchanged");
                return true;
            }
    return false;
}

/* The bad groups of a layer, as runs of neighbours. */
static void look_at_faults(struct mtks_look *look, const struct mtks_piece *piece,
                           const struct mtks_layer *layer)
{
    struct trial trial = {.bytes = NULL};
    uint32_t clusters = 0;
    for (size_t i = 0; i < layer->faults.count && clusters < CLUSTERS_MOST;) {
        uint64_t begin = layer->faults.items[i].offset, end = begin;
        for (; i < layer->faults.count && layer->faults.items[i].offset <= end + NEAR; i++) {
            const struct mtks_layer_fault *fault = &layer->faults.items[i];
            if (fault->offset < begin || fault->length > piece->length) {
                i++;
                break;
            }
            if (fault->offset + fault->length > end)
                end = fault->offset + fault->length;
        }
        if (end <= begin || begin < piece->offset || end > piece->offset + piece->length ||
            mtks_look_touches(look, begin, end - begin))
            continue;
        clusters++;
        if (!trial_open(look, piece->alice, &trial))
            return;
        explain(look, piece, &trial, mtks_look_group_at(piece, begin),
                mtks_look_group_at(piece, end - 1));
    }
}

void mtks_part_stream(struct mtks_look *look)
{
    const struct mtks_analysis *analysis = look->analysis;
    for (size_t i = 0; analysis->decoded && i < look->pieces.count; i++) {
        const struct mtks_piece *piece = &look->pieces.items[i];
        for (size_t j = 0; piece->kind == MTKS_PIECE_STREAM && j < analysis->layers.count; j++)
            if (analysis->layers.items[j].offset == piece->alice_offset)
                look_at_faults(look, piece, &analysis->layers.items[j]);
    }
}
