/* SPDX-License-Identifier: MIT */
/* Rows that look at the file and run nothing of it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "module_check_rows.h"
#include "trust.h"

#define FILE_LARGEST (UINT64_C(64) << 20) /* bytes; bundled modules take a thousandth */
#define NAMES_TOLD   4u                   /* of a list of names */
#define LIST_ROOM    ((NAMES_TOLD + 1) * MTKS_ELF_NAME)

/* ---- the file itself */

/* Reads `size` bytes of the opened file; *length is less when it was cut meanwhile. False when the
 * system fails. */
static bool read_file(struct mtks_module_case *under, uint64_t size, uint64_t *length)
{
    uint64_t done = 0;
    under->bytes = malloc(size ? (size_t)size : 1);
    if (!under->bytes)
        return mtks_fail(under->error, MTKSCAN_SYSTEM, "out of memory"), false;
    while (done < size) {
        ssize_t got = pread(under->file, under->bytes + done, (size_t)(size - done), (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            mtks_fail(under->error, MTKSCAN_SYSTEM, "cannot read %s: %s", under->check->path,
                      strerror(errno));
            return false;
        }
        if (got == 0)
            break;
        done += (uint64_t)got;
    }
    *length = done;
    return true;
}

/* Opens the file as a scan would; *refused when it would not load it, which the row tells then.
 * False when the system fails. */
static bool open_file(struct mtks_module_case *under, struct mtks_module_row *row, bool *refused)
{
    char reason[MTKS_TRUST_REASON] = "";
    const char *path = under->check->path;
    under->file = mtks_trust_open(AT_FDCWD, path, MTKS_TRUST_FILE, reason);
    *refused = under->file < 0 && (errno == EPERM || errno == EINVAL);
    if (*refused)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     errno == EPERM
                         ? "Make it a file of your own or of root that nobody else can write: "
                           "chmod go-w. mtkscan loads no other."
                         : "Name the module's own file, NAME.so. What is wrong with a folder, "
                           "mtkscan plugins list tells.",
                     "%s", reason);
    else if (under->file < 0)
        mtks_fail(under->error, MTKSCAN_SYSTEM, "%s %s", path, reason);
    return *refused || under->file >= 0;
}

/* The same for the folder that it is found in: whoever can change it can put another file there. */
static bool try_folder(struct mtks_module_case *under, struct mtks_module_row *row, bool *refused)
{
    char reason[MTKS_TRUST_REASON] = "";
    char *path = mtks_arena_text(&under->check->arena, under->check->path);
    if (!path)
        return mtks_fail(under->error, MTKSCAN_SYSTEM, "out of memory"), false;
    const char *folder = dirname(path);
    int fd = mtks_trust_open(AT_FDCWD, folder, MTKS_TRUST_FOLDER, reason);
    *refused = fd < 0 && (errno == EPERM || errno == EACCES);
    if (*refused)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Keep it in a folder of your own or of root that you can read and nobody else "
                     "can write: chmod go-w. mtkscan loads nothing from others.",
                     "its folder %s %s", folder, reason);
    else if (fd < 0)
        mtks_fail(under->error, MTKSCAN_SYSTEM, "%s: its folder %s", under->check->path, reason);
    else
        close(fd);
    return *refused || fd >= 0;
}

bool mtks_row_file(struct mtks_module_case *under, struct mtks_module_row *row)
{
    struct stat info;
    bool refused = false;
    if (!open_file(under, row, &refused) || (!refused && !try_folder(under, row, &refused)))
        return false;
    if (refused)
        return true;
    if (fstat(under->file, &info) != 0) {
        mtks_fail(under->error, MTKSCAN_SYSTEM, "%s %s", under->check->path, strerror(errno));
        return false;
    }
    uint64_t size = (uint64_t)info.st_size, length = 0;
    if (size > FILE_LARGEST) {
        mtks_row_set(under, row, MTKS_MODULE_FAIL, "Build a shared object of your sources alone.",
                     "has %" PRIu64 " bytes, more than any module needs", size);
        return true;
    }
    if (!read_file(under, size, &length))
        return false;
    const char *fault = mtks_elf_open(&under->elf, under->bytes, length);
    if (fault) {
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Build it with cc -shared -fPIC for the machine that runs mtkscan.", "%s",
                     fault);
        return true;
    }
    under->stage = MTKS_MODULE_READ;
    mtks_row_set(under, row, MTKS_MODULE_PASS, NULL,
                 "a shared object for this machine, mode %04o, %" PRIu64 " bytes",
                 (unsigned)info.st_mode & 07777, size);
    return true;
}

