/* SPDX-License-Identifier: MIT */
/* The folder that unpack writes: files byte for byte, what it says of itself, and what is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "made.h"
#include "unpack/unpack.h"

static struct mtks_analysis *analysis;
static struct mtks_dump dump;
static struct mtks_unpacked unpacked;
static mtkscan_error error;
static char *base, *folder;

/* A healthy layer, a closed and a damaged one, and three resources. */
static void fill(void)
{
    struct mtks_fact *fact = MTKS_PUSH(&analysis->arena, &analysis->facts);
    fact->key = MTKSCAN_FACT_CHIP;
    fact->value = "MT\"1\"";
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    *part = (struct mtks_part){
        .name = "ROM\x1b", .offset = 0x100, .length = 0x80, .load_addr = 0x10000100};
    part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    *part = (struct mtks_part){.name = "GONE", .flags = MTKSCAN_PART_ABSENT};

    struct mtks_layer *layer = made_layer(analysis, "ALICE", "abc", 0x101D6800);
    layer->part = 0;
    layer->offset = 0x120;
    layer->length = 2;
    layer->decoded = 4;
    layer->size_source = "its last group";
    layer->state = MTKS_LAYER_CONSISTENT;
    layer->noticed = 987;
    layer->groups = 1;
    layer = made_layer(analysis, "LZMA/1", NULL, 0);
    layer->codec = "lzma";
    layer->why = "no key";
    layer = made_layer(analysis, "lzma/1", "o\0k\0!\0", 0);
    free(layer->bytes);
    layer->bytes = malloc(6);
    memcpy(layer->bytes, "o\0k\0\0\0", 6);
    layer->size = layer->decoded = 6;
    layer->state = MTKS_LAYER_DAMAGED;
    layer->why = "a bad place";
    struct mtks_layer_fault *fault = MTKS_PUSH(&analysis->arena, &layer->faults);
    *fault = (struct mtks_layer_fault){1, 2, 3, 4, "group 7", true};

    struct mtks_resource *resource = made_resource(analysis, "gif", MTKS_NO_LAYER, 2, 3);
    resource->width = 8;
    resource->height = 9;
    resource->detail = "2 frames";
    made_resource(analysis, MADE_TEXT, 2, 0, 6);
    made_resource(analysis, "midi", 1, 0, 1)->opaque = true; /* in the closed one */
}

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    assert_true(asprintf(&folder, "%s/out", base) > 0);
    analysis = made_analysis();
    assert_int_equal(mtks_dump_blank(&dump, 4096, &error), MTKSCAN_DONE);
    memcpy(mtks_dump_edit(&dump), "..GIF..", 7);
    analysis->input.path = "a dump\xE2\x80\xAE.bin"; /* turns the direction of writing */
    analysis->input.size = 4096;
    fill();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    mtks_dump_close(&dump);
    test_folder_remove(base);
    free(folder);
    return 0;
}

static int unpack(bool force, bool resources, const struct mtks_progress *progress)
{
    const struct mtks_unpack_options options = {
        .force = force, .resources = resources, .version = "9.8", .progress = progress};
    return mtks_unpack_write(analysis, &dump, folder, &options, &unpacked, &error);
}

static void expect_file(const char *name, const char *bytes, size_t length)
{
    size_t size = 0;
    char *text = test_file_read(folder, name, &size);
    if (!text)
        fail_msg("no %s", name);
    if (size != length || memcmp(text, bytes, length) != 0)
        fail_msg("%s is\n%s", name, text);
    free(text);
}

