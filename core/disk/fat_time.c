/* SPDX-License-Identifier: MIT */
#include "fat_time.h"

#include <stdbool.h>

#include "mtkscan/bytes.h"

#define FIRST_YEAR 80 /* since 1900 */
#define LAST_YEAR  207
#define FIRST_DAY  0x0021u /* 1980-01-01 */

static bool possible(const struct tm *time)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return time->tm_year >= FIRST_YEAR && time->tm_year <= LAST_YEAR && time->tm_mon >= 0 &&
           time->tm_mon < 12 && time->tm_mday >= 1 && time->tm_mday <= days[time->tm_mon] &&
           time->tm_hour >= 0 && time->tm_hour < 24 && time->tm_min >= 0 && time->tm_min < 60 &&
           time->tm_sec >= 0 && time->tm_sec <= 60;
}

struct tm mtks_fat_time(const uint8_t *words)
{
    int clock = mtkscan_le16(words), date = mtkscan_le16(words + 2);
    struct tm time = {.tm_year = FIRST_YEAR + (date >> 9),
                      .tm_mon = (date >> 5 & 15) - 1,
                      .tm_mday = date & 31,
                      .tm_hour = clock >> 11,
                      .tm_min = clock >> 5 & 63,
                      .tm_sec = 2 * (clock & 31),
                      .tm_isdst = -1};
    return possible(&time) ? time : (struct tm){.tm_isdst = -1};
}

void mtks_fat_set_time(uint8_t *words, const struct tm *time)
{
    unsigned clock = 0, date = FIRST_DAY;
    if (time && possible(time)) {
        clock = (unsigned)(time->tm_hour << 11 | time->tm_min << 5 | (time->tm_sec / 2) % 30);
        date =
            (unsigned)((time->tm_year - FIRST_YEAR) << 9 | (time->tm_mon + 1) << 5 | time->tm_mday);
    }
    mtkscan_put_le16(words, (uint16_t)clock);
    mtkscan_put_le16(words + 2, (uint16_t)date);
}
