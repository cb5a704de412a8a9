/* SPDX-License-Identifier: MIT */
#include "seen.h"

#include <stdio.h>
#include <string.h>

static bool is_there(const struct mtks_part *part)
{
    return !(part->flags & MTKSCAN_PART_ABSENT);
}

const struct mtks_part *mtks_seen_part_of(const struct mtks_seen *seen, uint32_t file_type)
{
    for (size_t i = 0; i < seen->analysis->parts.count; i++) {
        const struct mtks_part *part = &seen->analysis->parts.items[i];
        if (part->file_type == file_type && is_there(part))
            return part;
    }
    return NULL;
}

size_t mtks_seen_id_count(const struct mtks_seen *seen)
{
    const size_t count = seen->analysis->flash.ids.count;
    return count < MTKSCAN_IDS_MAX ? count : MTKSCAN_IDS_MAX;
}

bool mtks_seen_info(const struct mtks_seen *seen, const struct mtks_part *part,
                    mtkscan_file_info *info)
{
    const uint64_t present = mtks_dump_present(seen->dump, part->offset, part->length);
    return present && mtkscan_file_info_parse(seen->dump->bytes + part->offset, present, info);
}

static struct mtks_seen_part read_part(const struct mtks_seen *seen, uint32_t file_type)
{
    struct mtks_seen_part found = {.part = mtks_seen_part_of(seen, file_type)};
    found.has_info = found.part && mtks_seen_info(seen, found.part, &found.info);
    return found;
}

bool mtks_seen_record(const struct mtks_seen *seen, const struct mtks_seen_part *part,
                      uint32_t type, mtkscan_gfh_record *record)
{
    return part->has_info &&
           mtkscan_gfh_find(&seen->memory.host, part->part->offset,
                            part->part->offset + part->info.content_offset, type, record) &&
           mtks_dump_span(seen->dump, record->offset, record->size) != NULL;
}

struct mtks_value mtks_seen_fact(const struct mtks_seen *seen, const char *key)
{
    for (size_t i = 0; i < seen->analysis->facts.count; i++) {
        const struct mtks_fact *fact = &seen->analysis->facts.items[i];
        if (strcmp(fact->key, key) == 0 && fact->value && *fact->value)
            return (struct mtks_value){fact->value, fact->offset};
    }
    return (struct mtks_value){NULL, MTKSCAN_NO_OFFSET};
}

const struct mtks_range *mtks_seen_range(const struct mtks_seen *seen, const char *name)
{
    for (size_t i = 0; i < seen->analysis->ranges.count; i++) {
        const struct mtks_range *range = &seen->analysis->ranges.items[i];
        if (range->length && strcmp(range->name, name) == 0)
            return range;
    }
    return NULL;
}

bool mtks_seen_finding(const struct mtks_seen *seen, const char *code)
{
    for (size_t i = 0; i < seen->analysis->findings.count; i++)
        if (strcmp(seen->analysis->findings.items[i].code, code) == 0)
            return true;
    return false;
}

bool mtks_seen_same(const struct mtks_seen *a, const mtkscan_gfh_record *left,
                    const struct mtks_seen *b, const mtkscan_gfh_record *right)
{
    const uint8_t *ours = mtks_dump_span(a->dump, left->offset, left->size);
    const uint8_t *theirs = mtks_dump_span(b->dump, right->offset, right->size);
    return ours && theirs && left->size == right->size &&
           memcmp(ours, theirs, (size_t)left->size) == 0;
}

/* Reads what stands in brackets behind the project's name. */
static void read_flavour(struct mtks_seen *seen)
{
    const struct mtks_part *rom = seen->rom.part;
    const struct mtks_value project = mtks_seen_fact(seen, MTKSCAN_FACT_PROJECT);
    char pattern[64];
    seen->flavour_offset = MTKSCAN_NO_OFFSET;
    if (!rom || !project.text || strlen(project.text) + 2 > sizeof pattern)
        return;
    const int length = snprintf(pattern, sizeof pattern, "%s(", project.text);
    const uint64_t end = rom->offset + mtks_dump_present(seen->dump, rom->offset, rom->length);
    uint64_t at;
    if (seen->memory.host.find(&seen->memory.host, rom->offset, end, pattern, (uint64_t)length,
                               &at) != MTKSCAN_OK)
        return;
    const uint8_t *text = seen->dump->bytes + at + length;
    const uint64_t left = end - at - (uint64_t)length;
    for (uint32_t i = 0; i < left && i <= MTKS_FLAVOUR_MAX; i++) {
        if (text[i] == ')') {
            memcpy(seen->flavour, text, i);
            seen->flavour_offset = at + (uint64_t)length;
            return;
        }
        if (text[i] <= ' ' || text[i] > '~')
            return;
    }
}

static void read_records(struct mtks_seen *seen)
{
    const mtkscan_host *host = &seen->memory.host;
    mtkscan_gfh_record record;
    if (mtks_seen_record(seen, &seen->rom, MTKSCAN_GFH_MAUI_INFO, &record)) {
        seen->has_maui = mtkscan_maui_info_read(host, &record, &seen->maui);
        seen->maui_offset = record.offset;
    }
    if (mtks_seen_record(seen, &seen->bl, MTKSCAN_GFH_ARM_BL_INFO, &record)) {
        seen->has_bl_info = mtkscan_arm_bl_info_read(host, &record, &seen->bl_info);
        seen->bl_info_offset = record.offset;
    }
    if (mtks_seen_record(seen, &seen->ext, MTKSCAN_GFH_ARM_BL_INFO, &record)) {
        seen->has_ext_info = mtkscan_arm_bl_info_read(host, &record, &seen->ext_info);
        seen->ext_info_offset = record.offset;
    }
    seen->has_emi = mtks_seen_record(seen, &seen->bl, MTKSCAN_GFH_EMI_LIST, &seen->emi);
}

void mtks_seen_read(struct mtks_seen *seen, const struct mtks_side *side)
{
    memset(seen, 0, sizeof *seen);
    seen->analysis = side->analysis;
    seen->dump = side->dump;
    mtkscan_memory_host_init(&seen->memory, side->dump->bytes, side->dump->size, NULL, NULL);
    seen->bl = read_part(seen, MTKSCAN_FILE_BL);
    seen->ext = read_part(seen, MTKSCAN_FILE_EXT_BL);
    seen->rom = read_part(seen, MTKSCAN_FILE_ROM);
    seen->cert = read_part(seen, MTKSCAN_FILE_ROOT_CERT);
    read_records(seen);
    read_flavour(seen);
    static const char *const texts[] = {MTKSCAN_FACT_VERNO, MTKSCAN_FACT_PLATFORM_ID};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct mtks_value text = mtks_seen_fact(seen, texts[i]);
        if (text.text)
            mtks_codes_of_text(&seen->codes, text.text, text.offset);
    }
    if (seen->rom.part)
        mtks_codes_of_bytes(
            &seen->codes, seen->dump->bytes + seen->rom.part->offset,
            mtks_dump_present(seen->dump, seen->rom.part->offset, seen->rom.part->length));
    for (size_t i = 0; i < side->analysis->layers.count; i++) {
        const struct mtks_layer *layer = &side->analysis->layers.items[i];
        if (layer->bytes)
            mtks_codes_of_bytes(&seen->codes, layer->bytes, layer->size);
    }
}
