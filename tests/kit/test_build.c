/* SPDX-License-Identifier: MIT */
/* Images of a whole flash: what comes from the kit, what from a base, and what is refused. */
#include <stdio.h>
#include <string.h>

#include "dump/map.h"
#include "kit/build.h"
#include "made.h"
#include "model/finding.h"
#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"

/* A dump or a composed kit with the analysis that the rooms before would have made. */
struct side {
    struct mtks_dump dump;
    struct mtks_analysis *analysis;
};

static mtkscan_fixture fixture;
static struct test_dump flash;
static struct side kit, base;
static struct mtks_arena arena;
static struct mtks_built built;
static struct mtks_build_options options;
static mtkscan_error error;
static uint64_t tail; /* first byte behind the user data */

static void add_range(struct side *side, const char *name, uint64_t offset, uint64_t length)
{
    struct mtks_range *range = MTKS_PUSH(&side->analysis->arena, &side->analysis->ranges);
    assert_non_null(range);
    *range = (struct mtks_range){name, offset, length};
}

static void map(struct side *side)
{
    side->analysis->map.count = 0;
    assert_int_equal(mtks_map_build(side->analysis, &side->dump), 0);
}

static void side_open(struct side *side)
{
    side->analysis = made_analysis(&flash);
    made_fact(side->analysis, MTKSCAN_FACT_PCB, "PCB01");
    made_fact(side->analysis, MTKSCAN_FACT_VERNO, "V1");
    side->analysis->flash.capacity = fixture.capacity;
    assert_int_equal(mtks_dump_blank(&side->dump, fixture.capacity, NULL), MTKSCAN_DONE);
    add_range(side, "boot-header", 0, MTKSCAN_BOOT_HEADER_SIZE);
    add_range(side, "boot-layout", MTKSCAN_BOOT_UNIT, MTKSCAN_BRLYT_SIZE);
    add_range(side, "FAT", fixture.fat_begin, fixture.fat_length);
}

static void side_close(struct side *side)
{
    mtks_dump_close(&side->dump);
    mtks_analysis_free(side->analysis);
    side->analysis = NULL;
}

static uint8_t *at(struct side *side, uint64_t offset)
{
    return mtks_dump_edit(&side->dump) + offset;
}

static const mtkscan_fixture_part *part(const char *name)
{
    const mtkscan_fixture_part *found = mtkscan_fixture_find(&flash.truth, name);
    assert_non_null(found);
    return found;
}

/* The kit has the parts alone; the base is the flash, with bytes of nobody all over it. */
static int setup(void **state)
{
    (void)state;
    mtkscan_fixture_preset(&fixture, "MT6261");
    fixture.flags |= MTKSCAN_FIXTURE_COREAPI | MTKSCAN_FIXTURE_APP | MTKSCAN_FIXTURE_ROOT_CERT |
                     MTKSCAN_FIXTURE_EXT_BACKUP;
    flash = test_dump_build(&fixture);
    tail = (uint64_t)fixture.fat_begin + fixture.fat_length;
    assert_true(tail + 64 < fixture.capacity);
    side_open(&kit);
    side_open(&base);
    for (uint32_t i = 0; i < flash.truth.part_count; i++)
        memcpy(at(&kit, flash.truth.parts[i].offset), flash.bytes + flash.truth.parts[i].offset,
               flash.truth.parts[i].length);
    memcpy(at(&base, 0), flash.bytes, flash.size);
    add_range(&base, "device-record", 0x400, MTKSCAN_DEVICE_RECORD_SIZE);
    memcpy(at(&base, 0x100), "header", 6);
    memcpy(at(&base, part("ROM")->offset + part("ROM")->length + 8), "gap", 3);
    memcpy(at(&base, fixture.fat_begin + 512), "user", 4);
    memcpy(at(&base, tail + 16), "tail", 4);
    map(&kit);
    map(&base);
    mtks_arena_init(&arena, 8u << 20);
    options = (struct mtks_build_options){.size = 0};
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_dump_close(&built.image);
    built.image = (struct mtks_dump){.size = 0};
    side_close(&kit);
    side_close(&base);
    mtks_arena_free(&arena);
    test_dump_free(&flash);
    return 0;
}

