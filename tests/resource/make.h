/* SPDX-License-Identifier: MIT */
/* One small file of each format, made by code, and the search run on bytes. */
#ifndef TESTS_RESOURCE_MAKE_H
#define TESTS_RESOURCE_MAKE_H

#include "support.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "resource/resource.h"

#define MADE_MOST 0x4000u

struct made {
    uint8_t bytes[MADE_MOST];
    size_t size;
};

static inline void put(struct made *made, const void *bytes, size_t size)
{
    assert_true(made->size + size <= MADE_MOST);
    memcpy(made->bytes + made->size, bytes, size);
    made->size += size;
}

static inline void put_text(struct made *made, const char *text)
{
    put(made, text, strlen(text));
}

static inline void put8(struct made *made, uint32_t value)
{
    const uint8_t byte = (uint8_t)value;
    put(made, &byte, 1);
}

static inline void put_le16(struct made *made, uint32_t value)
{
    put8(made, value & 0xFF);
    put8(made, value >> 8 & 0xFF);
}

static inline void put_le32(struct made *made, uint32_t value)
{
    put_le16(made, value & 0xFFFF);
    put_le16(made, value >> 16);
}

static inline void put_be16(struct made *made, uint32_t value)
{
    put8(made, value >> 8 & 0xFF);
    put8(made, value & 0xFF);
}

static inline void put_be32(struct made *made, uint32_t value)
{
    put_be16(made, value >> 16);
    put_be16(made, value & 0xFFFF);
}

/* `count` bytes that begin no signature and are no text. */
static inline void put_filler(struct made *made, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put8(made, (uint32_t)(0xDC + i % 3));
}

static inline void put_gif_frame(struct made *made)
{
    put8(made, 0x2C);
    put_le32(made, 0);
    put_le16(made, 2);
    put_le16(made, 1);
    put8(made, 0x80); /* a colour table of its own, two colours */
    put(made, "\0\0\0\xFF\xFF\xFF", 6);
    put(made, "\x02\x02\x44\x0A\x00", 5);
}

static inline void make_gif(struct made *made, const char *version, unsigned frames)
{
    put_text(made, version);
    put_le16(made, 2);
    put_le16(made, 1);
    put(made, "\x80\0\0", 3);
    put(made, "\0\0\0\xFF\xFF\xFF", 6);
    if (frames > 1)
        put(made, "\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0", 19);
    for (unsigned i = 0; i < frames; i++) {
        if (frames > 1)
            put(made, "\x21\xF9\x04\0\x0A\0\0\0", 8);
        put_gif_frame(made);
    }
    put8(made, 0x3B);
}

static inline void make_gif87(struct made *made)
{
    make_gif(made, "GIF87a", 1);
}

static inline void make_gif89(struct made *made)
{
    make_gif(made, "GIF89a", 3);
}

static inline void put_jpeg_segment(struct made *made, uint32_t marker, const void *body,
                                    size_t size)
{
    put8(made, 0xFF);
    put8(made, marker);
    put_be16(made, (uint32_t)size + 2);
    put(made, body, size);
}

static inline void put_jpeg_tables(struct made *made)
{
    uint8_t table[65] = {0}, codes[18] = {0x00, 1};
    memset(table + 1, 1, 64);
    put_jpeg_segment(made, 0xDB, table, sizeof table);
    put_jpeg_segment(made, 0xC4, codes, sizeof codes);
    codes[0] = 0x10;
    put_jpeg_segment(made, 0xC4, codes, sizeof codes);
}

static inline void make_jpeg(struct made *made)
{
    put(made, "\xFF\xD8", 2);
    put_jpeg_segment(made, 0xE0, "JFIF\0\1\1\0\0\1\0\1\0\0", 14);
    put_jpeg_tables(made);
    put_jpeg_segment(made, 0xC0, "\x08\0\x08\0\x10\x01\x01\x11\0", 9);
    put_jpeg_segment(made, 0xDD, "\0\1", 2);
    put_jpeg_segment(made, 0xDA, "\x01\x01\0\0\x3F\0", 6);
    put(made, "\x3F\xFF\x00\x12\xFF\xD0\x3F\xFF\xFF\xD9", 10);
}

