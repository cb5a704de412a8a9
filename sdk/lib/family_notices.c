/* SPDX-License-Identifier: MIT */
/* What the user should know of a dump's layout; titles and advice are in the host's table. */
#include "family_image.h"
#include "mtkscan/bytes.h"

#define STRAYS_MAX 8u /* notices of misplaced files; a mirrored dump has them by the dozen */

#define DEVICE_NOR 1u /* flash_dev of parallel NOR, which the internal loader takes, too */

typedef unsigned long long wide; /* for %llx */

/* ---- boot header */

static bool descriptor_is_met(const struct mtks_image *image,
                              const mtkscan_boot_descriptor *descriptor)
{
    for (uint32_t i = 0; i < image->file_count; i++) {
        const struct mtks_gfh_file *file = &image->files[i];
        if (file->state == MTKS_FILE_PLACED && file->info.file_type == descriptor->type &&
            file->offset == (descriptor->begin & (MTKSCAN_FLASH_WINDOW - 1)))
            return true;
    }
    return false;
}

static void notice_descriptors(struct mtks_out *out, const struct mtks_image *image)
{
    uint32_t first_loaders = 0;
    for (uint32_t i = 0; i < MTKSCAN_BOOT_DESCRIPTORS; i++) {
        const mtkscan_boot_descriptor *descriptor = &image->boot.descriptors[i];
        if (!descriptor->used)
            continue;
        if (!descriptor_is_met(image, descriptor))
            mtks_out_notice(out, "MTK-B003", MTKSCAN_NO_PART, descriptor->offset,
                            MTKSCAN_DESCRIPTOR_SIZE, "file type 0x%04X at 0x%X", descriptor->type,
                            descriptor->begin);
        first_loaders += descriptor->type == MTKSCAN_FILE_BL &&
                         (descriptor->attribute & MTKSCAN_BOOT_ATTR_BY_BROM);
    }
    if (first_loaders > 1)
        mtks_out_notice(out, "MTK-B004", MTKSCAN_NO_PART, image->boot.layout_offset,
                        MTKSCAN_BRLYT_SIZE, "%u descriptors of file type 0x0001", first_loaders);
}

/* Why the internal loader does not take this descriptor, the first one of file type 2, whether used
 * or not (BOOTHEADER.md 6.2); NULL when it does. */
static const char *second_stage_fault(const mtkscan_boot_descriptor *descriptor)
{
    if (!descriptor)
        return "there is none";
    if (!descriptor->used)
        return "it is not marked as used (BBBB)";
    if (descriptor->attribute & MTKSCAN_BOOT_ATTR_BY_BROM)
        return "it is marked for the boot ROM (attribute bit 0)";
    if (descriptor->device != MTKSCAN_DEVICE_SF && descriptor->device != DEVICE_NOR)
        return "it names another flash device than 7 or 1";
    return NULL;
}

static void notice_start(struct mtks_out *out, const struct mtks_image *image)
{
    const mtkscan_boot_header *boot = &image->boot;
    const mtkscan_boot_descriptor *second = NULL;
    bool first = false;
    if (!boot->has_layout)
        return;
    for (uint32_t i = MTKSCAN_BOOT_DESCRIPTORS; i-- > 0;) {
        const mtkscan_boot_descriptor *descriptor = &boot->descriptors[i];
        if (descriptor->type == MTKSCAN_FILE_EXT_BL)
            second = descriptor;
        first |= descriptor->used && descriptor->type == MTKSCAN_FILE_BL &&
                 (descriptor->attribute & MTKSCAN_BOOT_ATTR_BY_BROM);
    }
    if (!first)
        mtks_out_notice(out, "MTK-B007", MTKSCAN_NO_PART, boot->layout_offset, MTKSCAN_BRLYT_SIZE,
                        "no used descriptor makes the boot ROM load INT_BOOTLOADER (file type "
                        "0x0001, attribute bit 0)");
    const char *fault = second_stage_fault(second);
    if (fault)
        mtks_out_notice(out, "MTK-B007", MTKSCAN_NO_PART,
                        second ? second->offset : boot->layout_offset,
                        second ? MTKSCAN_DESCRIPTOR_SIZE : MTKSCAN_BRLYT_SIZE,
                        "descriptor of EXT_BOOTLOADER (file type 0x0002): %s", fault);
}

