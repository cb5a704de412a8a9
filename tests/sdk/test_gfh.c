/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/memory_host.h"

static uint8_t image[0x1000];
static mtkscan_memory_host memory;
static const mtkscan_host *const host = &memory.host;

static void erase(void)
{
    memset(image, 0xFF, sizeof image);
    mtkscan_memory_host_init(&memory, image, sizeof image, NULL, NULL);
}

static void put_head(uint64_t at, uint32_t size, uint32_t type)
{
    memcpy(image + at, "MMM\x01", 4);
    mtkscan_put_le16(image + at + 4, (uint16_t)size);
    mtkscan_put_le16(image + at + 6, (uint16_t)type);
}

static void put_file_info(uint64_t at, uint32_t size, uint32_t type)
{
    put_head(at, size, MTKSCAN_GFH_FILE_INFO);
    memset(image + at + 8, 0, size - 8);
    memcpy(image + at + 8, "FILE_INFO", 9);
    mtkscan_put_le32(image + at + 0x14, 1);
    mtkscan_put_le16(image + at + 0x18, (uint16_t)type);
    image[at + 0x1A] = MTKSCAN_DEVICE_SF;
    image[at + 0x1B] = MTKSCAN_SIGNATURE_PHASH;
    mtkscan_put_le32(image + at + 0x1C, 0x10002800);
    mtkscan_put_le32(image + at + 0x20, 0x9348);
    mtkscan_put_le32(image + at + 0x24, 0xFFFFFFFF);
    mtkscan_put_le32(image + at + 0x28, 0x60);
    mtkscan_put_le32(image + at + 0x2C, 0x20);
    mtkscan_put_le32(image + at + 0x30, 0x64);
    mtkscan_put_le32(image + at + 0x34, 3);
}

static void test_parse(void **state)
{
    (void)state;
    mtkscan_file_info info;
    erase();
    put_file_info(0, 0x38, MTKSCAN_FILE_EXT_BL);
    assert_true(mtkscan_file_info_parse(image, 0x38, &info));
    assert_int_equal(info.record_size, 0x38);
    assert_int_equal(info.file_ver, 1);
    assert_int_equal(info.file_type, 2);
    assert_int_equal(info.flash_dev, 7);
    assert_int_equal(info.sig_type, 1);
    assert_int_equal(info.load_addr, 0x10002800);
    assert_int_equal(info.file_len, 0x9348);
    assert_int_equal(info.max_size, 0xFFFFFFFF);
    assert_int_equal(info.content_offset, 0x60);
    assert_int_equal(info.sig_len, 0x20);
    assert_int_equal(info.jump_offset, 0x64);
    assert_int_equal(info.attr, 3);
}

static void test_parse_variants(void **state)
{
    (void)state;
    mtkscan_file_info info;
    erase();
    put_file_info(0, 0x40, 0x7000); /* the longer record of customer files */
    assert_true(mtkscan_file_info_parse(image, 0x40, &info));
    assert_int_equal(info.record_size, 0x40);
    image[0x13] = 1; /* stray last byte of the identifier, and any version */
    image[3] = 9;
    assert_true(mtkscan_file_info_parse(image, 0x40, &info));
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const struct {
        uint32_t at;
        uint8_t byte;
    } lies[] = {{0, 'N'}, {2, 'N'}, {4, 0x37}, {5, 0xFF}, {6, 1}, {7, 1}, {8, 'f'}, {0x11, 'S'}};
    mtkscan_file_info info;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        erase();
        put_file_info(0, 0x38, 1);
        image[lies[i].at] = lies[i].byte;
        bool size_grew = lies[i].at == 5; /* 0xFF38 is large, and no lie by itself */
        assert_int_equal(mtkscan_file_info_parse(image, 0x38, &info), size_grew);
        assert_int_equal(info.record_size, size_grew ? 0xFF38 : 0);
    }
    put_file_info(0, 0x38, 1);
    assert_false(mtkscan_file_info_parse(image, 0x37, &info));
    assert_false(mtkscan_file_info_parse(image, 0, &info));
}

