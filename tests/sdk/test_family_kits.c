/* SPDX-License-Identifier: MIT */
/* The family rules on dumps made of vendor kits, where those are at hand: every part comes back
 * under its file's name, every check holds, and nothing is found wrong. */
#include <dirent.h>
#include <unistd.h>

#include "mtkscan/boot.h"

#include "family_case.h"

#define CORPUS    TEST_SOURCE_DIR "/../shared/corpus"
#define CAPACITY  (16u << 20) /* of the largest kit */
#define PARTS_MAX 8u
#define SLOT      0x400u
#define KITS      (sizeof kits / sizeof *kits)

static const char *const kits[] = {
    "linkit_one_1.0.29", "rephone",           "sim800c24_1418B04",
    "sim800c32_1418B04", "sim868m32_1418B05", "sim808m32_mt6260_1308B01",
};

struct kit_file {
    char name[256];
    uint8_t *bytes;
    size_t size;
    mtkscan_file_info info;
    uint64_t offset;
};

/* A kit, and the dump of it. */
struct kit {
    struct kit_file files[PARTS_MAX];
    unsigned count;
    uint8_t *dump;
};

static const struct kit_file *file_of(const struct kit *kit, uint32_t type)
{
    for (unsigned i = 0; i < kit->count; i++)
        if (kit->files[i].info.file_type == type)
            return &kit->files[i];
    return NULL;
}

/* The files that are images; of an application and its stand-in the application. */
static void kit_read(struct kit *kit, const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        struct kit_file *file = &kit->files[kit->count];
        if (entry->d_name[0] == '.')
            continue;
        assert_true(kit->count < PARTS_MAX);
        file->bytes = (uint8_t *)test_file_read(folder, entry->d_name, &file->size);
        assert_non_null(file->bytes);
        const bool image = mtkscan_file_info_parse(file->bytes, file->size, &file->info) &&
                           file->info.file_len == file->size;
        char path[4200];
        snprintf(path, sizeof path, "%s/app", folder);
        if (!image || (strcmp(entry->d_name, "appnull") == 0 && access(path, R_OK) == 0)) {
            free(file->bytes);
            continue;
        }
        snprintf(file->name, sizeof file->name, "%s", entry->d_name);
        if (!mtkscan_flash_offset(file->info.load_addr, &file->offset))
            file->offset = INT;
        kit->count++;
    }
    closedir(dir);
}

static void descriptor_put(uint8_t *at, uint32_t type, uint32_t begin, uint32_t end,
                           uint32_t attribute)
{
    memset(at, 'B', 4);
    mtkscan_put_le32(at + 4, MTKSCAN_DEVICE_SF | type << 16);
    mtkscan_put_le32(at + 8, begin);
    mtkscan_put_le32(at + 12, end);
    mtkscan_put_le32(at + 16, attribute);
}

/* BOOTHEADER.md 2, as a flashing tool writes it. */
static void boot_put(const struct kit *kit)
{
    const struct kit_file *ext = file_of(kit, MTKSCAN_FILE_EXT_BL);
    const uint32_t end = (uint32_t)mtkscan_round_up(ext->offset + ext->size, SLOT);
    memset(kit->dump, 0, 0x14);
    memcpy(kit->dump, "SF_BOOT", 7);
    mtkscan_put_le32(kit->dump + 0x0C, 1);
    mtkscan_put_le32(kit->dump + 0x10, 0x200);
    uint8_t *layout_block = kit->dump + 0x200;
    memset(layout_block, 0, MTKSCAN_BRLYT_SIZE);
    memcpy(layout_block, "BRLYT", 5);
    mtkscan_put_le32(layout_block + 0x08, 1);
    mtkscan_put_le32(layout_block + 0x0C, INT);
    mtkscan_put_le32(layout_block + 0x10, end);
    descriptor_put(layout_block + 0x14, MTKSCAN_FILE_BL, INT, (uint32_t)ext->offset, 1);
    descriptor_put(layout_block + 0x28, MTKSCAN_FILE_EXT_BL, (uint32_t)ext->offset, end, 0);
}

static void file_put(const struct kit *kit, const struct kit_file *file)
{
    assert_true(mtkscan_inside(file->offset, file->size, CAPACITY));
    memcpy(kit->dump + file->offset, file->bytes, file->size);
}

static struct kit kit_open(const char *name)
{
    struct kit kit = {.dump = malloc(CAPACITY)};
    char folder[4096];
    assert_non_null(kit.dump);
    memset(kit.dump, 0xFF, CAPACITY);
    snprintf(folder, sizeof folder, CORPUS "/%s", name);
    kit_read(&kit, folder);
    for (unsigned i = 0; i < kit.count; i++)
        file_put(&kit, &kit.files[i]);
    boot_put(&kit);
    return kit;
}

static void kit_close(struct kit *kit)
{
    for (unsigned i = 0; i < kit->count; i++)
        free(kit->files[i].bytes);
    free(kit->dump);
}

static int need_corpus(void)
{
    return access(CORPUS "/rephone", R_OK) == 0;
}

static void expect_part(const struct recorder *recorder, const struct kit_file *file)
{
    for (unsigned i = 0; i < recorder->part_count; i++) {
        const mtkscan_part *part = &recorder->parts[i];
        if (part->offset != file->offset)
            continue;
        assert_string_equal(part->file, file->name);
        assert_int_equal(part->length, file->size);
        assert_int_equal(part->load_addr, file->info.load_addr);
        return;
    }
    fail_msg("no part at the place of %s", file->name);
}

/* What a sound kit may be told of: images beyond the usual ones, and anti-clone records. */
static bool is_known(const char *code)
{
    return strcmp(code, "MTK-S005") == 0 || strcmp(code, "MTK-S003") == 0;
}

