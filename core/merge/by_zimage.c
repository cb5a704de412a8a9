/* SPDX-License-Identifier: MIT */
/*
 * ZIMAGE: the stream fails soon after a wrong byte (FORMAT.md 2.3), so versions are tried depth
 * first, from a copy of the decoder before each dispute. It needs the decoded ALICE image.
 */
#include "../codec/zimage.h"

#include <string.h>

#include "../codec/lzma_walk.h"
#include "dispute.h"
#include "mtkscan/bytes.h"

#define NODES       64u   /* disputes that can be gone back to; older ones are long past */
#define SURE        8192u /* bytes of input behind a dispute after which it is right for sure */
#define CHUNK       (UINT64_C(1) << 18) /* bytes of output between two looks at the limits */
#define STEPS_TIMES 16u                 /* the output that one stream may take in trials */
#define HEAD        18u                 /* a stream's first bytes, read in one go */

/* A dispute on the way, and the decoder before it. */
struct node {
    size_t dispute;
    uint32_t rank;
    bool begun;
    struct mtks_lzma_walk *walk;
};

/* One stream. */
struct search {
    struct mtks_merging *merging;
    uint64_t offset, length; /* of the coded bytes, in the image */
    struct mtks_lzma_preset preset;
    uint8_t *output;
    uint64_t size, steps;
    struct mtks_lzma_walk *walk;
    bool begun;
    struct node nodes[NODES];
    size_t depth;  /* nodes in use; the last of them is nodes[depth - 1] */
    uint64_t best; /* bytes of input that the best way came to */
    uint8_t best_ranks[NODES];
    size_t best_first, best_depth; /* the dispute of its first node, and their number */
    int outcome;
};

static struct mtks_dispute *dispute_at(const struct search *search, size_t index)
{
    return &search->merging->disputes.items[index];
}

static void rank_put(struct search *search, size_t index, uint32_t rank)
{
    struct mtks_dispute *dispute = dispute_at(search, index);
    mtks_dispute_put(search->merging, dispute, dispute->order[rank]);
}

/* Takes the steps of a chunk; false when there are none left. */
static bool afford(struct search *search)
{
    struct mtks_merging *merging = search->merging;
    if (search->steps < CHUNK || mtks_codec_take_steps(&merging->run, CHUNK, NULL))
        return false;
    search->steps -= CHUNK;
    if (mtks_step(merging->progress, "decoding ZIMAGE", 0, 0))
        search->outcome = mtks_fail(merging->error, MTKSCAN_INTERRUPTED, "interrupted");
    return search->outcome == MTKSCAN_DONE;
}

/* Decodes up to a byte of the input. False: with the bytes as they are the stream is broken, or
 * the limit is reached. */
static bool go_to(struct search *search, uint64_t input)
{
    enum mtks_lzma_fault fault = MTKS_LZMA_SOUND;
    if (!search->begun && input < HEAD)
        return true;
    if (!search->begun)
        fault = mtks_lzma_walk_begin(search->walk, search->merging->image + search->offset,
                                     search->length, &search->preset, search->output, search->size);
    search->begun = true;
    while (fault == MTKS_LZMA_SOUND) {
        const uint64_t before = mtks_lzma_walk_output(search->walk);
        if (!afford(search))
            return false;
        fault = mtks_lzma_walk_to(search->walk, input, before + CHUNK);
        const uint64_t made = mtks_lzma_walk_output(search->walk) - before;
        const uint64_t unused = made < CHUNK ? CHUNK - made : 0; /* a match may go beyond */
        search->steps += unused;
        search->merging->run.steps += unused;
        if (made < CHUNK || mtks_lzma_walk_is_whole(search->walk))
            break;
    }
    return fault == MTKS_LZMA_SOUND;
}

static bool is_in(const struct search *search, const struct mtks_dispute *dispute)
{
    return !dispute->settled && dispute->offset < search->offset + search->length &&
           dispute->offset + dispute->length > search->offset;
}

/* The next open dispute of the stream from `index` on; `end` when there is none. */
static size_t next_open(const struct search *search, size_t index, size_t end)
{
    while (index < end && !is_in(search, dispute_at(search, index)))
        index++;
    return index;
}

