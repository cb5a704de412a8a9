/* SPDX-License-Identifier: MIT */
/*
 * Makes dumps for tests: structures of FORMAT.md and BOOTHEADER.md around filler that no vendor
 * wrote. What a fixture holds is known beforehand, so tests compare against the truth, not against
 * the reader.
 */
#ifndef MTKSCAN_FIXTURE_H
#define MTKSCAN_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MTKSCAN_FIXTURE_PARTS 16u
#define MTKSCAN_FIXTURE_IDS   8u

/* Optional pieces. */
#define MTKSCAN_FIXTURE_NO_HEADER  0x001u /* no SF_BOOT and BRLYT */
#define MTKSCAN_FIXTURE_NO_RECORD  0x002u /* no device record at 0x400 */
#define MTKSCAN_FIXTURE_NO_VIVA    0x004u /* ROM states an ALICE image, VIVA is not there */
#define MTKSCAN_FIXTURE_COREAPI    0x008u /* file type 0x0103 between ROM and VIVA */
#define MTKSCAN_FIXTURE_APP        0x010u /* file type 0x7001 behind VIVA, load address in bank 9 */
#define MTKSCAN_FIXTURE_ROOT_CERT  0x020u /* file type 0x000A behind EXT_BOOTLOADER */
#define MTKSCAN_FIXTURE_ANTI_CLONE 0x040u /* GFH 0x0002 in the loader, 0x0208 in ROM */
#define MTKSCAN_FIXTURE_SECURED    0x080u /* GFH 0x0003 in the loader, 0x0201 in ROM */
#define MTKSCAN_FIXTURE_EXT_BACKUP 0x100u /* file type 0x0201, with its BRLYT descriptor */
#define MTKSCAN_FIXTURE_NO_ROM     0x200u /* boot loaders only */
#define MTKSCAN_FIXTURE_ZIMAGE     0x400u /* VIVA has a ZIMAGE, with a picture, a tone, texts */

/* What to make. Start from mtkscan_fixture_preset() and change members. Strings: [lifetime: call]
 */
typedef struct mtkscan_fixture {
    const char *project, *net, *chip, *verno; /* make the platform id */
    const char *release_chip, *hw_version, *build_time, *branch;
    uint32_t capacity, block;                          /* bytes; one zone from 0 */
    uint32_t int_load_addr, sram_top, emi_entry_words; /* 13 or 44 words an EMI entry */
    uint32_t minor_ver;
    uint32_t ext_offset, rom_offset; /* flash offsets */
    /* Whole files, multiples of 4. What VIVA cannot use for whole ALICE groups stands before
     * ALICE. */
    uint32_t int_length, ext_length, rom_length, viva_length;
    uint32_t fat_begin, fat_length, sds_begin, sds_length;
    uint32_t id_count;
    uint8_t ids[MTKSCAN_FIXTURE_IDS][3];
    uint32_t alice_version; /* 1 or 2 */
    uint32_t alice_header;  /* 0x24 or 0x28 */
    uint32_t flags;         /* MTKSCAN_FIXTURE_* */
    uint32_t seed;          /* of the filler */
} mtkscan_fixture;

typedef struct mtkscan_fixture_part {
    const char *name; /* role */
    uint32_t file_type;
    uint64_t offset, length, load_addr;
} mtkscan_fixture_part;

/* The truth about a dump made. */
typedef struct mtkscan_fixture_truth {
    uint64_t size;
    uint32_t part_count;
    mtkscan_fixture_part parts[MTKSCAN_FIXTURE_PARTS]; /* in flash order */
    char platform_id[129];
    uint64_t alice_offset;           /* 0: none */
    uint64_t alice_base, alice_size; /* execution address and true length of the decoded image */
} mtkscan_fixture_truth;

/*
 * A healthy 4 MB dump in the manner of one chip: "MT6260", "MT6261" or "MT2502"; any other word
 * gives the MT6261 shape under that chip word.
 */
void mtkscan_fixture_preset(mtkscan_fixture *fixture, const char *chip);

/* Builds into `image`, of at least fixture->capacity bytes. False when the pieces do not fit. */
bool mtkscan_fixture_build(const mtkscan_fixture *fixture, uint8_t *image, size_t room,
                           mtkscan_fixture_truth *truth);

/* The part of a name, or NULL. */
const mtkscan_fixture_part *mtkscan_fixture_find(const mtkscan_fixture_truth *truth,
                                                 const char *name);

/* Writes a GFH file's SHA-1 trailer and end marker anew, after a test changed its body
 * (FORMAT.md 2.3). */
void mtkscan_fixture_seal(uint8_t *image, const mtkscan_fixture_part *part);

#ifdef __cplusplus
}
#endif
#endif
