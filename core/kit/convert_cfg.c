/* SPDX-License-Identifier: MIT */
/* A new .cfg for the images of a folder. */
#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "convert_files.h"
#include "kit_cfg.h"

struct remaker {
    struct mtks_remade_cfg *remade;
    const struct mtks_kit_source *source;
    struct mtks_kit_entries entries;
    struct mtks_kit kit;
};

static int no_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while making the .cfg");
}

/* The file that is a part; of several with the same bytes the one that the old .cfg names. */
static const struct mtks_kit_entry *file_of(const struct mtks_kit_entries *entries, uint32_t part)
{
    const struct mtks_kit_entry *found = NULL;
    for (size_t i = 0; i < entries->items.count; i++) {
        const struct mtks_kit_entry *entry = &entries->items.items[i];
        if (entry->part == part && (!found || (entry->listed && !found->listed)))
            found = entry;
    }
    return found;
}

/* Gives each part the name that its file has; one without a file is left out. */
static int name_parts(struct remaker *remaker)
{
    struct mtks_kit *kit = &remaker->kit;
    if (mtks_kit_names(remaker->source->analysis, MTKS_NAMES_VENDOR, kit) < 0)
        return -1;
    for (size_t i = 0; i < kit->files.count; i++) {
        struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_kit_entry *entry = file_of(&remaker->entries, file->part);
        file->written = entry != NULL;
        if (entry)
            file->name = entry->name;
    }
    return 0;
}

/* The memory type of the old .cfg, or NULL. */
static const char *old_memory_type(const struct mtks_cfg *old)
{
    const char *type = old && old->memories.count ? old->memories.items[0].memory_type : NULL;
    return type && mtks_kit_memory_type_is_sane(type) ? type : NULL;
}

/* What the old .cfg says of a flash ID beyond what the firmware tells. */
static void keep_settings(struct mtks_cfg *cfg, const struct mtks_cfg *old)
{
    for (size_t i = 0; i < cfg->memories.count; i++)
        for (size_t j = 0; j < old->memories.count; j++) {
            struct mtks_cfg_memory *memory = &cfg->memories.items[i];
            const struct mtks_cfg_memory *from = &old->memories.items[j];
            if (memory->id_length != from->id_length ||
                memcmp(memory->id, from->id, sizeof memory->id) != 0)
                continue;
            memory->flash_frequency = from->flash_frequency;
            memory->flash_settings.items = from->flash_settings.items;
            memory->flash_settings.count = from->flash_settings.count;
            memory->emi_settings.items = from->emi_settings.items;
            memory->emi_settings.count = from->emi_settings.count;
            break;
        }
}

/* Files of the old .cfg that are there and no images: a GPS module's, for one. */
static int keep_files(struct remaker *remaker, const struct mtks_cfg *old)
{
    struct mtks_arena *arena = &remaker->source->analysis->arena;
    for (size_t i = 0; i < old->files.count; i++) {
        const struct mtks_cfg_file *line = &old->files.items[i];
        const struct mtks_kit_entry *entry =
            mtks_cfg_name_is_safe(line->name) ? mtks_kit_entries_find(&remaker->entries, line->name)
                                              : NULL;
        bool again = false;
        for (size_t j = 0; j < i && !again; j++)
            again = strcmp(old->files.items[j].name, line->name) == 0;
        if (!entry || !entry->bytes || entry->image || again)
            continue;
        struct mtks_cfg_file *file = MTKS_PUSH(arena, &remaker->remade->cfg.files);
        if (!file)
            return -1;
        *file = (struct mtks_cfg_file){
            .name = entry->name, .region = line->region, .section = line->section};
    }
    return 0;
}

/* Takes over what the firmware cannot tell. */
static int keep_old(struct remaker *remaker)
{
    const struct mtks_cfg *old = remaker->source->cfg;
    struct mtks_cfg *cfg = &remaker->remade->cfg;
    if (!old)
        return 0;
    if (old->config_version && *old->config_version)
        cfg->config_version = old->config_version;
    if (old->parameters_version && *old->parameters_version)
        cfg->parameters_version = old->parameters_version;
    keep_settings(cfg, old);
    return keep_files(remaker, old);
}

