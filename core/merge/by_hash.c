/* SPDX-License-Identifier: MIT */
/*
 * Parts with a SHA-1 (FORMAT.md 2.3): of all combinations of versions the one whose hash agrees.
 * The likeliest combination goes first, then those that differ from it in one place, in two, ...
 */
#include <nettle/sha1.h>
#include <string.h>

#include "dispute.h"
#include "mtkscan/bytes.h"

#define TRIALS (UINT32_C(1) << 16) /* combinations of one part */
#define PLACES 256u                /* that can vary; with more, only the likeliest is tried */
#define DEPTH  16u                 /* places that differ from the likeliest */

/* Disputes that take the same version. */
struct place {
    size_t first, end;
    struct sha1_ctx before; /* the hash of all that stands before it, as the likeliest has it */
    uint64_t from;          /* where it begins, within the hashed bytes */
};

struct search {
    struct mtks_merging *merging;
    const struct mtks_check *check;
    struct place *places;
    size_t count;
    uint32_t trials;
    int outcome;
};

static bool is_open(const struct search *search, const struct mtks_dispute *dispute)
{
    const struct mtks_check *check = search->check;
    const uint64_t end = dispute->offset + dispute->length;
    return !dispute->settled &&
           ((dispute->offset < check->offset + check->length && end > check->offset) ||
            (dispute->offset < check->other + SHA1_DIGEST_SIZE && end > check->other));
}

/* The versions of the place that come after the likeliest. */
static uint32_t others(const struct search *search, size_t index)
{
    return search->merging->disputes.items[search->places[index].first].versions - 1u;
}

/* Puts the version of a rank; 0 is the likeliest. */
static void place_put(struct search *search, size_t index, uint32_t rank)
{
    struct mtks_dispute *items = search->merging->disputes.items;
    const struct place *place = &search->places[index];
    for (size_t i = place->first; i < place->end; i++)
        if (is_open(search, &items[i]))
            mtks_dispute_put(search->merging, &items[i], items[place->first].order[rank]);
}

static void places_add(struct search *search, size_t first, size_t end)
{
    while (first < end && !is_open(search, &search->merging->disputes.items[first]))
        first++;
    if (first == end)
        return;
    if (search->count < PLACES)
        search->places[search->count] = (struct place){.first = first, .end = end};
    search->count++;
}

static void places_find(struct search *search, bool by_unit)
{
    const struct mtks_merging *merging = search->merging;
    const struct mtks_check *check = search->check;
    const uint64_t ends[2] = {check->offset + check->length, check->other + SHA1_DIGEST_SIZE};
    const uint64_t begin = check->offset < check->other ? check->offset : check->other;
    const uint64_t end = ends[0] > ends[1] ? ends[0] : ends[1];
    const struct mtks_disputes_span span = mtks_disputes_in(merging, begin, end - begin);
    search->count = 0;
    for (size_t i = span.first, next; i < span.end; i = next) {
        next = by_unit ? mtks_disputes_unit(merging, i) : i + 1;
        next = next < span.end ? next : span.end;
        places_add(search, i, next);
    }
}

/* Hashes on from `from`, and compares. */
static bool hash_agrees(struct search *search, struct sha1_ctx ctx, uint64_t from)
{
    const struct mtks_check *check = search->check;
    const uint8_t *image = search->merging->image;
    uint8_t digest[SHA1_DIGEST_SIZE];
    search->outcome =
        mtks_codec_take_steps(&search->merging->run, check->length - from, search->merging->error);
    if (search->outcome != MTKSCAN_DONE)
        return false;
    search->trials++;
    sha1_update(&ctx, (size_t)(check->length - from), image + check->offset + from);
    sha1_digest(&ctx, sizeof digest, digest);
    return memcmp(digest, image + check->other, sizeof digest) == 0;
}

/* The likeliest of all, and the states of its hash on the way. */
static bool likeliest_agrees(struct search *search)
{
    const struct mtks_check *check = search->check;
    struct sha1_ctx ctx;
    uint64_t done = 0;
    sha1_init(&ctx);
    const size_t count = search->count < PLACES ? search->count : PLACES;
    for (size_t i = 0; i < count; i++)
        place_put(search, i, 0);
    for (size_t i = 0; i < count; i++) {
        struct place *place = &search->places[i];
        const uint64_t at = search->merging->disputes.items[place->first].offset;
        const uint64_t into = at > check->offset ? at - check->offset : 0;
        place->from = into < check->length ? into : check->length;
        if (place->from > done) {
            sha1_update(&ctx, (size_t)(place->from - done),
                        search->merging->image + check->offset + done);
            done = place->from;
        }
        place->before = ctx;
        place->from = done;
    }
    return hash_agrees(search, ctx, done);
}

