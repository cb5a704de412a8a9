/* SPDX-License-Identifier: MIT */
#include "sink_rows.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define PUT(list)  MTKS_PUSH(sink->arena, &sink->list)
#define KEEP(text) mtks_arena_text(sink->arena, (text))
#define IN(...)                                                                                    \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define TEXT(type, m)                                                                              \
    {                                                                                              \
        .rule = MTKS_RULE_TEXT, .name = #m, .at = offsetof(type, m), .low = 1                      \
    }
#define EMPTY(type, m)                                                                             \
    {                                                                                              \
        .rule = MTKS_RULE_TEXT, .name = #m, .at = offsetof(type, m)                                \
    }
#define MAYBE(type, m)                                                                             \
    {                                                                                              \
        .rule = MTKS_RULE_TEXT_OR_NULL, .name = #m, .at = offsetof(type, m)                        \
    }
#define NAME(type, m)                                                                              \
    {                                                                                              \
        .rule = MTKS_RULE_NAME, .name = #m, .at = offsetof(type, m), .low = 1                      \
    }
#define PART_OF(type)                                                                              \
    {                                                                                              \
        .rule = MTKS_RULE_PART, .name = "part", .at = offsetof(type, part)                         \
    }
#define U32(type, m, least, most)                                                                  \
    {                                                                                              \
        .rule = MTKS_RULE_U32, .name = #m, .at = offsetof(type, m), .low = (least), .high = (most) \
    }
#define U64(type, m, least, most)                                                                  \
    {                                                                                              \
        .rule = MTKS_RULE_U64, .name = #m, .at = offsetof(type, m), .low = (least), .high = (most) \
    }
#define PLACE_RULE(kind, type)                                                                     \
    {                                                                                              \
        .rule = (kind), .name = "offset", .at = offsetof(type, offset),                            \
        .length_at = offsetof(type, length)                                                        \
    }
#define PLACE(type)         PLACE_RULE(MTKS_RULE_PLACE, type)
#define PLACE_OR_NONE(type) PLACE_RULE(MTKS_RULE_PLACE_OR_NONE, type)

/* A fact that stands nowhere has no length there. */
static uint64_t length_at(uint64_t offset, uint64_t length)
{
    return offset == MTKSCAN_NO_OFFSET ? 0 : length;
}

/* ---- evidence */

static const struct mtks_member evidence_members[] =
    IN(NAME(mtkscan_evidence, id), TEXT(mtkscan_evidence, text), PLACE_OR_NONE(mtkscan_evidence),
       U32(mtkscan_evidence, bits, 0, 256),
       U32(mtkscan_evidence, flags, 0, MTKSCAN_EVIDENCE_CONTRADICTION | MTKSCAN_EVIDENCE_COMMON));

static bool evidence_holds(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_evidence *in = &record->evidence;
    if (in->flags & MTKSCAN_EVIDENCE_CONTRADICTION && in->bits != 0)
        mtks_sink_blame(sink, "evidence %s is a contradiction with %ld bits, not 0", in->id,
                        (long)in->bits);
    return !sink->misbehaved;
}

static bool evidence_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_evidence *in = &record->evidence;
    struct mtks_evidence *out = PUT(evidence);
    if (!out)
        return false;
    *out = (struct mtks_evidence){
        .id = KEEP(in->id),
        .text = KEEP(in->text),
        .offset = in->offset,
        .length = length_at(in->offset, in->length),
        .bits = in->bits,
        .contradiction = in->flags & MTKSCAN_EVIDENCE_CONTRADICTION,
        .common = in->flags & MTKSCAN_EVIDENCE_COMMON,
    };
    return out->id && out->text;
}

/* ---- fact */

static const struct mtks_member fact_members[] =
    IN(NAME(mtkscan_fact, key), EMPTY(mtkscan_fact, value), PLACE_OR_NONE(mtkscan_fact));

static bool fact_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_fact *in = &record->fact;
    struct mtks_fact *out = PUT(facts);
    if (!out)
        return false;
    *out = (struct mtks_fact){KEEP(in->key), KEEP(in->value), in->offset,
                              length_at(in->offset, in->length)};
    return out->key && out->value;
}

/* ---- part */

static const struct mtks_member part_members[] =
    IN(TEXT(mtkscan_part, name), MAYBE(mtkscan_part, file),
       U32(mtkscan_part, region, MTKSCAN_REGION_NONE, MTKSCAN_REGION_FILES), PLACE(mtkscan_part),
       U32(mtkscan_part, flags, 0, MTKSCAN_PART_ABSENT | MTKSCAN_PART_EXTRA));

