/* SPDX-License-Identifier: MIT */
/* The host table over a dump, the search behind find(), and the shapes of texts. */
#include <stdlib.h>
#include <string.h>

#include "host/services.h"
#include "host/shape.h"
#include "model/utf8.h"
#include "support.h"

#define SIZE 0x30000u

static uint8_t bytes[SIZE];

static struct mtks_dump dump_of(void)
{
    return (struct mtks_dump){.bytes = bytes, .size = SIZE};
}

static void test_read_and_span(void **state)
{
    (void)state;
    struct mtks_dump dump = dump_of();
    struct mtks_services services;
    mtks_services_init(&services, &dump, NULL, NULL, 4096);
    const mtkscan_host *host = &services.host;
    memcpy(bytes + SIZE - 4, "last", 4);
    char out[8] = "xxxxxxx";
    assert_int_equal(host->struct_size, sizeof(mtkscan_host));
    assert_int_equal(host->abi, MTKSCAN_ABI);
    assert_int_equal(host->size(host), SIZE);
    assert_int_equal(host->read(host, SIZE - 4, out, 4), MTKSCAN_OK);
    assert_memory_equal(out, "lastxxx", 8);
    assert_int_equal(host->read(host, SIZE - 3, out, 4), MTKSCAN_E_RANGE);
    assert_int_equal(host->read(host, UINT64_MAX - 1, out, 4), MTKSCAN_E_RANGE);
    assert_int_equal(host->read(host, 0, out, UINT64_MAX), MTKSCAN_E_RANGE);
    assert_memory_equal(out, "lastxxx", 8); /* all or nothing */
    assert_int_equal(host->read(host, SIZE, NULL, 0), MTKSCAN_OK);
    assert_int_equal(host->read(host, SIZE + 1, NULL, 0), MTKSCAN_E_RANGE);
    assert_int_equal(host->read(host, 0, NULL, 1), MTKSCAN_E_INVALID);
    assert_ptr_equal(host->span(host, SIZE - 4, 4), bytes + SIZE - 4);
    assert_null(host->span(host, SIZE - 4, 5));
    assert_null(host->span(host, UINT64_MAX, 2));
    assert_null(host->extension(host, "mtkscan.nothing/1"));
    mtks_services_free(&services);
    memset(bytes, 0, SIZE);
}

static void test_scratch(void **state)
{
    (void)state;
    struct mtks_dump dump = dump_of();
    struct mtks_services services;
    mtks_services_init(&services, &dump, NULL, NULL, 4096);
    const mtkscan_host *host = &services.host;
    uint8_t *piece = host->scratch(host, 4000);
    assert_non_null(piece);
    for (size_t i = 0; i < 4000; i++)
        assert_int_equal(piece[i], 0);
    assert_null(host->scratch(host, 4000));
    assert_null(host->scratch(host, UINT64_MAX));
    mtks_services_free(&services);
}

