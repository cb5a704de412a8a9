/* SPDX-License-Identifier: MIT */
/* Every container of the vendor kits, from a hand-made analysis to layers; sound and damaged. */
#include "../codec/corpus.h"

#include <inttypes.h>
#include <time.h>

#include "mtkscan/gfh.h"
#include "room.h"

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

/* What a module would state of a kit's VIVA, which is the whole dump here. */
static struct room_test kit_room(const struct corpus_kit *kit, bool rom)
{
    struct room_test room = room_open(kit->viva, kit->viva_size);
    room.analysis->parts.items[0].load_addr = kit->info.base;
    for (uint32_t i = 0; i < kit->info.count; i++) {
        const mtkscan_viva_component *part = &kit->info.components[i];
        const bool alice = part->kind == MTKSCAN_VIVA_ALICE;
        char codec[] = "alice-1";
        codec[6] = (char)kit->viva[part->offset + 6];
        struct mtks_container *container = room_add(
            &room, part->name, alice ? mtks_arena_text(&room.analysis->arena, codec) : "zimage",
            part->offset, part->length);
        container->order = alice ? 0 : 1;
        if (alice && rom) {
            container->exec_addr = kit->exec.base;
            container->output_size = kit->exec.size;
        }
    }
    return room;
}

static unsigned streams;

static void check_sound(const struct room_test *room, const struct corpus_kit *kit)
{
    const struct mtks_layer *alice = room_layer(room, "ALICE");
    assert_int_equal(alice->state, MTKS_LAYER_CONSISTENT);
    assert_int_equal(alice->size, kit->exec.size);
    assert_non_null(alice->size_source);
    assert_null(alice->why);
    if (kit->vendor)
        assert_memory_equal(alice->bytes, kit->vendor, kit->vendor_size);
    for (size_t i = 0; i < room->analysis->layers.count; i++) {
        const struct mtks_layer *layer = &room->analysis->layers.items[i];
        if (layer != alice) {
            assert_int_equal(layer->state, MTKS_LAYER_VERIFIED);
            assert_int_equal(layer->noticed, 1000);
        }
    }
    assert_int_equal(room->analysis->findings.count, 0);
}

static void print_layers(const char *name, const struct room_test *room, double seconds)
{
    for (size_t i = 0; i < room->analysis->layers.count; i++) {
        const struct mtks_layer *layer = &room->analysis->layers.items[i];
        char hex[41];
        mtks_sha1_hex(layer->bytes, layer->size, hex);
        print_message("%-26s %-7s %8" PRIu64 " %s %s, noticed %" PRIu32 "\n", name, layer->name,
                      layer->size, hex, mtks_layer_state_name(layer->state), layer->noticed);
        streams++;
    }
    print_message("%-26s all in %.1f ms on two threads\n", name, 1e3 * seconds);
}

static void test_kits(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        struct room_test first = kit_room(&kit, true);
        const double start = now();
        room_decode(&first, 2);
        print_layers(corpus_kits[i], &first, now() - start);
        check_sound(&first, &kit);
        for (unsigned threads = 1; threads <= 4; threads++) {
            struct room_test again = kit_room(&kit, true);
            room_decode(&again, threads);
            room_same(&first, &again);
            room_close(&again);
        }
        room_close(&first);
        corpus_close(&kit);
    }
    assert_int_equal(streams, 10);
}

/* Without ROM the size is found by trial, where there is a ZIMAGE. */
static void test_without_rom(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        struct room_test room = kit_room(&kit, false);
        room_decode(&room, 0);
        const struct mtks_layer *alice = room_layer(&room, "ALICE");
        assert_int_equal(alice->state, MTKS_LAYER_CONSISTENT);
        if (kit.info.count > 1) {
            check_sound(&room, &kit);
            assert_non_null(strstr(alice->size_source, "trial"));
        } else {
            assert_null(alice->size_source);
            assert_int_equal(alice->size, alice->decoded);
        }
        room_close(&room);
        corpus_close(&kit);
    }
}

/* It may still decode, when it refers to nothing that was hit; then it is proven right. */
static void check_dependent(const struct room_test *room, const struct room_test *sound)
{
    const struct mtks_layer *layer = room_layer(room, "ZIMAGE");
    if (layer->state == MTKS_LAYER_VERIFIED) {
        assert_memory_equal(layer->bytes, room_layer(sound, "ZIMAGE")->bytes, layer->size);
        print_message("a ZIMAGE decoded in spite of a damaged ALICE\n");
        return;
    }
    if (layer->state == MTKS_LAYER_DAMAGED) {
        uint64_t from = 0;
        for (size_t i = 0; i <= layer->faults.count; i++) {
            const bool end = i == layer->faults.count;
            const uint64_t to = end ? layer->size : layer->faults.items[i].image_offset;
            assert_memory_equal(layer->bytes + from, room_layer(sound, "ZIMAGE")->bytes + from,
                                to - from);
            from = end ? to : to + layer->faults.items[i].image_length;
        }
        print_message("a ZIMAGE copied from bad places of ALICE %u times, all else is right\n",
                      (unsigned)layer->faults.count);
        return;
    }
    assert_int_equal(layer->state, MTKS_LAYER_CLOSED);
    assert_string_equal(layer->why, "needs ALICE, which is damaged");
    assert_int_equal(room_findings(room, "MTK-C003"), 1);
}

/* A piece of the stream that was never read: told of, the rest as ever, the same for any number of
 * threads; and what builds on it is closed for that reason. */
static void test_holes(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        struct room_test sound = kit_room(&kit, true);
        room_decode(&sound, 0);
        const mtkscan_viva_component *part = mtkscan_viva_find(&kit.info, MTKSCAN_VIVA_ALICE);
        memset(kit.viva + part->offset + part->length / 3, 0xFF, 64);
        struct room_test first = kit_room(&kit, true);
        room_decode(&first, 1);
        const struct mtks_layer *alice = room_layer(&first, "ALICE");
        assert_int_equal(alice->state, MTKS_LAYER_DAMAGED);
        assert_in_range(alice->groups_bad, 1, 16);
        assert_int_equal(room_findings(&first, "MTK-C001"), 1);
        uint64_t from = 0;
        for (size_t j = 0; j <= alice->faults.count; j++) {
            const bool end = j == alice->faults.count;
            const uint64_t to = end ? alice->size : alice->faults.items[j].image_offset;
            assert_memory_equal(alice->bytes + from, room_layer(&sound, "ALICE")->bytes + from,
                                to - from);
            from = end ? to : to + alice->faults.items[j].image_length;
        }
        if (kit.info.count > 1)
            check_dependent(&first, &sound);
        for (unsigned threads = 2; threads <= 4; threads++) {
            struct room_test again = kit_room(&kit, true);
            room_decode(&again, threads);
            room_same(&first, &again);
            room_close(&again);
        }
        room_close(&first);
        room_close(&sound);
        corpus_close(&kit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kits),
                                       cmocka_unit_test(test_without_rom),
                                       cmocka_unit_test(test_holes)};
    if (!corpus_there())
        print_message("ALL SKIPPED\n");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