static bool part_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_part *in = &record->part;
    struct mtks_part *out = PUT(parts);
    if (!out)
        return false;
    *out = (struct mtks_part){
        .name = KEEP(in->name),
        .file_type = in->file_type,
        .region = in->region,
        .flags = in->flags,
        .offset = in->offset,
        .length = in->length,
        .load_addr = in->load_addr,
    };
    out->file = in->file ? KEEP(in->file) : out->name;
    return out->name && out->file;
}

/* ---- check */

static const struct mtks_member check_members[] =
    IN(TEXT(mtkscan_check, id), TEXT(mtkscan_check, text), TEXT(mtkscan_check, finding),
       PART_OF(mtkscan_check), U32(mtkscan_check, kind, MTKSCAN_CHECK_SHA1, MTKSCAN_CHECK_CHAIN),
       U32(mtkscan_check, on_fail, MTKSCAN_FAIL_DAMAGE, MTKSCAN_FAIL_WARNING),
       U32(mtkscan_check, relation, 0, MTKSCAN_AT_LEAST));

/* What a kind of check reads: whether [offset, offset + length), and how much at `other`. */
static bool check_holds(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_check *in = &record->check;
    bool relation = in->kind == MTKSCAN_CHECK_RELATION;
    bool nowhere = relation && in->offset == MTKSCAN_NO_OFFSET;
    uint64_t other_length = in->kind == MTKSCAN_CHECK_SHA1   ? 20
                            : in->kind == MTKSCAN_CHECK_SAME ? in->length
                            : in->kind == MTKSCAN_CHECK_TEXT ? in->length
                                                             : 0;
    if (!nowhere && !mtkscan_inside(in->offset, in->length, MTKS_PLACE_MAX))
        mtks_sink_blame(sink, "check.offset 0x%llx with length 0x%llx ends beyond 2^48",
                        (unsigned long long)in->offset, (unsigned long long)in->length);
    else if (other_length && !mtkscan_inside(in->other, other_length, MTKS_PLACE_MAX))
        mtks_sink_blame(sink, "check.other 0x%llx with length 0x%llx ends beyond 2^48",
                        (unsigned long long)in->other, (unsigned long long)other_length);
    else if (relation && in->relation == 0)
        mtks_sink_blame(sink, "check.relation is 0, not %u .. %u", MTKSCAN_EQUAL, MTKSCAN_AT_LEAST);
    else if (in->kind == MTKSCAN_CHECK_BYTES &&
             (!in->bytes || in->bytes_length < 1 || in->bytes_length > MTKSCAN_BYTES_MAX))
        mtks_sink_blame(sink, "check.bytes %s, %llu of them, not 1 .. %u",
                        in->bytes ? "is there" : "is NULL", (unsigned long long)in->bytes_length,
                        MTKSCAN_BYTES_MAX);
    return !sink->misbehaved;
}

static bool check_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_check *in = &record->check;
    struct mtks_check *out = PUT(checks);
    if (!out)
        return false;
    *out = (struct mtks_check){
        .id = KEEP(in->id),
        .text = KEEP(in->text),
        .finding = KEEP(in->finding),
        .part = in->part,
        .kind = in->kind,
        .on_fail = in->on_fail,
        .relation = in->relation,
        .offset = in->offset,
        .length = in->length,
        .other = in->other,
        .left = in->left,
        .right = in->right,
    };
    if (in->kind == MTKSCAN_CHECK_BYTES) { /* other kinds have none to copy */
        uint8_t *bytes = mtks_arena_alloc(sink->arena, in->bytes_length);
        if (!bytes)
            return false;
        memcpy(bytes, in->bytes, in->bytes_length);
        out->bytes = bytes;
        out->bytes_length = in->bytes_length;
    }
    return out->id && out->text && out->finding;
}

/* ---- container */

static const struct mtks_member container_members[] =
    IN(TEXT(mtkscan_container, name), TEXT(mtkscan_container, codec), PART_OF(mtkscan_container),
       PLACE(mtkscan_container), U64(mtkscan_container, output_size, 0, MTKS_PLACE_MAX));

static bool container_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_container *in = &record->container;
    struct mtks_container *out = PUT(containers);
    if (!out)
        return false;
    *out = (struct mtks_container){
        .name = KEEP(in->name),
        .codec = KEEP(in->codec),
        .part = in->part,
        .order = in->order,
        .offset = in->offset,
        .length = in->length,
        .exec_addr = in->exec_addr,
        .output_size = in->output_size,
    };
    return out->name && out->codec;
}

/* ---- flash, flash_id, zone */

static const struct mtks_member flash_members[] =
    IN(U64(mtkscan_flash, capacity, 0, MTKS_PLACE_MAX), MAYBE(mtkscan_flash, memory_type),
       MAYBE(mtkscan_flash, memory_type_source));

static bool flash_holds(struct mtks_sink *sink, const union mtks_any_record *record)
{
    (void)record;
    if (sink->flash.stated)
        mtks_sink_blame(sink, "flash is stated a second time");
    return !sink->misbehaved;
}

