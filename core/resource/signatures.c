/* SPDX-License-Identifier: MIT */
/*
 * One pass over the bytes for all signatures. Two tables tell which signatures a byte can begin and
 * which it can continue; only where both agree is anything compared, and then walked.
 */
#include "finds.h"
#include "walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SIGNATURES_MOST 32u /* bits of a word of the tables */
#define FORMATS_MOST    32u
#define STRETCH         0x100000u /* bytes between two looks at the progress */

struct signature {
    const char *bytes;
    size_t length;
    size_t format; /* row of the table of formats */
};

struct search {
    uint32_t first[256], second[256]; /* sets of signatures, by byte */
    struct signature signatures[SIGNATURES_MOST];
    struct mtks_finds *finds;
    const struct mtks_resource_span *span;
    /* The best find so far that the pass has not left; a longer one that begins inside and ends
     * behind it takes its place. */
    bool holds;
    const char *format;
    uint64_t offset;
    struct mtks_walk walk;
    const char *inner; /* format of the first find inside it, or NULL */
    uint64_t inner_offset;
    uint32_t inner_count;
    /* By format: where its last accepted walk ended. Nothing is tried before, or each frame of an
     * MP3 inside a WAV would be walked to the end of the chain. */
    uint64_t done[FORMATS_MOST];
};

static void search_init(struct search *search)
{
    uint32_t count = 0;
    for (size_t i = 0; i < mtks_resource_format_count; i++) {
        const char *const *magics = mtks_resource_formats[i].magics;
        for (size_t j = 0; j < MTKS_RESOURCE_MAGICS && magics[j] && count < SIGNATURES_MOST; j++) {
            search->signatures[count] =
                (struct signature){.bytes = magics[j], .length = strlen(magics[j]), .format = i};
            search->first[(uint8_t)magics[j][0]] |= UINT32_C(1) << count;
            search->second[(uint8_t)magics[j][1]] |= UINT32_C(1) << count;
            count++;
        }
    }
}

static int release(struct search *search)
{
    if (!search->holds)
        return 0;
    search->holds = false;
    const size_t used = strlen(search->walk.detail);
    if (search->inner_count > 0)
        snprintf(search->walk.detail + used, sizeof search->walk.detail - used,
                 "%sholds %u more, first %s at +0x%" PRIX64, used ? ", " : "", search->inner_count,
                 search->inner, search->inner_offset);
    return mtks_finds_add(search->finds, search->format, search->offset, &search->walk, false);
}

/* Walks one candidate. Steps of a walk that becomes a find are free, as finds do not overlap. */
static void attempt(struct search *search, const struct signature *signature, uint64_t at)
{
    const struct mtks_resource_format *format = &mtks_resource_formats[signature->format];
    const uint64_t left = search->span->length - at;
    if (at < search->done[signature->format] || left < signature->length ||
        memcmp(search->span->bytes + at, signature->bytes, signature->length) != 0)
        return;
    struct mtks_walk walk = {.steps = search->finds->steps};
    if (!mtks_walk_step(&walk, 1) || !format->walk(search->span->bytes + at, left, &walk)) {
        search->finds->steps = walk.steps;
        return;
    }
    search->done[signature->format] = at + walk.length;
    const uint64_t held = search->holds ? search->offset + search->walk.length : 0;
    if (at + walk.length <= held && search->inner_count++ == 0) {
        search->inner = format->name;
        search->inner_offset = at - search->offset;
    }
    if (at + walk.length <= held || (search->holds && walk.length <= search->walk.length))
        return;
    search->holds = true;
    search->format = format->name;
    search->offset = at;
    search->walk = walk;
    search->inner_count = 0;
}

static int stretch(struct search *search, uint64_t from, uint64_t to)
{
    const uint8_t *bytes = search->span->bytes;
    for (uint64_t at = from; at < to; at++) {
        uint32_t set = search->first[bytes[at]] & search->second[bytes[at + 1]];
        if (set == 0)
            continue;
        if (search->holds && at >= search->offset + search->walk.length && release(search) != 0)
            return -1;
        for (uint32_t i = 0; set != 0; i++, set >>= 1)
            if (set & 1)
                attempt(search, &search->signatures[i], at);
    }
    return 0;
}

int mtks_signatures_find(struct mtks_finds *finds, const struct mtks_resource_span *span,
                         const struct mtks_progress *progress)
{
    struct search search = {.finds = finds, .span = span};
    search_init(&search);
    const uint64_t end = span->length > 0 ? span->length - 1 : 0;
    for (uint64_t at = 0; at < end; at += STRETCH) {
        if (mtks_step(progress, "resources", at, span->length) != 0)
            return 1;
        const uint64_t to = end - at < STRETCH ? end : at + STRETCH;
        if (stretch(&search, at, to) != 0)
            return -1;
    }
    const int outcome = release(&search);
    mtks_finds_settle(finds);
    return outcome;
}
