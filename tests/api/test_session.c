/* SPDX-License-Identifier: MIT */
/* Registry files of a session, and what the library prints from its tables. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/mtkscan.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = test_folder_new();
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", folder, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static int open_session(mtkscan_session **session, const char *registry, mtkscan_error *error)
{
    const char *dirs[] = {folder, NULL};
    mtkscan_options options = {.plugin_dirs = dirs, .only_plugin_dirs = true, .registry = registry};
    return mtkscan_session_new(session, &options, error);
}

struct print {
    char *text;
    size_t size;
    FILE *out;
};

static FILE *begin(struct print *print)
{
    *print = (struct print){.text = NULL};
    print->out = open_memstream(&print->text, &print->size);
    assert_non_null(print->out);
    return print->out;
}

static const char *end(struct print *print)
{
    fclose(print->out);
    return print->text;
}

/* The warnings of a session made now. [owner: caller, free] */
static char *warnings_now(size_t expected)
{
    mtkscan_session *session;
    mtkscan_error error;
    if (open_session(&session, NULL, &error))
        fail_msg("%s", error.what);
    struct print print;
    assert_int_equal(mtkscan_session_warnings(session, begin(&print)), expected);
    assert_int_equal(mtkscan_session_warnings(session, NULL), expected);
    end(&print);
    mtkscan_session_free(session);
    return print.text;
}

static char *make_user_registry(const char *below, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, below);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/mtkscan", folder, below);
    mkdir(path, 0700);
    return test_file_write(path, "registry.ini", text, strlen(text));
}

static const char bad_boards[] = "[board.x]\nplugin = mt6260\nplatform = ABC_*\nno\x1Bsense = 1\n";

static void without_mistakes_there_is_nothing_to_say(void **state)
{
    (void)state;
    char *path = make_user_registry(".config", "[board.x]\nplugin = mt6260\nplatform = ABC_*\n");
    char *text = warnings_now(0);
    assert_string_equal(text, "");
    free(text);
    free(path);
}

static void mistakes_of_the_user_are_told_and_escaped(void **state)
{
    (void)state;
    char *path = make_user_registry(".config", bad_boards);
    mtkscan_session *session;
    assert_int_equal(open_session(&session, NULL, NULL), MTKSCAN_DONE);
    size_t count = mtkscan_session_warnings(session, NULL);
    mtkscan_session_free(session);
    assert_true(count > 0);
    char *text = warnings_now(count);
    assert_memory_equal(text, path, strlen(path));
    assert_non_null(strstr(text, "registry.ini:4: "));
    assert_null(strchr(text, '\x1B'));
    free(text);
    free(path);
}

static void xdg_comes_before_home(void **state)
{
    (void)state;
    free(make_user_registry(".config", bad_boards));
    char *path = make_user_registry("xdg", "[board.x]\nplugin = mt6260\nplatform = ABC_*\n");
    char config[256];
    snprintf(config, sizeof config, "%s/xdg", folder);
    setenv("XDG_CONFIG_HOME", config, 1);
    free(warnings_now(0));
    setenv("XDG_CONFIG_HOME", "relative", 1); /* which the standard says to ignore */
    mtkscan_session *session;
    assert_int_equal(open_session(&session, NULL, NULL), MTKSCAN_DONE);
    assert_true(mtkscan_session_warnings(session, NULL) > 0);
    mtkscan_session_free(session);
    setenv("HOME", "relative", 1);
    free(warnings_now(0));
    unsetenv("HOME");
    free(warnings_now(0));
    free(path);
}

static void an_unreadable_registry_is_a_warning(void **state)
{
    (void)state;
    char path[512];
    free(make_user_registry(".config", ""));
    snprintf(path, sizeof path, "%s/.config/mtkscan/registry.ini", folder);
    remove(path);
    assert_int_equal(mkdir(path, 0700), 0); /* a folder of that name */
    char *text = warnings_now(1);
    assert_non_null(strstr(text, "registry.ini"));
    free(text);
}

