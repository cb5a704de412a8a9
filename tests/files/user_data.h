/* SPDX-License-Identifier: MIT */
/*
 * A dump with user data: an MBR, a user's volume and a system volume with NVRAM, laid through the
 * translation layer by the makers of tests/disk, which share no code with core.
 */
#ifndef TESTS_FILES_USER_DATA_H
#define TESTS_FILES_USER_DATA_H

#include "support.h"

#include "../disk/ftl_make.h"
#include "../disk/volume_make.h"

#define USER_DISK_SECTORS 260u
#define USER_FAT_BEGIN    0x380000u /* of the fixture's usual dump */
#define USER_FAT_BLOCKS   126u

struct user_data {
    uint8_t *disk; /* USER_DISK_SECTORS */
    struct made_volume user, system;
};

/* A file of `size` bytes in the clusters from `first` on, of 512 bytes each. */
static inline void user_file(const struct made_volume *made, uint8_t *slot, const char *name,
                             unsigned first, uint64_t size)
{
    const unsigned clusters = (unsigned)((size + 511) / 512);
    made_slot(slot, name, 0x20, size ? first : 0, size);
    for (unsigned i = 0; i < clusters; i++)
        made_link(made, first + i, i + 1 < clusters ? first + i + 1 : MADE_END);
    for (uint64_t i = 0; i < size; i++)
        made_cluster(made, first)[i] = (uint8_t)(i * 7 + first * 31 + 1);
}

/*
 * C:/README.TXT (700), C:/NOTES.VCF (300), C:/longer name.gif (90), C:/?ILD.BIN deleted (1000),
 * Z:/NVRAM/NVD_DATA/MP0B_001 (600), Z:/NVRAM/NVD_DATA/OTHER (10). [owner: caller, user_free]
 */
static inline struct user_data user_make(void)
{
    static const uint16_t units[] = {'l', 'o', 'n', 'g', 'e', 'r', ' ', 'n',
                                     'a', 'm', 'e', '.', 'g', 'i', 'f'};
    struct user_data data = {.disk = calloc(USER_DISK_SECTORS, 512)};
    assert_non_null(data.disk);
    data.user = made_plan(1, 60, 1, 2, 64);
    data.system = made_plan(100, 120, 1, 2, 64);
    made_format(&data.user, data.disk);
    made_format(&data.system, data.disk);
    made_partition(data.disk, 0, 1, 1, (data.user.size - data.user.offset) / 512);
    made_partition(data.disk, 1, 1, 100, (data.system.size - data.system.offset) / 512);
    user_file(&data.user, made_root(&data.user, 0), "README  TXT", 2, 700);
    user_file(&data.user, made_root(&data.user, 1), "NOTES   VCF", 4, 300);
    const unsigned parts = made_long(made_root(&data.user, 2), units, 15, "LONGER~1GIF");
    user_file(&data.user, made_root(&data.user, 2 + parts), "LONGER~1GIF", 5, 90);
    user_file(&data.user, made_root(&data.user, 3 + parts), "OILD    BIN", 6, 1000);
    *made_root(&data.user, 3 + parts) = 0xE5;
    made_link(&data.user, 6, 0);
    made_link(&data.user, 7, 0);
    made_slot(made_root(&data.system, 0), "NVRAM      ", 0x12, 2, 0);
    made_folder(&data.system, 2, 0);
    made_slot(made_cluster(&data.system, 2) + 64, "NVD_DATA   ", 0x10, 3, 0);
    made_folder(&data.system, 3, 2);
    user_file(&data.system, made_cluster(&data.system, 3) + 64, "MP0B_001   ", 4, 600);
    user_file(&data.system, made_cluster(&data.system, 3) + 96, "OTHER      ", 6, 10);
    return data;
}

static inline void user_free(struct user_data *data)
{
    free(data->disk);
    data->disk = NULL;
}

/*
 * Lays the disk into `bytes` at `begin`, sectors of zeros left out, in blocks of a shape of
 * ftl_make.h; one stale copy, and the last block is the spare one.
 */
static inline void user_lay(const struct user_data *data, uint8_t *bytes, size_t begin,
                            size_t shape, uint32_t blocks)
{
    static const uint8_t zero[SECTOR];
    struct layer layer = {.bytes = bytes,
                          .begin = begin,
                          .block = layer_shapes[shape][0],
                          .header = layer_shapes[shape][1],
                          .sectors = layer_shapes[shape][2],
                          .blocks = blocks};
    uint32_t slot = 0;
    for (uint32_t i = 0; i + 1 < blocks; i++)
        layer_state(&layer, i, 3 + i % 5, 0x39);
    for (uint32_t i = 0; i < USER_DISK_SECTORS; i++) {
        const uint8_t *sector = data->disk + (size_t)i * SECTOR;
        if (memcmp(sector, zero, SECTOR) == 0)
            continue;
        layer_write(&layer, slot / layer.sectors, slot % layer.sectors, sector, SECTOR);
        layer_tag(&layer, slot / layer.sectors, slot % layer.sectors, i, 0xC0);
        slot++;
    }
    layer_put(&layer, slot / layer.sectors, slot % layer.sectors, 1, 9, 0x00);
}

#endif
