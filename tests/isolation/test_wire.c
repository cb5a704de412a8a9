/* SPDX-License-Identifier: MIT */
/* The pipe's two ends: what goes in comes out, and no bytes whatever do harm. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/decode_output.h"
#include "host/entry.h"
#include "host/shape.h"
#include "host/wire.h"
#include "support.h"

#define ROOM    (1u << 20)
#define RECORDS 100u

#define OUTPUT_ROOM 0x30000u

struct ends {
    struct mtks_arena arena;
    struct mtks_sink sink;
};

static void open_end(struct ends *ends, enum mtks_phase phase)
{
    mtks_arena_init(&ends->arena, 4 * ROOM);
    mtks_sink_init(&ends->sink, &ends->arena, ROOM, RECORDS, phase);
}

/* One record, given to a sink and sent over the wire to another. */
static void both(enum mtks_phase phase, enum mtks_record kind, const void *record,
                 struct ends *near, struct ends *far)
{
    struct mtks_wire wire = {0};
    open_end(near, phase);
    open_end(far, phase);
    near->sink.parts_before = far->sink.parts_before = 3;
    mtks_sink_take(&near->sink, kind, record);
    mtks_wire_record(&wire, kind, record);
    mtks_wire_end(&wire, MTKSCAN_OK);
    struct mtks_frames frames = {.bytes = wire.bytes, .length = wire.used};
    mtks_wire_replay(&frames, &far->sink, "callback", true);
    mtks_wire_free(&wire);
    assert_int_equal(far->sink.records, near->sink.records);
    assert_false(far->sink.out_of_memory);
    if (near->sink.misbehaved)
        assert_string_equal(far->sink.misbehaved, near->sink.misbehaved);
    else
        assert_null(far->sink.misbehaved);
}

static void close_ends(struct ends *near, struct ends *far)
{
    mtks_arena_free(&near->arena);
    mtks_arena_free(&far->arena);
}

static mtkscan_evidence evidence_of(const char *id, const char *text)
{
    mtkscan_evidence evidence = MTKSCAN_INIT(mtkscan_evidence);
    evidence.id = id;
    evidence.text = text;
    evidence.offset = 0x1234;
    evidence.length = 7;
    evidence.bits = 42;
    evidence.flags = MTKSCAN_EVIDENCE_COMMON;
    return evidence;
}

static mtkscan_check check_of(const uint8_t *bytes, uint64_t length)
{
    mtkscan_check check = MTKSCAN_INIT(mtkscan_check);
    check.id = "id";
    check.text = "text";
    check.finding = "MTK-S001";
    check.part = 2;
    check.kind = MTKSCAN_CHECK_BYTES;
    check.on_fail = MTKSCAN_FAIL_DAMAGE;
    check.offset = 16;
    check.length = length;
    check.left = UINT64_MAX;
    check.bytes = bytes;
    check.bytes_length = length;
    return check;
}

static void test_evidence(void **state)
{
    (void)state;
    struct ends near, far;
    mtkscan_evidence evidence = evidence_of("some-id", "\xC3\xA9t\xC3\xA9");
    both(MTKS_PHASE_CLAIM, MTKS_RECORD_EVIDENCE, &evidence, &near, &far);
    assert_int_equal(far.sink.evidence.count, 1);
    const struct mtks_evidence *out = far.sink.evidence.items;
    assert_string_equal(out->id, "some-id");
    assert_string_equal(out->text, evidence.text);
    assert_int_equal(out->offset, 0x1234);
    assert_int_equal(out->length, 7);
    assert_int_equal(out->bits, 42);
    assert_true(out->common);
    close_ends(&near, &far);
}

static void test_check(void **state)
{
    (void)state;
    struct ends near, far;
    const uint8_t bytes[] = {0, 1, 2, 0xFF};
    mtkscan_check check = check_of(bytes, sizeof bytes);
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_CHECK, &check, &near, &far);
    assert_int_equal(far.sink.checks.items[0].bytes_length, sizeof bytes);
    assert_memory_equal(far.sink.checks.items[0].bytes, bytes, sizeof bytes);
    assert_true(far.sink.checks.items[0].left == UINT64_MAX);
    close_ends(&near, &far);
}

