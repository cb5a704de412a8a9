/* SPDX-License-Identifier: MIT */
/* From a dump to its files and back, in three block geometries, whole and hurt. */
#include "user_data.h"

#include "files/files.h"
#include "model/finding.h"

#define LEAD 0x8000u /* bytes before the layer */

/* A dump with nothing but user data in it, and the analysis that states where they are. */
struct bench {
    struct user_data data;
    uint8_t *bytes;
    size_t size, shape;
    struct mtks_analysis *analysis;
    struct mtks_files files;
    struct mtks_dump dump;
};

static const struct {
    size_t shape;
    uint32_t blocks;
} geometries[] = {{0, 60}, {1, 8}, {2, 6}};
#define GEOMETRIES (sizeof geometries / sizeof *geometries)

static struct bench bench_make(size_t geometry)
{
    struct bench bench = {.data = user_make(), .shape = geometries[geometry].shape};
    const uint32_t block = layer_shapes[bench.shape][0], blocks = geometries[geometry].blocks;
    /* Offsets of erase blocks are multiples of their size. */
    const size_t begin = block > LEAD ? block : LEAD;
    bench.size = begin + (size_t)block * blocks;
    bench.bytes = malloc(bench.size);
    assert_non_null(bench.bytes);
    memset(bench.bytes, 0xFF, bench.size);
    memset(bench.bytes, 0x11, 0x1000);
    user_lay(&bench.data, bench.bytes, begin, bench.shape, blocks);
    bench.dump = (struct mtks_dump){.bytes = bench.bytes, .size = bench.size};
    bench.analysis = mtks_analysis_new(NULL);
    assert_non_null(bench.analysis);
    bench.analysis->status = MTKS_IDENTIFIED;
    bench.analysis->input.path = "made";
    bench.analysis->input.size = bench.size;
    struct mtks_range *range = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->ranges);
    *range = (struct mtks_range){"FAT", begin, bench.size - begin};
    struct mtks_zone *zone = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->flash.zones);
    *zone = (struct mtks_zone){0, block};
    return bench;
}

static int bench_look(struct bench *bench, bool deleted)
{
    mtks_files_free(&bench->files);
    bench->analysis->findings.count = 0;
    assert_int_equal(mtks_files_look(&bench->files, bench->analysis, &bench->dump, deleted,
                                     &bench->analysis->arena, NULL, NULL),
                     MTKSCAN_DONE);
    return mtks_files_judge(&bench->files, bench->analysis);
}

static void bench_free(struct bench *bench)
{
    mtks_files_free(&bench->files);
    mtks_analysis_free(bench->analysis);
    user_free(&bench->data);
    free(bench->bytes);
}

static bool found(const struct bench *bench, const char *code)
{
    return mtks_finding_has(bench->analysis, code, MTKSCAN_NO_PART);
}

static uint32_t index_of(const struct mtks_files *files, const char *path)
{
    for (uint32_t i = 0; i < files->disk.entries.count; i++)
        if (strcmp(files->disk.entries.items[i].path, path) == 0)
            return i;
    fail_msg("no %s", path);
    return 0;
}

static void expect_content(const struct bench *bench, const char *path, const uint8_t *content,
                           uint64_t size)
{
    const struct mtks_entry *entry =
        &bench->files.disk.entries.items[index_of(&bench->files, path)];
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    assert_int_equal(entry->readable, size);
    mtks_disk_read(&bench->files.disk, entry, bytes);
    assert_memory_equal(bytes, content, size);
    free(bytes);
}

