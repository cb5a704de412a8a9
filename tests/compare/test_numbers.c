/* SPDX-License-Identifier: MIT */
/*
 * Each error number of the flashing tool that a comparison can foretell (PEERS.md 4b): the
 * condition is made, and that number comes, and no other. 5096, 5097 of a .cfg and 5011 are in
 * test_preflight; 6012 is a dump of one value, which no module takes (MTK-Q001).
 */
#include "mtkscan/records.h"
#include "pair.h"

#define CHAIN_STEPS 16u

static const mtkscan_fixture_part *part_of(const struct test_dump *dump, const char *name)
{
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&dump->truth, name);
    assert_non_null(part);
    return part;
}

/* The record of a type in a part, found by walking its chain by hand. */
static uint8_t *record_of(const struct test_dump *dump, const char *name, uint32_t type)
{
    uint8_t *at = dump->bytes + part_of(dump, name)->offset;
    for (size_t i = 0; i < CHAIN_STEPS && memcmp(at, "MMM", 3) == 0; i++) {
        if (mtkscan_le16(at + 6) == type)
            return at;
        at += mtkscan_le16(at + 4);
    }
    fail_msg("no record 0x%04X in %s", type, name);
    return NULL;
}

static void seal(struct test_dump *dump, const char *name)
{
    mtkscan_fixture_seal(dump->bytes, part_of(dump, name));
}

static void wipe(struct test_dump *dump, const char *name)
{
    const mtkscan_fixture_part *part = part_of(dump, name);
    memset(dump->bytes + part->offset, 0xFF, part->length);
}

/* EXT_BOOTLOADER's copy of ROM's flash list. */
static uint8_t *list_copy(const struct test_dump *dump)
{
    const mtkscan_fixture_part *ext = part_of(dump, "EXT_BOOTLOADER");
    const uint8_t *list = record_of(dump, "ROM", MTKSCAN_GFH_CMEM_ID_INFO);
    for (uint64_t i = 0; i + 8 < ext->length; i += 4)
        if (memcmp(dump->bytes + ext->offset + i, list, 8) == 0)
            return dump->bytes + ext->offset + i;
    fail_msg("no copy of the flash list");
    return NULL;
}

static void other_flash_type(struct test_dump *dump)
{
    record_of(dump, "ROM", MTKSCAN_GFH_CMEM_ID_INFO)[MTKSCAN_ID_LIST_ENTRIES] = 5;
    list_copy(dump)[MTKSCAN_ID_LIST_ENTRIES] = 5;
    seal(dump, "EXT_BOOTLOADER");
}

static void other_ram(struct test_dump *dump)
{
    record_of(dump, "INT_BOOTLOADER", MTKSCAN_GFH_EMI_LIST)[0x1C] ^= 1;
    seal(dump, "INT_BOOTLOADER");
}

/* op_ver of LPDDR2 (FORMAT.md 2.2). */
static void other_kind_of_ram(struct test_dump *dump)
{
    record_of(dump, "INT_BOOTLOADER", MTKSCAN_GFH_EMI_LIST)[0x0C] = 0x11;
    seal(dump, "INT_BOOTLOADER");
}

static void other_pair_version(struct test_dump *dump)
{
    mtkscan_put_le32(record_of(dump, "EXT_BOOTLOADER", MTKSCAN_GFH_ARM_BL_INFO) + 8, 2);
    seal(dump, "EXT_BOOTLOADER");
}

static void other_features(struct test_dump *dump)
{
    mtkscan_put_le32(record_of(dump, "EXT_BOOTLOADER", MTKSCAN_GFH_ARM_BL_INFO) + 12, 0x1560);
    seal(dump, "EXT_BOOTLOADER");
}

static void no_loaders(struct test_dump *dump)
{
    wipe(dump, "INT_BOOTLOADER");
    wipe(dump, "EXT_BOOTLOADER");
}

static void no_second_loader(struct test_dump *dump)
{
    wipe(dump, "EXT_BOOTLOADER");
}

static void no_list_in_loader(struct test_dump *dump)
{
    memset(list_copy(dump), 0, 8);
    seal(dump, "EXT_BOOTLOADER");
}

static void rom_without_signature(struct test_dump *dump)
{
    mtkscan_put_le16(record_of(dump, "ROM", MTKSCAN_GFH_MAUI_SEC) + 6, 0x0210);
}

