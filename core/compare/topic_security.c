/* SPDX-License-Identifier: MIT */
/* Keys and signatures: a secured device takes nothing else than its maker's (FORMAT.md 2.1). */
#include <string.h>

#include "case.h"

/* Signature types from here on need a key; below is none, or a plain hash. */
#define SIGNED 2u

static const uint32_t loader_records[] = {MTKSCAN_GFH_BL_SEC_KEY, MTKSCAN_GFH_BOOT_CERT};
static const uint32_t rom_records[] = {MTKSCAN_GFH_MAUI_SEC, 0x0202, 0x0203, 0x0204,
                                       MTKSCAN_GFH_BOOT_CERT};

/* The part that is compared, and what makes it a secured one. */
static const struct {
    uint32_t file_type;
    const char *name;
    const uint32_t *records;
    size_t count;
    const char *tool; /* without it on a device that is secured */
} rows[] = {
    {MTKSCAN_FILE_BL, "the internal loader", loader_records,
     sizeof loader_records / sizeof *loader_records, "5053"},
    {MTKSCAN_FILE_ROM, "ROM", rom_records, sizeof rom_records / sizeof *rom_records, "5046"},
};

/* Whether a part is secured; the record that says so, or its header. */
static bool is_secured(const struct mtks_seen *seen, const struct mtks_seen_part *part, size_t row,
                       mtkscan_gfh_record *record)
{
    for (size_t i = 0; i < rows[row].count; i++)
        if (mtks_seen_record(seen, part, rows[row].records[i], record))
            return true;
    *record = (mtkscan_gfh_record){.offset = part->part ? part->part->offset : MTKSCAN_NO_OFFSET};
    return part->has_info && part->info.sig_type >= SIGNED;
}

static const struct mtks_seen_part *part_of(const struct mtks_seen *seen, size_t row)
{
    return rows[row].file_type == MTKSCAN_FILE_BL ? &seen->bl : &seen->rom;
}

/* Both are secured: the key in the loader has to be the same. */
static void compare_keys(struct mtks_case *self, struct mtks_value device,
                         struct mtks_value firmware)
{
    mtkscan_gfh_record ours, theirs;
    const bool known =
        mtks_seen_record(self->device, &self->device->bl, MTKSCAN_GFH_BL_SEC_KEY, &ours) &&
        mtks_seen_record(self->firmware, &self->firmware->bl, MTKSCAN_GFH_BL_SEC_KEY, &theirs);
    if (!known)
        mtks_case_add(self, "MTK-M019", MTKS_REASON_UNKNOWN,
                      "both sides are secured, and whether with one key is not known", device,
                      firmware, NULL);
    else if (mtks_seen_same(self->device, &ours, self->firmware, &theirs))
        mtks_case_add(self, "MTK-M019", MTKS_REASON_AGREES, "both sides are secured with one key",
                      device, firmware, NULL);
    else
        mtks_case_add(self, "MTK-M019", MTKS_REASON_STOP,
                      "both sides are secured, but with other keys", device, firmware, NULL);
}

void mtks_topic_security(struct mtks_case *self)
{
    bool agree = true, secured = false;
    struct mtks_value where[2] = {{NULL, MTKSCAN_NO_OFFSET}, {NULL, MTKSCAN_NO_OFFSET}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct mtks_seen_part *ours = part_of(self->device, i);
        const struct mtks_seen_part *theirs = part_of(self->firmware, i);
        mtkscan_gfh_record a, b;
        if (!ours->part || !theirs->part)
            continue;
        const bool left = is_secured(self->device, ours, i, &a);
        const bool right = is_secured(self->firmware, theirs, i, &b);
        const struct mtks_value device = {left ? "secured" : "not secured", a.offset};
        const struct mtks_value firmware = {right ? "secured" : "not secured", b.offset};
        if (left && !right)
            mtks_case_add(
                self, "MTK-M018", MTKS_REASON_STOP,
                mtks_case_text(self, "%s is not secured, and the device is", rows[i].name), device,
                firmware, rows[i].tool);
        else if (right && !left)
            mtks_case_add(
                self, "MTK-M019", MTKS_REASON_RISK,
                mtks_case_text(self, "%s is secured, and the device is not", rows[i].name), device,
                firmware, NULL);
        agree = agree && left == right;
        secured = secured || (left && right);
        where[0] = device;
        where[1] = firmware;
    }
    if (secured)
        compare_keys(self, where[0], where[1]);
    else if (agree && where[0].text)
        mtks_case_add(self, "MTK-M018", MTKS_REASON_AGREES, "neither side is secured", where[0],
                      where[1], NULL);
}

