/* SPDX-License-Identifier: MIT */
/* Claims: the ranking, a forced module, and what the registry adds. */
#include "claiming.h"

#include <stdio.h>

CLAIM(claim_85, {85, 0})
CLAIM(claim_84, {84, 0})
CLAIM(claim_47, {47, 0})
CLAIM(claim_600, {200, 0}, {200, 0}, {200, 0})
CLAIM(claim_common, {200, MTKSCAN_EVIDENCE_COMMON}, {0, 0})
CLAIM(claim_contradicted, {200, 0}, {0, MTKSCAN_EVIDENCE_CONTRADICTION})
CLAIM(claim_bad_record, {200, 0}, {300, 0}, {10, 0})
CLAIM(claim_little, {33, 0})

static int32_t floods(const mtkscan_host *host)
{
    int32_t code = MTKSCAN_OK;
    while (code == MTKSCAN_OK)
        code = state_bits(host, 1, 0);
    return code;
}

struct module {
    const char *id;
    int32_t (*claim)(const mtkscan_host *host);
};

/* ---- ranking */

static const struct {
    struct module modules[3];
    enum mtks_status status;
    const char *winner;   /* NULL: none */
    const char *order[3]; /* of the claims */
    int scores[3];
} ranks[] = {
    {{{"aa", claim_100}, {"bb", claim_84}, {"cc", nothing}},
     MTKS_IDENTIFIED,
     "aa",
     {"aa", "bb", "cc"},
     {100, 84, 0}},
    {{{"aa", claim_85}, {"bb", claim_100}, {"cc", nothing}},
     MTKS_AMBIGUOUS,
     NULL,
     {"bb", "aa", "cc"},
     {100, 85, 0}},
    {{{"bb", claim_100}, {"aa", claim_100}, {"cc", claim_100}},
     MTKS_AMBIGUOUS,
     NULL,
     {"aa", "bb", "cc"},
     {100, 100, 100}},
    {{{"aa", claim_48}, {"bb", nothing}, {"cc", nothing}},
     MTKS_IDENTIFIED,
     "aa",
     {"aa", "bb", "cc"},
     {48, 0, 0}},
    {{{"aa", claim_47}, {"bb", nothing}, {"cc", nothing}},
     MTKS_UNKNOWN,
     NULL,
     {"aa", "bb", "cc"},
     {47, 0, 0}},
    {{{"aa", claim_48}, {"bb", claim_little}, {"cc", nothing}},
     MTKS_AMBIGUOUS,
     NULL,
     {"aa", "bb", "cc"},
     {48, 33, 0}},
    {{{"aa", claim_600}, {"bb", claim_100}, {"cc", nothing}},
     MTKS_IDENTIFIED,
     "aa",
     {"aa", "bb", "cc"},
     {MTKSCAN_SCORE_MAX, 100, 0}},
    {{{"aa", claim_contradicted}, {"bb", claim_100}, {"cc", claim_common}},
     MTKS_IDENTIFIED,
     "bb",
     {"bb", "aa", "cc"},
     {100, 0, 0}},
    {{{"aa", claim_bad_record}, {"bb", claim_48}, {"cc", fails}},
     MTKS_IDENTIFIED,
     "bb",
     {"bb", "aa", "cc"},
     {48, 0, 0}},
    {{{"aa", claim_common}, {"bb", nothing}, {"cc", floods}},
     MTKS_UNKNOWN,
     NULL,
     {"aa", "bb", "cc"},
     {0, 0, 0}},
};

/* All orders of three. */
static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

static void test_ranking(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof ranks / sizeof *ranks; row++)
        for (size_t order = 0; order < 6; order++) {
            struct run run;
            open_run(&run, "MT9999");
            for (size_t i = 0; i < 3; i++) {
                const struct module *module = &ranks[row].modules[orders[order][i]];
                add_module(&run, module->id, module->claim);
            }
            ask(&run, NULL);
            assert_int_equal(run.outcome, MTKSCAN_DONE);
            assert_int_equal(run.analysis->status, ranks[row].status);
            assert_int_equal(run.analysis->claims.count, 3);
            assert_false(run.analysis->forced);
            if (ranks[row].winner)
                assert_string_equal(run.analysis->plugin, ranks[row].winner);
            else
                assert_null(run.analysis->plugin);
            for (size_t i = 0; i < 3; i++) {
                const struct mtks_claim *claim = &run.analysis->claims.items[i];
                assert_string_equal(claim->plugin, ranks[row].order[i]);
                assert_int_equal(claim->score, ranks[row].scores[i]);
            }
            close_run(&run);
        }
}

