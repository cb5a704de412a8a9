/* SPDX-License-Identifier: MIT */
/* Hostile bytes: ELF files cut and bent, and what is compared of frames. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/module_check_said.h"
#include "host/wire.h"
#include "support.h"

#define PLUGINS TEST_BUILD_DIR "/plugins"
#define ODD     TEST_BUILD_DIR "/tests/modcheck"

/* ---- ELF */

/* What the rows that read the file make of bytes; true when they get as far as that. */
static bool read_bytes(const char *bytes, size_t size, struct mtks_module_row rows[3])
{
    static bool (*const readers[3])(struct mtks_module_case *, struct mtks_module_row *) = {
        mtks_row_exports, mtks_row_constructors, mtks_row_globals};
    struct mtks_module_check check = {.path = "bytes"};
    struct mtks_module_case under = {.check = &check};
    uint8_t *copy = malloc(size ? size : 1); /* of exactly this size: sanitizers see its end */
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    mtks_arena_init(&check.arena, 1 << 20);
    bool opened = mtks_elf_open(&under.elf, copy, size) == NULL;
    for (size_t i = 0; opened && i < 3; i++) {
        rows[i] = (struct mtks_module_row){.seen = NULL};
        assert_true(readers[i](&under, &rows[i]));
        assert_non_null(rows[i].seen);
        rows[i].seen = NULL; /* of the arena */
    }
    mtks_arena_free(&check.arena);
    free(copy);
    return opened;
}

static void test_cut(void **state)
{
    (void)state;
    struct mtks_module_row rows[3];
    size_t size = 0, opened = 0;
    char *bytes = test_file_read(PLUGINS, "mt6261.so", &size);
    assert_non_null(bytes);
    assert_true(read_bytes(bytes, size, rows));
    assert_int_equal(rows[0].result, MTKS_MODULE_PASS);
    for (size_t cut = 0; cut < size; cut += 64)
        opened += read_bytes(bytes, cut, rows);
    assert_int_equal(opened, 0); /* the table of sections stands at the end */
    free(bytes);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Bytes of the header, of the section table and of what it points to. */
static void test_bent(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};
    struct mtks_module_row rows[3];
    size_t size = 0, opened = 0, rounds = 4000;
    ElfW(Ehdr) head;
    char *good = test_file_read(ODD, "none.so", &size);
    assert_non_null(good);
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memcpy(&head, good, sizeof head);
    size_t table = (size_t)head.e_shoff, length = head.e_shnum * sizeof(ElfW(Shdr));
    uint32_t seed = 1;
    for (size_t round = 0; round < rounds; round++) {
        memcpy(bytes, good, size);
        for (unsigned flips = next(&seed) % 4 + 1; flips; flips--) {
            size_t at = round % 8 == 0   ? next(&seed) % sizeof head
                        : round % 8 == 1 ? next(&seed) % size
                                         : table + next(&seed) % length;
            bytes[at] = (char)(next(&seed) % 2 ? values[next(&seed) % sizeof values]
                                               : (uint8_t)next(&seed));
        }
        opened += read_bytes(bytes, size, rows);
    }
    assert_true(opened > rounds / 2); /* else it proved little */
    free(bytes);
    free(good);
}

/* The whole check, dynamic linker included. */
static void test_cut_whole(void **state)
{
    (void)state;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.plugin_ms = 300;
    char *folder = test_folder_new();
    size_t size = 0;
    char *bytes = test_file_read(ODD, "none.so", &size);
    for (size_t i = 0; i < 24; i++) {
        struct mtks_module_check check;
        mtkscan_error error = {0};
        size_t length = size;
        if (i < 12)
            length = size / 12 * i;
        else
            bytes[i < 18 ? 64 + (i - 12) * 56 + 16 : i * 0x80] ^= 0x40; /* program headers, text */
        char *path = test_file_write(folder, "bent.so", bytes, length);
        assert_int_equal(chmod(path, 0644), 0);
        assert_int_equal(mtks_module_check_run(&check, path, NULL, &limits, &error), MTKSCAN_DONE);
        if (i < 12)
            assert_false(check.sound);
        mtks_module_check_free(&check);
        free(path);
    }
    free(bytes);
    test_folder_remove(folder);
}

