/* SPDX-License-Identifier: MIT */
/* What a decode is given and gives: output in pieces, layers, the entry's member, and the host that
 * authors test with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/decode_output.h"
#include "host/plugins.h"
#include "host/services.h"
#include "host/sink_output.h"
#include "mtkscan/memory_host.h"
#include "support.h"

/* ---- output in pieces */

static void test_pieces(void **state)
{
    (void)state;
    struct mtks_decode_output output;
    assert_true(mtks_decode_output_init(&output, 100));
    assert_int_equal(mtks_decode_output_take(&output, 90, "0123456789", 10), MTKS_PIECE_TAKEN);
    assert_int_equal(mtks_decode_output_take(&output, 90, "x", 1), MTKS_PIECE_OVERLAP);
    assert_int_equal(mtks_decode_output_take(&output, 99, "x", 1), MTKS_PIECE_OVERLAP);
    assert_int_equal(mtks_decode_output_take(&output, 89, "xx", 2), MTKS_PIECE_OVERLAP);
    assert_int_equal(mtks_decode_output_take(&output, 100, "x", 1), MTKS_PIECE_OUTSIDE);
    assert_int_equal(mtks_decode_output_take(&output, 100, NULL, 0), MTKS_PIECE_TAKEN);
    assert_int_equal(mtks_decode_output_take(&output, 101, NULL, 0), MTKS_PIECE_OUTSIDE);
    assert_int_equal(mtks_decode_output_take(&output, UINT64_MAX, "x", 1), MTKS_PIECE_OUTSIDE);
    assert_int_equal(mtks_decode_output_take(&output, 0, NULL, 1), MTKS_PIECE_NULL);
    assert_int_equal(mtks_decode_output_take(&output, 0, "ab", 2), MTKS_PIECE_TAKEN);
    assert_int_equal(output.end, 100);
    uint8_t *bytes = mtks_decode_output_release(&output);
    assert_memory_equal(bytes, "ab\0\0", 4);
    assert_memory_equal(bytes + 88,
                        "\0\0"
                        "0123456789",
                        12);
    free(bytes);
    assert_null(mtks_decode_output_release(&output));
    mtks_decode_output_free(&output);
    assert_false(mtks_decode_output_init(&output, UINT64_MAX));
    mtks_decode_output_free(&output);
}

/* Every piece of a small room against a plain map of its bytes. */
static void test_pieces_agree(void **state)
{
    (void)state;
    enum { ROOM = 40 };
    uint32_t seed = 77;
    uint8_t piece[ROOM];
    for (unsigned round = 0; round < 2000; round++) {
        struct mtks_decode_output output;
        uint8_t model[ROOM] = {0};
        uint64_t end = 0;
        assert_true(mtks_decode_output_init(&output, ROOM));
        output.limit = 12;
        for (unsigned turn = 0; turn < 12; turn++) {
            seed = seed * 1664525u + 1013904223u;
            uint64_t offset = (seed >> 8) % (ROOM + 1), length = (seed >> 20) % 12;
            bool inside = offset + length <= ROOM;
            bool is_free = inside;
            for (uint64_t i = offset; is_free && i < offset + length; i++)
                is_free = model[i] == 0;
            memset(piece, (int)turn + 1, sizeof piece);
            enum mtks_piece_result wanted = !inside    ? MTKS_PIECE_OUTSIDE
                                            : !is_free ? MTKS_PIECE_OVERLAP
                                                       : MTKS_PIECE_TAKEN;
            assert_int_equal(mtks_decode_output_take(&output, offset, piece, length), wanted);
            if (wanted != MTKS_PIECE_TAKEN || length == 0)
                continue;
            memset(model + offset, (int)turn + 1, length);
            end = offset + length > end ? offset + length : end;
        }
        assert_int_equal(output.end, end);
        if (end)
            assert_memory_equal(output.bytes, model, end);
        output.limit = output.count;
        assert_int_equal(mtks_decode_output_take(&output, 0, piece, 0), MTKS_PIECE_TOO_MANY);
        mtks_decode_output_free(&output);
    }
}

