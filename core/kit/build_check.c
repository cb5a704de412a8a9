/* SPDX-License-Identifier: MIT */
/* What stands against a build: a bad kit, a base of another device, sizes that do not fit. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "../model/text.h"
#include "build_inside.h"
#include "kit_cfg.h"
#include "mtkscan/bytes.h"
#include "restore.h"

#define SHOWN 100u /* bytes of an untrusted text in a message */

#define ROWS(table) (sizeof(table) / sizeof *(table))

static const char *shown(char to[SHOWN], const char *text)
{
    return text ? mtks_text_escape(to, SHOWN, text) : "nothing";
}

/* A doubt that only --force overrides: refused, or with force noted. */
static int doubt(struct mtks_builder *builder, int outcome, const char *text, const char *advice,
                 mtkscan_error *error)
{
    if (!text)
        return mtks_build_no_memory(error);
    if (builder->options->force)
        return mtks_build_note(builder, "MTK-K025", text, error);
    mtks_fail(error, outcome, "no image built, %s", text);
    mtks_advise(error, "%s", advice);
    return outcome;
}

int mtks_build_check_kit(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = builder->kit->analysis;
    if (analysis->status != MTKS_IDENTIFIED) {
        int outcome = analysis->status == MTKS_UNKNOWN ? MTKSCAN_NOT_RECOGNISED : MTKSCAN_AMBIGUOUS;
        return mtks_fail(error, outcome, "the kit is %s, so its parts are not known",
                         analysis->status == MTKS_UNKNOWN ? "not recognised" : "ambiguous");
    }
    if (analysis->health.verdict == MTKS_HEALTHY || mtks_kit_files_are_good(analysis))
        return MTKSCAN_DONE;
    const struct mtks_finding *first = analysis->findings.count ? analysis->findings.items : NULL;
    bool named = first && first->severity == MTKS_ERROR;
    char text[4 * SHOWN];
    return doubt(
        builder, MTKSCAN_DAMAGED,
        mtks_arena_format(builder->arena, "the kit is %s%s%s %s",
                          mtks_verdict_name(analysis->health.verdict), named ? ", " : "",
                          named ? first->code : "",
                          named ? mtks_text_escape(text, sizeof text, first->message) : ""),
        "mend the kit; `mtkscan verify` tells all that is wrong with it", error);
}

/* What makes two firmwares those of one device. The version may differ: that is an update. */
static const struct {
    const char *key, *noun;
    bool needed; /* nothing can be said without it */
} same_facts[] = {
    {MTKSCAN_FACT_PROJECT, "project", true},
    {MTKSCAN_FACT_PLATFORM, "platform", true},
    {MTKSCAN_FACT_PCB, "board", false},
    {MTKSCAN_FACT_HW_VERSION, "hardware version", false},
};