static bool flash_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_flash *in = &record->flash;
    sink->flash.stated = true;
    sink->flash.capacity = in->capacity;
    sink->flash.memory_type = KEEP(in->memory_type);
    sink->flash.memory_type_source = KEEP(in->memory_type_source);
    return !in->memory_type == !sink->flash.memory_type &&
           !in->memory_type_source == !sink->flash.memory_type_source;
}

static const struct mtks_member flash_id_members[] =
    IN(U32(mtkscan_flash_id, device_type, 1, 5), U32(mtkscan_flash_id, id_length, 1, 8));

static bool flash_id_holds(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_flash_id *in = &record->flash_id;
    if (in->offset != MTKSCAN_NO_OFFSET && in->offset > MTKS_PLACE_MAX)
        mtks_sink_blame(sink, "flash_id.offset 0x%llx lies beyond 2^48",
                        (unsigned long long)in->offset);
    for (uint32_t i = in->id_length; i < sizeof in->id; i++)
        if (in->id[i])
            mtks_sink_blame(sink, "flash_id.id has bytes behind its id_length of %lu",
                            (unsigned long)in->id_length);
    return !sink->misbehaved;
}

static bool flash_id_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_flash_id *in = &record->flash_id;
    struct mtks_flash_id *out = PUT(ids);
    if (!out)
        return false;
    *out = (struct mtks_flash_id){
        .device_type = in->device_type, .id_length = in->id_length, .offset = in->offset};
    memcpy(out->id, in->id, sizeof out->id);
    return true;
}

static const struct mtks_member zone_members[] =
    IN(U64(mtkscan_zone, offset, 0, MTKS_PLACE_MAX), U64(mtkscan_zone, block, 1, MTKS_PLACE_MAX));

static bool zone_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    struct mtks_zone *out = PUT(zones);
    if (out)
        *out = (struct mtks_zone){record->zone.offset, record->zone.block};
    return out != NULL;
}

/* ---- range, notice */

static const struct mtks_member range_members[] =
    IN(TEXT(mtkscan_range, name), PLACE(mtkscan_range));

static bool range_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_range *in = &record->range;
    struct mtks_range *out = PUT(ranges);
    if (!out)
        return false;
    *out = (struct mtks_range){KEEP(in->name), in->offset, in->length};
    return out->name != NULL;
}

static const struct mtks_member notice_members[] =
    IN(TEXT(mtkscan_notice, code), MAYBE(mtkscan_notice, detail), PART_OF(mtkscan_notice),
       PLACE_OR_NONE(mtkscan_notice));

static bool notice_store(struct mtks_sink *sink, const union mtks_any_record *record)
{
    const mtkscan_notice *in = &record->notice;
    struct mtks_notice *out = PUT(notices);
    if (!out)
        return false;
    *out = (struct mtks_notice){KEEP(in->code), KEEP(in->detail), in->part, in->offset,
                                length_at(in->offset, in->length)};
    return out->code && !in->detail == !out->detail;
}

/* ---- the table */

#define CLAIM  (1u << MTKS_PHASE_CLAIM)
#define LAYOUT (1u << MTKS_PHASE_LAYOUT)
#define IDS    (1u << MTKS_PHASE_FLASH_IDS)

/* `last` is the last member that the struct had in ABI 1.0. */
#define ROW(kind, last, when, extra)                                                               \
    {                                                                                              \
        .name = #kind, .least = offsetof(mtkscan_##kind, last) + sizeof((mtkscan_##kind){0}.last), \
        .size = sizeof(mtkscan_##kind), .phases = (when), .members = kind##_members,               \
        .holds = (extra), .store = kind##_store                                                    \
    }

const struct mtks_row mtks_rows[MTKS_RECORD_KINDS] = {
    [MTKS_RECORD_EVIDENCE] = ROW(evidence, flags, CLAIM, evidence_holds),
    [MTKS_RECORD_FACT] = ROW(fact, length, LAYOUT, NULL),
    [MTKS_RECORD_PART] = ROW(part, flags, LAYOUT, NULL),
    [MTKS_RECORD_CHECK] = ROW(check, bytes_length, LAYOUT | IDS, check_holds),
    [MTKS_RECORD_CONTAINER] = ROW(container, output_size, LAYOUT, NULL),
    [MTKS_RECORD_FLASH] = ROW(flash, memory_type_source, IDS, flash_holds),
    [MTKS_RECORD_FLASH_ID] = ROW(flash_id, offset, IDS, flash_id_holds),
    [MTKS_RECORD_ZONE] = ROW(zone, block, IDS, NULL),
    [MTKS_RECORD_RANGE] = ROW(range, length, LAYOUT | IDS, NULL),
    [MTKS_RECORD_NOTICE] = ROW(notice, length, LAYOUT | IDS, NULL),
};
