/* SPDX-License-Identifier: MIT */
#include "registry_key.h"

#include <string.h>

#include "../model/word.h"
#include "shape.h"

#define KEY_MAX  16u /* characters of a word worth guessing at */
#define NEAR_MAX 2u  /* letters that may differ */

enum kind { PATTERN, MODULE, FREE };

static const struct mtks_registry_key {
    const char *name;
    size_t at;
    enum kind kind;
} keys[] = {
    {"platform", offsetof(struct mtks_board, platform), PATTERN},
    {"project", offsetof(struct mtks_board, project), PATTERN},
    {"board", offsetof(struct mtks_board, board), PATTERN},
    {"verno", offsetof(struct mtks_board, verno), PATTERN},
    {"plugin", offsetof(struct mtks_board, plugin), MODULE},
    {"chip", offsetof(struct mtks_board, chip), FREE},
    {"device", offsetof(struct mtks_board, device), FREE},
    {"notes", offsetof(struct mtks_board, notes), FREE},
};
#define KEYS (sizeof keys / sizeof *keys)

const char mtks_registry_keys[] = "platform, project, board, verno, plugin, chip, device, notes";

const struct mtks_registry_key *mtks_registry_key(const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

const char **mtks_registry_slot(const struct mtks_registry_key *key, struct mtks_board *board)
{
    return (const char **)(void *)((char *)board + key->at);
}

const char *mtks_registry_fault(const struct mtks_registry_key *key, const char *value)
{
    if (key->kind == PATTERN && value[strspn(value, "*?")] == 0)
        return "matches anything: give some characters of the string";
    if (key->kind == MODULE && !mtks_is_module_id(value))
        return "is no module id: " MTKS_MODULE_ID;
    return NULL;
}

const char *mtks_registry_guess(const char *name)
{
    const char *best = NULL;
    size_t nearest = NEAR_MAX + 1;
    if (strlen(name) > KEY_MAX)
        return NULL;
    for (size_t i = 0; i < KEYS; i++) {
        size_t here = mtks_word_distance(name, keys[i].name);
        if (here < nearest) {
            best = keys[i].name;
            nearest = here;
        }
    }
    return best;
}
