/* SPDX-License-Identifier: MIT */
/* From containers to layers: all codecs, damage, and hostile statements; made by code. */
#include "room.h"

#include <stdio.h>

#include "../codec/dcm_make.h"
#include "../codec/zimage_make.h"
#include "check/check.h"

#define IMAGE (ALICE_IMAGE_MAX - 128u) /* bytes; the last group is padded below */
#define TRUE  (IMAGE - 50u)
#define EXEC  0x10400000u

static uint8_t bytes[0x40000], image[IMAGE];
static struct alice_made alice;
static struct lzma_made lzma, plain;
static struct zimage_made zimage;
static struct dcm_made dcm;
static uint64_t size, zimage_at, dcm_at, plain_at;

/* A VIVA of ALICE, ZIMAGE, DCM and a plain stream. */
static int begin(void **state)
{
    (void)state;
    alice_usual(&alice);
    alice_image(image, sizeof image);
    memset(image + TRUE, 0, IMAGE - TRUE);
    image[TRUE - 1] = 1;
    alice_make(&alice, image, sizeof image);
    lzma_begin(&lzma, 2, 0, 2, image, TRUE);
    lzma_mixture(&lzma, 800, true);
    lzma_end(&lzma);
    zimage_begin(&zimage, 1);
    zimage_add(&zimage, 3, 0, &lzma);
    lzma_begin(&plain, 3, 0, 2, NULL, 0);
    lzma_mixture(&plain, 700, false);
    lzma_end(&plain);
    dcm_begin(&dcm, 2);
    dcm_add(&dcm, &plain);
    dcm_add(&dcm, &plain);
    memset(bytes, 0xFF, sizeof bytes);
    memcpy(bytes, alice.bytes, alice.size);
    zimage_at = (alice.size + 3) / 4 * 4;
    memcpy(bytes + zimage_at, zimage.bytes, zimage.size);
    dcm_at = zimage_at + zimage.size;
    memcpy(bytes + dcm_at, dcm.bytes, dcm.size);
    plain_at = dcm_at + dcm.size;
    memcpy(bytes + plain_at, plain.bytes, plain.size);
    size = plain_at + plain.size + 64;
    return 0;
}

static struct room_test all(bool size_known)
{
    struct room_test room = room_open(bytes, size);
    room.analysis->parts.items[0].load_addr = ALICE_ADDRESS;
    struct mtks_container *container = room_add(&room, "ALICE", "alice-1", 0, alice.size);
    container->exec_addr = EXEC;
    container->output_size = size_known ? TRUE : 0;
    room_add(&room, "ZIMAGE", "zimage", zimage_at, zimage.size);
    room_add(&room, "DCM", "dcm", dcm_at, dcm.size);
    room_add(&room, "PACK", "lzma", plain_at, plain.size);
    return room;
}

static void check_all(const struct room_test *room)
{
    const struct mtks_layer *layer = room_layer(room, "ALICE");
    assert_int_equal(room->analysis->layers.count, 5);
    assert_int_equal(room->analysis->findings.count, 0);
    assert_int_equal(layer->state, MTKS_LAYER_CONSISTENT);
    assert_int_equal(layer->size, TRUE);
    assert_int_equal(layer->decoded, IMAGE);
    assert_int_equal(layer->groups, IMAGE / 128);
    assert_int_equal(layer->exec_addr, EXEC);
    assert_memory_equal(layer->bytes, image, IMAGE);
    layer = room_layer(room, "ZIMAGE");
    assert_int_equal(layer->state, MTKS_LAYER_VERIFIED);
    assert_int_equal(layer->noticed, 1000);
    assert_memory_equal(layer->bytes, lzma.output, lzma.produced);
    layer = room_layer(room, "DCM-1");
    assert_int_equal(layer->state, MTKS_LAYER_VERIFIED);
    assert_int_equal(layer->exec_addr, DCM_EXEC + 0x10000);
    assert_true(layer->offset > dcm_at);
    assert_memory_equal(layer->bytes, plain.output, plain.produced);
    assert_int_equal(room_layer(room, "PACK")->size, plain.produced);
}