static void test_chain(void **state)
{
    (void)state;
    erase();
    put_file_info(0x100, 0x38, 2);
    put_head(0x138, 0x0C, MTKSCAN_GFH_BL_INFO);
    image[0x138 + 3] = 4;
    put_head(0x144, 0x1C, MTKSCAN_GFH_ARM_BL_INFO);
    mtkscan_gfh_record record = {.offset = 0x100};
    assert_int_equal(mtkscan_gfh_next(host, 0x100, 0x160, &record), 1);
    assert_true(record.offset == 0x100 && record.size == 0x38 && record.type == 0);
    assert_int_equal(mtkscan_gfh_next(host, 0x100, 0x160, &record), 1);
    assert_true(record.offset == 0x138 && record.size == 0x0C && record.type == 1);
    assert_int_equal(record.version, 4);
    assert_int_equal(mtkscan_gfh_next(host, 0x100, 0x160, &record), 1);
    assert_int_equal(mtkscan_gfh_next(host, 0x100, 0x160, &record), 0);
    assert_int_equal(mtkscan_gfh_next(host, 0x100, 0x160, &record), 0);

    assert_true(mtkscan_gfh_find(host, 0x100, 0x160, MTKSCAN_GFH_ARM_BL_INFO, &record));
    assert_true(record.offset == 0x144 && record.size == 0x1C);
    assert_false(mtkscan_gfh_find(host, 0x100, 0x160, MTKSCAN_GFH_MAUI_INFO, &record));
}

/* Walks to the end or the break, and says which; *at is where. */
static int walk(uint64_t start, uint64_t end, uint64_t *at)
{
    mtkscan_gfh_record record = {.offset = start};
    int step, steps = 0;
    while ((step = mtkscan_gfh_next(host, start, end, &record)) == 1)
        assert_true(++steps < 1000);
    *at = record.offset;
    if (step < 0) /* a broken chain stays broken at the same place */
        assert_int_equal(mtkscan_gfh_next(host, start, end, &record), -1);
    assert_true(*at == record.offset);
    return step;
}

static void test_chain_breaks(void **state)
{
    (void)state;
    uint64_t at;
    erase();
    put_head(0x100, 0x38, 0);
    put_head(0x138, 0x0C, 1);
    assert_int_equal(walk(0x100, 0x144, &at), 0);
    assert_int_equal(walk(0x100, 0x150, &at), -1); /* bad magic behind */
    assert_true(at == 0x144);
    assert_int_equal(walk(0x100, 0x140, &at), -1); /* last record passes the end */
    assert_true(at == 0x138);
    assert_int_equal(walk(0x100, 0x14A, &at), -1); /* room for no head */
    assert_true(at == 0x144);
    assert_int_equal(walk(0x100, 0x80, &at), -1); /* end before start */
    assert_true(at == 0x100);
    assert_int_equal(walk(0x100, 0x100, &at), 0); /* empty */
    put_head(0x138, 7, 1);
    assert_int_equal(walk(0x100, 0x144, &at), -1); /* a size that would loop */
    put_head(0x138, 0, 1);
    assert_int_equal(walk(0x100, 0x144, &at), -1);
    assert_true(at == 0x138);
}

static void test_chain_outside(void **state)
{
    (void)state;
    uint64_t at;
    erase();
    put_head(sizeof image - 0x10, 0x20, 0); /* cut by the dump's end */
    assert_int_equal(walk(sizeof image - 0x10, sizeof image + 0x10, &at), -1);
    assert_int_equal(walk(sizeof image + 8, sizeof image + 0x100, &at), -1);
    assert_int_equal(walk(UINT64_MAX - 4, UINT64_MAX, &at), -1);
    mtkscan_gfh_record record = {.offset = UINT64_MAX, .size = 8};
    assert_int_equal(mtkscan_gfh_next(host, 0, 0x100, &record), -1);
    record = (mtkscan_gfh_record){.offset = 0x10, .size = 0x10};
    assert_int_equal(mtkscan_gfh_next(host, 0x40, 0x100, &record), -1);
}

static void test_scan(void **state)
{
    (void)state;
    mtkscan_file_info info;
    uint64_t at = 0;
    erase();
    assert_false(mtkscan_gfh_scan(host, &at, &info));
    memcpy(image, "FILE_INFO", 10);            /* no room for a head before it */
    memcpy(image + 0x40, "MMM FILE_INFO", 14); /* text only */
    put_file_info(0x83, 0x38, 1);              /* any offset */
    put_file_info(0x400, 0x40, 0x100);
    put_head(sizeof image - 0x20, 0x38, 0); /* cut */
    memcpy(image + sizeof image - 0x18, "FILE_INFO", 10);
    assert_true(mtkscan_gfh_scan(host, &at, &info));
    assert_true(at == 0x83 && info.file_type == 1);
    assert_true(mtkscan_gfh_scan(host, &at, &info)); /* again from the same place */
    assert_true(at == 0x83);
    at++;
    assert_true(mtkscan_gfh_scan(host, &at, &info));
    assert_true(at == 0x400 && info.file_type == 0x100);
    at++;
    assert_false(mtkscan_gfh_scan(host, &at, &info));
    assert_true(at == 0x401);
    at = UINT64_MAX;
    assert_false(mtkscan_gfh_scan(host, &at, &info));
    at = sizeof image + 1;
    assert_false(mtkscan_gfh_scan(host, &at, &info));
}

