/* SPDX-License-Identifier: MIT */
/*
 * Who owns which cluster. Every chain is claimed once, cluster by cluster, and ends where it meets
 * a claimed one: a loop or a cross-link. So all chains of a volume together take as many steps as
 * it has clusters, whatever the tables say.
 */
#ifndef MTKSCAN_DISK_FAT_CHAIN_H
#define MTKSCAN_DISK_FAT_CHAIN_H

#include "../model/arena.h"
#include "fat.h"

struct mtks_fat_owners {
    const struct mtks_fat *fat;
    uint32_t *owner;    /* by cluster: index of the entry + 1; 0: nobody */
    uint32_t *free_run; /* by cluster: how many from it on are free, one after the other */
};

/* How a chain went. */
struct mtks_fat_chain {
    uint32_t clusters; /* claimed */
    uint64_t bytes;    /* of them that the disk has */
    const char *fault; /* one line [lifetime: static]; NULL: it ends as it should */
    uint32_t other;    /* the entry that it runs into, or MTKS_NO_ENTRY */
};

/* -1: memory. */
int mtks_fat_owners_init(struct mtks_fat_owners *owners, const struct mtks_fat *fat,
                         struct mtks_arena *arena);

/* Claims the chain from `first` on for the entry of that index. */
struct mtks_fat_chain mtks_fat_claim(struct mtks_fat_owners *owners, uint32_t first,
                                     uint32_t entry);

/* Bytes that a deleted file of this start may still have: those of free clusters in a row. */
uint64_t mtks_fat_recoverable(const struct mtks_fat_owners *owners, uint32_t first);

#endif
