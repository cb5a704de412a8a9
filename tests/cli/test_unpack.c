/* SPDX-License-Identifier: MIT */
/* unpack and verify --deep as users see them: what is written, what is replaced, what is told. */
#include "cli.h"

#include <sys/stat.h>
#include <unistd.h>

/* A folder, a dump with an ALICE and a ZIMAGE that decode, and that dump read twice over. */
struct box {
    char *folder, *path, *mirror, *out;
    struct test_dump dump;
};

static int box_set(void **state)
{
    struct box *box = calloc(1, sizeof *box);
    assert_non_null(box);
    box->folder = test_folder_new();
    box->dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_ZIMAGE);
    box->path = test_file_write(box->folder, "dump.bin", box->dump.bytes, box->dump.size);
    uint8_t *twice = malloc(2 * box->dump.size);
    assert_non_null(twice);
    memcpy(twice, box->dump.bytes, box->dump.size);
    memcpy(twice + box->dump.size, box->dump.bytes, box->dump.size);
    box->mirror = test_file_write(box->folder, "mirror.bin", twice, 2 * box->dump.size);
    free(twice);
    assert_true(asprintf(&box->out, "%s/out", box->folder) > 0);
    *state = box;
    return 0;
}

static int box_clear(void **state)
{
    struct box *box = *state;
    test_dump_free(&box->dump);
    test_folder_remove(box->folder);
    free(box->path);
    free(box->mirror);
    free(box->out);
    free(box);
    return 0;
}

/* A text of the folder that was written. [owner: caller] */
static char *text_of(const struct box *box, const char *name)
{
    char *text = test_file_read(box->out, name, NULL);
    if (!text)
        fail_msg("no %s", name);
    return text;
}

/* Offset in the dump of a layer's coded bytes, as index.json says it. */
static uint64_t offset_of(const struct box *box, const char *layer)
{
    char start[80], *index = text_of(box, "index.json");
    snprintf(start, sizeof start, "{\"name\":\"%s\",", layer);
    const char *at = strstr(index, start);
    at = at ? strstr(at, "\"offset\":") : NULL;
    assert_non_null(at);
    uint64_t offset = strtoull(at + 9, NULL, 10);
    free(index);
    return offset;
}

/* Writes the dump with `length` bytes from `offset` on inverted. [owner: caller, free] */
static char *damaged_at(struct box *box, const char *name, uint64_t offset, size_t length)
{
    for (size_t i = 0; i < length; i++)
        box->dump.bytes[offset + i] ^= 0xFF;
    char *path = test_file_write(box->folder, name, box->dump.bytes, box->dump.size);
    for (size_t i = 0; i < length; i++)
        box->dump.bytes[offset + i] ^= 0xFF;
    return path;
}

/* All files but SHA1SUMS itself are in it, and as it says. */
static void expect_sums(const struct box *box)
{
    expect(shell("cd \"$1\" && sha1sum -c --quiet --strict SHA1SUMS && "
                 "test $(find . -type f ! -name SHA1SUMS | wc -l) = $(wc -l <SHA1SUMS)",
                 box->out, ""),
           0, NULL, NULL);
}

static void writes_what_is_compressed(void **state)
{
    struct box *box = *state;
    char wanted[200];
    struct test_run run = test_mtkscan("unpack", box->path, "-o", box->out, NULL);
    assert_int_equal(run.status, 0);
    snprintf(wanted, sizeof wanted, "out/ALICE.bin  %u bytes at 0x%08X, consistent\n",
             (unsigned)box->dump.truth.alice_size, (unsigned)box->dump.truth.alice_base);
    assert_contains(run.out, wanted);
    assert_contains(run.out, "out/ZIMAGE.bin  ");
    assert_contains(run.out, ", verified\n");
    assert_contains(run.out, "2 resources found, 0 written: --resources writes them\n");
    assert_string_equal(run.err, "");
    test_run_free(&run);

    expect_sums(box);
    assert_false(test_exists(box->out, "resources"));
    char *index = text_of(box, "index.json"), *sums = text_of(box, "SHA1SUMS"),
         *layers = text_of(box, "LAYERS.txt");
    assert_contains(index, "\"view\":[]");
    snprintf(wanted, sizeof wanted, "\"exec_addr\":%u,\"size\":%u,",
             (unsigned)box->dump.truth.alice_base, (unsigned)box->dump.truth.alice_size);
    assert_contains(index, wanted);
    snprintf(wanted, sizeof wanted, "--adjust-vma=0x%08X ALICE.bin",
             (unsigned)box->dump.truth.alice_base);
    assert_contains(index, wanted);
    assert_contains(layers, wanted);
    assert_lacks(layers, "corrected");
    /* The index and the list of sums tell of the same bytes. */
    size_t checked = 0;
    for (const char *line = sums; *line; line = strchr(line, '\n') + 1) {
        char sha1[41], name[60];
        assert_int_equal(sscanf(line, "%40s %59s", sha1, name), 2);
        if (!strstr(name, ".bin"))
            continue;
        assert_contains(index, sha1);
        checked++;
    }
    assert_int_equal(checked, 2);
    free(layers);
    free(sums);
    free(index);
}

