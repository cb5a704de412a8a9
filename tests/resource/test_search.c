/* SPDX-License-Identifier: MIT */
/* The search as a whole: what lies inside what, allowances, and where is looked. */
#include "make.h"

static struct made made;

static const struct mtks_resource *item(const struct mtks_analysis *analysis, size_t index)
{
    assert_true(index < analysis->resources.count);
    return &analysis->resources.items[index];
}

static void expect(const struct mtks_resource *found, const char *format, uint64_t offset,
                   uint64_t length)
{
    assert_string_equal(found->format, format);
    assert_int_equal(found->offset, offset);
    assert_int_equal(found->length, length);
}

static void test_all_samples(void **state)
{
    (void)state;
    uint64_t offsets[SAMPLES], lengths[SAMPLES];
    made.size = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        put_filler(&made, 5 + i);
        offsets[i] = made.size;
        samples[i].make(&made);
        lengths[i] = made.size - offsets[i];
    }
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, SAMPLES);
    for (size_t i = 0; i < SAMPLES; i++)
        expect(item(analysis, i), samples[i].format, offsets[i], lengths[i]);
    assert_int_equal(analysis->log.count, 0);
    mtks_analysis_free(analysis);
}

static void test_inside(void **state)
{
    (void)state;
    /* A thumbnail in a JPEG, and two pictures in a WAV's chunk. */
    static struct made inner;
    made.size = inner.size = 0;
    make_jpeg(&inner);
    put(&made, "\xFF\xD8", 2);
    put_jpeg_segment(&made, 0xE1, inner.bytes, inner.size);
    const size_t tail = made.size;
    make_jpeg(&made);
    memmove(made.bytes + tail, made.bytes + tail + 2, made.size - tail - 2);
    made.size -= 2;
    const size_t wav = made.size;
    make_wav(&made);
    inner.size = 0;
    make_gif87(&inner);
    make_gif89(&inner);
    mtkscan_put_le32(made.bytes + wav + 4, 4 + 8 + 16 + 8 + 4 + 8 + (uint32_t)inner.size);
    mtkscan_put_le32(made.bytes + wav + 52, (uint32_t)inner.size);
    made.size -= 8;
    put(&made, inner.bytes, inner.size);
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, 2);
    /* Of one format the outer one is enough. */
    expect(item(analysis, 0), "jpeg", 0, wav);
    assert_string_equal(item(analysis, 0)->detail, "sequential, 1 scan");
    expect(item(analysis, 1), "wav", wav, made.size - wav);
    assert_string_equal(item(analysis, 1)->detail,
                        "8000 Hz, 2 channels, PCM, holds 2 more, first gif at +0x38");
    mtks_analysis_free(analysis);
}

static void test_overlap(void **state)
{
    (void)state;
    /* Sounds without an end may run into what follows them. The longer one is believed. */
    made.size = 0;
    put_text(&made, "#!AMR\n");
    put8(&made, 0x3C);
    put_filler(&made, 20);
    const size_t start = made.size;
    make_gif89(&made);
    struct mtks_analysis *analysis = find(&made);
    assert_int_equal(analysis->resources.count, 1);
    expect(item(analysis, 0), "gif", start, made.size - start);
    mtks_analysis_free(analysis);

    made.size = 0;
    make_mp3(&made);
    made.size -= 10;
    make_gif87(&made);
    analysis = find(&made);
    assert_int_equal(analysis->resources.count, 1);
    assert_string_equal(item(analysis, 0)->format, "mp3");
    mtks_analysis_free(analysis);
}

/* Many starts, each of which has to be walked far before it is refused. */
static void test_hostile(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        size_t count;
    } rows[] = {
        {"GIF89a\1\1\1\1\1\1\1\x21\xFE\1", 16},
        {"\x89PNG\r\n\x1A\n\0\1\0\0IHDR", 16},
        {"MMMD\0\1\0\0CNTI\0\0\0\0MTR\1\0\0\xFF\xD6", 24},
        {"MThd\0\0\0\6\0\0\0\1\0\1MTrk\0\1\0\0\1\xC0\1\1\1\1", 28},
        {"RIFF\xD8\xFF\1\0WAVEabcd\0\0\0\0", 20},
        {"BEGIN:IMELODY\nMELODY:\n", 22},
        {"\xFF\xD8\xFF\xDB\0\x43\0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
         "AAAA"
         "\xFF\xC0\0\x0B\x08\0\1\0\1\1\1\1\1\xFF\xDA\0\x08\1\1\1\1\1\1",
         0x5D},
    };
    const size_t size = 3u << 20;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t at = 0; at < size; at++)
            bytes[at] = (uint8_t)rows[i].start[at % rows[i].count];
        struct mtks_analysis *analysis = find_at(bytes, size, 0);
        assert_int_equal(analysis->resources.count, 0);
        assert_true(analysis->log.count <= 1);
        if (analysis->log.count == 1)
            assert_non_null(strstr(analysis->log.items[0].text, "false starts"));
        mtks_analysis_free(analysis);
    }
    /* Of the first kind, the allowance ends, and that is said. */
    for (size_t at = 0; at < size; at++)
        bytes[at] = (uint8_t)rows[0].start[at % rows[0].count];
    struct mtks_analysis *analysis = find_at(bytes, size, 0);
    assert_int_equal(analysis->log.count, 1);
    assert_string_equal(analysis->log.items[0].text,
                        "too many false starts: not all was looked at in the 3145728 bytes at 0x0 "
                        "of the dump");
    mtks_analysis_free(analysis);
    free(bytes);
}

