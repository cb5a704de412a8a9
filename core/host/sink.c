/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "shape.h"
#include "sink_rows.h"

void mtks_sink_init(struct mtks_sink *sink, struct mtks_arena *arena, uint64_t room,
                    uint64_t record_max, enum mtks_phase phase)
{
    *sink = (struct mtks_sink){
        .arena = arena, .record_max = record_max, .phase = phase, .ended = MTKSCAN_E_FAILED};
    if (!mtkscan_add(arena->used, room, &sink->arena_end) || sink->arena_end > arena->limit)
        sink->arena_end = arena->limit;
}

void mtks_sink_blame(struct mtks_sink *sink, const char *format, ...)
{
    if (sink->misbehaved || sink->out_of_memory)
        return;
    char reason[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    /* Without memory the module is still to blame. */
    const char *kept = mtks_arena_text(sink->arena, reason);
    sink->misbehaved = kept ? kept : "misbehaved, and there is no memory to say how";
}

static const char *const phase_names[] = {[MTKS_PHASE_CLAIM] = "claim",
                                          [MTKS_PHASE_LAYOUT] = "layout",
                                          [MTKS_PHASE_FLASH_IDS] = "flash_ids",
                                          [MTKS_PHASE_DECODE] = "decode"};

void mtks_sink_misplaced(struct mtks_sink *sink, const char *what)
{
    mtks_sink_blame(sink, "%s in %s, where it has no place", what, phase_names[sink->phase]);
}

/* The integers of a record, by their place in it. */
static uint32_t word_at(const void *record, size_t at)
{
    uint32_t value;
    memcpy(&value, (const char *)record + at, sizeof value);
    return value;
}

static uint64_t wide_at(const void *record, size_t at)
{
    uint64_t value;
    memcpy(&value, (const char *)record + at, sizeof value);
    return value;
}

static const char *text_at(const void *record, size_t at)
{
    const char *value;
    memcpy(&value, (const char *)record + at, sizeof value);
    return value;
}

static bool text_holds(struct mtks_sink *sink, const struct mtks_member *member, const char *record,
                       const char *name)
{
    const char *text = text_at(record, member->at);
    if (!text && member->rule == MTKS_RULE_TEXT_OR_NULL)
        return true;
    const char *fault = mtks_text_fault(text);
    if (!fault && member->rule != MTKS_RULE_TEXT_OR_NULL && member->low && !*text)
        fault = "is empty";
    if (!fault && member->rule == MTKS_RULE_NAME && !mtks_is_name(text, "_-"))
        fault = "has characters other than a-z, 0-9, _ and -";
    if (fault)
        mtks_sink_blame(sink, "%s.%s %s", name, member->name, fault);
    return !fault;
}

static bool number_holds(struct mtks_sink *sink, const struct mtks_member *member, uint64_t value,
                         const char *name)
{
    if (value >= member->low && value <= member->high)
        return true;
    mtks_sink_blame(sink, "%s.%s is %llu, not %llu .. %llu", name, member->name,
                    (unsigned long long)value, (unsigned long long)member->low,
                    (unsigned long long)member->high);
    return false;
}

static bool place_holds(struct mtks_sink *sink, const struct mtks_member *member,
                        const char *record, const char *name)
{
    uint64_t offset = wide_at(record, member->at);
    uint64_t length = wide_at(record, member->length_at);
    if (member->rule == MTKS_RULE_PLACE_OR_NONE && offset == MTKSCAN_NO_OFFSET)
        return true;
    if (mtkscan_inside(offset, length, MTKS_PLACE_MAX))
        return true;
    mtks_sink_blame(sink, "%s.%s 0x%llx with length 0x%llx ends beyond 2^48", name, member->name,
                    (unsigned long long)offset, (unsigned long long)length);
    return false;
}

static bool part_holds(struct mtks_sink *sink, const struct mtks_member *member, uint32_t part,
                       const char *name)
{
    size_t parts = sink->parts_before + sink->parts.count;
    if (part == MTKSCAN_NO_PART || part < parts)
        return true;
    mtks_sink_blame(sink, "%s.%s is %lu, but there are %zu parts so far", name, member->name,
                    (unsigned long)part, parts);
    return false;
}

static bool member_holds(struct mtks_sink *sink, const struct mtks_member *member,
                         const char *record, const char *name)
{
    switch (member->rule) {
    case MTKS_RULE_TEXT:
    case MTKS_RULE_TEXT_OR_NULL:
    case MTKS_RULE_NAME:
        return text_holds(sink, member, record, name);
    case MTKS_RULE_U32:
        return number_holds(sink, member, word_at(record, member->at), name);
    case MTKS_RULE_U64:
        return number_holds(sink, member, wide_at(record, member->at), name);
    case MTKS_RULE_PLACE:
    case MTKS_RULE_PLACE_OR_NONE:
        return place_holds(sink, member, record, name);
    case MTKS_RULE_PART:
        return part_holds(sink, member, word_at(record, member->at), name);
    case MTKS_RULE_END:
        break;
    }
    return false;
}

/* Copies the part of a record that both sides know; the rest of *copy stays zero. */
static bool open_record(struct mtks_sink *sink, const struct mtks_row *row, const void *record,
                        union mtks_any_record *copy)
{
    if (!record) {
        mtks_sink_blame(sink, "%s is NULL", row->name);
        return false;
    }
    uint32_t head[2]; /* struct_size and abi come first in every record */
    memcpy(head, record, sizeof head);
    if (head[1] >> 16 != MTKSCAN_ABI_MAJOR)
        mtks_sink_blame(sink, "%s.abi is %lu.%lu, this host has %u.%u", row->name,
                        (unsigned long)(head[1] >> 16), (unsigned long)(head[1] & 0xFFFF),
                        MTKSCAN_ABI_MAJOR, MTKSCAN_ABI_MINOR);
    else if (head[0] < row->least || head[0] > MTKS_STRUCT_MAX)
        mtks_sink_blame(sink, "%s.struct_size is %lu, not %zu .. %u", row->name,
                        (unsigned long)head[0], row->least, MTKS_STRUCT_MAX);
    else {
        memcpy(copy, record, head[0] < row->size ? head[0] : row->size);
        return true;
    }
    return false;
}

static bool record_holds(struct mtks_sink *sink, const struct mtks_row *row,
                         const union mtks_any_record *record)
{
    for (const struct mtks_member *member = row->members; member->rule != MTKS_RULE_END; member++)
        if (!member_holds(sink, member, (const char *)record, row->name))
            return false;
    return !row->holds || row->holds(sink, record);
}

int32_t mtks_sink_take(struct mtks_sink *sink, enum mtks_record kind, const void *record)
{
    const struct mtks_row *row = &mtks_rows[kind];
    union mtks_any_record copy;
    memset(&copy, 0, sizeof copy);
    if (sink->misbehaved)
        return MTKSCAN_E_INVALID;
    if (sink->out_of_memory)
        return MTKSCAN_E_LIMIT;
    if (!(row->phases & 1u << sink->phase)) {
        mtks_sink_misplaced(sink, row->name);
        return MTKSCAN_E_INVALID;
    }
    if (!open_record(sink, row, record, &copy) || !record_holds(sink, row, &copy))
        return MTKSCAN_E_INVALID;
    if (sink->records >= sink->record_max) {
        mtks_sink_blame(sink, "more than %llu records", (unsigned long long)sink->record_max);
        return MTKSCAN_E_LIMIT;
    }
    if (!row->store(sink, &copy)) {
        sink->out_of_memory = true;
        return MTKSCAN_E_LIMIT;
    }
    sink->records++;
    if (sink->arena->used > sink->arena_end) {
        mtks_sink_blame(sink, "its records take more than its share of memory");
        return MTKSCAN_E_LIMIT;
    }
    return MTKSCAN_OK;
}

void mtks_sink_log(struct mtks_sink *sink, int32_t level, const char *text)
{
    if (level < MTKSCAN_LOG_DEBUG || level > MTKSCAN_LOG_WARNING || mtks_text_fault(text) ||
        sink->log.count >= MTKS_LOG_LINES || sink->arena->used > sink->arena_end)
        return;
    const char *copy = mtks_arena_text(sink->arena, text);
    struct mtks_log *line = copy ? MTKS_PUSH(sink->arena, &sink->log) : NULL;
    if (line)
        *line = (struct mtks_log){.level = level, .text = copy};
}
