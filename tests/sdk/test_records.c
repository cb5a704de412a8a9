/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/records.h"

static uint8_t image[0x4000];
static mtkscan_memory_host memory;
static const mtkscan_host *const host = &memory.host;

/* An empty record at 0x100, alone in an erased dump. */
static mtkscan_gfh_record put_record(uint32_t type, uint32_t size)
{
    memset(image, 0xFF, sizeof image);
    memset(image + 0x100, 0, size);
    memcpy(image + 0x100, "MMM\x01", 4);
    mtkscan_put_le16(image + 0x104, (uint16_t)size);
    mtkscan_put_le16(image + 0x106, (uint16_t)type);
    mtkscan_memory_host_init(&memory, image, sizeof image, NULL, NULL);
    return (mtkscan_gfh_record){.type = type, .version = 1, .offset = 0x100, .size = size};
}

static void put(uint32_t at, uint32_t value)
{
    mtkscan_put_le32(image + 0x100 + at, value);
}

static void test_maui_info(void **state)
{
    (void)state;
    mtkscan_maui_info info;
    mtkscan_gfh_record record = put_record(MTKSCAN_GFH_MAUI_INFO, 0x130);
    memcpy(image + 0x108, "A_PCB01_gprs_MT1234_S00.V1.bin", 30);
    memcpy(image + 0x188, "V.1", 3);
    put(0xC8, 1);
    put(0xCC, 0x110);
    put(0xD8, 2);
    put(0xDC, 0xFFE000);
    put(0xE0, 0x2000);
    assert_true(mtkscan_maui_info_read(host, &record, &info));
    assert_string_equal(info.platform_id.text, "A_PCB01_gprs_MT1234_S00.V1.bin");
    assert_true(info.platform_id.offset == 0x108 && info.platform_id.length == 30);
    assert_string_equal(info.verno.text, "V.1");
    assert_true(info.verno.offset == 0x188);
    assert_int_equal(info.paired_version, 1);
    assert_int_equal(info.features, 0x110);
    assert_int_equal(info.minor_ver, 2);
    assert_int_equal(info.sds_begin, 0xFFE000);
    assert_int_equal(info.sds_length, 0x2000);

    memset(image + 0x108, 'x', 192); /* no NUL at all: fields end where they end */
    image[0x190] = 0x1B;
    assert_true(mtkscan_maui_info_read(host, &record, &info));
    assert_int_equal(strlen(info.platform_id.text), 128);
    assert_string_equal(info.verno.text, "xxxxxxxx");
}

static void test_refusals(void **state)
{
    (void)state;
    mtkscan_maui_info maui;
    mtkscan_flash_info flash;
    mtkscan_emi_list emi;
    mtkscan_arm_bl_info arm;
    mtkscan_id_list ids;
    uint32_t attribute = 7;
    mtkscan_gfh_record record = put_record(0x0999, 0x130);
    assert_false(mtkscan_maui_info_read(host, &record, &maui)); /* other type */
    assert_false(mtkscan_flash_info_read(host, &record, &flash));
    assert_false(mtkscan_emi_list_read(host, &record, &emi));
    assert_false(mtkscan_arm_bl_info_read(host, &record, &arm));
    assert_false(mtkscan_id_list_read(host, &record, &ids));
    assert_false(mtkscan_bl_info_read(host, &record, &attribute));
    assert_int_equal(attribute, 0);
    assert_int_equal(mtkscan_nor_info_count(host, &record), 0);

    record = put_record(MTKSCAN_GFH_MAUI_INFO, 0xE7); /* too small */
    assert_false(mtkscan_maui_info_read(host, &record, &maui));
    record = put_record(MTKSCAN_GFH_FLASH_INFO, 0x23);
    assert_false(mtkscan_flash_info_read(host, &record, &flash));
    record = put_record(MTKSCAN_GFH_EMI_LIST, 0x0F);
    assert_false(mtkscan_emi_list_read(host, &record, &emi));
    record = put_record(MTKSCAN_GFH_MAUI_INFO, 0x130); /* cut by the dump's end */
    memory.size = 0x22F;
    assert_false(mtkscan_maui_info_read(host, &record, &maui));
    assert_int_equal(maui.platform_id.text[0], 0);
}

