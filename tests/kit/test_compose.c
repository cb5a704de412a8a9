/* SPDX-License-Identifier: MIT */
/* Reading a kit folder back into an image, and what the folder itself shows to be wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/kit.h"
#include "made.h"
#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"

static struct test_dump dump;
static struct mtks_analysis *analysis;
static struct mtks_dump image;
static struct mtks_cfg *cfg;
static mtkscan_error error;
static char *base;

#define CFG                                                                                        \
    "general:\n config_version : alpha\n platform: MT6261\n"                                       \
    "boot_region:\n rom:\n - file: INT_BOOTLOADER\n - file: EXT_BOOTLOADER\n"                      \
    "main_region:\n rom:\n - file: ROM\n - file: VIVA\n"

static void put_text(const char *name, const char *text)
{
    free(test_file_write(base, name, text, strlen(text)));
}

static void put_part(const char *name, const char *as)
{
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&dump.truth, name);
    assert_non_null(part);
    free(test_file_write(base, as, dump.bytes + part->offset, part->length));
}

static int setup(void **state)
{
    (void)state;
    dump = test_dump_make("MT6261", 0);
    base = test_folder_new();
    for (uint32_t i = 0; i < dump.truth.part_count; i++)
        put_part(dump.truth.parts[i].name, dump.truth.parts[i].name);
    put_text("x.cfg", CFG);
    analysis = made_analysis(NULL);
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_dump_close(&image);
    mtks_analysis_free(analysis);
    test_folder_remove(base);
    test_dump_free(&dump);
    return 0;
}

/* Composes anew, with an analysis that has no findings yet. */
static int compose(const char *cfg_path)
{
    struct mtks_limits limits = analysis->limits;
    mtks_dump_close(&image);
    mtks_analysis_free(analysis);
    analysis = made_analysis(NULL);
    analysis->limits = limits;
    int outcome = mtks_kit_compose(analysis, base, cfg_path, &image, &cfg, &error);
    if (outcome != MTKSCAN_DONE) {
        assert_null(cfg);
        assert_true(image.size == 0);
    }
    return outcome;
}

static void expect_part_at(const char *name, uint64_t offset)
{
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&dump.truth, name);
    const uint8_t *bytes = mtks_dump_span(&image, offset, part->length);
    assert_non_null(bytes);
    assert_memory_equal(bytes, dump.bytes + part->offset, part->length);
}

static void test_healthy(void **state)
{
    (void)state;
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(analysis->findings.count, 0);
    assert_true(analysis->input.kit);
    assert_int_equal(image.size, dump.truth.size);
    assert_string_equal(cfg->platform, "MT6261");
    uint64_t covered = 0;
    for (uint32_t i = 0; i < dump.truth.part_count; i++) {
        const mtkscan_fixture_part *part = &dump.truth.parts[i];
        expect_part_at(part->name, part->offset);
        assert_int_equal(cfg->files.items[i].offset, part->offset);
        assert_int_equal(cfg->files.items[i].length, part->length);
        assert_int_equal(cfg->files.items[i].file_type, part->file_type);
        if (i > 0)
            assert_true(mtks_dump_all(&image, covered, part->offset - covered, 0xFF));
        covered = part->offset + part->length;
    }
    assert_true(mtks_dump_all(&image, covered, image.size - covered, 0xFF));
}

