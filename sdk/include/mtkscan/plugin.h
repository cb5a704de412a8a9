/* SPDX-License-Identifier: MIT */
/*
 * The boundary between mtkscan and a chip module, and the only thing that crosses it.
 *
 * A module is a shared object that exports one const data symbol, `mtkscan_plugin_entry_v1`. It
 * states facts about a dump through the emit_* calls of the host table; the host checks each fact
 * and acts on it. A module opens no file, keeps no state and hands over no memory.
 *
 * Rules that hold for every struct here:
 *   - `struct_size` and `abi` come first, for ever; structs grow at the end only;
 *   - every emit_* call copies what it is given before it returns [lifetime: call];
 *   - strings are UTF-8, NUL-terminated and at most MTKSCAN_TEXT_MAX bytes; the host refuses
 * others;
 *   - offsets and lengths are bytes from the start of the dump.
 */
#ifndef MTKSCAN_PLUGIN_H
#define MTKSCAN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MTKSCAN_ABI_MAJOR 1u
#define MTKSCAN_ABI_MINOR 1u
#define MTKSCAN_ABI       ((MTKSCAN_ABI_MAJOR << 16) | MTKSCAN_ABI_MINOR)

#define MTKSCAN_TEXT_MAX   512u        /* bytes of one string, without its NUL */
#define MTKSCAN_BYTES_MAX  64u         /* expected bytes of one check */
#define MTKSCAN_SCORE_MAX  512         /* a claim's score never exceeds this */
#define MTKSCAN_NO_PART    0xFFFFFFFFu /* a check or container that belongs to no part */
#define MTKSCAN_NO_OFFSET  UINT64_MAX  /* a fact that stands nowhere in the dump */
#define MTKSCAN_PIECES_MAX 0x100000u   /* emit_output calls of one decode; since 1.1 */

#if defined(__GNUC__)
#define MTKSCAN_EXPORT __attribute__((visibility("default")))
#else
#define MTKSCAN_EXPORT
#endif

/* Opens every record: `mtkscan_part part = MTKSCAN_INIT(mtkscan_part);` then assign the members. */
#ifdef __cplusplus
#define MTKSCAN_INIT(type)                                                                         \
    type                                                                                           \
    {                                                                                              \
        sizeof(type), MTKSCAN_ABI                                                                  \
    }
#else
#define MTKSCAN_INIT(type)                                                                         \
    {                                                                                              \
        .struct_size = (uint32_t)sizeof(type), .abi = MTKSCAN_ABI                                  \
    }
#endif

/* What every call returns: MTKSCAN_OK or a negative code. */
#define MTKSCAN_OK          0
#define MTKSCAN_E_RANGE     (-1) /* an offset or length outside the dump */
#define MTKSCAN_E_LIMIT     (-2) /* too many records, or no memory left within the limits */
#define MTKSCAN_E_NOT_FOUND (-3) /* find() saw no match */
#define MTKSCAN_E_INVALID   (-4) /* a record with a bad member; the host noted why */
#define MTKSCAN_E_CANCELLED (-5) /* stop now and return this */
#define MTKSCAN_E_FAILED    (-6) /* the module itself failed; "not mine" is a score of 0, not this */
#define MTKSCAN_E_DAMAGED                                                                          \
    (-7) /* of decode: the stream is not sound, what was emitted is all there is. Since 1.1 */

/*
 * One item of evidence for or against the claim. A claim's score is the sum of `bits` over its
 * items, at most MTKSCAN_SCORE_MAX; a single contradiction makes it 0. Claim bits for what was
 * checked, not for what follows from it, and count each fact once.
 */
typedef struct mtkscan_evidence {
    uint32_t struct_size, abi;
    const char *id;   /* stable name, [a-z0-9-] */
    const char *text; /* what was seen, one line */
    uint64_t offset;  /* where, or MTKSCAN_NO_OFFSET */
    uint64_t length;
    int32_t bits;   /* 0 .. 256; 0 for a contradiction */
    uint32_t flags; /* MTKSCAN_EVIDENCE_* */
} mtkscan_evidence;

#define MTKSCAN_EVIDENCE_CONTRADICTION 1u /* this dump cannot be mine */
#define MTKSCAN_EVIDENCE_COMMON        2u /* holds for any chip of the platform: never enough alone */

/* An identity fact: a key and the text found. Keys the host knows are in MTKSCAN_FACT_*; others are
 * kept. */
