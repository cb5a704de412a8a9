/* SPDX-License-Identifier: MIT */
/* Each format: found whole, refused when cut, harmless when damaged. */
#include "make.h"

static struct made made;

static const struct mtks_resource *only(const struct mtks_analysis *analysis)
{
    assert_int_equal(analysis->resources.count, 1);
    return &analysis->resources.items[0];
}

static void test_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        made.size = 0;
        samples[i].make(&made);
        const size_t size = made.size;
        /* Between other bytes, at an odd place. */
        memmove(made.bytes + 33, made.bytes, size);
        memset(made.bytes, 0xDC, 33);
        memset(made.bytes + 33 + size, 0xDC, 50);
        made.size = 33 + size + 50;
        struct mtks_analysis *analysis = find(&made);
        if (analysis->resources.count != 1)
            fail_msg("%s: %zu finds", samples[i].name, analysis->resources.count);
        const struct mtks_resource *found = only(analysis);
        assert_string_equal(found->format, samples[i].format);
        assert_int_equal(found->layer, MTKS_NO_LAYER);
        assert_int_equal(found->offset, 33);
        assert_int_equal(found->length, size);
        assert_string_equal(found->detail, samples[i].detail);
        assert_int_equal(found->width, samples[i].width);
        assert_int_equal(found->height, samples[i].height);
        assert_false(found->opaque);
        assert_non_null(mtks_resource_format(found->format));
        mtks_analysis_free(analysis);
    }
    assert_null(mtks_resource_format("nothing"));
}

static void test_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        made.size = 0;
        samples[i].make(&made);
        const size_t size = made.size;
        for (size_t cut = 0; cut < size; cut++) {
            struct mtks_analysis *analysis = find_at(made.bytes, cut, 0);
            const bool refused = samples[i].survives == 0 || cut < samples[i].survives;
            if (analysis->resources.count != !refused)
                fail_msg("%s cut to %zu: %zu finds", samples[i].name, cut,
                         analysis->resources.count);
            if (!refused)
                assert_in_range(only(analysis)->length, samples[i].survives, cut);
            mtks_analysis_free(analysis);
        }
    }
}

