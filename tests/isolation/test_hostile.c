/* SPDX-License-Identifier: MIT */
/*
 * Bad modules beside the real ones: none takes the program down, changes the right module's answer
 * or leaves a trace, and each is found out. Prints a table, and "N of N".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/runner.h"
#include "support.h"

#define PLUGINS TEST_BUILD_DIR "/plugins"
#define HOSTILE TEST_BUILD_DIR "/tests/hostile"

enum {
    STRICT = 0, /* what a mere fork with limits cannot hold, or does not notice */
    FORK = 1,   /* held by a fork as well, and noticed */
    MEMORY = 2, /* ... with the limit of memory, which sanitizers cannot have */
    WINS = 4,   /* claims the dump: its misbehaviour is the outcome */
    ALONE = 8,  /* wins, and what it states is odd, but no misbehaviour */
};

static const struct row {
    const char *name;
    const char *says; /* part of the report, in the sandbox */
    unsigned held;
} rows[] = {
    {"null_write", "crashed (signal 11)", FORK},
    {"call_abort", "crashed (signal 6)", FORK},
    {"breaks_heap", "crashed (signal 6)", FORK},
    {"deep_stack", "crashed (signal 11)", FORK},
    {"endless_loop", "took longer than 300 ms", FORK},
    {"sleeps", "called clock_nanosleep, which modules may not", FORK},
    {"waits", "took longer than 300 ms", FORK},
    {"allocation_bomb", "crashed (signal 6)", FORK | MEMORY},
    {"forks", "called clone, which modules may not", STRICT},
    {"exits_0", "ended in claim without a result", FORK},
    {"exits_by_exit", "result", FORK},
    {"writes_file", "called openat, which modules may not", STRICT},
    {"reads_passwd", "called openat, which modules may not", STRICT},
    {"executes", "called execve, which modules may not", STRICT},
    {"connects", "called socket, which modules may not", STRICT},
    {"kills_parent", "called kill, which modules may not", STRICT},
    {"starts_thread", "made a system call that modules may not make", STRICT},
    {"installs_handler", "called rt_sigaction, which modules may not", STRICT},
    {"maps_code", "called mmap, which modules may not", STRICT},
    {"writes_stdout", "called write, which modules may not", STRICT},
    {"closes_pipes", "called close, which modules may not", FORK},
    {"scribbles_pipes", "called write, which modules may not", FORK},
    {"forges_frame", "wrote garbage to the host's pipe", FORK},
    {"floods_pipe", "sent more than", FORK},
    {"floods", "more than 20000 records", FORK},
    {"logs_flood", "took longer than 300 ms", FORK},
    {"giant_string", "evidence.text is longer than 512 bytes", FORK},
    {"no_nul", "crashed (signal 11)", FORK},
    {"bad_utf8", "evidence.text is not valid UTF-8", FORK},
    {"giant_score", "evidence.bits is 2147483647, not 0 .. 256", FORK},
    {"negative_score", "evidence.bits is 2147483648, not 0 .. 256", FORK},
    {"wrong_phase", "range in claim, where it has no place", FORK},
    {"overflowing_place", "ends beyond 2^48", FORK},
    {"zero_record", "evidence.abi is 0.0, this host has 1.1", FORK},
    {"null_record", "evidence is NULL", FORK},
    {"fails", "claim returned -6", FORK},
    {"load_writes_file", "called openat, which modules may not when it was loaded", STRICT},
    {"load_forks", "called clone, which modules may not when it was loaded", STRICT},
    {"load_call_abort", "crashed (signal 6) when it was loaded", FORK},
    {"load_endless_loop", "took longer than 300 ms when it was loaded", FORK},
    {"load_exits_0", "ended without a result", FORK},
    {"wrong_major", "is built for ABI 2.0, this host has 1.1", FORK},
    {"size_0", "states an entry of 0 bytes", FORK},
    {"size_huge", "states an entry of 2147483647 bytes", FORK},
    {"null_callback", "claim is NULL", FORK},
    {"duplicate_id", "has the same id and comes first", FORK},
    {"far_parts", "ends beyond 2^48", FORK | WINS},
    {"layout_crash", "crashed (signal 11)", FORK | WINS},
    {"flash_ids_exit", "ended in flash_ids without a result", FORK | WINS},
    {"overlapping_parts", "\"plugin\":\"hostile\"", FORK | ALONE},
};

#define ROWS (sizeof rows / sizeof *rows)

static struct {
    char *folder, *dump;
    char *parts; /* what the right module says of them, alone */
} setting;

/* The array of parts of a report. [owner: caller] */
static char *parts_of(const char *report)
{
    const char *from = strstr(report, "\"parts\":[");
    const char *to = from ? strstr(from, "],\"") : NULL;
    return to ? strndup(from, (size_t)(to - from)) : NULL;
}

