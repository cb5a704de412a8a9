/* SPDX-License-Identifier: MIT */
/* Where a ZIMAGE runs, by the word pair in ROM (FORMAT.md 5.5). */
#include "corpus.h"

#include "alice_encode.h"

#define SIZE 0x4000u
#define BASE 0xF01A3B9Cu
#define ROM  0x101u /* of the ROM in the dump: words stand on its borders, not on the dump's */
#define MADE 0x22ECF8u

static uint8_t bytes[SIZE];

static int begin(void **state)
{
    (void)state;
    memset(bytes, 0x11, sizeof bytes);
    return 0;
}

static void pair(uint64_t at, uint32_t base, uint32_t size)
{
    alice_put32(bytes + at, base);
    alice_put32(bytes + at + 4, size);
}

static uint32_t find(uint64_t size)
{
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, bytes, sizeof bytes, NULL, NULL);
    const uint32_t base = mtkscan_zimage_base_find(&memory.host, ROM, SIZE - ROM - 8, size);
    mtkscan_memory_host_free(&memory);
    return base;
}

static void test_pairs(void **state)
{
    (void)state;
    assert_int_equal(find(MADE), 0);
    pair(ROM + 0x400, BASE, MADE - 4);
    assert_int_equal(find(MADE), BASE);
    assert_int_equal(find(MADE + 4), 0);
    pair(ROM + 0x800, BASE, MADE - 4); /* said twice, as kits do */
    assert_int_equal(find(MADE), BASE);
    pair(ROM + 0x902, BASE + 4, MADE - 4);   /* no word border */
    pair(ROM + 0xA00, 0x10002000, MADE - 4); /* no base */
    pair(SIZE - 8, BASE + 8, MADE - 4);      /* behind ROM */
    assert_int_equal(find(MADE), BASE);
    pair(ROM + 0x2000, BASE + 4, MADE - 4);
    assert_int_equal(find(MADE), 0);
}

static void test_hostile(void **state)
{
    (void)state;
    for (uint64_t at = 0; at + 8 <= SIZE; at += 4)
        alice_put32(bytes + at, 0xF0000000);
    static const uint64_t sizes[] = {0, 4, 5, 0xF0000004, UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(find(sizes[i]), 0);
}

static void test_kits(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    unsigned known = 0;
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        const mtkscan_viva_component *part = mtkscan_viva_find(&kit.info, MTKSCAN_VIVA_ZIMAGE);
        mtkscan_memory_host viva, rom;
        mtkscan_zimage_header header;
        mtkscan_memory_host_init(&viva, kit.viva, kit.viva_size, NULL, NULL);
        mtkscan_memory_host_init(&rom, kit.rom, kit.rom_size, NULL, NULL);
        if (part && mtkscan_zimage_read(&viva.host, part->offset, part->length, &header)) {
            const uint32_t base =
                mtkscan_zimage_base_find(&rom.host, 0, kit.rom_size, header.output_size);
            print_message("%-26s 0x%08X\n", corpus_kits[i], base);
            known += base != 0;
        }
        mtkscan_memory_host_free(&viva);
        mtkscan_memory_host_free(&rom);
        corpus_close(&kit);
    }
    assert_int_equal(known, 3); /* the MT6260 kit has none */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(test_pairs, begin),
                                       cmocka_unit_test_setup(test_hostile, begin),
                                       cmocka_unit_test(test_kits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
