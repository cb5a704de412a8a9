/* SPDX-License-Identifier: MIT */
/*
 * DCM: code that is loaded into memory module by module (FORMAT.md 5.6). All of it is known from a
 * source alone, no sample was ever seen, so whatever is not as described counts as damage.
 *
 *     0x00 "DCMGBODY"    0x88 u32 count    0x8C count rows of 20 bytes
 *     at a row's position: {u32 trunks, u32 trunk size, u32 coded size}, then LZMA-alone
 */
#ifndef MTKSCAN_CODEC_DCM_H
#define MTKSCAN_CODEC_DCM_H

#include "lzma.h"

#define MTKS_DCM_MODULES 128u

/* An open container. [lifetime: its bytes] */
struct mtks_dcm {
    const uint8_t *bytes;
    uint64_t length;
    uint32_t count; /* 1 .. MTKS_DCM_MODULES */
};

struct mtks_dcm_module {
    uint32_t region, pool, group; /* by which the firmware asks for it */
    uint32_t exec_addr;
    uint64_t size;                         /* of the decoded module */
    uint64_t offset, length;               /* in the container, head counted */
    uint32_t trunks;                       /* pieces that are coded alone */
    uint64_t stream_offset, stream_length; /* of the first one's LZMA stream, in the container */
};

/* MTKSCAN_DAMAGED when the bytes are no DCM container, or its table is cut. */
int mtks_dcm_open(struct mtks_dcm *dcm, const uint8_t *bytes, uint64_t length,
                  mtkscan_error *error);

/*
 * Reads row `index`, below dcm->count, and takes the module's output from the run. MTKSCAN_DAMAGED
 * when the row contradicts itself or leads outside; then what could be read of the module is set.
 * MTKSCAN_REFUSED at a limit, and when the module has several trunks: nobody knows how the further
 * ones are laid out.
 */
int mtks_dcm_module_open(const struct mtks_dcm *dcm, uint32_t index, struct mtks_codec_run *run,
                         struct mtks_dcm_module *module, mtkscan_error *error);

/* Decodes to exactly module->size bytes at `output`; outcomes as of mtks_lzma_plain_decode(), but
 * the stream may be padded to a multiple of 4 bytes. */
int mtks_dcm_module_decode(const struct mtks_dcm *dcm, const struct mtks_dcm_module *module,
                           struct mtks_codec_run *run, uint8_t *output,
                           struct mtks_lzma_result *result, mtkscan_error *error);

#endif
