/* SPDX-License-Identifier: MIT */
/*
 * Codecs that a module brings: the right bytes at every level of isolation, and bad modules that
 * cost no more than their container. Prints a table, and "N of N".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoders.h"
#include "host/claim.h"
#include "host/module_decode.h"
#include "model/finding.h"
#include "mtkscan/bytes.h"
#include "support.h"

#define ROOM (UINT64_C(32) << 20)

static const uint8_t rle[] = {3, 'a', 1, 'b', 255, 'c', 0};
static const uint8_t coded[] = {'s' ^ 'a', 'e' ^ 'a', 'c' ^ 'a', 'r' ^ 'b', 'e' ^ 'c', 't' ^ 'c'};

struct setting {
    uint8_t bytes[0x100];
    struct mtks_dump dump;
    struct mtks_plugins plugins;
    struct mtks_analysis *analysis;
    mtkscan_error error;
};

static void put_stream(struct setting *setting, size_t at, const uint8_t *stream, size_t length)
{
    mtkscan_put_le32(setting->bytes + at, (uint32_t)length);
    memcpy(setting->bytes + at + 4, stream, length);
}

/* A dump that the module claimed and laid out. */
static void open_setting(struct setting *setting, const char *name, enum mtks_isolation isolation)
{
    char folder[512];
    const char *dirs[] = {folder, NULL};
    struct mtks_limits limits;
    memset(setting, 0, sizeof *setting);
    snprintf(folder, sizeof folder, TEST_BUILD_DIR "/tests/decoders/%s", name);
    mtks_limits_init(&limits);
    limits.plugin_ms = 2000;
    memcpy(setting->bytes, DECODERS_MARK, sizeof DECODERS_MARK - 1);
    put_stream(setting, DECODERS_FIRST, rle, sizeof rle);
    put_stream(setting, DECODERS_SECOND, coded, sizeof coded);
    setting->dump = (struct mtks_dump){.bytes = setting->bytes, .size = sizeof setting->bytes};
    const struct mtks_plugin_search search = {
        .dirs = dirs, .only_dirs = true, .isolation = isolation, .limits = &limits};
    assert_int_equal(mtks_plugins_load(&setting->plugins, &search, &setting->error), MTKSCAN_DONE);
    setting->analysis = mtks_analysis_new(&limits);
    assert_int_equal(mtks_claim_run(setting->analysis, &setting->dump, &setting->plugins, NULL,
                                    NULL, &setting->error),
                     MTKSCAN_DONE);
    assert_int_equal(setting->analysis->status, MTKS_IDENTIFIED);
    assert_int_equal(
        mtks_layout_run(setting->analysis, &setting->dump, &setting->plugins, &setting->error),
        MTKSCAN_DONE);
    assert_int_equal(setting->analysis->containers.count, 2);
}

static void close_setting(struct setting *setting)
{
    mtks_analysis_free(setting->analysis);
    mtks_plugins_free(&setting->plugins);
}

static struct mtks_module_output decode(struct setting *setting, size_t number, uint64_t room)
{
    struct mtks_module_output output;
    assert_int_equal(mtks_module_decode(setting->analysis, &setting->dump, &setting->plugins,
                                        &setting->analysis->containers.items[number], room, &output,
                                        &setting->error),
                     MTKSCAN_DONE);
    assert_true(output.size <= room);
    assert_true(!output.bytes == !output.size);
    return output;
}

/* Keeps an output as a layer. The analysis frees it. */
static void push_layer(struct setting *setting, const struct mtks_module_output *output)
{
    struct mtks_layer *layer = MTKS_PUSH(&setting->analysis->arena, &setting->analysis->layers);
    assert_non_null(layer);
    layer->name = "FIRST";
    layer->codec = "rle-1";
    layer->bytes = output->bytes;
    layer->size = output->size;
}

static bool told(const struct setting *setting)
{
    return mtks_finding_has(setting->analysis, "MTK-P001", 0) ||
           mtks_finding_has(setting->analysis, "MTK-P001", MTKSCAN_NO_PART);
}

static const enum mtks_isolation levels[] = {MTKS_ISOLATION_NONE, MTKS_ISOLATION_FORK,
                                             MTKS_ISOLATION_SANDBOX};

static bool possible(enum mtks_isolation level)
{
    return level != MTKS_ISOLATION_SANDBOX || mtks_isolation_usual() == MTKS_ISOLATION_SANDBOX;
}

/* Runs a test at each level that this build has. */
static void at_all_levels(void (*test)(enum mtks_isolation level))
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (possible(levels[i]))
            test(levels[i]);
}

/* ---- good ones */

