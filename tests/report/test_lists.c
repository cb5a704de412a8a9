/* SPDX-License-Identifier: MIT */
/* What is printed of modules and of a kit. */
#include "model.h"

static const char *const chips[] = {"CHIP1", "CHIP2", NULL};
static const char *const limitations[] = {"no file system", NULL};

static void fill(struct mtks_plugins *plugins)
{
    mtks_arena_init(&plugins->arena, 1 << 20);
    struct mtks_plugin *good = MTKS_PUSH(&plugins->arena, &plugins->list);
    *good = (struct mtks_plugin){.path = "/p/chip1.so", .origin = "system"};
    good->entry = (mtkscan_plugin){.abi = MTKSCAN_ABI,
                                   .id = "chip1",
                                   .version = "1.0",
                                   .title = "A chip",
                                   .author = HOSTILE,
                                   .license = "MIT",
                                   .url = "https://example.org",
                                   .chips = chips,
                                   .limitations = limitations};
    struct mtks_plugin *bad = MTKS_PUSH(&plugins->arena, &plugins->list);
    *bad = (struct mtks_plugin){.path = "/p/bad.so",
                                .origin = "user",
                                .state = MTKS_PLUGIN_REFUSED,
                                .reason = "no entry symbol"};
    *(const char **)MTKS_PUSH(&plugins->arena, &plugins->notes) = "./p is not absolute";
    *(const char **)MTKS_PUSH(&plugins->arena, &plugins->searched) = "/p";
}

static char *plugins_text(const struct mtks_plugins *plugins, bool json, bool verbose)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (json)
        mtks_report_plugins_json(out, plugins);
    else
        mtks_report_plugins_text(out, plugins, verbose);
    fclose(out);
    return text;
}

static void lists_modules(void **state)
{
    (void)state;
    struct mtks_plugins plugins = {0};
    fill(&plugins);
    char *text = plugins_text(&plugins, false, false);
    assert_string_equal(text, "module        version    state     from          chips\n"
                              "chip1         1.0        ok        system        CHIP1, CHIP2\n"
                              "-             -          refused   user\n"
                              "    path    /p/bad.so\n"
                              "    reason  no entry symbol\n"
                              "note: ./p is not absolute\n");
    free(text);
    text = plugins_text(&plugins, false, true);
    assert_contains(text, "    path    /p/chip1.so\n    title   A chip\n    author  \\x1B[31mred");
    assert_contains(text, "    license MIT\n    url     https://example.org\n"
                          "    limit   no file system\n");
    assert_harmless(text);
    free(text);
    text = plugins_text(&plugins, true, false);
    assert_harmless(text);
    assert_contains(text,
                    "[{\"id\":\"chip1\",\"version\":\"1.0\",\"title\":\"A chip\",\"author\":");
    assert_contains(text, "\"abi\":\"1.1\",\"chips\":[\"CHIP1\",\"CHIP2\"],\"limitations\":[\"no "
                          "file system\"],\"path\":\"/p/chip1.so\",\"origin\":\"system\",\"state\":"
                          "\"ok\",\"reason\":null},{\"id\":null,");
    assert_contains(text, "\"abi\":null,\"chips\":[],\"limitations\":[],\"path\":\"/p/bad.so\","
                          "\"origin\":\"user\",\"state\":\"refused\",\"reason\":\"no entry "
                          "symbol\"}]\n");
    free(text);
    mtks_arena_free(&plugins.arena);
}

static void says_where_it_looked_when_there_are_none(void **state)
{
    (void)state;
    struct mtks_plugins plugins = {0};
    fill(&plugins);
    plugins.list.count = 0;
    char *text = plugins_text(&plugins, false, false);
    assert_string_equal(text, "no modules found; folders searched:\n            /p\n"
                              "note: ./p is not absolute\n");
    free(text);
    text = plugins_text(&plugins, true, false);
    assert_string_equal(text, "[]\n");
    free(text);
    mtks_arena_free(&plugins.arena);
}

