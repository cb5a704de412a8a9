/* SPDX-License-Identifier: MIT */
/* What a kit loses of a device, and how it is kept. */
#include <string.h>

#include "dump/map.h"
#include "kit/restore.h"
#include "made.h"

#define FAT_AT    0x300000u
#define FAT_SIZE  0x80000u
#define BLOCK     0x1000u
#define STRAY_AT  0x2F0010u
#define TAIL_USED 5u

static struct test_dump flash;
static struct mtks_dump dump;
static struct mtks_analysis *analysis;
static struct mtks_restore_plan plan;

static void add_range(const char *name, uint64_t offset, uint64_t length)
{
    struct mtks_range *range = MTKS_PUSH(&analysis->arena, &analysis->ranges);
    assert_non_null(range);
    *range = (struct mtks_range){name, offset, length};
}

static void add_zone(uint64_t offset, uint64_t block)
{
    struct mtks_zone *zone = MTKS_PUSH(&analysis->arena, &analysis->flash.zones);
    assert_non_null(zone);
    *zone = (struct mtks_zone){offset, block};
}

static int setup(void **state)
{
    (void)state;
    flash = test_dump_make("MT6261", MTKSCAN_FIXTURE_APP);
    memset(flash.bytes + FAT_AT - 0x20000, 0xFF, flash.size - FAT_AT + 0x20000);
    memset(flash.bytes + FAT_AT + 100, 0, 1000);
    memset(flash.bytes + STRAY_AT, 1, 3);
    memset(flash.bytes + flash.size - TAIL_USED, 2, TAIL_USED);
    dump = made_view(&flash);
    analysis = made_analysis(&flash);
    analysis->input.size = flash.size;
    analysis->flash.capacity = flash.size;
    add_range("boot-header", 0, 0x14);
    add_range("boot-layout", 0x200, 0xB4);
    add_range("device-record", 0x400, 0x14);
    add_range("FAT", FAT_AT, FAT_SIZE);
    add_range("SDS", FAT_AT + FAT_SIZE, 0x2000);
    add_range("odd", FAT_AT + FAT_SIZE + 0x3010, 0x20);
    add_zone(0, BLOCK);
    add_zone(FAT_AT, 2u * BLOCK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    test_dump_free(&flash);
    return 0;
}

static void make(void)
{
    analysis->map.count = 0;
    assert_int_equal(mtks_map_build(analysis, &dump), 0);
    assert_int_equal(mtks_restore_plan(&plan, analysis, &dump), 0);
    for (size_t i = 1; i < plan.items.count; i++)
        assert_true(plan.items.items[i - 1].lost_by_kit || !plan.items.items[i].lost_by_kit);
}

static const struct mtks_restore_item *item(const char *name, uint64_t offset)
{
    for (size_t i = 0; i < plan.items.count; i++)
        if (strcmp(plan.items.items[i].name, name) == 0 && plan.items.items[i].offset == offset)
            return &plan.items.items[i];
    fail_msg("no item %s", name);
    return NULL;
}

static void test_plan(void **state)
{
    (void)state;
    make();
    const struct mtks_restore_item *fat = item("FAT", FAT_AT);
    assert_true(fat->lost_by_kit && fat->personal);
    assert_int_equal(fat->length, FAT_SIZE);
    assert_int_equal(fat->used, 1000);
    assert_int_equal(fat->keep, MTKS_KEEP_BASE | MTKS_KEEP_READ_BACK);
    assert_non_null(strstr(fat->what, "IMEI"));
    assert_non_null(strstr(fat->how, "--base"));
    assert_int_equal(fat->read_offset, FAT_AT);
    assert_int_equal(fat->read_length, FAT_SIZE);
    /* Erased: nothing of it can be lost. */
    const struct mtks_restore_item *sds = item("SDS", FAT_AT + FAT_SIZE);
    assert_false(sds->lost_by_kit);
    assert_true(sds->personal);
    assert_non_null(strstr(sds->how, "nothing to keep"));
    const struct mtks_restore_item *record = item("device-record", 0x400);
    assert_true(record->lost_by_kit && !record->personal);
    assert_int_equal(record->read_offset, 0);
    assert_int_equal(record->read_length, BLOCK);
    assert_false(item("boot-header", 0)->lost_by_kit);
    assert_int_equal(item("boot-header", 0)->read_length, 0);
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&flash.truth, "ROM");
    assert_int_equal(item("ROM", rom->offset)->keep, MTKS_KEEP_KIT | MTKS_KEEP_BASE);
    assert_false(item("ROM", rom->offset)->lost_by_kit);
    uint64_t end = flash.size - TAIL_USED;
    uint64_t tail = 0;
    for (size_t i = 0; i < plan.items.count; i++)
        if (strcmp(plan.items.items[i].name, "unclaimed") == 0) {
            assert_true(plan.items.items[i].lost_by_kit);
            tail = plan.items.items[i].offset;
        }
    assert_true(tail == end);
    assert_true(plan.lost == 1000 + record->used + 3 + TAIL_USED);
    assert_true(plan.whole);
    assert_null(plan.why_not);
}

