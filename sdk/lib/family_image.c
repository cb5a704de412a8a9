/* SPDX-License-Identifier: MIT */
#include "family_image.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define CHAIN_MAX 0x10000u /* real chains have 0x5EC at most; bounds the work on lying heads */

/* Files of the scan, as they stand. */
static bool collect_files(struct mtks_image *image)
{
    const mtkscan_host *host = image->host;
    mtkscan_file_info info;
    image->files = host->scratch(host, MTKS_FILES_MAX * sizeof *image->files);
    if (!image->files)
        return false;
    for (uint64_t at = 0; mtkscan_gfh_scan(host, &at, &info); at++) {
        if (image->file_count == MTKS_FILES_MAX) {
            if (image->files_left_out++ == 0)
                image->left_out_first = at;
            image->left_out_last = at;
            continue;
        }
        image->files[image->file_count++] = (struct mtks_gfh_file){
            .offset = at,
            .place = at,
            .info = info,
            .row = mtkscan_gfh_file_type(info.file_type),
            .state = info.flash_dev == MTKSCAN_DEVICE_SF ? MTKS_FILE_PLACED : MTKS_FILE_FOREIGN,
            .part = MTKSCAN_NO_PART,
        };
    }
    return true;
}

static struct mtks_gfh_file *placed_at(const struct mtks_image *image, uint32_t type,
                                       uint64_t offset)
{
    for (uint32_t i = 0; i < image->file_count; i++) {
        struct mtks_gfh_file *file = &image->files[i];
        if (file->state == MTKS_FILE_PLACED && file->info.file_type == type &&
            file->offset == offset)
            return file;
    }
    return NULL;
}

static struct mtks_gfh_file *first_placed(const struct mtks_image *image, uint32_t type)
{
    for (uint32_t i = 0; i < image->file_count; i++)
        if (image->files[i].state == MTKS_FILE_PLACED && image->files[i].info.file_type == type)
            return &image->files[i];
    return NULL;
}

/* The internal loader runs in SRAM, so BRLYT tells its place, or else where tools put it
 * (BOOTHEADER.md 3). */
static struct mtks_gfh_file *expected_int(const struct mtks_image *image)
{
    const mtkscan_boot_descriptor *listed = mtkscan_boot_find(&image->boot, MTKSCAN_FILE_BL);
    struct mtks_gfh_file *file = NULL;
    if (listed)
        file = placed_at(image, MTKSCAN_FILE_BL, listed->begin);
    return file ? file : placed_at(image, MTKSCAN_FILE_BL, MTKSCAN_INT_BL_OFFSET);
}

/* There can be one only; in a shifted dump it is the one that is there. */
static struct mtks_gfh_file *pick_int(const struct mtks_image *image)
{
    struct mtks_gfh_file *file = expected_int(image);
    return file ? file : first_placed(image, MTKSCAN_FILE_BL);
}

/* A second copy of a file that runs in RAM: nothing but the first place speaks for either. */
static bool seen_before(const struct mtks_image *image, uint32_t index)
{
    const struct mtks_gfh_file *file = &image->files[index];
    for (uint32_t i = 0; i < index; i++) {
        const struct mtks_gfh_file *other = &image->files[i];
        if (other->state == MTKS_FILE_PLACED && other->info.file_type == file->info.file_type &&
            other->info.load_addr == file->info.load_addr)
            return true;
    }
    return false;
}

static bool is_candidate(const struct mtks_gfh_file *file)
{
    return file->state == MTKS_FILE_PLACED || file->state == MTKS_FILE_STRAY;
}

static void place_files(struct mtks_image *image)
{
    for (uint32_t i = 0; i < image->file_count; i++)
        if (is_candidate(&image->files[i]))
            image->files[i].state = MTKS_FILE_PLACED;
    image->intbl = pick_int(image);
    for (uint32_t i = 0; i < image->file_count; i++) {
        struct mtks_gfh_file *file = &image->files[i];
        if (!is_candidate(file))
            continue;
        file->place = file->offset;
        if (file->info.file_type == MTKSCAN_FILE_BL)
            file->place = image->intbl->offset;
        else if (!mtkscan_flash_offset(file->info.load_addr, &file->place) && seen_before(image, i))
            file->place = MTKSCAN_NO_OFFSET;
        if (file->place != file->offset)
            file->state = MTKS_FILE_STRAY;
    }
}

