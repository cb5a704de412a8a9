/* SPDX-License-Identifier: MIT */
#include "mtkscan/boot.h"

#include <string.h>

#include "mtkscan/bytes.h"

/* Device headers by their text (FORMAT.md 1.2, BOOTHEADER.md 2.1), compared with the NUL. */
static const struct {
    const char *name;
    enum mtkscan_boot_kind kind;
} headers[] = {
    {"SF_BOOT", MTKSCAN_BOOT_SF},          {"NOR_BOOT", MTKSCAN_BOOT_FOREIGN},
    {"EMMC_BOOT", MTKSCAN_BOOT_FOREIGN},   {"SDMMC_BOOT", MTKSCAN_BOOT_FOREIGN},
    {"BOOTLOADER!", MTKSCAN_BOOT_FOREIGN},
};

#define DESCRIPTORS_PLACE 0x14u
#define RECORD_MAGIC      0xABABABABu

static void descriptor_parse(const uint8_t *bytes, mtkscan_boot_descriptor *descriptor)
{
    descriptor->used = mtkscan_le32(bytes) == MTKSCAN_DESCRIPTOR_USED;
    descriptor->device = bytes[4];
    descriptor->type = mtkscan_le16(bytes + 6);
    descriptor->begin = mtkscan_le32(bytes + 8);
    descriptor->boundary = mtkscan_le32(bytes + 12);
    descriptor->attribute = mtkscan_le32(bytes + 16);
}

static void layout_read(const mtkscan_host *host, mtkscan_boot_header *boot)
{
    static const char identifier[] = "BRLYT";
    boot->layout_offset = boot->rw_unit;
    const uint8_t *bytes = host->span(host, boot->layout_offset, MTKSCAN_BRLYT_SIZE);
    if (!bytes || memcmp(bytes, identifier, sizeof identifier) != 0)
        return;
    boot->has_layout = true;
    boot->layout_version = mtkscan_le32(bytes + 0x08);
    boot->boot_begin = mtkscan_le32(bytes + 0x0C);
    boot->boot_end = mtkscan_le32(bytes + 0x10);
    for (uint32_t i = 0; i < MTKSCAN_BOOT_DESCRIPTORS; i++) {
        uint32_t place = DESCRIPTORS_PLACE + i * MTKSCAN_DESCRIPTOR_SIZE;
        descriptor_parse(bytes + place, &boot->descriptors[i]);
        boot->descriptors[i].offset = boot->layout_offset + place;
        boot->used_count += boot->descriptors[i].used;
    }
}

bool mtkscan_boot_read(const mtkscan_host *host, mtkscan_boot_header *boot)
{
    memset(boot, 0, sizeof *boot);
    const uint8_t *bytes = host->span(host, 0, MTKSCAN_BOOT_HEADER_SIZE);
    if (!bytes)
        return false;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        if (memcmp(bytes, headers[i].name, strlen(headers[i].name) + 1) != 0)
            continue;
        boot->kind = headers[i].kind;
        boot->name = headers[i].name;
    }
    if (boot->kind != MTKSCAN_BOOT_SF)
        return false;
    boot->version = mtkscan_le32(bytes + 0x0C);
    boot->rw_unit = mtkscan_le32(bytes + 0x10);
    if (boot->rw_unit < MTKSCAN_BOOT_UNIT) {
        boot->kind = MTKSCAN_BOOT_BAD_UNIT;
        return false;
    }
    layout_read(host, boot);
    return true;
}

const mtkscan_boot_descriptor *mtkscan_boot_find(const mtkscan_boot_header *boot, uint32_t type)
{
    for (uint32_t i = 0; i < MTKSCAN_BOOT_DESCRIPTORS; i++)
        if (boot->descriptors[i].used && boot->descriptors[i].type == type)
            return &boot->descriptors[i];
    return NULL;
}

void mtkscan_device_record_read(const mtkscan_host *host, uint32_t rw_unit,
                                mtkscan_device_record *record)
{
    static const uint8_t erased[MTKSCAN_DEVICE_RECORD_SIZE] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    };
    *record = (mtkscan_device_record){.offset = 2 * (uint64_t)rw_unit};
    const uint8_t *bytes = host->span(host, record->offset, MTKSCAN_DEVICE_RECORD_SIZE);
    if (!bytes || memcmp(bytes, erased, sizeof erased) == 0)
        return;
    if (mtkscan_le32(bytes) != RECORD_MAGIC || memcmp(bytes + 4, bytes + 12, 8) != 0) {
        record->state = MTKSCAN_RECORD_INCONSISTENT;
        return;
    }
    record->state = MTKSCAN_RECORD_VALID;
    record->a = mtkscan_le32(bytes + 4);
    record->b = mtkscan_le32(bytes + 8);
}
