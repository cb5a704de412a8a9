/* SPDX-License-Identifier: MIT */
/* A notice or a failing check for each way to break a dump. */
#include "family_case.h"

/* ---- notices: one change, one code */

struct change {
    const char *code;
    uint32_t flags;
    uint64_t offset;
    uint32_t length;
    const char *bytes;
    unsigned count;
};

static const char zeros[40];

static const struct change changes[] = {
    {"MTK-B001", MTKSCAN_FIXTURE_NO_HEADER, 0, 0, "", 1},
    {"MTK-B001", 0, 0x10, 4, "\x00\x01\0\0", 1}, /* rw_unit below 0x200 */
    {"MTK-B002", 0, 0x200, 5, "XXXXX", 1},       /* no BRLYT */
    {"MTK-B003", MTKSCAN_FIXTURE_EXT_BACKUP, 0x8800, 3, "XXX", 1},
    {"MTK-B003", 0, 0x21C, 4, "\x00\x0C\0\0", 1}, /* INT descriptor: begin */
    {"MTK-B004", 0, 0x22C, 16, "\x07\0\x01\0\0\x28\0\0\0\x90\0\0\x01\0\0\0", 1},
    {"MTK-B005", 0, 0x404, 1, "\x5A", 1},
    {"MTK-B006", 0, 0, 10, "EMMC_BOOT\0", 1},
    {"MTK-B007", 0, 0x214, 1, "X", 1},    /* INT descriptor: not in use */
    {"MTK-B007", 0, 0x21A, 1, "\x03", 1}, /* another type */
    {"MTK-B007", 0, 0x224, 1, "\0", 1},   /* not loaded by the boot ROM */
    {"MTK-B007", 0, 0x228, 1, "X", 1},    /* EXT descriptor: not in use */
    {"MTK-B007", 0, 0x22E, 1, "\0", 1},   /* none */
    {"MTK-B007", 0, 0x238, 1, "\x01", 1}, /* loaded by the boot ROM */
    {"MTK-B007", 0, 0x22C, 1, "\x03", 1}, /* on another storage */
    {"MTK-B007", 0, 0x214, 40, zeros, 2}, /* both gone */
    {"MTK-G002", 0, INT + 0x20, 4, "\0\0\0\0", 1},
    {"MTK-G002", 0, EXT + 0x20, 4, "\x5F\0\0\0", 1}, /* less than content_offset */
    {"MTK-G002", 0, ROM + 0x20, 4, "\0\0\0\x80", 1}, /* 2 GB */
    {"MTK-G003", MTKSCAN_FIXTURE_APP, 0x43018, 2, "\x34\x12", 1},
    {"MTK-G004", MTKSCAN_FIXTURE_APP, 0x4301C, 4, "\x00\x50\x05\x10", 1},
    {"MTK-G005", MTKSCAN_FIXTURE_APP, 0x4301A, 1, "\x02", 1},
    {"MTK-G006", 0, ROM + 0x20, 4, "\xFF\xFF\xFF\xFF", 1},
    {"MTK-S001", MTKSCAN_FIXTURE_SECURED, 0, 0, "", 2},
    {"MTK-S002", MTKSCAN_FIXTURE_ROOT_CERT, 0, 0, "", 1},
    {"MTK-S003", MTKSCAN_FIXTURE_ANTI_CLONE, 0, 0, "", 1},
    /* Signature type 3 of 0x100 bytes. */
    {"MTK-S004", 0, INT + 0x1B, 21,
     "\x03\0\x60\0\x70\x60\x1C\0\0\xFF\xFF\xFF\xFF\x40\x01\0\0\0\x01\0\0", 1},
    {"MTK-S004", 0, ROM + 0x1B, 1, "\x02", 1},
    {"MTK-S005", MTKSCAN_FIXTURE_COREAPI, 0, 0, "", 1},
    {"MTK-F003", 0, ROM + 0x224 + 0x10, 1, "\x07", 1}, /* an entry of no known device type */
    {"MTK-F004", 0, ROM + 0x224 + 0x0C, 4, "\x00\x01\0\0",
     1},                                               /* more entries than the record has */
    {"MTK-F006", 0, ROM + 0x224 + 0x14, 1, "\x12", 1}, /* EF4012: 256 KB */
};

