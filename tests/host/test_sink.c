/* SPDX-License-Identifier: MIT */
/* The sink: every member of every record, good and bad. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/sink.h"
#include "support.h"

/* One sink with an arena of its own; a part is stated beforehand where the phase allows. */
struct place {
    struct mtks_arena arena;
    struct mtks_sink sink;
};

static void open_place(struct place *place, enum mtks_phase phase)
{
    mtks_arena_init(&place->arena, 1u << 20);
    mtks_sink_init(&place->sink, &place->arena, 1u << 19, 100, phase);
    place->sink.parts_before = 2;
}

static void close_place(struct place *place)
{
    mtks_arena_free(&place->arena);
}

/* A good record of each kind. */
static const mtkscan_evidence evidence = {.struct_size = sizeof(mtkscan_evidence),
                                          .abi = MTKSCAN_ABI,
                                          .id = "chip-word",
                                          .text = "seen",
                                          .offset = 16,
                                          .length = 6,
                                          .bits = 32,
                                          .flags = MTKSCAN_EVIDENCE_COMMON};
static const mtkscan_fact fact = {sizeof fact,  MTKSCAN_ABI,       "build_time",
                                  "2015/05/07", MTKSCAN_NO_OFFSET, 7};
static const mtkscan_part part = {.struct_size = sizeof part,
                                  .abi = MTKSCAN_ABI,
                                  .name = "ROM",
                                  .file_type = 0x100,
                                  .region = MTKSCAN_REGION_MAIN,
                                  .offset = 0x1000,
                                  .length = 0x2000,
                                  .load_addr = 0x10001000,
                                  .flags = MTKSCAN_PART_EXTRA};
static const uint8_t marker[4] = {1, 2, 3, 4};
static const mtkscan_check check = {.struct_size = sizeof check,
                                    .abi = MTKSCAN_ABI,
                                    .id = "end-marker",
                                    .text = "ends with its marker",
                                    .finding = "MTK-D001",
                                    .part = 1,
                                    .kind = MTKSCAN_CHECK_BYTES,
                                    .on_fail = MTKSCAN_FAIL_DAMAGE,
                                    .offset = 32,
                                    .length = 4,
                                    .bytes = marker,
                                    .bytes_length = 4};
static const mtkscan_container container = {.struct_size = sizeof container,
                                            .abi = MTKSCAN_ABI,
                                            .name = "ALICE",
                                            .codec = "alice-2",
                                            .part = 0,
                                            .order = 1,
                                            .offset = 64,
                                            .length = 128,
                                            .exec_addr = 0x10200000,
                                            .output_size = 256};
static const mtkscan_flash flash = {sizeof flash, MTKSCAN_ABI, 1u << 22, "PSRAM", "a guess"};
static const mtkscan_flash_id flash_id = {sizeof flash_id,    MTKSCAN_ABI,      3, 3,
                                          {0xC2, 0x25, 0x36}, MTKSCAN_NO_OFFSET};
static const mtkscan_zone zone = {sizeof zone, MTKSCAN_ABI, 0, 4096};
static const mtkscan_range range = {sizeof range, MTKSCAN_ABI, "FAT", 1u << 20, 1u << 19};
static const mtkscan_notice notice = {.struct_size = sizeof notice,
                                      .abi = MTKSCAN_ABI,
                                      .code = "MTK-S001",
                                      .part = MTKSCAN_NO_PART,
                                      .offset = MTKSCAN_NO_OFFSET};

