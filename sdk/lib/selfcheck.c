/* SPDX-License-Identifier: MIT */
#include "mtkscan/selfcheck.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/memory_host.h"

#define PARTS_MAX 64u
#define CUTS      64u

/* What one run of the three callbacks emitted. */
struct record {
    int score;
    bool own_evidence, contradicted;
    uint32_t part_count, id_count;
    struct {
        uint64_t offset, length;
        uint32_t file_type, flags;
    } parts[PARTS_MAX];
    uint64_t capacity;
    int32_t status; /* first negative one */
};

struct tally {
    FILE *out;
    int failures;
};

static struct record *record_of(const mtkscan_host *host)
{
    return ((mtkscan_memory_host *)host->ctx)->user;
}

static int32_t take_evidence(const mtkscan_host *host, const mtkscan_evidence *evidence)
{
    struct record *record = record_of(host);
    record->score += evidence->bits;
    if (evidence->flags & MTKSCAN_EVIDENCE_CONTRADICTION)
        record->contradicted = true;
    else if (!(evidence->flags & MTKSCAN_EVIDENCE_COMMON) && evidence->bits > 0)
        record->own_evidence = true;
    return MTKSCAN_OK;
}

static int32_t take_part(const mtkscan_host *host, const mtkscan_part *part)
{
    struct record *record = record_of(host);
    if (record->part_count == PARTS_MAX)
        return MTKSCAN_E_LIMIT;
    record->parts[record->part_count].offset = part->offset;
    record->parts[record->part_count].length = part->length;
    record->parts[record->part_count].file_type = part->file_type;
    record->parts[record->part_count].flags = part->flags;
    record->part_count++;
    return MTKSCAN_OK;
}

static int32_t take_flash(const mtkscan_host *host, const mtkscan_flash *flash)
{
    record_of(host)->capacity = flash->capacity;
    return MTKSCAN_OK;
}

static int32_t take_flash_id(const mtkscan_host *host, const mtkscan_flash_id *id)
{
    (void)id;
    record_of(host)->id_count++;
    return MTKSCAN_OK;
}

static bool claims(const struct record *record)
{
    return record->own_evidence && !record->contradicted && record->score > 0;
}

static bool same(const struct record *a, const struct record *b)
{
    bool equal = a->score == b->score && a->own_evidence == b->own_evidence &&
                 a->contradicted == b->contradicted && a->part_count == b->part_count &&
                 a->id_count == b->id_count && a->capacity == b->capacity && a->status == b->status;
    for (uint32_t i = 0; equal && i < a->part_count; i++)
        equal = a->parts[i].offset == b->parts[i].offset &&
                a->parts[i].length == b->parts[i].length &&
                a->parts[i].file_type == b->parts[i].file_type &&
                a->parts[i].flags == b->parts[i].flags;
    return equal;
}

static struct record run(const mtkscan_plugin *plugin, const uint8_t *bytes, uint64_t size)
{
    struct record record;
    memset(&record, 0, sizeof record);
    mtkscan_host emits;
    memset(&emits, 0, sizeof emits);
    emits.emit_evidence = take_evidence;
    emits.emit_part = take_part;
    emits.emit_flash = take_flash;
    emits.emit_flash_id = take_flash_id;
    int32_t (*const calls[])(const mtkscan_host *) = {plugin->claim, plugin->layout,
                                                      plugin->flash_ids};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        mtkscan_memory_host memory;
        mtkscan_memory_host_init(&memory, bytes, size, &emits, &record);
        int32_t status = calls[i](&memory.host);
        if (status < 0 && record.status == 0)
            record.status = status;
        mtkscan_memory_host_free(&memory);
    }
    return record;
}

static void expect(struct tally *tally, bool good, const char *what)
{
    fprintf(tally->out, "%-4s %s\n", good ? "ok" : "FAIL", what);
    tally->failures += !good;
}

static bool has_part(const struct record *record, const mtkscan_fixture_part *part)
{
    for (uint32_t i = 0; i < record->part_count; i++) {
        if (record->parts[i].offset == part->offset && record->parts[i].length == part->length &&
            record->parts[i].file_type == part->file_type &&
            !(record->parts[i].flags & MTKSCAN_PART_ABSENT))
            return true;
    }
    return false;
}

static void check_sound(struct tally *tally, const mtkscan_plugin *plugin,
                        const mtkscan_fixture *fixture, const uint8_t *image,
                        const mtkscan_fixture_truth *truth)
{
    struct record first = run(plugin, image, truth->size);
    struct record again = run(plugin, image, truth->size);
    expect(tally, first.status == MTKSCAN_OK, "the callbacks return MTKSCAN_OK");
    expect(tally, claims(&first), "it claims its own dump");
    expect(tally, first.score <= MTKSCAN_SCORE_MAX, "the score keeps to its limit");
    expect(tally, same(&first, &again), "a second run says the same");
    for (uint32_t i = 0; i < truth->part_count; i++) {
        char what[96];
        snprintf(what, sizeof what, "%s is where it was put", truth->parts[i].name);
        expect(tally, has_part(&first, &truth->parts[i]), what);
    }
    expect(tally, first.part_count == truth->part_count, "there are no other parts");
    expect(tally, first.capacity == fixture->capacity, "the capacity is right");
    expect(tally, first.id_count == fixture->id_count, "every flash ID is listed");
}

static void check_foreign(struct tally *tally, const mtkscan_plugin *plugin, uint8_t *image,
                          size_t size)
{
    memset(image, 0xFF, size);
    struct record erased = run(plugin, image, size);
    expect(tally, !claims(&erased), "it leaves an erased dump alone");
    memset(image, 0, size);
    struct record zeroed = run(plugin, image, size);
    expect(tally, !claims(&zeroed), "it leaves a zeroed dump alone");
    struct record empty = run(plugin, image, 0);
    expect(tally, !claims(&empty), "it leaves an empty dump alone");
}

int mtkscan_selfcheck(const mtkscan_plugin *plugin, const mtkscan_fixture *fixture, FILE *out)
{
    struct tally tally = {out, 0};
    mtkscan_fixture_truth truth;
    uint8_t *image = malloc(fixture->capacity);
    if (!image || !mtkscan_fixture_build(fixture, image, fixture->capacity, &truth)) {
        expect(&tally, false, "the fixture can be built");
        free(image);
        return tally.failures;
    }
    check_sound(&tally, plugin, fixture, image, &truth);
    bool calm = true;
    for (uint64_t i = 0; i < CUTS; i++) {
        struct record cut = run(plugin, image, truth.size / CUTS * i);
        calm = calm && cut.status == MTKSCAN_OK;
    }
    expect(&tally, calm, "a cut dump is no failure of the module");
    check_foreign(&tally, plugin, image, fixture->capacity);
    free(image);
    return tally.failures;
}
