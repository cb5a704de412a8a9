/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/viva.h"

#define VIVA      0x1000u
#define LENGTH    0x2000u
#define LOAD_ADDR 0x10001000u

static uint8_t image[0x4000];
static mtkscan_memory_host memory;
static const mtkscan_host *const host = &memory.host;
static mtkscan_file_info info;

static void put(uint32_t at, uint32_t value)
{
    mtkscan_put_le32(image + at, value);
}

static void erase(void)
{
    memset(image, 0xFF, sizeof image);
    mtkscan_memory_host_init(&memory, image, sizeof image, NULL, NULL);
}

static void put_words(uint32_t base, uint32_t zimage, uint32_t boot, uint32_t dcm, uint32_t alice)
{
    const uint32_t words[] = {base, zimage, boot, dcm, alice};
    erase();
    info = (mtkscan_file_info){
        .record_size = 0x38, .load_addr = LOAD_ADDR, .file_len = LENGTH, .content_offset = 0x38};
    for (uint32_t i = 0; i < 5; i++)
        put(VIVA + 0x38 + 4 * i, words[i]);
}

static void test_components(void **state)
{
    (void)state;
    mtkscan_viva viva;
    put_words(LOAD_ADDR, LOAD_ADDR + 0x4C, LOAD_ADDR + 0x800, 0, LOAD_ADDR + 0x1000);
    assert_true(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
    assert_true(viva.info_offset == VIVA + 0x38);
    assert_int_equal(viva.base, LOAD_ADDR);
    assert_int_equal(viva.count, 3);
    const mtkscan_viva_component *zimage = mtkscan_viva_find(&viva, MTKSCAN_VIVA_ZIMAGE);
    assert_string_equal(zimage->name, "ZIMAGE");
    assert_true(zimage->offset == VIVA + 0x4C && zimage->length == 0x800 - 0x4C);
    assert_string_equal(viva.components[1].name, "BOOT_ZIMAGE");
    assert_true(viva.components[1].length == 0x800);
    assert_null(mtkscan_viva_find(&viva, MTKSCAN_VIVA_DCM));
    const mtkscan_viva_component *alice = mtkscan_viva_find(&viva, MTKSCAN_VIVA_ALICE);
    assert_string_equal(alice->name, "ALICE");
    assert_int_equal(alice->address, LOAD_ADDR + 0x1000);
    assert_true(alice->offset == VIVA + 0x1000 && alice->length == 0x1000);
}

static void test_components_variants(void **state)
{
    (void)state;
    mtkscan_viva viva;
    put_words(LOAD_ADDR, 0, 0, 0, 0);
    assert_true(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
    assert_int_equal(viva.count, 0);

    put_words(LOAD_ADDR, 0, 0, 0, LOAD_ADDR + LENGTH - 1);
    assert_true(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
    assert_true(viva.components[0].length == 1);

    info.load_addr ^= 0x04000000; /* one of the two copies of the address is enough */
    assert_true(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
    assert_true(viva.components[0].offset == VIVA + LENGTH - 1);

    put_words(LOAD_ADDR, 0, 0, 0, LOAD_ADDR + 0x60); /* longer FILE_INFO; cut dump */
    memmove(image + VIVA + 0x40, image + VIVA + 0x38, 20);
    info.content_offset = 0x40;
    memory.size = VIVA + 0x54;
    assert_true(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
    assert_true(viva.components[0].length == LENGTH - 0x60);
}

static void test_components_lies(void **state)
{
    (void)state;
    static const uint32_t words[][4] = {
        {LOAD_ADDR + 0x4B, 0, 0, 0},                 /* inside VIVAInfo */
        {LOAD_ADDR - 1, 0, 0, 0},                    /* before the file */
        {LOAD_ADDR + LENGTH, 0, 0, 0},               /* behind the file */
        {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 1},     /* erased */
        {LOAD_ADDR + 0x80, LOAD_ADDR + 0x80, 0, 0},  /* two at one place */
        {LOAD_ADDR + 0x100, 0, 0, LOAD_ADDR + 0x80}, /* falling */
    };
    mtkscan_viva viva;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        put_words(LOAD_ADDR, words[i][0], words[i][1], words[i][2], words[i][3]);
        assert_false(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
        assert_int_equal(viva.count, 0);
        assert_null(viva.components[0].name);
    }
    put_words(LOAD_ADDR, 0, 0, 0, LOAD_ADDR + 0x4C);
    assert_false(mtkscan_viva_read(host, VIVA, 0x4B, &info, &viva));
    assert_false(mtkscan_viva_read(host, UINT64_MAX - 8, LENGTH, &info, &viva));
    assert_false(mtkscan_viva_read(host, sizeof image, LENGTH, &info, &viva));
    info.content_offset = 0xFFFFFFFF;
    assert_false(mtkscan_viva_read(host, VIVA, LENGTH, &info, &viva));
}

/* An ALICE header of `size` bytes at 0x1000, mapped at LOAD_ADDR. */
static void put_alice(char version, uint32_t size)
{
    static const uint8_t bits[] = {4, 5, 6, 7, 8, 8, 9};
    erase();
    memcpy(image + VIVA, "ALICE_?", 8);
    image[VIVA + 6] = (uint8_t)version;
    put(VIVA + 0x08, LOAD_ADDR + size);
    put(VIVA + 0x0C, LOAD_ADDR + 0x400);
    put(VIVA + 0x10, LOAD_ADDR + 0x500);
    for (uint32_t i = 0; i < 7; i++)
        mtkscan_put_le16(image + VIVA + 0x14 + 2 * i, bits[i]);
    image[VIVA + 0x22] = 9;
    image[VIVA + 0x23] = 1;
    if (size == MTKSCAN_ALICE_LONG)
        put(VIVA + 0x24, 0xFFFF0020);
}

static void test_alice(void **state)
{
    (void)state;
    mtkscan_alice_header header, by_content;
    put_alice('2', MTKSCAN_ALICE_LONG);
    assert_true(mtkscan_alice_read(host, VIVA, LENGTH, LOAD_ADDR, &header));
    assert_int_equal(header.version, 2);
    assert_int_equal(header.header_size, 0x28);
    assert_int_equal(header.stream_address, LOAD_ADDR + 0x28);
    assert_true(header.map_offset == 0x400);
    assert_true(header.dictionary_offset == 0x500);
    assert_int_equal(header.payload_bits[0], 4);
    assert_int_equal(header.payload_bits[6], 9);
    assert_int_equal(header.dictionary_entries, 1264);
    assert_int_equal(header.remap_from, 9);
    assert_int_equal(header.remap_to, 1);
    assert_int_equal(header.group_size, 32);
    assert_true(mtkscan_alice_read(host, VIVA, LENGTH, 0, &by_content));
    assert_memory_equal(&by_content, &header, sizeof header);

    put(VIVA + 0x24, 0xFFFF0000);
    assert_true(mtkscan_alice_read(host, VIVA, LENGTH, LOAD_ADDR, &header));
    assert_int_equal(header.group_size, 64);

    put_alice('1', MTKSCAN_ALICE_SHORT);
    assert_true(mtkscan_alice_read(host, VIVA, LENGTH, LOAD_ADDR, &header));
    assert_int_equal(header.version, 1);
    assert_int_equal(header.header_size, 0x24);
    assert_int_equal(header.group_size, 64);
    put(VIVA + 0x24, 0xFFFF0021); /* stream bytes: no group size that exists */
    assert_true(mtkscan_alice_read(host, VIVA, LENGTH, 0, &by_content));
    assert_memory_equal(&by_content, &header, sizeof header);
}

static void test_alice_lies(void **state)
{
    (void)state;
    static const struct {
        uint32_t at, value;
    } lies[] = {
        {0x00, 0},                      /* text */
        {0x04, 0x00305F45},             /* version 0 */
        {0x04, 0x31315F45},             /* no NUL behind the digit */
        {0x08, LOAD_ADDR + 0x20},       /* header size */
        {0x08, LOAD_ADDR - 4},          /* stream before the header */
        {0x0C, LOAD_ADDR},              /* map before the stream */
        {0x0C, LOAD_ADDR + 0x500},      /* no map */
        {0x10, LOAD_ADDR + 0x3FF},      /* dictionary before the map */
        {0x10, LOAD_ADDR + LENGTH + 1}, /* dictionary behind the end */
        {0x10, 0xFFFFFFFF},             /* far behind */
        {0x14, 0xFFFFFFFF},             /* payload bits */
        {0x20, 0x01090011},             /* 17 payload bits */
    };
    mtkscan_alice_header header;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        put_alice('2', MTKSCAN_ALICE_LONG);
        put(VIVA + lies[i].at, lies[i].value);
        assert_false(mtkscan_alice_read(host, VIVA, LENGTH, LOAD_ADDR, &header));
        assert_int_equal(header.header_size, 0);
    }
    put_alice('2', MTKSCAN_ALICE_LONG);
    assert_false(mtkscan_alice_read(host, VIVA, 0x27, LOAD_ADDR, &header));
    assert_false(mtkscan_alice_read(host, sizeof image - 8, LENGTH, LOAD_ADDR, &header));
    put(VIVA + 0x10, LOAD_ADDR + LENGTH); /* an empty dictionary is just within */
    assert_true(mtkscan_alice_read(host, VIVA, LENGTH, LOAD_ADDR, &header));
}

static void put_pair(uint32_t at, uint32_t base, uint32_t size)
{
    put(at, 0x47704800);
    put(at + 4, base);
    put(at + 8, 0x47704800);
    put(at + 12, size);
}

static void put_cake(uint32_t at, uint32_t base)
{
    put(at, base + 0x7F);
    memcpy(image + at + 4, "CAKE", 4);
}

static void test_exec(void **state)
{
    (void)state;
    mtkscan_alice_exec exec;
    erase();
    put_pair(0x1100, 0x10300000, 0x5000); /* some other pair */
    put_cake(0x1200, 0x20300000);         /* outside the flash window */
    put_cake(0x1300, 0x10380000);         /* confirms a base that nothing returns */
    put_cake(0x1340, 0x10380000);
    put_pair(0x1402, 0x10351200, 0x1111); /* not on a word border */
    put_pair(0x1500, 0x10351200, 0);      /* no size */
    put_pair(0x1600, 0x10351200, 0xEC5C);
    put_cake(0x1701, 0x10351200);
    assert_true(mtkscan_alice_exec_find(host, 0x1000, 0x1000, &exec));
    assert_true(exec.offset == 0x1600);
    assert_true(exec.cake_offset == 0x1705);
    assert_int_equal(exec.base, 0x10351200);
    assert_int_equal(exec.size, 0xEC5C);

    assert_true(mtkscan_alice_exec_find(host, 0x1000, UINT64_MAX, &exec)); /* lying length */
    assert_true(mtkscan_alice_exec_find(host, 0x1000, 0x709, &exec));
    assert_false(mtkscan_alice_exec_find(host, 0x1000, 0x708, &exec));  /* text cut */
    assert_false(mtkscan_alice_exec_find(host, 0x1604, 0x1000, &exec)); /* pair left out */
    assert_false(mtkscan_alice_exec_find(host, sizeof image, 0x1000, &exec));
    assert_false(mtkscan_alice_exec_find(host, UINT64_MAX - 1, 0x1000, &exec));
    assert_int_equal(exec.size, 0);
}

static void test_exec_at_end(void **state)
{
    (void)state;
    mtkscan_alice_exec exec;
    erase();
    put_cake(0x1100, 0x10351200);
    put_pair(sizeof image - 16, 0x10351200, 0x100);
    assert_true(mtkscan_alice_exec_find(host, 0x1000, 0x3000, &exec));
    assert_true(exec.offset == sizeof image - 16);
    assert_false(mtkscan_alice_exec_find(host, 0x1000, 0x2FFF, &exec)); /* SIZE cut */
}

static void test_exec_bounded(void **state)
{
    (void)state;
    mtkscan_alice_exec exec;
    erase();
    for (uint32_t i = 0; i < 16; i++) /* as many unconfirmed bases as are tried */
        put_cake(0x1000 + 8 * i, 0x10400000 + i);
    put_cake(0x1000 + 8 * 16, 0x10351200);
    put_pair(0x1600, 0x10351200, 0xEC5C);
    assert_false(mtkscan_alice_exec_find(host, 0x1000, 0x1000, &exec));
    assert_true(mtkscan_alice_exec_find(host, 0x1008, 0x1000, &exec));

    for (uint32_t i = 0; i < 64; i++) /* as many pairs without a size */
        put_pair(0x2000 + 16 * i, 0x10500000, 0xFFFFFFFF);
    put_pair(0x2400, 0x10500000, 0x1000);
    put_cake(0x1F00, 0x10500000);
    assert_false(mtkscan_alice_exec_find(host, 0x1F00, 0x1000, &exec));
    memset(image + 0x2000, 0, 16);
    assert_true(mtkscan_alice_exec_find(host, 0x1F00, 0x1000, &exec));
}

static void put_zimage(uint32_t count, uint32_t source, uint32_t size, uint32_t output)
{
    erase();
    put(VIVA, count);
    put(VIVA + 4, MTKSCAN_ZIMAGE_PRESET);
    put(VIVA + 8, source);
    put(VIVA + 12, size);
    put(VIVA + 16, 0);
    put(VIVA + 20, output);
}

static void test_zimage(void **state)
{
    (void)state;
    static const uint32_t lies[][4] = {
        {0, 0x18, 0x100, 0x200},            /* no partition */
        {65, 0x1000, 0x100, 0x200},         /* too many */
        {0xFFFFFFFF, 0x18, 0x100, 0x200},   /* 4 billion */
        {1, 0x17, 0x100, 0x200},            /* source inside the head */
        {2, 0x18, 0x100, 0x200},            /* the same, with two */
        {1, 0x18, 0, 0x200},                /* nothing in */
        {1, 0x18, 0x100, 0},                /* nothing out */
        {1, 0x18, LENGTH - 0x17, 0x200},    /* past the end */
        {1, 0xFFFFFFFF, 0xFFFFFFFF, 0x200}, /* far past */
    };
    mtkscan_zimage_header header;
    put_zimage(1, 0x18, LENGTH - 0x18, 0x22ECF8);
    assert_true(mtkscan_zimage_read(host, VIVA, LENGTH, &header));
    assert_int_equal(header.partitions, 1);
    assert_int_equal(header.type, MTKSCAN_ZIMAGE_PRESET);
    assert_true(header.source_offset == 0x18 && header.source_size == LENGTH - 0x18);
    assert_true(header.output_offset == 0 && header.output_size == 0x22ECF8);
    assert_false(mtkscan_zimage_read(host, VIVA, 0x17, &header));
    assert_false(mtkscan_zimage_read(host, sizeof image - 0x17, LENGTH, &header));
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        put_zimage(lies[i][0], lies[i][1], lies[i][2], lies[i][3]);
        assert_false(mtkscan_zimage_read(host, VIVA, LENGTH, &header));
        assert_int_equal(header.partitions, 0);
    }
}

static void put_accessor(uint32_t at, uint32_t value)
{
    put(at, 0x47704800);
    put(at + 4, value);
}

static void test_accessors(void **state)
{
    (void)state;
    mtkscan_accessor found[4];
    erase();
    put_accessor(0x1100, 0x70006000); /* not flash */
    put_accessor(0x1110, 0x10002800); /* no page */
    put_accessor(0x1122, 0x1000B000); /* not on a word border */
    put_accessor(0x1130, 0x1000C000);
    put_accessor(0x1140, 0x1000C000); /* again */
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, 0x1000, found, 4), 1);
    assert_true(found[0].offset == 0x1134);
    assert_int_equal(found[0].value, 0x1000C000);

    for (uint32_t i = 0; i < 8; i++)
        put_accessor(0x1200 + 8 * i, 0x10010000 + 0x1000 * i);
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, UINT64_MAX, found, 4), 4);
    assert_int_equal(found[3].value, 0x10012000);
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, 0x1000, found, 0), 0);

    put_accessor(0x1000 - 8, 0x1000D000); /* outside on either side */
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, 0x100, found, 4), 0);
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, 0x137, found, 4), 0); /* value cut */
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, 0x138, found, 4), 1);
    assert_int_equal(mtkscan_accessors_find(host, sizeof image, 0x100, found, 4), 0);
    assert_int_equal(mtkscan_accessors_find(host, UINT64_MAX, 0x100, found, 4), 0);
    assert_int_equal(mtkscan_accessors_find(host, 0x1000, 0, found, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_components),      cmocka_unit_test(test_components_variants),
        cmocka_unit_test(test_components_lies), cmocka_unit_test(test_alice),
        cmocka_unit_test(test_alice_lies),      cmocka_unit_test(test_exec),
        cmocka_unit_test(test_exec_at_end),     cmocka_unit_test(test_exec_bounded),
        cmocka_unit_test(test_zimage),          cmocka_unit_test(test_accessors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
