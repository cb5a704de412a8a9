/* SPDX-License-Identifier: MIT */
/* One container for a module to decode: what it is asked, and where its output goes. */
#ifndef MTKSCAN_HOST_DECODE_WORK_H
#define MTKSCAN_HOST_DECODE_WORK_H

#include <stddef.h>

#include "../model/analysis.h"
#include "decode_output.h"
#include "mtkscan/plugin.h"

struct mtks_job;
struct mtks_sink;

struct mtks_decode_work {
    mtkscan_decode_task task;
    const struct mtks_layer *layers; /* task.layers of them [lifetime: caller's] */
    struct mtks_decode_output output;
};

/* Texts of the container are not copied. False when memory is out; free in either case. */
bool mtks_decode_work_init(struct mtks_decode_work *work, const struct mtks_container *container,
                           const struct mtks_layer *layers, size_t layer_count, uint64_t room);
void mtks_decode_work_free(struct mtks_decode_work *work);

/* Makes a job of it, with the sink that takes what its process says. Both have to stay. */
void mtks_decode_work_job(struct mtks_decode_work *work, int module, struct mtks_sink *sink,
                          struct mtks_job *job);
/* Bytes that the process of such a job may say (struct mtks_runner). */
uint64_t mtks_decode_work_said(const struct mtks_decode_work *work);
/* Takes the end of a job that ran: its fault, or what decode returned. */
void mtks_decode_work_end(const struct mtks_job *job);

#endif
