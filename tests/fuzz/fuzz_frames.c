/* SPDX-License-Identifier: MIT */
/*
 * Any bytes on the pipe from a module's process, in each callback: as they come, and at the end.
 * The first byte says how many of the others come at a time.
 */
#include "fuzz.h"

#include <string.h>

#include "host/decode_output.h"
#include "host/shape.h"
#include "host/wire.h"

#define ROOM   0x8000u
#define MEMORY (UINT64_C(1) << 20)

static void expect_sound(const struct mtks_sink *sink, const struct mtks_decode_output *output)
{
    PROMISE(output->end <= ROOM && output->capacity <= ROOM);
    PROMISE(!output->end || output->bytes);
    PROMISE(sink->records <= 100 && sink->log.count <= MTKS_LOG_LINES);
    for (size_t i = 0; i < sink->log.count; i++)
        PROMISE(!mtks_text_fault(sink->log.items[i].text));
    for (size_t i = 0; i < sink->evidence.count; i++)
        PROMISE(sink->evidence.items[i].bits >= 0 && sink->evidence.items[i].bits <= 256);
    PROMISE(!sink->misbehaved || !mtks_text_fault(sink->misbehaved));
}

static void take_all(const uint8_t *bytes, size_t size, size_t step, enum mtks_phase phase)
{
    struct mtks_arena arena;
    struct mtks_sink sink;
    struct mtks_decode_output output;
    struct mtks_frames frames = {.bytes = bytes};
    mtks_arena_init(&arena, MEMORY);
    mtks_sink_init(&sink, &arena, MEMORY / 2, 100, phase);
    PROMISE(mtks_decode_output_init(&output, ROOM));
    sink.output = &output;
    for (; phase == MTKS_PHASE_DECODE && frames.length + step < size; frames.length += step)
        mtks_wire_stream(&frames, &sink, "decode");
    frames.length = size;
    mtks_wire_replay(&frames, &sink, "callback", true);
    PROMISE(frames.at <= size);
    expect_sound(&sink, &output);
    mtks_decode_output_free(&output);
    mtks_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    for (int phase = MTKS_PHASE_CLAIM; phase <= MTKS_PHASE_DECODE; phase++)
        take_all(bytes + 1, size - 1, bytes[0] + (size_t)1, (enum mtks_phase)phase);
    return 0;
}
