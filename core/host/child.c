/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "entry.h"
#include "services.h"
#include "wire.h"

#define SETUP_FAILED 71         /* or the pipe broke */
#define ENTRY_MEMORY (1u << 20) /* bytes of a module's metadata */
#define MOST_FILES   65536      /* descriptors to close where the kernel cannot do it at once */

/* The end of a process that a module ran in: no handler of the host's program may run. */
static _Noreturn void leave(int status)
{
#ifdef MTKS_COVERAGE
    exit(status); /* ... but those that write down which lines were reached */
#else
    _exit(status);
#endif
}

static void close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
        return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < (most > 0 && most < MOST_FILES ? most : MOST_FILES); fd++)
        close(fd);
}

/* Standard streams go nowhere, but for standard error under a sanitizer, which reports there. */
static bool quieten(void)
{
    int null = open("/dev/null", O_RDWR);
    bool good = null >= 0;
#ifdef MTKS_INSTRUMENTED
    const int last = STDOUT_FILENO;
#else
    const int last = STDERR_FILENO;
#endif
    for (int fd = STDIN_FILENO; good && fd <= last; fd++)
        good = dup2(null, fd) == fd;
    return good;
}

/* Keeps two descriptors, under the numbers that the sandbox knows. */
static bool keep_descriptors(int pipe, int module)
{
    /* First out of the way of the numbers that they get. */
    int high_pipe = fcntl(pipe, F_DUPFD, MTKS_CHILD_DESCRIPTORS);
    int high_module = module < 0 ? -1 : fcntl(module, F_DUPFD, MTKS_CHILD_DESCRIPTORS);
    if (high_pipe < 0 || (module >= 0 && high_module < 0))
        return false;
    bool good = quieten() && dup2(high_pipe, MTKS_CHILD_PIPE) == MTKS_CHILD_PIPE &&
                (module < 0 || dup2(high_module, MTKS_CHILD_MODULE) == MTKS_CHILD_MODULE);
    close_from(module < 0 ? MTKS_CHILD_MODULE : MTKS_CHILD_DESCRIPTORS);
    return good;
}

/* The host's program may catch or block signals; what it does then is not for this process. */
static void forget_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* fails for SIGKILL and SIGSTOP, and does not matter */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Its own group, which the host can end whole, and no life without the host. */
static void tie(pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(SETUP_FAILED);
}

/* What the kernel lacks is left out: mtkscan doctor tells. */
static struct mtks_reached enter_sandbox(const struct mtks_runner *runner,
                                         const struct mtks_job *job)
{
    struct mtks_reached reached = {0};
    reached.limits = mtks_sandbox_limits(runner->limits->plugin_memory, runner->limits->plugin_ms);
    if (runner->isolation != MTKS_ISOLATION_SANDBOX)
        return reached;
    reached.landlock = mtks_sandbox_files(job->module < 0 ? -1 : MTKS_CHILD_MODULE);
    reached.calls = mtks_sandbox_calls(MTKS_STAGE_LOAD);
    return reached;
}

static bool last_stage(const struct mtks_runner *runner)
{
    return runner->isolation == MTKS_ISOLATION_SANDBOX && mtks_sandbox_calls(MTKS_STAGE_RUN);
}

/* Loads the module; false after telling why not. */
static bool load(struct mtks_wire *wire, mtkscan_plugin *entry)
{
    static struct mtks_arena arena; /* stays, as the entry does */
    const char *reason = NULL;
    mtks_arena_init(&arena, ENTRY_MEMORY);
    bool good = mtks_entry_load(&arena, MTKS_CHILD_MODULE, entry, &reason);
    close(MTKS_CHILD_MODULE);
    if (!good)
        mtks_wire_refused(wire, reason ? reason : "needs more memory than its metadata may take");
    return good;
}

/* What one callback after the other needs. */
struct stage {
    const struct mtks_runner *runner;
    struct mtks_wire *wire;
    struct mtks_arena arena;
    uint64_t records;
    size_t parts;
};

