/* SPDX-License-Identifier: MIT */
/* What has no signature: tones by an audio table, and blocks of texts. */
#include "make.h"

static struct made made;

#define BASE 0xF0100000u

/* Four tones with a signature, and two without; the table behind them, whose offset is returned. */
static size_t put_audio(struct made *to, uint32_t base)
{
    uint32_t offsets[6], lengths[6];
    static void (*const makers[4])(struct made *) = {make_midi, make_imelody, make_imelody_template,
                                                     make_wav};
    put_filler(to, 40);
    for (unsigned i = 0; i < 6; i++) {
        offsets[i] = (uint32_t)to->size;
        if (i < 4)
            makers[i](to);
        else
            put_filler(to, 30 + i);
        put8(to, 0);
        lengths[i] = (uint32_t)to->size - offsets[i];
    }
    while (to->size % 4)
        put8(to, 0x81);
    const size_t table = to->size;
    for (unsigned i = 0; i < 6; i++) {
        put_le32(to, base + offsets[i]);
        put_le32(to, lengths[i]);
        put_le32(to, i == 4 ? 0x11 : 0x10 + i);
    }
    put_filler(to, 40);
    return table;
}

static void expect_audio(const struct mtks_analysis *analysis, size_t table)
{
    char first[96], second[96];
    snprintf(first, sizeof first, "type 0x11, said to be MIDI by entry 4 of the table at 0x%zX",
             table);
    snprintf(second, sizeof second, "type 0x15 by entry 5 of the table at 0x%zX", table);
    assert_int_equal(analysis->resources.count, 6);
    const struct mtks_resource *items = analysis->resources.items;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(items[i].opaque, i >= 4);
        assert_true(i == 0 || items[i].offset >= items[i - 1].offset + items[i - 1].length);
    }
    assert_string_equal(items[4].format, "audio");
    assert_string_equal(items[4].detail, first);
    assert_int_equal(items[4].length, 35);
    assert_string_equal(items[5].detail, second);
    assert_int_equal(items[5].length, 36);
    assert_null(mtks_resource_format("audio")->walk);
}

static void test_audio(void **state)
{
    (void)state;
    static const uint64_t bases[] = {BASE, 0, BASE + 0x1000};
    for (size_t i = 0; i < 3; i++) { /* known, not known, known wrong */
        made.size = 0;
        const size_t table = put_audio(&made, BASE);
        struct mtks_analysis *analysis = find_at(made.bytes, made.size, bases[i]);
        expect_audio(analysis, table);
        mtks_analysis_free(analysis);
    }
}

static size_t count_audio(uint64_t exec_addr)
{
    struct mtks_analysis *analysis = find_at(made.bytes, made.size, exec_addr);
    size_t count = 0;
    for (size_t i = 0; i < analysis->resources.count; i++)
        count += strcmp(analysis->resources.items[i].format, "audio") == 0;
    mtks_analysis_free(analysis);
    return count;
}

static void test_audio_refused(void **state)
{
    (void)state;
    made.size = 0;
    size_t table = put_audio(&made, BASE);
    assert_int_equal(count_audio(BASE), 2);
    /* One record less, a type that is none, a length that is none. */
    mtkscan_put_le32(made.bytes + table + 5 * 12 + 8, 0x40);
    assert_int_equal(count_audio(BASE), 0);
    mtkscan_put_le32(made.bytes + table + 5 * 12 + 8, 0x13);
    mtkscan_put_le32(made.bytes + table + 5 * 12 + 4, 0x40000);
    assert_int_equal(count_audio(BASE), 0);
    /* Leads outside: the others stay. */
    made.size = 0;
    table = put_audio(&made, BASE);
    mtkscan_put_le32(made.bytes + table + 5 * 12, BASE - 8);
    assert_int_equal(count_audio(BASE), 1);
    mtkscan_put_le32(made.bytes + table + 5 * 12, BASE + (uint32_t)made.size - 4);
    assert_int_equal(count_audio(0), 1);
    /* Two records of one place are one find. */
    memcpy(made.bytes + table + 5 * 12, made.bytes + table + 4 * 12, 8);
    assert_int_equal(count_audio(BASE), 1);
    /* Records that are no find at any base. */
    for (uint32_t i = 0; i < 6; i++)
        mtkscan_put_le32(made.bytes + table + i * 12, BASE + 8 * i);
    assert_int_equal(count_audio(BASE), 0);
    assert_int_equal(count_audio(0), 0);
}

