/* SPDX-License-Identifier: MIT */
#include "decode_work.h"

#include "runner.h"
#include "sink.h"
#include "wire.h"

/* What a process says beside its output: lines of text, its end, the call that ended it. */
#define BESIDE (MTKS_LOG_LINES * (MTKSCAN_TEXT_MAX + UINT64_C(32)) + 1024)

bool mtks_decode_work_init(struct mtks_decode_work *work, const struct mtks_container *container,
                           const struct mtks_layer *layers, size_t layer_count, uint64_t room)
{
    *work = (struct mtks_decode_work){
        .task = MTKSCAN_INIT(mtkscan_decode_task),
        .layers = layers,
    };
    mtkscan_decode_task *task = &work->task;
    task->name = container->name;
    task->codec = container->codec;
    task->part = container->part;
    task->order = container->order;
    task->offset = container->offset;
    task->length = container->length;
    task->exec_addr = container->exec_addr;
    task->output_size = container->output_size;
    task->room = room;
    task->layers = layer_count;
    return mtks_decode_output_init(&work->output, room);
}

void mtks_decode_work_free(struct mtks_decode_work *work)
{
    mtks_decode_output_free(&work->output);
}

void mtks_decode_work_job(struct mtks_decode_work *work, int module, struct mtks_sink *sink,
                          struct mtks_job *job)
{
    sink->output = &work->output;
    work->output.limit = mtks_wire_output_frames(work->task.room);
    *job = (struct mtks_job){.kind = MTKS_JOB_DECODE, .module = module, .work = work, .sink = sink};
}

uint64_t mtks_decode_work_said(const struct mtks_decode_work *work)
{
    return mtks_wire_output_room(work->task.room) + BESIDE;
}

void mtks_decode_work_end(const struct mtks_job *job)
{
    struct mtks_frames frames = {.bytes = job->bytes, .length = job->length};
    /* What was wrong with its output came first; the process was ended for it. */
    if (job->sink->misbehaved || job->sink->out_of_memory)
        return;
    if (job->fault[0])
        mtks_sink_blame(job->sink, "%s in decode", job->fault);
    else
        mtks_wire_replay(&frames, job->sink, "decode", true);
}
