/* SPDX-License-Identifier: MIT */
/* files as users see it: what is listed, taken out and left out, written back, refused. */
#include "cli.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../files/user_data.h"

struct box {
    char *folder, *path, *blank, *out, *new;
    struct test_dump dump;
};

static char *in(const struct box *box, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", box->folder, name) > 0);
    return path;
}

static int box_set(void **state)
{
    struct box *box = calloc(1, sizeof *box);
    assert_non_null(box);
    box->folder = test_folder_new();
    box->dump = test_dump_make("MT6261", 0);
    box->blank = test_file_write(box->folder, "blank.bin", box->dump.bytes, box->dump.size);
    struct user_data data = user_make();
    user_lay(&data, box->dump.bytes, USER_FAT_BEGIN, 0, USER_FAT_BLOCKS);
    user_free(&data);
    box->path = test_file_write(box->folder, "dump.bin", box->dump.bytes, box->dump.size);
    box->out = in(box, "out");
    box->new = in(box, "new.bin");
    *state = box;
    return 0;
}

static int box_clear(void **state)
{
    struct box *box = *state;
    test_dump_free(&box->dump);
    test_folder_remove(box->folder);
    free(box->path);
    free(box->blank);
    free(box->out);
    free(box->new);
    free(box);
    return 0;
}

/* Fits the schema, where there is a validator. Frees the run. */
static void expect_json(const struct box *box, struct test_run run, int status, const char *piece)
{
    if (run.status != status)
        fail_msg("exit %d: %s", run.status, run.err);
    assert_contains(run.out, piece);
    assert_int_equal(lines_in(run.out), 1);
    char *lines = test_file_write(box->folder, "lines.json", run.out, strlen(run.out));
    const char *argv[] = {"python3", TEST_SOURCE_DIR "/tests/cli/validate.py",
                          TEST_SOURCE_DIR "/core/report/schema/1.json", lines, NULL};
    struct test_run validated = test_run(argv);
    if (validated.status != 0 && validated.status != 77 && validated.status != 127)
        fail_msg("%s\n%s", validated.err, run.out);
    test_run_free(&validated);
    test_run_free(&run);
    free(lines);
}

static void lists_files(void **state)
{
    struct box *box = *state;
    struct test_run run = test_mtkscan("files", box->path, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "0x380000+0x7E000, FDM4 layer, 126 blocks of 4 KB\n");
    assert_contains(run.out, "\nC:  FAT12 at sector 1\n");
    assert_contains(run.out, "\nZ:  FAT12 at sector 100\n");
    assert_contains(run.out, "  2014-05-23 12:34  -----         700  README.TXT\n");
    assert_contains(run.out, "  2014-05-23 12:34  ----P         300  NOTES.VCF  [contacts]\n");
    assert_contains(run.out, "  2014-05-23 12:34  d-h--              NVRAM/\n");
    assert_contains(run.out, "  2014-05-23 12:34  ----P         600      MP0B_001  [IMEI]\n");
    assert_contains(run.out, "      OTHER  [not known]\n");
    assert_contains(run.out, "3 files, 1090 bytes; 28672 of 30720 bytes free; P: personal\n");
    assert_lacks(run.out, "DELETED");
    assert_narrow(run.out);
    test_run_free(&run);
    run = test_mtkscan("files", "-v", box->path, NULL);
    assert_contains(run.out, "not verified here");
    test_run_free(&run);
    expect_json(box, test_mtkscan("files", "--json", box->path, NULL), 0,
                "\"path\":\"NVRAM/NVD_DATA/MP0B_001\",\"folder\":false,\"size\":600,");
    expect(test_mtkscan("files", "-q", box->path, NULL), 0, NULL, NULL);
}

static void lists_deleted_files(void **state)
{
    struct box *box = *state;
    struct test_run run = test_mtkscan("files", "--deleted", box->path, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "1000  DELETED ");
    assert_contains(run.out, "1 copies of sectors, DELETED or superseded");
    test_run_free(&run);
    expect(test_mtkscan("files", "--deleted", box->path, "-o", box->new, NULL), 0,
           "deleted sectors left out: --personal takes them, too\n", NULL);
    assert_false(test_exists(box->new, "deleted/sectors.bin"));
    expect_json(box, test_mtkscan("files", "--deleted", "--json", box->path, NULL), 0,
                "\"deleted\":true");
    expect_json(
        box,
        test_mtkscan("files", "--deleted", "--personal", "--json", box->path, "-o", box->out, NULL),
        0, "\"sectors\":\"deleted/sectors.bin\"");
    expect(shell("cd \"$1\" && wc -c <deleted/sectors.bin && ls deleted/C && wc -c deleted/C/*",
                 box->out, ""),
           0, "1000 deleted/C/", NULL);
    /* Marked as such in both lists of the folder, too. */
    expect(
        shell("cd \"$1\" && grep -c 'DELETED' FILES.txt && grep -c '\"deleted\":true' index.json",
              box->out, ""),
        0, "2\n1\n", NULL);
}

