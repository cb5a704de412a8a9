/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/identity.h"
#include "mtkscan/memory_host.h"

#define ROM    0x2000u
#define LENGTH 0x4000u
#define ID     "ACME61_11C_PCB01_gprs_MT6261_S00.V_1_0.bin"
#define UPPER  "ACME61_11C_PCB01_GPRS_MT6261_S00.V_1_0.BIN"
#define RUN                                                                                        \
    "MT6261\0V.1.0\0ACME61_HW\0"                                                                   \
    "2020/02/29 23:59\0BUILD_NO\0\0"                                                               \
    "11C ACME61\0"

static uint8_t image[0x8000];
static mtkscan_memory_host memory;
static const mtkscan_host *const host = &memory.host;

#define PUT(at, text) memcpy(image + (at), (text), sizeof(text))

static void put_head(uint32_t at, uint32_t size, uint32_t type)
{
    memset(image + at, 0, size);
    memcpy(image + at, "MMM\x01", 4);
    mtkscan_put_le16(image + at + 4, (uint16_t)size);
    mtkscan_put_le16(image + at + 6, (uint16_t)type);
}

static void put_rom(uint32_t at)
{
    put_head(at, 0x38, MTKSCAN_GFH_FILE_INFO);
    PUT(at + 8, "FILE_INFO");
    mtkscan_put_le16(image + at + 0x18, MTKSCAN_FILE_ROM);
    mtkscan_put_le32(image + at + 0x20, LENGTH);
    mtkscan_put_le32(image + at + 0x28, 0x168);
    put_head(at + 0x38, 0x130, MTKSCAN_GFH_MAUI_INFO);
    PUT(at + 0x40, ID);
    PUT(at + 0xC0, "V.1.0");
}

/* A ROM with all copies of its identity. */
static void put_healthy(void)
{
    memset(image, 0xFF, sizeof image);
    mtkscan_memory_host_init(&memory, image, sizeof image, NULL, NULL);
    put_rom(ROM);
    memset(image + ROM + 0x600, 0, 0x200);
    PUT(ROM + 0x600, "MTK_ROMINFO_v09");
    PUT(ROM + 0x610, UPPER);
    PUT(ROM + 0x690, "V.1.0");
    PUT(ROM + 0x1000, RUN);
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *id, *project, *pcb, *net, *chip, *verno;
    } rows[] = {
        {ID, "ACME61_11C", "PCB01", "gprs", "MT6261", "V_1_0"},
        {UPPER, "ACME61_11C", "PCB01", "GPRS", "MT6261", "V_1_0"},
        {"A_PCB12_a_b_MT2502_S07.X Y-z (1)", "A", "PCB12", "a_b", "MT2502", "X Y-z (1)"},
        /* a version that looks like a platform id: the rightmost whole shape counts */
        {"P_PCB01_gsm_MT6260_S00._S01.x", "P", "PCB01", "gsm", "MT6260", "_S01.x"},
        {"P_PCB01_gsm_MT6260_S00.A_PCB02_gprs_MT6261_S01.B.bin", "P_PCB01_gsm_MT6260_S00.A",
         "PCB02", "gprs", "MT6261", "B"},
        {"A_PCB01_B_PCB02_g_MT6261_S00.V", "A_PCB01_B", "PCB02", "g", "MT6261", "V"},
    };
    mtkscan_platform_words words;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(mtkscan_platform_parse(rows[i].id, &words));
        assert_string_equal(words.project, rows[i].project);
        assert_string_equal(words.pcb, rows[i].pcb);
        assert_string_equal(words.net, rows[i].net);
        assert_string_equal(words.chip, rows[i].chip);
        assert_string_equal(words.verno, rows[i].verno);
    }
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "",
        "N/A",
        "_S00.",
        "_MT6261_S00.V.bin",
        "_PCB01_gprs_MT6261_S00.V.bin", /* no project */
        "A_PCB01_MT6261_S00.V.bin",     /* no net word */
        "A_PCB01__MT6261_S00.V.bin",    /* an empty one */
        "A_PCB01_seventeenletters1_MT6261_S00.V.bin",
        "A_PCB0x_gprs_MT6261_S00.V.bin",
        "A_gprs_MT6261_S00.V.bin",
        "A_PCB01_gprs_MT626_S00.V.bin",
        "A_PCB01_gprs_MT62610_S00.V.bin",
        "A_PCB01_gprs_MT6261_S0.V.bin",
        "A_PCB01_gprs_MT6261_S00V.bin",
        "A_PCB01_gprs_MT6261_S00.",
        "A_PCB01_gprs_MT6261_S00..bin", /* no version */
        "A_PCB01_gprs_MT6261",
    };
    static const mtkscan_platform_words empty;
    mtkscan_platform_words words;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        memset(&words, 'x', sizeof words);
        if (mtkscan_platform_parse(ids[i], &words))
            fail_msg("%s was taken", ids[i]);
        assert_memory_equal(&words, &empty, sizeof words);
    }
}

