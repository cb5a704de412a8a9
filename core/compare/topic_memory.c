/* SPDX-License-Identifier: MIT */
/* The RAM that the firmware sets up (FORMAT.md 3.3). */
#include <string.h>

#include "case.h"

#define OTHER_RAM "5097"

static struct mtks_value type_of(const struct mtks_seen *seen)
{
    return mtks_value_at(seen->analysis->flash.memory_type,
                         seen->has_emi ? seen->emi.offset : MTKSCAN_NO_OFFSET);
}

/* Whether two types are of one kind, "PSRAM" of "PSRAM_130MHz". */
static bool same_kind(const char *a, const char *b)
{
    const size_t length = strcspn(a, "_");
    return length == strcspn(b, "_") && strncmp(a, b, length) == 0;
}

void mtks_topic_memory(struct mtks_case *self)
{
    const struct mtks_value device = type_of(self->device), firmware = type_of(self->firmware);
    const bool settings = self->device->has_emi && self->firmware->has_emi;
    if (!device.text || !firmware.text) {
        mtks_case_add(self, "MTK-M008", MTKS_REASON_UNKNOWN,
                      "the kind of RAM of one side is not known", device, firmware, NULL);
        return;
    }
    if (!mtks_values_agree(device, firmware)) {
        mtks_case_add(self, "MTK-M008",
                      same_kind(device.text, firmware.text) ? MTKS_REASON_RISK : MTKS_REASON_STOP,
                      same_kind(device.text, firmware.text)
                          ? "the firmware drives the RAM with another clock"
                          : "the firmware is built for another kind of RAM",
                      device, firmware, OTHER_RAM);
        return;
    }
    /* The type follows from the chip; the loader's own settings say more. */
    if (settings &&
        !mtks_seen_same(self->device, &self->device->emi, self->firmware, &self->firmware->emi))
        mtks_case_add(self, "MTK-M008", MTKS_REASON_RISK,
                      "the RAM settings in the two internal loaders differ", device, firmware,
                      OTHER_RAM);
    else
        mtks_case_add(self, "MTK-M008", MTKS_REASON_AGREES,
                      settings ? "both set up the same RAM, with the same settings"
                               : "both are for the same kind of RAM",
                      device, firmware, NULL);
}
