/* SPDX-License-Identifier: MIT */
/* Rows about loading a module, and what it says of itself. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "module_check_rows.h"
#include "wire.h"

#define LOAD_SLOW 100000u /* us to load a module: as much as a scan takes with all of them */

/* What to do about a module that did not come to tell who it is, by how the reason begins. */
static const char *load_advice(const char *reason)
{
    static const struct {
        const char *begins, *advice;
    } rows[] = {
        {"cannot be loaded", "Link it against the C library alone and with -Wl,-z,defs, which "
                             "tells what is missing."},
        {"is built for ABI", "Build it against the SDK of this mtkscan."},
        {"states", "Set struct_size to sizeof(mtkscan_plugin)."},
        {"exports", "Define the entry as mtkscan/plugin.h declares it."},
        {"id ", "Choose an id of 2 to 32 lower-case letters, digits, _ and -."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(reason, rows[i].begins, strlen(rows[i].begins)) == 0)
            return rows[i].advice;
    return "Fill every member of the entry as mtkscan/plugin.h says; texts are short, UTF-8 and "
           "constant.";
}

/* Asks the module who it is; false when the system fails. *elapsed is in us. */
static bool describe(struct mtks_module_case *under, const char **advice, uint64_t *elapsed)
{
    struct mtks_module_check *check = under->check;
    struct mtks_job job = {.kind = MTKS_JOB_DESCRIBE, .module = under->file};
    bool good = mtks_case_run(under, NULL, NULL, &job, 1);
    struct mtks_frames frames = {.bytes = job.bytes, .length = job.length};
    *elapsed = job.elapsed;
    if (good && job.fault[0])
        under->refused = mtks_check_text(under, "%s when it was loaded", job.fault);
    else if (good)
        check->described =
            mtks_wire_take_entry(&frames, &check->arena, &check->entry, &under->refused);
    if (good && !check->described && !under->refused)
        under->refused = "needs more memory than its metadata may take";
    if (good && !check->described)
        *advice = job.fault[0] || job.length == 0
                      ? "Do nothing while it is loaded: no constructor, no library that has one."
                      : load_advice(under->refused);
    mtks_job_free(&job);
    return good;
}

bool mtks_row_describe(struct mtks_module_case *under, struct mtks_module_row *row)
{
    const mtkscan_plugin *entry = &under->check->entry;
    const char *advice = NULL;
    uint64_t elapsed;
    if (!describe(under, &advice, &elapsed))
        return false;
    if (!under->check->described) {
        mtks_row_set(under, row, MTKS_MODULE_FAIL, advice, "%s", under->refused);
        return true;
    }
    bool slow = elapsed > LOAD_SLOW;
    under->stage = MTKS_MODULE_LOADED;
    mtks_row_set(under, row, slow ? MTKS_MODULE_NOTE : MTKS_MODULE_PASS,
                 slow ? "Link fewer libraries: every scan loads each module." : NULL,
                 "%s %s, ABI %" PRIu32 ".%" PRIu32 ", loaded in %" PRIu64 ".%" PRIu64 " ms",
                 entry->id, entry->version, entry->abi >> 16, entry->abi & 0xFFFF, elapsed / 1000,
                 elapsed / 100 % 10);
    return true;
}

/* How the dynamic linkers of C libraries name what they did not find. */
static bool says_unresolved(const char *text)
{
    return text && (strstr(text, "undefined symbol") || strstr(text, "symbol not found"));
}

bool mtks_row_references(struct mtks_module_case *under, struct mtks_module_row *row)
{
    ElfW(Shdr) table;
    ElfW(Sym) symbol;
    char name[MTKS_ELF_NAME];
    uint64_t count = 0;
    bool found = mtks_elf_find(&under->elf, SHT_DYNSYM, &table);
    for (uint64_t i = 1; found && mtks_elf_symbol(&under->elf, &table, i, &symbol, name); i++)
        count += symbol.st_shndx == SHN_UNDEF && symbol.st_info >> 4 == STB_GLOBAL;
    if (says_unresolved(under->refused))
        mtks_row_set(under, row, MTKS_MODULE_FAIL,
                     "Link with -Wl,-z,defs, which tells at once, and add the library that is "
                     "missing.",
                     "%s", under->refused);
    else if (under->stage < MTKS_MODULE_LOADED)
        mtks_row_set(under, row, MTKS_MODULE_SKIPPED, NULL, "it could not be loaded");
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "%" PRIu64 " symbols, all found", count);
    return true;
}

/* ---- metadata */

/* Words that authors write where they have nothing to say. */
static bool is_placeholder(const char *text)
{
    static const char *const words[] = {"", "unknown", "none", "todo", "edit", "tbd", "-", "n/a"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* Whether a text has the form of an SPDX expression: identifiers, joined by words. Identifiers are
 * not looked up, as their list grows. */
static bool is_license(const char *text)
{
    bool letters = false;
    for (const char *at = text; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (!isascii(byte) || !(isalnum(byte) || strchr(".-+() :", byte)))
            return false;
        letters |= isalpha(byte) != 0;
    }
    return letters && !is_placeholder(text);
}

static bool is_url(const char *text)
{
    const char *host = strstr(text, "://");
    return (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0) && host[3] &&
           !strchr(text, ' ');
}

bool mtks_row_metadata(struct mtks_module_case *under, struct mtks_module_row *row)
{
    const mtkscan_plugin *entry = &under->check->entry;
    const struct {
        bool good;
        const char *what;
    } wishes[] = {
        {!is_placeholder(entry->version), "a version"},
        {!is_placeholder(entry->title), "a title"},
        {!is_placeholder(entry->author), "an author"},
        {is_license(entry->license), "an SPDX license word, e.g. MIT"},
        {is_url(entry->url), "a url (https://...) for its users"},
        {entry->limitations && entry->limitations[0], "limitations: what it does not do"},
    };
    const char *missing = NULL;
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        if (!wishes[i].good)
            missing = missing ? mtks_check_text(under, "%s; %s", missing, wishes[i].what)
                              : wishes[i].what;
    if (missing)
        mtks_row_set(under, row, MTKS_MODULE_NOTE, "State it in the entry.", "lacks %s", missing);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL, "license %s, %s", entry->license,
                     entry->url);
    return true;
}
