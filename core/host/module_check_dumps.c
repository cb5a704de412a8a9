/* SPDX-License-Identifier: MIT */
#include "module_check_dumps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mtkscan/boot.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "services.h"

#define CONTENT_WORDS 32u    /* of each file's content that lies go into */
#define BODY_MOST     0x100u /* bytes of one record */
#define CUTS_EVEN     16u
#define CUTS_PART     3u

/* Fields that a reader believes (FORMAT.md 1.2, 2.2, 5.1). */
enum field_kind { RECORD_SIZES, FILE_WORDS, RECORD_BODIES, BOOT_WORDS, CONTENT_STARTS, KINDS };

static const char *const kind_names[KINDS] = {"record sizes", "file headers", "record bodies",
                                              "boot layout", "starts of contents"};

/* Noise that is the same everywhere (splitmix64). */
static uint64_t noise(uint64_t *state)
{
    uint64_t word = *state += UINT64_C(0x9E3779B97F4A7C15);
    word = (word ^ word >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ word >> 27) * UINT64_C(0x94D049BB133111EB);
    return word ^ word >> 31;
}

static void fill_noise(uint8_t *bytes, uint64_t length, uint64_t seed)
{
    for (uint64_t at = 0; at < length; at += 8) {
        uint64_t word = noise(&seed);
        memcpy(bytes + at, &word, length - at < 8 ? (size_t)(length - at) : 8);
    }
}

/* ---- where the fields are */

static void add_field(struct mtks_sample *sample, enum field_kind kind, uint64_t offset,
                      uint64_t length)
{
    if (sample->field_count < MTKS_SAMPLE_FIELDS &&
        mtkscan_inside(offset, length, sample->whole.size))
        sample->fields[sample->field_count++] = (struct mtks_sample_field){kind, offset, length};
}

static void add_records(struct mtks_sample *sample, const mtkscan_host *host, uint64_t start,
                        uint64_t end)
{
    mtkscan_gfh_record record = {.offset = start};
    while (mtkscan_gfh_next(host, start, end, &record) == 1) {
        uint64_t body = record.size - 8 < BODY_MOST ? record.size - 8 : BODY_MOST;
        add_field(sample, RECORD_SIZES, record.offset + 4, 2);
        add_field(sample, record.type == MTKSCAN_GFH_FILE_INFO ? FILE_WORDS : RECORD_BODIES,
                  record.offset + 8, body);
    }
}

static void find_fields(struct mtks_sample *sample)
{
    struct mtks_services services;
    mtkscan_boot_header boot;
    mtkscan_file_info info;
    mtks_services_init(&services, &sample->whole, NULL, NULL, 0);
    sample->field_count = 0;
    if (mtkscan_boot_read(&services.host, &boot)) {
        add_field(sample, BOOT_WORDS, MTKSCAN_BOOT_HEADER_SIZE - 8, 8);
        add_field(sample, BOOT_WORDS, boot.layout_offset + 8, MTKSCAN_BRLYT_SIZE - 8);
    }
    for (uint32_t i = 0; i < sample->truth.part_count; i++) {
        const mtkscan_fixture_part *part = &sample->truth.parts[i];
        const uint8_t *bytes = mtks_dump_span(&sample->whole, part->offset, part->length);
        if (!bytes || !mtkscan_file_info_parse(bytes, part->length, &info))
            continue;
        add_records(sample, &services.host, part->offset, part->offset + info.content_offset);
        add_field(sample, CONTENT_STARTS, part->offset + info.content_offset, 4 * CONTENT_WORDS);
    }
    mtks_services_free(&services);
}

bool mtks_sample_make(struct mtks_sample *sample, const char *chip, mtkscan_error *error)
{
    mtkscan_fixture fixture;
    mtks_sample_free(sample);
    error->outcome = MTKSCAN_DONE;
    mtkscan_fixture_preset(&fixture, chip);
    if (mtks_dump_blank(&sample->whole, fixture.capacity, error) != MTKSCAN_DONE ||
        mtks_dump_blank(&sample->work, fixture.capacity, error) != MTKSCAN_DONE)
        return false;
    if (!mtkscan_fixture_build(&fixture, mtks_dump_edit(&sample->whole), (size_t)sample->whole.size,
                               &sample->truth))
        return false;
    sample->chip = chip;
    find_fields(sample);
    return true;
}

void mtks_sample_free(struct mtks_sample *sample)
{
    mtks_dump_close(&sample->whole);
    mtks_dump_close(&sample->work);
    *sample = (struct mtks_sample){.chip = NULL};
}

/* ---- kinds of dumps; each makes one in sample->work, and cuts or names it in the view */

static void make_empty(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    (void)sample;
    view->dump.size = number;
    if (number)
        snprintf(view->name, sizeof view->name, "a dump of one byte");
}