static struct test_run scan(const char *isolation, const char *dirs, const char *command,
                            const char *operand)
{
    char level[40];
    snprintf(level, sizeof level, "--isolation=%s", isolation);
    return test_mtkscan(level, "--no-default-plugins", "--plugin-dir", PLUGINS, "--plugin-dir",
                        dirs, "--limit=plugin-ms=300", "--json", command, operand, NULL);
}

static int set_up(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT2502", 0);
    setting.folder = test_folder_new();
    setting.dump = test_file_write(setting.folder, "dump.bin", dump.bytes, dump.size);
    test_dump_free(&dump);
    struct test_run run = scan("none", "/nowhere", "scan", setting.dump);
    setting.parts = parts_of(run.out);
    int status = run.status;
    test_run_free(&run);
    return status == 0 && setting.parts ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    free(setting.parts);
    free(setting.dump);
    test_folder_remove(setting.folder);
    return 0;
}

/* The report is one line of JSON and nothing else. */
static bool is_one_line(const char *out)
{
    size_t length = strlen(out);
    return length > 2 && out[0] == '{' && strcmp(out + length - 2, "}\n") == 0 &&
           strchr(out, '\n') == out + length - 1;
}

/* Why a module was not held, or NULL. */
static const char *fault_of(const struct row *row, const char *isolation, const char *folder)
{
    bool strict = strcmp(isolation, "sandbox") == 0;
    struct test_run run = scan(isolation, folder, "scan", setting.dump);
    struct test_run list = scan(isolation, folder, "plugins", "list");
    char *parts = parts_of(run.out);
    bool told = strstr(run.out, "MTK-P001") || strstr(list.out, "\"refused\"") ||
                strstr(list.out, "\"shadowed\"");
    bool said = strstr(run.out, row->says) || strstr(list.out, row->says);
    int wanted = row->held & WINS ? 7 : 0;
    const char *fault = access(HOSTILE "/mark", F_OK) == 0 ? "it left a trace"
                        : !is_one_line(run.out)            ? "its words are in the report"
                        : row->held & ALONE                ? (said ? NULL : "no report")
                        : run.status != wanted             ? "wrong exit code"
                        : !told                            ? "nobody was told"
                        : strict && !said                  ? "wrong reason"
                        : row->held & WINS                 ? NULL
                        : !parts || strcmp(parts, setting.parts) != 0 ? "the right answer changed"
                        : !strstr(run.out, "\"plugin\":\"mt2502\",\"forced")
                            ? "the right module did not win"
                            : NULL;
    if (fault)
        print_error("%s: exit %d\n%.3000s\n%s\n%s\n", row->name, run.status, run.out, run.err,
                    list.out);
    free(parts);
    test_run_free(&run);
    test_run_free(&list);
    unlink(HOSTILE "/mark");
    return fault;
}

/* Runs one bad module; true when it was held. */
static bool is_held(const struct row *row, const char *isolation)
{
    char name[64];
    size_t size = 0;
    char *folder = test_folder_new();
    snprintf(name, sizeof name, "%s.so", row->name);
    char *bytes = test_file_read(HOSTILE, name, &size);
    assert_non_null(bytes);
    char *path = test_file_write(folder, "hostile.so", bytes, size);
    assert_int_equal(chmod(path, 0644), 0);
    const char *fault = fault_of(row, isolation, folder);
    printf("  %-8s %-20s %s\n", isolation, row->name, fault ? fault : "held, and told");
    free(path);
    free(bytes);
    test_folder_remove(folder);
    return !fault;
}

static void run_rows(const char *isolation, unsigned needs, unsigned without)
{
    unsigned held = 0, tried = 0;
    unlink(HOSTILE "/mark");
    for (size_t i = 0; i < ROWS; i++) {
        if ((rows[i].held & needs) != needs || rows[i].held & without)
            continue;
        held += is_held(&rows[i], isolation);
        tried++;
    }
    printf("  %s: %u of %u held\n", isolation, held, tried);
    assert_int_equal(held, tried);
    assert_true(tried >= 25);
}

static void test_sandbox(void **state)
{
    (void)state;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_reached reached = mtks_runner_probe(MTKS_ISOLATION_SANDBOX, &limits);
    if (mtks_isolation_usual() != MTKS_ISOLATION_SANDBOX || !reached.landlock ||
        reached.calls != 2) {
        print_message("no sandbox in this build, or on this system\n");
        skip();
    }
    run_rows("sandbox", 0, 0);
}

