/* SPDX-License-Identifier: MIT */
#include "model.h"

static const struct mtks_text_style plain = {.columns = 0};
static const struct mtks_text_style verbose = {.verbose = true};

static void fits_a_healthy_dump_on_one_screen(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    char *text = text_of(analysis, &plain);
    assert_string_equal(text,
                        "CHIP1; module chip1, 212 bits of evidence\n"
                        "  dump      4194304 bytes (4 MB), rom.bin\n"
                        "  device    not in the registry\n"
                        "  board     P, PCB01, P_HW\n"
                        "  version   V1.2\n"
                        "  built     2016/03/11\n"
                        "  flash     4 MB, erase blocks of 4 KB\n"
                        "  flash IDs C22536\n"
                        "  memory    PSRAM_130MHz, EMI settings\n\n"
                        "  part              offset      length  load addr   verdict\n"
                        "  BOOTLOADER        0x000800     32768  0x10000800  verified\n"
                        "  EXT_BOOTLOADER    0x010800     32768  0x10010800  verified\n"
                        "  ROM               0x020800     32768  0x10020800  consistent\n"
                        "  COREAPI           0x030800     32768  0x10030800  consistent\n"
                        "  VIVA              0x040800     32768  0x10040800  consistent\n"
                        "  APP               0x050800     32768  0x10050800  consistent\n"
                        "  ranges    FAT 0x380000+0x80000\n"
                        "  health    healthy: 100 % of the bytes of all expected parts are good\n"
                        "            verified: a hash agreed; consistent: structure agrees, has no "
                        "hash\n"
                        "next: mtkscan extract rom.bin -o DIR\n");
    free(text);
    mtks_analysis_free(analysis);
}

static void counts_findings_that_do_not_fit(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    for (int i = 0; i < 5; i++)
        add_finding(analysis, "MTK-G007", MTKS_INFO, "a copy of something");
    char *text = text_of(analysis, &plain);
    assert_int_equal(lines_in(text), 22);
    assert_contains(text,
                    "\n  notes     5 to read when there is time: -v or --json shows them\nnext:");
    free(text);

    analysis->parts.count = 5;
    text = text_of(analysis, &plain);
    assert_int_equal(lines_in(text), 24);
    assert_contains(text, "findings\nMTK-G007 info at 0x001000: a copy of something\n"
                          "  do: do something about it\n  and 4 more: -v or --json shows all\n");
    free(text);

    text = text_of(analysis, &verbose);
    assert_lacks(text, "more:");
    free(text);
    mtks_analysis_free(analysis);
}

/* Errors are never hidden for want of room: three of them are shown whatever else there is. */
static void shows_errors_on_a_full_page(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    for (int i = 0; i < 4; i++)
        add_finding(analysis, "MTK-D001", MTKS_ERROR, "the hash differs")->part = 2;
    analysis->parts.items[2].health = MTKS_HEALTH_DAMAGED;
    analysis->parts.items[3].health = MTKS_HEALTH_TRUNCATED;
    analysis->parts.items[3].present = 100;
    analysis->parts.items[4].health = MTKS_HEALTH_ABSENT;
    analysis->parts.items[4].length = 0;
    analysis->parts.items[4].flags = MTKSCAN_PART_ABSENT;
    analysis->parts.items[5].flags = MTKSCAN_PART_EXTRA;
    analysis->health.verdict = MTKS_DAMAGED;
    analysis->health.percent = 42;
    analysis->health.upper_bound = true;
    char *text = text_of(analysis, &plain);
    assert_contains(
        text, "MTK-D001 error in ROM at 0x001000: the hash differs\n  do: do something about it\n");
    assert_contains(text, "and 1 more: -v");
    assert_contains(text, "10020800  damaged\n");
    assert_contains(text, "10030800  truncated, 100 there\n");
    assert_contains(text, "  0x040800         ?  0x10040800  absent\n");
    assert_contains(text, "10050800  consistent, EXTRA\n");
    assert_contains(text, "damaged: at most 42 % of the bytes of all expected parts are good\n");
    assert_contains(text,
                    "next: read the flash again (start address 0x00000000, length 0x00400000), "
                    "then\n"
                    "      mtkscan merge FIRST SECOND -o DUMP; the good parts alone:\n"
                    "      mtkscan extract rom.bin -o DIR --force-partial\n");
    assert_true(longest_line(text) <= 80);
    free(text);
    mtks_analysis_free(analysis);
}

