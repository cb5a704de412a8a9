/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/memory_host.h"

static uint8_t image[0x1000];
static mtkscan_memory_host memory;
static const mtkscan_host *const host = &memory.host;

static void put_descriptor(uint32_t index, uint32_t magic, uint32_t type, uint32_t begin,
                           uint32_t boundary, uint32_t attribute)
{
    uint8_t *at = image + 0x214 + index * 20;
    mtkscan_put_le32(at, magic);
    mtkscan_put_le32(at + 4, type << 16 | MTKSCAN_DEVICE_SF);
    mtkscan_put_le32(at + 8, begin);
    mtkscan_put_le32(at + 12, boundary);
    mtkscan_put_le32(at + 16, attribute);
}

/* What a flashing tool writes for two loaders (BOOTHEADER.md 2). */
static void put_healthy(void)
{
    memset(image, 0xFF, sizeof image);
    memset(image, 0, 12);
    memcpy(image, "SF_BOOT", 7);
    mtkscan_put_le32(image + 0x0C, 1);
    mtkscan_put_le32(image + 0x10, 0x200);
    memset(image + 0x200, 0, MTKSCAN_BRLYT_SIZE);
    memcpy(image + 0x200, "BRLYT", 5);
    mtkscan_put_le32(image + 0x208, 1);
    mtkscan_put_le32(image + 0x20C, 0x800);
    mtkscan_put_le32(image + 0x210, 0xC000);
    put_descriptor(0, MTKSCAN_DESCRIPTOR_USED, MTKSCAN_FILE_BL, 0x800, 0x2800, 1);
    put_descriptor(1, MTKSCAN_DESCRIPTOR_USED, MTKSCAN_FILE_EXT_BL, 0x2800, 0xC000, 0);
    mtkscan_memory_host_init(&memory, image, sizeof image, NULL, NULL);
}

static void test_healthy(void **state)
{
    (void)state;
    mtkscan_boot_header boot;
    put_healthy();
    assert_true(mtkscan_boot_read(host, &boot));
    assert_int_equal(boot.kind, MTKSCAN_BOOT_SF);
    assert_string_equal(boot.name, "SF_BOOT");
    assert_int_equal(boot.version, 1);
    assert_int_equal(boot.rw_unit, 0x200);
    assert_true(boot.has_layout);
    assert_true(boot.layout_offset == 0x200);
    assert_int_equal(boot.layout_version, 1);
    assert_int_equal(boot.boot_begin, 0x800);
    assert_int_equal(boot.boot_end, 0xC000);
    assert_int_equal(boot.used_count, 2);
    const mtkscan_boot_descriptor *ext = mtkscan_boot_find(&boot, MTKSCAN_FILE_EXT_BL);
    assert_ptr_equal(ext, &boot.descriptors[1]);
    assert_true(ext->offset == 0x214 + 20);
    assert_int_equal(ext->device, MTKSCAN_DEVICE_SF);
    assert_int_equal(ext->begin, 0x2800);
    assert_int_equal(ext->boundary, 0xC000);
    assert_int_equal(ext->attribute, 0);
    assert_int_equal(mtkscan_boot_find(&boot, MTKSCAN_FILE_BL)->attribute,
                     MTKSCAN_BOOT_ATTR_BY_BROM);
    assert_null(mtkscan_boot_find(&boot, 0x201));
    assert_null(mtkscan_boot_find(&boot, 0)); /* unused ones have type 0 and match nothing */
}

static void test_descriptors(void **state)
{
    (void)state;
    mtkscan_boot_header boot;
    put_healthy();
    put_descriptor(0, 0xFFFFFFFF, MTKSCAN_FILE_EXT_BL, 0x800, 0x2800, 1); /* counted, absent */
    put_descriptor(7, MTKSCAN_DESCRIPTOR_USED, 0x201, 0xFFFFFFFF, 0, 0xFFFFFFFF);
    assert_true(mtkscan_boot_read(host, &boot));
    assert_int_equal(boot.used_count, 2);
    assert_false(boot.descriptors[0].used);
    assert_int_equal(boot.descriptors[0].type, MTKSCAN_FILE_EXT_BL);
    assert_ptr_equal(mtkscan_boot_find(&boot, MTKSCAN_FILE_EXT_BL), &boot.descriptors[1]);
    assert_ptr_equal(mtkscan_boot_find(&boot, 0x201), &boot.descriptors[7]);
    assert_int_equal(boot.descriptors[7].begin, 0xFFFFFFFF);
}