static void notice_boot(struct mtks_out *out, const struct mtks_image *image)
{
    const mtkscan_boot_header *boot = &image->boot;
    switch (boot->kind) {
    case MTKSCAN_BOOT_NONE:
        mtks_out_notice(out, "MTK-B001", MTKSCAN_NO_PART, 0, MTKSCAN_BOOT_HEADER_SIZE,
                        "no known header at offset 0");
        break;
    case MTKSCAN_BOOT_BAD_UNIT:
        mtks_out_notice(out, "MTK-B001", MTKSCAN_NO_PART, 0, MTKSCAN_BOOT_HEADER_SIZE,
                        "SF_BOOT states a unit of 0x%X bytes, less than 0x%X", boot->rw_unit,
                        MTKSCAN_BOOT_UNIT);
        break;
    case MTKSCAN_BOOT_FOREIGN:
        mtks_out_notice(out, "MTK-B006", MTKSCAN_NO_PART, 0, MTKSCAN_BOOT_HEADER_SIZE, "%s",
                        boot->name);
        break;
    case MTKSCAN_BOOT_SF:
        if (!boot->has_layout)
            mtks_out_notice(out, "MTK-B002", MTKSCAN_NO_PART, boot->rw_unit, MTKSCAN_BRLYT_SIZE,
                            "nothing of the name BRLYT at 0x%X", boot->rw_unit);
        break;
    }
    notice_descriptors(out, image);
    notice_start(out, image);
    /* Without its header the place of the record is a guess. */
    if (boot->kind == MTKSCAN_BOOT_SF && image->record.state == MTKSCAN_RECORD_INCONSISTENT)
        mtks_out_notice(out, "MTK-B005", MTKSCAN_NO_PART, image->record.offset,
                        MTKSCAN_DEVICE_RECORD_SIZE, "magic or the repeated words do not hold");
}

/* ---- files */

static const char *type_name(const struct mtks_gfh_file *file)
{
    return file->row ? file->row->name : "file of unknown type";
}

static void notice_stray(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    const uint32_t size = file->info.record_size;
    if (file->place == MTKSCAN_NO_OFFSET || file->info.file_type == MTKSCAN_FILE_BL)
        mtks_out_notice(out, "MTK-G004", MTKSCAN_NO_PART, file->offset, size,
                        "second %s (0x%04X) at 0x%llX", type_name(file), file->info.file_type,
                        (wide)file->offset);
    else
        mtks_out_notice(out, "MTK-G004", MTKSCAN_NO_PART, file->offset, size,
                        "%s (0x%04X) at 0x%llX belongs at 0x%llX, %s0x%llX bytes off",
                        type_name(file), file->info.file_type, (wide)file->offset,
                        (wide)file->place, file->offset > file->place ? "+" : "-",
                        file->offset > file->place ? (wide)(file->offset - file->place)
                                                   : (wide)(file->place - file->offset));
}

static void notice_data(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    mtks_out_notice(out, "MTK-G007", MTKSCAN_NO_PART, file->offset, file->info.record_size,
                    "header of %s (0x%04X) at 0x%llX, inside %s", type_name(file),
                    file->info.file_type, (wide)file->offset,
                    file->inside ? type_name(file->inside) : "the file system");
}

/* One notice for each file that the layout does not use, the first ones by name. `left_out` are
 * those that the scan had no room for. */
static void notice_unused(struct mtks_out *out, const struct mtks_image *image,
                          enum mtks_file_state state, const char *code, uint32_t left_out,
                          void (*notice)(struct mtks_out *, const struct mtks_gfh_file *))
{
    uint32_t told = 0, more = left_out;
    for (uint32_t i = 0; i < image->file_count; i++) {
        if (image->files[i].state != state)
            continue;
        if (told++ < STRAYS_MAX)
            notice(out, &image->files[i]);
        else
            more++;
    }
    if (more)
        mtks_out_notice(out, code, MTKSCAN_NO_PART, MTKSCAN_NO_OFFSET, 0, "and %u more such files",
                        more);
}

/* A read that went on behind the end of the flash; false when nothing says so. */
static bool notice_repeat(struct mtks_out *out, const struct mtks_image *image)
{
    uint32_t count = 0, told = 0;
    for (uint32_t i = 0; i < image->file_count; i++) {
        const struct mtks_gfh_file *file = &image->files[i];
        if (file->state != MTKS_FILE_REPEAT)
            continue;
        count++;
        if (file->differs && told++ < STRAYS_MAX)
            mtks_out_notice(out, "MTK-F005", MTKSCAN_NO_PART, file->offset, file->length,
                            "%s at 0x%llX and at 0x%llX", type_name(file),
                            (wide)(file->offset % image->capacity), (wide)file->offset);
    }
    if (count)
        mtks_out_notice(out, "MTK-F002", MTKSCAN_NO_PART, image->capacity,
                        image->size - image->capacity,
                        "behind 0x%llX the flash repeats itself, headers found there again: %u",
                        (wide)image->capacity, count);
    return count > 0;
}