/* All other kinds, with each member that may be NULL both ways. */
static void test_kinds(void **state)
{
    (void)state;
    struct ends near, far;
    mtkscan_fact fact = MTKSCAN_INIT(mtkscan_fact);
    fact.key = "chip";
    fact.value = "";
    fact.offset = MTKSCAN_NO_OFFSET;
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_FACT, &fact, &near, &far);
    assert_string_equal(far.sink.facts.items[0].key, "chip");
    close_ends(&near, &far);

    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = "ROM";
    part.load_addr = 0x10000000;
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_PART, &part, &near, &far);
    assert_string_equal(far.sink.parts.items[0].file, "ROM");
    close_ends(&near, &far);
    part.file = "NAME";
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_PART, &part, &near, &far);
    assert_string_equal(far.sink.parts.items[0].file, "NAME");
    assert_int_equal(far.sink.parts.items[0].load_addr, 0x10000000);
    close_ends(&near, &far);

    mtkscan_container container = MTKSCAN_INIT(mtkscan_container);
    container.name = "ALICE";
    container.codec = "alice-2";
    container.output_size = 99;
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_CONTAINER, &container, &near, &far);
    assert_string_equal(far.sink.containers.items[0].codec, "alice-2");
    close_ends(&near, &far);

    mtkscan_flash flash = MTKSCAN_INIT(mtkscan_flash);
    flash.capacity = 0x400000;
    both(MTKS_PHASE_FLASH_IDS, MTKS_RECORD_FLASH, &flash, &near, &far);
    assert_null(far.sink.flash.memory_type);
    assert_int_equal(far.sink.flash.capacity, 0x400000);
    close_ends(&near, &far);

    mtkscan_flash_id id = MTKSCAN_INIT(mtkscan_flash_id);
    id.device_type = 3;
    id.id_length = 3;
    id.id[0] = 0xC2;
    both(MTKS_PHASE_FLASH_IDS, MTKS_RECORD_FLASH_ID, &id, &near, &far);
    assert_int_equal(far.sink.ids.items[0].id[0], 0xC2);
    close_ends(&near, &far);

    mtkscan_zone zone = MTKSCAN_INIT(mtkscan_zone);
    zone.block = 0x1000;
    both(MTKS_PHASE_FLASH_IDS, MTKS_RECORD_ZONE, &zone, &near, &far);
    assert_int_equal(far.sink.zones.items[0].block, 0x1000);
    close_ends(&near, &far);

    mtkscan_range range = MTKSCAN_INIT(mtkscan_range);
    range.name = "FAT";
    range.length = 5;
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_RANGE, &range, &near, &far);
    assert_string_equal(far.sink.ranges.items[0].name, "FAT");
    close_ends(&near, &far);

    mtkscan_notice notice = MTKSCAN_INIT(mtkscan_notice);
    notice.code = "MTK-S001";
    notice.part = MTKSCAN_NO_PART;
    both(MTKS_PHASE_LAYOUT, MTKS_RECORD_NOTICE, &notice, &near, &far);
    assert_null(far.sink.notices.items[0].detail);
    close_ends(&near, &far);
}

/* A bad record is told the same on both ends. */
static void test_bad_records(void **state)
{
    (void)state;
    struct ends near, far;
    char giant[2000];
    memset(giant, 'g', sizeof giant - 1);
    giant[sizeof giant - 1] = 0;
    mtkscan_evidence evidence[] = {
        evidence_of(NULL, "t"), evidence_of("id", giant), evidence_of("id", "\xFF"),
        evidence_of("ID", "t"), evidence_of("id", ""),    evidence_of("id", "t"),
        evidence_of("id", "t"), evidence_of("id", "t"),   evidence_of("id", "t"),
        evidence_of("id", "t"),
    };
    evidence[5].bits = INT32_MAX;
    evidence[6].struct_size = 0;
    evidence[7].struct_size = UINT32_MAX;
    evidence[8].abi = 0x20000;
    evidence[9].offset = UINT64_MAX - 1;
    for (size_t i = 0; i < sizeof evidence / sizeof *evidence; i++) {
        both(MTKS_PHASE_CLAIM, MTKS_RECORD_EVIDENCE, &evidence[i], &near, &far);
        assert_non_null(far.sink.misbehaved);
        close_ends(&near, &far);
    }
    both(MTKS_PHASE_CLAIM, MTKS_RECORD_EVIDENCE, NULL, &near, &far);
    assert_string_equal(far.sink.misbehaved, "evidence is NULL");
    close_ends(&near, &far);

    const uint8_t bytes[MTKSCAN_BYTES_MAX] = {0};
    mtkscan_check checks[] = {check_of(NULL, 4), check_of(bytes, 0), check_of(bytes, UINT64_MAX),
                              check_of(bytes, MTKSCAN_BYTES_MAX + 1)};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        both(MTKS_PHASE_LAYOUT, MTKS_RECORD_CHECK, &checks[i], &near, &far);
        assert_non_null(far.sink.misbehaved);
        close_ends(&near, &far);
    }
}

