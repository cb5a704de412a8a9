/* SPDX-License-Identifier: MIT */
/*
 * mtkscan-codec-bench RUNS KIT_FOLDER ZIMAGE_OUT
 *
 * Medians over the VIVA of a kit: ALICE on one core and on all, ZIMAGE, and all layers with their
 * evidence. Writes the decoded ZIMAGE, so that bench.py can time xz on the same bytes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codec/zimage.h"
#include "decode/crew.h"
#include "decode/decode.h"
#include "mtkscan/memory_host.h"

#define RUNS_MAX 1000
#define PIECE    1024u

struct kit {
    struct mtks_dump viva, rom;
    mtkscan_viva info;
    mtkscan_alice_exec exec;
};

static double now_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return 1e3 * (double)at.tv_sec + 1e-6 * (double)at.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static double median(double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, compare);
    return times[count / 2];
}

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static struct mtks_dump file_read(const char *folder, const char *name)
{
    struct mtks_dump dump;
    mtkscan_error error;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (mtks_dump_read(&dump, path, UINT32_MAX, NULL, NULL, &error) != MTKSCAN_DONE)
        die(path, error.what);
    return dump;
}

static struct kit kit_open(const char *folder)
{
    struct kit kit = {file_read(folder, "VIVA"), file_read(folder, "ROM"), {0}, {0}};
    mtkscan_memory_host memory;
    mtkscan_file_info file;
    mtkscan_memory_host_init(&memory, kit.viva.bytes, kit.viva.size, NULL, NULL);
    if (!mtkscan_file_info_parse(kit.viva.bytes, kit.viva.size, &file) ||
        !mtkscan_viva_read(&memory.host, 0, kit.viva.size, &file, &kit.info) ||
        !mtkscan_viva_find(&kit.info, MTKSCAN_VIVA_ALICE))
        die(folder, "no VIVA with ALICE");
    mtkscan_memory_host_init(&memory, kit.rom.bytes, kit.rom.size, NULL, NULL);
    if (!mtkscan_alice_exec_find(&memory.host, 0, kit.rom.size, &kit.exec))
        die(folder, "ROM does not state the size of ALICE");
    return kit;
}

/* What a module would state. */
static struct mtks_analysis *analysis_of(const struct kit *kit)
{
    struct mtks_analysis *analysis = mtks_analysis_new(NULL);
    if (!analysis)
        die("analysis", "no memory");
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    *part = (struct mtks_part){.name = "VIVA",
                               .region = MTKSCAN_REGION_MAIN,
                               .length = kit->viva.size,
                               .present = kit->viva.size,
                               .load_addr = kit->info.base};
    for (uint32_t i = 0; i < kit->info.count; i++) {
        const mtkscan_viva_component *component = &kit->info.components[i];
        const bool alice = component->kind == MTKSCAN_VIVA_ALICE;
        const bool second = alice && kit->viva.bytes[component->offset + 6] == '2';
        struct mtks_container *container = MTKS_PUSH(&analysis->arena, &analysis->containers);
        *container = (struct mtks_container){.name = component->name,
                                             .codec = !alice   ? "zimage"
                                                      : second ? "alice-2"
                                                               : "alice-1",
                                             .order = alice ? 0 : 1,
                                             .offset = component->offset,
                                             .length = component->length,
                                             .exec_addr = alice ? kit->exec.base : 0,
                                             .output_size = alice ? kit->exec.size : 0};
    }
    return analysis;
}

/* ---- one codec alone */

struct bench {
    struct mtks_arena arena;
    struct mtks_codec_run run;
    struct mtks_alice alice;
    uint8_t *image;
    double times[RUNS_MAX];
    int runs;
};

static void bench_begin(struct bench *bench, const struct kit *kit)
{
    const mtkscan_viva_component *part = mtkscan_viva_find(&kit->info, MTKSCAN_VIVA_ALICE);
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.codec_steps = UINT64_MAX;
    mtks_arena_init(&bench->arena, UINT32_MAX);
    mtks_codec_run_init(&bench->run, &bench->arena, &limits, NULL);
    const struct mtks_alice_source source = {.bytes = kit->viva.bytes + part->offset,
                                             .length = part->length,
                                             .address = part->address,
                                             .exec_addr = kit->exec.base};
    if (mtks_alice_open(&bench->alice, &source, &bench->run, NULL) != MTKSCAN_DONE)
        die("ALICE", "does not open");
    bench->image = malloc(bench->alice.output_size);
    if (!bench->image)
        die("ALICE", "no memory");
}

