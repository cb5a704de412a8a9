/* SPDX-License-Identifier: MIT */
/*
 * Reads registry files. libinih parses, but it cuts long names, takes comments out of values and
 * knows no line numbers; so a reader of ours feeds it line by line, looks at each line first, and
 * hands on only lines that inih and the user understand alike.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/utf8.h"
#include "registry_key.h"
#include "shape.h"

#define SECTION_MAX     49u         /* characters that inih keeps of a section name */
#define SECTION_PREFIX  "board."    /* of every section */
#define REGISTRY_MEMORY (16u << 20) /* bytes of all registry files' boards */

/* One file on its way into the registry. */
struct loader {
    struct mtks_registry *registry;
    const char *source;
    const char *at, *end;     /* bytes not yet read */
    unsigned line;            /* the one that was handed to inih last */
    size_t boards_before;     /* in the registry, before this file */
    struct mtks_board *board; /* of the section being read, or NULL; moves when the list grows */
    bool section_bad;         /* its head was a mistake, so its keys are not looked at */
    bool out_of_memory;
};

static void mistake(struct loader *loader, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void mistake(struct loader *loader, unsigned line, const char *format, ...)
{
    char message[512];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    struct mtks_arena *arena = &loader->registry->arena;
    const char *kept = mtks_arena_text(arena, message);
    struct mtks_registry_mistake *item =
        kept ? MTKS_PUSH(arena, &loader->registry->mistakes) : NULL;
    if (item)
        *item = (struct mtks_registry_mistake){loader->source, line, kept};
    else
        loader->out_of_memory = true;
}

/* ---- sections */

/* A section ends where the next begins, or the file does. */
static void end_section(struct loader *loader)
{
    const struct mtks_board *board = loader->board;
    loader->board = NULL;
    if (!board)
        return;
    if (!board->plugin)
        mistake(loader, board->line, "[%s] lacks a plugin: add plugin = ID", board->section);
    if (!board->platform && !board->project && !board->board && !board->verno)
        mistake(loader, board->line, "[%s] has no pattern: add platform, project, board or verno",
                board->section);
}

/* What follows belongs to a section that cannot be read. */
static void lose_section(struct loader *loader)
{
    end_section(loader);
    loader->section_bad = true;
}

static const struct mtks_board *same_section(const struct loader *loader, const char *section)
{
    for (size_t i = loader->boards_before; i < loader->registry->boards.count; i++)
        if (strcmp(loader->registry->boards.items[i].section, section) == 0)
            return &loader->registry->boards.items[i];
    return NULL;
}

static void begin_section(struct loader *loader, const char *section)
{
    struct mtks_registry *registry = loader->registry;
    const struct mtks_board *same = same_section(loader, section);
    lose_section(loader);
    if (strlen(section) > SECTION_MAX) {
        mistake(loader, loader->line, "the section name has %zu characters, at most %u are allowed",
                strlen(section), SECTION_MAX);
        return;
    }
    if (strncmp(section, SECTION_PREFIX, strlen(SECTION_PREFIX)) != 0 ||
        !mtks_is_name(section + strlen(SECTION_PREFIX), "_-.")) {
        mistake(loader, loader->line,
                "section [%s] is not [board.NAME] with a NAME of a-z, 0-9, _, - and .", section);
        return;
    }
    if (same) {
        mistake(loader, loader->line,
                "section [%s] is there already, in line %u: take another name", section,
                same->line);
        return;
    }
    const char *name = mtks_arena_text(&registry->arena, section);
    struct mtks_board *board = name ? MTKS_PUSH(&registry->arena, &registry->boards) : NULL;
    if (!board) {
        loader->out_of_memory = true;
        return;
    }
    *board = (struct mtks_board){.section = name, .source = loader->source, .line = loader->line};
    loader->board = board;
    loader->section_bad = false;
}

/* ---- keys */

/* inih's handler: one key of the section at hand. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
    (void)section; /* cut by inih; the reader saw it whole */
    struct loader *loader = user;
    if (loader->section_bad)
        return 1;
    if (!loader->board) {
        mistake(loader, loader->line, "key \"%s\" stands before the first [board.NAME]", name);
        return 1;
    }
    const struct mtks_registry_key *key = mtks_registry_key(name);
    if (!key) {
        const char *meant = mtks_registry_guess(name);
        mistake(loader, loader->line, "unknown key \"%s\": %s %s%s", name,
                meant ? "did you mean" : "keys are", meant ? meant : mtks_registry_keys,
                meant ? "?" : "");
        return 1;
    }
    const char **slot = mtks_registry_slot(key, loader->board);
    const char *fault = mtks_registry_fault(key, value);
    if (*slot)
        mistake(loader, loader->line, "key \"%s\" is there already in this section", name);
    else if (fault)
        mistake(loader, loader->line, "%s \"%s\" %s", name, value, fault);
    /* Kept even when it is wrong, so that one mistake is not told as two. */
    if (!*slot && !(*slot = mtks_arena_text(&loader->registry->arena, value)))
        loader->out_of_memory = true;
    return 1;
}