static const struct {
    const char *name;
    const void *record;
    size_t size;
    unsigned phases; /* as plugin.h states them */
} good[MTKS_RECORD_KINDS] = {
    [MTKS_RECORD_EVIDENCE] = {"evidence", &evidence, sizeof evidence, 1u << MTKS_PHASE_CLAIM},
    [MTKS_RECORD_FACT] = {"fact", &fact, sizeof fact, 1u << MTKS_PHASE_LAYOUT},
    [MTKS_RECORD_PART] = {"part", &part, sizeof part, 1u << MTKS_PHASE_LAYOUT},
    [MTKS_RECORD_CHECK] = {"check", &check, sizeof check,
                           1u << MTKS_PHASE_LAYOUT | 1u << MTKS_PHASE_FLASH_IDS},
    [MTKS_RECORD_CONTAINER] = {"container", &container, sizeof container, 1u << MTKS_PHASE_LAYOUT},
    [MTKS_RECORD_FLASH] = {"flash", &flash, sizeof flash, 1u << MTKS_PHASE_FLASH_IDS},
    [MTKS_RECORD_FLASH_ID] = {"flash_id", &flash_id, sizeof flash_id, 1u << MTKS_PHASE_FLASH_IDS},
    [MTKS_RECORD_ZONE] = {"zone", &zone, sizeof zone, 1u << MTKS_PHASE_FLASH_IDS},
    [MTKS_RECORD_RANGE] = {"range", &range, sizeof range,
                           1u << MTKS_PHASE_LAYOUT | 1u << MTKS_PHASE_FLASH_IDS},
    [MTKS_RECORD_NOTICE] = {"notice", &notice, sizeof notice,
                            1u << MTKS_PHASE_LAYOUT | 1u << MTKS_PHASE_FLASH_IDS},
};

static enum mtks_phase phase_of(size_t kind)
{
    enum mtks_phase phase = MTKS_PHASE_CLAIM;
    while (!(good[kind].phases & 1u << phase))
        phase++;
    return phase;
}

static void test_phases(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < MTKS_RECORD_KINDS; kind++)
        for (unsigned phase = MTKS_PHASE_CLAIM; phase <= MTKS_PHASE_FLASH_IDS; phase++) {
            struct place place;
            open_place(&place, (enum mtks_phase)phase);
            bool allowed = good[kind].phases & 1u << phase;
            assert_int_equal(mtks_sink_take(&place.sink, (enum mtks_record)kind, good[kind].record),
                             allowed ? MTKSCAN_OK : MTKSCAN_E_INVALID);
            assert_int_equal(place.sink.misbehaved == NULL, allowed);
            if (!allowed)
                assert_non_null(strstr(place.sink.misbehaved, good[kind].name));
            close_place(&place);
        }
}

/* Stores into memory of its own: the module's is gone afterwards. */
static void test_copies(void **state)
{
    (void)state;
    struct place place;
    open_place(&place, MTKS_PHASE_LAYOUT);
    char name[] = "ROM", text[] = "ends with its marker";
    uint8_t bytes[4] = {1, 2, 3, 4};
    mtkscan_part a = part;
    mtkscan_check b = check;
    a.name = name;
    b.text = text;
    b.bytes = bytes;
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_PART, &a), MTKSCAN_OK);
    b.part = 2; /* the one just stated, behind two of an earlier callback */
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_CHECK, &b), MTKSCAN_OK);
    memset(name, 'x', 3);
    memset(text, 'x', 5);
    memset(bytes, 0, 4);
    const struct mtks_part *part_kept = &place.sink.parts.items[0];
    const struct mtks_check *check_kept = &place.sink.checks.items[0];
    assert_string_equal(part_kept->name, "ROM");
    assert_string_equal(part_kept->file, "ROM"); /* NULL: the same */
    assert_int_equal(part_kept->file_type, 0x100);
    assert_int_equal(part_kept->region, MTKSCAN_REGION_MAIN);
    assert_int_equal(part_kept->offset, 0x1000);
    assert_int_equal(part_kept->length, 0x2000);
    assert_int_equal(part_kept->load_addr, 0x10001000);
    assert_int_equal(part_kept->flags, MTKSCAN_PART_EXTRA);
    assert_string_equal(check_kept->text, "ends with its marker");
    assert_memory_equal(check_kept->bytes, marker, 4);
    assert_int_equal(check_kept->part, 2);
    assert_int_equal(check_kept->result, MTKS_CHECK_NOT_RUN);
    assert_int_equal(place.sink.records, 2);
    close_place(&place);

    open_place(&place, MTKS_PHASE_LAYOUT);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_FACT, &fact), MTKSCAN_OK);
    assert_int_equal(place.sink.facts.items[0].length, 0); /* nowhere has no length */
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_CONTAINER, &container), MTKSCAN_OK);
    assert_int_equal(place.sink.containers.items[0].output_size, 256);
    assert_int_equal(place.sink.containers.items[0].exec_addr, 0x10200000);
    close_place(&place);

    open_place(&place, MTKS_PHASE_FLASH_IDS);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_FLASH, &flash), MTKSCAN_OK);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_FLASH_ID, &flash_id), MTKSCAN_OK);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_ZONE, &zone), MTKSCAN_OK);
    assert_string_equal(place.sink.flash.memory_type_source, "a guess");
    assert_int_equal(place.sink.ids.items[0].id[1], 0x25);
    assert_int_equal(place.sink.zones.items[0].block, 4096);
    close_place(&place);
}

