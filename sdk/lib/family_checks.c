/* SPDX-License-Identifier: MIT */
/* What must hold in a sound dump (FORMAT.md 1.6, 2.3). The host looks and judges; a check whose
 * subject is not there is not stated. */
#include "family_image.h"
#include "mtkscan/bytes.h"

#define CHECK   MTKS_CHECK
#define DAMAGE  MTKSCAN_FAIL_DAMAGE
#define WARNING MTKSCAN_FAIL_WARNING

/* Fields of FILE_INFO (FORMAT.md 2.2). */
#define LOAD_ADDR      0x1Cu
#define MAX_SIZE       0x24u
#define CONTENT_OFFSET 0x28u
#define SIG_LEN        0x2Cu
#define JUMP_OFFSET    0x30u

#define ROMINFO_PLATFORM_ID 0x10u
#define ROMINFO_VERNO       0x90u
#define SIGNATURE_LAST      4u /* the last sig_type that is known: MULTI */
#define LOADER_TYPE(type)   ((type) == MTKSCAN_FILE_BL || (type) == MTKSCAN_FILE_EXT_BL)
#define FLASH_BANK(offset)  ((uint32_t)(MTKSCAN_FLASH_WINDOW + (offset)))

/* A part whose end is known, so that rules on it make sense. */
static bool whole(const struct mtks_gfh_file *file)
{
    return file && file->length;
}

/* ---- single parts */

static void check_chain(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    uint64_t head = file->info.content_offset;
    mtks_out_check(
        out, CHECK(.id = "gfh-chain", .text = "header records follow each other up to the content",
                   .finding = "MTK-G001", .part = file->part, .kind = MTKSCAN_CHECK_CHAIN,
                   .on_fail = DAMAGE, .offset = file->offset,
                   .length = head < file->length ? head : file->length));
}

bool mtks_file_is_hashed(const struct mtks_gfh_file *file)
{
    const mtkscan_file_info *info = &file->info;
    if (info->sig_len == MTKS_TRAILER || info->sig_type == MTKSCAN_SIGNATURE_PHASH)
        return true;
    /* A loader always is; "no signature" or an impossible one is a damaged header. */
    return LOADER_TYPE(info->file_type) && (info->sig_type == 0 || info->sig_type > SIGNATURE_LAST);
}

/* FORMAT.md 2.3. Only the loaders are known to have an end marker and filler. */
static void check_hash(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    static const uint8_t zero[MTKS_TRAILER_ZERO];
    if (!mtks_file_is_hashed(file) || file->length < MTKS_TRAILER + 4)
        return;
    uint64_t end = file->offset + file->length;
    mtks_out_check(out,
                   CHECK(.id = "sha1-trailer", .text = "SHA-1 of the content stands in the trailer",
                         .finding = "MTK-D001", .part = file->part, .kind = MTKSCAN_CHECK_SHA1,
                         .on_fail = DAMAGE, .offset = file->offset,
                         .length = file->length - MTKS_TRAILER, .other = end - MTKS_TRAILER));
    if (!LOADER_TYPE(file->info.file_type))
        return;
    mtks_out_check(out,
                   CHECK(.id = "end-marker", .text = "the end marker stands before the trailer",
                         .finding = "MTK-D002", .part = file->part, .kind = MTKSCAN_CHECK_U32,
                         .on_fail = DAMAGE, .offset = end - MTKS_TRAILER - 4, .length = 4,
                         .right = MTKS_END_MARKER));
    mtks_out_check(out,
                   CHECK(.id = "trailer-filler", .text = "the trailer ends with twelve zero bytes",
                         .finding = "MTK-D007", .part = file->part, .kind = MTKSCAN_CHECK_BYTES,
                         .on_fail = DAMAGE, .offset = end - sizeof zero, .length = sizeof zero,
                         .bytes = zero, .bytes_length = sizeof zero));
}

/*
 * What the boot ROM asks of a header (BOOTHEADER.md 6.1), held against file_len as it stands. A
 * header of an unfinished build states none.
 */
static void check_header(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    const mtkscan_file_info *info = &file->info;
    const bool sized = info->file_len != MTKSCAN_LENGTH_UNSET;
    const bool fits = sized && info->sig_len < info->file_len;
    const uint64_t body = fits ? info->file_len - info->sig_len : info->file_len;
    /* Only the internal loader has to have an entry point. */
    const bool jumps = info->jump_offset || info->file_type == MTKSCAN_FILE_BL;
    const struct {
        bool applies;
        uint32_t field, relation;
        uint64_t left, right;
        const char *text;
    } rules[] = {
        {sized, MAX_SIZE, MTKSCAN_AT_LEAST, info->max_size, info->file_len,
         "the maximum size is not below the file's length"},
        {info->sig_type == 0, SIG_LEN, MTKSCAN_EQUAL, info->sig_len, 0,
         "without a signature its length is 0"},
        {info->sig_type != 0, SIG_LEN, MTKSCAN_AT_LEAST, info->sig_len, 1,
         "a signature has a length"},
        {sized && info->sig_len, SIG_LEN, MTKSCAN_AT_MOST, info->sig_len,
         info->file_len ? info->file_len - 1 : 0, "the signature is shorter than the file"},
        {sized, CONTENT_OFFSET, MTKSCAN_AT_MOST, info->content_offset, body,
         "the content begins before the end of the file"},
        {jumps, JUMP_OFFSET, MTKSCAN_AT_LEAST, info->jump_offset, info->content_offset,
         "the entry point lies behind the header"},
        {jumps && fits, JUMP_OFFSET, MTKSCAN_AT_MOST, info->jump_offset, body - 1,
         "the entry point lies before the end of the content"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].applies)
            mtks_out_check(out, CHECK(.id = "header", .text = rules[i].text, .finding = "MTK-D007",
                                      .part = file->part, .kind = MTKSCAN_CHECK_RELATION,
                                      .on_fail = DAMAGE, .relation = rules[i].relation,
                                      .offset = file->offset + rules[i].field, .length = 4,
                                      .left = rules[i].left, .right = rules[i].right));
}

