/* SPDX-License-Identifier: MIT */
#include "mtkscan/records.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "text.h"

#define BANKS_PLACE     0x48u
#define BANKS           8u
#define ID_BYTES        8u
#define COPY_SEARCH_MAX (4u << 20) /* no loader comes near; bounds the work on a lying file_len */

/* A record's bytes, when it has the type, at least `least` bytes, and is whole. */
static const uint8_t *record_bytes(const mtkscan_host *host, const mtkscan_gfh_record *record,
                                   uint32_t type, uint64_t least)
{
    if (record->type != type || record->size < least)
        return NULL;
    return host->span(host, record->offset, record->size);
}

bool mtkscan_maui_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                            mtkscan_maui_info *info)
{
    memset(info, 0, sizeof *info);
    const uint8_t *bytes = record_bytes(host, record, MTKSCAN_GFH_MAUI_INFO, 0xE8);
    if (!bytes)
        return false;
    mtks_text_read(host, record->offset + MTKSCAN_MAUI_PLATFORM_ID, MTKSCAN_MAUI_PLATFORM_ID_SIZE,
                   &info->platform_id);
    mtks_text_read(host, record->offset + MTKSCAN_MAUI_VERNO, MTKSCAN_MAUI_VERNO_SIZE,
                   &info->verno);
    info->paired_version = mtkscan_le32(bytes + MTKSCAN_MAUI_PAIRED_VERSION);
    info->features = mtkscan_le32(bytes + 0xCC);
    info->minor_ver = mtkscan_le32(bytes + 0xD8);
    info->sds_begin = mtkscan_le32(bytes + 0xDC);
    info->sds_length = mtkscan_le32(bytes + 0xE0);
    return true;
}

bool mtkscan_flash_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                             mtkscan_flash_info *info)
{
    memset(info, 0, sizeof *info);
    const uint8_t *bytes =
        record_bytes(host, record, MTKSCAN_GFH_FLASH_INFO, MTKSCAN_FLASH_INFO_SLOT + 16);
    if (!bytes)
        return false;
    info->slots = mtkscan_le32(bytes + 0x10);
    for (size_t i = 0; i < 4; i++)
        info->id[i] = mtkscan_le16(bytes + MTKSCAN_FLASH_INFO_SLOT + 2 * i);
    info->fat_begin = mtkscan_le32(bytes + MTKSCAN_FLASH_INFO_SLOT + 8);
    info->fat_length = mtkscan_le32(bytes + MTKSCAN_FLASH_INFO_SLOT + 12);
    return true;
}

bool mtkscan_id_list_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                          mtkscan_id_list *list)
{
    memset(list, 0, sizeof *list);
    const uint8_t *bytes =
        record_bytes(host, record, MTKSCAN_GFH_CMEM_ID_INFO, MTKSCAN_ID_LIST_ENTRIES);
    if (!bytes)
        return false;
    uint32_t count = mtkscan_le32(bytes + 0x0C);
    if (count < 1 || count > MTKSCAN_IDS_MAX ||
        MTKSCAN_ID_LIST_ENTRIES + (uint64_t)count * MTKSCAN_ID_ENTRY_SIZE > record->size)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = MTKSCAN_ID_LIST_ENTRIES + i * MTKSCAN_ID_ENTRY_SIZE;
        mtkscan_memory_id *entry = &list->entries[i];
        entry->offset = record->offset + place;
        entry->device_type = bytes[place];
        entry->id_length = bytes[place + 1];
        if (entry->id_length < 1 || entry->id_length > ID_BYTES) {
            memset(list, 0, sizeof *list);
            return false;
        }
        memcpy(entry->id, bytes + place + 2, ID_BYTES);
    }
    list->version = mtkscan_le32(bytes + 0x08);
    list->count = count;
    return true;
}

uint32_t mtkscan_nor_info_count(const mtkscan_host *host, const mtkscan_gfh_record *record)
{
    const uint8_t *bytes =
        record_bytes(host, record, MTKSCAN_GFH_CMEM_NOR_INFO, MTKSCAN_NOR_ENTRIES);
    uint32_t count = bytes ? mtkscan_le32(bytes + 0x0C) : 0;
    bool fits = count <= MTKSCAN_IDS_MAX &&
                MTKSCAN_NOR_ENTRIES + (uint64_t)count * MTKSCAN_NOR_ENTRY_SIZE <= record->size;
    return fits ? count : 0;
}

