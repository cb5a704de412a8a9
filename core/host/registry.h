/* SPDX-License-Identifier: MIT */
/*
 * The board registry: INI files whose sections map strings of a firmware to a module and a device
 * name.
 *
 *   [board.ahong50]                  "board." and a name of your choice; at most 49 characters
 *   platform = AHONG50_*_MT6250_*    shell pattern (* and ?), letter case apart, on the platform id
 *   project  = ...                   on the project part of the platform id
 *   board    = ...                   on the HW version
 *   verno    = ...                   on the version
 *   plugin   = mt6250                needed
 *   chip     = MT6250
 *   device   = AHONG50 phone
 *   notes    = one line
 *
 * A section matches when each pattern it has matches. Of several that match, the one with the most
 * literal pattern characters wins; at a tie the later file (system, then modules', then the
 * user's).
 */
#ifndef MTKSCAN_HOST_REGISTRY_H
#define MTKSCAN_HOST_REGISTRY_H

#include <stdbool.h>

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/limits.h"

struct mtks_board {
    const char *section, *source;                   /* source: path of the file */
    const char *platform, *project, *board, *verno; /* patterns, or NULL */
    const char *plugin, *chip, *device, *notes;     /* plugin is never NULL */
    unsigned line;                                  /* of the section head */
};

struct mtks_registry_mistake {
    const char *source;
    unsigned line;
    const char *message; /* what is wrong, and what would be right */
};

struct mtks_registry {
    struct mtks_arena arena;
    MTKS_LIST(struct mtks_board) boards;
    MTKS_LIST(struct mtks_registry_mistake) mistakes;
    uint64_t file_limit; /* bytes of one file */
};

/* The strings that patterns are matched against; each may be NULL. */
struct mtks_board_strings {
    const char *platform_id, *project, *hw_version, *verno;
    const char *chip; /* of the platform id: a board of another chip does not match */
};

void mtks_registry_init(struct mtks_registry *registry, const struct mtks_limits *limits);
void mtks_registry_free(struct mtks_registry *registry);

/*
 * Adds one file. A file with mistakes is refused whole: its mistakes are kept, none of its boards,
 * and the outcome is MTKSCAN_REFUSED with the first mistake. A file that does not exist or cannot
 * be read is MTKSCAN_SYSTEM, but one that does not exist is MTKSCAN_DONE unless `required`.
 */
int mtks_registry_add(struct mtks_registry *registry, const char *path, bool required,
                      mtkscan_error *error);

/* The best match, or NULL. */
const struct mtks_board *mtks_registry_match(const struct mtks_registry *registry,
                                             const struct mtks_board_strings *strings);

/* Whether `text` matches a pattern of literal characters, * and ?, ASCII case apart. Linear memory,
 * no recursion. */
bool mtks_pattern_match(const char *pattern, const char *text);

#endif