/* SHA-1 of a certificate, as its value. */
static struct mtks_value cert_value(struct mtks_case *self, const struct mtks_seen *seen)
{
    const struct mtks_part *part = seen->cert.part;
    char hex[41];
    if (!part || !mtks_dump_span(seen->dump, part->offset, part->length))
        return mtks_value_of(part ? "cut off" : "none");
    mtks_sha1_hex(seen->dump->bytes + part->offset, part->length, hex);
    return mtks_value_at(mtks_case_text(self, "SHA-1 %s", hex), part->offset);
}

void mtks_topic_root_cert(struct mtks_case *self)
{
    const bool ours = self->device->cert.part, theirs = self->firmware->cert.part;
    const struct mtks_value device = cert_value(self, self->device);
    const struct mtks_value firmware = cert_value(self, self->firmware);
    if (self->failed || (!ours && !theirs))
        return;
    if (!theirs)
        mtks_case_add(self, "MTK-M020", MTKS_REASON_STOP,
                      "the device has a root certificate, the firmware brings none", device,
                      firmware, "5094");
    else if (!ours)
        mtks_case_add(self, "MTK-M020", MTKS_REASON_RISK,
                      "the firmware brings a root certificate, the device has none", device,
                      firmware, NULL);
    else if (strcmp(device.text, firmware.text) == 0 && strcmp(device.text, "cut off") != 0)
        mtks_case_add(self, "MTK-M020", MTKS_REASON_AGREES, "both have the same root certificate",
                      device, firmware, NULL);
    else
        mtks_case_add(self, "MTK-M020", MTKS_REASON_STOP,
                      "the firmware's root certificate is another than the device's", device,
                      firmware, "5094");
}

void mtks_topic_encryption(struct mtks_case *self)
{
    const bool ours = self->device->analysis->packing.kind == MTKS_PACKING_CRYPTED;
    const bool theirs = self->firmware->analysis->packing.kind == MTKS_PACKING_CRYPTED;
    const struct mtks_value device =
        mtks_value_of(mtks_packing_name(self->device->analysis->packing.kind));
    const struct mtks_value firmware =
        mtks_value_of(mtks_packing_name(self->firmware->analysis->packing.kind));
    if (theirs && ours)
        mtks_case_add(self, "MTK-M021", self->same_family ? MTKS_REASON_NOTE : MTKS_REASON_UNKNOWN,
                      "ROM of both sides is encrypted, and whether for one chip is not known",
                      device, firmware, self->same_family ? NULL : "5093/5123");
    else if (theirs)
        mtks_case_add(self, "MTK-M021", MTKS_REASON_STOP,
                      "the firmware's ROM is encrypted, the device's is not", device, firmware,
                      "5093/5123");
    else if (ours)
        mtks_case_add(self, "MTK-M021", MTKS_REASON_STOP,
                      "the device's ROM is encrypted, the firmware's is not", device, firmware,
                      "5093/5123");
}

/* Records that let firmware bind itself to one chip; what they do is not known (FORMAT.md 2.2). */
void mtks_topic_anti_clone(struct mtks_case *self)
{
    mtkscan_gfh_record ours, theirs;
    if (!mtks_seen_record(self->firmware, &self->firmware->bl, MTKSCAN_GFH_ANTI_CLONE, &theirs))
        return;
    const bool known =
        mtks_seen_record(self->device, &self->device->bl, MTKSCAN_GFH_ANTI_CLONE, &ours);
    mtks_case_add(self, "MTK-M022", self->same_family ? MTKS_REASON_NOTE : MTKS_REASON_RISK,
                  self->same_family
                      ? "the firmware can bind itself to one chip; it is of the device's own kind"
                      : "the firmware can bind itself to one chip, and is of another kind",
                  mtks_value_at(known ? "has the record, too" : "has no such record",
                                known ? ours.offset : MTKSCAN_NO_OFFSET),
                  mtks_value_at("has the record", theirs.offset), NULL);
}
