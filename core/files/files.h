/* SPDX-License-Identifier: MIT */
/*
 * The user's data of a dump: the translation layer, the linear disk behind it, its files, and what
 * is known of them (FORMAT.md 6). Read, taken out, and put into a new dump.
 */
#ifndef MTKSCAN_FILES_FILES_H
#define MTKSCAN_FILES_FILES_H

#include "../disk/ftl.h"
#include "../disk/volume.h"
#include "../model/analysis.h"
#include "known.h"

enum mtks_files_state {
    MTKS_FILES_LISTED,
    MTKS_FILES_BLANK,     /* the data area is erased, or holds no sector */
    MTKS_FILES_CUT,       /* the dump ends before the data area begins */
    MTKS_FILES_NO_LAYER,  /* no layer was found by content, and no area is stated */
    MTKS_FILES_UNKNOWN,   /* something is there that is no known layer */
    MTKS_FILES_NO_VOLUME, /* a layer, but no volume that can be read on its disk */
};

/* What is told of an entry beside struct mtks_entry. */
struct mtks_file_note {
    const struct mtks_known *known; /* NULL: nothing is known of such a file */
    bool personal;                  /* a file that is left out unless it is asked for */
    uint64_t missing;               /* sectors of its content that have no copy in the flash */
    const char *host;               /* path in a folder that was taken out; NULL: not written */
};

/* [lifetime: the arena's, but `image`] */
struct mtks_files {
    enum mtks_files_state state;
    bool deleted;       /* deleted entries and sectors are looked for */
    bool cut;           /* the stated area goes on behind the end of the dump */
    bool by_content;    /* no firmware states where the layer is */
    uint64_t conflicts; /* sectors with two copies of equal rank and other bytes */
    struct mtks_ftl ftl;
    struct mtks_disk disk;
    uint8_t *image;      /* the linear disk [owner: mtks_files_free()] */
    uint64_t image_size; /* bytes: up to the end of the last volume where that is plausible */
    struct mtks_file_note *notes; /* [disk.entries.count] */
    uint32_t *order;              /* [disk.entries.count] entries as a tree, volume by volume */
};

/*
 * Looks for layer, disk and files. MTKSCAN_DONE whatever is found, also nothing: see `state`.
 * MTKSCAN_REFUSED at a limit, MTKSCAN_INTERRUPTED, MTKSCAN_SYSTEM. Call mtks_files_free() in any
 * case.
 */
int mtks_files_look(struct mtks_files *files, const struct mtks_analysis *analysis,
                    const struct mtks_dump *dump, bool deleted, struct mtks_arena *arena,
                    const struct mtks_progress *progress, mtkscan_error *error);
void mtks_files_free(struct mtks_files *files);

/*
 * Adds what a user should know as findings MTK-Unnn. -1: memory. MTKSCAN_DONE; MTKSCAN_DAMAGED when
 * something of the user's data is lost or doubtful; MTKSCAN_NOT_RECOGNISED for an unknown layer.
 */
int mtks_files_judge(const struct mtks_files *files, struct mtks_analysis *analysis);

/* "C", or "volume2" where the letter is not known or taken; -1 behind the last. */
#define MTKS_DRIVE_NAME 16u
void mtks_files_drive(const struct mtks_disk *disk, uint32_t volume, char name[MTKS_DRIVE_NAME]);

struct mtks_take_options {
    bool force;    /* replace a folder that mtkscan took files out into */
    bool personal; /* take out personal data, too */
    const char *version;
    const struct mtks_progress *progress; /* may be NULL */
};

/* What was written. */
struct mtks_taken {
    const char *dir; /* NULL: nothing */
    bool personal;
    uint64_t files, bytes;
    uint64_t left_out; /* personal files that were not written */
    bool sectors;      /* deleted sectors were written */
};

#define MTKS_TAKE_SECTORS "deleted/sectors.bin"

/*
 * Writes the files into the new folder `dir`, which appears whole or not at all, with index.json,
 * FILES.txt and SHA1SUMS. Deleted ones go below "deleted" when `files` has them. MTKSCAN_REFUSED at
 * the limit of bytes (files-output) or of files (output/tree.h), and for an existing folder.
 */
int mtks_files_take(struct mtks_files *files, const struct mtks_analysis *analysis,
                    const struct mtks_dump *dump, const char *dir,
                    const struct mtks_take_options *options, struct mtks_taken *taken,
                    struct mtks_arena *arena, mtkscan_error *error);

/* A file to put into a disk. */
struct mtks_put {
    const char *name; /* "C:/Photos/a.gif"; without a drive when there is one volume */
    const uint8_t *bytes;
    uint64_t length;
    const struct tm *modified; /* may be NULL */
};

/* Where user data comes from, for a new dump. */
struct mtks_rebuild {
    const struct mtks_files *from; /* of another dump; NULL: none */
    const struct mtks_dump *from_dump;
    const struct mtks_put *puts;
    size_t put_count;
    const struct mtks_progress *progress;
};

/* How it went. */
struct mtks_rebuilt {
    bool whole;       /* the other dump's area was copied as it is */
    uint64_t carried; /* files of the other dump that were put one by one */
    uint64_t put;
    uint64_t blocks; /* erase blocks that differ from the dump before */
};

/*
 * Makes `to`, a copy of the dump with other user data [owner: caller, mtks_dump_close], and reads
 * it back: what is not exactly as it was meant is refused. MTKSCAN_REFUSED when anything about
 * either layer is uncertain, a volume's faults block, or there is no room.
 */
int mtks_files_rebuild(const struct mtks_files *files, const struct mtks_analysis *analysis,
                       const struct mtks_dump *dump, const struct mtks_rebuild *rebuild,
                       struct mtks_dump *to, struct mtks_rebuilt *rebuilt, mtkscan_error *error);

#endif