static void test_flash_info(void **state)
{
    (void)state;
    mtkscan_flash_info info;
    mtkscan_gfh_record record = put_record(MTKSCAN_GFH_FLASH_INFO, 0x7C);
    put(0x10, 3);
    put(0x14, 0x002500C2);
    put(0x18, 0x00000038);
    put(0x1C, 0x500000);
    put(0x20, 0xAFE000);
    assert_true(mtkscan_flash_info_read(host, &record, &info));
    assert_int_equal(info.slots, 3);
    assert_int_equal(info.id[0], 0xC2);
    assert_int_equal(info.id[1], 0x25);
    assert_int_equal(info.id[2], 0x38);
    assert_int_equal(info.id[3], 0);
    assert_int_equal(info.fat_begin, 0x500000);
    assert_int_equal(info.fat_length, 0xAFE000);
}

static void put_id(uint32_t index, const char *bytes)
{
    memcpy(image + 0x110 + 10 * index, bytes, 5);
}

static void test_id_list(void **state)
{
    (void)state;
    mtkscan_id_list list;
    mtkscan_gfh_record record = put_record(MTKSCAN_GFH_CMEM_ID_INFO, 0x24);
    put(0x08, 1);
    put(0x0C, 2);
    put_id(0, "\x03\x03\xC2\x25\x38");
    put_id(1, "\x03\x03\xEF\x60\x18");
    assert_true(mtkscan_id_list_read(host, &record, &list));
    assert_int_equal(list.version, 1);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.entries[1].device_type, 3);
    assert_int_equal(list.entries[1].id_length, 3);
    assert_memory_equal(list.entries[1].id, "\xEF\x60\x18\0\0\0\0\0", 8);
    assert_true(list.entries[1].offset == 0x11A);
}

static void test_id_list_lies(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 3, 64, 65, 0x1999999A, 0xFFFFFFFF};
    mtkscan_id_list list;
    mtkscan_gfh_record record = put_record(MTKSCAN_GFH_CMEM_ID_INFO, 0x24);
    put_id(0, "\x03\x03\xC2\x25\x38");
    put_id(1, "\x03\x03\xEF\x60\x18");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        put(0x0C, counts[i]);
        assert_false(mtkscan_id_list_read(host, &record, &list));
        assert_int_equal(list.count, 0);
    }
    put(0x0C, 2);
    put_id(1, "\x03\x09\xEF\x60\x18");
    assert_false(mtkscan_id_list_read(host, &record, &list));
    put_id(1, "\x03\x00\xEF\x60\x18");
    assert_false(mtkscan_id_list_read(host, &record, &list));
    assert_int_equal(list.entries[0].id_length, 0);

    record = put_record(MTKSCAN_GFH_CMEM_ID_INFO, 16 + 65 * 10);
    for (uint32_t i = 0; i < 65; i++)
        put_id(i, "\x03\x03\xC2\x25\x38");
    put(0x0C, 65);
    assert_false(mtkscan_id_list_read(host, &record, &list));
    put(0x0C, 64);
    assert_true(mtkscan_id_list_read(host, &record, &list));
    assert_int_equal(list.count, 64);
}

/* Two entries: a split flash with one bank, and an empty one. */
static mtkscan_gfh_record put_nor(void)
{
    mtkscan_gfh_record record = put_record(MTKSCAN_GFH_CMEM_NOR_INFO, 0x10 + 2 * 0x88);
    put(0x08, 2);
    put(0x0C, 2);
    put(0x18 + 4, 0x20000);
    put(0x18 + 8, 0xFE0000);
    put(0x18 + 12, 0x1000);
    put(0x58, 0x1000000);
    put(0x5C, 1);
    return record;
}

static void test_nor_info(void **state)
{
    (void)state;
    mtkscan_nor_entry entry;
    mtkscan_gfh_record record = put_nor();
    assert_int_equal(mtkscan_nor_info_count(host, &record), 2);
    assert_true(mtkscan_nor_info_entry(host, &record, 0, &entry));
    assert_true(entry.offset == 0x110);
    assert_int_equal(entry.zone_count, 2);
    assert_int_equal(entry.zones[0].begin, 0);
    assert_int_equal(entry.zones[0].block, 0x20000);
    assert_int_equal(entry.zones[1].begin, 0xFE0000);
    assert_int_equal(entry.zones[1].block, 0x1000);
    assert_true(entry.capacity == 0x1000000);

    assert_true(mtkscan_nor_info_entry(host, &record, 1, &entry)); /* all zero */
    assert_true(entry.offset == 0x110 + 0x88);
    assert_int_equal(entry.zone_count, 0);
    assert_true(entry.capacity == 0);
    assert_false(mtkscan_nor_info_entry(host, &record, 2, &entry));
    assert_false(mtkscan_nor_info_entry(host, &record, 0xFFFFFFFF, &entry));
}

