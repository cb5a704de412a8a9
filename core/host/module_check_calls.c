/* SPDX-License-Identifier: MIT */
/* Rows that call a module on dumps and judge what it says. */
#include <inttypes.h>

#include "claim.h"
#include "module_check_said.h"
#include "mtkscan/bytes.h"

#define NO_CHIP "UNKNOWN" /* when no chip word of the module can stand in a dump */

/* ---- behaviour on any dump */

/* Makes the sample for a chip word of the module and asks for its claim. False when the system
 * fails; *score is -1 when there can be no dump for the word, or the module misbehaves. */
static bool try_chip(struct mtks_module_case *under, const char *chip, int *score)
{
    struct mtks_said said;
    *score = -1;
    if (!mtks_sample_make(&under->sample, chip, under->error))
        return under->error->outcome == MTKSCAN_DONE;
    bool good = mtks_said_ask(&said, under, &under->sample.whole);
    if (good && !said.misbehaved)
        *score = said.score;
    mtks_said_free(&said);
    return good;
}

/* Makes the sample that the module claims most. False when the system fails. */
static bool choose_sample(struct mtks_module_case *under)
{
    const char *const *chips = under->check->entry.chips;
    const char *best = NULL;
    int best_score = -1, score = 0;
    for (size_t i = 0; chips[i]; i++) {
        if (!try_chip(under, chips[i], &score))
            return false;
        if (score < 0 && under->sample.chip)
            break; /* it misbehaves, which is found out soon enough */
        if (score > best_score) {
            best = chips[i];
            best_score = score;
        }
    }
    under->own_score = best_score < MTKS_CLAIM_THRESHOLD ? 0 : best_score;
    return mtks_sample_make(&under->sample, best ? best : NO_CHIP, under->error);
}

bool mtks_row_behaviour(struct mtks_module_case *under, struct mtks_module_row *row)
{
    struct mtks_sample_view view;
    size_t count = 0;
    if (!choose_sample(under))
        return false;
    for (; mtks_sample_view(&under->sample, count, &view); count++) {
        struct mtks_said said;
        bool good = mtks_said_ask(&said, under, &view.dump);
        bool calm = !said.misbehaved;
        if (good && !calm)
            mtks_row_set(under, row, MTKS_MODULE_FAIL,
                         "Check what each call returns, bound each loop by the dump's size, and "
                         "call nothing but the host table and memory functions.",
                         "on %s, %s", view.name, said.misbehaved);
        if (good && view.foreign && said.score > 0 && !under->foreign)
            under->foreign = mtks_check_text(under, "%s, with %d bits", view.name, said.score);
        mtks_said_free(&said);
        if (!good || !calm)
            return good;
    }
    under->stage = MTKS_MODULE_CALM;
    mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "%zu dumps: empty, erased, random, cut, lying",
                 count);
    return true;
}

bool mtks_row_foreign(struct mtks_module_case *under, struct mtks_module_row *row)
{
    if (under->foreign)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "State evidence only for what was found in the dump, and mark what every chip "
                     "of the platform has as COMMON.",
                     "claims %s", under->foreign);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL,
                     "claims no empty, erased, zeroed or random dump");
    return true;
}

/* ---- the layout of its own dump */

/* What is wrong with parts as such, or NULL. */
static const char *parts_fault(struct mtks_module_case *under, const struct mtks_sink *sink)
{
    uint64_t end = 0, size = under->sample.whole.size;
    for (size_t i = 0; i < sink->parts.count; i++) {
        const struct mtks_part *part = &sink->parts.items[i];
        if (part->flags & MTKSCAN_PART_ABSENT)
            continue;
        if (!mtkscan_inside(part->offset, part->length, size))
            return mtks_check_text(under, "part %s ends at 0x%" PRIX64 ", the dump at 0x%" PRIX64,
                                   part->name, part->offset + part->length, size);
        if (part->offset < end)
            return mtks_check_text(under,
                                   "part %s begins at 0x%" PRIX64
                                   ", before the part in front of it ends (0x%" PRIX64 ")",
                                   part->name, part->offset, end);
        end = part->offset + part->length;
    }
    return sink->parts.count ? NULL : "claims the dump, and states no part of it";
}

static const char *flash_fault(const struct mtks_sink *sink)
{
    return !sink->flash.stated         ? "states no flash (emit_flash in flash_ids)"
           : sink->flash.capacity == 0 ? "states a flash without its capacity"
           : sink->ids.count == 0      ? "states no flash ID"
           : sink->zones.count == 0    ? "states no erase blocks (emit_zone)"
                                       : NULL;
}

bool mtks_row_fixture(struct mtks_module_case *under, struct mtks_module_row *row)
{
    struct mtks_said said;
    if (under->own_score == 0) {
        mtks_row_set(under, row, MTKS_MODULE_SKIPPED,
                     "Hold it against a dump of its chip in a test of its own: "
                     "mtkscan/selfcheck.h.",
                     "it claims no dump that the SDK makes for its chips");
        return true;
    }
    if (!mtks_said_ask(&said, under, &under->sample.whole)) {
        mtks_said_free(&said);
        return false;
    }
    const char *parts = said.misbehaved ? said.misbehaved : parts_fault(under, &said.parts);
    const char *flash = flash_fault(&said.flash);
    if (parts)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "State parts in flash order, each once and where its header stands; what is "
                     "inside a part is a container, what is no part a range.",
                     "%s", parts);
    else if (flash)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "State capacity, flash IDs and erase blocks: without them there is no .cfg.",
                     "%s", flash);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL,
                     "the SDK's %s dump: %d bits, %zu parts, %zu flash IDs", under->sample.chip,
                     under->own_score, said.parts.parts.count, said.flash.ids.count);
    mtks_said_free(&said);
    return true;
}