static int check_facts(struct mtks_builder *builder, mtkscan_error *error)
{
    for (size_t i = 0; i < ROWS(same_facts); i++) {
        const char *ours = mtks_fact_value(builder->kit->analysis, same_facts[i].key);
        const char *theirs = mtks_fact_value(builder->base->analysis, same_facts[i].key);
        char a[SHOWN], b[SHOWN];
        if (!ours && !theirs && !same_facts[i].needed)
            continue;
        if (ours && theirs && strcasecmp(ours, theirs) == 0)
            continue;
        int outcome =
            doubt(builder, MTKSCAN_REFUSED,
                  mtks_arena_format(builder->arena,
                                    "the base is of another device: the kit's %s is %s, the "
                                    "base's %s",
                                    same_facts[i].noun, shown(a, ours), shown(b, theirs)),
                  "take a dump of the device that the kit is for", error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    uint64_t ours = builder->kit->analysis->flash.capacity;
    uint64_t theirs = builder->base->analysis->flash.capacity;
    if (ours == theirs)
        return MTKSCAN_DONE;
    return doubt(builder, MTKSCAN_REFUSED,
                 mtks_arena_format(builder->arena,
                                   "the base is of another device: the kit is made for a flash "
                                   "of %" PRIu64 " bytes, the base's firmware for %" PRIu64,
                                   ours, theirs),
                 "take a dump of the device that the kit is for", error);
}

static const struct mtks_range *find_range(const struct mtks_analysis *analysis, const char *name)
{
    for (size_t i = 0; i < analysis->ranges.count; i++)
        if (strcmp(analysis->ranges.items[i].name, name) == 0)
            return &analysis->ranges.items[i];
    return NULL;
}

/* User data that the kit's firmware would look for elsewhere are no use to it. */
static int check_user_data(struct mtks_builder *builder, mtkscan_error *error)
{
    for (size_t i = 0; i < mtks_user_range_count; i++) {
        const char *name = mtks_user_ranges[i].name;
        const struct mtks_range *ours = find_range(builder->kit->analysis, name);
        const struct mtks_range *theirs = find_range(builder->base->analysis, name);
        bool same = ours && theirs
                        ? ours->offset == theirs->offset && ours->length == theirs->length
                        : !ours && !theirs;
        if (same)
            continue;
        int outcome =
            doubt(builder, MTKSCAN_REFUSED,
                  mtks_arena_format(builder->arena,
                                    "the user data have moved: %s is 0x%" PRIX64 "+0x%" PRIX64
                                    " for the kit, 0x%" PRIX64 "+0x%" PRIX64 " in the base",
                                    name, ours ? ours->offset : 0, ours ? ours->length : 0,
                                    theirs ? theirs->offset : 0, theirs ? theirs->length : 0),
                  "--blank-user-data leaves them away; keep the base to read them from", error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    return MTKSCAN_DONE;
}

static int note_version(struct mtks_builder *builder, mtkscan_error *error)
{
    const char *ours = mtks_fact_value(builder->kit->analysis, MTKSCAN_FACT_VERNO);
    const char *theirs = mtks_fact_value(builder->base->analysis, MTKSCAN_FACT_VERNO);
    char a[SHOWN], b[SHOWN];
    if (!ours && !theirs)
        return MTKSCAN_DONE;
    if (ours && theirs && strcasecmp(ours, theirs) == 0)
        return MTKSCAN_DONE;
    return mtks_build_note(builder, "MTK-K024",
                           mtks_arena_format(builder->arena, "the kit is %s, the base %s",
                                             shown(a, ours), shown(b, theirs)),
                           error);
}

int mtks_build_check_base(struct mtks_builder *builder, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    if (!builder->base) {
        builder->keep_user_data = false;
        if (builder->options->user_data != MTKS_USER_DATA_KEEP)
            return MTKSCAN_DONE;
        mtks_fail(error, MTKSCAN_USAGE, "there are no user data to keep without a base");
        mtks_advise(error, "give a dump of the device with --base");
        return MTKSCAN_USAGE;
    }
    builder->keep_user_data = builder->options->user_data != MTKS_USER_DATA_BLANK;
    if (builder->base->analysis->status != MTKS_IDENTIFIED)
        return doubt(builder, MTKSCAN_NOT_RECOGNISED,
                     "the base is not identified, so nobody can tell whether it is of the same "
                     "device",
                     "read the device again; --force takes the base as it is", error);
    outcome = check_facts(builder, error);
    if (outcome == MTKSCAN_DONE && builder->keep_user_data)
        outcome = check_user_data(builder, error);
    return outcome == MTKSCAN_DONE ? note_version(builder, error) : outcome;
}

/* An image larger than the flash that the firmware is made for. */
static int check_capacity(struct mtks_builder *builder, mtkscan_error *error)
{
    uint64_t capacity = builder->kit->analysis->flash.capacity;
    bool of_base = builder->base && builder->base->dump->size > capacity;
    if (capacity == 0 || (builder->size <= capacity && !of_base))
        return MTKSCAN_DONE;
    uint64_t size = of_base ? builder->base->dump->size : builder->size;
    return doubt(
        builder, MTKSCAN_REFUSED,
        mtks_arena_format(builder->arena,
                          "%s has %" PRIu64 " bytes, but the kit is made for a flash of %" PRIu64,
                          of_base ? "the base" : "the image", size, capacity),
        of_base ? "a read longer than its flash repeats it: `mtkscan repair` gives the true one; "
                  "--force if the chip is really that large"
                : "leave --size away; --force if the chip is really that large",
        error);
}

/* A base that ends before the flash does: some chips are that small, some reads were cut. */
static int note_short(struct mtks_builder *builder, uint64_t base_size, mtkscan_error *error)
{
    uint64_t capacity = builder->kit->analysis->flash.capacity;
    if (base_size == 0 || base_size >= capacity)
        return MTKSCAN_DONE;
    return mtks_build_note(builder, "MTK-F001",
                           mtks_arena_format(builder->arena,
                                             "the base ends at %" PRIu64 " of %" PRIu64
                                             " bytes; the image has %" PRIu64
                                             ", and user data behind that end are "
                                             "not in it",
                                             base_size, capacity, builder->size),
                           error);
}

int mtks_build_check_size(struct mtks_builder *builder, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = builder->kit->analysis;
    const struct mtks_build_options *options = builder->options;
    uint64_t base_size = builder->base ? builder->base->dump->size : 0;
    builder->size = options->size ? options->size
                    : base_size   ? base_size
                                  : analysis->flash.capacity;
    if (builder->size == 0) {
        mtks_fail(error, MTKSCAN_USAGE, "the kit does not tell for how large a flash it is");
        mtks_advise(error, "give the size of the chip with --size");
        return MTKSCAN_USAGE;
    }
    int outcome = check_capacity(builder, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    const struct mtks_build_file *last =
        builder->files.count ? &builder->files.items[builder->files.count - 1] : NULL;
    char name[SHOWN];
    if (last && !mtkscan_inside(last->offset, last->length, builder->size)) {
        mtks_fail(error, MTKSCAN_REFUSED,
                  "the kit does not fit %" PRIu64 " bytes: %s ends at 0x%" PRIX64, builder->size,
                  shown(name, last->name), last->offset + last->length);
        mtks_advise(error, "this kit needs a larger flash chip");
    } else if (base_size > builder->size) {
        mtks_fail(error, MTKSCAN_REFUSED,
                  "the base has %" PRIu64 " bytes, more than the %" PRIu64
                  " that are wanted: what lies behind would be lost",
                  base_size, builder->size);
        mtks_advise(error, "leave --size away");
    } else if (builder->size > analysis->limits.input) {
        mtks_fail(error, MTKSCAN_REFUSED, "an image of %" PRIu64 " bytes is more than the limit",
                  builder->size);
        mtks_advise(error, "raise the limit with --limit input=N");
    } else {
        return note_short(builder, base_size, error);
    }
    return MTKSCAN_REFUSED;
}