/* The header that download agents write, BOOTHEADER.md 2. */
static void test_boot_header(void **state)
{
    (void)state;
    mtkscan_memory_host memory;
    mtkscan_boot_header boot;
    const mtkscan_fixture_part *internal = mtkscan_fixture_find(&dump.truth, "INT_BOOTLOADER");
    const mtkscan_fixture_part *second = mtkscan_fixture_find(&dump.truth, "EXT_BOOTLOADER");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    mtkscan_memory_host_init(&memory, image.bytes, image.size, NULL, NULL);
    assert_true(mtkscan_boot_read(&memory.host, &boot));
    assert_true(boot.has_layout);
    assert_int_equal(boot.version, 1);
    assert_int_equal(boot.rw_unit, 0x200);
    assert_int_equal(boot.layout_version, 1);
    assert_int_equal(boot.used_count, 2);
    assert_int_equal(boot.boot_begin, 0x800);
    const mtkscan_boot_descriptor *first = &boot.descriptors[0], *next = &boot.descriptors[1];
    assert_int_equal(first->type, 1);
    assert_int_equal(first->device, 7);
    assert_int_equal(first->begin, internal->offset);
    assert_int_equal(first->boundary, mtkscan_round_up(internal->offset + internal->length, 0x400));
    assert_int_equal(first->attribute, 1);
    assert_int_equal(next->type, 2);
    assert_int_equal(next->begin, second->offset);
    assert_int_equal(next->boundary, mtkscan_round_up(second->offset + second->length, 0x400));
    assert_int_equal(next->attribute, 0);
    assert_int_equal(boot.boot_end, next->boundary);
    assert_true(mtks_dump_all(&image, 0x14, 0x200 - 0x14, 0xFF));
    assert_true(mtks_dump_all(&image, 0x2B4, 0x800 - 0x2B4, 0xFF));
    assert_true(mtks_dump_all(&image, 0x200 + 0x14 + 40, 120, 0));
    mtkscan_memory_host_free(&memory);

    /* No header without the loader that the boot ROM needs. */
    put_text("x.cfg", "main_region:\n rom:\n - file: ROM\n - file: VIVA\n");
    char path[4200];
    snprintf(path, sizeof path, "%s/INT_BOOTLOADER", base);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_true(mtks_dump_all(&image, 0, 0x800, 0xFF));
}

static void test_choice_of_cfg(void **state)
{
    (void)state;
    char path[4200];
    put_text("y.CFG", "main_region:\n rom:\n - file: ROM\n");
    assert_int_equal(compose(NULL), MTKSCAN_USAGE);
    assert_non_null(strstr(error.what, "x.cfg, y.CFG"));
    assert_non_null(strstr(error.advice, "--cfg"));
    assert_int_equal(compose("y.CFG"), MTKSCAN_DONE);
    assert_int_equal(cfg->files.count, 1);
    snprintf(path, sizeof path, "%s/x.cfg", base);
    assert_int_equal(compose(path), MTKSCAN_DONE);
    assert_int_equal(cfg->files.count, 4);
    assert_int_equal(compose("none.cfg"), MTKSCAN_SYSTEM);
    assert_int_equal(compose("./none.cfg"), MTKSCAN_SYSTEM);
    assert_int_equal(compose(base), MTKSCAN_SYSTEM);
    assert_int_equal(compose("/dev/null"), MTKSCAN_SYSTEM);

    /* A bare name that is not in the folder is looked for where the user stands. */
    char here[4096], *other = test_folder_new();
    assert_non_null(getcwd(here, sizeof here));
    free(test_file_write(other, "own.cfg", CFG, strlen(CFG)));
    assert_int_equal(chdir(other), 0);
    assert_int_equal(compose("own.cfg"), MTKSCAN_DONE);
    assert_int_equal(chdir(here), 0);
    test_folder_remove(other);
}

static void test_no_cfg(void **state)
{
    (void)state;
    char path[4200];
    snprintf(path, sizeof path, "%s/x.cfg", base);
    assert_int_equal(unlink(path), 0);
    put_part("VIVA", "VIVA2");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_null(cfg);
    made_expect(analysis, "MTK-K010", NULL, NULL);
    made_expect(analysis, "MTK-K013", "VIVA2", "VIVA");
    assert_int_equal(analysis->findings.count, 2);
    for (uint32_t i = 0; i < dump.truth.part_count; i++)
        expect_part_at(dump.truth.parts[i].name, dump.truth.parts[i].offset);
    /* A .cfg that is a link is not opened: it could show any file. */
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_equal(compose(NULL), MTKSCAN_SYSTEM);
}

