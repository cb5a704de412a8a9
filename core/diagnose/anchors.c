/* SPDX-License-Identifier: MIT */
#include "anchors.h"

#include <string.h>

#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/records.h"

#define CANDIDATES  256u     /* files looked at; hostile dumps have more */
#define PROBE_STEP  0x400u   /* ROM begins at a multiple, and so does COREAPI (FORMAT.md 1.5) */
#define PROBE_RANGE 0x80000u /* behind the end of what stands before it */
#define PART_GAP    0x400u   /* between VIVA and the part before it (FORMAT.md 1.6 E3) */
#define HASHED_MOST 0x100000u
#define TRAILER     0x20u /* of a hashed file (FORMAT.md 2.3) */
#define MARK_SIZE   8u

/* Of mtks_anchors_standing(): a bit for each kind of anchor and each type of file. */
#define FOUND    (UINT64_C(1) << 32)
#define IN_PLACE (UINT64_C(1))
#define WHOLE    (UINT64_C(1) << 16)

static const uint8_t end_mark[MARK_SIZE] = {0x00, 0x44, 0x4E, 0x45, 0xFF, 0xFF, 0xFF, 0xFF};

/* One look at a dump. */
struct look {
    const struct mtks_dump *dump;
    struct mtks_anchors *anchors;
    mtkscan_memory_host memory;
    uint64_t int_place; /* of the internal loader */
    uint64_t end_place; /* in the flash, of the last file taken; 0: none yet */
    int64_t shift;      /* of that file */
};

static void push(struct mtks_anchors *anchors, struct mtks_anchor anchor)
{
    if (anchors->count < MTKS_ANCHORS)
        anchors->items[anchors->count++] = anchor;
}

/* ---- what stands before the files */

#define BOOT_NAME   "SF_BOOT\0\0\0\0" /* and the NUL behind it */
#define LAYOUT_NAME "BRLYT\0\0"

bool mtks_boot_stands(const struct mtks_dump *dump, uint64_t at)
{
    const uint8_t *boot = mtks_dump_span(dump, at, MTKSCAN_BOOT_HEADER_SIZE);
    if (!boot || memcmp(boot, BOOT_NAME, sizeof BOOT_NAME) != 0)
        return false;
    uint64_t unit = mtkscan_le32(boot + 0x10);
    const uint8_t *layout = mtks_dump_span(dump, at + unit, sizeof LAYOUT_NAME);
    return unit >= MTKSCAN_BOOT_UNIT && layout &&
           memcmp(layout, LAYOUT_NAME, sizeof LAYOUT_NAME) == 0;
}

/* The first place from `from` on with a whole BRLYT; its first descriptor tells it from mere text.
 */
static uint64_t find_layout(const struct mtks_dump *dump, uint64_t from)
{
    const uint8_t *at = dump->bytes + (from < dump->size ? from : dump->size);
    const uint8_t *end = dump->bytes + dump->size;
    while ((at = memmem(at, (size_t)(end - at), LAYOUT_NAME, sizeof LAYOUT_NAME)) != NULL) {
        if ((uint64_t)(end - at) >= MTKSCAN_BRLYT_SIZE &&
            mtkscan_le32(at + 0x14) == MTKSCAN_DESCRIPTOR_USED)
            return (uint64_t)(at - dump->bytes);
        at++;
    }
    return MTKSCAN_NO_OFFSET;
}

static uint64_t find_boot(const struct mtks_dump *dump)
{
    const uint8_t *at = dump->bytes, *end = at + dump->size;
    while ((at = memmem(at, (size_t)(end - at), BOOT_NAME, sizeof BOOT_NAME)) != NULL) {
        uint64_t unit = end - at >= 0x14 ? mtkscan_le32(at + 0x10) : 0;
        if (unit >= MTKSCAN_BOOT_UNIT && unit <= 16 * MTKSCAN_BOOT_UNIT)
            return (uint64_t)(at - dump->bytes);
        at++;
    }
    return MTKSCAN_NO_OFFSET;
}

