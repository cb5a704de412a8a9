/* SPDX-License-Identifier: MIT */
/* Writes a fixture dump to a file: mtkscan-mkfixture CHIP OUT [PIECE]... */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/fixture.h"

static const struct {
    const char *name;
    uint32_t flag;
} pieces[] = {
    {"no-header", MTKSCAN_FIXTURE_NO_HEADER},
    {"no-record", MTKSCAN_FIXTURE_NO_RECORD},
    {"no-viva", MTKSCAN_FIXTURE_NO_VIVA},
    {"coreapi", MTKSCAN_FIXTURE_COREAPI},
    {"app", MTKSCAN_FIXTURE_APP},
    {"root-cert", MTKSCAN_FIXTURE_ROOT_CERT},
    {"anti-clone", MTKSCAN_FIXTURE_ANTI_CLONE},
    {"secured", MTKSCAN_FIXTURE_SECURED},
    {"ext-backup", MTKSCAN_FIXTURE_EXT_BACKUP},
    {"no-rom", MTKSCAN_FIXTURE_NO_ROM},
    {"zimage", MTKSCAN_FIXTURE_ZIMAGE},
};

static int usage(void)
{
    fputs("usage: mtkscan-mkfixture CHIP OUT [capacity=BYTES] [PIECE]...\npieces:", stderr);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        fprintf(stderr, " %s", pieces[i].name);
    fputc('\n', stderr);
    return 2;
}

/* Takes one argument into the fixture; false when it is unknown. */
static bool take(mtkscan_fixture *fixture, const char *argument)
{
    static const char capacity[] = "capacity=";
    if (strncmp(argument, capacity, sizeof capacity - 1) == 0) {
        fixture->capacity = (uint32_t)strtoul(argument + sizeof capacity - 1, NULL, 0);
        return true;
    }
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (strcmp(argument, pieces[i].name) == 0) {
            fixture->flags |= pieces[i].flag;
            return true;
        }
    }
    return false;
}

static int write_file(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fprintf(stderr, "mtkscan-mkfixture: %s: %s\n", path, strerror(errno));
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return usage();
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, argv[1]);
    for (int i = 3; i < argc; i++) {
        if (!take(&fixture, argv[i]))
            return usage();
    }
    uint8_t *image = malloc(fixture.capacity);
    mtkscan_fixture_truth truth;
    if (!image || !mtkscan_fixture_build(&fixture, image, fixture.capacity, &truth)) {
        fputs("mtkscan-mkfixture: the pieces do not fit\n", stderr);
        free(image);
        return 1;
    }
    int code = write_file(argv[2], image, truth.size);
    free(image);
    return code;
}
