/* SPDX-License-Identifier: MIT */
/* What both LZMA decoders share: the header, and how a fault is told. */
#include "lzma.h"

#include <inttypes.h>

#include "mtkscan/bytes.h"

#define LC_COUNT   9u /* properties = (pb * 5 + lp) * 9 + lc */
#define LP_COUNT   5u
#define PB_MAX     4u
#define LC_LP_MAX  4u
#define SIZE_AT    5u
#define DICTIONARY 1u

bool mtks_lzma_header_read(const uint8_t *bytes, uint64_t length, struct mtks_lzma_header *header)
{
    if (length < MTKS_LZMA_HEADER)
        return false;
    *header = (struct mtks_lzma_header){
        .lc = bytes[0] % LC_COUNT,
        .lp = bytes[0] / LC_COUNT % LP_COUNT,
        .pb = bytes[0] / LC_COUNT / LP_COUNT,
        .dictionary = mtkscan_le32(bytes + DICTIONARY),
        .size = mtkscan_le32(bytes + SIZE_AT) | (uint64_t)mtkscan_le32(bytes + SIZE_AT + 4) << 32,
    };
    return header->pb <= PB_MAX && header->lc + header->lp <= LC_LP_MAX;
}

const char *mtks_lzma_fault_text(enum mtks_lzma_fault fault)
{
    static const char *const texts[] = {
        [MTKS_LZMA_SOUND] = "sound",
        [MTKS_LZMA_NO_HEADER] = "no LZMA stream begins here",
        [MTKS_LZMA_WRONG_SIZE] = "its header states another size",
        [MTKS_LZMA_CUT] = "the input ends before the output is complete",
        [MTKS_LZMA_BAD_MATCH] = "a match reaches outside the window",
        [MTKS_LZMA_BAD_CODE] = "the stream is corrupt",
        [MTKS_LZMA_END_MARKER] = "an end marker stands before the output is complete",
        [MTKS_LZMA_BAD_END] = "the range coder does not end at 0",
        [MTKS_LZMA_TRAILING] = "input is left when the output is complete",
        [MTKS_LZMA_NO_TYPE] = "the partition is of an unknown type",
    };
    return (size_t)fault < sizeof texts / sizeof *texts ? texts[fault] : "?";
}

int mtks_lzma_ended(const struct mtks_lzma_result *result, mtkscan_error *error)
{
    if (result->fault == MTKS_LZMA_SOUND)
        return MTKSCAN_DONE;
    return mtks_fail(error, MTKSCAN_DAMAGED,
                     "the LZMA stream is damaged (%s): %" PRIu64 " bytes of output after %" PRIu64
                     " of input",
                     mtks_lzma_fault_text(result->fault), result->produced, result->consumed);
}