static void test_claim_details(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", claim_contradicted);
    add_module(&run, "bb", claim_bad_record);
    add_module(&run, "cc", fails);
    add_module(&run, "dd", floods);
    add_module(&run, "ee", claim_100);
    add_module(&run, "ff", nothing);
    run.plugins.list.items[5].state = MTKS_PLUGIN_SHADOWED; /* not asked */
    add_module(&run, "gg", nothing);
    ask(&run, NULL);
    assert_int_equal(run.analysis->claims.count, 6);
    const struct mtks_claim *claims = run.analysis->claims.items;
    assert_string_equal(claims[0].plugin, "ee");
    assert_int_equal(claims[0].evidence.count, 2);
    assert_true(claims[0].evidence.items[1].common);
    assert_int_equal(claims[0].evidence.items[0].offset, 4);
    assert_int_equal(claims[0].evidence.items[0].length, 2);
    assert_null(claims[0].misbehaved);
    assert_true(claims[1].contradicted);
    assert_null(claims[1].misbehaved);
    assert_string_equal(claims[2].misbehaved, "evidence.bits is 300, not 0 .. 256");
    assert_string_equal(claims[3].misbehaved, "claim returned -6");
    assert_string_equal(claims[4].misbehaved, "more than 50 records");
    assert_null(claims[5].misbehaved);
    const struct mtks_finding *told = finding(&run, "MTK-P001");
    assert_non_null(told);
    assert_non_null(strstr(told->message, "plugin bb: evidence.bits is 300"));
    assert_int_equal(run.analysis->findings.count, 3);
    assert_int_equal(run.analysis->log.count, 1);
    assert_string_equal(run.analysis->log.items[0].plugin, "gg");
    assert_string_equal(run.analysis->log.items[0].text, "nothing to say");
    close_run(&run);
}

/* ---- forced */

static void test_forced(void **state)
{
    (void)state;
    static const struct {
        const char *id, *why; /* why: the end of MTK-P002, or NULL */
    } rows[] = {
        {"aa", NULL},
        {"bb", "the dump contradicts it"},
        {"cc", "it does not claim this dump"},
        {"dd", "it misbehaved"},
        {"ee", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run;
        open_run(&run, "MT9999");
        add_module(&run, "aa", claim_100);
        add_module(&run, "bb", claim_contradicted);
        add_module(&run, "cc", nothing);
        add_module(&run, "dd", fails);
        add_module(&run, "ee", claim_47);
        ask(&run, rows[i].id);
        assert_int_equal(run.outcome, MTKSCAN_DONE);
        assert_int_equal(run.analysis->status, MTKS_IDENTIFIED);
        assert_string_equal(run.analysis->plugin, rows[i].id);
        assert_true(run.analysis->forced);
        const struct mtks_finding *told = finding(&run, "MTK-P002");
        assert_int_equal(told != NULL, rows[i].why != NULL);
        if (told)
            assert_non_null(strstr(told->message, rows[i].why));
        assert_string_equal(run.analysis->claims.items[0].plugin, "aa"); /* the truth stays */
        close_run(&run);
    }
}

static void test_forced_unknown(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", claim_100);
    add_module(&run, "bb", claim_48);
    add_module(&run, "ff", claim_48);
    run.plugins.list.items[2].state = MTKS_PLUGIN_REFUSED;
    ask(&run, "ff");
    assert_int_equal(run.outcome, MTKSCAN_USAGE);
    assert_string_equal(run.error.what, "there is no usable plugin \"ff\"");
    assert_string_equal(run.error.advice, "Plugins: aa, bb");
    close_run(&run);
}

static void test_no_module(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    const char **folder = MTKS_PUSH(&run.plugins.arena, &run.plugins.searched);
    *folder = "/one";
    folder = MTKS_PUSH(&run.plugins.arena, &run.plugins.searched);
    *folder = "/two";
    ask(&run, "aa");
    assert_int_equal(run.outcome, MTKSCAN_NOT_RECOGNISED);
    assert_string_equal(run.error.what, "no plugin found; looked in: /one, /two");
    assert_non_null(strstr(run.error.advice, "--plugin-dir"));
    add_module(&run, "aa", claim_100);
    run.plugins.list.items[0].state = MTKS_PLUGIN_REFUSED;
    ask(&run, NULL);
    assert_int_equal(run.outcome, MTKSCAN_NOT_RECOGNISED);
    assert_non_null(strstr(run.error.advice, "plugins list"));
    close_run(&run);
}

/* ---- registry */

static const struct mtks_evidence *board_evidence(const struct mtks_claim *claim)
{
    for (size_t i = 0; i < claim->evidence.count; i++)
        if (strcmp(claim->evidence.items[i].id, "board-registry") == 0)
            return &claim->evidence.items[i];
    return NULL;
}

static void test_board_adds(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", claim_85);
    add_module(&run, "bb", claim_84);
    add_registry(&run, BOARD("bb"));
    ask(&run, NULL);
    assert_int_equal(run.analysis->claims.items[0].score, 100); /* 84 + 16 */
    assert_string_equal(run.analysis->claims.items[0].plugin, "bb");
    assert_int_equal(run.analysis->status, MTKS_AMBIGUOUS); /* ahead by 15 */
    const struct mtks_evidence *item = board_evidence(&run.analysis->claims.items[0]);
    assert_non_null(item);
    assert_int_equal(item->bits, 16);
    assert_non_null(strstr(item->text, "_MT9999_"));
    assert_non_null(strstr(item->text, "board.x: a watch"));
    assert_int_equal(
        memcmp(run.dump.bytes + item->offset, strchr(item->text, '"') + 1, item->length), 0);
    assert_string_equal(run.analysis->device, "a watch");
    assert_string_equal(run.analysis->device_notes, "a note");
    assert_null(run.analysis->hint);
    assert_null(finding(&run, "MTK-R001"));
    close_run(&run);
}

/* It raises no claim that the module does not make, and overrides no contradiction. */
static void test_board_rescues_none(void **state)
{
    (void)state;
    static int32_t (*const claims[])(const mtkscan_host *) = {claim_contradicted, nothing,
                                                              claim_common, fails};
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        struct run run;
        open_run(&run, "MT9999");
        add_module(&run, "aa", claims[i]);
        add_registry(&run, BOARD("aa"));
        ask(&run, NULL);
        assert_int_equal(run.analysis->claims.items[0].score, 0);
        assert_null(board_evidence(&run.analysis->claims.items[0]));
        assert_int_equal(run.analysis->status, MTKS_UNKNOWN);
        close_run(&run);
    }
}