static uint64_t int_place(const uint8_t *layout)
{
    for (uint32_t i = 0; i < MTKSCAN_BOOT_DESCRIPTORS; i++) {
        const uint8_t *row = layout + 0x14 + (size_t)i * MTKSCAN_DESCRIPTOR_SIZE;
        if (mtkscan_le32(row) == MTKSCAN_DESCRIPTOR_USED &&
            mtkscan_le16(row + 6) == MTKSCAN_FILE_BL)
            return mtkscan_le32(row + 8) & (MTKSCAN_FLASH_WINDOW - 1);
    }
    return MTKSCAN_INT_BL_OFFSET;
}

static void take_boot(struct look *look, uint64_t boot, uint64_t layout)
{
    uint64_t unit = MTKSCAN_BOOT_UNIT;
    if (boot != MTKSCAN_NO_OFFSET) {
        unit = mtkscan_le32(look->dump->bytes + boot + 0x10);
        push(look->anchors, (struct mtks_anchor){.kind = MTKS_ANCHOR_BOOT,
                                                 .at = boot,
                                                 .known = MTKSCAN_BOOT_HEADER_SIZE});
    }
    if (layout != MTKSCAN_NO_OFFSET) {
        look->int_place = int_place(look->dump->bytes + layout);
        push(look->anchors, (struct mtks_anchor){.kind = MTKS_ANCHOR_LAYOUT,
                                                 .at = layout,
                                                 .place = unit,
                                                 .known = MTKSCAN_BRLYT_SIZE});
    }
}

/* ---- files */

static const uint32_t anchored_types[] = {
    MTKSCAN_FILE_BL,   MTKSCAN_FILE_EXT_BL,
    MTKSCAN_FILE_ROM,  MTKSCAN_FILE_THIRD_ROM,
    MTKSCAN_FILE_VIVA, 0x7000,
    MTKSCAN_FILE_APP,  0x7002,
};

static bool is_anchored(uint32_t type)
{
    for (size_t i = 0; i < sizeof anchored_types / sizeof *anchored_types; i++)
        if (anchored_types[i] == type)
            return true;
    return false;
}

/* The file whose header stands at `at`; false when it is none that tells its place. */
static bool read_file(const struct look *look, uint64_t at, struct mtks_anchor *file)
{
    const uint8_t *bytes = mtks_dump_span(look->dump, at, 0x38);
    mtkscan_file_info info;
    if (!bytes || !mtkscan_file_info_parse(bytes, 0x38, &info) ||
        info.flash_dev != MTKSCAN_DEVICE_SF || !is_anchored(info.file_type) ||
        info.file_len < info.content_offset || info.content_offset < info.record_size ||
        info.file_len >= MTKSCAN_FLASH_WINDOW)
        return false;
    *file = (struct mtks_anchor){.kind = MTKS_ANCHOR_FILE,
                                 .type = info.file_type,
                                 .at = at,
                                 .place = look->int_place,
                                 .length = info.file_len,
                                 .known = info.record_size};
    return info.file_type == MTKSCAN_FILE_BL || mtkscan_flash_offset(info.load_addr, &file->place);
}

/* Capacity, erase blocks and file system, as the ROM's headers state them. */
static void read_rom(struct look *look, const struct mtks_anchor *rom)
{
    const mtkscan_host *host = &look->memory.host;
    struct mtks_anchors *anchors = look->anchors;
    uint64_t end = rom->at + mtkscan_le32(look->dump->bytes + rom->at + 0x28);
    mtkscan_gfh_record record;
    mtkscan_nor_entry nor;
    if (end > rom->at + 0x10000)
        end = rom->at + 0x10000;
    if (mtkscan_gfh_find(host, rom->at, end, MTKSCAN_GFH_FLASH_INFO, &record) &&
        record.size >= 0x24) {
        anchors->fat_begin = mtkscan_le32(look->dump->bytes + record.offset + 0x1C);
        anchors->fat_length = mtkscan_le32(look->dump->bytes + record.offset + 0x20);
    }
    if (mtkscan_gfh_find(host, rom->at, end, MTKSCAN_GFH_CMEM_NOR_INFO, &record) &&
        mtkscan_nor_info_entry(host, &record, 0, &nor)) {
        anchors->capacity = nor.capacity;
        for (uint32_t i = 0; i < nor.zone_count; i++)
            if (nor.zones[i].begin <= anchors->fat_begin)
                anchors->block = nor.zones[i].block;
    }
    if (anchors->fat_begin < rom->place + rom->length) /* makes no sense */
        anchors->fat_begin = anchors->fat_length = 0;
}

