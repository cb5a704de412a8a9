/* SPDX-License-Identifier: MIT */
#include "ftl_find.h"

#include <string.h>

#include "ftl_tags.h"

#define GRID         0x1000u /* blocks begin at multiples of this */
#define PHASES       (MTKS_FTL_BLOCK_MOST / GRID)
#define GAIN         16 /* a formatted block weighs as much as so many erased ones */
#define LARGEST      (UINT64_C(1) << 40) /* no flash is larger; sums stay far from wrapping */
#define ERASED_SHARE 1000u               /* one byte in so many may differ in an erased range */

/* Sizes by FORMAT.md 6.2 first, then others that the formula gives. */
static const uint32_t sizes[] = {0x1000, 0x10000, 0x20000, 0x2000, 0x4000, 0x8000, 0x40000};
#define SIZES       (sizeof sizes / sizeof *sizes)
#define SIZES_KNOWN 3u

struct search {
    const struct mtks_dump *dump;
    const struct mtks_ftl_hint *hint;
    const struct mtks_progress *progress;
    uint64_t size;  /* bytes of the dump that count */
    uint64_t limit; /* numbers from here on fit nowhere in the dump */
};

/* A region in one block size, and what its blocks say. */
struct candidate {
    struct mtks_ftl_geometry geometry;
    uint64_t good, used, bad; /* blocks: sound, of them with sectors, neither sound nor erased */
    bool known, hinted;
};

enum verdict { BAD, BLANK, EMPTY, USED };

/* The block at `at`, which lies in the dump. */
static enum verdict look_at(const struct search *search, uint64_t at,
                            const struct mtks_ftl_geometry *geometry)
{
    struct mtks_ftl_look look =
        mtks_ftl_look(search->dump->bytes + at, geometry->block, geometry, search->limit, true);
    if (look.sound)
        return look.used ? USED : EMPTY;
    return look.blank ? BLANK : BAD;
}

static int64_t worth(enum verdict verdict)
{
    static const int64_t worths[] = {[BAD] = -GAIN, [BLANK] = -1, [EMPTY] = GAIN, [USED] = GAIN};
    return worths[verdict];
}

static void count(struct candidate *candidate, enum verdict verdict)
{
    candidate->good += verdict >= EMPTY;
    candidate->used += verdict == USED;
    candidate->bad += verdict == BAD;
}

/* Damage makes broken blocks, nothing makes sound ones by chance, so that they say more. */
#define SAYS_MORE 3

static bool convincing(const struct candidate *candidate)
{
    return SAYS_MORE * candidate->good > candidate->bad;
}

/* What speaks for a block size. Formatted blocks without sectors look the same in all. */
static int64_t score(const struct candidate *candidate)
{
    return SAYS_MORE * (int64_t)candidate->used - (int64_t)candidate->bad;
}

/* What the firmware states counts twice. */
static int64_t weight(const struct candidate *candidate)
{
    return candidate->hinted && score(candidate) > 0 ? 2 * score(candidate) : score(candidate);
}

/* Content first; the hint decides between sizes that content cannot tell apart: a nearly empty
 * layer reads the same in several. Then the size whose blocks are formatted to the larger part. */
static bool better(const struct candidate *a, const struct candidate *b)
{
    if (weight(a) != weight(b))
        return weight(a) > weight(b);
    if (a->hinted != b->hinted)
        return a->hinted;
    if (a->known != b->known)
        return a->known;
    return a->good * a->geometry.block > b->good * b->geometry.block;
}

static bool nth_size(const struct search *search, size_t i, struct candidate *candidate)
{
    uint64_t block = i < SIZES ? sizes[i] : search->hint->block;
    *candidate =
        (struct candidate){.known = i < SIZES_KNOWN, .hinted = block == search->hint->block};
    return mtks_ftl_shape(&candidate->geometry, block);
}

/* The layer goes on where blocks of its form follow: the stated length may be too small (FORMAT.md
 * 6.1), the start too late. Of all ends the one with the most blocks for it is taken. */
static void extend(const struct search *search, struct candidate *candidate, bool up)
{
    const uint64_t block = candidate->geometry.block;
    struct candidate run = *candidate;
    int64_t sum = 0, most = 0;
    for (;;) {
        const uint64_t begin = run.geometry.offset, end = begin + run.geometry.length;
        if (up ? !mtkscan_inside(end, block, search->size)
               : begin < block || begin - block < search->hint->from)
            return;
        if (!up)
            run.geometry.offset -= block;
        run.geometry.length += block;
        enum verdict verdict = look_at(search, up ? end : begin - block, &run.geometry);
        count(&run, verdict);
        sum += worth(verdict);
        if (sum > most) {
            most = sum;
            *candidate = run;
        }
    }
}