static void stays_within_the_width_whatever_the_data(void **state)
{
    (void)state;
    static const unsigned widths[] = {0, 60, 80, 100, 240};
    char longest[600];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    struct mtks_analysis *analysis = healthy_model();
    analysis->input.path = longest;
    analysis->device = longest;
    analysis->device_notes = longest;
    analysis->plugin = longest;
    analysis->flash.memory_type = longest;
    for (size_t i = 0; i < analysis->facts.count; i++)
        analysis->facts.items[i].value = longest;
    for (size_t i = 0; i < 20; i++)
        *(struct mtks_flash_id *)MTKS_PUSH(&analysis->arena, &analysis->flash.ids) =
            analysis->flash.ids.items[0];
    struct mtks_part *part = &analysis->parts.items[0];
    part->name = longest;
    part->offset = part->length = part->load_addr = part->present = UINT64_MAX;
    part->health = MTKS_HEALTH_TRUNCATED;
    analysis->ranges.items[0] = (struct mtks_range){longest, UINT64_MAX, UINT64_MAX};
    add_finding(analysis, longest, MTKS_ERROR, longest)->part = 0;
    add_finding(analysis, "MTK-X001", MTKS_ERROR,
                "many words in a row, many words in a row, many "
                "words in a row, many words in a row, many words "
                "in a row, many words in a row, many words");
    analysis->health.verdict = MTKS_DAMAGED;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct mtks_text_style style = {.columns = widths[i], .checks = true};
        unsigned columns = widths[i] ? widths[i] : 80;
        for (int status = MTKS_UNKNOWN; status <= MTKS_IDENTIFIED; status++) {
            analysis->status = (enum mtks_status)status;
            analysis->hint = longest;
            char *text = text_of(analysis, &style);
            if (longest_line(text) > columns)
                fail_msg("over %u columns:\n%s", columns, text);
            free(text);
        }
    }
    char *text = text_of(analysis, &plain);
    assert_contains(text, "mtkscan extract DUMP -o DIR --force-partial\n");
    free(text);
    text = text_of(analysis, &verbose);
    assert_contains(text, longest);
    assert_lacks(text, "...");
    free(text);
    mtks_analysis_free(analysis);
}

static void keeps_hostile_text_harmless(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    analysis->input.path = analysis->device = analysis->hint = HOSTILE;
    analysis->plugin = HOSTILE;
    analysis->claims.items[0].plugin = analysis->claims.items[0].misbehaved = HOSTILE;
    analysis->claims.items[0].evidence.items[0].text = HOSTILE;
    analysis->facts.items[0].value = HOSTILE;
    analysis->parts.items[0].name = HOSTILE;
    analysis->ranges.items[0].name = HOSTILE;
    analysis->map.items[0].kind = HOSTILE;
    analysis->checks.items[0].id = analysis->checks.items[0].text = HOSTILE;
    struct mtks_log *log = MTKS_PUSH(&analysis->arena, &analysis->log);
    *log = (struct mtks_log){0, HOSTILE, HOSTILE};
    add_finding(analysis, "MTK-D001", MTKS_ERROR, HOSTILE);
    for (int status = MTKS_UNKNOWN; status <= MTKS_IDENTIFIED; status++) {
        analysis->status = (enum mtks_status)status;
        char *text = text_of(analysis, &verbose);
        assert_harmless(text);
        assert_contains(text, "\\x1B[31mred\\u{9B}\\u{202E}\\x0A\\xFF\\xFE\\x09\\\\");
        free(text);
        text = text_of(analysis, &plain);
        assert_harmless(text);
        assert_contains(text, "\\x1B[31m");
        free(text);
    }
    mtks_analysis_free(analysis);
}

static void explains_itself_with_v(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    struct mtks_log *log = MTKS_PUSH(&analysis->arena, &analysis->log);
    *log = (struct mtks_log){0, "chip1", "looked at it"};
    char *text = text_of(analysis, &verbose);
    assert_contains(text, "evidence\n  chip1  212 bits\n"
                          "     +64  the platform id names the chip at 0x001A40\n"
                          "  chip2  0 bits, contradicted\n against  another chip at 0x001A40\n");
    assert_contains(text, "map\n  0x000000     4194304  unclaimed\n");
    assert_contains(text, "checks\n  BOOTLOADER\n"
                          "    pass     sha1-trailer    what must hold at 0x000800\n");
    assert_contains(text, "log of the modules\n  chip1: looked at it\n");
    free(text);
    mtks_analysis_free(analysis);
}

