/* SPDX-License-Identifier: MIT */
/*
 * The audio table of FORMAT.md 7.3: records {u32 address, u32 length, u32 type}. It tells of tones
 * that have no signature. One is believed when several of its records are tones that were found by
 * signature, at the base that the span runs at or at one that these finds imply.
 */
#include "finds.h"
#include "walk.h"

#include <inttypes.h>

#define WORD          4u
#define RECORD        12u
#define RECORDS_LEAST 6u
#define RECORDS_MOST  1024u
#define LENGTH_MOST   0x40000u
#define TYPE_END      0x40u
#define KNOWN_LEAST   3u /* records that have to be finds */
#define PADDING       4u /* bytes by which a record may be longer than its tone: NUL, alignment */
#define LOOKUP_STEPS  16u

static const struct {
    uint32_t type;
    const char *text;
} types[] = {{0x11, "MIDI"}, {0x12, "iMelody"}};

struct record {
    uint32_t address, length, type;
};

struct table {
    const struct mtks_resource_span *span;
    uint64_t offset; /* of its first record */
    uint32_t count;
};

static struct record record_read(const struct table *table, uint32_t index)
{
    const uint8_t *at = table->span->bytes + table->offset + (uint64_t)index * RECORD;
    return (struct record){mtkscan_le32(at), mtkscan_le32(at + WORD), mtkscan_le32(at + 2 * WORD)};
}

/* Takes as many records as could be of one table: what they point at fits into one span. */
static void measure(struct table *table)
{
    const uint64_t room = (table->span->length - table->offset) / RECORD;
    uint64_t low = UINT64_MAX, high = 0;
    for (table->count = 0; table->count < room && table->count < RECORDS_MOST; table->count++) {
        const struct record record = record_read(table, table->count);
        if (record.type == 0 || record.type >= TYPE_END || record.length <= WORD ||
            record.length >= LENGTH_MOST)
            return;
        const uint64_t end = (uint64_t)record.address + record.length;
        low = record.address < low ? record.address : low;
        high = end > high ? end : high;
        if (high - low > table->span->length)
            return;
    }
}

static bool same_tone(const struct mtks_resource *resource, uint32_t length)
{
    return resource && length >= resource->length && length - resource->length <= PADDING;
}

/* Where a record's tone lies in the span. */
static bool record_place(const struct table *table, const struct record *record, uint64_t base,
                         uint64_t *offset)
{
    *offset = record->address - base;
    return record->address >= base && mtkscan_inside(*offset, record->length, table->span->length);
}

static bool base_fits(struct mtks_finds *finds, const struct table *table, uint64_t base)
{
    uint32_t known = 0;
    uint64_t offset;
    if (!mtks_steps_take(&finds->steps, (uint64_t)LOOKUP_STEPS * table->count))
        return false;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct record record = record_read(table, i);
        if (record_place(table, &record, base, &offset))
            known += same_tone(mtks_finds_at(finds, offset), record.length);
    }
    return known >= KNOWN_LEAST;
}

/* The base from where the span runs, else from any tone that is as long as a record says. */
static bool base_find(struct mtks_finds *finds, const struct table *table, uint64_t *base)
{
    *base = table->span->exec_addr;
    if (*base != 0 && base_fits(finds, table, *base))
        return true;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct record record = record_read(table, i);
        if (!mtks_steps_take(&finds->steps, finds->list.count))
            return false;
        for (size_t j = 0; j < finds->list.count; j++) {
            const struct mtks_resource *resource = &finds->list.items[j];
            if (!same_tone(resource, record.length) || record.address < resource->offset)
                continue;
            *base = record.address - resource->offset;
            if (base_fits(finds, table, *base))
                return true;
        }
    }
    return false;
}

static int entry_add(struct mtks_finds *finds, struct mtks_finds *more, const struct table *table,
                     uint32_t index, uint64_t base)
{
    const struct record record = record_read(table, index);
    struct mtks_walk walk = {.length = record.length};
    const char *text = "";
    uint64_t offset;
    if (!record_place(table, &record, base, &offset) ||
        !mtks_finds_free(finds, offset, record.length))
        return 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == record.type)
            text = types[i].text;
    mtks_walk_detail(&walk, "type 0x%02X%s%s by entry %u of the table at 0x%" PRIX64, record.type,
                     *text ? ", said to be " : "", text, index,
                     table->span->offset + table->offset);
    return mtks_finds_add(more, "audio", offset, &walk, true);
}

int mtks_audio_tables_find(struct mtks_finds *finds, const struct mtks_resource_span *span)
{
    struct table table = {.span = span};
    struct mtks_finds more;
    uint64_t base;
    if (finds->list.count < KNOWN_LEAST)
        return 0;
    mtks_finds_begin(&more, finds);
    /* Records are aligned where they run; a span of a dump need not begin at a whole word. */
    table.offset = (WORD - span->offset % WORD) % WORD;
    while (mtkscan_inside(table.offset, (uint64_t)RECORD * RECORDS_LEAST, span->length)) {
        measure(&table);
        if (table.count < RECORDS_LEAST || !mtks_steps_take(&finds->steps, table.count) ||
            !base_find(finds, &table, &base)) {
            table.offset += WORD;
            continue;
        }
        for (uint32_t i = 0; i < table.count; i++)
            if (entry_add(finds, &more, &table, i, base) != 0)
                return -1;
        table.offset += (uint64_t)table.count * RECORD;
    }
    return mtks_finds_join(finds, &more);
}