/* Every value of every byte of small samples: no crash, and whatever is listed lies inside. */
static void test_damage(void **state)
{
    (void)state;
    static const uint8_t values[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
    for (size_t i = 0; i < SAMPLES; i++) {
        made.size = 0;
        samples[i].make(&made);
        for (size_t at = 0; at < made.size; at++)
            for (size_t j = 0; j < sizeof values + 8; j++) {
                const uint8_t kept = made.bytes[at];
                unsigned changed = j < sizeof values ? values[j] : kept;
                if (j >= sizeof values)
                    changed ^= 1u << (j - sizeof values);
                made.bytes[at] = (uint8_t)changed;
                struct mtks_analysis *analysis = find(&made);
                uint64_t end = 0;
                for (size_t k = 0; k < analysis->resources.count; k++) {
                    const struct mtks_resource *found = &analysis->resources.items[k];
                    assert_true(found->offset >= end && found->length > 0);
                    end = found->offset + found->length;
                    assert_true(end <= made.size);
                }
                mtks_analysis_free(analysis);
                made.bytes[at] = kept;
            }
    }
}

/* One change to a sample, after which it must be refused. */
struct wrong {
    const char *sample;
    size_t offset;
    const char *bytes;
    size_t count;
};
#define WRONG(sample, offset, text)                                                                \
    {                                                                                              \
        sample, offset, text, sizeof(text) - 1                                                     \
    }

static const struct wrong wrongs[] = {
    WRONG("gif87", 6, "\0\0"),             /* no width */
    WRONG("gif87", 8, "\0\0"),             /* no height */
    WRONG("gif87", 19, "\x3B"),            /* no frame */
    WRONG("gif87", 19, "\x2D"),            /* no block */
    WRONG("gif87", 24, "\0\0"),            /* a frame without width */
    WRONG("gif87", 35, "\x09"),            /* no code size */
    WRONG("gif87", 36, "\0\x3B"),          /* no data */
    WRONG("jpeg", 2, "\xFF\xD8"),          /* begins twice */
    WRONG("jpeg", 3, "\x02"),              /* a marker that is none */
    WRONG("jpeg", 4, "\0\1"),              /* shorter than its length */
    WRONG("jpeg", 24, "\x04"),             /* a table of levels that cannot be */
    WRONG("jpeg", 23, "\x42"),             /* longer than the table */
    WRONG("jpeg", 93, "\x04"),             /* likewise of codes */
    WRONG("jpeg", 94, "\x02"),             /* more codes than bytes */
    WRONG("jpeg", 137, "\x09"),            /* 9 bits a sample */
    WRONG("jpeg", 138, "\0\0"),            /* no height */
    WRONG("jpeg", 142, "\x02"),            /* components and length differ */
    WRONG("jpeg", 134, "\xFE"),            /* no frame */
    WRONG("jpeg", 147, "\xC0"),            /* two frames */
    WRONG("jpeg", 153, "\xFE"),            /* no scan */
    WRONG("jpeg", 156, "\x02"),            /* a scan of two components */
    WRONG("jpeg", 162, "\xFF\xD9"),        /* a scan without data */
    WRONG("jpeg", 170, "\x00\x00"),        /* no end */
    WRONG("png", 11, "\x0C"),              /* length of IHDR */
    WRONG("png", 12, "1HDR"),              /* no letter */
    WRONG("png", 24, "\x07"),              /* bits a sample; and its CRC */
    WRONG("png", 60, "\0"),                /* a CRC */
    WRONG("bmp", 2, "\xFF\xFF"),           /* larger than the file */
    WRONG("bmp", 6, "\1"),                 /* reserved */
    WRONG("bmp", 10, "\x35"),              /* pixels inside the header */
    WRONG("bmp", 14, "\x29"),              /* size of the header */
    WRONG("bmp", 18, "\0"),                /* no width */
    WRONG("bmp", 19, "\x7F"),              /* too wide */
    WRONG("bmp", 22, "\0\0\0\0"),          /* no height */
    WRONG("bmp", 26, "\2"),                /* planes */
    WRONG("bmp", 28, "\x17"),              /* bits a pixel */
    WRONG("bmp", 30, "\1"),                /* compression of another number of bits */
    WRONG("bmp", 34, "\xFF\xFF"),          /* more data than pixels */
    WRONG("bmp_palette", 34, "\0"),        /* no data */
    WRONG("bmp_palette", 46, "\x11"),      /* more colours than bits */
    WRONG("wav", 4, "\0\0\0\0"),           /* a template */
    WRONG("wav", 8, "AVI "),               /* something else */
    WRONG("wav", 12, "fmT "),              /* no format */
    WRONG("wav", 16, "\x0F"),              /* a short one */
    WRONG("wav", 22, "\0"),                /* no channels */
    WRONG("wav", 24, "\0\0"),              /* no rate */
    WRONG("wav", 32, "\3"),                /* bytes of a sample */
    WRONG("wav", 36, "fmt \x10"),          /* a second format */
    WRONG("wav", 40, "\x7F"),              /* a chunk beyond the end */
    WRONG("wav", 48, "datA"),              /* no data */
    WRONG("midi", 7, "\7"),                /* length of the header */
    WRONG("midi", 9, "\3"),                /* format */
    WRONG("midi", 9, "\0"),                /* format 0 has one track */
    WRONG("midi", 11, "\0"),               /* no tracks */
    WRONG("midi", 11, "\3"),               /* a track that is not there */
    WRONG("midi", 13, "\0"),               /* no division */
    WRONG("midi", 14, "MTrK"),             /* no track */
    WRONG("midi", 18, "\x7F"),             /* too long */
    WRONG("midi", 23, "\x40"),             /* running status without a status */
    WRONG("midi", 23, "\xF1"),             /* no event */
    WRONG("midi", 25, "\x7F"),             /* a meta event beyond the track */
    WRONG("midi", 31, "\x01"),             /* no end of track */
    WRONG("midi", 41, "\x80\x80\x80\x80"), /* a number without end */
    WRONG("midi", 47, "\x80"),             /* a status for a data byte */
    WRONG("imelody", 13, " "),             /* no line */
    WRONG("imelody", 45, "MELODI:"),       /* no melody */
    WRONG("imelody", 15, "BEGIN:IMELODY"),
    WRONG("imelody", 30, "\x01"), /* no text */
    WRONG("mp3", 1, "\xFD"),      /* another layer */
    WRONG("mp3", 2, "\0"),        /* free rate */
    WRONG("mp3", 2, "\x1C"),      /* a sampling rate that is none */
    WRONG("mp3", 3, "\xC2"),      /* emphasis */
    WRONG("mp3", 107, "\x00"),    /* one channel, then two */
    WRONG("amr_wide", 9, "\0"),   /* a parser's constant and a zero */
    WRONG("amr_wide", 9, "\x54"), /* a type that is none */
    WRONG("amr_wide", 9, "\x84"), /* a bit that is 0 */
    WRONG("amr_wide", 5, "!"),    /* no known line */
    WRONG("smaf", 3, "\1"),       /* GFH */
    WRONG("smaf", 7, "\x01"),     /* no room for the CRC */
    WRONG("smaf", 8, "CNTJ"),     /* the first chunk */
    WRONG("smaf", 15, "\4"),      /* chunks that do not add up */
    WRONG("smaf", 21, "MTS\1"),   /* no track */
    WRONG("elf", 4, "\2"),        /* 64 bits */
    WRONG("elf", 16, "\1"),       /* an object file */
    WRONG("elf", 20, "\2"),       /* version */
    WRONG("elf", 32, "\xFF\xFF"), /* sections elsewhere */
    WRONG("elf", 40, "\x33"),     /* size of the header */
    WRONG("elf", 44, "\0"),       /* no segments */
    WRONG("elf", 44, "\x41"),     /* too many */
    WRONG("elf", 46, "\x29"),     /* size of a section */
    WRONG("elf", 49, "\x7F"),     /* too many of them */
    WRONG("elf", 68, "\x7F"),     /* more in the file than in memory */
    WRONG("elf", 57, "\x7F"),     /* a segment elsewhere */
};

static const struct sample *sample_of(const char *name)
{
    for (size_t i = 0; i < SAMPLES; i++)
        if (strcmp(samples[i].name, name) == 0)
            return &samples[i];
    fail_msg("no sample %s", name);
    return NULL;
}

static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        made.size = 0;
        sample_of(wrongs[i].sample)->make(&made);
        memcpy(made.bytes + wrongs[i].offset, wrongs[i].bytes, wrongs[i].count);
        struct mtks_analysis *analysis = find(&made);
        if (analysis->resources.count != 0)
            fail_msg("%s with other bytes at %zu is listed", wrongs[i].sample, wrongs[i].offset);
        mtks_analysis_free(analysis);
    }
}

