/* SPDX-License-Identifier: MIT */
/*
 * How much damage to the compressed parts of one vendor kit shows: flips KIT FLIPS DEEP BURSTS.
 * Lines of words for check_flips.py, which makes a table of them. The places are the same in each
 * run.
 */
#include "corpus.h"

#include <inttypes.h>
#include <time.h>

#include "codec/alice_evidence.h"
#include "codec/zimage.h"
#include "dump/dump.h"

static const struct corpus_kit *kit;
static const mtkscan_viva_component *part;   /* ALICE */
static const mtkscan_viva_component *zimage; /* may be NULL */
static struct mtks_arena arena;
static struct mtks_codec_run run;
static uint64_t random_state = 20240607;

/* What a look at one container said. */
struct seen {
    bool table;    /* opening or decoding it told */
    bool evidence; /* or the evidence did */
    uint64_t doubts, groups, bad;
    uint32_t rate; /* by the evidence itself */
    double decode, look;
    const uint8_t *image; /* in the arena; NULL when it was not opened */
    uint64_t size;
};

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static uint64_t random_below(uint64_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % bound;
}

static void begin(void)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    mtks_arena_free(&arena);
    mtks_arena_init(&arena, limits.memory);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
}

static struct seen see(const uint8_t *bytes)
{
    const struct mtks_alice_source source = {.bytes = bytes,
                                             .length = part->length,
                                             .address = part->address,
                                             .exec_addr = kit->exec.base};
    struct seen seen = {.table = true, .evidence = true};
    struct mtks_alice alice;
    struct mtks_alice_result result;
    struct mtks_alice_evidence evidence;
    begin();
    if (mtks_alice_open(&alice, &source, &run, NULL) != MTKSCAN_DONE)
        return seen;
    uint8_t *image = mtks_arena_alloc(&arena, alice.output_size);
    assert_non_null(image);
    const double start = now();
    if (mtks_alice_decode(&alice, &run, 0, image, &result, NULL) != MTKSCAN_DONE)
        return seen;
    const double decoded = now();
    assert_int_equal(mtks_alice_evidence_look(&alice, image, kit->exec.size, &run, &evidence, NULL),
                     MTKSCAN_DONE);
    seen = (struct seen){.table = !mtks_alice_clean(&alice, &result),
                         .doubts = evidence.doubts.count,
                         .groups = alice.groups,
                         .bad = result.bad,
                         .rate = evidence.noticed,
                         .decode = decoded - start,
                         .look = now() - decoded,
                         .image = image,
                         .size = alice.output_size};
    seen.evidence = seen.table || seen.doubts;
    return seen;
}

static int zimage_decode(const uint8_t *bytes, const uint8_t *image, bool told)
{
    struct mtks_zimage open;
    struct mtks_zimage_result result;
    const struct mtks_lzma_preset preset = {image, kit->exec.size};
    int outcome = mtks_zimage_open(&open, bytes, zimage->length, &run, NULL);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    uint8_t *output = mtks_arena_alloc(&arena, open.output_size);
    if (!output)
        return MTKSCAN_REFUSED;
    outcome = mtks_zimage_decode(&open, &run, &preset, output, &result, NULL);
    if (told) {
        char hex[41];
        mtks_sha1_hex(output, open.output_size, hex);
        printf("sound ZIMAGE %d bytes %" PRIu64 " sha1 %s vendor none\n", outcome == MTKSCAN_DONE,
               open.output_size, hex);
    }
    return outcome;
}

static bool zimage_tells(const struct seen *seen)
{
    return !seen->image || seen->size < kit->exec.size ||
           zimage_decode(kit->viva + zimage->offset, seen->image, false) != MTKSCAN_DONE;
}

static void sound(const uint8_t *bytes)
{
    struct seen seen = see(bytes);
    for (int i = 0; i < 5; i++) { /* the best of some, for the times */
        const struct seen again = see(bytes);
        seen.decode = again.decode < seen.decode ? again.decode : seen.decode;
        seen.look = again.look < seen.look ? again.look : seen.look;
        seen.image = again.image;
    }
    char hex[41];
    mtks_sha1_hex(seen.image, kit->exec.size, hex);
    const char *same = "none";
    if (kit->vendor)
        same = kit->vendor_size == kit->exec.size &&
                       memcmp(kit->vendor, seen.image, kit->vendor_size) == 0
                   ? "same"
                   : "different";
    printf("sound ALICE %d bytes %u sha1 %s vendor %s\n", !seen.table, kit->exec.size, hex, same);
    printf("look doubts %" PRIu64 " decode_ms %.2f look_ms %.2f stated %u\n", seen.doubts,
           1e3 * seen.decode, 1e3 * seen.look, seen.rate);
    if (zimage)
        zimage_decode(kit->viva + zimage->offset, seen.image, true);
}

