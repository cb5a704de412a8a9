/* SPDX-License-Identifier: MIT */
/* Processes of modules: many at a time, in order, and none when the system has none. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/plugins.h"
#include "host/runner.h"
#include "host/wire.h"
#include "support.h"

#define GOOD    TEST_BUILD_DIR "/plugins/mt2502.so"
#define HOSTILE TEST_BUILD_DIR "/tests/hostile/"
#define MANY    20u

static struct mtks_limits limits;

static struct mtks_runner runner_of(enum mtks_isolation isolation)
{
    mtks_limits_init(&limits);
    limits.plugin_ms = 1500;
    return (struct mtks_runner){.isolation = isolation, .limits = &limits, .room = 1u << 20};
}

static int open_module(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd > 0);
    return fd;
}

/* More jobs than run at a time; every third crashes. */
static void test_many(void **state)
{
    (void)state;
    struct mtks_runner runner = runner_of(mtks_isolation_usual());
    struct mtks_job jobs[MANY];
    int good = open_module(GOOD), bad = open_module(HOSTILE "load_call_abort.so");
    for (size_t i = 0; i < MANY; i++)
        jobs[i] = (struct mtks_job){.kind = MTKS_JOB_DESCRIBE, .module = i % 3 ? good : bad};
    assert_true(mtks_runner_run(&runner, jobs, MANY, NULL));
    struct mtks_arena arena;
    mtks_arena_init(&arena, 1u << 20);
    for (size_t i = 0; i < MANY; i++) {
        struct mtks_frames frames = {.bytes = jobs[i].bytes, .length = jobs[i].length};
        mtkscan_plugin entry;
        const char *reason = NULL;
        assert_string_equal(jobs[i].fault, i % 3 ? "" : "crashed (signal 6)");
        assert_int_equal(mtks_wire_take_entry(&frames, &arena, &entry, &reason), i % 3 != 0);
        if (i % 3)
            assert_string_equal(entry.id, "mt2502");
        mtks_job_free(&jobs[i]);
    }
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* all were reaped */
    assert_int_equal(errno, ECHILD);
    mtks_arena_free(&arena);
    close(good);
    close(bad);
}

static void test_no_descriptors(void **state)
{
    (void)state;
    struct mtks_runner runner = runner_of(MTKS_ISOLATION_FORK);
    struct mtks_job job = {.kind = MTKS_JOB_PROBE, .module = -1};
    struct rlimit before, none;
    mtkscan_error error;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool ran = mtks_runner_run(&runner, &job, 1, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(ran);
    assert_int_equal(error.outcome, MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(EMFILE)));
    mtks_job_free(&job);

    const char *dirs[] = {TEST_BUILD_DIR "/plugins", NULL};
    struct mtks_plugin_search search = {
        .dirs = dirs, .only_dirs = true, .isolation = MTKS_ISOLATION_FORK};
    struct mtks_plugins plugins;
    none.rlim_cur = 7; /* the folder and its modules, but no pipe */
    for (; none.rlim_cur < 32; none.rlim_cur++) {
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        int outcome = mtks_plugins_load(&plugins, &search, &error);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        if (outcome == MTKSCAN_DONE && mtks_plugins_find(&plugins, "mt6261")) {
            mtks_plugins_free(&plugins);
            return;
        }
        if (outcome == MTKSCAN_DONE)
            mtks_plugins_free(&plugins);
        else
            assert_int_equal(outcome, MTKSCAN_SYSTEM);
    }
    fail_msg("the modules were not found with any number of descriptors");
}

/* What a program does about its signals is not for its modules' processes. */
static void test_signals(void **state)
{
    (void)state;
    struct mtks_runner runner = runner_of(mtks_isolation_usual());
    int module = open_module(HOSTILE "load_call_abort.so");
    struct mtks_job job = {.kind = MTKS_JOB_DESCRIBE, .module = module};
    void (*before)(int) = signal(SIGABRT, SIG_IGN);
    sigset_t all, mask;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &mask);
    bool ran = mtks_runner_run(&runner, &job, 1, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    signal(SIGABRT, before);
    assert_true(ran);
    assert_string_equal(job.fault, "crashed (signal 6)");
    mtks_job_free(&job);
    close(module);
}

/* A time of whole seconds is told as such. */
static void test_slow(void **state)
{
    (void)state;
    struct mtks_runner runner = runner_of(mtks_isolation_usual());
    int module = open_module(HOSTILE "load_endless_loop.so");
    struct mtks_job job = {.kind = MTKS_JOB_DESCRIBE, .module = module};
    limits.plugin_ms = 1000;
    assert_true(mtks_runner_run(&runner, &job, 1, NULL));
    assert_string_equal(job.fault, "took longer than 1 s");
    mtks_job_free(&job);
    close(module);
}

static void test_probe(void **state)
{
    (void)state;
    runner_of(MTKS_ISOLATION_FORK);
    struct mtks_reached reached = mtks_runner_probe(MTKS_ISOLATION_NONE, &limits);
    assert_int_equal(reached.limits + reached.landlock + reached.calls, 0);
    reached = mtks_runner_probe(MTKS_ISOLATION_FORK, &limits);
    assert_int_equal(reached.limits, 1);
    assert_int_equal(reached.landlock + reached.calls, 0);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(mtks_isolation_name(MTKS_ISOLATION_NONE), "none");
    assert_string_equal(mtks_isolation_name(MTKS_ISOLATION_SANDBOX), "sandbox");
    assert_null(mtks_call_name(-1));
#ifdef __x86_64__
    assert_string_equal(mtks_call_name(59), "execve");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),    cmocka_unit_test(test_no_descriptors),
        cmocka_unit_test(test_signals), cmocka_unit_test(test_slow),
        cmocka_unit_test(test_probe),   cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
