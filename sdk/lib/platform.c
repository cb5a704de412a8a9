/* SPDX-License-Identifier: MIT */
/* The words of a platform id (FORMAT.md 4.1). */
#include <string.h>

#include "mtkscan/identity.h"
#include "text.h"

#define PCB_SIZE   5u /* PCBnn */
#define CHIP_SIZE  6u /* MTnnnn */
#define STAGE_SIZE 5u /* _Snn. */

static bool digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!mtks_digit(text[i]))
            return false;
    return true;
}

/* Copies text[from, to) when it is not empty and fits. */
static bool word_copy(char *word, size_t room, const char *text, size_t from, size_t to)
{
    if (to <= from || to - from >= room)
        return false;
    memcpy(word, text + from, to - from);
    word[to - from] = 0;
    return true;
}

/*
 * The rightmost `_MTnnnn_Snn.`, and left of it the rightmost `_PCBnn_`. A version may hold either
 * piece by chance, which is why only the whole, read from the right, counts.
 */
static bool shape_find(const char *text, size_t length, size_t *pcb, size_t *chip)
{
    size_t at = length >= STAGE_SIZE ? length - STAGE_SIZE + 1 : 0;
    while (at-- > CHIP_SIZE) {
        const char *stage = text + at;
        if (memcmp(stage, "_S", 2) != 0 || !digits(stage + 2, 2) || stage[4] != '.' ||
            memcmp(stage - CHIP_SIZE - 1, "_MT", 3) != 0 || !digits(stage - 4, 4))
            continue;
        *chip = at - CHIP_SIZE;
        /* left of the chip word: "_PCBnn_", net word, "_" */
        for (size_t left = *chip > PCB_SIZE + 2 ? *chip - PCB_SIZE - 2 : 0; left-- > 0;)
            if (memcmp(text + left, "_PCB", 4) == 0 && digits(text + left + 4, 2) &&
                text[left + 6] == '_') {
                *pcb = left + 1;
                return true;
            }
    }
    return false;
}

/* Length of `text` without a closing ".bin". */
static size_t stem_length(const char *text, size_t length)
{
    return length >= 4 && (strcmp(text + length - 4, ".bin") == 0 ||
                           strcmp(text + length - 4, ".BIN") == 0)
               ? length - 4
               : length;
}

bool mtkscan_platform_parse(const char *platform_id, mtkscan_platform_words *words)
{
    memset(words, 0, sizeof *words);
    size_t length = strlen(platform_id), pcb, chip;
    if (!shape_find(platform_id, length, &pcb, &chip))
        return false;
    size_t verno = chip + CHIP_SIZE + STAGE_SIZE;
    if (word_copy(words->project, sizeof words->project, platform_id, 0, pcb - 1) &&
        word_copy(words->pcb, sizeof words->pcb, platform_id, pcb, pcb + PCB_SIZE) &&
        word_copy(words->net, sizeof words->net, platform_id, pcb + PCB_SIZE + 1, chip - 1) &&
        word_copy(words->chip, sizeof words->chip, platform_id, chip, chip + CHIP_SIZE) &&
        word_copy(words->verno, sizeof words->verno, platform_id, verno,
                  stem_length(platform_id, length)))
        return true;
    memset(words, 0, sizeof *words);
    return false;
}
