/* SPDX-License-Identifier: MIT */
/* The user's data as a tree: a drive, its files and folders, and what is known of them. */
#include <inttypes.h>
#include <string.h>

#include "escape.h"
#include "line.h"
#include "page.h"
#include "report.h"

#define LABEL 10u
#define NEXT  48u /* bytes of a size or time */

static size_t limit_of(const struct mtks_files_report *report)
{
    return report->verbose                   ? MTKS_LINE_FREE
           : report->columns == 0            ? 80
           : report->columns > MTKS_LINE_MAX ? MTKS_LINE_MAX
           : report->columns < 60            ? 60
                                             : report->columns;
}

static size_t width_of(const struct mtks_files_report *report)
{
    const size_t limit = limit_of(report);
    return limit == MTKS_LINE_FREE ? 80 : limit;
}

static void begin(const struct mtks_files_report *report, FILE *out, struct mtks_line *line,
                  const char *label)
{
    mtks_line_begin(line, out, limit_of(report), report->colour);
    mtks_line_add(line, label ? "  " : "");
    mtks_line_add(line, label);
    if (label)
        mtks_line_pad(line, LABEL);
}

static void put_paragraph(const struct mtks_files_report *report, FILE *out, const char *label,
                          const char *text)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, MTKS_LINE_FREE, report->colour);
    mtks_line_add(&line, "  ");
    mtks_line_add(&line, label);
    mtks_line_pad(&line, LABEL);
    mtks_line_wrap(&line, text, LABEL, width_of(report), MTKS_ANY_BREAKS);
    mtks_line_end(&line);
}

/* The three lines of the layer, for the page of a dump, too. */
static void put_wear(struct mtks_line *line, const struct mtks_ftl_wear *wear)
{
    const uint64_t used = wear->live + wear->stale, percent = used ? wear->stale * 100 / used : 0;
    mtks_line_format(line, "erased %" PRIu32 " to %" PRIu32 " times, median %" PRIu32, wear->least,
                     wear->most, wear->median);
    mtks_line_format(line, "; %" PRIu64 " %% stale; %" PRIu64 " bad states", percent, wear->bad);
}

static void put_area(struct mtks_line *line, const struct mtks_ftl *ftl)
{
    mtks_line_format(line, "0x%06" PRIX64 "+0x%" PRIX64 ", FDM4 layer, %" PRIu64 " blocks of ",
                     ftl->geometry.offset, ftl->geometry.length, ftl->wear.blocks);
    mtks_line_block(line, ftl->geometry.block);
    mtks_line_add(line, ftl->certain ? "" : ", not certain");
}

void mtks_page_storage(struct mtks_page *page)
{
    const struct mtks_files *files = page->analysis->files;
    struct mtks_line line;
    if (!files)
        return;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "  user data ");
    if (files->ftl.kind != MTKS_FTL_FDM4) {
        mtks_line_add(&line, files->ftl.why);
        mtks_page_end(page, &line);
        return;
    }
    put_area(&line, &files->ftl);
    mtks_page_end(page, &line);
    mtks_page_begin(page, &line);
    mtks_line_pad(&line, LABEL + 2);
    put_wear(&line, &files->ftl.wear);
    mtks_page_end(page, &line);
}

static void put_layer(const struct mtks_files_report *report, FILE *out)
{
    const struct mtks_ftl *ftl = &report->files->ftl;
    struct mtks_line line;
    begin(report, out, &line, "area");
    put_area(&line, ftl);
    mtks_line_end(&line);
    put_paragraph(report, out, "found", ftl->why);
    begin(report, out, &line, "disk");
    mtks_line_format(&line,
                     "%" PRIu64 " sectors, %" PRIu64 " without a copy, %" PRIu64
                     " with two different ones",
                     ftl->logical, ftl->unmapped, report->files->conflicts);
    mtks_line_end(&line);
    begin(report, out, &line, "wear");
    put_wear(&line, &ftl->wear);
    mtks_line_end(&line);
    if (!report->files->deleted || !ftl->deleted.count)
        return;
    begin(report, out, &line, "deleted");
    mtks_line_format(&line, "%zu copies of sectors, DELETED or superseded, can still be read",
                     ftl->deleted.count);
    mtks_line_end(&line);
}

static unsigned depth_of(const struct mtks_files *files, const struct mtks_entry *entry)
{
    unsigned depth = 0;
    for (; entry->parent < files->disk.entries.count; depth++)
        entry = &files->disk.entries.items[entry->parent];
    return depth;
}

