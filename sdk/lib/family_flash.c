/* SPDX-License-Identifier: MIT */
/* Flash IDs, geometry and memory type (FORMAT.md 3). */
#include <string.h>

#include "family_image.h"
#include "mtkscan/bytes.h"

#define DEVICE_TYPE_LAST 5u /* serial NAND */

/* Names of double-rate memory by op_ver of EMI_LIST (FORMAT.md 3.3). */
static const struct {
    uint32_t op_ver;
    const char *name;
} memory_names[] = {
    {0x01, "DDR_166MHz"}, {0x02, "DDR_200MHz"}, {0x11, "DDR2_166MHz"}, {0x12, "DDR2_200MHz"}};

static void memory_type(const struct mtks_image *image, const mtkscan_family *family,
                        mtkscan_flash *flash)
{
    mtkscan_gfh_record record;
    mtkscan_emi_list emi = {0};
    bool known = mtks_image_record(image, image->intbl, MTKSCAN_GFH_EMI_LIST, &record) &&
                 mtkscan_emi_list_read(image->host, &record, &emi);
    if (!known || emi.op_ver == 0) {
        flash->memory_type = family->memory_type;
        flash->memory_type_source = "derived from the chip family";
        return;
    }
    flash->memory_type_source = "memory kind of the internal loader (GFH 0101)";
    for (size_t i = 0; i < sizeof memory_names / sizeof *memory_names; i++)
        if (memory_names[i].op_ver == emi.op_ver)
            flash->memory_type = memory_names[i].name;
    if (!flash->memory_type)
        flash->memory_type_source = "the internal loader states a memory kind that is not known";
}

static void emit_id(struct mtks_out *out, const mtkscan_memory_id *entry, uint64_t capacity)
{
    mtkscan_flash_id id = MTKSCAN_INIT(mtkscan_flash_id);
    id.device_type = entry->device_type;
    id.id_length = entry->id_length;
    memcpy(id.id, entry->id, entry->id_length);
    id.offset = entry->offset;
    mtks_out_keep(out, out->host->emit_flash_id(out->host, &id));
    uint64_t chip = mtkscan_jedec_capacity(entry->id, entry->id_length);
    if (chip && chip < capacity)
        mtks_out_notice(out, "MTK-F006", MTKSCAN_NO_PART, entry->offset, MTKSCAN_ID_ENTRY_SIZE,
                        "%02X%02X%02X has %llu KB, the firmware uses %llu KB", entry->id[0],
                        entry->id[1], entry->id[2], (unsigned long long)chip / 1024,
                        (unsigned long long)capacity / 1024);
}

static bool usable(const mtkscan_memory_id *entry)
{
    return entry->device_type >= 1 && entry->device_type <= DEVICE_TYPE_LAST &&
           entry->id_length >= 1 && entry->id_length <= sizeof entry->id;
}

static void emit_ids(struct mtks_out *out, const struct mtks_id_lists *lists, uint64_t capacity)
{
    if (!lists->has_ids) {
        mtks_out_notice(out, "MTK-F003", MTKSCAN_NO_PART, MTKSCAN_NO_OFFSET, 0,
                        "neither in ROM nor in EXT_BOOTLOADER");
        return;
    }
    if (lists->ids_from_copy)
        mtks_out_notice(out, "MTK-F004", MTKSCAN_NO_PART, lists->ids.entries[0].offset,
                        (uint64_t)lists->ids.count * MTKSCAN_ID_ENTRY_SIZE,
                        "%u IDs from EXT_BOOTLOADER", lists->ids.count);
    for (uint32_t i = 0; i < lists->ids.count; i++) {
        const mtkscan_memory_id *entry = &lists->ids.entries[i];
        if (usable(entry))
            emit_id(out, entry, capacity);
        else
            mtks_out_notice(out, "MTK-F003", MTKSCAN_NO_PART, entry->offset, MTKSCAN_ID_ENTRY_SIZE,
                            "entry %u has device type %u", i, entry->device_type);
    }
}

int32_t mtkscan_family_flash_ids(const mtkscan_host *host, const mtkscan_family *family)
{
    const struct mtks_image *image = mtks_image_open(host);
    struct mtks_id_lists *lists = image ? host->scratch(host, sizeof *lists) : NULL;
    if (!lists)
        return MTKSCAN_E_LIMIT;
    mtks_image_id_lists(image, lists);
    struct mtks_out out = {host, MTKSCAN_OK};
    mtkscan_flash flash = MTKSCAN_INIT(mtkscan_flash);
    flash.capacity = lists->has_nor ? lists->nor.capacity : 0;
    memory_type(image, family, &flash);
    mtks_out_keep(&out, host->emit_flash(host, &flash));
    emit_ids(&out, lists, flash.capacity);
    for (uint32_t i = 0; lists->has_nor && i < lists->nor.zone_count; i++) {
        mtkscan_zone zone = MTKSCAN_INIT(mtkscan_zone);
        zone.offset = lists->nor.zones[i].begin;
        zone.block = lists->nor.zones[i].block;
        mtks_out_keep(&out, host->emit_zone(host, &zone));
    }
    return out.status;
}
