/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../kit/names.h"
#include "../resource/resource.h"
#include "mtkscan/bytes.h"

/* What resources outside all layers are named after. */
#define DUMP_STEM "dump"

/* A name before it is made distinct: a number goes between stem and suffix. */
struct wish {
    const char *stem, *suffix;
    size_t index;
};

static int compare_names(const struct wish *a, const struct wish *b)
{
    int order = strcasecmp(a->stem, b->stem);
    return order ? order : strcasecmp(a->suffix, b->suffix);
}

/* Equal names in the order they came. */
static int compare(const void *left, const void *right)
{
    const struct wish *a = left, *b = right;
    int order = compare_names(a, b);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/*
 * Gives the second of a name ~2, and so on, letter case apart. Safe names hold no ~, so this makes
 * none that another has. `names` is filled at each wish's index. Sorts the wishes.
 */
static int make_distinct(struct mtks_arena *arena, struct wish *wishes, size_t count,
                         const char **names)
{
    size_t same = 1;
    if (count)
        qsort(wishes, count, sizeof *wishes, compare);
    for (size_t i = 0; i < count; i++) {
        const struct wish *wish = &wishes[i];
        char number[24] = "";
        same = i > 0 && compare_names(&wishes[i - 1], wish) == 0 ? same + 1 : 1;
        if (same > 1)
            snprintf(number, sizeof number, "~%zu", same);
        names[wish->index] = mtks_arena_format(arena, "%s%s%s", wish->stem, number, wish->suffix);
        if (!names[wish->index])
            return -1;
    }
    return 0;
}

uint64_t mtks_unpack_size(const struct mtks_layer *layer)
{
    if (!layer->bytes)
        return 0;
    return layer->size < layer->decoded ? layer->size : layer->decoded;
}

const uint8_t *mtks_unpack_bytes(const struct mtks_analysis *analysis, const uint8_t *dump,
                                 uint64_t dump_size, const struct mtks_resource *resource)
{
    if (resource->layer < analysis->layers.count) {
        const struct mtks_layer *layer = &analysis->layers.items[resource->layer];
        dump = layer->bytes;
        dump_size = mtks_unpack_size(layer);
    } else if (resource->layer != MTKS_NO_LAYER) {
        return NULL;
    }
    return dump && mtkscan_inside(resource->offset, resource->length, dump_size)
               ? dump + resource->offset
               : NULL;
}

/* Stems: of each layer, and behind them the dump's own. */
static const char **name_stems(struct mtks_analysis *analysis)
{
    struct mtks_arena *arena = &analysis->arena;
    size_t count = analysis->layers.count;
    struct wish *wishes = mtks_arena_alloc(arena, (count + 1) * sizeof *wishes);
    const char **stems = mtks_arena_alloc(arena, (count + 1) * sizeof *stems);
    if (!wishes || !stems)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        char safe[MTKS_KIT_NAME_MAX + 1];
        const char *name = analysis->layers.items[i].name;
        mtks_kit_safe_name(safe, name ? name : "");
        wishes[i] = (struct wish){mtks_arena_text(arena, safe), "", i};
        if (!wishes[i].stem)
            return NULL;
    }
    wishes[count] = (struct wish){DUMP_STEM, "", count};
    return make_distinct(arena, wishes, count + 1, stems) < 0 ? NULL : stems;
}

bool mtks_unpack_is_text(const struct mtks_resource *resource)
{
    const struct mtks_resource_format *format = mtks_resource_format(resource->format);
    return format && strcmp(format->suffix, "ucs2") == 0;
}

static const char *suffix_of(const struct mtks_resource *resource)
{
    const struct mtks_resource_format *format = mtks_resource_format(resource->format);
    return !format ? "bin" : mtks_unpack_is_text(resource) ? "txt" : format->suffix;
}

static int name_resources(struct mtks_analysis *analysis, const uint8_t *dump, uint64_t dump_size,
                          const char **stems, const char **names)
{
    struct mtks_arena *arena = &analysis->arena;
    size_t count = 0;
    struct wish *wishes = mtks_arena_alloc(arena, analysis->resources.count * sizeof *wishes);
    if (!wishes)
        return -1;
    for (size_t i = 0; i < analysis->resources.count; i++) {
        const struct mtks_resource *resource = &analysis->resources.items[i];
        if (!mtks_unpack_bytes(analysis, dump, dump_size, resource))
            continue;
        size_t stem = resource->layer == MTKS_NO_LAYER ? analysis->layers.count : resource->layer;
        wishes[count] =
            (struct wish){mtks_arena_format(arena, MTKS_UNPACK_FOLDER "/%s-0x%06" PRIX64,
                                            stems[stem], resource->offset),
                          mtks_arena_format(arena, ".%s", suffix_of(resource)), i};
        if (!wishes[count].stem || !wishes[count].suffix)
            return -1;
        count++;
    }
    return make_distinct(arena, wishes, count, names);
}

int mtks_unpack_name_all(struct mtks_analysis *analysis, const uint8_t *dump, uint64_t dump_size,
                         bool resources, struct mtks_unpack_names *names)
{
    struct mtks_arena *arena = &analysis->arena;
    size_t layers = analysis->layers.count;
    const char **stems = name_stems(analysis);
    names->layers = mtks_arena_alloc(arena, (layers + 1) * sizeof *names->layers);
    names->resources =
        mtks_arena_alloc(arena, (analysis->resources.count + 1) * sizeof *names->resources);
    if (!stems || !names->layers || !names->resources)
        return -1;
    for (size_t i = 0; i < layers; i++)
        if (analysis->layers.items[i].bytes) {
            names->layers[i] = mtks_arena_format(arena, "%s.bin", stems[i]);
            if (!names->layers[i])
                return -1;
        }
    return resources && analysis->resources.count
               ? name_resources(analysis, dump, dump_size, stems, names->resources)
               : 0;
}
