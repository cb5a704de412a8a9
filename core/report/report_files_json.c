/* SPDX-License-Identifier: MIT */
/* The user's data for programs: `files --json`, and index.json of a folder that was taken out. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "layers.h"
#include "report.h"

static const char *const kinds[] = {
    [MTKS_FTL_NONE] = "none", [MTKS_FTL_FDM4] = "FDM4", [MTKS_FTL_UNKNOWN] = "unknown"};

static const char *const states[] = {
    [MTKS_FILES_LISTED] = "listed",
    [MTKS_FILES_BLANK] = "blank",
    [MTKS_FILES_CUT] = "cut",
    [MTKS_FILES_NO_LAYER] = "no layer",
    [MTKS_FILES_UNKNOWN] = "unknown layer",
    [MTKS_FILES_NO_VOLUME] = "no volume",
};

static const char *const copies[] = {
    [MTKS_FTL_VALID] = "valid",
    [MTKS_FTL_UPDATE] = "update",
    [MTKS_FTL_OPEN] = "open",
    [MTKS_FTL_DELETED] = "deleted",
};

static void put_wear(struct mtks_json *json, const struct mtks_ftl_wear *wear)
{
    mtks_json_object(json, "wear");
    mtks_json_object(json, "erase_count");
    mtks_json_number(json, "min", wear->least);
    mtks_json_number(json, "median", wear->median);
    mtks_json_number(json, "max", wear->most);
    mtks_json_close(json);
    mtks_json_number(json, "blocks", wear->blocks);
    mtks_json_number(json, "formatted", wear->formatted);
    mtks_json_number(json, "blank", wear->blank);
    mtks_json_number(json, "reclaimed", wear->reclaimed);
    mtks_json_number(json, "bad", wear->bad);
    mtks_json_number(json, "live_sectors", wear->live);
    mtks_json_number(json, "stale_sectors", wear->stale);
    mtks_json_number(json, "free_sectors", wear->free);
    mtks_json_close(json);
}

void mtks_storage_json(struct mtks_json *json, const struct mtks_files *files)
{
    const struct mtks_ftl *ftl = &files->ftl;
    mtks_json_object(json, "storage");
    mtks_json_text(json, "layer", kinds[ftl->kind]);
    mtks_json_text(json, "state", states[files->state]);
    mtks_json_text(json, "why", ftl->why);
    if (ftl->kind == MTKS_FTL_FDM4) {
        mtks_json_number(json, "offset", ftl->geometry.offset);
        mtks_json_number(json, "length", ftl->geometry.length);
        mtks_json_number(json, "block", ftl->geometry.block);
        mtks_json_number(json, "sectors_per_block", ftl->geometry.sectors);
        mtks_json_bool(json, "certain", ftl->certain);
        mtks_json_text(json, "doubt", ftl->doubt);
        mtks_json_number(json, "sectors", ftl->logical);
        mtks_json_number(json, "unmapped", ftl->unmapped);
        mtks_json_number(json, "conflicts", files->conflicts);
        put_wear(json, &ftl->wear);
    }
    mtks_json_close(json);
}

static void put_conflicts(struct mtks_json *json, const struct mtks_ftl *ftl)
{
    mtks_json_array(json, "conflicts");
    for (size_t i = 0; i < ftl->conflicts.count; i++) {
        const struct mtks_ftl_conflict *conflict = &ftl->conflicts.items[i];
        mtks_json_object(json, NULL);
        mtks_json_number(json, "sector", conflict->logical);
        mtks_json_known(json, "taken", conflict->taken, MTKS_FTL_NOWHERE);
        mtks_json_known(json, "other", conflict->other, MTKS_FTL_NOWHERE);
        mtks_json_text(json, "why", conflict->why);
        mtks_json_bool(json, "differs", ftl->map[conflict->logical].conflict);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

/* In the order of deleted/sectors.bin. */
static void put_deleted(struct mtks_json *json, const struct mtks_files *files)
{
    mtks_json_array(json, "deleted_sectors");
    for (size_t i = 0; files->deleted && i < files->ftl.deleted.count; i++) {
        mtks_json_object(json, NULL);
        mtks_json_number(json, "sector", files->ftl.deleted_logical.items[i]);
        mtks_json_known(json, "offset", files->ftl.deleted.items[i].place, MTKS_FTL_NOWHERE);
        mtks_json_text(json, "state", copies[files->ftl.deleted.items[i].state]);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_volumes(struct mtks_json *json, const struct mtks_disk *disk)
{
    mtks_json_array(json, "volumes");
    for (uint32_t i = 0; i < disk->volume_count; i++) {
        const struct mtks_volume *volume = &disk->volumes[i];
        const char letter[2] = {volume->letter, 0};
        char drive[MTKS_DRIVE_NAME];
        mtks_files_drive(disk, i, drive);
        mtks_json_object(json, NULL);
        mtks_json_text(json, "drive", drive);
        mtks_json_text(json, "letter", *letter ? letter : NULL);
        mtks_json_text(json, "letter_why", volume->letter_why);
        mtks_json_text(json, "label", volume->label);
        mtks_json_number(json, "fat_bits", volume->bits);
        mtks_json_number(json, "offset", volume->offset);
        mtks_json_number(json, "sectors", volume->sectors);
        mtks_json_number(json, "cluster", volume->cluster);
        mtks_json_number(json, "clusters", volume->clusters);
        mtks_json_number(json, "free", volume->free * volume->cluster);
        mtks_json_number(json, "lost_clusters", volume->lost);
        mtks_json_bool(json, "fats_agree", volume->fats_agree);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_time(struct mtks_json *json, const struct tm *time)
{
    char text[48];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", time->tm_year + 1900,
             time->tm_mon + 1, time->tm_mday, time->tm_hour, time->tm_min, time->tm_sec);
    mtks_json_text(json, "modified", time->tm_mday ? text : NULL);
}

static void put_entry(struct mtks_json *json, const struct mtks_files *files, uint32_t index)
{
    const struct mtks_entry *entry = &files->disk.entries.items[index];
    const struct mtks_file_note *note = &files->notes[index];
    char drive[MTKS_DRIVE_NAME];
    mtks_files_drive(&files->disk, entry->volume, drive);
    mtks_json_object(json, NULL);
    mtks_json_text(json, "drive", drive);
    mtks_json_text(json, "path", entry->path);
    mtks_json_bool(json, "folder", entry->folder);
    mtks_json_number(json, "size", entry->folder ? 0 : entry->size);
    mtks_json_number(json, "readable", entry->folder ? 0 : entry->readable);
    put_time(json, &entry->modified);
    mtks_json_bool(json, "deleted", entry->deleted);
    mtks_json_bool(json, "read_only", entry->read_only);
    mtks_json_bool(json, "hidden", entry->hidden);
    mtks_json_bool(json, "system", entry->system);
    mtks_json_number(json, "missing_sectors", note->missing);
    mtks_json_bool(json, "personal", note->personal);
    mtks_json_text(json, "holds", note->known ? note->known->what : NULL);
    mtks_json_text(json, "holds_basis", note->known ? note->known->basis : NULL);
    mtks_json_text(json, "file", note->host);
    mtks_json_close(json);
}

static void put_faults(struct mtks_json *json, const struct mtks_disk *disk)
{
    mtks_json_array(json, "faults");
    for (size_t i = 0; i < disk->faults.count; i++) {
        const struct mtks_entry_fault *fault = &disk->faults.items[i];
        char drive[MTKS_DRIVE_NAME] = "";
        if (fault->volume < disk->volume_count)
            mtks_files_drive(disk, fault->volume, drive);
        mtks_json_object(json, NULL);
        mtks_json_text(json, "drive", *drive ? drive : NULL);
        mtks_json_text(json, "path",
                       fault->entry < disk->entries.count ? disk->entries.items[fault->entry].path
                                                          : NULL);
        mtks_json_text(json, "what", fault->what);
        mtks_json_bool(json, "blocks", fault->blocks);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_findings(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "findings");
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (strncmp(finding->code, "MTK-U", 5) != 0)
            continue;
        mtks_json_object(json, NULL);
        mtks_json_text(json, "code", finding->code);
        mtks_json_text(json, "severity", mtks_severity_name(finding->severity));
        mtks_json_known(json, "offset", finding->offset, MTKSCAN_NO_OFFSET);
        mtks_json_number(json, "length", finding->length);
        mtks_json_text(json, "message", finding->message);
        mtks_json_text(json, "advice", finding->advice);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_written(struct mtks_json *json, const struct mtks_files_report *report)
{
    const struct mtks_taken *taken = report->taken;
    if (taken && taken->dir) {
        mtks_json_object(json, "taken");
        mtks_json_text(json, "dir", taken->dir);
        mtks_json_number(json, "files", taken->files);
        mtks_json_number(json, "bytes", taken->bytes);
        mtks_json_number(json, "left_out", taken->left_out);
        mtks_json_bool(json, "personal", taken->personal);
        mtks_json_text(json, "sectors", taken->sectors ? MTKS_TAKE_SECTORS : NULL);
        mtks_json_close(json);
    }
    if (report->image) {
        mtks_json_object(json, "image");
        mtks_json_text(json, "output", report->image);
        mtks_json_number(json, "size", report->files->image_size);
        mtks_json_close(json);
    }
    if (report->rebuilt) {
        mtks_json_object(json, "rebuilt");
        mtks_json_text(json, "output", report->output);
        mtks_json_bool(json, "whole", report->rebuilt->whole);
        mtks_json_number(json, "carried", report->rebuilt->carried);
        mtks_json_number(json, "put", report->rebuilt->put);
        mtks_json_number(json, "blocks", report->rebuilt->blocks);
        mtks_json_close(json);
    }
}

void mtks_report_files_json(FILE *out, const struct mtks_files_report *report)
{
    const struct mtks_analysis *analysis = report->analysis;
    const struct mtks_files *files = report->files;
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", report->schema);
    if (report->version)
        mtks_json_text(&json, "mtkscan", report->version);
    mtks_json_object(&json, "input");
    mtks_json_text(&json, "path", analysis->input.path);
    mtks_json_number(&json, "size", analysis->input.size);
    mtks_view_json(&json, analysis);
    mtks_json_close(&json);
    mtks_json_text(&json, "status", "files");
    mtks_json_bool(&json, "recognised", analysis->status == MTKS_IDENTIFIED);
    mtks_storage_json(&json, files);
    put_conflicts(&json, &files->ftl);
    put_volumes(&json, &files->disk);
    mtks_json_array(&json, "files");
    for (size_t i = 0; files->order && i < files->disk.entries.count; i++)
        put_entry(&json, files, files->order[i]);
    mtks_json_close(&json);
    put_deleted(&json, files);
    put_faults(&json, &files->disk);
    put_findings(&json, analysis);
    put_written(&json, report);
    mtks_json_close(&json);
}