static void flips(uint8_t *bytes, unsigned count, unsigned deep)
{
    unsigned table = 0, evidence = 0, deep_all = 0, doubts_wrong = 0;
    uint64_t bad = 0, bad_most = 0;
    for (unsigned i = 0; i < count; i++) {
        const uint64_t bit = random_below(8 * part->length);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const struct seen seen = see(bytes);
        table += seen.table;
        evidence += seen.evidence;
        bad += seen.bad;
        bad_most = seen.bad > bad_most ? seen.bad : bad_most;
        if (i < deep && zimage)
            deep_all += seen.evidence || zimage_tells(&seen);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        doubts_wrong += seen.evidence && !seen.table && seen.doubts == 0;
    }
    assert_int_equal(doubts_wrong, 0);
    printf("flips count %u table %u evidence %u deep %u of %u bad %" PRIu64 " most %" PRIu64 "\n",
           count, table, evidence, deep_all, zimage ? deep : 0, bad, bad_most);
}

static void flips_zimage(const uint8_t *bytes, unsigned count)
{
    const struct seen seen = see(bytes);
    unsigned noticed = 0;
    const uint64_t size = seen.size;
    assert_true(seen.image && size > 0);
    uint8_t *image = malloc(size), *section = malloc(zimage->length);
    assert_true(image && section);
    memcpy(image, seen.image, size);
    memcpy(section, kit->viva + zimage->offset, zimage->length);
    for (unsigned i = 0; i < count; i++) {
        const uint64_t bit = random_below(8 * zimage->length);
        section[bit / 8] ^= (uint8_t)(1u << bit % 8);
        begin();
        noticed += zimage_decode(section, image, false) != MTKSCAN_DONE;
        section[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(image);
    free(section);
    printf("zimage_flips count %u noticed %u\n", count, noticed);
}

enum burst { BURST_RANDOM, BURST_FF, BURST_00, BURST_COPY, BURST_KINDS };

static void burst_make(uint8_t *bytes, uint64_t at, uint64_t size, enum burst kind)
{
    const uint64_t from = random_below(part->length - size);
    for (uint64_t i = 0; i < size; i++) {
        const uint8_t fills[BURST_KINDS] = {(uint8_t)random_below(256), 0xFF, 0,
                                            kit->viva[part->offset + from + i]};
        bytes[at + i] = fills[kind];
    }
}

static void bursts(uint8_t *bytes, unsigned count)
{
    static const char *const names[BURST_KINDS] = {"random", "FF", "00", "copy"};
    static const uint64_t sizes[] = {64, 256, 4096};
    const uint8_t *right = kit->viva + part->offset;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (unsigned kind = 0; kind < BURST_KINDS; kind++) {
            unsigned table = 0, evidence = 0, made = 0;
            while (made < count) {
                const uint64_t at = random_below(part->length - sizes[s]);
                burst_make(bytes, at, sizes[s], (enum burst)kind);
                if (memcmp(bytes + at, right + at, sizes[s]) == 0)
                    continue;
                const struct seen seen = see(bytes);
                memcpy(bytes + at, right + at, sizes[s]);
                if (!seen.evidence)
                    fprintf(stderr, "unnoticed: %s of %" PRIu64 " at %#" PRIx64 "\n", names[kind],
                            sizes[s], at);
                made++;
                table += seen.table;
                evidence += seen.evidence;
            }
            printf("burst %s size %" PRIu64 " count %u table %u evidence %u\n", names[kind],
                   sizes[s], count, table, evidence);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    struct corpus_kit opened = corpus_open(argv[1]);
    kit = &opened;
    part = mtkscan_viva_find(&opened.info, MTKSCAN_VIVA_ALICE);
    zimage = mtkscan_viva_find(&opened.info, MTKSCAN_VIVA_ZIMAGE);
    assert_non_null(part);
    uint8_t *bytes = malloc(part->length); /* of its own, so that reads past it are caught */
    assert_non_null(bytes);
    memcpy(bytes, opened.viva + part->offset, part->length);
    const unsigned count = (unsigned)strtoul(argv[2], NULL, 10);
    const unsigned deep = (unsigned)strtoul(argv[3], NULL, 10);
    sound(bytes);
    fflush(stdout);
    flips(bytes, count, deep);
    fflush(stdout);
    bursts(bytes, (unsigned)strtoul(argv[4], NULL, 10));
    fflush(stdout);
    if (zimage)
        flips_zimage(bytes, count < 2000 ? deep : count);
    mtks_arena_free(&arena);
    free(bytes);
    corpus_close(&opened);
    return 0;
}
