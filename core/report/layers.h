/* SPDX-License-Identifier: MIT */
/* What was decoded and found, for the text report, the JSON report, and the index of an unpacked
 * folder. [thread: one per writer] */
#ifndef MTKSCAN_REPORT_LAYERS_H
#define MTKSCAN_REPORT_LAYERS_H

#include "../model/analysis.h"
#include "json.h"

/* "packing", "layers" and "resources"; null for what was not looked at. */
void mtks_layers_json(struct mtks_json *json, const struct mtks_analysis *analysis);

/* A part's name for a record that refers to it by index; NULL for none. */
const char *mtks_part_name(const struct mtks_analysis *analysis, uint32_t part);

/* Opens the object of a command that wrote something: schema, the input's path, status. */
void mtks_report_begin_json(struct mtks_json *json, const struct mtks_analysis *analysis,
                            const char *status);

/* "view": how the input was corrected, an empty array when it was not. */
void mtks_view_json(struct mtks_json *json, const struct mtks_analysis *analysis);

/* "storage": the layer of the user's data, and its wear. */
void mtks_storage_json(struct mtks_json *json, const struct mtks_files *files);

/* The members of one object, without its braces. */
void mtks_layer_json(struct mtks_json *json, const struct mtks_analysis *analysis,
                     const struct mtks_layer *layer);
void mtks_resource_json(struct mtks_json *json, const struct mtks_analysis *analysis,
                        const struct mtks_resource *resource);

#endif
