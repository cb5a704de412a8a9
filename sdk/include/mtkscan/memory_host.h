/* SPDX-License-Identifier: MIT */
/*
 * A host over bytes in memory, for a module's own tests: no files, no limits but two, no checks of
 * records that are emitted; output of a decode is checked and kept. Link the SDK library and call
 * the module's callbacks with &memory.host.
 */
#ifndef MTKSCAN_MEMORY_HOST_H
#define MTKSCAN_MEMORY_HOST_H

#include <stdint.h>

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MTKSCAN_MEMORY_HOST_SCRATCH (64u << 20) /* bytes of scratch() until it yields NULL */
#define MTKSCAN_MEMORY_HOST_OUTPUT  (64u << 20) /* bytes of output, whatever the room */

struct mtkscan_memory_block;

/* [thread: one at a time] */
typedef struct mtkscan_memory_host {
    mtkscan_host host; /* first, so that an emit call can get from its host to this struct */
    const uint8_t *bytes;
    uint64_t size;
    void *user; /* the caller's own */
    uint64_t scratch_used;
    struct mtkscan_memory_block *blocks;

    /* Of a decode. */
    const mtkscan_layer *layers; /* what layer() hands out; set them before the decode */
    uint64_t layer_count;
    uint64_t room;        /* of the task */
    uint8_t *output;      /* what was emitted, gaps as 0; the next decode and free drop it */
    uint64_t output_size; /* its bytes */
    uint8_t *taken;       /* which bytes were emitted */
    uint64_t output_capacity;
    int refused; /* a piece was outside the room, overlapped another or was NULL */
} mtkscan_memory_host;

/*
 * Makes a host of `size` bytes, which have to stay as long as it is used. The emit_*, log,
 * cancelled, extension and layer members that `emits` (may be NULL) has are taken over; those it
 * lacks accept everything, and emit_output keeps what it is given. Inside them
 * `(mtkscan_memory_host *)host->ctx` gives `user`.
 */
void mtkscan_memory_host_init(mtkscan_memory_host *memory, const uint8_t *bytes, uint64_t size,
                              const mtkscan_host *emits, void *user);

/*
 * Lets a module decode `task`, whose number of layers is the host's, and leaves the output in the
 * host. Returns what `decode` returned, but MTKSCAN_E_INVALID when a piece was
 * refused, as mtkscan would drop all of it.
 */
int32_t mtkscan_memory_host_decode(mtkscan_memory_host *memory,
                                   int32_t (*decode)(const mtkscan_host *host,
                                                     const mtkscan_decode_task *task),
                                   const mtkscan_decode_task *task);

/* Frees the scratch memory and the output; the host can be used on. */
void mtkscan_memory_host_free(mtkscan_memory_host *memory);

#ifdef __cplusplus
}
#endif
#endif