/* What is personal stays in the dump until it is asked for, and that is said. */
static void takes_files_out(void **state)
{
    struct box *box = *state;
    struct test_run run = test_mtkscan("files", box->path, "-o", box->out, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "2 files, 790 bytes, taken out into ");
    assert_contains(run.out, "3 personal files left out: --personal takes them, too\n");
    test_run_free(&run);
    expect(shell("cd \"$1\" && sha1sum -c --quiet --strict SHA1SUMS && find . -type f | sort",
                 box->out, ""),
           0, "./C/README.TXT\n./C/longer name.gif\n./FILES.txt\n./SHA1SUMS\n./index.json\n", NULL);
    expect(shell("cd \"$1\" && grep left.out FILES.txt && grep -o '\"left_out\":3' index.json &&"
                 " grep MP0B FILES.txt",
                 box->out, ""),
           0, "\"left_out\":3\n", NULL);
    expect(shell("date -r \"$1/C/README.TXT\" +%Y-%m-%dT%H:%M:%S", box->out, ""), 0,
           "2014-05-23T12:34:56\n", NULL);

    expect(test_mtkscan("files", box->path, "-o", box->out, NULL), 6, NULL,
           "--force replaces a set of files that mtkscan wrote");
    expect(test_mtkscan("files", box->path, "-o", box->out, "--personal", "--force", "-q", NULL), 0,
           NULL, NULL);
    expect(shell("cd \"$1\" && wc -c <Z/NVRAM/NVD_DATA/MP0B_001 && sha1sum -c --quiet SHA1SUMS",
                 box->out, ""),
           0, "600\n", NULL);
    expect(shell("echo mine >>\"$1/C/README.TXT\"", box->out, ""), 0, NULL, NULL);
    expect(test_mtkscan("files", box->path, "-o", box->out, "--force", NULL), 6, NULL,
           "README.TXT, changed since mtkscan wrote it");
    expect(test_mtkscan("files", box->path, "-o", box->new, "--limit", "files-output=700", NULL), 6,
           NULL, "more than 700 bytes");
    assert_false(test_exists(box->folder, "new.bin"));
}

static void writes_the_disk(void **state)
{
    struct box *box = *state;
    size_t size = 0;
    expect_json(box, test_mtkscan("files", box->path, "--image", box->new, "--json", NULL), 0,
                "\"image\":{\"output\":");
    struct user_data data = user_make();
    char *image = test_file_read(box->folder, "new.bin", &size);
    assert_non_null(image);
    assert_int_equal(size, data.system.size);
    assert_memory_equal(image, data.disk, size);
    free(image);
    user_free(&data);
    expect(test_mtkscan("files", box->path, "--image", box->new, NULL), 6, NULL, "exists");
    expect(test_mtkscan("files", box->path, "--image", box->path, "--force", NULL), 6, NULL,
           "dump.bin");
    expect(test_mtkscan("files", box->blank, "--image", box->out, NULL), 3, NULL,
           "there is no disk to write");
}

static void puts_files_into_a_new_dump(void **state)
{
    struct box *box = *state;
    char *given = test_file_write(box->folder, "given", "hello", 5), put[600], long_put[600];
    snprintf(put, sizeof put, "C:/README.TXT=%s", given);
    snprintf(long_put, sizeof long_put, "Z:/Neue Dateien/фото 1.bin=%s", given);
    expect_json(box,
                test_mtkscan("files", box->path, "--put", put, "--put", long_put, "-o", box->new,
                             "--json", NULL),
                0, "\"put\":2,");
    expect(test_mtkscan("files", box->new, "-o", box->out, "-q", NULL), 0, NULL, NULL);
    expect(shell("cat \"$1/C/README.TXT\" \"$1/Z/Neue Dateien/фото 1.bin\"", box->out, ""), 0,
           "hellohello", NULL);
    expect(test_mtkscan("verify", "-q", box->new, NULL), 0, NULL, NULL);
    expect(test_mtkscan("files", box->path, "--put", put, "-o", box->new, NULL), 6, NULL, "exists");
    expect(test_mtkscan("files", box->path, "--put", put, "-o", box->path, "--force", NULL), 6,
           NULL, "dump.bin");
    expect(test_mtkscan("files", box->path, "--put", "C:/a", "-o", "x", NULL), 2, NULL,
           "--put takes NAME=FILE");
    expect(test_mtkscan("files", box->path, "--put", put, NULL), 2, NULL, "say where with -o");
    expect(test_mtkscan("files", box->path, "--put", "C:/a=./none", "-o", "x", NULL), 1, NULL,
           "./none");
    expect(test_mtkscan("files", box->blank, "--put", put, "-o", "x", NULL), 6, NULL,
           "it has no files that can be read");
    assert_false(test_exists(".", "x"));
    free(given);
}

