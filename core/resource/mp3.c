/* SPDX-License-Identifier: MIT */
/* MPEG audio, layer III: a chain of frames of one kind, with or without an ID3 tag before it. */
#include "walk.h"

#include <string.h>

#define FRAME        4u /* a frame's header */
#define FRAMES_LEAST 4u
#define TAG          10u  /* header of an ID3v2 tag, and its footer */
#define OLD_TAG      128u /* ID3v1, behind the last frame */
#define HAS_FOOTER   0x10u
#define LAYER_3      1u
#define VERSION_1    3u
#define NO_VERSION   1u

static const uint16_t kbits[2][16] = {
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
};
static const uint32_t rates[4] = {44100, 48000, 32000, 0};    /* of version 1 */
static const uint8_t rate_shift[4] = {2, 0, 1, 0};            /* by the bits of the version */
static const char *const versions[4] = {"2.5", "", "2", "1"}; /* likewise */

struct frame {
    uint32_t kind; /* what all frames of a chain share: version, layer, rate, one channel or two */
    uint32_t rate;
    uint64_t length;
};

static bool frame_read(const uint8_t *at, struct frame *frame)
{
    const uint32_t version = at[1] >> 3 & 3, layer = at[1] >> 1 & 3;
    if (at[0] != 0xFF || (at[1] & 0xE0) != 0xE0 || version == NO_VERSION || layer != LAYER_3)
        return false;
    const uint32_t bits = kbits[version == VERSION_1][at[2] >> 4];
    const bool mono = (at[3] & 0xC0) == 0xC0;
    frame->rate = rates[at[2] >> 2 & 3] >> rate_shift[version];
    if (bits == 0 || frame->rate == 0 || (at[3] & 3) == 2) /* an emphasis that is reserved */
        return false;
    frame->kind = version << 16 | (uint32_t)(at[2] & 0x0C) << 8 | mono;
    frame->length =
        (version == VERSION_1 ? 144000u : 72000u) * bits / frame->rate + (at[2] >> 1 & 1);
    return true;
}

/* Bytes of the tag at the start; 0 when there is none that makes sense. */
static uint64_t tag_length(const uint8_t *bytes, uint64_t length)
{
    if (length < TAG || memcmp(bytes, "ID3", 3) != 0)
        return 0;
    if (bytes[3] < 2 || bytes[3] > 4 || bytes[4] == 0xFF || bytes[5] & 0x0F ||
        ((bytes[6] | bytes[7] | bytes[8] | bytes[9]) & 0x80))
        return 0;
    const uint32_t size =
        (uint32_t)bytes[6] << 21 | (uint32_t)bytes[7] << 14 | (uint32_t)bytes[8] << 7 | bytes[9];
    return TAG + (uint64_t)size + (bytes[5] & HAS_FOOTER ? TAG : 0);
}

bool mtks_walk_mp3(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    struct frame first = {0}, next;
    uint64_t at = tag_length(bytes, length);
    uint32_t frames = 0;
    if (at == 0 && bytes[0] != 0xFF)
        return false;
    const bool tagged = at > 0;
    while (mtkscan_inside(at, FRAME, length) && frame_read(bytes + at, &next) &&
           (frames == 0 || next.kind == first.kind) && mtkscan_inside(at, next.length, length)) {
        if (!mtks_walk_step(walk, 1))
            return false;
        if (frames++ == 0)
            first = next;
        at += next.length;
    }
    if (frames < FRAMES_LEAST)
        return false;
    if (mtkscan_inside(at, OLD_TAG, length) && memcmp(bytes + at, "TAG", 3) == 0)
        at += OLD_TAG;
    walk->length = at;
    mtks_walk_detail(walk, "%u frames, %u Hz, MPEG-%s layer III%s", frames, first.rate,
                     versions[first.kind >> 16], tagged ? ", ID3 tag" : "");
    return true;
}
