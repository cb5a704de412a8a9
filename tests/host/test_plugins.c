/* SPDX-License-Identifier: MIT */
/* Loading: where modules are looked for, and which are refused with what reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/plugins.h"
#include "support.h"

#define MODULES TEST_BUILD_DIR "/tests/modules"

/* Copies a built module into a folder under another name. */
static void put(const char *folder, const char *module, const char *name)
{
    char file[64];
    size_t size = 0;
    snprintf(file, sizeof file, "%s.so", module);
    char *bytes = test_file_read(MODULES, file, &size);
    assert_non_null(bytes);
    char *path = test_file_write(folder, name, bytes, size);
    assert_int_equal(chmod(path, 0644), 0);
    free(path);
    free(bytes);
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

static struct mtks_plugins load_one(const char *folder)
{
    struct mtks_plugins plugins;
    const char *dirs[] = {folder, NULL};
    struct mtks_plugin_search search = {.dirs = dirs, .only_dirs = true};
    mtkscan_error error;
    assert_int_equal(mtks_plugins_load(&plugins, &search, &error), MTKSCAN_DONE);
    return plugins;
}

/* ---- entries */

/* Each faulty module, and what its reason has to say: the value seen and the value wanted. */
static const struct {
    const char *module, *reason;
} refused[] = {
    {"no_symbol", "exports no mtkscan_plugin_entry_v1"},
    {"wrong_major", "is built for ABI 2.3, this host has 1.1"},
    {"size_zero", "states an entry of 0 bytes, not 96 .. 65536"},
    {"size_small", "states an entry of 95 bytes, not 96 .. 65536"},
    {"size_huge", "states an entry of 65537 bytes, not 96 .. 65536"},
    {"no_claim", "claim is NULL"},
    {"no_layout", "layout is NULL"},
    {"no_flash_ids", "flash_ids is NULL"},
    {"no_chips", "chips is NULL"},
    {"chips_empty", "lists no chip"},
    {"chips_many", "chips has more than 64 texts"},
    {"title_null", "title is NULL"},
    {"title_not_utf8", "title is not valid UTF-8"},
    {"limitation_not_utf8", "limitations is not valid UTF-8"},
    {"text_endless", "author is longer than 512 bytes"},
    {"id_shape", "id \"Bad Id\" does not fit [a-z0-9][a-z0-9_-]{1,31}"},
    {"undefined", "cannot be loaded: undefined symbol: mtkscan_test_nowhere"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char *folder = test_folder_new();
        put(folder, refused[i].module, "module.so");
        struct mtks_plugins plugins = load_one(folder);
        assert_int_equal(plugins.list.count, 1);
        assert_int_equal(plugins.list.items[0].state, MTKS_PLUGIN_REFUSED);
        assert_string_equal(plugins.list.items[0].reason, refused[i].reason);
        assert_string_equal(plugins.list.items[0].origin, "command line");
        mtks_plugins_free(&plugins);
        test_folder_remove(folder);
    }
}

static void test_good(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    put(folder, "good", "good.so");
    struct mtks_plugins plugins = load_one(folder);
    const struct mtks_plugin *plugin = mtks_plugins_find(&plugins, "good");
    assert_non_null(plugin);
    assert_null(plugin->reason);
    char *path = join(folder, "good.so");
    assert_string_equal(plugin->path, path);
    assert_string_equal(plugin->entry.version, "1.2");
    assert_string_equal(plugin->entry.chips[0], "MT9999");
    assert_null(plugin->entry.chips[1]);
    assert_string_equal(plugin->entry.limitations[0], "knows nothing");
    assert_null(plugin->entry.limitations[1]);
    assert_null(mtks_plugins_find(&plugins, "goo"));
    assert_int_equal(plugins.searched.count, 1);
    assert_string_equal(plugins.searched.items[0], folder);
    free(path);
    mtks_plugins_free(&plugins);
    test_folder_remove(folder);
}

static void test_newer_minor(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    put(folder, "newer_minor", "newer.so");
    struct mtks_plugins plugins = load_one(folder);
    const struct mtks_plugin *plugin = mtks_plugins_find(&plugins, "newer-minor");
    assert_non_null(plugin);
    assert_int_equal(plugin->entry.abi, MTKSCAN_ABI + 99);
    assert_int_equal(plugin->entry.struct_size, sizeof(mtkscan_plugin) + 32);
    mtks_plugins_free(&plugins);
    test_folder_remove(folder);
}

/* ---- order */

static void test_shadowed_and_sorted(void **state)
{
    (void)state;
    char *first = test_folder_new(), *second = test_folder_new();
    put(first, "twin", "z.so");
    put(first, "other", "B.so");
    put(second, "good", "a.so");
    put(second, "newer_minor", "b.so");
    put(second, "good", "not-a-module.txt");
    put(second, "good", ".hidden.so");
    const char *dirs[] = {first, second, first, NULL};
    struct mtks_plugin_search search = {.dirs = dirs, .only_dirs = true};
    struct mtks_plugins plugins;
    assert_int_equal(mtks_plugins_load(&plugins, &search, NULL), MTKSCAN_DONE);
    static const char *const ids[] = {"other", "good", "good", "newer-minor"};
    assert_int_equal(plugins.list.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(plugins.list.items[i].entry.id, ids[i]);
    const struct mtks_plugin *shadowed = &plugins.list.items[2];
    assert_int_equal(shadowed->state, MTKS_PLUGIN_SHADOWED);
    assert_non_null(strstr(shadowed->reason, first));
    assert_non_null(strstr(shadowed->reason, "has the same id and comes first"));
    assert_string_equal(mtks_plugins_find(&plugins, "good")->entry.version, "9.9");
    assert_int_equal(plugins.searched.count, 2); /* one folder, named twice */
    mtks_plugins_free(&plugins);
    test_folder_remove(first);
    test_folder_remove(second);
}

/* One folder under two names is looked in once. */
static void test_folder_once(void **state)
{
    (void)state;
    char *folder = test_folder_new(), *elsewhere = test_folder_new();
    char *alias = join(elsewhere, "alias");
    put(folder, "good", "good.so");
    assert_int_equal(symlink(folder, alias), 0);
    const char *dirs[] = {folder, alias, NULL};
    struct mtks_plugin_search search = {.dirs = dirs, .only_dirs = true};
    struct mtks_plugins plugins;
    assert_int_equal(mtks_plugins_load(&plugins, &search, NULL), MTKSCAN_DONE);
    assert_int_equal(plugins.list.count, 1);
    assert_int_equal(plugins.searched.count, 2);
    mtks_plugins_free(&plugins);
    free(alias);
    test_folder_remove(folder);
    test_folder_remove(elsewhere);
}

/* The dynamic linker goes by names, and descriptor numbers come back: the second module must not be
 * taken for the first. */
static void test_load_again(void **state)
{
    (void)state;
    static const char *const modules[] = {"good", "other", "newer_minor", "good", "other"};
    static const char *const ids[] = {"good", "other", "newer-minor", "good", "other"};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        char *folder = test_folder_new();
        put(folder, modules[i], "m.so");
        struct mtks_plugins plugins = load_one(folder);
        assert_int_equal(plugins.list.count, 1);
        assert_string_equal(plugins.list.items[0].entry.id, ids[i]);
        mtks_plugins_free(&plugins);
        test_folder_remove(folder);
    }
}

/* ---- trust */

static void expect_refused(const char *folder, const char *reason)
{
    struct mtks_plugins plugins = load_one(folder);
    assert_int_equal(plugins.list.count, 1);
    assert_int_equal(plugins.list.items[0].state, MTKS_PLUGIN_REFUSED);
    assert_non_null(strstr(plugins.list.items[0].reason, reason));
    assert_null(plugins.list.items[0].entry.id);
    mtks_plugins_free(&plugins);
}

static void test_writable_by_others(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    put(folder, "good", "good.so");
    char *path = join(folder, "good.so");
    assert_int_equal(chmod(path, 0646), 0);
    expect_refused(folder, "can be changed by anyone (mode 0646)");
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(folder, 01777), 0);
    expect_refused(folder, "can be changed by anyone (mode 1777)");
    assert_int_equal(chmod(folder, 0755), 0);
    struct mtks_plugins plugins = load_one(folder);
    assert_non_null(mtks_plugins_find(&plugins, "good"));
    mtks_plugins_free(&plugins);
    free(path);
    test_folder_remove(folder);
}