/* What every record has: its head, and a tail of a newer minor. */
static void test_heads(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < MTKS_RECORD_KINDS; kind++) {
        static const struct {
            int32_t size_change;
            uint32_t abi;
            bool taken;
        } heads[] = {
            {0, MTKSCAN_ABI, true},       {32, MTKSCAN_ABI + 7, true},   {-8, MTKSCAN_ABI, false},
            {-1000, MTKSCAN_ABI, false},  {0x10000, MTKSCAN_ABI, false}, {0, 0, false},
            {0, MTKSCAN_ABI << 1, false},
        };
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
            struct place place;
            uint8_t record[256] = {0};
            open_place(&place, phase_of(kind));
            memcpy(record, good[kind].record, good[kind].size);
            memset(record + good[kind].size, 0xEE, 32);
            uint32_t head[2] = {(uint32_t)((int32_t)good[kind].size + heads[i].size_change),
                                heads[i].abi};
            if (heads[i].size_change == -1000)
                head[0] = 0;
            memcpy(record, head, sizeof head);
            assert_int_equal(mtks_sink_take(&place.sink, (enum mtks_record)kind, record),
                             heads[i].taken ? MTKSCAN_OK : MTKSCAN_E_INVALID);
            assert_int_equal(place.sink.misbehaved == NULL, heads[i].taken);
            close_place(&place);
        }
        struct place place;
        open_place(&place, phase_of(kind));
        assert_int_equal(mtks_sink_take(&place.sink, (enum mtks_record)kind, NULL),
                         MTKSCAN_E_INVALID);
        assert_non_null(strstr(place.sink.misbehaved, "is NULL"));
        close_place(&place);
    }
}

/* ---- one bad member at a time */

static char long_text[MTKSCAN_TEXT_MAX + 2];

#define BAD(kind_, type, member_, value, why)                                                      \
    {                                                                                              \
        kind_, offsetof(type, member_), sizeof(((type *)0)->member_), (uint64_t)(value), why       \
    }
#define POINTER(text) (uintptr_t)(text)

struct bad {
    enum mtks_record kind;
    size_t at, size;
    uint64_t value;
    const char *why;
};

static void expect_bad(const struct bad *bad)
{
    struct place place;
    uint8_t record[256] = {0};
    open_place(&place, phase_of(bad->kind));
    memcpy(record, good[bad->kind].record, good[bad->kind].size);
    memcpy(record + bad->at, &bad->value, bad->size);
    assert_int_equal(mtks_sink_take(&place.sink, bad->kind, record), MTKSCAN_E_INVALID);
    if (!place.sink.misbehaved || !strstr(place.sink.misbehaved, bad->why))
        fail_msg("expected \"%s\", got \"%s\"", bad->why, place.sink.misbehaved);
    assert_int_equal(place.sink.records, 0);
    /* From now on nothing is taken, and the first reason stays. */
    const char *first = place.sink.misbehaved;
    assert_int_equal(mtks_sink_take(&place.sink, bad->kind, good[bad->kind].record),
                     MTKSCAN_E_INVALID);
    mtks_sink_blame(&place.sink, "something else");
    assert_ptr_equal(place.sink.misbehaved, first);
    close_place(&place);
}

