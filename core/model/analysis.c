/* SPDX-License-Identifier: MIT */
#include "analysis.h"

#include <stdlib.h>
#include <string.h>

struct mtks_analysis *mtks_analysis_new(const struct mtks_limits *limits)
{
    struct mtks_analysis *analysis = calloc(1, sizeof *analysis);
    if (!analysis)
        return NULL;
    if (limits)
        analysis->limits = *limits;
    else
        mtks_limits_init(&analysis->limits);
    mtks_arena_init(&analysis->arena, analysis->limits.memory);
    return analysis;
}

void mtks_analysis_free(struct mtks_analysis *analysis)
{
    if (!analysis)
        return;
    for (size_t i = 0; i < analysis->layers.count; i++)
        free(analysis->layers.items[i].bytes);
    mtks_arena_free(&analysis->arena);
    free(analysis);
}

const char *mtks_fact_value(const struct mtks_analysis *analysis, const char *key)
{
    for (size_t i = 0; i < analysis->facts.count; i++)
        if (strcmp(analysis->facts.items[i].key, key) == 0)
            return analysis->facts.items[i].value;
    return NULL;
}

static const char *name_of(const char *const *names, size_t count, size_t value)
{
    return value < count ? names[value] : "invalid";
}

#define NAME_OF(names, value) name_of(names, sizeof(names) / sizeof *(names), (size_t)(value))

const char *mtks_status_name(enum mtks_status status)
{
    static const char *const names[] = {[MTKS_UNKNOWN] = "unknown",
                                        [MTKS_AMBIGUOUS] = "ambiguous",
                                        [MTKS_IDENTIFIED] = "identified"};
    return NAME_OF(names, status);
}

const char *mtks_health_name(enum mtks_part_health health)
{
    static const char *const names[] = {
        [MTKS_HEALTH_UNCHECKED] = "unchecked",   [MTKS_HEALTH_VERIFIED] = "verified",
        [MTKS_HEALTH_CONSISTENT] = "consistent", [MTKS_HEALTH_DAMAGED] = "damaged",
        [MTKS_HEALTH_TRUNCATED] = "truncated",   [MTKS_HEALTH_ABSENT] = "absent"};
    return NAME_OF(names, health);
}

const char *mtks_verdict_name(enum mtks_verdict verdict)
{
    static const char *const names[] = {[MTKS_VERDICT_NONE] = "none",
                                        [MTKS_HEALTHY] = "healthy",
                                        [MTKS_DAMAGED] = "damaged",
                                        [MTKS_INCOMPLETE] = "incomplete"};
    return NAME_OF(names, verdict);
}

const char *mtks_severity_name(enum mtks_severity severity)
{
    static const char *const names[] = {
        [MTKS_INFO] = "info", [MTKS_WARNING] = "warning", [MTKS_ERROR] = "error"};
    return NAME_OF(names, severity);
}

const char *mtks_check_result_name(enum mtks_check_result result)
{
    static const char *const names[] = {
        [MTKS_CHECK_NOT_RUN] = "not-run", [MTKS_CHECK_PASS] = "pass", [MTKS_CHECK_FAIL] = "fail"};
    return NAME_OF(names, result);
}

const char *mtks_layer_state_name(enum mtks_layer_state state)
{
    static const char *const names[] = {[MTKS_LAYER_CLOSED] = "closed",
                                        [MTKS_LAYER_DAMAGED] = "damaged",
                                        [MTKS_LAYER_CONSISTENT] = "consistent",
                                        [MTKS_LAYER_VERIFIED] = "verified"};
    return NAME_OF(names, state);
}

const char *mtks_packing_name(enum mtks_packing packing)
{
    static const char *const names[] = {[MTKS_PACKING_UNKNOWN] = "not known",
                                        [MTKS_PACKING_PLAIN] = "not compressed",
                                        [MTKS_PACKING_PARTLY] = "partly compressed",
                                        [MTKS_PACKING_FULLY] = "fully compressed",
                                        [MTKS_PACKING_CRYPTED] = "encrypted"};
    return NAME_OF(names, packing);
}