static void test_missing_and_unsafe(void **state)
{
    (void)state;
    put_text("x.cfg", CFG " - file: app\n - file: ../ROM\n - file: /etc/passwd\n - file: rom\n"
                          " - file: link\n - file: sub\n - file: note.txt\n - file: pipe\n"
                          "file_system_region:\n rom:\n - file: disk.txt\n"
                          "gps_module_region:\n rom:\n - file: gps.bin\n - file: lost.bin\n");
    char path[4200];
    snprintf(path, sizeof path, "%s/link", base);
    assert_int_equal(symlink("ROM", path), 0);
    snprintf(path, sizeof path, "%s/sub", base);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/pipe", base);
    assert_int_equal(mkfifo(path, 0600), 0);
    put_text("note.txt", "hello");
    put_text("disk.txt", "");
    put_text("gps.bin", "other");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K006"), 2);
    assert_int_equal(made_count(analysis, "MTK-K001"), 5); /* app, link, sub, pipe, lost.bin */
    made_expect(analysis, "MTK-K007", "rom", NULL);
    made_expect(analysis, "MTK-K012", "note.txt", NULL);
    assert_int_equal(analysis->findings.count, 9);
    assert_int_equal(cfg->files.items[4].length, 0);
}

/* Flashing tools run where letter case does not matter. */
static void test_letter_case(void **state)
{
    (void)state;
    put_text("x.cfg", "boot_region:\n rom:\n - file: int_bootloader\n - file: EXT_bootloader\n"
                      "main_region:\n rom:\n - file: Rom\n - file: viva\n");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(analysis->findings.count, 0);
}

static void test_unlisted_images(void **state)
{
    (void)state;
    put_text("x.cfg", "boot_region:\n rom:\n - file: INT_BOOTLOADER\nmain_region:\n rom:\n"
                      " - file: ROM\n - file: VIVA\n");
    put_part("ROM", "ROM.old");
    put_text("readme", "MMM but no image");
    put_text("tiny", "M");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-K002", "EXT_BOOTLOADER (type 0x0002)", NULL);
    made_expect(analysis, "MTK-K013", "ROM.old, at the place of ROM", NULL);
    assert_int_equal(analysis->findings.count, 2);
    expect_part_at("EXT_BOOTLOADER", mtkscan_fixture_find(&dump.truth, "EXT_BOOTLOADER")->offset);
}

/* A FILE_INFO and filler of `size` bytes. [owner: caller] */
static uint8_t *make_file(uint32_t type, uint32_t load_addr, uint32_t file_len, size_t size)
{
    uint8_t *bytes = calloc(1, size);
    assert_non_null(bytes);
    memset(bytes, 0xA5, size);
    memset(bytes, 0, 0x38);
    memcpy(bytes, "MMM\x01\x38\0\0\0FILE_INFO", 17);
    mtkscan_put_le32(bytes + 0x14, 1);
    mtkscan_put_le16(bytes + 0x18, (uint16_t)type);
    bytes[0x1A] = MTKSCAN_DEVICE_SF;
    mtkscan_put_le32(bytes + 0x1C, load_addr);
    mtkscan_put_le32(bytes + 0x20, file_len);
    mtkscan_put_le32(bytes + 0x28, 0x38);
    return bytes;
}

static void put_file(const char *name, uint32_t type, uint32_t load_addr, uint32_t file_len,
                     size_t size)
{
    uint8_t *bytes = make_file(type, load_addr, file_len, size);
    free(test_file_write(base, name, bytes, size));
    free(bytes);
}

