/* SPDX-License-Identifier: MIT */
/* What the topics say of pairs that an owner meets, and how the verdict follows. */
#include "pair.h"

#include "model/finding.h"

static struct pair_side device, firmware;

static int setup(void **state)
{
    device = pair_preset("MT6261");
    firmware = device;
    return pair_open(state);
}

static void compare(void)
{
    pair_compare(&device, &firmware, NULL);
}

static bool only_agrees_and_notes(void)
{
    for (size_t i = 0; i < pair_comparison.reasons.count; i++)
        if (pair_comparison.reasons.items[i].level > MTKS_REASON_NOTE)
            return false;
    return true;
}

static void the_same_firmware_fits(void **state)
{
    (void)state;
    static const char *const chips[] = {"MT6260", "MT6261", "MT2502"};
    static const uint32_t flags[] = {0, MTKSCAN_FIXTURE_COREAPI | MTKSCAN_FIXTURE_APP,
                                     MTKSCAN_FIXTURE_ROOT_CERT | MTKSCAN_FIXTURE_SECURED,
                                     MTKSCAN_FIXTURE_ANTI_CLONE | MTKSCAN_FIXTURE_ZIMAGE,
                                     MTKSCAN_FIXTURE_NO_HEADER | MTKSCAN_FIXTURE_EXT_BACKUP};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < sizeof flags / sizeof *flags; j++) {
            device = pair_preset(chips[i]);
            device.fixture.flags = flags[j];
            firmware = device;
            compare();
            pair_expect_verdict(MTKS_FITS);
            assert_true(only_agrees_and_notes());
            pair_expect("MTK-M027", MTKS_REASON_AGREES, "same project and hardware version");
        }
}

/* The other version of the same build family: that is what people flash. */
static void another_version_fits(void **state)
{
    (void)state;
    firmware.fixture.verno = "EXAMPLE.61.W20.44";
    firmware.fixture.seed = 7;
    compare();
    pair_expect_verdict(MTKS_FITS);
    pair_expect("MTK-M026", MTKS_REASON_NOTE, "another version");
}

static void worst_comes_first(void **state)
{
    (void)state;
    firmware.fixture.project = "OTHER61_11C";
    memcpy(firmware.fixture.ids, "\xC8\x60\x16\x1C\x38\x16", 6);
    compare();
    pair_expect_verdict(MTKS_DO_NOT_FLASH);
    assert_string_equal(pair_comparison.reasons.items[0].topic, "flash-ids");
    for (size_t i = 1; i < pair_comparison.reasons.count; i++)
        assert_true(pair_comparison.reasons.items[i - 1].level >=
                    pair_comparison.reasons.items[i].level);
    pair_expect("MTK-M023", MTKS_REASON_RISK, "another project");
    /* Neither names its screen, and no common project answers for it. */
    pair_expect("MTK-M027", MTKS_REASON_UNKNOWN, "neither side");
}

static void every_reason_has_a_row(void **state)
{
    (void)state;
    firmware.fixture.project = "OTHER61_11C";
    compare();
    assert_true(pair_comparison.reasons.count > 15);
    for (size_t i = 0; i < pair_comparison.reasons.count; i++)
        assert_non_null(mtks_finding_row(pair_comparison.reasons.items[i].code));
    assert_string_equal(mtks_fit_name((enum mtks_fit)9), "invalid");
    assert_string_equal(mtks_reason_level_name((enum mtks_reason_level)9), "invalid");
}