/* A board that another module won does not name the device. */
static void test_board_of_a_loser(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", claim_100);
    add_module(&run, "bb", claim_contradicted);
    add_registry(&run, BOARD("bb"));
    ask(&run, NULL);
    assert_string_equal(run.analysis->plugin, "aa");
    assert_null(run.analysis->device);
    assert_null(run.analysis->device_notes);
    close_run(&run);
}

static void test_board_not_installed(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", nothing);
    add_registry(&run, BOARD("zz9"));
    ask(&run, NULL);
    assert_int_equal(run.analysis->status, MTKS_UNKNOWN);
    assert_string_equal(run.analysis->hint, "this board needs plugin zz9, which is not installed");
    assert_non_null(strstr(finding(&run, "MTK-R001")->message, "a watch needs plugin zz9"));
    assert_string_equal(run.analysis->device, "a watch");
    close_run(&run);
}

static void test_chip_unknown(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT8888");
    add_module(&run, "aa", nothing);
    ask(&run, NULL);
    assert_string_equal(run.analysis->hint,
                        "the platform id names MT8888, which no installed plugin supports");
    close_run(&run);

    open_run(&run, "MT9999"); /* the test modules list it */
    add_module(&run, "aa", nothing);
    add_module(&run, "bb", nothing);
    run.plugins.list.items[0].state = MTKS_PLUGIN_REFUSED;
    ask(&run, NULL);
    assert_null(run.analysis->hint);
    close_run(&run);

    open_run(&run, "MT8888"); /* no hint once it is identified */
    add_module(&run, "aa", claim_100);
    ask(&run, NULL);
    assert_null(run.analysis->hint);
    close_run(&run);
}

/* The HW version and the version match as well, and the evidence stands where they do. */
static void test_board_strings(void **state)
{
    (void)state;
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT9999");
    static const char *const keys[] = {"board", "verno", "project"};
    const char *const values[] = {fixture.hw_version, fixture.verno, fixture.project};
    for (size_t i = 0; i < 3; i++) {
        struct run run;
        char text[256];
        open_run(&run, "MT9999");
        add_module(&run, "aa", claim_48);
        snprintf(text, sizeof text, "[board.x]\n%s = %s\nplugin = aa\n", keys[i], values[i]);
        add_registry(&run, text);
        ask(&run, NULL);
        const struct mtks_evidence *item = board_evidence(&run.analysis->claims.items[0]);
        assert_non_null(item);
        assert_non_null(strstr(item->text, "as board.x"));
        assert_int_equal(memcmp(run.dump.bytes + item->offset, values[i], strlen(values[i])), 0);
        assert_null(run.analysis->device);
        close_run(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranking),
        cmocka_unit_test(test_claim_details),
        cmocka_unit_test(test_forced),
        cmocka_unit_test(test_forced_unknown),
        cmocka_unit_test(test_no_module),
        cmocka_unit_test(test_board_adds),
        cmocka_unit_test(test_board_rescues_none),
        cmocka_unit_test(test_board_of_a_loser),
        cmocka_unit_test(test_board_not_installed),
        cmocka_unit_test(test_chip_unknown),
        cmocka_unit_test(test_board_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
