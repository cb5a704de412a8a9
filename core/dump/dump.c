/* SPDX-License-Identifier: MIT */
#include "dump.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtkscan/bytes.h"

#define PAGE       4096u     /* what mappings are rounded to; a larger page does no harm */
#define READ_STEP  0x100000u /* bytes of one read(), so that a bar can move */
#define GROW_FIRST 0x800000u /* room for an input of unknown length: a usual flash size */
#define HUGE_FROM  0x400000u /* from here on, huge pages save faults */
#define STAGE_READ "reading"
#define LIMIT_ADVICE                                                                               \
    "If this really is a dump of one flash chip, raise the limit with --limit input=%" PRIu64 "M."

static const uint8_t nothing[1];

/* An empty dump still has an address, so that no caller has to ask. */
static void set_empty(struct mtks_dump *dump)
{
    *dump = (struct mtks_dump){.bytes = nothing};
}

uint8_t *mtks_dump_edit(struct mtks_dump *dump)
{
    return dump->mapped ? (uint8_t *)(uintptr_t)dump->bytes : NULL;
}

void mtks_dump_close(struct mtks_dump *dump)
{
    if (dump->mapped)
        munmap(mtks_dump_edit(dump), (size_t)dump->mapped);
    set_empty(dump);
}

/* Gives the dump room for at least `room` bytes and keeps what it has. */
static int reserve(struct mtks_dump *dump, uint64_t room, mtkscan_error *error)
{
    uint64_t mapped = mtkscan_round_up(room, PAGE);
    if (mapped <= dump->mapped)
        return MTKSCAN_DONE;
    void *bytes = MAP_FAILED;
    if (mapped > SIZE_MAX)
        errno = ENOMEM;
    else if (dump->mapped)
        bytes = mremap(mtks_dump_edit(dump), (size_t)dump->mapped, (size_t)mapped, MREMAP_MAYMOVE);
    else
        bytes =
            mmap(NULL, (size_t)mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return mtks_fail(error, MTKSCAN_SYSTEM, "no memory for a dump of %" PRIu64 " bytes: %s",
                         room, strerror(errno));
    if (mapped >= HUGE_FROM)
        madvise(bytes, (size_t)mapped,
                MADV_HUGEPAGE); /* a hint: where it fails, all works as well */
    dump->bytes = bytes;
    dump->mapped = mapped;
    return MTKSCAN_DONE;
}

/* Kinds of file that are no dump, and what to tell. */
static const struct {
    mode_t kind;
    const char *text, *advice;
} refused_kinds[] = {
    {S_IFDIR, "is a folder",
     "Give the dump file itself; a folder with a kit goes to `mtkscan verify`."},
    {S_IFIFO, "is a pipe", "To read from a pipe, give - and connect it to standard input."},
    {S_IFSOCK, "is a socket", "Save the dump into a file first."},
    {S_IFCHR, "is a character device", "Copy the flash into a file first, or give - and a pipe."},
};

/* Standard input may be a pipe, a socket or a device as well: its end is where it ends. */
static int refuse_kind(const char *path, bool standard_input, const struct stat *info,
                       mtkscan_error *error)
{
    mode_t kind = info->st_mode & S_IFMT;
    for (size_t i = 0; i < sizeof refused_kinds / sizeof *refused_kinds; i++) {
        if (refused_kinds[i].kind != kind || (standard_input && kind != S_IFDIR))
            continue;
        mtks_fail(error, MTKSCAN_REFUSED, "%s %s, not a dump", path, refused_kinds[i].text);
        mtks_advise(error, "%s", refused_kinds[i].advice);
        return MTKSCAN_REFUSED;
    }
    if (standard_input && isatty(STDIN_FILENO)) {
        mtks_fail(error, MTKSCAN_REFUSED, "standard input is a terminal, not a dump");
        mtks_advise(error, "Connect a file or pipe: mtkscan - < dump.bin");
        return MTKSCAN_REFUSED;
    }
    return MTKSCAN_DONE;
}

static int refuse_length(const char *path, uint64_t length, uint64_t limit, mtkscan_error *error)
{
    mtks_fail(error, MTKSCAN_REFUSED, "%s has over %" PRIu64 " bytes, the limit for one dump", path,
              limit);
    mtks_advise(error, LIMIT_ADVICE, (length >> 20) + 1);
    return MTKSCAN_REFUSED;
}

/* The bytes that lie ahead of the file position, or 0 when that is not known. */
static uint64_t expected_length(int fd, const struct stat *info)
{
    if (!S_ISREG(info->st_mode) && !S_ISBLK(info->st_mode))
        return 0;
    off_t here = lseek(fd, 0, SEEK_CUR);
    off_t end = here < 0 ? -1 : lseek(fd, 0, SEEK_END);
    if (end < 0 || lseek(fd, here, SEEK_SET) != here || end < here)
        return 0;
    return (uint64_t)(end - here);
}

/* One read() that waits where it has to. -1: errno. */
static ssize_t read_some(int fd, uint8_t *to, size_t length)
{
    for (;;) {
        ssize_t got = read(fd, to, length);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN))
            return got;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (errno == EAGAIN && poll(&wait, 1, -1) < 0 && errno != EINTR)
            return -1;
    }
}