static void an_asked_for_registry_has_to_be_there(void **state)
{
    (void)state;
    mtkscan_session *session;
    mtkscan_error error;
    assert_true(open_session(&session, "/nonexistent/boards.ini", &error) != MTKSCAN_DONE);
    assert_null(session);
    assert_non_null(strstr(error.what, "/nonexistent/boards.ini"));

    char *path = test_file_write(folder, "boards.ini", bad_boards, sizeof bad_boards - 1);
    assert_int_equal(open_session(&session, path, &error), MTKSCAN_DONE);
    assert_true(mtkscan_session_warnings(session, NULL) > 0);
    mtkscan_session_free(session);
    free(path);
}

static void checking_a_registry(void **state)
{
    (void)state;
    mtkscan_session *session;
    mtkscan_error error;
    assert_int_equal(open_session(&session, NULL, NULL), MTKSCAN_DONE);
    char *bad = test_file_write(folder, "bad.ini", bad_boards, sizeof bad_boards - 1);
    static const char good_boards[] = "[board.x]\nplugin = mt6260\nplatform = ABC_*\n";
    char *good = test_file_write(folder, "good.ini", good_boards, sizeof good_boards - 1);
    struct print print;
    for (int json = 0; json < 2; json++) {
        assert_int_equal(mtkscan_registry_check(session, good, begin(&print), json, &error),
                         MTKSCAN_DONE);
        if (json)
            assert_non_null(strstr(end(&print), "\"boards\":1,\"mistakes\":[]"));
        else
            assert_string_equal(end(&print), "");
        free(print.text);
        assert_int_equal(mtkscan_registry_check(session, bad, begin(&print), json, &error),
                         MTKSCAN_REFUSED);
        assert_non_null(strstr(end(&print), json ? "\"line\":4" : "bad.ini:4: "));
        assert_null(strchr(print.text, '\x1B'));
        assert_non_null(strstr(error.what, "none of its boards"));
        free(print.text);
        assert_true(mtkscan_registry_check(session, "/nonexistent", begin(&print), json, &error) !=
                    MTKSCAN_DONE);
        assert_string_equal(end(&print), "");
        free(print.text);
    }
    mtkscan_session_free(session);
    free(good);
    free(bad);
}

static void explaining(void **state)
{
    (void)state;
    struct print print;
    mtkscan_error error;
    assert_int_equal(mtkscan_explain("mtk-d003", begin(&print), false, &error), MTKSCAN_DONE);
    assert_memory_equal(end(&print), "MTK-D003 (error): ", 18);
    assert_non_null(strstr(print.text, "\n  why "));
    assert_non_null(strstr(print.text, "\n  advice "));
    free(print.text);
    assert_int_equal(mtkscan_explain("MTK-D003", begin(&print), true, &error), MTKSCAN_DONE);
    assert_memory_equal(end(&print), "{\"code\":\"MTK-D003\",\"severity\":\"error\",", 38);
    free(print.text);
    assert_int_equal(mtkscan_explain("MTK-X\x1B", begin(&print), false, &error), MTKSCAN_USAGE);
    assert_string_equal(end(&print), "");
    assert_non_null(strstr(error.what, "MTK-X\\x1B"));
    free(print.text);
}

static void every_explanation_fits_the_screen(void **state)
{
    (void)state;
    struct print list;
    assert_int_equal(mtkscan_explain(NULL, begin(&list), false, NULL), MTKSCAN_DONE);
    end(&list);
    size_t rows = 0;
    char *rest = NULL;
    for (char *row = strtok_r(list.text, "\n", &rest); row; row = strtok_r(NULL, "\n", &rest)) {
        assert_memory_equal(row, "MTK-", 4);
        row[8] = 0;
        struct print print;
        assert_int_equal(mtkscan_explain(row, begin(&print), false, NULL), MTKSCAN_DONE);
        char *inner = NULL;
        end(&print);
        strtok_r(print.text, "\n", &inner); /* the title is a line of its own length */
        for (char *line = strtok_r(NULL, "\n", &inner); line; line = strtok_r(NULL, "\n", &inner))
            assert_true(strlen(line) <= 78 && line[0] == ' ');
        free(print.text);
        rows++;
    }
    assert_true(rows > 50);
    free(list.text);
    assert_int_equal(mtkscan_explain(NULL, begin(&list), true, NULL), MTKSCAN_DONE);
    size_t objects = 0;
    for (const char *at = end(&list); (at = strstr(at, "{\"code\":\"MTK-")); at++)
        objects++;
    assert_int_equal(objects, rows);
    free(list.text);
}

