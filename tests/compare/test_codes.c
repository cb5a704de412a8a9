/* SPDX-License-Identifier: MIT */
/* Codes of screens, touch panels and cameras, in texts and in bytes. */
#include "support.h"

#include <string.h>

#include "compare/codes.h"
#include "mtkscan/plugin.h"

/* Which chips a text names; by their own names. */
static void codes_in_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *codes;
    } texts[] = {
        {"MX6X-COB-DZ09-7789HSD-YDT6153-JZTX-V02.91-20190917", "ST7789, 6153, HSD, YDT"},
        {"MX6XM-V8-9307HSD-JJT-GL6113-HSJZ-V12.195-20191107", "GC9307, 6113, HSD, JJT"},
        {"MX6XD-COB-V8-7789HSD-JJT-6113-JZTX-V02.38-20190801", "ST7789, 6113, HSD, JJT"},
        {"MX6XM-COB-Q18-9340-WKD-6113-HYBR-V06.740-20200910", "ILI9340, 6113, WKD"},
        {"U8_JL_MJW_9106TM_V1", "GC9106, TM"},
        {"T31_ZX_PH05_DCAMGC032ABF20A6_60A_V48_20231030", "GC032A, BF20A6"},
        {"x_st7789v_ILI9341", "ST7789, ILI9341"},
        /* Versions, dates and other words are none. */
        {"MAUI.11CW1418SP5.W15.19", ""},
        {"V7789", ""},
        {"W9307HSD", ""},
        {"97789", ""},
        {"77891", ""},
        {"20197789", ""},
        {"K12-V907789HSD-DC3A01", ""},
        {"ATM_TMX_V1", ""},
        {"", ""},
        {"---", ""},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct mtks_codes codes = {0};
        char names[200];
        mtks_codes_of_text(&codes, texts[i].text, 0x40);
        mtks_codes_text(names, sizeof names, codes.named);
        if (strcmp(names, texts[i].codes) != 0)
            fail_msg("%s: \"%s\" instead of \"%s\"", texts[i].text, names, texts[i].codes);
        assert_true(codes.offset == (codes.named ? 0x40 : MTKSCAN_NO_OFFSET));
    }
    char small[9];
    struct mtks_codes codes = {0};
    mtks_codes_of_text(&codes, texts[0].text, 0);
    assert_string_equal(mtks_codes_text(small, sizeof small, codes.named), "ST7789");
}

static void codes_in_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *codes;
    } pieces[] = {
        {"\1GC9307", "GC9307"},
        {"lcd_st7789v", "ST7789"},
        {"GC930", ""},
        {" cst0", "CST0xx"},
        {"acst0", ""},
        {"7789 9307", ""},
        {"hx8347gc0308", "HX8347, GC0308"},
        {"HSD JJT", ""},
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct mtks_codes codes = {0};
        char names[200];
        mtks_codes_of_bytes(&codes, (const uint8_t *)pieces[i].bytes, strlen(pieces[i].bytes));
        mtks_codes_text(names, sizeof names, codes.drivers);
        if (strcmp(names, pieces[i].codes) != 0)
            fail_msg("%s: \"%s\"", pieces[i].bytes, names);
        assert_true(codes.named == 0);
    }
}

static void the_table_of_codes(void **state)
{
    (void)state;
    assert_true(mtks_code_count <= 64);
    for (size_t i = 0; i < mtks_code_count; i++) {
        assert_true(strlen(mtks_code_rows[i].token) >= 2);
        assert_true(mtks_code_rows[i].kind < MTKS_CODE_KINDS);
        assert_non_null(mtks_code_rows[i].note);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(mtks_code_rows[i].token, mtks_code_rows[j].token);
            if (strcmp(mtks_code_rows[i].chip, mtks_code_rows[j].chip) == 0)
                assert_int_equal(mtks_code_rows[i].kind, mtks_code_rows[j].kind);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_in_texts),
        cmocka_unit_test(codes_in_bytes),
        cmocka_unit_test(the_table_of_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
