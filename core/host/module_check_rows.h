/* SPDX-License-Identifier: MIT */
/* A check under way, and the rows it goes through; private to module_check*.c. */
#ifndef MTKSCAN_HOST_MODULE_CHECK_ROWS_H
#define MTKSCAN_HOST_MODULE_CHECK_ROWS_H

#include "module_check.h"
#include "module_check_dumps.h"
#include "module_check_elf.h"
#include "runner.h"

/* How far a module came. A row that needs more is skipped. */
enum mtks_module_stage {
    MTKS_MODULE_FILE,
    MTKS_MODULE_READ,   /* its bytes are those of a module */
    MTKS_MODULE_LOADED, /* it told who it is */
    MTKS_MODULE_CALM,   /* it misbehaved on no dump */
    MTKS_MODULE_STAGES
};

struct mtks_module_case {
    struct mtks_module_check *check;
    const struct mtks_plugins *plugins; /* may be NULL */
    const struct mtks_limits *limits;
    enum mtks_isolation isolation; /* not MTKS_ISOLATION_NONE */
    mtkscan_error *error;
    enum mtks_module_stage stage;

    int file;       /* checked descriptor, or -1 */
    uint8_t *bytes; /* of the file */
    struct mtks_elf elf;
    const char *refused; /* why it was not loaded, or NULL */

    struct mtks_sample sample; /* dumps to show it */
    int own_score;             /* of its claim on the sample */
    const char *foreign;       /* the dump of nobody that it claimed, or NULL */
};

/* Sets the result of a row. `advice` may be NULL; it is kept, not copied. */
void mtks_row_set(struct mtks_module_case *under, struct mtks_module_row *row,
                  enum mtks_module_result result, const char *advice, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A text of the check's arena; a constant when memory is out. Never NULL. */
const char *mtks_check_text(struct mtks_module_case *under, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The rows. Each sets its result, and may raise under->stage. False only when the system is to
 * blame; under->error says why.
 */
bool mtks_row_file(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_exports(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_constructors(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_globals(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_describe(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_references(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_metadata(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_behaviour(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_foreign(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_fixture(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_determinism(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_decode(struct mtks_module_case *under, struct mtks_module_row *row);
bool mtks_row_cost(struct mtks_module_case *under, struct mtks_module_row *row);

/* Runs jobs of the module, or of others, on a dump (NULL: none). `finder` may be NULL. */
bool mtks_case_run(struct mtks_module_case *under, const struct mtks_dump *dump,
                   struct mtks_finder *finder, struct mtks_job *jobs, size_t count);

#endif