/* A record of a later minor is longer, and its tail is not sent. */
static void test_newer_record(void **state)
{
    (void)state;
    struct ends near, far;
    struct {
        mtkscan_evidence evidence;
        uint64_t more[4];
    } newer = {evidence_of("id", "text"), {~UINT64_C(0)}};
    newer.evidence.struct_size = sizeof newer;
    both(MTKS_PHASE_CLAIM, MTKS_RECORD_EVIDENCE, &newer, &near, &far);
    assert_int_equal(far.sink.evidence.count, 1);
    close_ends(&near, &far);
}

/* A claim as a module's process sends it. */
static struct mtks_wire claim_of(int32_t code)
{
    struct mtks_wire wire = {0};
    mtkscan_evidence evidence = evidence_of("first", "one");
    mtks_wire_record(&wire, MTKS_RECORD_EVIDENCE, &evidence);
    mtks_wire_log(&wire, MTKSCAN_LOG_INFO, "a line");
    evidence.id = "second";
    mtks_wire_record(&wire, MTKS_RECORD_EVIDENCE, &evidence);
    mtks_wire_end(&wire, code);
    return wire;
}

static const char *replay(struct ends *end, const uint8_t *bytes, size_t length)
{
    struct mtks_frames frames = {.bytes = bytes, .length = length};
    open_end(end, MTKS_PHASE_CLAIM);
    mtks_wire_replay(&frames, &end->sink, "claim", true);
    return end->sink.misbehaved;
}

static void test_stream(void **state)
{
    (void)state;
    struct ends end;
    struct mtks_wire wire = claim_of(MTKSCAN_OK);
    assert_null(replay(&end, wire.bytes, wire.used));
    assert_int_equal(end.sink.evidence.count, 2);
    assert_int_equal(end.sink.log.count, 1);
    assert_string_equal(end.sink.log.items[0].text, "a line");
    mtks_arena_free(&end.arena);
    mtks_wire_end(&wire, MTKSCAN_OK); /* one end too many */
    assert_string_equal(replay(&end, wire.bytes, wire.used), "wrote garbage to the host's pipe");
    mtks_arena_free(&end.arena);
    mtks_wire_free(&wire);
    wire = claim_of(-6);
    assert_string_equal(replay(&end, wire.bytes, wire.used), "claim returned -6");
    mtks_arena_free(&end.arena);
    mtks_wire_free(&wire);
}

/* However a stream is cut, it is noticed. */
static void test_cut(void **state)
{
    (void)state;
    struct mtks_wire wire = claim_of(MTKSCAN_OK);
    for (size_t length = 0; length < wire.used; length++) {
        struct ends end;
        uint8_t *bytes = malloc(length ? length : 1); /* a sanitizer sees a read behind it */
        assert_non_null(bytes);
        memcpy(bytes, wire.bytes, length);
        assert_non_null(replay(&end, bytes, length));
        mtks_arena_free(&end.arena);
        free(bytes);
    }
    mtks_wire_free(&wire);
}

/* A small generator, the same everywhere. */
static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Whatever was believed has to be sound. */
static void expect_sound(const struct mtks_sink *sink)
{
    for (size_t i = 0; i < sink->evidence.count; i++) {
        assert_null(mtks_text_fault(sink->evidence.items[i].text));
        assert_true(sink->evidence.items[i].bits >= 0 && sink->evidence.items[i].bits <= 256);
    }
    for (size_t i = 0; i < sink->checks.count; i++)
        assert_true(sink->checks.items[i].bytes_length <= MTKSCAN_BYTES_MAX);
    for (size_t i = 0; i < sink->log.count; i++)
        assert_null(mtks_text_fault(sink->log.items[i].text));
}

