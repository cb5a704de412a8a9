/* SPDX-License-Identifier: MIT */
/*
 * What core/disk makes of the translation layer of a dump, for tests/corpus/check_ftl.py. The
 * numbers are the hint; OUT gets the linear disk, or the dump with DISK written back.
 *   ftl_probe DUMP OFFSET LENGTH FROM BLOCK OUT [DISK]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/ftl.h"

static void fail(const char *what)
{
    fprintf(stderr, "ftl_probe: %s\n", what);
    exit(1);
}

static uint8_t *read_file(const char *path, uint64_t *size)
{
    FILE *stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END))
        fail(path);
    *size = (uint64_t)ftell(stream);
    rewind(stream);
    uint8_t *bytes = malloc((size_t)*size + 1);
    if (!bytes || fread(bytes, 1, (size_t)*size, stream) != *size)
        fail(path);
    fclose(stream);
    return bytes;
}

static void write_file(const char *path, const uint8_t *bytes, uint64_t size)
{
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(bytes, 1, (size_t)size, stream) != size || fclose(stream))
        fail(path);
}

static void tell(const struct mtks_ftl *ftl)
{
    static const char *const kinds[] = {"none", "fdm4", "unknown"};
    printf("kind=%s\ncertain=%d\noffset=%llu\nlength=%llu\nblock=%u\nlogical=%llu\nunmapped=%llu\n"
           "conflicts=%zu\ndeleted=%zu\nleast=%u\nmost=%u\nwhy=%s\ndoubt=%s\n",
           kinds[ftl->kind], ftl->certain, (unsigned long long)ftl->geometry.offset,
           (unsigned long long)ftl->geometry.length, ftl->geometry.block,
           (unsigned long long)ftl->logical, (unsigned long long)ftl->unmapped,
           ftl->conflicts.count, ftl->deleted.count, ftl->wear.least, ftl->wear.most, ftl->why,
           ftl->doubt ? ftl->doubt : "");
}

int main(int argc, char **argv)
{
    if (argc != 7 && argc != 8)
        fail("DUMP OFFSET LENGTH FROM BLOCK OUT [DISK]");
    uint64_t size, disk_size = 0;
    uint8_t *bytes = read_file(argv[1], &size), *disk;
    const struct mtks_dump dump = {.bytes = bytes, .size = size};
    const struct mtks_ftl_hint hint = {strtoull(argv[2], NULL, 0), strtoull(argv[3], NULL, 0),
                                       strtoull(argv[4], NULL, 0), strtoull(argv[5], NULL, 0)};
    struct mtks_arena arena;
    struct mtks_ftl ftl;
    mtkscan_error error;
    mtks_arena_init(&arena, 64u << 20);
    if (mtks_ftl_open(&ftl, &dump, &hint, &arena, NULL, &error) != MTKSCAN_DONE)
        fail(error.what);
    tell(&ftl);
    if (argc == 7) {
        disk = calloc((size_t)ftl.logical + 1, MTKS_SECTOR);
        if (!disk)
            fail("no memory");
        mtks_ftl_read(&ftl, &dump, disk);
        write_file(argv[6], disk, ftl.logical * MTKS_SECTOR);
    } else {
        disk = read_file(argv[7], &disk_size);
        if (mtks_ftl_write(&ftl, bytes + ftl.geometry.offset, disk, disk_size / MTKS_SECTOR,
                           &error) != MTKSCAN_DONE)
            fail(error.what);
        write_file(argv[6], bytes, size);
    }
    free(disk);
    free(bytes);
    mtks_arena_free(&arena);
    return 0;
}
