/* SPDX-License-Identifier: MIT */
/*
 * Modules that bring codecs, one for each -DBEHAVIOUR=name: one that a real module could have, and
 * bad ones. They claim dumps that begin with "MODULE-CODECS" and state two containers.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "decoders.h"
#include "mtkscan/bytes.h"
#include "mtkscan/plugin.h"

#define SOME __attribute__((unused))

static int32_t claim(const mtkscan_host *host)
{
    const uint8_t *mark = host->span(host, 0, sizeof DECODERS_MARK - 1);
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    if (!mark || memcmp(mark, DECODERS_MARK, sizeof DECODERS_MARK - 1) != 0)
        return MTKSCAN_OK;
    item.id = "mark";
    item.text = "the mark of the tests";
    item.length = sizeof DECODERS_MARK - 1;
    item.bits = 104;
    return host->emit_evidence(host, &item);
}

static int32_t state_container(const mtkscan_host *host, uint32_t order, const char *name,
                               const char *codec, uint64_t offset)
{
    uint32_t length;
    mtkscan_container container = MTKSCAN_INIT(mtkscan_container);
    if (!mtkscan_read_le32(host, offset, &length))
        return MTKSCAN_OK;
    container.name = name;
    container.codec = codec;
    container.order = order;
    container.offset = offset + 4;
    container.length = length;
    container.exec_addr = 0x10000000;
    return host->emit_container(host, &container);
}

static int32_t layout(const mtkscan_host *host)
{
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = "ROM";
    part.length = host->size(host);
    int32_t code = host->emit_part(host, &part);
    code = code ? code : state_container(host, 0, "FIRST", "rle-1", DECODERS_FIRST);
    return code ? code : state_container(host, 1, "SECOND", "xor-1", DECODERS_SECOND);
}

static int32_t flash_ids(const mtkscan_host *host)
{
    (void)host;
    return MTKSCAN_OK;
}

/* ---- what a module should do */

/* rle-1: pairs of a count and a byte, until a count of 0 that ends the stream exactly. */
static int32_t rle(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    const uint8_t *coded = host->span(host, task->offset, task->length);
    uint8_t run[255];
    uint64_t out = 0;
    for (uint64_t at = 0; coded && at < task->length; at += 2) {
        if (coded[at] == 0)
            return at + 1 == task->length ? MTKSCAN_OK : MTKSCAN_E_DAMAGED;
        if (at + 1 == task->length)
            break;
        if (coded[at] > task->room - out)
            return MTKSCAN_E_LIMIT;
        memset(run, coded[at + 1], coded[at]);
        int32_t code = host->emit_output(host, out, run, coded[at]);
        if (code != MTKSCAN_OK)
            return code;
        out += coded[at];
    }
    return MTKSCAN_E_DAMAGED;
}

/* xor-1: bytes, each changed by one of the first image. */
static int32_t xor
    (const mtkscan_host *host, const mtkscan_decode_task *task) {
        mtkscan_layer layer = MTKSCAN_INIT(mtkscan_layer);
        const uint8_t *coded = host->span(host, task->offset, task->length);
        uint8_t *out = host->scratch(host, task->length);
        if (!out || !coded || task->layers != 1 || host->layer(host, 0, &layer) != MTKSCAN_OK ||
            !layer.size || strcmp(layer.name, "FIRST") != 0)
            return MTKSCAN_E_DAMAGED;
        for (uint64_t i = 0; i < task->length; i++)
            out[i] = coded[i] ^ layer.bytes[i % layer.size];
        host->log(host, MTKSCAN_LOG_INFO, "xor-1 is done");
        return host->emit_output(host, 0, out, task->length);
    }

    SOME static int32_t good(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    if (host->struct_size < offsetof(mtkscan_host, layer) + sizeof host->layer)
        return MTKSCAN_E_NOT_FOUND;
    return strcmp(task->codec, "rle-1") == 0   ? rle(host, task)
           : strcmp(task->codec, "xor-1") == 0 ? xor(host, task)
                                               : MTKSCAN_E_NOT_FOUND;
}

/* The last bytes first, and none in between; the largest piece that scratch has room for. */
SOME static int32_t backwards(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    const uint64_t large = UINT64_C(12) << 20;
    uint8_t *bytes = host->scratch(host, large);
    (void)task;
    if (!bytes)
        return MTKSCAN_E_LIMIT;
    memset(bytes, 'b', large);
    int32_t code = host->emit_output(host, large + 4096, bytes, large);
    code = code ? code : host->emit_output(host, 100, "a", 1);
    code = code ? code : host->emit_output(host, large + 4095, "c", 1);
    return code ? code : host->emit_output(host, 0, NULL, 0);
}

SOME static int32_t half(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    host->emit_output(host, 0, "half", 4);
    return MTKSCAN_E_DAMAGED;
}

SOME static int32_t nothing(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    return MTKSCAN_OK;
}

