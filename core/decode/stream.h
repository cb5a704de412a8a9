/* SPDX-License-Identifier: MIT */
/*
 * A stream on its way to a layer. It is opened on the caller's thread, which deals out the limits
 * in the order that the module states, so that they do not depend on threads; then all streams do
 * their first round of tasks side by side, are settled, do their second round, and are told of one
 * by one.
 */
#ifndef MTKSCAN_DECODE_STREAM_H
#define MTKSCAN_DECODE_STREAM_H

#include "../codec/alice_evidence.h"
#include "../codec/dcm.h"
#include "../codec/zimage.h"
#include "../dump/dump.h"
#include "../host/plugins.h"
#include "../model/analysis.h"

#define MTKS_FILL        0xDEu /* Thumb has no such instruction, so a disassembler stops there */
#define MTKS_STREAMS_MAX 512u  /* a sound dump has four, and up to 128 for a DCM */
#define MTKS_ALICE_MAX   4u    /* a sound dump has one; each keeps its dictionary in memory */
/* A stream may take such a share of the memory limit. Besides ALICE only streams at work have
 * memory, one a thread, so all together keep to the limit. */
#define MTKS_ARENA_SHARE 8u
#define MTKS_FAULTS_MAX  4096u /* listed for one layer */

struct mtks_stream_kind;

struct mtks_stream {
    struct mtks_layer layer; /* texts: static, or of the analysis */
    const struct mtks_stream_kind *kind;
    const struct mtks_container *container; /* NULL: found by its content */
    uint32_t version;                       /* of ALICE */
    uint32_t module;                        /* of DCM */
    const uint8_t *coded;                   /* what the dump has of it */
    uint64_t present;
    uint32_t address; /* of its first byte in memory; 0: not known */
    struct mtks_arena arena;
    struct mtks_codec_run run;
    struct mtks_stream *alice; /* the image that it may build on, or NULL */

    /* Of opening and decoding. MTKSCAN_DAMAGED with layer.bytes: there are bad places. */
    int outcome;
    bool dependent; /* closed for no fault of its own */
    mtkscan_error error;

    /* by kind */
    struct mtks_alice image;
    struct mtks_alice_result image_result;
    struct mtks_alice_evidence evidence;
    int evidence_outcome;
    mtkscan_error evidence_error;
    bool *pieces;        /* of the first round: nothing disagrees in them */
    bool misfit;         /* the stated size cannot be */
    uint64_t trial_size; /* that a ZIMAGE found for its ALICE; 0: none */
    struct mtks_zimage *zimage;
    struct mtks_zimage_result *zimage_result;
    uint8_t *other; /* the image again, over other filler in ALICE; NULL: ALICE has none */
    struct mtks_dcm dcm;
    struct mtks_dcm_module dcm_module;
    struct mtks_lzma_result lzma_result;
};

/* What is left of the limits while streams are opened. */
struct mtks_budget {
    uint64_t output, steps;
};

/* A function may be NULL. */
struct mtks_stream_kind {
    /* Opens the stream, takes output and steps, makes layer.bytes. */
    int (*open)(struct mtks_stream *stream, struct mtks_budget *budget, mtkscan_error *error);
    /* Tasks of the first round, and one of them. */
    size_t (*pieces)(const struct mtks_stream *stream);
    void (*piece)(struct mtks_stream *stream, size_t index, const struct mtks_progress *progress);
    /* Between the rounds, on the caller's thread. */
    void (*settle)(struct mtks_stream *stream, const struct mtks_progress *progress);
    /* The second round: one task. */
    void (*late)(struct mtks_stream *stream, const struct mtks_progress *progress);
    /* Fills the layer with what was found; 0, or -1 when the analysis is out of memory. */
    int (*tell)(struct mtks_analysis *analysis, struct mtks_stream *stream);
};

extern const struct mtks_stream_kind mtks_stream_alice, mtks_stream_zimage, mtks_stream_dcm,
    mtks_stream_lzma, mtks_stream_module;

/* Has the module decode a stream whose codec is its own; no thread may run. MTKSCAN_DONE, whatever
 * became of the stream; else the end of all. `plugins` may be NULL. */
int mtks_stream_module_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                              const struct mtks_plugins *plugins, struct mtks_stream *stream,
                              struct mtks_budget *budget, mtkscan_error *error);

/* Ends a stream without bytes. */
void mtks_stream_close(struct mtks_stream *stream, int outcome);

/* Opens one of any kind; what goes wrong stays in the stream. */
void mtks_stream_open(struct mtks_stream *stream, struct mtks_budget *budget);

/* Moves `steps`, or what is left of them, into the stream's run. */
void mtks_stream_steps(struct mtks_stream *stream, struct mtks_budget *budget, uint64_t steps);

/* layer.bytes of `size` bytes. */
int mtks_stream_room(struct mtks_stream *stream, uint64_t size, mtkscan_error *error);

/* Adds a bad place to the layer, up to MTKS_FAULTS_MAX. -1 when the analysis is out of memory. */
int mtks_stream_fault(struct mtks_analysis *analysis, struct mtks_stream *stream,
                      const struct mtks_layer_fault *fault);

/* The result of an LZMA stream as the layer's; `offset` is the stream's in the container, and
 * `image_offset`, `image_size` where it is decoded to. */
int mtks_stream_lzma_fault(struct mtks_analysis *analysis, struct mtks_stream *stream,
                           const struct mtks_lzma_result *result, uint64_t offset, uint64_t length,
                           uint64_t image_offset, uint64_t image_size);

/* Turns a finished stream into a layer of the analysis, and raises its findings. 0, or -1 when
 * memory is out. */
int mtks_stream_publish(struct mtks_analysis *analysis, struct mtks_stream *stream);

/* Frees what the stream still owns. */
void mtks_stream_free(struct mtks_stream *stream);

#endif