/*
 * Reads up to the end. The length that the file promised only says how much room to make first: a
 * file can grow, shrink, or promise nothing (/proc, pipes).
 */
static int read_all(struct mtks_dump *dump, int fd, const char *path, uint64_t expected,
                    uint64_t limit, const struct mtks_progress *progress,
                    struct mtks_hashing *hashing, mtkscan_error *error)
{
    uint64_t first = expected ? expected + 1 : GROW_FIRST; /* + 1: room to see the end */
    int outcome = reserve(dump, first, error);
    while (outcome == MTKSCAN_DONE) {
        if (mtks_step(progress, STAGE_READ, dump->size, expected))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted while reading %s", path);
        uint64_t room = dump->mapped - dump->size;
        ssize_t got = read_some(fd, mtks_dump_edit(dump) + dump->size,
                                room < READ_STEP ? (size_t)room : READ_STEP);
        if (got < 0) {
            mtks_fail(error, MTKSCAN_SYSTEM, "cannot read %s at byte %" PRIu64 ": %s", path,
                      dump->size, strerror(errno));
            if (error)
                error->offset = dump->size;
            return MTKSCAN_SYSTEM;
        }
        if (got == 0)
            return MTKSCAN_DONE;
        dump->size += (uint64_t)got;
        if (dump->size > limit)
            return refuse_length(path, dump->size, limit, error);
        if (dump->size < dump->mapped) {
            if (hashing)
                mtks_hashing_feed(hashing, dump->bytes, dump->size);
            continue;
        }
        if (hashing) /* the bytes may move */
            mtks_hashing_hold(hashing);
        outcome = reserve(dump, 2 * dump->mapped, error);
        if (hashing && outcome == MTKSCAN_DONE)
            mtks_hashing_feed(hashing, dump->bytes, dump->size);
    }
    return outcome;
}

int mtks_dump_read(struct mtks_dump *dump, const char *path, uint64_t limit,
                   const struct mtks_progress *progress, struct mtks_hashing *hashing,
                   mtkscan_error *error)
{
    set_empty(dump);
    bool standard_input = strcmp(path, "-") == 0;
    const char *name = standard_input ? "standard input" : path;
    /* Not blocking, as to open a pipe that nobody writes would wait for ever. */
    int fd =
        standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        int outcome = mtks_fail(error, MTKSCAN_SYSTEM, "cannot open %s: %s", name, strerror(errno));
        if (fd >= 0 && !standard_input)
            close(fd);
        return outcome;
    }
    int outcome = refuse_kind(name, standard_input, &info, error);
    if (outcome == MTKSCAN_DONE) {
        uint64_t expected = expected_length(fd, &info);
        outcome = expected > limit
                      ? refuse_length(name, expected, limit, error)
                      : read_all(dump, fd, name, expected, limit, progress, hashing, error);
    }
    if (!standard_input)
        close(fd);
    if (outcome != MTKSCAN_DONE && hashing)
        mtks_hashing_hold(hashing);
    if (outcome != MTKSCAN_DONE)
        mtks_dump_close(dump);
    else if (dump->mapped) /* what was read stays as it was read */
        mprotect(mtks_dump_edit(dump), (size_t)dump->mapped, PROT_READ);
    return outcome;
}

int mtks_dump_blank(struct mtks_dump *dump, uint64_t size, mtkscan_error *error)
{
    set_empty(dump);
    if (size == 0)
        return MTKSCAN_DONE;
    int outcome = reserve(dump, size, error);
    if (outcome == MTKSCAN_DONE) {
        memset(mtks_dump_edit(dump), 0xFF, (size_t)size);
        dump->size = size;
    }
    return outcome;
}

const uint8_t *mtks_dump_span(const struct mtks_dump *dump, uint64_t offset, uint64_t length)
{
    return mtkscan_inside(offset, length, dump->size) ? dump->bytes + offset : NULL;
}

uint64_t mtks_dump_present(const struct mtks_dump *dump, uint64_t offset, uint64_t length)
{
    if (offset >= dump->size)
        return 0;
    uint64_t left = dump->size - offset;
    return length < left ? length : left;
}

int mtks_dump_all(const struct mtks_dump *dump, uint64_t offset, uint64_t length, uint8_t value)
{
    const uint8_t *bytes = mtks_dump_span(dump, offset, length);
    if (!bytes)
        return 0;
    /* If the first is right and each equals its neighbour, all are right; memcmp does it wide. */
    return length == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, (size_t)length - 1) == 0);
}
