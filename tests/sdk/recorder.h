/* SPDX-License-Identifier: MIT */
/* Keeps what a module's callbacks emit for a dump in memory, and decides its checks in the plainest
 * way. */
#ifndef TESTS_SDK_RECORDER_H
#define TESTS_SDK_RECORDER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/memory_host.h"
#include "support.h"

#define RECORDER_MAX 1024u

struct recorder {
    mtkscan_memory_host memory;
    int32_t status;       /* of the last callback */
    int32_t refuse_with;  /* what the emit_* calls return; MTKSCAN_OK unless a test sets it */
    char texts[1u << 18]; /* copies */
    size_t text_used;

    int score;
    bool contradicted, own;
    mtkscan_evidence evidence[RECORDER_MAX];
    mtkscan_fact facts[64];
    mtkscan_part parts[RECORDER_MAX];
    mtkscan_check checks[2 * RECORDER_MAX];
    mtkscan_container containers[16];
    mtkscan_range ranges[16];
    mtkscan_notice notices[RECORDER_MAX];
    mtkscan_flash flash;
    mtkscan_flash_id ids[64];
    mtkscan_zone zones[16];
    unsigned evidence_count, fact_count, part_count, check_count, container_count, range_count,
        notice_count, flash_count, id_count, zone_count;
};

static inline struct recorder *recorder_of(const mtkscan_host *host)
{
    return ((mtkscan_memory_host *)host->ctx)->user;
}

/* Also holds the module to the rules for texts. */
static inline const char *recorder_text(struct recorder *recorder, const char *text)
{
    if (!text)
        return NULL;
    size_t length = strlen(text) + 1;
    assert_true(length <= MTKSCAN_TEXT_MAX + 1);
    assert_true(recorder->text_used + length <= sizeof recorder->texts);
    char *copy = recorder->texts + recorder->text_used;
    memcpy(copy, text, length);
    recorder->text_used += length;
    return copy;
}

/* Copies a record into its list, and tells the caller which it is. */
#define RECORDER_KEEP(type, list, count)                                                           \
    struct recorder *recorder = recorder_of(host);                                                 \
    assert_int_equal(record->struct_size, sizeof(type));                                           \
    assert_int_equal(record->abi, MTKSCAN_ABI);                                                    \
    assert_true(recorder->count < sizeof recorder->list / sizeof *recorder->list);                 \
    type *kept = &recorder->list[recorder->count++];                                               \
    *kept = *record

static inline int32_t recorder_evidence(const mtkscan_host *host, const mtkscan_evidence *record)
{
    RECORDER_KEEP(mtkscan_evidence, evidence, evidence_count);
    kept->id = recorder_text(recorder, record->id);
    kept->text = recorder_text(recorder, record->text);
    assert_true(record->bits >= 0 && record->bits <= 256);
    recorder->score += record->bits;
    if (record->flags & MTKSCAN_EVIDENCE_CONTRADICTION) {
        assert_int_equal(record->bits, 0);
        recorder->contradicted = true;
    } else if (!(record->flags & MTKSCAN_EVIDENCE_COMMON)) {
        recorder->own = true;
    }
    return recorder->refuse_with;
}

static inline int32_t recorder_fact(const mtkscan_host *host, const mtkscan_fact *record)
{
    RECORDER_KEEP(mtkscan_fact, facts, fact_count);
    kept->key = recorder_text(recorder, record->key);
    kept->value = recorder_text(recorder, record->value);
    return recorder->refuse_with;
}

static inline int32_t recorder_part(const mtkscan_host *host, const mtkscan_part *record)
{
    RECORDER_KEEP(mtkscan_part, parts, part_count);
    kept->name = recorder_text(recorder, record->name);
    kept->file = recorder_text(recorder, record->file ? record->file : record->name);
    return recorder->refuse_with;
}

