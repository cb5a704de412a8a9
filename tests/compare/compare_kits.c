/* SPDX-License-Identifier: MIT */
/*
 * Compares every device with every firmware, for tests/corpus/check_compare.py:
 * compare-kits [--time] PLUGINS DUMP... -- FOLDER CFG [FOLDER CFG]...
 * A line "pair DEVICE FIRMWARE VERDICT" by index, then a line for each reason, its fields parted by
 * tabs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/session.h"
#include "compare/compare.h"
#include "model/text.h"

#define SIDES 16

static const char *shown(char *to, size_t room, const char *text)
{
    return text ? mtks_text_escape(to, room, text) : "-";
}

static void print_reason(const struct mtks_reason *reason)
{
    char what[1000], device[400], firmware[400];
    printf("reason\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", mtks_reason_level_name(reason->level),
           reason->code, reason->topic, reason->tool_error ? reason->tool_error : "-",
           shown(what, sizeof what, reason->what), shown(device, sizeof device, reason->device),
           shown(firmware, sizeof firmware, reason->firmware));
}

static struct mtks_side side_of(const mtkscan_result *result)
{
    return (struct mtks_side){result->analysis, &result->dump};
}

static int compare(const mtkscan_result *device, const mtkscan_result *firmware, bool timed)
{
    const struct mtks_side ours = side_of(device), theirs = side_of(firmware);
    struct mtks_arena arena;
    struct mtks_comparison comparison;
    struct timespec begin, end;
    mtks_arena_init(&arena, 1u << 20);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    int result = mtks_compare(&comparison, &ours, &theirs, NULL, &arena);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (result == 0) {
        printf("%s\n", mtks_fit_name(comparison.verdict));
        for (size_t i = 0; i < comparison.reasons.count; i++)
            print_reason(&comparison.reasons.items[i]);
    }
    if (timed)
        printf("time\t%.2f\n", (double)(end.tv_sec - begin.tv_sec) * 1e3 +
                                   (double)(end.tv_nsec - begin.tv_nsec) / 1e6);
    mtks_arena_free(&arena);
    return result;
}

/* Keeps what was scanned if it was identified; 0 when it was. */
static int keep(mtkscan_result *result, mtkscan_result *sides[SIDES], size_t *count,
                const mtkscan_error *error)
{
    if (result && result->analysis->status == MTKS_IDENTIFIED && *count < SIDES) {
        sides[(*count)++] = result;
        return 0;
    }
    fprintf(stderr, "compare-kits: %s\n", error->what);
    mtkscan_result_free(result);
    return 1;
}

static int scan_all(mtkscan_session *session, char **argv, mtkscan_result *devices[SIDES],
                    size_t *device_count, mtkscan_result *kits[SIDES], size_t *kit_count)
{
    mtkscan_error error = {0};
    for (; *argv && strcmp(*argv, "--") != 0; argv++) {
        mtkscan_result *result = NULL;
        mtkscan_scan(session, *argv, &result, &error);
        if (keep(result, devices, device_count, &error))
            return 1;
    }
    for (argv += *argv != NULL; argv[0] && argv[1]; argv += 2) {
        mtkscan_result *result = NULL;
        mtkscan_scan_kit(session, argv[0], argv[1], &result, &error);
        if (keep(result, kits, kit_count, &error))
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    const bool timed = argc > 1 && strcmp(argv[1], "--time") == 0;
    argv += timed;
    if (argc - timed < 3)
        return 2;
    const char *dirs[] = {argv[1], NULL};
    const mtkscan_options options = {.plugin_dirs = dirs, .only_plugin_dirs = true, .decode = true};
    mtkscan_session *session = NULL;
    mtkscan_error error = {0};
    if (mtkscan_session_new(&session, &options, &error) != MTKSCAN_DONE) {
        fprintf(stderr, "compare-kits: %s\n", error.what);
        return 2;
    }
    mtkscan_result *devices[SIDES], *kits[SIDES];
    size_t device_count = 0, kit_count = 0;
    int bad = scan_all(session, argv + 2, devices, &device_count, kits, &kit_count);
    for (size_t i = 0; i < device_count && !bad; i++)
        for (size_t j = 0; j < kit_count && !bad; j++) {
            printf("pair\t%zu\t%zu\t", i, j);
            bad = compare(devices[i], kits[j], timed) != 0;
        }
    for (size_t i = 0; i < device_count; i++)
        mtkscan_result_free(devices[i]);
    for (size_t i = 0; i < kit_count; i++)
        mtkscan_result_free(kits[i]);
    mtkscan_session_free(session);
    return bad;
}