static void test_names(void **state)
{
    (void)state;
    char name[MTKS_ELF_NAME];
    size_t size = 0;
    struct mtks_elf elf;
    ElfW(Shdr) table;
    ElfW(Sym) symbol;
    char *bytes = test_file_read(ODD, "none.so", &size);
    assert_null(mtks_elf_open(&elf, (const uint8_t *)bytes, size));
    assert_true(mtks_elf_find(&elf, SHT_DYNSYM, &table));
    mtks_elf_section_name(&elf, &table, name);
    assert_string_equal(name, ".dynsym");
    uint64_t count = table.sh_size / sizeof symbol;
    assert_true(mtks_elf_symbol(&elf, &table, count - 1, &symbol, name));
    assert_false(mtks_elf_symbol(&elf, &table, count, &symbol, name));
    assert_false(mtks_elf_symbol(&elf, &table, UINT64_MAX, &symbol, name));
    table.sh_link = 0xFFFF; /* no such table of names */
    assert_true(mtks_elf_symbol(&elf, &table, 1, &symbol, name));
    assert_string_equal(name, "");
    table.sh_size = UINT64_MAX;
    assert_false(mtks_elf_symbol(&elf, &table, 1, &symbol, name));
    assert_false(mtks_elf_find(&elf, 0x12345678, &table));
    bytes[EI_CLASS] = 9;
    assert_string_equal(mtks_elf_open(&elf, (const uint8_t *)bytes, size),
                        "is built for another machine");
    bytes[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    bytes[offsetof(ElfW(Ehdr), e_type)] = ET_EXEC;
    assert_string_equal(mtks_elf_open(&elf, (const uint8_t *)bytes, size),
                        "is an ELF file, but no shared object");
    free(bytes);
}

/* ---- a system that has no more */

/* Bytes of address space in use. */
static rlim_t space_used(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &pages), 1);
    fclose(file);
    return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Checks a sound module under a lowered limit; returns the outcome. */
static int check_under(__rlimit_resource_t resource, rlim_t value, mtkscan_error *error)
{
    struct rlimit usual, low;
    struct mtks_limits limits;
    struct mtks_module_check check;
    mtks_limits_init(&limits);
    assert_int_equal(getrlimit(resource, &usual), 0);
    low = usual;
    low.rlim_cur = value;
    assert_int_equal(setrlimit(resource, &low), 0);
    int outcome = mtks_module_check_run(&check, ODD "/none.so", NULL, &limits, error);
    assert_int_equal(setrlimit(resource, &usual), 0);
    mtks_module_check_free(&check);
    return outcome;
}

/* What the system lacks is not the module's fault, and no verdict. */
static void test_system(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    int next_file = open("/dev/null", O_RDONLY);
    close(next_file);
    /* The module's own file, and none for its folder, or for a pipe. */
    assert_int_equal(check_under(RLIMIT_NOFILE, (rlim_t)next_file + 1, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "none.so: its folder cannot be opened: Too many open"));
    assert_int_equal(check_under(RLIMIT_NOFILE, (rlim_t)next_file + 2, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "cannot run a module in a process of its own"));
    assert_int_equal(check_under(RLIMIT_NOFILE, (rlim_t)next_file, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "none.so cannot be opened: Too many open files"));
    assert_int_equal(check_under(RLIMIT_NOFILE, (rlim_t)next_file + 8, NULL), MTKSCAN_DONE);
    if (mtks_isolation_usual() != MTKS_ISOLATION_SANDBOX)
        return; /* sanitizers need address space without end */
    assert_int_equal(check_under(RLIMIT_AS, space_used() + (3 << 20), &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "no memory for a dump of 4194304 bytes"));
    assert_int_equal(check_under(RLIMIT_AS, space_used() + (12 << 20), &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "no memory for a dump of 16777216 bytes"));
}

/* ---- frames */

