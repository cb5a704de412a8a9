/* SPDX-License-Identifier: MIT */
/* Modules whose claims and layouts are known, and a run of them over a fixture dump. */
#ifndef TESTS_HOST_CLAIMING_H
#define TESTS_HOST_CLAIMING_H

#include <stdlib.h>
#include <string.h>

#include "host/claim.h"
#include "model/finding.h"
#include "support.h"

/* ---- modules */

static inline int32_t state_bits(const mtkscan_host *host, int32_t bits, uint32_t flags)
{
    mtkscan_evidence evidence = MTKSCAN_INIT(mtkscan_evidence);
    evidence.id = flags & MTKSCAN_EVIDENCE_CONTRADICTION ? "contradiction" : "bits";
    evidence.text = "made for the test";
    evidence.offset = 4;
    evidence.length = 2;
    evidence.bits = bits;
    evidence.flags = flags;
    return host->emit_evidence(host, &evidence);
}

#define CLAIM(name, ...)                                                                           \
    static inline int32_t name(const mtkscan_host *host)                                           \
    {                                                                                              \
        static const struct {                                                                      \
            int32_t bits;                                                                          \
            uint32_t flags;                                                                        \
        } items[] = {__VA_ARGS__};                                                                 \
        for (size_t i = 0; i < sizeof items / sizeof *items; i++)                                  \
            state_bits(host, items[i].bits, items[i].flags);                                       \
        return MTKSCAN_OK;                                                                         \
    }

CLAIM(claim_100, {60, 0}, {40, MTKSCAN_EVIDENCE_COMMON})
CLAIM(claim_48, {48, 0})

static inline int32_t nothing(const mtkscan_host *host)
{
    host->log(host, MTKSCAN_LOG_INFO, "nothing to say");
    return MTKSCAN_OK;
}

static inline int32_t fails(const mtkscan_host *host)
{
    state_bits(host, 200, 0);
    return MTKSCAN_E_FAILED;
}

static inline int32_t emit_part(const mtkscan_host *host, const char *name, uint64_t offset,
                                uint64_t length)
{
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = name;
    part.offset = offset;
    part.length = length;
    return host->emit_part(host, &part);
}

static inline int32_t layout_good(const mtkscan_host *host)
{
    mtkscan_fact fact = MTKSCAN_INIT(mtkscan_fact);
    mtkscan_check check = MTKSCAN_INIT(mtkscan_check);
    mtkscan_container container = MTKSCAN_INIT(mtkscan_container);
    mtkscan_range range = MTKSCAN_INIT(mtkscan_range);
    mtkscan_notice notice = MTKSCAN_INIT(mtkscan_notice);
    fact.key = MTKSCAN_FACT_CHIP;
    fact.value = "MT9999";
    fact.offset = MTKSCAN_NO_OFFSET;
    check.id = "word";
    check.text = "a word is 0";
    check.finding = "MTK-S001";
    check.kind = MTKSCAN_CHECK_U32;
    check.on_fail = MTKSCAN_FAIL_WARNING;
    check.part = 1;
    container.name = "ALICE";
    container.codec = "alice-1";
    container.part = 1;
    range.name = "FAT";
    range.offset = 0x10000;
    range.length = 0x1000;
    notice.code = "ZZZ-1";
    notice.detail = "a code of the future";
    notice.part = 0;
    notice.offset = 7;
    host->log(host, MTKSCAN_LOG_WARNING, "a line of the layout");
    host->emit_fact(host, &fact);
    emit_part(host, "BOOT", 0, 0x100);
    emit_part(host, "ROM", 0x100, 0x10000000);
    host->emit_check(host, &check);
    host->emit_container(host, &container);
    host->emit_range(host, &range);
    host->emit_notice(host, &notice);
    return MTKSCAN_OK;
}

