/* SPDX-License-Identifier: MIT */
/* Inside the kit room: the files of a kit folder, read, and laid into an image. */
#ifndef MTKSCAN_KIT_PIECES_H
#define MTKSCAN_KIT_PIECES_H

#include <stdbool.h>

#include "../output/folder.h"
#include "kit.h"
#include "mtkscan/gfh.h"

/* One image file. `bytes` is on the heap; the rest is in the analysis' arena. */
struct mtks_piece {
    const char *name;
    struct mtks_cfg_file *listed; /* its line in the .cfg; NULL: the .cfg does not name it */
    mtkscan_file_info info;
    uint8_t *bytes;
    uint64_t size;
    uint64_t offset; /* in the image, once laid */
    bool laid;
};

struct mtks_pieces {
    struct mtks_analysis *analysis;
    int folder;
    mtks_folder_names names; /* all entries of the folder */
    struct mtks_cfg *cfg;    /* NULL: the folder has none */
    uint64_t total;          /* bytes read so far */
    MTKS_LIST(struct mtks_piece) items;
};

/* Adds a finding about the folder. `text` goes into the detail as it is; NULL is lack of memory.
 * Returns an outcome. */
int mtks_pieces_note(struct mtks_pieces *pieces, const char *code, uint64_t offset, uint64_t length,
                     const char *text, mtkscan_error *error);

/* A file name made fit for a finding or a message. [lifetime: the analysis; NULL: out of memory] */
const char *mtks_pieces_shown(struct mtks_pieces *pieces, const char *name);

/* Reads the files that the .cfg names and the other images of the folder. Returns an outcome. */
int mtks_pieces_load(struct mtks_pieces *pieces, mtkscan_error *error);

/* Gives each piece its place as the flashing tool would; overlaps become findings. Pieces that the
 * .cfg does not name are laid only where they disturb nothing. Returns an outcome. */
int mtks_pieces_place(struct mtks_pieces *pieces, mtkscan_error *error);

/* Makes the image of the pieces laid, with a boot header of its own. Returns an outcome. */
int mtks_pieces_render(struct mtks_pieces *pieces, struct mtks_dump *dump, mtkscan_error *error);

/* Frees what the pieces hold on the heap. */
void mtks_pieces_free(struct mtks_pieces *pieces);

#endif