static void test_lengths(void **state)
{
    (void)state;
    put_text("x.cfg", CFG " - file: short\n - file: unset\n");
    put_file("short", 0x7000, 0x10380000, 0x100, 0x80);
    put_file("unset", 0x7001, 0x10390000, MTKSCAN_LENGTH_UNSET, 0x80);
    put_file("VIVA.bin", MTKSCAN_FILE_VIVA, 0x10300000, MTKSCAN_LENGTH_UNSET, 0x80);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K011"), 2);
    assert_int_equal(analysis->findings.count, 2);
    assert_non_null(
        strstr(analysis->findings.items[0].message, "it has 128 bytes, its header says 256"));
    assert_non_null(strstr(analysis->findings.items[1].message, "leftover"));
    assert_int_equal(image.bytes[0x390000 + 0x7F], 0xA5);
    assert_true(mtks_dump_all(&image, 0x300000, 0x80, 0xFF));
}

/* Named files are laid in any case, in the order of the .cfg; the overlap is told. */
static void test_overlaps(void **state)
{
    (void)state;
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump.truth, "ROM");
    put_text("x.cfg", CFG " - file: over\n");
    put_file("over", 0x7000, 0x10000000u + (uint32_t)rom->offset + 0x100, 0x80, 0x80);
    put_file("stray", 0x7001, 0x10000000u + (uint32_t)rom->offset + 0x1000, 0x80, 0x80);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-D005", "ROM and over share 0x80 bytes", NULL);
    assert_int_equal(analysis->findings.items[0].offset, rom->offset + 0x100);
    assert_int_equal(analysis->findings.items[0].length, 0x80);
    made_expect(analysis, "MTK-K002", "stray (type 0x7001), which overlaps ROM", NULL);
    assert_int_equal(image.bytes[rom->offset + 0x100], 'M');
    assert_memory_equal(image.bytes + rom->offset + 0x1000, dump.bytes + rom->offset + 0x1000,
                        0x80);
}

/* An image that is not mapped goes behind the others, on a multiple of 0x400. */
static void test_image_without_place(void **state)
{
    (void)state;
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    uint64_t place = mtkscan_round_up(viva->offset + viva->length, 0x400);
    put_text("x.cfg", CFG " - file: floating\n");
    put_file("floating", 0x0301, 0x70001234, 0x80, 0x80);
    put_file("forgotten", 0x0300, 0, 0x80, 0x80);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K014"), 2);
    made_expect(analysis, "MTK-K002", "forgotten", NULL);
    assert_int_equal(cfg->files.items[4].offset, place);
    assert_int_equal(image.bytes[place], 'M');
    assert_int_equal(image.bytes[place + 0x400], 'M');
}

/* A stray image where the boot header belongs keeps its bytes. */
static void test_image_at_start(void **state)
{
    (void)state;
    put_text("x.cfg", CFG " - file: low\n");
    put_file("low", 0x7000, 0x10000000, 0x80, 0x80);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_memory_equal(image.bytes, "MMM", 3);
    assert_true(mtks_dump_all(&image, 0x200, 0xB4, 0xFF));
}

static void test_image_size(void **state)
{
    (void)state;
    /* A part behind the configured capacity makes the image longer. */
    put_text("x.cfg", CFG " - file: high\n");
    put_file("high", 0x7000, 0x10500000, 0x80, 0x80);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(image.size, 0x500080);
    analysis->limits.input = 0x480000;
    assert_int_equal(compose(NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "high"));
    assert_non_null(strstr(error.advice, "input"));
    analysis->limits.input = 0x1000;
    assert_int_equal(compose(NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "input"));
}

static void test_without_rom(void **state)
{
    (void)state;
    put_text("x.cfg", "boot_region:\n rom:\n - file: INT_BOOTLOADER\n - file: EXT_BOOTLOADER\n");
    char path[4200];
    snprintf(path, sizeof path, "%s/ROM", base);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "%s/VIVA", base);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(image.size, 0x100000);
    assert_int_equal(analysis->findings.count, 0);

    /* A ROM whose header is all there is tells no capacity. */
    put_file("ROM", MTKSCAN_FILE_ROM, 0x10020000, 0x80, 0x80);
    put_text("x.cfg", "main_region:\n rom:\n - file: ROM\n");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(image.size, 0x100000);
}

