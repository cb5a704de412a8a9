/* SPDX-License-Identifier: MIT */
/* Fixture: a ZIMAGE section (FORMAT.md 5.5) with something to find in it. */
#include <string.h>

#include "fixture_lzma.h"
#include "fixture_pieces.h"

#define HEAD       0x18u /* the table of one partition */
#define TYPE       3u    /* LZMA behind a preset */
#define ROUND_SLOT 3u    /* the section ends at the next multiple of 4 behind the stream */

/* One pixel. */
static const uint8_t picture[] = {
    'G',  'I',  'F',  '8',  '9',  'a',  0x01, 0x00, 0x01, 0x00, 0x80, 0x00,
    0x00, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3B,
};

/* One note. */
static const uint8_t tone[] = {
    'M',  'T',  'h',  'd',  0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x01,
    0x00, 0x60, 'M',  'T',  'r',  'k',  0,    0,    0x00, 0x0C, 0x00, 0x90,
    0x3C, 0x40, 0x60, 0x80, 0x3C, 0x40, 0x00, 0xFF, 0x2F, 0x00,
};

static const char *const texts[] = {
    "Phone book", "Messages", "Call log", "Settings",  "Alarm",     "Calendar", "Calculator",
    "Pedometer",  "Sleep",    "Camera",   "Bluetooth", "Ringtones", "Language", "Date and time",
    "Display",    "Security", "Reset",    "Version",   "Back",      "Select",
};

struct writer {
    struct mtks_lzma_coder coder;
    uint32_t room; /* the stream may have so many bytes, and at most ROUND_SLOT fewer */
};

static bool is_full(const struct writer *writer)
{
    return mtks_lzma_size(&writer->coder) + ROUND_SLOT >= writer->room;
}

static void put(struct writer *writer, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length && !is_full(writer); i++)
        mtks_lzma_literal(&writer->coder, bytes[i]);
}

/* UCS-2, each with its NUL. */
static void put_texts(struct writer *writer)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t j = 0; j <= strlen(texts[i]); j++)
            put(writer, (const uint8_t[]){(uint8_t)texts[i][j], 0}, 2);
}

uint32_t mtks_zimage_put(struct mtks_plan *plan, uint8_t *at, uint32_t size, const uint8_t *tail)
{
    struct writer writer = {.room = size - HEAD};
    uint8_t filler[64];
    mtks_lzma_begin(&writer.coder, at + HEAD, tail);
    mtks_fill(&plan->filler, filler, sizeof filler);
    put(&writer, filler, sizeof filler);
    put(&writer, picture, sizeof picture);
    put(&writer, tone, sizeof tone);
    put_texts(&writer);
    /* A literal takes two bytes at most, so that the end cannot be missed. */
    while (!is_full(&writer)) {
        mtks_fill(&plan->filler, filler, sizeof filler);
        put(&writer, filler, sizeof filler);
    }
    mtks_lzma_end(&writer.coder, at + HEAD);
    memset(at, 0, HEAD);
    mtkscan_put_le32(at, 1);
    mtkscan_put_le32(at + 0x04, TYPE);
    mtkscan_put_le32(at + 0x08, HEAD);
    mtkscan_put_le32(at + 0x0C, writer.coder.written);
    mtkscan_put_le32(at + 0x14, writer.coder.produced);
    return writer.coder.produced;
}