static enum mtks_length_state length_state(const struct mtks_gfh_file *file)
{
    const mtkscan_file_info *info = &file->info;
    if (info->file_len == MTKSCAN_LENGTH_UNSET)
        return MTKS_LENGTH_UNSET;
    return info->file_len >= info->content_offset && info->file_len >= info->record_size &&
                   mtkscan_inside(file->offset, info->file_len, MTKSCAN_FLASH_WINDOW)
               ? MTKS_LENGTH_STATED
               : MTKS_LENGTH_BAD;
}

static void measure_files(struct mtks_image *image)
{
    uint64_t limit = image->size; /* where the next file begins */
    for (uint32_t i = image->file_count; i-- > 0;) {
        struct mtks_gfh_file *file = &image->files[i];
        file->length_state = length_state(file);
        if (file->length_state == MTKS_LENGTH_STATED)
            file->length = file->info.file_len;
        else if (file->state == MTKS_FILE_PLACED)
            file->length = mtks_file_length_search(image->host, file, limit);
        file->extent = file->length ? file->length : limit - file->offset;
        if (file->state == MTKS_FILE_PLACED)
            limit = file->offset;
    }
}

static struct mtks_gfh_file *pick_ext(const struct mtks_image *image)
{
    const mtkscan_boot_descriptor *listed = mtkscan_boot_find(&image->boot, MTKSCAN_FILE_EXT_BL);
    struct mtks_gfh_file *file = NULL;
    if (listed)
        file = placed_at(image, MTKSCAN_FILE_EXT_BL, listed->begin & (MTKSCAN_FLASH_WINDOW - 1));
    return file ? file : first_placed(image, MTKSCAN_FILE_EXT_BL);
}

/* An earlier firmware may have left its ROM behind: EXT_BOOTLOADER knows which one it starts. */
static struct mtks_gfh_file *pick_rom(const struct mtks_image *image)
{
    for (uint32_t i = 0; i < image->accessor_count; i++) {
        struct mtks_gfh_file *file = placed_at(
            image, MTKSCAN_FILE_ROM, image->accessors[i].value & (MTKSCAN_FLASH_WINDOW - 1));
        if (file)
            return file;
    }
    return first_placed(image, MTKSCAN_FILE_ROM);
}

bool mtks_image_viva_place(const struct mtks_image *image, uint64_t *place)
{
    const struct mtks_gfh_file *before = image->rom;
    for (uint32_t i = 0; before && i < image->file_count; i++) {
        const struct mtks_gfh_file *file = &image->files[i];
        if (file->state == MTKS_FILE_PLACED && file->info.file_type == MTKSCAN_FILE_THIRD_ROM &&
            file->offset > image->rom->offset &&
            !(image->viva && file->offset > image->viva->offset))
            before = file;
    }
    if (!before || !before->length)
        return false;
    *place = before->offset + before->length + MTKS_VIVA_GAP;
    return true;
}

static struct mtks_gfh_file *pick_viva(const struct mtks_image *image)
{
    uint64_t place;
    struct mtks_gfh_file *file = NULL;
    if (mtks_image_viva_place(image, &place))
        file = placed_at(image, MTKSCAN_FILE_VIVA, place);
    return file ? file : first_placed(image, MTKSCAN_FILE_VIVA);
}

bool mtks_image_record(const struct mtks_image *image, const struct mtks_gfh_file *file,
                       uint32_t type, mtkscan_gfh_record *record)
{
    if (!file)
        return false;
    uint64_t head = file->info.content_offset < CHAIN_MAX ? file->info.content_offset : CHAIN_MAX;
    return mtkscan_gfh_find(image->host, file->offset, file->offset + head, type, record);
}

static void read_ext(struct mtks_image *image)
{
    const struct mtks_gfh_file *ext = image->ext;
    if (!ext)
        return;
    image->accessor_count = mtkscan_accessors_find(image->host, ext->offset, ext->extent,
                                                   image->accessors, MTKS_ACCESSORS_MAX);
    image->has_copy = mtkscan_id_copy_find(image->host, ext->offset, ext->extent, &image->copy);
}

