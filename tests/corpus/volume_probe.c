/* SPDX-License-Identifier: MIT */
/*
 * What core/disk makes of a disk image, for tests/corpus/check_volume.py:
 *   volume_probe list IMAGE [deleted]             one line a volume, entry and fault
 *   volume_probe put IMAGE VOLUME (PATH FILE)...  all in one go; the image is written back
 *   volume_probe remove IMAGE VOLUME PATH...
 */
#include <nettle/sha1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/volume.h"

struct file {
    uint8_t *bytes;
    size_t size;
};

static struct file read_file(const char *path)
{
    struct file file = {0};
    FILE *stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END)) {
        perror(path);
        exit(1);
    }
    file.size = (size_t)ftell(stream);
    file.bytes = malloc(file.size + 1);
    rewind(stream);
    if (!file.bytes || fread(file.bytes, 1, file.size, stream) != file.size) {
        perror(path);
        exit(1);
    }
    fclose(stream);
    return file;
}

static void write_file(const char *path, const struct file *file)
{
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(file->bytes, 1, file->size, stream) != file->size || fclose(stream)) {
        perror(path);
        exit(1);
    }
}

static void open_disk(struct mtks_disk *disk, const struct file *image, bool deleted,
                      struct mtks_arena *arena)
{
    struct mtks_limits limits;
    mtkscan_error error;
    mtks_limits_init(&limits);
    mtks_arena_init(arena, limits.memory);
    if (mtks_disk_open(disk, image->bytes, image->size, deleted, &limits, arena, NULL, &error)) {
        fprintf(stderr, "%s\n", error.what);
        exit(1);
    }
}

static void print_entry(const struct mtks_disk *disk, const struct mtks_entry *entry)
{
    struct sha1_ctx sha1;
    uint8_t digest[SHA1_DIGEST_SIZE], *bytes = malloc(entry->readable + 1);
    const struct tm *time = &entry->modified;
    if (!bytes)
        exit(1);
    mtks_disk_read(disk, entry, bytes);
    sha1_init(&sha1);
    sha1_update(&sha1, entry->readable, bytes);
    sha1_digest(&sha1, sizeof digest, digest);
    free(bytes);
    printf("E\t%u\t%c\t%c\t%llu\t%llu\t%04d-%02d-%02d %02d:%02d:%02d\t", (unsigned)entry->volume,
           entry->folder ? 'd' : 'f', entry->deleted ? 'x' : '-', (unsigned long long)entry->size,
           (unsigned long long)entry->readable, time->tm_year + 1900, time->tm_mon + 1,
           time->tm_mday, time->tm_hour, time->tm_min, time->tm_sec);
    for (size_t i = 0; i < sizeof digest; i++)
        printf("%02x", digest[i]);
    printf("\t%s\n", entry->path);
}

static int list(const char *path, bool deleted)
{
    struct file image = read_file(path);
    struct mtks_arena arena;
    struct mtks_disk disk;
    open_disk(&disk, &image, deleted, &arena);
    for (uint32_t i = 0; i < disk.volume_count; i++) {
        const struct mtks_volume *volume = &disk.volumes[i];
        printf("V\t%u\t%c\t%u\t%llu\t%u\t%u\t%u\t%llu\t%llu\t%llu\t%d\t%s\n", (unsigned)i,
               volume->letter ? volume->letter : '-', (unsigned)volume->bits,
               (unsigned long long)volume->offset, (unsigned)volume->cluster,
               (unsigned)volume->clusters, (unsigned)volume->fats, (unsigned long long)volume->free,
               (unsigned long long)volume->used, (unsigned long long)volume->lost,
               volume->fats_agree, volume->label);
    }
    for (size_t i = 0; i < disk.entries.count; i++)
        print_entry(&disk, &disk.entries.items[i]);
    for (size_t i = 0; i < disk.faults.count; i++)
        printf("F\t%d\t%d\t%d\t%s\n", (int)disk.faults.items[i].volume,
               (int)disk.faults.items[i].entry, disk.faults.items[i].blocks,
               disk.faults.items[i].what);
    if (disk.why_none)
        printf("N\t%s\n", disk.why_none);
    mtks_arena_free(&arena);
    free(image.bytes);
    return 0;
}

static int change(bool put, char **args)
{
    static const struct tm when = {.tm_year = 114, .tm_mon = 4, .tm_mday = 23, .tm_hour = 12};
    struct file image = read_file(args[0]);
    struct mtks_arena arena;
    struct mtks_disk disk;
    mtkscan_error error;
    uint32_t volume = (uint32_t)strtoul(args[1], NULL, 10);
    struct file before = {malloc(image.size), image.size};
    if (!before.bytes)
        return 1;
    memcpy(before.bytes, image.bytes, image.size);
    open_disk(&disk, &before, false, &arena);
    int outcome = 0;
    for (char **arg = args + 2; *arg && !outcome; arg += put ? 2 : 1) {
        if (put) {
            struct file file = read_file(arg[1]);
            outcome = mtks_disk_put(&disk, image.bytes, volume, arg[0], file.bytes, file.size,
                                    &when, &error);
            free(file.bytes);
            continue;
        }
        uint32_t entry = 0;
        while (entry < disk.entries.count && (disk.entries.items[entry].volume != volume ||
                                              strcmp(disk.entries.items[entry].path, *arg) != 0))
            entry++;
        outcome = mtks_disk_remove(&disk, image.bytes, entry, &error);
    }
    if (outcome)
        fprintf(stderr, "%s\n", error.what);
    else
        write_file(args[0], &image);
    mtks_arena_free(&arena);
    free(before.bytes);
    free(image.bytes);
    return outcome;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "list") == 0)
        return list(argv[2], argc > 3);
    if (argc >= 5 && (strcmp(argv[1], "put") == 0 || strcmp(argv[1], "remove") == 0))
        return change(argv[1][0] == 'p', argv + 2);
    return 2;
}
