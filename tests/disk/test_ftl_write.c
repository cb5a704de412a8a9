/* SPDX-License-Identifier: MIT */
/*
 * Disks written back: what comes out is opened again, read by a second reader that shares nothing
 * with core/disk, and held against what a NOR flash can do.
 */
#include "ftl_open.h"

#include <stdio.h>

/* The second reader: each slot marked valid in a normal block, no two of one sector. */
static void read_plainly(const struct layer *layer, uint8_t *disk, uint32_t logical)
{
    bool *seen = calloc(logical, sizeof *seen);
    assert_non_null(seen);
    memset(disk, 0, (size_t)logical * SECTOR);
    for (uint32_t block = 0; block < layer->blocks; block++) {
        const uint8_t *header = layer_block(layer, block);
        if (header[3] == 0xFF) {
            for (uint32_t i = 0; i < layer->block; i++)
                assert_int_equal(header[i], 0xFF);
            continue;
        }
        assert_int_equal(header[3], 0x39);
        for (uint32_t slot = 0; slot < layer->sectors; slot++) {
            const uint8_t *tag = header + 4 + 4 * slot;
            const uint32_t number = (uint32_t)(tag[0] | tag[1] << 8 | tag[2] << 16);
            if (tag[3] == 0xFF) {
                assert_int_equal(number, 0xFFFFFF);
                continue;
            }
            if (tag[3] == 0x00)
                continue;
            assert_int_equal(tag[3], 0xC0);
            assert_in_range(number, 0, logical - 1);
            assert_false(seen[number]);
            seen[number] = true;
            memcpy(disk + (size_t)number * SECTOR, layer_data(layer, block, slot), SECTOR);
        }
        for (uint32_t i = 4 + 4 * layer->sectors; i < layer->header; i++)
            assert_int_equal(header[i], 0xFF);
    }
    free(seen);
}

struct cost {
    uint32_t touched, erased, formatted, moved;
};

/* Bits are only cleared, or the erase count went up by one. */
static struct cost expect_nor(const struct layer *layer, const uint8_t *before)
{
    struct cost cost = {0, 0, 0, 0};
    for (uint32_t block = 0; block < layer->blocks; block++) {
        const uint8_t *now = layer_block(layer, block);
        const uint8_t *then = before + (now - layer->bytes);
        if (memcmp(now, then, layer->block) == 0)
            continue;
        cost.touched++;
        const uint32_t count = (uint32_t)(now[0] | now[1] << 8 | now[2] << 16);
        const uint32_t old = (uint32_t)(then[0] | then[1] << 8 | then[2] << 16);
        if (then[3] == 0xFF) {
            assert_in_range(count, 1, 1000); /* the median, as good as any */
            cost.formatted++;
        } else if (count != old) {
            assert_int_equal(count, old + 1);
            cost.erased++;
            continue;
        }
        for (uint32_t i = 0; i < layer->block; i++)
            assert_int_equal(now[i] & ~then[i], 0);
    }
    return cost;
}

/* Writes `disk` (with room for `logical` sectors) and checks all that is promised. */
static struct cost write_back(struct layer *layer, const uint8_t *disk, uint32_t logical)
{
    struct opened opened = ftl_open_layer(layer);
    assert_true(opened.ftl.certain);
    uint8_t *before = malloc(layer->size), *plain = malloc((size_t)logical * SECTOR);
    assert_true(before && plain);
    memcpy(before, layer->bytes, layer->size);
    mtkscan_error error;
    if (mtks_ftl_write(&opened.ftl, layer->bytes + layer->begin, disk, logical, &error))
        fail_msg("%s", error.what);
    assert_memory_equal(before, layer->bytes, layer->begin);
    struct cost cost = expect_nor(layer, before);

    struct opened again = ftl_open_layer(layer);
    assert_true(again.ftl.certain);
    assert_in_range(again.ftl.logical, 1, logical);
    assert_memory_equal(again.disk, disk, (size_t)again.ftl.logical * SECTOR);
    for (size_t i = (size_t)again.ftl.logical * SECTOR; i < (size_t)logical * SECTOR; i++)
        assert_int_equal(disk[i], 0);
    read_plainly(layer, plain, logical);
    assert_memory_equal(plain, disk, (size_t)logical * SECTOR);
    for (uint64_t i = 0; i < opened.ftl.logical; i++) {
        if (memcmp(opened.disk + i * SECTOR, disk + i * SECTOR, SECTOR) == 0)
            assert_int_equal(opened.ftl.map[i].place, again.ftl.map[i].place);
        else
            cost.moved++;
    }
    ftl_close(&again);
    ftl_close(&opened);
    free(before);
    free(plain);
    return cost;
}

