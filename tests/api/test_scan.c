/* SPDX-License-Identifier: MIT */
/* The library's face: sessions, scans and their outcomes, extraction. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/mtkscan.h"
#include "dump/dump.h"

#define PLUGINS   TEST_BUILD_DIR "/plugins"
#define ACTOR(id) TEST_BUILD_DIR "/tests/actors/" id

/* A session whose modules are those of the given folders alone. */
static int open_session(mtkscan_session **session, const char *first, const char *second,
                        mtkscan_options options, mtkscan_error *error)
{
    const char *dirs[] = {first, second, NULL};
    options.plugin_dirs = dirs;
    options.only_plugin_dirs = true;
    return mtkscan_session_new(session, &options, error);
}

static mtkscan_session *session_of(const char *first, const char *second)
{
    mtkscan_session *session;
    mtkscan_error error;
    if (open_session(&session, first, second, (mtkscan_options){0}, &error))
        fail_msg("%s", error.what);
    return session;
}

/* What a printer writes. [owner: caller, free] */
static char *json_of(const mtkscan_result *result)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    mtkscan_print_json(result, out);
    fclose(out);
    return text;
}

static void assert_json(const mtkscan_result *result, const char *piece)
{
    char *json = json_of(result);
    if (!strstr(json, piece))
        fail_msg("no %s in %s", piece, json);
    free(json);
}

static void assert_json_lacks(const mtkscan_result *result, const char *piece)
{
    char *json = json_of(result);
    if (strstr(json, piece))
        fail_msg("%s is in %s", piece, json);
    free(json);
}

static char *folder;
static mtkscan_session *bundled; /* with the three bundled modules */
static struct test_dump healthy;
static char *healthy_path;

static int set_up(void **state)
{
    (void)state;
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", "/nonexistent", 1);
    folder = test_folder_new();
    bundled = session_of(PLUGINS, NULL);
    healthy = test_dump_make("MT6261", 0);
    healthy_path = test_file_write(folder, "healthy.bin", healthy.bytes, healthy.size);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mtkscan_session_free(bundled);
    mtkscan_session_free(NULL);
    mtkscan_result_free(NULL);
    test_dump_free(&healthy);
    test_folder_remove(folder);
    free(healthy_path);
    return 0;
}

static void a_healthy_dump_of_each_chip(void **state)
{
    (void)state;
    static const char *const chips[][2] = {
        {"MT6260", "\"plugin\":\"mt6260\""},
        {"MT6261", "\"plugin\":\"mt6261\""},
        {"MT2502", "\"plugin\":\"mt2502\""},
    };
    for (size_t i = 0; i < 3; i++) {
        struct test_dump dump = test_dump_make(chips[i][0], 0);
        char *path = test_file_write(folder, "dump.bin", dump.bytes, dump.size);
        mtkscan_result *result;
        mtkscan_error error = {0};
        int outcome = mtkscan_scan(bundled, path, &result, &error);
        if (outcome != MTKSCAN_DONE)
            fail_msg("%s: %s", chips[i][0], error.what);
        char hex[41], sha1[60];
        mtks_sha1_hex(dump.bytes, dump.size, hex);
        snprintf(sha1, sizeof sha1, "\"sha1\":\"%s\"", hex);
        assert_json(result, sha1);
        assert_json(result, chips[i][1]);
        assert_json(result, "\"status\":\"identified\"");
        assert_json(result, "\"percent\":100");
        assert_json(result, "\"verdict\":\"healthy\"");
        mtkscan_result_free(result);
        test_dump_free(&dump);
        free(path);
    }
}

static void the_same_dump_gives_the_same_bytes(void **state)
{
    (void)state;
    char *texts[2];
    for (size_t i = 0; i < 2; i++) {
        mtkscan_result *result;
        assert_int_equal(mtkscan_scan(bundled, healthy_path, &result, NULL), MTKSCAN_DONE);
        texts[i] = json_of(result);
        mtkscan_result_free(result);
    }
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

/* Scans bytes with the bundled modules; the result has to be there. [owner: caller] */
static mtkscan_result *scan_bytes(const uint8_t *bytes, size_t size, int expected,
                                  mtkscan_error *error)
{
    char *path = test_file_write(folder, "case.bin", bytes, size);
    mtkscan_result *result;
    int outcome = mtkscan_scan(bundled, path, &result, error);
    if (outcome != expected)
        fail_msg("outcome %d, not %d: %s", outcome, expected, outcome ? error->what : "");
    assert_non_null(result);
    free(path);
    return result;
}

static void damage_is_told(void **state)
{
    (void)state;
    mtkscan_error error;
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&healthy.truth, "EXT_BOOTLOADER");
    assert_non_null(part);
    uint8_t *byte = &healthy.bytes[part->offset + part->length / 2];
    *byte ^= 1;
    mtkscan_result *result = scan_bytes(healthy.bytes, healthy.size, MTKSCAN_DAMAGED, &error);
    *byte ^= 1;
    assert_json(result, "MTK-D001");
    assert_json(result, "\"health\":\"damaged\"");
    assert_json(result, "\"verdict\":\"damaged\"");
    assert_non_null(strstr(error.what, "damaged"));
    mtkscan_result_free(result);
}

