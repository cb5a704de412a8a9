/* SPDX-License-Identifier: MIT */
/* Takes the output of a decode piece by piece into what a sink keeps. [thread: one at a time] */
#ifndef MTKSCAN_HOST_SINK_OUTPUT_H
#define MTKSCAN_HOST_SINK_OUTPUT_H

#include "decode_output.h"
#include "sink.h"

/*
 * Takes a piece into sink->output; a bad one, and any in a callback that decodes nothing, marks the
 * module as misbehaving. Returns what emit_output returns. *result, which may be NULL, tells what
 * the piece was.
 */
int32_t mtks_sink_output(struct mtks_sink *sink, uint64_t offset, const void *bytes,
                         uint64_t length, enum mtks_piece_result *result);

/* Blames the module for a piece that its own process refused. False when no process does so. */
bool mtks_sink_output_refused(struct mtks_sink *sink, unsigned result, uint64_t offset,
                              uint64_t length);

#endif