static void test_parse_long(void **state)
{
    (void)state;
    char id[400];
    mtkscan_platform_words words;
    memset(id, 'P', sizeof id);
    strncpy(id + 128, "_PCB01_gprs_MT6261_S00.V", sizeof id - 128);
    assert_true(mtkscan_platform_parse(id, &words));
    assert_int_equal(strlen(words.project), 128);
    strncpy(id + 129, "_PCB01_gprs_MT6261_S00.V", sizeof id - 129);
    id[128] = 'P';
    assert_false(mtkscan_platform_parse(id, &words)); /* words do not fit */
    assert_int_equal(words.project[0], 0);
}

static void expect_run(const mtkscan_identity *identity)
{
    assert_string_equal(identity->release_chip.text, "MT6261");
    assert_true(identity->release_chip.offset == ROM + 0x1000);
    assert_string_equal(identity->hw_version.text, "ACME61_HW");
    assert_true(identity->hw_version.offset == ROM + 0x100D);
    assert_string_equal(identity->build_time.text, "2020/02/29 23:59");
    assert_string_equal(identity->branch.text, "11C ACME61");
}

static void test_read(void **state)
{
    (void)state;
    mtkscan_identity identity, found;
    put_healthy();
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    assert_string_equal(identity.platform_id.text, ID);
    assert_true(identity.platform_id.offset == ROM + 0x40);
    assert_true(identity.platform_id.length == strlen(ID));
    assert_string_equal(identity.verno.text, "V.1.0");
    assert_true(identity.verno.offset == ROM + 0xC0);
    assert_true(identity.rominfo_offset == ROM + 0x600);
    assert_string_equal(identity.rominfo_platform_id.text, UPPER);
    assert_string_equal(identity.rominfo_verno.text, "V.1.0");
    assert_string_equal(identity.words.net, "gprs");
    expect_run(&identity);

    memset(&found, 0, sizeof found); /* padding too */
    mtkscan_identity_find(host, &found);
    assert_memory_equal(&found, &identity, sizeof found);
}

static void test_without_rom_header(void **state)
{
    (void)state;
    mtkscan_identity identity;
    put_healthy();
    image[ROM] = 0;
    mtkscan_identity_find(host, &identity);
    assert_string_equal(identity.platform_id.text, "");
    assert_string_equal(identity.verno.text, "");
    assert_string_equal(identity.rominfo_platform_id.text, UPPER);
    assert_string_equal(identity.words.net, "GPRS");
    expect_run(&identity);
    mtkscan_identity_read(host, ROM, LENGTH, &identity); /* a header that is none */
    assert_string_equal(identity.platform_id.text, "");
    expect_run(&identity);

    put_healthy();
    PUT(ROM + 0x40, "N/A"); /* not post-processed */
    PUT(ROM + 0xC0, "N/A");
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    assert_string_equal(identity.platform_id.text, "N/A");
    assert_string_equal(identity.words.chip, "MT6261");
    expect_run(&identity);
}

static void test_nothing(void **state)
{
    (void)state;
    mtkscan_identity identity;
    put_healthy();
    memset(image, 0xFF, sizeof image);
    mtkscan_identity_find(host, &identity);
    assert_true(identity.rominfo_offset == MTKSCAN_NO_OFFSET);
    assert_string_equal(identity.words.chip, "");
    assert_string_equal(identity.hw_version.text, "");
    memory.size = 0;
    mtkscan_identity_find(host, &identity);
    assert_true(identity.rominfo_offset == MTKSCAN_NO_OFFSET);
}

static void test_window(void **state)
{
    (void)state;
    mtkscan_identity identity;
    put_healthy();
    mtkscan_identity_read(host, ROM, 0x1010, &identity); /* ends inside the run */
    assert_string_equal(identity.hw_version.text, "");
    assert_true(identity.rominfo_offset == ROM + 0x600);
    mtkscan_identity_read(host, ROM, 0x100D, &identity); /* ends behind VERNO's NUL */
    assert_string_equal(identity.hw_version.text, "");
    mtkscan_identity_read(host, ROM, 0x1028, &identity); /* ends behind the date's NUL */
    assert_string_equal(identity.build_time.text, "2020/02/29 23:59");
    assert_string_equal(identity.branch.text, "");
    mtkscan_identity_read(host, ROM, UINT64_MAX, &identity); /* lying length */
    expect_run(&identity);
    memory.size = ROM + 0x612; /* cut inside ROMINFO's text */
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    assert_string_equal(identity.rominfo_platform_id.text, "AC");
    assert_string_equal(identity.rominfo_verno.text, "");
    memory.size = ROM + 0x20;
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    assert_string_equal(identity.platform_id.text, "");
}

