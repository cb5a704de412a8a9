/* SPDX-License-Identifier: MIT */
/* Which images are wanted, how they rank, and lines that nobody trusts. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index/find.h"
#include "index/line.h"

#define HEAD "{\"schema\":\"mtkscan-index/1\",\"path\":\"p\",\"status\":\"identified\""
#define GOOD                                                                                       \
    HEAD                                                                                           \
        ",\"chip\":\"MT6261\",\"sha1\":\"11\",\"project\":\"W1\",\"pcb\":\"PCB01\","               \
        "\"hw_version\":\"W1_HW\",\"verno\":\"W1_7789_V3\",\"size\":4194304,\"capacity\":4194304," \
        "\"flash_ids\":[\"EF6016\",\"C84016\"],\"memory_type\":\"PSRAM\",\"image_end\":3000000,"   \
        "\"fat\":{\"offset\":3800000,\"length\":300000},\"health\":{\"percent\":100,\"verdict\":"  \
        "\"healthy\"},\"tokens\":{\"lcd\":[\"ST7789\"]},\"drivers\":{\"camera\":[\"GC0308\"]},"    \
        "\"findings\":[]}"

static struct mtks_record record_of(const char *line)
{
    struct mtks_record record;
    if (mtks_record_read(&record, line, strlen(line)))
        fail_msg("no record: %s", line);
    return record;
}

/* GOOD with one piece replaced. */
static struct mtks_record variant(const char *piece, const char *other)
{
    static char line[4096];
    const char *at = strstr(GOOD, piece);
    assert_non_null(at);
    snprintf(line, sizeof line, "%.*s%s%s", (int)(at - strstr(GOOD, "{")), GOOD, other,
             at + strlen(piece));
    return record_of(line);
}

static void test_rank(void **state)
{
    static const struct {
        const char *piece, *other, *topic;
        enum mtks_reason_level level;
        enum mtks_fit fit;
    } cases[] = {
        {"\"11\"", "\"22\"", "content", MTKS_REASON_NOTE, MTKS_FITS},
        {"MT6261", "MT2502", "chip", MTKS_REASON_STOP, MTKS_DO_NOT_FLASH},
        {"\"MT6261\"", "null", "chip", MTKS_REASON_UNKNOWN, MTKS_RISKY},
        {"\"EF6016\",", "", "flash chips", MTKS_REASON_RISK, MTKS_RISKY},
        {"\"EF6016\",\"C84016\"", "\"C22538\"", "flash chips", MTKS_REASON_STOP, MTKS_DO_NOT_FLASH},
        {"\"EF6016\",\"C84016\"", "", "flash chips", MTKS_REASON_UNKNOWN, MTKS_RISKY},
        {"[\"EF6016\",", "[\"1C7016\",\"EF6016\",", "flash chips", MTKS_REASON_AGREES, MTKS_FITS},
        {"PSRAM", "SDR", "memory type", MTKS_REASON_RISK, MTKS_RISKY},
        {"3000000", "4194305", "capacity", MTKS_REASON_STOP, MTKS_DO_NOT_FLASH},
        {"3000000", "4194304", "capacity", MTKS_REASON_AGREES, MTKS_FITS},
        {"\"capacity\":4194304", "\"capacity\":8388608", "capacity", MTKS_REASON_RISK, MTKS_RISKY},
        {"\"findings\":[]", "\"findings\":[\"MTK-S001\"]", "security", MTKS_REASON_RISK,
         MTKS_RISKY},
        {"\"findings\":[]", "\"findings\":[\"MTK-Q003\"]", "health", MTKS_REASON_STOP,
         MTKS_DO_NOT_FLASH},
        {"healthy", "damaged", "health", MTKS_REASON_RISK, MTKS_RISKY},
        {"\"W1\"", "\"W2\"", "project", MTKS_REASON_NOTE, MTKS_FITS},
        {"PCB01", "PCB02", "board", MTKS_REASON_RISK, MTKS_RISKY},
        {"W1_HW", "W2_HW", "hardware version", MTKS_REASON_RISK, MTKS_RISKY},
        {"[\"ST7789\"]", "[\"GC9106\"]", "screen", MTKS_REASON_RISK, MTKS_RISKY},
        {"[\"ST7789\"]", "[\"GC9106\",\"ST7789\"]", "screen", MTKS_REASON_AGREES, MTKS_FITS},
        {"[\"ST7789\"]", "[]", "screen", MTKS_REASON_NOTE, MTKS_FITS},
        {"3800000", "3700000", "file system", MTKS_REASON_RISK, MTKS_RISKY},
    };
    struct mtks_record device = record_of(GOOD);
    struct mtks_rank best, rank, quiet;
    (void)state;
    mtks_rank(&best, &device, &device, true);
    assert_int_equal(best.fit, MTKS_FITS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mtks_record other = variant(cases[i].piece, cases[i].other);
        size_t found = 0;
        mtks_rank(&rank, &device, &other, true);
        mtks_rank(&quiet, &device, &other, false);
        assert_int_equal(rank.score, quiet.score);
        assert_int_equal(rank.fit, quiet.fit);
        for (size_t j = 0; j < rank.count; j++) {
            assert_true(rank.reasons[j].text[0] != 0);
            assert_true(quiet.reasons[j].text[0] == 0);
            if (strcmp(rank.reasons[j].topic, cases[i].topic) != 0)
                continue;
            found++;
            if (rank.reasons[j].level != cases[i].level)
                fail_msg("case %zu: level %d: %s", i, (int)rank.reasons[j].level,
                         rank.reasons[j].text);
        }
        assert_int_equal(found, 1);
        if (rank.fit != cases[i].fit)
            fail_msg("case %zu: fit %d", i, (int)rank.fit);
        if (cases[i].level != MTKS_REASON_AGREES)
            assert_true(rank.score < best.score);
        mtks_record_free(&other);
    }
    mtks_record_free(&device);
}