static void put_time(struct mtks_line *line, const struct tm *time)
{
    if (time->tm_mday)
        mtks_line_format(line, "  %04d-%02d-%02d %02d:%02d", time->tm_year + 1900, time->tm_mon + 1,
                         time->tm_mday, time->tm_hour, time->tm_min);
    else
        mtks_line_add(line, "  no date         ");
}

/* What is told behind a name. What it holds is a guess mostly, and so for -v but where it counts.
 */
static void put_marks(const struct mtks_files_report *report, struct mtks_line *line,
                      const struct mtks_entry *entry, const struct mtks_file_note *note)
{
    if (note->known && (note->personal || report->verbose))
        mtks_line_format(line, "  [%s]", note->known->what);
    if (note->known && report->verbose)
        mtks_line_format(line, " (%s)", note->known->basis);
    if (!entry->folder && entry->readable != entry->size)
        mtks_line_format(line, "  %" PRIu64 " bytes of it are there", entry->readable);
    if (note->missing)
        mtks_line_format(line, "  %" PRIu64 " sectors without a copy", note->missing);
}

static void put_entry(const struct mtks_files_report *report, FILE *out, uint32_t index)
{
    const struct mtks_entry *entry = &report->files->disk.entries.items[index];
    struct mtks_line line;
    begin(report, out, &line, NULL);
    put_time(&line, &entry->modified);
    mtks_line_format(&line, "  %c%c%c%c%c", entry->folder ? 'd' : '-', entry->read_only ? 'r' : '-',
                     entry->hidden ? 'h' : '-', entry->system ? 's' : '-',
                     report->files->notes[index].personal ? 'P' : '-');
    if (entry->folder)
        mtks_line_add(&line, "            ");
    else
        mtks_line_format(&line, "  %10" PRIu64, entry->size);
    mtks_line_pad(&line, line.columns + 2 + 2 * (size_t)depth_of(report->files, entry));
    mtks_line_add(&line, entry->deleted ? "DELETED " : "");
    mtks_line_add(&line, entry->name);
    mtks_line_add(&line, entry->folder ? "/" : "");
    put_marks(report, &line, entry, &report->files->notes[index]);
    mtks_line_end(&line);
}

static void put_volume(const struct mtks_files_report *report, FILE *out, uint32_t index,
                       const uint32_t **order)
{
    const struct mtks_files *files = report->files;
    const struct mtks_volume *volume = &files->disk.volumes[index];
    const uint32_t *end = files->order + files->disk.entries.count;
    uint64_t count = 0, bytes = 0, personal = 0;
    struct mtks_line line;
    char drive[MTKS_DRIVE_NAME];
    mtks_files_drive(&files->disk, index, drive);
    fputc('\n', out);
    begin(report, out, &line, NULL);
    mtks_line_colour(&line, MTKS_BOLD);
    mtks_line_format(&line, "%s:", drive);
    mtks_line_colour(&line, MTKS_PLAIN);
    if (volume->label && *volume->label) {
        mtks_line_add(&line, " \"");
        mtks_line_add(&line, volume->label);
        mtks_line_add(&line, "\"");
    }
    mtks_line_format(&line, "  FAT%" PRIu32 " at sector %" PRIu64, volume->bits,
                     volume->offset / MTKS_SECTOR);
    mtks_line_end(&line);
    put_paragraph(report, out, "drive", volume->letter_why ? volume->letter_why : "not known");
    for (; *order < end && files->disk.entries.items[**order].volume == index; (*order)++) {
        const struct mtks_entry *entry = &files->disk.entries.items[**order];
        put_entry(report, out, **order);
        if (entry->folder || entry->deleted)
            continue;
        count++;
        bytes += entry->size;
        personal += files->notes[(*order)[0]].personal;
    }
    begin(report, out, &line, NULL);
    mtks_line_format(&line, "  %" PRIu64 " files, %" PRIu64 " bytes; ", count, bytes);
    mtks_line_format(&line, "%" PRIu64 " of %" PRIu64 " bytes free", volume->free * volume->cluster,
                     (uint64_t)volume->clusters * volume->cluster);
    if (volume->lost)
        mtks_line_format(&line, ", %" PRIu64 " lost clusters", volume->lost);
    if (personal)
        mtks_line_format(&line, "; P: personal");
    mtks_line_end(&line);
}

static void put_faults(const struct mtks_files_report *report, FILE *out)
{
    const struct mtks_disk *disk = &report->files->disk;
    for (size_t i = 0; i < disk->faults.count; i++) {
        const struct mtks_entry_fault *fault = &disk->faults.items[i];
        char drive[MTKS_DRIVE_NAME] = "";
        struct mtks_line line;
        begin(report, out, &line, "fault");
        if (fault->volume < disk->volume_count) {
            mtks_files_drive(disk, fault->volume, drive);
            mtks_line_format(&line, "%s:", drive);
        }
        if (fault->entry < disk->entries.count) {
            mtks_line_add(&line, "/");
            mtks_line_add(&line, disk->entries.items[fault->entry].path);
        }
        mtks_line_add(&line, *drive ? " " : "");
        mtks_line_add(&line, fault->what);
        mtks_line_end(&line);
    }
}

