/* SPDX-License-Identifier: MIT */
/* RIFF files of the kind WAVE: a format, data, and other chunks that add up to the stated size. */
#include "walk.h"

#include <string.h>

#define HEADER    12u
#define CHUNK     8u
#define FMT_LEAST 16u
#define PCM       1u

#define CHANNELS_MOST 8u
#define RATE_LEAST    1000u
#define RATE_MOST     384000u

static const struct {
    uint16_t tag;
    const char *text;
} tags[] = {{1, "PCM"},          {2, "ADPCM"},  {6, "A-law"}, {7, "u-law"},
            {0x11, "IMA ADPCM"}, {0x31, "GSM"}, {0x55, "MP3"}};

static const char *tag_text(uint16_t tag)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (tags[i].tag == tag)
            return tags[i].text;
    return "other coding";
}

static bool format(const uint8_t *body, uint64_t size, struct mtks_walk *walk)
{
    if (size < FMT_LEAST)
        return false;
    const uint16_t tag = mtkscan_le16(body), channels = mtkscan_le16(body + 2);
    const uint32_t rate = mtkscan_le32(body + 4);
    if (channels < 1 || channels > CHANNELS_MOST || rate < RATE_LEAST || rate > RATE_MOST)
        return false;
    const uint32_t block = mtkscan_le16(body + 12), bits = mtkscan_le16(body + 14);
    if (tag == PCM && (bits == 0 || bits > 32 || block != channels * ((bits + 7) / 8)))
        return false;
    mtks_walk_detail(walk, "%u Hz, %u channel%s, %s", rate, channels, mtks_plural(channels),
                     tag_text(tag));
    return true;
}

bool mtks_walk_wav(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    if (length < HEADER || memcmp(bytes + 8, "WAVE", 4) != 0)
        return false;
    const uint64_t end = CHUNK + (uint64_t)mtkscan_le32(bytes + 4);
    bool formatted = false, data = false;
    if (end > length)
        return false;
    uint64_t at = HEADER;
    /* One byte may be left: the padding of an odd last chunk, which some writers count. */
    while (at + 1 < end) {
        if (!mtkscan_inside(at, CHUNK, end) || !mtks_walk_step(walk, 1))
            return false;
        const uint64_t size = mtkscan_le32(bytes + at + 4);
        if (!mtkscan_inside(at + CHUNK, size, end))
            return false;
        if (memcmp(bytes + at, "fmt ", 4) == 0) {
            if (formatted || !format(bytes + at + CHUNK, size, walk))
                return false;
            formatted = true;
        }
        data |= formatted && size > 0 && memcmp(bytes + at, "data", 4) == 0;
        at += CHUNK + size + (size & 1);
    }
    walk->length = end;
    return formatted && data;
}
