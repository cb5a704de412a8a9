/* SPDX-License-Identifier: MIT */
/* What --json prints fits the schema that is shipped. */
#include "cli.h"

#define SCHEMA TEST_SOURCE_DIR "/core/report/schema/1.json"

/* The exit code of the validator: 0 fits, 1 does not, 77 there is no validator. */
static int validate(const char *folder, const char *json, char **why)
{
    static const char *const pythons[] = {"/usr/bin/python3", "python3"};
    char *path = test_file_write(folder, "lines.json", json, strlen(json));
    int status = 77;
    *why = NULL;
    for (size_t i = 0; i < sizeof pythons / sizeof *pythons && (status == 77 || status == 127);
         i++) {
        const char *argv[] = {pythons[i], TEST_SOURCE_DIR "/tests/cli/validate.py", SCHEMA, path,
                              NULL};
        struct test_run run = test_run(argv);
        status = run.status;
        free(*why);
        *why = run.err;
        run.err = NULL;
        test_run_free(&run);
    }
    free(path);
    return status == 127 ? 77 : status;
}

static void check_text(struct stage *stage, const char *json, int wanted)
{
    char *why;
    int status = validate(stage->folder, json, &why);
    if (status == 77) {
        print_message("no python3 with jsonschema here: the schema is not checked\n");
        free(why);
        skip();
    }
    if (status != wanted)
        fail_msg("%s\n%s", why, json);
    free(why);
}

static void check_run(struct stage *stage, struct test_run run, int status)
{
    if (run.status != status)
        fail_msg("exit %d: %s", run.status, run.err);
    assert_true(lines_in(run.out) > 0);
    check_text(stage, run.out, 0);
    test_run_free(&run);
}

static void fits_every_kind_of_scan(void **state)
{
    struct stage *stage = *state;
    check_run(stage,
              test_mtkscan("--json", stage->healthy, stage->damaged, "/bin/true", "./none", NULL),
              1);
    check_run(stage, test_mtkscan("verify", "--json", stage->damaged, NULL), 5);
    check_run(stage,
              test_mtkscan("--json", "--no-default-plugins", "--plugin-dir", MODULE("twin1"),
                           "--plugin-dir", MODULE("twin2"), stage->healthy, NULL),
              4);
    check_run(stage,
              test_mtkscan("--json", "--no-default-plugins", "--plugin-dir", MODULE("boor"),
                           stage->healthy, NULL),
              7);
    check_run(stage, test_mtkscan("--json", "--plugin", "none", stage->healthy, NULL), 2);
    struct test_dump other =
        test_dump_make("MT2502", MTKSCAN_FIXTURE_NO_VIVA | MTKSCAN_FIXTURE_ROOT_CERT);
    char *path = test_file_write(stage->folder, "other.bin", other.bytes, other.size);
    check_run(stage, test_mtkscan("--json", path, NULL), 5);
    test_dump_free(&other);
    free(path);
}

static void fits_extraction(void **state)
{
    struct stage *stage = *state;
    char kit[512];
    snprintf(kit, sizeof kit, "%s/kit", stage->folder);
    check_run(stage, test_mtkscan("extract", "--json", stage->healthy, "-o", kit, NULL), 0);
    check_run(stage, test_mtkscan("extract", "--json", stage->healthy, "-o", kit, NULL), 6);
    check_run(stage, test_mtkscan("verify", "--json", kit, NULL), 0);
}

