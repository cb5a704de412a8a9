/* SPDX-License-Identifier: MIT */
/* From results of checks to verdicts. */
#include "support.h"

#include <string.h>

#include "check/check.h"
#include "model/finding.h"

static struct mtks_analysis *analysis;

static int set_up(void **state)
{
    (void)state;
    analysis = mtks_analysis_new(NULL);
    return analysis ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    return 0;
}

static uint32_t add_part(uint64_t length, uint64_t present, uint32_t flags)
{
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    assert_non_null(part);
    *part = (struct mtks_part){
        .name = "PART", .offset = 0x1000, .length = length, .present = present, .flags = flags};
    return (uint32_t)analysis->parts.count - 1;
}

static void add_check(uint32_t part, uint32_t kind, enum mtks_check_result result, uint32_t on_fail)
{
    struct mtks_check *check = MTKS_PUSH(&analysis->arena, &analysis->checks);
    assert_non_null(check);
    *check = (struct mtks_check){.part = part, .kind = kind, .result = result, .on_fail = on_fail};
    if (part < analysis->parts.count) { /* all of the part but a trailer */
        uint64_t length = analysis->parts.items[part].length;
        check->offset = 0x1000;
        check->length = length > 0x20 ? length - 0x20 : length;
    }
}

static void add_good(uint64_t length)
{
    add_check(add_part(length, length, 0), MTKSCAN_CHECK_SHA1, MTKS_CHECK_PASS, 1);
}

static void judge(unsigned percent, enum mtks_verdict verdict)
{
    assert_int_equal(mtks_health_judge(analysis), 0);
    assert_int_equal(analysis->health.percent, percent);
    assert_int_equal(analysis->health.verdict, verdict);
}

/* Two letters a check: kind (H hash, S structure), result (p pass, f fail, w fail with a warning, n
 * not run). */
