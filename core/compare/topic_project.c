/* SPDX-License-Identifier: MIT */
/* Whose firmware it is: project, board, hardware version, flavour, branch, version
 * (FORMAT.md 4.1, 4.3). */
#include "case.h"

#define OTHER_PROJECT "5122/5126/5127"

static const struct {
    const char *fact, *name, *code;
    enum mtks_reason_level other, unknown; /* when the values differ, or one is not known */
    const char *tool;
} rows[] = {
    {MTKSCAN_FACT_PROJECT, "project", "MTK-M023", MTKS_REASON_RISK, MTKS_REASON_UNKNOWN,
     OTHER_PROJECT},
    {MTKSCAN_FACT_PCB, "board number", "MTK-M024", MTKS_REASON_RISK, MTKS_REASON_UNKNOWN, NULL},
    {MTKSCAN_FACT_HW_VERSION, "hardware version", "MTK-M024", MTKS_REASON_RISK, MTKS_REASON_UNKNOWN,
     NULL},
    {MTKSCAN_FACT_BRANCH, "branch", "MTK-M026", MTKS_REASON_NOTE, MTKS_REASON_NOTE, NULL},
    {MTKSCAN_FACT_VERNO, "version", "MTK-M026", MTKS_REASON_NOTE, MTKS_REASON_NOTE, NULL},
};

static void compare_flavours(struct mtks_case *self)
{
    const struct mtks_seen *ours = self->device, *theirs = self->firmware;
    const struct mtks_value device = {
        *ours->flavour ? mtks_case_text(self, "%s", ours->flavour) : NULL, ours->flavour_offset};
    const struct mtks_value firmware = {
        *theirs->flavour ? mtks_case_text(self, "%s", theirs->flavour) : NULL,
        theirs->flavour_offset};
    if (self->failed || (!device.text && !firmware.text))
        return;
    if (mtks_values_agree(device, firmware))
        mtks_case_add(self, "MTK-M025", MTKS_REASON_AGREES, "the same flavour of the project",
                      device, firmware, NULL);
    else
        mtks_case_add(self, "MTK-M025", MTKS_REASON_RISK, "another flavour of the project", device,
                      firmware, NULL);
}

void mtks_topic_project(struct mtks_case *self)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct mtks_value device = mtks_seen_fact(self->device, rows[i].fact);
        const struct mtks_value firmware = mtks_seen_fact(self->firmware, rows[i].fact);
        if (mtks_values_agree(device, firmware))
            mtks_case_add(self, rows[i].code, MTKS_REASON_AGREES,
                          mtks_case_text(self, "the same %s", rows[i].name), device, firmware,
                          NULL);
        else if (device.text && firmware.text)
            mtks_case_add(self, rows[i].code, rows[i].other,
                          mtks_case_text(self, "another %s", rows[i].name), device, firmware,
                          rows[i].tool);
        else if (self->same_family && !device.text && !firmware.text)
            mtks_case_add(
                self, rows[i].code, MTKS_REASON_AGREES,
                mtks_case_text(self, "the %s is not told; the images are the same", rows[i].name),
                device, firmware, NULL);
        else
            mtks_case_add(self, rows[i].code, rows[i].unknown,
                          mtks_case_text(self, "one side does not tell its %s", rows[i].name),
                          device, firmware, NULL);
    }
    compare_flavours(self);
}
