/* SPDX-License-Identifier: MIT */
#include "match.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define ID_MOST  16u /* hex digits of a flash ID */
#define ID_LEAST 4u  /* that tell a maker and a kind */
#define NAMED    10  /* a version text names the part: more than a driver among many */
#define HEALTHY  5

/* Pieces of texts that are looked for. */
static const struct {
    size_t wanted, member; /* in struct mtks_match, in struct mtks_record */
} texts[] = {
    {offsetof(struct mtks_match, chip), offsetof(struct mtks_record, chip)},
    {offsetof(struct mtks_match, project), offsetof(struct mtks_record, project)},
    {offsetof(struct mtks_match, verno), offsetof(struct mtks_record, verno)},
    {offsetof(struct mtks_match, path), offsetof(struct mtks_record, path)},
};

/* Pieces of names in lists; what is a touch panel or a camera is looked for as both. */
static const struct {
    size_t wanted;
    const char *kinds[2];
} lists[] = {
    {offsetof(struct mtks_match, lcd), {"lcd", NULL}},
    {offsetof(struct mtks_match, touch), {"touch", "touch_or_camera"}},
    {offsetof(struct mtks_match, camera), {"camera", "touch_or_camera"}},
};

static const char *text_at(const void *from, size_t member)
{
    const char *text;
    memcpy(&text, (const char *)from + member, sizeof text);
    return text;
}

/* The hex digits of an ID in upper case, without 0x and what stands between bytes. Returns their
 * number, 0 when it is none. */
static size_t digits_of(const char *id, char digits[ID_MOST + 1])
{
    size_t count = 0;
    if (id[0] == '0' && (id[1] == 'x' || id[1] == 'X'))
        id += 2;
    for (; *id; id++) {
        if (strchr(" :-,", *id))
            continue;
        if (!isxdigit((unsigned char)*id) || count == ID_MOST)
            return 0;
        digits[count++] = (char)toupper((unsigned char)*id);
    }
    digits[count] = 0;
    return count % 2 == 0 ? count : 0;
}

int mtks_match_check(const struct mtks_match *match, mtkscan_error *error)
{
    char digits[ID_MOST + 1];
    if (!match->flash_id || digits_of(match->flash_id, digits) >= ID_LEAST)
        return MTKSCAN_DONE;
    mtks_fail(error, MTKSCAN_USAGE, "a flash ID is 2 to 8 bytes in hex");
    mtks_advise(error, "for example --flash-id EF6018");
    return MTKSCAN_USAGE;
}

/* Readers may show more bytes than a list has, or fewer. */
static bool has_id(const struct mtks_record *record, const char *wanted)
{
    char digits[ID_MOST + 1];
    size_t count = digits_of(wanted, digits);
    struct mtks_items items = mtks_record_items(record, NULL, "flash_ids");
    for (const char *item; (item = mtks_items_next(&items));) {
        size_t length = strlen(item), shorter = length < count ? length : count;
        if (shorter >= ID_LEAST && strncmp(item, digits, shorter) == 0)
            return true;
    }
    return false;
}

static bool has_name(const struct mtks_record *record, const char *group,
                     const char *const kinds[2], const char *wanted)
{
    for (size_t i = 0; i < 2 && kinds[i]; i++) {
        struct mtks_items items = mtks_record_items(record, group, kinds[i]);
        for (const char *item; (item = mtks_items_next(&items));)
            if (strcasestr(item, wanted))
                return true;
    }
    return false;
}

bool mtks_match(const struct mtks_match *match, const struct mtks_record *record, int *score)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *wanted = text_at(match, texts[i].wanted);
        const char *text = text_at(record, texts[i].member);
        if (wanted && !(text && strcasestr(text, wanted)))
            return false;
    }
    if (match->flash_id && !has_id(record, match->flash_id))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *wanted = text_at(match, lists[i].wanted);
        if (!wanted)
            continue;
        if (has_name(record, "tokens", lists[i].kinds, wanted))
            *score += NAMED;
        else if (!has_name(record, "drivers", lists[i].kinds, wanted))
            return false;
    }
    if (record->verdict && strcmp(record->verdict, "healthy") == 0)
        *score += HEALTHY;
    return true;
}