static void test_all_codecs(void **state)
{
    (void)state;
    for (unsigned known = 0; known < 2; known++)
        for (unsigned threads = 1; threads <= 4; threads++) {
            struct room_test room = all(known);
            room_decode(&room, threads);
            check_all(&room);
            assert_int_equal(!strstr(room_layer(&room, "ALICE")->size_source, "trial"), known);
            room_close(&room);
        }
}

/* Decoding twice is decoding once. */
static void test_again(void **state)
{
    (void)state;
    struct room_test room = all(true);
    room_decode(&room, 1);
    room_decode(&room, 1);
    check_all(&room);
    room_close(&room);
}

/* A byte changed here or there: whatever it means, it means the same for any number of threads, and
 * an image that is said to be right is right, but for payload bits of ALICE. */
static void test_damage_anywhere(void **state)
{
    (void)state;
    unsigned damaged = 0, runs = 0;
    for (uint64_t at = 0; at < size; at += 61, runs++) {
        const uint8_t kept = bytes[at];
        bytes[at] ^= 0x55;
        struct room_test one = all(at & 1), four = all(at & 1);
        room_decode(&one, 1);
        room_decode(&four, 4);
        room_same(&one, &four);
        for (size_t i = 0; i < one.analysis->layers.count; i++) {
            const struct mtks_layer *layer = &one.analysis->layers.items[i];
            damaged += layer->state == MTKS_LAYER_DAMAGED;
            /* Over an ALICE that is wrong in silence a ZIMAGE copies what is wrong. */
            const bool silent = i == 1 && at < alice.size &&
                                one.analysis->layers.items[0].state == MTKS_LAYER_CONSISTENT;
            if (layer->state == MTKS_LAYER_VERIFIED && !silent) {
                const bool first = strcmp(layer->name, "ZIMAGE") == 0;
                const struct lzma_made *made = first ? &lzma : &plain;
                assert_int_equal(layer->size, made->produced);
                assert_memory_equal(layer->bytes, made->output, made->produced);
            }
            assert_int_equal(layer->state == MTKS_LAYER_CLOSED, !layer->bytes);
            assert_int_equal(layer->why != NULL, layer->state <= MTKS_LAYER_DAMAGED);
        }
        room_close(&one);
        room_close(&four);
        bytes[at] = kept;
    }
    print_message("%u layers damaged in %u runs\n", damaged, runs);
    assert_true(damaged > 100);
}

static void test_mapping_entry(void **state)
{
    (void)state;
    bytes[alice.map + 4 * 20] ^= 0x10;
    struct room_test room = all(true);
    room_decode(&room, 2);
    const struct mtks_layer *layer = room_layer(&room, "ALICE");
    assert_int_equal(layer->state, MTKS_LAYER_DAMAGED);
    assert_int_equal(layer->groups_bad, 1);
    assert_int_equal(layer->faults.count, 1);
    assert_false(layer->faults.items[0].filled);
    assert_int_equal(layer->faults.items[0].image_offset, 20 * 128);
    assert_memory_equal(layer->bytes, image, IMAGE);
    /* The code is all there, so what builds on it decodes. */
    assert_int_equal(room_layer(&room, "ZIMAGE")->state, MTKS_LAYER_VERIFIED);
    room_close(&room);
}

/* A destination that is wrong shifts the image, and no stream notices. */
static void test_destination(void **state)
{
    (void)state;
    bytes[zimage_at + 16] ^= 0x20;
    struct room_test room = all(true);
    room_decode(&room, 2);
    const struct mtks_layer *layer = room_layer(&room, "ZIMAGE");
    assert_int_equal(layer->state, MTKS_LAYER_DAMAGED);
    assert_int_equal(layer->faults.count, 1);
    assert_int_equal(layer->faults.items[0].image_length, 0x20);
    assert_memory_equal(layer->bytes + 0x20, lzma.output, lzma.produced);
    assert_int_equal(room_findings(&room, "MTK-C001"), 1);
    room_close(&room);
}

