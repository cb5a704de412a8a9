/* SPDX-License-Identifier: MIT */
/* Images that only one side has, and where the user's data lie (FORMAT.md 2.1, 2.2). */
#include <inttypes.h>
#include <string.h>

#include "case.h"

#define FAT_MOVES "5077/4056"

#define MISSING_SHOWN 16u /* kinds of images that get a reason of their own */

/* Kinds that a topic of their own looks at. */
static bool is_elsewhere(uint32_t file_type)
{
    return file_type == MTKSCAN_FILE_ROOT_CERT || file_type == MTKSCAN_FILE_BL ||
           file_type == MTKSCAN_FILE_EXT_BL || file_type == MTKSCAN_FILE_ROM;
}

/* The file types of a side; they have 16 bits in a header. */
struct types {
    uint8_t bits[0x10000 / 8];
};

/* True when the type is new in the set. */
static bool types_add(struct types *types, uint32_t type)
{
    const uint8_t bit = (uint8_t)(1u << (type & 7));
    if (type >= 0x10000 || types->bits[type / 8] & bit)
        return false;
    types->bits[type / 8] |= bit;
    return true;
}

static void types_of(struct types *types, const struct mtks_seen *seen)
{
    memset(types, 0, sizeof *types);
    for (size_t i = 0; i < seen->analysis->parts.count; i++)
        if (!(seen->analysis->parts.items[i].flags & MTKSCAN_PART_ABSENT))
            types_add(types, seen->analysis->parts.items[i].file_type);
}

/* A reason for each kind of image that `from` has and `in` has not, for the first ones. */
static bool list_missing(struct mtks_case *self, const struct mtks_seen *from,
                         const struct mtks_seen *in, bool firmware_lacks)
{
    struct types known;
    uint32_t told = 0;
    types_of(&known, in);
    for (size_t i = 0; i < from->analysis->parts.count && told < MISSING_SHOWN; i++) {
        const struct mtks_part *part = &from->analysis->parts.items[i];
        if (part->flags & MTKSCAN_PART_ABSENT || is_elsewhere(part->file_type) ||
            !types_add(&known, part->file_type))
            continue;
        const struct mtks_value has = mtks_value_at(part->name, part->offset);
        const struct mtks_value none = mtks_value_of("none");
        told++;
        mtks_case_add(self, "MTK-M030", firmware_lacks ? MTKS_REASON_RISK : MTKS_REASON_NOTE,
                      mtks_case_text(self,
                                     firmware_lacks ? "the device has %s (type 0x%04" PRIX32
                                                      "), the firmware does not bring it"
                                                    : "the firmware brings %s (type 0x%04" PRIX32
                                                      "), which the device has not",
                                     part->name, part->file_type),
                      firmware_lacks ? has : none, firmware_lacks ? none : has, NULL);
    }
    return told > 0;
}

void mtks_topic_missing(struct mtks_case *self)
{
    const bool lacks = list_missing(self, self->device, self->firmware, true);
    const bool adds = list_missing(self, self->firmware, self->device, false);
    if (!lacks && !adds)
        mtks_case_add(self, "MTK-M030", MTKS_REASON_AGREES, "both have the same kinds of images",
                      mtks_value_of(NULL), mtks_value_of(NULL), NULL);
}

/* Areas with the user's data, or the device's own. */
static const struct {
    const char *range, *code, *same, *other, *tool;
} areas[] = {
    {"FAT", "MTK-M031", "the file system stays where it is",
     "the file system moves: the user's files and the device's own settings are lost", FAT_MOVES},
    {"SDS", "MTK-M032", "the secure data stay where they are",
     "the secure data move: what the device keeps there is lost", NULL},
};

static struct mtks_value range_value(struct mtks_case *self, const struct mtks_range *range)
{
    return range ? mtks_value_at(mtks_case_text(self, "0x%" PRIX64 " + 0x%" PRIX64, range->offset,
                                                range->length),
                                 range->offset)
                 : mtks_value_of("none");
}

static uint64_t block_at(const struct mtks_seen *seen, uint64_t offset)
{
    uint64_t block = 0;
    for (size_t i = 0; i < seen->analysis->flash.zones.count; i++)
        if (seen->analysis->flash.zones.items[i].offset <= offset)
            block = seen->analysis->flash.zones.items[i].block;
    return block;
}

/* The layer below the file system counts in erase blocks. */
static void compare_blocks(struct mtks_case *self, const struct mtks_range *ours,
                           const struct mtks_range *theirs)
{
    const uint64_t left = block_at(self->device, ours->offset);
    const uint64_t right = block_at(self->firmware, theirs->offset);
    if (left == right || !left || !right)
        return;
    mtks_case_add(self, "MTK-M031", MTKS_REASON_RISK,
                  "the file system is kept in erase blocks of another size, so it is lost",
                  mtks_value_of(mtks_case_text(self, "0x%" PRIX64 " bytes", left)),
                  mtks_value_of(mtks_case_text(self, "0x%" PRIX64 " bytes", right)), NULL);
}

void mtks_topic_file_system(struct mtks_case *self)
{
    if (!self->device->rom.part || !self->firmware->rom.part) {
        mtks_case_add(self, "MTK-M031", MTKS_REASON_UNKNOWN,
                      "ROM tells where the file system is, and one side has none",
                      mtks_value_of(NULL), mtks_value_of(NULL), NULL);
        return;
    }
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        const struct mtks_range *ours = mtks_seen_range(self->device, areas[i].range);
        const struct mtks_range *theirs = mtks_seen_range(self->firmware, areas[i].range);
        const bool same =
            ours && theirs && ours->offset == theirs->offset && ours->length == theirs->length;
        if (!ours && !theirs)
            continue;
        mtks_case_add(self, areas[i].code, same ? MTKS_REASON_AGREES : MTKS_REASON_RISK,
                      same ? areas[i].same : areas[i].other, range_value(self, ours),
                      range_value(self, theirs), same ? NULL : areas[i].tool);
        if (i == 0 && ours && theirs)
            compare_blocks(self, ours, theirs);
    }
}
