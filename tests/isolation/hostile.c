/* SPDX-License-Identifier: MIT */
/*
 * Bad modules, one for each -DBEHAVIOUR=name: what a host has to survive. Each behaves in claim(),
 * but for those that are wrong in their metadata, act when they are loaded (AT_LOAD), or win first
 * and behave in layout() or flash_ids().
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mtkscan/plugin.h"

#ifndef HOSTILE_MARK
#define HOSTILE_MARK "/tmp/mtkscan-hostile-mark" /* a file that must never appear */
#endif

#define SOME __attribute__((unused))

/* A fair claim, which has to count nothing once the module misbehaves. */
static int32_t boast(const mtkscan_host *host, int32_t bits)
{
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    if (!host) /* at load */
        return 0;
    item.id = "boast";
    item.text = "a claim that must not win";
    item.length = 1;
    item.bits = bits;
    return host->emit_evidence(host, &item);
}

SOME static int32_t null_write(const mtkscan_host *host)
{
    boast(host, 256);
    *(volatile int *)host->extension(host, "none") = 1;
    return 0;
}

SOME static int32_t call_abort(const mtkscan_host *host)
{
    boast(host, 256);
    abort();
}

SOME static int32_t endless_loop(const mtkscan_host *host)
{
    boast(host, 256);
    for (volatile unsigned turn = 0;; turn++)
        ;
}

SOME static int32_t sleeps(const mtkscan_host *host)
{
    boast(host, 256);
    for (;;) {
        struct timespec hour = {3600, 0};
        nanosleep(&hour, NULL);
    }
}

/* Sleeps where even a strict sandbox lets it. */
SOME static int32_t waits(const mtkscan_host *host)
{
    sem_t never;
    boast(host, 256);
    sem_init(&never, 0, 0);
    while (sem_wait(&never) != 0)
        ;
    return 0;
}

SOME static int32_t allocation_bomb(const mtkscan_host *host)
{
    boast(host, 256);
    for (;;) {
        void *piece = malloc(1 << 20);
        if (!piece)
            abort(); /* a module that has no memory left must not be believed */
        memset(piece, 1, 1 << 20);
    }
}

SOME static int32_t deep_stack(const mtkscan_host *host)
{
    volatile char frame[4096];
    frame[0] = 1;
    return deep_stack(host) + frame[0];
}

SOME static int32_t forks(const mtkscan_host *host)
{
    boast(host, 256);
    if (fork() == 0) {
        int fd = open(HOSTILE_MARK, O_CREAT | O_WRONLY, 0600);
        sleep(30);
        _exit(fd >= 0);
    }
    return 0;
}

SOME static int32_t exits_0(const mtkscan_host *host)
{
    boast(host, 256);
    _exit(0);
}

SOME static int32_t exits_by_exit(const mtkscan_host *host)
{
    boast(host, 256);
    exit(0);
}

SOME static int32_t writes_file(const mtkscan_host *host)
{
    boast(host, 256);
    int fd = open(HOSTILE_MARK, O_CREAT | O_WRONLY, 0600);
    if (fd >= 0 && write(fd, "x", 1) == 1)
        close(fd);
    return 0;
}

SOME static int32_t reads_passwd(const mtkscan_host *host)
{
    boast(host, 256);
    int fd = open("/etc/passwd", O_RDONLY);
    return fd >= 0 ? 0 : 0;
}

SOME static int32_t executes(const mtkscan_host *host)
{
    boast(host, 256);
    char *argv[] = {(char[]){"touch"}, (char[]){HOSTILE_MARK}, NULL};
    execv("/usr/bin/touch", argv);
    return 0;
}

SOME static int32_t connects(const mtkscan_host *host)
{
    boast(host, 256);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0)
        (void)!connect(fd, (struct sockaddr *)&to, sizeof to);
    return 0;
}

SOME static void swallow(int number)
{
    (void)number;
}

/* So that it would not be caught at what it does next. */
SOME static int32_t installs_handler(const mtkscan_host *host)
{
    boast(host, 256);
    signal(SIGSYS, swallow);
    return 0;
}

SOME static int32_t maps_code(const mtkscan_host *host)
{
    boast(host, 256);
    void *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == NULL;
}

SOME static int32_t breaks_heap(const mtkscan_host *host)
{
    boast(host, 256);
    char *piece = malloc(64);
    free(piece);
    free(piece);
    return 0;
}

SOME static int32_t kills_parent(const mtkscan_host *host)
{
    boast(host, 256);
    kill(getppid(), SIGKILL);
    return 0;
}

static void *thread_body(void *argument)
{
    return argument;
}

SOME static int32_t starts_thread(const mtkscan_host *host)
{
    boast(host, 256);
    pthread_t thread;
    if (pthread_create(&thread, NULL, thread_body, NULL) == 0)
        pthread_join(thread, NULL);
    return 0;
}

SOME static int32_t giant_string(const mtkscan_host *host)
{
    char *text = malloc(1 << 20);
    memset(text, 'a', (1 << 20) - 1);
    text[(1 << 20) - 1] = 0;
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    item.id = "giant";
    item.text = text;
    item.bits = 256;
    host->emit_evidence(host, &item);
    free(text);
    return 0;
}

