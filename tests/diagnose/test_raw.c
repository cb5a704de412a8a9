/* SPDX-License-Identifier: MIT */
/* The raw detectors: each way of reading wrongly is named and undone, and nothing else is touched.
 */
#include "spoil.h"

#include "mtkscan/bytes.h"

static const char *const chips[] = {"MT6260", "MT6261", "MT2502"};

static struct test_dump dump;

static int setup(void **state)
{
    (void)state;
    dump = test_dump_make("MT6261", 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_dump_free(&dump);
    return 0;
}

static const mtkscan_fixture_part *part(const char *name)
{
    const mtkscan_fixture_part *found = mtkscan_fixture_find(&dump.truth, name);
    assert_non_null(found);
    return found;
}

static void healthy_dumps_are_left_alone(void **state)
{
    (void)state;
    for (size_t chip = 0; chip < sizeof chips / sizeof *chips; chip++) {
        for (uint32_t flags = 1; flags <= 0x800; flags *= 2) {
            struct test_dump each = test_dump_make(chips[chip], flags == 0x800 ? 0 : flags);
            struct spoil spoil = {0};
            spoil_add(&spoil, each.bytes, each.size);
            spoil_expect(&spoil, NULL, NULL, 0);
            free(spoil.bytes);
            test_dump_free(&each);
        }
    }
}

static void cut_dumps_are_left_alone(void **state)
{
    (void)state;
    struct spoil spoil = {0};
    for (size_t end = 1; end < dump.size; end += end < 0x1000 ? 0x61 : 0x1F3B1) {
        spoil_add(&spoil, dump.bytes, end);
        /* So little that only a pattern is left is told apart from a dump. */
        struct told told = spoil_tell(&spoil, true);
        assert_int_equal(told.diagnosis.step_count, 0);
        assert_int_equal(told.analysis->findings.count, end < 2 ? 1 : 0);
        told_free(&told);
        spoil.size = 0;
    }
    free(spoil.bytes);
}

static void repeats_are_cut(void **state)
{
    (void)state;
    static const size_t periods[] = {0x300000, 0x400000, 0x500000};
    struct spoil spoil = {0};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        struct spoil flash = {0};
        spoil_add(&flash, dump.bytes, dump.size < periods[i] ? dump.size : periods[i]);
        spoil_fill(&flash, 0xFF, periods[i] - flash.size);
        spoil_add(&spoil, flash.bytes, flash.size);
        spoil_add(&spoil, flash.bytes, flash.size);
        spoil_expect(&spoil, "MTK-Q006", flash.bytes, flash.size);
        spoil_add(&spoil, flash.bytes, flash.size);
        spoil_add(&spoil, flash.bytes, flash.size / 3 + 5);
        spoil_expect(&spoil, "MTK-Q006", flash.bytes, flash.size);
        free(flash.bytes);
    }
    free(spoil.bytes);
}

static void repeats_that_differ(void **state)
{
    (void)state;
    struct spoil spoil = {0};
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    spoil_add(&spoil, dump.bytes, dump.size);
    spoil_add(&spoil, dump.bytes, dump.size);
    spoil.bytes[dump.size + fixture.fat_begin + 77] ^= 4;
    spoil_expect(&spoil, "MTK-Q007", dump.bytes, dump.size);
    spoil_add(&spoil, dump.bytes, dump.size);
    spoil_add(&spoil, dump.bytes, dump.size);
    spoil.bytes[dump.size + part("VIVA")->offset + 0x999] ^= 4;
    spoil_expect(&spoil, "MTK-Q008", NULL, 0);
    free(spoil.bytes);
}

static void another_dump_behind(void **state)
{
    (void)state;
    struct test_dump other = test_dump_make("MT2502", 0);
    struct spoil spoil = {0};
    spoil_add(&spoil, dump.bytes, dump.size);
    spoil_add(&spoil, other.bytes, other.size);
    spoil_expect(&spoil, "MTK-Q015", dump.bytes, dump.size);
    free(spoil.bytes);
    test_dump_free(&other);
}

