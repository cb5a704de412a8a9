/* SPDX-License-Identifier: MIT */
/* Any bytes as a DCM container. */
#include "fuzz.h"

#include "codec/dcm.h"

#define OUTPUT_MAX (1u << 20)

static uint8_t output[OUTPUT_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.codec_output = OUTPUT_MAX;
    limits.codec_steps = 4 * OUTPUT_MAX;
    struct mtks_arena arena;
    struct mtks_codec_run run;
    struct mtks_dcm dcm;
    mtks_arena_init(&arena, 8u << 20);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
    const int opened = mtks_dcm_open(&dcm, bytes, size, NULL);
    for (uint32_t i = 0; opened == MTKSCAN_DONE && i < dcm.count; i++) {
        struct mtks_dcm_module module;
        struct mtks_lzma_result result;
        const int outcome = mtks_dcm_module_open(&dcm, i, &run, &module, NULL);
        PROMISE(outcome != MTKSCAN_DONE || (module.size <= OUTPUT_MAX && module.trunks == 1));
        if (outcome != MTKSCAN_DONE)
            continue;
        const int decoded = mtks_dcm_module_decode(&dcm, &module, &run, output, &result, NULL);
        PROMISE(result.consumed <= module.stream_length && result.produced <= module.size);
        PROMISE(decoded != MTKSCAN_DONE || result.produced == module.size);
    }
    mtks_arena_free(&arena);
    return 0;
}