static inline int32_t flash_good(const mtkscan_host *host)
{
    mtkscan_flash flash = MTKSCAN_INIT(mtkscan_flash);
    mtkscan_flash_id id = MTKSCAN_INIT(mtkscan_flash_id);
    mtkscan_zone zone = MTKSCAN_INIT(mtkscan_zone);
    mtkscan_check check = MTKSCAN_INIT(mtkscan_check);
    flash.capacity = 0x400000;
    flash.memory_type = "PSRAM";
    flash.memory_type_source = "made for the test";
    id.device_type = 3;
    id.id_length = 1;
    id.id[0] = 0xC2;
    zone.block = 4096;
    check.id = "again";
    check.text = "refers to a part of the layout";
    check.finding = "MTK-S001";
    check.kind = MTKSCAN_CHECK_U32;
    check.on_fail = MTKSCAN_FAIL_WARNING;
    check.part = 1;
    host->emit_flash(host, &flash);
    host->emit_flash_id(host, &id);
    host->emit_zone(host, &zone);
    return host->emit_check(host, &check);
}

/* ---- a run */

struct run {
    struct mtks_analysis *analysis;
    struct mtks_plugins plugins;
    struct mtks_registry registry;
    struct mtks_dump dump;
    struct test_dump bytes;
    mtkscan_error error;
    int outcome;
};

static const char *const test_chips[] = {"MT9999", NULL};

static inline void add_module(struct run *run, const char *id,
                              int32_t (*claim)(const mtkscan_host *))
{
    struct mtks_plugin *plugin = MTKS_PUSH(&run->plugins.arena, &run->plugins.list);
    plugin->entry = (mtkscan_plugin){.struct_size = sizeof(mtkscan_plugin),
                                     .abi = MTKSCAN_ABI,
                                     .id = id,
                                     .chips = test_chips,
                                     .claim = claim,
                                     .layout = layout_good,
                                     .flash_ids = flash_good};
    plugin->path = "/nowhere";
    plugin->origin = "command line";
    plugin->state = MTKS_PLUGIN_OK;
}

/* A dump that names `chip`, and no module yet. */
static inline void open_run(struct run *run, const char *chip)
{
    struct mtks_limits limits;
    memset(run, 0, sizeof *run);
    mtks_limits_init(&limits);
    limits.records = 50;
    run->analysis = mtks_analysis_new(&limits);
    mtks_arena_init(&run->plugins.arena, 1u << 20);
    mtks_registry_init(&run->registry, &limits);
    run->bytes = test_dump_make(chip, 0);
    run->dump = (struct mtks_dump){.bytes = run->bytes.bytes, .size = run->bytes.size};
}

static inline void add_registry(struct run *run, const char *text)
{
    char *folder = test_folder_new();
    char *path = test_file_write(folder, "boards.ini", text, strlen(text));
    assert_int_equal(mtks_registry_add(&run->registry, path, true, &run->error), MTKSCAN_DONE);
    free(path);
    test_folder_remove(folder);
}

static inline void ask(struct run *run, const char *forced)
{
    run->outcome = mtks_claim_run(run->analysis, &run->dump, &run->plugins, &run->registry, forced,
                                  &run->error);
}

static inline void close_run(struct run *run)
{
    mtks_analysis_free(run->analysis);
    mtks_arena_free(&run->plugins.arena);
    mtks_registry_free(&run->registry);
    test_dump_free(&run->bytes);
}

static inline const struct mtks_finding *finding(const struct run *run, const char *code)
{
    for (size_t i = 0; i < run->analysis->findings.count; i++)
        if (strcmp(run->analysis->findings.items[i].code, code) == 0)
            return &run->analysis->findings.items[i];
    return NULL;
}

/* A registry with one board, known by the chip word of the fixture. */
#define BOARD(plugin)                                                                              \
    "[board.x]\nplatform = *_MT9999_*\ndevice = a watch\nnotes = a note\n"                         \
    "plugin = " plugin "\n"

#endif