/* Layers of every state, faults, resources, and each way to correct a dump. */
static void fits_unpacking_and_repair(void **state)
{
    struct stage *stage = *state;
    struct test_dump dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_ZIMAGE);
    char *path = test_file_write(stage->folder, "open.bin", dump.bytes, dump.size);
    char out[512], image[512];
    snprintf(out, sizeof out, "%s/layers", stage->folder);
    snprintf(image, sizeof image, "%s/image.bin", stage->folder);
    check_run(stage, test_mtkscan("verify", "--deep", "--json", path, NULL), 0);
    check_run(stage, test_mtkscan("unpack", "--json", path, "-o", out, NULL), 0);
    check_run(stage, test_mtkscan("unpack", "--json", path, "-o", out, NULL), 6);
    check_run(stage,
              test_mtkscan("unpack", "--json", path, "-o", out, "--force", "--resources", NULL), 0);
    check_run(stage,
              test_mtkscan("unpack", "--json", path, "-o", out, "--force", "--limit",
                           "codec-output=100", NULL),
              0);
    check_run(stage, test_mtkscan("unpack", "--json", "/bin/true", "-o", out, NULL), 3);
    check_run(stage, test_mtkscan("repair", "--json", path, "-o", image, NULL), 0);
    check_run(stage, test_mtkscan("repair", "--json", path, "-o", image, NULL), 6);
    check_run(stage, test_mtkscan("repair", "--json", "/bin/true", "-o", image, NULL), 3);
    free(path);

    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    assert_non_null(viva);
    memset(dump.bytes + viva->offset + viva->length / 2, 0xAA, 64);
    path = test_file_write(stage->folder, "open.bin", dump.bytes, dump.size);
    check_run(stage, test_mtkscan("verify", "--deep", "--json", path, NULL), 5);
    check_run(stage, test_mtkscan("unpack", "--json", path, "-o", out, "--force", NULL), 5);
    free(path);
    path = test_file_write(stage->folder, "open.bin", dump.bytes + 1, dump.size - 1);
    check_run(stage, test_mtkscan("--json", path, NULL), 5);
    check_run(stage, test_mtkscan("repair", "--json", path, "-o", image, "--force", NULL), 5);
    free(path);
    test_dump_free(&dump);
}

/* Kits: their images, other names, a new .cfg; what is lost; collections. */
static void fits_what_kits_become(void **state)
{
    struct stage *stage = *state;
    char kit[512], out[512], index[512];
    snprintf(kit, sizeof kit, "%s/whole", stage->folder);
    snprintf(out, sizeof out, "%s/made", stage->folder);
    snprintf(index, sizeof index, "%s/index", stage->folder);
    check_run(stage, test_mtkscan("extract", "--json", stage->healthy, "-o", kit, NULL), 0);
    check_run(stage, test_mtkscan("build", "--json", kit, "-o", out, NULL), 0);
    check_run(stage, test_mtkscan("build", "--json", kit, "-o", out, NULL), 6);
    check_run(
        stage,
        test_mtkscan("build", "--json", kit, "-o", out, "--force", "--base", stage->healthy, NULL),
        0);
    check_run(
        stage,
        test_mtkscan("merge", "--json", stage->healthy, stage->damaged, "-o", out, "--force", NULL),
        0);
    check_run(stage, test_mtkscan("cfg", "--json", kit, NULL), 0);
    check_run(stage, test_mtkscan("cfg", "--json", kit, "--memory-type", "PSRAM_1MHz", NULL), 0);
    check_run(stage, test_mtkscan("restore-plan", "--json", stage->healthy, NULL), 0);
    check_run(stage, test_mtkscan("restore-plan", "--json", "/bin/true", NULL), 3);
    check_run(stage, test_mtkscan("index", "--json", kit, "-o", index, NULL), 0);
    check_run(stage, test_mtkscan("compare", "--json", stage->healthy, kit, NULL), 0);
    snprintf(out, sizeof out, "%s/renamed", stage->folder);
    for (int status = 0; status <= 6; status += 6)
        check_run(stage,
                  test_mtkscan("convert", "--json", kit, "-o", out, "--names", "extractor", NULL),
                  status);
}

/* A schema that takes anything would prove nothing. */
static void refuses_other_objects(void **state)
{
    struct stage *stage = *state;
    check_text(stage, "{\"schema\":\"mtkscan/1\"}\n", 1);
    check_text(stage,
               "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":\"x\"},\"status\":\"error\","
               "\"errors\":[]}\n",
               1);
    check_text(stage,
               "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":\"x\"},\"status\":\"converted\","
               "\"dir\":\"d\",\"cfg\":null,\"files\":[],\"left_out\":[]}\n",
               1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_every_kind_of_scan),   cmocka_unit_test(fits_extraction),
        cmocka_unit_test(fits_unpacking_and_repair), cmocka_unit_test(fits_what_kits_become),
        cmocka_unit_test(refuses_other_objects),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
