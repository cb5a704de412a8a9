/* SPDX-License-Identifier: MIT */
/* The rounds of the input's diagnosis: what is applied, what is only told, limits, hostile input.
 */
#include "spoil.h"

#include "diagnose/anchors.h"

static struct test_dump dump;
static struct spoil twice; /* the dump behind 0x200 extra bytes, read twice */

static int setup(void **state)
{
    (void)state;
    dump = test_dump_make("MT6260", 0);
    spoil_noise(&twice, 0x200);
    spoil_add(&twice, dump.bytes, dump.size);
    spoil_add(&twice, dump.bytes, dump.size);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(twice.bytes);
    test_dump_free(&dump);
    return 0;
}

static void without_fixing_it_is_only_told(void **state)
{
    (void)state;
    struct told told = spoil_tell(&twice, false);
    assert_int_equal(told.diagnosis.step_count, 0);
    assert_true(told.diagnosis.view.size == 0);
    assert_int_equal(told.analysis->findings.count,
                     1); /* the repeats show when the shift is gone */
    assert_string_equal(told.analysis->findings.items[0].code, "MTK-Q009");
    assert_non_null(strstr(told.analysis->findings.items[0].message, "(left as it is)"));
    told_free(&told);
}

static void each_step_names_its_finding(void **state)
{
    (void)state;
    struct told told = spoil_tell(&twice, true);
    assert_int_equal(told.diagnosis.step_count, 2);
    assert_int_equal(told.analysis->findings.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(told.diagnosis.steps[i].text);
        assert_true(mtks_finding_has(told.analysis, told.diagnosis.steps[i].code, MTKSCAN_NO_PART));
        assert_non_null(strstr(told.analysis->findings.items[i].message, "(corrected)"));
    }
    assert_true(told.diagnosis.view.size == dump.size);
    assert_true(mtks_view_origin(told.diagnosis.steps, 2, twice.size, 0x1234) == 0x1434);
    told_free(&told);
}

static int stop_after(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    unsigned *left = ctx;
    (void)stage;
    assert_true(done <= total);
    return (*left)-- == 0;
}

static void it_can_be_interrupted_anywhere(void **state)
{
    (void)state;
    const struct mtks_dump input = {.bytes = twice.bytes, .size = twice.size};
    for (unsigned steps = 0;; steps += 3) {
        unsigned left = steps;
        const struct mtks_progress progress = {.step = stop_after, .ctx = &left};
        struct mtks_analysis *analysis = mtks_analysis_new(NULL);
        struct mtks_input_diagnosis diagnosis;
        mtkscan_error error;
        int outcome = mtks_diagnose_input(analysis, &input, true, &progress, &diagnosis, &error);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_INTERRUPTED);
        assert_true(outcome == MTKSCAN_DONE ||
                    (diagnosis.step_count == 0 && diagnosis.view.size == 0));
        mtks_dump_close(&diagnosis.view);
        mtks_analysis_free(analysis);
        if (outcome == MTKSCAN_DONE)
            break;
    }
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    const struct mtks_dump input = {.bytes = twice.bytes, .size = twice.size};
    struct mtks_limits limits;
    size_t refused = 0;
    mtks_limits_init(&limits);
    for (limits.memory = 1; limits.memory < 4000; limits.memory += 97) {
        struct mtks_analysis *analysis = mtks_analysis_new(&limits);
        struct mtks_input_diagnosis diagnosis;
        mtkscan_error error;
        int outcome = mtks_diagnose_input(analysis, &input, true, NULL, &diagnosis, &error);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_REFUSED);
        assert_int_equal(diagnosis.step_count, outcome == MTKSCAN_DONE ? 2 : 0);
        refused += outcome == MTKSCAN_REFUSED;
        mtks_dump_close(&diagnosis.view);
        mtks_analysis_free(analysis);
    }
    assert_true(refused > 0);
}

