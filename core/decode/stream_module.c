/* SPDX-License-Identifier: MIT */
/* A codec that the module brings itself. */
#include "../host/module_decode.h"
#include "stream.h"

int mtks_stream_module_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                              const struct mtks_plugins *plugins, struct mtks_stream *stream,
                              struct mtks_budget *budget, mtkscan_error *error)
{
    struct mtks_module_output output = {0};
    if (!plugins || !mtks_module_decodes(analysis, plugins)) {
        stream->outcome = mtks_fail(&stream->error, MTKSCAN_REFUSED, "codec %s is not known here",
                                    stream->layer.codec ? stream->layer.codec : "?");
        return MTKSCAN_DONE;
    }
    const int outcome = mtks_module_decode(analysis, dump, plugins, stream->container,
                                           budget->output, &output, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    stream->layer.bytes = output.bytes;
    stream->layer.size = stream->layer.decoded = output.size;
    stream->outcome = !output.bytes    ? MTKSCAN_REFUSED
                      : output.damaged ? MTKSCAN_DAMAGED
                                       : MTKSCAN_DONE;
    if (stream->outcome != MTKSCAN_DONE)
        mtks_fail(&stream->error, stream->outcome, "%s",
                  output.why ? output.why : "the module does not say why");
    budget->output -= output.size < budget->output ? output.size : budget->output;
    return MTKSCAN_DONE;
}

static int module_tell(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    const uint64_t stated = stream->container->output_size;
    layer->state = stream->outcome == MTKSCAN_DONE ? MTKS_LAYER_CONSISTENT : MTKS_LAYER_DAMAGED;
    if (stated == layer->size && stated)
        layer->size_source = "stated beside the container, and the image agrees";
    else
        stream->misfit = stated != 0;
    if (stream->outcome == MTKSCAN_DONE)
        return 0;
    layer->why = mtks_arena_text(&analysis->arena, stream->error.what);
    return layer->why ? 0 : -1;
}

/* It is decoded when its turn to be told of comes: it may look at the layers before it. */
const struct mtks_stream_kind mtks_stream_module = {.tell = module_tell};
