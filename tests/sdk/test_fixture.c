/* SPDX-License-Identifier: MIT */
/* The fixture builder against FORMAT.md and BOOTHEADER.md, byte by byte and without the readers
 * that other tests use fixtures for. */
#include <string.h>

#include "dump/dump.h"
#include "support.h"

static uint32_t word(const struct test_dump *dump, uint64_t at)
{
    assert_true(at + 4 <= dump->size);
    return (uint32_t)dump->bytes[at] | (uint32_t)dump->bytes[at + 1] << 8 |
           (uint32_t)dump->bytes[at + 2] << 16 | (uint32_t)dump->bytes[at + 3] << 24;
}

static uint32_t half(const struct test_dump *dump, uint64_t at)
{
    return word(dump, at) & 0xFFFF;
}

static const uint8_t *search(const struct test_dump *dump, const char *text)
{
    return memmem(dump->bytes, dump->size, text, strlen(text) + 1);
}

/* Walks a chain and checks its sizes against a list that ends with 0. */
static void expect_chain(const struct test_dump *dump, uint64_t at, const uint32_t *sizes)
{
    uint64_t end = at + word(dump, at + 0x28);
    for (; *sizes; sizes++) {
        assert_memory_equal(dump->bytes + at, "MMM", 3);
        assert_int_equal(half(dump, at + 4), *sizes);
        at += *sizes;
    }
    assert_int_equal(at, end);
}

static void test_header(void **state)
{
    (void)state;
    static const uint8_t head[0x14] = {'S', 'F', '_', 'B', 'O', 'O', 'T', 0, 0, 0,
                                       0,   0,   1,   0,   0,   0,   0,   2, 0, 0};
    struct test_dump dump = test_dump_make("MT6261", 0);
    assert_memory_equal(dump.bytes, head, sizeof head);
    assert_memory_equal(dump.bytes + 0x200, "BRLYT\0\0\0", 8);
    assert_int_equal(word(&dump, 0x20C), 0x800);
    assert_int_equal(word(&dump, 0x214), 0x42424242);
    assert_int_equal(word(&dump, 0x218), 0x00010007);
    assert_int_equal(word(&dump, 0x21C), 0x800);
    assert_int_equal(word(&dump, 0x224), 1);
    assert_int_equal(word(&dump, 0x22C), 0x00020007);
    assert_int_equal(word(&dump, 0x234), word(&dump, 0x210)); /* the last slot's end */
    assert_true(word(&dump, 0x210) >= 0x2800 + 0x5F20);
    for (uint64_t at = 0x23C; at < 0x2B4; at++)
        assert_int_equal(dump.bytes[at], 0);
    assert_int_equal(word(&dump, 0x400), 0xABABABAB);
    assert_int_equal(word(&dump, 0x404), word(&dump, 0x40C));
    assert_int_equal(word(&dump, 0x408), word(&dump, 0x410));
    assert_int_equal(dump.bytes[0x14], 0xFF);
    test_dump_free(&dump);

    dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_NO_RECORD | MTKSCAN_FIXTURE_EXT_BACKUP);
    assert_int_equal(word(&dump, 0x400), 0xFFFFFFFF);
    assert_int_equal(word(&dump, 0x240), 0x02010007);
    assert_int_equal(word(&dump, 0x210), word(&dump, 0x248)); /* the backup's end is the last */
    test_dump_free(&dump);

    dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_NO_HEADER);
    for (uint64_t at = 0; at < 0x800; at++)
        assert_int_equal(dump.bytes[at], 0xFF);
    test_dump_free(&dump);
}

static void test_chains(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6260", 0);
    expect_chain(&dump, 0x800, (const uint32_t[]){0x38, 0x64, 0x0C, 0x1C, 0xC8, 0x30, 0});
    expect_chain(&dump, 0x2800, (const uint32_t[]){0x38, 0x0C, 0x1C, 0});
    expect_chain(&dump, 0x10000, (const uint32_t[]){0x38, 0x130, 0x7C, 0x20, 0x20, 0x24, 0x120, 0});
    assert_int_equal(word(&dump, 0x1001C), 0x10010000);
    test_dump_free(&dump);

    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT2502");
    fixture.flags = MTKSCAN_FIXTURE_ANTI_CLONE | MTKSCAN_FIXTURE_SECURED;
    fixture.id_count = 6;
    dump = test_dump_build(&fixture);
    expect_chain(&dump, 0x800,
                 (const uint32_t[]){0x38, 0x64, 0x0C, 0x1C, 0x4C, 0x30, 0x14, 0x4C, 0});
    expect_chain(&dump, 0x10000,
                 (const uint32_t[]){0x38, 0x130, 0x7C, 0x20, 0x20, 0x4C, 0x340, 0x3C, 0x4C, 0});
    test_dump_free(&dump);
}