SOME static int32_t no_nul(const mtkscan_host *host)
{
    /* A page of text with nothing mapped behind it. */
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(pages + 4096, 4096);
    memset(pages, 'a', 4096);
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    item.id = "no-nul";
    item.text = pages + 4000;
    item.bits = 256;
    host->emit_evidence(host, &item);
    return 0;
}

SOME static int32_t bad_utf8(const mtkscan_host *host)
{
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    item.id = "bad";
    item.text = "\xff\xfe\x80";
    item.bits = 256;
    host->emit_evidence(host, &item);
    return 0;
}

SOME static int32_t floods(const mtkscan_host *host)
{
    for (unsigned turn = 0; turn < 10000000; turn++)
        boast(host, 1);
    return 0;
}

SOME static int32_t logs_flood(const mtkscan_host *host)
{
    boast(host, 256);
    for (;;)
        host->log(host, MTKSCAN_LOG_INFO, "again and again");
}

SOME static int32_t giant_score(const mtkscan_host *host)
{
    return boast(host, INT32_MAX);
}

SOME static int32_t negative_score(const mtkscan_host *host)
{
    return boast(host, INT32_MIN);
}

SOME static int32_t wrong_phase(const mtkscan_host *host)
{
    mtkscan_range range = MTKSCAN_INIT(mtkscan_range);
    range.name = "FAT";
    range.length = 1;
    boast(host, 256);
    host->emit_range(host, &range);
    return 0;
}

SOME static int32_t overflowing_place(const mtkscan_host *host)
{
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    item.id = "far";
    item.text = "beyond all dumps";
    item.offset = UINT64_MAX - 4;
    item.length = 16;
    item.bits = 256;
    host->emit_evidence(host, &item);
    return 0;
}

SOME static int32_t zero_record(const mtkscan_host *host)
{
    static const mtkscan_evidence nothing;
    host->emit_evidence(host, &nothing);
    return 0;
}

SOME static int32_t null_record(const mtkscan_host *host)
{
    host->emit_evidence(host, NULL);
    return 0;
}

SOME static int32_t fails(const mtkscan_host *host)
{
    boast(host, 256);
    return MTKSCAN_E_FAILED;
}

/* Closes, or scribbles on, every descriptor it can guess. */
SOME static int32_t closes_pipes(const mtkscan_host *host)
{
    boast(host, 256);
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    return 0;
}

SOME static int32_t scribbles_pipes(const mtkscan_host *host)
{
    boast(host, 256);
    static const char noise[256] = "garbage that is no record";
    for (int fd = 0; fd < 64; fd++)
        (void)!write(fd, noise, sizeof noise);
    return 0;
}

/* A frame that promises more than it holds, as a process would that knows how the host listens. */
SOME static int32_t forges_frame(const mtkscan_host *host)
{
    static const unsigned char frame[12] = {'M', 'T', 'K', 'F', 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F};
    boast(host, 256);
    (void)!write(3, frame, sizeof frame);
    return 0;
}

/* More than any honest module says. */
SOME static int32_t floods_pipe(const mtkscan_host *host)
{
    static char noise[1 << 16];
    boast(host, 256);
    for (;;)
        (void)!write(3, noise, sizeof noise);
}

/* Wins any dump. */
SOME static int32_t wins(const mtkscan_host *host)
{
    return boast(host, 256) | boast(host, 256);
}

SOME static int32_t emit_part(const mtkscan_host *host, uint64_t offset, uint64_t length)
{
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = "PART";
    part.offset = offset;
    part.length = length;
    return host->emit_part(host, &part);
}

SOME static int32_t overlapping_parts(const mtkscan_host *host)
{
    for (uint64_t turn = 0; turn < 100; turn++)
        emit_part(host, turn * 16, host->size(host));
    return 0;
}

SOME static int32_t far_parts(const mtkscan_host *host)
{
    emit_part(host, 0, 64);
    emit_part(host, UINT64_MAX - 16, 64);
    return 0;
}

SOME static int32_t writes_stdout(const mtkscan_host *host)
{
    boast(host, 256);
    puts("{\"status\": \"identified\"}");
    fflush(stdout);
    return 0;
}

SOME static int32_t patient(const mtkscan_host *host)
{
    (void)host;
    return 0;
}

#if defined(AT_LOAD)
__attribute__((constructor)) static void at_load(void)
{
    BEHAVIOUR(NULL);
}
#endif

static const char *const chips[] = {"MT9999", 0};

#ifndef ENTRY_ABI
#define ENTRY_ABI MTKSCAN_ABI
#endif
#ifndef ENTRY_SIZE
#define ENTRY_SIZE sizeof(mtkscan_plugin)
#endif
#ifndef ENTRY_ID
#define ENTRY_ID "hostile"
#endif
#ifndef ENTRY_CLAIM
#define ENTRY_CLAIM BEHAVIOUR
#endif
#ifndef ENTRY_LAYOUT
#define ENTRY_LAYOUT patient
#endif
#ifndef ENTRY_FLASH_IDS
#define ENTRY_FLASH_IDS patient
#endif

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = (uint32_t)ENTRY_SIZE,
    .abi = ENTRY_ABI,
    .id = ENTRY_ID,
    .version = "6.6.6",
    .title = "a bad module",
    .author = "the tests",
    .license = "MIT",
    .url = "none",
    .chips = chips,
    .claim = ENTRY_CLAIM,
    .layout = ENTRY_LAYOUT,
    .flash_ids = ENTRY_FLASH_IDS,
};
