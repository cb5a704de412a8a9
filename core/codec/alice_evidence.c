/* SPDX-License-Identifier: MIT */
/*
 * What a coder with a dictionary cannot have written. It counts the halfwords of the image, puts
 * the most frequent ones into the dictionary in that order, because the first ranges are the
 * shortest codes, and codes a halfword by its entry where it has one. So the stream states again
 * what the dictionary's order says, and one changed code makes one entry too rare and another one
 * too frequent. Among equals, and most entries have equals beside them, that shows. Where the order
 * among equals is that of the one coder that is known, the whole dictionary follows from the
 * stream.
 */
#include "alice_evidence.h"

#include "alice_evidence_count.h"
#include "alice_evidence_sort.h"

/* How well what the stream states twice is known. */
enum order { ORDER_NONE, ORDER_FREQUENCY, ORDER_CODER, ORDERS };

/*
 * Of 1000 single bits flipped at random places, how many showed in the decode or here, for the
 * version's least kit (tests/codec/flips.c, 2,000 flips a kit): {ALICE_1, ALICE_2}, by how much of
 * the order is known. The mapping table alone shows 180 to 190, the padding some 8 more.
 */
static const uint32_t noticed[ORDERS][2] = {
    [ORDER_NONE] = {190, 190}, [ORDER_FREQUENCY] = {580, 660}, [ORDER_CODER] = {690, 700}};

/* A coder that sorts leaves no pair out of order, one flipped bit at most four, and a coder that
 * does not sort about half of those that differ. */
#define SORTED_SHARE 8u

/* Entries that chance would have to put right for an order to be taken for the coder's. */
#define CODER_LEAST 64u

struct look {
    const struct mtks_alice *alice;
    const uint8_t *image;
    uint64_t size;
    struct mtks_codec_run *run;
    struct mtks_alice_counts counts;
    struct mtks_alice_evidence *evidence;
    enum order order; /* of the dictionary */
    mtkscan_error *error;
};

/* Each rule adds its doubts. MTKSCAN_DONE, or MTKSCAN_REFUSED at the memory limit. */
typedef int rule_fn(struct look *look);

static int doubt(struct look *look, uint64_t image_offset, uint64_t offset, const char *what)
{
    struct mtks_alice_doubt *made = MTKS_PUSH(look->run->arena, &look->evidence->doubts);
    if (!made)
        return mtks_codec_no_memory(look->error);
    *made = (struct mtks_alice_doubt){image_offset, offset, what};
    return MTKSCAN_DONE;
}

/* A doubt about something in a group; its first coded byte stands in the mapping table. */
static int doubt_group(struct look *look, uint64_t group, const char *what)
{
    return doubt(look, group * look->alice->group_bytes, mtks_alice_group_place(look->alice, group),
                 what);
}

/* The coder fills up the last byte of each half-block with zero bits. */
static int rule_pads(struct look *look)
{
    if (look->counts.pads == 0)
        return MTKSCAN_DONE;
    return doubt_group(look, look->counts.pad_group,
                       "bits behind a half-block's last code are set");
}

/* Two codes for one halfword would waste one; entries without a use may be filler. */
static int rule_distinct(struct look *look)
{
    const struct mtks_alice *alice = look->alice;
    uint8_t *seen = mtks_arena_alloc(look->run->arena, MTKS_ALICE_VALUES);
    if (!seen)
        return mtks_codec_no_memory(look->error);
    unsigned told = 0;
    for (uint32_t i = 1; i <= alice->dictionary_present && told < MTKS_ALICE_DOUBTS; i++) {
        if (look->counts.entries[i].count == 0)
            continue;
        uint8_t *mark = &seen[alice->dictionary[i]];
        if (*mark) {
            const uint64_t at = alice->header.dictionary_offset + 2 * ((uint64_t)i - 1);
            told++;
            if (doubt(look, MTKS_ALICE_NOWHERE, at, "two entries of the dictionary are the same"))
                return MTKSCAN_REFUSED;
        }
        *mark = 1;
    }
    return MTKSCAN_DONE;
}

/* A literal takes 19 bits, an entry at most as many. */
static int rule_literal_has_entry(struct look *look)
{
    const struct mtks_alice *alice = look->alice;
    unsigned told = 0;
    for (uint32_t i = 1; i <= alice->dictionary_present && told < MTKS_ALICE_DOUBTS; i++) {
        const struct mtks_alice_use *literal = &look->counts.literals[alice->dictionary[i]];
        if (look->counts.entries[i].count == 0 || literal->count == 0)
            continue;
        told++;
        if (doubt_group(look, literal->group, "a halfword of the dictionary is coded as a literal"))
            return MTKSCAN_REFUSED;
    }
    return MTKSCAN_DONE;
}

/* An entry is used at least as often as the next one. The zeros that fill up the last group need
 * not have been counted. */
static int rule_order(struct look *look)
{
    const struct mtks_alice_use *entries = look->counts.entries;
    const uint16_t *dictionary = look->alice->dictionary;
    uint32_t differing = 0, rising = 0;
    for (uint32_t i = 1; i < look->alice->dictionary_present; i++) {
        const uint32_t count = entries[i].count, next = entries[i + 1].count;
        differing += count != next ? 1 : 0;
        rising += count < next && dictionary[i + 1] != 0 ? 1 : 0;
    }
    if (differing == 0 || (uint64_t)rising * SORTED_SHARE > differing)
        return MTKSCAN_DONE;
    look->order = ORDER_FREQUENCY;
    if (rising == 0)
        return MTKSCAN_DONE;
    return doubt(look, MTKS_ALICE_NOWHERE, MTKS_ALICE_NOWHERE,
                 "the dictionary's order is not that of how often its entries are used");
}