static int build(bool with_base)
{
    const struct mtks_build_side ours = {kit.analysis, &kit.dump};
    const struct mtks_build_side theirs = {base.analysis, &base.dump};
    mtks_dump_close(&built.image);
    memset(&error, 0, sizeof error);
    int outcome = mtks_build(&built, &ours, with_base ? &theirs : NULL, &options, &arena, &error);
    if (outcome != MTKSCAN_DONE) {
        assert_true(built.image.size == 0);
        assert_true(error.what[0] != '\0');
        return outcome;
    }
    uint64_t end = 0;
    for (size_t i = 0; i < built.pieces.count; i++) {
        const struct mtks_built_piece *piece = &built.pieces.items[i];
        assert_true(piece->offset == end && piece->length > 0);
        if (piece->source == MTKS_BUILT_BLANK)
            assert_true(mtks_dump_all(&built.image, piece->offset, piece->length, 0xFF));
        end += piece->length;
    }
    assert_true(end == built.image.size);
    return outcome;
}

static size_t notes(const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < built.notes.count; i++) {
        assert_non_null(mtks_finding_row(built.notes.items[i].code));
        count += strcmp(built.notes.items[i].code, code) == 0;
    }
    return count;
}

/* The piece that a byte of the image is in. */
static const struct mtks_built_piece *piece_at(uint64_t offset)
{
    for (size_t i = 0; i < built.pieces.count; i++)
        if (offset - built.pieces.items[i].offset < built.pieces.items[i].length)
            return &built.pieces.items[i];
    fail();
    return NULL;
}

static void expect_piece(uint64_t offset, enum mtks_built_source source, const char *name)
{
    assert_string_equal(piece_at(offset)->name, name);
    assert_int_equal(piece_at(offset)->source, source);
}

static void test_own_dump_comes_back(void **state)
{
    (void)state;
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 0);
    assert_true(built.image.size == base.dump.size);
    assert_memory_equal(built.image.bytes, base.dump.bytes, base.dump.size);
    expect_piece(0, MTKS_BUILT_BASE, "boot-header");
    expect_piece(0x400, MTKS_BUILT_BASE, "device-record");
    expect_piece(part("ROM")->offset, MTKS_BUILT_PART, "ROM");
    expect_piece(fixture.fat_begin, MTKS_BUILT_BASE, "FAT");
    assert_string_equal(mtks_built_source_name(MTKS_BUILT_BASE), "base");
    assert_string_equal(mtks_built_source_name((enum mtks_built_source)9), "invalid");
    options.user_data = MTKS_USER_DATA_KEEP;
    options.size = fixture.capacity;
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_memory_equal(built.image.bytes, base.dump.bytes, base.dump.size);
}

/* The read of a chip that is smaller than its firmware thinks. */
static void test_short_dump_comes_back(void **state)
{
    (void)state;
    base.dump.size = tail - 0x1000;
    map(&base);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 1);
    assert_int_equal(notes("MTK-F001"), 1);
    assert_true(built.image.size == base.dump.size);
    assert_memory_equal(built.image.bytes, base.dump.bytes, base.dump.size);
    options.size = fixture.capacity;
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_memory_equal(built.image.bytes, base.dump.bytes, base.dump.size);
    expect_piece(fixture.capacity - 1, MTKS_BUILT_BLANK, "user data");
    options.size = base.dump.size - 1;
    assert_int_equal(build(true), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "would be lost"));
}

static void test_without_base(void **state)
{
    (void)state;
    assert_int_equal(build(false), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 3);
    assert_int_equal(notes("MTK-K021"), 1);
    assert_int_equal(notes("MTK-K022"), 1);
    assert_int_equal(notes("MTK-K023"), 1);
    assert_true(built.image.size == fixture.capacity);
    for (uint32_t i = 0; i < flash.truth.part_count; i++) {
        const mtkscan_fixture_part *one = &flash.truth.parts[i];
        assert_memory_equal(built.image.bytes + one->offset, flash.bytes + one->offset,
                            one->length);
        expect_piece(one->offset, MTKS_BUILT_PART, one->name);
    }
    expect_piece(0x13, MTKS_BUILT_GENERATED, "boot-header");
    expect_piece(0x14, MTKS_BUILT_BLANK, "gap");
    expect_piece(0x2B3, MTKS_BUILT_GENERATED, "boot-layout");
    expect_piece(0x400, MTKS_BUILT_BLANK, "gap");
    expect_piece(fixture.capacity - 1, MTKS_BUILT_BLANK, "user data");
    /* INT, EXT and its backup, then the certificate: all are of the boot region. */
    const uint8_t *layout = built.image.bytes + MTKSCAN_BOOT_UNIT;
    assert_memory_equal(built.image.bytes, "SF_BOOT\0\0\0\0\0\1\0\0\0\0\2\0\0", 20);
    assert_memory_equal(layout, "BRLYT\0\0\0\1\0\0\0\0\x08\0\0", 16);
    assert_int_equal(mtkscan_le32(layout + 0x14 + 20 + 8), part("EXT_BOOTLOADER")->offset);
    assert_int_equal(mtkscan_le32(layout + 0x14 + 60 + 8), part("ROOT_CERT")->offset);
    assert_int_equal(mtkscan_le32(layout + 0x14 + 80), 0);
    options.user_data = MTKS_USER_DATA_KEEP;
    assert_int_equal(build(false), MTKSCAN_USAGE);
}

