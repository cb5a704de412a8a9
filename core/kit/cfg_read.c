/* SPDX-License-Identifier: MIT */
/*
 * Reader of .cfg files (FORMAT.md 8). Vendor tools look for "key: " line by line, so this reader is
 * line-based too: indentation and dashes do not matter, the last section and entry opened do.
 */
#include "cfg.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "../model/text.h"
#include "cfg_line.h"
#include "mtkscan/plugin.h"

/* Kinds of sections, as bits, because a key can belong to several. */
#define IN_GENERAL 1u
#define IN_REGION  2u
#define IN_LINUX   4u
#define IN_MEMORY  8u

struct section_row {
    const char *name;
    unsigned kind;
    uint32_t region;
};

static const struct section_row section_rows[] = {
    {"general", IN_GENERAL, MTKSCAN_REGION_NONE},
    {"boot_region", IN_REGION, MTKSCAN_REGION_BOOT},
    {"control_block_region", IN_REGION, MTKSCAN_REGION_CONTROL},
    {"main_region", IN_REGION, MTKSCAN_REGION_MAIN},
    {"gps_module_region", IN_REGION, MTKSCAN_REGION_NONE},
    {"file_system_region", IN_REGION, MTKSCAN_REGION_FILES},
    {"external_memory", IN_MEMORY, MTKSCAN_REGION_NONE},
    {"linux_region", IN_REGION | IN_LINUX, MTKSCAN_REGION_NONE},
};

/* Which list takes a "KEY: VALUE" line that no row knows. */
enum block { BLOCK_NONE, BLOCK_EMI, BLOCK_FLASH };

struct reader {
    struct mtks_cfg *cfg;
    struct mtks_arena *arena;
    unsigned line;
    const struct section_row *section; /* NULL before the first */
    unsigned sections_seen;            /* bit n: section_rows[n] */
    uint64_t keys_seen;                /* bit n: key_rows[n], in this section or entry */
    bool in_entry;                     /* the last memory entry is open */
    enum block block;
};

static int mistake_at(struct reader *reader, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define mistake(reader, ...) mistake_at((reader), (reader)->line, __VA_ARGS__)

/* Notes a mistake. Returns 0, or -1 when memory is out, as all handlers do. */
static int mistake_at(struct reader *reader, unsigned line, const char *format, ...)
{
    size_t count = reader->cfg->mistakes.count;
    if (count > MTKS_CFG_MISTAKES_MAX)
        return 0;
    char text[256];
    if (count == MTKS_CFG_MISTAKES_MAX) {
        snprintf(text, sizeof text, "more mistakes follow that are not listed");
    } else {
        va_list list;
        va_start(list, format);
        vsnprintf(text, sizeof text, format, list);
        va_end(list);
    }
    struct mtks_cfg_mistake *item = MTKS_PUSH(reader->arena, &reader->cfg->mistakes);
    if (!item)
        return -1;
    item->line = line;
    item->message = mtks_arena_text(reader->arena, text);
    return item->message ? 0 : -1;
}

static int keep(struct reader *reader, const char **to, const char *value)
{
    *to = mtks_arena_text(reader->arena, value);
    return *to ? 0 : -1;
}

/* A decimal or 0x number at *at, which moves past it; false when there is none up to `limit`. */
static bool take_number(const char **at, unsigned limit, unsigned *value)
{
    const char *text = *at;
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
    if (hex)
        text += 2;
    size_t count = strspn(text, digits);
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        char digit = text[i];
        unsigned worth =
            digit <= '9' ? (unsigned)(digit - '0') : (unsigned)((digit | 32) - 'a' + 10);
        sum = sum * (hex ? 16 : 10) + worth;
        if (sum > limit)
            return false;
    }
    *at = text + count;
    *value = sum;
    return count > 0;
}

/* The open entry. Pointers into the list do not outlive a push, so it is looked up each time. */
static struct mtks_cfg_memory *entry(struct reader *reader)
{
    return &reader->cfg->memories.items[reader->cfg->memories.count - 1];
}