/* A few bytes that claim to belong far up do not become hundreds of megabytes. */
static void a_lying_address_is_not_believed(void **state)
{
    (void)state;
    static const uint8_t file[0x38] = {'M',
                                       'M',
                                       'M',
                                       1,
                                       0x38,
                                       0,
                                       0,
                                       0,
                                       'F',
                                       'I',
                                       'L',
                                       'E',
                                       '_',
                                       'I',
                                       'N',
                                       'F',
                                       'O',
                                       0,
                                       0,
                                       0,
                                       1,
                                       0,
                                       0,
                                       0,
                                       8,
                                       1,
                                       7,
                                       0,
                                       /* 0x1FFFFF00 */ 0,
                                       0xFF,
                                       0xFF,
                                       0x1F,
                                       0x38,
                                       0,
                                       0,
                                       0,
                                       0xFF,
                                       0xFF,
                                       0xFF,
                                       0xFF,
                                       0x38,
                                       0,
                                       0,
                                       0};
    struct spoil spoil = {0};
    spoil_add(&spoil, file, sizeof file);
    spoil_expect(&spoil, "MTK-Q003", NULL, 0);
    free(spoil.bytes);
}

/* Headers everywhere, at random places, with random lies: nothing crashes, and the time is short.
 */
static void hostile_input(void **state)
{
    (void)state;
    uint32_t random = 7;
    for (unsigned round = 0; round < 60; round++) {
        struct spoil spoil = {0};
        spoil_add(&spoil, dump.bytes, 0x20000 + (round * 0x1777u) % 0x60000);
        for (unsigned i = 0; i < 300; i++) {
            random = random * 1664525u + 1013904223u;
            size_t at = (random >> 4) % (spoil.size - 0x40);
            size_t part = (random >> 24) % dump.truth.part_count;
            size_t from = i % 5 ? (size_t)dump.truth.parts[part].offset : i % 2 ? 0 : 0x200;
            memmove(spoil.bytes + at, dump.bytes + from, 0x40);
            spoil.bytes[at + 0x1C + (random >> 8) % 16] ^= (uint8_t)(i % 3 ? 0 : random >> 16);
        }
        struct told told = spoil_tell(&spoil, true);
        assert_true(told.diagnosis.step_count <= MTKS_VIEW_STEPS);
        told_free(&told);
        free(spoil.bytes);
    }
}

static void anchors_of_a_healthy_dump(void **state)
{
    (void)state;
    const struct mtks_dump input = {.bytes = dump.bytes, .size = dump.size};
    struct mtks_anchors anchors;
    mtks_anchors_find(&input, &anchors);
    assert_true(anchors.usual);
    for (size_t i = 0; i < anchors.count; i++) {
        assert_true(mtks_anchor_shift(&anchors.items[i]) == 0);
        assert_true(i == 0 || anchors.items[i].at >= anchors.items[i - 1].at);
    }
    for (uint32_t i = 0; i < dump.truth.part_count; i++) {
        const mtkscan_fixture_part *part = &dump.truth.parts[i];
        const struct mtks_anchor *anchor =
            mtks_anchors_get(&anchors, MTKS_ANCHOR_FILE, part->file_type);
        assert_non_null(anchor);
        assert_true(anchor->at == part->offset && anchor->length == part->length);
        assert_string_equal(mtks_anchor_name(anchor), part->name);
        if (part->file_type != MTKSCAN_FILE_VIVA)
            assert_true(mtks_anchor_whole(&input, anchor));
    }
    assert_true(anchors.capacity == dump.size);
    assert_true(mtks_anchors_standing(&input, &anchors) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_fixing_it_is_only_told),
        cmocka_unit_test(each_step_names_its_finding),
        cmocka_unit_test(it_can_be_interrupted_anywhere),
        cmocka_unit_test(memory_runs_out_cleanly),
        cmocka_unit_test(a_lying_address_is_not_believed),
        cmocka_unit_test(hostile_input),
        cmocka_unit_test(anchors_of_a_healthy_dump),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
