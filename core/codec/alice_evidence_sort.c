/* SPDX-License-Identifier: MIT */
/*
 * std::sort as Microsoft's C++ library has it: quicksort with three-way partition around the middle
 * one of three or nine, insertion sort for 32 items and less. No stable order, no order by value
 * and no other common sort gives the dictionaries of the vendor kits; this one gives all entries of
 * all six, 43,520 of 43,520.
 */
#include "alice_evidence_sort.h"

#define SMALL  32u /* items that are sorted by insertion */
#define NINE   40u /* more items than this: the middle one of nine is guessed from */
#define FRAMES 34u /* the smaller side is sorted first, so log2 of the count is enough */

typedef struct mtks_alice_ranked item;

struct frame {
    uint32_t first, last; /* items [first, last) */
    uint32_t ideal;       /* what the library counts down so as not to go too deep */
};

/* Items in the middle are equal: [equal, equal_end); those of [low, equal) stand before, those of
 * [equal_end, high) behind. */
struct split {
    item *items;
    uint32_t first, last;
    uint32_t low, equal, equal_end, high;
};

static bool before(const item *items, uint32_t a, uint32_t b)
{
    return items[a].count > items[b].count;
}

static void swap(item *items, uint32_t a, uint32_t b)
{
    const item kept = items[a];
    items[a] = items[b];
    items[b] = kept;
}

static void order_three(item *items, uint32_t a, uint32_t b, uint32_t c)
{
    if (before(items, b, a))
        swap(items, b, a);
    if (!before(items, c, b))
        return;
    swap(items, c, b);
    if (before(items, b, a))
        swap(items, b, a);
}

/* Brings a guess at the median to `middle`; `last` is an item. */
static void guess_median(item *items, uint32_t first, uint32_t middle, uint32_t last)
{
    if (last - first <= NINE) {
        order_three(items, first, middle, last);
        return;
    }
    const uint32_t step = (last - first + 1) / 8;
    order_three(items, first, first + step, first + 2 * step);
    order_three(items, middle - step, middle, middle + step);
    order_three(items, last - 2 * step, last - step, last);
    order_three(items, first + step, middle, last - step);
}

/* Goes up until an item stands on the wrong side, and collects equal ones. */
static void scan_up(struct split *split)
{
    for (; split->high < split->last; split->high++) {
        if (before(split->items, split->equal, split->high))
            continue;
        if (before(split->items, split->high, split->equal))
            return;
        swap(split->items, split->equal_end++, split->high);
    }
}

static void scan_down(struct split *split)
{
    for (; split->first < split->low; split->low--) {
        if (before(split->items, split->low - 1, split->equal))
            continue;
        if (before(split->items, split->equal, split->low - 1))
            return;
        swap(split->items, --split->equal, split->low - 1);
    }
}

/* Puts right what both scans stopped at, or makes room for what one of them did. */
static void exchange(struct split *split)
{
    item *items = split->items;
    if (split->low == split->first) {
        if (split->equal_end != split->high)
            swap(items, split->equal, split->equal_end);
        split->equal_end++;
        swap(items, split->equal++, split->high++);
    } else if (split->high == split->last) {
        split->low--;
        split->equal--;
        if (split->low != split->equal)
            swap(items, split->low, split->equal);
        swap(items, split->equal, --split->equal_end);
    } else {
        swap(items, split->high++, --split->low);
    }
}

static struct split partition(item *items, uint32_t first, uint32_t last)
{
    const uint32_t middle = first + (last - first) / 2;
    guess_median(items, first, middle, last - 1);
    struct split split = {
        .items = items, .first = first, .last = last, .equal = middle, .equal_end = middle + 1};
    while (first < split.equal && items[split.equal - 1].count == items[split.equal].count)
        split.equal--;
    while (split.equal_end < last && items[split.equal_end].count == items[split.equal].count)
        split.equal_end++;
    split.high = split.equal_end;
    split.low = split.equal;
    for (;;) {
        scan_up(&split);
        scan_down(&split);
        if (split.low == first && split.high == last)
            return split;
        exchange(&split);
    }
}

static void insert(item *items, uint32_t first, uint32_t last)
{
    for (uint32_t i = first + 1; i < last; i++) {
        const item kept = items[i];
        uint32_t at = i;
        for (; at > first && items[at - 1].count < kept.count; at--)
            items[at] = items[at - 1];
        items[at] = kept;
    }
}

bool mtks_alice_rank(struct mtks_alice_ranked *items, uint32_t count)
{
    struct frame frames[FRAMES] = {{0, count, count}};
    uint32_t depth = 1;
    while (depth > 0) {
        struct frame *top = &frames[depth - 1];
        if (top->last - top->first <= SMALL) {
            insert(items, top->first, top->last);
            depth--;
            continue;
        }
        if (top->ideal == 0 || depth == FRAMES)
            return false;
        const struct split split = partition(items, top->first, top->last);
        const struct frame low = {top->first, split.equal, top->ideal / 2 + top->ideal / 4};
        const struct frame high = {split.equal_end, top->last, low.ideal};
        const bool low_first = low.last - low.first < high.last - high.first;
        *top = low_first ? high : low;
        frames[depth++] = low_first ? low : high;
    }
    return true;
}