static void decode_good(enum mtks_isolation level)
{
    struct setting setting;
    uint8_t wanted[259];
    memset(wanted, 'c', sizeof wanted);
    memcpy(wanted, "aaab", 4);
    open_setting(&setting, "good", level);
    assert_true(mtks_module_decodes(setting.analysis, &setting.plugins));
    struct mtks_module_output first = decode(&setting, 0, 259);
    assert_int_equal(first.size, sizeof wanted);
    assert_memory_equal(first.bytes, wanted, sizeof wanted);
    assert_false(first.damaged);
    assert_null(first.why);
    push_layer(&setting, &first);
    struct mtks_module_output second = decode(&setting, 1, ROOM);
    assert_int_equal(second.size, 6);
    assert_memory_equal(second.bytes, "secret", 6);
    assert_int_equal(setting.analysis->log.count, 1);
    assert_string_equal(setting.analysis->log.items[0].text, "xor-1 is done");
    assert_string_equal(setting.analysis->log.items[0].plugin, "decoders");
    free(second.bytes);

    setting.bytes[DECODERS_FIRST + 4] = 0; /* ends too soon */
    second = decode(&setting, 0, ROOM);
    assert_null(second.bytes);
    assert_true(second.damaged);
    assert_string_equal(second.why, "plugin decoders says that the stream is not sound");
    setting.bytes[DECODERS_FIRST + 4] = 3;
    second = decode(&setting, 0, 258);
    assert_null(second.bytes);
    assert_false(second.damaged);
    assert_string_equal(second.why,
                        "plugin decoders needs more memory, or room for more than 258 bytes");
    setting.analysis->containers.items[0].codec = "brotli-1";
    second = decode(&setting, 0, ROOM);
    assert_null(second.bytes);
    assert_string_equal(second.why, "plugin decoders does not know codec brotli-1");
    assert_false(told(&setting));
    close_setting(&setting);
}

static void test_good(void **state)
{
    (void)state;
    at_all_levels(decode_good);
}

/* Pieces in any order, one larger than any frame, and zeroes between them. */
static void decode_backwards(enum mtks_isolation level)
{
    struct setting setting;
    open_setting(&setting, "backwards", level);
    struct mtks_module_output output = decode(&setting, 0, ROOM);
    const uint64_t large = UINT64_C(12) << 20;
    assert_null(output.why);
    assert_int_equal(output.size, 2 * large + 4096);
    for (uint64_t i = 0; i < output.size; i++) {
        uint8_t wanted = i == 100 ? 'a' : i >= large + 4096 ? 'b' : i == large + 4095 ? 'c' : 0;
        if (output.bytes[i] != wanted)
            fail_msg("0x%02x at %llu", output.bytes[i], (unsigned long long)i);
    }
    free(output.bytes);
    close_setting(&setting);
}

static void test_backwards(void **state)
{
    (void)state;
    at_all_levels(decode_backwards);
}

static void decode_short(enum mtks_isolation level)
{
    struct setting setting;
    open_setting(&setting, "half", level);
    struct mtks_module_output output = decode(&setting, 0, ROOM);
    assert_true(output.damaged);
    assert_int_equal(output.size, 4);
    assert_memory_equal(output.bytes, "half", 4);
    assert_non_null(output.why);
    free(output.bytes);
    assert_false(told(&setting));
    close_setting(&setting);

    open_setting(&setting, "nothing", level);
    output = decode(&setting, 0, ROOM);
    assert_null(output.bytes);
    assert_false(output.damaged);
    assert_string_equal(output.why, "plugin decoders decoded it to nothing");
    output = decode(&setting, 0, 0); /* no room at all */
    assert_null(output.bytes);
    assert_false(told(&setting));
    close_setting(&setting);

    open_setting(&setting, "needs_more", level);
    output = decode(&setting, 0, ROOM);
    assert_null(output.bytes);
    assert_non_null(strstr(output.why, "needs more memory"));
    close_setting(&setting);

    open_setting(&setting, "last_byte", level);
    output = decode(&setting, 0, ROOM);
    assert_int_equal(output.size, ROOM);
    assert_int_equal(output.bytes[0], 0);
    assert_int_equal(output.bytes[ROOM - 1], 'z');
    free(output.bytes);
    close_setting(&setting);
}

static void test_short(void **state)
{
    (void)state;
    at_all_levels(decode_short);
}

/* Nobody to ask is no misbehaviour. */
static void test_no_codec(void **state)
{
    (void)state;
    struct setting setting;
    struct mtks_module_output output;
    open_setting(&setting, "good", MTKS_ISOLATION_FORK);
    setting.plugins.list.items[0].entry.decode = NULL;
    assert_false(mtks_module_decodes(setting.analysis, &setting.plugins));
    output = decode(&setting, 0, ROOM);
    assert_null(output.bytes);
    assert_string_equal(output.why, "no module decodes rle-1");
    setting.analysis->plugin = NULL;
    assert_false(mtks_module_decodes(setting.analysis, &setting.plugins));
    assert_false(mtks_module_decodes(setting.analysis, NULL));
    output = decode(&setting, 0, ROOM);
    assert_null(output.bytes);
    close_setting(&setting);
}