static void expect_sealed(const struct test_dump *dump, const mtkscan_fixture_part *part)
{
    static const uint8_t zero[12];
    uint8_t digest[20];
    uint64_t end = part->offset + part->length;
    mtks_sha1_raw(dump->bytes + part->offset, part->length - 0x20, digest);
    assert_memory_equal(dump->bytes + end - 0x20, digest, sizeof digest);
    assert_memory_equal(dump->bytes + end - 12, zero, sizeof zero);
    assert_int_equal(word(dump, end - 0x24), 0x454E4400);
}

static void test_trailers(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6261", 0);
    const mtkscan_fixture_part *ext = mtkscan_fixture_find(&dump.truth, "EXT_BOOTLOADER");
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump.truth, "ROM");
    expect_sealed(&dump, mtkscan_fixture_find(&dump.truth, "INT_BOOTLOADER"));
    expect_sealed(&dump, ext);
    assert_memory_equal(dump.bytes + rom->offset + rom->length - 8, "\0DNE\xFF\xFF\xFF\xFF", 8);
    dump.bytes[ext->offset + 0x900] ^= 1;
    mtkscan_fixture_seal(dump.bytes, ext);
    expect_sealed(&dump, ext);
    assert_null(mtkscan_fixture_find(&dump.truth, "COREAPI"));
    test_dump_free(&dump);
}

/* The equalities of FORMAT.md 1.6. */
static void test_equalities(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_COREAPI);
    const mtkscan_fixture_part *core = mtkscan_fixture_find(&dump.truth, "COREAPI");
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    const uint64_t ext = 0x2800, rom = 0x10000;
    static const uint8_t accessor[4] = {0x00, 0x48, 0x70, 0x47};
    const uint8_t *found = memmem(dump.bytes + ext, 0x5F20, accessor, 4);
    assert_non_null(found);
    assert_int_equal(word(&dump, (uint64_t)(found - dump.bytes) + 4), 0x10010000);
    /* one accessor in EXT_BOOTLOADER, so that E1 has one answer */
    assert_null(memmem(found + 4, (size_t)(dump.bytes + ext + 0x5F20 - found) - 4, accessor, 4));
    assert_non_null(
        memmem(dump.bytes + ext + 0x60, 0x5F20 - 0x60, dump.bytes + rom + 0x224, 0x144));
    assert_int_equal(viva->offset, core->offset + core->length + 0x400);
    assert_int_equal(word(&dump, viva->offset + 0x38), viva->load_addr);
    assert_int_equal(word(&dump, viva->offset + 0x48), 0x10000000 + dump.truth.alice_offset);
    assert_int_equal(half(&dump, rom + 0x38 + 0x130 + 0x14), 0xC2); /* E9 */
    assert_int_equal(word(&dump, ext + 0x88), 0x7000A000);
    test_dump_free(&dump);
}

static void test_identity_texts(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6260", 0);
    const char *id = "EXAMPLE60A_11B_PCB01_gprs_MT6260_S00.EXAMPLE_60A_V48_20200102.bin";
    assert_string_equal(dump.truth.platform_id, id);
    assert_string_equal((const char *)dump.bytes + 0x10000 + 0x40, id);
    const uint8_t *rominfo = search(&dump, "MTK_ROMINFO_v09");
    assert_non_null(rominfo);
    assert_string_equal((const char *)rominfo + 0x10,
                        "EXAMPLE60A_11B_PCB01_GPRS_MT6260_S00.EXAMPLE_60A_V48_20200102.BIN");
    assert_string_equal((const char *)rominfo + 0x90, "Example_60A_V48_20200102");
    assert_non_null(search(&dump, "MT6260PRO"));
    assert_non_null(search(&dump, "V005"));
    assert_non_null(search(&dump, "NONE"));
    assert_null(search(&dump, "MT6261PRO"));
    test_dump_free(&dump);
}

