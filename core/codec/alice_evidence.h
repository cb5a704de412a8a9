/* SPDX-License-Identifier: MIT */
/*
 * Evidence that a decoded ALICE image is what was encoded, beyond the mapping table, which most
 * single bad bits of a payload or of the dictionary do not disturb (FORMAT.md 2.3, 5.3).
 */
#ifndef MTKSCAN_CODEC_ALICE_EVIDENCE_H
#define MTKSCAN_CODEC_ALICE_EVIDENCE_H

#include "alice.h"

/* Something that no image of real firmware shows. */
struct mtks_alice_doubt {
    uint64_t image_offset; /* about where; MTKS_ALICE_NOWHERE: in the dictionary or nowhere */
    uint64_t offset;       /* in the container, as far as known; or MTKS_ALICE_NOWHERE */
    const char *what;      /* one line [lifetime: static] */
};

struct mtks_alice_evidence {
    MTKS_LIST(struct mtks_alice_doubt) doubts; /* none on sound firmware [lifetime: run's arena] */
    /* Of 1000 single flipped bits in the container, how many the decode and this evidence would
     * show; measured on real firmware for this kind of container. */
    uint32_t noticed;
};

/*
 * Looks at a container and its decoded image (alice->output_size bytes, branches as the processor
 * sees them; `size` of them are true, or 0 when that is not known). MTKSCAN_DONE whatever it sees;
 * MTKSCAN_REFUSED at a limit, MTKSCAN_INTERRUPTED. Costs at most about as much as the decode.
 */
int mtks_alice_evidence_look(const struct mtks_alice *alice, const uint8_t *image, uint64_t size,
                             struct mtks_codec_run *run, struct mtks_alice_evidence *evidence,
                             mtkscan_error *error);

#endif