/* --- keys --- */

static int nothing(struct reader *reader, const char *value)
{
    (void)reader, (void)value;
    return 0;
}

static int set_config_version(struct reader *reader, const char *value)
{
    return keep(reader, &reader->cfg->config_version, value);
}

/*
 * Notes a platform line that is not the one that holds. Vendor tools take "platform: " wherever it
 * stands, so one with another value matters in any section.
 */
static int note_platform(struct reader *reader, const char *value)
{
    struct mtks_cfg *cfg = reader->cfg;
    if (cfg->other_platform && (!cfg->platform || strcmp(cfg->other_platform, cfg->platform) != 0))
        return 0;
    return keep(reader, &cfg->other_platform, value);
}

static int set_platform(struct reader *reader, const char *value)
{
    if (!reader->cfg->platform)
        return keep(reader, &reader->cfg->platform, value);
    if (note_platform(reader, value) < 0)
        return -1;
    return mistake(reader, "platform stands twice; the first one holds");
}

static int set_parameters_version(struct reader *reader, const char *value)
{
    return keep(reader, &reader->cfg->parameters_version, value);
}

static int set_alignment(struct reader *reader, const char *value)
{
    if (strcmp(value, "block") == 0 || strcmp(value, "page") == 0)
        return 0;
    char shown[64];
    return mistake(reader, "alignment is neither block nor page: %s",
                   mtks_text_escape(shown, sizeof shown, value));
}

static int add_file(struct reader *reader, const char *value)
{
    if (reader->cfg->files.count >= MTKS_CFG_FILES_MAX)
        return mistake(reader, "more than %u files; this one is not read", MTKS_CFG_FILES_MAX);
    struct mtks_cfg_file *file = MTKS_PUSH(reader->arena, &reader->cfg->files);
    if (!file)
        return -1;
    file->region = reader->section->region;
    file->section = reader->section->name;
    file->line = reader->line;
    return keep(reader, &file->name, value);
}

static int close_entry(struct reader *reader);

static int open_entry(struct reader *reader, const char *value)
{
    (void)value;
    if (close_entry(reader) < 0)
        return -1;
    if (reader->cfg->memories.count >= MTKS_CFG_MEMORIES_MAX)
        return mistake(reader, "more than %u memory entries; this one is not read",
                       MTKS_CFG_MEMORIES_MAX);
    struct mtks_cfg_memory *memory = MTKS_PUSH(reader->arena, &reader->cfg->memories);
    if (!memory)
        return -1;
    memory->line = reader->line;
    reader->in_entry = true;
    return 0;
}

static int set_flash_type(struct reader *reader, const char *value)
{
    return keep(reader, &entry(reader)->flash_type, value);
}

static int set_id_length(struct reader *reader, const char *value)
{
    unsigned number;
    if (!take_number(&value, 8, &number) || *value || number == 0)
        return mistake(reader, "id_length is not a number from 1 to 8");
    entry(reader)->id_length = number;
    return 0;
}

static int set_flash_id(struct reader *reader, const char *value)
{
    uint8_t id[8] = {0};
    unsigned count = 0, number;
    bool closed = false;
    const char *at = value;
    if (*at++ != '[')
        return mistake(reader, "flash_id is no list in brackets");
    while (!closed) {
        at += strspn(at, " \t");
        if (count == sizeof id || !take_number(&at, 0xFF, &number))
            return mistake(reader, "flash_id does not hold 1 to 8 bytes");
        id[count++] = (uint8_t)number;
        at += strspn(at, " \t");
        closed = *at == ']';
        if (!closed && *at != ',')
            return mistake(reader, "flash_id is not a list of bytes and commas");
        at++;
    }
    if (*at)
        return mistake(reader, "something stands behind the flash_id list");
    memcpy(entry(reader)->id, id, sizeof id);
    entry(reader)->id_count = count;
    return 0;
}

static int set_flash_frequency(struct reader *reader, const char *value)
{
    return keep(reader, &entry(reader)->flash_frequency, value);
}

