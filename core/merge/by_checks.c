/* SPDX-License-Identifier: MIT */
/*
 * The module's own checks as witnesses: of the versions of a dispute under a check, those with
 * which it fails are out when with another it holds.
 */
#include "../check/check.h"
#include "dispute.h"
#include "mtkscan/bytes.h"

#define CHECKS_MEMORY (1u << 20) /* findings of the checks of one version */

static bool can_witness(const struct mtks_check *check)
{
    /* A relation is between values that the module read; a hash has its own search. */
    return check->kind != MTKSCAN_CHECK_RELATION && check->kind != MTKSCAN_CHECK_SHA1 &&
           check->on_fail == MTKSCAN_FAIL_DAMAGE;
}

static uint64_t tested(const struct mtks_check *check)
{
    return check->kind == MTKSCAN_CHECK_BYTES ? check->bytes_length
           : check->kind == MTKSCAN_CHECK_U32 ? 4
                                              : check->length;
}

/* The result of one check on the image as it is. */
static enum mtks_check_result check_run(struct mtks_merging *merging,
                                        const struct mtks_check *check)
{
    struct mtks_check copy = *check;
    struct mtks_analysis one = {.input = {.path = ""}};
    const struct mtks_dump image = {.bytes = merging->image, .size = merging->size};
    mtks_arena_init(&one.arena, CHECKS_MEMORY);
    one.checks.items = &copy;
    one.checks.count = one.checks.room = 1;
    const int failed = mtks_checks_run(&one, &image);
    mtks_arena_free(&one.arena);
    return failed ? MTKS_CHECK_NOT_RUN : copy.result;
}

/* Tries the versions of one dispute; the others stay as they are. */
static void dispute_try(struct mtks_merging *merging, struct mtks_dispute *dispute,
                        const struct mtks_check *check)
{
    const uint32_t before = dispute->chosen;
    uint32_t passed = 0, failed = 0;
    int first = -1;
    for (uint32_t i = 0; i < dispute->versions; i++) {
        const uint32_t version = dispute->order[i];
        mtks_dispute_put(merging, dispute, version);
        const enum mtks_check_result result = check_run(merging, check);
        if (result == MTKS_CHECK_PASS) {
            passed |= UINT32_C(1) << version;
            first = first < 0 ? (int)version : first;
        } else if (result == MTKS_CHECK_FAIL) {
            failed |= UINT32_C(1) << version;
        }
    }
    mtks_dispute_put(merging, dispute, passed ? (uint32_t)first : before);
    if (passed)
        dispute->out |= (uint16_t)failed;
}

int mtks_merge_by_checks(struct mtks_merging *merging)
{
    const struct mtks_analysis *layout = merging->layout;
    for (size_t i = 0; layout && i < layout->checks.count; i++) {
        const struct mtks_check *check = &layout->checks.items[i];
        const uint64_t length = tested(check);
        if (!can_witness(check) || !mtkscan_inside(check->offset, length, merging->size))
            continue;
        const struct mtks_disputes_span span = mtks_disputes_in(merging, check->offset, length);
        for (size_t j = span.first; j < span.end; j++) {
            struct mtks_dispute *dispute = &merging->disputes.items[j];
            if (dispute->settled)
                continue;
            if (mtks_codec_take_steps(&merging->run, length * dispute->versions, NULL))
                return MTKSCAN_DONE; /* the limit is reached: what is open stays unknown */
            dispute_try(merging, dispute, check);
        }
    }
    return MTKSCAN_DONE;
}