typedef struct mtkscan_fact {
    uint32_t struct_size, abi;
    const char *key;
    const char *value;
    uint64_t offset; /* where the text stands, or MTKSCAN_NO_OFFSET for a derived one */
    uint64_t length;
} mtkscan_fact;

#define MTKSCAN_FACT_CHIP        "chip"        /* e.g. the chip word of the platform id */
#define MTKSCAN_FACT_PLATFORM    "platform"    /* what the .cfg's platform: line has to say */
#define MTKSCAN_FACT_PLATFORM_ID "platform_id" /* whole build file name */
#define MTKSCAN_FACT_PROJECT     "project"     /* the platform id up to _PCBnn */
#define MTKSCAN_FACT_PCB         "pcb"         /* PCBnn */
#define MTKSCAN_FACT_VERNO       "verno"       /* version, in the case it was given */
#define MTKSCAN_FACT_VERNO_FILE  "verno_file"  /* version as file names spell it */
#define MTKSCAN_FACT_HW_VERSION  "hw_version"  /* ..._HW */
#define MTKSCAN_FACT_BUILD_TIME  "build_time"  /* yyyy/mm/dd hh:mm */
#define MTKSCAN_FACT_BRANCH      "branch"      /* release branch and project */
#define MTKSCAN_FACT_BL_VERSION  "bootloader_version" /* Vnnn of the internal loader's file name */

/* Where the flashing tool lists a part in the .cfg. */
#define MTKSCAN_REGION_NONE    0u
#define MTKSCAN_REGION_BOOT    1u
#define MTKSCAN_REGION_CONTROL 2u
#define MTKSCAN_REGION_MAIN    3u
#define MTKSCAN_REGION_FILES   4u

/* One image on the flash. Emitted in flash order; the first has index 0, and so on. */
typedef struct mtkscan_part {
    uint32_t struct_size, abi;
    const char *name;   /* its role, as vendor kits call it: "EXT_BOOTLOADER", "ROM" */
    const char *file;   /* the vendor's file name in a kit; NULL: the same as `name` */
    uint32_t file_type; /* GFH FILE_INFO type */
    uint32_t region;    /* MTKSCAN_REGION_* */
    uint64_t offset;    /* may lie past the dump's end when the dump was cut */
    uint64_t length;    /* whole length, cut or not; 0 with ABSENT: not known */
    uint64_t load_addr; /* as FILE_INFO states it */
    uint32_t flags;     /* MTKSCAN_PART_* */
} mtkscan_part;

#define MTKSCAN_PART_ABSENT 1u /* the dump says that this part exists, but it is not there */
#define MTKSCAN_PART_EXTRA  2u /* not one of the parts that every kit has: name it loudly */

/* How the host decides a check. Bytes [offset, offset + length) are the bytes under test. */
#define MTKSCAN_CHECK_SHA1     1u /* SHA-1 of the bytes under test stands at `other`, 20 bytes */
#define MTKSCAN_CHECK_BYTES    2u /* the bytes at `offset` equal `bytes` */
#define MTKSCAN_CHECK_SAME     3u /* the bytes under test equal those at `other` */
#define MTKSCAN_CHECK_U32      4u /* the little-endian word at `offset` equals `right` */
#define MTKSCAN_CHECK_RELATION 5u /* left `relation` right; `offset` says where left was read */
#define MTKSCAN_CHECK_TEXT                                                                         \
    6u /* NUL-terminated texts at `offset` and `other` agree, ASCII case apart,                    \
          within `length` bytes each */
#define MTKSCAN_CHECK_CHAIN 7u /* a GFH chain from `offset` ends exactly at `offset + length` */

#define MTKSCAN_EQUAL    1u
#define MTKSCAN_AT_MOST  2u
#define MTKSCAN_AT_LEAST 3u

#define MTKSCAN_FAIL_DAMAGE  1u /* the part is damaged */
#define MTKSCAN_FAIL_WARNING 2u /* the finding is raised, the part keeps its verdict */

/* A check that applies to a part. The module says what must hold; the host looks, and gives the
 * verdict. */
typedef struct mtkscan_check {
    uint32_t struct_size, abi;
    const char *id;      /* "sha1-trailer", "end-marker", "E3" */
    const char *text;    /* what must hold, one line */
    const char *finding; /* code raised when it does not, as `mtkscan explain` knows it */
    uint32_t part;       /* index of the part, or MTKSCAN_NO_PART */
    uint32_t kind;       /* MTKSCAN_CHECK_* */
    uint32_t on_fail;    /* MTKSCAN_FAIL_* */
    uint32_t relation;   /* MTKSCAN_EQUAL, ... for MTKSCAN_CHECK_RELATION */
    uint64_t offset, length;
    uint64_t other;
    uint64_t left, right;
    const uint8_t *bytes; /* at most MTKSCAN_BYTES_MAX of them */
    uint64_t bytes_length;
} mtkscan_check;