static void test_foreign_owner(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root can give files away */
    char *folder = test_folder_new();
    put(folder, "good", "good.so");
    char *path = join(folder, "good.so");
    assert_int_equal(chown(path, 12345, 0), 0);
    expect_refused(folder, "belongs to user 12345, not to you (0) or root");
    assert_int_equal(chown(path, 0, 12345), 0);
    assert_int_equal(chmod(path, 0664), 0);
    expect_refused(folder, "can be changed by group 12345 (mode 0664)");
    assert_int_equal(chown(path, 0, 1), 0); /* a group with a name, but not the owner's */
    expect_refused(folder, "can be changed by group 1 (mode 0664)");
    assert_int_equal(chown(path, 0, 0), 0); /* the owner's own group */
    struct mtks_plugins plugins = load_one(folder);
    assert_non_null(mtks_plugins_find(&plugins, "good"));
    mtks_plugins_free(&plugins);
    free(path);
    test_folder_remove(folder);
}

static void test_not_regular(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    char *path = join(folder, "pipe.so");
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_refused(folder, "is not a regular file"); /* and does not wait for a writer */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("nowhere", path), 0);
    expect_refused(folder, "cannot be opened: No such file or directory");
    assert_int_equal(unlink(path), 0);
    free(path);
    free(test_file_write(folder, "text.so", "hello", 5));
    expect_refused(folder, "cannot be loaded: ");
    test_folder_remove(folder);
}