static inline void make_jpeg_progressive(struct made *made)
{
    put(made, "\xFF\xD8", 2);
    put_jpeg_segment(made, 0xFE, "comment", 7);
    put_jpeg_tables(made);
    put_jpeg_segment(made, 0xC2, "\x08\0\x08\0\x08\x01\x01\x11\0", 9);
    put_jpeg_segment(made, 0xDA, "\x01\x01\0\0\0\0", 6);
    put(made, "\x3F\xFF", 2); /* 0xFF: a filler before the next marker */
    put_jpeg_segment(made, 0xDA, "\x01\x01\0\1\x3F\0", 6);
    put(made, "\x7F\xFF\xD9", 3);
}

static inline void put_png_chunk(struct made *made, const char *type, const void *body, size_t size)
{
    put_be32(made, (uint32_t)size);
    const size_t start = made->size;
    put_text(made, type);
    put(made, body, size);
    put_be32(made, lzma_crc32(made->bytes + start, size + 4, 0));
}

static inline void make_png(struct made *made)
{
    put(made, "\x89PNG\r\n\x1A\n", 8);
    put_png_chunk(made, "IHDR", "\0\0\0\2\0\0\0\3\x08\x03\0\0\0", 13);
    put_png_chunk(made, "PLTE", "\0\0\0\xFF\xFF\xFF", 6);
    put_png_chunk(made, "IDAT", "\x78\x01\x63\x60\x60\x60\x00", 7);
    put_png_chunk(made, "IEND", "", 0);
}

/* A picture of 5 x 4; a compressed one has `coded` bytes of data. */
static inline void put_bmp(struct made *made, uint32_t bits, uint32_t compression, uint32_t coded)
{
    const size_t start = made->size;
    const uint32_t colours = bits <= 8 ? 1u << bits : 0, masks = compression == 3 ? 12 : 0;
    const uint32_t offset = 14 + 40 + masks + 4 * colours;
    const uint32_t pixels = coded ? coded : (5 * bits + 31) / 32 * 4 * 4;
    put_text(made, "BM");
    put_le32(made, offset + pixels);
    put_le32(made, 0);
    put_le32(made, offset);
    put_le32(made, 40);
    put_le32(made, 5);
    put_le32(made, coded ? 4 : 0u - 4);
    put_le16(made, 1);
    put_le16(made, bits);
    put_le32(made, compression);
    put_le32(made, coded ? coded : 0);
    for (unsigned i = 0; i < 4; i++)
        put_le32(made, 0);
    while (made->size < start + offset + pixels)
        put8(made, 0x81);
}

static inline void make_bmp(struct made *made)
{
    put_bmp(made, 24, 0, 0);
}

static inline void make_bmp_palette(struct made *made)
{
    put_bmp(made, 4, 2, 9);
}

static inline void make_bmp_masks(struct made *made)
{
    put_bmp(made, 16, 3, 0);
}

static inline void make_wav(struct made *made)
{
    put_text(made, "RIFF");
    put_le32(made, 4 + 8 + 16 + 8 + 4 + 8 + 8);
    put_text(made, "WAVEfmt ");
    put_le32(made, 16);
    put_le16(made, 1);
    put_le16(made, 2);
    put_le32(made, 8000);
    put_le32(made, 32000);
    put_le16(made, 4);
    put_le16(made, 16);
    put_text(made, "LIST");
    put_le32(made, 3);
    put(made, "abc\0", 4);
    put_text(made, "data");
    put_le32(made, 8);
    put_filler(made, 8);
}

