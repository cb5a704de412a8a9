/* SPDX-License-Identifier: MIT */
/* A file of a kit where a dump was expected: it is put where it belongs, the rest is missing. */
#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "raw.h"

#define CONTAINER_HEAD 0x80u /* of ROM_VIVA: load address, length, file system, file size */

/* One header reader for both: a file that begins at `at`. */
static bool read_head(const struct mtks_dump *dump, uint64_t at, mtkscan_file_info *info,
                      uint64_t *place)
{
    const uint8_t *bytes = mtks_dump_span(dump, at, 0x38);
    if (!bytes || !mtkscan_file_info_parse(bytes, 0x38, info) ||
        !mtkscan_gfh_file_type(info->file_type))
        return false;
    *place = MTKSCAN_INT_BL_OFFSET;
    return info->file_type == MTKSCAN_FILE_BL || mtkscan_flash_offset(info->load_addr, place);
}

static bool is_container(const struct mtks_dump *dump, struct mtks_kit_file *file)
{
    const uint8_t *head = mtks_dump_span(dump, 0, CONTAINER_HEAD);
    mtkscan_file_info info;
    if (!head || !read_head(dump, CONTAINER_HEAD, &info, &file->place) ||
        info.load_addr != mtkscan_le32(head))
        return false;
    /* A cut one is one, too. */
    uint64_t length = mtkscan_le32(head + 4);
    if (length < info.file_len || dump->size > length + CONTAINER_HEAD)
        return false;
    file->name = "ROM_VIVA";
    file->from = CONTAINER_HEAD;
    return true;
}

bool mtks_is_kit_file(const struct mtks_dump *dump, struct mtks_kit_file *file)
{
    mtkscan_file_info info;
    *file = (struct mtks_kit_file){0};
    if (is_container(dump, file))
        return true;
    if (!read_head(dump, 0, &info, &file->place) || info.file_len != dump->size)
        return false;
    file->name = mtkscan_gfh_file_type(info.file_type)->name;
    return true;
}

void mtks_raw_kitfile(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                      struct mtks_suspicion *found)
{
    (void)anchors;
    struct mtks_kit_file file;
    if (!mtks_is_kit_file(dump, &file))
        return;
    mtks_suspect(found, "MTK-Q003", 64, 0, dump->size,
                 "%s of 0x%llX bytes, which belongs at 0x%llX", file.name, (mtks_wide)dump->size,
                 (mtks_wide)file.place);
    if (file.from)
        mtks_remedy(found,
                    (struct mtks_view_step){.kind = MTKS_VIEW_KEEP,
                                            .offset = file.from,
                                            .length = dump->size - file.from},
                    "drop the container's header");
    if (file.place)
        mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_INSERT, .length = file.place},
                    "put the file at its load address");
    found->certain = true;
}