/* How a block size reads the firmware's range, and what goes on beside it. */
static void measure_stated(const struct search *search, struct candidate *candidate)
{
    struct mtks_ftl_geometry *geometry = &candidate->geometry;
    uint64_t present = mtks_dump_present(search->dump, search->hint->offset, search->hint->length);
    geometry->offset = search->hint->offset;
    geometry->length = present / geometry->block * geometry->block;
    for (uint64_t done = 0; done < geometry->length; done += geometry->block)
        count(candidate, look_at(search, geometry->offset + done, geometry));
    if (candidate->good == 0)
        return;
    extend(search, candidate, true);
    extend(search, candidate, false);
}

/* The place inside a block of the grid on which most used blocks stand. */
static uint64_t vote(const struct search *search, uint64_t from,
                     const struct mtks_ftl_geometry *geometry)
{
    uint32_t votes[PHASES] = {0};
    const uint64_t phases = geometry->block / GRID;
    for (uint64_t at = from; mtkscan_inside(at, geometry->block, search->size); at += GRID) {
        if (mtks_ftl_block_kind(search->dump->bytes[at + 3]) > MTKS_BLOCK_ERASED &&
            look_at(search, at, geometry) == USED)
            votes[at / GRID % phases]++;
    }
    uint64_t best = 0;
    for (uint64_t phase = 1; phase < phases; phase++)
        if (votes[phase] > votes[best])
            best = phase;
    return best * GRID;
}

/* The run of blocks from `from` on that looks most like the layer, begun and ended by a formatted
 * one. */
static void measure_content(const struct search *search, uint64_t from, struct candidate *candidate)
{
    struct mtks_ftl_geometry *geometry = &candidate->geometry;
    const uint64_t block = geometry->block, phase = vote(search, from, geometry);
    struct candidate run = *candidate;
    int64_t sum = 0, most = 0;
    uint64_t at = from / block * block + phase;
    if (at < from)
        at += block;
    for (; mtkscan_inside(at, block, search->size); at += block) {
        enum verdict verdict = look_at(search, at, geometry);
        if (sum <= 0) {
            run.geometry.offset = at;
            run.good = run.used = run.bad = 0;
            sum = 0;
        }
        count(&run, verdict);
        sum += worth(verdict);
        if (sum > most) {
            most = sum;
            *candidate = run;
            geometry->length = at + block - geometry->offset;
        }
    }
}

/* The best of all block sizes: in the firmware's range, or by content from `from` on. `most` is the
 * score that speaks for any. */
static int best_of(const struct search *search, bool stated, uint64_t from, struct candidate *best,
                   int64_t *most)
{
    *best = (struct candidate){.good = 0};
    *most = INT64_MIN;
    for (size_t i = 0; i <= SIZES; i++) {
        struct candidate now;
        if (!nth_size(search, i, &now) || (i == SIZES && best->hinted))
            continue;
        if (mtks_step(search->progress, "file system layer", i, SIZES))
            return MTKSCAN_INTERRUPTED;
        if (stated)
            measure_stated(search, &now);
        else
            measure_content(search, from, &now);
        if (now.good == 0)
            continue;
        if (score(&now) > *most)
            *most = score(&now);
        if (best->good == 0 || better(&now, best))
            *best = now;
    }
    return MTKSCAN_DONE;
}

static bool range_erased(const uint8_t *bytes, uint64_t length)
{
    uint64_t others = 0;
    for (uint64_t i = 0; i < length; i++)
        others += bytes[i] != 0xFF;
    return others <= length / ERASED_SHARE;
}

/* A partition table or FAT boot sector where the first block's header should be. */
static bool bare_disk(const uint8_t *bytes, uint64_t length)
{
    if (length < MTKS_SECTOR || bytes[510] != 0x55 || bytes[511] != 0xAA)
        return false;
    if (bytes[0] == 0xEB || bytes[0] == 0xE9)
        return true;
    for (uint32_t at = 446; at < 510; at += 16)
        if (bytes[at] & 0x7F)
            return false;
    return true;
}

