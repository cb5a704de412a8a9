/* SPDX-License-Identifier: MIT */
#include "build.h"

#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "build_header.h"
#include "build_inside.h"
#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "restore.h"

#define PARTS_TOLD 8u /* images of the base that get a note of their own */

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* Bytes that are made when the header is (BOOTHEADER.md 1). */
static const struct {
    const char *name;
    uint64_t offset, length;
} made[] = {
    {"boot-header", 0, MTKSCAN_BOOT_HEADER_SIZE},
    {"boot-layout", MTKSCAN_BOOT_UNIT, MTKSCAN_BRLYT_SIZE},
};

static const char *const source_names[] = {
    [MTKS_BUILT_PART] = "part",
    [MTKS_BUILT_BASE] = "base",
    [MTKS_BUILT_GENERATED] = "generated",
    [MTKS_BUILT_BLANK] = "blank",
};

const char *mtks_built_source_name(enum mtks_built_source source)
{
    return (size_t)source < ROWS(source_names) ? source_names[source] : "invalid";
}

int mtks_build_no_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_REFUSED, "building the image needs more memory than its limit");
}

int mtks_build_note(struct mtks_builder *builder, const char *code, const char *text,
                    mtkscan_error *error)
{
    struct mtks_built_note *note = text ? MTKS_PUSH(builder->arena, &builder->built->notes) : NULL;
    if (!note)
        return mtks_build_no_memory(error);
    *note = (struct mtks_built_note){code, text};
    return MTKSCAN_DONE;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Lets user data begin where those of a side do, if that is before. */
static void learn_user_data(struct mtks_builder *builder, const struct mtks_analysis *side)
{
    for (size_t i = 0; i < side->ranges.count; i++) {
        const struct mtks_range *range = &side->ranges.items[i];
        if (mtks_restore_is_user_data(range->name) && range->offset < builder->user_begin)
            builder->user_begin = range->offset;
    }
}

/* Lists the names of the kit's parts, and where user data begin. */
static int learn(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *kit = builder->kit->analysis;
    builder->names =
        mtks_arena_alloc(builder->arena, (kit->parts.count + 1) * sizeof *builder->names);
    if (!builder->names)
        return mtks_build_no_memory(error);
    for (size_t i = 0; i < kit->parts.count; i++)
        if (!(kit->parts.items[i].flags & MTKSCAN_PART_ABSENT))
            builder->names[builder->name_count++] = kit->parts.items[i].name;
    qsort(builder->names, builder->name_count, sizeof *builder->names, compare_names);
    builder->user_begin = UINT64_MAX;
    learn_user_data(builder, kit);
    if (builder->base)
        learn_user_data(builder, builder->base->analysis);
    return MTKSCAN_DONE;
}

bool mtks_build_replaces(const struct mtks_builder *builder, const char *name)
{
    return bsearch(&name, builder->names, builder->name_count, sizeof *builder->names,
                   compare_names) != NULL;
}

/* What of the base's images is none of the kit's, and what the kit cuts of them. */
static int note_others(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *base = builder->base ? builder->base->analysis : NULL;
    unsigned told = 0;
    for (size_t i = 0; base && i < base->parts.count && told < PARTS_TOLD; i++) {
        const struct mtks_part *part = &base->parts.items[i];
        char name[100];
        if (part->flags & MTKSCAN_PART_ABSENT || mtks_build_replaces(builder, part->name))
            continue;
        bool cut = mtks_build_covers(builder, part->offset, part->length);
        told++;
        int outcome =
            mtks_build_note(builder, cut ? "MTK-K027" : "MTK-K026",
                            mtks_arena_format(builder->arena, "%s%s",
                                              mtks_text_escape(name, sizeof name, part->name),
                                              told == PARTS_TOLD ? ", and perhaps more" : ""),
                            error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    return MTKSCAN_DONE;
}

/* What is written over all sources at the place where the walk stands. */
struct walk {
    uint64_t at, next; /* a stretch that has one source */
    size_t file, segment;
};

/* Lets the stretch end no later than at an edge that lies before it. */
static void stop_at(struct walk *walk, uint64_t edge)
{
    if (edge > walk->at && edge < walk->next)
        walk->next = edge;
}

/* The header range that is made and holds the place, or NULL. */
static const char *made_here(const struct mtks_builder *builder, struct walk *walk)
{
    for (size_t i = 0; i < ROWS(made) && builder->header_generated; i++) {
        stop_at(walk, made[i].offset);
        stop_at(walk, made[i].offset + made[i].length);
        if (walk->at >= made[i].offset && walk->at - made[i].offset < made[i].length)
            return made[i].name;
    }
    return NULL;
}

static const struct mtks_build_file *file_here(const struct mtks_builder *builder,
                                               struct walk *walk)
{
    const struct mtks_build_file *files = builder->files.items;
    while (walk->file < builder->files.count &&
           files[walk->file].offset + files[walk->file].length <= walk->at)
        walk->file++;
    if (walk->file == builder->files.count)
        return NULL;
    const struct mtks_build_file *file = &files[walk->file];
    stop_at(walk, file->offset);
    stop_at(walk, file->offset + file->length);
    return file->offset <= walk->at ? file : NULL;
}

/* The map of the base covers all of it. NULL: behind its end, or there is none. */
static const struct mtks_segment *segment_here(const struct mtks_builder *builder,
                                               struct walk *walk)
{
    const struct mtks_analysis *base = builder->base ? builder->base->analysis : NULL;
    if (!base)
        return NULL;
    const struct mtks_segment *map = base->map.items;
    while (walk->segment < base->map.count &&
           map[walk->segment].offset + map[walk->segment].length <= walk->at)
        walk->segment++;
    if (walk->segment == base->map.count)
        return NULL;
    stop_at(walk, map[walk->segment].offset + map[walk->segment].length);
    return &map[walk->segment];
}

/* What erased bytes are called; NULL when memory is out. */
static const char *blank_name(const struct mtks_builder *builder, const char *replaced, bool user)
{
    if (replaced)
        return mtks_arena_format(builder->arena, "old %s", replaced);
    return user ? "user data" : "gap";
}

/* One stretch: its source, its name and, for bytes that are copied, where they are. */
static struct mtks_built_piece decide(const struct mtks_builder *builder, struct walk *walk,
                                      const uint8_t **from)
{
    struct mtks_built_piece piece = {.offset = walk->at};
    walk->next = builder->size;
    const char *header = made_here(builder, walk);
    const struct mtks_build_file *file = file_here(builder, walk);
    const struct mtks_segment *segment = segment_here(builder, walk);
    bool user = walk->at >= builder->user_begin;
    if (!user)
        stop_at(walk, builder->user_begin);
    bool replaced = segment && segment->part && mtks_build_replaces(builder, segment->kind);
    *from = NULL;
    piece.length = walk->next - walk->at;
    if (file) {
        piece.source = MTKS_BUILT_PART;
        piece.name = file->name;
        *from = builder->kit->dump->bytes + file->from + (walk->at - file->offset);
    } else if (header) {
        piece.source = MTKS_BUILT_GENERATED;
        piece.name = header;
    } else if (!segment || replaced || (user && !builder->keep_user_data && !segment->part)) {
        piece.source = MTKS_BUILT_BLANK;
        piece.name = blank_name(builder, replaced ? segment->kind : NULL, user);
    } else {
        piece.source = MTKS_BUILT_BASE;
        piece.name = strcmp(segment->kind, "blank") == 0 ? "gap" : segment->kind;
        *from = builder->base->dump->bytes + walk->at;
    }
    return piece;
}

static int add_piece(struct mtks_builder *builder, const struct mtks_built_piece *piece,
                     mtkscan_error *error)
{
    struct mtks_built *built = builder->built;
    if (!piece->name)
        return mtks_build_no_memory(error);
    struct mtks_built_piece *last =
        built->pieces.count ? &built->pieces.items[built->pieces.count - 1] : NULL;
    if (last && last->source == piece->source && strcmp(last->name, piece->name) == 0) {
        last->length += piece->length;
        return MTKSCAN_DONE;
    }
    struct mtks_built_piece *item = MTKS_PUSH(builder->arena, &built->pieces);
    if (!item)
        return mtks_build_no_memory(error);
    *item = *piece;
    /* Names of parts belong to the analyses of kit and base, which end before the report. */
    item->name = mtks_arena_text(builder->arena, piece->name);
    return item->name ? MTKSCAN_DONE : mtks_build_no_memory(error);
}

/* Writes all of the image, stretch by stretch. */
static int fill(struct mtks_builder *builder, mtkscan_error *error)
{
    uint8_t *image = mtks_dump_edit(&builder->built->image);
    struct walk walk = {0};
    for (; walk.at < builder->size; walk.at = walk.next) {
        const uint8_t *from;
        struct mtks_built_piece piece = decide(builder, &walk, &from);
        if (mtks_step(builder->options->progress, "building", walk.at, builder->size))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted");
        if (from)
            memcpy(image + piece.offset, from, (size_t)piece.length);
        int outcome = add_piece(builder, &piece, error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    return MTKSCAN_DONE;
}

/* Puts the header that is made where its two ranges are, and nowhere else. */
static int put_header(struct mtks_builder *builder, mtkscan_error *error)
{
    uint8_t header[MTKSCAN_INT_BL_OFFSET], *image = mtks_dump_edit(&builder->built->image);
    size_t count = 0;
    if (!builder->header_generated)
        return MTKSCAN_DONE;
    struct mtks_boot_slot *slots =
        mtks_arena_alloc(builder->arena, (builder->files.count + 1) * sizeof *slots);
    if (!slots)
        return mtks_build_no_memory(error);
    for (size_t i = 0; i < builder->files.count; i++) {
        const struct mtks_build_file *file = &builder->files.items[i];
        slots[count] = (struct mtks_boot_slot){file->file_type, file->offset, file->length};
        count += mtks_boot_header_lists(file->file_type);
    }
    mtks_boot_header_put(header, slots, count);
    for (size_t i = 0; i < ROWS(made); i++)
        memcpy(image + made[i].offset, header + made[i].offset, (size_t)made[i].length);
    return MTKSCAN_DONE;
}

/* Says what became of the user data, unless they are simply kept. */
static int note_user_data(struct mtks_builder *builder, mtkscan_error *error)
{
    if (builder->keep_user_data || builder->user_begin >= builder->size)
        return MTKSCAN_DONE;
    return mtks_build_note(
        builder, "MTK-K023",
        builder->base ? "as --blank-user-data asks; the trim values at 0x400 are still the base's"
                      : "there is no base to take them from",
        error);
}

int mtks_build(struct mtks_built *built, const struct mtks_build_side *kit,
               const struct mtks_build_side *base, const struct mtks_build_options *options,
               struct mtks_arena *arena, mtkscan_error *error)
{
    static int (*const steps[])(struct mtks_builder *, mtkscan_error *) = {
        mtks_build_check_kit,  learn,       mtks_build_check_base, mtks_build_place,
        mtks_build_check_size, note_others, note_user_data,        mtks_build_choose_header,
    };
    struct mtks_builder builder = {
        .kit = kit, .base = base, .options = options, .arena = arena, .built = built};
    int outcome = MTKSCAN_DONE;
    *built = (struct mtks_built){.image = {.size = 0}};
    for (size_t i = 0; i < ROWS(steps) && outcome == MTKSCAN_DONE; i++)
        outcome = steps[i](&builder, error);
    if (outcome == MTKSCAN_DONE && builder.size < MTKSCAN_INT_BL_OFFSET)
        outcome = mtks_fail(error, MTKSCAN_REFUSED, "the image has no room for a boot header");
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_dump_blank(&built->image, builder.size, error);
    if (outcome == MTKSCAN_DONE)
        outcome = fill(&builder, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_header(&builder, error);
    if (outcome != MTKSCAN_DONE)
        mtks_dump_close(&built->image);
    return outcome;
}
