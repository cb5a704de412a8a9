/* SPDX-License-Identifier: MIT */
/* The lists of flash IDs: the firmware refuses a flash chip that its own list lacks
 * (FORMAT.md 3). */
#include <stdio.h>
#include <string.h>

#include "case.h"

#define LIST_ROOM 256u
#define ID_ROOM   24u

#define REFUSED "5095/3207" /* of the tool, and of its download agent */

static void id_text(char to[ID_ROOM], const uint8_t *id, uint32_t length)
{
    to[0] = '\0';
    for (uint32_t i = 0; i < length && i < 8; i++)
        snprintf(to + 2 * i, ID_ROOM - 2 * i, "%02X", id[i]);
}

/* Adds an ID to a list, or "..." once it is full. */
static void list_add(char list[LIST_ROOM], const struct mtks_flash_id *id)
{
    char text[ID_ROOM];
    const size_t used = strlen(list);
    id_text(text, id->id, id->id_length);
    if (used + strlen(text) + 6 < LIST_ROOM)
        snprintf(list + used, LIST_ROOM - used, "%s%s", used ? " " : "", text);
    else if (used > 3 && strcmp(list + used - 3, "...") != 0)
        snprintf(list + used, LIST_ROOM - used, " ...");
}

static struct mtks_value list_value(struct mtks_case *self, const struct mtks_seen *seen)
{
    char list[LIST_ROOM] = "";
    const size_t count = mtks_seen_id_count(seen);
    for (size_t i = 0; i < count; i++)
        list_add(list, &seen->analysis->flash.ids.items[i]);
    if (count == 0)
        return mtks_value_of(NULL);
    return mtks_value_at(mtks_case_text(self, "%s", list),
                         seen->analysis->flash.ids.items[0].offset);
}

/* Another kind of flash under the same ID is the topic flash-type. */
static bool equal(const struct mtks_flash_id *a, const struct mtks_flash_id *b)
{
    return a->id_length == b->id_length &&
           memcmp(a->id, b->id, a->id_length <= 8 ? a->id_length : 8) == 0;
}

static bool has(const struct mtks_seen *seen, const struct mtks_flash_id *id)
{
    for (size_t i = 0; i < mtks_seen_id_count(seen); i++)
        if (equal(&seen->analysis->flash.ids.items[i], id))
            return true;
    return false;
}

/* Whether the list has the chip that a reader saw; readers may give more bytes than a list has. */
static bool has_target(const struct mtks_seen *seen, const struct mtks_compare_options *options)
{
    for (size_t i = 0; i < mtks_seen_id_count(seen); i++) {
        const struct mtks_flash_id *id = &seen->analysis->flash.ids.items[i];
        if (id->id_length && id->id_length <= 8 && id->id_length <= options->target_id_length &&
            memcmp(id->id, options->target_id, id->id_length) == 0)
            return true;
    }
    return false;
}

/* The real chip is known. */
static void compare_target(struct mtks_case *self, struct mtks_value firmware)
{
    char text[ID_ROOM];
    id_text(text, self->options->target_id, self->options->target_id_length);
    const struct mtks_value device = mtks_value_of(mtks_case_text(self, "%s", text));
    if (has_target(self->firmware, self->options))
        mtks_case_add(self, "MTK-M003", MTKS_REASON_AGREES,
                      "the firmware's list has the device's flash chip", device, firmware, NULL);
    else
        mtks_case_add(self, "MTK-M003", MTKS_REASON_STOP,
                      "the firmware's list lacks the device's flash chip", device, firmware,
                      REFUSED);
    if (mtks_seen_id_count(self->device) && !has_target(self->device, self->options))
        mtks_case_add(self, "MTK-M004", MTKS_REASON_UNKNOWN,
                      "the device's own firmware does not list the flash ID that was given: was "
                      "it read on this device?",
                      device, list_value(self, self->device), NULL);
}

/* The real chip is one of those that the device's own firmware lists, as it runs with them. */
static void compare_lists(struct mtks_case *self, struct mtks_value device,
                          struct mtks_value firmware)
{
    char lacks[LIST_ROOM] = "";
    size_t shared = 0;
    const size_t count = mtks_seen_id_count(self->device);
    const struct mtks_flash_id *ours = self->device->analysis->flash.ids.items;
    for (size_t i = 0; i < count; i++) {
        if (has(self->firmware, &ours[i]))
            shared++;
        else
            list_add(lacks, &ours[i]);
    }
    if (shared == 0)
        mtks_case_add(self, "MTK-M003", MTKS_REASON_STOP,
                      "the firmware's list has none of the flash chips that the device can have",
                      device, firmware, REFUSED);
    else if (shared < count)
        mtks_case_add(self, "MTK-M004", MTKS_REASON_RISK,
                      mtks_case_text(self,
                                     "the firmware does not know %s: does the device have such a "
                                     "flash chip?",
                                     lacks),
                      device, firmware, REFUSED);
    else
        mtks_case_add(self, "MTK-M003", MTKS_REASON_AGREES,
                      "the firmware's list has all flash chips that the device can have", device,
                      firmware, NULL);
}

void mtks_topic_flash_ids(struct mtks_case *self)
{
    const struct mtks_value device = list_value(self, self->device);
    const struct mtks_value firmware = list_value(self, self->firmware);
    if (self->failed)
        return;
    if (!firmware.text)
        mtks_case_add(self, "MTK-M004", MTKS_REASON_UNKNOWN,
                      "the firmware's list of flash chips is not known", device, firmware, NULL);
    else if (self->options->target_id && self->options->target_id_length)
        compare_target(self, firmware);
    else if (!device.text)
        mtks_case_add(self, "MTK-M004", MTKS_REASON_UNKNOWN, "the device's flash chip is not known",
                      device, firmware, NULL);
    else
        compare_lists(self, device, firmware);
    if (device.text && firmware.text &&
        !equal(self->device->analysis->flash.ids.items, self->firmware->analysis->flash.ids.items))
        mtks_case_add(self, "MTK-M005", MTKS_REASON_NOTE,
                      "the two lists begin with another flash chip", device, firmware, NULL);
}
