/* SPDX-License-Identifier: MIT */
/* Writer of .cfg files in the vendor's form (FORMAT.md 8.1, 8.2). */
#include "cfg.h"

#include <stdbool.h>
#include <string.h>

#include "../model/text.h"
#include "cfg_line.h"
#include "mtkscan/plugin.h"

/* The sections that list files, in the vendor's order. Regions of other names stand between. */
static const struct region_row {
    const char *title, *section;
    uint32_t region;
    bool alignment;
} region_rows[] = {
    {"Boot Region Setting", "boot_region", MTKSCAN_REGION_BOOT, true},
    {"Control Block Region Setting", "control_block_region", MTKSCAN_REGION_CONTROL, false},
    {"Main Region Setting", "main_region", MTKSCAN_REGION_MAIN, true},
    {"Other Region Setting", NULL, MTKSCAN_REGION_NONE, false},
    {"File System Region Setting", "file_system_region", MTKSCAN_REGION_FILES, false},
};

static void put_rule(FILE *out)
{
    for (int i = 0; i < 100; i++)
        fputc('#', out);
    fputc('\n', out);
}

static void put_banner(FILE *out, const char *title)
{
    fputc('\n', out);
    put_rule(out);
    fprintf(out, "#\n#  %s\n#\n", title);
    put_rule(out);
    fputc('\n', out);
}

/* Vendor tools look for "key: " anywhere in a line, so a comment must not hold a colon before a
 * blank. */
static void put_comment(FILE *out, const char *head, const char *text)
{
    char shown[1024];
    mtks_text_escape(shown, sizeof shown, text);
    for (char *at = shown; *at; at++)
        if (*at == ':' && (at[1] == ' ' || at[1] == '\0'))
            *at = ',';
    fprintf(out, "# %s%s\n", head, shown);
}

/* Who wrote it, what it lacks, and what else is to be said. */
static void put_head(FILE *out, const struct mtks_cfg *cfg)
{
    char writer[128];
    snprintf(writer, sizeof writer, "%.80s" MTKS_CFG_HEAD_WRITER_END,
             cfg->writer ? cfg->writer : "mtkscan");
    put_comment(out, MTKS_CFG_HEAD_WRITER, writer);
    for (size_t i = 0; i < cfg->incomplete.count; i++)
        put_comment(out, MTKS_CFG_HEAD_INCOMPLETE, cfg->incomplete.items[i]);
    for (size_t i = 0; i < cfg->doubts.count; i++)
        put_comment(out, "", cfg->doubts.items[i]);
    for (size_t i = 0; i < cfg->unlisted.count; i++)
        put_comment(out, MTKS_CFG_HEAD_UNLISTED, cfg->unlisted.items[i]);
    for (size_t i = 0; i < cfg->comments.count; i++)
        put_comment(out, "", cfg->comments.items[i]);
}

/* Whether a reader would take more, or less, than the value from an unquoted one. */
static bool needs_quotes(const char *value)
{
    size_t length = strlen(value);
    if (length == 0)
        return false;
    return strchr("\"'#", value[0]) || value[0] == ' ' || value[0] == '\t' ||
           value[length - 1] == ' ' || value[length - 1] == '\t' || strstr(value, " #") ||
           strstr(value, "\t#");
}

