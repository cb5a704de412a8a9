/* SPDX-License-Identifier: MIT */
/* The table of all findings. Codes are stable: a row is never reused and never renumbered. */
#include "finding.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct mtks_finding_row mtks_finding_rows[] = {
    /* Boot header, boot layout, device record (FORMAT.md 1.2, 1.3, BOOTHEADER.md). */
    {"MTK-B001", MTKS_WARNING, "No SF_BOOT boot header at the start",
     "The boot ROM looks there first; without it the device does not start by itself. The parts "
     "themselves can still be good.",
     "If this is a whole flash, the read missed its start or the last download was interrupted: "
     "read again from address 0. Flashing the kit writes a new header."},
    {"MTK-B002", MTKS_WARNING, "The boot layout block (BRLYT) is missing",
     "The boot ROM finds the boot loaders through it. mtkscan searched for them instead.",
     "Flashing the kit writes it anew. Do not restore this dump as a raw image."},
    {"MTK-B003", MTKS_ERROR, "The boot layout names a boot loader that is not there",
     "The device stops where that loader should be, and only the flashing tool can still reach it.",
     "Read the flash again. If it stays so, flash both boot loaders from a kit of the same board."},
    {"MTK-B004", MTKS_WARNING, "The boot layout lists two internal boot loaders",
     "The boot ROM refuses such a layout as a whole.",
     "Flash the kit with the boot region erased, so that the layout is written anew."},
    {"MTK-B005", MTKS_WARNING, "The device record at 0x400 contradicts itself",
     "It holds calibration values of this one device. The firmware ignores a record whose copies "
     "differ and uses the chip's own values.",
     "Read the flash again; keep this dump, as no kit holds these bytes."},
    {"MTK-B006", MTKS_ERROR, "The boot header is of another kind of storage",
     "mtkscan knows devices with serial NOR flash. Parts lie elsewhere on other storage, so what "
     "follows may be wrong.",
     "Check which flash chip the device has. Do not flash anything made from this dump."},
    {"MTK-B007", MTKS_WARNING, "The boot layout would not start the device",
     "The boot ROM starts the internal loader that is marked for it there, and that one looks for "
     "the second loader in the same table.",
     "A kit is not affected: the flashing tool writes a new table. Do not write this dump back."},
    /* Files and their headers (FORMAT.md 2). */
    {"MTK-G001", MTKS_ERROR, "The chain of headers (GFH) of a file is broken",
     "A header was damaged or overwritten, so what it says of the file cannot be trusted.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    {"MTK-G002", MTKS_ERROR, "The header states a file length that cannot be",
     "The end of the file is not known, and a cut at the wrong place bricks a device.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    {"MTK-G003", MTKS_WARNING, "A file of an unknown type",
     "mtkscan does not know what the device uses it for, so it cannot say whether it is needed.",
     "Flash it with the rest: the kit lists it in the region where it lay, loaders before ROM and "
     "all "
     "else behind. Please report the type, so that it can be added."},
    {"MTK-G004", MTKS_ERROR, "A file does not lie where its load address says",
     "Code runs in place at its load address. The dump is shifted or mirrored, or bytes were lost "
     "while reading.",
     "Read the flash again, from address 0 and in one piece. Do not flash this dump."},
    {"MTK-G005", MTKS_ERROR, "A file made for another kind of storage",
     "The header names storage other than serial flash; the device will not start it.",
     "Make sure that the file belongs to this device."},
    {"MTK-G006", MTKS_ERROR, "A file that was never finished by the build",
     "Its header has no length yet. It is a build leftover, and no device runs it.",
     "Use the finished file of the same build."},
    {"MTK-G007", MTKS_INFO, "A file header inside a part or the file system",
     "Some images carry copies of others. It is part of the larger file and needs no flashing of "
     "its own.",
     "Nothing to do."},
    /* Damage. */
    {"MTK-D001", MTKS_ERROR, "The content of a part does not match its hash",
     "At least one bit of the part is wrong. A boot loader with a wrong hash does not start.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads. If both "
     "agree, the flash itself is damaged: flash this part from a kit of the same board."},
    {"MTK-D002", MTKS_ERROR, "A part has no end marker",
     "Each finished image ends with one. Without it the part is cut, shifted or overwritten at its "
     "end.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    {"MTK-D003", MTKS_ERROR, "A part is cut off by the end of the dump",
     "The dump is shorter than the firmware, so the part is not whole and must not be flashed.",
     "Read the flash again with its full size (see the configured capacity in the report)."},
    {"MTK-D004", MTKS_ERROR, "A part that has to be there is missing",
     "The firmware refers to it and does not run without it. A kit without it bricks the device.",
     "Read the flash again with its full size; otherwise take the part from a kit of the same "
     "board and version."},
    {"MTK-D005", MTKS_ERROR, "Two parts overlap",
     "Both claim the same bytes, so at least one of them is wrong or a leftover of older firmware.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads. Do not "
     "flash a kit made from this dump before it is clear which part is right."},
    {"MTK-D006", MTKS_ERROR, "A part reaches into an area for other data",
     "The device writes there (file system, settings), or the boot headers lie there, so the part "
     "may be overwritten.",
     "Check the part's health in the report. If it is damaged, flash it from a kit."},
    {"MTK-D007", MTKS_ERROR, "Something inside a part is not as it has to be",
     "The firmware relies on it, so the part is damaged, or it does not belong to the others.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    {"MTK-D008", MTKS_ERROR, "A long run of one and the same byte inside a part",
     "Code and resources have none: a piece was not read, or not written. No hash covers this "
     "part, "
     "so nothing else would notice.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    /* The equalities of FORMAT.md 1.6, by its numbers. */
    {"MTK-E001", MTKS_ERROR, "The second boot loader points to another ROM",
     "It jumps to a fixed address. If ROM is not there, the device hangs after the boot loader.",
     "Boot loader and ROM come from different builds, or one is damaged: take both from one kit or "
     "one good read."},
    {"MTK-E002", MTKS_ERROR, "The flash lists of boot loader and ROM differ",
     "Both have to know the same flash chips. A mix of two builds often does not start.",
     "Take EXT_BOOTLOADER and ROM from one kit."},
    {"MTK-E003", MTKS_ERROR, "A part does not follow the one before it at the usual distance",
     "In every known kit VIVA starts 0x400 bytes behind its predecessor. Parts may come from "
     "different builds.",
     "Compare the version texts, and take all parts from one kit."},
    {"MTK-E004", MTKS_ERROR, "VIVA points elsewhere than to itself",
     "Its table holds absolute addresses. ROM will look for code at the wrong place.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads. If it "
     "stays so, VIVA belongs to another build."},
    {"MTK-E005", MTKS_ERROR, "The compressed code does not end where VIVA ends",
     "The dictionary stands last; if it is cut, no code can be unpacked.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    {"MTK-E006", MTKS_ERROR, "The areas of the flash do not fit behind each other",
     "Parts, file system and secure data have to follow in order and stay within the flash.",
     "Check that the dump and the parts belong to one device."},
    {"MTK-E007", MTKS_WARNING, "The dump is shorter than the flash that the firmware expects",
     "The end of the flash holds the user's data and, in some devices, secure data.",
     "Read the flash again with at least the configured capacity."},
    {"MTK-E008", MTKS_ERROR, "The two platform ids of ROM differ",
     "ROM states twice who made it for what. If the two differ, ROM is damaged or patched "
     "together.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads. If it "
     "stays so, use a ROM from a kit."},
    {"MTK-E009", MTKS_WARNING, "Two lists disagree on the first flash chip",
     "The firmware's flash list and its flash table name different chips.",
     "Take ROM from a kit of the same board."},
    {"MTK-E010", MTKS_ERROR, "The two boot loaders are no pair",
     "Their paired versions differ, and the second one may refuse to run.",
     "Take both boot loaders from one kit."},
    /* Flash (FORMAT.md 2.2, 3). */
    {"MTK-F001", MTKS_ERROR, "The dump is shorter than the configured flash",
     "The firmware is built for more bytes than the dump has. What lies behind the end is lost for "
     "this dump.",
     "Read the whole flash again. An image behind the end would be missing in a kit made from "
     "this."},
    {"MTK-F002", MTKS_INFO, "The dump is longer than the configured flash",
     "The flash chip is larger than the firmware needs, or the read went on behind the end of the "
     "flash, where it begins anew.",
     "Nothing to do for the kit. To keep the dump, cut it at the configured capacity."},
    {"MTK-F003", MTKS_ERROR, "The list of flash chips cannot be read",
     "Without it the .cfg cannot say which flash the device has, and the flashing tool refuses or "
     "guesses.",
     "Read the flash again, slowly and with a fresh battery, and compare the two reads."},
    {"MTK-F004", MTKS_WARNING, "The list of flash chips was taken from its copy",
     "The first place was unreadable; the copy in the other part was whole.",
     "Compare the IDs with the chip on the board before flashing."},
    {"MTK-F005", MTKS_ERROR, "The flash stands in the dump twice, and the two differ",
     "The read went on behind the end of the flash and read it again. Where the two reads of a "
     "part "
     "differ, at least one is wrong, and nothing tells which.",
     "Read the flash again, slowly and with a fresh battery, with the configured capacity as "
     "length."},
    {"MTK-F006", MTKS_WARNING, "A listed flash chip is smaller than the firmware needs",
     "On a device with that chip the firmware does not fit.",
     "Check which chip is on the board before flashing."},
    /* Security. */
    {"MTK-S001", MTKS_WARNING, "The firmware is secured",
     "It is signed with keys of the maker. The kit works only on devices with the same keys.",
     "Flash it on the same device only. Never flash firmware without signature on this one."},
    {"MTK-S002", MTKS_WARNING, "A root certificate image is there",
     "The device checks signatures against it. A kit without it or with another one bricks a "
     "secured device.",
     "Flash it together with the others, and only on a device of the same maker."},
    {"MTK-S003", MTKS_INFO, "Anti-clone records are there",
     "The firmware can bind itself to one chip. On another device it may refuse to run.",
     "Prefer to flash the kit on the device that it came from."},
    {"MTK-S004", MTKS_WARNING, "A signature that cannot be checked",
     "Only SHA-1 hashes can be checked without the maker's keys, so damage to this part would not "
     "be seen.",
     "Read the flash twice, and compare the two reads."},
    {"MTK-S005", MTKS_INFO, "An image beyond the usual ones",
     "Not every device has it, so it is easily forgotten. Watches were bricked by kits without it.",
     "Flash it together with the others; the .cfg that mtkscan writes lists it."},
    /* Modules. */
    {"MTK-P001", MTKS_WARNING, "A chip module misbehaved",
     "Its claim was dropped or its output was cut, so the report may lack something.",
     "Run `mtkscan plugins check` and update or remove the module."},
    {"MTK-P002", MTKS_WARNING, "A module was forced against its own evidence",
     "The module itself says that the dump is not its own, so all that follows may be wrong.",
     "Do not flash anything made this way unless you know better."},
    {"MTK-P003", MTKS_INFO, "A module raised a code that this mtkscan does not know",
     "The module is newer than mtkscan or has a mistake. The text it gave is shown.",
     "Update mtkscan."},
    /* Registry. */
    {"MTK-R001", MTKS_INFO, "The board's module is not installed",
     "The registry knows this board, but the module for its chip is missing.",
     "Install the module, or give its folder with --plugin-dir."},
    /* Kits and their .cfg (FORMAT.md 8). */
    {"MTK-K001", MTKS_ERROR, "The .cfg names a file that is not there",
     "The flashing tool stops, or leaves the device without that part.",
     "Get the missing file; do not flash this kit before."},
    {"MTK-K002", MTKS_ERROR, "An image in the folder that the .cfg does not name",
     "The flashing tool skips it silently. Devices were bricked by a forgotten image.",
     "Add it to the .cfg at its place, or remove it if it belongs to another kit."},
    {"MTK-K003", MTKS_ERROR, "The platform in the .cfg is missing or differs from the firmware",
     "The flashing tool chooses how to talk to the chip by this word.",
     "Correct the platform: line to the chip that the report names."},
    {"MTK-K004", MTKS_ERROR, "The flash IDs in the .cfg differ from the firmware's",
     "The flashing tool refuses a chip that is not listed, or takes a wrong one.",
     "Write the IDs that the report names; `mtkscan extract` does."},
    {"MTK-K005", MTKS_ERROR, "The memory type in the .cfg differs from the firmware's",
     "The RAM is set up by it; a wrong one makes the download agent hang.",
     "Write the memory type that the report names, unless the vendor's .cfg says otherwise."},
    {"MTK-K006", MTKS_ERROR, "An unsafe file name in the .cfg",
     "A name with folders or control characters can reach files outside the kit. It was not "
     "opened.",
     "Give the file a plain name without folders, in the .cfg as well."},
    {"MTK-K007", MTKS_WARNING, "The .cfg lists a file twice",
     "The flashing tool may write it twice or refuse the kit.", "Remove one of the two lines."},
    {"MTK-K008", MTKS_ERROR, "An image is listed in the wrong place",
     "Boot loaders and main images are written in different ways; a boot loader in the main region "
     "is not started.",
     "Move the line to the region that its type needs; the internal loader comes first in its "
     "region."},
    {"MTK-K009", MTKS_WARNING, "A line of the .cfg makes no sense",
     "The flashing tool may read it differently than meant.", "Correct or remove the line."},
    {"MTK-K010", MTKS_ERROR, "The folder has no .cfg",
     "The flashing tool needs one, and mtkscan cannot tell what is meant to be flashed.",
     "Add the kit's .cfg, or write one with `mtkscan extract` from a dump."},
    {"MTK-K011", MTKS_ERROR, "A file is not as long as its header says",
     "It was cut or something was added, so it is not the vendor's file.",
     "Get the file again from its source."},
    {"MTK-K012", MTKS_WARNING, "A listed file is no image",
     "It lacks the header (GFH) that each image has. The flashing tool cannot place it.",
     "Make sure that the right file is in the folder."},
    {"MTK-K013", MTKS_INFO, "Another image of the same kind, which this .cfg does not use",
     "Kits often carry variants; only those that the .cfg names are flashed.",
     "Nothing to do, if the .cfg names the one you want."},
    {"MTK-K014", MTKS_INFO, "An image whose place its header does not tell",
     "Its load address is not in flash, so the flashing tool decides where it goes. To check it, "
     "mtkscan took the next free place behind the other images.",
     "Nothing to do."},
    {"MTK-K015", MTKS_ERROR, "The kit says itself that it is incomplete",
     "It was made from a dump with a bad part, and that part was left out.",
     "Do not flash it. Read the flash again and make the kit anew."},
    {"MTK-K016", MTKS_WARNING, "The kit was made in a doubtful way",
     "It says itself that its dump was shorter than the flash, or that its module was forced. An "
     "image may be missing, or the .cfg be another chip's.",
     "Compare it with a kit made from a whole read, its module not forced, before you flash it."},
};
const size_t mtks_finding_count = sizeof mtks_finding_rows / sizeof *mtks_finding_rows;

