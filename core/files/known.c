/* SPDX-License-Identifier: MIT */
#include "known.h"

#include <stddef.h>
#include <string.h>

#define BY_NAME   "by its name only"
#define BY_FOLDER "by the folder's name only"
#define BY_ENDING "by the ending of its name"
#define UNKNOWN   "not known"

/*
 * The first row that fits counts. FORMAT.md 6.3 has NVRAM, @tls and @certman [verified as texts of
 * firmware]; what lies in a file of NVRAM is [source] for one, and else said to be a guess or
 * unknown. Whatever a program of the phone keeps for itself counts as personal.
 */
static const struct mtks_known rows[] = {
    {"NVRAM", "MPA3_001", "messages", "a report on one phone (mediatek_flash, issue 1)", true},
    {"NVRAM", "MP0B_001", "IMEI", "guides for other chips of the maker, not verified here", true},
    {"NVD_IMEI", "*", "IMEI", BY_FOLDER, true},
    {"NVRAM", "*IMEI*", "IMEI", BY_NAME, true},
    {"NVD_CALI", "*", "calibration", BY_FOLDER, true},
    {"CALIBRAT", "*", "calibration", BY_FOLDER, true},
    {"NVRAM", "SWCHANGE.TXT", "a mark of software changes", BY_NAME, true},
    {"NVRAM", "*", UNKNOWN, "a file of NVRAM, where settings and personal data lie", true},
    {"@BTMTK", "paired*", "paired devices", BY_NAME, true},
    {"@BT*", "*", "Bluetooth data", BY_FOLDER, true},
    {"@tls", "*", "keys and certificates", BY_FOLDER, true},
    {"@certman", "*", "keys and certificates", BY_FOLDER, true},
    {"@*", "*", UNKNOWN, "in a folder that a program of the phone keeps for itself", true},
    {NULL, "*.vcf", "contacts", BY_ENDING, true},
    {NULL, "*.vcs", "calendar", BY_ENDING, true},
    {NULL, "*.ics", "calendar", BY_ENDING, true},
    {NULL, "*.vmg", "messages", BY_ENDING, true},
    {NULL, "*.eml", "messages", BY_ENDING, true},
    {NULL, "*phonebook*", "contacts", BY_NAME, true},
    {NULL, "*contacts*", "contacts", BY_NAME, true},
    {NULL, "*.imy", "a tone", BY_ENDING, false},
    {NULL, "*.mid", "a tone", BY_ENDING, false},
    {NULL, "*.gif", "a picture", BY_ENDING, false},
    {NULL, "*.jpg", "a picture", BY_ENDING, false},
};

/* FAT takes no notice of letter case. */
static unsigned folded(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (unsigned)letter - 'A' + 'a' : (unsigned char)letter;
}

/* Goes back to the last '*' alone, which is enough, so that no name takes long. */
static bool fits(const char *pattern, const char *name, size_t length)
{
    const char *star = NULL;
    size_t at = 0, retry = 0;
    while (at < length) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = at;
        } else if (*pattern && folded(*pattern) == folded(name[at])) {
            pattern++;
            at++;
        } else if (star) {
            pattern = star;
            at = ++retry;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == 0;
}

static bool below(const char *folder, const char *path)
{
    const char *slash;
    for (; (slash = strchr(path, '/')); path = slash + 1)
        if (fits(folder, path, (size_t)(slash - path)))
            return true;
    return false;
}

const struct mtks_known *mtks_known_file(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (fits(rows[i].name, name, strlen(name)) &&
            (!rows[i].folder || below(rows[i].folder, path)))
            return &rows[i];
    return NULL;
}