static void test_notices(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const struct change *change = &changes[i];
        struct test_dump dump = small_dump("MT6261", change->flags);
        struct recorder *recorder;
        if (change->length) {
            recorder = layout(dump.bytes, dump.size);
            assert_int_equal(recorder_notices(recorder, change->code), 0);
            recorder_free(recorder);
        }
        memcpy(dump.bytes + change->offset, change->bytes, change->length);
        recorder = layout(dump.bytes, dump.size);
        unsigned count = recorder_notices(recorder, change->code);
        if (count != change->count)
            fail_msg("change %zu: %u notices %s", i, count, change->code);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

/* A part without its length is found whole by what ends it; one that nothing ends is absent. */
static void test_lengths_found_by_content(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_COREAPI);
    for (uint32_t p = 0; p < dump.truth.part_count; p++) {
        const mtkscan_fixture_part *part = &dump.truth.parts[p];
        const bool ends = strcmp(part->name, "COREAPI") != 0;
        uint8_t kept[4];
        memcpy(kept, dump.bytes + part->offset + 0x20, 4);
        memset(dump.bytes + part->offset + 0x20, 0xFF, 4);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        const mtkscan_part *found = recorder_part_of(recorder, part->name);
        assert_non_null(found);
        assert_int_equal(found->offset, part->offset);
        assert_int_equal(found->length, ends ? part->length : 0);
        assert_int_equal(!(found->flags & MTKSCAN_PART_ABSENT), ends);
        assert_int_equal(recorder_notices(recorder, "MTK-G006"), 1);
        recorder_free(recorder);
        memcpy(dump.bytes + part->offset + 0x20, kept, 4);
    }
    /* The same with nothing left to find. */
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    static const uint32_t ends[][2] = {{INT, 0x1C60}, {ROM, 0x2A0C4}};
    for (size_t i = 0; i < 2; i++) {
        memset(dump.bytes + ends[i][0] + 0x20, 0, 4);
        memset(dump.bytes + ends[i][0] + ends[i][1] - 0x24, 0x55, 0x24);
    }
    memset(dump.bytes + viva->offset + 0x20, 0, 4);
    memset(dump.bytes + dump.truth.alice_offset, 0x55, 8);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "INT_BOOTLOADER")->flags, MTKSCAN_PART_ABSENT);
    assert_int_equal(recorder_part_of(recorder, "ROM")->flags, MTKSCAN_PART_ABSENT);
    assert_int_equal(recorder_part_of(recorder, "VIVA")->flags, MTKSCAN_PART_ABSENT);
    assert_int_equal(recorder->container_count, 0);
    recorder_free(recorder);
    memset(dump.bytes + viva->offset + 0x48, 0, 4); /* VIVA names no ALICE */
    recorder_free(layout(dump.bytes, dump.size));
    memset(dump.bytes + viva->offset + 0x48, 0x77, 4); /* nor anything sensible */
    recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "VIVA")->length, 0);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* A damaged content_offset: the end is still found, and the chain is what fails. */
static void test_bad_content_offset(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    memset(dump.bytes + EXT + 0x28, 0xEE, 4);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "EXT_BOOTLOADER")->length, 0x5F20);
    assert_int_equal(recorder_notices(recorder, "MTK-G002"), 1);
    assert_true(recorder_fails(recorder, "MTK-G001"));
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* ---- misplaced files */

