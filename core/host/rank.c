/* SPDX-License-Identifier: MIT */
#include "rank.h"

#include <stdlib.h>
#include <string.h>

#include "claim.h"

void mtks_rank_score(struct mtks_claim *claim)
{
    int score = 0;
    bool own = false; /* some item that does not hold for every chip of the platform */
    claim->contradicted = false;
    for (size_t i = 0; i < claim->evidence.count; i++) {
        const struct mtks_evidence *item = &claim->evidence.items[i];
        claim->contradicted |= item->contradiction;
        own |= item->bits > 0 && !item->common;
        score += item->bits;
        if (score > MTKSCAN_SCORE_MAX)
            score = MTKSCAN_SCORE_MAX;
    }
    claim->score = own && !claim->contradicted && !claim->misbehaved ? score : 0;
}

static int better(const void *left, const void *right)
{
    const struct mtks_claim *a = left, *b = right;
    return a->score != b->score ? b->score - a->score : strcmp(a->plugin, b->plugin);
}

void mtks_rank_decide(struct mtks_analysis *analysis)
{
    const struct mtks_claim *claims = analysis->claims.items;
    size_t count = analysis->claims.count;
    if (count)
        qsort(analysis->claims.items, count, sizeof *claims, better);
    int best = count ? claims[0].score : 0;
    int second = count > 1 ? claims[1].score : 0;
    analysis->plugin = NULL;
    if (best < MTKS_CLAIM_THRESHOLD) {
        analysis->status = MTKS_UNKNOWN;
    } else if (best - second < MTKS_CLAIM_MARGIN) {
        analysis->status = MTKS_AMBIGUOUS;
    } else {
        analysis->status = MTKS_IDENTIFIED;
        analysis->plugin = claims[0].plugin;
    }
}
