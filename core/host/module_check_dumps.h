/* SPDX-License-Identifier: MIT */
/*
 * Dumps to show a module that is checked: one that the SDK makes in the manner of its chip, that
 * one cut and with lies in its fields, and dumps that are nobody's. The same from run to run.
 */
#ifndef MTKSCAN_HOST_MODULE_CHECK_DUMPS_H
#define MTKSCAN_HOST_MODULE_CHECK_DUMPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../dump/dump.h"
#include "mtkscan/fixture.h"

#define MTKS_SAMPLE_FIELDS 512u
#define MTKS_SAMPLE_NAME   96u

/* Words of one kind in the sample, where lies go. */
struct mtks_sample_field {
    unsigned kind;
    uint64_t offset, length;
};

/* Zeroed it is empty. */
struct mtks_sample {
    const char *chip;       /* word it was made for [lifetime: caller's] */
    struct mtks_dump whole; /* as it was made */
    struct mtks_dump work;  /* of the same size: where the others are made */
    mtkscan_fixture_truth truth;
    struct mtks_sample_field fields[MTKS_SAMPLE_FIELDS];
    size_t field_count;
};

/* One dump of a row of dumps. */
struct mtks_sample_view {
    struct mtks_dump dump; /* bytes in the sample; do not close */
    char name[MTKS_SAMPLE_NAME];
    bool foreign; /* nobody's: no module may claim it */
};

/*
 * Makes the sample for a chip word (fixture.h). False when memory is out, with *error filled, or
 * when there can be no dump for such a word, with error->outcome MTKSCAN_DONE. Replaces an earlier
 * one.
 */
bool mtks_sample_make(struct mtks_sample *sample, const char *chip, mtkscan_error *error);
void mtks_sample_free(struct mtks_sample *sample);

/* The dump of a number, until the next call; false past the last. */
bool mtks_sample_view(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view);

/* A dump of `size` bytes, at least the sample's: the sample with noise behind it. [owner: caller,
 * mtks_dump_close] */
bool mtks_sample_large(const struct mtks_sample *sample, uint64_t size, struct mtks_dump *dump,
                       mtkscan_error *error);

#endif
