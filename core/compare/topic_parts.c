/* SPDX-License-Identifier: MIT */
/* Screen, touch panel and camera, as far as the builds name them (PEERS.md 0, item 11). */
#include "case.h"

#define NAMES_ROOM 300u

static const struct {
    enum mtks_code_kind kind;
    const char *name, *code;
    bool expected; /* every watch has one, so that silence is a gap */
} rows[] = {
    {MTKS_CODE_SCREEN, "screen", "MTK-M027", true},
    {MTKS_CODE_TOUCH, "touch panel", "MTK-M028", true},
    {MTKS_CODE_CAMERA, "camera", "MTK-M029", true},
    {MTKS_CODE_UNCLEAR, "touch panel or camera", "MTK-M028", false},
    {MTKS_CODE_MAKER, "maker of glass or module", "MTK-M027", false},
};

static struct mtks_value value_of(struct mtks_case *self, const struct mtks_seen *seen,
                                  uint64_t named, uint64_t set)
{
    char names[NAMES_ROOM];
    if (!set)
        return mtks_value_of(NULL);
    mtks_codes_text(names, sizeof names, set);
    return mtks_value_at(named ? mtks_case_text(self, "%s", names)
                               : mtks_case_text(self, "%s (drivers)", names),
                         named ? seen->codes.offset : MTKSCAN_NO_OFFSET);
}

/* Both sides tell something. */
static void compare_sets(struct mtks_case *self, size_t row, uint64_t ours, uint64_t theirs,
                         uint64_t drivers, struct mtks_value device, struct mtks_value firmware)
{
    const char *name = rows[row].name, *code = rows[row].code;
    if (ours == theirs)
        mtks_case_add(self, code, MTKS_REASON_AGREES, mtks_case_text(self, "the same %s", name),
                      device, firmware, NULL);
    else if ((ours & ~theirs) == 0)
        mtks_case_add(
            self, code, MTKS_REASON_NOTE,
            mtks_case_text(self, "the firmware is for the device's %s, and for others", name),
            device, firmware, NULL);
    else
        mtks_case_add(self, code, MTKS_REASON_RISK,
                      (ours & ~(theirs | drivers)) == 0
                          ? mtks_case_text(self,
                                           "made for another %s, though a driver for the device's "
                                           "is there",
                                           name)
                          : mtks_case_text(self, "made for another %s", name),
                      device, firmware, NULL);
}

static void compare_kind(struct mtks_case *self, size_t row)
{
    const enum mtks_code_kind kind = rows[row].kind;
    const struct mtks_codes *left = &self->device->codes, *right = &self->firmware->codes;
    const uint64_t named[2] = {mtks_codes_of_kind(left->named, kind),
                               mtks_codes_of_kind(right->named, kind)};
    const uint64_t drivers = mtks_codes_of_kind(right->drivers, kind);
    const uint64_t ours = named[0] ? named[0] : mtks_codes_of_kind(left->drivers, kind);
    const uint64_t theirs = named[1] ? named[1] : drivers;
    const struct mtks_value device = value_of(self, self->device, named[0], ours);
    const struct mtks_value firmware = value_of(self, self->firmware, named[1], theirs);
    if (self->failed || (!rows[row].expected && !ours && !theirs))
        return;
    if (ours && theirs)
        compare_sets(self, row, ours, theirs, drivers, device, firmware);
    else if (self->same_family)
        mtks_case_add(self, rows[row].code, MTKS_REASON_AGREES,
                      mtks_case_text(self, "the %s is not told; same project and hardware version",
                                     rows[row].name),
                      device, firmware, NULL);
    else
        mtks_case_add(self, rows[row].code, MTKS_REASON_UNKNOWN,
                      mtks_case_text(self,
                                     ours     ? "the firmware does not tell for which %s"
                                     : theirs ? "the device does not tell its %s"
                                              : "neither side tells its %s",
                                     rows[row].name),
                      device, firmware, NULL);
}

void mtks_topic_parts(struct mtks_case *self)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        compare_kind(self, i);
}