/* Notes the way that came furthest. */
static void note_best(struct search *search)
{
    const uint64_t input = search->begun ? mtks_lzma_walk_input(search->walk) : 0;
    if (input <= search->best)
        return;
    search->best = input;
    search->best_depth = search->depth;
    search->best_first = search->depth ? search->nodes[0].dispute : 0;
    for (size_t i = 0; i < search->depth; i++)
        search->best_ranks[i] = (uint8_t)search->nodes[i].rank;
}

/* Keeps the decoder as it stands before a dispute, and takes its likeliest version. */
static bool node_push(struct search *search, size_t index)
{
    struct node *nodes = search->nodes;
    if (search->depth == NODES) {
        struct mtks_lzma_walk *oldest = nodes[0].walk;
        memmove(nodes, nodes + 1, (NODES - 1) * sizeof *nodes);
        nodes[--search->depth].walk = oldest;
    }
    struct node *node = &nodes[search->depth];
    if (!node->walk && !(node->walk = mtks_lzma_walk_new(&search->merging->work)))
        return false;
    node->dispute = index;
    node->rank = 0;
    node->begun = search->begun;
    if (search->begun)
        mtks_lzma_walk_copy(node->walk, search->walk);
    rank_put(search, index, 0);
    search->depth++;
    return true;
}

/* Goes back to the last dispute with a version that was not tried. The index behind it; 0 when
 * there is none. */
static size_t go_back(struct search *search)
{
    while (search->depth) {
        struct node *node = &search->nodes[search->depth - 1];
        if (node->rank + 1u < dispute_at(search, node->dispute)->versions) {
            rank_put(search, node->dispute, ++node->rank);
            search->begun = node->begun;
            if (node->begun)
                mtks_lzma_walk_copy(search->walk, node->walk);
            return node->dispute + 1;
        }
        rank_put(search, node->dispute, 0);
        search->depth--;
    }
    return 0;
}

/* Finds the versions with which the stream is sound. False: there are none, or the limit is
 * reached; the best way is noted. */
static bool way_find(struct search *search, size_t first, size_t end)
{
    size_t index = next_open(search, first, end);
    while (search->outcome == MTKSCAN_DONE) {
        const struct mtks_dispute *dispute = index < end ? dispute_at(search, index) : NULL;
        const uint64_t input = !dispute                           ? search->length
                               : dispute->offset > search->offset ? dispute->offset - search->offset
                                                                  : 0;
        const bool sound = go_to(search, input);
        if (sound && search->begun && mtks_lzma_walk_is_whole(search->walk))
            return true;
        if (sound && dispute) {
            if (!node_push(search, index))
                search->outcome = mtks_codec_no_memory(search->merging->error);
            index = next_open(search, index + 1, end);
            continue;
        }
        note_best(search);
        if (search->steps < CHUNK || (index = go_back(search)) == 0)
            return false;
        index = next_open(search, index, end);
    }
    return false;
}

/* Settles what lies `sure` bytes or more before the place that the stream came to. */
static void way_settle(struct search *search, size_t first, size_t end, uint64_t input,
                       uint64_t sure)
{
    for (size_t i = first; i < end; i++) {
        struct mtks_dispute *dispute = dispute_at(search, i);
        if (!is_in(search, dispute))
            continue;
        const uint64_t behind = dispute->offset + dispute->length - search->offset;
        if (sure == 0 || (behind <= UINT64_MAX - sure && behind + sure <= input))
            mtks_dispute_settle(search->merging, dispute, dispute->chosen, MTKS_MERGE_DECODES);
    }
}

static void stream_try(struct search *search)
{
    const struct mtks_disputes_span span =
        mtks_disputes_in(search->merging, search->offset, search->length);
    search->steps = STEPS_TIMES * (search->size + CHUNK);
    search->depth = search->best_depth = 0;
    search->best = 0;
    search->begun = false;
    if (next_open(search, span.first, span.end) == span.end)
        return;
    if (way_find(search, span.first, span.end)) {
        way_settle(search, span.first, span.end, search->length, 0);
        return;
    }
    for (size_t i = search->best_first, n = 0; n < search->best_depth; i++)
        if (is_in(search, dispute_at(search, i)))
            rank_put(search, i, search->best_ranks[n++]);
    way_settle(search, span.first, span.end, search->best, SURE);
}