static inline void make_midi(struct made *made)
{
    put(made, "MThd\0\0\0\6\0\1\0\2\0\x60", 14);
    put(made, "MTrk\0\0\0\x0B\0\xFF\x51\3\7\xA1\x20\0\xFF\x2F\0", 19);
    put(made, "MTrk\0\0\0\x1B", 8);
    put(made, "\0\xC0\5\x81\0\x90\x3C\x40\x10\x3C\0", 11); /* the last one by running status */
    put(made, "\0\xF0\2\x7E\xF7\0\xE0\0\x40\0\xD0\7\0\xFF\x2F\0", 16);
}

static inline void make_imelody(struct made *made)
{
    put_text(made, "BEGIN:IMELODY\r\nVERSION:1.2\r\nFORMAT:CLASS1.0\r\nMELODY:*4c2*4#d3r1\r\n"
                   " *4e2\r\nEND:IMELODY\r\n");
}

static inline void make_imelody_template(struct made *made)
{
    put_text(made, "BEGIN:IMELODY\nVERSION:1.2\nFORMAT:CLASS1.0\nMELODY:\nEND:IMELODY");
}

static inline void put_mp3_frames(struct made *made, unsigned frames)
{
    for (unsigned i = 0; i < frames; i++) {
        /* MPEG-1, 32 kbit/s, 44.1 kHz, mono: 104 bytes, and one more when padded */
        put(made, i % 2 ? "\xFF\xFB\x12\xC0" : "\xFF\xFB\x10\xC0", 4);
        put_filler(made, i % 2 ? 101 : 100);
    }
}

static inline void make_mp3(struct made *made)
{
    put_mp3_frames(made, 4);
}

static inline void make_mp3_tagged(struct made *made)
{
    put(made, "ID3\3\0\0\0\0\0\x0B", 10);
    put_filler(made, 11);
    put_mp3_frames(made, 5);
    put_text(made, "TAG");
    put_filler(made, 125);
}

static inline void make_mp3_slow(struct made *made)
{
    for (unsigned i = 0; i < 4; i++) { /* MPEG-2, 8 kbit/s, 24 kHz: 24 bytes */
        put(made, "\xFF\xF3\x14\x00", 4);
        put_filler(made, 20);
    }
}

static inline void make_amr(struct made *made)
{
    put_text(made, "#!AMR\n");
    for (unsigned i = 0; i < 3; i++) {
        put8(made, 0x3C);
        put_filler(made, 31);
    }
    put8(made, 0x7C);
}

static inline void make_amr_wide(struct made *made)
{
    put_text(made, "#!AMR-WB\n");
    put8(made, 0x04);
    put_filler(made, 17);
}

static inline uint16_t crc_of_smaf(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xFFFF;
    for (size_t i = 0; i < 8 * size; i++) {
        const uint32_t bit = bytes[i / 8] >> (7 - i % 8) & 1;
        crc = (crc << 1) ^ ((crc >> 15 ^ bit) & 1 ? 0x1021u : 0);
        crc &= 0xFFFF;
    }
    return (uint16_t)(crc ^ 0xFFFF);
}

static inline void make_smaf(struct made *made)
{
    const size_t start = made->size;
    put_text(made, "MMMD");
    put_be32(made, 8 + 5 + 8 + 6 + 2);
    put_text(made, "CNTI");
    put_be32(made, 5);
    put(made, "\0\0\0\1\0", 5);
    put(made, "MTR\1", 4);
    put_be32(made, 6);
    put_filler(made, 6);
    put_be16(made, crc_of_smaf(made->bytes + start, made->size - start));
}

static inline void make_elf(struct made *made)
{
    put(made,
        "\x7F"
        "ELF\1\1\1\0\0\0\0\0\0\0\0\0",
        16);
    put_le16(made, 2);
    put_le16(made, 40);
    put_le32(made, 1);
    put_le32(made, 0x8000);
    put_le32(made, 52);           /* segments */
    put_le32(made, 52 + 32 + 64); /* sections */
    put_le32(made, 0);
    put_le16(made, 52);
    put_le16(made, 32);
    put_le16(made, 1);
    put_le16(made, 40);
    put_le16(made, 2);
    put_le16(made, 1);
    put_le32(made, 1);
    put_le32(made, 84);
    put_le32(made, 0x8000);
    put_le32(made, 0x8000);
    put_le32(made, 64);
    put_le32(made, 80);
    put_le32(made, 5);
    put_le32(made, 4);
    put_filler(made, 64);
    for (unsigned i = 0; i < 10; i++)
        put_le32(made, 0);
    put_le32(made, 0);
    put_le32(made, 1); /* a section of bytes */
    put_le32(made, 0);
    put_le32(made, 0x8000);
    put_le32(made, 84);
    put_le32(made, 32);
    for (unsigned i = 0; i < 4; i++)
        put_le32(made, 0);
}