/* Only a decode has output. */
static void test_misplaced(void **state)
{
    (void)state;
    struct mtks_arena arena;
    struct mtks_sink sink;
    struct mtks_dump dump = {.bytes = (uint8_t *)"dump", .size = 4};
    struct mtks_services services;
    mtks_arena_init(&arena, 1u << 20);
    mtks_services_init(&services, &dump, NULL, NULL, 0);
    const mtkscan_host *host = &services.host;
    mtkscan_layer layer = MTKSCAN_INIT(mtkscan_layer);
    assert_int_equal(host->emit_output(host, 0, "x", 1), MTKSCAN_E_INVALID);
    assert_int_equal(host->layer(host, 0, &layer), MTKSCAN_E_NOT_FOUND);
    services.sink = &sink;
    mtks_sink_init(&sink, &arena, 1u << 19, 10, MTKS_PHASE_LAYOUT);
    assert_int_equal(host->emit_output(host, 0, "x", 1), MTKSCAN_E_INVALID);
    assert_string_equal(sink.misbehaved, "output in layout, where it has no place");
    mtks_sink_init(&sink, &arena, 1u << 19, 10, MTKS_PHASE_CLAIM);
    assert_true(mtks_sink_output_refused(&sink, MTKS_PIECE_OVERLAP, 0, 1));
    assert_string_equal(sink.misbehaved, "output in claim, where it has no place");
    assert_false(mtks_sink_output_refused(&sink, MTKS_PIECE_TAKEN, 0, 1));
    assert_false(mtks_sink_output_refused(&sink, MTKS_PIECE_NO_MEMORY, 0, 1));
    assert_false(mtks_sink_output_refused(&sink, UINT32_MAX, 0, 1));
    mtks_services_free(&services);
    mtks_arena_free(&arena);
}

/* A module's struct may be longer than the host's; not shorter than it ever was. */
static void test_layer(void **state)
{
    (void)state;
    struct mtks_dump dump = {.bytes = (uint8_t *)"dump", .size = 4};
    uint8_t bytes[] = "image";
    struct mtks_layer layers[2] = {
        {.name = "A", .codec = "a-1", .bytes = bytes, .size = 5, .exec_addr = 16},
        {.name = "B", .codec = "b-1", .size = 7}, /* closed */
    };
    const struct mtks_container container = {.name = "C", .codec = "c-1"};
    struct mtks_decode_work work;
    assert_true(mtks_decode_work_init(&work, &container, layers, 2, 10));
    struct mtks_services services;
    mtks_services_init(&services, &dump, NULL, NULL, 0);
    services.work = &work;
    const mtkscan_host *host = &services.host;
    struct {
        mtkscan_layer layer;
        uint64_t more;
    } later = {.layer = MTKSCAN_INIT(mtkscan_layer), .more = 4711};
    later.layer.struct_size = sizeof later;
    assert_int_equal(host->layer(host, 0, &later.layer), MTKSCAN_OK);
    assert_string_equal(later.layer.name, "A");
    assert_string_equal(later.layer.codec, "a-1");
    assert_ptr_equal(later.layer.bytes, bytes);
    assert_int_equal(later.layer.size, 5);
    assert_int_equal(later.layer.exec_addr, 16);
    assert_int_equal(later.layer.struct_size, sizeof later);
    assert_int_equal(later.more, 4711);
    assert_int_equal(host->layer(host, 1, &later.layer), MTKSCAN_OK);
    assert_null(later.layer.bytes);
    assert_int_equal(later.layer.size, 0);
    assert_int_equal(host->layer(host, 2, &later.layer), MTKSCAN_E_NOT_FOUND);
    assert_int_equal(host->layer(host, UINT64_MAX, &later.layer), MTKSCAN_E_NOT_FOUND);
    later.layer.struct_size = 47;
    assert_int_equal(host->layer(host, 0, &later.layer), MTKSCAN_E_INVALID);
    assert_int_equal(host->layer(host, 0, NULL), MTKSCAN_E_INVALID);
    mtks_services_free(&services);
    mtks_decode_work_free(&work);
}

/* ---- the entry */