static void shifts_are_undone(void **state)
{
    (void)state;
    static const size_t shifts[] = {1, 0x54, 0x200, 0x800, 0x10000};
    struct spoil spoil = {0}, want = {0};
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        spoil_noise(&spoil, shifts[i]);
        spoil_add(&spoil, dump.bytes, dump.size);
        spoil_expect(&spoil, "MTK-Q009", dump.bytes, dump.size);
        want.size = 0;
        spoil_fill(&want, 0xFF, shifts[i]);
        spoil_add(&want, dump.bytes + shifts[i], dump.size - shifts[i]);
        spoil_add(&spoil, dump.bytes + shifts[i], dump.size - shifts[i]);
        spoil_expect(&spoil, "MTK-Q010", want.bytes, want.size);
    }
    spoil_add(&spoil, dump.bytes + 0x3000, dump.size - 0x3000);
    spoil_add(&spoil, dump.bytes, 0x3000);
    spoil_expect(&spoil, "MTK-Q011", dump.bytes, dump.size);
    free(spoil.bytes);
    free(want.bytes);
}

static void orders_are_undone(void **state)
{
    (void)state;
    static const struct mtks_view_step orders[] = {
        {.kind = MTKS_VIEW_SWAP, .unit = 2},          {.kind = MTKS_VIEW_SWAP, .unit = 4},
        {.kind = MTKS_VIEW_SWAP, .unit = 8},          {.kind = MTKS_VIEW_HALVES, .unit = 4},
        {.kind = MTKS_VIEW_HALVES, .unit = 0x400000},
    };
    const struct mtks_dump healthy = {.bytes = dump.bytes, .size = dump.size};
    struct spoil spoil = {0};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct mtks_dump turned;
        assert_int_equal(mtks_view_apply(&turned, &healthy, &orders[i], 1, dump.size, NULL),
                         MTKSCAN_DONE);
        spoil_add(&spoil, turned.bytes, (size_t)turned.size);
        mtks_dump_close(&turned);
        spoil_expect(&spoil, orders[i].unit > 8 ? "MTK-Q005" : "MTK-Q004", dump.bytes, dump.size);
    }
    free(spoil.bytes);
}

/* In the erased bytes between two parts the place does not matter, so nothing is lost. */
static void losses_between_parts(void **state)
{
    (void)state;
    struct spoil spoil = {0};
    const size_t gap = (size_t)(part("ROM")->offset + part("ROM")->length);
    spoil_add(&spoil, dump.bytes, gap + 0x100);
    spoil_add(&spoil, dump.bytes + gap + 0x180, dump.size - gap - 0x180);
    spoil_expect(&spoil, "MTK-Q019", dump.bytes, dump.size);
    spoil_add(&spoil, dump.bytes, gap + 0x100);
    spoil_noise(&spoil, 0x333);
    spoil_add(&spoil, dump.bytes + gap + 0x100, dump.size - gap - 0x100);
    spoil_expect(&spoil, "MTK-Q018", dump.bytes, dump.size);
    free(spoil.bytes);
}

static void chunks_that_stand_twice(void **state)
{
    (void)state;
    static const char *const names[] = {"EXT_BOOTLOADER", "ROM", "VIVA"};
    static const size_t sizes[] = {0x200, 0x1000, 0x2345};
    struct spoil spoil = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        /* At a packet's place, as readers do it. */
        const size_t at =
            (size_t)(part(names[i])->offset + part(names[i])->length * 3 / 4) & ~(size_t)0x1FF;
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            if (part(names[i])->length < 3 * sizes[j])
                continue;
            spoil_add(&spoil, dump.bytes, at);
            spoil_add(&spoil, dump.bytes + at - sizes[j], sizes[j]);
            spoil_add(&spoil, dump.bytes + at, dump.size - at);
            spoil_expect(&spoil, "MTK-Q014", dump.bytes, dump.size);
        }
    }
    free(spoil.bytes);
}

