/* SPDX-License-Identifier: MIT */
/* The two loaders of the firmware beside each other, and what starts what when only a part of it is
 * taken (FORMAT.md 1.6 E1 and E10, 2.2). */
#include <inttypes.h>

#include "case.h"
#include "mtkscan/viva.h"

#define OTHER_VERSION "5099/3197"
#define OTHER_FEATURE "5100"

/* A vendor's own kit has loaders that differ in this bit (FORMAT.md 1.6, E10). */
#define HARMLESS_FEATURES 0x8u

void mtks_topic_loaders(struct mtks_case *self)
{
    const struct mtks_seen *firmware = self->firmware;
    const uint32_t ours = firmware->bl_info.features, theirs = firmware->ext_info.features;
    if (!firmware->has_bl_info || !firmware->has_ext_info) {
        if (firmware->bl.part || firmware->ext.part)
            mtks_case_add(self, "MTK-M016", MTKS_REASON_UNKNOWN,
                          "whether the firmware's loaders are a pair is not known",
                          mtks_value_of(NULL), mtks_value_of(NULL), NULL);
        return;
    }
    const char *shown = mtks_case_text(
        self, "pair versions %" PRIu32 " and %" PRIu32 ", features 0x%" PRIX32 " and 0x%" PRIX32,
        firmware->bl_info.paired_version, firmware->ext_info.paired_version, ours, theirs);
    const struct mtks_value device = mtks_value_of(NULL);
    const struct mtks_value value = mtks_value_at(shown, firmware->ext_info_offset);
    const bool pair = firmware->bl_info.paired_version == firmware->ext_info.paired_version;
    if (!pair)
        mtks_case_add(self, "MTK-M016", MTKS_REASON_STOP,
                      "the firmware's loaders have other pair versions", device, value,
                      OTHER_VERSION);
    if ((ours ^ theirs) & ~HARMLESS_FEATURES)
        mtks_case_add(self, "MTK-M016", MTKS_REASON_RISK,
                      "the firmware's loaders have other features", device, value, OTHER_FEATURE);
    else if (pair)
        mtks_case_add(self, "MTK-M016", ours == theirs ? MTKS_REASON_AGREES : MTKS_REASON_NOTE,
                      ours == theirs ? "the firmware's loaders are a pair"
                                     : "the firmware's loaders are a pair; they differ in a "
                                       "feature in which those of a known vendor's kit do, too",
                      device, value, NULL);
}

/* Where the device's second loader jumps to, if that is certain. */
static bool jump_of(const struct mtks_seen *seen, mtkscan_accessor *jump)
{
    mtkscan_accessor found[2];
    if (!seen->ext.part)
        return false;
    const uint32_t count = mtkscan_accessors_find(&seen->memory.host, seen->ext.part->offset,
                                                  seen->ext.part->present, found, 2);
    if (count == 1)
        *jump = found[0];
    return count == 1;
}

/*
 * The device's own loaders before the firmware's ROM. They meet when the firmware brings none, or
 * when its owner, out of caution, leaves the loaders as they are.
 */
void mtks_topic_handover(struct mtks_case *self)
{
    const struct mtks_seen *ours = self->device, *theirs = self->firmware;
    const bool brings = theirs->bl.part && theirs->ext.part;
    const enum mtks_reason_level worse = brings ? MTKS_REASON_NOTE : MTKS_REASON_STOP;
    mtkscan_accessor jump = {0};
    if (!theirs->rom.has_info || !ours->ext.part)
        return;
    const bool known = jump_of(ours, &jump);
    const struct mtks_value from = mtks_value_at(
        known ? mtks_case_text(self, "jumps to 0x%08" PRIX32, jump.value) : NULL, jump.offset);
    const struct mtks_value to =
        mtks_value_at(mtks_case_text(self, "ROM for 0x%08" PRIX32, theirs->rom.info.load_addr),
                      theirs->rom.part->offset);
    const bool other = ours->has_ext_info && theirs->has_maui &&
                       ours->ext_info.paired_version != theirs->maui.paired_version;
    if (known && jump.value != theirs->rom.info.load_addr)
        mtks_case_add(self, "MTK-M017", worse,
                      brings ? "the device's loaders cannot start the firmware's ROM: flash the "
                               "firmware's loaders with it"
                             : "the firmware has no loaders, and the device's cannot start its ROM",
                      from, to, brings ? NULL : "3197");
    else if (other)
        mtks_case_add(self, "MTK-M017", worse,
                      brings ? "the device's loaders are of another pair version than the "
                               "firmware's ROM: flash the firmware's loaders with it"
                             : "the firmware has no loaders, and the device's are of another pair "
                               "version than its ROM",
                      from, to, brings ? NULL : "3197");
    else if (!known && !brings)
        mtks_case_add(self, "MTK-M017", MTKS_REASON_UNKNOWN,
                      "the firmware has no loaders, and whether the device's start its ROM is not "
                      "known",
                      from, to, NULL);
    else if (known)
        mtks_case_add(self, "MTK-M017", MTKS_REASON_AGREES,
                      "the device's own loaders would start the firmware's ROM, too", from, to,
                      NULL);
}