/* What decoders and parsers hold as constants (FORMAT.md 7.2). */
static void test_constants(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
    } rows[] = {
        {"\x89PNG\r\n\x1A\n\0\0\0\0\xF0\xB5\xA7\xB0", 16},
        {"\x89PNG\r\n\x1A\n\0GIF\0\xFF\xD8\xFF\0Scan", 20},
        {"RIFFWAVEfmt fact\xD7\x0F\0\0", 20},
        {"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1F\0\0", 28},
        {"ID3\0\xF0\xB5\2z\7$\3h", 12},
        {"ID3\3\0\0\0\0\0\0\0\0\0\0", 14},
        {"#!AMR\n\0\0#!AMR-WB\n\0\0\0\x84"
         "d\0\0",
         24},
        {"#!AMR\n\xFF\xF9\x40 \0\x1F\xFC", 13},
        {"MMM\1\x38\0\0\0FILE_INFO\0\0\0", 20},
        {"\x7F"
         "ELF\0\0\0\0ER_RO\0\0\0ER_RW\0\0\0",
         24},
        {"\xFF\xD8\xFF\xE9\xFF\xF6\xFF\xFD\xFF\xFF\0\5\1\x0B", 14},
        {"\xFF\xD8\xFF\xDB\xFD\x68\1\x35\xFF\x7A\1\x7C", 12},
        {"BEGIN:IMELODY\0END:IMELODY\0", 26},
    };
    made.size = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put(&made, rows[i].bytes, rows[i].count);
        put_filler(&made, 400);
    }
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, 0);
    mtks_analysis_free(analysis);
}