static void test_limits(void **state)
{
    (void)state;
    const size_t unit = 19, count = MTKS_RESOURCES_MOST + 100;
    uint8_t *bytes = malloc(unit * count);
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + i * unit, "#!AMR\n\x04............", unit);
    struct mtks_analysis *analysis = find_at(bytes, unit * count, 0);
    assert_int_equal(analysis->resources.count, MTKS_RESOURCES_MOST);
    assert_int_equal(analysis->log.count, 1);
    assert_non_null(strstr(analysis->log.items[0].text, "too many resources"));
    const struct mtks_resource_span more = {.bytes = bytes, .length = unit};
    assert_int_equal(mtks_resources_find(analysis, &more, NULL), 0);
    assert_int_equal(analysis->resources.count, MTKS_RESOURCES_MOST);
    mtks_analysis_free(analysis);

    /* Any limit of memory is met without a crash. */
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    int refused = 0, done = 0;
    for (limits.memory = 0x8000; limits.memory < 0x40000; limits.memory += 0x1800) {
        analysis = mtks_analysis_new(&limits);
        const struct mtks_resource_span span = {.bytes = bytes, .length = unit * 400};
        if (!analysis)
            continue;
        if (mtks_resources_find(analysis, &span, NULL) == 0)
            done++;
        else
            refused++;
        mtks_analysis_free(analysis);
    }
    assert_true(done > 0 && refused > 0);
    free(bytes);
}

struct stops {
    int calls, after;
};

static int stop(void *ctx, const char *stage, uint64_t at, uint64_t total)
{
    struct stops *stops = ctx;
    assert_string_equal(stage, "resources");
    assert_true(at <= total);
    return ++stops->calls > stops->after;
}

static void test_progress(void **state)
{
    (void)state;
    const size_t size = 5u << 19;
    uint8_t *bytes = calloc(1, size);
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    assert_true(bytes && analysis);
    const struct mtks_resource_span span = {.bytes = bytes, .length = size};
    struct stops stops = {.after = 2};
    const struct mtks_progress progress = {.step = stop, .ctx = &stops};
    assert_int_equal(mtks_resources_find(analysis, &span, &progress), 1);
    stops = (struct stops){.after = 100};
    assert_int_equal(mtks_resources_find(analysis, &span, &progress), 0);
    assert_int_equal(stops.calls, 3);
    stops = (struct stops){.after = 0};
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    assert_non_null(part);
    part->length = part->present = size;
    assert_int_equal(mtks_resources_find_all(analysis, bytes, size, &progress), 1);
    assert_false(analysis->searched);
    mtks_analysis_free(analysis);
    free(bytes);
}

static void part_add(struct mtks_analysis *analysis, uint64_t offset, uint64_t present)
{
    struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
    assert_non_null(part);
    part->offset = offset;
    part->present = part->length = present;
    part->load_addr = 0x10000000 + offset;
}

static void container_add(struct mtks_analysis *analysis, uint64_t offset, uint64_t length)
{
    struct mtks_container *container = MTKS_PUSH(&analysis->arena, &analysis->containers);
    assert_non_null(container);
    container->offset = offset;
    container->length = length;
}

static void test_everywhere(void **state)
{
    (void)state;
    static uint8_t dump[0x1000], image[0x200];
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    made.size = 0;
    make_gif87(&made);
    /* In no part, in two parts at once, in a container, across its edge, in a blob, in the last. */
    static const size_t places[] = {0x080, 0x180, 0x320, 0x3F0, 0x520, 0x700};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        memcpy(dump + places[i], made.bytes, made.size);
    memcpy(image + 0x40, made.bytes, made.size);
    part_add(analysis, 0x600, 0x200);
    part_add(analysis, 0x100, 0x200);
    part_add(analysis, 0x100, 0x500);
    part_add(analysis, 0x180, 0x80);
    part_add(analysis, 0x2000, 0);
    part_add(analysis, 0xF00, 0x200); /* not inside the dump: left out */
    container_add(analysis, 0x300, 0x100);
    container_add(analysis, 0x310, 0x10);
    container_add(analysis, 0x5F0, 0x20); /* over the border of two parts */
    container_add(analysis, 0xFF0, 0x100);
    container_add(analysis, 0x3000, 0x100);
    struct mtks_layer *closed = MTKS_PUSH(&analysis->arena, &analysis->layers);
    assert_non_null(closed);
    *closed = (struct mtks_layer){.name = "closed", .offset = 0x300, .length = 0x100};
    struct mtks_layer *layer = MTKS_PUSH(&analysis->arena, &analysis->layers);
    assert_non_null(layer);
    *layer = (struct mtks_layer){.name = "LZMA-0", .offset = 0x500, .length = 0x80, .size = 0x200};
    layer->bytes = malloc(sizeof image);
    assert_non_null(layer->bytes);
    memcpy(layer->bytes, image, sizeof image);

    assert_int_equal(mtks_resources_find_all(analysis, dump, sizeof dump, NULL), 0);
    assert_true(analysis->searched);
    assert_int_equal(analysis->resources.count, 3);
    expect(item(analysis, 0), "gif", 0x180, made.size);
    assert_int_equal(item(analysis, 0)->layer, MTKS_NO_LAYER);
    expect(item(analysis, 1), "gif", 0x700, made.size);
    expect(item(analysis, 2), "gif", 0x40, made.size);
    assert_int_equal(item(analysis, 2)->layer, 1);
    mtks_analysis_free(analysis);

    analysis = mtks_analysis_new(&limits);
    assert_int_equal(mtks_resources_find_all(analysis, dump, 0, NULL), 0);
    assert_true(analysis->searched);
    mtks_analysis_free(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_samples), cmocka_unit_test(test_inside),
        cmocka_unit_test(test_overlap),     cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_progress),
        cmocka_unit_test(test_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
