/* SPDX-License-Identifier: MIT */
/* LAYERS.txt: the same for people, with what a disassembler has to be told. */
#include <inttypes.h>

#include "../report/escape.h"
#include "texts.h"

static void put_field(FILE *out, const char *name)
{
    fprintf(out, "  %-13s", name);
}

/* The state, and what it means for this layer. */
static void put_state(FILE *out, const struct mtks_layer *layer)
{
    put_field(out, "state");
    fputs(mtks_layer_state_name(layer->state), out);
    if (layer->state == MTKS_LAYER_CONSISTENT)
        fprintf(out,
                ": nothing disagrees; of 1000 single wrong bits %" PRIu32
                " would have been seen (measured on other firmware)",
                layer->noticed);
    if (layer->why) {
        fputs(": ", out);
        mtks_escape_print(out, layer->why);
    }
    fputc('\n', out);
    for (size_t i = 0; i < layer->faults.count; i++) {
        const struct mtks_layer_fault *fault = &layer->faults.items[i];
        put_field(out, i == 0 ? "bad places" : "");
        fprintf(out, "0x%06" PRIX64 ", %" PRIu64 " bytes of the file%s: ", fault->image_offset,
                fault->image_length, fault->filled ? " are filler" : "");
        mtks_escape_print(out, fault->what);
        fputc('\n', out);
    }
}

static void put_source(FILE *out, const struct mtks_analysis *analysis,
                       const struct mtks_layer *layer)
{
    put_field(out, "in the dump");
    fprintf(out, "0x%08" PRIX64 ", %" PRIu64 " bytes, codec ", layer->offset, layer->length);
    mtks_escape_print(out, layer->codec);
    if (layer->part < analysis->parts.count) {
        fputs(", part ", out);
        mtks_escape_print(out, analysis->parts.items[layer->part].name);
    }
    fputc('\n', out);
}

/* Where the layer runs, and the commands. `size` is that of the file. */
static void put_commands(FILE *out, const struct mtks_layer *layer, const char *file, uint64_t size)
{
    char command[MTKS_UNPACK_COMMAND];
    put_field(out, "runs at");
    if (!layer->exec_addr)
        fputs("not known, so addresses count from 0\n", out);
    else if (size)
        fprintf(out, "0x%08" PRIX64 " .. 0x%08" PRIX64 "\n", layer->exec_addr,
                layer->exec_addr + (size - 1));
    else
        fprintf(out, "0x%08" PRIX64 "\n", layer->exec_addr);
    mtks_unpack_objdump(command, file, layer->exec_addr);
    put_field(out, "objdump");
    fprintf(out, "%s\n", command);
    put_field(out, "radare2");
    if (layer->exec_addr)
        fprintf(out, "r2 -a arm -b 16 -m 0x%08" PRIX64 " %s\n", layer->exec_addr, file);
    else
        fprintf(out, "r2 -a arm -b 16 %s\n", file);
}

static void put_layer(FILE *out, const struct mtks_analysis *analysis,
                      const struct mtks_layer *layer, const char *file)
{
    uint64_t size = mtks_unpack_size(layer);
    fputc('\n', out);
    mtks_escape_print(out, layer->name);
    fputc('\n', out);
    put_field(out, "file");
    if (file) {
        fprintf(out, "%s, %" PRIu64 " bytes (", file, size);
        mtks_escape_print(out, layer->size_source ? layer->size_source
                                                  : "all that was decoded; its true length is not "
                                                    "known");
        fputs(")\n", out);
    } else {
        fputs("none\n", out);
    }
    put_source(out, analysis, layer);
    put_state(out, layer);
    if (file && layer->filtered)
        fputs(
            "  calls        still as the packer left them: see the layer of this name with -code\n",
            out);
    else if (file)
        put_commands(out, layer, file, size);
}

/* The plain parts: code calls into them, so a disassembler wants them, too. */
static void put_parts(FILE *out, const struct mtks_analysis *analysis)
{
    fputs("\nParts that stand plain in the dump are not in this folder but in the kit, see\n"
          "mtkscan extract. Code in the layers calls into them.\n\n",
          out);
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        if (part->flags & MTKSCAN_PART_ABSENT)
            continue;
        fprintf(out,
                "  load address 0x%08" PRIX64 ", in the dump 0x%08" PRIX64 ", %" PRIu64 " bytes: ",
                part->load_addr, part->offset, part->length);
        mtks_escape_print(out, part->name);
        fputc('\n', out);
    }
}

void mtks_unpack_put_layers(FILE *out, const struct mtks_analysis *analysis,
                            const struct mtks_unpack_names *names, const char *version)
{
    const char *chip = mtks_fact_value(analysis, MTKSCAN_FACT_CHIP);
    fputs("Layers that mtkscan ", out);
    mtks_escape_print(out, version);
    fputs(" unpacked from ", out);
    mtks_escape_print(out, analysis->input.path ? analysis->input.path : "a dump");
    if (chip) {
        fputs(", chip ", out);
        mtks_escape_print(out, chip);
    }
    if (analysis->input.view.count)
        fputs("\n\nThe dump was corrected first: places in it are those of the file that mtkscan\n"
              "repair writes, not of the dump as it is",
              out);
    fprintf(out,
            "\n\n" MTKS_UNPACK_INDEX " says the same for programs. The commands take a layer for\n"
            "Thumb code from its first byte on; where it holds data, their output is noise.\n");
    for (size_t i = 0; i < analysis->layers.count; i++)
        put_layer(out, analysis, &analysis->layers.items[i], names->layers[i]);
    if (analysis->parts.count)
        put_parts(out, analysis);
}