/* Why there is no layer, and whether there is something else (FORMAT.md 6.4). */
static void say_none(struct mtks_ftl_place *place, const struct search *search)
{
    uint64_t offset = search->hint->offset;
    uint64_t length = mtks_dump_present(search->dump, offset, search->hint->length);
    place->kind = MTKS_FTL_NONE;
    if (search->hint->length == 0) {
        place->why = "no range is stated for it, and nothing of its form was found";
    } else if (length == 0) {
        place->why = "the range that the firmware states is not in the dump";
    } else if (range_erased(search->dump->bytes + offset, length)) {
        place->why = "the range that the firmware states is erased";
    } else {
        place->kind = MTKS_FTL_UNKNOWN;
        place->geometry = (struct mtks_ftl_geometry){.offset = offset, .length = length};
        place->why = bare_disk(search->dump->bytes + offset, length)
                         ? "a disk without a translation layer begins there; left alone"
                         : "data that is not FDM4: perhaps the layer with table blocks (FDM5), "
                           "whose form is not known; left alone";
    }
}

/* Numbers are below the sectors that the whole layer may have. What is in sight can be half of it:
 * a stated length may be too small, a found region lacks lost blocks at its ends; of a cut range
 * the stated length tells more. Never more than twice what the dump could hold. */
static uint64_t number_limit(const struct search *search, const struct mtks_ftl_place *place)
{
    const struct mtks_ftl_geometry *geometry = &place->geometry;
    const uint64_t most = 2 * (search->size / MTKS_SECTOR);
    uint64_t blocks = 2 * ((place->readable + geometry->block - 1) / geometry->block);
    if (place->cut && search->hint->length / geometry->block > blocks)
        blocks = search->hint->length / geometry->block;
    uint64_t limit = blocks < most ? blocks * geometry->sectors : most;
    if (limit > most)
        limit = most;
    return limit < MTKS_FTL_NUMBER_NONE ? limit : MTKS_FTL_NUMBER_NONE;
}

static void settle(struct mtks_ftl_place *place, const struct search *search,
                   const struct candidate *best, bool stated, int64_t most)
{
    const struct mtks_ftl_hint *hint = search->hint;
    const uint64_t begin = best->geometry.offset, end = begin + best->geometry.length;
    place->kind = MTKS_FTL_FDM4;
    place->geometry = best->geometry;
    uint64_t present = mtks_dump_present(search->dump, hint->offset, hint->length);
    place->stated_begin = hint->offset;
    place->stated_end = present ? hint->offset + present : hint->offset;
    place->cut = stated && present / best->geometry.block < hint->length / best->geometry.block;
    place->readable = end - begin;
    if (place->cut && end <= search->size && search->size - end < best->geometry.block)
        place->readable = search->size - begin;
    place->limit = number_limit(search, place);
    bool longer = stated && (begin < place->stated_begin || end > place->stated_end);
    place->why = !stated  ? "found by its block headers; no stated range holds it"
                 : longer ? "in the range that the firmware states, and its blocks go on beyond it"
                          : "in the range that the firmware states";
    /* Data can look like headers; only where content and firmware agree is nothing left to chance.
     */
    if (!stated)
        place->doubt = hint->length ? "the firmware states another range"
                                    : "where it lies is told by its content alone";
    else if (hint->block == 0)
        place->doubt = "its block size is told by its content alone";
    else if (!best->hinted)
        place->doubt = "the firmware states another block size";
    else if (most > score(best))
        place->doubt = "its blocks look better in another size than the firmware states";
}

int mtks_ftl_find(struct mtks_ftl_place *place, const struct mtks_dump *dump,
                  const struct mtks_ftl_hint *hint, const struct mtks_progress *progress)
{
    struct search search = {.dump = dump, .hint = hint, .progress = progress, .size = dump->size};
    if (search.size > LARGEST)
        search.size = LARGEST;
    search.limit = 2 * (search.size / MTKS_SECTOR);
    *place = (struct mtks_ftl_place){.kind = MTKS_FTL_NONE};
    struct candidate best;
    int64_t most;
    if (hint->length) {
        if (best_of(&search, true, 0, &best, &most) != MTKSCAN_DONE)
            return MTKSCAN_INTERRUPTED;
        if (convincing(&best)) {
            settle(place, &search, &best, true, most);
            return MTKSCAN_DONE;
        }
    }
    /* Behind the last part first; what is stated about the parts may be wrong, too. */
    const uint64_t from[] = {mtkscan_round_up(hint->from, GRID), 0};
    for (size_t i = from[0] ? 0 : 1; i < 2; i++) {
        if (best_of(&search, false, from[i], &best, &most) != MTKSCAN_DONE)
            return MTKSCAN_INTERRUPTED;
        if (best.used > 0 && best.good > 1 && convincing(&best)) {
            settle(place, &search, &best, false, most);
            return MTKSCAN_DONE;
        }
    }
    say_none(place, &search);
    return MTKSCAN_DONE;
}
