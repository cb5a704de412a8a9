/* SPDX-License-Identifier: MIT */
/* Where volumes are, what their boot sectors mean, and what a sound one holds. */
#include "volume_case.h"

/* A user volume at sector 1 and one with NVRAM behind it. */
static struct made_volume two_volumes(unsigned second, const char *folder, uint8_t **disk)
{
    struct made_volume user = made_plan(1, 40, 1, 1, 16), system = made_plan(second, 40, 1, 2, 16);
    *disk = calloc(1, system.size);
    assert_non_null(*disk);
    made_format(&user, *disk);
    made_format(&system, *disk);
    made_partition(*disk, 0, 1, 1, (user.size - 512) / 512);
    made_partition(*disk, 1, 1, second, system.size / 512 - second);
    made_slot(made_root(&system, 0), folder, 0x10, 2, 0);
    made_folder(&system, 2, 0);
    return system;
}

static void partitions_and_letters(void **state)
{
    (void)state;
    static const struct {
        unsigned second;
        const char *folder;
        char letters[2];
    } cases[] = {{71, "NVRAM      ", {'C', 'Z'}},
                 {90, "NVRAM      ", {'C', 'Z'}},
                 {71, "OTHER      ", {'C', 'Z'}},
                 {90, "OTHER      ", {0, 0}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *bytes;
        struct made_volume made = two_volumes(cases[i].second, cases[i].folder, &bytes);
        struct opened opened = open_made(&made, false);
        assert_true(opened.disk.partitioned);
        assert_int_equal(opened.disk.volume_count, 2);
        assert_int_equal(opened.disk.volumes[1].offset, 512 * cases[i].second);
        for (int volume = 0; volume < 2; volume++) {
            assert_int_equal(opened.disk.volumes[volume].letter, cases[i].letters[volume]);
            assert_non_null(opened.disk.volumes[volume].letter_why);
        }
        assert_int_equal(opened.disk.entries.items[0].volume, 1);
        assert_int_equal(opened.disk.faults.count, 0);
        close_opened(&opened);
        free(bytes);
    }
}

/* The user's drive may hold a folder of that name that is not the firmware's. */
static void two_folders_nvram(void **state)
{
    (void)state;
    uint8_t *bytes;
    struct made_volume system = two_volumes(71, "NVRAM      ", &bytes);
    struct made_volume user = made_plan(1, 40, 1, 1, 16);
    user.disk = bytes;
    made_slot(made_root(&user, 0), "NVRAM      ", 0x10, 2, 0);
    made_folder(&user, 2, 0);
    struct opened opened = open_made(&system, false);
    assert_int_equal(opened.disk.volumes[0].letter, 'Z');
    assert_int_equal(opened.disk.volumes[1].letter, 0);
    assert_non_null(strstr(opened.disk.volumes[1].letter_why, "earlier volume"));
    close_opened(&opened);
    made_root(&user, 0)[11] = 0x20; /* a file of that name says nothing */
    opened = open_made(&system, false);
    assert_int_equal(opened.disk.volumes[1].letter, 'Z');
    close_opened(&opened);
    free(bytes);
}

static void lying_partitions(void **state)
{
    (void)state;
    static const struct {
        unsigned index, type;
        uint64_t sector, sectors;
        const char *fault;
        bool blocks;
    } cases[] = {
        {2, 1, 0xFFFFFFFF, 10, "beyond the disk", false},
        {2, 1, 0, 10, "beyond the disk", false},
        {2, 1, 71, 10, "two partition entries", false},
        {2, 5, 71, 10, "extended", false},
        {2, 6, 73, 10, "no FAT volume", false},
        {1, 1, 71, 3, "larger than its partition", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *bytes;
        struct made_volume made = two_volumes(71, "NVRAM      ", &bytes);
        made_partition(bytes, cases[i].index, cases[i].type, cases[i].sector, cases[i].sectors);
        struct opened opened = open_made(&made, false);
        assert_int_equal(opened.disk.volume_count, 2);
        assert_true(has_fault(&opened, MTKS_NO_ENTRY, cases[i].fault));
        assert_int_equal(has_block(&opened), cases[i].blocks);
        close_opened(&opened);
        free(bytes);
    }
}

static void without_a_table(void **state)
{
    (void)state;
    uint8_t *bytes;
    struct made_volume made = two_volumes(71, "NVRAM      ", &bytes);
    memset(bytes, 0, 512);
    struct opened opened = open_made(&made, false);
    assert_false(opened.disk.partitioned);
    assert_int_equal(opened.disk.volume_count, 2);
    assert_true(has_fault(&opened, MTKS_NO_ENTRY, "found by its boot sector"));
    assert_int_equal(opened.disk.volumes[1].letter, 'Z');
    close_opened(&opened);
    free(bytes);
}

/* Two boot sectors that both claim the same sectors: neither is written to. */
static void overlapping(void **state)
{
    (void)state;
    uint8_t *bytes;
    struct made_volume made = two_volumes(71, "NVRAM      ", &bytes);
    made_le(bytes + 512 + 19, 75, 2);
    made_partition(bytes, 0, 1, 1, 75);
    struct opened opened = open_made(&made, false);
    for (uint32_t volume = 0; volume < 2; volume++) {
        mtkscan_error error;
        assert_int_equal(mtks_disk_put(&opened.disk, bytes, volume, "A", NULL, 0, NULL, &error),
                         MTKSCAN_REFUSED);
        assert_non_null(strstr(error.what, "overlaps"));
    }
    close_opened(&opened);
    free(bytes);
}

static void none(void **state)
{
    (void)state;
    uint8_t bytes[2048] = {0};
    struct {
        uint64_t size;
        uint8_t fill;
        const char *why;
    } cases[] = {{0, 0, "shorter"}, {511, 0, "shorter"}, {2048, 0xFF, "blank"}, {2048, 0, "blank"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(bytes, cases[i].fill, sizeof bytes);
        struct opened opened = open_bytes(bytes, cases[i].size, true);
        assert_int_equal(opened.disk.volume_count, 0);
        assert_non_null(strstr(opened.disk.why_none, cases[i].why));
        close_opened(&opened);
    }
    bytes[7] = 1;
    struct opened opened = open_bytes(bytes, sizeof bytes, true);
    assert_non_null(strstr(opened.disk.why_none, "no partition table"));
    close_opened(&opened);
}

/* One byte of the boot sector wrong: no volume, or one that is told to be doubtful. */
static void boot_sectors(void **state)
{
    (void)state;
    static const struct {
        unsigned at, bytes;
        uint64_t value;
        const char *why; /* NULL: still a volume */
    } cases[] = {
        {0, 1, 0x00, "no partition table"},  {510, 2, 0, "no partition table"},
        {11, 2, 0, "no partition table"},    {11, 2, 1024, "not 512 bytes"},
        {13, 1, 0, "no partition table"},    {13, 1, 3, "no partition table"},
        {14, 2, 0, "no partition table"},    {16, 1, 0, "no partition table"},
        {16, 1, 3, "no partition table"},    {19, 2, 0, "no partition table"},
        {19, 2, 4, "no partition table"},    {14, 2, 0xFFFF, "no partition table"},
        {21, 1, 0x12, "no partition table"}, {22, 2, 0, "no partition table"},
        {22, 2, 200, "no partition table"},  {17, 2, 0, "no partition table"},
        {54, 5, 0x3631544146, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = made_bare(100, 1, 2, 16);
        made_le(made.disk + cases[i].at, cases[i].value, cases[i].bytes);
        struct opened opened = open_made(&made, false);
        assert_int_equal(opened.disk.volume_count, cases[i].why ? 0 : 1);
        if (cases[i].why)
            assert_non_null(strstr(opened.disk.why_none, cases[i].why));
        else
            assert_true(has_block(&opened));
        close_opened(&opened);
        free(made.disk);
    }
}

static void fat32_is_named(void **state)
{
    (void)state;
    struct made_volume made = made_bare(100, 1, 2, 16);
    made_le(made.disk + 17, 0, 2);
    made_le(made.disk + 22, 0, 2);
    memcpy(made.disk + 82, "FAT32   ", 8);
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.volume_count, 0);
    assert_non_null(strstr(opened.disk.why_none, "FAT32"));
    close_opened(&opened);
    free(made.disk);
}

/* Bits follow from the number of clusters alone; a table too short leaves the rest out. */
static void clusters_and_bits(void **state)
{
    (void)state;
    static const struct {
        unsigned clusters, bits;
    } cases[] = {{4084, 12}, {4085, 16}, {65524, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = made_bare(cases[i].clusters, 1, 1, 16);
        made_slot(made_root(&made, 0), "LAST       ", 0x20, cases[i].clusters + 1, 9);
        made_link(&made, cases[i].clusters + 1, MADE_END);
        memcpy(made_cluster(&made, cases[i].clusters + 1), "the last\n", 9);
        struct opened opened = open_made(&made, false);
        assert_int_equal(opened.disk.volumes[0].bits, cases[i].bits);
        assert_int_equal(opened.disk.volumes[0].clusters, cases[i].clusters);
        assert_int_equal(opened.disk.volumes[0].free, cases[i].clusters - 1);
        uint8_t *content = content_of(&opened, 0);
        assert_memory_equal(content, "the last\n", 9);
        free(content);
        close_opened(&opened);
        free(made.disk);
    }
    struct made_volume made = made_bare(3000, 1, 1, 16);
    made_le(made.disk + 19, 2 + 1 + 3000, 2);
    made_le(made.disk + 22, 1, 2);
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.volumes[0].clusters, 512 * 8 / 12 - 2);
    assert_true(has_block(&opened));
    close_opened(&opened);
    free(made.disk);
}

static void a_tree(void **state)
{
    (void)state;
    for (unsigned bits = 12; bits <= 16; bits += 4) {
        struct made_volume made = made_bare(bits == 12 ? 60 : 5000, 2, 2, 32);
        made_slot(made_root(&made, 0), "MY DISK    ", 0x08, 0, 0);
        made_slot(made_root(&made, 1), "NVRAM      ", 0x10, 2, 0);
        made_slot(made_root(&made, 2), "SPREAD  BIN", 0x07, 10, 2500);
        made_folder(&made, 2, 0);
        made_slot(made_cluster(&made, 2) + 64, "NVD_DATA   ", 0x10, 3, 0);
        made_folder(&made, 3, 2);
        made_slot(made_cluster(&made, 3) + 64, "MPA3_001   ", 0x20, 0, 0);
        made_link(&made, 10, 20);
        made_link(&made, 20, 15);
        made_link(&made, 15, 0xFFF8); /* any of eight values ends a chain */
        for (unsigned i = 0; i < 1024; i++) {
            made_cluster(&made, 10)[i] = 'a';
            made_cluster(&made, 20)[i] = 'b';
            made_cluster(&made, 15)[i] = 'c';
        }
        struct opened opened = open_made(&made, true);
        assert_string_equal(opened.disk.volumes[0].label, "MY DISK");
        assert_int_equal(opened.disk.entries.count, 4);
        assert_int_equal(opened.disk.faults.count, 0);
        const struct mtks_entry *spread =
            &opened.disk.entries.items[entry_of(&opened, "SPREAD.BIN")];
        assert_true(spread->read_only && spread->hidden && spread->system && !spread->folder);
        assert_int_equal(spread->size, 2500);
        assert_int_equal(spread->readable, 2500);
        assert_int_equal(spread->modified.tm_year, 114);
        assert_int_equal(spread->modified.tm_mon, 4);
        assert_int_equal(spread->modified.tm_mday, 23);
        assert_int_equal(spread->modified.tm_hour * 10000 + spread->modified.tm_min * 100 +
                             spread->modified.tm_sec,
                         123456);
        uint8_t *content = content_of(&opened, entry_of(&opened, "SPREAD.BIN"));
        for (unsigned i = 0; i < 2500; i++)
            assert_int_equal(content[i], "abc"[i / 1024]);
        free(content);
        uint32_t file = entry_of(&opened, "NVRAM/NVD_DATA/MPA3_001");
        assert_int_equal(opened.disk.entries.items[file].parent,
                         entry_of(&opened, "NVRAM/NVD_DATA"));
        assert_string_equal(opened.disk.entries.items[file].name, "MPA3_001");
        assert_int_equal(opened.disk.volumes[0].used, 5);
        assert_int_equal(opened.disk.volumes[0].lost, 0);
        close_opened(&opened);
        free(made.disk);
    }
}

static void times(void **state)
{
    (void)state;
    static const struct {
        unsigned clock, date;
        bool there;
    } cases[] = {
        {0, 0, false},
        {0, 1 << 5 | 1, true},
        {0, 13 << 5 | 1, false},
        {0, 2 << 5 | 30, false},
        {24 << 11, 1 << 5 | 1, false},
        {60 << 5, 1 << 5 | 1, false},
        {31, 1 << 5 | 1, false},
        {23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31, true},
    };
    struct made_volume made = made_bare(20, 1, 1, 16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made_slot(made_root(&made, 0), "A          ", 0x20, 0, 0);
        made_le(made_root(&made, 0) + 22, cases[i].clock, 2);
        made_le(made_root(&made, 0) + 24, cases[i].date, 2);
        struct opened opened = open_made(&made, false);
        assert_int_equal(opened.disk.entries.items[0].modified.tm_mday != 0, cases[i].there);
        close_opened(&opened);
    }
    free(made.disk);
}

/* The layer below ends at the last sector ever written: the rest of the volume is no fault. */
static void shorter_than_its_volume(void **state)
{
    (void)state;
    struct made_volume made = made_bare(200, 4, 2, 16);
    made_slot(made_root(&made, 0), "WHOLE      ", 0x20, 2, 700);
    made_slot(made_root(&made, 1), "CUT        ", 0x20, 3, 2048);
    made_slot(made_root(&made, 2), "BEYOND     ", 0x20, 5, 100);
    made_link(&made, 2, MADE_END);
    made_link(&made, 3, MADE_END);
    struct opened opened = open_bytes(made.disk, made.data + 2048 + 512, false);
    assert_false(has_fault(&opened, entry_of(&opened, "WHOLE"), ""));
    assert_true(has_fault(&opened, entry_of(&opened, "CUT"), "never written"));
    assert_int_equal(opened.disk.entries.items[entry_of(&opened, "CUT")].readable, 512);
    assert_true(has_fault(&opened, entry_of(&opened, "BEYOND"), "marked free"));
    close_opened(&opened);
    made_link(&made, 5, MADE_END);
    opened = open_bytes(made.disk, made.data + 2048 + 512, false);
    assert_true(has_fault(&opened, entry_of(&opened, "BEYOND"), "beyond the end"));
    assert_int_equal(opened.disk.entries.items[entry_of(&opened, "BEYOND")].readable, 0);
    close_opened(&opened);
    free(made.disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_and_letters),
        cmocka_unit_test(two_folders_nvram),
        cmocka_unit_test(lying_partitions),
        cmocka_unit_test(without_a_table),
        cmocka_unit_test(overlapping),
        cmocka_unit_test(none),
        cmocka_unit_test(boot_sectors),
        cmocka_unit_test(fat32_is_named),
        cmocka_unit_test(clusters_and_bits),
        cmocka_unit_test(a_tree),
        cmocka_unit_test(times),
        cmocka_unit_test(shorter_than_its_volume),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
