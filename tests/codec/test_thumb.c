/* SPDX-License-Identifier: MIT */
/* The ARM-Thumb branch filter, against liblzma's, which is an encoder that others wrote. */
#include "codec/thumb.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "support.h"

#define SIZE      0x8000u
#define FUNCTIONS 128u

/* Functions of 256 bytes, each of which calls two others. */
static void code_make(uint8_t *code)
{
    uint32_t random = 1;
    for (uint32_t i = 0; i < SIZE; i += 2)
        mtkscan_put_le16(code + i, (uint16_t)(0x2000 + i % 0x700)); /* MOV, and the like */
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        mtkscan_put_le16(code + i * 256u, 0xB510);
        for (uint32_t j = 0; j < 2; j++) {
            const uint32_t at = i * 256u + 16 + 32 * j;
            random = random * 1103515245u + 12345u;
            const uint32_t target = (random >> 16) % FUNCTIONS * 256u;
            const uint32_t field = (target - at - 4) / 2 & 0x3FFFFF;
            mtkscan_put_le16(code + at, (uint16_t)(0xF000u | field >> 11));
            mtkscan_put_le16(code + at + 2, (uint16_t)(0xF800u | (field & 0x7FF)));
        }
    }
}

/* `code` as liblzma's filter leaves it. */
static void filter(const uint8_t *code, uint8_t *filtered)
{
    static uint8_t packed[4 * SIZE];
    lzma_options_lzma options;
    assert_false(lzma_lzma_preset(&options, 1));
    lzma_filter both[] = {
        {LZMA_FILTER_ARMTHUMB, NULL}, {LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    size_t used = 0, at = 0, made = 0;
    assert_int_equal(lzma_raw_buffer_encode(both, NULL, code, SIZE, packed, &used, sizeof packed),
                     LZMA_OK);
    assert_int_equal(
        lzma_raw_buffer_decode(both + 1, NULL, packed, &at, used, filtered, &made, SIZE), LZMA_OK);
    assert_int_equal(made, SIZE);
}

static void undoes_what_the_filter_did(void **state)
{
    (void)state;
    static uint8_t code[SIZE], filtered[SIZE];
    code_make(code);
    filter(code, filtered);
    assert_memory_not_equal(code, filtered, SIZE);
    mtks_thumb_unfilter(filtered, SIZE);
    assert_memory_equal(code, filtered, SIZE);
}

static void tells_filtered_code_from_the_rest(void **state)
{
    (void)state;
    static uint8_t code[SIZE], filtered[SIZE], noise[SIZE];
    code_make(code);
    filter(code, filtered);
    for (uint32_t i = 0, random = 5; i < SIZE; i++, random = random * 1664525u + 1013904223u)
        noise[i] = (uint8_t)(random >> 24);
    assert_true(mtks_thumb_is_filtered(filtered, SIZE));
    assert_false(mtks_thumb_is_filtered(code, SIZE));
    assert_false(mtks_thumb_is_filtered(noise, SIZE));
}

/* Calls at the very end, and images too short for one. */
static void ends_where_the_image_ends(void **state)
{
    (void)state;
    uint8_t bytes[6] = {0x00, 0xF0, 0x00, 0xF8, 0x00, 0xF0};
    const uint8_t before[6] = {0x00, 0xF0, 0x00, 0xF8, 0x00, 0xF0};
    for (uint64_t size = 0; size < 4; size++) {
        mtks_thumb_unfilter(bytes, size);
        assert_false(mtks_thumb_is_filtered(bytes, size));
        assert_memory_equal(bytes, before, sizeof bytes);
    }
    mtks_thumb_unfilter(bytes, sizeof bytes);
    /* 0 - (0 + 4) / 2, in 22 bits; the lone first half behind it stays. */
    assert_int_equal(mtkscan_le16(bytes), 0xF7FF);
    assert_int_equal(mtkscan_le16(bytes + 2), 0xFFFE);
    assert_int_equal(mtkscan_le16(bytes + 4), 0xF000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undoes_what_the_filter_did),
        cmocka_unit_test(tells_filtered_code_from_the_rest),
        cmocka_unit_test(ends_where_the_image_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