static void test_nor_info_full(void **state)
{
    (void)state;
    mtkscan_nor_entry entry;
    mtkscan_gfh_record record = put_nor();
    for (uint32_t i = 0; i < 8; i++) { /* no ending pair at all */
        put(0x18 + 8 * i, i * 0x10000);
        put(0x1C + 8 * i, 0x1000);
        put(0x58 + 8 * i, 0x10000);
        put(0x5C + 8 * i, i + 1);
    }
    assert_true(mtkscan_nor_info_entry(host, &record, 0, &entry));
    assert_int_equal(entry.zone_count, 8);
    assert_int_equal(entry.zones[7].begin, 0x70000);
    assert_true(entry.capacity == 36 * 0x10000);
}

static void test_nor_info_lies(void **state)
{
    (void)state;
    static const uint32_t counts[] = {3, 64, 65, 0x01E1E1E2, 0xFFFFFFFF};
    static const struct {
        uint32_t at, value;
    } zone_lies[] = {
        {0x18, 0x1000},     /* does not begin at 0 */
        {0x1C, 0},          /* no block */
        {0x1C, 0x1001},     /* no power of two */
        {0x20, 0},          /* does not rise */
        {0x24, 0},          /* no block in the second zone */
        {0x24, 0xFFFFFFFF}, /* no power of two */
    };
    mtkscan_nor_entry entry;
    mtkscan_gfh_record record = put_nor();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        put(0x0C, counts[i]);
        assert_int_equal(mtkscan_nor_info_count(host, &record), 0);
        assert_false(mtkscan_nor_info_entry(host, &record, 0, &entry));
    }
    for (size_t i = 0; i < sizeof zone_lies / sizeof *zone_lies; i++) {
        record = put_nor();
        put(zone_lies[i].at, zone_lies[i].value);
        assert_true(mtkscan_nor_info_entry(host, &record, 0, &entry));
        assert_int_equal(entry.zone_count, 0);
        assert_int_equal(entry.zones[0].block, 0);
        assert_true(entry.capacity == 0x1000000);
    }
    put_nor();
    put(0x5C, 0xFFFFFFFF); /* 2^56 bytes */
    assert_true(mtkscan_nor_info_entry(host, &record, 0, &entry));
    assert_true(entry.capacity == 0);
    put(0x5C, 16); /* exactly the flash window */
    assert_true(mtkscan_nor_info_entry(host, &record, 0, &entry));
    assert_true(entry.capacity == MTKSCAN_FLASH_WINDOW);
    put(0x60, 1);
    put(0x64, 1);
    assert_true(mtkscan_nor_info_entry(host, &record, 0, &entry));
    assert_true(entry.capacity == 0);
}

static void test_loader_records(void **state)
{
    (void)state;
    mtkscan_emi_list emi;
    mtkscan_arm_bl_info arm;
    uint32_t attribute;
    mtkscan_gfh_record record = put_record(MTKSCAN_GFH_EMI_LIST, 0x4C);
    put(0x08, 5);
    put(0x0C, 0x01000011);
    assert_true(mtkscan_emi_list_read(host, &record, &emi));
    assert_int_equal(emi.record_size, 0x4C);
    assert_int_equal(emi.chip_ver, 5);
    assert_int_equal(emi.op_ver, 0x11);
    assert_int_equal(emi.count, 1);

    record = put_record(MTKSCAN_GFH_ARM_BL_INFO, 0x1C);
    put(0x08, 1);
    put(0x0C, 0x560);
    assert_true(mtkscan_arm_bl_info_read(host, &record, &arm));
    assert_int_equal(arm.paired_version, 1);
    assert_int_equal(arm.features, 0x560);

    record = put_record(MTKSCAN_GFH_BL_INFO, 0x0C);
    put(0x08, 1);
    assert_true(mtkscan_bl_info_read(host, &record, &attribute));
    assert_int_equal(attribute, 1);
}