struct disk {
    struct layer layer;
    uint8_t *bytes;
    uint32_t logical, room; /* sectors: of it, and that `bytes` has room for */
};

static struct disk disk_new(size_t shape, uint32_t blocks, uint32_t spares, uint32_t percent,
                            uint64_t seed)
{
    struct disk disk;
    layer_make(&disk.layer, shape, blocks, 0x3000, 0x1000, seed);
    disk.room = blocks * disk.layer.sectors;
    disk.bytes = calloc((size_t)disk.room * 2, SECTOR);
    assert_non_null(disk.bytes);
    const uint32_t live = (blocks - spares) * disk.layer.sectors * percent / 100;
    disk.logical = layer_fill(&disk.layer, spares, live, disk.bytes);
    return disk;
}

static void disk_free(struct disk *disk)
{
    free(disk->bytes);
    layer_free(&disk->layer);
}

/* Random sectors changed 200 times: few or many, new bytes, zeros, one bit. */
static void test_many_changes(void **state)
{
    (void)state;
    static const uint32_t blocks[] = {24, 4, 3};
    for (size_t shape = 0; shape < 3; shape++) {
        struct disk disk = disk_new(shape, blocks[shape], 1, 70, shape + 1);
        struct cost sum = {0, 0, 0, 0};
        for (uint32_t round = 0; round < 200; round++) {
            uint32_t changes = 1 + layer_random(&disk.layer, round % 10 == 9 ? disk.logical : 8);
            while (changes--) {
                uint32_t logical = layer_random(&disk.layer, disk.logical);
                uint8_t *sector = disk.bytes + (size_t)logical * SECTOR;
                const uint32_t kind = layer_random(&disk.layer, 4);
                if (logical % 11 == 10)
                    continue; /* holes stay holes here: the room is for changes */
                if (kind == 0)
                    memset(sector, 0, SECTOR);
                else if (kind == 1)
                    sector[layer_random(&disk.layer, SECTOR)] ^= 0x10;
                else
                    layer_content(sector, logical, round + 2);
            }
            struct cost cost = write_back(&disk.layer, disk.bytes, disk.logical);
            sum.erased += cost.erased;
            sum.touched += cost.touched;
            sum.moved += cost.moved;
            assert_int_equal(cost.formatted, 0);
        }
        print_message("%3u KB: 200 writes, %u sectors, %u blocks touched, %u erased\n",
                      disk.layer.block / 1024, sum.moved, sum.touched, sum.erased);
        assert_true(sum.erased > 0 && sum.erased < sum.touched);
        disk_free(&disk);
    }
}

/* New sectors until nothing fits any more: refused, and the region as it was. */
static void test_until_full(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++) {
        for (uint32_t spares = 0; spares < 4; spares++) {
            struct disk disk = disk_new(shape, 5, spares, 50, spares + 7);
            const uint32_t slots = 5 * disk.layer.sectors;
            uint32_t formatted = 0, live = 0, number = 0;
            for (; number < disk.room; number++) {
                uint8_t *sector = disk.bytes + (size_t)number * SECTOR;
                if (number >= disk.logical || number % 11 == 10)
                    layer_content(sector, number, 3);
                const uint32_t logical = number < disk.logical ? disk.logical : number + 1;
                if (shape && number % 29 && number + disk.layer.sectors + 9 < disk.room)
                    continue; /* large layers in larger steps */
                struct opened opened = ftl_open_layer(&disk.layer);
                live = (uint32_t)opened.ftl.wear.live;
                uint8_t *before = malloc(disk.layer.size);
                assert_non_null(before);
                memcpy(before, disk.layer.bytes, disk.layer.size);
                mtkscan_error error;
                int outcome = mtks_ftl_write(&opened.ftl, disk.layer.bytes + disk.layer.begin,
                                             disk.bytes, logical, &error);
                if (outcome != MTKSCAN_DONE) {
                    assert_int_equal(outcome, MTKSCAN_REFUSED);
                    assert_non_null(strstr(error.what, "no room"));
                    assert_memory_equal(before, disk.layer.bytes, disk.layer.size);
                }
                memcpy(disk.layer.bytes, before, disk.layer.size);
                free(before);
                ftl_close(&opened);
                if (outcome != MTKSCAN_DONE)
                    break;
                formatted += write_back(&disk.layer, disk.bytes, logical).formatted;
            }
            assert_true(number < disk.room);
            assert_int_equal(live, slots - disk.layer.sectors);
            assert_int_equal(formatted, spares ? spares - 1 : 0);

            /* Full as it is, changes still go. */
            memset(disk.bytes + (size_t)number * SECTOR, 0, SECTOR);
            const uint32_t logical = number < disk.logical ? disk.logical : number;
            for (uint32_t i = 0; i < logical; i++)
                disk.bytes[(size_t)i * SECTOR + 99] ^=
                    disk.bytes[(size_t)i * SECTOR + 3] == 0x77 ? 0xFF : 0;
            write_back(&disk.layer, disk.bytes, logical);
            disk_free(&disk);
        }
    }
}

