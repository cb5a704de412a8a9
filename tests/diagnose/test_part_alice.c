/* SPDX-License-Identifier: MIT */
/* Damage inside an ALICE container: limits are small there, for the format leaves no choice. */
#include "../codec/alice_encode.h"
#include "part_case.h"

#define AT (CASE_PART + 0x20002u) /* where the container stands */

static struct alice_made made;
static uint8_t image[ALICE_IMAGE_MAX];

static void begin(void)
{
    case_begin();
    alice_usual(&made);
    alice_image(image, sizeof image);
    alice_make(&made, image, sizeof image);
    memcpy(case_bytes + AT, made.bytes, made.size);
    case_analysis->parts.items[0].length = AT + made.size - CASE_PART;
    struct mtks_container *container = MTKS_PUSH(&case_analysis->arena, &case_analysis->containers);
    *container = (struct mtks_container){
        .name = "ALICE", .codec = "alice-1", .offset = AT, .length = made.size};
}

static int set_up(void **state)
{
    (void)state;
    begin();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    case_end();
    return 0;
}

static void again(void)
{
    case_end();
    begin();
}

static void exchange(uint64_t at, uint64_t length)
{
    static uint8_t kept[0x1000];
    memcpy(kept, case_bytes + at, length);
    memcpy(case_bytes + at, case_bytes + at + length, length);
    memcpy(case_bytes + at + length, kept, length);
}

static void a_sound_container_is_silent(void **state)
{
    (void)state;
    case_expect(NULL, 0, 0, 0);
}

/* 64 bytes of anything constant, in each of the three. */
static void short_runs(void **state)
{
    (void)state;
    const uint64_t places[] = {AT + 0x1001, AT + made.map + 41, AT + made.dictionary + 35};
    static const struct {
        const char *unit, *code;
        size_t unit_length;
    } rows[] = {{"\xFF", "MTK-Q030", 1},
                {"\0", "MTK-Q031", 1},
                {"\x5A", "MTK-Q031", 1},
                {"\x55\xAA\x12", "MTK-Q032", 3}};
    for (size_t i = 0; i < 3; i++)
        for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
            again();
            for (uint64_t k = 0; k < 64; k++)
                case_bytes[places[i] + k] = (uint8_t)rows[row].unit[k % rows[row].unit_length];
            case_look();
            assert_true(mtks_finding_has(case_analysis, rows[row].code, 0));
            const struct mtks_finding *finding = case_analysis->findings.items;
            assert_in_range(finding->offset, places[i] - 4, places[i]);
            assert_in_range(finding->offset + finding->length, places[i] + 64, places[i] + 68);
        }
}

static void repeats_in_the_stream(void **state)
{
    (void)state;
    memcpy(case_bytes + AT + 0x1003, case_bytes + AT + 0x1003 - 0x80, 0x80);
    case_expect("MTK-Q033", AT + 0x1003, 0x80, 2);
}

/* The same code twice is coded alike: where all groups decode, a repeat is none. */
static void equal_groups_are_no_repeat(void **state)
{
    (void)state;
    case_end();
    case_begin();
    alice_usual(&made);
    alice_image(image, sizeof image);
    for (uint64_t at = 0x1000; at < 0x2000; at += 0x100)
        memcpy(image + at, image + 0x1000, 0x100);
    alice_make(&made, image, sizeof image);
    memcpy(case_bytes + AT, made.bytes, made.size);
    case_analysis->parts.items[0].length = AT + made.size - CASE_PART;
    struct mtks_container *container = MTKS_PUSH(&case_analysis->arena, &case_analysis->containers);
    *container = (struct mtks_container){
        .name = "ALICE", .codec = "alice-1", .offset = AT, .length = made.size};
    case_expect(NULL, 0, 0, 0);
}

static void a_bit_of_the_stream(void **state)
{
    (void)state;
    for (uint64_t at = AT + 0x800; at < AT + 0x1000; at++)
        case_bytes[at] |= 0x10;
    case_expect("MTK-Q035", AT + 0x800, 0x800, 0x20);
}

