/* SPDX-License-Identifier: MIT */
/* The compressed parts of the vendor kits, when these are at hand. */
#ifndef TESTS_CODEC_CORPUS_H
#define TESTS_CODEC_CORPUS_H

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/memory_host.h"
#include "mtkscan/viva.h"

#define CORPUS TEST_SOURCE_DIR "/../shared/corpus/"

struct corpus_kit {
    uint8_t *viva, *rom, *vendor; /* files; `vendor` is ALICE.bin, NULL where there is none */
    size_t viva_size, rom_size, vendor_size;
    mtkscan_viva info;
    mtkscan_alice_exec exec;
};

static const char *const corpus_kits[] = {"rephone",           "linkit_one_1.0.29",
                                          "sim800c24_1418B04", "sim800c32_1418B04",
                                          "sim868m32_1418B05", "sim808m32_mt6260_1308B01"};
#define CORPUS_KITS (sizeof corpus_kits / sizeof *corpus_kits)

static inline int corpus_there(void)
{
    return test_exists(CORPUS "rephone", "VIVA");
}

static inline struct corpus_kit corpus_open(const char *name)
{
    struct corpus_kit kit = {0};
    char folder[512];
    snprintf(folder, sizeof folder, CORPUS "%s", name);
    kit.viva = (uint8_t *)test_file_read(folder, "VIVA", &kit.viva_size);
    kit.rom = (uint8_t *)test_file_read(folder, "ROM", &kit.rom_size);
    kit.vendor = (uint8_t *)test_file_read(folder, "ALICE.bin", &kit.vendor_size);
    assert_true(kit.viva && kit.rom);
    mtkscan_memory_host memory;
    mtkscan_file_info file;
    mtkscan_memory_host_init(&memory, kit.viva, kit.viva_size, NULL, NULL);
    assert_true(mtkscan_file_info_parse(kit.viva, kit.viva_size, &file));
    assert_true(mtkscan_viva_read(&memory.host, 0, kit.viva_size, &file, &kit.info));
    mtkscan_memory_host_init(&memory, kit.rom, kit.rom_size, NULL, NULL);
    assert_true(mtkscan_alice_exec_find(&memory.host, 0, kit.rom_size, &kit.exec));
    return kit;
}

static inline void corpus_close(struct corpus_kit *kit)
{
    free(kit->viva);
    free(kit->rom);
    free(kit->vendor);
}

#endif
