/* SPDX-License-Identifier: MIT */
/* The table of detectors that look into parts, and what is made of their findings. */
#include "parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../decode/crew.h"
#include "../model/finding.h"
#include "diagnose.h"
#include "part_extent.h"

#define TRAILER_MAX 0x40u /* bytes of a part that its hash may leave out, as in the check room */

/* In the order of what they know: a later one keeps silent where an earlier one spoke. */
static void (*const detectors[])(struct mtks_look *look) = {
    mtks_part_lost,    mtks_part_runs,   mtks_part_bits,   mtks_part_address,
    mtks_part_repeats, mtks_part_stream, mtks_part_tables, mtks_part_moved,
};

static const char *place_in(const struct mtks_look *look, uint64_t offset)
{
    for (size_t i = 0; i < look->pieces.count; i++) {
        const struct mtks_piece *piece = &look->pieces.items[i];
        if (offset >= piece->offset && offset - piece->offset < piece->length)
            return piece->name;
    }
    return "?";
}

static int raise_found(struct mtks_look *look, const struct mtks_found *found)
{
    struct mtks_analysis *analysis = look->analysis;
    const char *part = analysis->parts.items[look->part].name;
    const char *place = place_in(look, found->offset);
    struct mtks_extent extent;
    mtks_extent_of(analysis, look->dump, found->offset, found->length, &extent);
    const bool named = strcmp(part, place) != 0;
    const char *detail = mtks_arena_format(&analysis->arena,
                                           "%s: %s: 0x%" PRIX64 " bytes from 0x%" PRIX64 "%s%s, %s",
                                           part, found->detail, found->length, found->offset,
                                           named ? ", in " : "", named ? place : "", extent.text);
    return detail ? mtks_finding_add(analysis, found->code, detail, look->part, found->offset,
                                     found->length)
                  : -1;
}

static int raise_all(struct mtks_look *look)
{
    for (size_t i = 0; i < look->found_count; i++)
        if (raise_found(look, &look->found[i]))
            return -1;
    return 0;
}

/* What hashes say of a part. */
enum proof { PROOF_NONE, PROOF_GOOD, PROOF_BAD };

static enum proof proof_of(const struct mtks_analysis *analysis, uint32_t index)
{
    const struct mtks_part *part = &analysis->parts.items[index];
    enum proof proof = PROOF_NONE;
    for (size_t i = 0; i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->part != index || check->kind != MTKSCAN_CHECK_SHA1 ||
            check->offset != part->offset || check->length > part->length ||
            part->length - check->length > TRAILER_MAX)
            continue;
        if (check->result == MTKS_CHECK_FAIL)
            return PROOF_BAD;
        if (check->result == MTKS_CHECK_PASS)
            proof = PROOF_GOOD;
    }
    return proof;
}

#define PARTS_MOST 64u /* looked at: no flash has more, but a hostile module may state them */

/* Parts may overlap: together they are looked at for no more bytes than this. */
static uint64_t budget_of(const struct mtks_dump *dump)
{
    return dump->size > UINT64_MAX / 4 ? UINT64_MAX : 4 * dump->size;
}

/* A part under examination; its detectors run beside those of other parts. */
struct task {
    uint32_t part;
    bool known_bad;
    int result;
    struct mtks_look look;
};

struct tasks {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    struct task *items;
    size_t count;
};

static void examine(void *ctx, size_t index, const struct mtks_progress *progress)
{
    const struct tasks *tasks = ctx;
    struct task *task = &tasks->items[index];
    (void)progress;
    task->result = mtks_look_open(&task->look, tasks->analysis, tasks->dump, task->part);
    task->look.known_bad = task->known_bad;
    for (size_t i = 0; task->result == 0 && i < sizeof detectors / sizeof *detectors; i++)
        detectors[i](&task->look);
}

/* The parts that are there and that no hash proves; false when memory is out. */
static bool collect(struct tasks *tasks)
{
    struct mtks_analysis *analysis = tasks->analysis;
    uint64_t budget = budget_of(tasks->dump);
    tasks->items = calloc(PARTS_MOST, sizeof *tasks->items);
    for (size_t i = 0; tasks->items && i < analysis->parts.count && i < PARTS_MOST; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        const bool whole = mtks_dump_span(tasks->dump, part->offset, part->length) != NULL;
        if (part->flags & MTKSCAN_PART_ABSENT || part->length == 0 || !whole)
            continue;
        const enum proof proof = proof_of(analysis, (uint32_t)i);
        if (proof == PROOF_GOOD || part->length > budget)
            continue;
        budget -= part->length;
        tasks->items[tasks->count++] =
            (struct task){.part = (uint32_t)i, .known_bad = proof == PROOF_BAD};
    }
    return tasks->items != NULL;
}

int mtks_diagnose_parts(struct mtks_analysis *analysis, const struct mtks_dump *dump)
{
    const struct mtks_crew crew = {.threads = 0};
    struct tasks tasks = {.analysis = analysis, .dump = dump};
    bool good = collect(&tasks);
    if (good)
        mtks_crew_run(&crew, "checking", tasks.count, examine, &tasks);
    for (size_t i = 0; i < tasks.count; i++) {
        struct task *task = &tasks.items[i];
        good = good && task->result == 0 && raise_all(&task->look) == 0;
        mtks_look_close(&task->look);
    }
    free(tasks.items);
    return good ? 0 : -1;
}