static void test_not_a_kit(void **state)
{
    (void)state;
    char *empty = test_folder_new();
    struct mtks_dump none;
    assert_int_equal(mtks_kit_compose(analysis, empty, NULL, &none, &cfg, &error),
                     MTKSCAN_NOT_RECOGNISED);
    test_folder_remove(empty);
    assert_int_equal(mtks_kit_compose(analysis, "/dev/null", NULL, &none, &cfg, &error),
                     MTKSCAN_SYSTEM);
    assert_int_equal(mtks_kit_compose(analysis, "/nonexistent", NULL, &none, &cfg, &error),
                     MTKSCAN_SYSTEM);
}

static void test_limits(void **state)
{
    (void)state;
    analysis->limits.cfg = 10;
    assert_int_equal(compose(NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "cfg"));
    analysis->limits.cfg = 1000;
    analysis->limits.kit_files = 4;
    assert_int_equal(compose(NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "kit_files"));
    analysis->limits.kit_files = 5;
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
}

static void test_mistakes(void **state)
{
    (void)state;
    char text[4000] = CFG "what is this\n";
    put_text("x.cfg", text);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-K009", "line 12: no \"key: value\"", NULL);
    for (int i = 0; i < 50; i++)
        strcat(text, "more\n");
    put_text("x.cfg", text);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K009"), 21);
    assert_non_null(strstr(analysis->findings.items[20].message, "and 31 lines more"));
}

