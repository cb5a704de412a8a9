/* SPDX-License-Identifier: MIT */
/*
 * What stands before the first loader: the device header, BRLYT and the device record
 * (FORMAT.md 1.2 and 1.3 as corrected by BOOTHEADER.md). [thread: any]
 */
#ifndef MTKSCAN_BOOT_H
#define MTKSCAN_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MTKSCAN_BOOT_HEADER_SIZE   0x14u  /* device header, at offset 0 */
#define MTKSCAN_BOOT_UNIT          0x200u /* usual rw_unit, and the least the boot ROM takes */
#define MTKSCAN_BRLYT_SIZE         0xB4u
#define MTKSCAN_BOOT_DESCRIPTORS   8u
#define MTKSCAN_DESCRIPTOR_SIZE    20u
#define MTKSCAN_DESCRIPTOR_USED    0x42424242u /* BBBB */
#define MTKSCAN_BOOT_ATTR_BY_BROM  1u          /* attribute bit 0: the boot ROM loads this file */
#define MTKSCAN_INT_BL_OFFSET      0x800u /* where the flashing tools put it (BOOTHEADER.md 3) */
#define MTKSCAN_DEVICE_RECORD_SIZE 0x14u

/* One descriptor of BRLYT. */
typedef struct mtkscan_boot_descriptor {
    bool used;         /* the magic is BBBB; the other members are read in any case */
    uint64_t offset;   /* of its 20 bytes */
    uint32_t device;   /* flash_dev, MTKSCAN_DEVICE_SF */
    uint32_t type;     /* GFH file type */
    uint32_t begin;    /* first byte of the file */
    uint32_t boundary; /* end of its slot, exclusive; the boot ROM does not look at it */
    uint32_t attribute;
} mtkscan_boot_descriptor;

enum mtkscan_boot_kind {
    MTKSCAN_BOOT_NONE,     /* no header that is known */
    MTKSCAN_BOOT_SF,       /* SF_BOOT: serial flash */
    MTKSCAN_BOOT_BAD_UNIT, /* SF_BOOT with an rw_unit that the boot ROM refuses */
    MTKSCAN_BOOT_FOREIGN,  /* header of another kind of flash, see `name` */
};

typedef struct mtkscan_boot_header {
    enum mtkscan_boot_kind kind;
    const char *name; /* "SF_BOOT", "EMMC_BOOT", ...; NULL for NONE [lifetime: static] */
    uint32_t version, rw_unit;

    uint64_t layout_offset; /* where BRLYT stands or should stand */
    bool has_layout;        /* it stands there, whole; else the members behind are zero */
    uint32_t layout_version;
    uint32_t boot_begin; /* begin of the first used descriptor, as BRLYT's head says */
    uint32_t boot_end;   /* end of all slots, as BRLYT's head says; not where ROM begins */
    uint32_t used_count;
    mtkscan_boot_descriptor descriptors[MTKSCAN_BOOT_DESCRIPTORS]; /* all, in order */
} mtkscan_boot_header;

/* Reads device header and BRLYT. True for MTKSCAN_BOOT_SF; *boot is filled in any case. */
bool mtkscan_boot_read(const mtkscan_host *host, mtkscan_boot_header *boot);

/* The first used descriptor of a file type, or NULL. */
const mtkscan_boot_descriptor *mtkscan_boot_find(const mtkscan_boot_header *boot, uint32_t type);

/* The 20 bytes that newer flashing tools keep at 2 * rw_unit: trim values of this one chip, so they
 * belong to the device and to no kit (BOOTHEADER.md 4). */
enum mtkscan_device_record_state {
    MTKSCAN_RECORD_ABSENT,       /* erased, or outside the dump: just as normal */
    MTKSCAN_RECORD_VALID,        /* magic, and both words twice */
    MTKSCAN_RECORD_INCONSISTENT, /* anything else */
};

typedef struct mtkscan_device_record {
    enum mtkscan_device_record_state state;
    uint64_t offset;
    uint32_t a, b; /* the words, when VALID */
} mtkscan_device_record;

/* `rw_unit` is the device header's, or MTKSCAN_BOOT_UNIT when there is none. */
void mtkscan_device_record_read(const mtkscan_host *host, uint32_t rw_unit,
                                mtkscan_device_record *record);

#ifdef __cplusplus
}
#endif
#endif
