/* SPDX-License-Identifier: MIT */
/*
 * LZMA-alone streams: {u8 properties, u32 dictionary size, u64 unpacked size}, then the range
 * coder's bytes. Two decoders: liblzma for plain ones, and our own for those whose window goes on
 * from a preset (FORMAT.md 5.5, 5.7), which liblzma cannot be told of in that form.
 */
#ifndef MTKSCAN_CODEC_LZMA_H
#define MTKSCAN_CODEC_LZMA_H

#include "codec.h"

#define MTKS_LZMA_HEADER  13u
#define MTKS_LZMA_UNKNOWN UINT64_MAX /* unpacked size of a stream that does not state it */

struct mtks_lzma_header {
    uint32_t lc, lp, pb;
    uint32_t dictionary; /* bytes */
    uint64_t size;       /* unpacked bytes, or MTKS_LZMA_UNKNOWN */
};

/* False when `length` is too short, or the properties are none that are in use (lc + lp <= 4). */
bool mtks_lzma_header_read(const uint8_t *bytes, uint64_t length, struct mtks_lzma_header *header);

enum mtks_lzma_fault {
    MTKS_LZMA_SOUND,
    MTKS_LZMA_NO_HEADER,  /* properties out of range, or no range coder behind them */
    MTKS_LZMA_WRONG_SIZE, /* the header states another size than the caller */
    MTKS_LZMA_CUT,        /* the input ends before the output is complete */
    MTKS_LZMA_BAD_MATCH,  /* a match reaches before the window, or past the output's end */
    MTKS_LZMA_BAD_CODE,   /* liblzma found the stream corrupt */
    MTKS_LZMA_END_MARKER, /* an end marker before the output is complete */
    MTKS_LZMA_BAD_END,    /* complete, but the range coder does not end at 0 */
    MTKS_LZMA_TRAILING,   /* complete and clean, but input is left */
    MTKS_LZMA_NO_TYPE,    /* a partition of an unknown type */
};

/* A few words for a report: "the input ends early". [lifetime: static] */
const char *mtks_lzma_fault_text(enum mtks_lzma_fault fault);

/* What became of one stream. The first `produced` bytes of the output were decoded; those before
 * damage are sound, but where it lies before `consumed` nobody can tell. */
struct mtks_lzma_result {
    enum mtks_lzma_fault fault;
    uint64_t produced; /* bytes of output */
    uint64_t consumed; /* bytes of input, header counted */
    uint32_t code;     /* the range coder's last code; 0 when sound, and after liblzma */
};

/* Bytes that a stream's window follows. All 0 for none. [lifetime: caller] */
struct mtks_lzma_preset {
    const uint8_t *bytes;
    uint64_t length;
};

/*
 * Both decode `length` bytes to exactly `size` bytes at `output`; all input has to be used.
 * MTKSCAN_DONE when the stream is sound, MTKSCAN_DAMAGED with the fault in `result`,
 * MTKSCAN_REFUSED at a limit, or MTKSCAN_INTERRUPTED.
 */

/*
 * The rules of FORMAT.md 5.5: distances reach into the preset, the byte before the first one counts
 * as 0, the position counts from 0 at the first output byte, no end marker. Takes a step a
 * byte decoded.
 */
int mtks_lzma_preset_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                            const struct mtks_lzma_preset *preset, uint8_t *output, uint64_t size,
                            struct mtks_lzma_result *result, mtkscan_error *error);

/* Plain streams, by liblzma, which takes no more memory than the run's arena has left. */
int mtks_lzma_plain_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                           uint8_t *output, uint64_t size, struct mtks_lzma_result *result,
                           mtkscan_error *error);

/*
 * The same for a blob whose end is not known: `length` bytes may go on behind the stream
 * (result->consumed tells where it ends), and the size is what its header states (FORMAT.md 5.7).
 */
int mtks_lzma_blob_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                          uint8_t *output, uint64_t size, struct mtks_lzma_result *result,
                          mtkscan_error *error);

/* Both of mtks_lzma_preset_decode() and its like end so: the fault as an outcome and a message. */
int mtks_lzma_ended(const struct mtks_lzma_result *result, mtkscan_error *error);

#endif