/* Runs one callback; false when the next one need not be called. */
static bool call(struct stage *stage, enum mtks_phase phase,
                 int32_t (*callback)(const mtkscan_host *))
{
    const struct mtks_runner *runner = stage->runner;
    struct mtks_services services;
    struct mtks_sink sink;
    mtks_sink_init(&sink, &stage->arena, runner->room, runner->limits->records, phase);
    sink.records = stage->records; /* the limit is one for all its callbacks */
    sink.parts_before = stage->parts;
    mtks_services_init(&services, runner->dump, runner->finder, &sink, runner->limits->scratch);
    services.wire = stage->wire;
    int32_t code = callback(&services.host);
    mtks_services_free(&services);
    mtks_wire_end(stage->wire, code);
    if (!mtks_wire_flush(stage->wire, MTKS_CHILD_PIPE))
        leave(SETUP_FAILED);
    stage->records = sink.records;
    stage->parts += sink.parts.count;
    return code == MTKSCAN_OK && !sink.misbehaved && !sink.out_of_memory;
}

/* Runs a decode. What it emits is checked here, so that it is told at once, and checked and kept
 * by the host. */
static void run_decode(const struct mtks_runner *runner, const struct mtks_job *job,
                       const mtkscan_plugin *entry, struct mtks_wire *wire)
{
    struct mtks_decode_work work = *job->work;
    struct mtks_services services;
    struct mtks_arena arena;
    struct mtks_sink sink;
    last_stage(runner);
    mtks_arena_init(&arena, UINT64_MAX);
    mtks_sink_init(&sink, &arena, runner->room, 0, MTKS_PHASE_DECODE);
    work.output.keep = false;
    work.output.limit = MTKSCAN_PIECES_MAX;
    sink.output = &work.output;
    mtks_services_init(&services, runner->dump, runner->finder, &sink, runner->limits->scratch);
    services.wire = wire;
    services.work = &work;
    wire->pipe = MTKS_CHILD_PIPE;
    mtks_wire_end(wire, entry->decode ? mtks_services_decode(&services, entry->decode)
                                      : MTKSCAN_E_NOT_FOUND);
    mtks_services_free(&services);
}

static void run_callbacks(const struct mtks_runner *runner, const struct mtks_job *job,
                          const mtkscan_plugin *entry, struct mtks_wire *wire)
{
    unsigned rounds = job->kind == MTKS_JOB_REPEAT ? 2 : 1;
    struct stage stage = {.runner = runner, .wire = wire};
    last_stage(runner);
    mtks_arena_init(&stage.arena, UINT64_MAX); /* the process has its own limit */
    for (unsigned round = 0; round < rounds; round++) {
        stage.records = stage.parts = 0;
        if (job->kind != MTKS_JOB_CLAIM && call(&stage, MTKS_PHASE_LAYOUT, entry->layout))
            call(&stage, MTKS_PHASE_FLASH_IDS, entry->flash_ids);
        stage.records = stage.parts = 0;
        if (job->kind != MTKS_JOB_LAYOUT)
            call(&stage, MTKS_PHASE_CLAIM, entry->claim);
    }
}

void mtks_child_run(const struct mtks_runner *runner, const struct mtks_job *job, int pipe,
                    pid_t parent)
{
    static struct mtks_wire wire; /* services write to it while a module runs */
    mtkscan_plugin entry;
    tie(parent);
    forget_signals();
    if (!keep_descriptors(pipe, job->module))
        _exit(SETUP_FAILED);
    struct mtks_reached reached = enter_sandbox(runner, job);
    if (job->kind == MTKS_JOB_PROBE) {
        reached.calls += last_stage(runner);
        mtks_wire_reached(&wire, &reached);
    } else if (load(&wire, &entry)) {
        if (job->kind == MTKS_JOB_DESCRIBE)
            mtks_wire_entry(&wire, &entry);
        else if (job->kind == MTKS_JOB_DECODE)
            run_decode(runner, job, &entry, &wire);
        else
            run_callbacks(runner, job, &entry, &wire);
    }
    leave(mtks_wire_flush(&wire, MTKS_CHILD_PIPE) ? 0 : SETUP_FAILED);
}