static void notice_strays(struct mtks_out *out, const struct mtks_image *image)
{
    const bool repeats = notice_repeat(out, image);
    const uint32_t left_out =
        repeats && image->left_out_first >= image->capacity ? 0 : image->files_left_out;
    const bool data =
        image->left_out_first >= image->data_begin && image->left_out_last < image->data_end;
    notice_unused(out, image, MTKS_FILE_STRAY, "MTK-G004", data ? 0 : left_out, notice_stray);
    notice_unused(out, image, MTKS_FILE_DATA, "MTK-G007", data ? left_out : 0, notice_data);
}

static void notice_foreign(struct mtks_out *out, const struct mtks_image *image)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < image->file_count && told < STRAYS_MAX; i++) {
        const struct mtks_gfh_file *file = &image->files[i];
        if (file->state != MTKS_FILE_FOREIGN)
            continue;
        mtks_out_notice(out, "MTK-G005", MTKSCAN_NO_PART, file->offset, file->info.record_size,
                        "%s (0x%04X) at 0x%llX is made for flash device %u", type_name(file),
                        file->info.file_type, (wide)file->offset, file->info.flash_dev);
        told++;
    }
}

/* Records that tie the firmware to keys (FORMAT.md 2.1). */
static bool secured_record(const struct mtks_image *image, const struct mtks_gfh_file *file,
                           mtkscan_gfh_record *record)
{
    static const uint16_t types[] = {0x0003, 0x0201, 0x0202, 0x0203, 0x0204, 0x0300};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (mtks_image_record(image, file, types[i], record))
            return true;
    return false;
}

static void notice_length(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    const char *found = file->length ? "its end was found by its content" : "its end is not known";
    if (file->length_state == MTKS_LENGTH_BAD)
        mtks_out_notice(out, "MTK-G002", file->part, file->offset, file->info.record_size,
                        "%s states 0x%X bytes; %s", type_name(file), file->info.file_len, found);
    else if (file->length_state == MTKS_LENGTH_UNSET)
        mtks_out_notice(out, "MTK-G006", file->part, file->offset, file->info.record_size, "%s; %s",
                        type_name(file), found);
}

static void notice_part(struct mtks_out *out, const struct mtks_image *image,
                        const struct mtks_gfh_file *file)
{
    const uint32_t size = file->info.record_size;
    mtkscan_gfh_record record;
    notice_length(out, file);
    if (!file->row)
        mtks_out_notice(out, "MTK-G003", file->part, file->offset, size, "file type 0x%04X",
                        file->info.file_type);
    else if (file->info.file_type == MTKSCAN_FILE_ROOT_CERT)
        mtks_out_notice(out, "MTK-S002", file->part, file->offset, size, "at 0x%llX",
                        (wide)file->offset);
    else if (file != image->intbl && file != image->ext && file != image->rom &&
             file != image->viva)
        mtks_out_notice(out, "MTK-S005", file->part, file->offset, size, "%s (0x%04X)",
                        file->row->name, file->info.file_type);
    if (secured_record(image, file, &record))
        mtks_out_notice(out, "MTK-S001", file->part, record.offset, record.size,
                        "record 0x%04X in %s", record.type, type_name(file));
    if (file->info.sig_type && !mtks_file_is_hashed(file))
        mtks_out_notice(out, "MTK-S004", file->part, file->offset, size, "%s has signature type %u",
                        type_name(file), file->info.sig_type);
}

void mtks_family_notices(struct mtks_out *out, const struct mtks_image *image)
{
    mtkscan_gfh_record record;
    notice_boot(out, image);
    for (uint32_t i = 0; i < image->file_count; i++)
        if (image->files[i].state == MTKS_FILE_PLACED)
            notice_part(out, image, &image->files[i]);
    notice_strays(out, image);
    notice_foreign(out, image);
    if (mtks_image_record(image, image->rom, MTKSCAN_GFH_MACR_INFO, &record) &&
        mtks_image_record(image, image->intbl, MTKSCAN_GFH_ANTI_CLONE, &record))
        mtks_out_notice(out, "MTK-S003", image->intbl->part, record.offset, record.size,
                        "records 0x0002 in INT_BOOTLOADER and 0x0208 in ROM");
}