static void make_filled(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    static const uint8_t values[] = {0xFF, 0};
    if (number)
        snprintf(view->name, sizeof view->name, "a zeroed dump");
    memset(mtks_dump_edit(&sample->work), values[number], (size_t)sample->work.size);
}

static void make_noise(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    (void)view;
    fill_noise(mtks_dump_edit(&sample->work), sample->work.size, number + 1);
}

static void restore(struct mtks_sample *sample)
{
    memcpy(mtks_dump_edit(&sample->work), sample->whole.bytes, (size_t)sample->whole.size);
}

static void make_whole(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    (void)number;
    snprintf(view->name, sizeof view->name, "the SDK's dump for %.32s", sample->chip);
    restore(sample);
}

/* What fields say instead of the truth. Where a field has 2 bytes, it takes the lower half. */
enum lie { ZERO, ONE, ODD, ITS_OWN_PLACE, DUMP_END, SIGN, GREAT, ALL_ONES, LIES };

static const char *const lie_names[LIES] = {
    "0", "1", "7", "their own place", "the dump's end", "0x80000000", "0x7FFFFFFF", "0xFFFFFFFF"};

static uint32_t lie_value(enum lie lie, uint64_t place, uint64_t size)
{
    const uint32_t values[LIES] = {0,
                                   1,
                                   7,
                                   (uint32_t)(MTKSCAN_FLASH_WINDOW + place),
                                   (uint32_t)(MTKSCAN_FLASH_WINDOW + size - 2),
                                   0x80000000u,
                                   0x7FFFFFFFu,
                                   0xFFFFFFFFu};
    return values[lie];
}

/* Every field of a kind, or, so that the others still lead there, one of four. */
static void make_lying(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    bool some = number % 2;
    enum lie lie = (enum lie)(number / 2 % LIES);
    unsigned kind = (unsigned)(number / 2 / LIES);
    uint64_t seed = number;
    snprintf(view->name, sizeof view->name, "a lying dump (%s%s say %s)", some ? "some " : "",
             kind_names[kind], lie_names[lie]);
    restore(sample);
    uint8_t *bytes = mtks_dump_edit(&sample->work);
    for (size_t i = 0; i < sample->field_count; i++) {
        const struct mtks_sample_field *field = &sample->fields[i];
        if (field->kind != kind)
            continue;
        for (uint64_t at = field->offset; at + 2 <= field->offset + field->length; at += 4) {
            uint32_t value = lie_value(lie, at, sample->work.size);
            if (some && noise(&seed) % 4)
                continue;
            if (field->length < 4)
                mtkscan_put_le16(bytes + at, (uint16_t)value);
            else if (at + 4 <= field->offset + field->length)
                mtkscan_put_le32(bytes + at, value);
        }
    }
}

/* At even lengths, and in the head and the tail of each part. */
static void make_cut(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    uint64_t size = sample->whole.size / CUTS_EVEN * number;
    if (number >= CUTS_EVEN) {
        size_t place = number - CUTS_EVEN;
        const mtkscan_fixture_part *part = &sample->truth.parts[place / CUTS_PART];
        const uint64_t cuts[CUTS_PART] = {0, 0x14, part->length - 1};
        size = part->offset + cuts[place % CUTS_PART];
    }
    snprintf(view->name, sizeof view->name, "a dump cut at 0x%" PRIX64, size);
    restore(sample);
    view->dump.size = size;
}

static const struct kind {
    const char *name;
    bool foreign;
    size_t count, each_part; /* dumps, and more of them for each part */
    void (*make)(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view);
} kinds[] = {
    {"an empty dump", true, 2, 0, make_empty},
    {"an erased dump", true, 2, 0, make_filled},
    {"a random dump", true, 2, 0, make_noise},
    {"its own dump", false, 1, 0, make_whole},
    {"a cut dump", false, CUTS_EVEN, CUTS_PART, make_cut},
    {"a lying dump", false, KINDS *LIES * 2, 0, make_lying},
};

bool mtks_sample_view(struct mtks_sample *sample, size_t number, struct mtks_sample_view *view)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t count = kinds[i].count + kinds[i].each_part * sample->truth.part_count;
        if (number < count) {
            *view = (struct mtks_sample_view){.dump = sample->work, .foreign = kinds[i].foreign};
            snprintf(view->name, sizeof view->name, "%s", kinds[i].name);
            kinds[i].make(sample, number, view);
            return true;
        }
        number -= count;
    }
    return false;
}

bool mtks_sample_large(const struct mtks_sample *sample, uint64_t size, struct mtks_dump *dump,
                       mtkscan_error *error)
{
    uint64_t own = sample->whole.size;
    if (mtks_dump_blank(dump, size > own ? size : own, error) != MTKSCAN_DONE)
        return false;
    uint8_t *bytes = mtks_dump_edit(dump);
    memcpy(bytes, sample->whole.bytes, (size_t)own);
    fill_noise(bytes + own, dump->size - own, 2);
    return true;
}
