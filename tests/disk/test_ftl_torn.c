/* SPDX-License-Identifier: MIT */
/*
 * Power lost at each step of what the layer does, lost and doubled blocks, cut dumps: what is read
 * back, and what is told. The steps are those of FORMAT.md 6.2, as far as its state bytes say them.
 */
#include "ftl_open.h"

#include <stdio.h>

#define LIVE 40u

struct made {
    struct layer layer;
    uint8_t *disk;
    uint32_t logical;
};

static struct made made_new(size_t shape, uint64_t seed)
{
    struct made made;
    layer_make(&made.layer, shape, 12, 0x20000, 0, seed);
    made.disk = calloc(LIVE * 2, SECTOR);
    assert_non_null(made.disk);
    made.logical = layer_fill(&made.layer, 2, LIVE, made.disk);
    return made;
}

static void made_free(struct made *made)
{
    free(made->disk);
    layer_free(&made->layer);
}

/* Sectors of the linear disk that differ from what was put in. */
static uint32_t differing(const struct opened *opened, const struct made *made)
{
    uint32_t different = 0;
    for (uint32_t i = 0; i < made->logical; i++)
        different +=
            i >= opened->ftl.logical ||
            memcmp(opened->disk + (size_t)i * SECTOR, made->disk + (size_t)i * SECTOR, SECTOR) != 0;
    return different;
}

static void row(const char *what, const struct opened *opened, const struct made *made)
{
    print_message("  %-44s %2u of %u wrong, %2zu conflicts, %s\n", what, differing(opened, made),
                  made->logical, opened->ftl.conflicts.count,
                  opened->ftl.certain ? "certain" : opened->ftl.doubt);
}

/* The slot in which a logical sector lives. */
static void find(const struct layer *layer, uint32_t logical, uint32_t *block, uint32_t *slot)
{
    for (*block = 0; *block < layer->blocks; ++*block) {
        for (*slot = 0; *slot < layer->sectors; ++*slot) {
            const uint8_t *tag = layer_block(layer, *block) + 4 + 4 * *slot;
            if ((tag[0] | tag[1] << 8 | tag[2] << 16) == (int)logical && tag[3] == 0xC0)
                return;
        }
    }
    fail_msg("sector %u lives nowhere", logical);
}

static void find_free(const struct layer *layer, uint32_t *block, uint32_t *slot)
{
    for (*block = 0; *block < layer->blocks; ++*block) {
        for (*slot = 0; *slot < layer->sectors; ++*slot) {
            const uint8_t *tag = layer_block(layer, *block) + 4 + 4 * *slot;
            if (layer_block(layer, *block)[3] == 0x39 && memcmp(tag, "\xFF\xFF\xFF\xFF", 4) == 0)
                return;
        }
    }
    fail_msg("nothing is free");
}

enum expected { OLD, EITHER, NEW };

static void check_update(size_t shape, bool print)
{
    static const struct {
        const char *what;
        uint8_t state; /* of the new copy; 0xFF: not written */
        uint32_t data; /* bytes of it written */
        uint8_t old;   /* state of the old copy */
        enum expected expected;
        bool certain;
    } steps[] = {
        {"update: number written", 0xFF, 0, 0xC0, OLD, true},
        {"update: write started (FE)", 0xFE, 0, 0xC0, OLD, true},
        {"update: half of the data", 0xFE, 256, 0xC0, OLD, true},
        {"update: all data", 0xFE, 512, 0xC0, OLD, true},
        {"update: mounted once (FC)", 0xFC, 512, 0xC0, OLD, true},
        {"update: discarded (3C)", 0x3C, 256, 0xC0, OLD, true},
        {"update: between states (EF)", 0xEF, 512, 0xC0, OLD, false},
        {"update: transaction open (E0)", 0xE0, 512, 0xC0, OLD, false},
        {"update: old copy marked (C4), new open", 0xE0, 512, 0xC4, OLD, false},
        {"update: between states (C3)", 0xC3, 512, 0xC4, OLD, false},
        {"update: both valid", 0xC0, 512, 0xC0, EITHER, false},
        {"update: old marked (C8), new valid", 0xC0, 512, 0xC8, NEW, false},
        {"update: old copy deleted, new open", 0xE0, 512, 0x00, NEW, false},
        {"update: finished", 0xC0, 512, 0x00, NEW, true},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct made made = made_new(shape, 5);
        const uint32_t logical = 13;
        uint32_t block, slot = 0, to_block, to_slot = 0;
        uint8_t content[SECTOR];
        find(&made.layer, logical, &block, &slot);
        find_free(&made.layer, &to_block, &to_slot);
        layer_content(content, logical, 2);
        layer_tag(&made.layer, to_block, to_slot, logical, steps[i].state);
        layer_write(&made.layer, to_block, to_slot, content, steps[i].data);
        layer_tag(&made.layer, block, slot, 0xFFFFFF, 0xFF);
        /* C4 and C8 have fewer bits than C0 has, so that the mark stands before it. */
        layer_block(&made.layer, block)[7 + 4 * slot] = steps[i].old;
        if (steps[i].expected == NEW)
            memcpy(made.disk + logical * SECTOR, content, SECTOR);
        struct opened opened = ftl_open_layer(&made.layer);
        if (steps[i].expected == EITHER) {
            assert_true(opened.ftl.map[logical].conflict);
            assert_int_equal(opened.ftl.conflicts.count, 1);
            assert_int_equal(opened.ftl.conflicts.items[0].logical, logical);
        } else {
            assert_int_equal(differing(&opened, &made), 0);
        }
        assert_int_equal(opened.ftl.certain, steps[i].certain);
        if (print)
            row(steps[i].what, &opened, &made);
        ftl_close(&opened);
        made_free(&made);
    }
}

