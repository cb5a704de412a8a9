/* SPDX-License-Identifier: MIT */
/* SMAF (Yamaha): chunks that fill the stated size but for a CRC in the last two bytes. */
#include "walk.h"

#include <string.h>

#define CHUNK 8u
#define CRC   2u

static const char *const tracks[] = {"MTR", "ATR", "GTR"}; /* and a number */

/* CRC-16 of the CCITT polynomial, started at and inverted with 0xFFFF. */
static uint16_t crc16(const uint8_t *bytes, uint64_t length)
{
    uint32_t crc = 0xFFFF;
    for (uint64_t i = 0; i < length; i++) {
        crc ^= (uint32_t)bytes[i] << 8;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1;
    }
    return (uint16_t)(crc ^ 0xFFFF);
}

static bool is_track(const uint8_t *type)
{
    for (size_t i = 0; i < sizeof tracks / sizeof *tracks; i++)
        if (memcmp(type, tracks[i], 3) == 0)
            return true;
    return false;
}

bool mtks_walk_smaf(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    if (length < CHUNK)
        return false;
    const uint64_t whole = CHUNK + (uint64_t)mtks_be32(bytes + 4);
    if (whole > length || whole < CHUNK + CRC)
        return false;
    const uint64_t end = whole - CRC;
    uint64_t at = CHUNK;
    uint32_t found = 0;
    while (at < end) {
        if (!mtkscan_inside(at, CHUNK, end) || !mtks_walk_step(walk, 1) ||
            (at == CHUNK && memcmp(bytes + at, "CNTI", 4) != 0))
            return false;
        found += is_track(bytes + at);
        at += CHUNK + (uint64_t)mtks_be32(bytes + at + 4);
    }
    if (at != end || found == 0 || !mtks_walk_step(walk, whole))
        return false;
    walk->length = whole;
    const bool right = crc16(bytes, end) == mtks_be16(bytes + end);
    mtks_walk_detail(walk, "%u track%s, checksum %s", found, mtks_plural(found),
                     right ? "right" : "differs");
    return true;
}
