/* SPDX-License-Identifier: MIT */
#include "volume_find.h"

#include <string.h>

#include "fat.h"
#include "fat_name.h"
#include "mtkscan/bytes.h"

#define TABLE_AT      446u
#define TABLE_ENTRY   16u
#define TABLE_ENTRIES 4u
#define EXTRA_AT      38u /* in a boot sector: the mark that number, label and text follow */
#define EXTRA_MARK    0x29u
#define LABEL_AT      43u
#define SYSTEM_SECTOR 71u /* where a device of one known kind has its system drive */
#define EXTENDED      0x05u
#define EXTENDED_BIG  0x0Fu

static const char fat32_there[] = "a FAT32 volume, which no device of this kind makes: not read";
static const char odd_sectors[] = "a FAT volume whose sectors have not 512 bytes: not read";

int mtks_disk_fault(struct mtks_disk *disk, struct mtks_arena *arena, uint32_t volume,
                    uint32_t entry, bool blocks, const char *what)
{
    struct mtks_entry_fault *fault = MTKS_PUSH(arena, &disk->faults);
    if (!fault)
        return -1;
    *fault =
        (struct mtks_entry_fault){.what = what, .entry = entry, .volume = volume, .blocks = blocks};
    return 0;
}

static int disk_fault(struct mtks_disk *disk, struct mtks_arena *arena, const char *what)
{
    return mtks_disk_fault(disk, arena, MTKS_NO_VOLUME, MTKS_NO_ENTRY, false, what);
}

static uint64_t end_of(const struct mtks_volume *volume)
{
    return volume->offset + volume->sectors * MTKS_FAT_SECTOR;
}

/* What the boot sector says; a label in the root comes before it. NULL: memory. */
static const char *boot_label(const uint8_t *boot, struct mtks_arena *arena)
{
    char text[MTKS_FAT_NAME];
    if (boot[EXTRA_AT] != EXTRA_MARK || memcmp(boot + LABEL_AT, "NO NAME    ", MTKS_FAT_SHORT) == 0)
        return "";
    mtks_label_text(boot + LABEL_AT, text);
    return mtks_arena_text(arena, text);
}

/* Takes the volume at `offset`, if there is one. 1: taken, 0: not, -1: memory. */
static int take(struct mtks_disk *disk, struct mtks_arena *arena, uint64_t offset)
{
    struct mtks_volume found = {.label = ""};
    const char *doubt, *left = NULL;
    enum mtks_fat_boot kind = mtks_fat_boot(disk->bytes, disk->size, offset, &found, &doubt);
    if (kind == MTKS_FAT_32)
        left = fat32_there;
    else if (kind == MTKS_FAT_SECTORS)
        left = odd_sectors;
    else if (kind == MTKS_FAT_SIMPLE && disk->volume_count == MTKS_VOLUMES)
        left = "more volumes than are read";
    if (left)
        return disk_fault(disk, arena, left);
    if (kind == MTKS_FAT_NONE)
        return 0;
    uint32_t index = disk->volume_count++;
    found.label = boot_label(disk->bytes + offset, arena);
    if (!found.label)
        return -1;
    disk->volumes[index] = found;
    if (doubt && mtks_disk_fault(disk, arena, index, MTKS_NO_ENTRY, true, doubt))
        return -1;
    for (uint32_t i = 0; i < index; i++)
        if (offset < end_of(&disk->volumes[i]) && disk->volumes[i].offset < end_of(&found) &&
            (mtks_disk_fault(disk, arena, index, MTKS_NO_ENTRY, true, "overlaps another volume") ||
             mtks_disk_fault(disk, arena, i, MTKS_NO_ENTRY, true, "overlaps another volume")))
            return -1;
    return 1;
}

static bool known(const struct mtks_disk *disk, uint64_t offset)
{
    for (uint32_t i = 0; i < disk->volume_count; i++)
        if (disk->volumes[i].offset == offset)
            return true;
    return false;
}

/* One entry of the partition table. -1: memory. */
static int take_partition(struct mtks_disk *disk, struct mtks_arena *arena, const uint8_t *entry)
{
    uint8_t type = entry[4];
    uint64_t sector = mtkscan_le32(entry + 8), sectors = mtkscan_le32(entry + 12);
    if (type == 0)
        return 0;
    if (type == EXTENDED || type == EXTENDED_BIG)
        return disk_fault(disk, arena, "an extended partition, which is not followed");
    if (sector == 0 || !mtkscan_inside(sector * MTKS_FAT_SECTOR, MTKS_FAT_SECTOR, disk->size))
        return disk_fault(disk, arena, "a partition entry points beyond the disk");
    if (known(disk, sector * MTKS_FAT_SECTOR))
        return disk_fault(disk, arena, "two partition entries point at one volume");
    uint32_t before = disk->volume_count;
    size_t faults = disk->faults.count;
    if (take(disk, arena, sector * MTKS_FAT_SECTOR) < 0)
        return -1;
    if (disk->volume_count == before)
        return disk->faults.count != faults
                   ? 0
                   : disk_fault(disk, arena, "a partition that holds no FAT volume");
    if (disk->volumes[before].sectors > sectors)
        return mtks_disk_fault(disk, arena, before, MTKS_NO_ENTRY, true,
                               "the volume is larger than its partition");
    return 0;
}