static void test_fork(void **state)
{
    (void)state;
    run_rows("fork", FORK, mtks_isolation_usual() == MTKS_ISOLATION_SANDBOX ? 0 : MEMORY);
}

/* A dump that nobody knows, and a module that failed on it: nobody can say that it is unknown. */
static void test_nothing_known(void **state)
{
    (void)state;
    static const char nothing[4096];
    char *dump = test_file_write(setting.folder, "nothing.bin", nothing, sizeof nothing);
    char *folder = test_folder_new();
    struct test_run run = scan("fork", folder, "scan", dump);
    assert_int_equal(run.status, 3);
    test_run_free(&run);
    size_t size = 0;
    char *bytes = test_file_read(HOSTILE, "null_write.so", &size);
    char *path = test_file_write(folder, "hostile.so", bytes, size);
    run = scan("fork", folder, "scan", dump);
    assert_int_equal(run.status, 7);
    assert_non_null(strstr(run.err, "module hostile misbehaved: crashed (signal 11)"));
    test_run_free(&run);
    free(path);
    free(bytes);
    free(dump);
    test_folder_remove(folder);
}

/* The same words whatever runs where. */
static void test_levels_agree(void **state)
{
    (void)state;
    static const char *const levels[] = {"none", "fork", "sandbox"};
    char *first = NULL;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (i == 2 && mtks_isolation_usual() != MTKS_ISOLATION_SANDBOX)
            continue;
        struct test_run run = scan(levels[i], "/nowhere", "scan", setting.dump);
        assert_int_equal(run.status, 0);
        if (!first)
            first = strdup(run.out);
        else
            assert_string_equal(run.out, first);
        test_run_free(&run);
    }
    free(first);
}

static void test_doctor(void **state)
{
    (void)state;
    struct test_run run = test_mtkscan("doctor", "--isolation=fork", NULL);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "isolation  fork (asked for: fork)\n"));
    assert_non_null(strstr(run.out, "Landlock ABI 0, seccomp filters 0 of 2\n"));
    test_run_free(&run);
    run = test_mtkscan("doctor", "--isolation=none", "--json", NULL);
    assert_non_null(strstr(run.out, "\"isolation\":{\"asked\":\"none\",\"reached\":\"none\","
                                    "\"limits\":false,"));
    test_run_free(&run);
    run = test_mtkscan("doctor", "--isolation=some", NULL);
    assert_int_equal(run.status, 2);
    test_run_free(&run);
}

/* Safe mode takes nothing that the user named, and says so. */
static void test_safe_mode(void **state)
{
    (void)state;
    setenv("MTKSCAN_PLUGIN_PATH", HOSTILE, 1);
    struct test_run run = test_mtkscan("doctor", "--safe-mode", "--limit=plugin-ms=300",
                                       "--plugin-dir", HOSTILE, NULL);
    assert_int_equal(run.status, 0);
    assert_null(strstr(run.out, HOSTILE));
    assert_non_null(strstr(run.out, PLUGINS "\n"));
    assert_non_null(strstr(run.out, "modules    3 usable, 0 shadowed, 0 refused\n"));
    assert_non_null(strstr(run.out, "ignored    --plugin-dir is ignored in safe mode\n"));
    test_run_free(&run);
    unsetenv("MTKSCAN_PLUGIN_PATH");
}

/* A program that runs with other rights than its user's takes nothing from that user. */
static void test_privileged(void **state)
{
    (void)state;
    if (mtks_isolation_usual() != MTKS_ISOLATION_SANDBOX)
        skip(); /* sanitizers cannot run like that */
    size_t size = 0;
    char *bytes = test_file_read(TEST_BUILD_DIR, "mtkscan", &size);
    char *path = test_file_write(setting.folder, "raised", bytes, size);
    const char *argv[] = {path, "doctor", "--plugin-dir", HOSTILE, NULL};
    free(bytes);
    chmod(setting.folder, 0755);
    if (chown(path, 65534, 65534) != 0 || chmod(path, 04755) != 0) {
        free(path);
        skip(); /* only root can try */
    }
    setenv("MTKSCAN_PLUGIN_PATH", HOSTILE, 1);
    struct test_run run = test_run(argv);
    unsetenv("MTKSCAN_PLUGIN_PATH");
    assert_int_equal(run.status, 0);
    assert_null(strstr(run.out, HOSTILE));
    assert_null(strstr(run.out, setting.folder));
    assert_non_null(strstr(run.out, "modules    0 usable"));
    test_run_free(&run);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sandbox),       cmocka_unit_test(test_fork),
        cmocka_unit_test(test_nothing_known), cmocka_unit_test(test_levels_agree),
        cmocka_unit_test(test_doctor),        cmocka_unit_test(test_safe_mode),
        cmocka_unit_test(test_privileged),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
