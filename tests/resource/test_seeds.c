/* SPDX-License-Identifier: MIT */
/* The seeds of the fuzz target `resource` are the samples of these tests. With MTKSCAN_WRITE_SEEDS
 * in the environment they are written anew. */
#include "make.h"

#define FOLDER TEST_SOURCE_DIR "/tests/fuzz/corpus/resource"

static struct made made;

static void seed(const char *name)
{
    size_t there = 0;
    if (getenv("MTKSCAN_WRITE_SEEDS"))
        free(test_file_write(FOLDER, name, made.bytes, made.size));
    char *found = test_file_read(FOLDER, name, &there);
    assert_non_null(found);
    assert_int_equal(there, made.size);
    assert_memory_equal(found, made.bytes, there);
    free(found);
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        made.size = 0;
        samples[i].make(&made);
        seed(samples[i].name);
    }
}

/* A table of tones, and texts. */
static void test_tables(void **state)
{
    (void)state;
    uint32_t offsets[6];
    made.size = 0;
    for (unsigned i = 0; i < 6; i++) {
        offsets[i] = (uint32_t)made.size;
        if (i < 5)
            make_imelody_template(&made);
        else
            put_filler(&made, 62);
    }
    while (made.size % 4)
        put8(&made, 0);
    for (unsigned i = 0; i < 6; i++) {
        put_le32(&made, 0x10000000 + offsets[i]);
        put_le32(&made, 62);
        put_le32(&made, 0x12);
    }
    seed("audio_table");
    made.size = 0;
    for (unsigned i = 0; i < 18; i++) {
        static const uint16_t words[3][6] = {u"Menu 1", u"\u0413\u0440\u043e\u043c\u043a\u043e",
                                             u"\u8bbe\u7f6e\u7535\u8bdd\u672c."};
        for (unsigned j = 0; j < 6; j++)
            put_le16(&made, words[i % 3][j]);
        put_le16(&made, 0);
    }
    seed("texts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples),
                                       cmocka_unit_test(test_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