static void verdicts_of_a_part(void **state)
{
    (void)state;
    static const struct {
        const char *checks;
        uint64_t present;
        uint32_t flags;
        enum mtks_part_health health;
    } cases[] = {
        {"", 100, 0, MTKS_HEALTH_UNCHECKED},
        {"Hp", 100, 0, MTKS_HEALTH_VERIFIED},
        {"Sp", 100, 0, MTKS_HEALTH_CONSISTENT},
        {"SpHp", 100, 0, MTKS_HEALTH_VERIFIED},
        {"Hf", 100, 0, MTKS_HEALTH_DAMAGED},
        {"Sf", 100, 0, MTKS_HEALTH_DAMAGED},
        {"HpSf", 100, 0, MTKS_HEALTH_DAMAGED},
        {"HpSw", 100, 0, MTKS_HEALTH_VERIFIED},
        {"SpSw", 100, 0, MTKS_HEALTH_CONSISTENT},
        {"Sw", 100, 0, MTKS_HEALTH_UNCHECKED},
        {"HnSn", 100, 0, MTKS_HEALTH_UNCHECKED},
        {"HnSp", 100, 0, MTKS_HEALTH_CONSISTENT},
        {"Hp", 99, 0, MTKS_HEALTH_TRUNCATED},
        {"Hf", 99, 0, MTKS_HEALTH_TRUNCATED},
        {"", 0, 0, MTKS_HEALTH_TRUNCATED},
        {"HpSf", 0, MTKSCAN_PART_ABSENT, MTKS_HEALTH_ABSENT},
        {"Hp", 100, MTKSCAN_PART_EXTRA, MTKS_HEALTH_VERIFIED},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    for (size_t i = 0; i < COUNT; i++) {
        uint32_t part = add_part(100, cases[i].present, cases[i].flags);
        for (const char *at = cases[i].checks; *at; at += 2)
            add_check(part, at[0] == 'H' ? MTKSCAN_CHECK_SHA1 : MTKSCAN_CHECK_BYTES,
                      at[1] == 'p'   ? MTKS_CHECK_PASS
                      : at[1] == 'n' ? MTKS_CHECK_NOT_RUN
                                     : MTKS_CHECK_FAIL,
                      at[1] == 'w' ? MTKSCAN_FAIL_WARNING : MTKSCAN_FAIL_DAMAGE);
    }
    add_check(MTKSCAN_NO_PART, MTKSCAN_CHECK_SHA1, MTKS_CHECK_FAIL, MTKSCAN_FAIL_DAMAGE);
    add_check(COUNT, MTKSCAN_CHECK_SHA1, MTKS_CHECK_FAIL, MTKSCAN_FAIL_DAMAGE);
    assert_int_equal(mtks_health_judge(analysis), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(analysis->parts.items[i].health, cases[i].health);
}

/* A hash of some bytes says nothing of the others. */
static void a_hash_proves_what_it_covers(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset, length;
        enum mtks_part_health health;
    } cases[] = {
        {0x1000, 0x1000, MTKS_HEALTH_VERIFIED},   {0x1000, 0xFC0, MTKS_HEALTH_VERIFIED},
        {0x1000, 0xFBF, MTKS_HEALTH_CONSISTENT},  {0x1001, 0xFE0, MTKS_HEALTH_CONSISTENT},
        {0x1000, 0x1001, MTKS_HEALTH_CONSISTENT}, {0, 0x2000, MTKS_HEALTH_CONSISTENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t part = add_part(0x1000, 0x1000, 0);
        add_check(part, MTKSCAN_CHECK_SHA1, MTKS_CHECK_PASS, MTKSCAN_FAIL_DAMAGE);
        struct mtks_check *check = &analysis->checks.items[analysis->checks.count - 1];
        check->offset = cases[i].offset;
        check->length = cases[i].length;
        assert_int_equal(mtks_health_judge(analysis), 0);
        assert_int_equal(analysis->parts.items[part].health, cases[i].health);
    }
}

static void all_good_is_healthy(void **state)
{
    (void)state;
    add_good(10);
    add_good(1000);
    judge(100, MTKS_HEALTHY);
    assert_false(analysis->health.upper_bound);
    assert_int_equal(analysis->findings.count, 0);
}

static void percent_is_rounded_down(void **state)
{
    (void)state;
    add_good(999);
    add_part(1, 1, 0); /* unchecked: not counted as good, so not healthy either */
    judge(99, MTKS_INCOMPLETE);
    add_part(1000, 1000, 0);
    judge(49, MTKS_INCOMPLETE);
}

static void nearly_all_is_not_all(void **state)
{
    (void)state;
    add_good(100000000);
    add_part(0, 0, 0);
    judge(99, MTKS_INCOMPLETE);
}

static void no_part_is_not_healthy(void **state)
{
    (void)state;
    judge(0, MTKS_INCOMPLETE);
}

static void huge_lengths_do_not_wrap(void **state)
{
    (void)state;
    add_good(1u << 30);
    add_part(UINT64_MAX, 5, 0);
    add_part(UINT64_MAX, 5, 0);
    judge(0, MTKS_INCOMPLETE);

    analysis->parts.count = analysis->checks.count = analysis->findings.count = 0;
    add_good(UINT64_MAX / 4);
    add_part(UINT64_MAX / 2, 5, 0);
    judge(33, MTKS_INCOMPLETE);
}

static void missing_parts_are_incomplete(void **state)
{
    (void)state;
    add_good(60);
    add_part(40, 10, 0);
    uint32_t absent = add_part(0, 0, MTKSCAN_PART_ABSENT);
    judge(60, MTKS_INCOMPLETE);
    assert_true(analysis->health.upper_bound);
    assert_int_equal(analysis->findings.count, 2);
    assert_string_equal(analysis->findings.items[0].code, "MTK-D003");
    assert_non_null(strstr(analysis->findings.items[0].message, "PART has 10 of 40 bytes"));
    assert_int_equal(analysis->findings.items[0].part, 1);
    assert_string_equal(analysis->findings.items[1].code, "MTK-D004");
    assert_int_equal(analysis->findings.items[1].part, absent);
}

static void an_absent_part_of_known_length_bounds_nothing(void **state)
{
    (void)state;
    add_good(50);
    add_part(50, 0, MTKSCAN_PART_ABSENT);
    judge(50, MTKS_INCOMPLETE);
    assert_false(analysis->health.upper_bound);
}

static void damage_outweighs_missing(void **state)
{
    (void)state;
    add_check(add_part(40, 40, 0), MTKSCAN_CHECK_SHA1, MTKS_CHECK_FAIL, MTKSCAN_FAIL_DAMAGE);
    add_part(40, 10, 0);
    judge(0, MTKS_DAMAGED);
}

static void an_error_finding_is_damage(void **state)
{
    (void)state;
    add_good(40);
    assert_int_equal(mtks_finding_add(analysis, "MTK-B001", NULL, MTKSCAN_NO_PART, 0, 0), 0);
    judge(100, MTKS_HEALTHY);
    assert_int_equal(mtks_finding_add(analysis, "MTK-E002", NULL, MTKSCAN_NO_PART, 0, 0), 0);
    judge(100, MTKS_DAMAGED);
}

static void extra_parts_are_named_once(void **state)
{
    (void)state;
    uint32_t first = add_part(16, 16, MTKSCAN_PART_EXTRA);
    uint32_t second = add_part(16, 16, MTKSCAN_PART_EXTRA);
    analysis->parts.items[second].file_type = 0x7001;
    assert_int_equal(mtks_finding_add(analysis, "MTK-S005", "by the module", first, 0, 0), 0);
    assert_int_equal(mtks_health_judge(analysis), 0);
    assert_int_equal(analysis->findings.count, 2);
    assert_string_equal(analysis->findings.items[1].code, "MTK-S005");
    assert_int_equal(analysis->findings.items[1].part, second);
    assert_non_null(strstr(analysis->findings.items[1].message, "0x7001"));
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    add_part(16, 4, MTKSCAN_PART_EXTRA);
    add_part(0, 0, MTKSCAN_PART_ABSENT);
    uint64_t used = analysis->arena.used;
    int failed = 0, result = -1;
    for (uint64_t more = 0; more < 4096 && result; more += 16) {
        analysis->arena.limit = used + more;
        analysis->arena.used = used;
        analysis->findings.items = NULL;
        analysis->findings.count = analysis->findings.room = 0;
        result = mtks_health_judge(analysis);
        failed += result != 0;
    }
    assert_int_equal(result, 0);
    assert_true(failed > 5);
    assert_int_equal(analysis->findings.count, 3);
}

#define JUDGED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JUDGED(a_hash_proves_what_it_covers),
        JUDGED(verdicts_of_a_part),
        JUDGED(all_good_is_healthy),
        JUDGED(percent_is_rounded_down),
        JUDGED(nearly_all_is_not_all),
        JUDGED(no_part_is_not_healthy),
        JUDGED(huge_lengths_do_not_wrap),
        JUDGED(missing_parts_are_incomplete),
        JUDGED(an_absent_part_of_known_length_bounds_nothing),
        JUDGED(damage_outweighs_missing),
        JUDGED(an_error_finding_is_damage),
        JUDGED(extra_parts_are_named_once),
        JUDGED(memory_runs_out_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