static void test_rominfo_lookalikes(void **state)
{
    (void)state;
    mtkscan_identity identity;
    put_healthy();
    PUT(ROM + 0x300, "MTK_ROMINFO_vXX");
    PUT(ROM + 0x320, "MTK_ROMINFO_v9");
    PUT(ROM + 0x340, "MTK_ROMINFO_v091");
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    assert_true(identity.rominfo_offset == ROM + 0x600);
    memcpy(image + ROM + 0x600, "X", 1);
    memcpy(image + sizeof image - 13, "MTK_ROMINFO_v", 13); /* at the very end */
    mtkscan_identity_read(host, MTKSCAN_NO_OFFSET, 0, &identity);
    assert_true(identity.rominfo_offset == MTKSCAN_NO_OFFSET);
}

/* Puts another run in place of the usual one, and reads. */
static mtkscan_identity with_run(const char *run, size_t length)
{
    mtkscan_identity identity;
    put_healthy();
    memset(image + ROM + 0x1000, 0xFF, sizeof RUN);
    memcpy(image + ROM + 0x1001, run, length);
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    return identity;
}
#define WITH_RUN(run) with_run((run), sizeof(run) - 1)

static void test_run_refuses(void **state)
{
    (void)state;
#define REFUSED(run) assert_string_equal(WITH_RUN(run).build_time.text, "")
    REFUSED("\0xV.1.0\0A_HW\0"
            "2020/02/29 23:59\0"); /* tail of a longer string */
    REFUSED("\0V.1.0x\0A_HW\0"
            "2020/02/29 23:59\0"); /* head of a longer string */
    REFUSED("\0V.1.0\0A_HX\0"
            "2020/02/29 23:59\0"); /* no _HW */
    REFUSED("\0V.1.0\0_HW\0"
            "2020/02/29 23:59\0"); /* nothing before it */
    REFUSED("\0V.1.0\0A_HW\0"
            "2020-02-29 23:59\0"); /* no date */
    REFUSED("\0V.1.0\0A_HW\0"
            "2020/02/29 23:590\0"); /* more than a date */
    REFUSED("\0V.1.0\0A_HW\0"
            "2020/02/29 23:5\0"); /* less */
    REFUSED("\0V.1.0\0A_HW\0"
            "2020/02/29 23:59"); /* no NUL behind it */
    REFUSED("\0V.1.0\0A\x80_HW\0"
            "2020/02/29 23:59\0"); /* not text */
    REFUSED("\0V.1.0\0"
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            "A_HW\0"
            "2020/02/29 23:59\0"); /* too much filler between */
    REFUSED("\0V.1.0\0");
}

static void test_run_variants(void **state)
{
    (void)state;
    mtkscan_identity identity;
    /* data, not a NUL, before the first string; empty strings between */
    identity = WITH_RUN("\x0A\x01MT2502\0IOT\0\0V.1.0\0\0A_HW\0\0"
                        "2020/01/02 03:04\0B P\0");
    assert_string_equal(identity.release_chip.text, "MT2502");
    assert_string_equal(identity.hw_version.text, "A_HW");
    assert_string_equal(identity.branch.text, "B P");
    identity = WITH_RUN("\0NONE\0V.1.0\0A_HW\0"
                        "2020/01/02 03:04\0");
    assert_string_equal(identity.release_chip.text, "");
    assert_string_equal(identity.build_time.text, "2020/01/02 03:04");
    assert_string_equal(identity.branch.text, "");
    identity = WITH_RUN("\0MT2502\0\x01NONE\0V.1.0\0A_HW\0"
                        "2020/01/02 03:04\0");
    assert_string_equal(identity.release_chip.text, ""); /* stands before the run */
    identity = WITH_RUN("\0MT2502A\0MT25020\0V.1.0\0A_HW\0"
                        "2020/01/02 03:04\0");
    assert_string_equal(identity.release_chip.text, "");
    /* copies of the version that are no run come first */
    identity = WITH_RUN("\0V.1.0\0MBAVer\0\0V.1.0\0\xFF\0MT6261\0V.1.0\0A_HW\0"
                        "2020/01/02 03:04\0B\0");
    assert_string_equal(identity.release_chip.text, "MT6261");
    assert_string_equal(identity.branch.text, "B");
}