const struct mtks_finding_row *mtks_finding_row(const char *code)
{
    for (size_t i = 0; i < mtks_finding_count; i++)
        if (strcasecmp(mtks_finding_rows[i].code, code) == 0)
            return &mtks_finding_rows[i];
    return NULL;
}

int mtks_finding_add(struct mtks_analysis *analysis, const char *code, const char *detail,
                     uint32_t part, uint64_t offset, uint64_t length)
{
    struct mtks_arena *arena = &analysis->arena;
    const struct mtks_finding_row *row = mtks_finding_row(code);
    if (!row) {
        row = mtks_finding_row("MTK-P003");
        detail = mtks_arena_format(arena, "%s%s%s", code, detail ? ": " : "", detail ? detail : "");
        if (!detail)
            return -1;
    }
    const char *message =
        detail ? mtks_arena_format(arena, "%s: %s", row->title, detail) : row->title;
    struct mtks_finding *finding = message ? MTKS_PUSH(arena, &analysis->findings) : NULL;
    if (!finding)
        return -1;
    *finding = (struct mtks_finding){
        .code = row->code,
        .severity = row->severity,
        .message = message,
        .advice = row->advice,
        .part = part,
        .offset = offset,
        .length = length,
    };
    return 0;
}

bool mtks_finding_has(const struct mtks_analysis *analysis, const char *code, uint32_t part)
{
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (finding->part == part && strcasecmp(finding->code, code) == 0)
            return true;
    }
    return false;
}

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* A total order but for equal findings, so that qsort gives the same list everywhere. */
static int compare(const void *left, const void *right)
{
    const struct mtks_finding *a = left, *b = right;
    int result = order((uint64_t)b->severity, (uint64_t)a->severity);
    if (!result)
        result = order(a->offset, b->offset);
    if (!result)
        result = strcmp(a->code, b->code);
    if (!result)
        result = order(a->part, b->part);
    if (!result)
        result = order(a->length, b->length);
    return result ? result : strcmp(a->message, b->message);
}

void mtks_findings_sort(struct mtks_analysis *analysis)
{
    if (analysis->findings.count)
        qsort(analysis->findings.items, analysis->findings.count, sizeof *analysis->findings.items,
              compare);
}
