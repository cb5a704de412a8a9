/* SPDX-License-Identifier: MIT */
/*
 * The read-only view of a dump. The bytes are copied into memory once, so that what was verified is
 * what is written, whatever happens to the file meanwhile. [thread: const after opening, shared]
 */
#ifndef MTKSCAN_DUMP_DUMP_H
#define MTKSCAN_DUMP_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "../model/error.h"
#include "../model/progress.h"
#include "hashing.h"

struct mtks_dump {
    const uint8_t *bytes;
    uint64_t size;
    uint64_t mapped; /* bytes of the mapping behind `bytes` */
};

/*
 * Reads a whole file, block device or, for "-", standard input (from where it stands). Refuses
 * (MTKSCAN_REFUSED) more than `limit` bytes, and folders, sockets and the like. Nothing to read is
 * a dump of 0 bytes. Returns an outcome; on any but MTKSCAN_DONE the dump is empty, and closing it
 * is harmless. Tells `progress` how far it is, MTKSCAN_INTERRUPTED when that says stop, and feeds
 * what was read to `hashing`; both may be NULL.
 */
int mtks_dump_read(struct mtks_dump *dump, const char *path, uint64_t limit,
                   const struct mtks_progress *progress, struct mtks_hashing *hashing,
                   mtkscan_error *error);

/* An erased (0xFF) image of `size` bytes, writable through mtks_dump_edit() until it is analysed.
 */
int mtks_dump_blank(struct mtks_dump *dump, uint64_t size, mtkscan_error *error);
uint8_t *mtks_dump_edit(struct mtks_dump *dump);

void mtks_dump_close(struct mtks_dump *dump);

/* `length` bytes at `offset`, or NULL when any lies outside. */
const uint8_t *mtks_dump_span(const struct mtks_dump *dump, uint64_t offset, uint64_t length);

/* The number of bytes of [offset, offset + length) inside the dump. Never overflows. */
uint64_t mtks_dump_present(const struct mtks_dump *dump, uint64_t offset, uint64_t length);

/* Whether all bytes of a range inside the dump equal `value`. */
int mtks_dump_all(const struct mtks_dump *dump, uint64_t offset, uint64_t length, uint8_t value);

/* SHA-1 of a range inside the dump, in hex. */
void mtks_sha1_hex(const uint8_t *bytes, uint64_t length, char hex[41]);
/* `count` bytes in lower-case hex; `hex` has room for 2 * count + 1. */
void mtks_hex(const uint8_t *bytes, size_t count, char *hex);
void mtks_sha1_raw(const uint8_t *bytes, uint64_t length, uint8_t digest[20]);

#endif