static void test_hole(void **state)
{
    (void)state;
    memset(bytes + 0x400, 0xFF, 300);
    struct room_test room = all(true);
    room_decode(&room, 2);
    const struct mtks_layer *layer = room_layer(&room, "ALICE");
    assert_int_equal(layer->state, MTKS_LAYER_DAMAGED);
    assert_true(layer->groups_bad > 0 && layer->faults.count > 0);
    const struct mtks_layer_fault *fault = layer->faults.items;
    assert_true(fault->filled && fault->offset <= 0x400 + 300);
    assert_int_equal(layer->bytes[fault->image_offset], 0xDE);
    assert_non_null(strstr(layer->why, "address 0x104"));
    assert_string_equal(room_layer(&room, "ZIMAGE")->why, "needs ALICE, which is damaged");
    assert_int_equal(room_layer(&room, "DCM-0")->state, MTKS_LAYER_VERIFIED);
    assert_int_equal(room_findings(&room, "MTK-C001"), 1);
    assert_int_equal(room_findings(&room, "MTK-C003"), 1);
    assert_int_equal(mtks_health_judge(room.analysis), 0);
    assert_int_equal(room.analysis->parts.items[0].health, MTKS_HEALTH_DAMAGED);
    assert_int_equal(room.analysis->health.verdict, MTKS_DAMAGED);
    room_close(&room);
}

/* The last group is bad: the stated size still holds. */
static void test_last_group(void **state)
{
    (void)state;
    memset(bytes + alice.sentinel - 40, 0x00, 40);
    struct room_test room = all(true);
    room_decode(&room, 1);
    assert_int_equal(room_layer(&room, "ALICE")->state, MTKS_LAYER_DAMAGED);
    assert_int_equal(room_layer(&room, "ALICE")->size, TRUE);
    assert_int_equal(room_findings(&room, "MTK-C004"), 0);
    room_close(&room);
}

static void test_sentinel_alone(void **state)
{
    (void)state;
    bytes[alice.dictionary - 4] ^= 1;
    struct room_test room = all(true);
    room_decode(&room, 3);
    const struct mtks_layer *layer = room_layer(&room, "ALICE");
    assert_int_equal(layer->state, MTKS_LAYER_DAMAGED);
    assert_int_equal(layer->groups_bad, 0);
    assert_int_equal(layer->faults.items[0].offset, alice.dictionary - 4);
    room_close(&room);
}

static void test_wrong_size(void **state)
{
    (void)state;
    struct room_test room = all(true);
    room.analysis->containers.items[0].output_size = TRUE - 128;
    room_decode(&room, 2);
    const struct mtks_layer *layer = room_layer(&room, "ALICE");
    assert_int_equal(room_findings(&room, "MTK-C004"), 1);
    /* The ZIMAGE knows better. */
    assert_int_equal(layer->size, TRUE);
    assert_int_equal(room_layer(&room, "ZIMAGE")->state, MTKS_LAYER_VERIFIED);
    room_close(&room);
}

static void test_cut(void **state)
{
    (void)state;
    for (uint64_t length = 0; length < plain_at; length += 509) {
        struct room_test room = all(true);
        room.dump.size = length;
        room_decode(&room, 2);
        assert_int_equal(room_layer(&room, "PACK")->state, MTKS_LAYER_CLOSED);
        assert_string_equal(room_layer(&room, "PACK")->why, "it lies outside the dump");
        room_close(&room);
    }
}

static void test_needs_alice(void **state)
{
    (void)state;
    struct room_test room = room_open(bytes, size);
    room_add(&room, "ZIMAGE", "zimage", zimage_at, zimage.size);
    room_decode(&room, 2);
    assert_string_equal(room_layer(&room, "ZIMAGE")->why,
                        "needs an ALICE image, and there is none");
    room_close(&room);
    memset(bytes, 0, 8); /* ALICE's name */
    room = all(true);
    room_decode(&room, 2);
    assert_string_equal(room_layer(&room, "ZIMAGE")->why, "needs ALICE, which is closed");
    assert_int_equal(room_findings(&room, "MTK-C001"), 1);
    room_close(&room);
}

/* The first of one order is decoded first; a stated order comes before the place in the list. */
static void test_order(void **state)
{
    (void)state;
    struct room_test room = all(true);
    struct mtks_container *items = room.analysis->containers.items;
    const struct mtks_container first = items[0];
    items[0] = items[3];
    items[3] = first;
    room_decode(&room, 2);
    check_all(&room);
    assert_string_equal(room.analysis->layers.items[0].name, "ALICE");
    room_close(&room);
}