static void exchanged_in_the_mapping(void **state)
{
    (void)state;
    for (uint64_t odd = 0; odd < 4; odd++) {
        again();
        exchange(AT + made.map + 80 + odd, 96);
        case_expect("MTK-Q034", AT + made.map + 80, 192, 8);
    }
}

static void overwritten_tables(void **state)
{
    (void)state;
    for (uint64_t at = 0; at < 64; at++)
        case_bytes[AT + made.map + 101 + at] = (uint8_t)case_next();
    case_expect("MTK-Q038", AT + made.map + 101, 64, 8);
    again();
    for (uint64_t at = 0; at < 64; at += 2)
        case_put(AT + made.dictionary + 200 + at, 0x4000 + case_next() % 256);
    case_look();
    assert_true(mtks_finding_has(case_analysis, "MTK-Q038", 0));
}

/* With the decoder's word for the bad groups, the exchange is found to a few bytes. */
static void exchanged_in_the_stream(void **state)
{
    (void)state;
    for (uint64_t length = 64; length <= 0x800; length *= 2) {
        again();
        const uint64_t at = AT + 0x777;
        exchange(at, length);
        struct mtks_layer *layer = MTKS_PUSH(&case_analysis->arena, &case_analysis->layers);
        *layer = (struct mtks_layer){.name = "ALICE", .codec = "alice-1", .offset = AT};
        struct mtks_layer_fault *fault = MTKS_PUSH(&case_analysis->arena, &layer->faults);
        fault->offset = at - 10;
        fault->length = 2 * length + 30;
        case_expect(NULL, 0, 0, 0); /* it was not decoded */
        case_analysis->decoded = true;
        case_expect("MTK-Q034", at, 2 * length, 12);
    }
}

static void lost_in_the_stream(void **state)
{
    (void)state;
    const uint64_t at = AT + 0x901, lost = 0x200, end = AT + made.size;
    memmove(case_bytes + at, case_bytes + at + lost, end - at - lost);
    memset(case_bytes + end - lost, 0xFF, lost);
    case_expect("MTK-Q037", at, end - at, 0x100);
}

/* No container that a module may state leads out of bounds, or takes long. */
static void hostile_containers(void **state)
{
    (void)state;
    struct mtks_container *container = case_analysis->containers.items;
    for (uint32_t i = 0; i < 2000; i++) {
        case_bytes[AT + 8 + i % 0x20] = (uint8_t)case_next();
        case_bytes[AT + made.map + case_next() % 0x200] ^= (uint8_t)case_next();
        container->offset = i % 3 ? AT : CASE_PART + case_next() % CASE_BYTES;
        container->length = i % 5 ? made.size : UINT64_MAX - case_next() % 3;
        container->codec = i % 7 ? "alice-2" : i % 2 ? "zimage" : "no such thing";
        case_look();
    }
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    memset(case_bytes + AT + 0x1001, 0xFF, 64);
    const struct mtks_dump dump = {.bytes = case_bytes, .size = sizeof case_bytes};
    const uint64_t used = case_analysis->arena.used;
    int result = -1, failed = 0;
    for (uint64_t more = 0; more < 0x800000 && result; more += more < 0x1000 ? 64 : 0x8000) {
        case_analysis->arena.limit = used + more;
        case_analysis->findings.items = NULL;
        case_analysis->findings.count = case_analysis->findings.room = 0;
        result = mtks_diagnose_parts(case_analysis, &dump);
        failed += result != 0;
    }
    assert_int_equal(result, 0);
    assert_true(failed > 3);
}

#define CASED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASED(a_sound_container_is_silent), CASED(short_runs),
        CASED(repeats_in_the_stream),       CASED(equal_groups_are_no_repeat),
        CASED(a_bit_of_the_stream),         CASED(exchanged_in_the_mapping),
        CASED(overwritten_tables),          CASED(exchanged_in_the_stream),
        CASED(lost_in_the_stream),          CASED(hostile_containers),
        CASED(memory_runs_out_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
