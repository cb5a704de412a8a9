/* SPDX-License-Identifier: MIT */
/* Whether the bytes of both sides can be believed. */
#include <string.h>

#include "case.h"

#define PARTS_USUAL 64u /* more than any firmware has; bounds the work on a hostile one */

static const struct mtks_finding *first_error(const struct mtks_seen *seen)
{
    for (size_t i = 0; i < seen->analysis->findings.count; i++)
        if (seen->analysis->findings.items[i].severity == MTKS_ERROR)
            return &seen->analysis->findings.items[i];
    return NULL;
}

static struct mtks_value health_of(struct mtks_case *self, const struct mtks_seen *seen)
{
    return mtks_value_of(mtks_case_text(self, "%s, %u %%",
                                        mtks_verdict_name(seen->analysis->health.verdict),
                                        seen->analysis->health.percent));
}

/* All parts are good, and only the end of the flash is missing. */
static bool is_only_short(const struct mtks_seen *seen)
{
    return seen->analysis->health.verdict == MTKS_INCOMPLETE &&
           seen->analysis->health.percent == 100;
}

static const char *trouble(struct mtks_case *self, const struct mtks_seen *seen, const char *whose)
{
    const struct mtks_finding *finding = first_error(seen);
    return finding ? mtks_case_text(self, "%s: %s %s", whose, finding->code, finding->message)
                   : mtks_case_text(self, "%s", whose);
}

/*
 * What says to be one build has one content. Where it has two, one side is damaged or patched; most
 * images have no hash that would tell.
 */
static void compare_twins(struct mtks_case *self)
{
    static const char *const facts[] = {MTKSCAN_FACT_PROJECT, MTKSCAN_FACT_VERNO,
                                        MTKSCAN_FACT_BUILD_TIME};
    const struct mtks_analysis *firmware = self->firmware->analysis;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (!mtks_values_agree(mtks_seen_fact(self->device, facts[i]),
                               mtks_seen_fact(self->firmware, facts[i])))
            return;
    for (size_t i = 0; i < firmware->parts.count && i < PARTS_USUAL; i++) {
        const struct mtks_part *theirs = &firmware->parts.items[i];
        const struct mtks_part *ours = mtks_seen_part_of(self->device, theirs->file_type);
        if (!ours || ours->length != theirs->length || theirs->flags & MTKSCAN_PART_ABSENT)
            continue;
        const uint8_t *left = mtks_dump_span(self->device->dump, ours->offset, ours->length);
        const uint8_t *right = mtks_dump_span(self->firmware->dump, theirs->offset, theirs->length);
        if (!left || !right || memcmp(left, right, (size_t)ours->length) == 0)
            continue;
        uint64_t same = 0;
        while (left[same] == right[same])
            same++;
        mtks_case_add(
            self, "MTK-M009", MTKS_REASON_UNKNOWN,
            mtks_case_text(self,
                           "both say to be the same build, but %s differs: one side is "
                           "damaged or patched",
                           theirs->name),
            mtks_value_at(mtks_case_text(self, "0x%02X", left[same]), ours->offset + same),
            mtks_value_at(mtks_case_text(self, "0x%02X", right[same]), theirs->offset + same),
            NULL);
        return;
    }
}

void mtks_topic_health(struct mtks_case *self)
{
    const struct mtks_value device = health_of(self, self->device);
    const struct mtks_value firmware = health_of(self, self->firmware);
    const bool ours = self->device->analysis->health.verdict == MTKS_HEALTHY;
    const bool theirs = self->firmware->analysis->health.verdict == MTKS_HEALTHY;
    if (!theirs)
        mtks_case_add(self, "MTK-M009",
                      is_only_short(self->firmware) ? MTKS_REASON_RISK : MTKS_REASON_STOP,
                      trouble(self, self->firmware,
                              is_only_short(self->firmware)
                                  ? "the firmware comes from a dump that is shorter than its flash"
                                  : "the firmware is not sound"),
                      device, firmware, NULL);
    if (!ours)
        mtks_case_add(self, "MTK-M010", MTKS_REASON_UNKNOWN,
                      trouble(self, self->device,
                              "what is known of the device comes from a dump that is not sound"),
                      device, firmware, NULL);
    if (ours && theirs)
        mtks_case_add(self, "MTK-M009", MTKS_REASON_AGREES, "both sides are sound", device,
                      firmware, NULL);
    if (ours && theirs)
        compare_twins(self);
}

/* What the flashing tool refuses in a kit before it looks at the device. */
static const struct {
    const char *finding, *tool;
} refused[] = {
    {"MTK-K004", "5096"},
    {"MTK-K005", "5097"},
    {"MTK-K010", "5011"},
    {"MTK-K017", "5011"},
};

void mtks_topic_kit(struct mtks_case *self)
{
    const struct mtks_analysis *kit = self->firmware->analysis;
    for (size_t i = 0; i < kit->findings.count; i++)
        for (size_t j = 0; j < sizeof refused / sizeof *refused; j++) {
            const struct mtks_finding *finding = &kit->findings.items[i];
            if (strcmp(finding->code, refused[j].finding) == 0)
                mtks_case_add(self, "MTK-M011", MTKS_REASON_STOP,
                              mtks_case_text(self, "%s %s", finding->code, finding->message),
                              mtks_value_of(NULL), mtks_value_at(NULL, finding->offset),
                              refused[j].tool);
        }
}