/* Blocks of the zone that the range is in, not past the end. */
static void test_blocks(void **state)
{
    (void)state;
    memset(flash.bytes + FAT_AT + FAT_SIZE + 0x3010, 0, 0x20);
    make();
    const struct mtks_restore_item *odd = item("odd", FAT_AT + FAT_SIZE + 0x3010);
    assert_true(odd->lost_by_kit);
    assert_int_equal(odd->read_offset, FAT_AT + FAT_SIZE + 0x2000);
    assert_int_equal(odd->read_length, 2 * BLOCK);
    analysis->flash.zones.items[1].block = 0x300000; /* no power of two: the zone before counts */
    make();
    assert_int_equal(item("odd", FAT_AT + FAT_SIZE + 0x3010)->read_length, BLOCK);
    analysis->flash.zones.count = 0;
    make();
    assert_int_equal(item("odd", FAT_AT + FAT_SIZE + 0x3010)->read_offset,
                     FAT_AT + FAT_SIZE + 0x3010);
    assert_int_equal(item("odd", FAT_AT + FAT_SIZE + 0x3010)->read_length, 0x20);
}

static void test_images(void **state)
{
    (void)state;
    struct mtks_part *parts = analysis->parts.items;
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (strcmp(parts[i].name, "app") == 0)
            parts[i].flags |= MTKSCAN_PART_EXTRA;
        else if (strcmp(parts[i].name, "ROM") == 0)
            parts[i].health = MTKS_HEALTH_DAMAGED;
        else if (strcmp(parts[i].name, "VIVA") == 0)
            parts[i].region = MTKSCAN_REGION_NONE;
    struct mtks_part *absent = made_part(analysis, "GONE", 0x0104, 0x5000000, 0x100);
    absent->flags = MTKSCAN_PART_ABSENT | MTKSCAN_PART_EXTRA;
    absent->present = 0;
    analysis->health.verdict = MTKS_DAMAGED;
    make();
    const struct mtks_restore_item *app =
        item("app", mtkscan_fixture_find(&flash.truth, "app")->offset);
    assert_true(app->lost_by_kit && app->keep & MTKS_KEEP_KIT);
    assert_non_null(strstr(app->what, "usual four"));
    const struct mtks_restore_item *rom =
        item("ROM", mtkscan_fixture_find(&flash.truth, "ROM")->offset);
    assert_true(rom->lost_by_kit);
    assert_int_equal(rom->keep, 0);
    const struct mtks_restore_item *viva =
        item("VIVA", mtkscan_fixture_find(&flash.truth, "VIVA")->offset);
    assert_true(viva->lost_by_kit);
    assert_int_equal(viva->keep, MTKS_KEEP_BASE | MTKS_KEEP_READ_BACK);
    assert_int_equal(item("GONE", 0x5000000)->read_length, 0);
    assert_false(plan.whole);
    assert_non_null(strstr(plan.why_not, "damaged"));
}

/* A dump that ends inside or before the user data. */
static void test_short(void **state)
{
    (void)state;
    dump.size = analysis->input.size = FAT_AT + 0x800;
    analysis->health.verdict = MTKS_INCOMPLETE;
    make();
    assert_non_null(strstr(item("FAT", FAT_AT)->how, "only a part"));
    assert_int_equal(item("FAT", FAT_AT)->read_length, 0x800);
    assert_non_null(strstr(item("SDS", FAT_AT + FAT_SIZE)->how, "nothing of it is saved"));
    assert_true(item("SDS", FAT_AT + FAT_SIZE)->lost_by_kit);
    assert_false(plan.whole);
    assert_non_null(strstr(plan.why_not, "shorter"));
    analysis->arena.limit = analysis->arena.used;
    assert_int_equal(mtks_restore_plan(&plan, analysis, &dump), -1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_plan),
        CASE(test_blocks),
        CASE(test_images),
        CASE(test_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
