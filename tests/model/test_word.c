/* SPDX-License-Identifier: MIT */
/* Distances between words. */
#include "model/word.h"
#include "support.h"

static void distances(void **state)
{
    (void)state;
    static const struct {
        const char *word, *other;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"scan", "scan", 0},
        {"scan", "", 4},
        {"", "scan", 4},
        {"scna", "scan", 2},
        {"san", "scan", 1},
        {"scann", "scan", 1},
        {"skan", "scan", 1},
        {"kitten", "sitting", 3},
        {"abc", "xyz", 3},
        {"aaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaa", 0},
        {"aaaaaaaaaaaaaaaaaaaaaaaaa", "a", SIZE_MAX},
        {"a", "aaaaaaaaaaaaaaaaaaaaaaaaa", SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(mtks_word_distance(rows[i].word, rows[i].other), rows[i].distance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(distances)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
