/* SPDX-License-Identifier: MIT */
/* May B's firmware go on A's device? Two analyses, and what the compare room makes of them. */
#include "../compare/compare.h"

#include <stdlib.h>
#include <string.h>

#include "../report/report.h"
#include "session.h"

#define ID_BYTES 8u

struct mtkscan_comparison {
    mtkscan_result *device, *firmware;
    struct mtks_comparison seen;
};

/* One side; damage is no obstacle, as the comparison tells of it. */
static int open_side(mtkscan_session *session, const char *path, mtkscan_result **side,
                     mtkscan_error *error)
{
    int outcome = mtkscan_is_kit(path) ? mtkscan_scan_kit(session, path, NULL, side, error)
                                       : mtkscan_scan(session, path, side, error);
    return outcome == MTKSCAN_DAMAGED ? MTKSCAN_DONE : outcome;
}

/* "C22536", also with commas, colons or blanks between the bytes. False when it is none. */
static bool read_id(const char *text, uint8_t id[ID_BYTES], uint32_t *length)
{
    static const char digits[] = "0123456789ABCDEFabcdef";
    unsigned held = 0, value = 0;
    *length = 0;
    for (; *text; text++) {
        if (strchr(",: ", *text) && held == 0)
            continue;
        const char *digit = strchr(digits, *text);
        if (!digit || *length == ID_BYTES)
            return false;
        const unsigned index = (unsigned)(digit - digits);
        value = value << 4 | (index > 15 ? index - 6 : index);
        if (++held == 2) {
            id[(*length)++] = (uint8_t)value;
            held = value = 0;
        }
    }
    return held == 0 && *length > 0;
}

static int run(mtkscan_comparison *made, const mtkscan_compare_options *options,
               mtkscan_error *error)
{
    uint8_t id[ID_BYTES];
    struct mtks_compare_options compare = {.target_id = NULL};
    if (options && options->target_id) {
        if (!read_id(options->target_id, id, &compare.target_id_length)) {
            mtks_fail(error, MTKSCAN_USAGE, "'%s' is no flash ID", options->target_id);
            mtks_advise(error, "Give its bytes as a reader tells them: C22536.");
            return MTKSCAN_USAGE;
        }
        compare.target_id = id;
    }
    const struct mtks_side device = {made->device->analysis, &made->device->dump};
    const struct mtks_side firmware = {made->firmware->analysis, &made->firmware->dump};
    struct mtks_arena *arena = &made->device->analysis->arena;
    if (mtks_compare(&made->seen, &device, &firmware, &compare, arena))
        return mtks_fail(error, MTKSCAN_REFUSED, "the comparison needs more memory than its limit");
    if (made->seen.verdict == MTKS_FITS || (made->seen.verdict == MTKS_RISKY && !options->strict))
        return MTKSCAN_DONE;
    mtks_fail(error, made->seen.verdict == MTKS_RISKY ? MTKSCAN_DAMAGED : MTKSCAN_DO_NOT_FLASH,
              "%s: %s",
              options->strict && made->seen.verdict == MTKS_RISKY ? "--strict" : "verdict",
              mtks_fit_name(made->seen.verdict));
    return error ? error->outcome : MTKSCAN_DO_NOT_FLASH;
}

int mtkscan_compare(mtkscan_session *session, const char *device, const char *firmware,
                    const mtkscan_compare_options *options, mtkscan_comparison **comparison,
                    mtkscan_error *error)
{
    static const mtkscan_compare_options usual = {.target_id = NULL};
    mtkscan_error room;
    mtkscan_comparison *made = calloc(1, sizeof *made);
    *comparison = NULL;
    if (!made)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    if (!error)
        error = &room;
    int outcome = open_side(session, device, &made->device, error);
    if (outcome == MTKSCAN_DONE)
        outcome = open_side(session, firmware, &made->firmware, error);
    if (outcome == MTKSCAN_DONE)
        outcome = run(made, options ? options : &usual, error);
    const bool told = outcome == MTKSCAN_DONE || made->seen.reasons.count > 0;
    if (told)
        *comparison = made;
    else
        mtkscan_comparison_free(made);
    return outcome;
}

void mtkscan_comparison_free(mtkscan_comparison *comparison)
{
    if (!comparison)
        return;
    mtkscan_result_free(comparison->device);
    mtkscan_result_free(comparison->firmware);
    free(comparison);
}

void mtkscan_print_comparison(const mtkscan_comparison *comparison, FILE *out, bool json,
                              const mtkscan_style *style)
{
    const struct mtks_compare_report report = {
        .seen = &comparison->seen,
        .device = comparison->device->analysis,
        .firmware = comparison->firmware->analysis,
        .colour = style && style->colour,
        .verbose = style && style->verbose,
        .columns = style ? style->columns : 0,
    };
    if (json)
        mtks_report_compare_json(out, &report);
    else
        mtks_report_compare_text(out, &report);
}