/* Files of the folder that the new .cfg does not name. */
static int list_left_out(struct remaker *remaker)
{
    const struct mtks_cfg *cfg = &remaker->remade->cfg;
    for (size_t i = 0; i < remaker->entries.items.count; i++) {
        const struct mtks_kit_entry *entry = &remaker->entries.items.items[i];
        bool named = entry->is_cfg;
        for (size_t j = 0; j < cfg->files.count && !named; j++)
            named = strcmp(cfg->files.items[j].name, entry->name) == 0;
        for (size_t j = 0; j < cfg->unlisted.count && !named; j++)
            named = strcmp(cfg->unlisted.items[j], entry->name) == 0;
        if (named)
            continue;
        const char **slot =
            MTKS_PUSH(&remaker->source->analysis->arena, &remaker->remade->left_out);
        if (!slot)
            return -1;
        *slot = entry->name;
    }
    return 0;
}

static int make_text(struct mtks_remade_cfg *remade, mtkscan_error *error)
{
    FILE *out = open_memstream(&remade->text, &remade->length);
    if (!out)
        return no_memory(error);
    int result = mtks_cfg_write(&remade->cfg, out);
    if (fclose(out) != 0)
        result = -1;
    if (result == 0)
        return MTKSCAN_DONE;
    free(remade->text);
    remade->text = NULL;
    return mtks_fail(error, MTKSCAN_REFUSED, "a file name or setting cannot stand in a .cfg");
}

static int remake(struct remaker *remaker, const char *memory_type, const char *version,
                  mtkscan_error *error)
{
    struct mtks_analysis *analysis = remaker->source->analysis;
    struct mtks_remade_cfg *remade = remaker->remade;
    struct mtks_kit_options options = {.memory_type = memory_type, .version = version};
    if (!memory_type && !analysis->flash.memory_type) {
        options.memory_type = old_memory_type(remaker->source->cfg);
        options.memory_type_source = "kept from the old .cfg, as the firmware implies none";
    }
    if (name_parts(remaker) < 0 ||
        mtks_kit_make_cfg(analysis, &remaker->kit, &options, &remade->cfg, &remade->lack) < 0 ||
        keep_old(remaker) < 0 || list_left_out(remaker) < 0 ||
        mtks_cfg_compare(&remade->changes, &analysis->arena, remaker->source->cfg, &remade->cfg) <
            0)
        return no_memory(error);
    return make_text(remade, error);
}

int mtks_kit_remake_cfg(struct mtks_remade_cfg *remade, const struct mtks_kit_source *source,
                        const char *memory_type, const char *version, mtkscan_error *error)
{
    struct remaker remaker = {.remade = remade, .source = source};
    *remade = (struct mtks_remade_cfg){.text = NULL};
    if (memory_type && !mtks_kit_memory_type_is_sane(memory_type)) {
        mtks_fail(error, MTKSCAN_USAGE, "this is no memory type");
        mtks_advise(error, "it looks like PSRAM_130MHz: capitals, digits, _ and perhaps MHz");
        return MTKSCAN_USAGE;
    }
    int outcome = mtks_kit_source_check(source, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_kit_entries_read(&remaker.entries, source, error);
    if (outcome == MTKSCAN_DONE)
        outcome = remake(&remaker, memory_type, version, error);
    mtks_kit_entries_free(&remaker.entries);
    if (outcome == MTKSCAN_DONE && remade->lack) {
        mtks_fail(error, MTKSCAN_DAMAGED, "the new .cfg lacks the %s, which the kit does not tell",
                  remade->lack);
        mtks_advise(error, "do not flash with it; a memory type can be given with --memory-type");
        return MTKSCAN_DAMAGED;
    }
    if (outcome == MTKSCAN_DONE && remade->cfg.incomplete.count) {
        mtks_fail(error, MTKSCAN_DAMAGED, "the new .cfg is of files that are not all good");
        mtks_advise(error, "its head says what is wrong; `mtkscan verify` tells more");
        return MTKSCAN_DAMAGED;
    }
    return outcome;
}