static void test_blank_user_data(void **state)
{
    (void)state;
    struct mtks_part *app = made_part(kit.analysis, "late", 0x7002, tail + 0x400, 0x100);
    memset(at(&kit, app->offset), 0x5A, app->length);
    map(&kit);
    options.user_data = MTKS_USER_DATA_BLANK;
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 1);
    assert_int_equal(notes("MTK-K023"), 1);
    assert_memory_equal(built.image.bytes, base.dump.bytes, fixture.fat_begin);
    assert_true(
        mtks_dump_all(&built.image, fixture.fat_begin, tail + 0x400 - fixture.fat_begin, 0xFF));
    expect_piece(tail + 0x400, MTKS_BUILT_PART, "late");
    expect_piece(tail + 0x500, MTKS_BUILT_BLANK, "user data");
}

static void set_fact(struct side *side, const char *key, const char *value)
{
    for (size_t i = 0; i < side->analysis->facts.count; i++)
        if (strcmp(side->analysis->facts.items[i].key, key) == 0)
            side->analysis->facts.items[i].value = value;
}

/* Each is refused with its reason, and done when forced, which is noted. */
static void expect_doubt(int outcome, const char *words)
{
    options.force = false;
    assert_int_equal(build(true), outcome);
    if (!strstr(error.what, words))
        fail_msg("\"%s\" lacks \"%s\"", error.what, words);
    options.force = true;
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_true(notes("MTK-K025") >= 1);
    options.force = false;
}

static void test_other_device(void **state)
{
    (void)state;
    set_fact(&base, MTKSCAN_FACT_PROJECT, "OTHER");
    expect_doubt(MTKSCAN_REFUSED, "project is WATCH_11B, the base's OTHER");
    set_fact(&base, MTKSCAN_FACT_PROJECT, NULL);
    expect_doubt(MTKSCAN_REFUSED, "the base's nothing");
    set_fact(&base, MTKSCAN_FACT_PROJECT, "Watch_11b");
    assert_int_equal(build(true), MTKSCAN_DONE);
    set_fact(&base, MTKSCAN_FACT_PLATFORM, "MT0000");
    expect_doubt(MTKSCAN_REFUSED, "platform");
    set_fact(&base, MTKSCAN_FACT_PLATFORM, "MT6261");
    set_fact(&base, MTKSCAN_FACT_PCB, "PCB02");
    expect_doubt(MTKSCAN_REFUSED, "board");
    set_fact(&base, MTKSCAN_FACT_PCB, "PCB01");
    base.analysis->flash.capacity = 2u * fixture.capacity;
    expect_doubt(MTKSCAN_REFUSED, "8388608");
    base.analysis->flash.capacity = fixture.capacity;
    base.analysis->status = MTKS_UNKNOWN;
    expect_doubt(MTKSCAN_NOT_RECOGNISED, "not identified");
    base.analysis->status = MTKS_IDENTIFIED;
    set_fact(&base, MTKSCAN_FACT_VERNO, "V2");
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(notes("MTK-K024"), 1);
}

static void test_user_data_elsewhere(void **state)
{
    (void)state;
    base.analysis->ranges.items[2].offset -= 0x1000;
    expect_doubt(MTKSCAN_REFUSED, "have moved");
    options.user_data = MTKS_USER_DATA_BLANK;
    assert_int_equal(build(true), MTKSCAN_DONE);
    base.analysis->ranges.count = 2;
    options.user_data = MTKS_USER_DATA_USUAL;
    expect_doubt(MTKSCAN_REFUSED, "have moved");
}