static void carries_user_data_over(void **state)
{
    struct box *box = *state;
    char *given = test_file_write(box->folder, "given", "hello", 5), *mine = in(box, "mine.bin");
    char put[600];
    snprintf(put, sizeof put, "C:/NEW.TXT=%s", given);
    expect(test_mtkscan("files", box->path, "--put", put, "-o", mine, "-q", NULL), 0, NULL, NULL);
    expect(test_mtkscan("files", box->path, "--from", mine, "-o", box->new, NULL), 0,
           "0 files put, 0 carried over beside the whole area", NULL);
    expect(shell("cmp \"$1\" \"$2\"", mine, box->new), 0, NULL, NULL);

    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    fixture.project = "OTHER61_11C";
    struct test_dump other = test_dump_build(&fixture);
    struct user_data data = user_make();
    user_lay(&data, other.bytes, USER_FAT_BEGIN, 0, USER_FAT_BLOCKS - 2);
    user_free(&data);
    char *path = test_file_write(box->folder, "other.bin", other.bytes, other.size);
    expect(test_mtkscan("files", path, "--from", mine, "-o", box->new, "--force", "-q", NULL), 0,
           NULL, NULL);
    remove(box->new);
    expect(test_mtkscan("files", path, "--from", mine, "-o", box->new, NULL), 6, NULL,
           "not known to be of one project");
    assert_false(test_exists(box->folder, "new.bin"));
    test_dump_free(&other);
    free(path);
    free(mine);
    free(given);
}

/* Blank, unknown, not recognised, cut: each with its word and its exit code. */
static void tells_what_is_not_there(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("files", box->blank, NULL), 0, "the data area is blank", NULL);
    expect_json(box, test_mtkscan("files", "--json", box->blank, NULL), 0, "\"state\":\"blank\"");
    expect(test_mtkscan("files", "/bin/true", NULL), 3, "/bin/true: ", NULL);
    expect(test_mtkscan("files", "-q", "/bin/true", NULL), 3, NULL, "no layer that is known");
    expect(test_mtkscan("files", "./none", NULL), 1, NULL, "./none");
    expect(test_mtkscan("files", box->folder, NULL), 2, NULL, "a kit holds no user data");
    expect(test_mtkscan("files", box->path, "--personal", NULL), 2, NULL, "belongs to -o DIR");

    /* No firmware at all, but the layer: its files are told, with a note. */
    memset(box->dump.bytes, 0xFF, USER_FAT_BEGIN);
    char *path = test_file_write(box->folder, "bare.bin", box->dump.bytes, box->dump.size);
    expect(test_mtkscan("files", path, NULL), 0, "the firmware is not recognised", NULL);
    expect_json(box, test_mtkscan("files", "--json", path, NULL), 0, "\"recognised\":false");
    expect(test_mtkscan("files", path, "--put", "C:/A=/bin/true", "-o", box->new, NULL), 6, NULL,
           "is not recognised, so nothing is written into it");
    free(path);
}

/* Something that is no FDM4 is named and left; so is a data area that is cut. */
static void tells_unknown_layers(void **state)
{
    struct box *box = *state;
    for (size_t i = USER_FAT_BEGIN; i < USER_FAT_BEGIN + 0x7E000; i++)
        box->dump.bytes[i] = (uint8_t)(i * 31 + i / 251);
    char *path = test_file_write(box->folder, "fdm5.bin", box->dump.bytes, box->dump.size);
    expect(test_mtkscan("files", path, NULL), 3, "unknown translation layer", NULL);
    expect_json(box, test_mtkscan("files", "--json", path, NULL), 3, "MTK-U003");
    expect(test_mtkscan("verify", "-q", path, NULL), 0, NULL, NULL); /* the firmware is well */
    free(path);
    path = test_file_write(box->folder, "cut.bin", box->dump.bytes, USER_FAT_BEGIN);
    expect(test_mtkscan("files", path, NULL), 5, "MTK-U009", NULL);
    free(path);
}

static void verify_tells_of_wear(void **state)
{
    struct box *box = *state;
    struct test_run run = test_mtkscan("verify", box->path, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "  user data 0x380000+0x7E000, FDM4 layer, 126 blocks of 4 KB\n");
    assert_contains(run.out, "erased 3 to 7 times, median 5; ");
    assert_contains(run.out, " % stale; 0 bad states\n");
    assert_narrow(run.out);
    test_run_free(&run);
    expect_json(box, test_mtkscan("verify", "--json", box->path, NULL), 0,
                "\"erase_count\":{\"min\":3,\"median\":5,\"max\":7}");
    run = test_mtkscan("--json", box->path, NULL); /* costs, so scan does not */
    assert_lacks(run.out, "storage");
    test_run_free(&run);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, box_set, box_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_files),
        TEST(lists_deleted_files),
        TEST(takes_files_out),
        TEST(writes_the_disk),
        TEST(puts_files_into_a_new_dump),
        TEST(carries_user_data_over),
        TEST(tells_what_is_not_there),
        TEST(tells_unknown_layers),
        TEST(verify_tells_of_wear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