static void loader_without_signature(struct test_dump *dump)
{
    mtkscan_put_le16(record_of(dump, "INT_BOOTLOADER", MTKSCAN_GFH_BL_SEC_KEY) + 6, 0x0210);
    seal(dump, "INT_BOOTLOADER");
}

static void other_cert(struct test_dump *dump)
{
    dump->bytes[part_of(dump, "ROOT_CERT")->offset + 0x80] ^= 1;
}

static void bad_loader(struct test_dump *dump)
{
    dump->bytes[part_of(dump, "INT_BOOTLOADER")->offset + 0x400] ^= 1;
}

static void too_long(struct test_dump *dump)
{
    uint8_t *viva = dump->bytes + part_of(dump, "VIVA")->offset;
    mtkscan_put_le32(viva + 0x24, mtkscan_le32(viva + 0x20) - 4);
}

/* Code as noise: no structure where the header says that there is code. */
static void encrypted(struct test_dump *dump)
{
    const mtkscan_fixture_part *rom = part_of(dump, "ROM");
    const uint64_t from = mtkscan_le32(dump->bytes + rom->offset + 0x28);
    uint64_t noise = 1;
    for (uint64_t i = from; i < rom->length - 8; i++) {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        dump->bytes[rom->offset + i] = (uint8_t)noise;
    }
}

/* ---- what each case makes of the pair */

static void set_other_chip(struct pair_side *device, struct pair_side *firmware)
{
    const mtkscan_fixture ours = device->fixture;
    *firmware = pair_preset("MT2502");
    firmware->fixture.project = ours.project;
    firmware->fixture.hw_version = ours.hw_version;
    firmware->fixture.fat_begin = ours.fat_begin;
    firmware->fixture.fat_length = ours.fat_length;
    firmware->fixture.sds_begin = firmware->fixture.sds_length = 0;
}

static void set_other_ids(struct pair_side *device, struct pair_side *firmware)
{
    (void)device;
    memcpy(firmware->fixture.ids, "\xC8\x60\x16\x1C\x38\x16", 6);
}

static void set_one_id_less(struct pair_side *device, struct pair_side *firmware)
{
    (void)device;
    firmware->fixture.id_count = 1;
}

static void set_larger(struct pair_side *device, struct pair_side *firmware)
{
    (void)device;
    firmware->fixture.capacity = 0x800000;
    firmware->fixture.fat_begin = 0x600000;
}

static void set_fat_moved(struct pair_side *device, struct pair_side *firmware)
{
    (void)device;
    firmware->fixture.fat_begin += 0x10000;
    firmware->fixture.fat_length -= 0x10000;
}

static void set_rom_elsewhere(struct pair_side *device, struct pair_side *firmware)
{
    (void)device;
    firmware->fixture.rom_offset = 0x14000;
}

static void pair_of_version_two(struct test_dump *dump)
{
    static const char *const loaders[] = {"INT_BOOTLOADER", "EXT_BOOTLOADER"};
    for (size_t i = 0; i < 2; i++) {
        mtkscan_put_le32(record_of(dump, loaders[i], MTKSCAN_GFH_ARM_BL_INFO) + 8, 2);
        seal(dump, loaders[i]);
    }
}

static void set_newer_device(struct pair_side *device, struct pair_side *firmware)
{
    (void)firmware;
    device->edit = pair_of_version_two;
}

static void set_secured(struct pair_side *device, struct pair_side *firmware)
{
    device->fixture.flags |= MTKSCAN_FIXTURE_SECURED;
    firmware->fixture.flags |= MTKSCAN_FIXTURE_SECURED;
}

static void set_no_cert(struct pair_side *device, struct pair_side *firmware)
{
    (void)firmware;
    device->fixture.flags |= MTKSCAN_FIXTURE_ROOT_CERT;
}

static void set_certs(struct pair_side *device, struct pair_side *firmware)
{
    device->fixture.flags |= MTKSCAN_FIXTURE_ROOT_CERT;
    firmware->fixture.flags |= MTKSCAN_FIXTURE_ROOT_CERT;
}

static void set_no_rom(struct pair_side *device, struct pair_side *firmware)
{
    *device = pair_preset("MT6260");
    *firmware = *device;
    firmware->fixture.flags |= MTKSCAN_FIXTURE_NO_ROM;
}

static void set_other_project(struct pair_side *device, struct pair_side *firmware)
{
    (void)device;
    firmware->fixture.project = "OTHER61_11C";
}

