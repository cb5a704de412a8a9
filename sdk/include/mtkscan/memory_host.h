/* SPDX-License-Identifier: MIT */
/*
 * A host over bytes in memory, for a module's own tests: no files, no limits but one, no checks of
 * what is emitted. Link the SDK library and call the module's callbacks with &memory.host.
 */
#ifndef MTKSCAN_MEMORY_HOST_H
#define MTKSCAN_MEMORY_HOST_H

#include <stdint.h>

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MTKSCAN_MEMORY_HOST_SCRATCH (64u << 20) /* bytes of scratch() until it yields NULL */

struct mtkscan_memory_block;

/* [thread: one at a time] */
typedef struct mtkscan_memory_host {
    mtkscan_host host; /* first, so that an emit call can get from its host to this struct */
    const uint8_t *bytes;
    uint64_t size;
    void *user; /* the caller's own */
    uint64_t scratch_used;
    struct mtkscan_memory_block *blocks;
} mtkscan_memory_host;

/*
 * Makes a host of `size` bytes, which have to stay as long as it is used. The emit_*, log,
 * cancelled and extension members that `emits` (may be NULL) has are taken over; those it lacks
 * accept everything. Inside them `(mtkscan_memory_host *)host->ctx` gives `user`.
 */
void mtkscan_memory_host_init(mtkscan_memory_host *memory, const uint8_t *bytes, uint64_t size,
                              const mtkscan_host *emits, void *user);

/* Frees the scratch memory; the host can be used on. */
void mtkscan_memory_host_free(mtkscan_memory_host *memory);

#ifdef __cplusplus
}
#endif
#endif