/* ---- lines */

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What is wrong with the bytes of a line, whatever it says. */
static const char *bytes_fault(const char *line, size_t length)
{
    if (memchr(line, 0, length))
        return "a NUL byte: a registry is a text file";
    if (!mtks_utf8_valid(line, length))
        return "bytes that are not UTF-8: save the file as UTF-8";
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < 0x20 && line[i] != '\t')
            return "a control character: remove it";
    return NULL;
}

/* What is wrong with a key line: what inih would read in another way than the user. */
static const char *key_fault(const char *line)
{
    const char *equals = strchr(line, '=');
    const char *colon = strchr(line, ':');
    if (!equals || (colon && colon < equals))
        return "no `key = value`";
    size_t key = strcspn(line, "= \t");
    if (line + key + strspn(line + key, " \t") != equals)
        return "a key is one word, and then comes =";
    if (equals[1 + strspn(equals + 1, " \t")] == 0)
        return "the value is missing: write it behind =, or remove the line";
    for (const char *at = equals + 1; (at = strchr(at, ';')) != NULL; at++)
        if (blank(at[-1]) || at == equals + 1)
            return "a comment has to stand on a line of its own, and a value cannot hold \" ;\"";
    return NULL;
}

/* Looks at one line, which may be changed; false when inih is to see an empty line instead. */
static bool look(struct loader *loader, char *line)
{
    size_t length = strlen(line);
    while (length && blank(line[length - 1]))
        line[--length] = 0;
    const char *start = line + strspn(line, " \t");
    if (*start == 0 || *start == ';' || *start == '#')
        return false;
    const char *fault =
        start > line ? "the line begins with a blank: begin it at the margin" : NULL;
    if (!fault && *line == '[') {
        if (line[length - 1] == ']' && strchr(line, ']') == line + length - 1) {
            line[length - 1] = 0;
            begin_section(loader, line + 1);
            line[length - 1] = ']';
            return !loader->section_bad;
        }
        fault = "a section is [board.NAME], alone on its line";
        lose_section(loader);
    } else if (!fault) {
        fault = key_fault(line);
    }
    if (fault)
        mistake(loader, loader->line, "%s", fault);
    return !fault;
}

/* inih's fgets: the next line of the file, counted, or an empty one in place of a mistake. */
static char *read_line(char *to, int room, void *stream)
{
    struct loader *loader = stream;
    if (loader->at == loader->end || loader->out_of_memory || room < 3)
        return NULL;
    const char *line = loader->at;
    const char *newline = memchr(line, '\n', (size_t)(loader->end - line));
    size_t length = (size_t)((newline ? newline : loader->end) - line);
    loader->at = newline ? newline + 1 : loader->end;
    loader->line++;
    if (length && line[length - 1] == '\r')
        length--;
    size_t most = (size_t)room - 3; /* inih wants room for CR, LF and NUL */
    const char *fault = bytes_fault(line, length);
    if (fault)
        mistake(loader, loader->line, "%s", fault);
    else if (length > most)
        mistake(loader, loader->line, "the line has %zu bytes, at most %zu are allowed: shorten it",
                length, most);
    bool good = !fault && length <= most;
    if (!good && length && *line == '[')
        lose_section(loader);
    memcpy(to, line, good ? length : 0);
    to[good ? length : 0] = 0;
    if (!look(loader, to))
        to[0] = 0;
    return to;
}