/* The section's table, with the version of each dispute on it that gives one. */
static bool section_open(struct mtks_merging *merging, const struct mtks_container *container,
                         struct mtks_zimage *zimage)
{
    const uint8_t *bytes = merging->image + container->offset;
    const struct mtks_disputes_span span =
        mtks_disputes_in(merging, container->offset, MTKS_MERGE_CELL);
    for (size_t i = span.first; i < span.end; i++) {
        struct mtks_dispute *dispute = &merging->disputes.items[i];
        for (uint32_t rank = 0; rank < dispute->versions && !dispute->settled; rank++) {
            mtks_dispute_put(merging, dispute, dispute->order[rank]);
            if (mtks_zimage_open(zimage, bytes, container->length, &merging->run, NULL) ==
                    MTKSCAN_DONE &&
                zimage->ends_right)
                return true;
        }
        if (!dispute->settled)
            mtks_dispute_put(merging, dispute, dispute->order[0]);
    }
    return mtks_zimage_open(zimage, bytes, container->length, &merging->run, NULL) == MTKSCAN_DONE;
}

/* The decoded ALICE image at its true size; empty when there is none. */
static int preset_make(struct mtks_merging *merging, struct mtks_lzma_preset *preset)
{
    size_t next = 0;
    struct mtks_alice alice;
    struct mtks_alice_result result;
    const struct mtks_container *container = mtks_merge_container(merging, MTKS_CODEC_ALICE, &next);
    *preset = (struct mtks_lzma_preset){0};
    if (!container || container->output_size == 0 ||
        !mtkscan_inside(container->offset, container->length, merging->size))
        return MTKSCAN_DONE;
    const struct mtks_alice_source source = {.bytes = merging->image + container->offset,
                                             .length = container->length};
    if (mtks_alice_open(&alice, &source, &merging->run, NULL) != MTKSCAN_DONE ||
        container->output_size > alice.output_size)
        return MTKSCAN_DONE;
    uint8_t *image = mtks_arena_alloc(&merging->work, alice.output_size);
    if (!image)
        return mtks_codec_no_memory(merging->error);
    const int outcome = mtks_alice_decode(&alice, &merging->run, 0, image, &result, merging->error);
    if (outcome == MTKSCAN_DONE)
        *preset = (struct mtks_lzma_preset){.bytes = image, .length = container->output_size};
    return outcome == MTKSCAN_INTERRUPTED ? outcome : MTKSCAN_DONE;
}

static int section_try(struct search *search, const struct mtks_container *container)
{
    struct mtks_merging *merging = search->merging;
    const struct mtks_lzma_preset preset = search->preset;
    struct mtks_zimage zimage;
    if (!mtkscan_inside(container->offset, container->length, merging->size) ||
        !section_open(merging, container, &zimage))
        return MTKSCAN_DONE;
    for (uint32_t i = 0; i < zimage.count; i++) {
        const struct mtks_zimage_partition *partition = &zimage.partitions[i];
        const bool needs_preset = partition->type == MTKSCAN_ZIMAGE_PRESET;
        search->preset = needs_preset ? preset : (struct mtks_lzma_preset){0};
        search->offset = container->offset + partition->source_offset;
        search->length = partition->source_size;
        search->size = partition->output_size;
        if (needs_preset && preset.length == 0)
            continue;
        if (!(search->output = mtks_arena_alloc(&merging->work, search->size)))
            return mtks_codec_no_memory(merging->error);
        stream_try(search);
        if (search->outcome != MTKSCAN_DONE)
            return search->outcome;
    }
    search->preset = preset;
    return MTKSCAN_DONE;
}

int mtks_merge_by_zimage(struct mtks_merging *merging)
{
    size_t next = 0;
    const struct mtks_container *container;
    struct search *search = NULL;
    while ((container = mtks_merge_container(merging, MTKS_CODEC_ZIMAGE, &next))) {
        const struct mtks_disputes_span span =
            mtks_disputes_in(merging, container->offset, container->length);
        int outcome = MTKSCAN_DONE;
        if (span.first == span.end)
            continue;
        if (!search) {
            search = mtks_arena_alloc(&merging->work, sizeof *search);
            if (!search || !(search->walk = mtks_lzma_walk_new(&merging->work)))
                return mtks_codec_no_memory(merging->error);
            search->merging = merging;
            outcome = preset_make(merging, &search->preset);
        }
        if (outcome == MTKSCAN_DONE)
            outcome = section_try(search, container);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    return MTKSCAN_DONE;
}
