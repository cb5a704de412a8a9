/* SPDX-License-Identifier: MIT */
/* index.json. Keys and their order are a contract, and its start is what --force knows it by. */
#include <inttypes.h>

#include "../report/layers.h"
#include "texts.h"

static const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

void mtks_unpack_objdump(char command[MTKS_UNPACK_COMMAND], const char *file, uint64_t exec_addr)
{
    char address[48] = "";
    if (exec_addr)
        snprintf(address, sizeof address, "--adjust-vma=0x%08" PRIX64 " ", exec_addr);
    snprintf(command, MTKS_UNPACK_COMMAND,
             "arm-none-eabi-objdump -D -b binary -m arm -M force-thumb %s%s", address, file);
}

static void put_layer(struct mtks_json *json, const struct mtks_analysis *analysis,
                      const struct mtks_layer *layer, const char *file)
{
    char command[MTKS_UNPACK_COMMAND];
    const bool runs = file && !layer->filtered;
    mtks_json_object(json, NULL);
    mtks_layer_json(json, analysis, layer);
    mtks_json_text(json, "file", file);
    if (runs)
        mtks_unpack_objdump(command, file, layer->exec_addr);
    mtks_json_text(json, "disassemble", runs ? command : NULL);
    mtks_json_close(json);
}

static void put_resource(struct mtks_json *json, const struct mtks_analysis *analysis,
                         const struct mtks_resource *resource, const char *file)
{
    mtks_json_object(json, NULL);
    mtks_resource_json(json, analysis, resource);
    mtks_json_text(json, "file", file);
    mtks_json_close(json);
}

void mtks_unpack_put_index(FILE *out, const struct mtks_analysis *analysis,
                           const struct mtks_unpack_names *names, const char *version)
{
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", MTKS_UNPACK_SCHEMA);
    mtks_json_text(&json, "mtkscan", version);
    mtks_json_object(&json, "input");
    mtks_json_text(&json, "path", analysis->input.path);
    mtks_json_number(&json, "size", analysis->input.size);
    mtks_json_text(&json, "sha1", text_or_null(analysis->input.sha1));
    /* The SHA-1 is of the input as it was given; size and offsets are of its corrected view. */
    mtks_json_number(&json, "given", analysis->input.given);
    mtks_view_json(&json, analysis);
    mtks_json_close(&json);
    mtks_json_text(&json, "chip", mtks_fact_value(analysis, MTKSCAN_FACT_CHIP));
    mtks_json_array(&json, "layers");
    for (size_t i = 0; i < analysis->layers.count; i++)
        put_layer(&json, analysis, &analysis->layers.items[i], names->layers[i]);
    mtks_json_close(&json);
    mtks_json_array(&json, "resources");
    for (size_t i = 0; i < analysis->resources.count; i++)
        put_resource(&json, analysis, &analysis->resources.items[i], names->resources[i]);
    mtks_json_close(&json);
    mtks_json_close(&json);
}