static void test_bad_kit(void **state)
{
    (void)state;
    kit.analysis->status = MTKS_UNKNOWN;
    assert_int_equal(build(true), MTKSCAN_NOT_RECOGNISED);
    kit.analysis->status = MTKS_AMBIGUOUS;
    assert_int_equal(build(true), MTKSCAN_AMBIGUOUS);
    kit.analysis->status = MTKS_IDENTIFIED;
    kit.analysis->health.verdict = MTKS_DAMAGED;
    /* What a .cfg says of the memory does not touch the images. */
    assert_int_equal(mtks_finding_add(kit.analysis, "MTK-K005", NULL, MTKSCAN_NO_PART, 0, 0), 0);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 0);
    kit.analysis->parts.items[2].health = MTKS_HEALTH_DAMAGED;
    expect_doubt(MTKSCAN_DAMAGED, "the kit is damaged");
    kit.analysis->parts.items[2].health = MTKS_HEALTH_VERIFIED;
    assert_int_equal(mtks_finding_add(kit.analysis, "MTK-K002", "x", MTKSCAN_NO_PART, 0, 0), 0);
    expect_doubt(MTKSCAN_DAMAGED, "the kit is damaged");
}

static void test_sizes(void **state)
{
    (void)state;
    options.size = fixture.capacity + 1u;
    expect_doubt(MTKSCAN_REFUSED, "made for a flash of 4194304");
    options.size = part("app")->offset + part("app")->length - 1;
    assert_int_equal(build(false), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "app ends at"));
    options.size = part("app")->offset + part("app")->length;
    assert_int_equal(build(false), MTKSCAN_DONE);
    options.size = 0;
    kit.analysis->limits.input = fixture.capacity - 1u;
    assert_int_equal(build(false), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "--limit input"));
    kit.analysis->limits.input = UINT64_MAX;
    kit.analysis->flash.capacity = 0;
    assert_int_equal(build(false), MTKSCAN_USAGE);
    kit.analysis->flash.capacity = fixture.capacity / 2u;
    base.analysis->flash.capacity = fixture.capacity / 2u;
    expect_doubt(MTKSCAN_REFUSED, "the base has 4194304");
}

/* A header that does not fit the kit's loaders is made anew; the chip's own values stay. */
static void test_header_of_base(void **state)
{
    (void)state;
    uint8_t *slot = at(&base, MTKSCAN_BOOT_UNIT + 0x14);
    uint32_t end = mtkscan_le32(slot + 12);
    mtkscan_put_le32(slot + 12, (uint32_t)(0x800 + part("INT_BOOTLOADER")->length - 1));
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 1);
    assert_int_equal(notes("MTK-K021"), 1);
    expect_piece(0, MTKS_BUILT_GENERATED, "boot-header");
    expect_piece(0x200, MTKS_BUILT_GENERATED, "boot-layout");
    assert_memory_equal(built.image.bytes + 0x14, base.dump.bytes + 0x14, 0x200 - 0x14);
    assert_memory_equal(built.image.bytes + 0x2B4, base.dump.bytes + 0x2B4, 0x800 - 0x2B4);
    mtkscan_put_le32(slot + 12, 0x100); /* before its own begin */
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(notes("MTK-K021"), 1);
    mtkscan_put_le32(slot + 12, end);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 0);
    memset(at(&base, 0), 0xFF, 0x800);
    map(&base);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(notes("MTK-K021"), 1);
    assert_int_equal(notes("MTK-K022"), 1);
}

/* An update: what the old image leaves behind the new one is erased, and nothing else. */
static void test_shorter_image(void **state)
{
    (void)state;
    const mtkscan_fixture_part *viva = part("VIVA");
    for (size_t i = 0; i < kit.analysis->parts.count; i++)
        if (strcmp(kit.analysis->parts.items[i].name, "VIVA") == 0)
            kit.analysis->parts.items[i].length -= 0x2000;
    memset(at(&kit, viva->offset + viva->length - 0x2000), 0xFF, 0x2000);
    map(&kit);
    assert_int_equal(build(true), MTKSCAN_DONE);
    expect_piece(viva->offset + viva->length - 0x2000, MTKS_BUILT_BLANK, "old VIVA");
    assert_true(mtks_dump_all(&built.image, viva->offset + viva->length - 0x2000, 0x2000, 0xFF));
    uint64_t end = viva->offset + viva->length;
    assert_memory_equal(built.image.bytes + end, base.dump.bytes + end, base.dump.size - end);
}

