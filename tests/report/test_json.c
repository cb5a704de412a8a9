/* SPDX-License-Identifier: MIT */
#include "model.h"

#include "report/json.h"

static void writes_every_kind_of_value(void **state)
{
    (void)state;
    char *out = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&out, &size);
    struct mtks_json json = {.out = file};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "text", "a\"b\\c");
    mtks_json_text(&json, "none", NULL);
    mtks_json_number(&json, "most", UINT64_MAX);
    mtks_json_integer(&json, "least", INT64_MIN);
    mtks_json_bool(&json, "yes", true);
    mtks_json_bool(&json, "no", false);
    mtks_json_known(&json, "known", 7, 8);
    mtks_json_known(&json, "unknown", 8, 8);
    mtks_json_hex(&json, "hex", (const uint8_t *)"\xc2\x05", 2);
    mtks_json_array(&json, "list");
    mtks_json_number(&json, NULL, 1);
    mtks_json_object(&json, NULL);
    mtks_json_close(&json);
    mtks_json_array(&json, NULL);
    mtks_json_close(&json);
    mtks_json_close(&json);
    mtks_json_null(&json, "last");
    mtks_json_close(&json);
    fclose(file);
    assert_string_equal(out,
                        "{\"text\":\"a\\\"b\\\\c\",\"none\":null,\"most\":18446744073709551615,"
                        "\"least\":-9223372036854775808,\"yes\":true,\"no\":false,\"known\":7,"
                        "\"unknown\":null,\"hex\":\"C205\",\"list\":[1,{},[]],\"last\":null}\n");
    free(out);
}

static void escapes_strings(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"\x01\x1b\n\t\x7f", "\\u0001\\u001b\\u000a\\u0009\\u007f"},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\xc3\xa9\xf0\x9f\x98\x80"},
        {"a\xff"
         "b\xc0\xaf",
         "a\\ufffdb\\ufffd\\ufffd"},
        {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},
        {"\xe2\x80\xae", "\\u202e"},
        {"\xf3\xa0\x80\x81", "\\udb40\\udc01"},
        {"/", "/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = NULL, want[80];
        size_t size = 0;
        FILE *file = open_memstream(&out, &size);
        struct mtks_json json = {.out = file};
        mtks_json_array(&json, NULL);
        mtks_json_text(&json, NULL, rows[i].from);
        mtks_json_close(&json);
        fclose(file);
        snprintf(want, sizeof want, "[\"%s\"]\n", rows[i].to);
        assert_string_equal(out, want);
        free(out);
    }
}

static void reports_an_analysis_key_by_key(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    analysis->parts.count = 1;
    analysis->checks.count = 1;
    analysis->claims.count = 1;
    analysis->facts.count = 1;
    struct mtks_container *container = MTKS_PUSH(&analysis->arena, &analysis->containers);
    *container = (struct mtks_container){"ALICE", "alice-1", 0, 0, 0x900, 0x100, 0, 77};
    add_finding(analysis, "MTK-D001", MTKS_ERROR, "seen")->part = 0;
    char *text = text_of(analysis, NULL);
    assert_string_equal(
        text,
        "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":\"rom.bin\",\"size\":4194304,\"sha1\":"
        "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\"kind\":\"dump\",\"given\":0,\"view\":[]},"
        "\"status\":\"identified\","
        "\"plugin\":\"chip1\",\"forced\":false,\"chip\":\"CHIP1\",\"claims\":[{\"plugin\":"
        "\"chip1\","
        "\"score\":212,\"contradicted\":false,\"misbehaved\":null,\"evidence\":[{\"id\":\"some-"
        "id\","
        "\"offset\":6720,\"length\":8,\"bits\":64,\"text\":\"the platform id names the chip\","
        "\"contradiction\":false,\"common\":false}]}],\"identity\":{\"platform_id\":null,"
        "\"project\":"
        "null,\"pcb\":null,\"verno\":null,\"hw_version\":null,\"build_time\":null,\"branch\":null,"
        "\"device\":null,\"device_notes\":null},\"facts\":[{\"key\":\"chip\",\"value\":\"CHIP1\","
        "\"offset\":64,\"length\":4}],\"flash\":{\"capacity\":4194304,\"ids\":[\"C22536\"],"
        "\"memory_type\":\"PSRAM_130MHz\",\"memory_type_source\":\"EMI settings\",\"zones\":[{"
        "\"offset\":0,\"block\":4096}]},\"parts\":[{\"name\":\"BOOTLOADER\",\"file\":"
        "\"BOOTLOADER\","
        "\"type\":2,\"region\":\"boot_region\",\"extra\":false,\"offset\":2048,\"length\":32768,"
        "\"present\":32768,\"load_addr\":268437504,\"sha1\":"
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"health\":\"verified\",\"checks\":[{\"id\":"
        "\"sha1-trailer\",\"result\":\"pass\",\"text\":\"what must hold\"}]}],\"containers\":[{"
        "\"name\":\"ALICE\",\"codec\":\"alice-1\",\"part\":\"BOOTLOADER\",\"offset\":2304,"
        "\"length\":"
        "256,\"exec_addr\":null,\"output_size\":77}],\"packing\":{\"kind\":null,\"text\":null},"
        "\"layers\":null,\"resources\":null,\"ranges\":[{\"name\":\"FAT\",\"offset\":"
        "3670016,"
        "\"length\":524288}],\"map\":[{\"offset\":0,\"length\":4194304,\"kind\":\"unclaimed\"}],"
        "\"health\":{\"percent\":100,\"verdict\":\"healthy\",\"upper_bound\":false},\"checks\":[],"
        "\"findings\":[{\"code\":\"MTK-D001\",\"severity\":\"error\",\"offset\":4096,\"length\":16,"
        "\"part\":\"BOOTLOADER\",\"message\":\"seen\",\"advice\":\"do something about it\"}],"
        "\"hint\":null}\n");
    free(text);
    mtks_analysis_free(analysis);
}

