/* SPDX-License-Identifier: MIT */
/* Short and long names, as they should be and as they should not. */
#include "volume_case.h"

static struct opened one_long(struct made_volume *made, const uint16_t *units, unsigned count,
                              const char *short_name)
{
    *made = made_bare(40, 1, 1, 64);
    unsigned parts = made_long(made_root(made, 0), units, count, short_name);
    made_slot(made_root(made, parts), short_name, 0x20, 0, 0);
    return open_made(made, false);
}

static void long_names(void **state)
{
    (void)state;
    static const struct {
        uint16_t units[16];
        unsigned count;
        const char *name;
    } cases[] = {
        {{'a'}, 1, "a"},
        {{'t', 'h', 'i', 'r', 't', 'e', 'e', 'n', ' ', 'c', 'h', 'a', 'r'}, 13, "thirteen char"},
        {{0x444, 0x43E, 0x442, 0x43E}, 4, "фото"},
        {{0x6F22, 0x5B57, '.', 'g', 'i', 'f'}, 6, "漢字.gif"},
        {{0xE9, 0x7FF, 0x800, 0xFFFD}, 4, "é\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD"},
        {{0xD83D, 0xDE00, '!'}, 3, "😀!"},
        {{0xD83D, '!'}, 2, "%uD83D!"},
        {{'a', 0xDE00}, 2, "a%uDE00"},
        {{'x', 0xD83D}, 2, "x%uD83D"},
        {{'a', '/', 'b', '\\', ':'}, 5, "a%2Fb\\:"},
        {{'.'}, 1, "%2E"},
        {{'.', '.'}, 2, "%2E%2E"},
        {{'.', '.', '.'}, 3, "..."},
        {{'a', 1, 0x1F, 0x7F, '\n'}, 5, "a%01%1F%7F%0A"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made;
        struct opened opened = one_long(&made, cases[i].units, cases[i].count, "SHORT~1    ");
        assert_int_equal(opened.disk.entries.count, 1);
        assert_string_equal(opened.disk.entries.items[0].name, cases[i].name);
        assert_int_equal(opened.disk.faults.count, 0);
        close_opened(&opened);
        free(made.disk);
    }
}

static void longest_name(void **state)
{
    (void)state;
    uint16_t units[260];
    struct made_volume made;
    for (unsigned i = 0; i < 260; i++)
        units[i] = 0xD800; /* six bytes of text each: the most that a name can be */
    struct opened opened = one_long(&made, units, 260, "SHORT~1    ");
    assert_int_equal(strlen(opened.disk.entries.items[0].name), 260 * 6);
    close_opened(&opened);
    free(made.disk);
}

/* A long name that is not this entry's: the short one, and a word about it. */
static void strange_long_names(void **state)
{
    (void)state;
    static const uint16_t units[] = {'l', 'o', 'n', 'g', ' ', 'n', 'a', 'm',
                                     'e', ' ', 'o', 'f', ' ', 'i', 't', 's'};
    static const struct {
        unsigned slot, at, value; /* the byte that is wrong */
    } cases[] = {{0, 13, 0x55}, {1, 13, 0x55}, {0, 0, 0x02}, {0, 0, 0x43}, {1, 0, 0x02},
                 {2, 0, 'X'},   {0, 0, 0x40},  {0, 0, 0x7F}, {1, 0, 0x55}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = made_bare(40, 1, 1, 64);
        assert_int_equal(made_long(made_root(&made, 0), units, 16, "LONGNA~1   "), 2);
        made_slot(made_root(&made, 2), "LONGNA~1   ", 0x20, 0, 0);
        made_root(&made, cases[i].slot)[cases[i].at] = (uint8_t)cases[i].value;
        struct opened opened = open_made(&made, false);
        assert_int_equal(opened.disk.entries.count, 1);
        assert_string_equal(opened.disk.entries.items[0].name,
                            cases[i].slot == 2 ? "XONGNA~1" : "LONGNA~1");
        assert_true(has_fault(&opened, 0, "long name"));
        assert_false(has_block(&opened));
        close_opened(&opened);
        free(made.disk);
    }
}

static void short_names(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        unsigned lower; /* byte 12 */
        const char *name;
        bool sane;
    } cases[] = {
        {"README  TXT", 0, "README.TXT", true},
        {"README  TXT", 0x08, "readme.TXT", true},
        {"README  TXT", 0x18, "readme.txt", true},
        {"NOEXT      ", 0x10, "NOEXT", true},
        {"A B     C  ", 0, "A B.C", true},
        {"\x05"
         "BC     TXT",
         0, "%E5BC.TXT", true},
        {"\xC4\xE3\xBA\xC3    TXT", 0, "%C4%E3%BA%C3.TXT", true},
        {"..         ", 0, "%2E%2E", true},
        {"A/B     TXT", 0, "A%2FB.TXT", false},
        {"A\x01"
         "B     TXT",
         0, "A%01B.TXT", false},
        {"           ", 0, "%20", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = made_bare(40, 1, 1, 16);
        made_slot(made_root(&made, 0), cases[i].bytes, 0x20, 0, 0);
        made_root(&made, 0)[12] = (uint8_t)cases[i].lower;
        struct opened opened = open_made(&made, false);
        assert_string_equal(opened.disk.entries.items[0].path, cases[i].name);
        assert_int_equal(has_fault(&opened, 0, "none that FAT allows"), !cases[i].sane);
        close_opened(&opened);
        free(made.disk);
    }
}

static void labels(void **state)
{
    (void)state;
    struct made_volume made = made_bare(40, 1, 1, 16);
    memcpy(made.disk + 43, "FROM BOOT  ", 11);
    struct opened opened = open_made(&made, false);
    assert_string_equal(opened.disk.volumes[0].label, "FROM BOOT");
    close_opened(&opened);
    made_slot(made_root(&made, 0), "IN\xB0ROOT    ", 0x08, 0, 0);
    made_slot(made_root(&made, 1), "SECOND     ", 0x08, 0, 0);
    opened = open_made(&made, true);
    assert_string_equal(opened.disk.volumes[0].label, "IN%B0ROOT");
    assert_int_equal(opened.disk.entries.count, 0);
    close_opened(&opened);
    free(made.disk);
}

/* Paths longer than any device can use are left out, and told. */
static void long_paths(void **state)
{
    (void)state;
    uint16_t units[255];
    struct made_volume made = made_bare(60, 2, 1, 64);
    for (unsigned i = 0; i < 255; i++)
        units[i] = 0x4E00;
    for (unsigned level = 0; level < 4; level++) {
        uint8_t *slots = level ? made_cluster(&made, 1 + level) + 64 : made_root(&made, 0);
        if (level)
            made_folder(&made, 1 + level, level > 1 ? level : 0);
        assert_int_equal(made_long(slots, units, 255, "FOLDER     "), 20);
        made_slot(slots + 640, "FOLDER     ", 0x10, 2 + level, 0);
    }
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.entries.count, 2);
    assert_int_equal(strlen(opened.disk.entries.items[1].path), 2 * 765 + 1);
    assert_true(has_fault(&opened, 1, "too long"));
    close_opened(&opened);
    free(made.disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_names),
        cmocka_unit_test(longest_name),
        cmocka_unit_test(strange_long_names),
        cmocka_unit_test(short_names),
        cmocka_unit_test(labels),
        cmocka_unit_test(long_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
