/* SPDX-License-Identifier: MIT */
/* What of the composed kit goes into the image, and where. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "build_inside.h"
#include "mtkscan/bytes.h"

#define GUESSED "MTK-K014" /* the kit was composed with a guess for this file's place */

/* The part of the kit that begins here, or NULL. */
static const struct mtks_part *part_at(const struct mtks_analysis *analysis, uint64_t offset)
{
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (analysis->parts.items[i].offset == offset && analysis->parts.items[i].length &&
            !(analysis->parts.items[i].flags & MTKSCAN_PART_ABSENT))
            return &analysis->parts.items[i];
    return NULL;
}

static int add_file(struct mtks_builder *builder, const struct mtks_build_file *from,
                    mtkscan_error *error)
{
    struct mtks_build_file *file = MTKS_PUSH(builder->arena, &builder->files);
    if (!file)
        return mtks_build_no_memory(error);
    *file = *from;
    file->from = from->offset;
    return MTKSCAN_DONE;
}

/* Where a part begins, for sorting. */
struct place {
    uint64_t offset;
    size_t index;
};

static int compare_place(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* The parts of the kit; of two that share bytes, which no good kit has, the first keeps them. */
static int list_parts(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = builder->kit->analysis;
    size_t count = 0;
    uint64_t done = 0;
    struct place *places =
        mtks_arena_alloc(builder->arena, (analysis->parts.count + 1) * sizeof *places);
    if (!places)
        return mtks_build_no_memory(error);
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (!(analysis->parts.items[i].flags & MTKSCAN_PART_ABSENT))
            places[count++] = (struct place){analysis->parts.items[i].offset, i};
    qsort(places, count, sizeof *places, compare_place);
    for (size_t i = 0; i < count; i++) {
        const struct mtks_part *part = &analysis->parts.items[places[i].index];
        uint64_t begin = part->offset > done ? part->offset : done;
        uint64_t end =
            part->offset + mtks_dump_present(builder->kit->dump, part->offset, part->length);
        if (end <= begin)
            continue;
        const struct mtks_build_file file = {.offset = begin,
                                             .length = end - begin,
                                             .name = part->name,
                                             .file_type = part->file_type};
        int outcome = add_file(builder, &file, error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
        done = end;
    }
    return MTKSCAN_DONE;
}

/* Files of the kit that its module takes for no part. */
static int list_others(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = builder->kit->analysis;
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < analysis->map.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_segment *segment = &analysis->map.items[i];
        const struct mtks_build_file file = {
            .offset = segment->offset, .length = segment->length, .name = segment->kind};
        if (!segment->part &&
            (strcmp(segment->kind, "unclaimed") == 0 || strcmp(segment->kind, "zero") == 0))
            outcome = add_file(builder, &file, error);
    }
    return outcome;
}

/* The one image of the base that can be this one: same type, same length. NULL: none, or several.
 */
static const struct mtks_part *twin(const struct mtks_builder *builder,
                                    const struct mtks_part *part)
{
    const struct mtks_part *found = NULL;
    for (size_t i = 0; builder->base && i < builder->base->analysis->parts.count; i++) {
        const struct mtks_part *other = &builder->base->analysis->parts.items[i];
        if (other->file_type != part->file_type || other->length != part->length ||
            other->flags & MTKSCAN_PART_ABSENT)
            continue;
        if (found)
            return NULL;
        found = other;
    }
    return found;
}

/* Moves a file whose place was guessed to where the base has it. */
static int settle_guess(struct mtks_builder *builder, const struct mtks_part *part,
                        mtkscan_error *error)
{
    const struct mtks_part *other = twin(builder, part);
    char name[100];
    if (!other && builder->options->force)
        return mtks_build_note(
            builder, "MTK-K025",
            mtks_arena_format(builder->arena, "the place 0x%" PRIX64 " of %s is only guessed",
                              part->offset, mtks_text_escape(name, sizeof name, part->name)),
            error);
    if (!other) {
        mtks_fail(error, MTKSCAN_REFUSED,
                  "no image built, the header of %s does not tell where it goes",
                  mtks_text_escape(name, sizeof name, part->name));
        mtks_advise(error, "give a dump of the device with --base; it shows the place");
        return MTKSCAN_REFUSED;
    }
    for (size_t i = 0; i < builder->files.count; i++) {
        struct mtks_build_file *file = &builder->files.items[i];
        if (file->from >= part->offset && file->from - part->offset < part->length)
            file->offset = other->offset + (file->from - part->offset);
    }
    return MTKSCAN_DONE;
}

static int settle_guesses(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = builder->kit->analysis;
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < analysis->findings.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        const struct mtks_part *part =
            strcmp(finding->code, GUESSED) == 0 ? part_at(analysis, finding->offset) : NULL;
        if (part)
            outcome = settle_guess(builder, part, error);
    }
    return outcome;
}

static int compare_file(const void *left, const void *right)
{
    const struct mtks_build_file *a = left, *b = right;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

int mtks_build_place(struct mtks_builder *builder, mtkscan_error *error)
{
    int outcome = list_parts(builder, error);
    if (outcome == MTKSCAN_DONE)
        outcome = list_others(builder, error);
    if (outcome == MTKSCAN_DONE)
        outcome = settle_guesses(builder, error);
    if (outcome != MTKSCAN_DONE || builder->files.count == 0)
        return outcome;
    struct mtks_build_file *files = builder->files.items;
    qsort(files, builder->files.count, sizeof *files, compare_file);
    for (size_t i = 1; i < builder->files.count; i++) {
        char a[100], b[100];
        if (files[i - 1].offset + files[i - 1].length > files[i].offset)
            return mtks_fail(error, MTKSCAN_REFUSED,
                             "no image built, where the base has %s, the kit has %s",
                             mtks_text_escape(a, sizeof a, files[i].name),
                             mtks_text_escape(b, sizeof b, files[i - 1].name));
    }
    return MTKSCAN_DONE;
}

bool mtks_build_covers(const struct mtks_builder *builder, uint64_t offset, uint64_t length)
{
    size_t low = 0, high = builder->files.count;
    while (low < high) { /* the first file that ends behind `offset` */
        size_t middle = low + (high - low) / 2;
        const struct mtks_build_file *file = &builder->files.items[middle];
        if (file->offset + file->length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < builder->files.count && length > 0 &&
           (builder->files.items[low].offset <= offset ||
            builder->files.items[low].offset - offset < length);
}