static void check_rom_end(struct mtks_out *out, const struct mtks_gfh_file *rom)
{
    static const uint8_t marker[8] = {0x00, 0x44, 0x4E, 0x45, 0xFF, 0xFF, 0xFF, 0xFF};
    if (!whole(rom) || rom->length < sizeof marker)
        return;
    mtks_out_check(out,
                   CHECK(.id = "end-marker", .text = "ROM ends with its end marker",
                         .finding = "MTK-D002", .part = rom->part, .kind = MTKSCAN_CHECK_BYTES,
                         .on_fail = DAMAGE, .offset = rom->offset + rom->length - sizeof marker,
                         .length = sizeof marker, .bytes = marker, .bytes_length = sizeof marker));
}

/* ---- between parts */

static void check_e1(struct mtks_out *out, const struct mtks_image *image)
{
    if (!image->rom || !image->accessor_count)
        return;
    /* Of several candidates the one that names ROM is it; pick_rom() looked for the same. */
    const mtkscan_accessor *accessor = &image->accessors[0];
    for (uint32_t i = 0; i < image->accessor_count; i++)
        if (image->accessors[i].value == image->rom->info.load_addr)
            accessor = &image->accessors[i];
    mtks_out_check(out,
                   CHECK(.id = "E1", .text = "EXT_BOOTLOADER starts the ROM that is there",
                         .finding = "MTK-E001", .part = image->ext->part, .kind = MTKSCAN_CHECK_U32,
                         .on_fail = WARNING, .offset = accessor->offset, .length = 4,
                         .right = image->rom->info.load_addr));
}

static void check_e2(struct mtks_out *out, const struct mtks_image *image)
{
    mtkscan_gfh_record ids, nor;
    if (!image->has_copy || !mtks_image_record(image, image->rom, MTKSCAN_GFH_CMEM_ID_INFO, &ids) ||
        !mtks_image_record(image, image->rom, MTKSCAN_GFH_CMEM_NOR_INFO, &nor))
        return;
    mtks_out_check(out,
                   CHECK(.id = "E2", .text = "flash lists of ROM and EXT_BOOTLOADER are the same",
                         .finding = "MTK-E002", .part = image->rom->part,
                         .kind = MTKSCAN_CHECK_SAME, .on_fail = DAMAGE, .offset = ids.offset,
                         .length = ids.size + nor.size, .other = image->copy.offset));
}

static void check_e3(struct mtks_out *out, const struct mtks_image *image)
{
    uint64_t place;
    if (!image->viva || !mtks_image_viva_place(image, &place))
        return;
    mtks_out_check(
        out, CHECK(.id = "E3", .text = "VIVA begins 0x400 bytes behind the part before it",
                   .finding = "MTK-E003", .part = image->viva->part, .kind = MTKSCAN_CHECK_U32,
                   .on_fail = WARNING, .offset = image->viva->offset + LOAD_ADDR, .length = 4,
                   .right = FLASH_BANK(place)));
}

static void check_order(struct mtks_out *out, const char *text, uint64_t left, uint64_t right,
                        uint64_t at)
{
    mtks_out_check(out,
                   CHECK(.id = "E6", .text = text, .finding = "MTK-E006", .part = MTKSCAN_NO_PART,
                         .kind = MTKSCAN_CHECK_RELATION, .on_fail = WARNING,
                         .relation = MTKSCAN_AT_MOST, .offset = at, .left = left, .right = right));
}

