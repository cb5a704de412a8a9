/* SPDX-License-Identifier: MIT */
/* The generic file header: FILE_INFO, the record chain, and the scan for both (FORMAT.md 2). */
#ifndef MTKSCAN_GFH_H
#define MTKSCAN_GFH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* File types that rules speak of; mtkscan_gfh_file_type() knows them all. */
#define MTKSCAN_FILE_BL        0x0001u
#define MTKSCAN_FILE_EXT_BL    0x0002u
#define MTKSCAN_FILE_ROOT_CERT 0x000Au
#define MTKSCAN_FILE_ROM       0x0100u
#define MTKSCAN_FILE_THIRD_ROM 0x0103u
#define MTKSCAN_FILE_VIVA      0x0108u
#define MTKSCAN_FILE_APP       0x7001u

/* Record types. */
#define MTKSCAN_GFH_FILE_INFO     0x0000u
#define MTKSCAN_GFH_BL_INFO       0x0001u
#define MTKSCAN_GFH_ANTI_CLONE    0x0002u
#define MTKSCAN_GFH_BL_SEC_KEY    0x0003u
#define MTKSCAN_GFH_EMI_LIST      0x0101u
#define MTKSCAN_GFH_CMEM_ID_INFO  0x0102u
#define MTKSCAN_GFH_CMEM_NOR_INFO 0x0103u
#define MTKSCAN_GFH_MAUI_INFO     0x0200u
#define MTKSCAN_GFH_MAUI_SEC      0x0201u
#define MTKSCAN_GFH_FLASH_INFO    0x0207u
#define MTKSCAN_GFH_MACR_INFO     0x0208u
#define MTKSCAN_GFH_ARM_BL_INFO   0x0209u
#define MTKSCAN_GFH_BOOT_CERT     0x0300u

#define MTKSCAN_DEVICE_SF       7u          /* flash_dev of serial flash */
#define MTKSCAN_SIGNATURE_PHASH 1u          /* SHA-1 trailer */
#define MTKSCAN_LENGTH_UNSET    0xFFFFFFFFu /* file_len of an image that was not post-processed */
#define MTKSCAN_FLASH_WINDOW    0x10000000u /* bytes of memory-mapped flash, and its first address */

typedef struct mtkscan_file_info {
    uint32_t record_size; /* 0x38 or 0x40 */
    uint32_t file_ver, file_type, flash_dev, sig_type;
    uint32_t load_addr, file_len, max_size, content_offset, sig_len, jump_offset, attr;
} mtkscan_file_info;

/* Parses a FILE_INFO record from `length` bytes; false when it is none (FORMAT.md 2.2). */
bool mtkscan_file_info_parse(const uint8_t *bytes, uint64_t length, mtkscan_file_info *info);

/* One record of a chain. `offset` and `size` cover its 8-byte head. */
typedef struct mtkscan_gfh_record {
    uint32_t type, version;
    uint64_t offset, size;
} mtkscan_gfh_record;

/*
 * Walks a chain that starts at `start` and has to end exactly at `end`. Begin with record->size = 0
 * and record->offset = start. Returns 1 and the next record, 0 at a clean end, or -1 when the chain
 * is broken (bad magic, a size below 8, a record past `end` or past the dump), with record->offset
 * where. Each step moves forward, so it cannot loop.
 */
int mtkscan_gfh_next(const mtkscan_host *host, uint64_t start, uint64_t end,
                     mtkscan_gfh_record *record);

/* The first record of a type in a chain; false when the chain lacks it or breaks before it. */
bool mtkscan_gfh_find(const mtkscan_host *host, uint64_t start, uint64_t end, uint32_t type,
                      mtkscan_gfh_record *record);

/* Steps to the next FILE_INFO at or after *offset; false when there is none. */
bool mtkscan_gfh_scan(const mtkscan_host *host, uint64_t *offset, mtkscan_file_info *info);

/* What is known of a file type. */
typedef struct mtkscan_file_type {
    uint32_t type;
    const char *name; /* role in reports: "EXT_BOOTLOADER" */
    uint32_t region;  /* MTKSCAN_REGION_* of the .cfg */
    bool usual;       /* one of the parts that every kit has */
} mtkscan_file_type;

/* The row of a file type, or NULL when it is unknown. */
const mtkscan_file_type *mtkscan_gfh_file_type(uint32_t type);

/* The flash offset of a memory-mapped address (banks 1 and 9); false for an address elsewhere. */
bool mtkscan_flash_offset(uint32_t address, uint64_t *offset);

#ifdef __cplusplus
}
#endif
#endif