static void test_mirror_and_shift(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    uint8_t *mirror = malloc(4 * dump.size);
    assert_non_null(mirror);
    for (unsigned i = 0; i < 4; i++)
        memcpy(mirror + i * dump.size, dump.bytes, dump.size);
    struct recorder *recorder = layout(mirror, 4 * dump.size);
    assert_int_equal(recorder->part_count, 4);
    assert_int_equal(recorder_notices(recorder, "MTK-G004"), 0);
    assert_int_equal(recorder_notices(recorder, "MTK-F002"), 1);
    const mtkscan_notice *repeat = recorder_notice_of(recorder, "MTK-F002");
    assert_int_equal(repeat->offset, dump.size);
    assert_int_equal(repeat->length, 3 * dump.size);
    assert_non_null(strstr(repeat->detail, "headers found there again: 12"));
    recorder_free(recorder);

    /* Two reads of a part that differ. */
    uint8_t *hit = mirror + dump.size + mtkscan_fixture_find(&dump.truth, "VIVA")->offset + 0x100;
    *hit ^= 1;
    recorder = layout(mirror, 4 * dump.size);
    assert_int_equal(recorder_notices(recorder, "MTK-F005"), 1);
    assert_non_null(strstr(recorder_notice_of(recorder, "MTK-F005")->detail, "VIVA at 0x"));
    recorder_free(recorder);
    *hit ^= 1;

    /* What is not the same again is no repetition. */
    for (unsigned i = 1; i < 4; i++)
        for (unsigned k = 0; k < 4; k++)
            mirror[i * dump.size + dump.truth.parts[k].offset + 0x35] ^= 1; /* in FILE_INFO.attr */
    recorder = layout(mirror, 4 * dump.size);
    assert_int_equal(recorder->part_count, 4);
    assert_int_equal(recorder_notices(recorder, "MTK-F002"), 0);
    assert_int_equal(recorder_notices(recorder, "MTK-G004"), 9); /* eight, and "4 more" */
    const mtkscan_notice *last = NULL;
    for (unsigned i = 0; i < recorder->notice_count; i++)
        if (strcmp(recorder->notices[i].code, "MTK-G004") == 0)
            last = &recorder->notices[i];
    assert_string_equal(last->detail, "and 4 more such files");
    recorder_free(recorder);

    /* Shifted up by 0x200, and down: only the internal loader has no fixed place. */
    memset(mirror, 0xFF, dump.size);
    memcpy(mirror + 0x200, dump.bytes, dump.size - 0x200);
    recorder = layout(mirror, dump.size);
    assert_int_equal(recorder_notices(recorder, "MTK-G004"), 3);
    assert_non_null(strstr(recorder_notice_of(recorder, "MTK-G004")->detail, "+0x200 bytes off"));
    assert_int_equal(recorder_notices(recorder, "MTK-B005"), 0);
    assert_int_equal(recorder->part_count, 4);
    assert_int_equal(recorder->parts[0].offset, INT + 0x200);
    for (unsigned i = 1; i < 4; i++) { /* named where they belong, but absent there */
        assert_string_equal(recorder->parts[i].name, dump.truth.parts[i].name);
        assert_int_equal(recorder->parts[i].flags, MTKSCAN_PART_ABSENT);
        assert_int_equal(recorder->parts[i].offset, dump.truth.parts[i].offset);
        assert_int_equal(recorder->parts[i].length, dump.truth.parts[i].length);
    }
    recorder_free(recorder);
    recorder = layout(dump.bytes + 0x200, dump.size - 0x200);
    assert_int_equal(recorder_notices(recorder, "MTK-G004"), 3);
    assert_non_null(strstr(recorder_notice_of(recorder, "MTK-G004")->detail, "-0x200 bytes off"));
    recorder_free(recorder);
    struct recorder *claimed = claim(dump.bytes + 0x200, dump.size - 0x200);
    assert_true(claimed->own && !claimed->contradicted && claimed->score >= 48);
    recorder_free(claimed);
    free(mirror);
    test_dump_free(&dump);
}

static void test_files_inside_others(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    memcpy(dump.bytes + 0x20000, dump.bytes + EXT, 0x38); /* in ROM; as long as EXT */
    memcpy(dump.bytes + 0x62000, dump.bytes + EXT, 0x38); /* in the file system */
    memcpy(dump.bytes + 0x50000, dump.bytes + INT, 0x38); /* nowhere: a second loader */
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder->part_count, 4);
    assert_int_equal(recorder_notices(recorder, "MTK-G007"), 2);
    assert_int_equal(recorder_notices(recorder, "MTK-G004"), 1);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* Files that run in RAM lie where they are found; of unknown ones the place tells the region. */