static void writes_resources(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "--resources", "-v", NULL), 0,
           "2 resources found, 2 written\n", NULL);
    expect_sums(box);
    expect(shell("cd \"$1/resources\" && ls && head -c 6 *.gif && head -c 4 *.mid", box->out, ""),
           0, ".mid\nGIF89aMThd", NULL);
    char *index = text_of(box, "index.json");
    assert_contains(index, "\"format\":\"gif\",\"layer\":\"ZIMAGE\"");
    assert_contains(index, "\"file\":\"resources/ZIMAGE-0x");
    free(index);
}

/* --force takes the place of nothing but a set of layers that nobody changed. */
static void replaces_only_its_own(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "-q", NULL), 0, NULL, NULL);
    expect(test_mtkscan("unpack", box->path, "-o", box->out, NULL), 6, NULL,
           "out exists; --force replaces a set of layers that mtkscan wrote");
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "--force", "--resources", "-q", NULL),
           0, NULL, NULL);
    assert_true(test_exists(box->out, "resources"));
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "--force", "-q", NULL), 0, NULL, NULL);
    assert_false(test_exists(box->out, "resources"));

    char *mine = test_file_write(box->out, "notes.txt", "mine", 4);
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "--force", NULL), 6, NULL,
           "out holds notes.txt, which mtkscan did not write, so it is not replaced");
    assert_int_equal(remove(mine), 0);
    free(mine);
    free(test_file_write(box->out, "ALICE.bin", "patched", 7));
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "--force", NULL), 6, NULL,
           "out holds ALICE.bin, changed since mtkscan wrote it");
    char *left = test_file_read(box->out, "ALICE.bin", NULL);
    assert_string_equal(left, "patched");
    free(left);
    expect(shell("ls -A \"$1\" | grep partial", box->folder, ""), 1, NULL, NULL);
}

static void refuses_other_outputs(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("unpack", box->path, NULL), 2, NULL, "unpack needs a folder to write");
    expect(shell("cd \"$2\" && \"$0\" unpack \"$1\" -o - && test ! -e ./-", box->path, box->folder),
           2, NULL, "cannot go to standard output; name a new folder");
    expect(test_mtkscan("unpack", box->path, "-o", box->path, "--force", NULL), 6, NULL,
           "dump.bin is no folder, so it is not replaced");
    expect(test_mtkscan("unpack", box->path, "-o", "/dev/null", "--force", NULL), 6, NULL,
           "null is no folder");
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "--cfg", "any.cfg", NULL), 2, NULL,
           "--cfg belongs to a kit");
    expect(test_mtkscan("unpack", "/bin/true", "-o", box->out, NULL), 3, NULL, "not recognised");
    assert_false(test_exists(box->folder, "out"));
}

/* Bad places are filled and listed; the other layer is as good as ever. */
static void lists_bad_places(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "-q", NULL), 0, NULL, NULL);
    size_t size = 0, damaged_size = 0;
    char *good = test_file_read(box->out, "ALICE.bin", &size);
    char *path = damaged_at(box, "bad.bin", offset_of(box, "ALICE") + 0x1000, 16);

    expect(test_mtkscan("verify", path, "-q", NULL), 0, NULL, NULL); /* VIVA has no hash */
    struct test_run run = test_mtkscan("verify", "--deep", path, NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, "MTK-C001");
    assert_contains(run.out, "damaged\n    1 of 190 groups are bad, the first at 0x");
    assert_contains(run.out, "the stream does not reach where the next group begins\n");
    assert_narrow(run.out);
    test_run_free(&run);

    run = test_mtkscan("unpack", path, "-o", box->out, "--force", NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, ", damaged\n  ");
    assert_contains(run.out, " of 190 groups are bad, the first at 0x");
    assert_contains(run.err, "mtkscan: MTK-C001 error: ");
    const char *reason = strstr(run.out, ", damaged\n");
    assert_narrow(reason + 10 - strspn(reason, "\n"));
    test_run_free(&run);
    expect_sums(box);
    char *index = text_of(box, "index.json"), *layers = text_of(box, "LAYERS.txt");
    assert_contains(index, "\"state\":\"damaged\"");
    assert_contains(index, "\"faults\":[{\"offset\":");
    assert_contains(layers, "bad places   0x");
    char *damaged = test_file_read(box->out, "ALICE.bin", &damaged_size);
    assert_int_equal(damaged_size, size);
    assert_memory_equal(damaged, good, 0x400);
    free(damaged);
    free(layers);
    free(index);
    free(good);
    free(path);
}

