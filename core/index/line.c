/* SPDX-License-Identifier: MIT */
#include "line.h"

#include <string.h>

#include "../compare/seen.h"
#include "../model/utf8.h"
#include "../report/json.h"
#include "mtkscan/bytes.h"

/* Far beyond any firmware; a dump that was made to have more shall not swell the index. */
#define PARTS_MAX    64u
#define IDS_MAX      256u
#define FINDINGS_MAX 128u

/* Facts that become a key of the line. */
static const char *const fact_keys[] = {
    MTKSCAN_FACT_CHIP,  MTKSCAN_FACT_PLATFORM,   MTKSCAN_FACT_PROJECT,    MTKSCAN_FACT_PCB,
    MTKSCAN_FACT_VERNO, MTKSCAN_FACT_HW_VERSION, MTKSCAN_FACT_BUILD_TIME, MTKSCAN_FACT_BRANCH,
};

/* Keys of `tokens`, by enum mtks_code_kind. */
const char *const mtks_index_kinds[] = {"lcd", "touch", "camera", "touch_or_camera", "maker", NULL};

static void put_entry(struct mtks_json *json, const struct mtks_index_entry *entry)
{
    size_t length = strlen(entry->path);
    mtks_json_object(json, NULL);
    mtks_json_text(json, "schema", MTKS_INDEX_SCHEMA);
    mtks_json_text(json, "path", entry->path);
    if (!mtks_utf8_valid(entry->path, length))
        mtks_json_hex(json, "path_bytes", (const uint8_t *)entry->path, length);
    mtks_json_text(json, "kind", entry->kit ? "kit" : "dump");
    mtks_json_number(json, "size", entry->size);
    mtks_json_integer(json, "mtime", entry->mtime);
    mtks_json_number(json, "mtime_ns", entry->mtime_ns);
}

static void put_ids(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "flash_ids");
    for (size_t i = 0; i < analysis->flash.ids.count && i < IDS_MAX; i++) {
        const struct mtks_flash_id *id = &analysis->flash.ids.items[i];
        mtks_json_hex(json, NULL, id->id,
                      id->id_length < sizeof id->id ? id->id_length : sizeof id->id);
    }
    mtks_json_close(json);
}

/* Writes the parts; where the last one ends, or 0 when there is none. */
static uint64_t put_parts(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    uint64_t image_end = 0, end;
    mtks_json_array(json, "parts");
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        bool placed = part->offset != MTKSCAN_NO_OFFSET && part->length > 0;
        if (placed && mtkscan_add(part->offset, part->length, &end) && end > image_end)
            image_end = end;
        if (i >= PARTS_MAX)
            continue;
        mtks_json_object(json, NULL);
        mtks_json_text(json, "name", part->name);
        mtks_json_known(json, "offset", part->offset, MTKSCAN_NO_OFFSET);
        mtks_json_number(json, "length", part->length);
        mtks_json_text(json, "sha1", part->sha1[0] ? part->sha1 : NULL);
        mtks_json_text(json, "health", mtks_health_name(part->health));
        mtks_json_close(json);
    }
    mtks_json_close(json);
    return image_end;
}

static void put_fat(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        if (strcmp(range->name, "FAT") != 0 || range->length == 0)
            continue;
        mtks_json_object(json, "fat");
        mtks_json_number(json, "offset", range->offset);
        mtks_json_number(json, "length", range->length);
        mtks_json_close(json);
        return;
    }
    mtks_json_null(json, "fat");
}

static void put_health(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    if (analysis->health.verdict == MTKS_VERDICT_NONE) {
        mtks_json_null(json, "health");
        return;
    }
    mtks_json_object(json, "health");
    mtks_json_number(json, "percent", analysis->health.percent);
    mtks_json_text(json, "verdict", mtks_verdict_name(analysis->health.verdict));
    mtks_json_close(json);
}

/* The chips of a set by kind; a kind that has none is left out. */
static void put_codes(struct mtks_json *json, const char *key, uint64_t set)
{
    mtks_json_object(json, key);
    for (enum mtks_code_kind kind = 0; kind < MTKS_CODE_KINDS; kind++) {
        uint64_t chips = mtks_codes_of_kind(set, kind);
        if (!chips)
            continue;
        mtks_json_array(json, mtks_index_kinds[kind]);
        for (size_t i = 0; i < mtks_code_count; i++)
            if (chips >> i & 1)
                mtks_json_text(json, NULL, mtks_code_rows[i].chip);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

/* What compare reads off the bytes, so that both say the same of an image. */
static void put_seen(struct mtks_json *json, const struct mtks_analysis *analysis,
                     const struct mtks_dump *dump)
{
    struct mtks_seen seen;
    if (analysis->status != MTKS_IDENTIFIED)
        return;
    mtks_seen_read(&seen, &(struct mtks_side){analysis, dump});
    mtks_json_text(json, "flavour", seen.flavour[0] ? seen.flavour : NULL);
    put_codes(json, "tokens", seen.codes.named);
    put_codes(json, "drivers", seen.codes.drivers);
    mtkscan_memory_host_free(&seen.memory);
}

static void put_findings(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    const char *told[FINDINGS_MAX];
    size_t count = 0;
    mtks_json_array(json, "findings");
    for (size_t i = 0; i < analysis->findings.count && count < FINDINGS_MAX; i++) {
        const char *code = analysis->findings.items[i].code;
        size_t same = 0;
        while (same < count && strcmp(told[same], code) != 0)
            same++;
        if (same < count)
            continue;
        told[count++] = code;
        mtks_json_text(json, NULL, code);
    }
    mtks_json_close(json);
}

void mtks_index_line(FILE *out, const struct mtks_index_entry *entry,
                     const struct mtks_analysis *analysis, const struct mtks_dump *dump)
{
    struct mtks_json json = {.out = out};
    put_entry(&json, entry);
    mtks_json_text(&json, "sha1", analysis->input.sha1[0] ? analysis->input.sha1 : NULL);
    mtks_json_text(&json, "status", mtks_status_name(analysis->status));
    mtks_json_text(&json, "plugin", analysis->plugin);
    for (size_t i = 0; i < sizeof fact_keys / sizeof *fact_keys; i++)
        mtks_json_text(&json, fact_keys[i], mtks_fact_value(analysis, fact_keys[i]));
    mtks_json_text(&json, "device", analysis->device);
    mtks_json_known(&json, "capacity", analysis->flash.capacity, 0);
    put_ids(&json, analysis);
    mtks_json_text(&json, "memory_type", analysis->flash.memory_type);
    uint64_t image_end = put_parts(&json, analysis);
    mtks_json_known(&json, "image_end", image_end, 0);
    put_fat(&json, analysis);
    put_health(&json, analysis);
    put_seen(&json, analysis, dump);
    put_findings(&json, analysis);
    mtks_json_close(&json);
}

void mtks_index_line_error(FILE *out, const struct mtks_index_entry *entry, const char *why)
{
    struct mtks_json json = {.out = out};
    put_entry(&json, entry);
    mtks_json_text(&json, "status", "error");
    mtks_json_text(&json, "error", why);
    mtks_json_close(&json);
}