static void test_foreign_codec(void **state)
{
    (void)state;
    struct room_test room = all(true);
    room_add(&room, "ODD", "odd-1", plain_at, plain.size);
    room_decode(&room, 2);
    assert_string_equal(room_layer(&room, "ODD")->why, "codec odd-1 is not known here");
    assert_int_equal(room_findings(&room, "MTK-C003"), 1);
    assert_int_equal(room_module.calls, 0);
    room_close(&room);
}

static void decode_by_module(struct room_test *room, struct room_module module)
{
    static const struct mtks_plugins plugins;
    *room = all(true);
    room_module = module;
    room_add(room, "ODD", "odd-1", plain_at, plain.size)->output_size = 100;
    assert_int_equal(mtks_layers_decode(room->analysis, &room->dump, &plugins, 2, NULL, NULL),
                     MTKSCAN_DONE);
}

static void test_module_codec(void **state)
{
    (void)state;
    struct room_test room;
    decode_by_module(&room, (struct room_module){.size = 100});
    assert_int_equal(room_module.layers_seen, 5);
    assert_int_equal(room_layer(&room, "ODD")->state, MTKS_LAYER_CONSISTENT);
    assert_int_equal(room_layer(&room, "ODD")->size, 100);
    assert_int_equal(room.analysis->findings.count, 0);
    room_close(&room);

    decode_by_module(&room, (struct room_module){.why = "it is odd", .size = 90, .damaged = true});
    assert_int_equal(room_layer(&room, "ODD")->state, MTKS_LAYER_DAMAGED);
    assert_string_equal(room_layer(&room, "ODD")->why, "it is odd");
    assert_int_equal(room_findings(&room, "MTK-C001"), 1);
    assert_int_equal(room_findings(&room, "MTK-C004"), 1);
    room_close(&room);

    decode_by_module(&room, (struct room_module){.why = "it crashed"});
    assert_int_equal(room_layer(&room, "ODD")->state, MTKS_LAYER_CLOSED);
    assert_string_equal(room_layer(&room, "ODD")->why, "it crashed");
    room_close(&room);
}

/* ---- hostile statements */

static void test_many_containers(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct room_test room = room_open(bytes, size);
        for (size_t i = 0; i < 1000; i++)
            room_add(&room, "ALICE", i % 2 ? "alice-1" : "lzma", i % 2 ? 0 : plain_at, alice.size);
        room_decode(&room, threads);
        assert_int_equal(room_findings(&room, "MTK-C003"), 512 - 256 - 4 + 1);
        size_t open = 0;
        for (size_t i = 0; i < room.analysis->layers.count; i++)
            open += room.analysis->layers.items[i].bytes &&
                    room.analysis->layers.items[i].codec[0] == 'a';
        assert_int_equal(open, 4);
        /* No two have one name: the first of a name is that very layer. */
        for (size_t i = 0; i < room.analysis->layers.count; i++)
            assert_ptr_equal(room_layer(&room, room.analysis->layers.items[i].name),
                             &room.analysis->layers.items[i]);
        room_close(&room);
    }
}

static void test_places_that_cannot_be(void **state)
{
    (void)state;
    static const uint64_t places[][2] = {
        {0, 0},
        {0, UINT64_MAX},
        {UINT64_MAX, UINT64_MAX},
        {UINT64_MAX, 1},
        {UINT64_MAX, 0},
        {1, 1},
        {5, UINT64_MAX - 5},
        {1 << 30, 100},
        {3, 40},
        {UINT64_MAX - 10, 1000},
    };
    static const char *const codecs[] = {"alice-1", "alice-2", "zimage", "dcm", "lzma", "x", NULL};
    struct room_test room = room_open(bytes, size);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t j = 0; j < sizeof codecs / sizeof *codecs; j++) {
            struct mtks_container *container =
                room_add(&room, "X", codecs[j], places[i][0], places[i][1]);
            container->part = i % 2 ? UINT32_MAX : 1;
            container->output_size = UINT64_MAX;
            container->exec_addr = UINT64_MAX;
        }
    room_decode(&room, 4);
    assert_int_equal(room.analysis->layers.count, room.analysis->containers.count);
    for (size_t i = 0; i < room.analysis->layers.count; i++)
        assert_int_equal(room.analysis->layers.items[i].part, MTKSCAN_NO_PART);
    room_close(&room);
}

