/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as an ALICE container. The first byte says which version and whether its address is
 * known; the rest is the container.
 */
#include "fuzz.h"

#include <string.h>

#include "codec/alice.h"

#define OUTPUT_MAX (1u << 20)
#define ADDRESS    0x10123450u

static uint8_t image[OUTPUT_MAX], again[OUTPUT_MAX];

/* A run that was filled is all fill; its neighbours do not touch it with the same reason. */
static void check_runs(const struct mtks_alice *alice, const struct mtks_alice_result *result)
{
    uint64_t bad = 0, next = 0;
    for (size_t i = 0; i < result->runs.count; i++) {
        const struct mtks_alice_bad *run = &result->runs.items[i];
        PROMISE(run->count > 0 && run->reason && run->group >= next);
        next = run->group + run->count;
        PROMISE(next <= alice->groups);
        PROMISE(run->image_offset + run->image_length <= alice->output_size);
        PROMISE(run->offset + run->length <= alice->length);
        bad += run->filled ? run->count : 0;
        for (uint64_t j = 0; run->filled && j < run->image_length; j++)
            PROMISE(image[run->image_offset + j] == 0xEE);
    }
    PROMISE(bad == result->bad && result->matched <= alice->groups);
    PROMISE(!mtks_alice_clean(alice, result) || result->runs.count == 0);
}

/* With nothing amiss, each group alone is what it was among all. */
static void check_groups(const struct mtks_alice *alice)
{
    for (uint64_t group = 0; group < alice->groups; group++) {
        uint8_t alone[1024];
        PROMISE(mtks_alice_group(alice, group, alone) == 0);
        PROMISE(memcmp(alone, image + group * alice->group_bytes, alice->group_bytes) == 0);
    }
}

/* Decoding in pieces is decoding at once, wherever the first bad piece is. */
static void check_pieces(const struct mtks_alice *alice, struct mtks_codec_run *run,
                         const struct mtks_alice_result *whole, uint64_t piece)
{
    struct mtks_alice_result result;
    uint64_t sound = 0;
    memset(again, 0, alice->output_size);
    while (sound < alice->groups) {
        const uint64_t left = alice->groups - sound, count = left < piece ? left : piece;
        if (!mtks_alice_range(alice, sound, count, again))
            break;
        sound += count;
    }
    PROMISE(mtks_alice_decode_rest(alice, run, 0xEE, sound, again, &result, NULL) == MTKSCAN_DONE);
    PROMISE(memcmp(image, again, alice->output_size) == 0);
    PROMISE(result.matched == whole->matched && result.bad == whole->bad &&
            result.sentinel == whole->sentinel && result.runs.count == whole->runs.count);
    for (size_t i = 0; i < result.runs.count; i++) {
        const struct mtks_alice_bad *a = &result.runs.items[i], *b = &whole->runs.items[i];
        PROMISE(a->group == b->group && a->count == b->count && a->offset == b->offset &&
                a->length == b->length && a->reason == b->reason);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1)
        return 0;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.codec_output = OUTPUT_MAX;
    struct mtks_arena arena;
    struct mtks_codec_run run;
    mtks_arena_init(&arena, 8u << 20);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
    const struct mtks_alice_source source = {.bytes = bytes + 1,
                                             .length = size - 1,
                                             .address = bytes[0] & 4 ? ADDRESS : 0,
                                             .exec_addr = ADDRESS,
                                             .version = bytes[0] & 3};
    struct mtks_alice alice;
    struct mtks_alice_result result;
    if (mtks_alice_open(&alice, &source, &run, NULL) == MTKSCAN_DONE) {
        PROMISE(alice.output_size <= OUTPUT_MAX);
        PROMISE(mtks_alice_decode(&alice, &run, 0xEE, image, &result, NULL) == MTKSCAN_DONE);
        check_runs(&alice, &result);
        check_pieces(&alice, &run, &result, 1 + bytes[0] / 8);
        for (uint64_t group = 0; group < alice.groups; group += 7) {
            uint8_t alone[1024];
            mtks_alice_group(&alice, group, alone);
        }
        if (mtks_alice_clean(&alice, &result))
            check_groups(&alice);
        mtks_alice_size_fits(&alice, image, size);
    }
    mtks_arena_free(&arena);
    return 0;
}