/* A V8 watch and a DZ09, from the texts that their owners posted (BOARDS.md). */
static void screens_by_version(void **state)
{
    (void)state;
    device.fixture.verno = "MX6X-COB-DZ09-7789HSD-YDT6153-JZTX-V02.91-20190917";
    firmware.fixture.verno = "MX6XM-V8-9307HSD-JJT-GL6113-HSJZ-V12.195-20191107";
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M027", MTKS_REASON_RISK, "made for another screen");
    pair_expect("MTK-M028", MTKS_REASON_RISK, "another touch panel or camera");
    const struct mtks_reason *screen = pair_reason("MTK-M027");
    assert_string_equal(screen->device, "ST7789");
    assert_string_equal(screen->firmware, "GC9307");
    firmware.fixture.verno = "MX6X-COB-DZ09-7789HSD-YDT6153-JZTX-V02.95-20191217";
    compare();
    pair_expect_verdict(MTKS_FITS);
    pair_expect("MTK-M027", MTKS_REASON_AGREES, "the same screen");
}

static void put_driver(struct test_dump *dump)
{
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump->truth, "ROM");
    memcpy(dump->bytes + rom->offset + PAIR_FILLER, "\0GC9307\0 cst0\0 bf20a6\0", 22);
}

static void screens_by_driver(void **state)
{
    (void)state;
    device.edit = firmware.edit = put_driver;
    firmware.fixture.project = "OTHER61_11C";
    compare();
    pair_expect("MTK-M027", MTKS_REASON_AGREES, "the same screen");
    pair_expect("MTK-M028", MTKS_REASON_AGREES, "the same touch panel");
    pair_expect("MTK-M029", MTKS_REASON_AGREES, "the same camera");
    assert_string_equal(pair_reason("MTK-M027")->device, "GC9307 (drivers)");
    /* Made for another screen, with a driver for the device's own left in it. */
    device.fixture.verno = "V8-9307HSD";
    firmware.fixture.verno = "V8-7789HSD";
    compare();
    pair_expect("MTK-M027", MTKS_REASON_RISK, "a driver for the device's");
    firmware.fixture.verno = "V8-7789HSD-9307";
    compare();
    pair_expect("MTK-M027", MTKS_REASON_NOTE, "and for others");
    firmware.edit = NULL;
    firmware.fixture.verno = "V8";
    compare();
    pair_expect("MTK-M027", MTKS_REASON_UNKNOWN, "the firmware does not tell");
}

/* Drivers may stand in compressed code alone. */
static void screens_in_layers(void **state)
{
    (void)state;
    firmware.fixture.project = "OTHER61_11C";
    compare();
    pair_expect("MTK-M027", MTKS_REASON_UNKNOWN, NULL);
    for (size_t i = 0; i < 2; i++) {
        const struct mtks_analysis *analysis = pair_results[i]->analysis;
        assert_true(analysis->layers.count && analysis->layers.items[0].size > 100);
        memcpy(analysis->layers.items[0].bytes + 40, i ? "GC9106" : "ST7789", 6);
    }
    pair_comparison = (struct mtks_comparison){0};
    pair_judge(NULL);
    pair_expect("MTK-M027", MTKS_REASON_RISK, "made for another screen");
    assert_string_equal(pair_reason("MTK-M027")->firmware, "GC9106 (drivers)");
}

