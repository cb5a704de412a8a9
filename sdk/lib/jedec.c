/* SPDX-License-Identifier: MIT */
/* Capacity of a serial flash by its JEDEC ID: 2^(third byte - bias) (FORMAT.md 3.4). */
#include "mtkscan/records.h"

#define ANY        0xFFFFu
#define LEAST_BITS 0x10u /* 64 KB .. 64 MB; makers count otherwise beyond */
#define MOST_BITS  0x1Au

static const struct {
    uint16_t maker, second, bias;
} rules[] = {
    {0xEF, ANY, 0},     /* Winbond */
    {0xC8, ANY, 0},     /* GigaDevice */
    {0x51, ANY, 0},     /* GigaDevice, other code */
    {0xC2, 0x25, 0x20}, /* Macronix MX25U */
    {0xC2, 0x20, 0},    /* Macronix MX25L */
    {0xF8, ANY, 0},     /* Fidelix, Dosilicon */
    {0x1C, ANY, 0},     /* EON */
    {0x20, ANY, 0},     /* Micron, XMC */
    {0x8C, ANY, 0},     /* ESMT */
    {0xBF, ANY, 0},     /* SST */
};

uint64_t mtkscan_jedec_capacity(const uint8_t *id, uint32_t length)
{
    if (length < 3)
        return 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].maker != id[0] || (rules[i].second != ANY && rules[i].second != id[1]))
            continue;
        uint32_t bits = id[2] - (uint32_t)rules[i].bias; /* wraps past MOST_BITS when below */
        return bits >= LEAST_BITS && bits <= MOST_BITS ? UINT64_C(1) << bits : 0;
    }
    return 0;
}
