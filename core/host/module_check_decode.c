/* SPDX-License-Identifier: MIT */
/* The row about the codecs that a module brings. */
#include <inttypes.h>
#include <string.h>

#include "decode_work.h"
#include "module_check_said.h"

#define STATED 4u                  /* containers of its own that are decoded */
#define ROOM   (UINT64_C(1) << 20) /* bytes of output of each */
#define MADE   "mtkscan-check"     /* a codec of nobody's, when it states none */
#define TRIES  2u                  /* times that each is decoded */

struct tally {
    size_t tried, decoded;
};

/* One decode in a process of its own. */
struct attempt {
    struct mtks_decode_work work;
    struct mtks_arena arena;
    struct mtks_sink sink;
    struct mtks_job job;
};

/* False when memory is out. Free it in either case. */
static bool open_attempt(struct attempt *attempt, const struct mtks_module_case *under,
                         const struct mtks_container *container)
{
    mtks_arena_init(&attempt->arena, under->limits->memory);
    mtks_sink_init(&attempt->sink, &attempt->arena, under->limits->memory / 3, 0,
                   MTKS_PHASE_DECODE);
    bool good = mtks_decode_work_init(&attempt->work, container, NULL, 0, ROOM);
    mtks_decode_work_job(&attempt->work, under->file, &attempt->sink, &attempt->job);
    return good;
}

static void close_attempt(struct attempt *attempt)
{
    mtks_job_free(&attempt->job);
    mtks_decode_work_free(&attempt->work);
    mtks_arena_free(&attempt->arena);
}

static bool is_same(const struct attempt *a, const struct attempt *b)
{
    uint64_t size = a->work.output.end;
    return a->sink.ended == b->sink.ended && size == b->work.output.end &&
           (size == 0 || memcmp(a->work.output.bytes, b->work.output.bytes, (size_t)size) == 0);
}

/* What is wrong with two decodes of one container, or NULL. */
static const char *fault_of(struct mtks_module_case *under, const struct attempt tries[TRIES],
                            const struct mtks_container *container)
{
    const char *misbehaved = NULL;
    for (size_t i = 0; !misbehaved && i < TRIES; i++)
        misbehaved = tries[i].sink.out_of_memory ? "gives more than there is memory for"
                                                 : tries[i].sink.misbehaved;
    if (!misbehaved && !is_same(&tries[0], &tries[1]))
        misbehaved = "decode gives other bytes the second time";
    return misbehaved
               ? mtks_check_text(under, "%s of 0x%" PRIX64 " bytes at 0x%" PRIX64 ": %s",
                                 container->codec, container->length, container->offset, misbehaved)
               : NULL;
}

/* Decodes a container twice. False when the system fails; *fault is why the module does. */
static bool try_container(struct mtks_module_case *under, const struct mtks_container *container,
                          struct tally *tally, const char **fault)
{
    static const struct attempt nothing;
    struct attempt tries[TRIES] = {nothing, nothing};
    struct mtks_job jobs[TRIES];
    struct mtks_runner runner = {
        .isolation = under->isolation, .limits = under->limits, .dump = &under->sample.whole};
    bool good = true;
    for (size_t i = 0; i < TRIES; i++) {
        good = open_attempt(&tries[i], under, container) && good;
        runner.room = mtks_decode_work_said(&tries[i].work);
        jobs[i] = tries[i].job;
    }
    if (!good)
        mtks_fail(under->error, MTKSCAN_SYSTEM, "no memory to decode in");
    good = good && mtks_runner_run(&runner, jobs, TRIES, under->error);
    for (size_t i = 0; i < TRIES; i++) {
        tries[i].job = jobs[i];
        if (good)
            mtks_decode_work_end(&tries[i].job);
    }
    *fault = good ? fault_of(under, tries, container) : NULL;
    tally->tried++;
    tally->decoded += good && tries[0].sink.ended == MTKSCAN_OK && tries[0].work.output.end > 0;
    for (size_t i = 0; i < TRIES; i++)
        close_attempt(&tries[i]);
    return good;
}

/* Places that hold no stream of any codec, the last one past the end as in a cut dump. */
static size_t make_containers(const struct mtks_module_case *under, const char *codec,
                              struct mtks_container made[])
{
    const uint64_t size = under->sample.whole.size;
    const struct {
        uint64_t offset, length;
    } places[] = {{0, 0}, {0, 64}, {0, size}, {size > 16 ? size - 16 : 0, 64}};
    size_t count = sizeof places / sizeof *places;
    for (size_t i = 0; i < count; i++)
        made[i] = (struct mtks_container){.name = "CHECK",
                                          .codec = codec,
                                          .part = MTKSCAN_NO_PART,
                                          .offset = places[i].offset,
                                          .length = places[i].length};
    return count;
}

bool mtks_row_decode(struct mtks_module_case *under, struct mtks_module_row *row)
{
    struct mtks_container containers[STATED + 4];
    struct tally tally = {0, 0};
    struct mtks_said said;
    size_t count = 0;
    const char *fault = NULL;
    if (!under->check->entry.decode) {
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "it brings no codec");
        return true;
    }
    bool good = mtks_said_ask(&said, under, &under->sample.whole);
    for (; good && count < said.parts.containers.count && count < STATED; count++)
        containers[count] = said.parts.containers.items[count];
    count += make_containers(under, count ? containers[0].codec : MADE, containers + count);
    for (size_t i = 0; good && !fault && i < count; i++)
        good = try_container(under, &containers[i], &tally, &fault);
    mtks_said_free(&said);
    if (good && fault)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Check each length before it is used, keep within task->room, emit each byte "
                     "once, and say MTKSCAN_E_DAMAGED of a stream that is not sound.",
                     "%s", fault);
    else if (good)
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL,
                     "%zu containers, sound or not, of which %zu were decoded: the same again",
                     tally.tried, tally.decoded);
    return good;
}
