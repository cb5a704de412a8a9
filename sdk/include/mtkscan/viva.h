/* SPDX-License-Identifier: MIT */
/*
 * VIVA and what lies in it, and the literals of ROM and EXT_BOOTLOADER that speak of them
 * (FORMAT.md 1.6 E1, 5). [thread: any]
 */
#ifndef MTKSCAN_VIVA_H
#define MTKSCAN_VIVA_H

#include <stdbool.h>
#include <stdint.h>

#include "gfh.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MTKSCAN_VIVA_WORDS 5u /* VIVAInfo: base and four addresses, at content_offset */

/* Components in the order of VIVAInfo; the value is the index of the word. */
enum mtkscan_viva_kind {
    MTKSCAN_VIVA_ZIMAGE = 1,
    MTKSCAN_VIVA_BOOT_ZIMAGE,
    MTKSCAN_VIVA_DCM,
    MTKSCAN_VIVA_ALICE,
};

typedef struct mtkscan_viva_component {
    enum mtkscan_viva_kind kind;
    const char *name;        /* "ALICE" [lifetime: static] */
    uint32_t address;        /* its word */
    uint64_t offset, length; /* may reach past the end of a cut dump */
} mtkscan_viva_component;

typedef struct mtkscan_viva {
    uint64_t info_offset; /* of word 0 of VIVAInfo */
    uint32_t base;        /* word 0; equals load_addr in a sound file (FORMAT.md 1.6 E4) */
    uint32_t count;
    mtkscan_viva_component components[MTKSCAN_VIVA_WORDS - 1];
} mtkscan_viva;

/*
 * Reads VIVAInfo of a VIVA file at `offset` of `length` bytes (file_len, or what the caller found
 * instead when that is unset). False, with no components, when the words lie outside the dump or
 * the file, do not rise, or point outside the file.
 */
bool mtkscan_viva_read(const mtkscan_host *host, uint64_t offset, uint64_t length,
                       const mtkscan_file_info *info, mtkscan_viva *viva);

/* A component, or NULL when VIVA has none of that kind. */
const mtkscan_viva_component *mtkscan_viva_find(const mtkscan_viva *viva,
                                                enum mtkscan_viva_kind kind);

#define MTKSCAN_ALICE_SHORT  0x24u /* header sizes */
#define MTKSCAN_ALICE_LONG   0x28u
#define MTKSCAN_ALICE_RANGES 7u

typedef struct mtkscan_alice_header {
    uint32_t version;     /* digit of ALICE_n */
    uint32_t header_size; /* MTKSCAN_ALICE_SHORT or MTKSCAN_ALICE_LONG */
    uint32_t stream_address;
    uint64_t map_offset, dictionary_offset;      /* from the container's start, rising */
    uint32_t payload_bits[MTKSCAN_ALICE_RANGES]; /* at most 16 each */
    uint32_t remap_from, remap_to;               /* memory banks */
    uint32_t group_size;                         /* halfwords; 64 where the header says 0 or none */
    uint32_t dictionary_entries; /* halfwords by the payload bits; the file may hold two fewer */
} mtkscan_alice_header;

/*
 * Reads the header of a container at `offset` of `length` bytes. `address` is its word in VIVAInfo,
 * which tells the header size; 0 when it was found by its text, then the header itself has to tell.
 * False when it is no ALICE container, or its tables lie outside `length`.
 */
bool mtkscan_alice_read(const mtkscan_host *host, uint64_t offset, uint64_t length,
                        uint32_t address, mtkscan_alice_header *header);

/* What ROM says of the decoded ALICE image (FORMAT.md 5.4). */
typedef struct mtkscan_alice_exec {
    uint64_t offset;      /* of the accessor pair */
    uint64_t cake_offset; /* of the text that confirms `base` */
    uint32_t base, size;  /* execution address, true length */
} mtkscan_alice_exec;

bool mtkscan_alice_exec_find(const mtkscan_host *host, uint64_t rom, uint64_t rom_length,
                             mtkscan_alice_exec *exec);

/*
 * Where a ZIMAGE of `output_size` decoded bytes runs, by ROM's word pair {base, output_size - 4}
 * (FORMAT.md 5.5). 0 when ROM has no such pair, or several that differ.
 */
uint32_t mtkscan_zimage_base_find(const mtkscan_host *host, uint64_t rom, uint64_t rom_length,
                                  uint64_t output_size);

#define MTKSCAN_ZIMAGE_PRESET 3u /* partition type: LZMA with the ALICE image as dictionary */

/* Head of a ZIMAGE or BOOT_ZIMAGE section, and its first partition (FORMAT.md 5.5). */
typedef struct mtkscan_zimage_header {
    uint32_t partitions; /* 1 .. 64 */
    uint32_t type;
    uint64_t source_offset; /* from the section's start */
    uint64_t source_size;
    uint64_t output_offset, output_size;
} mtkscan_zimage_header;

/* False when the head is cut, states no or over 64 partitions, or the first one is empty or outside
 * `length`. */
bool mtkscan_zimage_read(const mtkscan_host *host, uint64_t offset, uint64_t length,
                         mtkscan_zimage_header *header);

/* A "load literal, return" accessor of EXT_BOOTLOADER whose value may be ROM's load address
 * (FORMAT.md 1.6 E1). */
typedef struct mtkscan_accessor {
    uint64_t offset; /* of the value */
    uint32_t value;
} mtkscan_accessor;

/*
 * Collects accessors of [begin, begin + length) with distinct values in the flash window that are
 * multiples of 0x1000, at most `room`, in file order. A sound loader has exactly one; returns how
 * many.
 */
uint32_t mtkscan_accessors_find(const mtkscan_host *host, uint64_t begin, uint64_t length,
                                mtkscan_accessor *accessors, uint32_t room);

#ifdef __cplusplus
}
#endif
#endif