static void test_ram_files(void **state)
{
    (void)state;
    static const struct {
        uint32_t type, region;
        const char *name;
    } rows[] = {
        {0x0003, MTKSCAN_REGION_BOOT, "DSP_BL"},
        {0x0110, MTKSCAN_REGION_MAIN, "GFH_0110"},
        {0x7042, MTKSCAN_REGION_MAIN, "GFH_7042"},
        {0x1234, MTKSCAN_REGION_MAIN, "GFH_1234"},
    };
    struct test_dump dump = small_dump("MT6261", 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ram_file(dump.bytes + 0x50000 + 0x1000 * i, rows[i].type, 0x70001000);
    ram_file(dump.bytes + ROM - 0x1000, 0x1300, 0x70001000);
    ram_file(dump.bytes + 0x58000, 0x1234, 0x70001000); /* a copy */
    ram_file(dump.bytes + 0x59000, 0x1234, 0x70002000); /* another file of the type */
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder->part_count, 10);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const mtkscan_part *part = recorder_part_of(recorder, rows[i].name);
        assert_non_null(part);
        assert_int_equal(part->region, rows[i].region);
        assert_int_equal(part->flags, MTKSCAN_PART_EXTRA);
    }
    assert_int_equal(recorder_part_of(recorder, "GFH_1300")->region, MTKSCAN_REGION_BOOT);
    assert_non_null(recorder_part_of(recorder, "GFH_1234_2"));
    assert_int_equal(recorder_notices(recorder, "MTK-G004"), 1);
    assert_int_equal(recorder_notices(recorder, "MTK-G003"), 5);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* What an earlier, differently laid out firmware left behind. */
static void test_outdated_copies(void **state)
{
    (void)state;
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    fixture.rom_offset = 0x18000;
    struct test_dump dump = test_dump_build(&fixture);
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    memcpy(dump.bytes + ROM, dump.bytes + 0x18000, 0x400); /* an old ROM's head, before the new */
    mtkscan_put_le32(dump.bytes + ROM + 0x1C, 0x10010000);
    mtkscan_put_le32(dump.bytes + ROM + 0x20, 0x4000);
    ram_file(dump.bytes + 0x16000, MTKSCAN_FILE_VIVA, 0x10016000);
    ram_file(dump.bytes + 0x70000, MTKSCAN_FILE_THIRD_ROM, 0x10070000); /* COREAPI behind VIVA */
    struct recorder *recorder = layout(dump.bytes, dump.size);
    const mtkscan_part *rom = recorder_part_of(recorder, "ROM");
    assert_int_equal(rom->offset, 0x18000);
    assert_int_equal(rom->flags, 0);
    assert_int_equal(recorder_part_of(recorder, "ROM_2")->offset, ROM);
    assert_int_equal(recorder_part_of(recorder, "ROM_2")->flags, MTKSCAN_PART_EXTRA);
    assert_false(recorder_fails(recorder, "MTK-E001"));
    recorder_free(recorder);
    memset(dump.bytes + 0x70000, 0xFF, 0x38);
    recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "VIVA")->offset, viva->offset);
    assert_int_equal(recorder_part_of(recorder, "VIVA_2")->offset, 0x16000);
    assert_false(recorder_fails(recorder, "MTK-E003"));
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* ---- checks: each change makes exactly the finding it should */