static void test_link_to_regular(void **state)
{
    (void)state;
    char *folder = test_folder_new(), *elsewhere = test_folder_new();
    put(elsewhere, "good", "good.real");
    char *target = join(elsewhere, "good.real"), *path = join(folder, "good.so");
    assert_int_equal(symlink(target, path), 0);
    struct mtks_plugins plugins = load_one(folder);
    assert_non_null(mtks_plugins_find(&plugins, "good"));
    mtks_plugins_free(&plugins);
    free(path);
    free(target);
    test_folder_remove(folder);
    test_folder_remove(elsewhere);
}

static void test_folder_missing(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    char *path = join(folder, "nowhere");
    expect_refused(path, "cannot be opened: No such file or directory");
    free(path);
    test_folder_remove(folder);
}

/* A folder with empty files 000.so ..., the i-th of which is written as number i * step. */
static struct mtks_plugins load_numbers(unsigned count, unsigned step)
{
    char *folder = test_folder_new();
    for (unsigned i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "%03u.so", i * step % count);
        free(test_file_write(folder, name, "", 0));
    }
    struct mtks_plugins plugins = load_one(folder);
    test_folder_remove(folder);
    return plugins;
}

static void assert_numbers(const struct mtks_plugins *plugins, size_t from)
{
    assert_int_equal(plugins->list.count, from + 256);
    for (size_t i = 0; i < 256; i++) {
        char name[16];
        snprintf(name, sizeof name, "/%03zu.so", i);
        assert_non_null(strstr(plugins->list.items[from + i].path, name));
    }
}

