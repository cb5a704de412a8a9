/* SPDX-License-Identifier: MIT */
/* repair as users see it: the flash back from reads that went wrong, and nothing else touched. */
#include "cli.h"

#include <unistd.h>

/* A folder, a sound dump with a ZIMAGE, and the name of what repair writes. */
struct box {
    char *folder, *sound, *out;
    struct test_dump dump;
};

static int box_set(void **state)
{
    struct box *box = calloc(1, sizeof *box);
    assert_non_null(box);
    box->folder = test_folder_new();
    box->dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_ZIMAGE);
    box->sound = test_file_write(box->folder, "sound.bin", box->dump.bytes, box->dump.size);
    assert_true(asprintf(&box->out, "%s/out.bin", box->folder) > 0);
    *state = box;
    return 0;
}

static int box_clear(void **state)
{
    struct box *box = *state;
    test_dump_free(&box->dump);
    test_folder_remove(box->folder);
    free(box->sound);
    free(box->out);
    free(box);
    return 0;
}

/* Ways to read a flash wrong. Each fills `to`, of twice the dump and 0x1000 bytes; returns the
 * length. */
static size_t repeat(uint8_t *to, const uint8_t *dump, size_t size, size_t unit)
{
    (void)unit;
    memcpy(to, dump, size);
    memcpy(to + size, dump, size);
    return 2 * size;
}

static size_t begin_late(uint8_t *to, const uint8_t *dump, size_t size, size_t unit)
{
    memset(to, 0xFF, unit);
    memcpy(to + unit, dump, size);
    return size + unit;
}

static size_t swap(uint8_t *to, const uint8_t *dump, size_t size, size_t unit)
{
    for (size_t i = 0; i < size; i++)
        to[i] = dump[i - i % unit + (unit - 1 - i % unit)];
    return size;
}

static size_t exchange_halves(uint8_t *to, const uint8_t *dump, size_t size, size_t unit)
{
    for (size_t i = 0; i < size; i++)
        to[i] = dump[i ^ (unit / 2)];
    return size;
}

static size_t swap_and_repeat(uint8_t *to, const uint8_t *dump, size_t size, size_t unit)
{
    swap(to, dump, size, unit);
    memcpy(to + size, to, size);
    return 2 * size;
}

static size_t leave(uint8_t *to, const uint8_t *dump, size_t size, size_t unit)
{
    (void)unit;
    memcpy(to, dump, size);
    return size;
}

static const struct misread {
    const char *told;
    size_t (*make)(uint8_t *to, const uint8_t *dump, size_t size, size_t unit);
    size_t unit;
} misreads[] = {
    {"nothing had to be corrected\n", leave, 0},
    {"corrected: cut the repetitions (MTK-Q006)\n", repeat, 0},
    {"corrected: drop what stands before the flash (MTK-Q009)\n", begin_late, 0x200},
    {"corrected: drop what stands before the flash (MTK-Q009)\n", begin_late, 3},
    {"corrected: reverse each 16-bit word (MTK-Q004)\n", swap, 2},
    {"corrected: reverse each 32-bit word (MTK-Q004)\n", swap, 4},
    {"corrected: exchange the halves of each 32-bit word (MTK-Q004)\n", exchange_halves, 4},
    {"corrected: exchange the halves (MTK-Q005)\n", exchange_halves, 0x100000},
    {"corrected: reverse each 16-bit word (MTK-Q004)\n"
     "corrected: cut the repetitions (MTK-Q006)\n",
     swap_and_repeat, 2},
};

/* Writes a misread dump into the folder. [owner: caller, free] */
static char *misread(const struct box *box, const struct misread *how)
{
    uint8_t *bytes = malloc(2 * box->dump.size + 0x1000);
    assert_non_null(bytes);
    size_t size = how->make(bytes, box->dump.bytes, box->dump.size, how->unit);
    char *path = test_file_write(box->folder, "read.bin", bytes, size);
    free(bytes);
    return path;
}

static void expect_out(const struct box *box, const void *bytes, size_t length)
{
    size_t size = 0;
    char *written = test_file_read(box->folder, "out.bin", &size);
    assert_non_null(written);
    assert_int_equal(size, length);
    assert_memory_equal(written, bytes, length);
    free(written);
}

static void gives_the_flash_back(void **state)
{
    struct box *box = *state;
    for (size_t i = 0; i < sizeof misreads / sizeof *misreads; i++) {
        char *path = misread(box, &misreads[i]);
        struct test_run run = test_mtkscan("repair", path, "-o", box->out, "--force", NULL);
        if (run.status != 0)
            fail_msg("%zu: exit %d\n%s", i, run.status, run.err);
        assert_int_equal(strncmp(run.out, misreads[i].told, strlen(misreads[i].told)), 0);
        assert_contains(run.out, "out.bin  4194304 bytes, healthy\n");
        assert_narrow(misreads[i].told);
        test_run_free(&run);
        expect_out(box, box->dump.bytes, box->dump.size);
        free(path);
    }
}

/* With --no-fix the bytes are taken as they are, which repair cannot do. */
static void corrects_nothing_when_told_so(void **state)
{
    struct box *box = *state;
    char *path = misread(box, &misreads[4]); /* swapped */
    expect(test_mtkscan("verify", "--no-fix", "-q", path, NULL), 3, NULL, NULL);
    expect(test_mtkscan("verify", "-q", path, NULL), 0, NULL, NULL);
    expect(test_mtkscan("repair", "--no-fix", path, "-o", box->out, NULL), 2, NULL,
           "--no-fix does not belong here");
    assert_false(test_exists(box->folder, "out.bin"));
    free(path);
}

