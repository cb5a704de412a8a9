/* SPDX-License-Identifier: MIT */
/* How much of the firmware stands plain (FORMAT.md 5; PEERS.md 1b row 14). */
#include <inttypes.h>
#include <stdlib.h>

#include "decode.h"
#include "mtkscan/bytes.h"

/* Of the six kits at hand two are fully compressed, with 10 and 11 % plain; the others have 32 % or
 * more. */
#define FULLY_PERCENT 20u
#define CODED_RATIO   2u /* decoded bytes a coded byte, where nothing states the size */

/* The ROMs of these kits have 6.9 to 7.2 bits a byte, their compressed parts 7.97 or more. */
#define ENTROPY_CODE    7.9
#define SAMPLES         64u /* windows of a part */
#define WINDOW          512u
#define PARTS_SAMPLED   16u
#define ENTROPY_MINIMUM 0x4000u /* plain bytes: fewer do not tell */

struct span {
    uint64_t offset, end;
};

struct plain {
    uint64_t bytes;      /* of main parts, outside containers */
    uint64_t decoded;    /* of all containers */
    const char *crypted; /* a part that shows no structure */
    double bits;         /* a byte in it */
    size_t sampled;
    struct span *taken; /* the containers, rising */
    size_t taken_count;
};

static int by_offset(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* The containers as spans of the dump, joined where they overlap. */
static int containers_collect(struct plain *plain, struct mtks_analysis *analysis,
                              const struct mtks_dump *dump)
{
    const size_t count = analysis->containers.count;
    plain->taken = mtks_arena_alloc(&analysis->arena, sizeof *plain->taken * count);
    if (!plain->taken)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct mtks_container *container = &analysis->containers.items[i];
        const uint64_t present = mtks_dump_present(dump, container->offset, container->length);
        const uint64_t size =
            container->output_size ? container->output_size : present * CODED_RATIO;
        if (present)
            plain->taken[plain->taken_count++] =
                (struct span){container->offset, container->offset + present};
        if (!mtkscan_add(plain->decoded, size, &plain->decoded))
            plain->decoded = UINT64_MAX;
    }
    if (plain->taken_count)
        qsort(plain->taken, plain->taken_count, sizeof *plain->taken, by_offset);
    size_t kept = 0;
    for (size_t i = 0; i < plain->taken_count; i++) {
        struct span *last = kept ? &plain->taken[kept - 1] : NULL;
        if (last && plain->taken[i].offset <= last->end)
            last->end = plain->taken[i].end > last->end ? plain->taken[i].end : last->end;
        else
            plain->taken[kept++] = plain->taken[i];
    }
    plain->taken_count = kept;
    return 0;
}

