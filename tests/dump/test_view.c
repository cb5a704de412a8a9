/* SPDX-License-Identifier: MIT */
/* Corrected views: random lists of steps against a model that moves single cells. */
#include "support.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dump/view.h"

#define CELLS 600u

/* A byte and where it came from. */
struct cell {
    uint8_t value;
    uint64_t origin;
};

struct model {
    struct cell cells[CELLS];
    uint64_t size;
};

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return limit ? (random_state >> 8) % limit : 0;
}

static void swap_cells(struct cell *a, struct cell *b)
{
    struct cell kept = *a;
    *a = *b;
    *b = kept;
}

/* One step, cell by cell; false when it does not fit. */
static bool model_step(struct model *model, const struct mtks_view_step *step)
{
    const uint64_t size = model->size, offset = step->offset, length = step->length;
    struct model before = *model;
    switch (step->kind) {
    case MTKS_VIEW_KEEP:
    case MTKS_VIEW_DROP:
        if (offset > size || length > size - offset)
            return false;
        model->size = 0;
        for (uint64_t i = 0; i < size; i++)
            if ((i >= offset && i < offset + length) == (step->kind == MTKS_VIEW_KEEP))
                model->cells[model->size++] = before.cells[i];
        return true;
    case MTKS_VIEW_INSERT:
        if (offset > size)
            return false;
        for (uint64_t i = 0; i < length; i++)
            model->cells[offset + i] = (struct cell){0xFF, MTKS_VIEW_NOWHERE};
        for (uint64_t i = offset; i < size; i++)
            model->cells[i + length] = before.cells[i];
        model->size += length;
        return true;
    case MTKS_VIEW_SWAP:
        for (uint64_t at = 0; at + step->unit <= size; at += step->unit)
            for (uint64_t i = 0; i < step->unit; i++)
                model->cells[at + i] = before.cells[at + step->unit - 1 - i];
        return true;
    case MTKS_VIEW_HALVES:
        for (uint64_t at = 0; at + step->unit <= size; at += step->unit)
            for (uint64_t i = 0; i < step->unit; i++)
                model->cells[at + i] = before.cells[at + (i + step->unit / 2) % step->unit];
        return true;
    case MTKS_VIEW_EXCHANGE:
        for (uint64_t i = 0; i < length; i++)
            swap_cells(&model->cells[offset + i], &model->cells[step->other + i]);
        return true;
    }
    return false;
}

/* A step that fits `size` bytes and leaves at most CELLS. */
static struct mtks_view_step random_step(uint64_t size)
{
    struct mtks_view_step step = {.kind = (enum mtks_view_kind)random_below(6)};
    step.offset = random_below((uint32_t)size + 1);
    step.length = random_below((uint32_t)(size - step.offset) + 1);
    switch (step.kind) {
    case MTKS_VIEW_DROP:
        step.length /= 4;
        break;
    case MTKS_VIEW_INSERT:
        step.length = random_below(CELLS - (uint32_t)size < 40 ? CELLS - (uint32_t)size + 1 : 40);
        break;
    case MTKS_VIEW_SWAP:
        step.unit = 2u << random_below(3);
        break;
    case MTKS_VIEW_HALVES:
        step.unit = 4u << random_below(8);
        break;
    case MTKS_VIEW_EXCHANGE:
        step.offset = random_below((uint32_t)size / 2 + 1);
        step.other = step.offset + random_below((uint32_t)(size - step.offset) + 1);
        step.length = random_below((uint32_t)(step.other - step.offset) + 1);
        if (step.length > size - step.other)
            step.length = size - step.other;
        if (random_below(2)) {
            uint64_t kept = step.offset;
            step.offset = step.other;
            step.other = kept;
        }
        break;
    case MTKS_VIEW_KEEP:
        if (step.length < size / 2) {
            step.offset = 0;
            step.length = size - random_below((uint32_t)size / 8 + 1);
        }
        break;
    }
    return step;
}

static void random_lists_agree_with_the_model(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 4000; round++) {
        static struct model model;
        uint8_t raw[CELLS];
        struct mtks_view_step steps[MTKS_VIEW_STEPS];
        const size_t count = random_below(MTKS_VIEW_STEPS + 1);
        struct mtks_dump from = {.bytes = raw, .size = random_below(300)}, to;
        model.size = from.size;
        for (uint64_t i = 0; i < from.size; i++) {
            raw[i] = (uint8_t)random_below(256);
            model.cells[i] = (struct cell){raw[i], i};
        }
        for (size_t i = 0; i < count; i++) {
            steps[i] = random_step(model.size);
            assert_true(model_step(&model, &steps[i]));
        }
        assert_int_equal(mtks_view_apply(&to, &from, steps, count, CELLS, NULL), MTKSCAN_DONE);
        assert_true(to.size == model.size);
        for (uint64_t i = 0; i < model.size; i++) {
            assert_int_equal(to.bytes[i], model.cells[i].value);
            assert_true(mtks_view_origin(steps, count, from.size, i) == model.cells[i].origin);
        }
        assert_true(mtks_view_origin(steps, count, from.size, model.size) == MTKS_VIEW_NOWHERE);
        mtks_dump_close(&to);
    }
}

