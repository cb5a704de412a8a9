/* SPDX-License-Identifier: MIT */
/*
 * Volumes of a linear disk: MBR or bare, FAT12 and FAT16, long names. Read-only but for
 * mtks_disk_put and mtks_disk_remove. Everything on the disk may lie: loops, cross-links and names
 * are handled, told, and bounded.
 *
 * Why no library: the only one in Debian, libtsk, cannot write, gives an empty file for a chain
 * that loops and no word about it or about cross-links, and brings 40 libraries (TLS, LDAP, SQL)
 * into the program, whose start then takes 20 ms in place of 1.
 */
#ifndef MTKSCAN_DISK_VOLUME_H
#define MTKSCAN_DISK_VOLUME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/limits.h"
#include "../model/progress.h"

#define MTKS_VOLUMES     8u
#define MTKS_ENTRY_DEPTH 32u   /* folders inside folders */
#define MTKS_ENTRY_PATH  2048u /* bytes of a path, NUL counted */
#define MTKS_NO_ENTRY    UINT32_MAX
#define MTKS_NO_VOLUME   UINT32_MAX

struct mtks_entry_fault {
    const char *what; /* one line [lifetime: static] */
    uint32_t entry;   /* index, or MTKS_NO_ENTRY: of the volume itself */
    uint32_t volume;  /* index, or MTKS_NO_VOLUME: of the disk itself */
    bool blocks;      /* what is right cannot be known, so the volume is not written to */
};

/*
 * A file or folder. Texts are UTF-8, untrusted; a name holds no '/', is never "." or "..", and has
 * odd bytes as %XX (fat_name.h), so every '/' of a path parts folders. Two entries can have one
 * path. [lifetime: the arena]
 */
struct mtks_entry {
    const char *name; /* its long name, else the short one */
    const char *path; /* "NVRAM/NVD_DATA/MPA3_001", from the volume's root */
    uint32_t parent;  /* index, or MTKS_NO_ENTRY: the root */
    uint32_t volume;  /* index */
    bool folder, deleted, read_only, hidden, system;
    uint32_t cluster;   /* first; 0: none */
    uint64_t size;      /* as the entry says */
    uint64_t readable;  /* of them, that the chain really has; folder: bytes of its chain */
    struct tm modified; /* device local time; tm_mday 0: none */
    uint64_t at;        /* of the 32-byte entry on the disk */
};

struct mtks_volume {
    const char *label;        /* may be "" */
    char letter;              /* as the device names it: 'C', 'Z', ...; 0: not known */
    const char *letter_why;   /* one line */
    uint32_t bits;            /* 12 or 16 */
    uint64_t offset, sectors; /* on the disk */
    uint32_t cluster;         /* bytes */
    uint64_t fat, root, data; /* byte offsets on the disk */
    uint32_t fats, fat_sectors, root_entries;
    uint32_t clusters;         /* of data, numbered from 2 */
    uint64_t free, used, lost; /* clusters; lost: marked used, but of no file */
    bool fats_agree;
};

struct mtks_disk {
    const uint8_t *bytes; /* [lifetime: caller] */
    uint64_t size;
    bool partitioned;
    uint32_t volume_count;
    struct mtks_volume volumes[MTKS_VOLUMES];
    MTKS_LIST(struct mtks_entry) entries; /* volume by volume, a folder before what is in it */
    MTKS_LIST(struct mtks_entry_fault) faults;
    const char *why_none; /* no volume: one line; else NULL */
};

/*
 * Reads all volumes and entries; deleted ones too when `deleted`. A disk that ends before its last
 * volume does is no fault: the layer below ends at the last sector that was ever written. A cluster
 * belongs to the file that was met first; where another runs into it, that one ends, and both are
 * told. MTKSCAN_DONE whatever is found; MTKSCAN_REFUSED at a limit (disk-entries, memory),
 * MTKSCAN_INTERRUPTED.
 */
int mtks_disk_open(struct mtks_disk *disk, const uint8_t *bytes, uint64_t size, bool deleted,
                   const struct mtks_limits *limits, struct mtks_arena *arena,
                   const struct mtks_progress *progress, mtkscan_error *error);

/* Copies the `readable` bytes of a file, from its cluster chain (for a deleted file: from the
 * consecutive clusters that are free, which is a guess). `to` has room for them. */
void mtks_disk_read(const struct mtks_disk *disk, const struct mtks_entry *entry, uint8_t *to);

/*
 * Puts a file at `path` of a volume into a writable copy of the disk: replaces one of that name, or
 * adds it (short name made unique, long name when needed), makes missing folders. Both FATs are
 * kept equal. MTKSCAN_REFUSED when the volume has faults that block, no room, or the name cannot
 * be; then `bytes` are as before. `bytes` may hold earlier puts; `disk` goes on telling of the disk
 * that was opened. Room is only what `bytes` (disk->size of them) really have. `modified` may be
 * NULL: 1980-01-01, or what a replaced file had.
 */
int mtks_disk_put(const struct mtks_disk *disk, uint8_t *bytes, uint32_t volume, const char *path,
                  const uint8_t *content, uint64_t length, const struct tm *modified,
                  mtkscan_error *error);

/* Removes a file. The same rules; MTKSCAN_REFUSED too when `bytes` no longer have it there. */
int mtks_disk_remove(const struct mtks_disk *disk, uint8_t *bytes, uint32_t entry,
                     mtkscan_error *error);

#endif
