/* SPDX-License-Identifier: MIT */
/* Blocks of UCS-2 strings as UTF-8 lines. */
#include <stdlib.h>
#include <string.h>

#include "model/utf8.h"
#include "support.h"
#include "unpack/strings.h"

/* Units, the number of bytes of them that are there, and the text expected. */
static void expect(const uint16_t *units, size_t length, const char *expected)
{
    uint8_t bytes[64];
    size_t size = 0;
    assert_true(length <= sizeof bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(units[i / 2] >> (i % 2 ? 8 : 0));
    uint8_t *exact = malloc(length ? length : 1); /* so that a sanitizer sees reads beyond it */
    memcpy(exact, bytes, length);
    char *text = mtks_unpack_strings(exact, length, &size);
    assert_non_null(text);
    assert_int_equal(size, strlen(expected));
    assert_string_equal(text, expected);
    free(text);
    free(exact);
}

#define EXPECT(text, ...)                                                                          \
    do {                                                                                           \
        const uint16_t units[] = {__VA_ARGS__};                                                    \
        expect(units, sizeof units, text);                                                         \
    } while (0)

static void test_lines(void **state)
{
    (void)state;
    EXPECT("OK\nNo\n", 'O', 'K', 0, 'N', 'o', 0);
    EXPECT("OK\nNo\n", 'O', 'K', 0, 'N', 'o'); /* the last one is cut */
    EXPECT("OK\n\n\nNo\n", 'O', 'K', 0, 0, 0, 'N', 'o', 0);
    EXPECT("\n", 0);
    const uint16_t odd[] = {'O', 'K', 'x'};
    expect(odd, 5, "OK\n");
    expect(odd, 1, "");
    expect(odd, 0, "");
}

static void test_scripts(void **state)
{
    (void)state;
    EXPECT("\xC3\xBC\xD0\xAF\xE4\xB8\xAD\n", 0xFC, 0x42F, 0x4E2D, 0);
    EXPECT("\x7E\xC2\xA1\xDF\xBF\xE0\xA0\x80\n", 0x7E, 0xA1, 0x7FF, 0x800);
    EXPECT("\xF0\x9F\x98\x80!\n", 0xD83D, 0xDE00, '!'); /* a pair */
    EXPECT("\\u{10FFFD}\n", 0xDBFF, 0xDFFD);            /* of a range for private use */
    EXPECT("\\u{D83D}\n", 0xD83D);                      /* halves of one */
    EXPECT("\\u{D83D}!\\u{DE00}\n", 0xD83D, '!', 0xDE00, 0);
    EXPECT("\\u{D83D}\n\\u{DE00}\n", 0xD83D, 0, 0xDE00, 0);
}

static void test_escapes(void **state)
{
    (void)state;
    EXPECT("a\\nb\\r\\t\\\\n\n", 'a', '\n', 'b', '\r', '\t', '\\', 'n', 0);
    EXPECT("\\u{1B}[0m\\u{7F}\\u{9B}\n", 0x1B, '[', '0', 'm', 0x7F, 0x9B, 0);
    EXPECT("\\u{202E}x\\u{2028}\n", 0x202E, 'x', 0x2028, 0);
}

/* Whatever the block is: UTF-8, as many lines as NULs, nothing for a terminal to act on. */
static void test_any_bytes(void **state)
{
    (void)state;
    unsigned seed = 2502;
    for (int round = 0; round < 300; round++) {
        uint8_t bytes[600];
        size_t size = 0, length = (size_t)round * 2, ends = 0, lines = 0;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = seed >> 28 ? (uint8_t)(seed >> 16) : 0;
            ends += i % 2 && bytes[i] == 0 && bytes[i - 1] == 0;
        }
        bool open = length && (bytes[length - 1] || bytes[length - 2]);
        char *text = mtks_unpack_strings(bytes, length, &size);
        assert_non_null(text);
        assert_true(mtks_utf8_valid(text, size));
        for (size_t i = 0; i < size; i++) {
            lines += text[i] == '\n';
            assert_true(text[i] == '\n' || (unsigned char)text[i] >= 0x20);
        }
        assert_int_equal(lines, ends + open);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
