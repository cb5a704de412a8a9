/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "../output/manifest.h"
#include "strings.h"
#include "texts.h"
#include "unpack.h"

static const struct mtks_manifest_mark mark = {.file = MTKS_UNPACK_INDEX,
                                               .start = "{\"schema\":\"" MTKS_UNPACK_SCHEMA "\""};

static const struct mtks_recogniser recogniser = {
    .noun = "set of layers", .look = mtks_manifest_look, .ctx = &mark};

/* What the steps below share. */
struct work {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_unpack_options *options;
    struct mtks_unpack_names names;
    struct mtks_manifest manifest;
    struct mtks_unpacked *unpacked;
};

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while writing the layers");
}

/* Writes one file and notes it. `sha1` may be NULL. */
static int put_file(struct work *work, struct mtks_unpack_file file, const uint8_t *bytes,
                    char sha1[41], mtkscan_error *error)
{
    int outcome = mtks_manifest_write(&work->manifest, file.name, bytes, file.length, NULL,
                                      work->options->progress, sha1, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    struct mtks_unpack_file *noted = MTKS_PUSH(&work->analysis->arena, &work->unpacked->files);
    if (!noted)
        return out_of_memory(error);
    *noted = file;
    return MTKSCAN_DONE;
}

static int put_layers(struct work *work, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    for (uint32_t i = 0; i < work->analysis->layers.count && outcome == MTKSCAN_DONE; i++) {
        struct mtks_layer *layer = &work->analysis->layers.items[i];
        const struct mtks_unpack_file file = {.name = work->names.layers[i],
                                              .length = mtks_unpack_size(layer),
                                              .layer = i,
                                              .resource = MTKS_NO_LAYER};
        if (file.name)
            outcome = put_file(work, file, layer->bytes, layer->sha1, error);
    }
    return outcome;
}

static int put_resource(struct work *work, uint32_t index, mtkscan_error *error)
{
    const struct mtks_resource *resource = &work->analysis->resources.items[index];
    const uint8_t *bytes =
        mtks_unpack_bytes(work->analysis, work->dump->bytes, work->dump->size, resource);
    struct mtks_unpack_file file = {.name = work->names.resources[index],
                                    .length = resource->length,
                                    .layer = resource->layer,
                                    .resource = index};
    if (!mtks_unpack_is_text(resource))
        return put_file(work, file, bytes, NULL, error);
    size_t size = 0;
    char *text = mtks_unpack_strings(bytes, resource->length, &size);
    if (!text)
        return out_of_memory(error);
    file.length = size;
    int outcome = put_file(work, file, (const uint8_t *)text, NULL, error);
    free(text);
    return outcome;
}

static int put_resources(struct work *work, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    for (uint32_t i = 0; i < work->analysis->resources.count && outcome == MTKSCAN_DONE; i++)
        if (work->names.resources[i])
            outcome = put_resource(work, i, error);
    return outcome;
}

/* One of the two texts about the folder. */
static int put_text(struct work *work, const char *name,
                    void (*put)(FILE *out, const struct mtks_analysis *analysis,
                                const struct mtks_unpack_names *names, const char *version),
                    mtkscan_error *error)
{
    char *text = NULL;
    size_t length = 0;
    int outcome = MTKSCAN_DONE;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return out_of_memory(error);
    put(out, work->analysis, &work->names, work->options->version);
    bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad)
        outcome = out_of_memory(error);
    const struct mtks_unpack_file file = {
        .name = name, .length = length, .layer = MTKS_NO_LAYER, .resource = MTKS_NO_LAYER};
    if (outcome == MTKSCAN_DONE)
        outcome = put_file(work, file, (const uint8_t *)text, NULL, error);
    free(text);
    return outcome;
}

/* Layers come first: the texts say their SHA-1. */
static int put_all(struct work *work, struct mtks_outdir *out, mtkscan_error *error)
{
    int outcome = mtks_manifest_begin(&work->manifest, out, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_layers(work, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_resources(work, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_text(work, MTKS_UNPACK_INDEX, mtks_unpack_put_index, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_text(work, MTKS_UNPACK_LAYERS, mtks_unpack_put_layers, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_manifest_end(&work->manifest, work->options->progress, error);
    mtks_manifest_free(&work->manifest);
    return outcome;
}

int mtks_unpack_write(struct mtks_analysis *analysis, const struct mtks_dump *dump, const char *dir,
                      const struct mtks_unpack_options *options, struct mtks_unpacked *unpacked,
                      mtkscan_error *error)
{
    struct work work = {
        .analysis = analysis, .dump = dump, .options = options, .unpacked = unpacked};
    const struct mtks_outdir_options how = {
        .allowed = options->force ? MTKS_REPLACE_OURS : MTKS_REPLACE_NOTHING,
        .recogniser = &recogniser,
        .inputs = &analysis->input.path,
        .input_count = analysis->input.path ? 1 : 0,
        .many = options->resources,
    };
    struct mtks_outdir out;
    memset(unpacked, 0, sizeof *unpacked);
    if (mtks_unpack_name_all(analysis, dump->bytes, dump->size, options->resources, &work.names) <
        0)
        return out_of_memory(error);
    int outcome = mtks_outdir_open(&out, dir, &how, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    if (out.place.leftover[0])
        unpacked->leftover = mtks_arena_text(&analysis->arena, out.place.leftover);
    outcome = put_all(&work, &out, error);
    if (outcome != MTKSCAN_DONE) {
        mtks_outdir_abandon(&out);
        return outcome;
    }
    outcome = mtks_outdir_commit(&out, error);
    unpacked->written = outcome == MTKSCAN_DONE;
    return outcome;
}