/* How much flash a device has: by its dump, by a mirror, by its ID. */
static void sizes_of_flash(void **state)
{
    (void)state;
    static const struct {
        uint32_t configured; /* by the device's own firmware */
        uint64_t read;
        const char *target;
        enum mtks_reason_level level;
    } cases[] = {
        /* The firmware's file system ends at 0x3FE000. */
        {0x400000, 0, NULL, MTKS_REASON_AGREES},
        {0x300000, 0, NULL, MTKS_REASON_STOP},
        {0x300000, 0, "\xEF\x40\x16", MTKS_REASON_UNKNOWN}, /* 4 MB by ID, 3 MB by dump */
        {0x300000, 0, "\xEF\x40\x15", MTKS_REASON_STOP},
        {0x400000, 0x300000, NULL, MTKS_REASON_UNKNOWN}, /* cut, or a clone */
        {0x400000, 0x300000, "\xEF\x40\x15", MTKS_REASON_STOP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct mtks_compare_options options = {(const uint8_t *)cases[i].target,
                                                     cases[i].target ? 3 : 0};
        device.fixture.capacity = cases[i].configured;
        device.fixture.fat_begin = cases[i].configured - 0x80000;
        device.cut = cases[i].read;
        pair_compare(&device, &firmware, &options);
        const struct mtks_reason *reason = pair_reason("MTK-M007");
        const enum mtks_reason_level got = reason ? reason->level : MTKS_REASON_AGREES;
        if (got != cases[i].level) {
            pair_print();
            fail_msg("case %zu", i);
        }
        if (reason)
            assert_string_equal(reason->tool_error, "5105");
    }
}

/* The real watch has 4 MB, the look-alike 3 MB: the images themselves do not fit. */
static void images_behind_the_flash(void **state)
{
    (void)state;
    device.fixture.capacity = 0x300000;
    device.fixture.fat_begin = 0x280000;
    firmware.fixture.rom_offset = 0x2E0000;
    compare();
    pair_expect_verdict(MTKS_DO_NOT_FLASH);
    pair_expect("MTK-M006", MTKS_REASON_STOP, "VIVA ends behind the end");
    assert_null(pair_reason("MTK-M006")->tool_error);
    pair_expect("MTK-M017", MTKS_REASON_NOTE, "flash the firmware's loaders with it");
}

/* Texts that nobody can read cost nothing when the images are the device's own. */
static void the_same_bytes_fit(void **state)
{
    (void)state;
    device.fixture.hw_version = firmware.fixture.hw_version = "NO HARDWARE";
    compare();
    pair_expect_verdict(MTKS_FITS);
    assert_true(only_agrees_and_notes());
    firmware.fixture.seed = 5;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M024", MTKS_REASON_UNKNOWN, "hardware version");
    pair_expect("MTK-M027", MTKS_REASON_UNKNOWN, "neither side");
}

/* A read that went on behind the end of the flash shows its size. */
static void a_mirror_shows_the_size(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_build(&device.fixture);
    uint8_t *twice = malloc(dump.size * 2);
    assert_non_null(twice);
    memcpy(twice, dump.bytes, dump.size);
    memcpy(twice + dump.size, dump.bytes, dump.size);
    char *path = test_file_write(pair_folder, "twice.bin", twice, dump.size * 2);
    firmware.fixture.capacity = 0x800000;
    firmware.fixture.fat_begin = 0x500000;
    pair_drop();
    assert_int_equal(mtkscan_scan(pair_session, path, &pair_results[0], NULL), MTKSCAN_DONE);
    pair_results[1] = pair_scan(&firmware);
    pair_judge(NULL);
    pair_expect("MTK-M007", MTKS_REASON_STOP, "repeats itself");
    free(path);
    free(twice);
    test_dump_free(&dump);
}

static void images_of_one_side(void **state)
{
    (void)state;
    device.fixture.flags = MTKSCAN_FIXTURE_APP;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M030", MTKS_REASON_RISK, "the device has app (type 0x7001)");
    device.fixture.flags = 0;
    firmware.fixture.flags = MTKSCAN_FIXTURE_APP;
    compare();
    pair_expect_verdict(MTKS_FITS);
    pair_expect("MTK-M030", MTKS_REASON_NOTE, "the firmware brings app");
}

static void bind_to_one_chip(void **state)
{
    (void)state;
    firmware.fixture.flags = MTKSCAN_FIXTURE_ANTI_CLONE;
    compare();
    pair_expect("MTK-M022", MTKS_REASON_NOTE, "own kind");
    firmware.fixture.hw_version = "OTHER61M_11C_HW";
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M022", MTKS_REASON_RISK, "of another kind");
    pair_expect("MTK-M024", MTKS_REASON_RISK, "another hardware version");
}

static void secure_data_and_blocks(void **state)
{
    (void)state;
    firmware.fixture.sds_begin = 0x3FE000;
    firmware.fixture.sds_length = 0x2000;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M032", MTKS_REASON_RISK, "secure data move");
    firmware.fixture.sds_length = 0;
    firmware.fixture.block = 0x10000;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    assert_non_null(strstr(pair_comparison.reasons.items[0].what, "erase blocks"));
}

static void secured_on_an_open_device(void **state)
{
    (void)state;
    firmware.fixture.flags = MTKSCAN_FIXTURE_SECURED;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M019", MTKS_REASON_RISK, "the device is not");
    device.fixture.flags = MTKSCAN_FIXTURE_SECURED;
    device.fixture.seed = 9; /* another key */
    compare();
    pair_expect_verdict(MTKS_DO_NOT_FLASH);
    pair_expect("MTK-M019", MTKS_REASON_STOP, "other keys");
    device.fixture.flags = 0;
    firmware.fixture.flags = MTKSCAN_FIXTURE_ROOT_CERT;
    compare();
    pair_expect("MTK-M020", MTKS_REASON_RISK, "the device has none");
}

static void spoil(struct test_dump *dump)
{
    const mtkscan_fixture_part *ext = mtkscan_fixture_find(&dump->truth, "EXT_BOOTLOADER");
    dump->bytes[ext->offset + 0x300] ^= 0x10;
}

static void health(void **state)
{
    (void)state;
    firmware.edit = spoil;
    compare();
    pair_expect_verdict(MTKS_DO_NOT_FLASH);
    pair_expect("MTK-M009", MTKS_REASON_STOP, "MTK-D001");
    firmware.edit = NULL;
    device.edit = spoil;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M010", MTKS_REASON_UNKNOWN, "MTK-D001");
    device.edit = NULL;
    firmware.cut = 0x3C0000; /* within the file system */
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M009", MTKS_REASON_RISK, "shorter than its flash");
}

static void an_id_from_elsewhere(void **state)
{
    (void)state;
    const struct mtks_compare_options options = {(const uint8_t *)"\xC8\x60\x16\x00", 4};
    firmware.fixture.id_count = 3;
    memcpy(firmware.fixture.ids[2], "\xC8\x60\x16", 3);
    pair_compare(&device, &firmware, &options);
    pair_expect("MTK-M003", MTKS_REASON_AGREES, NULL);
    pair_expect("MTK-M004", MTKS_REASON_UNKNOWN, "was it read on this device");
    pair_expect_verdict(MTKS_RISKY);
    memcpy(firmware.fixture.ids, "\xEF\x60\x16\xC2\x25\x36", 6);
    firmware.fixture.build_time = "2022/02/02 02:02";
    pair_compare(&device, &firmware, NULL);
    pair_expect("MTK-M005", MTKS_REASON_NOTE, NULL);
    pair_expect_verdict(MTKS_FITS);
}

static void flip_rom(struct test_dump *dump)
{
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump->truth, "ROM");
    dump->bytes[rom->offset + PAIR_FILLER] ^= 1;
    mtkscan_fixture_seal(dump->bytes, rom);
}

