/* SPDX-License-Identifier: MIT */
#include "module_check_said.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "rank.h"
#include "sink_rows.h"
#include "wire.h"

/* Takes one callback from the frames of its process. The first fault of all is kept. */
static void take(struct mtks_said *said, struct mtks_sink *sink, struct mtks_frames *frames,
                 const struct mtks_job *job, const char *callback, bool last)
{
    if (said->misbehaved)
        return;
    mtks_wire_replay(frames, sink, callback, last && !job->fault[0]);
    /* A process that failed did so in the callback that has no good end. */
    if (job->fault[0] && (sink->misbehaved || last))
        said->misbehaved = mtks_arena_format(&said->arena, "%s: %s", callback, job->fault);
    else if (sink->misbehaved)
        said->misbehaved = mtks_arena_format(&said->arena, "%s: %s", callback, sink->misbehaved);
    else if (sink->out_of_memory)
        said->misbehaved = mtks_arena_format(
            &said->arena, "%s: states more than an analysis has room for", callback);
    else
        return;
    if (!said->misbehaved)
        said->misbehaved = "misbehaved, and there is no memory to say how";
}

static void begin(struct mtks_said *said, struct mtks_sink *sink, const struct mtks_limits *limits,
                  enum mtks_phase phase)
{
    mtks_sink_init(sink, &said->arena, limits->memory / 3, limits->records, phase);
}

static void take_all(struct mtks_said *said, const struct mtks_limits *limits)
{
    struct mtks_frames frames = {.bytes = said->claim.bytes, .length = said->claim.length};
    begin(said, &said->evidence, limits, MTKS_PHASE_CLAIM);
    take(said, &said->evidence, &frames, &said->claim, "claim", true);

    frames = (struct mtks_frames){.bytes = said->layout.bytes, .length = said->layout.length};
    begin(said, &said->parts, limits, MTKS_PHASE_LAYOUT);
    take(said, &said->parts, &frames, &said->layout, "layout", false);
    begin(said, &said->flash, limits, MTKS_PHASE_FLASH_IDS);
    said->flash.records = said->parts.records;
    said->flash.parts_before = said->parts.parts.count;
    take(said, &said->flash, &frames, &said->layout, "flash_ids", true);
}

bool mtks_said_ask(struct mtks_said *said, struct mtks_module_case *under,
                   const struct mtks_dump *dump)
{
    struct mtks_job jobs[] = {{.kind = MTKS_JOB_CLAIM, .module = under->file},
                              {.kind = MTKS_JOB_LAYOUT, .module = under->file}};
    struct mtks_claim claim = {.plugin = NULL};
    bool good = mtks_case_run(under, dump, NULL, jobs, 2);
    *said = (struct mtks_said){.claim = jobs[0], .layout = jobs[1]};
    mtks_arena_init(&said->arena, under->limits->memory);
    if (!good)
        return false;
    take_all(said, under->limits);
    claim.evidence.items = said->evidence.evidence.items;
    claim.evidence.count = said->evidence.evidence.count;
    mtks_rank_score(&claim);
    said->score = said->misbehaved ? 0 : claim.score;
    return true;
}

void mtks_said_free(struct mtks_said *said)
{
    mtks_job_free(&said->claim);
    mtks_job_free(&said->layout);
    mtks_arena_free(&said->arena);
}

/* ---- frames that compare */

/* Bytes behind the last member of a struct, which nobody sets. */
static const struct {
    enum mtks_record kind;
    size_t at, length;
} gaps[] = {
    {MTKS_RECORD_PART, offsetof(mtkscan_part, flags) + sizeof(uint32_t),
     sizeof(mtkscan_part) - offsetof(mtkscan_part, flags) - sizeof(uint32_t)},
};

static bool is_pointer(const struct mtks_member *member)
{
    return member->rule == MTKS_RULE_TEXT || member->rule == MTKS_RULE_TEXT_OR_NULL ||
           member->rule == MTKS_RULE_NAME;
}

static void blank_record(uint8_t *record, unsigned kind)
{
    for (const struct mtks_member *member = mtks_rows[kind].members; member->rule != MTKS_RULE_END;
         member++)
        if (is_pointer(member))
            memset(record + member->at, 0, sizeof(void *));
    if (kind == MTKS_RECORD_CHECK)
        memset(record + offsetof(mtkscan_check, bytes), 0, sizeof(void *));
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        if (gaps[i].kind == kind)
            memset(record + gaps[i].at, 0, gaps[i].length);
}

void mtks_said_blank(struct mtks_job *job)
{
    struct mtks_frame_head head;
    for (size_t at = 0; mtkscan_inside(at, sizeof head, job->length); at += head.length) {
        memcpy(&head, job->bytes + at, sizeof head);
        at += sizeof head;
        if (head.magic != MTKS_FRAME_MAGIC || !mtkscan_inside(at, head.length, job->length))
            return;
        if (head.kind == MTKS_FRAME_RECORD && head.item < MTKS_RECORD_KINDS &&
            head.length >= mtks_rows[head.item].size)
            blank_record(job->bytes + at, head.item);
    }
}