/* ---- files */

/* A file in memory; *size is its length. NULL with errno set. [owner: caller, free] */
static char *read_file(const char *path, uint64_t limit, size_t *size)
{
    char *bytes = NULL;
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    int code = fstat(fd, &info) ? errno : S_ISREG(info.st_mode) ? 0 : EINVAL;
    if (!code && (uint64_t)info.st_size > limit)
        code = EFBIG;
    size_t room = code ? 0 : (size_t)info.st_size;
    if (!code && !(bytes = malloc(room + 1)))
        code = ENOMEM;
    for (*size = 0; !code && *size < room;) {
        ssize_t got = read(fd, bytes + *size, room - *size);
        if (got == 0)
            break; /* shortened meanwhile */
        if (got > 0)
            *size += (size_t)got;
        else if (errno != EINTR)
            code = errno;
    }
    close(fd);
    if (code) {
        free(bytes);
        bytes = NULL;
        errno = code;
    }
    return bytes;
}

static void parse(struct loader *loader, const char *bytes, size_t size)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* byte order mark */
    loader->at = bytes;
    loader->end = bytes + size;
    if (size >= 3 && memcmp(bytes, mark, 3) == 0)
        loader->at += 3;
    size_t mistakes = loader->registry->mistakes.count;
    int code = ini_parse_stream(read_line, loader, take_key, loader);
    end_section(loader);
    if (code && loader->registry->mistakes.count == mistakes)
        mistake(loader, code > 0 ? (unsigned)code : 0, "the line cannot be read");
}

void mtks_registry_init(struct mtks_registry *registry, const struct mtks_limits *limits)
{
    *registry = (struct mtks_registry){.file_limit = limits->registry};
    mtks_arena_init(&registry->arena, REGISTRY_MEMORY);
}

void mtks_registry_free(struct mtks_registry *registry)
{
    mtks_arena_free(&registry->arena);
    *registry = (struct mtks_registry){0};
}

int mtks_registry_add(struct mtks_registry *registry, const char *path, bool required,
                      mtkscan_error *error)
{
    size_t size;
    char *bytes = read_file(path, registry->file_limit, &size);
    if (!bytes) {
        int code = errno;
        if (code == ENOENT && !required)
            return MTKSCAN_DONE;
        if (code == EFBIG)
            return mtks_fail(error, MTKSCAN_REFUSED, "registry %s is larger than %llu bytes", path,
                             (unsigned long long)registry->file_limit);
        return mtks_fail(error, MTKSCAN_SYSTEM, "registry %s: %s", path,
                         code == EINVAL ? "not a regular file" : strerror(code));
    }
    size_t mistakes = registry->mistakes.count;
    struct loader loader = {.registry = registry, .boards_before = registry->boards.count};
    loader.source = mtks_arena_text(&registry->arena, path);
    loader.out_of_memory = !loader.source;
    if (loader.source)
        parse(&loader, bytes, size);
    free(bytes);
    if (loader.out_of_memory || registry->mistakes.count > mistakes)
        registry->boards.count = loader.boards_before;
    if (loader.out_of_memory)
        return mtks_fail(error, MTKSCAN_SYSTEM, "registry %s: out of memory", path);
    if (registry->mistakes.count == mistakes)
        return MTKSCAN_DONE;
    const struct mtks_registry_mistake *first = &registry->mistakes.items[mistakes];
    mtks_fail(error, MTKSCAN_REFUSED, "registry %s, line %u: %s", path, first->line,
              first->message);
    mtks_advise(error, "`mtkscan registry check FILE` lists all %zu mistakes",
                registry->mistakes.count - mistakes);
    return MTKSCAN_REFUSED;
}