/* The strongest check sees a byte that nothing else does. */
static void deep_sees_what_no_hash_covers(void **state)
{
    struct box *box = *state;
    expect(test_mtkscan("unpack", box->path, "-o", box->out, "-q", NULL), 0, NULL, NULL);
    char *path = damaged_at(box, "byte.bin", offset_of(box, "ZIMAGE") + 0x200, 1);
    expect(test_mtkscan("verify", path, "-q", NULL), 0, NULL, NULL);
    expect(test_mtkscan("verify", "--deep", path, "-q", NULL), 5, NULL, NULL);
    expect(test_mtkscan("verify", "--deep", "--json", path, NULL), 5,
           "\"name\":\"ZIMAGE\",\"codec\":", NULL);
    expect(test_mtkscan("verify", "--deep", "--json", box->path, NULL), 0,
           "\"verdict\":\"healthy\"", NULL);
    free(path);
}

/* A kit holds the same layers as the dump that it is from. */
static void opens_kits(void **state)
{
    struct box *box = *state;
    char kit[512];
    snprintf(kit, sizeof kit, "%s/kit", box->folder);
    expect(test_mtkscan("extract", box->path, "-o", kit, "-q", NULL), 0, NULL, NULL);
    expect(test_mtkscan("unpack", kit, "-o", box->out, "-q", NULL), 0, NULL, NULL);
    expect(test_mtkscan("verify", "--deep", kit, "-q", NULL), 0, NULL, NULL);
    expect(shell("\"$0\" unpack -q \"$2/dump.bin\" -o \"$2/other\" && "
                 "cmp \"$1/ALICE.bin\" \"$2/other/ALICE.bin\" && "
                 "cmp \"$1/ZIMAGE.bin\" \"$2/other/ZIMAGE.bin\"",
                 box->out, box->folder),
           0, NULL, NULL);
    expect(test_mtkscan("unpack", kit, "-o", kit, "--force", NULL), 6, NULL,
           "so it is not replaced");
    assert_true(test_exists(kit, "ROM"));
}

/* The places of a corrected dump are not those of the file, and the texts say so. */
static void tells_of_the_correction(void **state)
{
    struct box *box = *state;
    char given[80];
    expect(test_mtkscan("unpack", box->mirror, "-o", box->out, "--json", NULL), 0,
           "\"status\":\"unpacked\"", NULL);
    char *index = text_of(box, "index.json"), *layers = text_of(box, "LAYERS.txt");
    snprintf(given, sizeof given, "\"given\":%zu,\"view\":[{\"kind\":\"keep\"", 2 * box->dump.size);
    assert_contains(index, given);
    assert_contains(layers, "The dump was corrected first");
    free(layers);
    free(index);
    expect(test_mtkscan("unpack", box->mirror, "-o", box->out, "--no-fix", "--force", "-q", NULL),
           0, NULL, NULL);
    index = text_of(box, "index.json");
    assert_contains(index, "\"view\":[]");
    free(index);
}

/* A folder called - is no kit, and - is standard input whatever is there. */
static void reads_standard_input(void **state)
{
    struct box *box = *state;
    expect(shell("cd \"$1\" && mkdir ./- && \"$0\" verify --deep -q - <dump.bin", box->folder, ""),
           0, NULL, NULL);
    expect(shell("cd \"$1\" && \"$0\" unpack -q - -o out <dump.bin && test -s out/ALICE.bin",
                 box->folder, ""),
           0, NULL, NULL);
}

/* What a limit kept closed is told, and is not called decoded. */
static void tells_what_stays_closed(void **state)
{
    struct box *box = *state;
    struct test_run run =
        test_mtkscan("unpack", box->path, "-o", box->out, "--limit", "codec-output=100", NULL);
    assert_contains(run.out, "ALICE  closed\n  ");
    assert_contains(run.err, "mtkscan: MTK-C003 warning: ");
    assert_lacks(run.out, "verified");
    assert_narrow(run.out);
    test_run_free(&run);
    assert_false(test_exists(box->out, "ALICE.bin"));
    expect_sums(box);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_set, box_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_what_is_compressed),
        TEST(writes_resources),
        TEST(replaces_only_its_own),
        TEST(refuses_other_outputs),
        TEST(lists_bad_places),
        TEST(deep_sees_what_no_hash_covers),
        TEST(opens_kits),
        TEST(tells_of_the_correction),
        TEST(reads_standard_input),
        TEST(tells_what_stays_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
