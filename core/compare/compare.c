/* SPDX-License-Identifier: MIT */
/* The table of topics, and the verdict of what they say. */
#include "compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "case.h"

#define PARTS_USUAL 64u /* more than any firmware has; bounds the work on a hostile one */

/* Topics in the order in which their reasons count: what stops a device, then what it costs. */
static const struct {
    const char *name;
    void (*look)(struct mtks_case *self);
} topics[] = {
    {"chip", mtks_topic_chip},
    {"flash-type", mtks_topic_flash_type},
    {"flash-ids", mtks_topic_flash_ids},
    {"capacity", mtks_topic_capacity},
    {"memory", mtks_topic_memory},
    {"kit", mtks_topic_kit},
    {"images", mtks_topic_images},
    {"health", mtks_topic_health},
    {"loaders", mtks_topic_loaders},
    {"handover", mtks_topic_handover},
    {"security", mtks_topic_security},
    {"root-certificate", mtks_topic_root_cert},
    {"encryption", mtks_topic_encryption},
    {"project", mtks_topic_project},
    {"parts", mtks_topic_parts},
    {"missing-images", mtks_topic_missing},
    {"anti-clone", mtks_topic_anti_clone},
    {"file-system", mtks_topic_file_system},
};

const char *mtks_fit_name(enum mtks_fit fit)
{
    static const char *const names[] = {"fits", "risky", "do not flash"};
    return (size_t)fit < sizeof names / sizeof *names ? names[fit] : "invalid";
}

const char *mtks_reason_level_name(enum mtks_reason_level level)
{
    static const char *const names[] = {"agrees", "note", "unknown", "risk", "stop"};
    return (size_t)level < sizeof names / sizeof *names ? names[level] : "invalid";
}

const char *mtks_case_text(struct mtks_case *self, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *kept = mtks_arena_text(self->arena, text);
    self->failed |= kept == NULL;
    return kept;
}

void mtks_case_add(struct mtks_case *self, const char *code, enum mtks_reason_level level,
                   const char *what, struct mtks_value device, struct mtks_value firmware,
                   const char *tool)
{
    struct mtks_reason *reason = what ? MTKS_PUSH(self->arena, &self->comparison->reasons) : NULL;
    self->failed |= reason == NULL;
    if (!reason)
        return;
    *reason = (struct mtks_reason){
        .code = code,
        .level = level,
        .topic = self->topic,
        .what = what,
        .device = device.text,
        .firmware = firmware.text,
        .device_offset = device.offset,
        .firmware_offset = firmware.offset,
        .tool_error = tool,
    };
}

struct mtks_value mtks_value_at(const char *text, uint64_t offset)
{
    return (struct mtks_value){text, offset};
}

struct mtks_value mtks_value_of(const char *text)
{
    return mtks_value_at(text, MTKSCAN_NO_OFFSET);
}

bool mtks_values_agree(struct mtks_value a, struct mtks_value b)
{
    return a.text && b.text && strcasecmp(a.text, b.text) == 0;
}

/* Whether the device holds every image of the firmware byte by byte, ROM among them. */
static bool is_same_firmware(const struct mtks_seen *device, const struct mtks_seen *firmware)
{
    bool rom = false;
    if (firmware->analysis->parts.count > PARTS_USUAL)
        return false;
    for (size_t i = 0; i < firmware->analysis->parts.count; i++) {
        const struct mtks_part *theirs = &firmware->analysis->parts.items[i];
        const struct mtks_part *ours = mtks_seen_part_of(device, theirs->file_type);
        if (theirs->flags & MTKSCAN_PART_ABSENT)
            continue;
        if (!ours || ours->length != theirs->length)
            return false;
        const uint8_t *left = mtks_dump_span(device->dump, ours->offset, ours->length);
        const uint8_t *right = mtks_dump_span(firmware->dump, theirs->offset, theirs->length);
        if (!left || !right || memcmp(left, right, (size_t)ours->length) != 0)
            return false;
        rom = rom || theirs->file_type == MTKSCAN_FILE_ROM;
    }
    return rom;
}

static bool is_same_family(const struct mtks_seen *device, const struct mtks_seen *firmware)
{
    static const char *const facts[] = {MTKSCAN_FACT_CHIP, MTKSCAN_FACT_PROJECT, MTKSCAN_FACT_PCB,
                                        MTKSCAN_FACT_HW_VERSION};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (!mtks_values_agree(mtks_seen_fact(device, facts[i]),
                               mtks_seen_fact(firmware, facts[i])))
            return false;
    return strcasecmp(device->flavour, firmware->flavour) == 0;
}

/* Worst first; the order of the table within a level, which sorting by hand keeps. Reasons are a
 * few dozen. */
static void sort(struct mtks_comparison *comparison)
{
    struct mtks_reason *items = comparison->reasons.items;
    for (size_t i = 1; i < comparison->reasons.count; i++) {
        const struct mtks_reason reason = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].level < reason.level; at--)
            items[at] = items[at - 1];
        items[at] = reason;
    }
}

static enum mtks_fit judge(const struct mtks_comparison *comparison)
{
    if (comparison->reasons.count == 0)
        return MTKS_RISKY; /* nothing is known */
    const enum mtks_reason_level worst = comparison->reasons.items[0].level;
    return worst == MTKS_REASON_STOP      ? MTKS_DO_NOT_FLASH
           : worst >= MTKS_REASON_UNKNOWN ? MTKS_RISKY
                                          : MTKS_FITS;
}

int mtks_compare(struct mtks_comparison *comparison, const struct mtks_side *device,
                 const struct mtks_side *firmware, const struct mtks_compare_options *options,
                 struct mtks_arena *arena)
{
    static const struct mtks_compare_options none = {.target_id = NULL};
    struct mtks_seen ours, theirs;
    *comparison = (struct mtks_comparison){.verdict = MTKS_DO_NOT_FLASH};
    mtks_seen_read(&ours, device);
    mtks_seen_read(&theirs, firmware);
    struct mtks_case self = {
        .comparison = comparison,
        .arena = arena,
        .options = options ? options : &none,
        .device = &ours,
        .firmware = &theirs,
    };
    self.same_family = is_same_family(&ours, &theirs) || is_same_firmware(&ours, &theirs);
    for (size_t i = 0; i < sizeof topics / sizeof *topics && !self.failed; i++) {
        self.topic = topics[i].name;
        topics[i].look(&self);
    }
    mtkscan_memory_host_free(&ours.memory);
    mtkscan_memory_host_free(&theirs.memory);
    if (self.failed)
        return -1;
    sort(comparison);
    comparison->verdict = judge(comparison);
    return 0;
}
