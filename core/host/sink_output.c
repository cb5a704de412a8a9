/* SPDX-License-Identifier: MIT */
#include "sink_output.h"

#include <inttypes.h>

/* What becomes of a piece, by its mtks_piece_result. */
static const struct {
    int32_t code;
    const char *fault; /* end of a sentence; NULL: not the module's */
} outcomes[] = {
    [MTKS_PIECE_TAKEN] = {MTKSCAN_OK, NULL},
    [MTKS_PIECE_NULL] = {MTKSCAN_E_INVALID, "is NULL"},
    [MTKS_PIECE_OUTSIDE] = {MTKSCAN_E_INVALID, "lies outside its room"},
    [MTKS_PIECE_OVERLAP] = {MTKSCAN_E_INVALID, "overlaps what it gave before"},
    [MTKS_PIECE_TOO_MANY] = {MTKSCAN_E_LIMIT, "is one piece too many"},
    [MTKS_PIECE_NO_MEMORY] = {MTKSCAN_E_LIMIT, NULL},
};

#define OUTCOMES (sizeof outcomes / sizeof *outcomes)

static void blame(struct mtks_sink *sink, unsigned result, uint64_t offset, uint64_t length)
{
    mtks_sink_blame(sink, "output at 0x%" PRIX64 " with length 0x%" PRIX64 " %s", offset, length,
                    outcomes[result].fault);
}

int32_t mtks_sink_output(struct mtks_sink *sink, uint64_t offset, const void *bytes,
                         uint64_t length, enum mtks_piece_result *result)
{
    enum mtks_piece_result unwanted;
    if (!result)
        result = &unwanted;
    *result = MTKS_PIECE_OUTSIDE; /* of a callback that has no room at all */
    if (sink->misbehaved)
        return MTKSCAN_E_INVALID;
    if (sink->out_of_memory)
        return MTKSCAN_E_LIMIT;
    if (sink->phase != MTKS_PHASE_DECODE || !sink->output) {
        mtks_sink_misplaced(sink, "output");
        return MTKSCAN_E_INVALID;
    }
    *result = mtks_decode_output_take(sink->output, offset, bytes, length);
    if (*result == MTKS_PIECE_NO_MEMORY)
        sink->out_of_memory = true;
    else if (*result != MTKS_PIECE_TAKEN)
        blame(sink, *result, offset, length);
    return outcomes[*result].code;
}

bool mtks_sink_output_refused(struct mtks_sink *sink, unsigned result, uint64_t offset,
                              uint64_t length)
{
    if (result >= OUTCOMES || !outcomes[result].fault)
        return false;
    if (sink->phase != MTKS_PHASE_DECODE)
        mtks_sink_misplaced(sink, "output");
    else
        blame(sink, result, offset, length);
    return true;
}
