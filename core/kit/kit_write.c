/* SPDX-License-Identifier: MIT */
/* Writes a kit: the good parts of a dump, byte for byte, and their .cfg. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../output/outdir.h"
#include "kit.h"
#include "kit_cfg.h"
#include "names.h"
#include "ours.h"

#define ERROR_ROOM 420u /* bytes of a finding in a message */
/* Why a kit of ours stays, behind its name. */
static const char spared[] = "stays, as a kit from a short dump does not replace another unless "
                             "--force-partial is given, too";

/* Adds to a text of `room` bytes, cutting it when it is full. */
static void append(char *text, size_t room, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, room - used, "%s", more);
}

/*
 * The parts that are left out, "NAME (why), ...". As many as fit the text; then how many more.
 * Returns their number, or -1 when memory is out.
 */
static int list_left_out(struct mtks_analysis *analysis, const struct mtks_kit *kit, char *text,
                         size_t room)
{
    int count = 0, hidden = 0;
    text[0] = '\0';
    for (size_t i = 0; i < kit->files.count; i++) {
        const struct mtks_kit_file *file = &kit->files.items[i];
        if (file->written)
            continue;
        const char *trouble = mtks_kit_part_trouble(analysis, file->part);
        if (!trouble)
            return -1;
        char name[64], why[96], item[176];
        snprintf(item, sizeof item, "%s%s (%s)", count ? ", " : "",
                 mtks_text_escape(name, sizeof name, analysis->parts.items[file->part].name),
                 mtks_text_escape(why, sizeof why, trouble));
        count++;
        if (hidden || strlen(text) + strlen(item) + 24 > room)
            hidden++;
        else
            append(text, room, item);
    }
    if (hidden) {
        char item[24];
        snprintf(item, sizeof item, ", and %d more", hidden);
        append(text, room, item);
    }
    return count;
}

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while writing the kit");
}

/* The first error of the dump, "MTK-G004 what it says", or just its verdict. Findings are sorted:
 * errors first. */
static void say_error(const struct mtks_analysis *analysis, char *text, size_t room)
{
    const struct mtks_finding *first =
        analysis->findings.count ? &analysis->findings.items[0] : NULL;
    snprintf(text, room, "the dump is %s", mtks_verdict_name(analysis->health.verdict));
    if (first && first->severity == MTKS_ERROR) {
        append(text, room, ", ");
        append(text, room, first->code);
        append(text, room, " ");
        append(text, room, first->message);
    }
}

/* What stands against any kit of this analysis, whatever state its parts are in. */
static int check_request(const struct mtks_analysis *analysis,
                         const struct mtks_kit_options *options, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    if (options->memory_type && !mtks_kit_memory_type_is_sane(options->memory_type)) {
        outcome = mtks_fail(error, MTKSCAN_USAGE, "this is no memory type");
        mtks_advise(error, "it looks like PSRAM_130MHz: capitals, digits, _ and perhaps MHz");
    } else if (analysis->parts.count == 0) {
        outcome = mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "no part is known, so there is no kit");
    } else if (analysis->parts.count > analysis->limits.kit_files) {
        outcome = mtks_fail(error, MTKSCAN_REFUSED, "%zu parts are more than a kit may have",
                            analysis->parts.count);
        mtks_advise(error, "raise it with --limit kit_files=N");
    } else if (!options->memory_type && mtks_kit_is_against_evidence(analysis)) {
        outcome = mtks_fail(error, MTKSCAN_REFUSED,
                            "no kit written, module %s was forced although the dump speaks against "
                            "it: platform and memory type may be those of another chip",
                            analysis->plugin ? analysis->plugin : "");
        mtks_advise(error, "leave --plugin away; if you know better, give --memory-type as well");
    }
    return outcome;
}

/* Names the files, and decides whether this kit may be written at all. `left_out` tells what not.
 */