/* Decodes the literal-only stream in the plainest way. */
static void test_alice(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_ZIMAGE);
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    const uint64_t at = dump.truth.alice_offset;
    const uint32_t here = 0x10000000 + (uint32_t)at;
    assert_memory_equal(dump.bytes + at, "ALICE_2", 8);
    const uint32_t first = word(&dump, at + 8), map = word(&dump, at + 12);
    const uint32_t dictionary = word(&dump, at + 16);
    assert_int_equal(first, here + 0x28);
    uint32_t entries = 0;
    for (unsigned i = 0; i < 7; i++)
        entries += 1u << half(&dump, at + 0x14 + 2 * i);
    assert_int_equal(at + (dictionary - here) + 2 * entries, viva->offset + viva->length);

    const uint32_t groups = (dictionary - map) / 4 - 1;
    uint64_t bit = 0;
    uint8_t image[8];
    for (uint32_t g = 0; g < groups * 64; g++) {
        uint32_t code = 0;
        for (unsigned i = 0; i < 19; i++, bit++)
            code = code << 1 | (dump.bytes[at + 0x28 + bit / 8] >> (7 - bit % 8) & 1);
        assert_int_equal(code >> 16, 7);
        if (g < 4) {
            image[2 * g] = (uint8_t)code;
            image[2 * g + 1] = (uint8_t)(code >> 8);
        }
        if ((g + 1) % 64 == 0) {
            uint32_t entry = word(&dump, at + (map - here) + 4 * (g / 64));
            assert_int_equal(entry & 0x3FFFFFF, (first + (uint32_t)(bit / 8) - 152) & 0x3FFFFFF);
            assert_int_equal(entry >> 26, 63);
        }
    }
    assert_memory_equal(image, "CAKE", 4);
    assert_int_equal(first + bit / 8, map);
    assert_int_equal(word(&dump, at + (map - here) + 4 * groups), map & 0x3FFFFFF);
    assert_int_equal(word(&dump, viva->offset + 0x3C), viva->load_addr + 0x4C);
    assert_true(dump.truth.alice_size <= groups * 128);
    assert_true(dump.truth.alice_size + 128 > groups * 128);

    /* ROM states base and size (FORMAT.md 5.4) */
    uint8_t pair[12] = {0x00, 0x48, 0x70, 0x47, 0, 0, 0, 0, 0x00, 0x48, 0x70, 0x47};
    for (unsigned i = 0; i < 4; i++)
        pair[4 + i] = (uint8_t)(dump.truth.alice_base >> 8 * i);
    const uint8_t *found = memmem(dump.bytes, dump.size, pair, sizeof pair);
    assert_non_null(found);
    assert_int_equal(word(&dump, (uint64_t)(found - dump.bytes) + 12), dump.truth.alice_size);
    test_dump_free(&dump);
}

static void test_pieces(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_NO_ROM);
    assert_int_equal(dump.truth.part_count, 2);
    test_dump_free(&dump);
    dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_NO_VIVA);
    assert_null(mtkscan_fixture_find(&dump.truth, "VIVA"));
    assert_int_equal(dump.truth.alice_offset, 0);
    test_dump_free(&dump);
    dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_APP | MTKSCAN_FIXTURE_ROOT_CERT);
    assert_int_equal(dump.truth.part_count, 6);
    assert_int_equal(mtkscan_fixture_find(&dump.truth, "app")->load_addr >> 28, 9);
    for (uint32_t i = 1; i < dump.truth.part_count; i++)
        assert_true(dump.truth.parts[i - 1].offset + dump.truth.parts[i - 1].length <=
                    dump.truth.parts[i].offset);
    test_dump_free(&dump);
    dump = test_dump_make("MT6250", 0);
    assert_non_null(strstr(dump.truth.platform_id, "_MT6250_S00."));
    test_dump_free(&dump);
}

