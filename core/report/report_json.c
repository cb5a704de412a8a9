/* SPDX-License-Identifier: MIT */
/* The analysis as JSON. Keys and their order are a contract: core/report/schema/1.json. */
#include "json.h"
#include "layers.h"
#include "report.h"

/* Facts that scripts find under `identity`, null when unknown. `device` follows them. */
static const char *const identity_keys[] = {
    MTKSCAN_FACT_PLATFORM_ID, MTKSCAN_FACT_PROJECT,    MTKSCAN_FACT_PCB,    MTKSCAN_FACT_VERNO,
    MTKSCAN_FACT_HW_VERSION,  MTKSCAN_FACT_BUILD_TIME, MTKSCAN_FACT_BRANCH,
};

/* Sections of the .cfg (FORMAT.md 8), by MTKSCAN_REGION_*. */
static const char *const region_names[] = {NULL, "boot_region", "control_block_region",
                                           "main_region", "file_system_region"};

static const char *region_name(uint32_t region)
{
    return region < sizeof region_names / sizeof *region_names ? region_names[region] : NULL;
}

const char *mtks_part_name(const struct mtks_analysis *analysis, uint32_t part)
{
    return part < analysis->parts.count ? analysis->parts.items[part].name : NULL;
}

static const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

static void put_place(struct mtks_json *json, uint64_t offset, uint64_t length)
{
    mtks_json_known(json, "offset", offset, MTKSCAN_NO_OFFSET);
    mtks_json_number(json, "length", length);
}

void mtks_report_begin_json(struct mtks_json *json, const struct mtks_analysis *analysis,
                            const char *status)
{
    mtks_json_object(json, NULL);
    mtks_json_text(json, "schema", MTKS_SCHEMA);
    mtks_json_object(json, "input");
    mtks_json_text(json, "path", analysis->input.path);
    mtks_json_close(json);
    mtks_json_text(json, "status", status);
}

static void put_input(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_object(json, "input");
    mtks_json_text(json, "path", analysis->input.path);
    mtks_json_number(json, "size", analysis->input.size);
    mtks_json_text(json, "sha1", text_or_null(analysis->input.sha1));
    mtks_json_text(json, "kind", analysis->input.kit ? "kit" : "dump");
    mtks_json_number(json, "given", analysis->input.given);
    mtks_view_json(json, analysis);
    mtks_json_close(json);
}

static void put_claims(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "claims");
    for (size_t i = 0; i < analysis->claims.count; i++) {
        const struct mtks_claim *claim = &analysis->claims.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "plugin", claim->plugin);
        mtks_json_integer(json, "score", claim->score);
        mtks_json_bool(json, "contradicted", claim->contradicted);
        mtks_json_text(json, "misbehaved", claim->misbehaved);
        mtks_json_array(json, "evidence");
        for (size_t j = 0; j < claim->evidence.count; j++) {
            const struct mtks_evidence *evidence = &claim->evidence.items[j];
            mtks_json_object(json, NULL);
            mtks_json_text(json, "id", evidence->id);
            put_place(json, evidence->offset, evidence->length);
            mtks_json_integer(json, "bits", evidence->bits);
            mtks_json_text(json, "text", evidence->text);
            mtks_json_bool(json, "contradiction", evidence->contradiction);
            mtks_json_bool(json, "common", evidence->common);
            mtks_json_close(json);
        }
        mtks_json_close(json);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_identity(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_object(json, "identity");
    for (size_t i = 0; i < sizeof identity_keys / sizeof *identity_keys; i++)
        mtks_json_text(json, identity_keys[i], mtks_fact_value(analysis, identity_keys[i]));
    mtks_json_text(json, "device", analysis->device);
    mtks_json_text(json, "device_notes", analysis->device_notes);
    mtks_json_close(json);

    mtks_json_array(json, "facts");
    for (size_t i = 0; i < analysis->facts.count; i++) {
        const struct mtks_fact *fact = &analysis->facts.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "key", fact->key);
        mtks_json_text(json, "value", fact->value);
        put_place(json, fact->offset, fact->length);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_flash(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_object(json, "flash");
    mtks_json_known(json, "capacity", analysis->flash.capacity, 0);
    mtks_json_array(json, "ids");
    for (size_t i = 0; i < analysis->flash.ids.count; i++) {
        const struct mtks_flash_id *id = &analysis->flash.ids.items[i];
        size_t length = id->id_length < sizeof id->id ? id->id_length : sizeof id->id;
        mtks_json_hex(json, NULL, id->id, length);
    }
    mtks_json_close(json);
    mtks_json_text(json, "memory_type", analysis->flash.memory_type);
    mtks_json_text(json, "memory_type_source", analysis->flash.memory_type_source);
    mtks_json_array(json, "zones");
    for (size_t i = 0; i < analysis->flash.zones.count; i++) {
        mtks_json_object(json, NULL);
        mtks_json_number(json, "offset", analysis->flash.zones.items[i].offset);
        mtks_json_number(json, "block", analysis->flash.zones.items[i].block);
        mtks_json_close(json);
    }
    mtks_json_close(json);
    mtks_json_close(json);
}

/* The checks of one part, or those that belong to none. */
static void put_checks(struct mtks_json *json, const struct mtks_analysis *analysis, uint32_t part)
{
    mtks_json_array(json, "checks");
    for (size_t i = 0; i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->part != part)
            continue;
        mtks_json_object(json, NULL);
        mtks_json_text(json, "id", check->id);
        mtks_json_text(json, "result", mtks_check_result_name(check->result));
        mtks_json_text(json, "text", check->text);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_parts(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "parts");
    for (uint32_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "name", part->name);
        mtks_json_text(json, "file", part->file);
        mtks_json_number(json, "type", part->file_type);
        mtks_json_text(json, "region", region_name(part->region));
        mtks_json_bool(json, "extra", part->flags & MTKSCAN_PART_EXTRA);
        mtks_json_known(json, "offset", part->offset, MTKSCAN_NO_OFFSET);
        if (part->length == 0 && (part->flags & MTKSCAN_PART_ABSENT))
            mtks_json_null(json, "length");
        else
            mtks_json_number(json, "length", part->length);
        mtks_json_number(json, "present", part->present);
        mtks_json_number(json, "load_addr", part->load_addr);
        mtks_json_text(json, "sha1", text_or_null(part->sha1));
        mtks_json_text(json, "health", mtks_health_name(part->health));
        put_checks(json, analysis, i);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_containers(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "containers");
    for (size_t i = 0; i < analysis->containers.count; i++) {
        const struct mtks_container *container = &analysis->containers.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "name", container->name);
        mtks_json_text(json, "codec", container->codec);
        mtks_json_text(json, "part", mtks_part_name(analysis, container->part));
        put_place(json, container->offset, container->length);
        mtks_json_known(json, "exec_addr", container->exec_addr, 0);
        mtks_json_known(json, "output_size", container->output_size, 0);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_spans(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "ranges");
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "name", range->name);
        put_place(json, range->offset, range->length);
        mtks_json_close(json);
    }
    mtks_json_close(json);
    mtks_json_array(json, "map");
    for (size_t i = 0; i < analysis->map.count; i++) {
        const struct mtks_segment *segment = &analysis->map.items[i];
        mtks_json_object(json, NULL);
        put_place(json, segment->offset, segment->length);
        mtks_json_text(json, "kind", segment->kind);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_health(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    bool judged = analysis->health.verdict != MTKS_VERDICT_NONE;
    mtks_json_object(json, "health");
    if (judged)
        mtks_json_number(json, "percent", analysis->health.percent);
    else
        mtks_json_null(json, "percent");
    mtks_json_text(json, "verdict", judged ? mtks_verdict_name(analysis->health.verdict) : NULL);
    mtks_json_bool(json, "upper_bound", analysis->health.upper_bound);
    mtks_json_close(json);
}

static void put_findings(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "findings");
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "code", finding->code);
        mtks_json_text(json, "severity", mtks_severity_name(finding->severity));
        put_place(json, finding->offset, finding->length);
        mtks_json_text(json, "part", mtks_part_name(analysis, finding->part));
        mtks_json_text(json, "message", finding->message);
        mtks_json_text(json, "advice", finding->advice);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