static bool can_go_on(const struct search *search)
{
    return search->trials < TRIALS && search->outcome == MTKSCAN_DONE;
}

/* Steps through the ranks of the chosen places like an odometer; false after the last. */
static bool next_ranks(struct search *search, const size_t *chosen, uint32_t *ranks, size_t depth)
{
    for (size_t i = depth; i-- > 0;) {
        if (ranks[i] < others(search, chosen[i])) {
            place_put(search, chosen[i], ++ranks[i]);
            return true;
        }
        place_put(search, chosen[i], ranks[i] = 1);
    }
    return false;
}

/* The next `depth` places out of `count`, in rising order; false after the last. */
static bool next_places(size_t *chosen, size_t depth, size_t count)
{
    size_t i = depth;
    while (i > 0 && chosen[i - 1] == count - depth + i - 1)
        i--;
    if (i == 0)
        return false;
    for (chosen[i - 1]++; i < depth; i++)
        chosen[i] = chosen[i - 1] + 1;
    return true;
}

/* All combinations that differ from the likeliest in `depth` places. Leaves the one that agrees in
 * the image, or the likeliest. */
static bool depth_agrees(struct search *search, size_t depth)
{
    size_t chosen[DEPTH];
    uint32_t ranks[DEPTH];
    for (size_t i = 0; i < depth; i++)
        chosen[i] = i;
    do {
        for (size_t i = 0; i < depth; i++)
            place_put(search, chosen[i], ranks[i] = 1);
        const struct place *place = &search->places[chosen[0]];
        do {
            if (hash_agrees(search, place->before, place->from))
                return true;
        } while (can_go_on(search) && next_ranks(search, chosen, ranks, depth));
        for (size_t i = 0; i < depth; i++)
            place_put(search, chosen[i], 0);
    } while (can_go_on(search) && next_places(chosen, depth, search->count));
    return false;
}

static bool find(struct search *search)
{
    search->trials = 0;
    if (search->count == 0)
        return false;
    bool found = likeliest_agrees(search);
    const size_t most = search->count > PLACES ? 0 : search->count < DEPTH ? search->count : DEPTH;
    for (size_t depth = 1; !found && depth <= most && can_go_on(search); depth++)
        found = depth_agrees(search, depth);
    return found;
}

static void settle(struct search *search)
{
    struct mtks_merging *merging = search->merging;
    for (size_t i = 0; i < search->count && i < PLACES; i++)
        for (size_t j = search->places[i].first; j < search->places[i].end; j++)
            if (is_open(search, &merging->disputes.items[j]))
                mtks_dispute_settle(merging, &merging->disputes.items[j],
                                    merging->disputes.items[j].chosen, MTKS_MERGE_HASH);
}

static int check_search(struct search *search)
{
    const struct mtks_check *check = search->check;
    if (check->kind != MTKSCAN_CHECK_SHA1 ||
        !mtkscan_inside(check->offset, check->length, search->merging->size) ||
        !mtkscan_inside(check->other, SHA1_DIGEST_SIZE, search->merging->size))
        return MTKSCAN_DONE;
    for (int by_unit = 1; by_unit >= 0; by_unit--) {
        places_find(search, by_unit);
        if (find(search) && search->count <= PLACES) {
            settle(search);
            break;
        }
    }
    /* What the limit keeps from being tried is left to others, who say what they do not know. */
    return search->outcome == MTKSCAN_INTERRUPTED ? search->outcome : MTKSCAN_DONE;
}

int mtks_merge_by_hash(struct mtks_merging *merging)
{
    struct search search = {.merging = merging};
    search.places = mtks_arena_alloc(&merging->work, PLACES * sizeof *search.places);
    if (!search.places)
        return mtks_codec_no_memory(merging->error);
    for (size_t i = 0; i < merging->count; i++) {
        const struct mtks_analysis *analysis = merging->reads[i].analysis;
        for (size_t j = 0; analysis && j < analysis->checks.count; j++) {
            if (mtks_step(merging->progress, "trying hashes", i, merging->count))
                return mtks_fail(merging->error, MTKSCAN_INTERRUPTED, "interrupted");
            search.check = &analysis->checks.items[j];
            search.outcome = MTKSCAN_DONE;
            const int outcome = check_search(&search);
            if (outcome != MTKSCAN_DONE)
                return outcome;
        }
    }
    return MTKSCAN_DONE;
}
