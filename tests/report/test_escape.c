/* SPDX-License-Identifier: MIT */
#include "model.h"

#include "report/escape.h"
#include "report/line.h"

static char *escaped(const char *text)
{
    char *out = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&out, &size);
    mtks_escape_print(file, text);
    fclose(file);
    return out;
}

static void prints_each_kind_of_character(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"plain text", "plain text"},
        {"", ""},
        {"\x1b[2J", "\\x1B[2J"},
        {"a\nb\tc\rd", "a\\x0Ab\\x09c\\x0Dd"},
        {"\x7f", "\\x7F"},
        {"a\\x1B", "a\\\\x1B"},
        {"\xc3\xa9\xd0\x96\xe4\xb8\xad\xf0\x9f\x98\x80",
         "\xc3\xa9\xd0\x96\xe4\xb8\xad\xf0\x9f\x98\x80"},
        {"\xc2\x9b", "\\u{9B}"},                            /* C1 CSI */
        {"\xe2\x80\xae\xe2\x81\xa6", "\\u{202E}\\u{2066}"}, /* bidi override, isolate */
        {"\xef\xbb\xbf\xe2\x80\x8b", "\\u{FEFF}\\u{200B}"}, /* BOM, zero width */
        {"\xf3\xa0\x80\x81", "\\u{E0001}"},                 /* tag */
        {"\xff\xfe", "\\xFF\\xFE"},
        {"\xc0\xaf", "\\xC0\\xAF"}, /* overlong / */
        {"\xe0\x80\xaf", "\\xE0\\x80\\xAF"},
        {"\xed\xa0\x80", "\\xED\\xA0\\x80"},          /* surrogate */
        {"\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
        {"\xe4\xb8", "\\xE4\\xB8"},                   /* cut */
        {"\x80", "\\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = escaped(rows[i].from);
        assert_string_equal(text, rows[i].to);
        free(text);
    }
    char *nothing = escaped(NULL);
    assert_string_equal(nothing, "");
    free(nothing);
}

static void counts_columns(void **state)
{
    (void)state;
    assert_int_equal(mtks_escaped_columns("abc"), 3);
    assert_int_equal(mtks_escaped_columns("\xc3\xa9"), 1);
    assert_int_equal(mtks_escaped_columns("\xe4\xb8\xad"), 2);
    assert_int_equal(mtks_escaped_columns("\xf0\x9f\x98\x80"), 2);
    assert_int_equal(mtks_escaped_columns("\x1b"), 4);
    assert_int_equal(mtks_escaped_columns("\xe2\x80\xae"), 8);
}

static char *line_of(const char *text, size_t limit)
{
    static char *out; /* not of this call: the compiler fears that the result points to it */
    out = NULL;
    size_t size = 0;
    struct mtks_line line;
    FILE *file = open_memstream(&out, &size);
    mtks_line_begin(&line, file, limit, true);
    mtks_line_colour(&line, MTKS_RED);
    mtks_line_add(&line, text);
    mtks_line_end(&line);
    fclose(file);
    return out;
}

static void cuts_lines_at_whole_characters(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        size_t limit;
    } rows[] = {
        {"0123456789", "\x1b[31m0123456789\x1b[0m\n", 10},
        {"0123456789a", "\x1b[31m0123456...\x1b[0m\n", 10},
        {"012345\xe4\xb8\xad"
         "9ab",
         "\x1b[31m012345...\x1b[0m\n", 10},
        {"012345\x1b"
         "9",
         "\x1b[31m012345...\x1b[0m\n", 10},
        {"0123456789a", "\x1b[31m0123456789a\x1b[0m\n", MTKS_LINE_FREE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = line_of(rows[i].from, rows[i].limit);
        assert_string_equal(text, rows[i].to);
        free(text);
    }
}

static void bounds_the_widest_line(void **state)
{
    (void)state;
    char wide[4 * 400 + 1];
    for (size_t i = 0; i < 400; i++)
        memcpy(wide + 4 * i, "\xf0\x90\x80\x80", 5);
    char *text = line_of(wide, 1000);
    assert_non_null(strstr(text, "..."));
    assert_int_equal(mtks_escaped_columns(strstr(text, "\xf0")),
                     MTKS_LINE_MAX + strlen("\\x1B[0m\\x0A"));
    free(text);
}

static void cuts_cells(void **state)
{
    (void)state;
    char *out = NULL;
    size_t size = 0;
    struct mtks_line line;
    FILE *file = open_memstream(&out, &size);
    mtks_line_begin(&line, file, 40, false);
    mtks_line_cell(&line, "short", 8);
    mtks_line_add(&line, "|");
    mtks_line_cell(&line, "far too long", 8);
    mtks_line_add(&line, "|");
    mtks_line_cell(&line, "exactly8", 8);
    mtks_line_format(&line, "|%d   ", 42);
    mtks_line_end(&line);
    fclose(file);
    assert_string_equal(out, "short   |far t...|exactly8|42\n");
    free(out);
}

static unsigned wrap(FILE *out, const char *text, size_t limit, unsigned most)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, limit, false);
    mtks_line_add(&line, "do: ");
    unsigned breaks = mtks_line_wrap(&line, text, 4, 13, most);
    mtks_line_end(&line);
    return breaks;
}

static void wraps_at_blanks(void **state)
{
    (void)state;
    char *out = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&out, &size);
    assert_int_equal(wrap(file, "one two three  four", 13, MTKS_ANY_BREAKS), 2);
    assert_int_equal(wrap(file, "one two three four", 13, 1), 1);
    assert_int_equal(wrap(file, "averyveryverylongword", 13, MTKS_ANY_BREAKS), 0);
    assert_int_equal(wrap(file, "averyveryverylongword x", MTKS_LINE_FREE, MTKS_ANY_BREAKS), 1);
    assert_int_equal(wrap(file, "", 13, MTKS_ANY_BREAKS), 0);
    fclose(file);
    assert_string_equal(out, "do: one two\n    three\n    four\n"
                             "do: one two\n    three ...\n"
                             "do: averyv...\n"
                             "do: averyveryverylongword\n    x\n"
                             "do:\n");
    free(out);
    assert_int_equal(wrap(NULL, "one two three four", 13, MTKS_ANY_BREAKS), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_each_kind_of_character),
        cmocka_unit_test(counts_columns),
        cmocka_unit_test(cuts_lines_at_whole_characters),
        cmocka_unit_test(bounds_the_widest_line),
        cmocka_unit_test(cuts_cells),
        cmocka_unit_test(wraps_at_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