static void finds_files_in_each_geometry(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES; i++) {
        struct bench bench = bench_make(i);
        assert_int_equal(bench_look(&bench, false), MTKSCAN_DONE);
        assert_int_equal(bench.files.state, MTKS_FILES_LISTED);
        assert_true(bench.files.ftl.certain);
        assert_int_equal(bench.analysis->findings.count, 0);
        assert_int_equal(bench.files.disk.entries.count, 7);
        assert_int_equal(bench.files.ftl.wear.least, 3);
        assert_int_equal(bench.files.ftl.wear.stale, 1);
        expect_content(&bench, "README.TXT", made_cluster(&bench.data.user, 2), 700);
        expect_content(&bench, "longer name.gif", made_cluster(&bench.data.user, 5), 90);
        expect_content(&bench, "NVRAM/NVD_DATA/MP0B_001", made_cluster(&bench.data.system, 4), 600);
        assert_true(bench.files.notes[index_of(&bench.files, "NOTES.VCF")].personal);
        assert_true(bench.files.notes[index_of(&bench.files, "NVRAM/NVD_DATA/OTHER")].personal);
        assert_false(bench.files.notes[index_of(&bench.files, "NVRAM")].personal);
        assert_false(bench.files.notes[index_of(&bench.files, "README.TXT")].personal);
        assert_int_equal(bench.files.image_size, (USER_DISK_SECTORS * 512 < bench.data.system.size
                                                      ? USER_DISK_SECTORS * 512
                                                      : bench.data.system.size));
        bench_free(&bench);
    }
}

/* Folders are followed by what is in them. */
static void orders_entries_as_a_tree(void **state)
{
    (void)state;
    static const char *const wanted[] = {"NOTES.VCF",           "README.TXT",
                                         "longer name.gif",     "NVRAM",
                                         "NVRAM/NVD_DATA",      "NVRAM/NVD_DATA/MP0B_001",
                                         "NVRAM/NVD_DATA/OTHER"};
    struct bench bench = bench_make(0);
    bench_look(&bench, false);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(bench.files.disk.entries.items[bench.files.order[i]].path, wanted[i]);
    bench_free(&bench);
}

/* Nothing, something else, cut away, or a layer without a volume: each is told as what it is. */
static void tells_what_is_not_there(void **state)
{
    (void)state;
    struct bench bench = bench_make(0);
    const uint64_t begin = bench.analysis->ranges.items[0].offset;
    memset(bench.bytes + begin, 0xFF, bench.size - begin);
    assert_int_equal(bench_look(&bench, false), MTKSCAN_DONE);
    assert_int_equal(bench.files.state, MTKS_FILES_BLANK);
    assert_true(found(&bench, "MTK-U006"));
    for (size_t i = begin; i < bench.size; i++)
        bench.bytes[i] = (uint8_t)(i * 31 + i / 251);
    assert_int_equal(bench_look(&bench, false), MTKSCAN_NOT_RECOGNISED);
    assert_int_equal(bench.files.state, MTKS_FILES_UNKNOWN);
    assert_true(found(&bench, "MTK-U003"));
    bench.dump.size = begin;
    assert_int_equal(bench_look(&bench, false), MTKSCAN_DAMAGED);
    assert_int_equal(bench.files.state, MTKS_FILES_CUT);
    assert_true(found(&bench, "MTK-U009"));
    bench_free(&bench);

    bench = bench_make(0);
    memset(bench.data.disk, 0x5A, USER_DISK_SECTORS * 512);
    memset(bench.bytes + begin, 0xFF, bench.size - begin);
    user_lay(&bench.data, bench.bytes, begin, bench.shape, geometries[0].blocks);
    assert_int_equal(bench_look(&bench, false), MTKSCAN_DAMAGED);
    assert_int_equal(bench.files.state, MTKS_FILES_NO_VOLUME);
    assert_true(found(&bench, "MTK-U004"));
    bench_free(&bench);
}

/* Where the tag of the copy of a logical sector is. */
static uint8_t *tag_of(const struct bench *bench, uint32_t logical)
{
    const struct mtks_ftl_geometry *geometry = &bench->files.ftl.geometry;
    const uint64_t place = bench->files.ftl.map[logical].place;
    assert_true(place != MTKS_FTL_NOWHERE);
    const uint64_t block = (place - geometry->offset) / geometry->block;
    uint8_t *header = bench->bytes + geometry->offset + block * geometry->block;
    const uint64_t slot =
        (place - geometry->offset - block * geometry->block - geometry->header) / SECTOR;
    return header + 4 + 4 * slot;
}

static uint32_t sector_of(const struct made_volume *made, unsigned cluster)
{
    return (uint32_t)((made->data + 512ull * made->per_cluster * (cluster - 2)) / 512);
}

