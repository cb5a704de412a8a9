/* SPDX-License-Identifier: MIT */
/*
 * merge_reads PLUGINS OUT READ READ...: merges reads and prints a line a piece: offset, length,
 * read, reason. Exit code 0 when it merged, 3 when the reads are not of one device.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "check/check.h"
#include "host/claim.h"
#include "merge/merge.h"

struct bench {
    struct mtks_limits limits;
    struct mtks_plugins plugins;
    struct mtks_registry registry;
    struct mtks_dump dumps[MTKS_MERGE_READS];
    struct mtks_merge_read reads[MTKS_MERGE_READS];
    size_t count;
};

static int fail(const mtkscan_error *error)
{
    fprintf(stderr, "merge_reads: %s\n", error->what);
    return 1;
}

/* Reads and analyses one read; an analysis that does not identify it is NULL. */
static int read_open(struct bench *bench, const char *path, mtkscan_error *error)
{
    struct mtks_dump *dump = &bench->dumps[bench->count];
    struct mtks_merge_read *read = &bench->reads[bench->count];
    if (mtks_dump_read(dump, path, bench->limits.input, NULL, NULL, error) != MTKSCAN_DONE)
        return -1;
    bench->count++;
    read->dump = dump;
    struct mtks_analysis *analysis = mtks_analysis_new(&bench->limits);
    if (!analysis)
        return -1;
    analysis->input.path = path;
    analysis->input.size = dump->size;
    read->analysis = analysis;
    if (mtks_claim_run(analysis, dump, &bench->plugins, &bench->registry, NULL, error) !=
        MTKSCAN_DONE)
        return -1;
    if (analysis->status != MTKS_IDENTIFIED)
        return 0;
    if (mtks_layout_run(analysis, dump, &bench->plugins, error) != MTKSCAN_DONE)
        return -1;
    return mtks_checks_run(analysis, dump) || mtks_health_judge(analysis) ? -1 : 0;
}

static int merge(struct bench *bench, const char *out, mtkscan_error *error)
{
    struct mtks_arena arena;
    struct mtks_merged merged;
    char why[512];
    if (!mtks_merge_same_device(bench->reads, bench->count, why, sizeof why)) {
        fprintf(stderr, "merge_reads: %s\n", why);
        return 3;
    }
    mtks_arena_init(&arena, bench->limits.memory);
    if (mtks_merge(&merged, bench->reads, bench->count, &arena, &bench->limits, NULL, error))
        return fail(error);
    for (size_t i = 0; i < merged.pieces.count; i++) {
        const struct mtks_merge_piece *piece = &merged.pieces.items[i];
        printf("%" PRIu64 " %" PRIu64 " %u %s\n", piece->offset, piece->length, piece->read,
               mtks_merge_reason_name(piece->reason));
    }
    FILE *file = fopen(out, "wb");
    const int written =
        file && fwrite(merged.image.bytes, 1, merged.image.size, file) == merged.image.size;
    if (!file || fclose(file) != 0 || !written)
        return 1;
    mtks_dump_close(&merged.image);
    mtks_arena_free(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    mtkscan_error error = {.outcome = MTKSCAN_DONE};
    if (argc < 5 || argc - 3 > (int)MTKS_MERGE_READS)
        return 2;
    const char *const dirs[] = {argv[1], NULL};
    mtks_limits_init(&bench.limits);
    mtks_registry_init(&bench.registry, &bench.limits);
    const struct mtks_plugin_search search = {
        .dirs = dirs, .only_dirs = true, .isolation = MTKS_ISOLATION_NONE, .limits = &bench.limits};
    if (mtks_plugins_load(&bench.plugins, &search, &error) != MTKSCAN_DONE)
        return fail(&error);
    for (int i = 3; i < argc; i++)
        if (read_open(&bench, argv[i], &error))
            return fail(&error);
    const int code = merge(&bench, argv[2], &error);
    for (size_t i = 0; i < bench.count; i++) {
        mtks_dump_close(&bench.dumps[i]);
        mtks_analysis_free((struct mtks_analysis *)(uintptr_t)bench.reads[i].analysis);
    }
    mtks_registry_free(&bench.registry);
    mtks_plugins_free(&bench.plugins);
    return code;
}