/* ---- what it exports */

/* Names, the first few of them in words. */
struct names {
    uint64_t count;
    char list[LIST_ROOM];
};

static void add_name(struct names *names, const char *name)
{
    size_t used = strlen(names->list);
    if (names->count++ < NAMES_TOLD)
        snprintf(names->list + used, sizeof names->list - used, "%s%s", used ? ", " : "",
                 *name ? name : "(no name)");
    else if (names->count == NAMES_TOLD + 1)
        snprintf(names->list + used, sizeof names->list - used, ", ...");
}

/* A symbol's type and binding; the macros for both classes do the same. */
static unsigned type_of(const ElfW(Sym) * symbol)
{
    return symbol->st_info & 0xFu;
}

static bool is_local(const ElfW(Sym) * symbol)
{
    return symbol->st_info >> 4 == STB_LOCAL;
}

/* Whether a name tells of a sanitizer or a profiler, whose runtime keeps state in the module. */
static bool is_instruments(const char *name)
{
    static const char *const prefixes[] = {"__gcov", "__asan",  "__odr_asan", "__prof", "__tsan",
                                           "__msan", "__ubsan", "__sancov",   "asan."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

bool mtks_row_exports(struct mtks_module_case *under, struct mtks_module_row *row)
{
    static const char hide[] =
        "Build with -fvisibility=hidden and the SDK's plugin.map, or -Wl,--exclude-libs,ALL, and "
        "make all else static.";
    ElfW(Shdr) table;
    ElfW(Sym) symbol;
    char name[MTKS_ELF_NAME];
    struct names others = {.count = 0};
    bool entry = false, object = false;
    if (!mtks_elf_find(&under->elf, SHT_DYNSYM, &table)) {
        mtks_row_set(under, row, MTKS_MODULE_FAIL, "Link it with cc -shared.",
                     "has no table of symbols, so it exports nothing");
        return true;
    }
    for (uint64_t i = 1; mtks_elf_symbol(&under->elf, &table, i, &symbol, name); i++) {
        if (symbol.st_shndx == SHN_UNDEF || is_local(&symbol))
            continue;
        if (strcmp(name, MTKSCAN_ENTRY_SYMBOL) != 0) {
            if (!is_instruments(name)) /* a sanitizer's marks of the entry */
                add_name(&others, name);
            continue;
        }
        entry = true;
        object = type_of(&symbol) == STT_OBJECT;
    }
    if (!entry)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Define it: MTKSCAN_EXPORT const mtkscan_plugin " MTKSCAN_ENTRY_SYMBOL
                     " = {...};",
                     "exports no " MTKSCAN_ENTRY_SYMBOL);
    else if (!object)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Make it the constant object that mtkscan/plugin.h declares.",
                     MTKSCAN_ENTRY_SYMBOL " is no data object");
    else if (others.count)
        mtks_row_set(under, row, MTKS_MODULE_FAIL, hide, "also exports %" PRIu64 ": %s",
                     others.count, others.list);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "one symbol, " MTKSCAN_ENTRY_SYMBOL);
    return true;
}

/* ---- code that runs by itself */