static const struct {
    const char *name, *numbers;
    void (*set)(struct pair_side *device, struct pair_side *firmware);
    void (*edit)(struct test_dump *firmware);
    const char *target; /* flash ID in bytes */
    enum mtks_fit verdict;
} cases[] = {
    {"another chip", "5107", set_other_chip, NULL, NULL, MTKS_DO_NOT_FLASH},
    {"another flash type", "5116", NULL, other_flash_type, NULL, MTKS_DO_NOT_FLASH},
    {"no flash ID in common", "5095/3207", set_other_ids, NULL, NULL, MTKS_DO_NOT_FLASH},
    {"one flash ID in common", "5095/3207", set_one_id_less, NULL, NULL, MTKS_RISKY},
    {"the real flash ID is not listed", "5095/3207", set_one_id_less, NULL, "\xEF\x60\x16",
     MTKS_DO_NOT_FLASH},
    {"the real flash ID is listed", "", set_one_id_less, NULL, "\xC2\x25\x36", MTKS_FITS},
    {"file system behind the flash", "5105 5077/4056", set_larger, NULL, NULL, MTKS_DO_NOT_FLASH},
    {"file system moved", "5077/4056", set_fat_moved, NULL, NULL, MTKS_RISKY},
    {"other RAM settings", "5097", NULL, other_ram, NULL, MTKS_RISKY},
    {"another kind of RAM", "5097", NULL, other_kind_of_ram, NULL, MTKS_DO_NOT_FLASH},
    {"pair version", "5099/3197", NULL, other_pair_version, NULL, MTKS_DO_NOT_FLASH},
    {"features", "5100", NULL, other_features, NULL, MTKS_RISKY},
    {"ROM alone, for another place", "3197", set_rom_elsewhere, no_loaders, NULL,
     MTKS_DO_NOT_FLASH},
    {"ROM alone, of another version", "3197", set_newer_device, no_loaders, NULL,
     MTKS_DO_NOT_FLASH},
    {"whole kit of another version", "", set_newer_device, NULL, NULL, MTKS_FITS},
    {"no header of the second loader", "3204", NULL, no_second_loader, NULL, MTKS_DO_NOT_FLASH},
    {"no flash list in the second loader", "3206", NULL, no_list_in_loader, NULL,
     MTKS_DO_NOT_FLASH},
    {"ROM without signature", "5046", set_secured, rom_without_signature, NULL, MTKS_DO_NOT_FLASH},
    {"loader without signature", "5053", set_secured, loader_without_signature, NULL,
     MTKS_DO_NOT_FLASH},
    {"signed with one key", "", set_secured, NULL, NULL, MTKS_FITS},
    {"root certificate left out", "5094", set_no_cert, NULL, NULL, MTKS_DO_NOT_FLASH},
    {"foreign root certificate", "5094", set_certs, other_cert, NULL, MTKS_DO_NOT_FLASH},
    {"the same root certificate", "", set_certs, NULL, NULL, MTKS_FITS},
    {"encrypted ROM", "5093/5123", NULL, encrypted, NULL, MTKS_DO_NOT_FLASH},
    {"damaged internal loader", "5028", NULL, bad_loader, NULL, MTKS_DO_NOT_FLASH},
    {"no ROM", "5078", set_no_rom, NULL, NULL, MTKS_DO_NOT_FLASH},
    {"another project", "5122/5126/5127", set_other_project, NULL, NULL, MTKS_RISKY},
    {"longer than its maximum", "3224", NULL, too_long, NULL, MTKS_DO_NOT_FLASH},
    {"the same firmware", "", NULL, NULL, NULL, MTKS_FITS},
};

static void each_number_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pair_side device = pair_preset("MT6261"), firmware = device;
        struct mtks_compare_options options = {(const uint8_t *)cases[i].target,
                                               cases[i].target ? 3 : 0};
        char numbers[100];
        firmware.fixture.build_time = "2022/02/02 02:02"; /* another build: it may differ */
        if (cases[i].set)
            cases[i].set(&device, &firmware);
        firmware.edit = cases[i].edit;
        pair_compare(&device, &firmware, &options);
        pair_numbers(numbers, sizeof numbers);
        print_message("%-36s %-14s %s\n", cases[i].name, numbers,
                      mtks_fit_name(pair_comparison.verdict));
        if (strcmp(numbers, cases[i].numbers) != 0 || pair_comparison.verdict != cases[i].verdict) {
            pair_print();
            fail_msg("%s: wanted %s and %s", cases[i].name, cases[i].numbers,
                     mtks_fit_name(cases[i].verdict));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_number_alone, pair_open, pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
