/* SPDX-License-Identifier: MIT */
#include "mtkscan/gfh.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define RECORD_HEAD      8u
#define FILE_INFO_LEAST  0x38u
#define IDENTIFIER       "FILE_INFO" /* compared with its NUL; bytes behind it vary (FORMAT.md 2.2) */
#define IDENTIFIER_PLACE 8u

/* The 8 bytes that open every record (FORMAT.md 2.1). */
struct record_head {
    uint32_t version, size, type;
};

static bool head_parse(const uint8_t *bytes, struct record_head *head)
{
    if (memcmp(bytes, "MMM", 3) != 0)
        return false;
    head->version = bytes[3];
    head->size = mtkscan_le16(bytes + 4);
    head->type = mtkscan_le16(bytes + 6);
    return head->size >= RECORD_HEAD;
}

bool mtkscan_file_info_parse(const uint8_t *bytes, uint64_t length, mtkscan_file_info *info)
{
    struct record_head head;
    memset(info, 0, sizeof *info);
    if (length < FILE_INFO_LEAST || !head_parse(bytes, &head) ||
        head.type != MTKSCAN_GFH_FILE_INFO || head.size < FILE_INFO_LEAST ||
        memcmp(bytes + IDENTIFIER_PLACE, IDENTIFIER, sizeof IDENTIFIER) != 0)
        return false;
    *info = (mtkscan_file_info){
        .record_size = head.size,
        .file_ver = mtkscan_le32(bytes + 0x14),
        .file_type = mtkscan_le16(bytes + 0x18),
        .flash_dev = bytes[0x1A],
        .sig_type = bytes[0x1B],
        .load_addr = mtkscan_le32(bytes + 0x1C),
        .file_len = mtkscan_le32(bytes + 0x20),
        .max_size = mtkscan_le32(bytes + 0x24),
        .content_offset = mtkscan_le32(bytes + 0x28),
        .sig_len = mtkscan_le32(bytes + 0x2C),
        .jump_offset = mtkscan_le32(bytes + 0x30),
        .attr = mtkscan_le32(bytes + 0x34),
    };
    return true;
}

int mtkscan_gfh_next(const mtkscan_host *host, uint64_t start, uint64_t end,
                     mtkscan_gfh_record *record)
{
    uint64_t at;
    uint64_t whole = host->size(host) < end ? host->size(host) : end;
    bool forward = mtkscan_add(record->offset, record->size, &at) && at >= start;
    uint8_t bytes[RECORD_HEAD];
    struct record_head head;

    if (forward && at == end)
        return 0;
    if (!forward || !mtkscan_inside(at, RECORD_HEAD, whole) ||
        host->read(host, at, bytes, sizeof bytes) != MTKSCAN_OK || !head_parse(bytes, &head) ||
        !mtkscan_inside(at, head.size, whole)) {
        *record = (mtkscan_gfh_record){.offset = forward ? at : record->offset};
        return -1;
    }
    *record = (mtkscan_gfh_record){
        .type = head.type, .version = head.version, .offset = at, .size = head.size};
    return 1;
}

bool mtkscan_gfh_find(const mtkscan_host *host, uint64_t start, uint64_t end, uint32_t type,
                      mtkscan_gfh_record *record)
{
    *record = (mtkscan_gfh_record){.offset = start};
    while (mtkscan_gfh_next(host, start, end, record) == 1)
        if (record->type == type)
            return true;
    return false;
}

bool mtkscan_gfh_scan(const mtkscan_host *host, uint64_t *offset, mtkscan_file_info *info)
{
    uint64_t size = host->size(host), from, at;
    if (!mtkscan_add(*offset, IDENTIFIER_PLACE, &from))
        return false;
    for (; host->find(host, from, size, IDENTIFIER, sizeof IDENTIFIER, &at) == MTKSCAN_OK;
         from = at + 1) {
        if (host->cancelled(host))
            return false;
        const uint8_t *bytes = host->span(host, at - IDENTIFIER_PLACE, FILE_INFO_LEAST);
        if (bytes && mtkscan_file_info_parse(bytes, FILE_INFO_LEAST, info)) {
            *offset = at - IDENTIFIER_PLACE;
            return true;
        }
    }
    return false;
}

bool mtkscan_flash_offset(uint32_t address, uint64_t *offset)
{
    /* Bank 9 is the same flash: ALICE and customer files run there (FORMAT.md 1.1). */
    if (address >> 28 != 1 && address >> 28 != 9)
        return false;
    *offset = address & (MTKSCAN_FLASH_WINDOW - 1);
    return true;
}
