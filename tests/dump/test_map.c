/* SPDX-License-Identifier: MIT */
/* The coverage map: every byte once, whatever parts and ranges say. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/map.h"
#include "model/finding.h"

struct scene {
    struct mtks_analysis *analysis;
    struct mtks_dump dump;
};

static struct scene scene_new(uint64_t size, uint64_t memory)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    if (memory)
        limits.memory = memory;
    struct scene scene = {.analysis = mtks_analysis_new(&limits)};
    assert_non_null(scene.analysis);
    assert_int_equal(mtks_dump_blank(&scene.dump, size, NULL), MTKSCAN_DONE);
    return scene;
}

static void scene_free(struct scene *scene)
{
    mtks_dump_close(&scene->dump);
    mtks_analysis_free(scene->analysis);
}

static struct mtks_part *add_part(struct scene *scene, const char *name, uint64_t offset,
                                  uint64_t length)
{
    struct mtks_part *part = MTKS_PUSH(&scene->analysis->arena, &scene->analysis->parts);
    assert_non_null(part);
    *part = (struct mtks_part){.name = name, .offset = offset, .length = length};
    return part;
}

static void add_range(struct scene *scene, const char *name, uint64_t offset, uint64_t length)
{
    struct mtks_range *range = MTKS_PUSH(&scene->analysis->arena, &scene->analysis->ranges);
    assert_non_null(range);
    *range = (struct mtks_range){.name = name, .offset = offset, .length = length};
}

static void fill(struct scene *scene, uint64_t offset, uint64_t length, int value)
{
    assert_true(offset + length <= scene->dump.size);
    memset(mtks_dump_edit(&scene->dump) + offset, value, length);
}

/* "name@offset+length;..." of the map, a P before parts. */
static void assert_map(struct scene *scene, const char *expected)
{
    char text[2000] = "";
    size_t used = 0;
    assert_int_equal(mtks_map_build(scene->analysis, &scene->dump), 0);
    for (size_t i = 0; i < scene->analysis->map.count; i++) {
        const struct mtks_segment *segment = &scene->analysis->map.items[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s@%llu+%llu;",
                                 segment->part ? "P " : "", segment->kind,
                                 (unsigned long long)segment->offset,
                                 (unsigned long long)segment->length);
    }
    assert_string_equal(text, expected);
}

static void nothing_claimed(void **state)
{
    (void)state;
    struct scene scene = scene_new(0, 0);
    assert_map(&scene, "");
    scene_free(&scene);
    scene = scene_new(10000, 0);
    assert_map(&scene, "blank@0+10000;");
    scene_free(&scene);
}

static void parts_ranges_and_gaps(void **state)
{
    (void)state;
    struct scene scene = scene_new(20000, 0);
    fill(&scene, 700, 300, 0);
    fill(&scene, 1500, 10, 0x42);
    add_part(&scene, "ROM", 1600, 10000);
    add_range(&scene, "header", 0, 700);
    add_part(&scene, "INT", 1000, 400);
    add_range(&scene, "FAT", 15000, 50000); /* reaches past the end */
    add_range(&scene, "SDS", 65000, 100);   /* lies past it */
    assert_map(&scene, "header@0+700;zero@700+300;P INT@1000+400;unclaimed@1400+200;"
                       "P ROM@1600+10000;blank@11600+3400;FAT@15000+5000;");
    assert_int_equal(scene.analysis->findings.count, 0);
    scene_free(&scene);
}

static void long_runs_stand_alone(void **state)
{
    (void)state;
    struct scene scene = scene_new(100000, 0);
    fill(&scene, 5000, 1, 7); /* 5000 blank before it, a blank tail behind it */
    fill(&scene, 50000, 4096, 0);
    fill(&scene, 60000, 4095, 0); /* one byte too short */
    assert_map(&scene, "blank@0+5000;unclaimed@5000+1;blank@5001+44999;zero@50000+4096;"
                       "blank@54096+5904;zero@60000+4095;blank@64095+35905;");
    scene_free(&scene);

    scene = scene_new(30000, 0);
    fill(&scene, 0, 30000, 9);
    fill(&scene, 3000, 4095, 0xFF);
    fill(&scene, 9000, 4096, 0xFF);
    fill(&scene, 13096, 4000, 0x00);
    assert_map(&scene, "unclaimed@0+9000;blank@9000+4096;unclaimed@13096+16904;");
    scene_free(&scene);
}