static void test_bad_members(void **state)
{
    (void)state;
    memset(long_text, 'a', sizeof long_text - 1);
    const struct bad bad[] = {
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, id, 0, "evidence.id is NULL"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, id, POINTER(""), "evidence.id is empty"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, id, POINTER("Chip"), "evidence.id has char"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, text, 0, "evidence.text is NULL"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, text, POINTER("\xC0\x80"), "not valid UTF-8"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, text, POINTER(long_text), "longer than 512"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, offset, UINT64_MAX - 1, "evidence.offset"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, length, MTKS_PLACE_MAX, "beyond 2^48"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, bits, 257,
            "evidence.bits is 257, not 0 .. 256"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, bits, -1, "evidence.bits is"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, bits, INT32_MAX, "evidence.bits is 2147483647"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, flags, 4, "evidence.flags is 4"),
        BAD(MTKS_RECORD_EVIDENCE, mtkscan_evidence, flags, 1, "a contradiction with 32 bits"),
        BAD(MTKS_RECORD_FACT, mtkscan_fact, key, POINTER("a b"), "fact.key has char"),
        BAD(MTKS_RECORD_FACT, mtkscan_fact, value, 0, "fact.value is NULL"),
        BAD(MTKS_RECORD_FACT, mtkscan_fact, offset, MTKS_PLACE_MAX, "fact.offset"),
        BAD(MTKS_RECORD_PART, mtkscan_part, name, POINTER(""), "part.name is empty"),
        BAD(MTKS_RECORD_PART, mtkscan_part, file, POINTER("\xED\xA0\x80"), "part.file is not"),
        BAD(MTKS_RECORD_PART, mtkscan_part, region, 5, "part.region is 5, not 0 .. 4"),
        BAD(MTKS_RECORD_PART, mtkscan_part, offset, MTKSCAN_NO_OFFSET, "part.offset"),
        BAD(MTKS_RECORD_PART, mtkscan_part, length, UINT64_MAX, "part.offset"),
        BAD(MTKS_RECORD_PART, mtkscan_part, flags, 4, "part.flags is 4"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, id, 0, "check.id is NULL"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, text, 0, "check.text is NULL"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, finding, 0, "check.finding is NULL"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, part, 2, "check.part is 2, but there are 2 parts"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, kind, 0, "check.kind is 0"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, kind, 8, "check.kind is 8"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, kind, MTKSCAN_CHECK_RELATION, "check.relation is 0"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, relation, 4, "check.relation is 4"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, on_fail, 0, "check.on_fail is 0"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, on_fail, 3, "check.on_fail is 3"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, offset, MTKSCAN_NO_OFFSET, "check.offset"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, length, MTKS_PLACE_MAX, "check.offset"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, bytes, 0, "check.bytes is NULL"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, bytes_length, 0, "0 of them, not 1 .. 64"),
        BAD(MTKS_RECORD_CHECK, mtkscan_check, bytes_length, 65, "65 of them, not 1 .. 64"),
        BAD(MTKS_RECORD_CONTAINER, mtkscan_container, name, 0, "container.name is NULL"),
        BAD(MTKS_RECORD_CONTAINER, mtkscan_container, codec, POINTER(""), "codec is empty"),
        BAD(MTKS_RECORD_CONTAINER, mtkscan_container, part, 9, "container.part is 9"),
        BAD(MTKS_RECORD_CONTAINER, mtkscan_container, length, UINT64_MAX, "container.offset"),
        BAD(MTKS_RECORD_CONTAINER, mtkscan_container, output_size, MTKS_PLACE_MAX + 1,
            "output_siz"),
        BAD(MTKS_RECORD_FLASH, mtkscan_flash, capacity, UINT64_MAX, "flash.capacity"),
        BAD(MTKS_RECORD_FLASH, mtkscan_flash, memory_type, POINTER("\xFF"), "flash.memory_type is"),
        BAD(MTKS_RECORD_FLASH, mtkscan_flash, memory_type_source, POINTER(long_text), "source is"),
        BAD(MTKS_RECORD_FLASH_ID, mtkscan_flash_id, device_type, 0, "flash_id.device_type is 0"),
        BAD(MTKS_RECORD_FLASH_ID, mtkscan_flash_id, device_type, 6, "flash_id.device_type is 6"),
        BAD(MTKS_RECORD_FLASH_ID, mtkscan_flash_id, id_length, 0, "flash_id.id_length is 0"),
        BAD(MTKS_RECORD_FLASH_ID, mtkscan_flash_id, id_length, 9, "flash_id.id_length is 9"),
        BAD(MTKS_RECORD_FLASH_ID, mtkscan_flash_id, id_length, 2,
            "bytes behind its id_length of 2"),
        BAD(MTKS_RECORD_FLASH_ID, mtkscan_flash_id, offset, MTKS_PLACE_MAX + 1, "flash_id.offset"),
        BAD(MTKS_RECORD_ZONE, mtkscan_zone, offset, MTKS_PLACE_MAX + 1, "zone.offset"),
        BAD(MTKS_RECORD_ZONE, mtkscan_zone, block, 0, "zone.block is 0"),
        BAD(MTKS_RECORD_RANGE, mtkscan_range, name, POINTER(""), "range.name is empty"),
        BAD(MTKS_RECORD_RANGE, mtkscan_range, offset, MTKSCAN_NO_OFFSET, "range.offset"),
        BAD(MTKS_RECORD_NOTICE, mtkscan_notice, code, 0, "notice.code is NULL"),
        BAD(MTKS_RECORD_NOTICE, mtkscan_notice, detail, POINTER("\x80"), "notice.detail is not"),
        BAD(MTKS_RECORD_NOTICE, mtkscan_notice, part, 2, "notice.part is 2"),
        BAD(MTKS_RECORD_NOTICE, mtkscan_notice, offset, UINT64_MAX - 1, "notice.offset"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_bad(&bad[i]);
}

/* `other` counts only for the kinds that read there, and a relation may stand nowhere. */
static void test_check_places(void **state)
{
    (void)state;
    static const struct {
        uint32_t kind, relation;
        uint64_t offset, length, other;
        bool taken;
    } rows[] = {
        {MTKSCAN_CHECK_SHA1, 0, 0, 16, MTKS_PLACE_MAX - 20, true},
        {MTKSCAN_CHECK_SHA1, 0, 0, 16, MTKS_PLACE_MAX - 19, false},
        {MTKSCAN_CHECK_SAME, 0, 0, 16, MTKS_PLACE_MAX - 16, true},
        {MTKSCAN_CHECK_SAME, 0, 0, 16, MTKS_PLACE_MAX - 15, false},
        {MTKSCAN_CHECK_TEXT, 0, 0, 16, UINT64_MAX, false},
        {MTKSCAN_CHECK_U32, 0, 0, 4, UINT64_MAX, true},
        {MTKSCAN_CHECK_CHAIN, 0, 0, 64, UINT64_MAX, true},
        {MTKSCAN_CHECK_RELATION, MTKSCAN_AT_LEAST, MTKSCAN_NO_OFFSET, 9, 0, true},
        {MTKSCAN_CHECK_RELATION, MTKSCAN_EQUAL, UINT64_MAX - 1, 9, 0, false},
        {MTKSCAN_CHECK_CHAIN, 0, MTKSCAN_NO_OFFSET, 64, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place place;
        open_place(&place, MTKS_PHASE_LAYOUT);
        mtkscan_check record = check;
        record.kind = rows[i].kind;
        record.relation = rows[i].relation;
        record.offset = rows[i].offset;
        record.length = rows[i].length;
        record.other = rows[i].other;
        record.part = MTKSCAN_NO_PART;
        assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_CHECK, &record),
                         rows[i].taken ? MTKSCAN_OK : MTKSCAN_E_INVALID);
        if (rows[i].taken)
            assert_null(place.sink.checks.items[0].bytes); /* not of this kind */
        close_place(&place);
    }
}

