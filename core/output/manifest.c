/* SPDX-License-Identifier: MIT */
/* Writing a list of the files of a folder; manifest_look.c reads it. */
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

#include "../dump/dump.h"
#include "../model/text.h"

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while writing " MTKS_MANIFEST_NAME);
}

int mtks_manifest_begin(struct mtks_manifest *manifest, struct mtks_outdir *out,
                        mtkscan_error *error)
{
    *manifest = (struct mtks_manifest){.out = out};
    manifest->list = open_memstream(&manifest->text, &manifest->length);
    return manifest->list ? MTKSCAN_DONE : out_of_memory(error);
}

int mtks_manifest_write(struct mtks_manifest *manifest, const char *name, const uint8_t *bytes,
                        uint64_t length, const struct timespec *modified,
                        const struct mtks_progress *progress, char sha1[41], mtkscan_error *error)
{
    char hex[41], shown[160];
    if (strpbrk(name, "\\\n\r"))
        return mtks_fail(error, MTKSCAN_REFUSED, "%s is no safe name for a file",
                         mtks_text_escape(shown, sizeof shown, name));
    int outcome =
        mtks_outdir_write_dated(manifest->out, name, bytes, length, modified, progress, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    mtks_sha1_hex(bytes, length, hex);
    if (sha1)
        memcpy(sha1, hex, sizeof hex);
    return fprintf(manifest->list, "%s  %s\n", hex, name) < 0 ? out_of_memory(error) : MTKSCAN_DONE;
}

int mtks_manifest_end(struct mtks_manifest *manifest, const struct mtks_progress *progress,
                      mtkscan_error *error)
{
    int result = fclose(manifest->list);
    manifest->list = NULL;
    if (result != 0)
        return out_of_memory(error);
    return mtks_outdir_write(manifest->out, MTKS_MANIFEST_NAME, (const uint8_t *)manifest->text,
                             manifest->length, progress, error);
}

void mtks_manifest_free(struct mtks_manifest *manifest)
{
    if (manifest->list)
        fclose(manifest->list);
    free(manifest->text);
    *manifest = (struct mtks_manifest){0};
}