/* A sector that is gone reads as zeros; that its file has one is told. */
static void tells_lost_sectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES; i++) {
        struct bench bench = bench_make(i);
        bench_look(&bench, false);
        tag_of(&bench, sector_of(&bench.data.user, 3))[3] = 0;
        assert_int_equal(bench_look(&bench, true), MTKSCAN_DONE);
        assert_true(found(&bench, "MTK-U010"));
        assert_int_equal(bench.files.notes[index_of(&bench.files, "README.TXT")].missing, 1);
        assert_int_equal(bench.files.notes[index_of(&bench.files, "NOTES.VCF")].missing, 0);
        /* The other copy is among those that can be recovered. */
        bool there = false;
        for (size_t j = 0; j < bench.files.ftl.deleted.count; j++)
            there |= bench.files.ftl.deleted_logical.items[j] == sector_of(&bench.data.user, 3) &&
                     memcmp(bench.bytes + bench.files.ftl.deleted.items[j].place,
                            made_cluster(&bench.data.user, 3), 512) == 0;
        assert_true(there);
        bench_free(&bench);
    }
}

/* Two copies of equal rank with other bytes: told, and never written to. */
static void conflicts_keep_from_writing(void **state)
{
    (void)state;
    struct bench bench = bench_make(0);
    bench_look(&bench, false);
    const uint32_t from = sector_of(&bench.data.user, 2), to = sector_of(&bench.data.user, 4);
    uint8_t *tag = tag_of(&bench, to);
    tag[0] = (uint8_t)from;
    tag[1] = (uint8_t)(from >> 8);
    assert_int_equal(bench_look(&bench, false), MTKSCAN_DAMAGED);
    assert_int_equal(bench.files.conflicts, 1);
    assert_true(found(&bench, "MTK-U001"));
    struct mtks_dump made;
    struct mtks_rebuilt rebuilt;
    mtkscan_error error;
    const struct mtks_rebuild rebuild = {.puts = NULL};
    assert_int_equal(mtks_files_rebuild(&bench.files, bench.analysis, &bench.dump, &rebuild, &made,
                                        &rebuilt, &error),
                     MTKSCAN_REFUSED);
    assert_null(made.bytes);
    assert_non_null(strstr(error.what, "cannot be written"));
    bench_free(&bench);
}

/* Chains that lie are told as damage. */
static void tells_damaged_volumes(void **state)
{
    (void)state;
    struct bench bench = bench_make(0);
    const uint64_t begin = bench.analysis->ranges.items[0].offset;
    made_link(&bench.data.user, 3, 2); /* a loop */
    memset(bench.bytes + begin, 0xFF, bench.size - begin);
    user_lay(&bench.data, bench.bytes, begin, bench.shape, geometries[0].blocks);
    assert_int_equal(bench_look(&bench, false), MTKSCAN_DAMAGED);
    assert_true(found(&bench, "MTK-U004"));
    bench_free(&bench);
}

static struct mtks_dump rebuilt_dump(struct bench *bench, const struct mtks_rebuild *rebuild,
                                     struct mtks_rebuilt *rebuilt)
{
    struct mtks_dump made;
    mtkscan_error error = {0};
    if (mtks_files_rebuild(&bench->files, bench->analysis, &bench->dump, rebuild, &made, rebuilt,
                           &error) != MTKSCAN_DONE)
        fail_msg("%s", error.what);
    return made;
}

static void puts_files(void **state)
{
    (void)state;
    static const uint8_t content[] = "new content";
    uint8_t large[5000];
    memset(large, 0x77, sizeof large);
    for (size_t i = 0; i < GEOMETRIES; i++) {
        struct bench bench = bench_make(i);
        bench_look(&bench, false);
        const struct mtks_put puts[] = {{"C:/README.TXT", content, sizeof content, NULL},
                                        {"z:\\New folder\\large.bin", large, sizeof large, NULL}};
        const struct mtks_rebuild rebuild = {.puts = puts, .put_count = 2};
        struct mtks_rebuilt rebuilt;
        struct mtks_dump made = rebuilt_dump(&bench, &rebuild, &rebuilt);
        assert_int_equal(rebuilt.put, 2);
        assert_true(rebuilt.blocks > 0);
        struct bench after = bench;
        after.files = (struct mtks_files){.state = MTKS_FILES_LISTED};
        after.dump = made;
        assert_int_equal(bench_look(&after, false), MTKSCAN_DONE);
        assert_int_equal(after.files.disk.entries.count, 9);
        expect_content(&after, "README.TXT", content, sizeof content);
        expect_content(&after, "New folder/large.bin", large, sizeof large);
        expect_content(&after, "NOTES.VCF", made_cluster(&bench.data.user, 4), 300);
        mtks_files_free(&after.files);
        mtks_dump_close(&made);
        bench_free(&bench);
    }
}

