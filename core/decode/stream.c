/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include <stdlib.h>

void mtks_stream_close(struct mtks_stream *stream, int outcome)
{
    free(stream->layer.bytes);
    stream->layer.bytes = NULL;
    stream->outcome = outcome;
}

void mtks_stream_open(struct mtks_stream *stream, struct mtks_budget *budget)
{
    if (!stream->kind->open)
        return;
    stream->run.output = budget->output;
    const int outcome = stream->kind->open(stream, budget, &stream->error);
    budget->output = stream->run.output;
    stream->run.output = 0;
    if (outcome != MTKSCAN_DONE)
        mtks_stream_close(stream, outcome);
}

void mtks_stream_steps(struct mtks_stream *stream, struct mtks_budget *budget, uint64_t steps)
{
    const uint64_t taken = steps < budget->steps ? steps : budget->steps;
    budget->steps -= taken;
    stream->run.steps += taken;
}

int mtks_stream_room(struct mtks_stream *stream, uint64_t size, mtkscan_error *error)
{
    stream->layer.bytes = malloc(size ? size : 1);
    stream->layer.size = stream->layer.decoded = size;
    return stream->layer.bytes ? MTKSCAN_DONE : mtks_codec_no_memory(error);
}

int mtks_stream_fault(struct mtks_analysis *analysis, struct mtks_stream *stream,
                      const struct mtks_layer_fault *fault)
{
    if (stream->layer.faults.count >= MTKS_FAULTS_MAX)
        return 0;
    struct mtks_layer_fault *added = MTKS_PUSH(&analysis->arena, &stream->layer.faults);
    if (!added)
        return -1;
    *added = *fault;
    return 0;
}

int mtks_stream_lzma_fault(struct mtks_analysis *analysis, struct mtks_stream *stream,
                           const struct mtks_lzma_result *result, uint64_t offset, uint64_t length,
                           uint64_t image_offset, uint64_t image_size)
{
    const uint64_t consumed = result->consumed < length ? result->consumed : length;
    const uint64_t produced = result->produced < image_size ? result->produced : image_size;
    return mtks_stream_fault(
        analysis, stream,
        &(struct mtks_layer_fault){.offset = stream->layer.offset + offset + consumed,
                                   .length = length - consumed,
                                   .image_offset = image_offset + produced,
                                   .image_length = image_size - produced,
                                   .what = mtks_lzma_fault_text(result->fault),
                                   .filled = produced < image_size});
}

void mtks_stream_free(struct mtks_stream *stream)
{
    free(stream->layer.bytes);
    free(stream->other);
    stream->layer.bytes = stream->other = NULL;
    mtks_arena_free(&stream->arena);
}