/* Both are sound by themselves, and say to be one build: one of them is not what it says. */
static void one_build_has_one_content(void **state)
{
    (void)state;
    firmware.edit = flip_rom;
    pair_compare(&device, &firmware, NULL);
    pair_expect("MTK-M009", MTKS_REASON_UNKNOWN, "but ROM differs");
    pair_expect_verdict(MTKS_RISKY);
    firmware.fixture.build_time = "2022/02/02 02:02";
    pair_compare(&device, &firmware, NULL);
    pair_expect("MTK-M009", MTKS_REASON_AGREES, "sound");
    pair_expect_verdict(MTKS_FITS);
}

static void put_flavour(struct test_dump *dump)
{
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump->truth, "ROM");
    memcpy(dump->bytes + rom->offset + PAIR_FILLER, "\0EXAMPLE61_11C(ROUND_PR)_gprs\0", 31);
}

static void put_other_flavour(struct test_dump *dump)
{
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump->truth, "ROM");
    memcpy(dump->bytes + rom->offset + PAIR_FILLER, "\0EXAMPLE61_11C(SQUARE_PR)_gprs\0", 32);
}

static void flavours(void **state)
{
    (void)state;
    device.edit = firmware.edit = put_flavour;
    compare();
    pair_expect_verdict(MTKS_FITS);
    pair_expect("MTK-M025", MTKS_REASON_AGREES, NULL);
    firmware.edit = put_other_flavour;
    compare();
    pair_expect_verdict(MTKS_RISKY);
    pair_expect("MTK-M025", MTKS_REASON_RISK, "another flavour");
    pair_expect("MTK-M027", MTKS_REASON_UNKNOWN,
                NULL); /* another product, so not the same screen */
    assert_string_equal(pair_reason("MTK-M025")->firmware, "SQUARE_PR");
}

