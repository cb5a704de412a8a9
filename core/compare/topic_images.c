/* SPDX-License-Identifier: MIT */
/* Whether the images of the firmware are such as the flashing tool takes (PEERS.md 4b). */
#include <inttypes.h>

#include "case.h"

static const struct mtks_value nothing = {NULL, MTKSCAN_NO_OFFSET};

static void stop(struct mtks_case *self, const char *code, const char *what, uint64_t offset,
                 const char *tool)
{
    mtks_case_add(self, code, MTKS_REASON_STOP, what, nothing, mtks_value_at(NULL, offset), tool);
}

static void check_maui(struct mtks_case *self)
{
    if (!self->firmware->rom.part)
        stop(self, "MTK-M012", "the firmware has no ROM (MAUI)", MTKSCAN_NO_OFFSET, "5078");
}

/* The internal loader: a hash of its own that holds, as the boot ROM checks it. */
static void check_loader(struct mtks_case *self)
{
    const struct mtks_seen_part *bl = &self->firmware->bl;
    if (!bl->part)
        return;
    if (bl->part->health == MTKS_HEALTH_DAMAGED || bl->part->health == MTKS_HEALTH_TRUNCATED)
        stop(self, "MTK-M013", "the internal loader is damaged", bl->part->offset, "5028");
    else if (!bl->has_info || bl->info.sig_type == 0 || bl->info.sig_len == 0)
        stop(self, "MTK-M013", "the internal loader has no hash and no signature", bl->part->offset,
             "5028");
}

static void check_second_loader(struct mtks_case *self)
{
    const struct mtks_seen *firmware = self->firmware;
    mtkscan_id_copy copy;
    if (firmware->bl.part && !firmware->ext.part)
        stop(self, "MTK-M014",
             "there is an internal loader, but none with the header of the "
             "second one (EXT_BOOTLOADER)",
             firmware->bl.part->offset, "3204");
    else if (firmware->ext.part &&
             !mtkscan_id_copy_find(&firmware->memory.host, firmware->ext.part->offset,
                                   firmware->ext.part->present, &copy))
        stop(self, "MTK-M014", "the second loader has no list of flash chips",
             firmware->ext.part->offset, "3206");
}

static void check_sizes(struct mtks_case *self)
{
    const struct mtks_analysis *firmware = self->firmware->analysis;
    for (size_t i = 0; i < firmware->parts.count; i++) {
        const struct mtks_part *part = &firmware->parts.items[i];
        mtkscan_file_info info;
        if (part->flags & MTKSCAN_PART_ABSENT || !mtks_seen_info(self->firmware, part, &info) ||
            info.max_size == 0 || info.file_len <= info.max_size)
            continue;
        stop(self, "MTK-M015",
             mtks_case_text(self, "%s has 0x%" PRIX32 " bytes, its own header allows 0x%" PRIX32,
                            part->name, info.file_len, info.max_size),
             part->offset, "3224");
    }
}

void mtks_topic_images(struct mtks_case *self)
{
    check_maui(self);
    check_loader(self);
    check_second_loader(self);
    check_sizes(self);
}