static void test_same_seed_same_bytes(void **state)
{
    (void)state;
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    fixture.seed = 0;
    struct test_dump one = test_dump_build(&fixture), two = test_dump_build(&fixture);
    fixture.seed = 9;
    struct test_dump other = test_dump_build(&fixture);
    assert_memory_equal(one.bytes, two.bytes, one.size);
    assert_memory_not_equal(one.bytes + 0x1000, other.bytes + 0x1000, 0x100);
    test_dump_free(&one);
    test_dump_free(&two);
    test_dump_free(&other);
}

/* One member changed so that the pieces do not fit. */
static void spoil(mtkscan_fixture *fixture, unsigned way)
{
    static const char long_text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const mtkscan_fixture good = *fixture;
    const mtkscan_fixture bad[] = {
        {.capacity = 0x400004},    {.capacity = 0x20000000}, {.block = 0x1800},
        {.id_count = 9},           {.int_length = 0x1C62},   {.int_length = 0x100},
        {.int_length = 0x2004},    {.ext_length = 0x1000},   {.ext_length = 0xE000},
        {.rom_length = 0x1000},    {.rom_length = 0x3F0000}, {.viva_length = 0x200},
        {.viva_length = 0x380000}, {.emi_entry_words = 12},  {.alice_version = 3},
        {.alice_header = 0x20},    {.fat_begin = 0x3FFFFF},  {.sds_length = 0x500000},
        {.verno = long_text},      {.project = long_text},   {.verno = ""},
        {.hw_version = NULL}, /* replaced below: too long for the run */
    };
    assert_true(way < sizeof bad / sizeof *bad);
    const mtkscan_fixture *b = &bad[way];
#define TAKE(member)                                                                               \
    if (b->member)                                                                                 \
    fixture->member = b->member
    TAKE(capacity);
    TAKE(block);
    TAKE(id_count);
    TAKE(int_length);
    TAKE(ext_length);
    TAKE(rom_length);
    TAKE(viva_length);
    TAKE(emi_entry_words);
    TAKE(alice_version);
    TAKE(alice_header);
    TAKE(fat_begin);
    TAKE(sds_length);
    TAKE(verno);
    TAKE(project);
#undef TAKE
    if (memcmp(&good, fixture, sizeof good) == 0) {
        static char huge[0x2000];
        memset(huge, 'H', sizeof huge - 1);
        fixture->hw_version = huge;
    }
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    static uint8_t image[0x400000];
    mtkscan_fixture_truth truth;
    for (unsigned way = 0; way < 22; way++) {
        mtkscan_fixture fixture;
        mtkscan_fixture_preset(&fixture, "MT2502");
        assert_true(mtkscan_fixture_build(&fixture, image, sizeof image, &truth));
        spoil(&fixture, way);
        if (mtkscan_fixture_build(&fixture, image, sizeof image, &truth))
            fail_msg("way %u was built", way);
    }
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    assert_false(mtkscan_fixture_build(&fixture, image, sizeof image - 1, &truth));
    fixture.rom_offset = 0x8800; /* no room between the loaders and ROM */
    for (uint32_t flag = MTKSCAN_FIXTURE_ROOT_CERT; flag;
         flag = flag == MTKSCAN_FIXTURE_EXT_BACKUP ? 0 : MTKSCAN_FIXTURE_EXT_BACKUP) {
        fixture.flags = flag;
        assert_false(mtkscan_fixture_build(&fixture, image, sizeof image, &truth));
    }
    fixture.flags = 0;
    assert_true(mtkscan_fixture_build(&fixture, image, sizeof image, &truth));
    fixture.fat_begin = fixture.rom_offset + fixture.rom_length + 0x300;
    fixture.flags = MTKSCAN_FIXTURE_COREAPI;
    assert_false(mtkscan_fixture_build(&fixture, image, sizeof image, &truth));
    fixture.fat_begin = fixture.rom_offset + fixture.rom_length + 0x400 + fixture.viva_length;
    fixture.flags = MTKSCAN_FIXTURE_APP;
    assert_false(mtkscan_fixture_build(&fixture, image, sizeof image, &truth));
    fixture.flags = 0;
    assert_true(mtkscan_fixture_build(&fixture, image, sizeof image, &truth));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),           cmocka_unit_test(test_chains),
        cmocka_unit_test(test_trailers),         cmocka_unit_test(test_equalities),
        cmocka_unit_test(test_identity_texts),   cmocka_unit_test(test_alice),
        cmocka_unit_test(test_pieces),           cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_what_does_not_fit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