/* Whether `at` lies in the file system, where firmware may be kept as a file. */
static bool in_files(const struct mtks_anchors *anchors, uint64_t at)
{
    const struct mtks_anchor *rom = mtks_anchors_get(anchors, MTKS_ANCHOR_FILE, MTKSCAN_FILE_ROM);
    if (!rom || !anchors->fat_length || at < rom->at)
        return false;
    return at - rom->at + rom->place >= anchors->fat_begin &&
           at - rom->at + rom->place - anchors->fat_begin < anchors->fat_length;
}

/* Takes a file that goes on where the flash goes on; copies and files in files do not. */
static void take_file(struct look *look, const struct mtks_anchor *file)
{
    const int64_t jump = mtks_anchor_shift(file) - look->shift;
    bool far = look->end_place && (jump > MTKS_SHIFT_LIMIT || jump < -MTKS_SHIFT_LIMIT);
    if (file->place < look->end_place || far || in_files(look->anchors, file->at))
        return;
    push(look->anchors, *file);
    look->end_place = file->place + file->length;
    look->shift = mtks_anchor_shift(file);
    if (file->type == MTKSCAN_FILE_ROM)
        read_rom(look, file);
}

static bool take_at(struct look *look, uint64_t at, uint32_t type)
{
    struct mtks_anchor file;
    if (!read_file(look, at, &file) || file.type != type || file.at != file.place)
        return false;
    take_file(look, &file);
    return true;
}

static bool probe(struct look *look, uint64_t from, uint32_t type)
{
    uint64_t at = mtkscan_round_up(from, PROBE_STEP);
    for (uint64_t i = 0; i < PROBE_RANGE / PROBE_STEP; i++, at += PROBE_STEP)
        if (take_at(look, at, type))
            return true;
    return false;
}

/* Everything where it belongs, or false. A dump may end before a file does. */
static bool look_up(struct look *look)
{
    const struct mtks_dump *dump = look->dump;
    mtkscan_boot_header boot;
    if (!mtkscan_boot_read(&look->memory.host, &boot) || !boot.has_layout)
        return false;
    const mtkscan_boot_descriptor *ext = mtkscan_boot_find(&boot, MTKSCAN_FILE_EXT_BL);
    take_boot(look, 0, boot.layout_offset);
    if (!ext || !take_at(look, look->int_place, MTKSCAN_FILE_BL) ||
        !take_at(look, ext->begin & (MTKSCAN_FLASH_WINDOW - 1), MTKSCAN_FILE_EXT_BL) ||
        !probe(look, look->end_place, MTKSCAN_FILE_ROM))
        return false;
    uint64_t rom_end = look->end_place;
    if (rom_end > dump->size)
        return true;
    if (memcmp(dump->bytes + rom_end - MARK_SIZE, end_mark, MARK_SIZE) != 0)
        return false;
    if (!take_at(look, rom_end + PART_GAP, MTKSCAN_FILE_VIVA)) {
        probe(look, rom_end, MTKSCAN_FILE_THIRD_ROM);
        if (look->end_place + PART_GAP + 0x38 <= dump->size &&
            !take_at(look, look->end_place + PART_GAP, MTKSCAN_FILE_VIVA))
            return false;
    }
    probe(look, look->end_place, MTKSCAN_FILE_APP);
    return true;
}