/* Inside a part: all behind stands right again, and what may be wrong is told. */
static void losses_inside_parts(void **state)
{
    (void)state;
    static const char *const names[] = {"INT_BOOTLOADER", "EXT_BOOTLOADER", "ROM", "VIVA"};
    struct spoil spoil = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t at = (size_t)(part(names[i])->offset + part(names[i])->length / 2);
        for (size_t more = 0; more < 2; more++) {
            spoil_add(&spoil, dump.bytes, more ? at : at - 0x100);
            if (more)
                spoil_noise(&spoil, 0x100);
            spoil_add(&spoil, dump.bytes + at, dump.size - at);
            struct told told = spoil_tell(&spoil, true);
            const struct mtks_finding *finding = told.analysis->findings.items;
            assert_int_equal(told.analysis->findings.count, 1);
            /* The small loader's hash tells the place. */
            const char *came = i == 0 ? "MTK-Q018" : "MTK-Q013";
            assert_string_equal(finding->code, more ? came : "MTK-Q012");
            assert_true(told.diagnosis.view.size == dump.size);
            for (size_t j = 0; j < dump.size; j++)
                if (told.diagnosis.view.bytes[j] != dump.bytes[j])
                    assert_true(j >= finding->offset && j < finding->offset + finding->length);
            assert_true(finding->offset >= part(names[i])->offset &&
                        finding->offset + finding->length <=
                            part(names[i])->offset + part(names[i])->length + 0x100000);
            told_free(&told);
            spoil.size = 0;
        }
    }
    free(spoil.bytes);
}

static void files_of_kits(void **state)
{
    (void)state;
    struct spoil spoil = {0}, want = {0};
    for (uint32_t i = 0; i < dump.truth.part_count; i++) {
        const mtkscan_fixture_part *each = &dump.truth.parts[i];
        spoil_fill(&want, 0xFF, (size_t)each->offset);
        spoil_add(&want, dump.bytes + each->offset, (size_t)each->length);
        spoil_add(&spoil, dump.bytes + each->offset, (size_t)each->length);
        spoil_expect(&spoil, "MTK-Q003", want.bytes, want.size);
        want.size = 0;
    }
    const mtkscan_fixture_part *rom = part("ROM"), *viva = part("VIVA");
    const size_t length = (size_t)(viva->offset + viva->length - rom->offset);
    uint8_t head[0x80] = {0};
    mtkscan_put_le32(head, (uint32_t)rom->load_addr);
    mtkscan_put_le32(head + 4, (uint32_t)length);
    mtkscan_put_le32(head + 16, (uint32_t)length + 0x80);
    spoil_add(&spoil, head, sizeof head);
    spoil_add(&spoil, dump.bytes + rom->offset, length);
    spoil_fill(&want, 0xFF, (size_t)rom->offset);
    spoil_add(&want, dump.bytes + rom->offset, length);
    spoil_expect(&spoil, "MTK-Q003", want.bytes, want.size);
    free(spoil.bytes);
    free(want.bytes);
}

static void things_behind_the_flash(void **state)
{
    (void)state;
    static const char log[] = "Read back done. 0 errors, 4194304 bytes, 212 s.\r\n";
    struct spoil spoil = {0};
    for (size_t kind = 0; kind < 5; kind++) {
        static const char *const codes[] = {"MTK-Q016", "MTK-Q016", "MTK-Q017", NULL, "MTK-Q017"};
        spoil_add(&spoil, dump.bytes, dump.size);
        if (kind == 0)
            spoil_add(&spoil, log, sizeof log - 1);
        else if (kind == 2)
            spoil_noise(&spoil, 0x400);
        else
            spoil_fill(&spoil, kind == 1 ? 0 : 0xFF, kind == 4 ? 0x1040 : 0x100000);
        spoil_expect(&spoil, codes[kind], kind < 2 ? dump.bytes : NULL, dump.size);
    }
    free(spoil.bytes);
}

