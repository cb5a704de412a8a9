/* SPDX-License-Identifier: MIT */
/* The three bundled modules against each other, as the host loads them. */
#include <dlfcn.h>

#include "../sdk/recorder.h"
#include "mtkscan/selfcheck.h"

#define THRESHOLD 48 /* of the host: below this a dump is not recognised */
#define MARGIN    16 /* of the host: a smaller lead is ambiguous */

enum { MT6260, MT6261, MT2502, MODULES };
static const char *const ids[MODULES] = {"mt6260", "mt6261", "mt2502"};
static const mtkscan_plugin *plugins[MODULES];

static int load_modules(void **state)
{
    (void)state;
    for (int i = 0; i < MODULES; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/plugins/%s.so", TEST_BUILD_DIR, ids[i]);
        void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!module)
            fail_msg("%s", dlerror());
        plugins[i] = dlsym(module, MTKSCAN_ENTRY_SYMBOL);
        assert_non_null(plugins[i]);
    }
    return 0;
}

/* The host's reading of a claim: no own evidence, or a contradiction, is 0. */
static int score_of(int module, const uint8_t *bytes, uint64_t size)
{
    struct recorder *recorder = recorder_new(bytes, size);
    assert_int_equal(plugins[module]->claim(&recorder->memory.host), MTKSCAN_OK);
    int score = recorder->own && !recorder->contradicted ? recorder->score : 0;
    assert_true(recorder->score <= MTKSCAN_SCORE_MAX);
    recorder_free(recorder);
    return score;
}

struct scores {
    int of[MODULES];
};

static struct scores scores_of(const struct test_dump *dump)
{
    struct scores scores;
    for (int i = 0; i < MODULES; i++)
        scores.of[i] = score_of(i, dump->bytes, dump->size);
    return scores;
}

static void expect_winner(const struct test_dump *dump, int winner)
{
    struct scores scores = scores_of(dump);
    assert_true(scores.of[winner] >= THRESHOLD);
    for (int i = 0; i < MODULES; i++)
        if (i != winner)
            assert_true(scores.of[i] + MARGIN <= scores.of[winner]);
}

static void wipe_part(struct test_dump *dump, const char *name)
{
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&dump->truth, name);
    memset(dump->bytes + part->offset, 0xFF, part->length);
}

static void wipe_platform_id(struct test_dump *dump)
{
    memset(dump->bytes + mtkscan_fixture_find(&dump->truth, "ROM")->offset + 0x40, 0, 128);
}

static void test_entries(void **state)
{
    (void)state;
    for (int i = 0; i < MODULES; i++) {
        assert_string_equal(plugins[i]->id, ids[i]);
        assert_int_equal(plugins[i]->struct_size, sizeof(mtkscan_plugin));
        assert_int_equal(plugins[i]->abi, MTKSCAN_ABI);
        assert_non_null(plugins[i]->chips[0]);
        assert_non_null(plugins[i]->limitations[0]);
        assert_non_null(plugins[i]->title);
        assert_string_equal(plugins[i]->license, "MIT");
    }
}

static void test_selfchecks(void **state)
{
    (void)state;
    static const char *const chips[MODULES] = {"MT6260", "MT6261", "MT2502"};
    static const uint32_t flags[] = {0, MTKSCAN_FIXTURE_COREAPI | MTKSCAN_FIXTURE_APP,
                                     MTKSCAN_FIXTURE_EXT_BACKUP | MTKSCAN_FIXTURE_ZIMAGE};
    for (int i = 0; i < MODULES; i++)
        for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
            mtkscan_fixture fixture;
            mtkscan_fixture_preset(&fixture, chips[i]);
            fixture.flags = flags[f];
            FILE *out = tmpfile();
            assert_non_null(out);
            assert_int_equal(mtkscan_selfcheck(plugins[i], &fixture, out), 0);
            fclose(out);
        }
}