/* Memory that is out is no module's fault. */
static void test_no_memory(void **state)
{
    (void)state;
    struct setting setting;
    struct mtks_module_output output;
    open_setting(&setting, "good", MTKS_ISOLATION_NONE);
    assert_int_equal(mtks_module_decode(setting.analysis, &setting.dump, &setting.plugins,
                                        &setting.analysis->containers.items[0], UINT64_MAX, &output,
                                        &setting.error),
                     MTKSCAN_REFUSED);
    assert_null(output.bytes);
    setting.analysis->arena.limit = setting.analysis->arena.used;
    setting.bytes[DECODERS_FIRST + 4] = 0;
    assert_int_equal(mtks_module_decode(setting.analysis, &setting.dump, &setting.plugins,
                                        &setting.analysis->containers.items[0], ROOM, &output,
                                        &setting.error),
                     MTKSCAN_REFUSED);
    assert_null(output.bytes);
    close_setting(&setting);
}

/* ---- bad ones */

enum {
    CHILD = 0,    /* only a process of its own holds it */
    ANYWHERE = 1, /* held and told in the host's process as well */
    STRICT = 2,   /* said so in the sandbox; a mere fork says something else */
};

static const struct row {
    const char *name, *says;
    unsigned where;
} rows[] = {
    {"crash", "crashed (signal 11) in decode", CHILD},
    {"hang", "took longer than 2 s in decode", CHILD},
    {"leaves", "ended in decode without a result", CHILD},
    {"endless", "output at 0x2000000 with length 0x1000 lies outside its room", CHILD},
    {"outside", "output at 0x1FFFFFE with length 0x3 lies outside its room", ANYWHERE},
    {"far_outside", "output at 0xFFFFFFFFFFFFFFFE with length 0x3 lies outside its room", ANYWHERE},
    {"overlap", "output at 0x4 with length 0x5 overlaps what it gave before", ANYWHERE},
    {"huge", "output at 0x5 with length 0x10000000000 lies outside its room", ANYWHERE},
    {"null_piece", "output at 0x0 with length 0x10 is NULL", ANYWHERE},
    {"short_piece", "crashed (signal 11) in decode", CHILD},
    {"crumbs", "output at 0x100000 with length 0x1 is one piece too many", ANYWHERE},
    {"evidence", "evidence in decode, where it has no place", ANYWHERE},
    {"fails", "decode returned -6", ANYWHERE},
    {"odd_code", "decode returned 12345", ANYWHERE},
    {"forges_output", "output at 0x2000000 with length 0x8 lies outside its room", STRICT},
    {"forges_reason", "wrote garbage to the host's pipe", STRICT},
    {"forges_end", "wrote garbage to the host's pipe", STRICT},
    {"forges_length", "wrote garbage to the host's pipe", STRICT},
    {"forges_flood", "is one piece too many", STRICT},
};

#define ROWS (sizeof rows / sizeof *rows)

/* Why a module was not held, or NULL. */
static const char *fault_of(const struct row *row, enum mtks_isolation level)
{
    struct setting setting;
    open_setting(&setting, row->name, level);
    struct mtks_module_output output = decode(&setting, 0, ROOM);
    const char *fault = output.bytes                         ? "its bytes were taken"
                        : output.damaged                     ? "it is taken for damage"
                        : !output.why                        ? "nobody says why"
                        : !strstr(output.why, row->says)     ? "another reason"
                        : !told(&setting)                    ? "nobody was told"
                        : setting.analysis->parts.count != 1 ? "its layout is gone"
                        : setting.analysis->facts.count != 0 ? "it stated a fact"
                                                             : NULL;
    if (fault)
        print_error("%s: %s\n", row->name, output.why ? output.why : "no reason");
    free(output.bytes);
    close_setting(&setting);
    return fault;
}

static void hold_all(enum mtks_isolation level)
{
    unsigned held = 0, tried = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (level == MTKS_ISOLATION_NONE && rows[i].where != ANYWHERE)
            continue;
        const char *fault = fault_of(&rows[i], level);
        printf("  %-8s %-16s %s\n", mtks_isolation_name(level), rows[i].name,
               fault ? fault : "held, and told");
        held += !fault;
        tried++;
    }
    printf("  %s: %u of %u held\n", mtks_isolation_name(level), held, tried);
    assert_int_equal(held, tried);
    assert_true(tried >= 9);
}

static void test_hostile(void **state)
{
    (void)state;
    at_all_levels(hold_all);
}

/* What a module is lent it can change in its own process only. */
static void test_vandal(void **state)
{
    (void)state;
    struct setting setting;
    open_setting(&setting, "vandal", MTKS_ISOLATION_FORK);
    uint8_t *bytes = malloc(4);
    assert_non_null(bytes);
    memcpy(bytes, "mine", 4);
    struct mtks_module_output layer = {.bytes = bytes, .size = 4};
    push_layer(&setting, &layer);
    struct mtks_module_output output = decode(&setting, 0, ROOM);
    assert_int_equal(output.size, 6);
    assert_memory_equal(output.bytes, "vandal", 6);
    assert_memory_equal(bytes, "mine", 4);
    assert_memory_equal(setting.bytes, DECODERS_MARK, 8);
    assert_string_equal(setting.analysis->containers.items[0].codec, "rle-1");
    free(output.bytes);
    close_setting(&setting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),      cmocka_unit_test(test_backwards),
        cmocka_unit_test(test_short),     cmocka_unit_test(test_no_codec),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_vandal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
