/* SPDX-License-Identifier: MIT */
/* The finding table, and the analysis' own helpers. */
#include "support.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "model/finding.h"

static void codes_are_well_formed_and_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < mtks_finding_count; i++) {
        const struct mtks_finding_row *row = &mtks_finding_rows[i];
        assert_int_equal(strlen(row->code), 8);
        assert_memory_equal(row->code, "MTK-", 4);
        assert_true(isupper((unsigned char)row->code[4]));
        assert_int_equal(strspn(row->code + 5, "0123456789"), 3);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(mtks_finding_rows[j].code, row->code);
    }
}

static void every_row_speaks(void **state)
{
    (void)state;
    for (size_t i = 0; i < mtks_finding_count; i++) {
        const struct mtks_finding_row *row = &mtks_finding_rows[i];
        assert_true(strlen(row->title) > 10 && strlen(row->title) < 80);
        assert_true(strlen(row->why) > 20);
        assert_true(strlen(row->advice) > 10);
        assert_int_equal(row->title[strlen(row->title) - 1] == '.', 0);
        assert_int_equal(row->why[strlen(row->why) - 1], '.');
        assert_true(row->severity <= MTKS_ERROR);
    }
}

/* Codes are a contract: scripts and modules use them, and their severities decide exit codes. */
static void severities_are_as_promised(void **state)
{
    (void)state;
    static const struct {
        enum mtks_severity severity;
        const char *codes;
    } promised[] = {
        {MTKS_ERROR,
         "B003 B006 G001 G002 G004 G005 G006 D001 D002 D003 D004 D005 D006 D007 D008 E001 "
         "E002 E003 E004 E005 E006 E008 E010 F001 F003 F005 K001 K002 K003 K004 K005 K006 "
         "M001 M002 M003 M006 M007 M008 M009 M011 M012 M013 M014 M015 M016 M017 M018 M019 M020 "
         "M021 K017 K008 K010 K011 K015 C001 C002 C004 Q001 Q002 Q003 Q008 Q010 Q012 Q013 "
         "Q030 Q031 Q032 Q033 Q034 Q035 Q036 Q037 Q038"},
        {MTKS_WARNING, "U001 U002 U003 U004 U005 U009 B001 B002 B004 B005 B007 G003 E007 E009 F004 "
                       "F006 S001 S002 S004 P001 P002 "
                       "M004 M010 M022 M023 M024 M025 M027 M028 M029 M030 M031 M032 K018 K019 K020 "
                       "K023 K024 K025 K027 K007 K009 K012 K016 C003 Q004 Q005 Q007 Q009 Q011 Q014 "
                       "Q015 Q016 Q018 Q019"},
        {MTKS_INFO, "U006 U007 U008 U010 K021 K022 K026 M005 M026 G007 F002 S003 S005 P003 R001 "
                    "K013 K014 Q006 Q017"},
    };
    size_t seen = 0;
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        for (const char *at = promised[i].codes; *at; at += strspn(at, " ")) {
            char code[16] = "MTK-";
            strncat(code, at, 4);
            at += 4;
            const struct mtks_finding_row *row = mtks_finding_row(code);
            assert_non_null(row);
            assert_int_equal(row->severity, promised[i].severity);
            seen++;
        }
    }
    assert_int_equal(seen, mtks_finding_count);
}

static void rows_are_found_in_any_case(void **state)
{
    (void)state;
    assert_ptr_equal(mtks_finding_row("mtk-d001"), mtks_finding_row("MTK-D001"));
    assert_null(mtks_finding_row("MTK-D00"));
    assert_null(mtks_finding_row("MTK-Z999"));
    assert_null(mtks_finding_row(""));
}

static void findings_carry_row_and_detail(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = mtks_analysis_new(NULL);
    const struct mtks_finding_row *row = mtks_finding_row("MTK-D002");
    assert_int_equal(mtks_finding_add(analysis, "mtk-D002", "ROM", 2, 0x40, 8), 0);
    assert_int_equal(mtks_finding_add(analysis, "MTK-D002", NULL, MTKSCAN_NO_PART, 0, 0), 0);
    const struct mtks_finding *finding = analysis->findings.items;
    char message[200];
    snprintf(message, sizeof message, "%s: ROM", row->title);
    assert_string_equal(finding[0].code, "MTK-D002");
    assert_string_equal(finding[0].message, message);
    assert_string_equal(finding[0].advice, row->advice);
    assert_int_equal(finding[0].severity, MTKS_ERROR);
    assert_int_equal(finding[0].part, 2);
    assert_int_equal(finding[0].offset, 0x40);
    assert_int_equal(finding[0].length, 8);
    assert_string_equal(finding[1].message, row->title);
    mtks_analysis_free(analysis);
}