/* The findings of this room alone: those of the firmware are `scan`'s. */
static void put_findings(const struct mtks_files_report *report, FILE *out)
{
    for (size_t i = 0; i < report->analysis->findings.count; i++) {
        const struct mtks_finding *finding = &report->analysis->findings.items[i];
        struct mtks_line line;
        if (strncmp(finding->code, "MTK-U", 5) != 0)
            continue;
        mtks_line_begin(&line, out, MTKS_LINE_FREE, report->colour);
        mtks_line_format(&line, "%s %s:", finding->code, mtks_severity_name(finding->severity));
        mtks_line_wrap(&line, finding->message, 2, width_of(report), MTKS_ANY_BREAKS);
        mtks_line_end(&line);
    }
}

/* Paths are never cut, as users copy them. */
static void put_written(const struct mtks_files_report *report, FILE *out)
{
    const struct mtks_taken *taken = report->taken;
    const struct mtks_rebuilt *rebuilt = report->rebuilt;
    if (taken && taken->dir) {
        fprintf(out, "%" PRIu64 " files, %" PRIu64 " bytes, taken out into ", taken->files,
                taken->bytes);
        mtks_escape_print(out, taken->dir);
        fputs(taken->sectors ? "; deleted sectors in " MTKS_TAKE_SECTORS "\n" : "\n", out);
        if (report->files->deleted && report->files->ftl.deleted.count && !taken->sectors)
            fputs("deleted sectors left out: --personal takes them, too\n", out);
        if (taken->left_out)
            fprintf(out, "%" PRIu64 " personal files left out: --personal takes them, too\n",
                    taken->left_out);
    }
    if (report->image) {
        fprintf(out, "linear disk, %" PRIu64 " bytes: ", report->files->image_size);
        mtks_escape_print(out, report->image);
        fputc('\n', out);
    }
    if (!rebuilt)
        return;
    fputs("new dump: ", out);
    mtks_escape_print(out, report->output);
    fprintf(out,
            "; %" PRIu64 " files put, %" PRIu64 " carried over%s, %" PRIu64
            " blocks changed; it reads back as it was meant\n",
            rebuilt->put, rebuilt->carried, rebuilt->whole ? " beside the whole area" : "",
            rebuilt->blocks);
}

/* One line for people who have no files to look at. */
static const char *state_text(const struct mtks_files *files)
{
    static const char *const texts[] = {
        [MTKS_FILES_LISTED] = "",
        [MTKS_FILES_BLANK] = "the data area is blank: there are no files",
        [MTKS_FILES_CUT] = "the dump ends before the data area begins",
        [MTKS_FILES_NO_LAYER] = "no translation layer was found: there are no files to list",
        [MTKS_FILES_UNKNOWN] = "unknown translation layer (FDM 5 or another): it is left alone",
        [MTKS_FILES_NO_VOLUME] = "a layer, but no FAT volume on its disk",
    };
    return texts[files->state];
}

void mtks_report_files_text(FILE *out, const struct mtks_files_report *report)
{
    const struct mtks_files *files = report->files;
    const uint32_t *order = files->order;
    struct mtks_line line;
    mtks_line_begin(&line, out, limit_of(report), report->colour);
    mtks_line_add(&line, report->analysis->input.path);
    mtks_line_add(&line, ": ");
    mtks_line_add(&line, files->state == MTKS_FILES_LISTED ? "the user's data" : state_text(files));
    mtks_line_end(&line);
    if (report->analysis->status != MTKS_IDENTIFIED && files->ftl.kind == MTKS_FTL_FDM4)
        put_paragraph(report, out, "note",
                      "the firmware is not recognised; the layer was found by its content");
    if (report->analysis->input.view.count)
        put_paragraph(
            report, out, "note",
            "the dump was corrected first, as mtkscan scan tells; places are those of the "
            "corrected view");
    if (files->ftl.kind == MTKS_FTL_FDM4)
        put_layer(report, out);
    else
        put_paragraph(report, out, "why", files->ftl.why);
    for (uint32_t i = 0; i < files->disk.volume_count && order; i++)
        put_volume(report, out, i, &order);
    if (files->disk.faults.count || files->disk.volume_count)
        fputc('\n', out);
    put_faults(report, out);
    put_findings(report, out);
    put_written(report, out);
}
