/* SPDX-License-Identifier: MIT */
/* Folders inside the output folder: safe paths, no links, dates, and nothing left behind. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/outdir.h"
#include "support.h"

static char *base;
static mtkscan_error error;
static struct mtks_outdir out;

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    return 0;
}

static const char *path(const char *name)
{
    static char text[4400];
    snprintf(text, sizeof text, "%s/%s", base, name);
    return text;
}

static void open_out(bool many, enum mtks_replace allowed)
{
    const struct mtks_outdir_options options = {.allowed = allowed, .many = many};
    assert_int_equal(mtks_outdir_open(&out, path("out"), &options, &error), MTKSCAN_DONE);
}

static int put(const char *name, const char *text)
{
    return mtks_outdir_write(&out, name, (const uint8_t *)text, strlen(text), NULL, &error);
}

static void expect_file(const char *name, const char *expected)
{
    char *text = test_file_read(base, name, NULL);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* Nothing stands in the test's folder. */
static void expect_nothing(void)
{
    assert_int_equal(rmdir(base), 0);
    assert_int_equal(mkdir(base, 0700), 0);
}

static void test_makes_folders(void **state)
{
    (void)state;
    const struct timespec date = {.tv_sec = 1234567890, .tv_nsec = 500};
    struct stat info;
    for (int many = 0; many < 2; many++) {
        mode_t old = umask(027);
        open_out(many, MTKS_REPLACE_NOTHING);
        assert_int_equal(put("top", "1"), MTKSCAN_DONE);
        assert_int_equal(put("a/b/c/deep", "2"), MTKSCAN_DONE);
        assert_int_equal(put("a/b/beside", "3"), MTKSCAN_DONE);
        assert_int_equal(
            mtks_outdir_write_dated(&out, "a/dated", (const uint8_t *)"4", 1, &date, NULL, &error),
            MTKSCAN_DONE);
        assert_int_equal(put("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "5"), MTKSCAN_DONE);
        assert_false(test_exists(base, "out"));
        assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_DONE);
        umask(old);
        expect_file("out/top", "1");
        expect_file("out/a/b/c/deep", "2");
        expect_file("out/a/b/beside", "3");
        expect_file("out/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "5");
        assert_int_equal(stat(path("out/a/b"), &info), 0);
        assert_int_equal(info.st_mode & 0777, 0750);
        assert_int_equal(stat(path("out/a/dated"), &info), 0);
        assert_int_equal(info.st_mtim.tv_sec, date.tv_sec);
        assert_int_equal(info.st_mtim.tv_nsec, date.tv_nsec);
        test_folder_remove(base);
        base = test_folder_new();
    }
}

static void test_refuses_unsafe_paths(void **state)
{
    (void)state;
    static const char *const unsafe[] = {
        "",          "/",
        "/etc/x",    "a/",
        "a//b",      ".",
        "..",        "../x",
        "a/../x",    "a/./x",
        "a/b/..",    "./x",
        "a/../../x", "1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h",
    };
    char longest[300];
    open_out(false, MTKS_REPLACE_NOTHING);
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++) {
        assert_int_equal(put(unsafe[i], "x"), MTKSCAN_REFUSED);
        assert_non_null(strstr(error.what, "is no safe name"));
    }
    memset(longest, 'n', sizeof longest);
    longest[256] = '\0';
    assert_int_equal(put(longest, "x"), MTKSCAN_REFUSED);
    longest[255] = '\0';
    assert_int_equal(put(longest, "x"), MTKSCAN_DONE);
    out.files = MTKS_TREE_FILES;
    assert_int_equal(put("more", "x"), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "one file too many"));
    mtks_outdir_abandon(&out);
    expect_nothing();
}