static void check_areas(struct mtks_out *out, const struct mtks_image *image, uint64_t capacity)
{
    const mtkscan_flash_info *fat = &image->flash_info;
    const mtkscan_maui_info *maui = &image->maui;
    uint64_t fat_end = (uint64_t)fat->fat_begin + fat->fat_length;
    uint64_t sds_end = (uint64_t)maui->sds_begin + maui->sds_length;
    const bool with_viva = whole(image->viva);
    const struct mtks_gfh_file *last = with_viva ? image->viva : image->rom;
    if (fat->fat_length && whole(last))
        check_order(out,
                    with_viva ? "VIVA ends before the file system begins"
                              : "ROM ends before the file system begins",
                    last->offset + last->length, fat->fat_begin, last->offset);
    if (fat->fat_length && capacity)
        check_order(out, "the file system ends inside the flash", fat_end, capacity,
                    image->rom->offset);
    if (maui->sds_length && capacity)
        check_order(out, "the secure data storage ends inside the flash", sds_end, capacity,
                    image->rom->offset);
    if (capacity)
        mtks_out_check(out, CHECK(.id = "E7",
                                  .text = "the dump is not shorter than the configured flash",
                                  .finding = "MTK-F001", .part = MTKSCAN_NO_PART,
                                  .kind = MTKSCAN_CHECK_RELATION, .on_fail = WARNING,
                                  .relation = MTKSCAN_AT_LEAST, .offset = MTKSCAN_NO_OFFSET,
                                  .left = image->size, .right = capacity));
}

static void check_e8(struct mtks_out *out, const struct mtks_image *image)
{
    const uint64_t rominfo = image->identity.rominfo_offset;
    if (!image->has_maui || rominfo == MTKSCAN_NO_OFFSET)
        return;
    const uint64_t maui = image->maui_record.offset;
    mtks_out_check(
        out,
        CHECK(.id = "E8", .text = "platform ids of ROM's header and of ROMINFO agree",
              .finding = "MTK-E008", .part = image->rom->part, .kind = MTKSCAN_CHECK_TEXT,
              .on_fail = DAMAGE, .offset = maui + MTKSCAN_MAUI_PLATFORM_ID,
              .length = MTKSCAN_MAUI_PLATFORM_ID_SIZE, .other = rominfo + ROMINFO_PLATFORM_ID));
    mtks_out_check(out, CHECK(.id = "E8", .text = "versions of ROM's header and of ROMINFO agree",
                              .finding = "MTK-E008", .part = image->rom->part,
                              .kind = MTKSCAN_CHECK_TEXT, .on_fail = DAMAGE,
                              .offset = maui + MTKSCAN_MAUI_VERNO,
                              .length = MTKSCAN_MAUI_VERNO_SIZE, .other = rominfo + ROMINFO_VERNO));
}

static void check_e9(struct mtks_out *out, const struct mtks_image *image,
                     const struct mtks_id_lists *lists)
{
    mtkscan_gfh_record record;
    if (!image->has_flash_info || !lists->has_ids || lists->ids_from_copy ||
        !mtks_image_record(image, image->rom, MTKSCAN_GFH_FLASH_INFO, &record))
        return;
    uint64_t slot = 0, entry = 0;
    for (uint32_t i = 0; i < 4; i++) {
        slot = slot << 16 | image->flash_info.id[i];
        entry =
            entry << 16 | (i < lists->ids.entries[0].id_length ? lists->ids.entries[0].id[i] : 0u);
    }
    mtks_out_check(out, CHECK(.id = "E9", .text = "both flash lists name the same first flash",
                              .finding = "MTK-E009", .part = image->rom->part,
                              .kind = MTKSCAN_CHECK_RELATION, .on_fail = WARNING,
                              .relation = MTKSCAN_EQUAL,
                              .offset = record.offset + MTKSCAN_FLASH_INFO_SLOT, .length = 8,
                              .left = slot, .right = entry));
}

static void check_e10(struct mtks_out *out, const struct mtks_image *image)
{
    mtkscan_gfh_record first, second;
    if (!mtks_image_record(image, image->intbl, MTKSCAN_GFH_ARM_BL_INFO, &first) ||
        !mtks_image_record(image, image->ext, MTKSCAN_GFH_ARM_BL_INFO, &second))
        return;
    mtks_out_check(
        out, CHECK(.id = "E10", .text = "the two boot loaders state the same pair version",
                   .finding = "MTK-E010", .part = image->ext->part, .kind = MTKSCAN_CHECK_SAME,
                   .on_fail = WARNING, .offset = first.offset + MTKSCAN_ARM_BL_PAIRED_VERSION,
                   .length = 4, .other = second.offset + MTKSCAN_ARM_BL_PAIRED_VERSION));
}

void mtks_family_checks(struct mtks_out *out, const struct mtks_image *image)
{
    struct mtks_id_lists *lists = out->host->scratch(out->host, sizeof *lists);
    if (!lists) {
        mtks_out_keep(out, MTKSCAN_E_LIMIT);
        return;
    }
    mtks_image_id_lists(image, lists);
    for (uint32_t i = 0; i < image->file_count; i++) {
        const struct mtks_gfh_file *file = &image->files[i];
        if (file->state != MTKS_FILE_PLACED)
            continue;
        check_header(out, file);
        if (!file->length)
            continue;
        check_chain(out, file);
        check_hash(out, file);
    }
    check_rom_end(out, image->rom);
    check_e1(out, image);
    check_e2(out, image);
    check_e3(out, image);
    mtks_viva_checks(out, image);
    check_areas(out, image, lists->has_nor ? lists->nor.capacity : 0);
    check_e8(out, image);
    check_e9(out, image, lists);
    check_e10(out, image);
}