/* The first 256 by name are kept, in whatever order the folder has them. */
static void test_folder_too_full(void **state)
{
    (void)state;
    static const unsigned steps[] = {1, 306, 101}; /* rising, falling, mixed */
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct mtks_plugins plugins = load_numbers(307, steps[i]);
        assert_string_equal(plugins.list.items[0].reason,
                            "has more than 256 modules; the rest is left out");
        assert_numbers(&plugins, 1);
        mtks_plugins_free(&plugins);
    }
    struct mtks_plugins plugins = load_numbers(256, 1);
    assert_numbers(&plugins, 0);
    mtks_plugins_free(&plugins);
}

/* ---- search path */

static bool searched(const struct mtks_plugins *plugins, const char *path, size_t *index)
{
    for (size_t i = 0; i < plugins->searched.count; i++)
        if (strcmp(plugins->searched.items[i], path) == 0) {
            *index = i;
            return true;
        }
    return false;
}

static void test_search_path(void **state)
{
    (void)state;
    char *named = test_folder_new(), *env = test_folder_new(), *home = test_folder_new();
    char *data = join(home, "mtkscan"), *user = join(home, "mtkscan/plugins");
    char *value = NULL;
    assert_true(asprintf(&value, ":relative/dir:%s::/nonexistent/x:", env) > 0);
    assert_int_equal(mkdir(data, 0755), 0);
    assert_int_equal(mkdir(user, 0755), 0);
    put(named, "other", "m.so");
    put(env, "good", "m.so");
    put(user, "newer_minor", "m.so");
    setenv("MTKSCAN_PLUGIN_PATH", value, 1);
    setenv("XDG_DATA_HOME", home, 1);
    const char *dirs[] = {named, NULL};
    struct mtks_plugin_search search = {.dirs = dirs};
    struct mtks_plugins plugins;
    assert_int_equal(mtks_plugins_load(&plugins, &search, NULL), MTKSCAN_DONE);
    assert_string_equal(mtks_plugins_find(&plugins, "other")->origin, "command line");
    assert_string_equal(mtks_plugins_find(&plugins, "good")->origin, "environment");
    assert_string_equal(mtks_plugins_find(&plugins, "newer-minor")->origin, "user");
    size_t at[5];
    assert_true(searched(&plugins, named, &at[0]));
    assert_true(searched(&plugins, env, &at[1]));
    assert_true(searched(&plugins, "/nonexistent/x", &at[2]));
    assert_true(searched(&plugins, user, &at[3]));
    assert_true(searched(&plugins, TEST_BUILD_DIR "/tests/plugins", &at[4])); /* beside us */
    for (size_t i = 1; i < 5; i++)
        assert_true(at[i] > at[i - 1]);
    assert_int_equal(plugins.notes.count, 4); /* three empty elements and a relative one */
    assert_non_null(strstr(plugins.notes.items[0], "\"\" is ignored"));
    assert_non_null(strstr(plugins.notes.items[1], "\"relative/dir\" is ignored"));
    size_t moved = 0; /* "<prefix>/lib.../mtkscan/plugins" seen from the program's folder */
    for (size_t i = 0; i < plugins.searched.count; i++)
        moved += strncmp(plugins.searched.items[i], TEST_BUILD_DIR "/lib",
                         strlen(TEST_BUILD_DIR "/lib")) == 0;
    assert_int_equal(moved, 1);
    mtks_plugins_free(&plugins);

    search.only_dirs = true;
    assert_int_equal(mtks_plugins_load(&plugins, &search, NULL), MTKSCAN_DONE);
    assert_int_equal(plugins.searched.count, 1);
    assert_null(mtks_plugins_find(&plugins, "good"));
    mtks_plugins_free(&plugins);
    unsetenv("MTKSCAN_PLUGIN_PATH");
    unsetenv("XDG_DATA_HOME");
    free(value);
    free(user);
    free(data);
    test_folder_remove(home);
    test_folder_remove(env);
    test_folder_remove(named);
}

