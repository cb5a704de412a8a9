/* SPDX-License-Identifier: MIT */
/* Fixture dumps that were read wrongly, and what the diagnosis of the input makes of them. */
#ifndef TESTS_DIAGNOSE_SPOIL_H
#define TESTS_DIAGNOSE_SPOIL_H

#include "support.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "model/finding.h"

/* A file to be diagnosed, made by appending. */
struct spoil {
    uint8_t *bytes;
    size_t size, room;
};

static inline void spoil_add(struct spoil *spoil, const void *bytes, size_t size)
{
    if (spoil->size + size > spoil->room) {
        spoil->room = 2 * (spoil->size + size);
        spoil->bytes = realloc(spoil->bytes, spoil->room);
        assert_non_null(spoil->bytes);
    }
    if (size)
        memcpy(spoil->bytes + spoil->size, bytes, size);
    spoil->size += size;
}

/* Bytes that nothing explains. */
static inline void spoil_noise(struct spoil *spoil, size_t size)
{
    uint32_t state = 12345;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        const uint8_t byte = (uint8_t)(state >> 24);
        spoil_add(spoil, &byte, 1);
    }
}

static inline void spoil_fill(struct spoil *spoil, uint8_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        spoil_add(spoil, &value, 1);
}

/* Its diagnosis. [owner: caller, told_free] */
struct told {
    struct mtks_analysis *analysis;
    struct mtks_input_diagnosis diagnosis;
};

static inline struct told spoil_tell(const struct spoil *spoil, bool fix)
{
    static const uint8_t nothing[1];
    const struct mtks_dump dump = {.bytes = spoil->bytes ? spoil->bytes : nothing,
                                   .size = spoil->size};
    struct told told = {.analysis = mtks_analysis_new(NULL)};
    assert_non_null(told.analysis);
    assert_int_equal(mtks_diagnose_input(told.analysis, &dump, fix, NULL, &told.diagnosis, NULL),
                     MTKSCAN_DONE);
    return told;
}

static inline void told_free(struct told *told)
{
    mtks_dump_close(&told->diagnosis.view);
    mtks_analysis_free(told->analysis);
}

/* Just this finding (NULL: none) is raised, and the view is `want` (NULL: there is none). Empties
 * the spoilt file. */
static inline void spoil_expect(struct spoil *spoil, const char *code, const uint8_t *want,
                                size_t size)
{
    struct told told = spoil_tell(spoil, true);
    assert_int_equal(told.analysis->findings.count, code ? 1 : 0);
    if (code)
        assert_string_equal(told.analysis->findings.items[0].code, code);
    assert_int_equal(told.diagnosis.step_count != 0, want != NULL);
    if (want) {
        const struct mtks_input_diagnosis *diagnosis = &told.diagnosis;
        assert_true(diagnosis->view.size == size);
        assert_memory_equal(diagnosis->view.bytes, want, size);
        for (uint64_t i = 0; i < size; i += 997) {
            uint64_t origin =
                mtks_view_origin(diagnosis->steps, diagnosis->step_count, spoil->size, i);
            assert_int_equal(want[i], origin == MTKS_VIEW_NOWHERE ? 0xFF : spoil->bytes[origin]);
        }
    }
    told_free(&told);
    spoil->size = 0;
}

#endif
