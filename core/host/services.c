/* SPDX-License-Identifier: MIT */
#include "services.h"

#include <inttypes.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "sink_output.h"
#include "wire.h"

/* What a layer had in ABI 1.1. */
#define LAYER_LEAST (offsetof(mtkscan_layer, exec_addr) + sizeof(((mtkscan_layer *)0)->exec_addr))

static struct mtks_services *services_of(const mtkscan_host *host)
{
    return host->ctx;
}

static uint64_t size_call(const mtkscan_host *host)
{
    return services_of(host)->dump->size;
}

static const uint8_t *span_call(const mtkscan_host *host, uint64_t offset, uint64_t length)
{
    return mtks_dump_span(services_of(host)->dump, offset, length);
}

static int32_t read_call(const mtkscan_host *host, uint64_t offset, void *to, uint64_t length)
{
    const struct mtks_dump *dump = services_of(host)->dump;
    if (!mtkscan_inside(offset, length, dump->size))
        return MTKSCAN_E_RANGE;
    if (length == 0)
        return MTKSCAN_OK;
    if (!to)
        return MTKSCAN_E_INVALID;
    memcpy(to, dump->bytes + offset, length);
    return MTKSCAN_OK;
}

static int32_t find_call(const mtkscan_host *host, uint64_t from, uint64_t to, const void *pattern,
                         uint64_t length, uint64_t *at)
{
    const struct mtks_services *services = services_of(host);
    if (!pattern || !at || length == 0 || length > MTKS_PATTERN_MAX)
        return MTKSCAN_E_INVALID;
    if (from > to || to > services->dump->size)
        return MTKSCAN_E_RANGE;
    return mtks_finder_find(services->finder, services->dump, from, to, pattern, length, at)
               ? MTKSCAN_OK
               : MTKSCAN_E_NOT_FOUND;
}

static void *scratch_call(const mtkscan_host *host, uint64_t length)
{
    return mtks_arena_alloc(&services_of(host)->scratch, length);
}

/* Up to the first bad record, and that one, the host is told what this process saw. */
static int32_t take(const mtkscan_host *host, enum mtks_record kind, const void *record)
{
    const struct mtks_services *services = services_of(host);
    struct mtks_sink *sink = services->sink;
    if (!sink)
        return MTKSCAN_E_INVALID;
    bool listening = !sink->misbehaved && !sink->out_of_memory;
    int32_t code = mtks_sink_take(sink, kind, record);
    if (services->wire && listening)
        mtks_wire_record(services->wire, kind, record);
    return code;
}

/* One emit_* member of the host table for each kind of record. */
#define EMIT(name, kind)                                                                           \
    static int32_t emit_##name(const mtkscan_host *host, const mtkscan_##name *record)             \
    {                                                                                              \
        return take(host, kind, record);                                                           \
    }

EMIT(evidence, MTKS_RECORD_EVIDENCE)
EMIT(fact, MTKS_RECORD_FACT)
EMIT(part, MTKS_RECORD_PART)
EMIT(check, MTKS_RECORD_CHECK)
EMIT(container, MTKS_RECORD_CONTAINER)
EMIT(flash, MTKS_RECORD_FLASH)
EMIT(flash_id, MTKS_RECORD_FLASH_ID)
EMIT(zone, MTKS_RECORD_ZONE)
EMIT(range, MTKS_RECORD_RANGE)
EMIT(notice, MTKS_RECORD_NOTICE)

static int32_t output_call(const mtkscan_host *host, uint64_t offset, const void *bytes,
                           uint64_t length)
{
    const struct mtks_services *services = services_of(host);
    struct mtks_sink *sink = services->sink;
    enum mtks_piece_result result;
    if (!sink)
        return MTKSCAN_E_INVALID;
    bool listening = !sink->misbehaved && !sink->out_of_memory;
    int32_t code = mtks_sink_output(sink, offset, bytes, length, &result);
    if (!services->wire || !listening)
        return code;
    if (result == MTKS_PIECE_TAKEN)
        mtks_wire_output(services->wire, offset, bytes, length);
    else
        mtks_wire_output_refused(services->wire, result, offset, length);
    return code;
}

