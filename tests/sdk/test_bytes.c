/* SPDX-License-Identifier: MIT */
/* Words, checked arithmetic, and the host over memory that the other tests stand on. */
#include "support.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"

static void test_words(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x78, 0x56, 0x34, 0xF2};
    uint8_t back[4];
    assert_int_equal(mtkscan_le16(bytes), 0x5678);
    assert_int_equal(mtkscan_le16(bytes + 2), 0xF234);
    assert_int_equal(mtkscan_le32(bytes), 0xF2345678);
    mtkscan_put_le32(back, 0xF2345678);
    assert_memory_equal(back, bytes, 4);
    mtkscan_put_le16(back, 0xABCD);
    assert_int_equal(back[0], 0xCD);
    assert_int_equal(back[1], 0xAB);
}

static void test_arithmetic(void **state)
{
    (void)state;
    uint64_t sum = 7;
    assert_true(mtkscan_add(UINT64_MAX - 1, 1, &sum));
    assert_true(sum == UINT64_MAX);
    assert_false(mtkscan_add(UINT64_MAX, 1, &sum));
    assert_true(sum == UINT64_MAX);

    assert_true(mtkscan_inside(0, 0, 0));
    assert_true(mtkscan_inside(10, 0, 10));
    assert_true(mtkscan_inside(4, 6, 10));
    assert_false(mtkscan_inside(4, 7, 10));
    assert_false(mtkscan_inside(11, 0, 10));
    assert_false(mtkscan_inside(1, UINT64_MAX, 10));

    assert_true(mtkscan_round_up(0, 0x1000) == 0);
    assert_true(mtkscan_round_up(1, 0x1000) == 0x1000);
    assert_true(mtkscan_round_up(0x1000, 0x1000) == 0x1000);
    assert_true(mtkscan_round_up(UINT64_MAX - 5, 0x1000) == UINT64_MAX);
}

static void test_host_reads(void **state)
{
    (void)state;
    static const uint8_t bytes[] = "one two one";
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, bytes, 11, NULL, NULL);
    const mtkscan_host *host = &memory.host;
    char text[4] = "???";
    uint32_t word = 0;
    assert_int_equal(host->struct_size, sizeof *host);
    assert_int_equal(host->abi, MTKSCAN_ABI);
    assert_true(host->size(host) == 11);

    assert_int_equal(host->read(host, 8, text, 3), MTKSCAN_OK);
    assert_string_equal(text, "one");
    assert_int_equal(host->read(host, 9, text, 3), MTKSCAN_E_RANGE);
    assert_string_equal(text, "one");
    assert_int_equal(host->read(host, UINT64_MAX, text, 2), MTKSCAN_E_RANGE);

    assert_ptr_equal(host->span(host, 4, 7), bytes + 4);
    assert_null(host->span(host, 4, 8));

    assert_true(mtkscan_read_le32(host, 7, &word));
    assert_int_equal(word, 0x656E6F20);
    assert_false(mtkscan_read_le32(host, 8, &word));
    assert_int_equal(word, 0x656E6F20);
}

static void test_host_find(void **state)
{
    (void)state;
    static const uint8_t bytes[] = "one two one";
    uint8_t long_pattern[65] = {0};
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, bytes, 11, NULL, NULL);
    const mtkscan_host *host = &memory.host;
    uint64_t at = 99;
    assert_int_equal(host->find(host, 0, 11, "one", 3, &at), MTKSCAN_OK);
    assert_true(at == 0);
    assert_int_equal(host->find(host, 1, 11, "one", 3, &at), MTKSCAN_OK);
    assert_true(at == 8);
    assert_int_equal(host->find(host, 1, 10, "one", 3, &at), MTKSCAN_E_NOT_FOUND);
    assert_int_equal(host->find(host, 9, 11, "one", 3, &at), MTKSCAN_E_NOT_FOUND);
    assert_int_equal(host->find(host, 0, 12, "one", 3, &at), MTKSCAN_E_RANGE);
    assert_int_equal(host->find(host, 5, 4, "one", 3, &at), MTKSCAN_E_RANGE);
    assert_int_equal(host->find(host, 0, 11, "one", 0, &at), MTKSCAN_E_INVALID);
    assert_int_equal(host->find(host, 0, 11, long_pattern, 65, &at), MTKSCAN_E_INVALID);
    assert_true(at == 8);
}

static void test_host_scratch(void **state)
{
    (void)state;
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, NULL, 0, NULL, NULL);
    const mtkscan_host *host = &memory.host;
    static const uint8_t zeros[1000];
    uint8_t *first = host->scratch(host, 1000), *second = host->scratch(host, 1000);
    assert_non_null(first);
    assert_non_null(second);
    assert_memory_equal(first, zeros, 1000);
    memset(first, 0xAA, 1000);
    assert_memory_equal(second, zeros, 1000);
    assert_null(host->scratch(host, MTKSCAN_MEMORY_HOST_SCRATCH));
    assert_null(host->scratch(host, UINT64_MAX));
    mtkscan_memory_host_free(&memory);
    assert_non_null(host->scratch(host, MTKSCAN_MEMORY_HOST_SCRATCH));
    mtkscan_memory_host_free(&memory);
}

static void test_host_defaults(void **state)
{
    (void)state;
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, NULL, 0, NULL, NULL);
    const mtkscan_host *host = &memory.host;
    assert_int_equal(host->emit_evidence(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_fact(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_part(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_check(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_container(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_flash(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_flash_id(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_zone(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_range(host, NULL), MTKSCAN_OK);
    assert_int_equal(host->emit_notice(host, NULL), MTKSCAN_OK);
    host->log(host, MTKSCAN_LOG_INFO, "text");
    assert_int_equal(host->cancelled(host), 0);
    assert_null(host->extension(host, "any"));
}

static int32_t keep_part(const mtkscan_host *host, const mtkscan_part *part)
{
    uint64_t *kept = ((mtkscan_memory_host *)host->ctx)->user;
    *kept = part->offset;
    return MTKSCAN_E_LIMIT;
}

static void test_host_emits(void **state)
{
    (void)state;
    uint64_t kept = 0;
    mtkscan_host emits = MTKSCAN_INIT(mtkscan_host);
    emits.emit_part = keep_part;
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, NULL, 0, &emits, &kept);
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.offset = 0x2800;
    assert_int_equal(memory.host.emit_part(&memory.host, &part), MTKSCAN_E_LIMIT);
    assert_true(kept == 0x2800);
    assert_int_equal(memory.host.emit_fact(&memory.host, NULL), MTKSCAN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),        cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_host_reads),   cmocka_unit_test(test_host_find),
        cmocka_unit_test(test_host_scratch), cmocka_unit_test(test_host_defaults),
        cmocka_unit_test(test_host_emits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
