/* SPDX-License-Identifier: MIT */
/*
 * A codec that a module brings itself: its `decode` callback (ABI 1.1), run as isolated as its
 * other callbacks, over one container and the layers decoded so far.
 */
#ifndef MTKSCAN_HOST_MODULE_DECODE_H
#define MTKSCAN_HOST_MODULE_DECODE_H

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "plugins.h"

/* What a module made of one container. */
struct mtks_module_output {
    uint8_t *bytes; /* [owner: caller, free()] NULL when there is nothing */
    uint64_t size;  /* at most `room` */
    bool damaged;   /* the module says that the stream is not sound (MTKSCAN_E_DAMAGED) */
    const char
        *why; /* no output, or damaged: one line [lifetime: the analysis' arena]; else NULL */
};

/* Whether the module that claimed the dump has a `decode` at all. */
bool mtks_module_decodes(const struct mtks_analysis *analysis, const struct mtks_plugins *plugins);

/*
 * Lets it decode the container; at most `room` bytes. A module that crashes, hangs, says too much
 * or is refused costs this container alone: `why` says so, and MTK-P001 is raised. Returns
 * MTKSCAN_DONE, or MTKSCAN_SYSTEM and MTKSCAN_REFUSED as the other callbacks do.
 */
int mtks_module_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                       const struct mtks_plugins *plugins, const struct mtks_container *container,
                       uint64_t room, struct mtks_module_output *output, mtkscan_error *error);

#endif
