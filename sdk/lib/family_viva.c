/* SPDX-License-Identifier: MIT */
/* What must hold in VIVA and in the ALICE container at its end (FORMAT.md 1.6 E4, E5; 5.1, 5.2).
 * Every condition under which the readers refuse stands here with its numbers. */
#include <stdio.h>
#include <string.h>

#include "family_image.h"
#include "mtkscan/bytes.h"

#define WORD        4u
#define TABLE_SIZE  (WORD * MTKSCAN_VIVA_WORDS)
#define ALICE_MAGIC 6u /* bytes of "ALICE_"; a digit and a NUL follow */

/* Fields of ALICE's header (FORMAT.md 5.2). */
#define ALICE_STREAM     0x08u
#define ALICE_MAP        0x0Cu
#define ALICE_DICTIONARY 0x10u
#define ALICE_BITS       0x14u
#define ALICE_BITS_MAX   16u
#define SHORT_SLACK      4u /* bytes that the dictionary behind a short header may lack */

/* One relation of E4 or E5; both codes of findings are named after them. */
static void relate(struct mtks_out *out, const struct mtks_image *image, const char *id,
                   const char *text, uint64_t offset, uint64_t length, uint64_t left,
                   uint32_t relation, uint64_t right)
{
    mtks_out_check(
        out, MTKS_CHECK(.id = id, .text = text, .finding = id[1] == '4' ? "MTK-E004" : "MTK-E005",
                        .part = image->viva->part, .kind = MTKSCAN_CHECK_RELATION,
                        .on_fail = MTKSCAN_FAIL_DAMAGE, .relation = relation, .offset = offset,
                        .length = length, .left = left, .right = right));
}

/* The addresses of the components rise, and stay inside VIVA. */
static void check_words(struct mtks_out *out, const struct mtks_image *image, uint64_t table)
{
    static const char *const names[MTKSCAN_VIVA_WORDS] = {NULL, "ZIMAGE", "BOOT_ZIMAGE", "DCM",
                                                          "ALICE"};
    const struct mtks_gfh_file *viva = image->viva;
    const uint64_t base = viva->info.load_addr;
    const uint8_t *words = image->host->span(image->host, table, TABLE_SIZE);
    const uint64_t last = base + viva->length - 1;
    uint64_t least = base + viva->info.content_offset + TABLE_SIZE;
    for (uint32_t i = 1; words && i < MTKSCAN_VIVA_WORDS; i++) {
        const uint32_t word = mtkscan_le32(words + WORD * i);
        const uint64_t at = table + WORD * i;
        char text[64];
        /* A ROM that states its ALICE image cannot run without it. */
        if (word == 0 && !(i == MTKSCAN_VIVA_ALICE && image->has_exec))
            continue;
        snprintf(text, sizeof text, "%s begins behind what stands before it in VIVA", names[i]);
        relate(out, image, "E4", text, at, WORD, word, MTKSCAN_AT_LEAST, least);
        snprintf(text, sizeof text, "%s begins before VIVA ends", names[i]);
        relate(out, image, "E4", text, at, WORD, word, MTKSCAN_AT_MOST, last);
        if (word >= least && word <= last) /* a damaged word says nothing of the next one */
            least = (uint64_t)word + 1;
    }
}

static void check_table(struct mtks_out *out, const struct mtks_image *image)
{
    const struct mtks_gfh_file *viva = image->viva;
    const uint64_t table = viva->offset + viva->info.content_offset;
    mtks_out_check(out, MTKS_CHECK(.id = "E4", .text = "VIVA's table begins with its load address",
                                   .finding = "MTK-E004", .part = viva->part,
                                   .kind = MTKSCAN_CHECK_U32, .on_fail = MTKSCAN_FAIL_DAMAGE,
                                   .offset = table, .length = WORD, .right = viva->info.load_addr));
    relate(out, image, "E4", "VIVA's table ends inside VIVA", table, WORD,
           (uint64_t)viva->info.content_offset + TABLE_SIZE, MTKSCAN_AT_MOST, viva->length);
    if (mtkscan_inside(viva->info.content_offset, TABLE_SIZE, viva->length))
        check_words(out, image, table);
}

