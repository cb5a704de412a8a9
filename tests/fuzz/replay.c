/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of folders, and over each cut and some flips of them. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX  (1u << 20)
#define VARIATIONS 64u

static unsigned runs;

static void run(const uint8_t *bytes, size_t size)
{
    /* An allocation of its own, so that a sanitizer sees each byte read beyond it. */
    uint8_t *copy = calloc(size ? size : 1, 1);
    PROMISE(copy);
    memcpy(copy, bytes, size);
    PROMISE(LLVMFuzzerTestOneInput(copy, size) == 0);
    free(copy);
    runs++;
}

static void vary(uint8_t *bytes, size_t size)
{
    uint32_t random = 12345;
    for (unsigned i = 0; i < VARIATIONS && size; i++) {
        random = random * 1664525u + 1013904223u;
        size_t at = random % size;
        run(bytes, at);
        uint8_t kept = bytes[at];
        bytes[at] ^= (uint8_t)(1u << (random >> 29));
        run(bytes, size);
        bytes[at] = kept;
    }
}

static int replay_file(const char *path)
{
    uint8_t *bytes = malloc(INPUT_MAX);
    FILE *file = fopen(path, "rb");
    if (!bytes || !file) {
        perror(path);
        free(bytes);
        return 1;
    }
    size_t size = fread(bytes, 1, INPUT_MAX, file);
    fclose(file);
    run(bytes, size);
    vary(bytes, size);
    free(bytes);
    return 0;
}

static int replay_folder(const char *folder)
{
    int failed = 0;
    DIR *stream = opendir(folder);
    if (!stream) {
        perror(folder);
        return 1;
    }
    for (const struct dirent *found; (found = readdir(stream)) != NULL;) {
        char path[4096];
        if (found->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, found->d_name);
        failed += replay_file(path);
    }
    closedir(stream);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    run((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode))
            failed += replay_folder(argv[i]);
        else
            failed += replay_file(argv[i]);
    }
    printf("%u runs\n", runs);
    return failed || runs < 2;
}
