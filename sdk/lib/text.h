/* SPDX-License-Identifier: MIT */
/* Text fields of a dump. */
#ifndef MTKSCAN_SDK_TEXT_H
#define MTKSCAN_SDK_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "mtkscan/identity.h"

static inline bool mtks_printable(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

static inline bool mtks_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * The printable ASCII at `offset`, at most `room` bytes and what mtkscan_found_text holds. Stops at
 * the first other byte and at the dump's end; text[0] == 0 when there is none.
 */
void mtks_text_read(const mtkscan_host *host, uint64_t offset, uint64_t room,
                    mtkscan_found_text *found);

#endif