static void overlapping_parts_are_found(void **state)
{
    (void)state;
    struct scene scene = scene_new(1000, 0);
    add_part(&scene, "A", 100, 300);
    add_part(&scene, "B", 200, 300);
    add_part(&scene, "inside A", 120, 10);
    add_part(&scene, "touches B", 500, 10);
    assert_map(&scene, "blank@0+100;P A@100+300;P B@400+100;P touches B@500+10;blank@510+490;");
    assert_int_equal(scene.analysis->findings.count, 2);
    const struct mtks_finding *finding = scene.analysis->findings.items;
    assert_string_equal(finding[0].code, "MTK-D005");
    assert_int_equal(finding[0].part, 2);
    assert_int_equal(finding[0].offset, 120);
    assert_int_equal(finding[0].length, 10);
    assert_non_null(strstr(finding[0].message, "A and inside A share 10 bytes from 0x78"));
    assert_string_equal(finding[1].code, "MTK-D005");
    assert_int_equal(finding[1].offset, 200);
    assert_int_equal(finding[1].length, 200);
    scene_free(&scene);
}

static void parts_in_data_areas_are_found(void **state)
{
    (void)state;
    struct scene scene = scene_new(1000, 0);
    add_part(&scene, "ROM", 100, 300);
    add_range(&scene, "FAT", 399, 100);
    add_range(&scene, "SDS", 450, 100); /* ranges may overlap each other */
    add_range(&scene, "header", 0, 100);
    assert_map(&scene, "header@0+100;P ROM@100+300;FAT@400+99;SDS@499+51;blank@550+450;");
    assert_int_equal(scene.analysis->findings.count, 1);
    assert_string_equal(scene.analysis->findings.items[0].code, "MTK-D006");
    assert_int_equal(scene.analysis->findings.items[0].part, 0);
    assert_int_equal(scene.analysis->findings.items[0].length, 1);
    scene_free(&scene);
}

/* In a cut dump the overlap of what was cut off is seen as well; an absent part claims nothing. */
static void overlaps_past_the_end_and_absent_parts(void **state)
{
    (void)state;
    struct scene scene = scene_new(1000, 0);
    add_part(&scene, "VIVA", 900, 5000);
    add_range(&scene, "FAT", 5000, UINT64_MAX);
    add_part(&scene, "APP", 100, 100)->flags = MTKSCAN_PART_ABSENT;
    add_part(&scene, "empty", 950, 0);
    assert_map(&scene, "blank@0+900;P VIVA@900+100;");
    assert_int_equal(scene.analysis->findings.count, 1);
    assert_string_equal(scene.analysis->findings.items[0].code, "MTK-D006");
    assert_int_equal(scene.analysis->findings.items[0].length, 900);
    scene_free(&scene);
}

static uint64_t seed = 88172645463325252u;

static uint64_t any(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

/* Offsets and lengths near the dump, near its end, and near the end of numbers. */
static uint64_t any_place(uint64_t size)
{
    switch (any(6)) {
    case 0:
        return UINT64_MAX - any(3);
    case 1:
        return size + any(3) - (size ? 1 : 0);
    case 2:
        return any(16);
    default:
        return any(size + 1);
    }
}

static bool claims(const struct scene *scene, const char *name, bool part, uint64_t at)
{
    const struct mtks_analysis *analysis = scene->analysis;
    for (size_t i = 0; part && i < analysis->parts.count; i++)
        if (analysis->parts.items[i].name == name && at >= analysis->parts.items[i].offset &&
            at - analysis->parts.items[i].offset < analysis->parts.items[i].length)
            return true;
    for (size_t i = 0; !part && i < analysis->ranges.count; i++)
        if (analysis->ranges.items[i].name == name && at >= analysis->ranges.items[i].offset &&
            at - analysis->ranges.items[i].offset < analysis->ranges.items[i].length)
            return true;
    return false;
}

static bool is_claimed(const struct scene *scene, uint64_t at)
{
    const struct mtks_analysis *analysis = scene->analysis;
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (claims(scene, analysis->parts.items[i].name, true, at))
            return true;
    for (size_t i = 0; i < analysis->ranges.count; i++)
        if (claims(scene, analysis->ranges.items[i].name, false, at))
            return true;
    return false;
}

/* Every byte once; a segment's owner claims it; what nobody claims is named after its bytes. */
static void assert_sound(struct scene *scene)
{
    const struct mtks_analysis *analysis = scene->analysis;
    const uint8_t *bytes = scene->dump.bytes;
    uint64_t at = 0;
    for (size_t i = 0; i < analysis->map.count; i++) {
        const struct mtks_segment *segment = &analysis->map.items[i];
        assert_int_equal(segment->offset, at);
        assert_true(segment->length > 0);
        at += segment->length;
        bool blank = strcmp(segment->kind, "blank") == 0, zero = strcmp(segment->kind, "zero") == 0;
        bool gap = blank || zero || strcmp(segment->kind, "unclaimed") == 0;
        uint64_t last = segment->offset + segment->length - 1;
        assert_true(gap ? !is_claimed(scene, segment->offset) && !is_claimed(scene, last)
                        : claims(scene, segment->kind, segment->part, segment->offset) &&
                              claims(scene, segment->kind, segment->part, last));
        uint64_t run = 0;
        for (uint64_t j = segment->offset; gap && j <= last; j++) {
            if (blank || zero)
                assert_int_equal(bytes[j], blank ? 0xFF : 0x00);
            bool same = (bytes[j] == 0xFF || bytes[j] == 0) &&
                        (j == segment->offset || bytes[j] == bytes[j - 1] || run == 0);
            run = same ? run + 1 : (bytes[j] == 0xFF || bytes[j] == 0);
            assert_true(blank || zero || run < 4096);
        }
    }
    assert_int_equal(at, scene->dump.size);
    /* At most two findings an extent, and none without an overlap of two parts or part and range.
     */
    assert_true(analysis->findings.count <= 2 * (analysis->parts.count + analysis->ranges.count));
}

static bool overlap(uint64_t a, uint64_t a_length, uint64_t b, uint64_t b_length)
{
    uint64_t a_end = a_length > UINT64_MAX - a ? UINT64_MAX : a + a_length;
    uint64_t b_end = b_length > UINT64_MAX - b ? UINT64_MAX : b + b_length;
    return a_length && b_length && a < b_end && b < a_end;
}

/* Whether the slow and obvious way sees an overlap that has to be told. */
static bool expects_finding(const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        for (size_t j = 0; j < i; j++)
            if (overlap(part->offset, part->length, analysis->parts.items[j].offset,
                        analysis->parts.items[j].length))
                return true;
        for (size_t j = 0; j < analysis->ranges.count; j++)
            if (overlap(part->offset, part->length, analysis->ranges.items[j].offset,
                        analysis->ranges.items[j].length))
                return true;
    }
    return false;
}