static void test_update(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++)
        check_update(shape, shape == 0);
}

/* Moves the sectors of one block into a spare one, and stops after `stop` steps. */
struct mover {
    struct made *made;
    int left;
    bool print;
};

/* One step was made: what is read must be what was there before. False: power is lost now. */
static bool step(struct mover *mover, const char *what)
{
    if (mover->left-- > 0)
        return true;
    struct opened opened = ftl_open_layer(&mover->made->layer);
    if (mover->print)
        row(what, &opened, mover->made);
    assert_int_equal(differing(&opened, mover->made), 0);
    assert_int_equal(opened.ftl.logical, mover->made->logical);
    for (size_t i = 0; i < opened.ftl.logical; i++)
        assert_false(opened.ftl.map[i].conflict);
    ftl_close(&opened);
    return false;
}

static bool move_sector(struct mover *mover, uint32_t from, uint32_t slot, uint32_t to,
                        uint32_t to_slot)
{
    struct layer *layer = &mover->made->layer;
    const uint8_t *tag = layer_block(layer, from) + 4 + 4 * slot;
    const uint32_t number = (uint32_t)(tag[0] | tag[1] << 8 | tag[2] << 16);
    layer_tag(layer, to, to_slot, number, 0xFE);
    if (!step(mover, "reclaim: copy started (FE)"))
        return false;
    layer_write(layer, to, to_slot, layer_data(layer, from, slot), SECTOR / 2);
    if (!step(mover, "reclaim: copy half there"))
        return false;
    layer_write(layer, to, to_slot, layer_data(layer, from, slot), SECTOR);
    layer_tag(layer, to, to_slot, number, 0xE0);
    if (!step(mover, "reclaim: copy open (E0)"))
        return false;
    layer_tag(layer, to, to_slot, number, 0xC0);
    return step(mover, "reclaim: copy valid (C0)");
}

static bool erase_old(struct mover *mover, uint32_t from)
{
    struct layer *layer = &mover->made->layer;
    memset(layer_block(layer, from) + layer->block / 2, 0xFF, layer->block / 2);
    if (!step(mover, "reclaim: half erased, header there"))
        return false;
    memset(layer_block(layer, from) + 2, 0xA5, layer->header / 2);
    if (!step(mover, "reclaim: half erased, header garbage"))
        return false;
    layer_erase(layer, from);
    return step(mover, "reclaim: old block erased");
}

/* True when nothing stopped it. */
static bool reclaim(struct mover *mover, bool target_first)
{
    struct layer *layer = &mover->made->layer;
    const uint32_t from = 3, to = layer->blocks - 1;
    static const uint8_t marks[] = {0x31, 0x29, 0x21};
    static const char *const texts[] = {"reclaim: old block 31", "reclaim: old block 29",
                                        "reclaim: old block 21"};
    layer_state(layer, to, 77, 0x3D);
    if (!step(mover, "reclaim: new block empty (3D)"))
        return false;
    if (target_first)
        layer_state(layer, to, 77, 0x39);
    for (size_t i = 0; i < 3; i++) {
        layer_state(layer, from, 0xFFFFFF, marks[i]);
        if (!step(mover, texts[i]))
            return false;
    }
    for (uint32_t slot = 0, to_slot = 0; slot < layer->sectors; slot++)
        if (layer_block(layer, from)[7 + 4 * slot] == 0xC0 &&
            !move_sector(mover, from, slot, to, to_slot++))
            return false;
    layer_state(layer, to, 77, 0x39);
    return step(mover, "reclaim: new block normal (39)") && erase_old(mover, from);
}

static void test_reclaim(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++) {
        for (int order = 0; order < 2; order++) {
            bool whole = false;
            int stop = 0;
            for (; !whole; stop++) {
                struct made made = made_new(shape, 9);
                struct mover mover = {&made, stop, shape == 0 && order == 0};
                whole = reclaim(&mover, order);
                made_free(&made);
            }
            assert_in_range(stop, 12, 1000);
        }
    }
}