/* A link or a file where a folder has to be is not followed. */
static void test_never_follows_links(void **state)
{
    (void)state;
    char name[600];
    assert_int_equal(mkdir(path("elsewhere"), 0700), 0);
    open_out(false, MTKS_REPLACE_NOTHING);
    snprintf(name, sizeof name, "%s/sub", out.place.temporary);
    assert_int_equal(symlink("../elsewhere", path(name)), 0);
    assert_int_equal(put("sub/file", "x"), MTKSCAN_SYSTEM);
    assert_int_equal(put("sub/inner/file", "x"), MTKSCAN_SYSTEM);
    assert_int_equal(put("plain", "x"), MTKSCAN_DONE);
    assert_int_equal(put("plain/file", "x"), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(ENOTDIR)));
    snprintf(name, sizeof name, "%s/link", out.place.temporary);
    assert_int_equal(symlink("../elsewhere/new", path(name)), 0);
    assert_int_equal(put("link", "x"), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(EEXIST)));
    free(test_file_write(path("elsewhere"), "mine", "x", 1));
    mtks_outdir_abandon(&out);
    expect_file("elsewhere/mine", "x");
    assert_int_equal(unlink(path("elsewhere/mine")), 0);
    assert_int_equal(rmdir(path("elsewhere")), 0); /* so it holds nothing */
    expect_nothing();
}

/* More than is listed at once, and folders that others made. */
static void test_abandons_all(void **state)
{
    (void)state;
    char name[700];
    open_out(true, MTKS_REPLACE_NOTHING);
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "folder-%d/%d", i % 7, i);
        assert_int_equal(put(name, "x"), MTKSCAN_DONE);
    }
    snprintf(name, sizeof name, "%s/empty", out.place.temporary);
    assert_int_equal(mkdir(path(name), 0700), 0);
    mtks_outdir_abandon(&out);
    mtks_outdir_abandon(&out);
    expect_nothing();
}

/* Without a recogniser, --force takes an empty folder and no other. */
static void test_nothing_is_ours(void **state)
{
    (void)state;
    const struct mtks_outdir_options force = {.allowed = MTKS_REPLACE_OURS}, none = {0};
    assert_int_equal(mkdir(path("out"), 0700), 0);
    assert_int_equal(mtks_outdir_open(&out, path("out"), &none, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "another"));
    open_out(false, MTKS_REPLACE_OURS);
    assert_int_equal(put("sub/file", "x"), MTKSCAN_DONE);
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_DONE);
    expect_file("out/sub/file", "x");
    assert_int_equal(mtks_outdir_open(&out, path("out"), &force, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "is not empty"));
    expect_file("out/sub/file", "x");
}

static void test_lists_with_limits(void **state)
{
    (void)state;
    char deep[200] = "";
    struct mtks_arena arena;
    struct mtks_tree tree = {0};
    for (int i = 0; i < 20; i++) {
        assert_int_equal(mkdir(path(*deep ? deep : "d"), 0700), 0);
        snprintf(deep + strlen(deep), sizeof deep - strlen(deep), "%s", *deep ? "/d" : "d/d");
    }
    int folder = open(base, O_RDONLY | O_DIRECTORY);
    mtks_arena_init(&arena, 1u << 20);
    assert_int_equal(mtks_tree_list(folder, &arena, 100, &tree), 1);
    assert_in_range(tree.folders.count, MTKS_TREE_DEPTH, MTKS_TREE_DEPTH + 1);
    tree = (struct mtks_tree){0};
    assert_int_equal(mtks_tree_list(folder, &arena, 5, &tree), 1);
    assert_int_equal(tree.folders.count, 5);
    mtks_arena_free(&arena);
    mtks_arena_init(&arena, 64);
    tree = (struct mtks_tree){0};
    assert_int_equal(mtks_tree_list(folder, &arena, 100, &tree), -1);
    assert_int_equal(errno, ENOMEM);
    mtks_arena_free(&arena);
    close(folder);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_makes_folders), CASE(test_refuses_unsafe_paths), CASE(test_never_follows_links),
        CASE(test_abandons_all),  CASE(test_nothing_is_ours),      CASE(test_lists_with_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
