/* SPDX-License-Identifier: MIT */
#include "word.h"

#include <stdint.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t mtks_word_distance(const char *word, const char *other)
{
    size_t row[MTKS_WORD_MAX + 1];
    const size_t length = strlen(word);
    if (length > MTKS_WORD_MAX || strlen(other) > MTKS_WORD_MAX)
        return SIZE_MAX;
    for (size_t i = 0; i <= length; i++)
        row[i] = i;
    for (size_t line = 1; *other; other++, line++) {
        size_t corner = row[0];
        row[0] = line;
        for (size_t i = 1; i <= length; i++) {
            size_t above = row[i];
            size_t change = corner + (word[i - 1] != *other);
            row[i] = least(change, least(above, row[i - 1]) + 1);
            corner = above;
        }
    }
    return row[length];
}
