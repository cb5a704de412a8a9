/* SPDX-License-Identifier: MIT */
#include "mtkscan/memory_host.h"

#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define PATTERN_MAX 64u /* of find(), as plugin.h states */

struct mtkscan_memory_block {
    struct mtkscan_memory_block *next;
    max_align_t bytes[];
};

static mtkscan_memory_host *memory_of(const mtkscan_host *host)
{
    return host->ctx;
}

static uint64_t memory_size(const mtkscan_host *host)
{
    return memory_of(host)->size;
}

static const uint8_t *memory_span(const mtkscan_host *host, uint64_t offset, uint64_t length)
{
    const mtkscan_memory_host *memory = memory_of(host);
    return mtkscan_inside(offset, length, memory->size) ? memory->bytes + offset : NULL;
}

static int32_t memory_read(const mtkscan_host *host, uint64_t offset, void *to, uint64_t length)
{
    const uint8_t *bytes = memory_span(host, offset, length);
    if (!bytes)
        return MTKSCAN_E_RANGE;
    memcpy(to, bytes, length);
    return MTKSCAN_OK;
}

static int32_t memory_find(const mtkscan_host *host, uint64_t from, uint64_t to,
                           const void *pattern, uint64_t length, uint64_t *at)
{
    if (length < 1 || length > PATTERN_MAX)
        return MTKSCAN_E_INVALID;
    const uint8_t *bytes = from <= to ? memory_span(host, from, to - from) : NULL;
    if (!bytes)
        return MTKSCAN_E_RANGE;
    const uint8_t *hit = memmem(bytes, to - from, pattern, length);
    if (!hit)
        return MTKSCAN_E_NOT_FOUND;
    *at = from + (uint64_t)(hit - bytes);
    return MTKSCAN_OK;
}

static void *memory_scratch(const mtkscan_host *host, uint64_t length)
{
    mtkscan_memory_host *memory = memory_of(host);
    if (length > MTKSCAN_MEMORY_HOST_SCRATCH - memory->scratch_used)
        return NULL;
    struct mtkscan_memory_block *block = calloc(1, sizeof *block + length);
    if (!block)
        return NULL;
    block->next = memory->blocks;
    memory->blocks = block;
    memory->scratch_used += length;
    return block->bytes;
}

/* What a test does not care for is accepted. */
#define ACCEPT(name, type)                                                                         \
    static int32_t accept_##name(const mtkscan_host *host, const type *record)                     \
    {                                                                                              \
        (void)host, (void)record;                                                                  \
        return MTKSCAN_OK;                                                                         \
    }
ACCEPT(evidence, mtkscan_evidence)
ACCEPT(fact, mtkscan_fact)
ACCEPT(part, mtkscan_part)
ACCEPT(check, mtkscan_check)
ACCEPT(container, mtkscan_container)
ACCEPT(flash, mtkscan_flash)
ACCEPT(flash_id, mtkscan_flash_id)
ACCEPT(zone, mtkscan_zone)
ACCEPT(range, mtkscan_range)
ACCEPT(notice, mtkscan_notice)

static void no_log(const mtkscan_host *host, int32_t level, const char *text)
{
    (void)host, (void)level, (void)text;
}

static int32_t never_cancelled(const mtkscan_host *host)
{
    (void)host;
    return 0;
}

static const void *no_extension(const mtkscan_host *host, const char *id)
{
    (void)host, (void)id;
    return NULL;
}

void mtkscan_memory_host_init(mtkscan_memory_host *memory, const uint8_t *bytes, uint64_t size,
                              const mtkscan_host *emits, void *user)
{
    const mtkscan_host none = MTKSCAN_INIT(mtkscan_host);
    if (!emits)
        emits = &none;
#define TAKE(member, otherwise) .member = emits->member ? emits->member : (otherwise)
    *memory = (mtkscan_memory_host){
        .host = {.struct_size = (uint32_t)sizeof(mtkscan_host),
                 .abi = MTKSCAN_ABI,
                 .ctx = memory,
                 .size = memory_size,
                 .read = memory_read,
                 .span = memory_span,
                 .find = memory_find,
                 .scratch = memory_scratch,
                 TAKE(emit_evidence, accept_evidence),
                 TAKE(emit_fact, accept_fact),
                 TAKE(emit_part, accept_part),
                 TAKE(emit_check, accept_check),
                 TAKE(emit_container, accept_container),
                 TAKE(emit_flash, accept_flash),
                 TAKE(emit_flash_id, accept_flash_id),
                 TAKE(emit_zone, accept_zone),
                 TAKE(emit_range, accept_range),
                 TAKE(emit_notice, accept_notice),
                 TAKE(log, no_log),
                 TAKE(cancelled, never_cancelled),
                 TAKE(extension, no_extension)},
        .bytes = bytes,
        .size = size,
        .user = user,
    };
#undef TAKE
}

void mtkscan_memory_host_free(mtkscan_memory_host *memory)
{
    while (memory->blocks) {
        struct mtkscan_memory_block *next = memory->blocks->next;
        free(memory->blocks);
        memory->blocks = next;
    }
    memory->scratch_used = 0;
}