static void lists_checks_with_their_evidence(void **state)
{
    (void)state;
    static const struct mtks_text_style checks = {.checks = true};
    struct mtks_analysis *analysis = healthy_model();
    analysis->checks.items[1].result = MTKS_CHECK_FAIL;
    analysis->checks.items[1].finding = "MTK-D001";
    analysis->checks.items[2].result = MTKS_CHECK_NOT_RUN;
    struct mtks_check *check = &analysis->checks.items[3];
    check->kind = MTKSCAN_CHECK_RELATION;
    check->relation = MTKSCAN_AT_MOST;
    check->left = 16, check->right = 0x20;
    check = &analysis->checks.items[4];
    check->kind = MTKSCAN_CHECK_U32;
    check->right = 0xAB;
    add_check(analysis, MTKSCAN_NO_PART, "E9", MTKS_CHECK_PASS)->offset = MTKSCAN_NO_OFFSET;
    char *text = text_of(analysis, &checks);
    assert_contains(text,
                    "  EXT_BOOTLOADER\n    FAIL     sha1-trailer    MTK-D001 what must hold at "
                    "0x000800\n");
    assert_contains(text, "  ROM\n    not run  E3              what must hold at 0x000800\n");
    assert_contains(text, "what must hold (0x10 <= 0x20) at 0x000800\n");
    assert_contains(text, "what must hold (0xAB) at 0x000800\n");
    assert_contains(text, "  (the whole)\n    pass     E9              what must hold\n");
    free(text);
    text = text_of(analysis, &plain);
    assert_lacks(text, "sha1-trailer");
    free(text);
    analysis->checks.count = 0;
    text = text_of(analysis, &checks);
    assert_lacks(text, "\nchecks\n");
    free(text);
    mtks_analysis_free(analysis);
}

static void hides_small_ranges(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    *(struct mtks_range *)MTKS_PUSH(&analysis->arena, &analysis->ranges) =
        (struct mtks_range){"boot-header", 0, 20};
    char *text = text_of(analysis, &plain);
    assert_contains(text, "ranges    FAT 0x380000+0x80000\n");
    free(text);
    text = text_of(analysis, &verbose);
    assert_contains(text, "ranges    FAT 0x380000+0x80000, boot-header 0x000000+0x14\n");
    free(text);
    analysis->ranges.items[0].length = 1;
    text = text_of(analysis, &plain);
    assert_lacks(text, "ranges");
    free(text);
    analysis->input.path = "-";
    text = text_of(analysis, &plain);
    assert_contains(text, "(4 MB), standard input\n");
    free(text);
    mtks_analysis_free(analysis);
}

static void ranks_an_ambiguous_dump(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    analysis->status = MTKS_AMBIGUOUS;
    analysis->claims.items[1].score = 200;
    analysis->hint = "may be this or that";
    add_evidence(analysis, 0, "platform of both", 32)->common = true;
    char *text = text_of(analysis, &plain);
    assert_string_equal(text, "rom.bin: ambiguous; these modules claim it about equally:\n"
                              "  chip1  212 bits\n"
                              "     +64  the platform id names the chip at 0x001A40\n"
                              "  chip2  200 bits, contradicted\n"
                              " against  another chip at 0x001A40\n"
                              "hint: may be this or that\n"
                              "do: name the module with --plugin ID if you know the chip for "
                              "sure\n");
    free(text);
    text = text_of(analysis, &verbose);
    assert_contains(text, "     +32  platform of both");
    free(text);
    mtks_analysis_free(analysis);
}

static void says_what_it_looked_for(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    analysis->status = MTKS_UNKNOWN;
    char *text = text_of(analysis, &plain);
    assert_string_equal(text, "rom.bin: not recognised; MAUI firmware of no chip known here\n");
    free(text);
    text = text_of(analysis, &verbose);
    assert_contains(text, "chip2  0 bits");
    free(text);
    for (size_t i = 0; i < analysis->claims.count; i++)
        analysis->claims.items[i].evidence.count = 0;
    text = text_of(analysis, &plain);
    assert_string_equal(text, "rom.bin: not recognised; has no SF_BOOT, BRLYT, GFH, MTK_ROMINFO\n");
    free(text);
    analysis->input.path = "/a/path/that/is/far/too/long/for/it/rom.bin";
    analysis->hint = "the platform id names another chip";
    text = text_of(analysis, &plain);
    assert_string_equal(text, "...long/for/it/rom.bin: not recognised; has no SF_BOOT, BRLYT, GFH, "
                              "MTK_ROMINFO\n"
                              "hint: the platform id names another chip\n");
    free(text);
    text = text_of(analysis, &verbose);
    assert_contains(text, "looked for an SF_BOOT header, a BRLYT block, GFH FILE_INFO images");
    free(text);
    mtks_analysis_free(analysis);
}

