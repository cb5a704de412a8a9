/* SPDX-License-Identifier: MIT */
#include "limits.h"

#include <string.h>

#define KIB 1024u
#define MIB (1024u * 1024u)

const struct mtks_limit_row mtks_limit_rows[] = {
    {"input", offsetof(struct mtks_limits, input), 256u * MIB, "bytes of one dump"},
    {"memory", offsetof(struct mtks_limits, memory), 64u * MIB,
     "bytes of one analysis, the dump itself not counted"},
    {"records", offsetof(struct mtks_limits, records), 20000,
     "records that one module may emit for one dump"},
    {"scratch", offsetof(struct mtks_limits, scratch), 16u * MIB,
     "bytes of scratch memory in one module call"},
    {"registry", offsetof(struct mtks_limits, registry), 1u * MIB, "bytes of one registry file"},
    {"cfg", offsetof(struct mtks_limits, cfg), 1u * MIB, "bytes of one .cfg file"},
    {"kit_files", offsetof(struct mtks_limits, kit_files), 1000, "entries of one kit folder"},
    {"plugin-ms", offsetof(struct mtks_limits, plugin_ms), 2000,
     "milliseconds that one module may take for one task"},
    {"plugin-mem", offsetof(struct mtks_limits, plugin_memory), 128u * MIB,
     "bytes of memory of its own that one module may take"},
    {"codec-output", offsetof(struct mtks_limits, codec_output), 256u * MIB,
     "bytes that the compressed parts of one dump may decode to"},
    {"codec-steps", offsetof(struct mtks_limits, codec_steps), 1024u * MIB,
     "halfwords and bytes decoded for one dump, trials counted"},
    {"disk-entries", offsetof(struct mtks_limits, disk_entries), 100000,
     "files and folders of one disk, deleted ones counted"},
    {"files-output", offsetof(struct mtks_limits, files_output), 256u * MIB,
     "bytes of files that are taken out of one disk"},
};
const size_t mtks_limit_count = sizeof mtks_limit_rows / sizeof *mtks_limit_rows;

static void put(struct mtks_limits *limits, const struct mtks_limit_row *row, uint64_t value)
{
    memcpy((char *)limits + row->member, &value, sizeof value);
}

void mtks_limits_init(struct mtks_limits *limits)
{
    for (size_t i = 0; i < mtks_limit_count; i++)
        put(limits, &mtks_limit_rows[i], mtks_limit_rows[i].initial);
}

static bool multiply(uint64_t *value, uint64_t factor)
{
    if (*value > UINT64_MAX / factor)
        return false;
    *value *= factor;
    return true;
}

/* The value of a digit, or 255. */
static unsigned digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10 : 255;
}

/* Not strtoull: that takes signs, blanks and octal. */
bool mtks_size_parse(const char *text, uint64_t *value)
{
    static const char suffixes[] = "KkMmGg";
    unsigned base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    const char *digits = text;
    uint64_t sum = 0;
    for (; digit_value(*text) < base; text++) {
        unsigned digit = digit_value(*text);
        if (!multiply(&sum, base) || sum > UINT64_MAX - digit)
            return false;
        sum += digit;
    }
    if (text == digits)
        return false;
    const char *suffix = *text ? strchr(suffixes, *text) : NULL;
    if (suffix) {
        for (long power = (suffix - suffixes) / 2; power >= 0; power--)
            if (!multiply(&sum, KIB))
                return false;
        text++;
    }
    *value = sum;
    return *text == 0;
}

int mtks_limits_set(struct mtks_limits *limits, const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    if (!equals)
        return -1;
    size_t length = (size_t)(equals - assignment);
    for (size_t i = 0; i < mtks_limit_count; i++) {
        const struct mtks_limit_row *row = &mtks_limit_rows[i];
        uint64_t value = 0;
        if (strlen(row->name) != length || memcmp(row->name, assignment, length) != 0)
            continue;
        /* A limit of 0 would refuse everything, so it is taken for a mistake. */
        if (!mtks_size_parse(equals + 1, &value) || value == 0)
            return -1;
        put(limits, row, value);
        return 0;
    }
    return -1;
}