static void piece_work(void *ctx, size_t index, const struct mtks_progress *progress)
{
    struct bench *bench = ctx;
    const uint64_t first = (uint64_t)index * PIECE, left = bench->alice.groups - first;
    (void)progress;
    mtks_alice_range(&bench->alice, first, left < PIECE ? left : PIECE, bench->image);
}

static void bench_alice(struct bench *bench)
{
    const double size = (double)bench->alice.output_size;
    double one[RUNS_MAX];
    const struct mtks_crew crew = {0};
    struct mtks_alice_result result;
    for (int i = 0; i < bench->runs; i++) {
        double start = now_ms();
        mtks_alice_decode(&bench->alice, &bench->run, 0, bench->image, &result, NULL);
        one[i] = now_ms() - start;
        start = now_ms();
        mtks_crew_run(&crew, "", (size_t)(bench->alice.groups / PIECE + 1), piece_work, bench);
        bench->times[i] = now_ms() - start;
    }
    const double first = median(one, bench->runs), all = median(bench->times, bench->runs);
    printf("  ALICE   %7.2f ms for %.0f bytes on one core, %.0f MB/s; %.2f ms on all, %.0f MB/s\n",
           first, size, size / 1e3 / first, all, size / 1e3 / all);
}

static void bench_zimage(struct bench *bench, const struct kit *kit, const char *out)
{
    const mtkscan_viva_component *part = mtkscan_viva_find(&kit->info, MTKSCAN_VIVA_ZIMAGE);
    struct mtks_zimage zimage;
    struct mtks_zimage_result result;
    if (!part)
        return;
    if (mtks_zimage_open(&zimage, kit->viva.bytes + part->offset, part->length, &bench->run,
                         NULL) != MTKSCAN_DONE)
        die("ZIMAGE", "does not open");
    uint8_t *output = malloc(zimage.output_size);
    const struct mtks_lzma_preset preset = {bench->image, kit->exec.size};
    for (int i = 0; output && i < bench->runs; i++) {
        const double start = now_ms();
        if (mtks_zimage_decode(&zimage, &bench->run, &preset, output, &result, NULL) !=
            MTKSCAN_DONE)
            die("ZIMAGE", "does not decode");
        bench->times[i] = now_ms() - start;
    }
    FILE *file = output ? fopen(out, "wb") : NULL;
    if (!file || fwrite(output, 1, zimage.output_size, file) != zimage.output_size ||
        fclose(file) != 0)
        die(out, "cannot be written");
    printf("  ZIMAGE  %7.2f ms for %" PRIu64 " bytes, from %" PRIu64 " coded\n",
           median(bench->times, bench->runs), zimage.output_size, part->length);
    free(output);
}

/* ---- all that the decode room does */

static void bench_layers(struct bench *bench, const struct kit *kit)
{
    static const unsigned threads[] = {1, 0};
    double took[2];
    for (size_t j = 0; j < 2; j++) {
        for (int i = 0; i < bench->runs; i++) {
            struct mtks_analysis *analysis = analysis_of(kit);
            const double start = now_ms();
            if (mtks_layers_decode(analysis, &kit->viva, NULL, threads[j], NULL, NULL) !=
                MTKSCAN_DONE)
                die("layers", "are refused");
            bench->times[i] = now_ms() - start;
            mtks_analysis_free(analysis);
        }
        took[j] = median(bench->times, bench->runs);
    }
    printf("  layers  %7.2f ms on one core, %.2f ms on all\n", took[0], took[1]);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    if (argc != 4)
        die("usage", "mtkscan-codec-bench RUNS KIT_FOLDER ZIMAGE_OUT");
    bench.runs = (int)strtol(argv[1], NULL, 10);
    if (bench.runs < 1 || bench.runs > RUNS_MAX)
        die(argv[1], "no number of runs");
    struct kit kit = kit_open(argv[2]);
    bench_begin(&bench, &kit);
    bench_alice(&bench);
    bench_zimage(&bench, &kit, argv[3]);
    bench_layers(&bench, &kit);
    free(bench.image);
    mtks_arena_free(&bench.arena);
    mtks_dump_close(&kit.viva);
    mtks_dump_close(&kit.rom);
    return 0;
}
