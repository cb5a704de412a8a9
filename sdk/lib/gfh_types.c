/* SPDX-License-Identifier: MIT */
/* The file types of FORMAT.md 2.1, under the names that vendor kits and reports use. */
#include "mtkscan/gfh.h"

#define BOOT    MTKSCAN_REGION_BOOT
#define CONTROL MTKSCAN_REGION_CONTROL
#define MAIN    MTKSCAN_REGION_MAIN
#define FILES   MTKSCAN_REGION_FILES

static const mtkscan_file_type file_types[] = {
    {0x0001, "INT_BOOTLOADER", BOOT, true},
    {0x0002, "EXT_BOOTLOADER", BOOT, true},
    {0x0003, "DSP_BL", BOOT, false},
    {0x0004, "SCTRL_CERT", BOOT, false},
    {0x0005, "TOOL_AUTH", BOOT, false},
    {0x0007, "EPP", BOOT, false},
    {0x000A, "ROOT_CERT", BOOT, false},
    {0x000B, "AP_BL", BOOT, false},
    {0x0100, "ROM", MAIN, true},
    {0x0101, "SECONDARY_MAUI", MAIN, false},
    {0x0102, "ON_DEMAND_PAGING", MAIN, false},
    {0x0103, "COREAPI", MAIN, false}, /* THIRD_ROM in the enum */
    {0x0104, "DSP_ROM", MAIN, false},
    {0x0105, "CACHED_DSP_ROM", MAIN, false},
    {0x0106, "PRIMARY_FACTORY_BIN", MAIN, false},
    {0x0107, "SECONDARY_FACTORY_BIN", MAIN, false},
    {0x0108, "VIVA", MAIN, true},
    {0x0109, "LTE_DSP_ROM", MAIN, false},
    {0x0180, "CUSTOM_PACK", MAIN, false},
    {0x0181, "LANGUAGE_PACK", MAIN, false},
    {0x0182, "JUMP_TABLE", MAIN, false},
    {0x0200, "FOTA_UE", MAIN, false},
    {0x0201, "EXT_BOOTLOADER_BACKUP", BOOT, false},
    {0x0300, "SECURE_RO_S", CONTROL, false},
    {0x0301, "SECURE_RO_ME", CONTROL, false},
    {0x0400, "CARD_DOWNLOAD_PACKAGE", MAIN, false},
    {0x0401, "CONFIDENTIAL_BINARY", MAIN, false},
    {0x0480, "FILE_SYSTEM", FILES, false},
    {0x0500, "BOOT_CERT_CTRL", MAIN, false},
    {0x7000, "CUSTOMER_BIN1", MAIN, false},
    {0x7001, "app", MAIN, false}, /* CUSTOMER_BIN2 in the enum */
    {0x7002, "CUSTOMER_BIN3", MAIN, false},
};

const mtkscan_file_type *mtkscan_gfh_file_type(uint32_t type)
{
    for (size_t i = 0; i < sizeof file_types / sizeof *file_types; i++)
        if (file_types[i].type == type)
            return &file_types[i];
    return NULL;
}
