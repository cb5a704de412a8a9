/* SPDX-License-Identifier: MIT */
#include "convert.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../model/text.h"
#include "../output/outdir.h"
#include "cfg_line.h"
#include "convert_files.h"
#include "ours.h"

#define SHOWN 100u /* bytes of an untrusted name in a message */

/* Where a file that is written comes from. */
struct origin {
    const struct mtks_kit_entry *entry;
};

struct converter {
    const struct mtks_kit_source *source;
    struct mtks_converted *converted;
    struct mtks_kit_entries entries;
    struct mtks_kit names; /* of all parts under the new convention */
    /* Beside cfg->files: the new name of each, or NULL when the line stays as it is. */
    const char **renamed;
    MTKS_LIST(struct origin) written; /* beside converted->files */
};

static int no_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while converting the kit");
}

/* The part that a line of the .cfg is about. A file that is longer or shorter than its header says
 * has not the part's bytes, but it stands where the part does. */
static uint32_t part_of(const struct converter *converter, const struct mtks_cfg_file *line,
                        const struct mtks_kit_entry *entry)
{
    const struct mtks_analysis *analysis = converter->source->analysis;
    if (entry->part != MTKSCAN_NO_PART || line->length == 0)
        return entry->part;
    for (uint32_t i = 0; i < analysis->parts.count; i++)
        if (analysis->parts.items[i].offset == line->offset &&
            analysis->parts.items[i].file_type == line->file_type)
            return i;
    return MTKSCAN_NO_PART;
}

/* What a part is called under the new convention. */
static const char *new_name(const struct converter *converter, uint32_t part)
{
    const struct mtks_kit *names = &converter->names;
    for (size_t i = 0; part != MTKSCAN_NO_PART && i < names->files.count; i++)
        if (names->files.items[i].part == part)
            return names->files.items[i].name;
    return NULL;
}

/* Adds a file of the kit to those that are written, once. */
static int take(struct converter *converter, const struct mtks_kit_entry *entry, const char *name,
                mtkscan_error *error)
{
    struct mtks_arena *arena = &converter->source->analysis->arena;
    struct mtks_converted *converted = converter->converted;
    char a[SHOWN], b[SHOWN], c[SHOWN];
    for (size_t i = 0; i < converted->files.count; i++) {
        const struct mtks_converted_file *other = &converted->files.items[i];
        if (converter->written.items[i].entry == entry)
            return MTKSCAN_DONE;
        if (strcasecmp(other->after, name) == 0)
            return mtks_fail(error, MTKSCAN_REFUSED, "%s and %s would both be called %s",
                             mtks_text_escape(a, sizeof a, other->before),
                             mtks_text_escape(b, sizeof b, entry->name),
                             mtks_text_escape(c, sizeof c, name));
    }
    struct mtks_converted_file *file = MTKS_PUSH(arena, &converted->files);
    struct origin *origin = MTKS_PUSH(arena, &converter->written);
    if (!file || !origin)
        return no_memory(error);
    origin->entry = entry;
    *file = (struct mtks_converted_file){.before = entry->name,
                                         .after = name,
                                         .size = entry->size,
                                         .image = entry->part != MTKSCAN_NO_PART};
    return MTKSCAN_DONE;
}

/* The file that a line of the .cfg names. */
static int take_listed(struct converter *converter, size_t index, mtkscan_error *error)
{
    const struct mtks_cfg_file *line = &converter->source->cfg->files.items[index];
    const struct mtks_kit_entry *entry =
        mtks_cfg_name_is_safe(line->name) ? mtks_kit_entries_find(&converter->entries, line->name)
                                          : NULL;
    char name[SHOWN];
    if (!entry || !entry->bytes)
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "nothing converted, line %u of the .cfg names %s, "
                         "which is no file of the folder",
                         line->line, mtks_text_escape(name, sizeof name, line->name));
    converter->renamed[index] = new_name(converter, part_of(converter, line, entry));
    return take(converter, entry,
                converter->renamed[index] ? converter->renamed[index] : line->name, error);
}

/* Chooses all files and their names. */
static int plan(struct converter *converter, mtkscan_error *error)
{
    const struct mtks_cfg *cfg = converter->source->cfg;
    struct mtks_arena *arena = &converter->source->analysis->arena;
    int outcome = MTKSCAN_DONE;
    converter->renamed =
        mtks_arena_alloc(arena, (cfg->files.count + 1) * sizeof *converter->renamed);
    if (!converter->renamed)
        return no_memory(error);
    for (size_t i = 0; i < cfg->files.count && outcome == MTKSCAN_DONE; i++)
        outcome = take_listed(converter, i, error);
    for (size_t i = 0; i < converter->entries.items.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_kit_entry *entry = &converter->entries.items.items[i];
        bool own = strcmp(entry->name, cfg->file_name) == 0;
        if (entry->listed || own)
            continue;
        if (entry->mentioned && entry->bytes) {
            outcome = take(converter, entry, entry->name, error);
            continue;
        }
        const char **slot = MTKS_PUSH(arena, &converter->converted->left_out);
        if (!slot)
            return no_memory(error);
        *slot = entry->name;
    }
    for (size_t i = 0; i < converter->converted->files.count && outcome == MTKSCAN_DONE; i++)
        if (strcasecmp(converter->converted->files.items[i].after, converter->names.cfg_name) == 0)
            outcome = mtks_fail(error, MTKSCAN_REFUSED, "a file has the name that the .cfg gets");
    return outcome;
}