static inline int32_t recorder_check(const mtkscan_host *host, const mtkscan_check *record)
{
    RECORDER_KEEP(mtkscan_check, checks, check_count);
    assert_true(record->part == MTKSCAN_NO_PART || record->part < recorder->part_count);
    kept->id = recorder_text(recorder, record->id);
    kept->text = recorder_text(recorder, record->text);
    kept->finding = recorder_text(recorder, record->finding);
    if (record->kind == MTKSCAN_CHECK_BYTES) {
        assert_true(recorder->text_used + record->bytes_length <= sizeof recorder->texts);
        assert_true(record->bytes_length >= 1 && record->bytes_length <= MTKSCAN_BYTES_MAX);
        void *copy = recorder->texts + recorder->text_used;
        memcpy(copy, record->bytes, record->bytes_length);
        kept->bytes = copy;
        recorder->text_used += record->bytes_length;
    }
    return recorder->refuse_with;
}

static inline int32_t recorder_container(const mtkscan_host *host, const mtkscan_container *record)
{
    RECORDER_KEEP(mtkscan_container, containers, container_count);
    kept->name = recorder_text(recorder, record->name);
    kept->codec = recorder_text(recorder, record->codec);
    return recorder->refuse_with;
}

static inline int32_t recorder_range(const mtkscan_host *host, const mtkscan_range *record)
{
    RECORDER_KEEP(mtkscan_range, ranges, range_count);
    kept->name = recorder_text(recorder, record->name);
    return recorder->refuse_with;
}

static inline int32_t recorder_notice(const mtkscan_host *host, const mtkscan_notice *record)
{
    RECORDER_KEEP(mtkscan_notice, notices, notice_count);
    kept->code = recorder_text(recorder, record->code);
    kept->detail = recorder_text(recorder, record->detail);
    return recorder->refuse_with;
}

static inline int32_t recorder_flash(const mtkscan_host *host, const mtkscan_flash *record)
{
    struct recorder *recorder = recorder_of(host);
    recorder->flash = *record;
    recorder->flash.memory_type = recorder_text(recorder, record->memory_type);
    recorder->flash.memory_type_source = recorder_text(recorder, record->memory_type_source);
    recorder->flash_count++;
    return recorder->refuse_with;
}

static inline int32_t recorder_flash_id(const mtkscan_host *host, const mtkscan_flash_id *record)
{
    RECORDER_KEEP(mtkscan_flash_id, ids, id_count);
    assert_true(kept->device_type >= 1 && kept->device_type <= 5);
    assert_true(kept->id_length >= 1 && kept->id_length <= 8);
    for (uint32_t i = kept->id_length; i < 8; i++)
        assert_int_equal(kept->id[i], 0);
    return recorder->refuse_with;
}

static inline int32_t recorder_zone(const mtkscan_host *host, const mtkscan_zone *record)
{
    RECORDER_KEEP(mtkscan_zone, zones, zone_count);
    assert_true(kept->block > 0);
    return recorder->refuse_with;
}

/* [owner: caller, recorder_free] */
static inline struct recorder *recorder_new(const uint8_t *bytes, uint64_t size)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    assert_non_null(recorder);
    mtkscan_host emits = MTKSCAN_INIT(mtkscan_host);
    emits.emit_evidence = recorder_evidence;
    emits.emit_fact = recorder_fact;
    emits.emit_part = recorder_part;
    emits.emit_check = recorder_check;
    emits.emit_container = recorder_container;
    emits.emit_range = recorder_range;
    emits.emit_notice = recorder_notice;
    emits.emit_flash = recorder_flash;
    emits.emit_flash_id = recorder_flash_id;
    emits.emit_zone = recorder_zone;
    mtkscan_memory_host_init(&recorder->memory, bytes, size, &emits, recorder);
    return recorder;
}

static inline void recorder_free(struct recorder *recorder)
{
    mtkscan_memory_host_free(&recorder->memory);
    free(recorder);
}

static inline unsigned recorder_notices(const struct recorder *recorder, const char *code)
{
    unsigned count = 0;
    for (unsigned i = 0; i < recorder->notice_count; i++)
        count += strcmp(recorder->notices[i].code, code) == 0;
    return count;
}

