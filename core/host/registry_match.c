/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "registry.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool mtks_pattern_match(const char *pattern, const char *text)
{
    /* On a mismatch only the last star can take one more character: an earlier one could not do
     * better, so one place to return to is enough. */
    const char *star = NULL, *held = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            held = text;
        } else if (*pattern == '?' || (*pattern && lower(*pattern) == lower(*text))) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = ++held;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == 0;
}

static size_t literals(const char *pattern)
{
    size_t count = 0;
    for (; *pattern; pattern++)
        count += *pattern != '*' && *pattern != '?';
    return count;
}

/* The number of literal characters of a board whose patterns all match; 0 when one does not, as no
 * board is without literals. */
static size_t weight(const struct mtks_board *board, const struct mtks_board_strings *strings)
{
    const struct {
        const char *pattern, *text;
    } pairs[] = {
        {board->platform, strings->platform_id},
        {board->project, strings->project},
        {board->board, strings->hw_version},
        {board->verno, strings->verno},
    };
    size_t sum = 0;
    if (board->chip && strings->chip && strcasecmp(board->chip, strings->chip) != 0)
        return 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (!pairs[i].pattern)
            continue;
        if (!pairs[i].text || !mtks_pattern_match(pairs[i].pattern, pairs[i].text))
            return 0;
        sum += literals(pairs[i].pattern);
    }
    return sum;
}

const struct mtks_board *mtks_registry_match(const struct mtks_registry *registry,
                                             const struct mtks_board_strings *strings)
{
    const struct mtks_board *best = NULL;
    size_t most = 1;
    for (size_t i = 0; i < registry->boards.count; i++) {
        size_t here = weight(&registry->boards.items[i], strings);
        if (here >= most) { /* at a tie the later file */
            best = &registry->boards.items[i];
            most = here;
        }
    }
    return best;
}
