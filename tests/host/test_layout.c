/* SPDX-License-Identifier: MIT */
/* The winner's layout, and memory that runs out on the way there. */
#include "claiming.h"

static int32_t layout_bad(const mtkscan_host *host)
{
    emit_part(host, "BOOT", 0, 0x100);
    emit_part(host, "", 0, 0x100);
    return MTKSCAN_OK;
}

static int32_t flash_floods(const mtkscan_host *host)
{
    mtkscan_zone zone = MTKSCAN_INIT(mtkscan_zone);
    zone.block = 4096;
    while (host->emit_zone(host, &zone) == MTKSCAN_OK)
        continue;
    return MTKSCAN_OK;
}

/* ---- layout */

static void test_layout(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", claim_100);
    ask(&run, NULL);
    assert_int_equal(mtks_layout_run(run.analysis, &run.dump, &run.plugins, &run.error),
                     MTKSCAN_DONE);
    const struct mtks_analysis *analysis = run.analysis;
    assert_string_equal(mtks_fact_value(analysis, "chip"), "MT9999");
    assert_int_equal(analysis->parts.count, 2);
    assert_int_equal(analysis->parts.items[0].present, 0x100);
    assert_int_equal(analysis->parts.items[1].present, run.dump.size - 0x100); /* cut */
    assert_int_equal(analysis->checks.count, 2);
    assert_string_equal(analysis->checks.items[1].id, "again");
    assert_int_equal(analysis->checks.items[1].part, 1);
    assert_int_equal(analysis->containers.count, 1);
    assert_int_equal(analysis->ranges.count, 1);
    assert_int_equal(analysis->flash.capacity, 0x400000);
    assert_string_equal(analysis->flash.memory_type, "PSRAM");
    assert_int_equal(analysis->flash.ids.count, 1);
    assert_int_equal(analysis->flash.zones.count, 1);
    assert_int_equal(analysis->log.count, 1);
    assert_string_equal(analysis->log.items[0].plugin, "aa");
    assert_non_null(strstr(finding(&run, "MTK-P003")->message, "a code of the future"));
    assert_int_equal(finding(&run, "MTK-P003")->part, 0);
    assert_null(analysis->claims.items[0].misbehaved);
    close_run(&run);
}

/* What a callback that misbehaves stated is dropped whole; what one before it stated stays. */
static void test_layout_misbehaves(void **state)
{
    (void)state;
    static const struct {
        int32_t (*layout)(const mtkscan_host *);
        int32_t (*flash_ids)(const mtkscan_host *);
        size_t parts;
        const char *reason;
    } rows[] = {
        {layout_bad, flash_good, 0, "part.name is empty"},
        {fails, flash_good, 0, "evidence in layout, where it has no place"},
        {layout_good, flash_floods, 2, "more than 50 records"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run;
        open_run(&run, "MT9999");
        add_module(&run, "aa", claim_100);
        add_module(&run, "bb", claim_48);
        run.plugins.list.items[1].entry.layout = rows[i].layout;
        run.plugins.list.items[1].entry.flash_ids = rows[i].flash_ids;
        ask(&run, "bb");
        assert_int_equal(mtks_layout_run(run.analysis, &run.dump, &run.plugins, &run.error),
                         MTKSCAN_DONE);
        assert_int_equal(run.analysis->parts.count, rows[i].parts);
        assert_int_equal(run.analysis->flash.zones.count, 0);
        assert_null(run.analysis->claims.items[0].misbehaved); /* that is aa's */
        assert_string_equal(run.analysis->claims.items[1].misbehaved, rows[i].reason);
        assert_non_null(strstr(finding(&run, "MTK-P001")->message, rows[i].reason));
        close_run(&run);
    }
}

static void test_layout_unclaimed(void **state)
{
    (void)state;
    struct run run;
    open_run(&run, "MT9999");
    add_module(&run, "aa", nothing);
    ask(&run, NULL);
    assert_int_equal(mtks_layout_run(run.analysis, &run.dump, &run.plugins, &run.error),
                     MTKSCAN_SYSTEM);
    close_run(&run);
}

/* ---- memory */

/* Whichever allocation fails, from none to enough: an outcome, and no crash. */
static void test_out_of_memory(void **state)
{
    (void)state;
    static const struct {
        const char *plugin, *forced; /* of the board; forced module */
    } rows[] = {{"aa", NULL}, {"zz9", "cc"}};
    for (size_t row = 0; row < 2; row++) {
        bool enough = false;
        int refused = 0;
        for (uint64_t limit = 0; !enough; limit += 64) {
            struct run run;
            open_run(&run, "MT9999");
            add_module(&run, "aa", claim_100);
            add_module(&run, "bb", fails);
            add_module(&run, "cc", nothing);
            add_registry(&run, row == 0 ? BOARD("aa") : BOARD("zz9"));
            run.analysis->arena.limit = limit;
            ask(&run, rows[row].forced);
            if (run.outcome == MTKSCAN_DONE && run.analysis->plugin)
                run.outcome = mtks_layout_run(run.analysis, &run.dump, &run.plugins, &run.error);
            if (run.outcome == MTKSCAN_REFUSED) {
                refused++;
                assert_non_null(strstr(run.error.advice, "--limit memory="));
            } else {
                assert_int_equal(run.outcome, MTKSCAN_DONE);
                const char *wanted = row == 0 ? "aa" : "cc";
                enough = run.analysis->flash.zones.count == 1 &&
                         strcmp(run.analysis->plugin, wanted) == 0;
            }
            close_run(&run);
            assert_true(limit < 1u << 18);
        }
        assert_true(refused > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_layout_misbehaves),
        cmocka_unit_test(test_layout_unclaimed),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
