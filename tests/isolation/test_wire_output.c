/* SPDX-License-Identifier: MIT */
/* The output of a decode on its way over the pipe. */
#include <stdlib.h>
#include <string.h>

#include "host/decode_output.h"
#include "host/wire.h"
#include "support.h"

#define ROOM 0x30000u

/* Output over the wire in bits of any length: the same bytes, and the same blame. */
static void test_output(void **state)
{
    (void)state;
    struct mtks_wire wire = {0};
    uint8_t *bytes = malloc(ROOM);
    assert_non_null(bytes);
    for (size_t i = 0; i < ROOM; i++)
        bytes[i] = (uint8_t)(i * 31 >> 3);
    mtks_wire_output(&wire, 0x100, bytes + 0x100, ROOM - 0x100);
    mtks_wire_log(&wire, MTKSCAN_LOG_INFO, "in between");
    mtks_wire_output(&wire, 0, bytes, 0x100);
    mtks_wire_output(&wire, 0, NULL, 0);
    size_t sound = wire.used;
    assert_true(sound <= mtks_wire_output_room(ROOM));
    for (unsigned bad = 0; bad < 2; bad++) {
        wire.used = sound;
        if (bad)
            mtks_wire_output_refused(&wire, MTKS_PIECE_OVERLAP, 0, 1);
        mtks_wire_end(&wire, MTKSCAN_E_DAMAGED);
        for (size_t step = 1; step < wire.used; step = step * 3 + 1) {
            struct mtks_arena arena;
            struct mtks_sink sink;
            struct mtks_decode_output output;
            struct mtks_frames frames = {.bytes = wire.bytes};
            mtks_arena_init(&arena, 1u << 20);
            mtks_sink_init(&sink, &arena, 1u << 19, 0, MTKS_PHASE_DECODE);
            assert_true(mtks_decode_output_init(&output, ROOM));
            sink.output = &output;
            for (size_t came = 0; came < wire.used; came += step) {
                frames.length = came;
                mtks_wire_stream(&frames, &sink, "decode");
                assert_int_equal(sink.ended, MTKSCAN_E_FAILED);
            }
            frames.length = wire.used;
            mtks_wire_replay(&frames, &sink, "decode", true);
            assert_int_equal(sink.misbehaved != NULL, bad);
            assert_int_equal(sink.log.count, 1);
            assert_int_equal(sink.ended, bad ? MTKSCAN_E_FAILED : MTKSCAN_E_DAMAGED);
            assert_int_equal(output.end, ROOM);
            assert_memory_equal(output.bytes, bytes, ROOM);
            mtks_decode_output_free(&output);
            mtks_arena_free(&arena);
        }
    }
    free(bytes);
    mtks_wire_free(&wire);
}

/* Frames that are no output, each of which ends it. */
static void test_garbage(void **state)
{
    (void)state;
    static const struct {
        uint16_t item;
        uint32_t length;
        const char *says;
    } rows[] = {
        {MTKS_PIECE_TAKEN, 7, "garbage"},
        {MTKS_PIECE_OVERLAP, 8, "garbage"},
        {MTKS_PIECE_OVERLAP, 17, "garbage"},
        {MTKS_PIECE_NO_MEMORY, 16, "garbage"},
        {0xFFFF, 16, "garbage"},
        {MTKS_PIECE_TOO_MANY, 16, "one piece too many"},
        {MTKS_PIECE_NULL, 16, "is NULL"},
        {0, MTKS_FRAME_MAX + 1, "garbage"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct {
            struct mtks_frame_head head;
            uint8_t payload[32];
        } frame = {{MTKS_FRAME_MAGIC, MTKS_FRAME_OUTPUT, rows[i].item, rows[i].length}, {0}};
        struct mtks_frames frames = {.bytes = (const uint8_t *)&frame,
                                     .length = sizeof frame.head +
                                               (rows[i].length < 32 ? rows[i].length : 32)};
        struct mtks_arena arena;
        struct mtks_sink sink;
        struct mtks_decode_output output;
        mtks_arena_init(&arena, 1u << 20);
        mtks_sink_init(&sink, &arena, 1u << 19, 0, MTKS_PHASE_DECODE);
        assert_true(mtks_decode_output_init(&output, ROOM));
        sink.output = &output;
        mtks_wire_stream(&frames, &sink, "decode");
        assert_non_null(sink.misbehaved);
        assert_non_null(strstr(sink.misbehaved, rows[i].says));
        assert_false(sink.out_of_memory);
        assert_int_equal(output.end, 0);
        mtks_decode_output_free(&output);
        mtks_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_garbage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
