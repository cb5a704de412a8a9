/* SPDX-License-Identifier: MIT */
/*
 * Inside the output room: a final name, and the hidden sibling that becomes it in one step. Folders
 * (outdir.h) and files (outfile.h) share it.
 */
#ifndef MTKSCAN_OUTPUT_PLACE_H
#define MTKSCAN_OUTPUT_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "../model/error.h"
#include "../model/progress.h"

/* Files that were read and must stay, whatever they are called. [owner: the place] */
struct mtks_inputs {
    struct mtks_file_id {
        dev_t device;
        ino_t number;
    } * items;
    size_t count;
};

/* Notes which files these paths are; "-" is standard input, and one that cannot be found is none.
 * Returns an outcome. [owner: caller, free(inputs->items)] */
int mtks_inputs_learn(struct mtks_inputs *inputs, const char *const *paths, size_t count,
                      mtkscan_error *error);
bool mtks_inputs_hold(const struct mtks_inputs *inputs, const struct stat *info);

struct mtks_place {
    const char *kind;    /* "folder" or "file" */
    int parent;          /* folder that holds both names; -1: closed */
    char name[256];      /* final name, one component */
    char temporary[256]; /* "": not made */
    char
        leftover[256]; /* the hidden sibling of a run that was killed, or of one that runs; or "" */
    struct mtks_inputs inputs;
};

/*
 * Opens the parent of `path` and learns the inputs. MTKSCAN_USAGE when the path is empty or too
 * long, MTKSCAN_REFUSED when it ends in "." or "..", MTKSCAN_SYSTEM. Call mtks_place_close() in any
 * case.
 */
int mtks_place_open(struct mtks_place *place, const char *path, const char *kind,
                    const char *const *inputs, size_t input_count, mtkscan_error *error);
void mtks_place_close(struct mtks_place *place);

/*
 * Makes the hidden sibling under a name that is free. `make` returns a descriptor, or -1 with
 * errno, and leaves nothing then; it is asked again with another name after EEXIST.
 */
int mtks_place_make(struct mtks_place *place, int (*make)(int parent, const char *name), int *made,
                    mtkscan_error *error);

/* Gives the sibling the final name where nothing stands, else MTKSCAN_REFUSED. */
int mtks_place_show(struct mtks_place *place, mtkscan_error *error);

/* Swaps the sibling with what stands at the final name. 0, or -1 with errno. */
int mtks_place_swap(const struct mtks_place *place);

/* Takes a swap back, since what came was not what was looked at: MTKSCAN_REFUSED. MTKSCAN_SYSTEM
 * when that fails: the sibling is shown then, and its hidden name is somebody else's. */
int mtks_place_swap_back(const struct mtks_place *place, mtkscan_error *error);

/* Whether an open file or folder is what stands under a name of the parent. */
bool mtks_place_is(const struct mtks_place *place, const char *name, int file);

/* Writes all bytes; asks `progress` between blocks. `name` is for messages. */
int mtks_place_write(int file, const char *name, const uint8_t *bytes, uint64_t length,
                     const struct mtks_progress *progress, mtkscan_error *error);

/* An error of the system, with errno's text. */
int mtks_place_fail(mtkscan_error *error, const char *what, const char *name);

/* Refuses to touch what stands at the final name; `why` follows the name in the message. */
int mtks_place_refuse(const struct mtks_place *place, const char *why, const char *advice,
                      mtkscan_error *error);

#endif