static void limits_plugins_and_folders(void **state)
{
    (void)state;
    struct print print;
    mtkscan_print_limits(begin(&print));
    assert_non_null(strstr(end(&print), "input        268435456  bytes of one dump\n"));
    free(print.text);

    char *broken = test_file_write(folder, "broken.so", "no module", 9);
    mtkscan_session *session;
    assert_int_equal(open_session(&session, NULL, NULL), MTKSCAN_DONE);
    for (int json = 0; json < 2; json++) {
        unsigned refused = 99;
        mtkscan_print_plugins(session, begin(&print), json, false, &refused);
        assert_non_null(strstr(end(&print), "broken.so"));
        assert_int_equal(refused, 1);
        free(print.text);
        mtkscan_print_plugin_path(session, begin(&print), json);
        assert_non_null(strstr(end(&print), folder));
        assert_int_equal(print.text[0], json ? '[' : '/');
        free(print.text);
    }
    mtkscan_print_plugins(session, begin(&print), false, false, NULL);
    end(&print);
    free(print.text);
    mtkscan_session_free(session);
    free(broken);
}

static void failures_as_json(void **state)
{
    (void)state;
    mtkscan_error error = {.outcome = MTKSCAN_REFUSED, .offset = MTKSCAN_NO_PLACE, .what = "why"};
    struct print print;
    mtkscan_print_json_failure("a\"b", &error, begin(&print));
    assert_non_null(strstr(end(&print), "a\\\"b"));
    assert_non_null(strstr(print.text, "why"));
    free(print.text);
}

static void text_report(void **state)
{
    (void)state;
    char *path = test_file_write(folder, "x.bin", "x", 1);
    mtkscan_session *session;
    assert_int_equal(open_session(&session, NULL, NULL), MTKSCAN_DONE);
    mtkscan_result *result;
    assert_int_equal(mtkscan_scan(session, path, &result, NULL), MTKSCAN_NOT_RECOGNISED);
    static const mtkscan_style colour = {.colour = true, .verbose = true, .columns = 100};
    struct print plain, coloured;
    mtkscan_print_text(result, begin(&plain), NULL);
    mtkscan_print_text(result, begin(&coloured), &colour);
    assert_non_null(strstr(end(&plain), "not recognised"));
    assert_null(strchr(plain.text, '\x1B'));
    assert_non_null(strstr(end(&coloured), "not recognised"));
    free(plain.text);
    free(coloured.text);
    mtkscan_result_free(result);
    mtkscan_session_free(session);
    free(path);
}

static void no_options_at_all(void **state)
{
    (void)state;
    mtkscan_session *session;
    assert_int_equal(mtkscan_session_new(&session, NULL, NULL), MTKSCAN_DONE);
    mtkscan_session_free(session);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(without_mistakes_there_is_nothing_to_say),
        IN_FOLDER(mistakes_of_the_user_are_told_and_escaped),
        IN_FOLDER(xdg_comes_before_home),
        IN_FOLDER(an_unreadable_registry_is_a_warning),
        IN_FOLDER(an_asked_for_registry_has_to_be_there),
        IN_FOLDER(checking_a_registry),
        IN_FOLDER(explaining),
        IN_FOLDER(every_explanation_fits_the_screen),
        IN_FOLDER(limits_plugins_and_folders),
        IN_FOLDER(failures_as_json),
        IN_FOLDER(text_report),
        IN_FOLDER(no_options_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