static void test_nothing_changed(void **state)
{
    (void)state;
    struct disk disk = disk_new(0, 20, 1, 60, 3);
    struct cost cost = write_back(&disk.layer, disk.bytes, disk.logical);
    assert_int_equal(cost.touched, 0);
    cost = write_back(&disk.layer, disk.bytes, disk.logical + 5); /* zeros behind need nothing */
    assert_int_equal(cost.touched, 0);
    disk.bytes[7] ^= 1;
    cost = write_back(&disk.layer, disk.bytes, disk.logical);
    assert_in_range(cost.touched, 1, 2);
    assert_int_equal(cost.erased, 0);
    disk_free(&disk);
}

static void test_refused(void **state)
{
    (void)state;
    struct disk disk = disk_new(0, 20, 1, 60, 3);
    struct opened opened = ftl_open_layer(&disk.layer);
    uint8_t *region = disk.layer.bytes + disk.layer.begin;
    mtkscan_error error;
    const uint64_t wrong[] = {0, disk.logical - 1, 20 * 7 + 1, UINT64_MAX};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(mtks_ftl_write(&opened.ftl, region, disk.bytes, wrong[i], &error),
                         MTKSCAN_REFUSED);
    ftl_close(&opened);
    layer_block(&disk.layer, 2)[3] = 0x31;
    opened = ftl_open_layer(&disk.layer);
    assert_int_equal(mtks_ftl_write(&opened.ftl, region, disk.bytes, disk.logical, &error),
                     MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "reclaimed"));
    ftl_close(&opened);
    disk_free(&disk);
}

/* Slots that are not erased though their tags say free, aborted writes, a block marked empty, one
 * without a count: none is programmed as if it were erased. */
static void test_odd_slots(void **state)
{
    (void)state;
    struct disk disk = disk_new(0, 12, 1, 80, 5);
    struct layer *layer = &disk.layer;
    memcpy(layer_block(layer, 4), "\xFF\xFF\xFF", 3);
    for (uint32_t block = 0; block < 11; block++) {
        for (uint32_t slot = 0; slot < layer->sectors; slot++) {
            uint8_t *tag = layer_block(layer, block) + 4 + 4 * slot;
            if (tag[3] == 0xFF && block % 2)
                layer_data(layer, block, slot)[200] = 0;
            else if (tag[3] == 0xFF)
                layer_tag(layer, block, slot, 3, 0x3C);
            else if (tag[3] == 0x00)
                tag[3] = 0xFC;
        }
    }
    for (uint32_t i = 0; i < disk.logical; i++)
        if (i % 11 != 10)
            layer_content(disk.bytes + (size_t)i * SECTOR, i, 9);
    struct opened opened = ftl_open_layer(layer);
    assert_true(opened.ftl.certain);
    mtkscan_error error;
    assert_int_equal(
        mtks_ftl_write(&opened.ftl, layer->bytes + layer->begin, disk.bytes, disk.logical, &error),
        MTKSCAN_DONE);
    ftl_close(&opened);
    opened = ftl_open_layer(layer);
    assert_true(opened.ftl.certain);
    ftl_expect_disk(&opened, disk.bytes, disk.logical);
    ftl_close(&opened);
    disk_free(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_changes), cmocka_unit_test(test_until_full),
        cmocka_unit_test(test_nothing_changed), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_odd_slots)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