static void refuses_bad_puts(void **state)
{
    (void)state;
    static uint8_t huge[200 * 512];
    static const struct {
        const char *name;
        uint64_t length;
        int outcome;
    } cases[] = {
        {"README.TXT", 1, MTKSCAN_USAGE}, {"X:/a", 1, MTKSCAN_USAGE},
        {"C:", 1, MTKSCAN_REFUSED},       {"C:/../a", 1, MTKSCAN_REFUSED},
        {"C:/a/", 1, MTKSCAN_REFUSED},    {"C:/huge.bin", sizeof huge, MTKSCAN_REFUSED},
        {"Z:/NVRAM", 1, MTKSCAN_REFUSED},
    };
    struct bench bench = bench_make(0);
    bench_look(&bench, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct mtks_put put = {cases[i].name, huge, cases[i].length, NULL};
        const struct mtks_rebuild rebuild = {.puts = &put, .put_count = 1};
        struct mtks_rebuilt rebuilt;
        struct mtks_dump made;
        int outcome = mtks_files_rebuild(&bench.files, bench.analysis, &bench.dump, &rebuild, &made,
                                         &rebuilt, NULL);
        if (outcome != cases[i].outcome)
            fail_msg("%s: %d", cases[i].name, outcome);
        assert_null(made.bytes);
    }
    bench_free(&bench);
}

/* Between two geometries file by file, within one as a whole. */
static void carries_user_data(void **state)
{
    (void)state;
    static const uint8_t content[] = "mine";
    for (size_t i = 0; i < GEOMETRIES; i++)
        for (size_t j = 0; j < GEOMETRIES; j++) {
            struct bench old = bench_make(i), new = bench_make(j);
            bench_look(&old, false);
            bench_look(&new, false);
            const struct mtks_put put = {"C:/MINE.TXT", content, sizeof content, NULL};
            const struct mtks_rebuild mine = {.puts = &put, .put_count = 1};
            struct mtks_rebuilt rebuilt;
            struct bench changed = old;
            changed.files = (struct mtks_files){.state = MTKS_FILES_LISTED};
            changed.dump = rebuilt_dump(&old, &mine, &rebuilt);
            bench_look(&changed, false);
            const struct mtks_rebuild carry = {.from = &changed.files, .from_dump = &changed.dump};
            struct bench after = new;
            after.files = (struct mtks_files){.state = MTKS_FILES_LISTED};
            after.dump = rebuilt_dump(&new, &carry, &rebuilt);
            assert_int_equal(rebuilt.whole, i == j);
            assert_int_equal(rebuilt.carried, i == j ? 0 : 6);
            assert_int_equal(bench_look(&after, false), MTKSCAN_DONE);
            expect_content(&after, "MINE.TXT", content, sizeof content);
            expect_content(&after, "README.TXT", made_cluster(&old.data.user, 2), 700);
            mtks_files_free(&after.files);
            mtks_files_free(&changed.files);
            mtks_dump_close(&after.dump);
            mtks_dump_close(&changed.dump);
            bench_free(&old);
            bench_free(&new);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_files_in_each_geometry),
        cmocka_unit_test(orders_entries_as_a_tree),
        cmocka_unit_test(tells_what_is_not_there),
        cmocka_unit_test(tells_lost_sectors),
        cmocka_unit_test(conflicts_keep_from_writing),
        cmocka_unit_test(tells_damaged_volumes),
        cmocka_unit_test(puts_files),
        cmocka_unit_test(refuses_bad_puts),
        cmocka_unit_test(carries_user_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
