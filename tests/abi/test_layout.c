/* SPDX-License-Identifier: MIT */
/* Every member of every published minor is where it was, on machines with 64-bit pointers. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/plugin.h"
#include "support.h"

#if UINTPTR_MAX == UINT64_MAX
#define MEMBER(type, member, place)                                                                \
    _Static_assert(offsetof(type, member) == (place), #type "." #member " moved");
#define SIZE(type, size) _Static_assert(sizeof(type) >= (size), #type " shrank");
#include "abi_1_0.inc"
#include "abi_1_1.inc"
#undef MEMBER
#undef SIZE
#endif

/* Codes and flags are part of the boundary: a module has them compiled in. */
static void constants_keep_their_values(void **state)
{
    (void)state;
    static const struct {
        long long now, frozen;
    } values[] = {
        {MTKSCAN_OK, 0},
        {MTKSCAN_E_RANGE, -1},
        {MTKSCAN_E_LIMIT, -2},
        {MTKSCAN_E_NOT_FOUND, -3},
        {MTKSCAN_E_INVALID, -4},
        {MTKSCAN_E_CANCELLED, -5},
        {MTKSCAN_E_FAILED, -6},
        {MTKSCAN_TEXT_MAX, 512},
        {MTKSCAN_BYTES_MAX, 64},
        {MTKSCAN_SCORE_MAX, 512},
        {MTKSCAN_NO_PART, 0xFFFFFFFF},
        {MTKSCAN_EVIDENCE_CONTRADICTION, 1},
        {MTKSCAN_EVIDENCE_COMMON, 2},
        {MTKSCAN_REGION_NONE, 0},
        {MTKSCAN_REGION_BOOT, 1},
        {MTKSCAN_REGION_CONTROL, 2},
        {MTKSCAN_REGION_MAIN, 3},
        {MTKSCAN_REGION_FILES, 4},
        {MTKSCAN_PART_ABSENT, 1},
        {MTKSCAN_PART_EXTRA, 2},
        {MTKSCAN_CHECK_SHA1, 1},
        {MTKSCAN_CHECK_BYTES, 2},
        {MTKSCAN_CHECK_SAME, 3},
        {MTKSCAN_CHECK_U32, 4},
        {MTKSCAN_CHECK_RELATION, 5},
        {MTKSCAN_CHECK_TEXT, 6},
        {MTKSCAN_CHECK_CHAIN, 7},
        {MTKSCAN_EQUAL, 1},
        {MTKSCAN_AT_MOST, 2},
        {MTKSCAN_AT_LEAST, 3},
        {MTKSCAN_FAIL_DAMAGE, 1},
        {MTKSCAN_FAIL_WARNING, 2},
        {MTKSCAN_LOG_DEBUG, 0},
        {MTKSCAN_LOG_INFO, 1},
        {MTKSCAN_LOG_WARNING, 2},
        {MTKSCAN_ABI_MAJOR, 1},
        /* since 1.1 */
        {MTKSCAN_E_DAMAGED, -7},
        {MTKSCAN_PIECES_MAX, 0x100000},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_int_equal(values[i].now, values[i].frozen);
    assert_string_equal(MTKSCAN_ENTRY_SYMBOL, "mtkscan_plugin_entry_v1");
}

/* Modules of the 1.0 and 1.1 headers and one of a header to come claim the dump that they are for.
 */
static void loads(const char *folder, const char *version)
{
    char dir[512], dump_path[512];
    struct test_dump dump = test_dump_make("MT7777", 0);
    char *temporary = test_folder_new();
    char *path = test_file_write(temporary, "dump.bin", dump.bytes, dump.size);
    snprintf(dir, sizeof dir, "%s/abi/%s", TEST_BUILD_DIR, folder);
    snprintf(dump_path, sizeof dump_path, "%s", path);
    struct test_run run = test_mtkscan("scan", "--json", "--plugin-dir", dir,
                                       "--no-default-plugins", dump_path, NULL);
    assert_non_null(strstr(run.out, "\"status\":\"identified\""));
    assert_non_null(strstr(run.out, "\"plugin\":\"abi-probe\""));
    test_run_free(&run);
    run = test_mtkscan("plugins", "list", "--json", "--plugin-dir", dir, "--no-default-plugins",
                       NULL);
    assert_non_null(strstr(run.out, version));
    test_run_free(&run);
    free(path);
    test_folder_remove(temporary);
    test_dump_free(&dump);
}

static void the_first_header_still_loads(void **state)
{
    (void)state;
    loads("v1_0", "\"abi\":\"1.0\"");
}

static void the_second_header_loads(void **state)
{
    (void)state;
    loads("v1_1", "\"abi\":\"1.1\"");
}

static void a_later_header_loads(void **state)
{
    (void)state;
    loads("v1_99", "\"abi\":\"1.99\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_keep_their_values),
        cmocka_unit_test(the_first_header_still_loads),
        cmocka_unit_test(the_second_header_loads),
        cmocka_unit_test(a_later_header_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
