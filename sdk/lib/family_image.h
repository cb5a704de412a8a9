/* SPDX-License-Identifier: MIT */
/* One dump, opened for the rules of a chip family: every fact that claim, layout, checks and flash
 * look at is read here, once. */
#ifndef MTKSCAN_LIB_FAMILY_IMAGE_H
#define MTKSCAN_LIB_FAMILY_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "mtkscan/boot.h"
#include "mtkscan/family.h"
#include "mtkscan/gfh.h"
#include "mtkscan/identity.h"
#include "mtkscan/records.h"
#include "mtkscan/viva.h"

#define MTKS_FILES_MAX     128u   /* a dump has about five; mirrored ones a few times that */
#define MTKS_ACCESSORS_MAX 8u     /* a sound loader has one (FORMAT.md 1.6, E1) */
#define MTKS_VIVA_GAP      0x400u /* from the part before VIVA to VIVA (FORMAT.md 1.6, E3) */
#define MTKS_TRAILER       0x20u  /* bytes of a SHA-1 trailer (FORMAT.md 2.3) */
#define MTKS_TRAILER_ZERO  12u    /* its last bytes */
#define MTKS_END_MARKER    0x454E4400u

enum mtks_file_state {
    MTKS_FILE_PLACED,  /* lies where it belongs: a part */
    MTKS_FILE_STRAY,   /* its load address belongs elsewhere */
    MTKS_FILE_FOREIGN, /* made for another storage */
    MTKS_FILE_DATA,    /* a header that is content of the file system, or of a part */
    MTKS_FILE_REPEAT,  /* behind the flash's end, where a read that went on begins anew */
};

enum mtks_length_state {
    MTKS_LENGTH_STATED, /* file_len holds */
    MTKS_LENGTH_UNSET,  /* file_len is 0xFFFFFFFF */
    MTKS_LENGTH_BAD,    /* file_len cannot be */
};

/* A GFH file found by the scan. */
struct mtks_gfh_file {
    uint64_t offset;
    uint64_t place;  /* where its load address says; `offset` when that says nothing */
    uint64_t length; /* whole; 0 when unknown. May reach past the dump's end */
    uint64_t extent; /* `length`, or else the bytes up to the next file */
    mtkscan_file_info info;
    const mtkscan_file_type *row; /* NULL: unknown type */
    enum mtks_file_state state;
    const struct mtks_gfh_file *inside; /* of DATA: the part; NULL: the file system */
    enum mtks_length_state length_state;
    bool differs;  /* of REPEAT: not the same bytes as the part that it repeats */
    uint32_t part; /* index of the part made of it, or MTKSCAN_NO_PART */
};

struct mtks_image {
    const mtkscan_host *host;
    uint64_t size;
    mtkscan_boot_header boot;
    mtkscan_device_record record;
    struct mtks_gfh_file *files; /* by offset */
    uint32_t file_count;
    uint32_t files_left_out; /* found beyond MTKS_FILES_MAX; the first and the last of them: */
    uint64_t left_out_first, left_out_last;
    struct mtks_gfh_file *intbl, *ext, *rom, *viva; /* placed ones, or NULL */

    mtkscan_accessor accessors[MTKS_ACCESSORS_MAX]; /* of EXT_BOOTLOADER: ROM's address */
    uint32_t accessor_count;
    bool has_copy;
    mtkscan_id_copy copy; /* of the ID lists, in EXT_BOOTLOADER */

    mtkscan_identity identity;
    mtkscan_platform_words platform; /* of the platform id in GFH 0x0200 alone */
    mtkscan_platform_words rominfo;  /* of the one in ROMINFO */
    bool has_maui, has_flash_info, has_exec;
    mtkscan_gfh_record maui_record;
    mtkscan_maui_info maui;
    mtkscan_flash_info flash_info;
    mtkscan_alice_exec exec;
    uint64_t capacity;             /* configured by ROM; 0 when not known */
    uint64_t data_begin, data_end; /* the file system, when its range can be believed; or 0, 0 */

    bool has_viva_info;
    mtkscan_viva viva_info;
    const mtkscan_viva_component *alice; /* NULL: VIVA names none */
    bool has_alice_header;
    mtkscan_alice_header alice_header;
};

/* Reads the dump. NULL when scratch memory is out. [owner: the host's scratch] */
struct mtks_image *mtks_image_open(const mtkscan_host *host);

/* A record of a placed file; false for a NULL file, too. */
bool mtks_image_record(const struct mtks_image *image, const struct mtks_gfh_file *file,
                       uint32_t type, mtkscan_gfh_record *record);

/* Where VIVA belongs: behind COREAPI, else behind ROM; false when their end is not known. */
bool mtks_image_viva_place(const struct mtks_image *image, uint64_t *place);

/* Whether a file ends with a SHA-1 trailer. One of 0x20 bytes is one whatever sig_type says, and so
 * is a loader's, unless the header names a signature of another length (FORMAT.md 2.3). */
bool mtks_file_is_hashed(const struct mtks_gfh_file *file);

/* The flash-ID list, from ROM or else from EXT_BOOTLOADER's copy. */
struct mtks_id_lists {
    bool has_ids, ids_from_copy, has_nor;
    mtkscan_id_list ids;
    mtkscan_nor_entry nor; /* the first geometry entry */
};

void mtks_image_id_lists(const struct mtks_image *image, struct mtks_id_lists *lists);

/* The placed file's length of an image whose file_len tells nothing; 0 when nothing proves one.
 * `limit` is where it has to end at the latest. */
uint64_t mtks_file_length_search(const mtkscan_host *host, const struct mtks_gfh_file *file,
                                 uint64_t limit);

/* What is emitted goes through this, which keeps the host's first refusal. */
struct mtks_out {
    const mtkscan_host *host;
    int32_t status;
};

void mtks_out_notice(struct mtks_out *out, const char *code, uint32_t part, uint64_t offset,
                     uint64_t length, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

static inline void mtks_out_keep(struct mtks_out *out, int32_t status)
{
    if (out->status == MTKSCAN_OK && status < 0)
        out->status = status;
}

/* Steps of the layout, each in a file of its own. Parts have been emitted before. */
void mtks_family_notices(struct mtks_out *out, const struct mtks_image *image);
void mtks_family_checks(struct mtks_out *out, const struct mtks_image *image);
void mtks_viva_checks(struct mtks_out *out, const struct mtks_image *image);

/* One check, with its size filled in. */
#define MTKS_CHECK(...)                                                                            \
    (mtkscan_check)                                                                                \
    {                                                                                              \
        .struct_size = (uint32_t)sizeof(mtkscan_check), .abi = MTKSCAN_ABI, __VA_ARGS__            \
    }

static inline void mtks_out_check(struct mtks_out *out, mtkscan_check check)
{
    mtks_out_keep(out, out->host->emit_check(out->host, &check));
}

#endif