/* Erase-block zones: pairs of begin and block size, ended by 0, 0 behind the first. */
static void zones_parse(const uint8_t *bytes, mtkscan_nor_entry *entry)
{
    size_t count = 0;
    for (; count < MTKSCAN_NOR_ZONES; count++) {
        mtkscan_nor_zone zone = {mtkscan_le32(bytes + 8 * count),
                                 mtkscan_le32(bytes + 8 * count + 4)};
        if (count > 0 && zone.begin == 0 && zone.block == 0)
            break;
        bool rises = count == 0 ? zone.begin == 0 : zone.begin > entry->zones[count - 1].begin;
        if (!rises || zone.block == 0 || (zone.block & (zone.block - 1)) != 0) {
            memset(entry->zones, 0, sizeof entry->zones);
            return;
        }
        entry->zones[count] = zone;
    }
    entry->zone_count = (uint32_t)count;
}

/* Banks: pairs of size and count, ended by a count or size of 0. */
static uint64_t banks_capacity(const uint8_t *bytes)
{
    uint64_t capacity = 0;
    for (size_t i = 0; i < BANKS; i++) {
        uint64_t bank = (uint64_t)mtkscan_le32(bytes + 8 * i) * mtkscan_le32(bytes + 8 * i + 4);
        if (bank == 0)
            break;
        if (!mtkscan_add(capacity, bank, &capacity) || capacity > MTKSCAN_FLASH_WINDOW)
            return 0;
    }
    return capacity;
}

bool mtkscan_nor_info_entry(const mtkscan_host *host, const mtkscan_gfh_record *record,
                            uint32_t index, mtkscan_nor_entry *entry)
{
    memset(entry, 0, sizeof *entry);
    if (index >= mtkscan_nor_info_count(host, record))
        return false;
    entry->offset = record->offset + MTKSCAN_NOR_ENTRIES + (uint64_t)index * MTKSCAN_NOR_ENTRY_SIZE;
    const uint8_t *bytes = host->span(host, entry->offset, MTKSCAN_NOR_ENTRY_SIZE);
    if (!bytes)
        return false;
    zones_parse(bytes + 8, entry);
    entry->capacity = banks_capacity(bytes + BANKS_PLACE);
    return true;
}

bool mtkscan_emi_list_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                           mtkscan_emi_list *list)
{
    memset(list, 0, sizeof *list);
    const uint8_t *bytes = record_bytes(host, record, MTKSCAN_GFH_EMI_LIST, 0x10);
    if (!bytes)
        return false;
    *list = (mtkscan_emi_list){
        .record_size = (uint32_t)record->size,
        .chip_ver = mtkscan_le32(bytes + 0x08),
        .op_ver = bytes[0x0C],
        .count = bytes[0x0F],
    };
    return true;
}

bool mtkscan_arm_bl_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                              mtkscan_arm_bl_info *info)
{
    memset(info, 0, sizeof *info);
    const uint8_t *bytes = record_bytes(host, record, MTKSCAN_GFH_ARM_BL_INFO, 0x10);
    if (!bytes)
        return false;
    info->paired_version = mtkscan_le32(bytes + MTKSCAN_ARM_BL_PAIRED_VERSION);
    info->features = mtkscan_le32(bytes + 0x0C);
    return true;
}

bool mtkscan_bl_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                          uint32_t *attribute)
{
    *attribute = 0;
    const uint8_t *bytes = record_bytes(host, record, MTKSCAN_GFH_BL_INFO, 0x0C);
    if (!bytes)
        return false;
    *attribute = mtkscan_le32(bytes + 0x08);
    return true;
}

bool mtkscan_id_copy_find(const mtkscan_host *host, uint64_t begin, uint64_t length,
                          mtkscan_id_copy *copy)
{
    memset(copy, 0, sizeof *copy);
    uint64_t end, at;
    if (!mtkscan_add(begin, length < COPY_SEARCH_MAX ? length : COPY_SEARCH_MAX, &end))
        return false;
    if (end > host->size(host))
        end = host->size(host);
    for (; host->find(host, begin, end, "MMM", 3, &at) == MTKSCAN_OK; begin = at + 1) {
        mtkscan_gfh_record ids = {.offset = at}, nor;
        if (mtkscan_gfh_next(host, at, end, &ids) != 1 || ids.type != MTKSCAN_GFH_CMEM_ID_INFO)
            continue;
        nor = ids;
        if (mtkscan_gfh_next(host, at, end, &nor) != 1 || nor.type != MTKSCAN_GFH_CMEM_NOR_INFO)
            continue;
        *copy =
            (mtkscan_id_copy){.ids = ids, .nor = nor, .offset = at, .length = ids.size + nor.size};
        return true;
    }
    return false;
}