static void a_cut_dump_is_incomplete(void **state)
{
    (void)state;
    mtkscan_error error;
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&healthy.truth, "VIVA");
    assert_non_null(viva);
    mtkscan_result *result =
        scan_bytes(healthy.bytes, viva->offset + viva->length - 4, MTKSCAN_DAMAGED, &error);
    assert_json(result, "MTK-D003");
    assert_json(result, "MTK-F001");
    assert_json(result, "\"health\":\"truncated\"");
    assert_json(result, "\"verdict\":\"incomplete\"");
    mtkscan_result_free(result);
}

static void a_longer_dump_is_told(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(healthy.size + 4096);
    memcpy(bytes, healthy.bytes, healthy.size);
    memset(bytes + healthy.size, 0xFF, 4096);
    mtkscan_error error;
    mtkscan_result *result = scan_bytes(bytes, healthy.size + 4096, MTKSCAN_DONE, &error);
    assert_json(result, "MTK-F002");
    mtkscan_result_free(result);
    free(bytes);
}

static void what_is_no_dump_is_not_recognised(void **state)
{
    (void)state;
    mtkscan_error error;
    uint8_t bytes[5000] = {1, 2, 3};
    static const size_t sizes[] = {0, 1, 5000};
    for (size_t i = 0; i < 3; i++) {
        mtkscan_result *result = scan_bytes(bytes, sizes[i], MTKSCAN_NOT_RECOGNISED, &error);
        assert_non_null(strstr(error.what, "looked for firmware of"));
        assert_non_null(strstr(error.what, "MT6261"));
        assert_json(result, "\"status\":\"unknown\"");
        if (sizes[i] == 0)
            assert_json(result, "\"map\":[]");
        mtkscan_result_free(result);
    }
}

static void input_that_cannot_be_read_leaves_no_result(void **state)
{
    (void)state;
    mtkscan_result *result;
    mtkscan_error error;
    assert_int_equal(mtkscan_scan(bundled, folder, &result, &error), MTKSCAN_REFUSED);
    assert_null(result);
    assert_int_equal(mtkscan_scan(bundled, "/nonexistent", &result, &error), MTKSCAN_SYSTEM);
    assert_null(result);
    assert_int_equal(mtkscan_scan_kit(bundled, "/nonexistent", NULL, &result, &error),
                     MTKSCAN_SYSTEM);
    assert_null(result);
}

/* Limits that are too small refuse, and say which. */
static void limits_hold(void **state)
{
    (void)state;
    static const struct {
        const char *limit, *word;
    } cases[] = {{"input=1M", "--limit input="},
                 {"memory=1", "--limit memory="},
                 {"memory=600", "--limit memory="}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *limits[] = {cases[i].limit, NULL};
        mtkscan_session *session;
        mtkscan_result *result;
        mtkscan_error error;
        assert_int_equal(
            open_session(&session, PLUGINS, NULL, (mtkscan_options){.limits = limits}, &error),
            MTKSCAN_DONE);
        assert_int_equal(mtkscan_scan(session, healthy_path, &result, &error), MTKSCAN_REFUSED);
        assert_null(result);
        assert_non_null(strstr(error.advice, cases[i].word));
        mtkscan_session_free(session);
    }
}

/* Every amount of memory ends in a result or a clean refusal. */
static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    int refused = 0, done = 0;
    for (unsigned memory = 64; memory <= 4u << 20; memory += memory / 6) {
        char limit[32];
        snprintf(limit, sizeof limit, "memory=%u", memory);
        const char *limits[] = {limit, NULL};
        mtkscan_session *session;
        mtkscan_result *result;
        mtkscan_error error;
        assert_int_equal(
            open_session(&session, PLUGINS, NULL, (mtkscan_options){.limits = limits}, &error), 0);
        int outcome = mtkscan_scan(session, healthy_path, &result, &error);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_REFUSED ||
                    outcome == MTKSCAN_MISBEHAVED);
        assert_int_equal(result == NULL, outcome == MTKSCAN_REFUSED);
        refused += outcome == MTKSCAN_REFUSED;
        done += outcome == MTKSCAN_DONE;
        mtkscan_result_free(result);
        mtkscan_session_free(session);
    }
    assert_true(refused > 0 && done > 0);
}