static void test_doubled_block(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t first, second; /* states of the two */
        bool conflict, wrong;  /* equal standing; the old bytes may be taken */
    } rows[] = {{"doubled block, same bytes", 0x39, 0x39, false, false},
                {"doubled block, older bytes, both normal", 0x39, 0x39, true, true},
                {"doubled block, older bytes in one being moved", 0x39, 0x21, false, false}};
    for (size_t i = 0; i < 3; i++) {
        struct made made = made_new(0, 11);
        struct layer *layer = &made.layer;
        const uint32_t from = 2, to = layer->blocks - 1;
        memcpy(layer_block(layer, to), layer_block(layer, from), layer->block);
        layer_block(layer, to)[3] = rows[i].second;
        uint32_t live = 0;
        for (uint32_t slot = 0; slot < layer->sectors; slot++) {
            live += layer_block(layer, from)[7 + 4 * slot] == 0xC0;
            if (i > 0)
                layer_data(layer, to, slot)[9] ^= 1;
        }
        struct opened opened = ftl_open_layer(layer);
        assert_int_equal(opened.ftl.conflicts.count, live);
        assert_false(opened.ftl.certain);
        for (uint32_t k = 0; k < live; k++) {
            const struct mtks_ftl_conflict *conflict = &opened.ftl.conflicts.items[k];
            const struct mtks_ftl_sector *sector = &opened.ftl.map[conflict->logical];
            assert_non_null(conflict->why);
            assert_int_equal(conflict->taken, sector->place);
            assert_int_not_equal(conflict->taken, conflict->other);
            assert_int_equal(sector->conflict, rows[i].conflict);
        }
        if (!rows[i].wrong)
            assert_int_equal(differing(&opened, &made), 0);
        row(rows[i].what, &opened, &made);
        ftl_close(&opened);
        made_free(&made);
    }
}

static void test_lost_block(void **state)
{
    (void)state;
    static const char *const texts[] = {"lost block: erased", "lost block: garbage",
                                        "lost block: zeros", "lost block: header alone erased"};
    for (size_t i = 0; i < 4; i++) {
        struct made made = made_new(0, 13);
        struct layer *layer = &made.layer;
        uint8_t *block = layer_block(layer, 4);
        uint32_t live = 0;
        for (uint32_t slot = 0; slot < layer->sectors; slot++)
            live += block[7 + 4 * slot] == 0xC0;
        assert_in_range(live, 2, layer->sectors);
        for (uint32_t k = 0; k < (i == 3 ? layer->header : layer->block); k++)
            block[k] = i == 1 ? (uint8_t)layer_random(layer, 256) : i == 2 ? 0 : 0xFF;
        struct opened opened = ftl_open_layer(layer);
        row(texts[i], &opened, &made);
        assert_int_equal(differing(&opened, &made), live);
        /* Erased it looks like one more spare block; that its sectors lack is told by `unmapped`.
         */
        assert_int_equal(opened.ftl.certain, i == 0);
        assert_int_equal(opened.ftl.wear.bad, i > 0);
        assert_true(opened.ftl.unmapped >= live);
        ftl_close(&opened);
        made_free(&made);
    }
}

static void test_damaged_header(void **state)
{
    (void)state;
    struct made made = made_new(0, 17);
    uint32_t block, slot = 0;
    find(&made.layer, 20, &block, &slot);
    layer_block(&made.layer, block)[6 + 4 * slot] = 0x7F; /* a number that no sector has */
    struct opened opened = ftl_open_layer(&made.layer);
    assert_int_equal(differing(&opened, &made), 1);
    assert_int_equal(opened.ftl.unmapped, 1 + made.logical - LIVE);
    assert_false(opened.ftl.certain);
    row("a tag with an absurd number", &opened, &made);
    ftl_close(&opened);
    made_free(&made);
}

static void test_cut(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++) {
        struct made made = made_new(shape, 19);
        struct layer *layer = &made.layer;
        const struct mtks_ftl_hint hint = ftl_hint(layer);
        const size_t whole = layer->size;
        for (size_t k = 1; k <= 24; k++) {
            /* A copy of the exact size, so that a sanitizer sees what is read beyond it. */
            struct layer cut = *layer;
            cut.size = whole - k * layer->block / 3 - k;
            cut.bytes = malloc(cut.size);
            assert_non_null(cut.bytes);
            memcpy(cut.bytes, layer->bytes, cut.size);
            struct opened opened = ftl_open_hint(&cut, hint);
            assert_int_equal(opened.ftl.kind, MTKS_FTL_FDM4);
            assert_false(opened.ftl.certain);
            uint32_t lost = 0;
            for (uint32_t i = 0; i < made.logical; i++) {
                if (i % 11 == 10)
                    continue;
                uint32_t block, slot = 0;
                find(layer, i, &block, &slot);
                lost += layer_data(layer, block, slot) + SECTOR > layer->bytes + cut.size;
            }
            assert_int_equal(differing(&opened, &made), lost);
            if (shape == 0 && k % 8 == 0)
                row("dump cut inside the layer", &opened, &made);
            ftl_close(&opened);
            free(cut.bytes);
        }
        made_free(&made);
    }
}

