/* SPDX-License-Identifier: MIT */
/* The keys of a board, as a table; private to the registry. */
#ifndef MTKSCAN_HOST_REGISTRY_KEY_H
#define MTKSCAN_HOST_REGISTRY_KEY_H

#include "registry.h"

/* All keys, for a message. */
extern const char mtks_registry_keys[];

struct mtks_registry_key;

/* The key of a name, or NULL. */
const struct mtks_registry_key *mtks_registry_key(const char *name);

/* The member of a board that a key fills. */
const char **mtks_registry_slot(const struct mtks_registry_key *key, struct mtks_board *board);

/* What is wrong with a key's value, as the end of a sentence, or NULL. */
const char *mtks_registry_fault(const struct mtks_registry_key *key, const char *value);

/* The name of the key that an unknown one is closest to, or NULL when none is near. */
const char *mtks_registry_guess(const char *key);

#endif