static int32_t always_cancelled(const mtkscan_host *any)
{
    (void)any;
    return 1;
}

static void test_scan_cancelled(void **state)
{
    (void)state;
    mtkscan_file_info info;
    uint64_t at = 0;
    erase();
    put_file_info(0x80, 0x38, 1);
    memory.host.cancelled = always_cancelled;
    assert_false(mtkscan_gfh_scan(host, &at, &info));
}

static void test_file_types(void **state)
{
    (void)state;
    static const struct {
        uint32_t type;
        const char *name;
        uint32_t region;
        bool usual;
    } rows[] = {
        {MTKSCAN_FILE_BL, "INT_BOOTLOADER", MTKSCAN_REGION_BOOT, true},
        {MTKSCAN_FILE_EXT_BL, "EXT_BOOTLOADER", MTKSCAN_REGION_BOOT, true},
        {MTKSCAN_FILE_ROOT_CERT, "ROOT_CERT", MTKSCAN_REGION_BOOT, false},
        {MTKSCAN_FILE_ROM, "ROM", MTKSCAN_REGION_MAIN, true},
        {MTKSCAN_FILE_THIRD_ROM, "COREAPI", MTKSCAN_REGION_MAIN, false},
        {MTKSCAN_FILE_VIVA, "VIVA", MTKSCAN_REGION_MAIN, true},
        {0x0201, "EXT_BOOTLOADER_BACKUP", MTKSCAN_REGION_BOOT, false},
        {0x0301, "SECURE_RO_ME", MTKSCAN_REGION_CONTROL, false},
        {0x0480, "FILE_SYSTEM", MTKSCAN_REGION_FILES, false},
        {0x7001, "app", MTKSCAN_REGION_MAIN, false},
    };
    unsigned usual = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const mtkscan_file_type *row = mtkscan_gfh_file_type(rows[i].type);
        assert_non_null(row);
        assert_string_equal(row->name, rows[i].name);
        assert_int_equal(row->region, rows[i].region);
        assert_int_equal(row->usual, rows[i].usual);
    }
    for (uint32_t type = 0; type < 0x10000; type++) { /* names are distinct roles */
        const mtkscan_file_type *row = mtkscan_gfh_file_type(type);
        usual += row && row->usual;
        for (uint32_t other = 0; row && other < type; other++) {
            const mtkscan_file_type *second = mtkscan_gfh_file_type(other);
            assert_true(!second || strcmp(row->name, second->name) != 0);
        }
    }
    assert_int_equal(usual, 4);
    assert_null(mtkscan_gfh_file_type(0));
    assert_null(mtkscan_gfh_file_type(6));
    assert_null(mtkscan_gfh_file_type(0xFFFFFFFF));
}

static void test_flash_offset(void **state)
{
    (void)state;
    uint64_t offset = 1;
    assert_true(mtkscan_flash_offset(0x10002800, &offset));
    assert_true(offset == 0x2800);
    assert_true(mtkscan_flash_offset(0x90309000, &offset));
    assert_true(offset == 0x309000);
    assert_true(mtkscan_flash_offset(0x1FFFFFFF, &offset));
    assert_true(offset == 0x0FFFFFFF);
    assert_false(mtkscan_flash_offset(0x70006000, &offset));
    assert_false(mtkscan_flash_offset(0x00002800, &offset));
    assert_false(mtkscan_flash_offset(0x20000000, &offset));
    assert_true(offset == 0x0FFFFFFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),         cmocka_unit_test(test_parse_variants),
        cmocka_unit_test(test_parse_refuses), cmocka_unit_test(test_chain),
        cmocka_unit_test(test_chain_breaks),  cmocka_unit_test(test_chain_outside),
        cmocka_unit_test(test_scan),          cmocka_unit_test(test_scan_cancelled),
        cmocka_unit_test(test_file_types),    cmocka_unit_test(test_flash_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