static int set_memory_type(struct reader *reader, const char *value)
{
    return keep(reader, &entry(reader)->memory_type, value);
}

static int open_emi_settings(struct reader *reader, const char *value)
{
    (void)value;
    reader->block = BLOCK_EMI;
    return 0;
}

static int open_flash_settings(struct reader *reader, const char *value)
{
    (void)value;
    reader->block = BLOCK_FLASH;
    return 0;
}

enum value_rule { VALUE_ANY, VALUE_NEEDED, VALUE_NONE };

#define ONCE     1u /* a second one in the same section or entry is a mistake */
#define OF_ENTRY 2u /* only behind a flash_info */

struct key_row {
    const char *key;
    unsigned kinds; /* IN_* */
    enum value_rule rule;
    unsigned flags;
    int (*set)(struct reader *reader, const char *value);
};

static const struct key_row key_rows[] = {
    {"config_version", IN_GENERAL, VALUE_ANY, ONCE, set_config_version},
    {"platform", IN_GENERAL, VALUE_ANY, 0, set_platform},
    {"alignment", IN_REGION, VALUE_NEEDED, ONCE, set_alignment},
    {"rom", IN_REGION, VALUE_NONE, ONCE, nothing},
    {"file", IN_REGION, VALUE_NEEDED, 0, add_file},
    {"partitions", IN_LINUX, VALUE_NONE, ONCE, nothing},
    {"partition", IN_LINUX, VALUE_NONE, 0, nothing},
    {"name", IN_LINUX, VALUE_ANY, 0, nothing},
    {"address", IN_LINUX, VALUE_ANY, 0, nothing},
    {"type", IN_LINUX, VALUE_ANY, 0, nothing},
    {"parameters_version", IN_MEMORY, VALUE_NEEDED, ONCE, set_parameters_version},
    {"parameters", IN_MEMORY, VALUE_NONE, ONCE, nothing},
    {"flash_info", IN_MEMORY, VALUE_NONE, 0, open_entry},
    {"flash_type", IN_MEMORY, VALUE_NEEDED, ONCE | OF_ENTRY, set_flash_type},
    {"id_length", IN_MEMORY, VALUE_NEEDED, ONCE | OF_ENTRY, set_id_length},
    {"flash_id", IN_MEMORY, VALUE_NEEDED, ONCE | OF_ENTRY, set_flash_id},
    {"flash_frequency", IN_MEMORY, VALUE_ANY, ONCE | OF_ENTRY, set_flash_frequency},
    {"SPI_NAND_FLASH_Setting", IN_MEMORY, VALUE_NONE, ONCE | OF_ENTRY, open_flash_settings},
    {"memory_type", IN_MEMORY, VALUE_ANY, ONCE | OF_ENTRY, set_memory_type},
    {"EMI_Setting", IN_MEMORY, VALUE_NONE, ONCE | OF_ENTRY, open_emi_settings},
    {"PMIC", IN_GENERAL | IN_MEMORY, VALUE_ANY, ONCE, nothing},
};

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* Forgets which keys of an entry were seen, and says what the entry lacks. */
static int close_entry(struct reader *reader)
{
    reader->block = BLOCK_NONE;
    for (size_t i = 0; i < ROWS(key_rows); i++)
        if (key_rows[i].flags & OF_ENTRY)
            reader->keys_seen &= ~(UINT64_C(1) << i);
    if (!reader->in_entry)
        return 0;
    reader->in_entry = false;
    const struct mtks_cfg_memory *memory = entry(reader);
    const char *lack = !memory->flash_type  ? "flash_type"
                       : !memory->id_length ? "id_length"
                       : !memory->id_count  ? "flash_id"
                                            : NULL;
    if (lack)
        return mistake_at(reader, memory->line, "this flash_info has no usable %s", lack);
    if (memory->id_length > memory->id_count)
        return mistake_at(reader, memory->line, "id_length is %u, but flash_id has %u numbers",
                          (unsigned)memory->id_length, (unsigned)memory->id_count);
    return 0;
}

