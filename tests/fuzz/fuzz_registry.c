/* SPDX-License-Identifier: MIT */
/* Any bytes as a registry file: refused with reasons, or boards that can be matched. */
#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("registry", 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    PROMISE(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);

    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_registry registry;
    mtks_registry_init(&registry, &limits);
    mtks_registry_add(&registry, path, true, NULL);
    PROMISE(registry.mistakes.count == 0 || registry.boards.count == 0);
    const struct mtks_board_strings strings = {.platform_id = "A_PCB01_gprs_B_S00.C.bin",
                                               .project = "A",
                                               .hw_version = "A_HW",
                                               .verno = "C"};
    mtks_registry_match(&registry, &strings);
    mtks_registry_free(&registry);
    return 0;
}