static int take_table(struct mtks_disk *disk, struct mtks_arena *arena)
{
    for (uint32_t i = 0; i < TABLE_ENTRIES; i++)
        if (take_partition(disk, arena, disk->bytes + TABLE_AT + (size_t)i * TABLE_ENTRY))
            return -1;
    disk->partitioned = disk->volume_count != 0;
    return 0;
}

/* With sector 0 gone, the volumes behind it are still whole: any boot sector leads to one. */
static int take_loose(struct mtks_disk *disk, struct mtks_arena *arena)
{
    uint64_t at = MTKS_FAT_SECTOR;
    while (mtkscan_inside(at, MTKS_FAT_SECTOR, disk->size) && disk->volume_count < MTKS_VOLUMES) {
        struct mtks_volume probe;
        const char *doubt;
        uint64_t step = MTKS_FAT_SECTOR;
        if (mtks_fat_boot(disk->bytes, disk->size, at, &probe, &doubt) == MTKS_FAT_SIMPLE) {
            uint32_t index = disk->volume_count;
            step = probe.sectors * MTKS_FAT_SECTOR;
            if (take(disk, arena, at) < 0 ||
                mtks_disk_fault(disk, arena, index, MTKS_NO_ENTRY, false,
                                "found by its boot sector: no partition table leads to it"))
                return -1;
        }
        at += step;
    }
    return 0;
}

static const char *why_none(const struct mtks_disk *disk)
{
    if (disk->size < MTKS_FAT_SECTOR)
        return "the disk is shorter than a sector";
    for (size_t i = 0; i < disk->faults.count; i++)
        if (disk->faults.items[i].what == fat32_there || disk->faults.items[i].what == odd_sectors)
            return disk->faults.items[i].what;
    bool constant = memcmp(disk->bytes, disk->bytes + 1, (size_t)disk->size - 1) == 0;
    return constant ? "the disk is blank" : "no partition table and no FAT boot sector";
}

int mtks_volumes_find(struct mtks_disk *disk, struct mtks_arena *arena)
{
    int bare = take(disk, arena, 0);
    if (bare < 0)
        return -1;
    bool marked =
        disk->size >= MTKS_FAT_SECTOR && disk->bytes[510] == 0x55 && disk->bytes[511] == 0xAA;
    if (!bare && marked && disk->faults.count == 0 && take_table(disk, arena))
        return -1;
    if (disk->volume_count == 0 && take_loose(disk, arena))
        return -1;
    disk->why_none = disk->volume_count ? NULL : why_none(disk);
    return 0;
}

static bool has_nvram(const struct mtks_disk *disk, uint32_t volume)
{
    for (size_t i = 0; i < disk->entries.count; i++) {
        const struct mtks_entry *entry = &disk->entries.items[i];
        if (entry->volume == volume && entry->parent == MTKS_NO_ENTRY && entry->folder &&
            !entry->deleted && strcmp(entry->name, "NVRAM") == 0)
            return true;
    }
    return false;
}

static void set_letter(struct mtks_volume *volume, char letter, const char *why)
{
    volume->letter = letter;
    volume->letter_why = why;
}

void mtks_volumes_name(struct mtks_disk *disk)
{
    uint32_t system = MTKS_NO_VOLUME, users = 0;
    const char *why = "holds the folder NVRAM, which firmware keeps on Z:";
    for (uint32_t i = 0; i < disk->volume_count && system == MTKS_NO_VOLUME; i++)
        if (has_nvram(disk, i))
            system = i;
    if (system == MTKS_NO_VOLUME) {
        why = "no folder NVRAM anywhere, but it begins at sector 71, as one known device has it";
        for (uint32_t i = 0; i < disk->volume_count; i++)
            if (disk->volumes[i].offset == SYSTEM_SECTOR * MTKS_FAT_SECTOR)
                system = i;
    }
    for (uint32_t i = 0; i < disk->volume_count; i++) {
        struct mtks_volume *volume = &disk->volumes[i];
        if (i == system)
            set_letter(volume, 'Z', why);
        else if (has_nvram(disk, i))
            set_letter(volume, 0, "holds a folder NVRAM, as an earlier volume does");
        else if (system == MTKS_NO_VOLUME)
            set_letter(volume, 0, "no volume shows that it is the system drive");
        else if (users++ == 0)
            set_letter(volume, 'C', "not the system drive, so the user's: C: or D:, as built");
        else
            set_letter(volume, 0, "one user drive comes before it");
    }
}
