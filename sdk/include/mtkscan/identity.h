/* SPDX-License-Identifier: MIT */
/* Who made this firmware: platform id, version, board, build time (FORMAT.md 4). */
#ifndef MTKSCAN_IDENTITY_H
#define MTKSCAN_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A text found in the dump. text[0] == 0: not found. Bytes that are not printable ASCII end it. */
typedef struct mtkscan_found_text {
    char text[129];
    uint64_t offset, length;
} mtkscan_found_text;

/* The words of a platform id, `<PROJECT>_PCBnn_<net>_<CHIP>_Snn.<VERNO>.bin`, parsed from the
 * right. */
typedef struct mtkscan_platform_words {
    char project[129], pcb[8], net[17], chip[9], verno[129];
} mtkscan_platform_words;

/* False when the text has not that shape; words found so far are then empty. */
bool mtkscan_platform_parse(const char *platform_id, mtkscan_platform_words *words);

typedef struct mtkscan_identity {
    mtkscan_found_text platform_id;         /* ROM, GFH 0x0200 */
    mtkscan_found_text verno;               /* ROM, GFH 0x0200 */
    mtkscan_found_text rominfo_platform_id; /* MTK_ROMINFO_vNN, upper case */
    mtkscan_found_text rominfo_verno;
    uint64_t rominfo_offset;         /* MTKSCAN_NO_OFFSET: none */
    mtkscan_found_text release_chip; /* word of the release-info run */
    mtkscan_found_text hw_version, build_time, branch;
    mtkscan_platform_words words; /* of platform_id, else of rominfo_platform_id */
} mtkscan_identity;

/*
 * Reads all that identifies the firmware. `rom` is the offset of the ROM's FILE_INFO and
 * `rom_length` its length, or MTKSCAN_NO_OFFSET and 0 when there is no ROM: then only the text
 * copies are looked for.
 */
void mtkscan_identity_read(const mtkscan_host *host, uint64_t rom, uint64_t rom_length,
                           mtkscan_identity *identity);

/* The same for a dump whose ROM has yet to be found: the first GFH file of type 0x0100. */
void mtkscan_identity_find(const mtkscan_host *host, mtkscan_identity *identity);

#ifdef __cplusplus
}
#endif
#endif