static const struct change broken[] = {
    {"MTK-G001", 0, EXT + 0x38, 1, "X", 0},
    {"MTK-D001", 0, INT + 0x800, 1, "X", 0},
    {"MTK-D001", 0, INT + 0x1B, 1, "\0", 0}, /* no signature, says the damaged header */
    {"MTK-D001", 0, INT + 0x1B, 1, "\x03", 0},
    {"MTK-D001", 0, EXT + 0x1B, 1, "\x03", 0},
    {"MTK-D001", 0, EXT + 0x1B, 1, "\x81", 0},
    {"MTK-D001", 0, EXT + 0x2C, 1, "\x28", 0}, /* another signature length, of the same type */
    {"MTK-D001", 0, ROM + 0x1B, 1, "\x01", 0},
    {"MTK-D002", 0, EXT + 0x5F20 - 0x22, 1, "X", 0},
    {"MTK-D007", 0, EXT + 0x5F20 - 1, 1, "X", 0},
    {"MTK-D007", 0, INT + 0x24, 4, "\x5F\x1C\0\0", 0}, /* max_size below file_len */
    {"MTK-D007", 0, ROM + 0x1B, 1, "\x01", 0},         /* a signature of no bytes */
    {"MTK-D007", 0, INT + 0x1B, 1, "\0", 0},           /* bytes of no signature */
    {"MTK-D007", 0, INT + 0x2C, 4, "\x60\x1C\0\0", 0}, /* nothing but signature */
    {"MTK-D007", 0, EXT + 0x28, 4, "\x01\x5F\0\0", 0}, /* content begins in the trailer */
    {"MTK-D007", 0, EXT + 0x28, 4, "\x21\x5F\0\0", 0}, /* or behind it */
    {"MTK-D007", 0, EXT + 0x20, 4, "\0\0\0\0", 0},     /* a file of no bytes */
    {"MTK-D007", 0, EXT + 0x30, 4, "\x5F\0\0\0", 0},   /* entry in the header */
    {"MTK-D007", 0, EXT + 0x30, 4, "\x00\x5F\0\0", 0}, /* or in the trailer */
    {"MTK-D007", 0, INT + 0x30, 4, "\0\0\0\0", 0},     /* none in the internal loader */
    {"MTK-D002", 0, ROM + 0x2A0C4 - 3, 1, "X", 0},
    {"MTK-E001", 0, EXT + 0x1006, 1, "\x05", 0},
    {"MTK-E002", 0, ROM + 0x248 + 0x30, 1, "X", 0},
    {"MTK-E004", 0, 0x3A4C4 + 0x38, 1, "X", 0},
    {"MTK-E004", 0, 0x3A4C4 + 0x48, 4, "\0\0\0\0", 0},
    {"MTK-E004", 0, 0x3A4C4 + 0x3C, 4, "\xC4\xA4\x03\x10", 0}, /* ZIMAGE upon the header */
    {"MTK-E004", 0, 0x3A4C4 + 0x48, 4, "\xDC\x21\x04\x10", 0}, /* ALICE upon VIVA's end */
    {"MTK-E004", 0, 0x3A4C4 + 0x48, 4, "\xD8\x21\x04\x10", 0}, /* four bytes before */
    {"MTK-E004", 0, 0x3A4C4 + 0x28, 4, "\0\x7D\0\0", 0},       /* the table upon the end */
    {"MTK-E004", 0, 0x3A510, 1, "X", 0},
    {"MTK-E004", 0, 0x3A510 + 0x06, 1, "0", 0}, /* version */
    {"MTK-E004", 0, 0x3A510 + 0x06, 1, ":", 0},
    {"MTK-E004", 0, 0x3A510 + 0x07, 1, "X", 0},
    {"MTK-E004", 0, 0x3A510 + 0x08, 1, "\x3C", 0},             /* stream */
    {"MTK-E004", 0, 0x3A510 + 0x0C, 4, "\x34\xA5\x03\x10", 0}, /* map before the stream */
    {"MTK-E004", 0, 0x3A510 + 0x10, 4, "\x38\xA5\x03\x10", 0}, /* dictionary before the map */
    {"MTK-E004", 0, 0x3A510 + 0x13, 1, "\x11", 0},             /* or outside VIVA */
    {"MTK-E004", 0, 0x3A510 + 0x1A, 1, "\x11", 0},             /* 17 bits */
    {"MTK-E005", 0, 0x3A510 + 0x20, 1, "\x06", 0},             /* dictionary ends early */
    {"MTK-E005", 0, 0x3A510 + 0x20, 1, "\x09", 0},             /* or late */
    {"MTK-E006", 0, ROM + 0x186, 1, "\x04", 0},                /* FAT in VIVA */
    {"MTK-E006", 0, ROM + 0x18A, 1, "\x7F", 0},                /* FAT beyond the flash */
    {"MTK-E006", 0, ROM + 0x38 + 0xDE, 1, "\x09", 0},
    {"MTK-E008", 0, ROM + 0x40, 1, "X", 0},
    {"MTK-E008", 0, ROM + 0x38 + 0x88, 1, "X", 0},
    {"MTK-E009", 0, ROM + 0x168 + 0x14, 1, "\x01", 0},
    {"MTK-E010", 0, INT + 0xA8 + 8, 1, "\x02", 0},
};