static void search(struct look *look)
{
    const struct mtks_dump *dump = look->dump;
    mtkscan_file_info info;
    struct mtks_anchor file;
    uint64_t boot = find_boot(dump);
    uint64_t layout = find_layout(dump, 0);
    uint32_t seen = 0;
    /* A header that is not the first of all belongs to the next round of a read (raw_shift.c). */
    uint64_t first = 0;
    bool file_before = mtkscan_gfh_scan(&look->memory.host, &first, &info) &&
                       boot != MTKSCAN_NO_OFFSET && first < boot;
    if (file_before && is_anchored(info.file_type)) {
        look->anchors->late_boot = boot;
        boot = MTKSCAN_NO_OFFSET;
        if (layout != MTKSCAN_NO_OFFSET && layout > first) {
            look->int_place = int_place(dump->bytes + layout);
            layout = MTKSCAN_NO_OFFSET;
        }
    }
    take_boot(look, boot, layout);
    for (uint64_t at = 0; seen < CANDIDATES && mtkscan_gfh_scan(&look->memory.host, &at, &info);
         at++, seen++)
        if (read_file(look, at, &file))
            take_file(look, &file);
}

/* ---- the ends of files, and the file system */

static bool is_mark(const struct mtks_dump *dump, int64_t end)
{
    const uint8_t *mark = end < (int64_t)MARK_SIZE
                              ? NULL
                              : mtks_dump_span(dump, (uint64_t)end - MARK_SIZE, MARK_SIZE);
    return mark && memcmp(mark, end_mark, MARK_SIZE) == 0;
}

/* Puts an anchor before the first one that belongs behind it. */
static void insert(struct mtks_anchors *anchors, struct mtks_anchor anchor)
{
    size_t i = anchors->count;
    if (i == MTKS_ANCHORS)
        return;
    anchors->count++;
    for (; i > 0 && anchors->items[i - 1].place > anchor.place; i--)
        anchors->items[i] = anchors->items[i - 1];
    anchors->items[i] = anchor;
}

/* ROM's end stands by the shift of ROM's head, of what follows, or of the dump's end. */
static void find_rom_end(const struct mtks_dump *dump, struct mtks_anchors *anchors)
{
    const struct mtks_anchor *rom = mtks_anchors_get(anchors, MTKS_ANCHOR_FILE, MTKSCAN_FILE_ROM);
    if (!rom)
        return;
    const struct mtks_anchor *next = rom + 1;
    const int64_t shifts[] = {
        mtks_anchor_shift(rom),
        next < anchors->items + anchors->count ? mtks_anchor_shift(next) : mtks_anchor_shift(rom),
        anchors->capacity ? (int64_t)dump->size - (int64_t)anchors->capacity : 0,
    };
    const uint64_t place = rom->place + rom->length;
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        if (!is_mark(dump, (int64_t)place + shifts[i]))
            continue;
        insert(anchors, (struct mtks_anchor){.kind = MTKS_ANCHOR_ROM_END,
                                             .at = (uint64_t)((int64_t)place + shifts[i]),
                                             .place = place});
        return;
    }
}

#define ERASED_LEAST 0x40u /* bytes of 0xFF that are no content of VIVA */

/* Where VIVA's bytes end, by the erased bytes behind them; 0 when that cannot be told. */
static uint64_t viva_end(const struct mtks_dump *dump, const struct mtks_anchor *viva)
{
    uint64_t end = viva->at + viva->length, limit = end + MTKS_SHIFT_LIMIT;
    if (end > dump->size)
        return 0;
    if (mtks_dump_all(dump, end - ERASED_LEAST, ERASED_LEAST, 0xFF)) {
        while (end > viva->at && viva->at + viva->length - end < MTKS_SHIFT_LIMIT &&
               dump->bytes[end - 1] == 0xFF)
            end--;
        return end;
    }
    if (limit > dump->size)
        limit = dump->size;
    for (uint64_t run = 0, at = end; at < limit; at++) {
        run = dump->bytes[at] == 0xFF ? run + 1 : 0;
        if (run == ERASED_LEAST)
            return at + 1 - run;
    }
    return limit == dump->size ? limit : 0;
}