/* A kit that says of itself that it must not be flashed is believed. */
static void test_incomplete(void **state)
{
    (void)state;
    put_text("x.cfg", "# INCOMPLETE KIT, left out \x1b[31m\n" CFG);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-K015", ": left out \\x1B[31m", NULL);
    assert_int_equal(analysis->findings.items[0].severity, MTKS_ERROR);
    put_text("x.cfg", "# INCOMPLETE KIT, one\n# INCOMPLETE KIT, two\n# INCOMPLETE KIT, 3\n" CFG);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-K015", ": one; and 2 lines more", NULL);
}

/* So is one that says how it was made; each doubt is told. */
static void test_doubts(void **state)
{
    (void)state;
    put_text("x.cfg", "# SHORT DUMP, of \x1b[31m\n" CFG);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-K016", "doubtful way: SHORT DUMP, of \\x1B[31m", NULL);
    put_text("x.cfg", "# FORCED MODULE a\n# SHORT DUMP, x\n# INCOMPLETE KIT, y\n" CFG);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K015"), 1);
    assert_int_equal(made_count(analysis, "MTK-K016"), 2);
    assert_non_null(strstr(analysis->findings.items[1].message, ": FORCED MODULE a"));
    assert_non_null(strstr(analysis->findings.items[2].message, ": SHORT DUMP, x"));
    assert_int_equal(analysis->findings.items[2].severity, MTKS_WARNING);
    put_text("x.cfg", CFG "# SHORT DUMP, x\n");
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K016"), 0);
}

/* Names go into findings escaped, so that the report stays valid text. */
static void test_strange_names(void **state)
{
    (void)state;
    put_file("\xFF\x1b[31m", 0x7000, 0x10380000, 0x80, 0x80);
    assert_int_equal(compose(NULL), MTKSCAN_DONE);
    made_expect(analysis, "MTK-K002", "\\xFF\\x1B[31m", NULL);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    put_text("x.cfg", "# INCOMPLETE KIT, x\n# SHORT DUMP, x\n" CFG
                      " - file: lost\n - file: ROM\n - file: floating\n - file: over\nmore\n");
    put_file("floating", 0x0301, 0x70001234, 0x90, 0x80);
    put_file("over", 0x7000, 0x10380000, 0x80, 0x80);
    put_file("over2", 0x7000, 0x10380000, 0x80, 0x80);
    put_file("over3", 0x7001, 0x10380000, 0x80, 0x80);
    put_file("over4", 0x7001, 0x10390000, 0x80, 0x80);
    int failures = 0, outcome = MTKSCAN_SYSTEM;
    for (uint64_t room = 0; outcome != MTKSCAN_DONE; room += 64) {
        mtks_dump_close(&image);
        mtks_analysis_free(analysis);
        analysis = made_analysis(NULL);
        analysis->arena.limit = analysis->arena.used + room;
        outcome = mtks_kit_compose(analysis, base, NULL, &image, &cfg, &error);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_SYSTEM);
        failures += outcome == MTKSCAN_SYSTEM;
    }
    assert_true(failures > 30);
}

/* Vendor kits of the corpus: where FORMAT.md 1.4 says the last part lies, and what is odd. */
struct vendor_kit {
    const char *dir, *cfg;
    uint64_t capacity, viva, viva_length;
    const char *codes; /* of the findings, in order */
};

static const struct vendor_kit vendor_kits[] = {
    {"linkit_one_1.0.29", NULL, 0x1000000, 0x15E6EC, 0x21C718, ""},
    {"rephone", NULL, 0x1000000, 0x1D64D0, 0x3016EC, ""},
    {"sim800c24_1418B04", NULL, 0x300000, 0x5EA20, 0x180834, ""},
    {"sim800c32_1418B04", "SIM800C32_BT_EAT.cfg", 0x400000, 0x210744, 0xEE4AC, "MTK-K013 "},
    {"sim800c32_1418B04", "SIM800C32_BT_EAT_only_core.cfg", 0x400000, 0x210744, 0xEE4AC,
     "MTK-K013 "},
    {"sim808m32_mt6260_1308B01", "SIM808M32_EAT.cfg", 0x400000, 0x1E0738, 0xD6838,
     "MTK-K001 MTK-K002 "},
    {"sim808m32_mt6260_1308B01", "SIM808M32_EAT_only_core.cfg", 0x400000, 0x1E0738, 0xD6838, ""},
    {"sim868m32_1418B05", NULL, 0x400000, 0x696D4, 0x2559A4, ""},
};

static void test_corpus(void **state)
{
    (void)state;
    char *own = base;
    size_t seen = 0;
    for (size_t i = 0; i < sizeof vendor_kits / sizeof *vendor_kits; i++) {
        const struct vendor_kit *kit = &vendor_kits[i];
        char path[4200], codes[200] = "";
        snprintf(path, sizeof path, TEST_SOURCE_DIR "/../shared/corpus/%s", kit->dir);
        if (access(path, R_OK) != 0)
            continue;
        seen++;
        base = path;
        assert_int_equal(compose(kit->cfg), MTKSCAN_DONE);
        base = own;
        for (size_t j = 0; j < analysis->findings.count; j++) {
            size_t used = strlen(codes);
            snprintf(codes + used, sizeof codes - used, "%s ", analysis->findings.items[j].code);
        }
        assert_string_equal(codes, kit->codes);
        assert_int_equal(image.size, kit->capacity);
        size_t size = 0;
        char *viva = test_file_read(path, "VIVA", &size);
        assert_non_null(viva);
        assert_int_equal(size, kit->viva_length);
        assert_memory_equal(image.bytes + kit->viva, viva, size);
        free(viva);
    }
    if (seen == 0)
        skip();
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_healthy),
        CASE(test_boot_header),
        CASE(test_choice_of_cfg),
        CASE(test_no_cfg),
        CASE(test_missing_and_unsafe),
        CASE(test_letter_case),
        CASE(test_unlisted_images),
        CASE(test_lengths),
        CASE(test_overlaps),
        CASE(test_image_without_place),
        CASE(test_image_at_start),
        CASE(test_image_size),
        CASE(test_without_rom),
        CASE(test_not_a_kit),
        CASE(test_limits),
        CASE(test_mistakes),
        CASE(test_incomplete),
        CASE(test_doubts),
        CASE(test_strange_names),
        CASE(test_out_of_memory),
        CASE(test_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