static void test_each_chip_has_its_module(void **state)
{
    (void)state;
    static const struct {
        const char *shape, *chip;
        int module;
        const char *memory_type;
    } rows[] = {
        {"MT6260", "MT6260", MT6260, "PSRAM_166MHz"}, {"MT6261", "MT6261", MT6261, "PSRAM_130MHz"},
        {"MT2502", "MT2501", MT2502, "PSRAM_130MHz"}, {"MT2502", "MT2502", MT2502, "PSRAM_130MHz"},
        {"MT2502", "MT2503", MT2502, "PSRAM_130MHz"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mtkscan_fixture fixture;
        mtkscan_fixture_preset(&fixture, rows[i].shape);
        fixture.chip = rows[i].chip;
        struct test_dump dump = test_dump_build(&fixture);
        struct scores scores = scores_of(&dump);
        for (int m = 0; m < MODULES; m++) /* the platform id contradicts all others */
            assert_int_equal(scores.of[m] > 0, m == rows[i].module);
        expect_winner(&dump, rows[i].module);
        struct recorder *recorder = recorder_new(dump.bytes, dump.size);
        assert_int_equal(plugins[rows[i].module]->flash_ids(&recorder->memory.host), MTKSCAN_OK);
        assert_string_equal(recorder->flash.memory_type, rows[i].memory_type);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

static void test_other_chips_are_nobodys(void **state)
{
    (void)state;
    static const char *const chips[] = {"MT6250", "MT6252", "MT2523", "MT6225"};
    for (size_t i = 0; i < sizeof chips / sizeof *chips; i++) {
        struct test_dump dump = test_dump_make(chips[i], 0);
        struct scores scores = scores_of(&dump);
        for (int m = 0; m < MODULES; m++)
            assert_int_equal(scores.of[m], 0);
        test_dump_free(&dump);
    }
}

/* MT6261 and MT2502 share their loaders' form, so loaders alone must not decide. */
static void test_loaders_only(void **state)
{
    (void)state;
    static const char *const chips[] = {"MT6261", "MT2502"};
    for (size_t i = 0; i < 2; i++) {
        struct test_dump dump = test_dump_make(chips[i], MTKSCAN_FIXTURE_NO_ROM);
        struct scores scores = scores_of(&dump);
        assert_int_equal(scores.of[MT6261], scores.of[MT2502]);
        assert_true(scores.of[MT6261] >= THRESHOLD);
        assert_int_equal(scores.of[MT6260], 0);
        test_dump_free(&dump);
    }
    struct test_dump dump = test_dump_make("MT6260", MTKSCAN_FIXTURE_NO_ROM);
    expect_winner(&dump, MT6260);
    test_dump_free(&dump);
}

static void test_rom_lost(void **state)
{
    (void)state;
    static const char *const chips[MODULES] = {"MT6260", "MT6261", "MT2502"};
    for (int i = 0; i < MODULES; i++) {
        struct test_dump dump = test_dump_make(chips[i], 0);
        wipe_part(&dump, "ROM");
        expect_winner(&dump, i); /* by the form of ALICE */
        wipe_part(&dump, "INT_BOOTLOADER");
        wipe_part(&dump, "EXT_BOOTLOADER");
        struct scores scores = scores_of(&dump);
        assert_true(scores.of[i] > 0);
        test_dump_free(&dump);
    }
}

static void test_loaders_and_header_lost(void **state)
{
    (void)state;
    static const char *const chips[MODULES] = {"MT6260", "MT6261", "MT2502"};
    for (int i = 0; i < MODULES; i++) {
        struct test_dump dump = test_dump_make(chips[i], MTKSCAN_FIXTURE_NO_HEADER);
        wipe_part(&dump, "INT_BOOTLOADER");
        wipe_part(&dump, "EXT_BOOTLOADER");
        wipe_part(&dump, "VIVA");
        expect_winner(&dump, i);
        test_dump_free(&dump);
    }
}

static void test_platform_id_lost(void **state)
{
    (void)state;
    static const char *const chips[MODULES] = {"MT6260", "MT6261", "MT2502"};
    for (int i = 0; i < MODULES; i++) {
        struct test_dump dump = test_dump_make(chips[i], 0);
        wipe_platform_id(&dump);
        struct scores scores = scores_of(&dump);
        for (int m = 0; m < MODULES; m++) /* ROMINFO contradicts in its stead */
            assert_int_equal(scores.of[m] > 0, m == i);
        uint8_t *rominfo = memmem(dump.bytes, dump.size, "MTK_ROMINFO", 11);
        memset(rominfo, 0, 0x100);
        expect_winner(&dump, i); /* by release information, texts and form */
        test_dump_free(&dump);
    }
}

/* ROMINFO is a second witness; where it names another chip than the platform id it has no say. */
static void test_witnesses_disagree(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6261", 0);
    int agreed = score_of(MT6261, dump.bytes, dump.size);
    uint8_t *rominfo = memmem(dump.bytes, dump.size, "MTK_ROMINFO", 11);
    uint8_t *chip = memmem(rominfo, 0x90, "MT6261", 6);
    memcpy(chip, "MT2502", 6);
    assert_int_equal(score_of(MT6261, dump.bytes, dump.size), agreed - 30);
    assert_int_equal(score_of(MT2502, dump.bytes, dump.size), 0);
    test_dump_free(&dump);
}

/* Settings of the other kind contradict, whatever the texts say. */
static void test_wrong_memory_settings(void **state)
{
    (void)state;
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    fixture.emi_entry_words = 44;
    struct test_dump dump = test_dump_build(&fixture);
    struct scores scores = scores_of(&dump);
    for (int m = 0; m < MODULES; m++)
        assert_int_equal(scores.of[m], 0);
    test_dump_free(&dump);
}

static void test_no_dump(void **state)
{
    (void)state;
    static uint8_t bytes[0x40000];
    static const uint8_t fills[] = {0xFF, 0x00, 0x4D};
    for (size_t f = 0; f < sizeof fills; f++) {
        memset(bytes, fills[f], sizeof bytes);
        for (int m = 0; m < MODULES; m++)
            assert_int_equal(score_of(m, bytes, sizeof bytes), 0);
    }
    memcpy(bytes, "MT6261 MT2502 MT6260 =MT6261 MT6261PRO", 39);
    for (int m = 0; m < MODULES; m++)
        assert_int_equal(score_of(m, bytes, sizeof bytes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_selfchecks),
        cmocka_unit_test(test_each_chip_has_its_module),
        cmocka_unit_test(test_other_chips_are_nobodys),
        cmocka_unit_test(test_loaders_only),
        cmocka_unit_test(test_rom_lost),
        cmocka_unit_test(test_loaders_and_header_lost),
        cmocka_unit_test(test_platform_id_lost),
        cmocka_unit_test(test_witnesses_disagree),
        cmocka_unit_test(test_wrong_memory_settings),
        cmocka_unit_test(test_no_dump),
    };
    return cmocka_run_group_tests(tests, load_modules, NULL);
}