/* The first container that ends behind `at`. */
static size_t taken_behind(const struct plain *plain, uint64_t at)
{
    size_t low = 0, high = plain->taken_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (plain->taken[middle].end > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Bytes of [offset, end) outside containers. */
static uint64_t plain_bytes(const struct plain *plain, uint64_t offset, uint64_t end)
{
    uint64_t bytes = end - offset;
    for (size_t i = taken_behind(plain, offset);
         i < plain->taken_count && plain->taken[i].offset < end; i++) {
        const struct span *taken = &plain->taken[i];
        const uint64_t from = taken->offset > offset ? taken->offset : offset;
        bytes -= (taken->end < end ? taken->end : end) - from;
    }
    return bytes;
}

/* The binary logarithm of 1 or more, to a thousandth; all that needs libm is not worth it. */
static double logarithm(double value)
{
    double whole = 0, part = 0.5;
    while (value >= 2) {
        value /= 2;
        whole++;
    }
    for (int i = 0; i < 11; i++, part /= 2) {
        value *= value;
        if (value >= 2) {
            value /= 2;
            whole += part;
        }
    }
    return whole;
}

/* Bits a byte of one lane. */
static double lane_entropy(const uint32_t counts[256], uint64_t total)
{
    double bits = 0;
    for (size_t i = 0; i < 256; i++)
        if (counts[i])
            bits += (double)counts[i] * logarithm((double)total / (double)counts[i]);
    return bits / (double)total;
}

/*
 * Bits a byte, of windows spread over [offset, end) outside containers. 0 when too few tell. Low
 * and high bytes of halfwords are counted apart: to a cipher they are alike, in code never.
 */
static double entropy(const struct plain *plain, const struct mtks_dump *dump, uint64_t offset,
                      uint64_t end)
{
    uint32_t counts[2][256] = {{0}};
    uint64_t total = 0;
    const uint64_t step = (end - offset) / SAMPLES;
    for (uint64_t i = 0; i < SAMPLES; i++) {
        const uint64_t at = offset + i * step;
        const size_t taken = taken_behind(plain, at);
        if (taken < plain->taken_count && plain->taken[taken].offset < at + WINDOW)
            continue;
        const uint8_t *window = mtks_dump_span(dump, at, WINDOW);
        for (size_t j = 0; window && j < WINDOW; j++)
            counts[(at + j) & 1][window[j]]++;
        total += window ? WINDOW : 0;
    }
    if (total < ENTROPY_MINIMUM)
        return 0;
    return (lane_entropy(counts[0], total / 2) + lane_entropy(counts[1], total / 2)) / 2;
}

static void part_add(struct plain *plain, const struct mtks_part *part,
                     const struct mtks_dump *dump)
{
    const uint64_t present = mtks_dump_present(dump, part->offset, part->length);
    const uint64_t end = part->offset + present;
    if (part->region != MTKSCAN_REGION_MAIN || part->flags & MTKSCAN_PART_ABSENT || !present)
        return;
    const uint64_t bytes = plain_bytes(plain, part->offset, end);
    if (!mtkscan_add(plain->bytes, bytes, &plain->bytes))
        plain->bytes = UINT64_MAX;
    if (bytes < ENTROPY_MINIMUM || plain->sampled == PARTS_SAMPLED)
        return;
    plain->sampled++;
    const double bits = entropy(plain, dump, part->offset, end);
    if (bits >= ENTROPY_CODE && bits > plain->bits) {
        plain->bits = bits;
        plain->crypted = part->name;
    }
}

/* The containers' names: "ALICE and ZIMAGE"; further ones are counted. */
static char *names_text(struct mtks_analysis *analysis)
{
    const size_t count = analysis->containers.count;
    const struct mtks_container *items = analysis->containers.items;
    struct mtks_arena *arena = &analysis->arena;
    if (count == 1)
        return mtks_arena_text(arena, items[0].name);
    if (count == 2)
        return mtks_arena_format(arena, "%s and %s", items[0].name, items[1].name);
    return mtks_arena_format(arena, "%s, %s and %zu more", items[0].name, items[1].name, count - 2);
}

/* Rounded to the nearest; the sum may be near UINT64_MAX, when nothing about it matters. */
static unsigned percent_of(uint64_t part, uint64_t other)
{
    return (unsigned)(100.0 * (double)part / ((double)part + (double)other) + 0.5);
}

static int containers_judge(struct mtks_analysis *analysis, const struct plain *plain)
{
    const unsigned percent = percent_of(plain->bytes, plain->decoded);
    const char *names = names_text(analysis);
    if (!names)
        return -1;
    analysis->packing.kind = percent < FULLY_PERCENT ? MTKS_PACKING_FULLY : MTKS_PACKING_PARTLY;
    analysis->packing.text = mtks_arena_format(
        &analysis->arena, "%s: %u %% of the code and data stand plain, the rest in %s",
        mtks_packing_name(analysis->packing.kind), percent, names);
    return analysis->packing.text ? 0 : -1;
}

int mtks_packing_judge(struct mtks_analysis *analysis, const struct mtks_dump *dump)
{
    struct plain plain = {0};
    if (containers_collect(&plain, analysis, dump))
        return -1;
    for (size_t i = 0; i < analysis->parts.count; i++)
        part_add(&plain, &analysis->parts.items[i], dump);
    analysis->packing.kind = MTKS_PACKING_UNKNOWN;
    analysis->packing.text = NULL;
    if (plain.crypted) {
        analysis->packing.kind = MTKS_PACKING_CRYPTED;
        analysis->packing.text = mtks_arena_format(
            &analysis->arena,
            "encrypted, or packed in an unknown way: %s has %.2f bits a byte where code should be",
            plain.crypted, plain.bits);
    } else if (analysis->containers.count) {
        return containers_judge(analysis, &plain);
    } else if (plain.bytes) {
        analysis->packing.kind = MTKS_PACKING_PLAIN;
        analysis->packing.text = mtks_arena_format(
            &analysis->arena, "not compressed: all %" PRIu64 " bytes of code and data stand plain",
            plain.bytes);
    } else {
        return 0;
    }
    return analysis->packing.text ? 0 : -1;
}