static inline const mtkscan_notice *recorder_notice_of(const struct recorder *recorder,
                                                       const char *code)
{
    for (unsigned i = 0; i < recorder->notice_count; i++)
        if (strcmp(recorder->notices[i].code, code) == 0)
            return &recorder->notices[i];
    fail_msg("no notice %s", code);
    return NULL;
}

static inline const mtkscan_part *recorder_part_of(const struct recorder *recorder,
                                                   const char *name)
{
    for (unsigned i = 0; i < recorder->part_count; i++)
        if (strcmp(recorder->parts[i].name, name) == 0)
            return &recorder->parts[i];
    return NULL;
}

static inline const char *recorder_fact_of(const struct recorder *recorder, const char *key)
{
    for (unsigned i = 0; i < recorder->fact_count; i++)
        if (strcmp(recorder->facts[i].key, key) == 0)
            return recorder->facts[i].value;
    return NULL;
}

/* ---- checks */

static inline bool recorder_sha1_holds(const mtkscan_host *host, const mtkscan_check *check)
{
    const uint8_t *bytes = host->span(host, check->offset, check->length);
    const uint8_t *stated = host->span(host, check->other, 20);
    uint8_t digest[20];
    if (!bytes || !stated)
        return false;
    mtks_sha1_raw(bytes, check->length, digest);
    return memcmp(digest, stated, sizeof digest) == 0;
}

static inline bool recorder_relation_holds(const mtkscan_check *check)
{
    return check->relation == MTKSCAN_EQUAL     ? check->left == check->right
           : check->relation == MTKSCAN_AT_MOST ? check->left <= check->right
                                                : check->left >= check->right;
}

static inline bool recorder_chain_holds(const mtkscan_host *host, const mtkscan_check *check)
{
    mtkscan_gfh_record record = {.offset = check->offset};
    int step;
    do
        step = mtkscan_gfh_next(host, check->offset, check->offset + check->length, &record);
    while (step == 1);
    return step == 0;
}

static inline bool recorder_texts_agree(const mtkscan_host *host, const mtkscan_check *check)
{
    const char *left = (const char *)host->span(host, check->offset, check->length);
    const char *right = (const char *)host->span(host, check->other, check->length);
    return left && right && strncasecmp(left, right, check->length) == 0;
}

static inline bool recorder_check_holds(const struct recorder *recorder, const mtkscan_check *check)
{
    const mtkscan_host *host = &recorder->memory.host;
    const uint8_t *left, *right;
    uint32_t word;
    switch (check->kind) {
    case MTKSCAN_CHECK_SHA1:
        return recorder_sha1_holds(host, check);
    case MTKSCAN_CHECK_BYTES:
        left = host->span(host, check->offset, check->bytes_length);
        return left && memcmp(left, check->bytes, check->bytes_length) == 0;
    case MTKSCAN_CHECK_SAME:
        left = host->span(host, check->offset, check->length);
        right = host->span(host, check->other, check->length);
        return left && right && memcmp(left, right, check->length) == 0;
    case MTKSCAN_CHECK_U32:
        return mtkscan_read_le32(host, check->offset, &word) && word == check->right;
    case MTKSCAN_CHECK_RELATION:
        return recorder_relation_holds(check);
    case MTKSCAN_CHECK_TEXT:
        return recorder_texts_agree(host, check);
    case MTKSCAN_CHECK_CHAIN:
        return recorder_chain_holds(host, check);
    default:
        fail_msg("check %s is of kind %u", check->id, check->kind);
        return false;
    }
}

/* How many checks with this finding code there are, and how many fail. */
static inline unsigned recorder_checks(const struct recorder *recorder, const char *finding,
                                       unsigned *failing)
{
    unsigned count = 0;
    *failing = 0;
    for (unsigned i = 0; i < recorder->check_count; i++) {
        if (finding && strcmp(recorder->checks[i].finding, finding) != 0)
            continue;
        count++;
        *failing += !recorder_check_holds(recorder, &recorder->checks[i]);
    }
    return count;
}

static inline bool recorder_fails(const struct recorder *recorder, const char *finding)
{
    unsigned failing;
    return recorder_checks(recorder, finding, &failing) > 0 && failing > 0;
}

#endif