/* What is damaged stays damaged, byte for byte, and the exit code says so. */
static void leaves_damage_alone(void **state)
{
    struct box *box = *state;
    const mtkscan_fixture_part *loader = mtkscan_fixture_find(&box->dump.truth, "EXT_BOOTLOADER");
    box->dump.bytes[loader->offset + loader->length / 2] ^= 1;
    free(test_file_write(box->folder, "sound.bin", box->dump.bytes, box->dump.size));
    expect(test_mtkscan("repair", box->sound, "-o", box->out, NULL), 5,
           "nothing had to be corrected\n", " error: ");
    expect_out(box, box->dump.bytes, box->dump.size);
}

/* What was lost is marked as lost, not called well. */
static void tells_of_what_is_lost(void **state)
{
    struct box *box = *state;
    char *path =
        test_file_write(box->folder, "read.bin", box->dump.bytes + 0x200, box->dump.size - 0x200);
    expect(test_mtkscan("repair", path, "-o", box->out, NULL), 5,
           "corrected: leave room for the bytes that are missing at the start (MTK-Q010)\n",
           "MTK-Q010 error: ");
    memset(box->dump.bytes, 0xFF, 0x200);
    expect_out(box, box->dump.bytes, box->dump.size);
    free(path);
}

/* The image alone goes to standard output, whatever else is told. */
static void writes_to_standard_output(void **state)
{
    struct box *box = *state;
    char *path = misread(box, &misreads[1]);
    expect(shell("\"$0\" repair \"$1\" -o - | cmp - \"$2\"", path, box->sound), 0, NULL,
           "corrected: cut the repetitions (MTK-Q006)\n-  4194304 bytes, healthy\n");
    expect(shell("\"$0\" repair --json - -o - <\"$1\" | cmp - \"$2\"", path, box->sound), 0, NULL,
           "\"status\":\"repaired\",\"output\":\"-\",");
    expect(shell("\"$0\" repair -q \"$1\" -o - | cmp - \"$2\"", path, box->sound), 0, NULL, NULL);
    expect(test_mtkscan("repair", "--json", "/bin/true", "-o", "-", NULL), 3, NULL,
           "\"status\":\"error\"");
    expect(test_mtkscan("repair", "--json", "/nowhere/dump", "-o", "-", NULL), 1, NULL,
           "\"status\":\"error\"");
    expect(shell("\"$0\" repair -q \"$1\" -o - >/dev/full", path, ""), 1, NULL,
           "cannot write standard output");
    expect(shell("\"$0\" repair -q \"$1\" -o - >>\"$1\"", path, ""), 6, NULL,
           "standard output is the input itself");
    free(path);
}

static void never_touches_the_input(void **state)
{
    struct box *box = *state;
    char hard[512];
    snprintf(hard, sizeof hard, "%s/hard.bin", box->folder);
    assert_int_equal(link(box->sound, hard), 0);
    expect(test_mtkscan("repair", box->sound, "-o", box->sound, "--force", NULL), 6, NULL,
           "sound.bin is the input itself, so it is not replaced");
    expect(test_mtkscan("repair", box->sound, "-o", hard, "--force", NULL), 6, NULL,
           "hard.bin is the input itself");
    expect(shell("\"$0\" repair - -o \"$1\" --force <\"$1\"", box->sound, ""), 6, NULL,
           "sound.bin is the input itself");
    size_t size = 0;
    char *bytes = test_file_read(box->folder, "sound.bin", &size);
    assert_int_equal(size, box->dump.size);
    assert_memory_equal(bytes, box->dump.bytes, size);
    free(bytes);
}

static void replaces_only_plain_files(void **state)
{
    struct box *box = *state;
    free(test_file_write(box->folder, "out.bin", "old", 3));
    expect(test_mtkscan("repair", box->sound, "-o", box->out, NULL), 6, NULL,
           "out.bin exists; --force replaces a plain file");
    expect_out(box, "old", 3);
    expect(test_mtkscan("repair", box->sound, "-o", box->out, "--force", "-q", NULL), 0, NULL,
           NULL);
    expect_out(box, box->dump.bytes, box->dump.size);
    expect(test_mtkscan("repair", box->sound, "-o", box->folder, "--force", NULL), 6, NULL,
           "is no plain file, so it is not replaced");
    expect(test_mtkscan("repair", box->sound, "-o", "/dev/full", "--force", NULL), 6, NULL,
           "full is no plain file");
    expect(test_mtkscan("repair", box->sound, NULL), 2, NULL, "repair needs a file to write");
    expect(shell("ulimit -f 100; \"$0\" repair \"$1\" -o \"$1.big\"", box->sound, ""), 1, NULL,
           "cannot write sound.bin.big: File too large");
    expect(shell("ls -A \"$1\" | grep partial", box->folder, ""), 1, NULL, NULL);
}

static void writes_nothing_of_no_flash(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("repair", "/bin/true", "-o", box->out, NULL), 3, NULL,
           "nobody can tell what to repair; Choose a module with --plugin ID");
    expect(test_mtkscan("repair", box->folder, "-o", box->out, NULL), 6, NULL, "is a folder");
    char *path = test_file_write(box->folder, "empty.bin", "", 0);
    struct test_run run = test_mtkscan("repair", path, "-o", box->out, NULL);
    assert_int_not_equal(run.status, 0);
    assert_string_equal(run.out, "");
    test_run_free(&run);
    assert_false(test_exists(box->folder, "out.bin"));
    free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_set, box_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gives_the_flash_back),      TEST(corrects_nothing_when_told_so),
        TEST(leaves_damage_alone),       TEST(tells_of_what_is_lost),
        TEST(writes_to_standard_output), TEST(never_touches_the_input),
        TEST(replaces_only_plain_files), TEST(writes_nothing_of_no_flash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
