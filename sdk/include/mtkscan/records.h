/* SPDX-License-Identifier: MIT */
/*
 * Bodies of the GFH records that rules need (FORMAT.md 2.2, 3.1), the copy of the flash-ID list in
 * EXT_BOOTLOADER, and the capacity that a flash ID tells (FORMAT.md 3.4). Every reader takes a
 * record that mtkscan_gfh_next() or mtkscan_gfh_find() gave, and returns false, with a zeroed
 * result, when the record is of another type, too small, or not whole inside the dump.
 * [thread: any]
 */
#ifndef MTKSCAN_RECORDS_H
#define MTKSCAN_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "gfh.h"
#include "identity.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where fields stand in their records, for checks that compare bytes. */
#define MTKSCAN_MAUI_PLATFORM_ID      0x08u
#define MTKSCAN_MAUI_PLATFORM_ID_SIZE 128u
#define MTKSCAN_MAUI_VERNO            0x88u
#define MTKSCAN_MAUI_VERNO_SIZE       64u
#define MTKSCAN_MAUI_PAIRED_VERSION   0xC8u
#define MTKSCAN_ARM_BL_PAIRED_VERSION 0x08u
#define MTKSCAN_FLASH_INFO_SLOT       0x14u /* first slot: four ID words, FAT begin, FAT length */
#define MTKSCAN_ID_LIST_ENTRIES       0x10u
#define MTKSCAN_ID_ENTRY_SIZE         10u
#define MTKSCAN_NOR_ENTRIES           0x10u
#define MTKSCAN_NOR_ENTRY_SIZE        0x88u

/* MAUI_INFO, 0x0200, of ROM. */
typedef struct mtkscan_maui_info {
    mtkscan_found_text platform_id, verno;
    uint32_t paired_version, features, minor_ver;
    uint32_t sds_begin, sds_length; /* flash range of the secure data storage; 0, 0: none */
} mtkscan_maui_info;

bool mtkscan_maui_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                            mtkscan_maui_info *info);

/* FLASH_INFO, 0x0207, of ROM: its first slot, which is the NOR's. */
typedef struct mtkscan_flash_info {
    uint32_t slots;
    uint16_t id[4]; /* one ID byte a word, 0 behind the last */
    uint32_t fat_begin, fat_length;
} mtkscan_flash_info;

bool mtkscan_flash_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                             mtkscan_flash_info *info);

/* CMEM_ID_INFO, 0x0102: the flash-ID list. */
#define MTKSCAN_IDS_MAX 64u

typedef struct mtkscan_memory_id {
    uint64_t offset; /* of the entry */
    uint8_t device_type, id_length;
    uint8_t id[8];
} mtkscan_memory_id;

typedef struct mtkscan_id_list {
    uint32_t version;
    uint32_t count; /* 1 .. MTKSCAN_IDS_MAX */
    mtkscan_memory_id entries[MTKSCAN_IDS_MAX];
} mtkscan_id_list;

/* Also false when the list is empty or longer than MTKSCAN_IDS_MAX, when it does not fit the
 * record, or when an ID has no bytes or more than eight. */
bool mtkscan_id_list_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                          mtkscan_id_list *list);

/* CMEM_NOR_INFO, 0x0103: the geometry that the build uses, one entry for each ID. */
#define MTKSCAN_NOR_ZONES 8u

typedef struct mtkscan_nor_zone {
    uint32_t begin, block; /* erase blocks of `block` bytes from `begin` to the next zone */
} mtkscan_nor_zone;

typedef struct mtkscan_nor_entry {
    uint64_t offset;
    /* Zones rise from 0 and each block is a power of two; a list that breaks this has count 0. */
    uint32_t zone_count;
    mtkscan_nor_zone zones[MTKSCAN_NOR_ZONES];
    uint64_t capacity; /* bytes of all banks; 0: none, or more than the flash window holds */
} mtkscan_nor_entry;

/* The number of entries; 0 when the record is none, is cut, or states more entries than it has room
 * for or than MTKSCAN_IDS_MAX. */
uint32_t mtkscan_nor_info_count(const mtkscan_host *host, const mtkscan_gfh_record *record);

/* One entry; false past the last. */
bool mtkscan_nor_info_entry(const mtkscan_host *host, const mtkscan_gfh_record *record,
                            uint32_t index, mtkscan_nor_entry *entry);

/* EMI_LIST, 0x0101, of the internal loader. */
typedef struct mtkscan_emi_list {
    uint32_t record_size; /* tells MT6260 from the others (FORMAT.md 4.5) */
    uint32_t chip_ver, op_ver, count;
} mtkscan_emi_list;

bool mtkscan_emi_list_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                           mtkscan_emi_list *list);

/* ARM_BL_INFO, 0x0209, of both loaders. */
typedef struct mtkscan_arm_bl_info {
    uint32_t paired_version, features;
} mtkscan_arm_bl_info;

bool mtkscan_arm_bl_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                              mtkscan_arm_bl_info *info);

/* BL_INFO, 0x0001, of both loaders: bit 0, MTKSCAN_BOOT_ATTR_BY_BROM. */
bool mtkscan_bl_info_read(const mtkscan_host *host, const mtkscan_gfh_record *record,
                          uint32_t *attribute);

/* EXT_BOOTLOADER's copy of ROM's flash-ID list and geometry (FORMAT.md 1.6 E2, 3.1). */
typedef struct mtkscan_id_copy {
    mtkscan_gfh_record ids, nor; /* 0x0102, and 0x0103 right behind it */
    uint64_t offset, length;     /* of both */
} mtkscan_id_copy;

/* The first such pair that lies whole in [begin, begin + length); false when there is none. */
bool mtkscan_id_copy_find(const mtkscan_host *host, uint64_t begin, uint64_t length,
                          mtkscan_id_copy *copy);

/* Bytes of a flash chip by its ID of `length` bytes, or 0 when the rule is not known. An upper
 * bound: builds may use less. */
uint64_t mtkscan_jedec_capacity(const uint8_t *id, uint32_t length);

#ifdef __cplusplus
}
#endif
#endif
