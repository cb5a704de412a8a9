/* SPDX-License-Identifier: MIT */
/* Modules of DCM and plain LZMA-alone containers as streams: nothing else is needed for them. */
#include <string.h>

#include "stream.h"

static size_t one(const struct mtks_stream *stream)
{
    (void)stream;
    return 1;
}

/* Bytes behind what was decoded must not stay as malloc() left them. */
static void ended(struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    const uint64_t produced = stream->lzma_result.produced;
    if (stream->outcome == MTKSCAN_DONE)
        return;
    if (stream->outcome != MTKSCAN_DAMAGED)
        mtks_stream_close(stream, stream->outcome);
    else if (produced < layer->decoded)
        memset(layer->bytes + produced, 0, layer->decoded - produced);
}

static int tell(struct mtks_analysis *analysis, struct mtks_stream *stream, uint64_t offset,
                uint64_t length)
{
    struct mtks_layer *layer = &stream->layer;
    layer->state = MTKS_LAYER_VERIFIED;
    layer->noticed = 1000;
    if (stream->outcome == MTKSCAN_DONE)
        return 0;
    layer->state = MTKS_LAYER_DAMAGED;
    layer->noticed = 0;
    layer->why = mtks_arena_text(&analysis->arena, stream->error.what);
    return layer->why ? mtks_stream_lzma_fault(analysis, stream, &stream->lzma_result, offset,
                                               length, 0, layer->decoded)
                      : -1;
}

/* ---- a module of DCM; its layer is that of the whole container until it is open */

static int dcm_open(struct mtks_stream *stream, struct mtks_budget *budget, mtkscan_error *error)
{
    struct mtks_dcm_module *module = &stream->dcm_module;
    int outcome = mtks_dcm_open(&stream->dcm, stream->coded, stream->present, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_dcm_module_open(&stream->dcm, stream->module, &stream->run, module, error);
    stream->layer.exec_addr = module->exec_addr;
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_stream_room(stream, module->size, error);
    if (outcome == MTKSCAN_DONE) {
        stream->layer.offset += module->offset;
        const uint64_t end = module->stream_offset - module->offset + module->stream_length;
        stream->layer.length = end > module->length ? end : module->length;
        mtks_stream_steps(stream, budget, module->size);
    }
    return outcome;
}

static void dcm_piece(struct mtks_stream *stream, size_t index,
                      const struct mtks_progress *progress)
{
    (void)index;
    stream->run.progress = progress;
    stream->outcome =
        mtks_dcm_module_decode(&stream->dcm, &stream->dcm_module, &stream->run, stream->layer.bytes,
                               &stream->lzma_result, &stream->error);
    ended(stream);
}

static int dcm_tell(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    const struct mtks_dcm_module *module = &stream->dcm_module;
    stream->layer.size_source = "the table of DCM states it";
    return tell(analysis, stream, module->stream_offset - module->offset, module->stream_length);
}

const struct mtks_stream_kind mtks_stream_dcm = {
    .open = dcm_open, .pieces = one, .piece = dcm_piece, .tell = dcm_tell};

/* ---- a container that is one LZMA-alone stream; what is behind it is padding */

static int lzma_open(struct mtks_stream *stream, struct mtks_budget *budget, mtkscan_error *error)
{
    struct mtks_lzma_header header;
    if (!mtks_lzma_header_read(stream->coded, stream->present, &header))
        return mtks_fail(error, MTKSCAN_DAMAGED, "no LZMA stream begins here");
    if (header.size == MTKS_LZMA_UNKNOWN)
        return mtks_fail(error, MTKSCAN_REFUSED, "the LZMA stream does not state its size");
    int outcome = mtks_codec_take_output(&stream->run, header.size, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_stream_room(stream, header.size, error);
    if (outcome == MTKSCAN_DONE)
        mtks_stream_steps(stream, budget, header.size);
    return outcome;
}

static void lzma_piece(struct mtks_stream *stream, size_t index,
                       const struct mtks_progress *progress)
{
    (void)index;
    stream->run.progress = progress;
    stream->outcome =
        mtks_lzma_blob_decode(&stream->run, stream->coded, stream->present, stream->layer.bytes,
                              stream->layer.size, &stream->lzma_result, &stream->error);
    ended(stream);
}

static int lzma_tell(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    stream->layer.size_source = "its header states it";
    return tell(analysis, stream, 0, stream->present);
}

const struct mtks_stream_kind mtks_stream_lzma = {
    .open = lzma_open, .pieces = one, .piece = lzma_piece, .tell = lzma_tell};