static void expect_sound(const struct recorder *recorder, const char *name)
{
    for (unsigned i = 0; i < recorder->check_count; i++) {
        const mtkscan_check *check = &recorder->checks[i];
        if (!recorder_check_holds(recorder, check))
            fail_msg("%s: %s (%s) does not hold", name, check->id, check->text);
        assert_true(strlen(check->text) <= 60);
    }
    for (unsigned i = 0; i < recorder->notice_count; i++)
        if (!is_known(recorder->notices[i].code))
            fail_msg("%s: %s %s", name, recorder->notices[i].code, recorder->notices[i].detail);
}

static void test_kits(void **state)
{
    (void)state;
    static const char *const codes[] = {"MTK-D001", "MTK-D002", "MTK-D007", "MTK-E001",
                                        "MTK-E002", "MTK-E003", "MTK-E004", "MTK-E005",
                                        "MTK-E006", "MTK-E008", "MTK-E009", "MTK-E010"};
    if (!need_corpus())
        skip();
    for (size_t i = 0; i < KITS; i++) {
        struct kit kit = kit_open(kits[i]);
        struct recorder *recorder = layout(kit.dump, CAPACITY);
        assert_int_equal(recorder->part_count, kit.count);
        for (unsigned k = 0; k < kit.count; k++)
            expect_part(recorder, &kit.files[k]);
        expect_sound(recorder, kits[i]);
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
            unsigned failing;
            if (recorder_checks(recorder, codes[k], &failing) == 0)
                fail_msg("%s: no check of %s", kits[i], codes[k]);
        }
        recorder_free(recorder);
        kit_close(&kit);
    }
}

/* Whole kits stored in the file system, as an update leaves them, change nothing. */
static void test_kits_with_stored_kits(void **state)
{
    (void)state;
    if (!need_corpus())
        skip();
    for (size_t i = 0; i < KITS; i++) {
        struct kit kit = kit_open(kits[i]), other = kit_open(kits[(i + 1) % KITS]);
        struct recorder *recorder = layout(kit.dump, CAPACITY);
        uint64_t at = 0, end = 0;
        for (unsigned k = 0; k < recorder->range_count; k++)
            if (strcmp(recorder->ranges[k].name, "FAT") == 0) {
                at = recorder->ranges[k].offset;
                end = at + recorder->ranges[k].length;
            }
        recorder_free(recorder);
        for (unsigned k = 0; k < other.count; k++, at += 0x1000)
            memcpy(kit.dump + at, other.files[k].bytes, 0x60);
        assert_true(at < end);
        recorder = layout(kit.dump, CAPACITY);
        assert_int_equal(recorder->part_count, kit.count);
        for (unsigned k = 0; k < kit.count; k++)
            expect_part(recorder, &kit.files[k]);
        assert_int_equal(recorder_notices(recorder, "MTK-G007"), other.count);
        assert_int_equal(recorder_notices(recorder, "MTK-G004"), 0);
        recorder_free(recorder);
        kit_close(&kit);
        kit_close(&other);
    }
}

/* A loader of another device, sound in itself: it starts a ROM where there is none. */
static void test_foreign_loader(void **state)
{
    (void)state;
    if (!need_corpus())
        skip();
    struct kit kit = kit_open("sim868m32_1418B05"), other = kit_open("sim800c32_1418B04");
    const struct kit_file *foreign = file_of(&other, MTKSCAN_FILE_EXT_BL);
    const struct kit_file *own = file_of(&kit, MTKSCAN_FILE_EXT_BL);
    memset(kit.dump + own->offset, 0xFF, own->size);
    file_put(&kit, foreign);
    descriptor_put(kit.dump + 0x228, MTKSCAN_FILE_EXT_BL, (uint32_t)foreign->offset, 0xA000, 0);
    struct recorder *recorder = layout(kit.dump, CAPACITY);
    unsigned failing;
    assert_int_equal(recorder_part_of(recorder, "EXT_BOOTLOADER")->offset, foreign->offset);
    assert_int_equal(recorder_checks(recorder, "MTK-E001", &failing), 1);
    assert_int_equal(failing, 1);
    assert_false(recorder_fails(recorder, "MTK-D001"));
    recorder_free(recorder);
    kit_close(&kit);
    kit_close(&other);
}

/* One flipped bit of a loader's header is never overlooked (FORMAT.md 2.3: all of it is hashed). */
static void test_flipped_header_bits(void **state)
{
    (void)state;
    if (!need_corpus())
        skip();
    struct kit kit = kit_open("sim800c24_1418B04");
    static const uint32_t types[] = {MTKSCAN_FILE_BL, MTKSCAN_FILE_EXT_BL};
    for (size_t t = 0; t < 2; t++) {
        const struct kit_file *file = file_of(&kit, types[t]);
        for (uint32_t bit = 8 * 0x18; bit < 8 * 0x38; bit++) {
            uint8_t *byte = kit.dump + file->offset + bit / 8;
            *byte ^= (uint8_t)(1u << bit % 8);
            struct recorder *recorder = layout(kit.dump, 0x300000);
            if (!recorder_fails(recorder, "MTK-D001") && !recorder_notices(recorder, "MTK-G004") &&
                !recorder_notices(recorder, "MTK-B003") && !recorder_notices(recorder, "MTK-G002"))
                fail_msg("bit %u of file type %u", bit, types[t]);
            recorder_free(recorder);
            *byte ^= (uint8_t)(1u << bit % 8);
        }
    }
    kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kits),
        cmocka_unit_test(test_kits_with_stored_kits),
        cmocka_unit_test(test_foreign_loader),
        cmocka_unit_test(test_flipped_header_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
