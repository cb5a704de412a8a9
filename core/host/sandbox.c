/* SPDX-License-Identifier: MIT */
/* Resource limits and Landlock. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_BYTES      (UINT64_C(8) << 20)
#define FILE_DESCRIPTORS 16u /* the child's own, and those that the dynamic linker opens */

#ifdef MTKS_INSTRUMENTED
enum { INSTRUMENTED = 1 };
#else
enum { INSTRUMENTED = 0 };
#endif

enum mtks_isolation mtks_isolation_usual(void)
{
    return INSTRUMENTED ? MTKS_ISOLATION_FORK : MTKS_ISOLATION_SANDBOX;
}

const char *mtks_isolation_name(enum mtks_isolation isolation)
{
    static const char *const names[] = {[MTKS_ISOLATION_NONE] = "none",
                                        [MTKS_ISOLATION_FORK] = "fork",
                                        [MTKS_ISOLATION_SANDBOX] = "sandbox"};
    return names[isolation];
}

/* ---- resource limits */

/* Bytes of address space that this process has, or 0 when that cannot be told. */
static uint64_t address_space(void)
{
    char text[32];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);
    uint64_t pages = 0;
    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        pages = pages * 10 + (uint64_t)(text[i] - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Lowers a limit, never raises it. */
static bool lower(int resource, uint64_t value)
{
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return false;
    if (limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max)
        limit.rlim_max = (rlim_t)value;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

bool mtks_sandbox_limits(uint64_t memory, uint64_t milliseconds)
{
    bool good = lower(RLIMIT_CORE, 0) && lower(RLIMIT_CPU, milliseconds / 1000 + 1) &&
                lower(RLIMIT_NOFILE, FILE_DESCRIPTORS) && lower(RLIMIT_NPROC, 0) &&
                lower(RLIMIT_STACK, STACK_BYTES);
    uint64_t space = address_space();
    if (!INSTRUMENTED)
        good &= lower(RLIMIT_FSIZE, 0) && space != 0 && memory <= UINT64_MAX / 2 &&
                lower(RLIMIT_AS, space + memory);
    return good & (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
}

/* ---- Landlock, by its stable kernel interface: C libraries have no names for it */

#define CREATE_RULESET 444
#define ADD_RULE       445
#define RESTRICT_SELF  446

#define RULESET_VERSION 1u /* flag: only tell the version */
#define PATH_BENEATH    1  /* kind of rule */

#define EXECUTE   0x1u
#define READ_FILE 0x4u
#define READ_DIR  0x8u

struct ruleset {
    uint64_t files, network, scopes; /* what is forbidden unless a rule allows it */
};

struct path_rule {
    uint64_t allowed;
    int32_t folder;
} __attribute__((packed));

/* What each version of the ABI can forbid: all of it is. */
static const struct {
    uint32_t version;
    size_t size; /* of the struct it knows */
    struct ruleset forbids;
} versions[] = {
    {6, sizeof(struct ruleset), {0xFFFF, 3, 3}},
    {5, offsetof(struct ruleset, scopes), {0xFFFF, 3, 0}},
    {4, offsetof(struct ruleset, scopes), {0x7FFF, 3, 0}},
    {3, offsetof(struct ruleset, network), {0x7FFF, 0, 0}},
    {2, offsetof(struct ruleset, network), {0x3FFF, 0, 0}},
    {1, offsetof(struct ruleset, network), {0x1FFF, 0, 0}},
};

/* What the dynamic linker reads. A module that needs more is refused by it. */
static const struct {
    const char *path;
    uint64_t allowed;
} libraries[] = {
    {"/lib", EXECUTE | READ_FILE | READ_DIR},
    {"/lib64", EXECUTE | READ_FILE | READ_DIR},
    {"/usr/lib", EXECUTE | READ_FILE | READ_DIR},
    {"/usr/lib64", EXECUTE | READ_FILE | READ_DIR},
    {"/usr/local/lib", EXECUTE | READ_FILE | READ_DIR},
    {"/etc/ld.so.cache", READ_FILE},
};

static void allow(int ruleset, int fd, uint64_t allowed)
{
    struct path_rule rule = {.allowed = allowed, .folder = fd};
    if (fd >= 0)
        syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0u);
}

/* A rule that cannot be added allows less, which is safe. */
static void allow_libraries(int ruleset)
{
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        int fd = open(libraries[i].path, O_PATH | O_CLOEXEC);
        allow(ruleset, fd, libraries[i].allowed);
        if (fd >= 0)
            close(fd);
    }
}

uint32_t mtks_sandbox_files(int module)
{
    long version = syscall(CREATE_RULESET, NULL, (size_t)0, RULESET_VERSION);
    size_t row = 0, rows = sizeof versions / sizeof *versions;
    while (row < rows && version < (long)versions[row].version)
        row++;
    if (row == rows)
        return 0;
    int ruleset = (int)syscall(CREATE_RULESET, &versions[row].forbids, versions[row].size, 0u);
    if (ruleset < 0)
        return 0;
    allow(ruleset, module, EXECUTE | READ_FILE);
    allow_libraries(ruleset);
    bool done = syscall(RESTRICT_SELF, ruleset, 0u) == 0;
    close(ruleset);
    return done ? (uint32_t)version : 0;
}
