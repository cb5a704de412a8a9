/* SPDX-License-Identifier: MIT */
/*
 * Opens the containers that the module stated, and what compressed blobs are found besides, into
 * layers of the analysis. The module says which codec applies and what it knows (base, true size,
 * order); the codecs do the work; damage is told and never ends the work.
 */
#ifndef MTKSCAN_DECODE_DECODE_H
#define MTKSCAN_DECODE_DECODE_H

#include "../dump/dump.h"
#include "../host/plugins.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "../model/progress.h"

/*
 * Fills analysis->layers and sets analysis->decoded. Containers are decoded in the order that the
 * module states, those that do not need each other side by side on `threads` threads (0: as many
 * as the machine has); the result is the same for any number. A codec that this program does not
 * know is asked of the module that claimed the dump (host/module_decode.h); `plugins` may be NULL,
 * then such a container stays closed. Raises MTK-C001 and its like for damage, which makes the
 * part that holds the container damaged when mtks_health_judge() runs afterwards.
 *
 * MTKSCAN_DONE whatever became of the streams; MTKSCAN_REFUSED when the analysis is out of memory,
 * MTKSCAN_INTERRUPTED, or MTKSCAN_SYSTEM. A stream that meets a codec limit stays closed and says
 * so. No thread is left behind, and none runs while a module's process is made.
 *
 * Bounds besides the limits: 512 streams, of which 4 are ALICE, and 128 blobs; what is beyond them
 * is told of (MTK-C003). Threads beyond 4 are not used. A ZIMAGE that is MTKS_LAYER_VERIFIED proves
 * its own coded bytes: where it copies from an ALICE that is wrong in silence, so is the copy.
 */
int mtks_layers_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                       const struct mtks_plugins *plugins, unsigned threads,
                       const struct mtks_progress *progress, mtkscan_error *error);

/*
 * Adds, for each layer whose calls are still filtered (codec/thumb.h), a layer NAME-code of the
 * same bytes as the processor sees them: what a disassembler wants, and what resources are found
 * in. 0, or -1 when memory is out.
 */
int mtks_layers_code(struct mtks_analysis *analysis);

/*
 * Sets analysis->packing from parts, containers and the entropy of plain parts; decodes nothing,
 * so `scan` can afford it. 0, or -1 when memory is out.
 */
int mtks_packing_judge(struct mtks_analysis *analysis, const struct mtks_dump *dump);

#endif
