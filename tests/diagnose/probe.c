/* SPDX-License-Identifier: MIT */
/*
 * Prints what the raw detectors make of a file, as JSON, and writes the corrected view:
 * diagnose-probe [--no-fix] [--time] DUMP [VIEW]. For tests/corpus/check_views.py and for figures.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "diagnose/anchors.h"
#include "diagnose/diagnose.h"

static const char *const kinds[] = {"keep", "drop", "insert", "swap", "halves", "exchange"};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* The texts of findings are ours: no character in them needs an escape. */
static void print(const struct mtks_analysis *analysis,
                  const struct mtks_input_diagnosis *diagnosis)
{
    printf("{\"hopeless\": %s, \"findings\": [", diagnosis->hopeless ? "true" : "false");
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        printf("%s{\"code\": \"%s\", \"offset\": %llu, \"length\": %llu, \"message\": \"%s\"}",
               i ? ", " : "", finding->code, (unsigned long long)finding->offset,
               (unsigned long long)finding->length, finding->message);
    }
    printf("], \"steps\": [");
    for (size_t i = 0; i < diagnosis->step_count; i++) {
        const struct mtks_view_step *step = &diagnosis->steps[i];
        printf("%s{\"kind\": \"%s\", \"offset\": %llu, \"length\": %llu, \"unit\": %llu, "
               "\"other\": %llu, \"code\": \"%s\", \"text\": \"%s\"}",
               i ? ", " : "", kinds[step->kind], (unsigned long long)step->offset,
               (unsigned long long)step->length, (unsigned long long)step->unit,
               (unsigned long long)step->other, step->code, step->text);
    }
    printf("]}\n");
}

/* The time of all detectors on a dump that was read before. */
static void measure(const struct mtks_dump *dump)
{
    double best = 1e9;
    for (size_t round = 0; round < 20; round++) {
        struct mtks_anchors anchors;
        double begin = now();
        mtks_anchors_find(dump, &anchors);
        for (size_t i = 0; i < mtks_raw_detector_count; i++) {
            struct mtks_suspicion found = {0};
            mtks_raw_detectors[i].look(dump, &anchors, &found);
        }
        double took = now() - begin;
        best = took < best ? took : best;
    }
    printf("%.3f ms for all raw detectors, %llu bytes\n", best, (unsigned long long)dump->size);
}

static int write_view(const struct mtks_dump *view, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return 1;
    size_t wrote = fwrite(view->bytes, 1, (size_t)view->size, file);
    return fclose(file) != 0 || wrote != view->size;
}

int main(int argc, char **argv)
{
    bool fix = true, timed = false;
    for (; argc > 1 && strncmp(argv[1], "--", 2) == 0; argc--, argv++) {
        fix = fix && strcmp(argv[1], "--no-fix") != 0;
        timed = timed || strcmp(argv[1], "--time") == 0;
    }
    struct mtks_dump dump;
    mtkscan_error error = {0};
    if (argc < 2 || mtks_dump_read(&dump, argv[1], 1u << 28, NULL, NULL, &error) != MTKSCAN_DONE) {
        fprintf(stderr, "diagnose-probe: %s\n", argc < 2 ? "no dump given" : error.what);
        return 2;
    }
    struct mtks_analysis *analysis = mtks_analysis_new(NULL);
    struct mtks_input_diagnosis diagnosis = {0};
    int outcome = analysis ? mtks_diagnose_input(analysis, &dump, fix, NULL, &diagnosis, &error)
                           : MTKSCAN_SYSTEM;
    if (outcome != MTKSCAN_DONE)
        fprintf(stderr, "diagnose-probe: %s\n", error.what);
    else if (timed)
        measure(&dump);
    else
        print(analysis, &diagnosis);
    if (outcome == MTKSCAN_DONE && argc > 2)
        outcome = write_view(diagnosis.step_count ? &diagnosis.view : &dump, argv[2]);
    mtks_dump_close(&diagnosis.view);
    mtks_dump_close(&dump);
    mtks_analysis_free(analysis);
    return outcome;
}