static void test_images_of_base(void **state)
{
    (void)state;
    /* The kit lacks the last part, app. */
    struct mtks_part lacked = kit.analysis->parts.items[--kit.analysis->parts.count];
    assert_string_equal(lacked.name, "app");
    memset(at(&kit, lacked.offset), 0xFF, lacked.length);
    map(&kit);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 1);
    assert_int_equal(notes("MTK-K026"), 1);
    expect_piece(lacked.offset, MTKS_BUILT_BASE, "app");
    assert_memory_equal(built.image.bytes, base.dump.bytes, base.dump.size);
    made_part(kit.analysis, "new", 0x7002, lacked.offset + 0x10, 0x20);
    memset(at(&kit, lacked.offset + 0x10), 0x33, 0x20);
    map(&kit);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 1);
    assert_int_equal(notes("MTK-K027"), 1);
}

/* A file without a place of its own goes where the base has it. */
static void test_guessed_place(void **state)
{
    (void)state;
    const mtkscan_fixture_part *cert = part("ROOT_CERT");
    const uint64_t guess = 0x3F0000;
    for (size_t i = 0; i < kit.analysis->parts.count; i++)
        if (kit.analysis->parts.items[i].offset == cert->offset)
            kit.analysis->parts.items[i].offset = guess;
    memcpy(at(&kit, guess), flash.bytes + cert->offset, cert->length);
    memset(at(&kit, cert->offset), 0xFF, cert->length);
    map(&kit);
    assert_int_equal(
        mtks_finding_add(kit.analysis, "MTK-K014", "x", MTKSCAN_NO_PART, guess, cert->length), 0);
    assert_int_equal(build(true), MTKSCAN_DONE);
    assert_int_equal(built.notes.count, 0);
    assert_memory_equal(built.image.bytes, base.dump.bytes, base.dump.size);
    assert_int_equal(build(false), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "ROOT_CERT does not tell"));
    options.force = true;
    assert_int_equal(build(false), MTKSCAN_DONE);
    assert_int_equal(notes("MTK-K025"), 1);
    expect_piece(guess, MTKS_BUILT_PART, "ROOT_CERT");
    options.force = false;
    /* Two that it could be tell nothing. */
    made_part(base.analysis, "ROOT_CERT", cert->file_type, tail + 0x1000, cert->length);
    assert_int_equal(build(true), MTKSCAN_REFUSED);
    /* And one that lies where the kit has something else cannot be. */
    base.analysis->parts.count--;
    for (size_t i = 0; i < base.analysis->parts.count; i++)
        if (base.analysis->parts.items[i].offset == cert->offset)
            base.analysis->parts.items[i].offset = part("ROM")->offset + 0x40;
    assert_int_equal(build(true), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "where the base has"));
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)total;
    return strcmp(stage, "building") == 0 && done > 0;
}

static void test_stopped_and_out_of_memory(void **state)
{
    (void)state;
    const struct mtks_progress progress = {stop, NULL};
    options.progress = &progress;
    assert_int_equal(build(true), MTKSCAN_INTERRUPTED);
    options.progress = NULL;
    uint64_t limit = 16;
    int outcome;
    do {
        mtks_arena_free(&arena);
        mtks_arena_init(&arena, limit);
        outcome = build(false);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_REFUSED);
        limit += 128;
    } while (outcome != MTKSCAN_DONE && limit < 1u << 20);
    assert_int_equal(outcome, MTKSCAN_DONE);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_own_dump_comes_back),
        CASE(test_short_dump_comes_back),
        CASE(test_without_base),
        CASE(test_blank_user_data),
        CASE(test_other_device),
        CASE(test_user_data_elsewhere),
        CASE(test_bad_kit),
        CASE(test_sizes),
        CASE(test_header_of_base),
        CASE(test_shorter_image),
        CASE(test_images_of_base),
        CASE(test_guessed_place),
        CASE(test_stopped_and_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