static void test_flash_twice(void **state)
{
    (void)state;
    struct place place;
    open_place(&place, MTKS_PHASE_FLASH_IDS);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_FLASH, &flash), MTKSCAN_OK);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_FLASH, &flash), MTKSCAN_E_INVALID);
    assert_string_equal(place.sink.misbehaved, "flash is stated a second time");
    close_place(&place);
}

/* ---- limits */

static void test_record_limit(void **state)
{
    (void)state;
    struct place place;
    open_place(&place, MTKS_PHASE_FLASH_IDS);
    for (int i = 0; i < 100; i++)
        assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_ZONE, &zone), MTKSCAN_OK);
    assert_int_equal(mtks_sink_take(&place.sink, MTKS_RECORD_ZONE, &zone), MTKSCAN_E_LIMIT);
    assert_string_equal(place.sink.misbehaved, "more than 100 records");
    assert_int_equal(place.sink.zones.count, 100);
    close_place(&place);
}

static void test_memory_share(void **state)
{
    (void)state;
    struct mtks_arena arena;
    struct mtks_sink sink;
    mtks_arena_init(&arena, 1u << 20);
    mtks_sink_init(&sink, &arena, 4096, 1000, MTKS_PHASE_CLAIM);
    int32_t code = MTKSCAN_OK;
    int taken = 0;
    while (code == MTKSCAN_OK && taken < 1000) {
        code = mtks_sink_take(&sink, MTKS_RECORD_EVIDENCE, &evidence);
        taken++;
    }
    assert_int_equal(code, MTKSCAN_E_LIMIT);
    assert_string_equal(sink.misbehaved, "its records take more than its share of memory");
    assert_false(sink.out_of_memory);
    assert_true(taken < 100 && arena.used < 16384);
    mtks_arena_free(&arena);
}