/* Two valid copies in normal blocks: fewer erases, else the lower block, else the later slot. */
static void test_rules(void **state)
{
    (void)state;
    static const struct {
        uint32_t first_count, second_count, second_block, second_slot;
        uint8_t version; /* taken */
        const char *why;
    } rows[] = {{9, 8, 1, 0, 2, "fewer erases"},
                {8, 9, 1, 0, 1, "fewer erases"},
                {8, 0xFFFFFF, 1, 0, 1, "fewer erases"},
                {8, 8, 1, 3, 1, "lower block"},
                {8, 8, 0, 3, 2, "later copy"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct layer layer;
        layer_make(&layer, 0, 6, 0, 0, 1);
        layer_state(&layer, 0, rows[i].first_count, 0x39);
        layer_state(&layer, 1, rows[i].second_count, 0x39);
        layer_put(&layer, 0, 1, 4, 1, 0xC0);
        layer_put(&layer, rows[i].second_block, rows[i].second_slot, 4, 2, 0xC0);
        struct opened opened = ftl_open_layer(&layer);
        assert_int_equal(opened.disk[4 * SECTOR + 2], rows[i].version);
        assert_true(opened.ftl.map[4].conflict);
        assert_int_equal(opened.ftl.conflicts.count, 1);
        assert_non_null(strstr(opened.ftl.conflicts.items[0].why, rows[i].why));
        ftl_close(&opened);
        layer_free(&layer);
    }
}

/* A third of the blocks is lost at the start, and nothing is stated: what is left is read, with the
 * numbers that the whole layer had, and that a part is missing is told. */
static void test_lost_edge(void **state)
{
    (void)state;
    struct layer layer;
    layer_make(&layer, 0, 12, 0x8000, 0, 1);
    for (uint32_t i = 0; i < 12 * 7; i++) {
        layer_state(&layer, i / 7, 9, 0x39);
        layer_put(&layer, i / 7, i % 7, i, 1, 0xC0);
    }
    memset(layer_block(&layer, 0), 0x5A, 4 * layer.block);
    const struct mtks_ftl_hint none = {0, 0, 0, 0};
    struct opened opened = ftl_open_hint(&layer, none);
    assert_int_equal(opened.ftl.geometry.offset, layer.begin + 4 * layer.block);
    assert_int_equal(opened.ftl.logical, 12 * 7);
    assert_int_equal(opened.ftl.unmapped, 4 * 7);
    assert_false(opened.ftl.certain);
    assert_non_null(strstr(opened.ftl.doubt, "a part is missing"));
    ftl_close(&opened);
    layer_free(&layer);
}

static void test_random(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        struct layer layer;
        layer_make(&layer, seed % LAYER_SHAPES, 4, 0x1000, seed % 3 * 700, seed);
        static const uint8_t states[] = {0x39, 0x31, 0x21, 0x3D, 0xFF};
        static const uint8_t tags[] = {0xC0, 0xC0, 0xC0, 0xC4, 0xE0, 0x00, 0xFC, 0xFF};
        for (uint32_t block = 0; block < 4; block++) {
            layer_state(&layer, block, layer_random(&layer, 1u << 24),
                        states[layer_random(&layer, 5)]);
            for (uint32_t slot = 0; slot < layer.sectors; slot++) {
                uint32_t number = layer_random(&layer, seed % 5 == 0 ? 1u << 24 : 5 + seed % 900);
                layer_tag(&layer, block, slot, number, tags[layer_random(&layer, 8)]);
                layer_data(&layer, block, slot)[3] = (uint8_t)slot;
            }
        }
        struct opened opened = ftl_open_layer(&layer);
        const struct mtks_ftl *ftl = &opened.ftl;
        assert_true(ftl->logical * SECTOR <= 2 * layer.size);
        assert_int_equal(ftl->wear.live, ftl->logical - ftl->unmapped);
        ftl_close(&opened);
        layer_free(&layer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_update),         cmocka_unit_test(test_reclaim),
        cmocka_unit_test(test_doubled_block),  cmocka_unit_test(test_lost_block),
        cmocka_unit_test(test_damaged_header), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_rules),          cmocka_unit_test(test_lost_edge),
        cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
