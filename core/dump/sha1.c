/* SPDX-License-Identifier: MIT */
#include <nettle/sha1.h>
#include <stddef.h>

#include "dump.h"

void mtks_sha1_raw(const uint8_t *bytes, uint64_t length, uint8_t digest[20])
{
    struct sha1_ctx ctx;
    sha1_init(&ctx);
    sha1_update(&ctx, (size_t)length, bytes);
    sha1_digest(&ctx, SHA1_DIGEST_SIZE, digest);
}

void mtks_hex(const uint8_t *bytes, size_t count, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[2 * count] = 0;
}

void mtks_sha1_hex(const uint8_t *bytes, uint64_t length, char hex[41])
{
    uint8_t digest[SHA1_DIGEST_SIZE];
    mtks_sha1_raw(bytes, length, digest);
    mtks_hex(digest, sizeof digest, hex);
}