static void what_is_no_flash(void **state)
{
    (void)state;
    static const char *const codes[] = {"MTK-Q001", "MTK-Q001", "MTK-Q001",
                                        "MTK-Q001", "MTK-Q002", "MTK-Q002"};
    for (size_t kind = 0; kind < sizeof codes / sizeof *codes; kind++) {
        struct spoil spoil = {0};
        for (size_t i = 0; kind == 3 && i < 0x1000; i++)
            spoil_add(&spoil, "\xDE\xAD\xBE\xEF", 4);
        for (size_t i = 0; kind > 3 && i < 8; i++)
            spoil_add(&spoil, kind == 4 ? "\x18\xF0\x9F\xE5" : "\x06\0\0\xEA", 4);
        if (kind == 1 || kind == 2)
            spoil_fill(&spoil, kind == 1 ? 0xFF : 0x00, 0x5000);
        if (kind > 3)
            spoil_noise(&spoil, kind == 4 ? 0x40000 : 0x10000 - 32);
        struct told told = spoil_tell(&spoil, true);
        assert_int_equal(told.analysis->findings.count, 1);
        assert_string_equal(told.analysis->findings.items[0].code, codes[kind]);
        assert_true(told.diagnosis.hopeless);
        assert_int_equal(told.diagnosis.step_count, 0);
        told_free(&told);
        free(spoil.bytes);
    }
}

/* Firmware that is kept as a file in the file system is no anchor. */
static void firmware_in_the_file_system(void **state)
{
    (void)state;
    struct spoil spoil = {0};
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    spoil_add(&spoil, dump.bytes, dump.size);
    for (uint32_t i = 0; i < dump.truth.part_count; i++) {
        const mtkscan_fixture_part *each = &dump.truth.parts[i];
        memcpy(spoil.bytes + fixture.fat_begin + 0x1200 + (size_t)i * 0x4000,
               dump.bytes + each->offset, 0x2000);
    }
    spoil_expect(&spoil, NULL, NULL, 0);
    free(spoil.bytes);
}

static void several_faults_at_once(void **state)
{
    (void)state;
    struct spoil flash = {0}, spoil = {0};
    static const char *const codes[] = {"MTK-Q004", "MTK-Q006", "MTK-Q009"};
    const struct mtks_view_step swap = {.kind = MTKS_VIEW_SWAP, .unit = 2};
    struct mtks_dump turned, from;
    spoil_noise(&flash, 0x40);
    spoil_add(&flash, dump.bytes, dump.size);
    spoil_add(&flash, dump.bytes, dump.size);
    from = (struct mtks_dump){.bytes = flash.bytes, .size = flash.size};
    assert_int_equal(mtks_view_apply(&turned, &from, &swap, 1, flash.size, NULL), MTKSCAN_DONE);
    spoil_add(&spoil, turned.bytes, (size_t)turned.size);
    struct told told = spoil_tell(&spoil, true);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_true(mtks_finding_has(told.analysis, codes[i], MTKSCAN_NO_PART));
    assert_int_equal(told.analysis->findings.count, 3);
    assert_true(told.diagnosis.view.size == dump.size);
    assert_memory_equal(told.diagnosis.view.bytes, dump.bytes, dump.size);
    told_free(&told);
    mtks_dump_close(&turned);
    free(flash.bytes);
    free(spoil.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_dumps_are_left_alone),
        cmocka_unit_test(cut_dumps_are_left_alone),
        cmocka_unit_test(repeats_are_cut),
        cmocka_unit_test(repeats_that_differ),
        cmocka_unit_test(another_dump_behind),
        cmocka_unit_test(shifts_are_undone),
        cmocka_unit_test(orders_are_undone),
        cmocka_unit_test(losses_between_parts),
        cmocka_unit_test(chunks_that_stand_twice),
        cmocka_unit_test(losses_inside_parts),
        cmocka_unit_test(files_of_kits),
        cmocka_unit_test(things_behind_the_flash),
        cmocka_unit_test(what_is_no_flash),
        cmocka_unit_test(firmware_in_the_file_system),
        cmocka_unit_test(several_faults_at_once),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
