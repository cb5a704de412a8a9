/* SPDX-License-Identifier: MIT */
/* Prints an analysis. Untrusted text leaves escaped. */
#ifndef MTKSCAN_REPORT_REPORT_H
#define MTKSCAN_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "../host/plugins.h"
#include "../model/analysis.h"

struct mtks_text_style {
    bool colour;      /* a second signal only */
    bool verbose;     /* evidence, passed checks, map */
    unsigned columns; /* 0: 80 */
};

/* One screen of text. */
void mtks_report_text(FILE *out, const struct mtks_analysis *analysis,
                      const struct mtks_text_style *style);

/* One JSON object on one line, the same bytes from run to run (schema mtkscan/1). */
void mtks_report_json(FILE *out, const struct mtks_analysis *analysis);

/* The table and the JSON array behind `plugins list`. */
void mtks_report_plugins_text(FILE *out, const struct mtks_plugins *plugins, bool verbose);
void mtks_report_plugins_json(FILE *out, const struct mtks_plugins *plugins);

#endif
