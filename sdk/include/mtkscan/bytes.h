/* SPDX-License-Identifier: MIT */
/* Little-endian words and checked arithmetic on offsets. [thread: any] */
#ifndef MTKSCAN_BYTES_H
#define MTKSCAN_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin.h"

static inline uint16_t mtkscan_le16(const uint8_t *at)
{
    return (uint16_t)(at[0] | (uint16_t)(at[1] << 8));
}

static inline uint32_t mtkscan_le32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline void mtkscan_put_le16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void mtkscan_put_le32(uint8_t *at, uint32_t value)
{
    mtkscan_put_le16(at, (uint16_t)value);
    mtkscan_put_le16(at + 2, (uint16_t)(value >> 16));
}

/* a + b into *sum; false, with *sum untouched, when it does not fit. */
static inline bool mtkscan_add(uint64_t a, uint64_t b, uint64_t *sum)
{
    if (b > UINT64_MAX - a)
        return false;
    *sum = a + b;
    return true;
}

/* Whether [offset, offset + length) lies inside [0, size). */
static inline bool mtkscan_inside(uint64_t offset, uint64_t length, uint64_t size)
{
    return offset <= size && length <= size - offset;
}

/* `value` rounded up to a power of two; UINT64_MAX when it does not fit. */
static inline uint64_t mtkscan_round_up(uint64_t value, uint64_t power)
{
    return value > UINT64_MAX - (power - 1) ? UINT64_MAX : (value + power - 1) & ~(power - 1);
}

/* One word of the dump; false when it lies outside. */
static inline bool mtkscan_read_le32(const mtkscan_host *host, uint64_t offset, uint32_t *value)
{
    uint8_t raw[4];
    if (host->read(host, offset, raw, sizeof raw) != MTKSCAN_OK)
        return false;
    *value = mtkscan_le32(raw);
    return true;
}

#endif