/* What a sample must be found as. */
struct sample {
    const char *name, *format, *detail;
    void (*make)(struct made *made);
    uint32_t width, height;
    /* Cuts down to this size leave a shorter whole one: chains without an end, a line's end. 0: any
     * cut is fatal. */
    size_t survives;
};

static const struct sample samples[] = {
    {"gif87", "gif", "1 frame", make_gif87, 2, 1, 0},
    {"gif89", "gif", "3 frames", make_gif89, 2, 1, 0},
    {"jpeg", "jpeg", "sequential, 1 scan", make_jpeg, 16, 8, 0},
    {"jpeg_progressive", "jpeg", "progressive, 2 scans", make_jpeg_progressive, 8, 8, 0},
    {"png", "png", "8 bits a sample, checksums right", make_png, 2, 3, 0},
    {"bmp", "bmp", "24 bits a pixel", make_bmp, 5, 4, 0},
    {"bmp_palette", "bmp", "4 bits a pixel, RLE", make_bmp_palette, 5, 4, 0},
    {"bmp_masks", "bmp", "16 bits a pixel, masks", make_bmp_masks, 5, 4, 0},
    {"wav", "wav", "8000 Hz, 2 channels, PCM", make_wav, 0, 0, 0},
    {"midi", "midi", "format 1, 2 tracks, 9 events, division 96", make_midi, 0, 0, 0},
    {"imelody", "imelody", "4 notes", make_imelody, 0, 0, 83},
    {"imelody_template", "imelody", "a template: no notes", make_imelody_template, 0, 0, 0},
    {"mp3", "mp3", "4 frames, 44100 Hz, MPEG-1 layer III", make_mp3, 0, 0, 0},
    {"mp3_tagged", "mp3", "5 frames, 44100 Hz, MPEG-1 layer III, ID3 tag", make_mp3_tagged, 0, 0,
     21 + 418},
    {"mp3_slow", "mp3", "4 frames, 24000 Hz, MPEG-2 layer III", make_mp3_slow, 0, 0, 0},
    {"amr", "amr", "narrow band, 4 frames, 80 ms", make_amr, 0, 0, 6 + 32},
    {"amr_wide", "amr", "wide band, 1 frame, 20 ms", make_amr_wide, 0, 0, 0},
    {"smaf", "smaf", "1 track, checksum right", make_smaf, 0, 0, 0},
    {"elf", "elf", "ARM program, 1 segment, 2 sections", make_elf, 0, 0, 0},
};
#define SAMPLES (sizeof samples / sizeof *samples)

/* A new analysis with the finds of some bytes. [owner: caller, mtks_analysis_free] */
static inline struct mtks_analysis *find_at(const uint8_t *bytes, size_t size, uint64_t exec_addr)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    /* An allocation of its own, so that a sanitizer sees each byte read beyond it. */
    uint8_t *copy = malloc(size ? size : 1);
    assert_true(analysis && copy);
    memcpy(copy, bytes, size);
    const struct mtks_resource_span span = {
        .bytes = copy, .length = size, .layer = MTKS_NO_LAYER, .exec_addr = exec_addr};
    assert_int_equal(mtks_resources_find(analysis, &span, NULL), 0);
    free(copy);
    return analysis;
}

static inline struct mtks_analysis *find(const struct made *made)
{
    return find_at(made->bytes, made->size, 0);
}

#endif