/* Writes one line of the .cfg, without its end, with the value of its key replaced. */
static int put_line(FILE *out, const char *line, size_t length, const char *name)
{
    char copy[MTKS_CFG_LINE_MAX + 1];
    struct mtks_cfg_line split;
    memcpy(copy, line, length);
    copy[length] = '\0';
    mtks_cfg_line_split(&split, copy);
    if (!split.key)
        return -1;
    size_t begin = (size_t)(split.value - copy), end = begin + strlen(split.value);
    fwrite(line, 1, begin, out);
    fputs(name, out);
    fwrite(line + end, 1, length - end, out);
    return 0;
}

/* The .cfg with the new names in it; lines are counted as its reader does. */
static int put_text(FILE *out, const struct mtks_cfg *cfg, const char *const *renamed)
{
    const char *text = cfg->text;
    uint64_t length = cfg->text_length, at = 0;
    size_t next = 0;
    for (unsigned line = 1; at < length; line++) {
        uint64_t end = at;
        while (end < length && text[end] != '\n' && text[end] != '\r')
            end++;
        uint64_t behind =
            end + 1 < length && text[end] == '\r' && text[end + 1] == '\n' ? end + 2 : end + 1;
        if (behind > length)
            behind = length;
        while (next < cfg->files.count && cfg->files.items[next].line < line)
            next++;
        bool named = next < cfg->files.count && cfg->files.items[next].line == line &&
                     renamed[next] && end - at <= MTKS_CFG_LINE_MAX;
        if (!named)
            fwrite(text + at, 1, (size_t)(end - at), out);
        else if (put_line(out, text + at, (size_t)(end - at), renamed[next]) < 0)
            return -1;
        fwrite(text + end, 1, (size_t)(behind - end), out);
        at = behind;
    }
    return 0;
}

static int make_text(const struct converter *converter, char **text, size_t *length,
                     mtkscan_error *error)
{
    FILE *out = open_memstream(text, length);
    if (!out)
        return no_memory(error);
    int result = put_text(out, converter->source->cfg, converter->renamed);
    if (fclose(out) != 0)
        return no_memory(error);
    return result < 0 ? mtks_fail(error, MTKSCAN_REFUSED, "the .cfg cannot be rewritten")
                      : MTKSCAN_DONE;
}

static int write_all(const struct converter *converter, struct mtks_outdir *out, const char *text,
                     size_t length, const struct mtks_progress *progress, mtkscan_error *error)
{
    const struct mtks_converted *converted = converter->converted;
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < converted->files.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_kit_entry *entry = converter->written.items[i].entry;
        outcome = mtks_outdir_write(out, converted->files.items[i].after, entry->bytes, entry->size,
                                    progress, error);
    }
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_outdir_write(out, converted->cfg_after, (const uint8_t *)text, length,
                                    progress, error);
    return outcome;
}

static int write_folder(struct converter *converter, const char *dir,
                        const struct mtks_convert_options *options, mtkscan_error *error)
{
    const struct mtks_outdir_options how = {
        .allowed = options->force ? MTKS_REPLACE_OURS : MTKS_REPLACE_NOTHING,
        .recogniser = &mtks_kit_recogniser,
        .inputs = &converter->source->dir,
        .input_count = 1,
    };
    struct mtks_outdir out;
    char *text = NULL;
    size_t length = 0;
    int outcome = make_text(converter, &text, &length, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_outdir_open(&out, dir, &how, error);
    if (outcome != MTKSCAN_DONE) {
        free(text);
        return outcome;
    }
    outcome = write_all(converter, &out, text, length, options->progress, error);
    free(text);
    if (outcome != MTKSCAN_DONE) {
        mtks_outdir_abandon(&out);
        return outcome;
    }
    outcome = mtks_outdir_commit(&out, error);
    converter->converted->written = outcome == MTKSCAN_DONE;
    return outcome;
}

int mtks_kit_convert(struct mtks_converted *converted, const struct mtks_kit_source *source,
                     const char *out, const struct mtks_convert_options *options,
                     mtkscan_error *error)
{
    struct converter converter = {.source = source, .converted = converted};
    *converted = (struct mtks_converted){.written = false};
    int outcome = mtks_kit_source_check(source, error);
    if (outcome == MTKSCAN_DONE && !source->cfg) {
        outcome = mtks_fail(error, MTKSCAN_REFUSED, "the folder has no .cfg to convert");
        mtks_advise(error, "make one first with `mtkscan cfg`");
    }
    if (outcome != MTKSCAN_DONE)
        return outcome;
    if (mtks_kit_names(source->analysis, options->naming, &converter.names) < 0)
        return no_memory(error);
    converted->cfg_before = source->cfg->file_name;
    converted->cfg_after = converter.names.cfg_name;
    outcome = mtks_kit_entries_read(&converter.entries, source, error);
    if (outcome == MTKSCAN_DONE)
        outcome = plan(&converter, error);
    if (outcome == MTKSCAN_DONE)
        outcome = write_folder(&converter, out, options, error);
    mtks_kit_entries_free(&converter.entries);
    return outcome;
}
