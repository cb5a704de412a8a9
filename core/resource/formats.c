/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MP3_MAGICS "\xFF\xFB", "\xFF\xFA", "\xFF\xF3", "\xFF\xF2", "\xFF\xE3", "\xFF\xE2", "ID3"

/* clang-format off */
const struct mtks_resource_format mtks_resource_formats[] = {
    {"gif",     "gif",  "GIF picture",       {"GIF87a", "GIF89a"},  mtks_walk_gif},
    {"jpeg",    "jpg",  "JPEG picture",      {"\xFF\xD8\xFF"},      mtks_walk_jpeg},
    {"png",     "png",  "PNG picture",       {"\x89PNG\r\n\x1A\n"}, mtks_walk_png},
    {"bmp",     "bmp",  "BMP picture",       {"BM"},                mtks_walk_bmp},
    {"wav",     "wav",  "WAV sound",         {"RIFF"},              mtks_walk_wav},
    {"midi",    "mid",  "MIDI tone",         {"MThd"},              mtks_walk_midi},
    {"imelody", "imy",  "iMelody tone",      {"BEGIN:IMELODY"},     mtks_walk_imelody},
    {"mp3",     "mp3",  "MP3 sound",         {MP3_MAGICS},          mtks_walk_mp3},
    {"amr",     "amr",  "AMR sound",         {"#!AMR"},             mtks_walk_amr},
    {"smaf",    "mmf",  "SMAF tone",         {"MMMD"},              mtks_walk_smaf},
    {"elf",     "elf",  "ELF program",       {"\x7F" "ELF"},        mtks_walk_elf},
    {"audio",   "bin",  "audio by a table",  {NULL},                NULL},
    {"text",    "ucs2", "UCS-2 LE texts",    {NULL},                NULL},
};
/* clang-format on */
const size_t mtks_resource_format_count =
    sizeof mtks_resource_formats / sizeof *mtks_resource_formats;

const struct mtks_resource_format *mtks_resource_format(const char *name)
{
    for (size_t i = 0; i < mtks_resource_format_count; i++)
        if (strcmp(mtks_resource_formats[i].name, name) == 0)
            return &mtks_resource_formats[i];
    return NULL;
}

void mtks_walk_detail(struct mtks_walk *walk, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(walk->detail, sizeof walk->detail, format, list);
    va_end(list);
}