static void test_checks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct test_dump dump = small_dump("MT6261", 0);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        assert_false(recorder_fails(recorder, broken[i].code));
        recorder_free(recorder);
        assert_memory_not_equal(dump.bytes + broken[i].offset, broken[i].bytes, broken[i].length);
        memcpy(dump.bytes + broken[i].offset, broken[i].bytes, broken[i].length);
        recorder = layout(dump.bytes, dump.size);
        if (!recorder_fails(recorder, broken[i].code))
            fail_msg("change %zu does not fail %s", i, broken[i].code);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

/* VIVA at another distance than the usual one, and a dump shorter than the flash. */
static void test_checks_of_places(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    mtkscan_put_le32(dump.bytes + ROM + 0x20, 0x2A0C0);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_true(recorder_fails(recorder, "MTK-E003"));
    assert_true(recorder_fails(recorder, "MTK-D002"));
    recorder_free(recorder);
    recorder = layout(dump.bytes, dump.size - 1);
    assert_true(recorder_fails(recorder, "MTK-F001"));
    recorder_free(recorder);
    /* Cut inside VIVA: the parts keep their whole lengths, and nothing unread is judged. */
    recorder = layout(dump.bytes, 0x3A4C4 + 0x40);
    assert_int_equal(recorder_part_of(recorder, "VIVA")->length, 0x7D18);
    assert_int_equal(recorder->container_count, 0);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* FORMAT.md 5.2: the build with the short header lacks two entries of the dictionary; with the long
 * header it ends exactly where VIVA ends. */
static void test_end_of_dictionary(void **state)
{
    (void)state;
    static const struct {
        const char *chip;
        uint32_t cut; /* bytes */
        bool holds;
    } rows[] = {
        {"MT6261", 0, true}, {"MT6261", 4, false}, {"MT2502", 0, true},  {"MT2502", 4, false},
        {"MT6260", 0, true}, {"MT6260", 4, true},  {"MT6260", 8, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test_dump dump = small_dump(rows[i].chip, 0);
        const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
        unsigned failing;
        mtkscan_put_le32(dump.bytes + viva->offset + 0x20, (uint32_t)viva->length - rows[i].cut);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        assert_true(recorder_checks(recorder, "MTK-E005", &failing) > 0);
        if ((failing == 0) != rows[i].holds)
            fail_msg("row %zu: %u checks fail", i, failing);
        recorder_checks(recorder, "MTK-E004", &failing);
        assert_int_equal(failing, 0);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
    /* Dictionaries have an odd number of halfwords, too; file_len is a multiple of 4. */
    struct test_dump dump = small_dump("MT6261", 0);
    dump.bytes[0x3A510 + 0x14] = 0; /* 16 entries become 1 */
    mtkscan_put_le32(dump.bytes + 0x3A4C4 + 0x20, 0x7D18 - 28);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_false(recorder_fails(recorder, "MTK-E005"));
    recorder_free(recorder);
    memset(dump.bytes + 0x3A4C4 + 0x20, 0xFF, 4);
    recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "VIVA")->length, 0x7D18 - 28);
    recorder_free(recorder);
    test_dump_free(&dump);
}

static unsigned checks_of(const struct recorder *recorder, const char *part, const char *id)
{
    unsigned count = 0;
    for (unsigned i = 0; i < recorder->check_count; i++)
        count += recorder->checks[i].part < recorder->part_count &&
                 strcmp(recorder->parts[recorder->checks[i].part].name, part) == 0 &&
                 strcmp(recorder->checks[i].id, id) == 0;
    return count;
}

/* The trailer of a file that is no loader is known by its hash alone. */
static void test_signatures(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_COREAPI);
    mtkscan_fixture_part coreapi = *mtkscan_fixture_find(&dump.truth, "COREAPI");
    dump.bytes[coreapi.offset + 0x1B] = MTKSCAN_SIGNATURE_PHASH;
    mtkscan_put_le32(dump.bytes + coreapi.offset + 0x2C, 0x20);
    mtkscan_fixture_seal(dump.bytes, &coreapi);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    unsigned failing;
    recorder_checks(recorder, NULL, &failing);
    assert_int_equal(failing, 0);
    assert_int_equal(checks_of(recorder, "COREAPI", "sha1-trailer"), 1);
    assert_int_equal(checks_of(recorder, "COREAPI", "end-marker"), 0);
    assert_int_equal(checks_of(recorder, "COREAPI", "trailer-filler"), 0);
    assert_int_equal(checks_of(recorder, "EXT_BOOTLOADER", "end-marker"), 1);
    recorder_free(recorder);

    /* A signature of another length is left alone; in this one, nothing else is wrong. */
    dump.bytes[EXT + 0x1B] = 2;
    dump.bytes[EXT + 0x2D] = 1;
    recorder = layout(dump.bytes, dump.size);
    assert_int_equal(checks_of(recorder, "EXT_BOOTLOADER", "sha1-trailer"), 0);
    assert_int_equal(recorder_notices(recorder, "MTK-S004"), 1);
    recorder_checks(recorder, NULL, &failing);
    assert_int_equal(failing, 0);
    recorder_free(recorder);
    dump.bytes[EXT + 0x2D] = 0; /* type 2, but the trailer of a hash */
    recorder = layout(dump.bytes, dump.size);
    assert_true(recorder_fails(recorder, "MTK-D001"));
    assert_int_equal(recorder_notices(recorder, "MTK-S004"), 0);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* What every sound header holds is stated with its numbers; what does not apply is not. */
static void test_header_rules(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    memset(dump.bytes + ROM + 0x20, 0xFF, 4); /* unfinished: nothing to compare with */
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(checks_of(recorder, "INT_BOOTLOADER", "header"), 6);
    assert_int_equal(checks_of(recorder, "EXT_BOOTLOADER", "header"), 6);
    assert_int_equal(checks_of(recorder, "ROM", "header"), 2);
    assert_int_equal(checks_of(recorder, "VIVA", "header"), 3);
    assert_false(recorder_fails(recorder, "MTK-D007"));
    for (unsigned i = 0; i < recorder->check_count; i++) {
        const mtkscan_check *check = &recorder->checks[i];
        uint32_t word;
        assert_true(strlen(check->text) <= 60);
        if (strcmp(check->id, "header") != 0)
            continue;
        assert_int_equal(check->on_fail, MTKSCAN_FAIL_DAMAGE);
        assert_true(mtkscan_read_le32(&recorder->memory.host, check->offset, &word));
        assert_int_equal(check->left, word);
    }
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* Firmware without VIVA has areas, too. */
static void test_areas_without_viva(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_NO_VIVA);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_false(recorder_fails(recorder, "MTK-E006"));
    recorder_free(recorder);
    mtkscan_put_le32(dump.bytes + ROM + 0x168 + 0x1C, 0x30000); /* in ROM */
    recorder = layout(dump.bytes, dump.size);
    assert_true(recorder_fails(recorder, "MTK-E006"));
    recorder_free(recorder);
    test_dump_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_lengths_found_by_content),
        cmocka_unit_test(test_bad_content_offset),
        cmocka_unit_test(test_mirror_and_shift),
        cmocka_unit_test(test_files_inside_others),
        cmocka_unit_test(test_ram_files),
        cmocka_unit_test(test_outdated_copies),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_checks_of_places),
        cmocka_unit_test(test_end_of_dictionary),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_header_rules),
        cmocka_unit_test(test_areas_without_viva),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