static void find_viva_end(const struct mtks_dump *dump, struct mtks_anchors *anchors)
{
    const struct mtks_anchor *viva = mtks_anchors_get(anchors, MTKS_ANCHOR_FILE, MTKSCAN_FILE_VIVA);
    uint64_t end = viva && viva->length > ERASED_LEAST ? viva_end(dump, viva) : 0;
    if (end)
        insert(anchors, (struct mtks_anchor){.kind = MTKS_ANCHOR_VIVA_END,
                                             .at = end,
                                             .place = viva->place + viva->length});
}

/* States of a block and of a sector that the translation layer writes (FORMAT.md 6.2). */
static bool is_block(const struct mtks_dump *dump, uint64_t at)
{
    static const uint8_t blocks[] = {0x39, 0x3D, 0x7D, 0xBD, 0x31, 0x29, 0x21};
    static const uint8_t sectors[] = {0xFF, 0xFE, 0xFD, 0xFC, 0xF8, 0xF0, 0xE0, 0xC0, 0xC4,
                                      0xC8, 0xCC, 0xDF, 0xEF, 0xCF, 0xC3, 0x3C, 0x38, 0x00};
    const uint8_t *head = mtks_dump_span(dump, at, 32);
    if (!head || !memchr(blocks, head[3], sizeof blocks))
        return false;
    for (size_t i = 7; i < 32; i += 4)
        if (!memchr(sectors, head[i], sizeof sectors))
            return false;
    return true;
}

bool mtks_fat_begins(const struct mtks_dump *dump, uint64_t at, uint64_t block)
{
    return block && at >= block && !is_block(dump, at - block) &&
           (is_block(dump, at) ||
            (mtks_dump_all(dump, at, block, 0xFF) && is_block(dump, at + block)));
}

static void find_fat(const struct mtks_dump *dump, struct mtks_anchors *anchors)
{
    if (!anchors->count || !anchors->fat_length)
        return;
    const int64_t first = mtks_anchor_shift(&anchors->items[0]);
    const int64_t last = mtks_anchor_shift(&anchors->items[anchors->count - 1]);
    const int64_t shifts[] = {
        first, last, anchors->capacity ? (int64_t)dump->size - (int64_t)anchors->capacity : last};
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        int64_t at = (int64_t)anchors->fat_begin + shifts[i];
        if (at < 0 || !mtks_fat_begins(dump, (uint64_t)at, anchors->block))
            continue;
        insert(anchors, (struct mtks_anchor){.kind = MTKS_ANCHOR_FAT,
                                             .at = (uint64_t)at,
                                             .place = anchors->fat_begin});
        return;
    }
}

/* ---- all of them */

/* The anchors that are no files, and whether nothing stands off. */
static bool find_rest(const struct mtks_dump *dump, struct mtks_anchors *anchors)
{
    bool usual = true;
    find_rom_end(dump, anchors);
    find_viva_end(dump, anchors);
    find_fat(dump, anchors);
    if (anchors->capacity)
        insert(anchors, (struct mtks_anchor){
                            .kind = MTKS_ANCHOR_END, .at = dump->size, .place = anchors->capacity});
    for (size_t i = 0; i < anchors->count; i++)
        usual = usual && mtks_anchor_shift(&anchors->items[i]) == 0;
    return usual;
}

void mtks_anchors_find(const struct mtks_dump *dump, struct mtks_anchors *anchors)
{
    struct look look = {.dump = dump, .anchors = anchors, .int_place = MTKSCAN_INT_BL_OFFSET};
    *anchors = (struct mtks_anchors){0};
    mtkscan_memory_host_init(&look.memory, dump->bytes, dump->size, NULL, NULL);
    anchors->usual = look_up(&look) && find_rest(dump, anchors);
    if (!anchors->usual) {
        *anchors = (struct mtks_anchors){0};
        look.int_place = MTKSCAN_INT_BL_OFFSET;
        look.end_place = 0;
        search(&look);
        (void)find_rest(dump, anchors);
    }
    mtkscan_memory_host_free(&look.memory);
}

