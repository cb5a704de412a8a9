/* SPDX-License-Identifier: MIT */
/* The bits of one ALICE group, with no judgement of them. */
#ifndef MTKSCAN_CODEC_ALICE_STREAM_H
#define MTKSCAN_CODEC_ALICE_STREAM_H

#include "alice.h"

struct mtks_alice_span {
    uint64_t end;     /* where the next group begins, in the container; NOWHERE: past the stream */
    uint32_t first;   /* bytes of the first half-block */
    bool entries_bad; /* a code names an entry that the dictionary lacks */
};

/* Decodes the group that begins at `from`, branches left as they are. `from` lies in the stream. */
struct mtks_alice_span mtks_alice_span_decode(const struct mtks_alice *alice, uint64_t from,
                                              uint8_t *to);

#endif