static void replay_any(const uint8_t *bytes, size_t length)
{
    for (int phase = MTKS_PHASE_CLAIM; phase <= MTKS_PHASE_DECODE; phase++) {
        struct ends end;
        struct mtks_decode_output output;
        struct mtks_frames frames = {.bytes = bytes, .length = length};
        open_end(&end, (enum mtks_phase)phase);
        assert_true(mtks_decode_output_init(&output, OUTPUT_ROOM));
        end.sink.output = &output;
        mtks_wire_stream(&frames, &end.sink, "callback"); /* as much as may come first */
        mtks_wire_replay(&frames, &end.sink, "callback", true);
        assert_true(frames.at <= length);
        assert_true(output.end <= OUTPUT_ROOM && output.capacity <= OUTPUT_ROOM);
        expect_sound(&end.sink);
        mtks_decode_output_free(&output);
        mtks_arena_free(&end.arena);
    }
}

static void take_any(const uint8_t *bytes, size_t length)
{
    struct mtks_frames frames = {.bytes = bytes, .length = length};
    struct mtks_arena arena;
    struct mtks_reached reached;
    mtkscan_plugin entry;
    const char *reason = NULL;
    int32_t number;
    mtks_arena_init(&arena, ROOM);
    if (mtks_wire_take_entry(&frames, &arena, &entry, &reason)) {
        assert_true(mtks_is_module_id(entry.id));
        assert_non_null(entry.chips[0]);
    } else {
        assert_null(mtks_text_fault(reason));
    }
    mtks_arena_free(&arena);
    frames.at = 0;
    mtks_wire_take_reached(&frames, &reached);
    mtks_wire_last_call(bytes, length, &number);
}

static void test_random(void **state)
{
    (void)state;
    uint32_t seed = 20240229;
    uint8_t bytes[512];
    for (unsigned turn = 0; turn < 3000; turn++) {
        size_t length = next_random(&seed) % sizeof bytes;
        for (size_t i = 0; i < length; i++)
            bytes[i] = (uint8_t)next_random(&seed);
        struct mtks_frame_head head = {MTKS_FRAME_MAGIC, (uint16_t)(next_random(&seed) % 9),
                                       (uint16_t)(next_random(&seed) % 12),
                                       (uint32_t)(length - sizeof head)};
        if (length >= sizeof head && turn % 4)
            memcpy(bytes, &head, sizeof head);
        replay_any(bytes, length);
        take_any(bytes, length);
    }
}

static const char *const chips[] = {"MT0001", "MT0002", NULL};
static const char *const limits[] = {"much", NULL};

static int32_t decode_nothing(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    return MTKSCAN_OK;
}

static mtkscan_plugin entry_of(void)
{
    mtkscan_plugin entry = {.struct_size = sizeof entry + 8,
                            .abi = MTKSCAN_ABI + 1,
                            .id = "some-module",
                            .version = "1.0",
                            .title = "title",
                            .author = "author",
                            .license = "MIT",
                            .url = "",
                            .chips = chips,
                            .limitations = limits,
                            .decode = decode_nothing};
    return entry;
}

/* Sound streams with a few bytes changed come nearer to the inner checks. */
static void test_mutated(void **state)
{
    (void)state;
    const uint8_t expected[] = {1, 2, 3};
    struct mtks_wire wire = claim_of(MTKSCAN_OK);
    mtkscan_check check = check_of(expected, sizeof expected);
    mtkscan_plugin entry = entry_of();
    mtks_wire_record(&wire, MTKS_RECORD_CHECK, &check);
    mtks_wire_output(&wire, 3, "output", 6);
    mtks_wire_output_refused(&wire, MTKS_PIECE_OVERLAP, 3, 7);
    size_t entry_at = wire.used;
    mtks_wire_entry(&wire, &entry);
    uint32_t seed = 4711;
    uint8_t *bytes = malloc(wire.used);
    assert_non_null(bytes);
    for (unsigned turn = 0; turn < 20000; turn++) {
        memcpy(bytes, wire.bytes, wire.used);
        for (unsigned i = 0; i <= turn % 3; i++) {
            uint8_t *at = &bytes[next_random(&seed) % wire.used];
            *at = (uint8_t)(turn % 2 ? next_random(&seed) : *at ^ 1u << turn % 8);
        }
        replay_any(bytes, entry_at);
        take_any(bytes + entry_at, wire.used - entry_at);
    }
    free(bytes);
    mtks_wire_free(&wire);
}