/* What is no entry is no more frequent than any entry. */
static int rule_literal_too_frequent(struct look *look)
{
    uint32_t rarest = UINT32_MAX, values = 0, over = 0, far_over = 0;
    for (uint32_t i = 1; i <= look->alice->dictionary_present; i++) {
        const uint32_t count = look->counts.entries[i].count;
        rarest = count && count < rarest ? count : rarest;
    }
    for (uint32_t i = 0; i < MTKS_ALICE_VALUES && look->order != ORDER_NONE; i++) {
        const uint32_t count = look->counts.literals[i].count;
        values += count != 0 ? 1 : 0;
        over += count > rarest ? 1 : 0;
        far_over += count > rarest + UINT64_C(1) ? 1 : 0;
    }
    /* One flipped bit can make the rarest entry too rare by one for many literals at once. */
    if (over == 0 || (uint64_t)far_over * SORTED_SHARE > values)
        return MTKSCAN_DONE;
    return doubt(look, MTKS_ALICE_NOWHERE, MTKS_ALICE_NOWHERE,
                 "a halfword that is more frequent than an entry is not in the dictionary");
}

/* The halfwords of the image by rising value. NULL when memory is out. */
static struct mtks_alice_ranked *ranked_make(struct look *look, uint32_t *count)
{
    const struct mtks_alice *alice = look->alice;
    struct mtks_alice_ranked *all =
        mtks_arena_alloc(look->run->arena, sizeof *all * MTKS_ALICE_VALUES);
    if (!all)
        return NULL;
    for (uint32_t i = 0; i < MTKS_ALICE_VALUES; i++)
        all[i] = (struct mtks_alice_ranked){look->counts.literals[i].count, (uint16_t)i};
    for (uint32_t i = 1; i <= alice->dictionary_present; i++)
        all[alice->dictionary[i]].count += look->counts.entries[i].count;
    *count = 0;
    for (uint32_t i = 0; i < MTKS_ALICE_VALUES; i++)
        if (all[i].count)
            all[(*count)++] = all[i];
    return all;
}

/*
 * The dictionary is what the coder's sort makes of the counts. Another coder's order agrees with it
 * by chance only, one entry for each run of equals; one bad bit can spoil nearly all of it too, but
 * mostly does not. What is nearer to chance says nothing.
 */
static int rule_coder(struct look *look)
{
    uint32_t count = 0;
    struct mtks_alice_ranked *ranked = ranked_make(look, &count);
    if (!ranked)
        return mtks_codec_no_memory(look->error);
    if (look->order == ORDER_NONE || !mtks_alice_rank(ranked, count))
        return MTKSCAN_DONE;
    const uint32_t present = look->alice->dictionary_present;
    const uint32_t entries = count < present ? count : present;
    uint64_t agree = 0, chance = 0;
    for (uint32_t i = 0; i < entries; i++) {
        agree += ranked[i].value == look->alice->dictionary[i + 1] ? 1 : 0;
        chance += i == 0 || ranked[i].count != ranked[i - 1].count ? 1 : 0;
    }
    if (entries - chance < CODER_LEAST || 2 * agree < entries + chance)
        return MTKSCAN_DONE;
    look->order = ORDER_CODER;
    if (agree == entries)
        return MTKSCAN_DONE;
    return doubt(look, MTKS_ALICE_NOWHERE, MTKS_ALICE_NOWHERE,
                 "the dictionary is not the one that a coder makes of the image");
}

/* The last group is filled up with zero bytes (FORMAT.md 5.3). */
static int rule_end(struct look *look)
{
    const uint64_t whole = look->alice->output_size;
    if (look->size == 0 || look->size > whole || whole - look->size >= look->alice->group_bytes)
        return MTKSCAN_DONE;
    for (uint64_t i = look->size; i < whole; i++)
        if (look->image[i] != 0)
            return doubt(look, i, MTKS_ALICE_NOWHERE, "bytes behind the image's end are not zero");
    return MTKSCAN_DONE;
}

int mtks_alice_evidence_look(const struct mtks_alice *alice, const uint8_t *image, uint64_t size,
                             struct mtks_codec_run *run, struct mtks_alice_evidence *evidence,
                             mtkscan_error *error)
{
    static const struct {
        rule_fn *rule;
        bool counts; /* it needs them */
    } rules[] = {
        {rule_pads, true},
        {rule_distinct, true},
        {rule_literal_has_entry, true},
        {rule_order, true}, /* the next two build on it */
        {rule_literal_too_frequent, true},
        {rule_coder, true},
        {rule_end, false},
    };
    *evidence = (struct mtks_alice_evidence){0};
    struct look look = {.alice = alice,
                        .image = image,
                        .size = size,
                        .run = run,
                        .evidence = evidence,
                        .error = error};
    int outcome = mtks_alice_counts_take(alice, run, &look.counts, error);
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < sizeof rules / sizeof *rules; i++)
        if (look.counts.whole || !rules[i].counts)
            outcome = rules[i].rule(&look);
    evidence->noticed = noticed[look.order][alice->branches ? 1 : 0];
    return outcome;
}