static void put_head(uint32_t at, uint32_t size, uint32_t type)
{
    memcpy(image + at, "MMM\x01", 4);
    mtkscan_put_le16(image + at + 4, (uint16_t)size);
    mtkscan_put_le16(image + at + 6, (uint16_t)type);
}

static void test_id_copy(void **state)
{
    (void)state;
    mtkscan_id_copy copy;
    put_record(MTKSCAN_GFH_CMEM_ID_INFO, 0x24);       /* no 0x0103 behind it */
    put_head(0x200, 0x24, MTKSCAN_GFH_CMEM_NOR_INFO); /* alone */
    memset(image + 0x300, 'M', 64);                   /* magics without records */
    put_head(0x803, 0x24, MTKSCAN_GFH_CMEM_ID_INFO);  /* the pair */
    put_head(0x827, 0x120, MTKSCAN_GFH_CMEM_NOR_INFO);
    assert_true(mtkscan_id_copy_find(host, 0x40, 0x2000, &copy));
    assert_true(copy.offset == 0x803 && copy.length == 0x144);
    assert_true(copy.ids.offset == 0x803 && copy.ids.size == 0x24);
    assert_true(copy.nor.offset == 0x827 && copy.nor.size == 0x120);
    assert_true(mtkscan_id_copy_find(host, 0x40, 0x803 + 0x144 - 0x40, &copy));
    assert_false(mtkscan_id_copy_find(host, 0x40, 0x803 + 0x143 - 0x40, &copy)); /* not whole */
    assert_true(copy.length == 0);
    assert_true(mtkscan_id_copy_find(host, 0x803, UINT64_MAX - 0x803, &copy)); /* lying length */
    assert_false(mtkscan_id_copy_find(host, 0x804, 0x2000, &copy));
    assert_false(mtkscan_id_copy_find(host, UINT64_MAX, 0x2000, &copy));
    assert_false(mtkscan_id_copy_find(host, sizeof image + 1, 0x2000, &copy));
}

static void test_capacity(void **state)
{
    (void)state;
    static const struct {
        uint8_t id[3];
        uint32_t megabytes; /* 0: not known */
    } rows[] = {
        {{0xEF, 0x60, 0x18}, 16}, {{0xC8, 0x60, 0x18}, 16}, {{0xC2, 0x25, 0x38}, 16},
        {{0xC2, 0x25, 0x36}, 4},  {{0xEF, 0x40, 0x16}, 4},  {{0xC2, 0x20, 0x16}, 4},
        {{0xEF, 0x70, 0x16}, 4},  {{0xC8, 0x60, 0x16}, 4},  {{0xC2, 0x25, 0x34}, 1},
        {{0xEF, 0x40, 0x19}, 32}, {{0x1C, 0x38, 0x16}, 4},  {{0xF8, 0x42, 0x17}, 8},
        {{0x20, 0xBA, 0x1A}, 64}, {{0x51, 0x40, 0x14}, 1},  {{0xC2, 0x26, 0x38}, 0},
        {{0xC2, 0x25, 0x16}, 0},  {{0xC2, 0x25, 0x3B}, 0},  {{0xEF, 0x40, 0x0F}, 0},
        {{0xEF, 0x40, 0x1B}, 0},  {{0xEF, 0x40, 0xFF}, 0},  {{0xBF, 0x26, 0x01}, 0},
        {{0xAA, 0x40, 0x16}, 0},  {{0x00, 0x00, 0x00}, 0},  {{0xFF, 0xFF, 0xFF}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(mtkscan_jedec_capacity(rows[i].id, 3) == (uint64_t)rows[i].megabytes << 20);
    assert_true(mtkscan_jedec_capacity(rows[0].id, 2) == 0);
    assert_true(mtkscan_jedec_capacity((const uint8_t[]){0xEF, 0x40, 0x10}, 3) == 0x10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_maui_info),      cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_flash_info),     cmocka_unit_test(test_id_list),
        cmocka_unit_test(test_id_list_lies),   cmocka_unit_test(test_nor_info),
        cmocka_unit_test(test_nor_info_full),  cmocka_unit_test(test_nor_info_lies),
        cmocka_unit_test(test_loader_records), cmocka_unit_test(test_id_copy),
        cmocka_unit_test(test_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