/* One "key: value" line; a blank value leaves no blank behind the colon. */
static bool put_pair(FILE *out, const char *key, const char *value)
{
    for (const char *at = value; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return false;
    const char *quote = "";
    if (needs_quotes(value)) {
        quote = strchr(value, '"') ? "'" : "\"";
        if (strchr(value, *quote))
            return false;
    }
    fprintf(out, "%s:%s%s%s%s\n", key, *value ? " " : "", quote, value, quote);
    return true;
}

static bool put_general(FILE *out, const struct mtks_cfg *cfg)
{
    put_banner(out, "General Setting");
    fprintf(out, "general:\n");
    /* This blank before the colon is the vendor's. */
    if (cfg->config_version && !put_pair(out, "    config_version ", cfg->config_version))
        return false;
    return !cfg->platform || put_pair(out, "    platform", cfg->platform);
}

/* One section with the files that belong to it. */
static bool put_section(FILE *out, const struct mtks_cfg *cfg, const struct region_row *row,
                        const char *section)
{
    put_banner(out, row->title);
    fprintf(out, "%s:\n", section);
    if (row->alignment)
        fprintf(out, "  alignment: block\n");
    fprintf(out, "  rom:\n");
    for (size_t i = 0; i < cfg->files.count; i++) {
        const struct mtks_cfg_file *file = &cfg->files.items[i];
        if (file->region != row->region || (!row->section && strcmp(file->section, section) != 0))
            continue;
        if (!put_pair(out, "    - file", file->name))
            return false;
    }
    return true;
}

/* Sections that are no region of ours, such as gps_module_region, each once. */
static bool put_other_sections(FILE *out, const struct mtks_cfg *cfg, const struct region_row *row)
{
    for (size_t i = 0; i < cfg->files.count; i++) {
        const struct mtks_cfg_file *file = &cfg->files.items[i];
        bool first = file->region == row->region && file->section;
        for (size_t j = 0; j < i && first; j++)
            first = cfg->files.items[j].region != row->region ||
                    strcmp(cfg->files.items[j].section, file->section) != 0;
        if (first && !put_section(out, cfg, row, file->section))
            return false;
    }
    return true;
}

static bool put_memory(FILE *out, const struct mtks_cfg_memory *memory, size_t number)
{
    fprintf(out, "       # EMI %zu\n      - flash_info:\n", number);
    if (memory->flash_type && !put_pair(out, "            flash_type", memory->flash_type))
        return false;
    fprintf(out, "            id_length: %u\n            flash_id: [", (unsigned)memory->id_length);
    for (size_t i = 0; i < sizeof memory->id; i++)
        fprintf(out, "%s0x%02X", i ? ", " : "", memory->id[i]);
    fprintf(out, "]\n");
    if (memory->flash_frequency &&
        !put_pair(out, "            flash_frequency", memory->flash_frequency))
        return false;
    if (memory->flash_settings.count)
        fprintf(out, "            SPI_NAND_FLASH_Setting:\n");
    for (size_t i = 0; i < memory->flash_settings.count; i++)
        fprintf(out, "                %s\n", memory->flash_settings.items[i]);
    if (memory->memory_type && !put_pair(out, "        memory_type", memory->memory_type))
        return false;
    fprintf(out, "        EMI_Setting:\n");
    for (size_t i = 0; i < memory->emi_settings.count; i++)
        fprintf(out, "            %s\n", memory->emi_settings.items[i]);
    fputc('\n', out);
    return true;
}

static bool put_memories(FILE *out, const struct mtks_cfg *cfg)
{
    put_banner(out, "External Memory Setting");
    fprintf(out, "external_memory:\n");
    if (cfg->parameters_version &&
        !put_pair(out, "    parameters_version", cfg->parameters_version))
        return false;
    fprintf(out, "    parameters:\n");
    for (size_t i = 0; i < cfg->memories.count; i++)
        if (!put_memory(out, &cfg->memories.items[i], i + 1))
            return false;
    return true;
}

int mtks_cfg_write(const struct mtks_cfg *cfg, FILE *out)
{
    put_head(out, cfg);
    if (!put_general(out, cfg))
        return -1;
    for (size_t i = 0; i < sizeof region_rows / sizeof *region_rows; i++) {
        const struct region_row *row = &region_rows[i];
        if (!(row->section ? put_section(out, cfg, row, row->section)
                           : put_other_sections(out, cfg, row)))
            return -1;
    }
    if (!put_memories(out, cfg))
        return -1;
    return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}
