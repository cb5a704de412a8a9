/* SPDX-License-Identifier: MIT */
/* What the modules of decoders.c and their test know of each other: a 32-bit length in front of
 * each stream. */
#ifndef TESTS_ISOLATION_DECODERS_H
#define TESTS_ISOLATION_DECODERS_H

#define DECODERS_MARK   "MODULE-CODECS"
#define DECODERS_FIRST  0x40u
#define DECODERS_SECOND 0x80u

#endif