static void test_entry(void **state)
{
    (void)state;
    struct mtks_wire wire = {0};
    struct mtks_arena arena;
    mtkscan_plugin in = entry_of(), out;
    const char *reason = NULL;
    mtks_arena_init(&arena, ROOM);
    mtks_wire_entry(&wire, &in);
    struct mtks_frames frames = {.bytes = wire.bytes, .length = wire.used};
    assert_true(mtks_wire_take_entry(&frames, &arena, &out, &reason));
    assert_string_equal(out.id, "some-module");
    assert_string_equal(out.url, "");
    assert_string_equal(out.chips[1], "MT0002");
    assert_null(out.chips[2]);
    assert_string_equal(out.limitations[0], "much");
    assert_int_equal(out.struct_size, in.struct_size);
    assert_int_equal(out.abi, in.abi);
    assert_int_equal(out.claim(NULL), MTKSCAN_E_FAILED);
    assert_int_equal(out.decode(NULL, NULL), MTKSCAN_E_FAILED);
    mtks_wire_end(&wire, 0); /* nothing may follow */
    frames = (struct mtks_frames){.bytes = wire.bytes, .length = wire.used};
    assert_false(mtks_wire_take_entry(&frames, &arena, &out, &reason));
    assert_string_equal(reason, "wrote garbage to the host's pipe");
    frames = (struct mtks_frames){.bytes = wire.bytes, .length = 0};
    assert_false(mtks_wire_take_entry(&frames, &arena, &out, &reason));
    assert_string_equal(reason, "ended without a result");
    wire.used = 0;
    mtks_wire_refused(&wire, "is no good");
    frames = (struct mtks_frames){.bytes = wire.bytes, .length = wire.used};
    assert_false(mtks_wire_take_entry(&frames, &arena, &out, &reason));
    assert_string_equal(reason, "is no good");
    wire.used = 0;
    mtks_wire_refused(&wire, "\xFF");
    frames = (struct mtks_frames){.bytes = wire.bytes, .length = wire.used};
    assert_false(mtks_wire_take_entry(&frames, &arena, &out, &reason));
    assert_string_equal(reason, "wrote garbage to the host's pipe");
    mtks_arena_free(&arena);
    mtks_wire_free(&wire);
}

static void test_small_frames(void **state)
{
    (void)state;
    struct mtks_wire wire = {0};
    struct mtks_reached in = {1, 7, 2}, out = {0};
    int32_t number = 0;
    mtks_wire_reached(&wire, &in);
    struct mtks_frames frames = {.bytes = wire.bytes, .length = wire.used};
    assert_true(mtks_wire_take_reached(&frames, &out));
    assert_memory_equal(&in, &out, sizeof in);
    assert_false(mtks_wire_take_reached(&frames, &out));
    assert_false(mtks_wire_last_call(wire.bytes, wire.used, &number));
    struct {
        struct mtks_frame_head head;
        int32_t number;
    } last = {{MTKS_FRAME_MAGIC, MTKS_FRAME_CALL, 0, 4}, 257};
    assert_true(mtks_wire_last_call((const uint8_t *)&last, sizeof last, &number));
    assert_int_equal(number, 257);
    assert_false(mtks_wire_last_call((const uint8_t *)&last, sizeof last - 1, &number));
    mtks_wire_free(&wire);
}

static void test_flush(void **state)
{
    (void)state;
    int ends[2];
    struct mtks_wire wire = claim_of(0);
    uint8_t back[1024];
    size_t length = wire.used;
    assert_int_equal(pipe(ends), 0);
    assert_true(mtks_wire_flush(&wire, ends[1]));
    assert_int_equal(wire.used, 0);
    assert_int_equal(read(ends[0], back, sizeof back), length);
    mtks_wire_end(&wire, 0);
    close(ends[0]);
    close(ends[1]);
    assert_false(mtks_wire_flush(&wire, ends[1]));
    wire.out_of_memory = true;
    assert_false(mtks_wire_flush(&wire, ends[1]));
    mtks_wire_free(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evidence),     cmocka_unit_test(test_check),
        cmocka_unit_test(test_kinds),        cmocka_unit_test(test_bad_records),
        cmocka_unit_test(test_newer_record), cmocka_unit_test(test_stream),
        cmocka_unit_test(test_cut),          cmocka_unit_test(test_random),
        cmocka_unit_test(test_mutated),      cmocka_unit_test(test_entry),
        cmocka_unit_test(test_small_frames), cmocka_unit_test(test_flush),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