static void says_what_is_not_known(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    analysis->facts.count = 0;
    analysis->ranges.count = 0;
    analysis->flash.ids.count = analysis->flash.zones.count = 0;
    analysis->flash.capacity = 0;
    analysis->flash.memory_type = analysis->flash.memory_type_source = NULL;
    analysis->input.kit = true;
    analysis->forced = true;
    analysis->map.count = analysis->checks.count = 0;
    analysis->input.size = 1000;
    for (size_t i = 0; i < analysis->parts.count; i++)
        analysis->parts.items[i].health = MTKS_HEALTH_UNCHECKED;
    analysis->health.verdict = MTKS_INCOMPLETE;
    char *text = text_of(analysis, &verbose);
    assert_contains(text, "chip not known; module forced by --plugin: chip1");
    assert_contains(text, "  kit       1000 bytes once flashed, rom.bin\n");
    assert_contains(text, "  version   not known\n");
    assert_contains(text, "  flash     not known\n  flash IDs not known\n  memory    not known\n");
    assert_contains(text, "unchecked\n");
    assert_lacks(text, "ranges");
    assert_lacks(text, "a hash agreed");
    assert_lacks(text, "next:"); /* a kit is not extracted again */
    free(text);
    mtks_analysis_free(analysis);
}

static void tells_zones_and_other_sizes(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    *(struct mtks_zone *)MTKS_PUSH(&analysis->arena, &analysis->flash.zones) =
        (struct mtks_zone){0x10000, 65536};
    analysis->flash.capacity = 6145 * 1024;
    analysis->flash.memory_type = NULL;
    for (size_t i = 0; i < 9; i++)
        *(struct mtks_flash_id *)MTKS_PUSH(&analysis->arena, &analysis->flash.ids) =
            (struct mtks_flash_id){3, 3, {1, 2, 3}, 0};
    char *text = text_of(analysis, &plain);
    assert_contains(text, "  flash     6145 KB, erase blocks of 4 KB, 64 KB from 0x010000\n");
    assert_contains(text, "010203 and 2 more\n");
    assert_contains(text, "  memory    not known, EMI settings\n");
    free(text);
    mtks_analysis_free(analysis);
}

/* The command that is printed has to work when it is copied. */
static void quotes_the_path_of_the_next_command(void **state)
{
    (void)state;
    static const struct {
        const char *path, *command;
    } rows[] = {
        {"a.bin", "next: mtkscan extract a.bin -o DIR\n"},
        {"my dump.bin", "next: mtkscan extract 'my dump.bin' -o DIR\n"},
        {"a;rm -rf $HOME", "next: mtkscan extract 'a;rm -rf $HOME' -o DIR\n"},
        {"-v", "next: mtkscan extract ./-v -o DIR\n"},
        {"it's", "next: mtkscan extract DUMP -o DIR\n"},
        {"a\nb", "next: mtkscan extract DUMP -o DIR\n"},
        {"\xc3\xa9", "next: mtkscan extract DUMP -o DIR\n"},
        {"-", "next: mtkscan extract DUMP -o DIR\n"},
    };
    struct mtks_analysis *analysis = healthy_model();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        analysis->input.path = rows[i].path;
        char *text = text_of(analysis, &plain);
        assert_contains(text, rows[i].command);
        free(text);
    }
    mtks_analysis_free(analysis);
}

/* Without the escape sequences a coloured report is the plain one. */
static void colours_as_a_second_signal_only(void **state)
{
    (void)state;
    static const struct mtks_text_style colour = {.colour = true, .checks = true};
    static const struct mtks_text_style none = {.checks = true};
    struct mtks_analysis *analysis = healthy_model();
    add_finding(analysis, "MTK-D001", MTKS_ERROR, "x");
    char *coloured = text_of(analysis, &colour), *without = text_of(analysis, &none);
    assert_contains(coloured, "\x1b[32mverified\x1b[0m");
    assert_contains(coloured, "\x1b[31merror\x1b[0m");
    char *to = coloured;
    for (const char *from = coloured; *from;) {
        if (*from == '\x1b')
            from += strcspn(from, "m") + 1;
        else
            *to++ = *from++;
    }
    *to = 0;
    assert_string_equal(coloured, without);
    free(coloured);
    free(without);
    mtks_analysis_free(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_a_healthy_dump_on_one_screen),
        cmocka_unit_test(counts_findings_that_do_not_fit),
        cmocka_unit_test(shows_errors_on_a_full_page),
        cmocka_unit_test(stays_within_the_width_whatever_the_data),
        cmocka_unit_test(keeps_hostile_text_harmless),
        cmocka_unit_test(explains_itself_with_v),
        cmocka_unit_test(lists_checks_with_their_evidence),
        cmocka_unit_test(hides_small_ranges),
        cmocka_unit_test(ranks_an_ambiguous_dump),
        cmocka_unit_test(says_what_it_looked_for),
        cmocka_unit_test(says_what_is_not_known),
        cmocka_unit_test(tells_zones_and_other_sizes),
        cmocka_unit_test(quotes_the_path_of_the_next_command),
        cmocka_unit_test(colours_as_a_second_signal_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
