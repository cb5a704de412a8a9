/* SPDX-License-Identifier: MIT */
/*
 * The seeds of the fuzz targets alice and lzma are what the tests' encoders make. With
 * MTKSCAN_WRITE_SEEDS in the environment they are written anew.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "zimage_make.h"

#define FOLDER TEST_SOURCE_DIR "/tests/fuzz/corpus/"

static void seed(const char *target, const char *name, const uint8_t *head, size_t head_size,
                 const uint8_t *bytes, size_t size)
{
    static uint8_t whole[0x10000];
    char folder[512];
    assert_true(head_size + size <= sizeof whole);
    memcpy(whole, head, head_size);
    memcpy(whole + head_size, bytes, size);
    snprintf(folder, sizeof folder, FOLDER "%s", target);
    if (getenv("MTKSCAN_WRITE_SEEDS"))
        free(test_file_write(folder, name, whole, head_size + size));
    size_t there = 0;
    char *found = test_file_read(folder, name, &there);
    assert_non_null(found);
    assert_int_equal(there, head_size + size);
    assert_memory_equal(found, whole, there);
    free(found);
}

static struct alice_made alice;
static struct lzma_made stream;
static struct zimage_made zimage;

static void test_alice(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t version, header_size, group_words, dropped;
        bool literals;
        uint8_t options;
    } rows[] = {
        {"literals", 1, 0x28, 64, 0, true, 0},       {"mixed", 1, 0x28, 64, 0, false, 4},
        {"branches", 2, 0x28, 64, 0, false, 6},      {"short_form", 1, 0x24, 64, 2, false, 5},
        {"large_groups", 2, 0x28, 512, 0, false, 0}, {"small_groups", 1, 0x28, 32, 0, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t image[1024];
        alice_usual(&alice);
        alice.version = rows[i].version;
        alice.header_size = rows[i].header_size;
        alice.group_words = rows[i].group_words;
        alice.dropped = rows[i].dropped;
        alice.literals = rows[i].literals;
        for (uint32_t j = 0; j < 7; j++)
            alice.bits[j] = (uint16_t)(j / 2 + 1);
        alice_image(image, sizeof image);
        alice_put32(image + 62, 0xF800F000);
        alice_put32(image + 80, 0xE812F034);
        alice_make(&alice, image, sizeof image);
        seed("alice", rows[i].name, &rows[i].options, 1, alice.bytes, alice.size);
    }
}

static void test_lzma(void **state)
{
    (void)state;
    static uint8_t preset[64 * 4];
    static const uint8_t plain[2] = {0, 0}, with_preset[2] = {0, 4}, section[2] = {1, 4};
    for (size_t i = 0; i < sizeof preset; i++)
        preset[i] = (uint8_t)(i * 31 / 3);
    lzma_begin(&stream, 3, 0, 2, NULL, 0);
    lzma_mixture(&stream, 120, false);
    lzma_end(&stream);
    seed("lzma", "plain", plain, 2, stream.bytes, stream.size);
    zimage_begin(&zimage, 2);
    zimage_add(&zimage, 0, 0, &stream);
    const uint32_t second = (uint32_t)stream.produced + 10;

    lzma_begin(&stream, 2, 0, 2, preset, sizeof preset);
    lzma_mixture(&stream, 120, true);
    lzma_end(&stream);
    seed("lzma", "preset", with_preset, 2, stream.bytes, stream.size);
    zimage_add(&zimage, 3, second, &stream);
    seed("lzma", "section", section, 2, zimage.bytes, zimage.size);

    lzma_begin(&stream, 1, 3, 0, NULL, 0);
    lzma_mixture(&stream, 60, false);
    lzma_match_symbol(&stream, 0, 2);
    lzma_end(&stream);
    seed("lzma", "end_marker", plain, 2, stream.bytes, stream.size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_alice), cmocka_unit_test(test_lzma)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