static int plan(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                const struct mtks_kit_options *options, struct mtks_kit *kit, char *left_out,
                size_t room, mtkscan_error *error)
{
    int outcome = check_request(analysis, options, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    if (mtks_kit_names(analysis, options->naming, kit) < 0)
        return out_of_memory(error);
    size_t good = 0;
    for (size_t i = 0; i < kit->files.count; i++) {
        struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_part *part = &analysis->parts.items[file->part];
        file->written =
            file->written && part->length > 0 && mtks_dump_span(dump, part->offset, part->length);
        good += file->written;
    }
    int bad = list_left_out(analysis, kit, left_out, room);
    if (bad < 0)
        return out_of_memory(error);
    bool sound = !bad && (analysis->health.verdict == MTKS_HEALTHY || mtks_kit_is_short(analysis));
    if (good && (sound || options->force_partial))
        return MTKSCAN_DONE;
    char why[ERROR_ROOM];
    say_error(analysis, why, sizeof why);
    outcome = bad ? mtks_fail(error, MTKSCAN_DAMAGED,
                              "no kit written, these parts are not good: %s", left_out)
                  : mtks_fail(error, MTKSCAN_DAMAGED, "no kit written, %s", why);
    mtks_advise(error, !good ? "read the flash again"
                       : bad ? "read the flash again; --force-partial writes the good parts alone"
                             : "read the flash again; --force-partial writes the kit nevertheless");
    return outcome;
}

/* The text of the .cfg, on the heap. What it has to lack is added to `left_out`. */
static int make_cfg_text(struct mtks_analysis *analysis, const struct mtks_kit *kit,
                         const struct mtks_kit_options *options, char **text, size_t *length,
                         char *left_out, size_t room, mtkscan_error *error)
{
    struct mtks_cfg cfg;
    const char *lack = NULL;
    if (mtks_kit_make_cfg(analysis, kit, options, &cfg, &lack) < 0)
        return out_of_memory(error);
    if (lack && !options->force_partial) {
        int outcome =
            mtks_fail(error, MTKSCAN_REFUSED,
                      "the %s for the .cfg is not known, and a wrong .cfg bricks devices", lack);
        mtks_advise(error, "%s",
                    strcmp(lack, "memory type") == 0
                        ? "give it with --memory-type, e.g. from the vendor's .cfg"
                        : "--force-partial writes the kit without it");
        return outcome;
    }
    if (lack) {
        append(left_out, room, left_out[0] ? ", and in the .cfg the " : "in the .cfg the ");
        append(left_out, room, lack);
    }
    FILE *out = open_memstream(text, length);
    if (!out)
        return out_of_memory(error);
    int result = mtks_cfg_write(&cfg, out);
    if (fclose(out) != 0 || result < 0)
        return out_of_memory(error);
    return MTKSCAN_DONE;
}

/* Writes every file of the plan into the hidden folder. */
static int write_files(const struct mtks_analysis *analysis, const struct mtks_dump *dump,
                       const struct mtks_kit *kit, const struct mtks_progress *progress,
                       struct mtks_outdir *out, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < kit->files.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_part *part = &analysis->parts.items[file->part];
        if (file->written)
            outcome =
                mtks_outdir_write(out, file->name, mtks_dump_span(dump, part->offset, part->length),
                                  part->length, progress, error);
    }
    return outcome;
}

/* The outcome of a kit that is written. */
static int conclude(const struct mtks_analysis *analysis, struct mtks_kit *kit,
                    const char *left_out, mtkscan_error *error)
{
    char why[ERROR_ROOM];
    kit->complete = !left_out[0] && analysis->health.verdict == MTKS_HEALTHY;
    if (kit->complete)
        return MTKSCAN_DONE;
    if (!left_out[0] && mtks_kit_is_short(analysis)) {
        mtks_fail(error, MTKSCAN_DAMAGED,
                  "the kit has all known parts, but the dump is shorter than the flash: an image "
                  "behind its end would be missing");
        mtks_advise(error, "read the whole flash, unless the chip really is that small");
        return MTKSCAN_DAMAGED;
    }
    say_error(analysis, why, sizeof why);
    if (left_out[0])
        mtks_fail(error, MTKSCAN_DAMAGED, "the kit is not complete, left out: %s", left_out);
    else
        mtks_fail(error, MTKSCAN_DAMAGED, "the kit is written, but %s", why);
    mtks_advise(error, "read the flash again; do not flash this kit as it is");
    return MTKSCAN_DAMAGED;
}

/* What the kit may replace. One from a short dump may lack an image that an older kit has. */
static enum mtks_replace may_replace(const struct mtks_analysis *analysis,
                                     const struct mtks_kit_options *options)
{
    if (!options->force)
        return MTKS_REPLACE_NOTHING;
    return mtks_kit_is_short(analysis) && !options->force_partial ? MTKS_REPLACE_EMPTY
                                                                  : MTKS_REPLACE_OURS;
}

static int open_folder(const struct mtks_analysis *analysis, const char *dir,
                       const struct mtks_kit_options *options, struct mtks_outdir *out,
                       mtkscan_error *error)
{
    const struct mtks_outdir_options how = {
        .allowed = may_replace(analysis, options),
        .recogniser = &mtks_kit_recogniser,
        .spared = spared,
        .inputs = &analysis->input.path,
        .input_count = analysis->input.path ? 1 : 0,
    };
    return mtks_outdir_open(out, dir, &how, error);
}

int mtks_kit_write(struct mtks_analysis *analysis, const struct mtks_dump *dump, const char *dir,
                   const struct mtks_kit_options *options, struct mtks_kit *kit,
                   mtkscan_error *error)
{
    char *text = NULL, left_out[400];
    size_t length = 0;
    struct mtks_outdir out;
    memset(kit, 0, sizeof *kit);
    int outcome = plan(analysis, dump, options, kit, left_out, sizeof left_out, error);
    if (outcome == MTKSCAN_DONE)
        outcome =
            make_cfg_text(analysis, kit, options, &text, &length, left_out, sizeof left_out, error);
    if (outcome == MTKSCAN_DONE)
        outcome = open_folder(analysis, dir, options, &out, error);
    if (outcome != MTKSCAN_DONE) {
        free(text);
        return outcome;
    }

    kit->leftover =
        out.place.leftover[0] ? mtks_arena_text(&analysis->arena, out.place.leftover) : NULL;
    outcome = write_files(analysis, dump, kit, options->progress, &out, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_outdir_write(&out, kit->cfg_name, (const uint8_t *)text, length,
                                    options->progress, error);
    free(text);
    if (outcome != MTKSCAN_DONE) {
        mtks_outdir_abandon(&out);
        return outcome;
    }
    outcome = mtks_outdir_commit(&out, error);
    kit->written = outcome == MTKSCAN_DONE;
    return kit->written ? conclude(analysis, kit, left_out, error) : outcome;
}