const struct mtks_anchor *mtks_anchors_get(const struct mtks_anchors *anchors,
                                           enum mtks_anchor_kind kind, uint32_t type)
{
    for (size_t i = 0; i < anchors->count; i++)
        if (anchors->items[i].kind == kind && (!type || anchors->items[i].type == type))
            return &anchors->items[i];
    return NULL;
}

const char *mtks_anchor_name(const struct mtks_anchor *anchor)
{
    static const char *const names[] = {
        [MTKS_ANCHOR_BOOT] = "the boot header",
        [MTKS_ANCHOR_LAYOUT] = "the boot layout",
        [MTKS_ANCHOR_FILE] = "a file",
        [MTKS_ANCHOR_ROM_END] = "the end of ROM",
        [MTKS_ANCHOR_VIVA_END] = "the end of VIVA",
        [MTKS_ANCHOR_FAT] = "the file system",
        [MTKS_ANCHOR_END] = "the end of the dump",
    };
    const mtkscan_file_type *row =
        anchor->kind == MTKS_ANCHOR_FILE ? mtkscan_gfh_file_type(anchor->type) : NULL;
    return row ? row->name : names[anchor->kind];
}

/* Whether something ends there, and erased bytes follow: all that shows where other files end. */
static bool ends_there(const struct mtks_dump *dump, uint64_t end)
{
    return end > 0 && dump->bytes[end - 1] != 0xFF && mtks_dump_span(dump, end, ERASED_LEAST) &&
           mtks_dump_all(dump, end, ERASED_LEAST, 0xFF);
}

bool mtks_anchor_whole(const struct mtks_dump *dump, const struct mtks_anchor *file)
{
    const uint8_t *bytes = mtks_dump_span(dump, file->at, file->length);
    if (file->kind != MTKS_ANCHOR_FILE || !bytes)
        return false;
    if (file->type == MTKSCAN_FILE_ROM)
        return is_mark(dump, (int64_t)(file->at + file->length));
    if (file->type != MTKSCAN_FILE_BL && file->type != MTKSCAN_FILE_EXT_BL)
        return ends_there(dump, file->at + file->length);
    if (bytes[0x1B] != MTKSCAN_SIGNATURE_PHASH || file->length <= TRAILER ||
        file->length > HASHED_MOST)
        return false;
    uint8_t digest[20];
    mtks_sha1_raw(bytes, file->length - TRAILER, digest);
    return memcmp(digest, bytes + file->length - TRAILER, sizeof digest) == 0;
}

uint64_t mtks_anchors_standing(const struct mtks_dump *dump, const struct mtks_anchors *anchors)
{
    const size_t types = sizeof anchored_types / sizeof *anchored_types;
    uint64_t standing = 0;
    for (size_t i = 0; i < anchors->count; i++) {
        const struct mtks_anchor *anchor = &anchors->items[i];
        const bool in_place = mtks_anchor_shift(anchor) == 0;
        size_t bit = 0;
        while (anchor->kind == MTKS_ANCHOR_FILE && anchored_types[bit] != anchor->type)
            bit++; /* only these are anchors */
        bit = anchor->kind == MTKS_ANCHOR_FILE ? 8 + bit : anchor->kind;
        if (anchor->kind < MTKS_ANCHOR_VIVA_END)
            standing |= FOUND << bit;
        if (in_place && anchor->kind != MTKS_ANCHOR_END) /* a cut dump is no worse */
            standing |= IN_PLACE << bit;
        if (in_place && mtks_anchor_whole(dump, anchor))
            standing |= WHOLE << bit % types;
    }
    return standing;
}
