/* SPDX-License-Identifier: MIT */
/* Standard MIDI files: a header and its tracks, each event of which is walked. */
#include "walk.h"

#include <inttypes.h>
#include <string.h>

#define CHUNK       8u
#define HEADER      14u
#define FORMAT_MOST 2u
#define STATUS      0x80u
#define SYSTEM      0xF0u
#define ESCAPE      0xF7u
#define META        0xFFu
#define META_END    0x2Fu

/* Data bytes of the channel messages 0x8n to 0xEn. */
static const uint8_t data_bytes[7] = {2, 2, 2, 2, 1, 1, 2};

struct track {
    const uint8_t *bytes;
    uint64_t at, end;
    uint8_t running;
};

/* A length of up to 28 bits, seven a byte. */
static bool number(struct track *track, uint32_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < 4 && track->at < track->end; i++) {
        const uint8_t byte = track->bytes[track->at++];
        *value = *value << 7 | (byte & 0x7F);
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool skip(struct track *track)
{
    uint32_t size;
    if (!number(track, &size) || !mtkscan_inside(track->at, size, track->end))
        return false;
    track->at += size;
    return true;
}

static bool channel_message(struct track *track, uint8_t status)
{
    const unsigned count = data_bytes[(status - STATUS) >> 4];
    if (!mtkscan_inside(track->at, count, track->end))
        return false;
    for (unsigned i = 0; i < count; i++)
        if (track->bytes[track->at++] & STATUS)
            return false;
    return true;
}

/* One event; *last when it is the end of the track. */
static bool event(struct track *track, bool *last)
{
    uint32_t delay;
    if (!number(track, &delay) || track->at >= track->end)
        return false;
    uint8_t status = track->bytes[track->at];
    if (status & STATUS)
        track->at++;
    else
        status = track->running;
    if (status >= STATUS && status < SYSTEM) {
        track->running = status;
        return channel_message(track, status);
    }
    if (status == META && track->at < track->end) {
        *last = track->bytes[track->at++] == META_END;
        return skip(track);
    }
    return (status == SYSTEM || status == ESCAPE) && skip(track);
}

static bool track_walk(const uint8_t *bytes, uint64_t from, uint64_t size, uint64_t *events,
                       struct mtks_walk *walk)
{
    struct track track = {.bytes = bytes, .at = from, .end = from + size};
    for (bool last = false; !last; ++*events)
        if (!mtks_walk_step(walk, 1) || !event(&track, &last))
            return false;
    return true;
}

bool mtks_walk_midi(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    if (length < HEADER || mtks_be32(bytes + 4) != HEADER - CHUNK)
        return false;
    const uint16_t format = mtks_be16(bytes + 8), tracks = mtks_be16(bytes + 10);
    const uint16_t division = mtks_be16(bytes + 12);
    if (format > FORMAT_MOST || tracks == 0 || (format == 0 && tracks != 1) || division == 0)
        return false;
    uint64_t at = HEADER, events = 0;
    for (uint16_t i = 0; i < tracks; i++) {
        if (!mtkscan_inside(at, CHUNK, length) || memcmp(bytes + at, "MTrk", 4) != 0)
            return false;
        const uint64_t size = mtks_be32(bytes + at + 4);
        if (!mtkscan_inside(at + CHUNK, size, length) ||
            !track_walk(bytes, at + CHUNK, size, &events, walk))
            return false;
        at += CHUNK + size;
    }
    walk->length = at;
    mtks_walk_detail(walk, "format %u, %u track%s, %" PRIu64 " events, division %u", format, tracks,
                     mtks_plural(tracks), events, division);
    return true;
}
