/* SPDX-License-Identifier: MIT */
/* FAT volumes made byte by byte, without the code under test, so that they can be made wrong. */
#ifndef TESTS_DISK_VOLUME_MAKE_H
#define TESTS_DISK_VOLUME_MAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE_END 0xFFFFu

struct made_volume {
    uint8_t *disk; /* the whole one */
    uint64_t size, offset;
    unsigned bits, per_cluster, fats, fat_sectors, root_entries, clusters;
    uint64_t fat, root, data;
};

static inline void made_le(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Places of a volume with these many clusters, whose boot sector is at `sector`. */
static inline struct made_volume made_plan(unsigned sector, unsigned clusters, unsigned per_cluster,
                                           unsigned fats, unsigned root_entries)
{
    struct made_volume made = {.offset = 512ull * sector,
                               .bits = clusters < 4085 ? 12 : 16,
                               .per_cluster = per_cluster,
                               .fats = fats,
                               .root_entries = root_entries,
                               .clusters = clusters};
    made.fat_sectors = ((clusters + 2) * made.bits / 8 + 1 + 511) / 512;
    made.fat = made.offset + 512;
    made.root = made.fat + 512ull * fats * made.fat_sectors;
    made.data = made.root + 32ull * root_entries;
    made.size = made.data + 512ull * clusters * per_cluster;
    return made;
}

static inline void made_set(const struct made_volume *made, unsigned copy, unsigned cluster,
                            unsigned value)
{
    uint8_t *table = made->disk + made->fat + 512ull * copy * made->fat_sectors;
    for (unsigned nibble = 0; nibble < made->bits / 4; nibble++) {
        unsigned at = cluster * (made->bits / 4) + nibble, shift = at % 2 * 4;
        table[at / 2] =
            (uint8_t)((table[at / 2] & ~(0xFu << shift)) | (value >> 4 * nibble & 0xF) << shift);
    }
}

/* The same in all copies. */
static inline void made_link(const struct made_volume *made, unsigned cluster, unsigned value)
{
    for (unsigned copy = 0; copy < made->fats; copy++)
        made_set(made, copy, cluster, value);
}

static inline unsigned made_get(const struct made_volume *made, unsigned copy, unsigned cluster)
{
    const uint8_t *table = made->disk + made->fat + 512ull * copy * made->fat_sectors;
    unsigned value = 0;
    for (unsigned nibble = 0; nibble < made->bits / 4; nibble++) {
        unsigned at = cluster * (made->bits / 4) + nibble;
        value |= (unsigned)(table[at / 2] >> at % 2 * 4 & 0xF) << 4 * nibble;
    }
    return value;
}

/* Writes the boot sector and empty tables into `disk`, which has made->size bytes or more. */
static inline void made_format(struct made_volume *made, uint8_t *disk)
{
    uint8_t *boot = disk + made->offset;
    made->disk = disk;
    memcpy(boot, "\xEB\x3C\x90MADEDISK", 11);
    made_le(boot + 11, 512, 2);
    boot[13] = (uint8_t)made->per_cluster;
    made_le(boot + 14, 1, 2);
    boot[16] = (uint8_t)made->fats;
    made_le(boot + 17, made->root_entries, 2);
    uint64_t sectors = (made->size - made->offset) / 512;
    made_le(boot + (sectors < 65536 ? 19 : 32), sectors, sectors < 65536 ? 2 : 4);
    boot[21] = 0xF8;
    made_le(boot + 22, made->fat_sectors, 2);
    boot[38] = 0x29;
    memcpy(boot + 43, "NO NAME    ", 11);
    memcpy(boot + 54, made->bits == 12 ? "FAT12   " : "FAT16   ", 8);
    made_le(boot + 510, 0xAA55, 2);
    made_link(made, 0, 0xFFF8);
    made_link(made, 1, 0xFFFF);
}

static inline struct made_volume made_bare(unsigned clusters, unsigned per_cluster, unsigned fats,
                                           unsigned root_entries)
{
    struct made_volume made = made_plan(0, clusters, per_cluster, fats, root_entries);
    made_format(&made, calloc(1, made.size));
    return made;
}

static inline uint8_t *made_cluster(const struct made_volume *made, unsigned cluster)
{
    return made->disk + made->data + 512ull * made->per_cluster * (cluster - 2);
}

static inline uint8_t *made_root(const struct made_volume *made, unsigned slot)
{
    return made->disk + made->root + 32ull * slot;
}

/* A short slot; `name` has 11 letters. The time is 2014-05-23 12:34:56. */
static inline void made_slot(uint8_t *slot, const char *name, unsigned attributes, unsigned cluster,
                             uint64_t size)
{
    memset(slot, 0, 32);
    memcpy(slot, name, 11);
    slot[11] = (uint8_t)attributes;
    made_le(slot + 22, 12 << 11 | 34 << 5 | 28, 2);
    made_le(slot + 24, 34 << 9 | 5 << 5 | 23, 2);
    made_le(slot + 26, cluster, 2);
    made_le(slot + 28, size, 4);
}

/* A folder's own cluster with its dots; `parent` is 0 below the root. */
static inline void made_folder(const struct made_volume *made, unsigned cluster, unsigned parent)
{
    made_slot(made_cluster(made, cluster), ".          ", 0x10, cluster, 0);
    made_slot(made_cluster(made, cluster) + 32, "..         ", 0x10, parent, 0);
    made_link(made, cluster, MADE_END);
}

static inline uint8_t made_sum(const char *name)
{
    unsigned sum = 0;
    for (int i = 0; i < 11; i++)
        sum = ((sum & 1 ? 0x80 : 0) + (sum >> 1) + (uint8_t)name[i]) & 0xFF;
    return (uint8_t)sum;
}

/* Slots of a long name of `count` units, highest part first; returns how many. */
static inline unsigned made_long(uint8_t *slots, const uint16_t *units, unsigned count,
                                 const char *short_name)
{
    static const uint8_t places[] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    unsigned parts = (count + 12) / 13;
    for (unsigned part = 0; part < parts; part++) {
        uint8_t *slot = slots + 32ull * (parts - 1 - part);
        memset(slot, 0, 32);
        slot[0] = (uint8_t)(part + 1) | (part + 1 == parts ? 0x40 : 0);
        slot[11] = 0x0F;
        slot[13] = made_sum(short_name);
        for (unsigned i = 0; i < 13; i++) {
            unsigned at = part * 13 + i;
            made_le(slot + places[i], at < count ? units[at] : at == count ? 0 : 0xFFFF, 2);
        }
    }
    return parts;
}

/* An entry of the partition table of sector 0. */
static inline void made_partition(uint8_t *disk, unsigned index, unsigned type, uint64_t sector,
                                  uint64_t sectors)
{
    uint8_t *entry = disk + 446 + 16ull * index;
    entry[4] = (uint8_t)type;
    made_le(entry + 8, sector, 4);
    made_le(entry + 12, sectors, 4);
    made_le(disk + 510, 0xAA55, 2);
}

#endif