static void unknown_codes_are_kept(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = mtks_analysis_new(NULL);
    assert_int_equal(mtks_finding_add(analysis, "ACME-1", "smoke", 1, 5, 6), 0);
    assert_int_equal(mtks_finding_add(analysis, "ACME-2", NULL, 1, 5, 6), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(analysis->findings.items[i].code, "MTK-P003");
        assert_int_equal(analysis->findings.items[i].severity, MTKS_INFO);
    }
    assert_non_null(strstr(analysis->findings.items[0].message, ": ACME-1: smoke"));
    assert_non_null(strstr(analysis->findings.items[1].message, ": ACME-2"));
    mtks_analysis_free(analysis);
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    static const char *const codes[] = {"MTK-D002", "ACME-1"};
    for (size_t code = 0; code < 2; code++) {
        for (limits.memory = 1; limits.memory < 1024; limits.memory += 16) {
            struct mtks_analysis *analysis = mtks_analysis_new(&limits);
            int result = mtks_finding_add(analysis, codes[code], "detail", 0, 0, 0);
            assert_int_equal(analysis->findings.count, result == 0 ? 1 : 0);
            assert_true(result == 0 || limits.memory < 800);
            mtks_analysis_free(analysis);
        }
    }
}

static void sorting(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = mtks_analysis_new(NULL);
    mtks_findings_sort(analysis); /* nothing to sort is fine */
    static const struct {
        const char *code;
        uint64_t offset;
        uint32_t part;
        uint64_t length;
        const char *detail;
        int place;
    } added[] = {
        {"MTK-S003", 0, 0, 0, "", 8},  {"MTK-D001", MTKSCAN_NO_OFFSET, 0, 0, "", 5},
        {"MTK-D002", 9, 0, 0, "", 4},  {"MTK-D001", 9, 1, 0, "", 3},
        {"MTK-D001", 9, 0, 2, "", 2},  {"MTK-D001", 9, 0, 1, "b", 1},
        {"MTK-D001", 9, 0, 1, "a", 0}, {"MTK-B001", 0, 0, 0, "", 6},
        {"MTK-B001", 1, 0, 0, "", 7},
    };
    enum { COUNT = sizeof added / sizeof *added };
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(mtks_finding_add(analysis, added[i].code, added[i].detail, added[i].part,
                                          added[i].offset, added[i].length),
                         0);
    mtks_findings_sort(analysis);
    for (size_t i = 0; i < COUNT; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[added[i].place];
        assert_string_equal(finding->code, added[i].code);
        assert_true(finding->offset == added[i].offset && finding->part == added[i].part &&
                    finding->length == added[i].length);
        const char *detail = strrchr(finding->message, ':') + 2;
        assert_string_equal(detail, added[i].detail);
    }
    mtks_analysis_free(analysis);
}

static void facts_and_limits(void **state)
{
    (void)state;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.records = 3;
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    assert_int_equal(analysis->limits.records, 3);
    assert_true(analysis->arena.limit == limits.memory);
    assert_null(mtks_fact_value(analysis, MTKSCAN_FACT_CHIP));
    struct mtks_fact *fact = MTKS_PUSH(&analysis->arena, &analysis->facts);
    *fact = (struct mtks_fact){.key = "chip", .value = "C1"};
    fact = MTKS_PUSH(&analysis->arena, &analysis->facts);
    *fact = (struct mtks_fact){.key = "verno", .value = "V1"};
    assert_string_equal(mtks_fact_value(analysis, MTKSCAN_FACT_CHIP), "C1");
    assert_string_equal(mtks_fact_value(analysis, MTKSCAN_FACT_VERNO), "V1");
    mtks_analysis_free(analysis);
    mtks_analysis_free(NULL);
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(mtks_status_name(MTKS_AMBIGUOUS), "ambiguous");
    assert_string_equal(mtks_status_name(MTKS_IDENTIFIED), "identified");
    assert_string_equal(mtks_health_name(MTKS_HEALTH_UNCHECKED), "unchecked");
    assert_string_equal(mtks_health_name(MTKS_HEALTH_ABSENT), "absent");
    assert_string_equal(mtks_verdict_name(MTKS_INCOMPLETE), "incomplete");
    assert_string_equal(mtks_severity_name(MTKS_WARNING), "warning");
    assert_string_equal(mtks_check_result_name(MTKS_CHECK_NOT_RUN), "not-run");
    assert_string_equal(mtks_check_result_name((enum mtks_check_result)77), "invalid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_well_formed_and_unique),
        cmocka_unit_test(every_row_speaks),
        cmocka_unit_test(severities_are_as_promised),
        cmocka_unit_test(rows_are_found_in_any_case),
        cmocka_unit_test(findings_carry_row_and_detail),
        cmocka_unit_test(unknown_codes_are_kept),
        cmocka_unit_test(memory_runs_out_cleanly),
        cmocka_unit_test(sorting),
        cmocka_unit_test(facts_and_limits),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
