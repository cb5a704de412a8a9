/* SPDX-License-Identifier: MIT */
/*
 * seccomp: a table of the system calls that a module's process needs, compiled into the kernel's
 * filter language. All others are trapped, not refused, so that a module that tries is found out.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"
#include "wire.h"

#if defined(__x86_64__)
#define MACHINE    AUDIT_ARCH_X86_64
#define FIRST_ODD  0x40000000u /* from here on: calls with pointers of 32 bits */
#define CAN_FILTER 1
#elif defined(__aarch64__)
#define MACHINE    AUDIT_ARCH_AARCH64
#define FIRST_ODD  0x40000000u
#define CAN_FILTER 1
#else
#define CAN_FILTER 0
#endif

#if CAN_FILTER

/* ---- names, for reports */

#define CALL(name)                                                                                 \
    {                                                                                              \
        SYS_##name, #name                                                                          \
    }

static const struct {
    long number;
    const char *name;
} names[] = {
    CALL(openat),
    CALL(write),
    CALL(writev),
    CALL(pwrite64),
    CALL(read),
    CALL(readv),
    CALL(close),
    CALL(clone),
    CALL(execve),
    CALL(execveat),
    CALL(socket),
    CALL(connect),
    CALL(bind),
    CALL(kill),
    CALL(tkill),
    CALL(tgkill),
    CALL(ptrace),
    CALL(prctl),
    CALL(ioctl),
    CALL(fcntl),
    CALL(dup),
    CALL(dup3),
    CALL(pipe2),
    CALL(unlinkat),
    CALL(mkdirat),
    CALL(renameat2),
    CALL(nanosleep),
    CALL(clock_nanosleep),
    CALL(rt_sigaction),
    CALL(setpgid),
    CALL(setsid),
    CALL(mmap),
    CALL(mprotect),
    CALL(ppoll),
    CALL(newfstatat),
    CALL(statx),
    CALL(readlinkat),
    CALL(getdents64),
    CALL(ftruncate),
    CALL(process_vm_readv),
    CALL(prlimit64),
    CALL(memfd_create),
    CALL(timer_create),
    CALL(setitimer),
    CALL(bpf),
    CALL(process_vm_writev),
#ifdef SYS_clone3
    CALL(clone3),
#endif
#ifdef SYS_openat2
    CALL(openat2),
#endif
#ifdef SYS_io_uring_setup
    CALL(io_uring_setup),
#endif
#ifdef SYS_pidfd_open
    CALL(pidfd_open),
#endif
#ifdef __x86_64__
    CALL(open),
    CALL(creat),
    CALL(fork),
    CALL(vfork),
    CALL(unlink),
    CALL(mkdir),
    CALL(rename),
    CALL(poll),
    CALL(dup2),
    CALL(pipe),
    CALL(stat),
    CALL(access),
    CALL(readlink),
    CALL(alarm),
    CALL(pause),
#endif
};

const char *mtks_call_name(int32_t number)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number)
            return names[i].name;
    return NULL;
}

/* ---- what is allowed */

/* When a rule holds. Arguments are ints, so their low words are looked at. */
enum test {
    ALWAYS,
    EQUALS,  /* an argument is `value` */
    WITHOUT, /* an argument has none of the bits of `value` */
    OWN_ID,  /* an argument is the process's own id */
};

struct rule {
    long call;
    enum test test;
    unsigned argument;
    uint32_t value;
    uint32_t answer; /* SECCOMP_RET_* */
};

#define ALLOW(name, test, argument, value)                                                         \
    {                                                                                              \
        SYS_##name, (test), (argument), (value), SECCOMP_RET_ALLOW                                 \
    }
#define FREE(name) ALLOW(name, ALWAYS, 0, 0)
/* Not allowed, and no sign of malice either. */
#define FAIL(name, test, argument, value, code)                                                    \
    {                                                                                              \
        SYS_##name, (test), (argument), (value), SECCOMP_RET_ERRNO | (code)                        \
    }

static const struct rule computing[] = {
    ALLOW(write, EQUALS, 0, MTKS_CHILD_PIPE),
    FREE(munmap),
    FREE(mremap),
    FREE(madvise),
    FREE(brk),
    FREE(futex),
    FREE(clock_gettime),
    FREE(clock_getres),
    FREE(gettimeofday),
    FREE(getrandom),
    FREE(getpid),
    FREE(getppid),
    FREE(gettid),
    FREE(sched_yield),
    FREE(rt_sigprocmask),
    FREE(rt_sigreturn),
    FREE(restart_syscall),
    FREE(exit),
    FREE(exit_group),
    /* abort() sends its signal with this, and a broken heap first says so with writev(). */
    ALLOW(tgkill, OWN_ID, 0, 0),
    FAIL(writev, EQUALS, 0, STDERR_FILENO, EBADF),
#ifdef SYS_time
    FREE(time),
#endif
};

#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))

/* What dlopen() needs more. Landlock says which files. */
static const struct rule loading[] = {
    ALLOW(openat, WITHOUT, 2, WRITING),
    FREE(mmap),
    FREE(mprotect),
    FREE(read),
    FREE(pread64),
    FREE(lseek),
    FREE(close),
    FREE(fstat),
    FREE(newfstatat),
    FREE(statx),
    FREE(readlinkat),
    FREE(faccessat),
    FREE(getcwd),
    FREE(uname),
    FREE(sysinfo),
    FREE(sched_getaffinity),
    FREE(seccomp), /* for the second stage: filters only ever take rights away */
    FAIL(prctl, ALWAYS, 0, 0, EINVAL),
#ifdef SYS_readlink
    FREE(readlink),
    FREE(access),
#endif
};