static void senseless_options_are_usage(void **state)
{
    (void)state;
    mtkscan_session *session;
    mtkscan_error error;
    const char *limits[] = {"nonsense=5", NULL};
    assert_int_equal(
        open_session(&session, PLUGINS, NULL, (mtkscan_options){.limits = limits}, &error),
        MTKSCAN_USAGE);
    assert_null(session);
    assert_non_null(strstr(error.what, "nonsense=5"));
    assert_int_equal(
        open_session(&session, PLUGINS, NULL, (mtkscan_options){.plugin = "mt9999"}, &error),
        MTKSCAN_USAGE);
    assert_null(session);
    assert_non_null(strstr(error.what, "mt9999"));
}

struct count {
    int calls, stop_at;
};

static int count_step(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    struct count *count = ctx;
    assert_non_null(stage);
    assert_true(total == 0 || done <= total);
    return ++count->calls == count->stop_at;
}

/* Whenever the user stops it, a scan ends with nothing left behind. */
static void a_scan_can_be_stopped_anywhere(void **state)
{
    (void)state;
    struct count count = {0};
    mtkscan_session *session;
    mtkscan_options options = {.progress = count_step, .progress_ctx = &count};
    assert_int_equal(open_session(&session, PLUGINS, NULL, options, NULL), MTKSCAN_DONE);
    mtkscan_result *result;
    mtkscan_error error;
    assert_int_equal(mtkscan_scan(session, healthy_path, &result, &error), MTKSCAN_DONE);
    mtkscan_result_free(result);
    int calls = count.calls;
    assert_true(calls >= 5);
    for (int at = 1; at <= 5; at++) {
        count = (struct count){.stop_at = at};
        assert_int_equal(mtkscan_scan(session, healthy_path, &result, &error), MTKSCAN_INTERRUPTED);
        assert_null(result);
        assert_int_equal(count.calls, at);
    }
    count = (struct count){.stop_at = 1};
    assert_int_equal(mtkscan_scan_kit(session, folder, NULL, &result, &error), MTKSCAN_INTERRUPTED);
    assert_null(result);
    mtkscan_session_free(session);
}

static void write_act(char text[64])
{
    memset(text, 'x', 64);
    memcpy(text, "ACT", 3);
}

static void two_equal_claims_are_ambiguous(void **state)
{
    (void)state;
    char text[64];
    write_act(text);
    char *path = test_file_write(folder, "act.bin", text, sizeof text);
    mtkscan_session *session = session_of(ACTOR("actor"), ACTOR("double"));
    mtkscan_result *result;
    mtkscan_error error;
    assert_int_equal(mtkscan_scan(session, path, &result, &error), MTKSCAN_AMBIGUOUS);
    assert_non_null(strstr(error.what, "actor and double"));
    assert_json(result, "\"status\":\"ambiguous\"");

    char *kit = NULL;
    assert_true(asprintf(&kit, "%s/kit", folder) > 0);
    assert_int_equal(mtkscan_extract(result, kit, NULL, &error), MTKSCAN_AMBIGUOUS);
    assert_false(test_exists(folder, "kit"));
    mtkscan_result_free(result);
    mtkscan_session_free(session);

    /* The user can decide. The part has no check, so nobody calls it healthy. */
    assert_int_equal(open_session(&session, ACTOR("actor"), ACTOR("double"),
                                  (mtkscan_options){.plugin = "double"}, &error),
                     MTKSCAN_DONE);
    assert_int_equal(mtkscan_scan(session, path, &result, &error), MTKSCAN_DAMAGED);
    assert_json(result, "\"plugin\":\"double\"");
    assert_json(result, "\"verdict\":\"incomplete\"");
    mtkscan_result_free(result);
    mtkscan_session_free(session);
    free(kit);
    free(path);
}

static void modules_that_misbehave(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        int outcome;
    } cases[] = {
        {ACTOR("liar"), NULL, MTKSCAN_MISBEHAVED},        /* won, then lied */
        {ACTOR("boor"), NULL, MTKSCAN_MISBEHAVED},        /* nothing else claims it */
        {ACTOR("boor"), ACTOR("actor"), MTKSCAN_DAMAGED}, /* costs only its own claim */
    };
    char text[64];
    write_act(text);
    char *path = test_file_write(folder, "act.bin", text, sizeof text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mtkscan_session *session = session_of(cases[i].first, cases[i].second);
        mtkscan_result *result;
        mtkscan_error error;
        assert_int_equal(mtkscan_scan(session, path, &result, &error), cases[i].outcome);
        assert_non_null(result);
        assert_json(result, "MTK-P001");
        if (cases[i].outcome == MTKSCAN_MISBEHAVED)
            assert_non_null(strstr(error.what, "misbehaved"));
        mtkscan_result_free(result);
        mtkscan_session_free(session);
    }
    free(path);
}

