/* SPDX-License-Identifier: MIT */
/* What must hold in a sound dump (FORMAT.md 1.6, 2.3). The host looks and judges; a check whose
 * subject is not there is not stated. */
#include "family_image.h"
#include "mtkscan/bytes.h"

#define CHECK(...)                                                                                 \
    (mtkscan_check)                                                                                \
    {                                                                                              \
        .struct_size = (uint32_t)sizeof(mtkscan_check), .abi = MTKSCAN_ABI, __VA_ARGS__            \
    }

#define DAMAGE  MTKSCAN_FAIL_DAMAGE
#define WARNING MTKSCAN_FAIL_WARNING

#define FILE_INFO_LOAD_ADDR  0x1Cu
#define ROMINFO_PLATFORM_ID  0x10u
#define ROMINFO_VERNO        0x90u
#define ALICE_SLACK          4u /* bytes a dictionary may lack at VIVA's end (FORMAT.md 5.2) */
#define ALICE_STREAM_POINTER 0x08u
#define LOADER_TYPE(type)    ((type) == MTKSCAN_FILE_BL || (type) == MTKSCAN_FILE_EXT_BL)
#define FLASH_BANK(offset)   ((uint32_t)(MTKSCAN_FLASH_WINDOW + (offset)))

static void state(struct mtks_out *out, mtkscan_check check)
{
    mtks_out_keep(out, out->host->emit_check(out->host, &check));
}

/* A part whose end is known, so that rules on it make sense. */
static bool whole(const struct mtks_gfh_file *file)
{
    return file && file->length;
}

/* ---- single parts */

static void check_chain(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    uint64_t head = file->info.content_offset;
    state(out, CHECK(.id = "gfh-chain", .text = "the header records follow each other to the end",
                     .finding = "MTK-G001", .part = file->part, .kind = MTKSCAN_CHECK_CHAIN,
                     .on_fail = DAMAGE, .offset = file->offset,
                     .length = head < file->length ? head : file->length));
}

/* FORMAT.md 2.3. Both loaders are hashed, whatever a damaged header says. */
static void check_hash(struct mtks_out *out, const struct mtks_gfh_file *file)
{
    static const uint8_t zero[MTKS_TRAILER_ZERO];
    const mtkscan_file_info *info = &file->info;
    const bool signed_otherwise = info->sig_type > MTKSCAN_SIGNATURE_PHASH;
    if (signed_otherwise || file->length < MTKS_TRAILER + 4 ||
        (!LOADER_TYPE(info->file_type) && info->sig_type != MTKSCAN_SIGNATURE_PHASH))
        return;
    uint64_t end = file->offset + file->length;
    state(out, CHECK(.id = "sha1-trailer", .text = "the SHA-1 in the trailer is the content's",
                     .finding = "MTK-D001", .part = file->part, .kind = MTKSCAN_CHECK_SHA1,
                     .on_fail = DAMAGE, .offset = file->offset,
                     .length = file->length - MTKS_TRAILER, .other = end - MTKS_TRAILER));
    state(out, CHECK(.id = "end-marker", .text = "the end marker stands before the trailer",
                     .finding = "MTK-D002", .part = file->part, .kind = MTKSCAN_CHECK_U32,
                     .on_fail = DAMAGE, .offset = end - MTKS_TRAILER - 4, .length = 4,
                     .right = MTKS_END_MARKER));
    state(out, CHECK(.id = "trailer-filler", .text = "the trailer ends with twelve zero bytes",
                     .finding = "MTK-D002", .part = file->part, .kind = MTKSCAN_CHECK_BYTES,
                     .on_fail = DAMAGE, .offset = end - sizeof zero, .length = sizeof zero,
                     .bytes = zero, .bytes_length = sizeof zero));
}