static void random_scenes_are_sound(void **state)
{
    (void)state;
    static const char *const names[] = {"p0", "p1", "p2", "p3", "r0", "r1", "r2", "r3"};
    for (int round = 0; round < 3000; round++) {
        uint64_t size = any(4) ? any(40000) : any(4);
        struct scene scene = scene_new(size, 0);
        for (uint64_t i = any(6); i > 0 && size; i--) {
            uint64_t from = any(size), length = any(size - from) + 1;
            fill(&scene, from, length, any(3) ? (any(2) ? 0x00 : 0xFF) : (int)any(256));
        }
        for (uint64_t i = any(5); i > 0; i--)
            add_part(&scene, names[i - 1], any_place(size), any_place(size));
        for (uint64_t i = any(5); i > 0; i--)
            add_range(&scene, names[3 + i], any_place(size), any_place(size));
        assert_int_equal(mtks_map_build(scene.analysis, &scene.dump), 0);
        assert_sound(&scene);
        assert_int_equal(scene.analysis->findings.count > 0, expects_finding(scene.analysis));
        scene_free(&scene);
    }
}

static void many_overlaps_stay_few_findings(void **state)
{
    (void)state;
    struct scene scene = scene_new(20000, 0);
    for (uint64_t i = 0; i < 5000; i++)
        add_part(&scene, "p", i, UINT64_MAX);
    assert_int_equal(mtks_map_build(scene.analysis, &scene.dump), 0);
    assert_int_equal(scene.analysis->findings.count, 4999);
    assert_int_equal(scene.analysis->map.count, 1);
    scene_free(&scene);
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    int failed = 0, passed = 0;
    for (uint64_t memory = 1536; memory < 6000; memory += 16) {
        struct scene scene = scene_new(40000, memory);
        for (uint64_t at = 0; at < 40000; at += 9000)
            fill(&scene, at, 10, 1);
        add_range(&scene, "r", 7000, 1000);
        add_part(&scene, "p", 7500, 1000);
        add_part(&scene, "q", 8000, 1000);
        if (mtks_map_build(scene.analysis, &scene.dump) == 0) {
            passed++;
            assert_sound(&scene);
        } else {
            failed++;
            assert_int_equal(passed, 0);
        }
        scene_free(&scene);
    }
    assert_true(failed > 10 && passed > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_claimed),
        cmocka_unit_test(parts_ranges_and_gaps),
        cmocka_unit_test(long_runs_stand_alone),
        cmocka_unit_test(overlapping_parts_are_found),
        cmocka_unit_test(parts_in_data_areas_are_found),
        cmocka_unit_test(overlaps_past_the_end_and_absent_parts),
        cmocka_unit_test(random_scenes_are_sound),
        cmocka_unit_test(many_overlaps_stay_few_findings),
        cmocka_unit_test(memory_runs_out_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