static int32_t layer_call(const mtkscan_host *host, uint64_t index, mtkscan_layer *layer)
{
    const struct mtks_decode_work *work = services_of(host)->work;
    if (!layer || layer->struct_size < LAYER_LEAST || layer->struct_size > MTKS_STRUCT_MAX)
        return MTKSCAN_E_INVALID;
    if (!work || index >= work->task.layers)
        return MTKSCAN_E_NOT_FOUND;
    const struct mtks_layer *from = &work->layers[index];
    layer->name = from->name;
    layer->codec = from->codec;
    layer->bytes = from->bytes;
    layer->size = from->bytes ? from->size : 0;
    layer->exec_addr = from->exec_addr;
    return MTKSCAN_OK;
}

static void log_call(const mtkscan_host *host, int32_t level, const char *text)
{
    const struct mtks_services *services = services_of(host);
    struct mtks_sink *sink = services->sink;
    if (!sink)
        return;
    size_t lines = sink->log.count;
    mtks_sink_log(sink, level, text);
    if (services->wire && sink->log.count > lines)
        mtks_wire_log(services->wire, level, text);
}

/* A module whose records are no longer taken has nothing left to do. */
static int32_t cancelled_call(const mtkscan_host *host)
{
    const struct mtks_sink *sink = services_of(host)->sink;
    return sink && (sink->misbehaved || sink->out_of_memory);
}

static const void *extension_call(const mtkscan_host *host, const char *id)
{
    (void)host, (void)id; /* there is none yet */
    return NULL;
}

void mtks_services_init(struct mtks_services *services, const struct mtks_dump *dump,
                        struct mtks_finder *finder, struct mtks_sink *sink, uint64_t scratch_limit)
{
    *services = (struct mtks_services){
        .host = {.struct_size = (uint32_t)sizeof services->host,
                 .abi = MTKSCAN_ABI,
                 .ctx = services,
                 .size = size_call,
                 .read = read_call,
                 .span = span_call,
                 .find = find_call,
                 .scratch = scratch_call,
                 .emit_evidence = emit_evidence,
                 .emit_fact = emit_fact,
                 .emit_part = emit_part,
                 .emit_check = emit_check,
                 .emit_container = emit_container,
                 .emit_flash = emit_flash,
                 .emit_flash_id = emit_flash_id,
                 .emit_zone = emit_zone,
                 .emit_range = emit_range,
                 .emit_notice = emit_notice,
                 .log = log_call,
                 .cancelled = cancelled_call,
                 .extension = extension_call,
                 .emit_output = output_call,
                 .layer = layer_call},
        .dump = dump,
        .finder = finder,
        .sink = sink,
    };
    mtks_arena_init(&services->scratch, scratch_limit);
}

void mtks_services_free(struct mtks_services *services)
{
    mtks_arena_free(&services->scratch);
}

void mtks_services_call(struct mtks_services *services,
                        int32_t (*callback)(const mtkscan_host *host), const char *name)
{
    mtks_services_ended(services->sink, name, callback(&services->host));
}

int32_t mtks_services_decode(struct mtks_services *services,
                             int32_t (*decode)(const mtkscan_host *host,
                                               const mtkscan_decode_task *task))
{
    return decode(&services->host, &services->work->task);
}

/* What a callback may return without blame. */
static bool may_return(enum mtks_phase phase, int32_t code)
{
    return code == MTKSCAN_OK ||
           (phase == MTKS_PHASE_DECODE &&
            (code == MTKSCAN_E_DAMAGED || code == MTKSCAN_E_NOT_FOUND || code == MTKSCAN_E_LIMIT));
}

void mtks_services_ended(struct mtks_sink *sink, const char *name, int32_t code)
{
    sink->ended = code;
    if (!may_return(sink->phase, code))
        mtks_sink_blame(sink, "%s returned %ld", name, (long)code);
}

int mtks_services_no_memory(const struct mtks_limits *limits, mtkscan_error *error)
{
    mtks_fail(error, MTKSCAN_REFUSED, "the analysis needs more than %" PRIu64 " bytes of memory",
              limits->memory);
    mtks_advise(error, "A sound dump needs far less; raise it with --limit memory=%" PRIu64 "M",
                (limits->memory >> 20) * 2 + 1);
    return MTKSCAN_REFUSED;
}