/* E4: name, addresses and code widths in ALICE's header. */
static void check_alice_fields(struct mtks_out *out, const struct mtks_image *image,
                               const uint8_t *bytes)
{
    const mtkscan_viva_component *alice = image->alice;
    const uint64_t at = alice->offset, end = alice->address + alice->length;
    const uint32_t digit = mtkscan_le16(bytes + ALICE_MAGIC); /* with the NUL */
    const uint32_t stream = mtkscan_le32(bytes + ALICE_STREAM);
    const uint32_t map = mtkscan_le32(bytes + ALICE_MAP);
    const uint32_t dictionary = mtkscan_le32(bytes + ALICE_DICTIONARY);
    /* The short header is told by this very word, so any other value has to be the long one's. */
    const uint32_t size =
        stream - alice->address == MTKSCAN_ALICE_SHORT ? MTKSCAN_ALICE_SHORT : MTKSCAN_ALICE_LONG;
    uint32_t widest = ALICE_BITS;
    for (uint32_t i = 1; i < MTKSCAN_ALICE_RANGES; i++)
        if (mtkscan_le16(bytes + ALICE_BITS + 2 * i) > mtkscan_le16(bytes + widest))
            widest = ALICE_BITS + 2 * i;
    const struct {
        const char *text;
        uint32_t field, length;
        uint64_t left;
        uint32_t relation;
        uint64_t right;
    } rows[] = {
        {"ALICE's name ends with a version from 1 on", ALICE_MAGIC, 2, digit, MTKSCAN_AT_LEAST,
         '1'},
        {"ALICE's name ends with a version up to 9", ALICE_MAGIC, 2, digit, MTKSCAN_AT_MOST, '9'},
        {"ALICE's stream begins right behind its header", ALICE_STREAM, WORD, stream, MTKSCAN_EQUAL,
         (uint64_t)alice->address + size},
        {"ALICE's mapping table lies behind its stream", ALICE_MAP, WORD, map, MTKSCAN_AT_LEAST,
         stream},
        {"ALICE's dictionary lies behind its mapping table", ALICE_DICTIONARY, WORD, dictionary,
         MTKSCAN_AT_LEAST, (uint64_t)map + 1},
        {"ALICE's dictionary begins before VIVA ends", ALICE_DICTIONARY, WORD, dictionary,
         MTKSCAN_AT_MOST, end},
        {"ALICE's codes have 16 bits at most", widest, 2, mtkscan_le16(bytes + widest),
         MTKSCAN_AT_MOST, ALICE_BITS_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        relate(out, image, "E4", rows[i].text, at + rows[i].field, rows[i].length, rows[i].left,
               rows[i].relation, rows[i].right);
}

static void check_alice(struct mtks_out *out, const struct mtks_image *image)
{
    static const uint8_t magic[ALICE_MAGIC] = {'A', 'L', 'I', 'C', 'E', '_'};
    const mtkscan_viva_component *alice = image->alice;
    relate(out, image, "E4", "ALICE's header ends inside VIVA", alice->offset, 0,
           MTKSCAN_ALICE_LONG, MTKSCAN_AT_MOST, alice->length);
    const uint8_t *bytes = alice->length >= MTKSCAN_ALICE_LONG
                               ? image->host->span(image->host, alice->offset, MTKSCAN_ALICE_LONG)
                               : NULL;
    if (!bytes)
        return;
    mtks_out_check(out, MTKS_CHECK(.id = "E4", .text = "ALICE begins where VIVA's table says",
                                   .finding = "MTK-E004", .part = image->viva->part,
                                   .kind = MTKSCAN_CHECK_BYTES, .on_fail = MTKSCAN_FAIL_DAMAGE,
                                   .offset = alice->offset, .length = sizeof magic, .bytes = magic,
                                   .bytes_length = sizeof magic));
    /* Where no ALICE is, the other words mean nothing. */
    if (memcmp(bytes, magic, sizeof magic) == 0)
        check_alice_fields(out, image, bytes);
}

/* E5: the dictionary is last in VIVA, whose length is a multiple of 4. Of the one build with the
 * short header it lacks its last two entries. */
static void check_dictionary(struct mtks_out *out, const struct mtks_image *image)
{
    const mtkscan_alice_header *header = &image->alice_header;
    const uint64_t begin = image->alice->offset + header->dictionary_offset;
    const uint64_t end = mtkscan_round_up(begin + 2 * (uint64_t)header->dictionary_entries, WORD);
    const uint64_t viva_end = image->viva->offset + image->viva->length;
    if (header->header_size == MTKSCAN_ALICE_LONG) {
        relate(out, image, "E5", "ALICE's dictionary ends where VIVA ends", begin, 0, end,
               MTKSCAN_EQUAL, viva_end);
        return;
    }
    relate(out, image, "E5", "ALICE's dictionary reaches to VIVA's end", begin, 0, end,
           MTKSCAN_AT_LEAST, viva_end);
    relate(out, image, "E5", "ALICE's dictionary lacks two entries at most", begin, 0, end,
           MTKSCAN_AT_MOST, viva_end + SHORT_SLACK);
}

void mtks_viva_checks(struct mtks_out *out, const struct mtks_image *image)
{
    if (!image->viva || !image->viva->length)
        return;
    check_table(out, image);
    if (image->alice)
        check_alice(out, image);
    if (image->has_alice_header)
        check_dictionary(out, image);
}
