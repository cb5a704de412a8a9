/* SPDX-License-Identifier: MIT */
/* Error messages and the escaping of what stands in them. */
#include "support.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

static void escaping(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"", ""},
        {"plain ~ text", "plain ~ text"},
        {"\xC3\xA4 \xE6\x89\x8B \xF0\x9F\x93\xB1", "\xC3\xA4 \xE6\x89\x8B \xF0\x9F\x93\xB1"},
        {"a\nb\tc\rd\x7F", "a\\x0Ab\\x09c\\x0Dd\\x7F"},
        {"\x1B[31m", "\\x1B[31m"},
        {"\xC2\x9B"
         "1m",
         "\\xC2\\x9B1m"},                            /* C1: CSI in one character */
        {"\xE2\x80\xAE.exe", "\\xE2\\x80\\xAE.exe"}, /* right-to-left override */
        {"\xE2\x80\xA8", "\\xE2\\x80\\xA8"},         /* line separator */
        {"\xC0\xAF", "\\xC0\\xAF"},                  /* overlong */
        {"\xE0\x80\xAF", "\\xE0\\x80\\xAF"},
        {"\xED\xA0\x80", "\\xED\\xA0\\x80"},          /* surrogate */
        {"\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"}, /* above U+10FFFF */
        {"\xF8\x88\x80\x80\x80", "\\xF8\\x88\\x80\\x80\\x80"},
        {"\xE6\x89", "\\xE6\\x89"}, /* cut */
        {"\xE6z", "\\xE6z"},
        {"\x80\xFF", "\\x80\\xFF"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        assert_ptr_equal(mtks_text_escape(text, sizeof text, cases[i].from), text);
        assert_string_equal(text, cases[i].to);
    }
}

static void escaping_is_cut_at_whole_characters(void **state)
{
    (void)state;
    static const char from[] = "a\xE6\x89\x8B\nb";
    static const char *const by_room[] = {NULL,
                                          "",
                                          "a",
                                          "a",
                                          "a",
                                          "a\xE6\x89\x8B",
                                          "a\xE6\x89\x8B",
                                          "a\xE6\x89\x8B",
                                          "a\xE6\x89\x8B",
                                          "a\xE6\x89\x8B\\x0A",
                                          "a\xE6\x89\x8B\\x0A"
                                          "b"};
    for (size_t room = 1; room < sizeof by_room / sizeof *by_room; room++) {
        char text[16];
        memset(text, '#', sizeof text);
        mtks_text_escape(text, room, from);
        assert_string_equal(text, by_room[room]);
        assert_int_equal(text[room], '#');
    }
}

static void failing_fills_the_error(void **state)
{
    (void)state;
    mtkscan_error error = {.outcome = 99, .offset = 5, .advice = "old"};
    assert_int_equal(mtks_fail(&error, MTKSCAN_REFUSED, "%s: %d", "a\x1B", 7), MTKSCAN_REFUSED);
    assert_int_equal(error.outcome, MTKSCAN_REFUSED);
    assert_true(error.offset == MTKSCAN_NO_PLACE);
    assert_string_equal(error.what, "a\\x1B: 7");
    assert_string_equal(error.advice, "");
    mtks_advise(&error, "do %s", "this\n");
    assert_string_equal(error.advice, "do this\\x0A");
}

static void no_error_to_fill_is_fine(void **state)
{
    (void)state;
    assert_int_equal(mtks_fail(NULL, MTKSCAN_SYSTEM, "x"), MTKSCAN_SYSTEM);
    mtks_advise(NULL, "x");
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    mtkscan_error error;
    mtks_fail(&error, MTKSCAN_SYSTEM, "%s", text);
    mtks_advise(&error, "%s", text);
    assert_int_equal(strlen(error.what), sizeof error.what - 1);
    assert_int_equal(strlen(error.advice), sizeof error.advice - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escaping),
        cmocka_unit_test(escaping_is_cut_at_whole_characters),
        cmocka_unit_test(failing_fills_the_error),
        cmocka_unit_test(no_error_to_fill_is_fine),
        cmocka_unit_test(long_messages_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