static int enter_section(struct reader *reader, const struct section_row *section)
{
    if (close_entry(reader) < 0)
        return -1;
    unsigned bit = 1u << (section - section_rows);
    bool again = (reader->sections_seen & bit) != 0;
    reader->sections_seen |= bit;
    reader->section = section;
    reader->keys_seen = 0;
    return again ? mistake(reader, "section %s stands twice", section->name) : 0;
}

/* A "KEY: VALUE" line of a settings block, kept as it stands. */
static int add_setting(struct reader *reader, const struct mtks_cfg_line *line)
{
    struct mtks_cfg_memory *memory = entry(reader);
    bool emi = reader->block == BLOCK_EMI;
    size_t count = emi ? memory->emi_settings.count : memory->flash_settings.count;
    if (count >= MTKS_CFG_SETTINGS_MAX)
        return mistake(reader, "more than %u settings; this one is not read",
                       MTKS_CFG_SETTINGS_MAX);
    const char **item = emi ? MTKS_PUSH(reader->arena, &memory->emi_settings)
                            : MTKS_PUSH(reader->arena, &memory->flash_settings);
    if (!item)
        return -1;
    *item =
        mtks_arena_format(reader->arena, *line->value ? "%s: %s" : "%s:%s", line->key, line->value);
    return *item ? 0 : -1;
}

static int apply_key(struct reader *reader, size_t index, const char *value)
{
    const struct key_row *row = &key_rows[index];
    uint64_t bit = UINT64_C(1) << index;
    if ((row->flags & OF_ENTRY) && !reader->in_entry)
        return mistake(reader, "%s stands outside a flash_info", row->key);
    if ((row->flags & ONCE) && (reader->keys_seen & bit))
        return mistake(reader, "%s stands twice; the first one holds", row->key);
    if (row->rule == VALUE_NEEDED && !*value)
        return mistake(reader, "%s has no value", row->key);
    if (row->rule == VALUE_NONE && *value && mistake(reader, "%s takes no value", row->key) < 0)
        return -1;
    reader->keys_seen |= bit;
    reader->block = BLOCK_NONE;
    return row->set(reader, value);
}

static int apply_line(struct reader *reader, const struct mtks_cfg_line *line)
{
    char shown[64];
    for (size_t i = 0; i < ROWS(section_rows); i++)
        if (strcmp(line->key, section_rows[i].name) == 0 && !*line->value && !line->dash)
            return enter_section(reader, &section_rows[i]);
    bool general = reader->section && (reader->section->kind & IN_GENERAL);
    if (!general && strcmp(line->key, "platform") == 0 && note_platform(reader, line->value) < 0)
        return -1;
    mtks_text_escape(shown, sizeof shown, line->key);
    if (!reader->section)
        return mistake(reader, "%s stands before any section", shown);
    for (size_t i = 0; i < ROWS(key_rows); i++)
        if (strcmp(line->key, key_rows[i].key) == 0 && (key_rows[i].kinds & reader->section->kind))
            return apply_key(reader, i, line->value);
    if (reader->block != BLOCK_NONE)
        return add_setting(reader, line);
    return mistake(reader, "%s is not known in section %s", shown, reader->section->name);
}

/* What stands behind `start` in a text, or NULL. */
static const char *behind(const char *text, const char *start)
{
    size_t length = strlen(start);
    return strncmp(text, start, length) == 0 ? text + length : NULL;
}

/* The head line "Written by WRITER from a flash dump". */
static int read_writer(struct reader *reader, const char *text)
{
    size_t length = strlen(text), end = strlen(MTKS_CFG_HEAD_WRITER_END);
    if (length < end || strcmp(text + length - end, MTKS_CFG_HEAD_WRITER_END) != 0)
        return 0;
    reader->cfg->writer = mtks_arena_format(reader->arena, "%.*s", (int)(length - end), text);
    return reader->cfg->writer ? 0 : -1;
}