static const char index_text[] =
    "{\"schema\":\"mtkscan-unpack/1\",\"mtkscan\":\"9.8\","
    "\"input\":{\"path\":\"a dump\\u202e.bin\",\"size\":4096,\"sha1\":null,"
    "\"given\":0,\"view\":[]},"
    "\"chip\":\"MT\\\"1\\\"\",\"layers\":["
    "{\"name\":\"ALICE\",\"codec\":\"alice-2\",\"part\":\"ROM\\u001b\","
    "\"offset\":288,\"length\":2,\"exec_addr\":270362624,\"size\":3,"
    "\"size_source\":\"its last group\",\"decoded\":4,\"state\":\"consistent\",\"why\":null,"
    "\"noticed_permille\":987,\"groups\":1,\"groups_bad\":0,\"filtered\":false,"
    "\"sha1\":\"a9993e364706816aba3e25717850c26c9cd0d89d\",\"faults\":[],\"file\":\"ALICE.bin\","
    "\"disassemble\":\"arm-none-eabi-objdump -D -b binary -m arm -M force-thumb "
    "--adjust-vma=0x101D6800 ALICE.bin\"},"
    "{\"name\":\"LZMA/1\",\"codec\":\"lzma\",\"part\":null,\"offset\":0,"
    "\"length\":0,\"exec_addr\":null,\"size\":null,\"size_source\":null,\"decoded\":0,"
    "\"state\":\"closed\",\"why\":\"no key\",\"noticed_permille\":0,\"groups\":0,"
    "\"groups_bad\":0,\"filtered\":false,\"sha1\":null,\"faults\":[],\"file\":null,"
    "\"disassemble\":null},"
    "{\"name\":\"lzma/1\",\"codec\":\"alice-2\",\"part\":null,"
    "\"offset\":0,\"length\":0,\"exec_addr\":null,\"size\":6,\"size_source\":null,\"decoded\":6,"
    "\"state\":\"damaged\",\"why\":\"a bad place\",\"noticed_permille\":0,\"groups\":0,"
    "\"groups_bad\":0,\"filtered\":false,\"sha1\":\"a9ccdca8d3c6c847aa2fd9680ce21d9787cadc7d\","
    "\"faults\":[{\"offset\":1,\"length\":2,\"image_offset\":3,\"image_length\":4,"
    "\"what\":\"group 7\",\"filled\":true}],\"file\":\"lzma%2F1~2.bin\","
    "\"disassemble\":\"arm-none-eabi-objdump -D -b binary -m arm -M force-thumb "
    "lzma%2F1~2.bin\"}],"
    "\"resources\":["
    "{\"format\":\"gif\",\"layer\":null,\"offset\":2,\"length\":3,\"width\":8,\"height\":9,"
    "\"detail\":\"2 frames\",\"opaque\":false,\"file\":\"resources/dump-0x000002.gif\"},"
    "{\"format\":\"" MADE_TEXT "\",\"layer\":\"lzma/1\",\"offset\":0,\"length\":6,\"width\":null,"
    "\"height\":null,\"detail\":null,\"opaque\":false,"
    "\"file\":\"resources/lzma%2F1~2-0x000000.txt\"},"
    "{\"format\":\"midi\",\"layer\":\"LZMA/1\",\"offset\":0,\"length\":1,\"width\":null,"
    "\"height\":null,\"detail\":null,\"opaque\":true,\"file\":null}]}\n";

static void test_everything(void **state)
{
    (void)state;
    assert_int_equal(unpack(false, true, NULL), MTKSCAN_DONE);
    assert_true(unpacked.written);
    assert_null(unpacked.leftover);
    expect_file("ALICE.bin", "abc", 3);
    expect_file("lzma%2F1~2.bin", "o\0k\0\0\0", 6);
    expect_file("resources/dump-0x000002.gif", "GIF", 3);
    expect_file("resources/lzma%2F1~2-0x000000.txt", "ok\n", 3);
    expect_file("index.json", index_text, strlen(index_text));

    static const struct {
        const char *name;
        uint64_t length;
        uint32_t layer, resource;
    } files[] = {
        {"ALICE.bin", 3, 0, MTKS_NO_LAYER},
        {"lzma%2F1~2.bin", 6, 2, MTKS_NO_LAYER},
        {"resources/dump-0x000002.gif", 3, MTKS_NO_LAYER, 0},
        {"resources/lzma%2F1~2-0x000000.txt", 3, 2, 1},
        {"index.json", sizeof index_text - 1, MTKS_NO_LAYER, MTKS_NO_LAYER},
    };
    assert_int_equal(unpacked.files.count, 6); /* and LAYERS.txt */
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_string_equal(unpacked.files.items[i].name, files[i].name);
        assert_int_equal(unpacked.files.items[i].length, files[i].length);
        assert_int_equal(unpacked.files.items[i].layer, files[i].layer);
        assert_int_equal(unpacked.files.items[i].resource, files[i].resource);
    }
    static const char check[] = "cd \"$0\" && sha1sum --quiet --strict -c SHA1SUMS && "
                                "find . -type f | wc -l";
    const char *const argv[] = {"/bin/sh", "-c", check, folder, NULL};
    struct test_run run = test_run(argv);
    assert_int_equal(run.status, 0);
    assert_int_equal(atoi(run.out), 7);
    test_run_free(&run);
}

static void expect_text(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" lacks \"%s\"", text, part);
}