/* Each emit_* call reaches the sink as its own kind: one record, and then one that is wrong. */
static void test_emit(void **state)
{
    (void)state;
    struct mtks_dump dump = dump_of();
    struct mtks_services services;
    struct mtks_arena arena;
    struct mtks_sink sink;
    const mtkscan_host *host = &services.host;
    mtks_arena_init(&arena, 1u << 20);
    mtks_services_init(&services, &dump, NULL, NULL, 0);
    mtkscan_zone zone = MTKSCAN_INIT(mtkscan_zone);
    zone.block = 4096;
    assert_int_equal(host->emit_zone(host, &zone), MTKSCAN_E_INVALID); /* nobody to take it */
    host->log(host, MTKSCAN_LOG_INFO, "nobody listens");
    assert_int_equal(host->cancelled(host), 0);

    services.sink = &sink;
    mtks_sink_init(&sink, &arena, 1u << 19, 10, MTKS_PHASE_FLASH_IDS);
    assert_int_equal(host->emit_zone(host, &zone), MTKSCAN_OK);
    host->log(host, MTKSCAN_LOG_INFO, "a line");
    assert_int_equal(sink.zones.count, 1);
    assert_int_equal(sink.log.count, 1);
    assert_int_equal(host->cancelled(host), 0);

#define WRONG(name, phase)                                                                         \
    do {                                                                                           \
        mtkscan_##name record = MTKSCAN_INIT(mtkscan_##name);                                      \
        mtks_sink_init(&sink, &arena, 1u << 19, 10, (phase));                                      \
        record.abi = 0;                                                                            \
        assert_int_equal(host->emit_##name(host, &record), MTKSCAN_E_INVALID);                     \
        assert_int_equal(strncmp(sink.misbehaved, #name ".abi", strlen(#name ".abi")), 0);         \
        assert_int_equal(host->cancelled(host), 1);                                                \
    } while (0)
    WRONG(evidence, MTKS_PHASE_CLAIM);
    WRONG(fact, MTKS_PHASE_LAYOUT);
    WRONG(part, MTKS_PHASE_LAYOUT);
    WRONG(check, MTKS_PHASE_LAYOUT);
    WRONG(container, MTKS_PHASE_LAYOUT);
    WRONG(flash, MTKS_PHASE_FLASH_IDS);
    WRONG(flash_id, MTKS_PHASE_FLASH_IDS);
    WRONG(zone, MTKS_PHASE_FLASH_IDS);
    WRONG(range, MTKS_PHASE_LAYOUT);
    WRONG(notice, MTKS_PHASE_FLASH_IDS);
#undef WRONG
    mtks_services_free(&services);
    mtks_arena_free(&arena);
}

static int32_t ends_well(const mtkscan_host *host)
{
    return host->size(host) == SIZE ? MTKSCAN_OK : MTKSCAN_E_FAILED;
}

static int32_t fails(const mtkscan_host *host)
{
    (void)host;
    return MTKSCAN_E_FAILED;
}

static int32_t returns_a_score(const mtkscan_host *host)
{
    (void)host;
    return INT32_MAX;
}

static void test_call(void **state)
{
    (void)state;
    static const struct {
        int32_t (*callback)(const mtkscan_host *host);
        const char *reason;
    } rows[] = {
        {ends_well, NULL},
        {fails, "claim returned -6"},
        {returns_a_score, "claim returned 2147483647"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mtks_dump dump = dump_of();
        struct mtks_services services;
        struct mtks_arena arena;
        struct mtks_sink sink;
        mtks_arena_init(&arena, 1u << 16);
        mtks_sink_init(&sink, &arena, 1u << 15, 10, MTKS_PHASE_CLAIM);
        mtks_services_init(&services, &dump, NULL, &sink, 0);
        mtks_services_call(&services, rows[i].callback, "claim");
        if (rows[i].reason)
            assert_string_equal(sink.misbehaved, rows[i].reason);
        else
            assert_null(sink.misbehaved);
        mtks_services_free(&services);
        mtks_arena_free(&arena);
    }
}

/* ---- find */

static void test_find_arguments(void **state)
{
    (void)state;
    struct mtks_dump dump = dump_of();
    struct mtks_services services;
    mtks_services_init(&services, &dump, NULL, NULL, 0);
    const mtkscan_host *host = &services.host;
    uint8_t pattern[65] = "magic";
    uint64_t at = 7;
    memcpy(bytes + SIZE - 5, "magic", 5);
    assert_int_equal(host->find(host, 0, SIZE, NULL, 5, &at), MTKSCAN_E_INVALID);
    assert_int_equal(host->find(host, 0, SIZE, pattern, 0, &at), MTKSCAN_E_INVALID);
    assert_int_equal(host->find(host, 0, SIZE, pattern, 65, &at), MTKSCAN_E_INVALID);
    assert_int_equal(host->find(host, 0, SIZE, pattern, 5, NULL), MTKSCAN_E_INVALID);
    assert_int_equal(host->find(host, 0, SIZE + 1, pattern, 5, &at), MTKSCAN_E_RANGE);
    assert_int_equal(host->find(host, 9, 8, pattern, 5, &at), MTKSCAN_E_RANGE);
    assert_int_equal(host->find(host, 0, SIZE - 1, pattern, 5, &at), MTKSCAN_E_NOT_FOUND);
    assert_int_equal(host->find(host, SIZE, SIZE, pattern, 5, &at), MTKSCAN_E_NOT_FOUND);
    assert_int_equal(at, 7);
    assert_int_equal(host->find(host, 0, SIZE, pattern, 5, &at), MTKSCAN_OK);
    assert_int_equal(at, SIZE - 5);
    mtks_services_free(&services);
    memset(bytes, 0, SIZE);
}

/* The plain truth. */
static bool slow_find(uint64_t from, uint64_t to, const char *pattern, uint64_t length,
                      uint64_t *at)
{
    for (uint64_t i = from; to >= length && i <= to - length; i++)
        if (memcmp(bytes + i, pattern, length) == 0) {
            *at = i;
            return true;
        }
    return false;
}

/* Remembered or not, whatever was asked before: the answer is that of the plain search. */
static void test_find_agrees(void **state)
{
    (void)state;
    static const char *const patterns[] = {"a", "ab", "aa", "MMM", "absent", "aaab"};
    struct mtks_dump dump = dump_of();
    struct mtks_finder *finder = mtks_finder_new();
    uint32_t seed = 12345;
    for (size_t i = 0; i < SIZE; i++) {
        seed = seed * 1103515245u + 12345u;
        bytes[i] = (uint8_t)((seed >> 16 & 63) == 0 ? "aabM"[seed >> 24 & 3] : '.');
    }
    for (size_t at = 100; at + 8 < SIZE; at += 9973)
        memcpy(bytes + at, at & 1 ? "aaab" : "MMMM", 4);
    for (int round = 0; round < 3000; round++) {
        seed = seed * 1103515245u + 12345u;
        const char *pattern = patterns[(seed >> 8) % 6];
        uint64_t length = strlen(pattern);
        uint64_t from = (seed >> 4) % (SIZE + 1);
        seed = seed * 1103515245u + 12345u;
        uint64_t window = (seed >> 8) % (round % 3 == 0 ? 50 : SIZE + 1);
        uint64_t to = from + window > SIZE ? SIZE : from + window;
        uint64_t got = 0, want = 0;
        bool found = mtks_finder_find(finder, &dump, from, to, pattern, length, &got);
        assert_int_equal(found, slow_find(from, to, pattern, length, &want));
        assert_int_equal(got, want);
    }
    mtks_finder_free(finder);
    memset(bytes, 0, SIZE);
}

/* A dump full of matches: no more are remembered than allowed, and none is missed. */
static void test_find_full(void **state)
{
    (void)state;
    struct mtks_dump dump = dump_of();
    struct mtks_finder *finder = mtks_finder_new();
    uint64_t at = 0, steps = 0;
    for (uint64_t from = 0; mtks_finder_find(finder, &dump, from, SIZE, "\0", 1, &at);
         from = at + 1) {
        assert_int_equal(at, from);
        steps++;
    }
    assert_int_equal(steps, SIZE);
    assert_true(mtks_finder_find(finder, &dump, 3, SIZE, "\0", 1, &at)); /* and back */
    assert_int_equal(at, 3);
    mtks_finder_free(finder);
    mtks_finder_free(NULL);
    assert_true(mtks_finder_find(NULL, &dump, 5, SIZE, "\0", 1, &at));
    assert_int_equal(at, 5);
}

static void test_find_many_patterns(void **state)
{
    (void)state;
    struct mtks_dump dump = dump_of();
    struct mtks_finder *finder = mtks_finder_new();
    for (unsigned i = 0; i < MTKS_FINDER_SLOTS + 40; i++) {
        uint8_t pattern[3] = {0xFE, (uint8_t)(i >> 8), (uint8_t)i};
        uint64_t place = 1000 + 16 * i, at = 0;
        memcpy(bytes + place, pattern, 3);
        for (int again = 0; again < 2; again++) {
            assert_true(mtks_finder_find(finder, &dump, 0, SIZE, pattern, 3, &at));
            assert_int_equal(at, place);
        }
    }
    mtks_finder_free(finder);
    memset(bytes, 0, SIZE);
}

/* ---- shapes */

static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"", true},
        {"plain", true},
        {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF \xEF\xBF\xBD", true},
        {"\xED\x9F\xBF\xEE\x80\x80", true},
        {"\x80", false},             /* continuation alone */
        {"\xC3", false},             /* cut */
        {"\xE2\x82", false},         /* cut */
        {"\xF0\x9F\x98", false},     /* cut */
        {"\xC0\x80", false},         /* overlong */
        {"\xC1\xBF", false},         /* overlong */
        {"\xE0\x9F\xBF", false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", false}, /* overlong */
        {"\xED\xA0\x80", false},     /* surrogate */
        {"\xF4\x90\x80\x80", false}, /* beyond U+10FFFF */
        {"\xF5\x80\x80\x80", false},
        {"\xFF", false},
        {"\xC3(", false},
        {"\xE2\x82(", false},
        {"\xF0\x9F(\x80", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(mtks_utf8_valid(rows[i].text, strlen(rows[i].text)), rows[i].valid);
    assert_false(mtks_utf8_valid("a\0b", 3));
}

static void test_texts(void **state)
{
    (void)state;
    char text[MTKSCAN_TEXT_MAX + 2];
    memset(text, 'x', sizeof text);
    text[MTKSCAN_TEXT_MAX] = 0;
    assert_null(mtks_text_fault(text));
    text[MTKSCAN_TEXT_MAX] = 'x'; /* and no NUL at all behind it */
    assert_string_equal(mtks_text_fault(text), "is longer than 512 bytes");
    assert_string_equal(mtks_text_fault(NULL), "is NULL");
    assert_string_equal(mtks_text_fault("\xFF"), "is not valid UTF-8");
    static const struct {
        const char *id;
        bool good;
    } ids[] = {
        {"mt", true},
        {"9a", true},
        {"a_b-c", true},
        {"a23456789012345678901234567890ab", true},
        {"a23456789012345678901234567890abc", false},
        {"", false},
        {"a", false},
        {"_a", false},
        {"-a", false},
        {"Aa", false},
        {"a b", false},
        {"a/b", false},
        {"a\xC3\xA9", false},
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_int_equal(mtks_is_module_id(ids[i].id), ids[i].good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_span),  cmocka_unit_test(test_scratch),
        cmocka_unit_test(test_emit),           cmocka_unit_test(test_call),
        cmocka_unit_test(test_find_arguments), cmocka_unit_test(test_find_agrees),
        cmocka_unit_test(test_find_full),      cmocka_unit_test(test_find_many_patterns),
        cmocka_unit_test(test_utf8),           cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