static void without_modules_nothing_is_recognised(void **state)
{
    (void)state;
    mtkscan_session *session = session_of(folder, NULL);
    mtkscan_result *result;
    mtkscan_error error;
    assert_int_equal(mtkscan_scan(session, healthy_path, &result, &error), MTKSCAN_NOT_RECOGNISED);
    assert_non_null(result);
    assert_non_null(strstr(error.what, folder)); /* where modules were looked for */
    mtkscan_result_free(result);
    mtkscan_session_free(session);
}

/* Dump to kit and back: what was written is found sound again. */
static void a_kit_is_written_and_verified(void **state)
{
    (void)state;
    char *kit = NULL;
    assert_true(asprintf(&kit, "%s/good-kit", folder) > 0);
    mtkscan_result *result;
    mtkscan_error error = {0};
    assert_int_equal(mtkscan_scan(bundled, healthy_path, &result, &error), MTKSCAN_DONE);
    if (mtkscan_extract(result, kit, &(mtkscan_extract_options){.names = "extractor"}, &error))
        fail_msg("%s", error.what);
    size_t size;
    const mtkscan_fixture_part *ext = mtkscan_fixture_find(&healthy.truth, "EXT_BOOTLOADER");
    char *file = test_file_read(kit, "EXT_BOOTLOADER", &size);
    assert_non_null(file);
    assert_int_equal(size, ext->length);
    assert_memory_equal(file, healthy.bytes + ext->offset, size);
    free(file);

    char *text = NULL;
    FILE *out = open_memstream(&text, &size);
    mtkscan_print_kit(result, out, false);
    mtkscan_print_kit(result, out, true);
    fclose(out);
    assert_non_null(strstr(text, "EXT_BOOTLOADER"));
    assert_non_null(strstr(text, kit));
    free(text);
    assert_int_equal(mtkscan_extract(result, kit, NULL, &error), MTKSCAN_REFUSED);
    mtkscan_result_free(result);

    int outcome = mtkscan_scan_kit(bundled, kit, NULL, &result, &error);
    if (outcome != MTKSCAN_DONE)
        fail_msg("%d: %s\n%s", outcome, error.what, result ? json_of(result) : "");
    assert_json(result, "\"verdict\":\"healthy\"");
    assert_json_lacks(result, "MTK-B001"); /* a kit has no boot header, and that is no fault */
    assert_json_lacks(result, "MTK-B002");
    assert_json_lacks(result, "MTK-F001");
    assert_int_equal(mtkscan_extract(result, folder, NULL, &error), MTKSCAN_USAGE);
    mtkscan_result_free(result);

    char *ext_path = NULL;
    assert_true(asprintf(&ext_path, "%s/EXT_BOOTLOADER", kit) > 0);
    assert_int_equal(unlink(ext_path), 0);
    assert_int_equal(mtkscan_scan_kit(bundled, kit, NULL, &result, &error), MTKSCAN_DAMAGED);
    assert_json(result, "MTK-K001");
    mtkscan_result_free(result);
    free(ext_path);
    free(kit);
}

static void nothing_recognised_makes_no_kit(void **state)
{
    (void)state;
    mtkscan_error error;
    mtkscan_result *result = scan_bytes((const uint8_t *)"no", 2, MTKSCAN_NOT_RECOGNISED, &error);
    assert_int_equal(mtkscan_extract(result, "/nonexistent/kit", NULL, &error),
                     MTKSCAN_NOT_RECOGNISED);
    mtkscan_result_free(result);
}

/* Standard input is as good as a file. */
static void standard_input(void **state)
{
    (void)state;
    assert_non_null(freopen(healthy_path, "rb", stdin));
    mtkscan_result *result;
    mtkscan_error error;
    assert_int_equal(mtkscan_scan(bundled, "-", &result, &error), MTKSCAN_DONE);
    assert_json(result, "\"path\":\"-\"");
    mtkscan_result_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_dump_of_each_chip),
        cmocka_unit_test(the_same_dump_gives_the_same_bytes),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(a_cut_dump_is_incomplete),
        cmocka_unit_test(a_longer_dump_is_told),
        cmocka_unit_test(what_is_no_dump_is_not_recognised),
        cmocka_unit_test(input_that_cannot_be_read_leaves_no_result),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(memory_runs_out_cleanly),
        cmocka_unit_test(senseless_options_are_usage),
        cmocka_unit_test(a_scan_can_be_stopped_anywhere),
        cmocka_unit_test(two_equal_claims_are_ambiguous),
        cmocka_unit_test(modules_that_misbehave),
        cmocka_unit_test(without_modules_nothing_is_recognised),
        cmocka_unit_test(a_kit_is_written_and_verified),
        cmocka_unit_test(nothing_recognised_makes_no_kit),
        cmocka_unit_test(standard_input),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
