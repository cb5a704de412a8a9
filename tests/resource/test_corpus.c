/* SPDX-License-Identifier: MIT */
/* What the vendor kits hold, in the ROM as it stands and in the decoded images. */
#include "../codec/corpus.h"

#include <time.h>

#include "codec/zimage.h"
#include "resource/resource.h"

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/*
 * What is known to be there, by hand and by other programs. Tones may become more, when an image is
 * decoded better than today; anything else would be a false hit of FORMAT.md 7.2, or code that was
 * taken for text.
 */
static const struct expected {
    const char *kit;
    unsigned midi, imelody, tones, texts, programs;
} expected[] = {
    {"rephone", 0, 6, 6, 2, 1},
    {"linkit_one_1.0.29", 0, 6, 6, 1, 0},
    {"sim800c24_1418B04", 9, 9, 19, 0, 0},
    {"sim800c32_1418B04", 10, 9, 19, 0, 0},
    {"sim868m32_1418B05", 9, 9, 19, 0, 0},
    {"sim808m32_mt6260_1308B01", 10, 9, 19, 0, 0},
};

static unsigned count(const struct mtks_analysis *analysis, const char *format)
{
    unsigned sum = 0;
    for (size_t i = 0; i < analysis->resources.count; i++)
        sum += strcmp(analysis->resources.items[i].format, format) == 0;
    return sum;
}

static void layer_add(struct mtks_analysis *analysis, const char *name, const uint8_t *image,
                      uint64_t size)
{
    struct mtks_layer *layer = MTKS_PUSH(&analysis->arena, &analysis->layers);
    assert_non_null(layer);
    layer->name = name;
    layer->bytes = malloc(size);
    layer->size = size;
    assert_non_null(layer->bytes);
    memcpy(layer->bytes, image, size);
}

/* Decodes ALICE, and ZIMAGE with it, to layers of the analysis. */
static void decode(struct mtks_analysis *analysis, const struct corpus_kit *kit)
{
    struct mtks_arena arena;
    struct mtks_codec_run run;
    struct mtks_alice alice;
    struct mtks_alice_result result;
    struct mtks_zimage zimage;
    struct mtks_zimage_result partitions;
    mtks_arena_init(&arena, analysis->limits.memory);
    mtks_codec_run_init(&run, &arena, &analysis->limits, NULL);
    const mtkscan_viva_component *part = mtkscan_viva_find(&kit->info, MTKSCAN_VIVA_ALICE);
    assert_non_null(part);
    const struct mtks_alice_source source = {.bytes = kit->viva + part->offset,
                                             .length = part->length,
                                             .address = part->address,
                                             .exec_addr = kit->exec.base};
    assert_int_equal(mtks_alice_open(&alice, &source, &run, NULL), MTKSCAN_DONE);
    uint8_t *image = mtks_arena_alloc(&arena, alice.output_size);
    assert_non_null(image);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, image, &result, NULL), MTKSCAN_DONE);
    layer_add(analysis, "ALICE", image, kit->exec.size);
    part = mtkscan_viva_find(&kit->info, MTKSCAN_VIVA_ZIMAGE);
    if (part) {
        assert_int_equal(
            mtks_zimage_open(&zimage, kit->viva + part->offset, part->length, &run, NULL),
            MTKSCAN_DONE);
        uint8_t *output = mtks_arena_alloc(&arena, zimage.output_size);
        const struct mtks_lzma_preset preset = {image, kit->exec.size};
        assert_non_null(output);
        assert_int_equal(mtks_zimage_decode(&zimage, &run, &preset, output, &partitions, NULL),
                         MTKSCAN_DONE);
        layer_add(analysis, "ZIMAGE", output, zimage.output_size);
    }
    mtks_arena_free(&arena);
}

static void one_kit(const struct expected *row)
{
    struct corpus_kit kit = corpus_open(row->kit);
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    assert_non_null(analysis);
    struct mtks_part *rom = MTKS_PUSH(&analysis->arena, &analysis->parts);
    assert_non_null(rom);
    rom->length = rom->present = kit.rom_size;
    decode(analysis, &kit);
    uint64_t size = kit.rom_size;
    for (size_t i = 0; i < analysis->layers.count; i++)
        size += analysis->layers.items[i].size;
    const double start = now();
    assert_int_equal(mtks_resources_find_all(analysis, kit.rom, kit.rom_size, NULL), 0);
    const double seconds = now() - start;
    const unsigned midi = count(analysis, "midi"), imelody = count(analysis, "imelody");
    const unsigned audio = count(analysis, "audio"), texts = count(analysis, "text");
    const unsigned programs = count(analysis, "elf");
    print_message("%-26s midi %2u imelody %u audio %u text %u elf %u  %4.0f MB/s\n", row->kit, midi,
                  imelody, audio, texts, programs, (double)size / 1e6 / seconds);
    assert_in_range(midi, row->midi, row->tones);
    assert_int_equal(imelody, row->imelody);
    assert_int_equal(midi + imelody + audio, row->tones);
    assert_int_equal(texts, row->texts);
    assert_int_equal(programs, row->programs);
    assert_int_equal(analysis->resources.count, row->tones + row->texts + row->programs);
    assert_int_equal(analysis->log.count, 0);
    mtks_analysis_free(analysis);
    corpus_close(&kit);
}

static void test_kits(void **state)
{
    (void)state;
    if (!corpus_there()) {
        print_message("ALL SKIPPED\n");
        skip();
    }
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        one_kit(&expected[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