/* Whichever allocation fails, the record is not half taken, and no module is blamed for it. */
static void test_out_of_memory(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < MTKS_RECORD_KINDS; kind++) {
        mtkscan_notice full = notice;
        full.detail = "detail";
        mtkscan_part named = part;
        named.file = "ROM_file";
        const void *record = kind == MTKS_RECORD_NOTICE ? (const void *)&full
                             : kind == MTKS_RECORD_PART ? (const void *)&named
                                                        : good[kind].record;
        bool taken = false;
        int failed = 0;
        for (uint64_t limit = 0; !taken; limit += 16) {
            struct mtks_arena arena;
            struct mtks_sink sink;
            mtks_arena_init(&arena, limit);
            mtks_sink_init(&sink, &arena, UINT64_MAX, 10, phase_of(kind));
            sink.parts_before = 2;
            int32_t code = mtks_sink_take(&sink, (enum mtks_record)kind, record);
            taken = code == MTKSCAN_OK;
            if (!taken) {
                failed++;
                assert_int_equal(code, MTKSCAN_E_LIMIT);
                assert_true(sink.out_of_memory);
                assert_null(sink.misbehaved);
                assert_int_equal(sink.records, 0);
                mtks_sink_blame(&sink, "not to blame");
                assert_null(sink.misbehaved);
                assert_int_equal(mtks_sink_take(&sink, (enum mtks_record)kind, record),
                                 MTKSCAN_E_LIMIT);
            }
            mtks_arena_free(&arena);
            assert_true(limit < 4096);
        }
        assert_true(failed > 0);
    }
    struct mtks_arena none;
    struct mtks_sink sink;
    mtks_arena_init(&none, 0);
    mtks_sink_init(&sink, &none, 0, 10, MTKS_PHASE_CLAIM);
    mtks_sink_blame(&sink, "a reason");
    assert_string_equal(sink.misbehaved, "misbehaved, and there is no memory to say how");
}

static void test_log(void **state)
{
    (void)state;
    struct place place;
    open_place(&place, MTKS_PHASE_CLAIM);
    mtks_sink_log(&place.sink, MTKSCAN_LOG_INFO, "one line");
    mtks_sink_log(&place.sink, -1, "no such level");
    mtks_sink_log(&place.sink, 3, "no such level");
    mtks_sink_log(&place.sink, MTKSCAN_LOG_INFO, NULL);
    mtks_sink_log(&place.sink, MTKSCAN_LOG_INFO, "\xFF");
    assert_int_equal(place.sink.log.count, 1);
    assert_string_equal(place.sink.log.items[0].text, "one line");
    assert_int_equal(place.sink.log.items[0].level, MTKSCAN_LOG_INFO);
    assert_null(place.sink.misbehaved);
    for (int i = 0; i < 1000; i++)
        mtks_sink_log(&place.sink, MTKSCAN_LOG_DEBUG, "more");
    assert_int_equal(place.sink.log.count, MTKS_LOG_LINES);
    close_place(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phases),        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_heads),         cmocka_unit_test(test_bad_members),
        cmocka_unit_test(test_check_places),  cmocka_unit_test(test_flash_twice),
        cmocka_unit_test(test_record_limit),  cmocka_unit_test(test_memory_share),
        cmocka_unit_test(test_out_of_memory), cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
