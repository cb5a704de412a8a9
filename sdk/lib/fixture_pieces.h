/* SPDX-License-Identifier: MIT */
/* The fixture builder's pieces: where everything goes, and one writer for each kind of file. */
#ifndef MTKSCAN_LIB_FIXTURE_PIECES_H
#define MTKSCAN_LIB_FIXTURE_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include "mtkscan/bytes.h"
#include "mtkscan/fixture.h"

#define MTKS_WINDOW      0x10000000u /* first address of memory-mapped flash (FORMAT.md 1.1) */
#define MTKS_END_MARKER  0x454E4400u /* last word but one of ROM, last hashed one of a loader */
#define MTKS_ACCESSOR    0x47704800u /* Thumb: load the literal that follows, return */
#define MTKS_TRAILER     0x20u       /* bytes of a SHA-1 trailer */
#define MTKS_INT_OFFSET  0x800u      /* where flashing tools put the internal loader */
#define MTKS_SMALL_FILE  0x400u      /* bytes of ROOT_CERT, COREAPI and app */
#define MTKS_VIVA_GAP    0x400u      /* from the part before VIVA to VIVA (FORMAT.md 1.6, E3) */
#define MTKS_GROUP_BYTES 128u        /* decoded bytes of one ALICE group */

/* A state of the filler's generator; never 0. */
typedef uint32_t mtks_filler;

/* One fixture under construction. */
struct mtks_plan {
    const mtkscan_fixture *fixture;
    uint8_t *image;
    mtkscan_fixture_truth *truth;
    uint32_t backup_offset, cert_offset, coreapi_offset, viva_offset, app_offset;
    uint32_t slots_end;    /* end of the loaders' slots: BRLYT main_region */
    uint32_t alice_groups; /* coded groups; the mapping table has one entry more */
    uint32_t zimage_size;  /* bytes between VIVAInfo and ALICE */
    uint32_t alice_base;   /* where the decoded image runs */
    uint32_t alice_size;   /* its true length */
    uint64_t zimage_pair;  /* in ROM, where base and size of the decoded ZIMAGE go */
    mtks_filler filler;
};

/* FILE_INFO of one file to make. */
struct mtks_file {
    const char *name;
    uint32_t type, offset, length, load_addr, content_offset, jump_offset, attr;
    bool hashed; /* signature type 1 */
};

/*
 * Code-like bytes: of each halfword the low byte is 0x80 or above and the high byte below, so that
 * neither text nor an accessor, marker, LZMA head or picture signature can come up by chance.
 */
void mtks_fill(mtks_filler *filler, uint8_t *at, uint64_t length);

/* Zeroes a GFH record, writes its head and returns it; *at moves behind it. */
uint8_t *mtks_record_put(uint8_t **at, uint32_t type, uint32_t version, uint32_t size);

/* Fills a file with filler, writes its FILE_INFO and adds it to the truth; returns where its next
 * record goes. */
uint8_t *mtks_file_begin(struct mtks_plan *plan, const struct mtks_file *file);

/* 0x0102 and 0x0103, as they stand in ROM and once more in EXT_BOOTLOADER; returns their end. */
uint8_t *mtks_id_lists_put(const mtkscan_fixture *fixture, uint8_t *at);
uint32_t mtks_id_lists_size(const mtkscan_fixture *fixture);

/* NUL-terminated text into a zeroed field. */
void mtks_text_put(uint8_t *at, const char *text);

/* Device header, BRLYT and device record (BOOTHEADER.md 2, 4). */
void mtks_make_header(struct mtks_plan *plan);

/* Files. False when a length is too small for what has to be inside. */
bool mtks_make_int(struct mtks_plan *plan);
bool mtks_make_ext(struct mtks_plan *plan, const char *name, uint32_t type, uint32_t offset);
bool mtks_make_rom(struct mtks_plan *plan);
bool mtks_make_viva(struct mtks_plan *plan);
void mtks_make_small(struct mtks_plan *plan, const char *name, uint32_t type, uint32_t offset,
                     uint32_t bank);

/*
 * Makes a ZIMAGE section of exactly `size` bytes whose stream follows `tail`, the end of the
 * decoded ALICE image (MTKS_LZMA_REACH bytes). Returns the decoded size. The image holds a picture,
 * a tone and texts, and filler.
 */
uint32_t mtks_zimage_put(struct mtks_plan *plan, uint8_t *at, uint32_t size, const uint8_t *tail);
#define MTKS_ZIMAGE_LEAST 0x600u

/* Settles the sizes inside VIVA (FORMAT.md 5.1, 5.2); false when viva_length is too small. */
bool mtks_plan_viva(struct mtks_plan *plan);

#endif
