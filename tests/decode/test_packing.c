/* SPDX-License-Identifier: MIT */
/* Partly, fully, not compressed, encrypted. */
#include "../codec/corpus.h"

#include <inttypes.h>
#include <time.h>

#include "room.h"

#define SIZE (16u << 20)

static uint8_t bytes[SIZE];

/* Bytes with about as much structure as code. */
static void code(uint64_t from, uint64_t to)
{
    uint32_t random = 5;
    for (uint64_t i = from; i < to; i++) {
        random = random * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)((random >> 24) & (random >> 13));
    }
}

static void noise(uint64_t from, uint64_t to)
{
    uint64_t random = 88172645463325252u;
    for (uint64_t i = from; i < to; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        bytes[i] = (uint8_t)(random >> 32);
    }
}

static int begin(void **state)
{
    (void)state;
    code(0, SIZE);
    return 0;
}

static void judge(struct room_test *room, enum mtks_packing kind, const char *text)
{
    assert_int_equal(mtks_packing_judge(room->analysis, &room->dump), 0);
    assert_int_equal(room->analysis->packing.kind, kind);
    if (text) {
        assert_non_null(room->analysis->packing.text);
        assert_string_equal(room->analysis->packing.text, text);
    } else {
        assert_null(room->analysis->packing.text);
    }
    room_close(room);
}

static void test_plain(void **state)
{
    (void)state;
    struct room_test room = room_open(bytes, 100000);
    judge(&room, MTKS_PACKING_PLAIN,
          "not compressed: all 100000 bytes of code and data stand plain");
}

static void test_shares(void **state)
{
    (void)state;
    struct room_test room = room_open(bytes, 150000);
    room_add(&room, "ALICE", "alice-1", 50000, 100000)->output_size = 200000;
    judge(&room, MTKS_PACKING_PARTLY,
          "partly compressed: 20 % of the code and data stand plain, the rest in ALICE");
    room = room_open(bytes, 150000);
    room_add(&room, "ALICE", "alice-1", 40000, 10000)->output_size = 60000;
    room_add(&room, "ZIMAGE", "zimage", 50000, 100000); /* states no size: twice its length */
    judge(&room, MTKS_PACKING_FULLY,
          "fully compressed: 13 % of the code and data stand plain, the rest in ALICE and ZIMAGE");
}

static void test_other_parts_do_not_count(void **state)
{
    (void)state;
    struct room_test room = room_open(bytes, 150000);
    room.analysis->parts.items[0].region = MTKSCAN_REGION_BOOT;
    judge(&room, MTKS_PACKING_UNKNOWN, NULL);
    room = room_open(bytes, 150000);
    room.analysis->parts.items[0].flags = MTKSCAN_PART_ABSENT;
    judge(&room, MTKS_PACKING_UNKNOWN, NULL);
}

static void test_encrypted(void **state)
{
    (void)state;
    noise(0, 400000);
    struct room_test room = room_open(bytes, 400000);
    assert_int_equal(mtks_packing_judge(room.analysis, &room.dump), 0);
    assert_int_equal(room.analysis->packing.kind, MTKS_PACKING_CRYPTED);
    assert_non_null(strstr(room.analysis->packing.text, "VIVA has 7.9"));
    room_close(&room);
    /* The same bytes in a container are what compressed data look like. */
    room = room_open(bytes, 400000);
    room_add(&room, "ZIMAGE", "zimage", 100, 399900);
    judge(&room, MTKS_PACKING_FULLY,
          "fully compressed: 0 % of the code and data stand plain, the rest in ZIMAGE");
}

static void test_hostile(void **state)
{
    (void)state;
    struct room_test room = room_open(bytes, SIZE);
    struct mtks_analysis *analysis = room.analysis;
    for (size_t i = 0; i < 4000; i++) {
        struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
        *part = (struct mtks_part){.name = "X",
                                   .region = MTKSCAN_REGION_MAIN,
                                   .offset = i % 3 ? i * 1000 : UINT64_MAX - i,
                                   .length = UINT64_MAX};
        room_add(&room, "Y", "alice-1", i % 5 ? i * 3000 : UINT64_MAX - i, UINT64_MAX / (i + 1))
            ->output_size = i % 7 ? UINT64_MAX : 0;
    }
    assert_int_equal(mtks_packing_judge(analysis, &room.dump), 0);
    assert_non_null(analysis->packing.text);
    room_close(&room);
}

static void test_cost(void **state)
{
    (void)state;
    struct room_test room = room_open(bytes, SIZE);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    assert_int_equal(mtks_packing_judge(room.analysis, &room.dump), 0);
    clock_gettime(CLOCK_MONOTONIC, &to);
    print_message("16 MB judged in %.0f us\n", 1e6 * (double)(to.tv_sec - from.tv_sec) +
                                                   1e-3 * (double)(to.tv_nsec - from.tv_nsec));
    room_close(&room);
}

/* The kits as their makers describe them: SIM800C24 and SIM868 are fully compressed. */
static void test_kits(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        memcpy(bytes, kit.rom, kit.rom_size);
        memcpy(bytes + kit.rom_size, kit.viva, kit.viva_size);
        struct room_test room = room_open(bytes, kit.rom_size + kit.viva_size);
        for (uint32_t j = 0; j < kit.info.count; j++) {
            const mtkscan_viva_component *part = &kit.info.components[j];
            const bool alice = part->kind == MTKSCAN_VIVA_ALICE;
            mtkscan_zimage_header header;
            mtkscan_memory_host memory;
            mtkscan_memory_host_init(&memory, kit.viva, kit.viva_size, NULL, NULL);
            mtkscan_zimage_read(&memory.host, part->offset, part->length, &header);
            room_add(&room, part->name, alice ? "alice-1" : "zimage", kit.rom_size + part->offset,
                     part->length)
                ->output_size = alice ? kit.exec.size : header.output_size;
        }
        assert_int_equal(mtks_packing_judge(room.analysis, &room.dump), 0);
        print_message("%-26s %s\n", corpus_kits[i], room.analysis->packing.text);
        const bool fully = strstr(corpus_kits[i], "c24") || strstr(corpus_kits[i], "868");
        assert_int_equal(room.analysis->packing.kind,
                         fully ? MTKS_PACKING_FULLY : MTKS_PACKING_PARTLY);
        room_close(&room);
        corpus_close(&kit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_plain, begin),
        cmocka_unit_test_setup(test_shares, begin),
        cmocka_unit_test_setup(test_other_parts_do_not_count, begin),
        cmocka_unit_test_setup(test_encrypted, begin),
        cmocka_unit_test_setup(test_hostile, begin),
        cmocka_unit_test_setup(test_cost, begin),
        cmocka_unit_test(test_kits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