static void test_layout_missing(void **state)
{
    (void)state;
    static const uint32_t units[] = {0x400, 0x1000, 0xF80, 0xFFFFFFFF};
    mtkscan_boot_header boot;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        put_healthy();
        mtkscan_put_le32(image + 0x10, units[i]);
        assert_true(mtkscan_boot_read(host, &boot));
        assert_false(boot.has_layout);
        assert_int_equal(boot.used_count, 0);
        assert_true(boot.layout_offset == units[i]);
    }
    put_healthy();
    image[0x205] = 'X'; /* BRLYTX */
    assert_true(mtkscan_boot_read(host, &boot));
    assert_false(boot.has_layout);
}

static void test_layout_elsewhere(void **state)
{
    (void)state;
    mtkscan_boot_header boot;
    put_healthy();
    mtkscan_put_le32(image + 0x10, 0x800);
    memmove(image + 0x800, image + 0x200, MTKSCAN_BRLYT_SIZE);
    assert_true(mtkscan_boot_read(host, &boot));
    assert_true(boot.has_layout);
    assert_true(boot.descriptors[0].offset == 0x814);
}

static void test_other_headers(void **state)
{
    (void)state;
    static const char *const foreign[] = {"NOR_BOOT", "EMMC_BOOT", "SDMMC_BOOT", "BOOTLOADER!"};
    mtkscan_boot_header boot;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        put_healthy();
        memset(image, 0, 12);
        memcpy(image, foreign[i], strlen(foreign[i]));
        assert_false(mtkscan_boot_read(host, &boot));
        assert_int_equal(boot.kind, MTKSCAN_BOOT_FOREIGN);
        assert_string_equal(boot.name, foreign[i]);
        assert_false(boot.has_layout);
    }
    put_healthy();
    image[7] = 'S'; /* SF_BOOTS */
    assert_false(mtkscan_boot_read(host, &boot));
    assert_int_equal(boot.kind, MTKSCAN_BOOT_NONE);
    assert_null(boot.name);
    put_healthy();
    mtkscan_put_le32(image + 0x10, 0x1FF);
    assert_false(mtkscan_boot_read(host, &boot));
    assert_int_equal(boot.kind, MTKSCAN_BOOT_BAD_UNIT);
    assert_false(boot.has_layout);
}

static void test_cut(void **state)
{
    (void)state;
    mtkscan_boot_header boot;
    put_healthy();
    memory.size = 0x13;
    assert_false(mtkscan_boot_read(host, &boot));
    assert_int_equal(boot.kind, MTKSCAN_BOOT_NONE);
    memory.size = 0x2B3;
    assert_true(mtkscan_boot_read(host, &boot));
    assert_false(boot.has_layout);
    memory.size = 0x2B4;
    assert_true(mtkscan_boot_read(host, &boot));
    assert_true(boot.has_layout);
}

static void put_record(void)
{
    static const uint32_t words[] = {0xABABABAB, 0x11223344, 0x55667788, 0x11223344, 0x55667788};
    for (uint32_t i = 0; i < 5; i++)
        mtkscan_put_le32(image + 0x400 + 4 * i, words[i]);
}

static void test_device_record(void **state)
{
    (void)state;
    mtkscan_device_record record;
    put_healthy();
    mtkscan_device_record_read(host, 0x200, &record);
    assert_int_equal(record.state, MTKSCAN_RECORD_ABSENT);
    assert_true(record.offset == 0x400);
    put_record();
    mtkscan_device_record_read(host, 0x200, &record);
    assert_int_equal(record.state, MTKSCAN_RECORD_VALID);
    assert_int_equal(record.a, 0x11223344);
    assert_int_equal(record.b, 0x55667788);
    for (uint32_t at = 0x400; at < 0x414; at++) { /* one wrong bit anywhere */
        image[at] ^= 0x10;
        mtkscan_device_record_read(host, 0x200, &record);
        assert_int_equal(record.state, MTKSCAN_RECORD_INCONSISTENT);
        assert_int_equal(record.a, 0);
        image[at] ^= 0x10;
    }
    memory.size = 0x413;
    mtkscan_device_record_read(host, 0x200, &record);
    assert_int_equal(record.state, MTKSCAN_RECORD_ABSENT);
    mtkscan_device_record_read(host, 0xFFFFFFFF, &record);
    assert_int_equal(record.state, MTKSCAN_RECORD_ABSENT);
    assert_true(record.offset == UINT64_C(0x1FFFFFFFE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy),        cmocka_unit_test(test_descriptors),
        cmocka_unit_test(test_layout_missing), cmocka_unit_test(test_layout_elsewhere),
        cmocka_unit_test(test_other_headers),  cmocka_unit_test(test_cut),
        cmocka_unit_test(test_device_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
