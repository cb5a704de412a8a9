/* SPDX-License-Identifier: MIT */
/* The table of codes: a new screen, touch panel or camera is a row here. */
#include "codes.h"

/* Where a row comes from. */
#define SEEN  "stands in the version text of a known build"
#define CHIP  "the chip's own name"
#define SHORT "its number alone, as builds write it"
#define GUESS "by its place in known version texts"

/* clang-format off */
const struct mtks_code mtks_code_rows[] = {
    {"ST7789", MTKS_CODE_SCREEN, "ST7789", CHIP},
    {"7789", MTKS_CODE_SCREEN, "ST7789", SEEN},
    {"ST7735", MTKS_CODE_SCREEN, "ST7735", CHIP},
    {"7735", MTKS_CODE_SCREEN, "ST7735", SHORT},
    {"ST7796", MTKS_CODE_SCREEN, "ST7796", CHIP},
    {"GC9106", MTKS_CODE_SCREEN, "GC9106", CHIP},
    {"9106", MTKS_CODE_SCREEN, "GC9106", SEEN},
    {"GC9305", MTKS_CODE_SCREEN, "GC9305", CHIP},
    {"9305", MTKS_CODE_SCREEN, "GC9305", SHORT},
    {"GC9306", MTKS_CODE_SCREEN, "GC9306", CHIP},
    {"9306", MTKS_CODE_SCREEN, "GC9306", SHORT},
    {"GC9307", MTKS_CODE_SCREEN, "GC9307", CHIP},
    {"9307", MTKS_CODE_SCREEN, "GC9307", SEEN},
    {"ILI9163", MTKS_CODE_SCREEN, "ILI9163", CHIP},
    {"9163", MTKS_CODE_SCREEN, "ILI9163", SHORT},
    {"ILI9325", MTKS_CODE_SCREEN, "ILI9325", CHIP},
    {"ILI9340", MTKS_CODE_SCREEN, "ILI9340", CHIP},
    {"9340", MTKS_CODE_SCREEN, "ILI9340", SEEN},
    {"ILI9341", MTKS_CODE_SCREEN, "ILI9341", CHIP},
    {"9341", MTKS_CODE_SCREEN, "ILI9341", SHORT},
    {"ILI9342", MTKS_CODE_SCREEN, "ILI9342", CHIP},
    {"9342", MTKS_CODE_SCREEN, "ILI9342", SHORT},
    {"ILI9486", MTKS_CODE_SCREEN, "ILI9486", CHIP},
    {"ILI9488", MTKS_CODE_SCREEN, "ILI9488", CHIP},
    {"HX8347", MTKS_CODE_SCREEN, "HX8347", CHIP},
    {"NV3029", MTKS_CODE_SCREEN, "NV3029", CHIP},
    {"CST0", MTKS_CODE_TOUCH, "CST0xx", SEEN},
    {"CST816", MTKS_CODE_TOUCH, "CST816", CHIP},
    {"FT6206", MTKS_CODE_TOUCH, "FT6206", CHIP},
    {"FT6236", MTKS_CODE_TOUCH, "FT6236", CHIP},
    {"FT6336", MTKS_CODE_TOUCH, "FT6336", CHIP},
    {"GT911", MTKS_CODE_TOUCH, "GT911", CHIP},
    {"GC0308", MTKS_CODE_CAMERA, "GC0308", CHIP},
    {"GC0309", MTKS_CODE_CAMERA, "GC0309", CHIP},
    {"GC0310", MTKS_CODE_CAMERA, "GC0310", CHIP},
    {"GC0329", MTKS_CODE_CAMERA, "GC0329", CHIP},
    {"GC032A", MTKS_CODE_CAMERA, "GC032A", SEEN},
    {"GC6133", MTKS_CODE_CAMERA, "GC6133", CHIP},
    {"GC6153", MTKS_CODE_CAMERA, "GC6153", CHIP},
    {"BF20A6", MTKS_CODE_CAMERA, "BF20A6", SEEN},
    {"BF3703", MTKS_CODE_CAMERA, "BF3703", CHIP},
    {"SP0A20", MTKS_CODE_CAMERA, "SP0A20", CHIP},
    {"GL6113", MTKS_CODE_UNCLEAR, "6113", SEEN},
    {"6113", MTKS_CODE_UNCLEAR, "6113", SEEN},
    {"6153", MTKS_CODE_UNCLEAR, "6153", SEEN},
    {"HSD", MTKS_CODE_MAKER, "HSD", GUESS},
    {"JJT", MTKS_CODE_MAKER, "JJT", GUESS},
    {"YDT", MTKS_CODE_MAKER, "YDT", GUESS},
    {"WKD", MTKS_CODE_MAKER, "WKD", GUESS},
    {"TM", MTKS_CODE_MAKER, "TM", GUESS},
    {"BOE", MTKS_CODE_MAKER, "BOE", SHORT},
};
/* clang-format on */
const size_t mtks_code_count = sizeof mtks_code_rows / sizeof *mtks_code_rows;

_Static_assert(sizeof mtks_code_rows / sizeof *mtks_code_rows <= 64, "a set has 64 bits");
