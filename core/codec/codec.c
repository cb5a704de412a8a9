/* SPDX-License-Identifier: MIT */
#include "codec.h"

#include <inttypes.h>
#include <string.h>

void mtks_codec_run_init(struct mtks_codec_run *run, struct mtks_arena *arena,
                         const struct mtks_limits *limits, const struct mtks_progress *progress)
{
    *run = (struct mtks_codec_run){.arena = arena,
                                   .progress = progress,
                                   .output = limits->codec_output,
                                   .steps = limits->codec_steps};
}

static int take(uint64_t *left, uint64_t amount, const char *limit, const char *what,
                mtkscan_error *error)
{
    if (amount <= *left) {
        *left -= amount;
        return MTKSCAN_DONE;
    }
    mtks_fail(error, MTKSCAN_REFUSED,
              "the compressed parts need %" PRIu64 " %s more, and the limit leaves %" PRIu64,
              amount, what, *left);
    mtks_advise(error, "A sound dump needs far less. Raise it with --limit %s=VALUE.", limit);
    return MTKSCAN_REFUSED;
}

int mtks_codec_take_output(struct mtks_codec_run *run, uint64_t amount, mtkscan_error *error)
{
    return take(&run->output, amount, "codec-output", "bytes of output", error);
}

int mtks_codec_take_steps(struct mtks_codec_run *run, uint64_t amount, mtkscan_error *error)
{
    return take(&run->steps, amount, "codec-steps", "steps of decoding", error);
}

int mtks_codec_no_memory(mtkscan_error *error)
{
    mtks_fail(error, MTKSCAN_REFUSED, "decoding needs more memory than the limit leaves");
    mtks_advise(error, "A sound dump needs far less. Raise it with --limit memory=VALUE.");
    return MTKSCAN_REFUSED;
}

const struct mtks_codec *mtks_codec_find(const char *name)
{
    static const struct mtks_codec rows[] = {
        {"alice-1", MTKS_CODEC_ALICE, 1}, {"alice-2", MTKS_CODEC_ALICE, 2},
        {"zimage", MTKS_CODEC_ZIMAGE, 0}, {"dcm", MTKS_CODEC_DCM, 0},
        {"lzma", MTKS_CODEC_LZMA, 0},     {"", MTKS_CODEC_UNKNOWN, 0},
    };
    const struct mtks_codec *row = rows;
    while (row->kind != MTKS_CODEC_UNKNOWN && (!name || strcmp(row->name, name) != 0))
        row++;
    return row;
}
