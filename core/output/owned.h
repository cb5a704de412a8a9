/* SPDX-License-Identifier: MIT */
/*
 * What --force may replace: a folder that the same kind of command wrote. Only that command knows
 * its own, so it hands a recogniser to outdir.h.
 */
#ifndef MTKSCAN_OUTPUT_OWNED_H
#define MTKSCAN_OUTPUT_OWNED_H

#include <stdbool.h>
#include <stddef.h>

#include "place.h"
#include "tree.h"

/* What may be removed together with a folder that is replaced. */
struct mtks_owned {
    struct mtks_arena arena;
    struct mtks_tree tree;
};

struct mtks_recogniser {
    const char *noun; /* "kit", for messages */
    /*
     * Whether an open folder is empty, or one that this command wrote with nothing besides.
     * `inputs` have to stay whatever their names. When the answer is no, `why` says it behind the
     * folder's name. `owned` is ready for use; what it lists is removed, nothing else. `ctx` is
     * below.
     */
    bool (*look)(const void *ctx, int folder, const struct mtks_inputs *inputs,
                 struct mtks_owned *owned, char *why, size_t room);
    const void *ctx;
};

void mtks_owned_init(struct mtks_owned *owned);
void mtks_owned_free(struct mtks_owned *owned);

/* Whether an entry stops the replacement by what it is, no plain file or an input; `why` says so.
 */
bool mtks_owned_obstacle(int folder, const char *path, const struct mtks_inputs *inputs, char *why,
                         size_t room);

/* Names for a refusal: as many as fit, then how many more. Begin with {0}. */
struct mtks_name_list {
    char text[240];
    size_t hidden;
};

void mtks_name_list_add(struct mtks_name_list *list, const char *name);

/* "holds A, B and 3 more, WHICH, so it is not replaced"; false, and nothing, when there are none.
 */
bool mtks_name_list_tell(const struct mtks_name_list *list, const char *which, char *why,
                         size_t room);

#endif