static void test_run_look_back(void **state)
{
    (void)state;
    char run[0x100];
    const char tail[] = "\0V.1.0\0A_HW\0"
                        "2020/01/02 03:04\0";
    memset(run, 'x', sizeof run); /* a string longer than the look-back, MTnnnn at its cut */
    memcpy(run + 120 - 95, "MT6261", 6);
    memset(run + 120 - 95 + 6, 0, 1);
    memcpy(run + 120, tail, sizeof tail);
    mtkscan_identity identity = with_run(run, 120 + sizeof tail);
    assert_string_equal(identity.build_time.text, "2020/01/02 03:04");
    assert_string_equal(identity.release_chip.text, "");
}

static void test_run_at_start(void **state)
{
    (void)state;
    mtkscan_identity identity;
    memset(image, 0xFF, sizeof image);
    mtkscan_memory_host_init(&memory, image, sizeof image, NULL, NULL);
    PUT(0, "V.1.0\0A_HW\0"
           "2020/01/02 03:04\0B");
    memset(image + 0x100, 0, 0x100);
    PUT(0x100, "MTK_ROMINFO_v04");
    PUT(0x190, "V.1.0");
    mtkscan_identity_read(host, MTKSCAN_NO_OFFSET, 0, &identity);
    assert_string_equal(identity.hw_version.text, "A_HW");
    assert_string_equal(identity.release_chip.text, "");
    PUT(0, "MT6260\0V.1.0\0A_HW\0"
           "2020/01/02 03:04\0B");
    mtkscan_identity_read(host, MTKSCAN_NO_OFFSET, 0, &identity);
    assert_string_equal(identity.release_chip.text, "MT6260");
}

static void test_long_verno(void **state)
{
    (void)state;
    mtkscan_identity identity;
    put_healthy();
    memset(image + ROM + 0xC0, 'v', 64); /* fills its field, and the longest find() pattern */
    memset(image + ROM + 0x1008, 'v', 64);
    image[ROM + 0x1007] = 0;
    const char rest[] = "\0A_HW\0"
                        "2020/01/02 03:04\0B";
    memcpy(image + ROM + 0x1008 + 64, rest, sizeof rest);
    mtkscan_identity_read(host, ROM, LENGTH, &identity);
    assert_int_equal(strlen(identity.verno.text), 64);
    assert_string_equal(identity.hw_version.text, "A_HW");
}

static void test_find_prefers_whole_chain(void **state)
{
    (void)state;
    mtkscan_identity identity;
    put_healthy();
    put_rom(0x400); /* a stale header whose chain is broken */
    PUT(0x440, "OLD");
    image[0x438] = 0;
    mtkscan_identity_find(host, &identity);
    assert_string_equal(identity.platform_id.text, ID);
    put_head(0x600, 0x38, 0); /* another type before it */
    PUT(0x608, "FILE_INFO");
    mtkscan_identity_find(host, &identity);
    assert_string_equal(identity.platform_id.text, ID);

    image[ROM + 0x28] = 0x60; /* no chain is whole: the first header serves */
    mtkscan_identity_find(host, &identity);
    assert_string_equal(identity.platform_id.text, "");
    image[ROM + 0x28] = 0;
    image[ROM + 0x29] = 0;
    mtkscan_identity_find(host, &identity);
    assert_string_equal(identity.rominfo_platform_id.text, UPPER);
}

/* A dump made of nothing but near misses must not take long. */
static void test_hostile_copies(void **state)
{
    (void)state;
    size_t size = 16u << 20;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i += 2)
        memcpy(bytes + i, "A", 2);
    memcpy(bytes, "MTK_ROMINFO_v09", 16);
    memset(bytes + 0x10, 0, 0x100);
    memcpy(bytes + 0x90, "A", 1);
    mtkscan_memory_host_init(&memory, bytes, size, NULL, NULL);
    mtkscan_identity identity;
    clock_t start = clock();
    mtkscan_identity_find(host, &identity);
    assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
    assert_string_equal(identity.hw_version.text, "");
    for (size_t i = 0; i + 16 < size; i += 16)
        memcpy(bytes + i, "MTK_ROMINFO_vxx", 16);
    start = clock();
    mtkscan_identity_find(host, &identity);
    assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
    assert_true(identity.rominfo_offset == MTKSCAN_NO_OFFSET);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_parse_long),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_without_rom_header),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_rominfo_lookalikes),
        cmocka_unit_test(test_run_refuses),
        cmocka_unit_test(test_run_variants),
        cmocka_unit_test(test_run_look_back),
        cmocka_unit_test(test_run_at_start),
        cmocka_unit_test(test_long_verno),
        cmocka_unit_test(test_find_prefers_whole_chain),
        cmocka_unit_test(test_hostile_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