/* Bytes of headers at random, so that what a topic reads is nonsense. */
static void spoil_headers(struct test_dump *dump)
{
    static uint32_t random = 1;
    for (uint32_t i = 0; i < 12; i++) {
        random = random * 1664525u + 1013904223u;
        const mtkscan_fixture_part *part =
            &dump->truth.parts[(random >> 8) % dump->truth.part_count];
        random = random * 1664525u + 1013904223u;
        dump->bytes[part->offset + 0x18 + (random >> 8) % 0x400] = (uint8_t)(random >> 24);
    }
}

static void nonsense_is_survived(void **state)
{
    (void)state;
    int compared = 0;
    for (int i = 0; i < 40; i++) {
        struct test_dump dump = test_dump_build(&firmware.fixture);
        pair_plain(&dump);
        spoil_headers(&dump);
        char *path = test_file_write(pair_folder, "spoiled.bin", dump.bytes, dump.size);
        pair_drop();
        pair_results[0] = pair_scan(&device);
        mtkscan_scan(pair_session, path, &pair_results[1], NULL);
        if (pair_results[1] && pair_results[1]->analysis->status == MTKS_IDENTIFIED) {
            pair_judge(NULL);
            compared++;
            if (pair_results[1]->analysis->health.verdict != MTKS_HEALTHY)
                pair_expect_verdict(MTKS_DO_NOT_FLASH);
        }
        free(path);
        test_dump_free(&dump);
    }
    assert_true(compared > 20);
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    compare();
    const struct mtks_side ours = {pair_results[0]->analysis, &pair_results[0]->dump};
    int failures = 0, result = -1;
    for (uint64_t limit = 0; result != 0 && limit < 1u << 20; limit += 64) {
        struct mtks_arena arena;
        struct mtks_comparison comparison;
        mtks_arena_init(&arena, limit);
        result = mtks_compare(&comparison, &ours, &ours, NULL, &arena);
        if (result != 0)
            assert_int_equal(comparison.verdict, MTKS_DO_NOT_FLASH);
        failures += result != 0;
        mtks_arena_free(&arena);
    }
    assert_int_equal(result, 0);
    assert_true(failures > 10);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, pair_close)
    const struct CMUnitTest tests[] = {
        CASE(the_same_firmware_fits),
        CASE(another_version_fits),
        CASE(worst_comes_first),
        CASE(every_reason_has_a_row),
        CASE(screens_by_version),
        CASE(screens_by_driver),
        CASE(sizes_of_flash),
        CASE(screens_in_layers),
        CASE(images_behind_the_flash),
        CASE(the_same_bytes_fit),
        CASE(a_mirror_shows_the_size),
        CASE(images_of_one_side),
        CASE(bind_to_one_chip),
        CASE(secure_data_and_blocks),
        CASE(secured_on_an_open_device),
        CASE(health),
        CASE(an_id_from_elsewhere),
        CASE(one_build_has_one_content),
        CASE(flavours),
        CASE(nonsense_is_survived),
        CASE(memory_runs_out_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
