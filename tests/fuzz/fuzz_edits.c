/* SPDX-License-Identifier: MIT */
/*
 * A sound dump with edits, through module, sink, checks, map and verdict. The input's first byte
 * chooses the chip, the second the optional pieces; then each 8 bytes are one edit {u32 place, u8
 * kind, u8 length, u16 value}. So a few bytes reach what a mutated raw dump of megabytes never
 * would.
 */
#include "fuzz.h"

#include <string.h>

#include "check/check.h"
#include "dump/map.h"
#include "host/finder.h"
#include "host/services.h"
#include "host/sink.h"
#include "mtkscan/bytes.h"
#include "mtkscan/fixture.h"

#define MODULE(entry) extern const mtkscan_plugin entry;
#include "modules.inc"
#undef MODULE

static const mtkscan_plugin *const modules[] = {
#define MODULE(entry) &(entry),
#include "modules.inc"
#undef MODULE
};

#define CAPACITY  0x80000u /* small, for speed */
#define EDIT_SIZE 8u

static const char *const chips[] = {"MT6260", "MT6261", "MT2502", "MT9999"};

static uint64_t make(uint8_t *image, uint8_t chip, uint8_t pieces)
{
    mtkscan_fixture fixture;
    mtkscan_fixture_truth truth;
    mtkscan_fixture_preset(&fixture, chips[chip % 4]);
    fixture.capacity = CAPACITY;
    fixture.fat_begin = 0x70000;
    fixture.fat_length = 0x8000;
    fixture.flags = (uint32_t)pieces << 3;
    if (!mtkscan_fixture_build(&fixture, image, CAPACITY, &truth))
        return 0;
    return truth.size;
}

/* One edit; returns the new size. */
static uint64_t edit(uint8_t *image, uint64_t size, const uint8_t *bytes)
{
    uint64_t at = size ? mtkscan_le32(bytes) % size : 0;
    uint64_t length = (uint64_t)bytes[5] << (bytes[4] >> 4);
    if (length > size - at)
        length = size - at;
    switch (bytes[4] & 3) {
    case 0:
        return at; /* cut */
    case 1:
        memset(image + at, bytes[6], length);
        return size;
    case 2:
        memmove(image + at, image + (size - at > length ? at + length / 2 : 0), length / 2);
        return size;
    default:
        if (size - at >= 4)
            mtkscan_put_le32(image + at, (uint32_t)mtkscan_le16(bytes + 6) * 0x10001u);
        return size;
    }
}

/* The callbacks of one module into one analysis, as the host does it. */
static void state_facts(const mtkscan_plugin *module, const struct mtks_dump *dump,
                        struct mtks_analysis *analysis, struct mtks_finder *finder)
{
    static const enum mtks_phase phases[] = {MTKS_PHASE_CLAIM, MTKS_PHASE_LAYOUT,
                                             MTKS_PHASE_FLASH_IDS};
    int32_t (*const calls[])(const mtkscan_host *) = {module->claim, module->layout,
                                                      module->flash_ids};
    for (size_t i = 0; i < 3; i++) {
        struct mtks_sink sink;
        struct mtks_services services;
        mtks_sink_init(&sink, &analysis->arena, 16u << 20, analysis->limits.records, phases[i]);
        sink.parts_before = analysis->parts.count;
        mtks_services_init(&services, dump, finder, &sink, analysis->limits.scratch);
        mtks_services_call(&services, calls[i], module->id);
        mtks_services_free(&services);
        PROMISE(!sink.misbehaved);
        for (size_t j = 0; j < sink.parts.count; j++) {
            struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
            PROMISE(part);
            *part = sink.parts.items[j];
            part->present = mtks_dump_present(dump, part->offset, part->length);
        }
        for (size_t j = 0; j < sink.checks.count; j++) {
            struct mtks_check *check = MTKS_PUSH(&analysis->arena, &analysis->checks);
            PROMISE(check);
            *check = sink.checks.items[j];
        }
        for (size_t j = 0; j < sink.ranges.count; j++) {
            struct mtks_range *range = MTKS_PUSH(&analysis->arena, &analysis->ranges);
            PROMISE(range);
            *range = sink.ranges.items[j];
        }
    }
}

static void judge(const struct mtks_dump *dump, struct mtks_analysis *analysis)
{
    PROMISE(mtks_checks_run(analysis, dump) == 0);
    PROMISE(mtks_map_build(analysis, dump) == 0);
    PROMISE(mtks_health_judge(analysis) == 0);
    uint64_t at = 0;
    for (size_t i = 0; i < analysis->map.count; i++) {
        PROMISE(analysis->map.items[i].offset == at);
        at += analysis->map.items[i].length;
    }
    PROMISE(at == dump->size);
    PROMISE(analysis->health.percent <= 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t image[CAPACITY];
    if (size < 2)
        return 0;
    uint64_t length = make(image, bytes[0], bytes[1]);
    for (size_t at = 2; at + EDIT_SIZE <= size && at < 64 * EDIT_SIZE; at += EDIT_SIZE)
        length = edit(image, length, bytes + at);
    const struct mtks_dump dump = {.bytes = image, .size = length};
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_finder *finder = mtks_finder_new();
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        struct mtks_analysis *analysis = mtks_analysis_new(&limits);
        PROMISE(analysis);
        analysis->input.size = length;
        state_facts(modules[i], &dump, analysis, finder);
        judge(&dump, analysis);
        mtks_analysis_free(analysis);
    }
    mtks_finder_free(finder);
    return 0;
}