/* Without XDG_DATA_HOME, or with a relative one, the home folder counts. */
static void test_home(void **state)
{
    (void)state;
    char *home = test_folder_new();
    char *before = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    char *user = join(home, ".local/share/mtkscan/plugins");
    struct mtks_plugins plugins;
    size_t at;
    setenv("HOME", home, 1);
    setenv("XDG_DATA_HOME", "relative", 1);
    assert_int_equal(mtks_plugins_load(&plugins, NULL, NULL), MTKSCAN_DONE);
    assert_true(searched(&plugins, user, &at));
    mtks_plugins_free(&plugins);
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    assert_int_equal(mtks_plugins_load(&plugins, NULL, NULL), MTKSCAN_DONE);
    assert_false(searched(&plugins, user, &at));
    mtks_plugins_free(&plugins);
    if (before)
        setenv("HOME", before, 1);
    free(before);
    free(user);
    test_folder_remove(home);
}

static void test_too_many_folders(void **state)
{
    (void)state;
    const char *dirs[66] = {NULL};
    char names[65][32];
    for (size_t i = 0; i < 65; i++) {
        snprintf(names[i], sizeof names[i], "/nonexistent/%zu", i);
        dirs[i] = names[i];
    }
    struct mtks_plugin_search search = {.dirs = dirs, .only_dirs = true};
    struct mtks_plugins plugins;
    assert_int_equal(mtks_plugins_load(&plugins, &search, NULL), MTKSCAN_DONE);
    assert_int_equal(plugins.searched.count, 64);
    assert_int_equal(plugins.notes.count, 1);
    assert_string_equal(plugins.notes.items[0], "/nonexistent/64: more than 64 folders");
    mtks_plugins_free(&plugins);
}

/* Whichever allocation fails, from none to all: an outcome and nothing left behind, or all found.
 */
static void test_out_of_memory(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    put(folder, "good", "a.so");
    put(folder, "twin", "b.so");
    put(folder, "no_symbol", "c.so");
    put(folder, "wrong_major", "d.so");
    free(test_file_write(folder, "e.so", "hello", 5));
    setenv("MTKSCAN_PLUGIN_PATH", "/nonexistent/x:relative", 1);
    setenv("XDG_DATA_HOME", "/nonexistent/y", 1);
    const size_t memory = 16u << 20; /* of the list of modules */
    char *filler = malloc(memory);
    assert_non_null(filler);
    memset(filler, 'x', memory);
    int failed = 0;
    bool good = false;
    for (size_t left = 16; !good; left += 16) {
        const char *dirs[] = {filler, folder, NULL};
        struct mtks_plugin_search search = {.dirs = dirs};
        struct mtks_plugins plugins;
        mtkscan_error error;
        filler[memory - left] = 0;
        int outcome = mtks_plugins_load(&plugins, &search, &error);
        filler[memory - left] = 'x';
        if (outcome == MTKSCAN_DONE) {
            good = true;
            assert_int_equal(plugins.list.count, 6); /* the folder of the long name is refused */
            assert_non_null(mtks_plugins_find(&plugins, "good"));
        } else {
            failed++;
            assert_int_equal(outcome, MTKSCAN_SYSTEM);
            assert_non_null(strstr(error.what, "out of memory"));
            assert_int_equal(plugins.list.count, 0);
        }
        mtks_plugins_free(&plugins);
        assert_true(left < 16384);
    }
    assert_true(failed > 10);
    unsetenv("MTKSCAN_PLUGIN_PATH");
    unsetenv("XDG_DATA_HOME");
    free(filler);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_newer_minor),
        cmocka_unit_test(test_shadowed_and_sorted),
        cmocka_unit_test(test_folder_once),
        cmocka_unit_test(test_load_again),
        cmocka_unit_test(test_writable_by_others),
        cmocka_unit_test(test_foreign_owner),
        cmocka_unit_test(test_not_regular),
        cmocka_unit_test(test_link_to_regular),
        cmocka_unit_test(test_folder_missing),
        cmocka_unit_test(test_folder_too_full),
        cmocka_unit_test(test_search_path),
        cmocka_unit_test(test_home),
        cmocka_unit_test(test_too_many_folders),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
