/* SPDX-License-Identifier: MIT */
/* How far a mistyped word is from one that was meant. [thread: any] */
#ifndef MTKSCAN_MODEL_WORD_H
#define MTKSCAN_MODEL_WORD_H

#include <stddef.h>

#define MTKS_WORD_MAX 24u /* letters of a word that is worth a guess */

/*
 * Letters to change, add or drop to make one word of the other (Levenshtein). SIZE_MAX when either
 * is longer than MTKS_WORD_MAX.
 */
size_t mtks_word_distance(const char *word, const char *other);

#endif
