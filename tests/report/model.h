/* SPDX-License-Identifier: MIT */
/* Analyses made by hand, and reports of them as text in memory. */
#ifndef TESTS_REPORT_MODEL_H
#define TESTS_REPORT_MODEL_H

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

/* Text that a terminal would act on: ANSI, C1, bidi, a line break, bytes that are no UTF-8. */
#define HOSTILE "\x1b[31mred\xc2\x9b\xe2\x80\xae\n\xff\xfe\t\\"

static inline void add_fact(struct mtks_analysis *analysis, const char *key, const char *value)
{
    struct mtks_fact *fact = MTKS_PUSH(&analysis->arena, &analysis->facts);
    *fact = (struct mtks_fact){key, value, 0x40, 4};
}

static inline struct mtks_part *add_part(struct mtks_analysis *analysis, const char *name,
                                         uint64_t offset, uint64_t length,
                                         enum mtks_part_health health)
{
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    *part = (struct mtks_part){.name = name,
                               .file = name,
                               .file_type = 2,
                               .region = MTKSCAN_REGION_BOOT,
                               .offset = offset,
                               .length = length,
                               .present = length,
                               .load_addr = 0x10000000 + offset,
                               .health = health};
    memset(part->sha1, 'a', 40);
    return part;
}

static inline struct mtks_check *add_check(struct mtks_analysis *analysis, uint32_t part,
                                           const char *id, enum mtks_check_result result)
{
    struct mtks_check *check = MTKS_PUSH(&analysis->arena, &analysis->checks);
    *check = (struct mtks_check){.id = id,
                                 .text = "what must hold",
                                 .part = part,
                                 .kind = MTKSCAN_CHECK_SHA1,
                                 .offset = 0x800,
                                 .result = result};
    return check;
}

static inline struct mtks_finding *add_finding(struct mtks_analysis *analysis, const char *code,
                                               enum mtks_severity severity, const char *message)
{
    struct mtks_finding *finding = MTKS_PUSH(&analysis->arena, &analysis->findings);
    *finding = (struct mtks_finding){
        code, severity, message, "do something about it", MTKSCAN_NO_PART, 0x1000, 16};
    return finding;
}

static inline struct mtks_claim *add_claim(struct mtks_analysis *analysis, const char *plugin,
                                           int score)
{
    struct mtks_claim *claim = MTKS_PUSH(&analysis->arena, &analysis->claims);
    *claim = (struct mtks_claim){.plugin = plugin, .score = score};
    return claim;
}

static inline struct mtks_evidence *add_evidence(struct mtks_analysis *analysis, size_t claim,
                                                 const char *text, int bits)
{
    struct mtks_evidence *evidence =
        MTKS_PUSH(&analysis->arena, &analysis->claims.items[claim].evidence);
    *evidence = (struct mtks_evidence){
        .id = "some-id", .text = text, .offset = 0x1a40, .length = 8, .bits = bits};
    return evidence;
}

/* A healthy dump of six parts, as a chip module would state it. */
static inline struct mtks_analysis *healthy_model(void)
{
    static const char *const names[] = {"BOOTLOADER", "EXT_BOOTLOADER", "ROM",
                                        "COREAPI",    "VIVA",           "APP"};
    static const char *const facts[][2] = {{MTKSCAN_FACT_CHIP, "CHIP1"},
                                           {MTKSCAN_FACT_PLATFORM_ID, "P_PCB01_gprs_CHIP1"},
                                           {MTKSCAN_FACT_PROJECT, "P"},
                                           {MTKSCAN_FACT_PCB, "PCB01"},
                                           {MTKSCAN_FACT_VERNO, "V1.2"},
                                           {MTKSCAN_FACT_HW_VERSION, "P_HW"},
                                           {MTKSCAN_FACT_BUILD_TIME, "2016/03/11"}};
    struct mtks_analysis *analysis = mtks_analysis_new(NULL);
    assert_non_null(analysis);
    analysis->input.path = "rom.bin";
    analysis->input.size = 4194304;
    memset(analysis->input.sha1, 'b', 40);
    analysis->status = MTKS_IDENTIFIED;
    analysis->plugin = "chip1";
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        add_fact(analysis, facts[i][0], facts[i][1]);
    add_claim(analysis, "chip1", 212);
    add_evidence(analysis, 0, "the platform id names the chip", 64);
    add_claim(analysis, "chip2", 0)->contradicted = true;
    add_evidence(analysis, 1, "another chip", 0)->contradiction = true;
    analysis->flash.capacity = 4194304;
    analysis->flash.memory_type = "PSRAM_130MHz";
    analysis->flash.memory_type_source = "EMI settings";
    struct mtks_flash_id *id = MTKS_PUSH(&analysis->arena, &analysis->flash.ids);
    *id = (struct mtks_flash_id){3, 3, {0xC2, 0x25, 0x36}, 0};
    struct mtks_zone *zone = MTKS_PUSH(&analysis->arena, &analysis->flash.zones);
    zone->block = 4096;
    for (uint32_t i = 0; i < 6; i++) {
        add_part(analysis, names[i], 0x800 + i * 0x10000, 0x8000,
                 i < 2 ? MTKS_HEALTH_VERIFIED : MTKS_HEALTH_CONSISTENT);
        add_check(analysis, i, i < 2 ? "sha1-trailer" : "E3", MTKS_CHECK_PASS);
    }
    struct mtks_range *range = MTKS_PUSH(&analysis->arena, &analysis->ranges);
    *range = (struct mtks_range){"FAT", 0x380000, 0x80000};
    struct mtks_segment *segment = MTKS_PUSH(&analysis->arena, &analysis->map);
    *segment = (struct mtks_segment){0, 4194304, "unclaimed", false};
    analysis->health.percent = 100;
    analysis->health.verdict = MTKS_HEALTHY;
    return analysis;
}

/* What a report prints. [owner: caller, free] */
static inline char *text_of(const struct mtks_analysis *analysis,
                            const struct mtks_text_style *style)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    if (style)
        mtks_report_text(out, analysis, style);
    else
        mtks_report_json(out, analysis);
    assert_int_equal(fclose(out), 0);
    return text;
}

static inline size_t lines_in(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* Bytes of the longest line; with plain ASCII the same as columns. */
static inline size_t longest_line(const char *text)
{
    size_t longest = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        longest = length > longest ? length : longest;
        text += length + (text[length] == '\n');
    }
    return longest;
}

/* Fails when a byte is there that a terminal acts on. */
static inline void assert_harmless(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((*at < ' ' || *at == 0x7f) && *at != '\n' && (signed char)*at >= 0)
            fail_msg("control byte 0x%02X in: %s", (unsigned)*at, at);
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strchr(text, '\xff'));
}

static inline void assert_contains(const char *text, const char *piece)
{
    if (!strstr(text, piece))
        fail_msg("'%s' is not in:\n%s", piece, text);
}

static inline void assert_lacks(const char *text, const char *piece)
{
    if (strstr(text, piece))
        fail_msg("'%s' is in:\n%s", piece, text);
}

#endif