/* Nothing but records, all of which fit some tone: bounded, and told. */
static void test_audio_hostile(void **state)
{
    (void)state;
    const size_t tone = 19, tones = 3000, size = 2u << 20;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < tones; i++)
        memcpy(bytes + i * tone, "#!AMR\n\x04............", tone);
    for (size_t at = tones * tone; at + 12 <= size; at += 12) {
        mtkscan_put_le32(bytes + at, (uint32_t)(0x10000000 + at % 4096 * 7));
        mtkscan_put_le32(bytes + at + 4, 19);
        mtkscan_put_le32(bytes + at + 8, 0x11);
    }
    struct mtks_analysis *analysis = find_at(bytes, size, 0);
    assert_true(analysis->resources.count >= tones);
    mtks_analysis_free(analysis);
    free(bytes);
}

/* Strings of characters from a list of words, `count` of them, each `extra` NULs longer. */
static void put_texts(const uint16_t *const *words, size_t word_count, unsigned count,
                      unsigned extra)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned word = 0; word < 2; word++) {
            for (const uint16_t *at = words[(i + word * (1 + i / 3)) % word_count]; *at; at++)
                put_le16(&made, *at);
            if (word == 0)
                put_le16(&made, ' ');
        }
        for (unsigned nul = 0; nul <= extra; nul++)
            put_le16(&made, 0);
    }
}

/* "Settings", "Messages", "Phone book", "Volume"; Cyrillic; Chinese; Korean; kana; nonsense. */
static const uint16_t *const latin[] = {u"Settings", u"Messages\n", u"Phone book ", u"Volume: %d"};
static const uint16_t *const cyrillic[] = {
    u"\u041d\u0430\u0441\u0442\u0440\u043e\u0439\u043a\u0438",
    u" \u0422\u0435\u043b\u0435\u0444\u043e\u043d", u"SIM 1 \u0413\u0440\u043e\u043c\u043a"};
static const uint16_t *const chinese[] = {u"\u8bbe\u7f6e\u7535\u8bdd\u672c", u"\u8bf7\u9009\u62e9",
                                          u"\u4fe1\u606f\u5df2\u53d1\u9001", u"SIM\u5361"};
static const uint16_t *const korean[] = {u"\uc124\uc815\ud558\uae30", u"\uba54\uc2dc\uc9c0\uac00 ",
                                         u"\uc804\ud654\ubd80 \uc0ad\uc81c"};
static const uint16_t *const kana[] = {u"\u30e1\u30c3\u30bb\u30fc\u30b8",
                                       u"\u8a2d\u5b9a\u3057\u307e\u3059",
                                       u"\u96fb\u8a71\u5e33\u3092"};
static const uint16_t *const nonsense[] = {u"\u5045\u4e4f\u5520\u6c65\u7365", u"\u6e6f\u6563\u7473",
                                           u"\u6972\u676e\u7320\u6568\u656c\u6c6c"};
static const uint16_t *const ramp[] = {u"ABABAB", u"BABABABA", u"AABB"};
static const uint16_t *const mixed[] = {u"\u0410\u03b1\u0411\u03b2", u"\u0905\u0410\u0906\u0411"};
static const uint16_t *const capitals[] = {u"iTQbZfjFR", u"xLkUdYgieP", u"aQoWcMeRtA"};
static const uint16_t *const doubled[] = {u"\u013f\u013f\u013f\u013f", u"abbccddee", u"ffgghhii"};
static const uint16_t *const foreign[] = {u"r\u0455ar\u0451", u"abcd\u0456\u0457", u"e\u0441ef"};
static const uint16_t *const digits[] = {u"0123-4567", u"89+-*/12", u"(3.14) = 5"};