/* PNGs all of whose checksums are right. */
static void test_png_chunks(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t header_size;
        uint32_t palette; /* bytes */
        const char *data, *end;
        bool sound;
    } rows[] = {
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0\0", 13, 6, "data", "", true},
        {"\0\0\0\2\0\0\0\3\x10\x06\0\0\1", 13, 0, "data", "", true},
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0\0", 13, 0, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0\0", 13, 5, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0", 12, 6, "data", "", false},
        {"\0\0\0\2\0\0\0\0\x08\x03\0\0\0", 13, 6, "data", "", false},
        {"\x80\0\0\2\0\0\0\3\x08\x03\0\0\0", 13, 6, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x10\x03\0\0\0", 13, 6, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x07\0\0\0", 13, 6, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x03\1\0\0", 13, 6, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0\2", 13, 6, "data", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0\0", 13, 6, "", "", false},
        {"\0\0\0\2\0\0\0\3\x08\x03\0\0\0", 13, 6, "data", "x", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        made.size = 0;
        put(&made, "\x89PNG\r\n\x1A\n", 8);
        put_png_chunk(&made, "IHDR", rows[i].header, rows[i].header_size);
        if (rows[i].palette)
            put_png_chunk(&made, "PLTE", "\0\0\0\xFF\xFF\xFF", rows[i].palette);
        put_png_chunk(&made, "IDAT", rows[i].data, strlen(rows[i].data));
        put_png_chunk(&made, "IEND", rows[i].end, strlen(rows[i].end));
        struct mtks_analysis *analysis = find(&made);
        if ((analysis->resources.count == 1) != rows[i].sound)
            fail_msg("PNG of row %zu", i);
        mtks_analysis_free(analysis);
    }
    made.size = 0;
    put(&made, "\x89PNG\r\n\x1A\n", 8);
    put_png_chunk(&made, "IDAT", "data", 4);
    put_png_chunk(&made, "IEND", "", 0);
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, 0);
    mtks_analysis_free(analysis);
}

static void find_one(const char *format, const char *detail)
{
    struct mtks_analysis *analysis = find(&made);
    assert_string_equal(only(analysis)->format, format);
    assert_string_equal(only(analysis)->detail, detail);
    assert_int_equal(only(analysis)->length, made.size);
    mtks_analysis_free(analysis);
}

static void test_variants(void **state)
{
    (void)state;
    made.size = 0;
    make_smaf(&made);
    made.bytes[made.size - 1] ^= 1;
    find_one("smaf", "1 track, checksum differs");

    made.size = 0;
    make_wav(&made);
    made.bytes[20] = 0x11; /* a coding whose blocks are its own affair */
    find_one("wav", "8000 Hz, 2 channels, IMA ADPCM");
    made.bytes[20] = 0x77;
    find_one("wav", "8000 Hz, 2 channels, other coding");

    made.size = 0;
    make_elf(&made);
    made.bytes[16] = 3;
    made.bytes[18] = 3;
    find_one("elf", "shared object, 1 segment, 2 sections");

    /* A height that counts upwards, and bytes behind the pixels. */
    made.size = 0;
    make_bmp(&made);
    memcpy(made.bytes + 22, "\4\0\0\0", 4);
    find_one("bmp", "24 bits a pixel");
    put_filler(&made, 65);
    mtkscan_put_le32(made.bytes + 2, (uint32_t)made.size);
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, 0);
    mtks_analysis_free(analysis);
    made.bytes[14] = 124; /* which may end with a colour profile */
    made.bytes[10] = 14 + 124;
    put_filler(&made, 84);
    mtkscan_put_le32(made.bytes + 2, (uint32_t)made.size);
    find_one("bmp", "24 bits a pixel");

    /* An ID3 tag with a footer. */
    made.size = 0;
    put(&made,
        "ID3\4\0\x10\0\0\0\4\1\1\1\1"
        "3DI\4\0\x10\0\0\0\4",
        24);
    put_mp3_frames(&made, 4);
    find_one("mp3", "4 frames, 44100 Hz, MPEG-1 layer III, ID3 tag");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),      cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_damage),     cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_constants),  cmocka_unit_test(test_variants),
        cmocka_unit_test(test_png_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
