/* SPDX-License-Identifier: MIT */
/* An analysis as the rooms before this one would leave it, made from a fixture's truth. */
#ifndef TESTS_KIT_MADE_H
#define TESTS_KIT_MADE_H

#include <string.h>

#include "dump/dump.h"
#include "model/analysis.h"
#include "mtkscan/gfh.h"
#include "support.h"

static inline void made_fact(struct mtks_analysis *analysis, const char *key, const char *value)
{
    struct mtks_fact *fact = MTKS_PUSH(&analysis->arena, &analysis->facts);
    assert_non_null(fact);
    fact->key = key;
    fact->value = value;
}

static inline struct mtks_flash_id *made_id(struct mtks_analysis *analysis, uint32_t device_type,
                                            const char *id, uint32_t length)
{
    struct mtks_flash_id *item = MTKS_PUSH(&analysis->arena, &analysis->flash.ids);
    assert_non_null(item);
    item->device_type = device_type;
    item->id_length = length;
    memcpy(item->id, id, length);
    return item;
}

static inline struct mtks_part *made_part(struct mtks_analysis *analysis, const char *name,
                                          uint32_t file_type, uint64_t offset, uint64_t length)
{
    const mtkscan_file_type *type = mtkscan_gfh_file_type(file_type);
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    assert_non_null(part);
    part->name = name;
    part->file = name;
    part->file_type = file_type;
    part->region = type ? type->region : MTKSCAN_REGION_NONE;
    part->offset = offset;
    part->length = part->present = length;
    part->health = MTKS_HEALTH_CONSISTENT;
    return part;
}

/* Healthy, identified, with everything that a .cfg needs. [owner: caller, mtks_analysis_free] */
static inline struct mtks_analysis *made_analysis(const struct test_dump *dump)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    assert_non_null(analysis);
    analysis->status = MTKS_IDENTIFIED;
    analysis->health.verdict = MTKS_HEALTHY;
    made_fact(analysis, MTKSCAN_FACT_PLATFORM, "MT6261");
    made_fact(analysis, MTKSCAN_FACT_PROJECT, "WATCH_11B");
    made_id(analysis, 3, "\xC2\x25\x36", 3);
    made_id(analysis, 3, "\xEF\x40\x16", 3);
    analysis->flash.memory_type = "PSRAM_130MHz";
    analysis->flash.memory_type_source = "derived from the chip family";
    for (uint32_t i = 0; dump && i < dump->truth.part_count; i++) {
        const mtkscan_fixture_part *from = &dump->truth.parts[i];
        made_part(analysis, from->name, from->file_type, from->offset, from->length);
    }
    return analysis;
}

static inline struct mtks_dump made_view(const struct test_dump *dump)
{
    return (struct mtks_dump){.bytes = dump->bytes, .size = dump->size};
}

/* The findings of a code. */
static inline size_t made_count(const struct mtks_analysis *analysis, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < analysis->findings.count; i++)
        count += strcmp(analysis->findings.items[i].code, code) == 0;
    return count;
}

/* Fails unless there is one finding of the code, with these words in it (each may be NULL). */
static inline void made_expect(const struct mtks_analysis *analysis, const char *code,
                               const char *first, const char *second)
{
    const struct mtks_finding *found = NULL;
    assert_int_equal(made_count(analysis, code), 1);
    for (size_t i = 0; i < analysis->findings.count; i++)
        if (strcmp(analysis->findings.items[i].code, code) == 0)
            found = &analysis->findings.items[i];
    if ((first && !strstr(found->message, first)) || (second && !strstr(found->message, second)))
        fail_msg("%s: \"%s\" lacks \"%s\" or \"%s\"", code, found->message, first ? first : "",
                 second ? second : "");
}

#endif
