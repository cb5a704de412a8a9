/* SPDX-License-Identifier: MIT */
/* An ALICE container's header and tables. */
#include "alice.h"

#include <inttypes.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/memory_host.h"

#define CLASS_BITS   3u
#define LITERAL      7u /* the class of a halfword that stands there as it is */
#define LITERAL_BITS 16u
#define WORD         4u
#define STREAM_MAX   (UINT64_C(1) << 26) /* bytes that an entry's place can tell apart */

static bool group_size_known(uint32_t size)
{
    static const uint32_t sizes[] = {32, 64, 128, 256, 512};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i] == size)
            return true;
    return false;
}

static int header_read(struct mtks_alice *alice, const struct mtks_alice_source *source,
                       mtkscan_error *error)
{
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, source->bytes, source->length, NULL, NULL);
    const bool read =
        mtkscan_alice_read(&memory.host, 0, source->length, source->address, &alice->header);
    mtkscan_memory_host_free(&memory);
    const mtkscan_alice_header *header = &alice->header;
    if (!read)
        return mtks_fail(error, MTKSCAN_DAMAGED,
                         "no ALICE container, or its tables lie outside its %" PRIu64 " bytes",
                         source->length);
    const uint64_t table = header->dictionary_offset - header->map_offset;
    if (table % WORD || table < 2 * WORD)
        return mtks_fail(error, MTKSCAN_DAMAGED,
                         "ALICE's mapping table of %" PRIu64 " bytes holds no whole entries",
                         table);
    if (header->map_offset - header->header_size > STREAM_MAX)
        return mtks_fail(error, MTKSCAN_DAMAGED,
                         "ALICE's stream is longer than its mapping table can address");
    if (!group_size_known(header->group_size))
        return mtks_fail(error, MTKSCAN_DAMAGED, "ALICE's groups of %u halfwords make no sense",
                         header->group_size);
    const uint32_t version = source->version ? source->version : header->version;
    if (version != 1 && version != 2)
        return mtks_fail(error, MTKSCAN_DAMAGED, "ALICE_%u is not known", version);
    alice->branches = version == 2;
    alice->groups = table / WORD - 1;
    alice->group_bytes = 2 * (uint64_t)header->group_size;
    alice->output_size = alice->groups * alice->group_bytes; /* below 2^32 / 4 * 1024 */
    return MTKSCAN_DONE;
}

static void classes_make(struct mtks_alice *alice)
{
    uint32_t base = 1;
    for (uint32_t i = 0; i < LITERAL; i++) {
        const uint32_t bits = alice->header.payload_bits[i];
        const uint32_t entries = UINT32_C(1) << bits;
        alice->classes[i] = (struct mtks_alice_class){
            .base = base, .index_mask = entries - 1, .bits = (uint8_t)(CLASS_BITS + bits)};
        base += entries;
    }
    alice->classes[LITERAL] =
        (struct mtks_alice_class){.take_coded = 0xFFFF, .bits = CLASS_BITS + LITERAL_BITS};
}

/* A copy, so that each code has an entry and reading needs no bounds. */
static int dictionary_copy(struct mtks_alice *alice, struct mtks_codec_run *run,
                           mtkscan_error *error)
{
    const uint32_t entries = alice->header.dictionary_entries;
    const uint64_t there = (alice->length - alice->header.dictionary_offset) / 2;
    uint16_t *copy = mtks_arena_alloc(run->arena, sizeof *copy * (entries + UINT64_C(1)));
    if (!copy)
        return mtks_codec_no_memory(error);
    alice->dictionary_present = there < entries ? (uint32_t)there : entries;
    const uint8_t *from = alice->bytes + alice->header.dictionary_offset;
    for (uint32_t i = 0; i < alice->dictionary_present; i++)
        copy[i + 1] = mtkscan_le16(from + 2 * (uint64_t)i);
    alice->dictionary = copy;
    return MTKSCAN_DONE;
}

int mtks_alice_open(struct mtks_alice *alice, const struct mtks_alice_source *source,
                    struct mtks_codec_run *run, mtkscan_error *error)
{
    *alice = (struct mtks_alice){
        .bytes = source->bytes, .length = source->length, .exec_addr = source->exec_addr};
    int outcome = header_read(alice, source, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_codec_take_output(run, alice->output_size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    classes_make(alice);
    return dictionary_copy(alice, run, error);
}