static void test_entry(void **state)
{
    (void)state;
    static const struct {
        const char *module;
        bool decodes;
    } rows[] = {
        {"decodes", true}, {"decodes_half", false}, {"decodes_not", false}, {"good", false}};
    static const enum mtks_isolation levels[] = {MTKS_ISOLATION_NONE, MTKS_ISOLATION_FORK};
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        char file[64];
        size_t size = 0;
        struct mtks_plugins plugins;
        char *folder = test_folder_new();
        const char *dirs[] = {folder, NULL};
        snprintf(file, sizeof file, "%s.so", rows[i / 2].module);
        char *bytes = test_file_read(TEST_BUILD_DIR "/tests/modules", file, &size);
        assert_non_null(bytes);
        free(test_file_write(folder, "module.so", bytes, size));
        free(bytes);
        const struct mtks_plugin_search search = {
            .dirs = dirs, .only_dirs = true, .isolation = levels[i % 2]};
        assert_int_equal(mtks_plugins_load(&plugins, &search, NULL), MTKSCAN_DONE);
        assert_int_equal(plugins.list.count, 1);
        assert_int_equal(plugins.list.items[0].state, MTKS_PLUGIN_OK);
        const mtkscan_plugin *entry = &plugins.list.items[0].entry;
        assert_int_equal(entry->decode != NULL, rows[i / 2].decodes);
        if (entry->decode) /* elsewhere it fails, here it is the module's */
            assert_int_equal(entry->decode(NULL, NULL),
                             i % 2 ? MTKSCAN_E_FAILED : MTKSCAN_E_NOT_FOUND);
        mtks_plugins_free(&plugins);
        test_folder_remove(folder);
    }
}

/* ---- the host that authors test with */

/* Turns the coded bytes round, and puts the first layer behind them. */
static int32_t turn(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    mtkscan_layer layer = MTKSCAN_INIT(mtkscan_layer);
    const uint8_t *coded = host->span(host, task->offset, task->length);
    if (!coded)
        return MTKSCAN_E_DAMAGED;
    for (uint64_t i = 0; i < task->length; i++) {
        int32_t code = host->emit_output(host, task->length - 1 - i, coded + i, 1);
        if (code != MTKSCAN_OK)
            return MTKSCAN_OK; /* which hides it */
    }
    if (task->layers == 0)
        return MTKSCAN_OK;
    assert_int_equal(host->layer(host, task->layers, &layer), MTKSCAN_E_NOT_FOUND);
    assert_int_equal(host->layer(host, 0, &layer), MTKSCAN_OK);
    return host->emit_output(host, 4096 * 3, layer.bytes, layer.size);
}

static int32_t twice(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)task;
    host->emit_output(host, 0, "aa", 2);
    return host->emit_output(host, 1, "a", 1) == MTKSCAN_E_INVALID ? MTKSCAN_OK : MTKSCAN_E_FAILED;
}

static void test_memory_host(void **state)
{
    (void)state;
    static const uint8_t dump[] = "..live";
    static const uint8_t image[] = "image";
    const mtkscan_layer layers[] = {{sizeof(mtkscan_layer), MTKSCAN_ABI, "A", "a-1", image, 5, 0}};
    mtkscan_memory_host memory;
    mtkscan_decode_task task = MTKSCAN_INIT(mtkscan_decode_task);
    task.name = "C";
    task.codec = "turn-1";
    task.offset = 2;
    task.length = 4;
    task.room = 1u << 20;
    mtkscan_memory_host_init(&memory, dump, 6, NULL, NULL);
    assert_int_equal(mtkscan_memory_host_decode(&memory, turn, &task), MTKSCAN_OK);
    assert_int_equal(memory.output_size, 4);
    assert_memory_equal(memory.output, "evil", 4);
    memory.layers = layers;
    memory.layer_count = 1;
    assert_int_equal(mtkscan_memory_host_decode(&memory, turn, &task), MTKSCAN_OK);
    assert_int_equal(memory.output_size, 4096 * 3 + 5);
    assert_memory_equal(memory.output + 4096 * 3 - 1, "\0image", 6);
    task.length = 5;
    assert_int_equal(mtkscan_memory_host_decode(&memory, turn, &task), MTKSCAN_E_DAMAGED);
    assert_int_equal(memory.output_size, 0);
    task.length = 4;
    task.room = 3;
    assert_int_equal(mtkscan_memory_host_decode(&memory, turn, &task), MTKSCAN_E_INVALID);
    task.room = 1u << 20;
    assert_int_equal(mtkscan_memory_host_decode(&memory, twice, &task), MTKSCAN_E_INVALID);
    mtkscan_memory_host_free(&memory);
    assert_null(memory.output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),    cmocka_unit_test(test_pieces_agree),
        cmocka_unit_test(test_misplaced), cmocka_unit_test(test_layer),
        cmocka_unit_test(test_entry),     cmocka_unit_test(test_memory_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