static void steps_that_lead_outside_are_refused(void **state)
{
    (void)state;
    static const struct mtks_view_step bad[] = {
        {.kind = MTKS_VIEW_KEEP, .offset = 1, .length = 16},
        {.kind = MTKS_VIEW_KEEP, .offset = UINT64_MAX, .length = 2},
        {.kind = MTKS_VIEW_DROP, .offset = 17},
        {.kind = MTKS_VIEW_DROP, .offset = 2, .length = UINT64_MAX},
        {.kind = MTKS_VIEW_INSERT, .offset = 17, .length = 1},
        {.kind = MTKS_VIEW_INSERT, .offset = 3, .length = UINT64_MAX},
        {.kind = MTKS_VIEW_INSERT, .offset = 3, .length = 1000},
        {.kind = MTKS_VIEW_SWAP, .unit = 0},
        {.kind = MTKS_VIEW_SWAP, .unit = 3},
        {.kind = MTKS_VIEW_SWAP, .unit = 16},
        {.kind = MTKS_VIEW_HALVES, .unit = 0},
        {.kind = MTKS_VIEW_HALVES, .unit = 2},
        {.kind = MTKS_VIEW_HALVES, .unit = 12},
        {.kind = MTKS_VIEW_EXCHANGE, .offset = 0, .other = 4, .length = 5},
        {.kind = MTKS_VIEW_EXCHANGE, .offset = 4, .other = 0, .length = 5},
        {.kind = MTKS_VIEW_EXCHANGE, .offset = 0, .other = 12, .length = 5},
        {.kind = MTKS_VIEW_EXCHANGE, .offset = UINT64_MAX, .other = 0, .length = 5},
        {.kind = (enum mtks_view_kind)6},
    };
    const uint8_t raw[16] = {1};
    const struct mtks_dump from = {.bytes = raw, .size = sizeof raw};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mtks_dump to;
        mtkscan_error error;
        assert_int_equal(mtks_view_apply(&to, &from, &bad[i], 1, 500, &error), MTKSCAN_REFUSED);
        assert_true(to.size == 0);
        mtks_dump_close(&to);
        if (i != 6) /* that one only passes the limit, which an origin does not have */
            assert_true(mtks_view_origin(&bad[i], 1, sizeof raw, 0) == MTKS_VIEW_NOWHERE);
    }
}

static void the_number_of_steps_and_bytes_is_limited(void **state)
{
    (void)state;
    struct mtks_view_step steps[MTKS_VIEW_STEPS + 1] = {{.kind = MTKS_VIEW_KEEP}};
    struct mtks_dump from, to;
    mtkscan_error error;
    assert_int_equal(mtks_dump_blank(&from, 100, NULL), MTKSCAN_DONE);
    for (size_t i = 0; i <= MTKS_VIEW_STEPS; i++)
        steps[i] = (struct mtks_view_step){.kind = MTKS_VIEW_INSERT, .length = 1};
    assert_int_equal(mtks_view_apply(&to, &from, steps, MTKS_VIEW_STEPS + 1, 1000, &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(mtks_view_apply(&to, &from, steps, MTKS_VIEW_STEPS, 115, &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(mtks_view_apply(&to, &from, steps, MTKS_VIEW_STEPS, 116, &error),
                     MTKSCAN_DONE);
    assert_true(to.size == 116);
    mtks_dump_close(&to);
    /* The most of all stages counts, not the last one. */
    steps[MTKS_VIEW_STEPS - 1] = (struct mtks_view_step){.kind = MTKS_VIEW_KEEP, .length = 1};
    assert_int_equal(mtks_view_apply(&to, &from, steps, MTKS_VIEW_STEPS, 114, &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(mtks_view_apply(&to, &from, steps, MTKS_VIEW_STEPS, 115, &error),
                     MTKSCAN_DONE);
    assert_true(to.size == 1);
    mtks_dump_close(&to);
    mtks_dump_close(&from);
}

static void no_steps_make_a_copy(void **state)
{
    (void)state;
    const uint8_t raw[3] = {7, 8, 9};
    struct mtks_dump from = {.bytes = raw, .size = 3}, to;
    assert_int_equal(mtks_view_apply(&to, &from, NULL, 0, 3, NULL), MTKSCAN_DONE);
    assert_true(to.size == 3 && to.bytes != raw);
    assert_memory_equal(to.bytes, raw, 3);
    assert_true(mtks_view_origin(NULL, 0, 3, 2) == 2);
    mtks_dump_close(&to);
    from.size = 0;
    assert_int_equal(mtks_view_apply(&to, &from, NULL, 0, 0, NULL), MTKSCAN_DONE);
    assert_true(to.size == 0 && to.bytes != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lists_agree_with_the_model),
        cmocka_unit_test(steps_that_lead_outside_are_refused),
        cmocka_unit_test(the_number_of_steps_and_bytes_is_limited),
        cmocka_unit_test(no_steps_make_a_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