#define WORDS(list) list, sizeof list / sizeof *list

static void expect_text(const char *detail, uint64_t offset, uint64_t end)
{
    struct mtks_analysis *analysis = find(&made);
    if (!detail) {
        assert_int_equal(analysis->resources.count, 0);
    } else {
        assert_int_equal(analysis->resources.count, 1);
        const struct mtks_resource *found = &analysis->resources.items[0];
        assert_string_equal(found->format, "text");
        assert_string_equal(found->detail, detail);
        assert_int_equal(found->offset, offset);
        assert_int_equal(found->offset + found->length, end);
    }
    mtks_analysis_free(analysis);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const uint16_t *const *words;
        size_t count;
        const char *detail;
    } rows[] = {
        {WORDS(latin), "20 strings, Latin"},
        {WORDS(cyrillic), "20 strings, Cyrillic"},
        {WORDS(chinese), "20 strings, Chinese"},
        {WORDS(korean), "20 strings, Korean"},
        {WORDS(kana), "20 strings, Japanese"},
        {WORDS(nonsense), NULL},
        {WORDS(ramp), NULL},
        {WORDS(mixed), NULL},
        {WORDS(capitals), NULL},
        {WORDS(doubled), NULL},
        {WORDS(foreign), NULL},
        {WORDS(digits), NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned extra = 0; extra < 8; extra += 3) {
            made.size = 0;
            put_filler(&made, 62);
            put_texts(rows[i].words, rows[i].count, 20, extra);
            const uint64_t end = made.size - 2 * extra;
            put_filler(&made, 70);
            expect_text(rows[i].detail, 62, end);
        }
}

static void test_text_blocks(void **state)
{
    (void)state;
    /* Too few; enough with short ones between, which do not begin or end a block. */
    made.size = 0;
    put_texts(WORDS(latin), 15, 0);
    expect_text(NULL, 0, 0);
    for (unsigned i = 0; i < 2; i++) {
        put_le16(&made, 'o');
        put_le16(&made, 'k');
        put_le16(&made, 0);
        if (i == 0)
            put_texts(WORDS(latin), 1, 0);
    }
    expect_text("17 strings, Latin", 0, made.size - 6);
    /* At an odd place, or without the last NUL, it is none. */
    memmove(made.bytes + 1, made.bytes, made.size);
    made.bytes[0] = 0xDC;
    expect_text(NULL, 0, 0);
    /* Two blocks when something stands between them; and none when cut to pieces. */
    made.size = 0;
    put_texts(WORDS(latin), 16, 0);
    put_le16(&made, 0xDF00);
    put_le16(&made, 0);
    put_texts(WORDS(cyrillic), 16, 0);
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, 2);
    mtks_analysis_free(analysis);
    /* Scripts by turns. */
    made.size = 0;
    for (unsigned i = 0; i < 10; i++) {
        put_texts(WORDS(latin), 1, 0);
        put_texts(WORDS(cyrillic), 1, 0);
    }
    expect_text("20 strings, several scripts", 0, made.size);
    /* A gap of more than the alignment of strings. */
    made.size = 0;
    put_texts(WORDS(latin), 20, 12);
    expect_text(NULL, 0, 0);
    /* A string that never ends. */
    made.size = 0;
    for (unsigned i = 0; i < 5000; i++)
        put_le16(&made, 'a' + i % 26);
    put_le16(&made, 0);
    expect_text(NULL, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_audio),         cmocka_unit_test(test_audio_refused),
        cmocka_unit_test(test_audio_hostile), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_text_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
