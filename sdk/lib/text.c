/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

#include "mtkscan/bytes.h"

void mtks_text_read(const mtkscan_host *host, uint64_t offset, uint64_t room,
                    mtkscan_found_text *found)
{
    memset(found, 0, sizeof *found);
    found->offset = offset;
    uint64_t size = host->size(host);
    if (offset >= size)
        return;
    uint64_t most = room < sizeof found->text - 1 ? room : sizeof found->text - 1;
    if (most > size - offset)
        most = size - offset;
    const uint8_t *bytes = host->span(host, offset, most);
    if (!bytes)
        return;
    while (found->length < most && mtks_printable(bytes[found->length]))
        found->length++;
    memcpy(found->text, bytes, found->length);
}