static void test_match(void **state)
{
    static const struct {
        struct mtks_match match;
        bool wanted;
    } cases[] = {
        {{.path = NULL}, true},
        {{.chip = "mt6261"}, true},
        {{.chip = "MT2502"}, false},
        {{.project = "w1"}, true},
        {{.verno = "_v3"}, true},
        {{.verno = "V4"}, false},
        {{.flash_id = "EF6016"}, true},
        {{.flash_id = "0xef 60 16 40"}, true}, /* a reader may show more bytes */
        {{.flash_id = "EF60"}, true},
        {{.flash_id = "EF6018"}, false},
        {{.lcd = "7789"}, true},
        {{.lcd = "gc9"}, false},
        {{.camera = "gc0308"}, true}, /* a driver's name */
        {{.touch = "gc0308"}, false},
        {{.lcd = "7789", .chip = "MT2502"}, false},
    };
    struct mtks_record record = record_of(GOOD);
    mtkscan_error error;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int score = 0;
        assert_int_equal(mtks_match_check(&cases[i].match, &error), MTKSCAN_DONE);
        if (mtks_match(&cases[i].match, &record, &score) != cases[i].wanted)
            fail_msg("case %zu", i);
    }
    static const char *const bad[] = {"", "E", "EF", "EF6", "XY60", "0x", "112233445566778899"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(mtks_match_check(&(struct mtks_match){.flash_id = bad[i]}, &error),
                         MTKSCAN_USAGE);
    mtks_record_free(&record);
}

/* No line makes more than a refusal. */
static void test_hostile(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"schema\":1}",
        "{\"schema\":\"mtkscan-index/1\"}",
        "{\"schema\":\"mtkscan-index/1\",\"path\":1,\"status\":\"error\"}",
        "{\"schema\":\"mtkscan-index/1\",\"path\":\"p\"}",
        HEAD ",\"path_bytes\":\"GG\"}",
    };
    struct mtks_record record;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(mtks_record_read(&record, bad[i], strlen(bad[i])), -1);
    record =
        record_of(HEAD ",\"size\":-1,\"capacity\":1e300,\"image_end\":\"x\",\"mtime\":1e99,"
                       "\"flash_ids\":[1,null,\"A\",{}],\"fat\":[],\"health\":7,\"tokens\":3}");
    assert_int_equal(record.size, 0);
    assert_int_equal(record.capacity, 0);
    assert_int_equal(record.image_end, 0);
    assert_int_equal(record.mtime, 0);
    assert_true(mtks_record_has(&record, NULL, "flash_ids", "A"));
    assert_false(mtks_record_has(&record, "tokens", "lcd", "A"));
    struct mtks_rank rank;
    mtks_rank(&rank, &record, &record, true);
    assert_int_equal(rank.fit, MTKS_RISKY);
    mtks_record_free(&record);
    /* Every beginning of a line. */
    for (size_t cut = 0; cut < strlen(GOOD); cut++)
        assert_int_equal(mtks_record_read(&record, GOOD, cut), -1);
    char *deep = malloc(MTKS_INDEX_LINE);
    assert_non_null(deep);
    memset(deep, '[', MTKS_INDEX_LINE);
    assert_int_equal(mtks_record_read(&record, deep, MTKS_INDEX_LINE), -1);
    free(deep);
}

/* The last line of an image counts, and the best comes first. */
static void test_order(void **state)
{
    static const char *const lines[] = {
        "{\"schema\":\"mtkscan-index/1\",\"path\":\"b\",\"status\":\"identified\",\"chip\":\"X1\"}",
        "{\"schema\":\"mtkscan-index/1\",\"path\":\"a\",\"status\":\"identified\",\"chip\":\"X1\"}",
        "garbage",
        ("{\"schema\":\"mtkscan-index/1\",\"path\":\"c\",\"status\":\"identified\",\"chip\":\"X1\","
         "\"health\":{\"verdict\":\"healthy\"}}"),
        "{\"schema\":\"mtkscan-index/1\",\"path\":\"b\",\"status\":\"identified\",\"chip\":\"X2\"}",
    };
    struct mtks_hits hits = {.images = 0};
    struct mtks_query query = {.match = {.chip = "x1"}};
    struct mtks_arena arena;
    struct mtks_record record;
    mtkscan_error error;
    char *folder = test_folder_new(), text[2048] = "";
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", lines[i]);
    char *path = test_file_write(folder, "index", text, strlen(text));
    int file = open(path, O_RDONLY);
    mtks_arena_init(&arena, 1u << 20);
    assert_int_equal(mtks_find(&hits, file, path, &query, &arena, NULL, &error), MTKSCAN_DONE);
    assert_int_equal(hits.images, 3);
    assert_int_equal(hits.unreadable, 1);
    assert_int_equal(hits.list.count, 2);
    assert_string_equal(hits.list.items[0].path, "c");
    assert_string_equal(hits.list.items[1].path, "a");
    assert_int_equal(mtks_hit_read(&hits.list.items[1], file, &record), 0);
    assert_string_equal(record.path, "a");
    mtks_record_free(&record);
    mtks_arena_free(&arena);
    close(file);
    free(path);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank),
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
