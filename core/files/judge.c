/* SPDX-License-Identifier: MIT */
/* What a user should know about the user's data, as findings. */
#include <inttypes.h>

#include "../model/finding.h"
#include "files.h"

/* A finding with a text of its own; -1: memory. */
#define SAY(analysis, code, place, size, ...)                                                      \
    say((analysis), (code), (place), (size), mtks_arena_format(&(analysis)->arena, __VA_ARGS__))

static int say(struct mtks_analysis *analysis, const char *code, uint64_t offset, uint64_t length,
               const char *detail)
{
    return detail ? mtks_finding_add(analysis, code, detail, MTKSCAN_NO_PART, offset, length) : -1;
}

static int judge_nothing(const struct mtks_files *files, struct mtks_analysis *analysis)
{
    const struct mtks_ftl *ftl = &files->ftl;
    const char *code = files->state == MTKS_FILES_UNKNOWN ? "MTK-U003" : "MTK-U006";
    return SAY(analysis, code, ftl->geometry.length ? ftl->geometry.offset : MTKSCAN_NO_OFFSET,
               ftl->geometry.length, "%s", ftl->why);
}

static int judge_layer(const struct mtks_files *files, struct mtks_analysis *analysis)
{
    const struct mtks_ftl *ftl = &files->ftl;
    const uint64_t offset = ftl->geometry.offset, length = ftl->geometry.length;
    if (files->conflicts && SAY(analysis, "MTK-U001", offset, length, "%" PRIu64 " of %" PRIu64,
                                files->conflicts, ftl->logical))
        return -1;
    if (ftl->wear.bad && SAY(analysis, "MTK-U002", offset, length,
                             "%" PRIu64 " of %" PRIu64 " blocks", ftl->wear.bad, ftl->wear.blocks))
        return -1;
    if (ftl->wear.reclaimed &&
        SAY(analysis, "MTK-U007", offset, length, "%" PRIu64 " blocks", ftl->wear.reclaimed))
        return -1;
    return ftl->certain ? 0
                        : SAY(analysis, "MTK-U008", offset, length, "%s",
                              ftl->doubt ? ftl->doubt : ftl->why);
}

struct losses {
    uint64_t short_files, missing_files, blocking;
    const struct mtks_entry *first_short;
    const char *first_fault;
};

static struct losses count_losses(const struct mtks_files *files)
{
    struct losses losses = {0};
    for (size_t i = 0; i < files->disk.entries.count; i++) {
        const struct mtks_entry *entry = &files->disk.entries.items[i];
        if (entry->deleted || entry->folder)
            continue;
        losses.missing_files += files->notes[i].missing != 0;
        if (entry->readable == entry->size)
            continue;
        losses.short_files++;
        if (!losses.first_short)
            losses.first_short = entry;
    }
    for (size_t i = 0; i < files->disk.faults.count; i++) {
        const struct mtks_entry_fault *fault = &files->disk.faults.items[i];
        losses.blocking += fault->blocks;
        if (fault->blocks && !losses.first_fault)
            losses.first_fault = fault->what;
    }
    return losses;
}

static int judge_disk(const struct mtks_files *files, struct mtks_analysis *analysis,
                      const struct losses *losses)
{
    const uint64_t offset = files->ftl.geometry.offset, length = files->ftl.geometry.length;
    if (files->state == MTKS_FILES_NO_VOLUME)
        return SAY(analysis, "MTK-U004", offset, length, "%s", files->disk.why_none);
    if (losses->blocking && SAY(analysis, "MTK-U004", offset, length, "%" PRIu64 ", the first: %s",
                                losses->blocking, losses->first_fault))
        return -1;
    if (losses->short_files &&
        SAY(analysis, "MTK-U005", offset, length, "%" PRIu64 ", the first: %s", losses->short_files,
            losses->first_short->path))
        return -1;
    return losses->missing_files ? SAY(analysis, "MTK-U010", offset, length, "%" PRIu64 " files",
                                       losses->missing_files)
                                 : 0;
}

/* Whether anything of the user's data is lost or doubtful. */
static bool is_damaged(const struct mtks_files *files, const struct losses *losses)
{
    return files->cut || files->conflicts || files->ftl.wear.bad || losses->blocking ||
           losses->short_files || files->state == MTKS_FILES_NO_VOLUME;
}

int mtks_files_judge(const struct mtks_files *files, struct mtks_analysis *analysis)
{
    struct losses losses = {0};
    const bool layer = files->ftl.kind == MTKS_FTL_FDM4;
    const bool disk = files->state == MTKS_FILES_LISTED || files->state == MTKS_FILES_NO_VOLUME;
    if (files->cut && SAY(analysis, "MTK-U009", analysis->input.size, 0, "%s",
                          layer ? "what is there is read" : files->ftl.why))
        return -1;
    if (!layer && !files->cut && judge_nothing(files, analysis))
        return -1;
    if (layer && judge_layer(files, analysis))
        return -1;
    if (disk) {
        losses = count_losses(files);
        if (judge_disk(files, analysis, &losses))
            return -1;
    }
    mtks_findings_sort(analysis);
    if (files->state == MTKS_FILES_UNKNOWN ||
        (files->state == MTKS_FILES_NO_LAYER && analysis->status != MTKS_IDENTIFIED))
        return MTKSCAN_NOT_RECOGNISED;
    return is_damaged(files, &losses) ? MTKSCAN_DAMAGED : MTKSCAN_DONE;
}
