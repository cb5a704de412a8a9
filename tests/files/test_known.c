/* SPDX-License-Identifier: MIT */
/* What is said of files by their names, and which ones are personal. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "files/known.h"

static void expect(const char *path, const char *what, bool personal)
{
    const struct mtks_known *known = mtks_known_file(path);
    if (!what) {
        if (known)
            fail_msg("%s: %s", path, known->what);
        return;
    }
    if (!known)
        fail_msg("%s: nothing", path);
    assert_string_equal(known->what, what);
    assert_int_equal(known->personal, personal);
    assert_true(strlen(known->basis) > 5);
}

static void names_are_known(void **state)
{
    (void)state;
    expect("NVRAM/NVD_DATA/MPA3_001", "messages", true);
    expect("nvram/nvd_data/mpa3_001", "messages", true);
    expect("NVRAM/NVD_DATA/MP0B_001", "IMEI", true);
    expect("NVRAM/NVD_IMEI/ANY", "IMEI", true);
    expect("NVRAM/NVD_CALI/CT00_000", "calibration", true);
    expect("NVRAM/NVD_DATA/XXXX_000", "not known", true);
    expect("NVRAM/ANYTHING", "not known", true);
    expect("@BTMTK/profile/paired_devices.dat", "paired devices", true);
    expect("@BTMTK/other", "Bluetooth data", true);
    expect("@nobody/knows", "not known", true);
    expect("people.VCF", "contacts", true);
    expect("Photos/people.vcf.gif", "a picture", false);
    expect("My Music/tone.imy", "a tone", false);
}

/* A name that only looks like one of them is none. */
static void other_names_are_not(void **state)
{
    (void)state;
    expect("NVRAM", NULL, false);
    expect("MPA3_001", NULL, false);
    expect("NVRAMX/MPA3_001", NULL, false);
    expect("readme.txt", NULL, false);
    expect("", NULL, false);
    expect("a/b/c/", NULL, false);
    expect("vcf", NULL, false);
}

/* Patterns with a star must not make a long name take long. */
static void long_names_are_quick(void **state)
{
    (void)state;
    static char path[1 << 20];
    memset(path, 'c', sizeof path - 1);
    for (size_t i = 0; i + 16 < sizeof path; i += 8)
        memcpy(path + i, "contact/", 8);
    expect(path, NULL, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(other_names_are_not),
        cmocka_unit_test(long_names_are_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
