/* SPDX-License-Identifier: MIT */
/* Arena, lists, limits. */
#include "support.h"

#include <stdalign.h>
#include <string.h>

#include "model/arena.h"
#include "model/limits.h"

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct mtks_arena arena;
    mtks_arena_init(&arena, 8u << 20);
    static const size_t sizes[] = {0, 1, 7, 16, 17, 5000, 20000, 3, 2000000, 1, 40000, 9};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    uint8_t *pieces[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = mtks_arena_alloc(&arena, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(pieces[i][j], i + 1);
    mtks_arena_free(&arena);
    assert_null(arena.blocks);
    assert_int_equal(arena.used, 0);
}

static void limit_holds_exactly(void **state)
{
    (void)state;
    struct mtks_arena arena;
    mtks_arena_init(&arena, 1024);
    for (int i = 0; i < 4; i++)
        assert_non_null(mtks_arena_alloc(&arena, 256));
    assert_null(mtks_arena_alloc(&arena, 1));
    assert_int_equal(arena.used, 1024);
    mtks_arena_free(&arena);
    /* The limit outlives the memory, so the arena can be used anew. */
    assert_non_null(mtks_arena_alloc(&arena, 1024));
    assert_null(mtks_arena_alloc(&arena, 1));
    mtks_arena_free(&arena);
}

static void absurd_sizes_yield_null(void **state)
{
    (void)state;
    struct mtks_arena arena;
    mtks_arena_init(&arena, UINT64_MAX);
    assert_null(mtks_arena_alloc(&arena, UINT64_MAX));
    assert_null(mtks_arena_alloc(&arena, UINT64_MAX - 64));
    assert_non_null(mtks_arena_alloc(&arena, 1));
    mtks_arena_free(&arena);
}

static void texts(void **state)
{
    (void)state;
    struct mtks_arena arena;
    mtks_arena_init(&arena, 64);
    char source[] = "ROM";
    char *copy = mtks_arena_text(&arena, source);
    source[0] = 'X';
    assert_string_equal(copy, "ROM");
    assert_null(mtks_arena_text(&arena, NULL));
    assert_string_equal(mtks_arena_format(&arena, "%s at 0x%X", "VIVA", 0x1234u), "VIVA at 0x1234");
    assert_null(mtks_arena_text(&arena, "longer than what is left of the limit"));
    assert_null(mtks_arena_format(&arena, "%s", "longer than what is left of the limit"));
    mtks_arena_free(&arena);
}

struct pair {
    uint32_t key;
    uint8_t value;
};

static void lists_grow_and_keep_their_items(void **state)
{
    (void)state;
    struct mtks_arena arena;
    mtks_arena_init(&arena, 1u << 20);
    MTKS_LIST(struct pair) list = {NULL, 0, 0};
    for (uint32_t i = 0; i < 1000; i++) {
        struct pair *item = MTKS_PUSH(&arena, &list);
        assert_non_null(item);
        assert_int_equal(item->key, 0);
        *item = (struct pair){i, (uint8_t)i};
    }
    assert_int_equal(list.count, 1000);
    assert_int_equal(list.room, 1024);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(list.items[i].key, i);
        assert_int_equal(list.items[i].value, (uint8_t)i);
    }
    mtks_arena_free(&arena);
}

static void list_out_of_memory_keeps_what_it_has(void **state)
{
    (void)state;
    struct mtks_arena arena;
    mtks_arena_init(&arena, 64);
    MTKS_LIST(uint64_t) list = {NULL, 0, 0};
    for (uint64_t i = 0; i < 8; i++)
        *(uint64_t *)MTKS_PUSH(&arena, &list) = i;
    assert_null(MTKS_PUSH(&arena, &list));
    assert_int_equal(list.count, 8);
    assert_int_equal(list.items[7], 7);
    mtks_arena_free(&arena);

    /* A count that cannot be doubled is refused before anything is read. */
    void *items = NULL;
    size_t count = SIZE_MAX / 2 + 1, room = count;
    assert_null(mtks_list_push(&arena, &items, &count, &room, 8));
}

static void limits_start_as_documented(void **state)
{
    (void)state;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    assert_int_equal(limits.input, 256u << 20);
    assert_int_equal(limits.memory, 64u << 20);
    assert_int_equal(limits.records, 20000);
    assert_int_equal(limits.scratch, 16u << 20);
    assert_int_equal(limits.registry, 1u << 20);
    assert_int_equal(limits.cfg, 1u << 20);
    assert_int_equal(limits.kit_files, 1000);
    assert_int_equal(mtks_limit_count * sizeof(uint64_t), sizeof limits);
}

static void limits_are_set(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {
        {"input=1", 1},
        {"input=0x10", 16},
        {"input=0XfF", 255},
        {"input=010", 10},
        {"input=4K", 4096},
        {"input=2m", 2u << 20},
        {"input=3G", UINT64_C(3) << 30},
        {"input=0x1G", UINT64_C(1) << 30},
        {"input=18446744073709551615", UINT64_MAX},
        {"input=17179869183G", UINT64_C(17179869183) << 30},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct mtks_limits limits;
        mtks_limits_init(&limits);
        assert_int_equal(mtks_limits_set(&limits, good[i].text), 0);
        assert_true(limits.input == good[i].value);
        assert_int_equal(limits.records, 20000);
    }
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    assert_int_equal(mtks_limits_set(&limits, "kit_files=7"), 0);
    assert_int_equal(limits.kit_files, 7);
}

static void senseless_limits_change_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "input",
        "input=",
        "=5",
        "inpu=5",
        "inputs=5",
        "Input=5",
        "input=-1",
        "input=+1",
        "input= 1",
        "input=1 ",
        "input=0x",
        "input=K",
        "input=1KB",
        "input=1T",
        "input=0",
        "input=0K",
        "input=12a",
        "input=1.5M",
        "input=18446744073709551616",
        "input=0x10000000000000000",
        "input=17179869184G",
    };
    struct mtks_limits limits, before;
    mtks_limits_init(&limits);
    before = limits;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(mtks_limits_set(&limits, bad[i]), -1);
        assert_memory_equal(&limits, &before, sizeof limits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(limit_holds_exactly),
        cmocka_unit_test(absurd_sizes_yield_null),
        cmocka_unit_test(texts),
        cmocka_unit_test(lists_grow_and_keep_their_items),
        cmocka_unit_test(list_out_of_memory_keeps_what_it_has),
        cmocka_unit_test(limits_start_as_documented),
        cmocka_unit_test(limits_are_set),
        cmocka_unit_test(senseless_limits_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
