/* SPDX-License-Identifier: MIT */
/* The chip and the kind of flash that the firmware is built for (FORMAT.md 4.1, 2.2). */
#include <inttypes.h>

#include "case.h"

#define NO_DEVICE 0x100u /* more than a flash_dev can be */

void mtks_topic_chip(struct mtks_case *self)
{
    const struct mtks_value device = mtks_seen_fact(self->device, MTKSCAN_FACT_CHIP);
    const struct mtks_value firmware = mtks_seen_fact(self->firmware, MTKSCAN_FACT_CHIP);
    if (!device.text || !firmware.text)
        mtks_case_add(self, "MTK-M001", MTKS_REASON_UNKNOWN,
                      device.text ? "the firmware does not tell its chip"
                                  : "the device's own firmware does not tell the chip",
                      device, firmware, NULL);
    else if (mtks_values_agree(device, firmware))
        mtks_case_add(self, "MTK-M001", MTKS_REASON_AGREES, "both are of one chip", device,
                      firmware, NULL);
    else
        mtks_case_add(self, "MTK-M001", MTKS_REASON_STOP, "the firmware is built for another chip",
                      device, firmware, "5107");
}

/* flash_dev of ROM, else of the second loader. */
static uint32_t flash_device(const struct mtks_seen *seen, uint64_t *offset)
{
    const struct mtks_seen_part *from = seen->rom.has_info ? &seen->rom : &seen->ext;
    *offset = from->has_info ? from->part->offset : MTKSCAN_NO_OFFSET;
    return from->has_info ? from->info.flash_dev : NO_DEVICE;
}

static struct mtks_value flash_value(struct mtks_case *self, const struct mtks_seen *seen,
                                     uint32_t *type)
{
    uint64_t offset;
    *type = flash_device(seen, &offset);
    if (*type == NO_DEVICE)
        return mtks_value_of(NULL);
    return mtks_value_at(*type == MTKSCAN_DEVICE_SF
                             ? "serial flash"
                             : mtks_case_text(self, "flash device %" PRIu32, *type),
                         offset);
}

/* A type of the firmware's flash list that no entry of the device's has; 0: none. */
static uint32_t foreign_type(const struct mtks_seen *device, const struct mtks_seen *firmware)
{
    for (size_t i = 0; i < mtks_seen_id_count(firmware); i++) {
        const uint32_t type = firmware->analysis->flash.ids.items[i].device_type;
        bool known = mtks_seen_id_count(device) == 0;
        for (size_t j = 0; j < mtks_seen_id_count(device) && !known; j++)
            known = device->analysis->flash.ids.items[j].device_type == type;
        if (!known)
            return type;
    }
    return 0;
}

void mtks_topic_flash_type(struct mtks_case *self)
{
    uint32_t ours, theirs;
    const struct mtks_value device = flash_value(self, self->device, &ours);
    const struct mtks_value firmware = flash_value(self, self->firmware, &theirs);
    const uint32_t foreign = foreign_type(self->device, self->firmware);
    if (self->failed)
        return;
    if (ours == NO_DEVICE || theirs == NO_DEVICE)
        mtks_case_add(self, "MTK-M002", MTKS_REASON_UNKNOWN,
                      "one side does not tell the kind of flash", device, firmware, NULL);
    else if (ours != theirs)
        mtks_case_add(self, "MTK-M002", MTKS_REASON_STOP,
                      "the firmware is built for another kind of flash", device, firmware, "5116");
    else if (foreign)
        mtks_case_add(self, "MTK-M002", MTKS_REASON_STOP,
                      mtks_case_text(self,
                                     "the firmware's flash list has a device of type %" PRIu32
                                     ", which the device's has not",
                                     foreign),
                      device, firmware, "5116");
    else
        mtks_case_add(self, "MTK-M002", MTKS_REASON_AGREES, "both are for one kind of flash",
                      device, firmware, NULL);
}
