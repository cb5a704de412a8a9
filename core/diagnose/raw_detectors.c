/* SPDX-License-Identifier: MIT */
/* The detectors of the raw input; of two that explain the input as well, the first one counts. */
#include <stdarg.h>
#include <stdio.h>

#include "raw.h"

const struct mtks_raw_detector mtks_raw_detectors[] = {
    {"blank", mtks_raw_blank},   {"kit-file", mtks_raw_kitfile}, {"foreign", mtks_raw_foreign},
    {"swap", mtks_raw_swap},     {"halves", mtks_raw_halves},    {"shift", mtks_raw_shift},
    {"mirror", mtks_raw_mirror}, {"middle", mtks_raw_middle},    {"tail", mtks_raw_tail},
};
const size_t mtks_raw_detector_count = sizeof mtks_raw_detectors / sizeof *mtks_raw_detectors;

void mtks_suspect(struct mtks_suspicion *found, const char *code, unsigned bits, uint64_t offset,
                  uint64_t length, const char *detail, ...)
{
    va_list arguments;
    va_start(arguments, detail);
    found->code = code;
    found->bits = bits;
    found->offset = offset;
    found->length = length;
    (void)vsnprintf(found->detail, sizeof found->detail, detail, arguments);
    va_end(arguments);
}

void mtks_remedy(struct mtks_suspicion *found, struct mtks_view_step step, const char *text)
{
    if (found->step_count == MTKS_VIEW_STEPS)
        return;
    step.code = found->code;
    step.text = text;
    found->steps[found->step_count++] = step;
}