/* Whether a comment says that the kit was made in a doubtful way. */
static bool is_doubt(const char *comment)
{
    return behind(comment, MTKS_CFG_HEAD_SHORT) || behind(comment, MTKS_CFG_HEAD_FORCED);
}

/* What a comment in the head says of the kit. All other comments say nothing. */
static int read_head(struct reader *reader, const char *text)
{
    struct mtks_cfg *cfg = reader->cfg;
    const char *comment = reader->section ? NULL : behind(text, "# "), *value;
    if (!comment)
        return 0;
    if (reader->line == 1 && (value = behind(comment, MTKS_CFG_HEAD_WRITER)))
        return read_writer(reader, value);
    const char **slot;
    if ((value = behind(comment, MTKS_CFG_HEAD_INCOMPLETE)) &&
        cfg->incomplete.count < MTKS_CFG_HEADS_MAX)
        slot = MTKS_PUSH(reader->arena, &cfg->incomplete);
    else if ((value = behind(comment, MTKS_CFG_HEAD_UNLISTED)) &&
             cfg->unlisted.count < MTKS_CFG_HEADS_MAX)
        slot = MTKS_PUSH(reader->arena, &cfg->unlisted);
    else if (is_doubt(value = comment) && cfg->doubts.count < MTKS_CFG_DOUBTS_MAX)
        slot = MTKS_PUSH(reader->arena, &cfg->doubts);
    else
        return 0;
    return slot ? keep(reader, slot, value) : -1;
}

/* One line without its end, NUL-terminated in a buffer of its own. */
static int read_line(struct reader *reader, char *text)
{
    struct mtks_cfg_line line;
    if (read_head(reader, text) < 0)
        return -1;
    mtks_cfg_line_split(&line, text);
    for (size_t i = 0; i < line.mistake_count; i++)
        if (mistake(reader, "%s", line.mistakes[i]) < 0)
            return -1;
    return line.key ? apply_line(reader, &line) : 0;
}

/* Cuts [text, text + length) into lines: LF, CR LF or a lone CR ends one. */
static int read_lines(struct reader *reader, const char *text, uint64_t length)
{
    char buffer[MTKS_CFG_LINE_MAX + 1];
    uint64_t at = 0;
    while (at < length) {
        uint64_t end = at;
        while (end < length && text[end] != '\n' && text[end] != '\r')
            end++;
        uint64_t size = end - at;
        reader->line++;
        int result;
        if (size > MTKS_CFG_LINE_MAX) {
            result = mistake(reader, "a line of more than %u bytes", MTKS_CFG_LINE_MAX);
        } else if (memchr(text + at, '\0', (size_t)size)) {
            result = mistake(reader, "NUL bytes in the line");
        } else {
            memcpy(buffer, text + at, (size_t)size);
            buffer[size] = '\0';
            result = read_line(reader, buffer);
        }
        if (result < 0)
            return -1;
        at = end + (end + 1 < length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
    }
    return close_entry(reader);
}

int mtks_cfg_read(struct mtks_cfg *cfg, struct mtks_arena *arena, const char *text, uint64_t length,
                  mtkscan_error *error)
{
    struct reader reader = {.cfg = cfg, .arena = arena};
    int result;
    memset(cfg, 0, sizeof *cfg);
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        result = mistake_at(&reader, 1, "the text is UTF-16, which flashing tools do not read");
    } else {
        uint64_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        result = read_lines(&reader, text + mark, length - mark);
    }
    if (result < 0)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while reading the .cfg");
    return MTKSCAN_DONE;
}

int mtks_cfg_is_ours(const struct mtks_cfg *cfg)
{
    const char *rest = cfg->writer ? behind(cfg->writer, "mtkscan") : NULL;
    return rest && (*rest == '\0' || *rest == ' ');
}

int mtks_cfg_name_is_safe(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > 255 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return 0;
    for (; *name; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7F || strchr("/\\:", *name))
            return 0;
    return 1;
}
