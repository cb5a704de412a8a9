/* SPDX-License-Identifier: MIT */
#include "dcm.h"

#include <inttypes.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define MAGIC      "DCMGBODY"
#define MAGIC_SIZE 8u
#define COUNT_AT   0x88u
#define TABLE_AT   0x8Cu
#define ROW        20u
#define HEAD       12u /* of a module: trunks, trunk size, coded size */
#define ALIGN      4u

/* Fields of a row. */
#define ROW_REGION   0u
#define ROW_POOL     2u
#define ROW_GROUP    3u
#define ROW_EXEC     4u
#define ROW_SIZE     8u
#define ROW_CODED    12u
#define ROW_POSITION 16u

int mtks_dcm_open(struct mtks_dcm *dcm, const uint8_t *bytes, uint64_t length, mtkscan_error *error)
{
    *dcm = (struct mtks_dcm){.bytes = bytes, .length = length};
    if (length < TABLE_AT || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
        return mtks_fail(error, MTKSCAN_DAMAGED, "no DCM container of %" PRIu64 " bytes", length);
    const uint32_t count = mtkscan_le32(bytes + COUNT_AT);
    if (count < 1 || count > MTKS_DCM_MODULES || TABLE_AT + (uint64_t)ROW * count > length)
        return mtks_fail(error, MTKSCAN_DAMAGED,
                         "DCM of %" PRIu64 " bytes cannot hold %" PRIu32 " modules", length, count);
    dcm->count = count;
    return MTKSCAN_DONE;
}

/* What is wrong with a module's row, head and stream as they refer to each other; NULL: nothing. */
static const char *contradiction(const struct mtks_dcm *dcm, struct mtks_dcm_module *module)
{
    const uint64_t least = TABLE_AT + (uint64_t)ROW * dcm->count;
    if (module->offset < least || module->length <= HEAD ||
        !mtkscan_inside(module->offset, module->length, dcm->length))
        return "lies outside the container";
    const uint8_t *head = dcm->bytes + module->offset;
    const uint64_t trunk = mtkscan_le32(head + 4);
    module->trunks = mtkscan_le32(head);
    module->stream_offset = module->offset + HEAD;
    module->stream_length = mtkscan_le32(head + 8);
    if (module->size == 0 || trunk == 0)
        return "is empty";
    /* What one trunk leaves over is in the further ones, and none of them is empty. */
    if (module->trunks == 0 || module->trunks > module->size)
        return "has an impossible count of trunks";
    if (module->trunks > 1)
        return NULL;
    if (trunk < module->size)
        return "is larger than its only trunk";
    /* Whether the row's coded size counts the head is not known; the container bounds both. */
    if (module->stream_length == 0 || module->stream_length > module->length ||
        !mtkscan_inside(module->stream_offset, module->stream_length, dcm->length))
        return "has a stream that does not fit it";
    return NULL;
}

int mtks_dcm_module_open(const struct mtks_dcm *dcm, uint32_t index, struct mtks_codec_run *run,
                         struct mtks_dcm_module *module, mtkscan_error *error)
{
    const uint8_t *row = dcm->bytes + TABLE_AT + (uint64_t)ROW * index;
    *module = (struct mtks_dcm_module){.region = mtkscan_le16(row + ROW_REGION),
                                       .pool = row[ROW_POOL],
                                       .group = row[ROW_GROUP],
                                       .exec_addr = mtkscan_le32(row + ROW_EXEC),
                                       .size = mtkscan_le32(row + ROW_SIZE),
                                       .offset = mtkscan_le32(row + ROW_POSITION),
                                       .length = mtkscan_le32(row + ROW_CODED)};
    const char *wrong = contradiction(dcm, module);
    if (wrong)
        return mtks_fail(error, MTKSCAN_DAMAGED, "DCM's module %" PRIu32 " %s", index, wrong);
    if (module->trunks > 1)
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "DCM's module %" PRIu32 " has %" PRIu32
                         " trunks, and how more than one is laid out is not known",
                         index, module->trunks);
    return mtks_codec_take_output(run, module->size, error);
}

int mtks_dcm_module_decode(const struct mtks_dcm *dcm, const struct mtks_dcm_module *module,
                           struct mtks_codec_run *run, uint8_t *output,
                           struct mtks_lzma_result *result, mtkscan_error *error)
{
    const int outcome =
        mtks_lzma_blob_decode(run, dcm->bytes + module->stream_offset, module->stream_length,
                              output, module->size, result, error);
    if (outcome != MTKSCAN_DONE || module->stream_length - result->consumed < ALIGN)
        return outcome;
    result->fault = MTKS_LZMA_TRAILING;
    return mtks_lzma_ended(result, error);
}
