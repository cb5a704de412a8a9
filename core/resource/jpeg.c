/* SPDX-License-Identifier: MIT */
/* JPEG: segments and scans to the end marker. */
#include "walk.h"

#include <string.h>

#define MARKER    0xFFu
#define FRAME     0xC0u /* the first of sixteen, three of which are something else */
#define HUFFMAN   0xC4u
#define RESTART   0xD0u /* eight of them; stand inside a scan */
#define START     0xD8u
#define END       0xD9u
#define SCAN      0xDAu
#define QUANTISER 0xDBu
#define LAST_TEXT 0xFEu /* 0xDB to 0xFE are tables, application data and comments */

#define COMPONENTS    4u
#define HUFFMAN_CODES 256u
#define LEVELS        64u

struct jpeg {
    const uint8_t *bytes;
    uint64_t length, at;
    struct mtks_walk *walk;
    uint32_t frames, scans, quantisers, codes; /* segments seen */
    uint8_t kind; /* of the frame: FRAME + 0 baseline, + 2 progressive */
};

static bool is_frame(uint8_t marker)
{
    return (marker & 0xF0) == FRAME && marker != HUFFMAN && marker != 0xC8 && marker != 0xCC;
}

static bool frame(struct jpeg *jpeg, uint8_t marker, const uint8_t *body, uint64_t size)
{
    if (size < 6 || jpeg->frames++ > 0)
        return false;
    jpeg->kind = marker;
    jpeg->walk->height = mtks_be16(body + 1);
    jpeg->walk->width = mtks_be16(body + 3);
    const uint8_t components = body[5];
    return (body[0] == 8 || body[0] == 12) && jpeg->walk->height && jpeg->walk->width &&
           components >= 1 && components <= COMPONENTS && size == 6 + 3 * (uint64_t)components;
}

static bool huffman(struct jpeg *jpeg, const uint8_t *body, uint64_t size)
{
    for (uint64_t at = 0; at < size; jpeg->codes++) {
        uint32_t codes = 0;
        if (size - at < 17 || body[at] & 0xEC)
            return false;
        for (uint32_t i = 1; i <= 16; i++)
            codes += body[at + i];
        if (codes > HUFFMAN_CODES || codes > size - at - 17)
            return false;
        at += 17 + codes;
    }
    return true;
}

static bool quantiser(struct jpeg *jpeg, const uint8_t *body, uint64_t size)
{
    for (uint64_t at = 0; at < size; jpeg->quantisers++) {
        const uint64_t table = 1 + (body[at] & 0x10 ? 2 * LEVELS : LEVELS);
        if (body[at] & 0xEC || table > size - at)
            return false;
        at += table;
    }
    return true;
}

/* The coded data behind a scan's header: up to a marker that is neither a stuffed 0xFF nor a
 * restart. */
static bool scan(struct jpeg *jpeg, const uint8_t *body, uint64_t size)
{
    if (size < 6 || body[0] < 1 || body[0] > COMPONENTS || size != 4 + 2 * (uint64_t)body[0])
        return false;
    if (jpeg->frames == 0 || jpeg->quantisers == 0)
        return false;
    jpeg->scans++;
    const uint64_t start = jpeg->at;
    while (jpeg->at < jpeg->length) {
        const uint64_t left = jpeg->length - jpeg->at;
        const uint64_t most = left < jpeg->walk->steps ? left : jpeg->walk->steps;
        const uint8_t *found = memchr(jpeg->bytes + jpeg->at, MARKER, most);
        if (!found)
            break;
        const uint64_t next = (uint64_t)(found - jpeg->bytes) + 1;
        if (!mtks_walk_step(jpeg->walk, next - jpeg->at) || next >= jpeg->length)
            return false;
        const uint8_t marker = jpeg->bytes[next];
        jpeg->at = next;
        if (marker == MARKER)
            continue; /* a filler before a marker */
        if (marker != 0 && (marker & 0xF8) != RESTART) {
            jpeg->at = next - 1;
            return jpeg->at > start;
        }
        jpeg->at = next + 1;
    }
    /* Charged though nothing was found, or a search for nothing would be free. */
    (void)mtks_walk_step(jpeg->walk, jpeg->length - jpeg->at);
    return false;
}

/* A marker with a length; jpeg->at is behind the marker, and afterwards behind all of it. */
static bool segment(struct jpeg *jpeg, uint8_t marker)
{
    if (!mtkscan_inside(jpeg->at, 2, jpeg->length))
        return false;
    const uint64_t whole = mtks_be16(jpeg->bytes + jpeg->at);
    if (whole < 2 || !mtkscan_inside(jpeg->at, whole, jpeg->length))
        return false;
    const uint8_t *body = jpeg->bytes + jpeg->at + 2;
    jpeg->at += whole;
    if (is_frame(marker))
        return frame(jpeg, marker, body, whole - 2);
    if (marker == HUFFMAN)
        return huffman(jpeg, body, whole - 2);
    if (marker == QUANTISER)
        return quantiser(jpeg, body, whole - 2);
    if (marker == SCAN)
        return scan(jpeg, body, whole - 2);
    return marker == 0xCC || (marker > QUANTISER && marker <= LAST_TEXT);
}

bool mtks_walk_jpeg(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    struct jpeg jpeg = {.bytes = bytes, .length = length, .at = 2, .walk = walk};
    for (;;) {
        if (!mtkscan_inside(jpeg.at, 2, length) || bytes[jpeg.at] != MARKER ||
            !mtks_walk_step(walk, 1))
            return false;
        const uint8_t marker = bytes[jpeg.at + 1];
        if (marker == MARKER) { /* a filler */
            jpeg.at++;
            continue;
        }
        jpeg.at += 2;
        if (marker == END)
            break;
        if (marker == START || !segment(&jpeg, marker))
            return false;
    }
    /* Arithmetic coding, of kinds 9 and up, has no Huffman tables. */
    if (jpeg.scans == 0 || (jpeg.codes == 0 && jpeg.kind < 0xC9))
        return false;
    walk->length = jpeg.at;
    const char *kind = (jpeg.kind & 3) == 2 ? "progressive" : "sequential";
    mtks_walk_detail(walk, "%s, %u scan%s", kind, jpeg.scans, mtks_plural(jpeg.scans));
    return true;
}
