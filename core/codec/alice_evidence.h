/* SPDX-License-Identifier: MIT */
/*
 * Evidence that a decoded ALICE image is what was encoded, beyond the mapping table, which most
 * single bad bits of a payload or of the dictionary do not disturb (FORMAT.md 2.3, 5.3). It comes
 * from how a coder with a dictionary has to work, so a sound container of any make shows none.
 */
#ifndef MTKSCAN_CODEC_ALICE_EVIDENCE_H
#define MTKSCAN_CODEC_ALICE_EVIDENCE_H

#include "alice.h"

#define MTKS_ALICE_DOUBTS 16u /* of one kind that are listed at most; the first ones */

/* Something that no image of real firmware shows. */
struct mtks_alice_doubt {
    uint64_t image_offset; /* of the group it is in; MTKS_ALICE_NOWHERE: anywhere */
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
 * sees them; `size` of them are true, or 0 when that is not known). Where the mapping table and the
 * stream disagree, which the decode tells of, the uses of the dictionary cannot be counted, and
 * only the end of the image is looked at. MTKSCAN_DONE whatever it sees; MTKSCAN_REFUSED at a
 * limit, MTKSCAN_INTERRUPTED. Costs about as much as the decode.
 */
int mtks_alice_evidence_look(const struct mtks_alice *alice, const uint8_t *image, uint64_t size,
                             struct mtks_codec_run *run, struct mtks_alice_evidence *evidence,
                             mtkscan_error *error);

#endif
