/* SPDX-License-Identifier: MIT */
/* The true size of an ALICE image, by trial (FORMAT.md 5.5). */
#include "zimage.h"

#include <inttypes.h>

/* The smallest size that rounds up to the whole with zero bytes. */
static uint64_t size_least(const struct mtks_alice *alice, const uint8_t *image)
{
    uint64_t size = alice->output_size;
    while (alice->output_size - size < alice->group_bytes - 1 && image[size - 1] == 0)
        size--;
    return size;
}

int mtks_alice_size_find(const struct mtks_alice *alice, const uint8_t *image,
                         const struct mtks_zimage *zimage, struct mtks_codec_run *run,
                         uint8_t *output, uint64_t *size, mtkscan_error *error)
{
    struct mtks_zimage_result result;
    struct mtks_lzma_preset preset = {.bytes = image};
    uint64_t found = 0;
    unsigned fitting = 0;
    /* A wrong size fails within some hundred bytes, so all of them cost little more than one. */
    for (uint64_t trial = size_least(alice, image); trial <= alice->output_size; trial++) {
        mtkscan_error why;
        preset.length = trial;
        const int outcome = mtks_zimage_decode(zimage, run, &preset, output, &result, &why);
        if (outcome == MTKSCAN_REFUSED || outcome == MTKSCAN_INTERRUPTED) {
            if (error)
                *error = why;
            return outcome;
        }
        if (outcome == MTKSCAN_DONE) {
            found = trial;
            fitting++;
        }
    }
    if (fitting != 1)
        return mtks_fail(error, MTKSCAN_DAMAGED,
                         "ZIMAGE decodes with %u of the sizes that ALICE's image can have, so it "
                         "does not tell the true one",
                         fitting);
    preset.length = found;
    const int outcome = mtks_zimage_decode(zimage, run, &preset, output, &result, error);
    if (outcome == MTKSCAN_DONE)
        *size = found;
    return outcome;
}
