/* SPDX-License-Identifier: MIT */
/* Every compressed stream of the vendor kits. */
#include "corpus.h"

#include <inttypes.h>
#include <time.h>

#include "codec/zimage.h"
#include "dump/dump.h"

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static struct mtks_arena arena;
static struct mtks_codec_run run;
static unsigned streams, sound;

static void begin(void)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    mtks_arena_init(&arena, limits.memory);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
}

static void report(const char *kit, const char *name, const uint8_t *bytes, uint64_t size,
                   double seconds)
{
    char hex[41];
    mtks_sha1_hex(bytes, size, hex);
    print_message("%-26s %-7s %8" PRIu64 " bytes %6.1f MB/s sha1 %s\n", kit, name, size,
                  (double)size / 1e6 / seconds, hex);
}

/* Opens and decodes a kit's ALICE; the image is in the arena. */
static uint8_t *decode_alice(const struct corpus_kit *kit, const char *name,
                             struct mtks_alice *alice)
{
    const mtkscan_viva_component *part = mtkscan_viva_find(&kit->info, MTKSCAN_VIVA_ALICE);
    struct mtks_alice_result result;
    assert_non_null(part);
    const struct mtks_alice_source source = {.bytes = kit->viva + part->offset,
                                             .length = part->length,
                                             .address = part->address,
                                             .exec_addr = kit->exec.base};
    assert_int_equal(mtks_alice_open(alice, &source, &run, NULL), MTKSCAN_DONE);
    uint8_t *image = mtks_arena_alloc(&arena, alice->output_size);
    assert_non_null(image);
    const double start = now();
    assert_int_equal(mtks_alice_decode(alice, &run, 0, image, &result, NULL), MTKSCAN_DONE);
    const double seconds = now() - start;
    assert_int_equal(result.matched, alice->groups);
    assert_true(result.sentinel);
    assert_int_equal(result.bad, 0);
    assert_int_equal(result.runs.count, 0);
    assert_true(mtks_alice_clean(alice, &result));
    assert_true(mtks_alice_size_fits(alice, image, kit->exec.size));
    assert_memory_equal(image, "CAKE", 4);
    report(name, "ALICE", image, kit->exec.size, seconds);
    return image;
}

static void decode_zimage(const struct corpus_kit *kit, const char *name,
                          const struct mtks_alice *alice, const uint8_t *image)
{
    const mtkscan_viva_component *part = mtkscan_viva_find(&kit->info, MTKSCAN_VIVA_ZIMAGE);
    if (!part)
        return;
    struct mtks_zimage zimage;
    struct mtks_zimage_result result;
    streams++;
    assert_int_equal(mtks_zimage_open(&zimage, kit->viva + part->offset, part->length, &run, NULL),
                     MTKSCAN_DONE);
    assert_true(zimage.ends_right && zimage.presets);
    uint8_t *output = mtks_arena_alloc(&arena, zimage.output_size);
    assert_non_null(output);
    const struct mtks_lzma_preset preset = {image, kit->exec.size};
    const double start = now();
    assert_int_equal(mtks_zimage_decode(&zimage, &run, &preset, output, &result, NULL),
                     MTKSCAN_DONE);
    report(name, "ZIMAGE", output, zimage.output_size, now() - start);
    assert_int_equal(result.sound, zimage.count);
    for (uint32_t i = 0; i < zimage.count; i++) {
        assert_int_equal(result.partitions[i].produced, zimage.partitions[i].output_size);
        assert_int_equal(result.partitions[i].consumed, zimage.partitions[i].source_size);
        assert_int_equal(result.partitions[i].code, 0);
    }

    /* Without the ROM, the size comes from the stream itself. */
    uint64_t size = 0;
    uint8_t *again = mtks_arena_alloc(&arena, zimage.output_size);
    assert_non_null(again);
    assert_int_equal(mtks_alice_size_find(alice, image, &zimage, &run, again, &size, NULL),
                     MTKSCAN_DONE);
    assert_int_equal(size, kit->exec.size);
    assert_memory_equal(again, output, zimage.output_size);
    sound++;
}

static void test_kits(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        struct mtks_alice alice;
        begin();
        streams++;
        const uint8_t *image = decode_alice(&kit, corpus_kits[i], &alice);
        if (kit.vendor) {
            assert_int_equal(kit.vendor_size, kit.exec.size);
            assert_memory_equal(image, kit.vendor, kit.vendor_size);
        }
        sound++;
        decode_zimage(&kit, corpus_kits[i], &alice, image);
        mtks_arena_free(&arena);
        corpus_close(&kit);
    }
    print_message("%u of %u streams\n", sound, streams);
    assert_int_equal(streams, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