/* A coded stream inside a part. The host decodes it, or asks the module's `decode` when it does not
 * know the codec. */
typedef struct mtkscan_container {
    uint32_t struct_size, abi;
    const char *name;  /* "ALICE", "ZIMAGE", "BOOT_ZIMAGE", "DCM" */
    const char *codec; /* "alice-1", "alice-2", "zimage", "dcm" */
    uint32_t part;     /* index of the part that holds it */
    uint32_t order;    /* containers are decoded in rising order */
    uint64_t offset, length;
    uint64_t exec_addr;   /* where the decoded image runs; 0: not known */
    uint64_t output_size; /* true decoded length; 0: not known */
} mtkscan_container;

/* The flash as the build configures it. Emitted once. */
typedef struct mtkscan_flash {
    uint32_t struct_size, abi;
    uint64_t capacity;              /* configured bytes; 0: not known */
    const char *memory_type;        /* "PSRAM_130MHz"; NULL: not known */
    const char *memory_type_source; /* how it is known, one line */
} mtkscan_flash;

/* One entry of the flash-ID list, emitted in the list's order. */
typedef struct mtkscan_flash_id {
    uint32_t struct_size, abi;
    uint32_t device_type; /* 1 NAND, 2 NOR, 3 serial NOR, 4 eMMC, 5 serial NAND */
    uint32_t id_length;   /* 1 .. 8 */
    uint8_t id[8];        /* unused bytes 0 */
    uint64_t offset;      /* of the entry */
} mtkscan_flash_id;

/* Erase blocks from `offset` up to the next zone. */
typedef struct mtkscan_zone {
    uint32_t struct_size, abi;
    uint64_t offset, block;
} mtkscan_zone;

/* A named piece of flash that is no part: header, layout block, FAT, SDS. May exceed a cut dump. */
typedef struct mtkscan_range {
    uint32_t struct_size, abi;
    const char *name; /* "FAT", "SDS", "boot-header", ... */
    uint64_t offset, length;
} mtkscan_range;

/* Something the user should know. The code's title, reason and advice come from the host's table.
 */
typedef struct mtkscan_notice {
    uint32_t struct_size, abi;
    const char *code;   /* e.g. "MTK-S001" */
    const char *detail; /* what was seen here, one line */
    uint32_t part;      /* index, or MTKSCAN_NO_PART */
    uint32_t reserved;
    uint64_t offset, length;
} mtkscan_notice;

/* What `decode` is asked: one container. The host fills it. Since 1.1 */
typedef struct mtkscan_decode_task {
    uint32_t struct_size, abi;
    const char *name, *codec; /* as layout() emitted them, as is all down to output_size */
    uint32_t part, order;
    uint64_t offset, length; /* of the coded bytes in the dump; may end past a dump that was cut */
    uint64_t exec_addr;
    uint64_t output_size;
    uint64_t room;   /* no output byte may lie at or beyond this */
    uint64_t layers; /* images decoded before: ask layer() for 0 .. layers - 1 */
} mtkscan_decode_task;

/* An image that was decoded before. The module opens it with MTKSCAN_INIT, layer() fills what both
 * sides know of it. Since 1.1 */
typedef struct mtkscan_layer {
    uint32_t struct_size, abi;
    const char *name, *codec;
    const uint8_t *bytes; /* NULL when it could not be decoded. [lifetime: call] */
    uint64_t size;        /* of `bytes` */
    uint64_t exec_addr;   /* where it runs; 0: not known */
} mtkscan_layer;

#define MTKSCAN_LOG_DEBUG   0
#define MTKSCAN_LOG_INFO    1
#define MTKSCAN_LOG_WARNING 2

/*
 * Services for one call. [lifetime: call] [thread: one, the caller's]
 * Which emit calls a callback may use: claim: evidence; layout: fact, part, check, container,
 * range, notice; flash_ids: flash, flash_id, zone, range, check, notice; decode: output. Others
 * return MTKSCAN_E_INVALID.
 */
