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

/* Room for the output up to `end`. */
static int grow_output(mtkscan_memory_host *memory, uint64_t end)
{
    uint64_t capacity = memory->output_capacity ? memory->output_capacity : 4096;
    if (end <= memory->output_capacity)
        return 1;
    while (capacity < end)
        capacity *= 2;
    uint8_t *output = realloc(memory->output, capacity);
    if (output)
        memory->output = output;
    uint8_t *taken = output ? realloc(memory->taken, capacity) : NULL;
    if (!taken)
        return 0;
    memory->taken = taken;
    memset(memory->output + memory->output_capacity, 0, capacity - memory->output_capacity);
    memset(memory->taken + memory->output_capacity, 0, capacity - memory->output_capacity);
    memory->output_capacity = capacity;
    return 1;
}

static int32_t keep_output(const mtkscan_host *host, uint64_t offset, const void *bytes,
                           uint64_t length)
{
    mtkscan_memory_host *memory = memory_of(host);
    if (!mtkscan_inside(offset, length, memory->room) || (length && !bytes)) {
        memory->refused = 1;
        return MTKSCAN_E_INVALID;
    }
    if (length == 0)
        return MTKSCAN_OK;
    uint64_t end = offset + length;
    if (end > MTKSCAN_MEMORY_HOST_OUTPUT || !grow_output(memory, end))
        return MTKSCAN_E_LIMIT;
    if (memchr(memory->taken + offset, 1, length)) {
        memory->refused = 1;
        return MTKSCAN_E_INVALID;
    }
    memset(memory->taken + offset, 1, length);
    memcpy(memory->output + offset, bytes, length);
    if (end > memory->output_size)
        memory->output_size = end;
    return MTKSCAN_OK;
}

static int32_t memory_layer(const mtkscan_host *host, uint64_t index, mtkscan_layer *layer)
{
    const mtkscan_memory_host *memory = memory_of(host);
    if (index >= memory->layer_count)
        return MTKSCAN_E_NOT_FOUND;
    const mtkscan_layer *from = &memory->layers[index];
    layer->name = from->name;
    layer->codec = from->codec;
    layer->bytes = from->bytes;
    layer->size = from->size;
    layer->exec_addr = from->exec_addr;
    return MTKSCAN_OK;
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
                 TAKE(extension, no_extension),
                 TAKE(emit_output, keep_output),
                 TAKE(layer, memory_layer)},
        .bytes = bytes,
        .size = size,
        .user = user,
    };
#undef TAKE
}

static void drop_output(mtkscan_memory_host *memory)
{
    free(memory->output);
    free(memory->taken);
    memory->output = memory->taken = NULL;
    memory->output_size = memory->output_capacity = 0;
    memory->refused = 0;
}

int32_t mtkscan_memory_host_decode(mtkscan_memory_host *memory,
                                   int32_t (*decode)(const mtkscan_host *host,
                                                     const mtkscan_decode_task *task),
                                   const mtkscan_decode_task *task)
{
    mtkscan_decode_task asked = *task;
    asked.layers = memory->layer_count;
    drop_output(memory);
    memory->room = asked.room;
    int32_t code = decode(&memory->host, &asked);
    memory->room = 0;
    return memory->refused ? MTKSCAN_E_INVALID : code;
}

void mtkscan_memory_host_free(mtkscan_memory_host *memory)
{
    drop_output(memory);
    while (memory->blocks) {
        struct mtkscan_memory_block *next = memory->blocks->next;
        free(memory->blocks);
        memory->blocks = next;
    }
    memory->scratch_used = 0;
}