static void check_rom_end(struct mtks_out *out, const struct mtks_gfh_file *rom)
{
    static const uint8_t marker[8] = {0x00, 0x44, 0x4E, 0x45, 0xFF, 0xFF, 0xFF, 0xFF};
    if (!whole(rom) || rom->length < sizeof marker)
        return;
    state(out, CHECK(.id = "end-marker", .text = "ROM ends with its end marker",
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
    state(out, CHECK(.id = "E1", .text = "EXT_BOOTLOADER starts the ROM that is there",
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
    state(out, CHECK(.id = "E2", .text = "flash lists of ROM and EXT_BOOTLOADER are the same",
                     .finding = "MTK-E002", .part = image->rom->part, .kind = MTKSCAN_CHECK_SAME,
                     .on_fail = DAMAGE, .offset = ids.offset, .length = ids.size + nor.size,
                     .other = image->copy.offset));
}

static void check_e3(struct mtks_out *out, const struct mtks_image *image)
{
    uint64_t place;
    if (!image->viva || !mtks_image_viva_place(image, &place))
        return;
    state(out, CHECK(.id = "E3", .text = "VIVA begins 0x400 bytes behind the part before it",
                     .finding = "MTK-E003", .part = image->viva->part, .kind = MTKSCAN_CHECK_U32,
                     .on_fail = WARNING, .offset = image->viva->offset + FILE_INFO_LOAD_ADDR,
                     .length = 4, .right = FLASH_BANK(place)));
}

static void check_e4(struct mtks_out *out, const struct mtks_image *image)
{
    const struct mtks_gfh_file *viva = image->viva;
    if (!whole(viva))
        return;
    uint64_t words = viva->offset + viva->info.content_offset;
    state(out,
          CHECK(.id = "E4", .text = "VIVA's table begins with its own address",
                .finding = "MTK-E004", .part = viva->part, .kind = MTKSCAN_CHECK_U32,
                .on_fail = DAMAGE, .offset = words, .length = 4, .right = viva->info.load_addr));
    if (!mtkscan_inside(words, 4 * MTKSCAN_VIVA_WORDS, image->size))
        return;
    state(out, CHECK(.id = "E4", .text = "VIVA's table names components inside VIVA",
                     .finding = "MTK-E004", .part = viva->part, .kind = MTKSCAN_CHECK_RELATION,
                     .on_fail = DAMAGE, .relation = MTKSCAN_AT_LEAST, .offset = words,
                     .length = 4 * MTKSCAN_VIVA_WORDS, .left = image->viva_info.count, .right = 1));
    if (image->has_exec)
        state(out, CHECK(.id = "E4", .text = "VIVA names the ALICE container that ROM uses",
                         .finding = "MTK-E004", .part = viva->part, .kind = MTKSCAN_CHECK_RELATION,
                         .on_fail = DAMAGE, .relation = MTKSCAN_AT_LEAST, .offset = words + 16,
                         .length = 4, .left = image->alice != NULL, .right = 1));
}

static void check_alice(struct mtks_out *out, const struct mtks_image *image)
{
    static const uint8_t magic[6] = {'A', 'L', 'I', 'C', 'E', '_'};
    const mtkscan_viva_component *alice = image->alice;
    const mtkscan_alice_header *header = &image->alice_header;
    if (!whole(image->viva) || !alice ||
        !mtkscan_inside(alice->offset, MTKSCAN_ALICE_LONG, image->size))
        return;
    const uint32_t part = image->viva->part;
    state(out, CHECK(.id = "E4", .text = "ALICE begins where VIVA's table says",
                     .finding = "MTK-E004", .part = part, .kind = MTKSCAN_CHECK_BYTES,
                     .on_fail = DAMAGE, .offset = alice->offset, .length = sizeof magic,
                     .bytes = magic, .bytes_length = sizeof magic));
    state(out, CHECK(.id = "E4", .text = "ALICE's header describes tables inside ALICE",
                     .finding = "MTK-E004", .part = part, .kind = MTKSCAN_CHECK_RELATION,
                     .on_fail = DAMAGE, .relation = MTKSCAN_EQUAL, .offset = alice->offset,
                     .length = MTKSCAN_ALICE_LONG, .left = image->has_alice_header, .right = 1));
    if (!image->has_alice_header)
        return;
    state(out, CHECK(.id = "E4", .text = "ALICE's stream begins right behind its header",
                     .finding = "MTK-E004", .part = part, .kind = MTKSCAN_CHECK_U32,
                     .on_fail = DAMAGE, .offset = alice->offset + ALICE_STREAM_POINTER, .length = 4,
                     .right = alice->address + header->header_size));
    uint64_t dictionary = alice->offset + header->dictionary_offset;
    uint64_t end = dictionary + 2 * (uint64_t)header->dictionary_entries;
    uint64_t viva_end = image->viva->offset + image->viva->length;
    state(out, CHECK(.id = "E5", .text = "ALICE's dictionary reaches to VIVA's end",
                     .finding = "MTK-E005", .part = part, .kind = MTKSCAN_CHECK_RELATION,
                     .on_fail = DAMAGE, .relation = MTKSCAN_AT_LEAST, .offset = dictionary,
                     .left = end, .right = viva_end));
    state(out, CHECK(.id = "E5", .text = "ALICE's dictionary ends with VIVA", .finding = "MTK-E005",
                     .part = part, .kind = MTKSCAN_CHECK_RELATION, .on_fail = DAMAGE,
                     .relation = MTKSCAN_AT_MOST, .offset = dictionary, .left = end,
                     .right = viva_end + ALICE_SLACK));
}

static void check_order(struct mtks_out *out, const char *text, uint64_t left, uint64_t right,
                        uint64_t at)
{
    state(out, CHECK(.id = "E6", .text = text, .finding = "MTK-E006", .part = MTKSCAN_NO_PART,
                     .kind = MTKSCAN_CHECK_RELATION, .on_fail = WARNING,
                     .relation = MTKSCAN_AT_MOST, .offset = at, .left = left, .right = right));
}

static void check_areas(struct mtks_out *out, const struct mtks_image *image, uint64_t capacity)
{
    const mtkscan_flash_info *fat = &image->flash_info;
    const mtkscan_maui_info *maui = &image->maui;
    uint64_t fat_end = (uint64_t)fat->fat_begin + fat->fat_length;
    uint64_t sds_end = (uint64_t)maui->sds_begin + maui->sds_length;
    if (fat->fat_length && whole(image->viva))
        check_order(out, "VIVA ends before the file system begins",
                    image->viva->offset + image->viva->length, fat->fat_begin, image->viva->offset);
    if (fat->fat_length && capacity)
        check_order(out, "the file system ends inside the flash", fat_end, capacity,
                    image->rom->offset);
    if (maui->sds_length && capacity)
        check_order(out, "the secure data storage ends inside the flash", sds_end, capacity,
                    image->rom->offset);
    if (capacity)
        state(out,
              CHECK(.id = "E7", .text = "the dump is as long as the configured flash",
                    .finding = "MTK-F001", .part = MTKSCAN_NO_PART, .kind = MTKSCAN_CHECK_RELATION,
                    .on_fail = WARNING, .relation = MTKSCAN_AT_LEAST, .offset = MTKSCAN_NO_OFFSET,
                    .left = image->size, .right = capacity));
}

static void check_e8(struct mtks_out *out, const struct mtks_image *image)
{
    const uint64_t rominfo = image->identity.rominfo_offset;
    if (!image->has_maui || rominfo == MTKSCAN_NO_OFFSET)
        return;
    const uint64_t maui = image->maui_record.offset;
    state(out,
          CHECK(.id = "E8", .text = "platform ids of ROM's header and of ROMINFO agree",
                .finding = "MTK-E008", .part = image->rom->part, .kind = MTKSCAN_CHECK_TEXT,
                .on_fail = DAMAGE, .offset = maui + MTKSCAN_MAUI_PLATFORM_ID,
                .length = MTKSCAN_MAUI_PLATFORM_ID_SIZE, .other = rominfo + ROMINFO_PLATFORM_ID));
    state(out, CHECK(.id = "E8", .text = "versions of ROM's header and of ROMINFO agree",
                     .finding = "MTK-E008", .part = image->rom->part, .kind = MTKSCAN_CHECK_TEXT,
                     .on_fail = DAMAGE, .offset = maui + MTKSCAN_MAUI_VERNO,
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
    state(out,
          CHECK(.id = "E9", .text = "both lists name the same first flash", .finding = "MTK-E009",
                .part = image->rom->part, .kind = MTKSCAN_CHECK_RELATION, .on_fail = WARNING,
                .relation = MTKSCAN_EQUAL, .offset = record.offset + MTKSCAN_FLASH_INFO_SLOT,
                .length = 8, .left = slot, .right = entry));
}

static void check_e10(struct mtks_out *out, const struct mtks_image *image)
{
    mtkscan_gfh_record first, second;
    if (!mtks_image_record(image, image->intbl, MTKSCAN_GFH_ARM_BL_INFO, &first) ||
        !mtks_image_record(image, image->ext, MTKSCAN_GFH_ARM_BL_INFO, &second))
        return;
    state(out, CHECK(.id = "E10", .text = "the two boot loaders state the same pair version",
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
        if (file->state != MTKS_FILE_PLACED || !file->length)
            continue;
        check_chain(out, file);
        check_hash(out, file);
    }
    check_rom_end(out, image->rom);
    check_e1(out, image);
    check_e2(out, image);
    check_e3(out, image);
    check_e4(out, image);
    check_alice(out, image);
    check_areas(out, image, lists->has_nor ? lists->nor.capacity : 0);
    check_e8(out, image);
    check_e9(out, image, lists);
    check_e10(out, image);
}