typedef struct mtkscan_host {
    uint32_t struct_size, abi;
    void *ctx; /* the host's own */

    /* Bytes in the dump. */
    uint64_t (*size)(const struct mtkscan_host *host);
    /* Copies `length` bytes or none. MTKSCAN_E_RANGE when any of them lies outside the dump. */
    int32_t (*read)(const struct mtkscan_host *host, uint64_t offset, void *to, uint64_t length);
    /* The same without the copy; NULL when out of range. [lifetime: call] */
    const uint8_t *(*span)(const struct mtkscan_host *host, uint64_t offset, uint64_t length);
    /* First match of `pattern` (1 .. 64 bytes) that lies whole inside [from, to). */
    int32_t (*find)(const struct mtkscan_host *host, uint64_t from, uint64_t to,
                    const void *pattern, uint64_t length, uint64_t *at);
    /* Zeroed memory that lives until the callback returns; NULL when the limit is reached. */
    void *(*scratch)(const struct mtkscan_host *host, uint64_t length);

    int32_t (*emit_evidence)(const struct mtkscan_host *host, const mtkscan_evidence *evidence);
    int32_t (*emit_fact)(const struct mtkscan_host *host, const mtkscan_fact *fact);
    int32_t (*emit_part)(const struct mtkscan_host *host, const mtkscan_part *part);
    int32_t (*emit_check)(const struct mtkscan_host *host, const mtkscan_check *check);
    int32_t (*emit_container)(const struct mtkscan_host *host, const mtkscan_container *container);
    int32_t (*emit_flash)(const struct mtkscan_host *host, const mtkscan_flash *flash);
    int32_t (*emit_flash_id)(const struct mtkscan_host *host, const mtkscan_flash_id *id);
    int32_t (*emit_zone)(const struct mtkscan_host *host, const mtkscan_zone *zone);
    int32_t (*emit_range)(const struct mtkscan_host *host, const mtkscan_range *range);
    int32_t (*emit_notice)(const struct mtkscan_host *host, const mtkscan_notice *notice);

    /* A finished line of text, shown with -v. */
    void (*log)(const struct mtkscan_host *host, int32_t level, const char *text);
    /* Non-zero: the user or a limit asks to stop. Ask in long loops. */
    int32_t (*cancelled)(const struct mtkscan_host *host);
    /* An optional service by name, or NULL. [lifetime: call] */
    const void *(*extension)(const struct mtkscan_host *host, const char *id);

    /* Since 1.1: there when struct_size covers them; a host that calls decode has them. */

    /* Decoded bytes that belong at `offset` of the output. Pieces come in any order and do not
     * overlap; gaps read as 0, and the last byte emitted is the last of the output.
     * MTKSCAN_E_INVALID: outside task->room, overlapping; MTKSCAN_E_LIMIT: too many pieces. */
    int32_t (*emit_output)(const struct mtkscan_host *host, uint64_t offset, const void *bytes,
                           uint64_t length);
    /* Fills `layer`, which says by its struct_size what it has room for. MTKSCAN_E_NOT_FOUND past
     * the last, and when no decode is under way. */
    int32_t (*layer)(const struct mtkscan_host *host, uint64_t index, mtkscan_layer *layer);
} mtkscan_host;

/*
 * The one exported object. [lifetime: until the process ends] [thread: const, shared]
 * Callbacks are reentrant, use const data only, and return MTKSCAN_OK or a negative code. `claim`
 * emits evidence; `layout`, `flash_ids` and `decode` are called only when this module's claim won
 * or was forced.
 */
typedef struct mtkscan_plugin {
    uint32_t struct_size, abi;
    const char *id;      /* [a-z0-9][a-z0-9_-]{1,31} */
    const char *version; /* of the module */
    const char *title;   /* one line */
    const char *author;
    const char *license; /* SPDX */
    const char *url;
    const char *const *chips;       /* chip words, NULL-terminated, at least one */
    const char *const *limitations; /* what it does not do, NULL-terminated; may be NULL */
    int32_t (*claim)(const mtkscan_host *host);
    int32_t (*layout)(const mtkscan_host *host);
    int32_t (*flash_ids)(const mtkscan_host *host);

    /*
     * Since 1.1; may be NULL. Decodes one container that layout() emitted with a codec that the
     * host does not know. MTKSCAN_OK, MTKSCAN_E_DAMAGED, MTKSCAN_E_NOT_FOUND (this codec is not
     * mine), or MTKSCAN_E_LIMIT (task->room or scratch memory is too small). [lifetime of task:
     * call]
     */
    int32_t (*decode)(const mtkscan_host *host, const mtkscan_decode_task *task);
} mtkscan_plugin;

#define MTKSCAN_ENTRY_SYMBOL "mtkscan_plugin_entry_v1"
extern MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1;

#ifdef __cplusplus
}
#endif
#endif