void mtks_report_json(FILE *out, const struct mtks_analysis *analysis)
{
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", MTKS_SCHEMA);
    put_input(&json, analysis);
    mtks_json_text(&json, "status", mtks_status_name(analysis->status));
    mtks_json_text(&json, "plugin", analysis->plugin);
    mtks_json_bool(&json, "forced", analysis->forced);
    mtks_json_text(&json, "chip", mtks_fact_value(analysis, MTKSCAN_FACT_CHIP));
    put_claims(&json, analysis);
    put_identity(&json, analysis);
    put_flash(&json, analysis);
    put_parts(&json, analysis);
    put_containers(&json, analysis);
    mtks_layers_json(&json, analysis);
    put_spans(&json, analysis);
    put_health(&json, analysis);
    if (analysis->files)
        mtks_storage_json(&json, analysis->files);
    put_checks(&json, analysis, MTKSCAN_NO_PART);
    put_findings(&json, analysis);
    mtks_json_text(&json, "hint", analysis->hint);
    mtks_json_close(&json);
}

/* A failure's code, as scripts match it. */
static const char *outcome_code(int outcome)
{
    static const struct {
        int outcome;
        const char *code;
    } codes[] = {
        {MTKSCAN_USAGE, "usage"},
        {MTKSCAN_NOT_RECOGNISED, "not-recognised"},
        {MTKSCAN_AMBIGUOUS, "ambiguous"},
        {MTKSCAN_DAMAGED, "damaged"},
        {MTKSCAN_REFUSED, "refused"},
        {MTKSCAN_MISBEHAVED, "misbehaved"},
        {MTKSCAN_INTERRUPTED, "interrupted"},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].outcome == outcome)
            return codes[i].code;
    return "system";
}

void mtks_report_json_failure(FILE *out, const char *path, const mtkscan_error *error)
{
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", MTKS_SCHEMA);
    mtks_json_object(&json, "input");
    mtks_json_text(&json, "path", path);
    mtks_json_close(&json);
    mtks_json_text(&json, "status", "error");
    mtks_json_array(&json, "errors");
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "code", outcome_code(error->outcome));
    mtks_json_text(&json, "message", error->what);
    mtks_json_known(&json, "offset", error->offset, MTKSCAN_NO_PLACE);
    mtks_json_text(&json, "advice", text_or_null(error->advice));
    mtks_json_close(&json);
    mtks_json_close(&json);
    mtks_json_close(&json);
}