static void lists_what_a_kit_holds(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    struct mtks_kit kit = {.cfg_name = "chip.cfg"};
    *(struct mtks_kit_file *)MTKS_PUSH(&analysis->arena, &kit.files) =
        (struct mtks_kit_file){"ROM", 2, true};
    *(struct mtks_kit_file *)MTKS_PUSH(&analysis->arena, &kit.files) =
        (struct mtks_kit_file){"a\x1b", 99, false};
    char *text = NULL, *json = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    mtks_report_kit_text(out, analysis, &kit, "kit\n");
    fclose(out);
    assert_string_equal(text, "kit\\x0A/ROM  32768 bytes, consistent\n"
                              "left out: a\\x1B\n"
                              "kit\\x0A/chip.cfg  scatter file for the flashing tool\n");
    out = open_memstream(&json, &size);
    mtks_report_kit_json(out, analysis, &kit, "kit");
    fclose(out);
    assert_string_equal(
        json, "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":\"rom.bin\"},\"status\":\"extracted\","
              "\"complete\":false,\"dir\":\"kit\",\"cfg\":\"chip.cfg\",\"files\":[{\"name\":"
              "\"ROM\",\"part\":\"ROM\","
              "\"written\":true,\"length\":32768,\"sha1\":"
              "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"health\":\"consistent\"},{\"name\":"
              "\"a\\u001b\",\"part\":null,\"written\":false,\"length\":null,\"sha1\":null,"
              "\"health\":null}]}\n");
    free(text);
    free(json);
    mtks_analysis_free(analysis);
}

/* Our own words stay narrow; a part's name is no path to copy. */
static void left_out_lines_are_narrow(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    struct mtks_kit kit = {.cfg_name = NULL};
    char longer[61], longest[201], wanted[400], *text = NULL;
    size_t size = 0;
    memset(longer, 'n', 60);
    memset(longest, 'm', 200);
    longer[60] = longest[200] = '\0';
    *(struct mtks_kit_file *)MTKS_PUSH(&analysis->arena, &kit.files) =
        (struct mtks_kit_file){"ROM", 2, false};
    *(struct mtks_kit_file *)MTKS_PUSH(&analysis->arena, &kit.files) =
        (struct mtks_kit_file){longer, 2, false};
    *(struct mtks_kit_file *)MTKS_PUSH(&analysis->arena, &kit.files) =
        (struct mtks_kit_file){longest, 2, false};
    FILE *out = open_memstream(&text, &size);
    mtks_report_kit_text(out, analysis, &kit, "kit");
    fclose(out);
    snprintf(wanted, sizeof wanted,
             "left out: ROM  32768 bytes, consistent\n"
             "left out: %s\n  32768 bytes, consistent\n"
             "left out: %.67s...\n  32768 bytes, consistent\n",
             longer, longest);
    assert_string_equal(text, wanted);
    free(text);
    mtks_analysis_free(analysis);
}

static void warns_whoever_gets_the_kit(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = healthy_model();
    struct mtks_kit kit = {.leftover = ".kit\x1b.partial-123456"};
    char *text = NULL;
    size_t size = 0;
    analysis->findings.count = 0;
    add_finding(analysis, "MTK-G004", MTKS_ERROR, "where\x1b");
    add_finding(analysis, "MTK-S001", MTKS_WARNING, "secured")->advice = NULL;
    add_finding(analysis, "MTK-S003", MTKS_INFO, "not told");
    FILE *out = open_memstream(&text, &size);
    mtks_report_kit_warnings(out, analysis, &kit);
    fclose(out);
    assert_string_equal(text, "mtkscan: MTK-G004 error: where\\x1B; do something about it\n"
                              "mtkscan: MTK-S001 warning: secured\n"
                              "mtkscan: .kit\\x1B.partial-123456 beside the kit is of another run; "
                              "remove it if none is at work\n");
    free(text);
    mtks_analysis_free(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_modules),
        cmocka_unit_test(says_where_it_looked_when_there_are_none),
        cmocka_unit_test(lists_what_a_kit_holds),
        cmocka_unit_test(left_out_lines_are_narrow),
        cmocka_unit_test(warns_whoever_gets_the_kit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
