/* SPDX-License-Identifier: MIT */
/* Any bytes under the SDK's readers and all bundled modules. */
#include "fuzz.h"

#include "mtkscan/boot.h"
#include "mtkscan/gfh.h"
#include "mtkscan/identity.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/records.h"
#include "mtkscan/viva.h"

#define MODULE(entry) extern const mtkscan_plugin entry;
#include "modules.inc"
#undef MODULE

static const mtkscan_plugin *const modules[] = {
#define MODULE(entry) &(entry),
#include "modules.inc"
#undef MODULE
};

static void read_records(const mtkscan_host *host, uint64_t start, const mtkscan_file_info *info)
{
    mtkscan_gfh_record record = {.offset = start};
    for (unsigned steps = 0;
         mtkscan_gfh_next(host, start, start + info->content_offset, &record) > 0; steps++) {
        PROMISE(steps < 0x20000);
        static mtkscan_id_list list;
        mtkscan_maui_info maui;
        mtkscan_flash_info flash;
        mtkscan_emi_list emi;
        mtkscan_nor_entry nor;
        mtkscan_maui_info_read(host, &record, &maui);
        mtkscan_flash_info_read(host, &record, &flash);
        mtkscan_emi_list_read(host, &record, &emi);
        if (mtkscan_id_list_read(host, &record, &list))
            PROMISE(list.count >= 1 && list.count <= MTKSCAN_IDS_MAX);
        uint32_t count = mtkscan_nor_info_count(host, &record);
        for (uint32_t i = 0; i < count; i++)
            mtkscan_nor_info_entry(host, &record, i, &nor);
    }
}

static void read_files(const mtkscan_host *host)
{
    uint64_t offset = 0;
    mtkscan_file_info info;
    for (; mtkscan_gfh_scan(host, &offset, &info); offset++) {
        mtkscan_viva viva;
        read_records(host, offset, &info);
        if (mtkscan_viva_read(host, offset, info.file_len, &info, &viva)) {
            for (uint32_t i = 0; i < viva.count; i++) {
                mtkscan_alice_header alice;
                mtkscan_zimage_header zimage;
                const mtkscan_viva_component *part = &viva.components[i];
                mtkscan_alice_read(host, part->offset, part->length, part->address, &alice);
                mtkscan_zimage_read(host, part->offset, part->length, &zimage);
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, bytes, size, NULL, NULL);
    static mtkscan_identity identity;
    mtkscan_boot_header boot;
    mtkscan_alice_exec exec;
    mtkscan_id_copy copy;
    mtkscan_accessor accessors[4];
    mtkscan_boot_read(&memory.host, &boot);
    read_files(&memory.host);
    mtkscan_identity_find(&memory.host, &identity);
    mtkscan_alice_exec_find(&memory.host, 0, size, &exec);
    mtkscan_id_copy_find(&memory.host, 0, size, &copy);
    mtkscan_accessors_find(&memory.host, 0, size, accessors, 4);
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        PROMISE(modules[i]->claim(&memory.host) == MTKSCAN_OK);
        PROMISE(modules[i]->layout(&memory.host) == MTKSCAN_OK);
        PROMISE(modules[i]->flash_ids(&memory.host) == MTKSCAN_OK);
    }
    mtkscan_memory_host_free(&memory);
    return 0;
}