static void read_rom(struct mtks_image *image)
{
    const mtkscan_host *host = image->host;
    const struct mtks_gfh_file *rom = image->rom;
    mtkscan_gfh_record record;
    mtkscan_identity_read(host, rom ? rom->offset : MTKSCAN_NO_OFFSET, rom ? rom->extent : 0,
                          &image->identity);
    mtkscan_platform_parse(image->identity.platform_id.text, &image->platform);
    mtkscan_platform_parse(image->identity.rominfo_platform_id.text, &image->rominfo);
    if (!rom)
        return;
    image->has_maui = mtks_image_record(image, rom, MTKSCAN_GFH_MAUI_INFO, &image->maui_record) &&
                      mtkscan_maui_info_read(host, &image->maui_record, &image->maui);
    image->has_flash_info = mtks_image_record(image, rom, MTKSCAN_GFH_FLASH_INFO, &record) &&
                            mtkscan_flash_info_read(host, &record, &image->flash_info);
    image->has_exec = mtkscan_alice_exec_find(host, rom->offset, rom->extent, &image->exec);
}

static void read_viva(struct mtks_image *image)
{
    const struct mtks_gfh_file *viva = image->viva;
    if (!viva)
        return;
    image->has_viva_info =
        mtkscan_viva_read(image->host, viva->offset, viva->extent, &viva->info, &image->viva_info);
    image->alice = mtkscan_viva_find(&image->viva_info, MTKSCAN_VIVA_ALICE);
    image->has_alice_header =
        image->alice && mtkscan_alice_read(image->host, image->alice->offset, image->alice->length,
                                           image->alice->address, &image->alice_header);
}

/* Which files are parts, how long they are, and which of them are in use. */
static void settle_files(struct mtks_image *image)
{
    place_files(image);
    measure_files(image);
    image->ext = pick_ext(image);
    read_ext(image);
    image->rom = pick_rom(image);
    image->viva = pick_viva(image);
}

/* ---- headers that are data */

/* ROM's records and its length can be relied on: the chain closes, the end marker is in its place.
 */
static bool rom_is_intact(const struct mtks_image *image)
{
    const struct mtks_gfh_file *rom = image->rom;
    if (!rom || rom->length_state != MTKS_LENGTH_STATED || rom->info.content_offset > CHAIN_MAX)
        return false;
    mtkscan_gfh_record record = {.offset = rom->offset};
    int step;
    do
        step = mtkscan_gfh_next(image->host, rom->offset, rom->offset + rom->info.content_offset,
                                &record);
    while (step == 1);
    uint32_t marker;
    return step == 0 && mtkscan_read_le32(image->host, rom->offset + rom->length - 8, &marker) &&
           marker == MTKS_END_MARKER;
}

/* Whether a file of known length reaches into [begin, end); of another one the header counts. */
static bool reaches_into(const struct mtks_gfh_file *file, uint64_t begin, uint64_t end)
{
    return file && file->offset < end &&
           begin < file->offset + (file->length ? file->length : file->info.record_size);
}

static uint64_t capacity_of(const struct mtks_image *image)
{
    mtkscan_gfh_record record;
    mtkscan_nor_entry nor;
    return mtks_image_record(image, image->rom, MTKSCAN_GFH_CMEM_NOR_INFO, &record) &&
                   mtkscan_nor_info_entry(image->host, &record, 0, &nor)
               ? nor.capacity
               : 0;
}

/* The range of GFH 0x0207 decides what is a part, so a damaged one must not be believed. */
static void find_file_system(struct mtks_image *image)
{
    if (!image->has_flash_info || !rom_is_intact(image))
        return;
    const uint64_t begin = image->flash_info.fat_begin;
    const uint64_t end = begin + image->flash_info.fat_length;
    const uint64_t capacity = capacity_of(image);
    if (begin == end || begin < image->rom->offset + image->rom->length ||
        end > (capacity ? capacity : MTKSCAN_FLASH_WINDOW) ||
        reaches_into(expected_int(image), begin, end) || reaches_into(image->ext, begin, end) ||
        reaches_into(image->viva, begin, end))
        return;
    image->data_begin = begin;
    image->data_end = end;
}

/* What users store, an update or a backup, is no part, unless its load address is that very place.
 * True when there is such data. */
static bool set_data_aside(struct mtks_image *image)
{
    bool any = false;
    for (uint32_t i = 0; i < image->file_count; i++) {
        struct mtks_gfh_file *file = &image->files[i];
        uint64_t place;
        if (file->offset < image->data_begin || file->offset >= image->data_end ||
            (file->info.file_type != MTKSCAN_FILE_BL &&
             mtkscan_flash_offset(file->info.load_addr, &place) && place == file->offset))
            continue;
        file->state = MTKS_FILE_DATA;
        any = true;
    }
    return any;
}