static struct mtks_job say(char *text, char filler, uint64_t offset)
{
    struct mtks_wire wire = {0};
    mtkscan_part part;
    memset(&part, filler, sizeof part);
    part = (mtkscan_part){.struct_size = sizeof part, .abi = MTKSCAN_ABI};
    memset((char *)&part + offsetof(mtkscan_part, flags) + sizeof part.flags, filler,
           sizeof part - offsetof(mtkscan_part, flags) - sizeof part.flags);
    part.name = text;
    part.offset = offset;
    mtks_wire_record(&wire, MTKS_RECORD_PART, &part);
    mtkscan_check check = MTKSCAN_INIT(mtkscan_check);
    check.id = check.text = check.finding = text;
    check.kind = MTKSCAN_CHECK_BYTES;
    check.bytes = (const uint8_t *)text;
    check.bytes_length = 2;
    mtks_wire_record(&wire, MTKS_RECORD_CHECK, &check);
    mtks_wire_record(&wire, MTKS_RECORD_CHECK, NULL);
    mtks_wire_end(&wire, 0);
    return (struct mtks_job){.bytes = wire.bytes, .length = wire.used};
}

static void test_blank(void **state)
{
    (void)state;
    char here[] = "PART", there[] = "PART", other[] = "PORT";
    struct mtks_job jobs[] = {say(here, 0, 1), say(there, 0x55, 1), say(other, 0, 1),
                              say(here, 0, 2)};
    assert_memory_not_equal(jobs[0].bytes, jobs[1].bytes, jobs[0].length);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(jobs[i].length, jobs[0].length);
        mtks_said_blank(&jobs[i]);
    }
    assert_memory_equal(jobs[0].bytes, jobs[1].bytes, jobs[0].length);
    assert_memory_not_equal(jobs[0].bytes, jobs[2].bytes, jobs[0].length);
    assert_memory_not_equal(jobs[0].bytes, jobs[3].bytes, jobs[0].length);
    /* Cut anywhere, bent anywhere. */
    size_t whole = jobs[0].length;
    uint32_t seed = 7;
    for (size_t cut = 0; cut <= whole; cut++) {
        struct mtks_job job = {.bytes = malloc(cut ? cut : 1), .length = cut};
        assert_non_null(job.bytes);
        memcpy(job.bytes, jobs[0].bytes, cut);
        if (cut)
            job.bytes[next(&seed) % cut] ^= (uint8_t)next(&seed);
        mtks_said_blank(&job);
        mtks_job_free(&job);
    }
    for (size_t i = 0; i < 4; i++)
        mtks_job_free(&jobs[i]);
}

/* ---- dumps */

static void test_dumps(void **state)
{
    (void)state;
    struct mtks_sample sample = {.chip = NULL};
    struct mtks_sample_view view;
    struct mtks_dump large;
    mtkscan_error error = {0};
    size_t number = 0, foreign = 0, whole = 0, lying = 0;
    assert_true(mtks_sample_make(&sample, "MT9999", &error));
    assert_true(sample.field_count > 20);
    for (; mtks_sample_view(&sample, number, &view); number++) {
        bool same = view.dump.size == sample.whole.size &&
                    memcmp(view.dump.bytes, sample.whole.bytes, view.dump.size) == 0;
        foreign += view.foreign;
        whole += same;
        lying += strstr(view.name, "lying") != NULL;
        assert_true(view.dump.size <= sample.whole.size);
        if (same)
            assert_string_equal(view.name, "the SDK's dump for MT9999");
    }
    assert_int_equal(foreign, 6);
    assert_int_equal(whole, 1); /* each lie changes something */
    assert_int_equal(lying, 80);
    assert_true(mtks_sample_large(&sample, 16 << 20, &large, &error));
    assert_int_equal(large.size, 16 << 20);
    assert_memory_equal(large.bytes, sample.whole.bytes, sample.whole.size);
    mtks_dump_close(&large);
    char word[200];
    memset(word, 'M', sizeof word - 1);
    word[sizeof word - 1] = 0;
    assert_false(mtks_sample_make(&sample, word, &error));
    assert_int_equal(error.outcome, MTKSCAN_DONE);
    mtks_sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),       cmocka_unit_test(test_bent),
        cmocka_unit_test(test_cut_whole), cmocka_unit_test(test_names),
        cmocka_unit_test(test_system),    cmocka_unit_test(test_blank),
        cmocka_unit_test(test_dumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