/* Behind dlopen() nothing new becomes code. The filter of the first stage still stands; the
 * stricter answer of both wins. */
static const struct rule running[] = {
    /* The first thing that puts() does: let it come to its write(). */
    FAIL(newfstatat, EQUALS, 0, STDOUT_FILENO, EBADF),
    ALLOW(mmap, WITHOUT, 2, PROT_EXEC),
    ALLOW(mprotect, WITHOUT, 2, PROT_EXEC),
};

/* ---- the filter */

#define FILTER_MAX 512u /* instructions */
#define GROUP      6u   /* rules; a jump spans at most 255 instructions */
#define RULES_MAX                                                                                  \
    (sizeof computing / sizeof *computing + sizeof loading / sizeof *loading +                     \
     sizeof running / sizeof *running)

struct filter {
    struct sock_filter code[FILTER_MAX];
    unsigned short length;
};

static void emit(struct filter *filter, unsigned code, uint32_t value, unsigned if_true,
                 unsigned if_false)
{
    filter->code[filter->length++] =
        (struct sock_filter){(uint16_t)code, (uint8_t)if_true, (uint8_t)if_false, value};
}

static void emit_load(struct filter *filter, size_t at)
{
    emit(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0);
}

static void emit_answer(struct filter *filter, uint32_t answer)
{
    emit(filter, BPF_RET | BPF_K, answer, 0, 0);
}

/* The number of the call is in the accumulator before each rule, and behind it. */
static void emit_rule(struct filter *filter, const struct rule *rule)
{
    uint32_t mask = rule->test == WITHOUT ? rule->value : UINT32_MAX;
    uint32_t wanted = rule->test == WITHOUT  ? 0
                      : rule->test == OWN_ID ? (uint32_t)getpid()
                                             : rule->value;
    if (rule->test == ALWAYS) {
        emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->call, 0, 1);
        emit_answer(filter, rule->answer);
        return;
    }
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->call, 0, 5);
    /* The low word comes first: both machines are little-endian. */
    emit_load(filter, offsetof(struct seccomp_data, args) + 8 * (size_t)rule->argument);
    emit(filter, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 1);
    emit_answer(filter, rule->answer);
    emit_load(filter, offsetof(struct seccomp_data, nr));
}

static int by_call(const void *left, const void *right)
{
    const struct rule *a = left, *b = right;
    return (a->call > b->call) - (a->call < b->call);
}

static size_t add_rules(struct rule *to, size_t count, const struct rule *rules, size_t more)
{
    memcpy(to + count, rules, more * sizeof *rules);
    return count + more;
}

#define ADD_RULES(to, count, rules)                                                                \
    add_rules((to), (count), (rules), sizeof(rules) / sizeof *(rules))

/*
 * Rules rise by number, in groups that a call with a greater number jumps over: when it takes a
 * filter, the kernel tries it with every call there is, and that is what most of its time goes to.
 */
static void emit_rules(struct filter *filter, const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t end = i + GROUP < count ? i + GROUP : count;
        unsigned short jump = filter->length;
        if (end < count)
            emit(filter, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)rules[end].call, 0, 0);
        for (; i < end; i++)
            emit_rule(filter, &rules[i]);
        emit_answer(filter, SECCOMP_RET_TRAP);
        if (end < count)
            filter->code[jump].jt = (uint8_t)(filter->length - jump - 1);
    }
}

static void build(struct filter *filter, enum mtks_stage stage)
{
    struct rule rules[RULES_MAX];
    size_t count = ADD_RULES(rules, 0, computing);
    count = stage == MTKS_STAGE_LOAD ? ADD_RULES(rules, count, loading)
                                     : ADD_RULES(rules, count, running);
    qsort(rules, count, sizeof *rules, by_call);
    emit_load(filter, offsetof(struct seccomp_data, arch));
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    emit_answer(filter, SECCOMP_RET_KILL_PROCESS);
    emit_load(filter, offsetof(struct seccomp_data, nr));
    emit(filter, BPF_JMP | BPF_JGE | BPF_K, FIRST_ODD, 0, 1);
    emit_answer(filter, SECCOMP_RET_KILL_PROCESS);
    emit_rules(filter, rules, count);
}

/* Tells the host which call it was, as the last frame, and ends. */
static void caught(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number, (void)context;
    struct {
        struct mtks_frame_head head;
        int32_t number;
    } last = {{MTKS_FRAME_MAGIC, MTKS_FRAME_CALL, 0, sizeof last.number}, info->si_syscall};
    ssize_t wrote = write(MTKS_CHILD_PIPE, &last, sizeof last);
    _exit(wrote == (ssize_t)sizeof last ? MTKS_CHILD_CALLED : MTKS_CHILD_CALLED + 1);
}

static bool catch_calls(void)
{
    struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGSYS, &action, NULL) == 0;
}

bool mtks_sandbox_calls(enum mtks_stage stage)
{
    struct filter filter;
    filter.length = 0;
    if (stage == MTKS_STAGE_LOAD && !catch_calls())
        return false;
    build(&filter, stage);
    struct sock_fprog program = {.len = filter.length, .filter = filter.code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &program) == 0;
}

#else

const char *mtks_call_name(int32_t number)
{
    (void)number;
    return NULL;
}

bool mtks_sandbox_calls(enum mtks_stage stage)
{
    (void)stage;
    return false;
}

#endif