/* Strays that lie wholly in a part are content of it. */
static void set_enclosed_aside(struct mtks_image *image)
{
    for (uint32_t i = 0; i < image->file_count; i++) {
        struct mtks_gfh_file *stray = &image->files[i];
        uint64_t size = stray->length ? stray->length : stray->info.record_size;
        for (uint32_t k = 0; k < i && stray->state == MTKS_FILE_STRAY; k++) {
            const struct mtks_gfh_file *part = &image->files[k];
            if (part->state != MTKS_FILE_PLACED ||
                !mtkscan_inside(stray->offset - part->offset, size, part->length))
                continue;
            stray->state = MTKS_FILE_DATA;
            stray->inside = part;
        }
    }
}

/* Whether the bytes of a part stand at another place again, as far as the dump goes. */
static bool same_bytes(const struct mtks_image *image, const struct mtks_gfh_file *part,
                       uint64_t at)
{
    uint64_t length = part->length;
    if (length > image->size - at)
        length = image->size - at;
    const uint8_t *here = image->host->span(image->host, at, length);
    const uint8_t *first = image->host->span(image->host, part->offset, length);
    return here && first && memcmp(here, first, length) == 0;
}

/* A read longer than the flash finds it anew behind its end: the same headers, one capacity on. Two
 * reads of a part have to agree, and for a part without a hash that is the best proof there is. */
static void set_repeats_aside(struct mtks_image *image)
{
    for (uint32_t i = 0; i < image->file_count; i++) {
        struct mtks_gfh_file *file = &image->files[i];
        const uint32_t size = file->info.record_size;
        if (file->state != MTKS_FILE_STRAY || !image->capacity || file->offset < image->capacity)
            continue;
        const uint64_t home = file->offset % image->capacity;
        const uint8_t *here = image->host->span(image->host, file->offset, size);
        const uint8_t *first = image->host->span(image->host, home, size);
        if (!here || !first || memcmp(here, first, size) != 0)
            continue;
        const struct mtks_gfh_file *part = placed_at(image, file->info.file_type, home);
        file->state = MTKS_FILE_REPEAT;
        file->differs = part && !same_bytes(image, part, file->offset);
    }
}

struct mtks_image *mtks_image_open(const mtkscan_host *host)
{
    struct mtks_image *image = host->scratch(host, sizeof *image);
    if (!image)
        return NULL;
    image->host = host;
    image->size = host->size(host);
    bool is_sf = mtkscan_boot_read(host, &image->boot);
    mtkscan_device_record_read(host, is_sf ? image->boot.rw_unit : MTKSCAN_BOOT_UNIT,
                               &image->record);
    if (!collect_files(image))
        return NULL;
    settle_files(image);
    read_rom(image);
    find_file_system(image);
    if (set_data_aside(image))
        settle_files(image); /* ROM, which told the range, stays what it is */
    set_enclosed_aside(image);
    image->capacity = capacity_of(image);
    set_repeats_aside(image);
    read_viva(image);
    return image;
}

void mtks_image_id_lists(const struct mtks_image *image, struct mtks_id_lists *lists)
{
    const mtkscan_host *host = image->host;
    mtkscan_gfh_record record;
    memset(lists, 0, sizeof *lists);
    lists->has_ids = mtks_image_record(image, image->rom, MTKSCAN_GFH_CMEM_ID_INFO, &record) &&
                     mtkscan_id_list_read(host, &record, &lists->ids);
    lists->has_nor = mtks_image_record(image, image->rom, MTKSCAN_GFH_CMEM_NOR_INFO, &record) &&
                     mtkscan_nor_info_entry(host, &record, 0, &lists->nor);
    if (!image->has_copy)
        return;
    if (!lists->has_ids)
        lists->has_ids = lists->ids_from_copy =
            mtkscan_id_list_read(host, &image->copy.ids, &lists->ids);
    if (!lists->has_nor)
        lists->has_nor = mtkscan_nor_info_entry(host, &image->copy.nor, 0, &lists->nor);
}

void mtks_out_notice(struct mtks_out *out, const char *code, uint32_t part, uint64_t offset,
                     uint64_t length, const char *format, ...)
{
    char detail[256];
    va_list list;
    va_start(list, format);
    vsnprintf(detail, sizeof detail, format, list);
    va_end(list);
    mtkscan_notice notice = MTKSCAN_INIT(mtkscan_notice);
    notice.code = code;
    notice.detail = detail;
    notice.part = part;
    notice.offset = offset;
    notice.length = length;
    mtks_out_keep(out, out->host->emit_notice(out->host, &notice));
}