static void says_null_for_what_is_not_known(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    struct mtks_part *part = &analysis->parts.items[0];
    part->flags = MTKSCAN_PART_ABSENT | MTKSCAN_PART_EXTRA;
    part->length = 0;
    part->sha1[0] = 0;
    part->region = 99;
    part->health = MTKS_HEALTH_ABSENT;
    add_finding(analysis, "MTK-P001", MTKS_INFO, "x")->offset = MTKSCAN_NO_OFFSET;
    add_check(analysis, MTKSCAN_NO_PART, "whole", MTKS_CHECK_NOT_RUN);
    analysis->flash.capacity = 0;
    analysis->health.verdict = MTKS_VERDICT_NONE;
    analysis->input.kit = true;
    char *text = text_of(analysis, NULL);
    assert_contains(text, "\"region\":null,\"extra\":true,\"offset\":2048,\"length\":null,");
    assert_contains(text, "\"sha1\":null,\"health\":\"absent\"");
    assert_contains(text, "\"code\":\"MTK-P001\",\"severity\":\"info\",\"offset\":null");
    assert_contains(text, "\"flash\":{\"capacity\":null");
    assert_contains(text, "\"percent\":null,\"verdict\":null");
    assert_contains(text, "\"kind\":\"kit\"");
    assert_contains(text, "\"checks\":[{\"id\":\"whole\",\"result\":\"not-run\"");
    free(text);
    mtks_analysis_free(analysis);
}

static void keeps_hostile_text_harmless(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    analysis->input.path = HOSTILE;
    analysis->device = HOSTILE;
    analysis->hint = HOSTILE;
    analysis->parts.items[0].name = HOSTILE;
    add_fact(analysis, HOSTILE, HOSTILE);
    char *text = text_of(analysis, NULL);
    assert_harmless(text);
    assert_int_equal(lines_in(text), 1);
    assert_contains(text,
                    "\"path\":\"\\u001b[31mred\\u009b\\u202e\\u000a\\ufffd\\ufffd\\u0009\\\\\"");
    char *again = text_of(analysis, NULL);
    assert_string_equal(text, again);
    free(text);
    free(again);
    mtks_analysis_free(analysis);
}

static void reports_failures(void **state)
{
    (void)state;
    static const struct {
        int outcome;
        const char *code;
    } rows[] = {{MTKSCAN_SYSTEM, "system"},
                {MTKSCAN_USAGE, "usage"},
                {MTKSCAN_REFUSED, "refused"},
                {MTKSCAN_NOT_RECOGNISED, "not-recognised"},
                {MTKSCAN_DAMAGED, "damaged"},
                {MTKSCAN_INTERRUPTED, "interrupted"},
                {999, "system"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = NULL, want[256];
        size_t size = 0;
        mtkscan_error error;
        FILE *file = open_memstream(&out, &size);
        mtks_fail(&error, rows[i].outcome, "no");
        mtks_report_json_failure(file, "a\"b", &error);
        fclose(file);
        snprintf(
            want, sizeof want,
            "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":\"a\\\"b\"},\"status\":\"error\","
            "\"errors\":[{\"code\":\"%s\",\"message\":\"no\",\"offset\":null,\"advice\":null}]}"
            "\n",
            rows[i].code);
        assert_string_equal(out, want);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_kind_of_value),
        cmocka_unit_test(escapes_strings),
        cmocka_unit_test(reports_an_analysis_key_by_key),
        cmocka_unit_test(says_null_for_what_is_not_known),
        cmocka_unit_test(keeps_hostile_text_harmless),
        cmocka_unit_test(reports_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