SOME static int32_t needs_more(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    host->emit_output(host, 0, "some", 4);
    return MTKSCAN_E_LIMIT;
}

SOME static int32_t last_byte(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    return host->emit_output(host, task->room - 1, "z", 1);
}

/* ---- what it should not */

static int32_t decoy(const mtkscan_host *host)
{
    return host->emit_output(host, 0, "decoy", 5);
}

SOME static int32_t crash(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    raise(SIGSEGV);
    return 0;
}

SOME static int32_t hang(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    for (volatile unsigned turn = 0;; turn++)
        ;
}

SOME static int32_t leaves(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    _exit(0);
}

/* Never looks at what it is told. */
SOME static int32_t endless(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    static const uint8_t page[4096];
    (void)task;
    for (uint64_t at = 0;; at += sizeof page)
        host->emit_output(host, at, page, sizeof page);
}

SOME static int32_t outside(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    decoy(host);
    host->emit_output(host, task->room - 2, "out", 3);
    return 0;
}

SOME static int32_t far_outside(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    host->emit_output(host, UINT64_MAX - 1, "out", 3);
    return 0;
}

SOME static int32_t overlap(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    host->emit_output(host, 4, "twice", 5);
    return 0;
}

SOME static int32_t huge(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    host->emit_output(host, 5, "huge", UINT64_C(1) << 40);
    return 0;
}

SOME static int32_t null_piece(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    host->emit_output(host, 0, NULL, 16);
    return 0;
}

/* Says that a piece is longer than what stands behind its pointer. */
SOME static int32_t short_piece(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)task;
    mprotect(pages + 4096, 4096,
             PROT_NONE); /* unmapped, something else might come to stand there */
    host->emit_output(host, 0, pages, 8192);
    return 0;
}

SOME static int32_t crumbs(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    int32_t code = MTKSCAN_OK;
    (void)task;
    for (uint64_t turn = 0; code == MTKSCAN_OK && turn <= MTKSCAN_PIECES_MAX; turn++)
        code = host->emit_output(host, turn, "c", 1);
    return code == MTKSCAN_E_LIMIT ? MTKSCAN_OK : MTKSCAN_E_FAILED;
}

SOME static int32_t evidence(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    return claim(host) == MTKSCAN_E_INVALID ? MTKSCAN_OK : MTKSCAN_E_FAILED;
}

SOME static int32_t fails(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    return MTKSCAN_E_FAILED;
}

SOME static int32_t odd_code(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    decoy(host);
    return 12345;
}

/* Changes what it was lent, in its own process. */
SOME static int32_t vandal(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    mtkscan_layer layer = MTKSCAN_INIT(mtkscan_layer);
    if (host->layer(host, 0, &layer) == MTKSCAN_OK && layer.bytes)
        memset((void *)(uintptr_t)layer.bytes, 'X', layer.size);
    memset((void *)(uintptr_t)host->span(host, 0, 8), 'X', 8);
    ((mtkscan_decode_task *)(uintptr_t)task)->room = UINT64_MAX;
    ((mtkscan_decode_task *)(uintptr_t)task)->codec = NULL;
    return host->emit_output(host, 0, "vandal", 6);
}

/* ---- what a process could write that knows how the host listens */

struct frame {
    uint32_t magic;
    uint16_t kind, item;
    uint32_t length;
    unsigned char payload[16];
};

static void forge(uint16_t kind, uint16_t item, uint64_t first, uint64_t second, uint32_t length)
{
    struct frame frame = {0x464B544Du, kind, item, length, {0}};
    memcpy(frame.payload, &first, 8);
    memcpy(frame.payload + 8, &second, 8);
    (void)!write(3, &frame, 12 + (length < 16 ? length : 16));
}

/* Output beyond the room. */
SOME static int32_t forges_output(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host;
    forge(8, 0, task->room, 0, 16);
    return 0;
}

/* A piece that was refused for a reason that there is not, or that is the host's own. */
SOME static int32_t forges_reason(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    forge(8, 5, 0, 0, 16);
    return 0;
}

SOME static int32_t forges_end(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    forge(3, 0, 0, 0, 4);
    return 0;
}

/* A frame that never comes to its end. */
SOME static int32_t forges_length(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    forge(8, 0, 0, 0, 0x20000);
    return 0;
}

/* Frames of no output, many at a time, again and again. */
SOME static int32_t forges_flood(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    static unsigned char frames[4096][20];
    (void)host, (void)task;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        memcpy(frames[i], &(struct frame){0x464B544Du, 8, 0, 8, {0}}, sizeof *frames);
    for (;;)
        (void)!write(3, frames, sizeof frames);
}

static const char *const chips[] = {"MT9999", 0};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = (uint32_t)sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "decoders",
    .version = "1.0",
    .title = "a module with codecs",
    .author = "the tests",
    .license = "MIT",
    .url = "https://example.org",
    .chips = chips,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
    .decode = BEHAVIOUR,
};