/* LAYERS.txt: addresses and commands; nothing in it acts on a terminal. */
static void test_text(void **state)
{
    (void)state;
    assert_int_equal(unpack(false, false, NULL), MTKSCAN_DONE);
    assert_false(test_exists(folder, "resources"));
    char *text = test_file_read(folder, "LAYERS.txt", NULL);
    expect_text(text, "\nALICE\n  file         ALICE.bin, 3 bytes (its last group)\n");
    expect_text(text, "in the dump  0x00000120, 2 bytes, codec alice-2, part ROM\\x1B\n");
    expect_text(text, "consistent: nothing disagrees; of 1000 single wrong bits 987 would");
    expect_text(text, "runs at      0x101D6800 .. 0x101D6802\n");
    expect_text(text, "arm-none-eabi-objdump -D -b binary -m arm -M force-thumb "
                      "--adjust-vma=0x101D6800 ALICE.bin\n");
    expect_text(text, "r2 -a arm -b 16 -m 0x101D6800 ALICE.bin\n");
    expect_text(text, "\nLZMA/1\n  file         none\n");
    expect_text(text, "state        closed: no key\n");
    expect_text(text, "bad places   0x000003, 4 bytes of the file are filler: group 7\n");
    expect_text(text, "not known, so addresses count from 0\n");
    expect_text(text, "r2 -a arm -b 16 lzma%2F1~2.bin\n");
    expect_text(text, "load address 0x10000100, in the dump 0x00000100, 128 bytes: ROM\\x1B\n");
    assert_null(strstr(text, "GONE"));
    assert_null(strchr(text, '\x1b'));
    assert_null(strstr(text, "\xE2\x80\xAE"));
    free(text);
}

static void test_force(void **state)
{
    (void)state;
    char path[4300];
    assert_int_equal(unpack(false, true, NULL), MTKSCAN_DONE);
    assert_int_equal(unpack(false, true, NULL), MTKSCAN_REFUSED);
    assert_false(unpacked.written);
    assert_non_null(strstr(error.what, "out exists"));
    assert_non_null(strstr(error.advice, "--force replaces a set of layers that mtkscan wrote"));
    assert_int_equal(unpack(true, false, NULL), MTKSCAN_DONE);
    assert_false(test_exists(folder, "resources"));
    free(test_file_write(folder, "notes", "x", 1));
    assert_int_equal(unpack(true, false, NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "holds notes, which mtkscan did not write"));
    snprintf(path, sizeof path, "%s/notes", folder);
    assert_int_equal(unlink(path), 0);
    free(test_file_write(folder, "ALICE.bin", "abd", 3));
    assert_int_equal(unpack(true, false, NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "holds ALICE.bin, changed since mtkscan wrote it"));
    expect_file("ALICE.bin", "abd", 3);
}

static void test_nothing_to_write(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    analysis = made_analysis();
    assert_int_equal(unpack(false, true, NULL), MTKSCAN_DONE);
    assert_int_equal(unpacked.files.count, 2);
    char *text = test_file_read(folder, "index.json", NULL);
    expect_text(text, "\"layers\":[],\"resources\":[]}\n");
    free(text);
}

/* What a killed run left beside the folder is told, and left alone. */
static void test_leftover(void **state)
{
    (void)state;
    char *path = test_file_write(base, ".out.partial-0a1b2c", "", 0);
    assert_int_equal(unpack(false, false, NULL), MTKSCAN_DONE);
    assert_string_equal(unpacked.leftover, ".out.partial-0a1b2c");
    assert_int_equal(unlink(path), 0);
    free(path);
}

static int stop_at(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    int *countdown = ctx;
    (void)stage, (void)done, (void)total;
    return (*countdown)-- == 0;
}

/* Stopped at any file, nothing is left. */
static void test_cancelled(void **state)
{
    (void)state;
    for (int file = 0; file <= 7; file++) {
        int countdown = file;
        const struct mtks_progress progress = {.step = stop_at, .ctx = &countdown};
        int outcome = unpack(false, true, &progress);
        assert_int_equal(outcome, file < 7 ? MTKSCAN_INTERRUPTED : MTKSCAN_DONE);
        assert_int_equal(unpacked.written, file == 7);
        if (file < 7)
            assert_int_equal(rmdir(base), 0);
        mkdir(base, 0700);
    }
}

static void test_memory_out(void **state)
{
    (void)state;
    int failures = 0;
    for (uint64_t room = 0; room < 100000; room += 128) {
        analysis->arena.limit = analysis->arena.used + room;
        int outcome = unpack(false, true, NULL);
        if (outcome == MTKSCAN_DONE)
            break;
        assert_int_equal(outcome, MTKSCAN_SYSTEM);
        assert_non_null(strstr(error.what, "out of memory"));
        assert_int_equal(rmdir(base), 0);
        assert_int_equal(mkdir(base, 0700), 0);
        failures++;
    }
    assert_true(failures > 0);
    assert_true(unpacked.written);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_everything),       CASE(test_text),     CASE(test_force),
        CASE(test_nothing_to_write), CASE(test_leftover), CASE(test_cancelled),
        CASE(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