static void test_overlapping(void **state)
{
    (void)state;
    struct room_test room = all(true);
    room_add(&room, "ALICE", "alice-1", 0, size)->part = UINT32_MAX;
    room_add(&room, "ALICE", "alice-1", 0, alice.size);
    room_add(&room, "ALICE-0x000000", "alice-1", 0, alice.size);
    room_decode(&room, 2);
    assert_int_equal(room.analysis->layers.count, 8);
    assert_memory_equal(room_layer(&room, "ALICE-0x000000-2")->bytes, image, IMAGE);
    room_close(&room);
}

static void test_limits(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct room_test room = all(true);
        room.analysis->limits.codec_output = IMAGE + 10;
        room_decode(&room, threads);
        assert_int_equal(room_layer(&room, "ALICE")->state, MTKS_LAYER_CONSISTENT);
        assert_int_equal(room_layer(&room, "ZIMAGE")->state, MTKS_LAYER_CLOSED);
        assert_non_null(strstr(room_layer(&room, "ZIMAGE")->why, "limit"));
        assert_int_equal(room_findings(&room, "MTK-C001"), 0);
        room_close(&room);

        room = all(true);
        room.analysis->limits.codec_steps = 100;
        room_decode(&room, threads);
        assert_int_equal(room_layer(&room, "ALICE")->state, MTKS_LAYER_CLOSED);
        assert_int_equal(room_findings(&room, "MTK-C001"), 0);
        room_close(&room);

        room = all(true);
        room.analysis->limits.memory = 0x10000;
        room_decode(&room, threads);
        assert_int_equal(room_layer(&room, "PACK")->state, MTKS_LAYER_CLOSED);
        room_close(&room);
    }
}

/* Memory for the analysis itself runs out at some point: refused, nothing leaked. */
static void test_memory_of_the_analysis(void **state)
{
    (void)state;
    unsigned refused = 0;
    for (uint64_t more = 0; more < 6000; more += 100) {
        struct room_test room = all(true);
        room.analysis->arena.limit = room.analysis->arena.used + more;
        const int outcome = mtks_layers_decode(room.analysis, &room.dump, NULL, 2, NULL, NULL);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_REFUSED);
        assert_int_equal(room.analysis->decoded, outcome == MTKSCAN_DONE);
        refused += outcome == MTKSCAN_REFUSED;
        room_close(&room);
    }
    assert_in_range(refused, 3, 59);
}

static unsigned left;

static int count_down(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)stage, (void)done, (void)total;
    return left-- == 0;
}

static void test_stop_anywhere(void **state)
{
    (void)state;
    const struct mtks_progress progress = {.step = count_down};
    unsigned stopped = 0;
    for (unsigned after = 0; after < 40; after++) {
        struct room_test room = all(false);
        left = after;
        const int outcome =
            mtks_layers_decode(room.analysis, &room.dump, NULL, 1 + after % 4, &progress, NULL);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_INTERRUPTED);
        stopped += outcome == MTKSCAN_INTERRUPTED;
        room_close(&room);
    }
    assert_true(stopped >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_all_codecs, begin),
        cmocka_unit_test_setup(test_again, begin),
        cmocka_unit_test_setup(test_damage_anywhere, begin),
        cmocka_unit_test_setup(test_mapping_entry, begin),
        cmocka_unit_test_setup(test_destination, begin),
        cmocka_unit_test_setup(test_hole, begin),
        cmocka_unit_test_setup(test_last_group, begin),
        cmocka_unit_test_setup(test_sentinel_alone, begin),
        cmocka_unit_test_setup(test_wrong_size, begin),
        cmocka_unit_test_setup(test_cut, begin),
        cmocka_unit_test_setup(test_needs_alice, begin),
        cmocka_unit_test_setup(test_order, begin),
        cmocka_unit_test_setup(test_foreign_codec, begin),
        cmocka_unit_test_setup(test_module_codec, begin),
        cmocka_unit_test_setup(test_many_containers, begin),
        cmocka_unit_test_setup(test_places_that_cannot_be, begin),
        cmocka_unit_test_setup(test_overlapping, begin),
        cmocka_unit_test_setup(test_limits, begin),
        cmocka_unit_test_setup(test_memory_of_the_analysis, begin),
        cmocka_unit_test_setup(test_stop_anywhere, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