bool mtks_row_constructors(struct mtks_module_case *under, struct mtks_module_row *row)
{
    /* The compiler's own start-up files bring one of each of the first two. */
    static const struct {
        uint32_t type;
        uint64_t own;
    } lists[] = {{SHT_INIT_ARRAY, 1}, {SHT_FINI_ARRAY, 1}, {SHT_PREINIT_ARRAY, 0}};
    uint64_t more = 0;
    ElfW(Shdr) section;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (!mtks_elf_find(&under->elf, lists[i].type, &section))
            continue;
        uint64_t count = section.sh_size / sizeof(void *);
        more += count > lists[i].own ? count - lists[i].own : 0;
    }
    if (more)
        mtks_row_set(under, row, MTKS_MODULE_NOTE,
                     "A module has nothing to set up: turn constructors, and C++ globals that have "
                     "some, into constant tables.",
                     "%" PRIu64 " beyond the compiler's own", more);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "none but the compiler's own");
    return true;
}

/* ---- state */

/* Sections that may be written to, but hold no state of the module. */
static bool is_linkers(const char *section)
{
    static const char *const names[] = {".data.rel.ro",   ".data.rel.ro.local",
                                        ".init_array",    ".fini_array",
                                        ".preinit_array", ".ctors",
                                        ".dtors",         ".jcr",
                                        ".dynamic",       ".got",
                                        ".got.plt",       ".eh_frame",
                                        ".tm_clone_table"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(section, names[i]) == 0)
            return true;
    return false;
}

/* Objects that the compiler adds to every shared object. */
static bool is_compilers(const char *name)
{
    static const char *const names[] = {"__dso_handle", "__TMC_END__", "completed.0",
                                        "completed",    "_DYNAMIC",    "_GLOBAL_OFFSET_TABLE_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool in_writable(const struct mtks_elf *elf, const ElfW(Sym) * symbol)
{
    ElfW(Shdr) section;
    char name[MTKS_ELF_NAME];
    if (symbol->st_shndx == SHN_COMMON)
        return true;
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE ||
        !mtks_elf_section(elf, symbol->st_shndx, &section))
        return false;
    mtks_elf_section_name(elf, &section, name);
    return (section.sh_flags & SHF_WRITE) && !is_linkers(name);
}

/* Without names, the sizes of the sections are all there is to see; the compiler's own objects and
 * what rounds them up take no more than this of each. */
#define STRIPPED_USUAL 16u

static void set_stripped(struct mtks_module_case *under, struct mtks_module_row *row)
{
    ElfW(Shdr) section;
    char name[MTKS_ELF_NAME];
    for (uint32_t i = 0; mtks_elf_section(&under->elf, i, &section); i++) {
        mtks_elf_section_name(&under->elf, &section, name);
        if (!(section.sh_flags & SHF_WRITE) || is_linkers(name) ||
            section.sh_size <= STRIPPED_USUAL)
            continue;
        mtks_row_set(under, row, MTKS_MODULE_SKIPPED, "Build it without -s, and check that.",
                     "cannot tell: it is stripped, and has %" PRIu64 " bytes of %s",
                     (uint64_t)section.sh_size, name);
        return;
    }
    mtks_row_set(under, row, MTKS_MODULE_PASS, NULL,
                 "stripped, and too small to hold any but the compiler's own");
}

bool mtks_row_globals(struct mtks_module_case *under, struct mtks_module_row *row)
{
    ElfW(Shdr) table;
    ElfW(Sym) symbol;
    char name[MTKS_ELF_NAME];
    struct names found = {.count = 0};
    bool instrumented = false;
    if (!mtks_elf_find(&under->elf, SHT_SYMTAB, &table)) {
        set_stripped(under, row);
        return true;
    }
    for (uint64_t i = 1; mtks_elf_symbol(&under->elf, &table, i, &symbol, name); i++) {
        unsigned type = type_of(&symbol);
        instrumented |= is_instruments(name);
        if ((type == STT_OBJECT || type == STT_COMMON || type == STT_TLS) && !is_compilers(name) &&
            in_writable(&under->elf, &symbol))
            add_name(&found, name);
    }
    if (instrumented)
        mtks_row_set(under, row, MTKS_MODULE_SKIPPED,
                     "Build it without sanitizers and coverage, and check that.",
                     "cannot tell: it is built with instruments that keep state in it");
    else if (found.count)
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Make each const, or a local variable: callbacks keep no state, and run in "
                     "any order and process.",
                     "%" PRIu64 " that can be written: %s", found.count, found.list);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "none that can be written");
    return true;
}
