/* SPDX-License-Identifier: MIT */
/* A module that is compiled against a header of its own time, and uses records of every kind. */
#include "mtkscan/plugin.h"

static int32_t claim(const mtkscan_host *host)
{
    uint64_t at;
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    if (host->find(host, 0, host->size(host), "_MT7777_", 8, &at) != MTKSCAN_OK)
        return MTKSCAN_OK;
    item.id = "chip-word";
    item.text = "the platform id names MT7777";
    item.offset = at;
    item.length = 8;
    item.bits = 64;
    return host->emit_evidence(host, &item);
}

static int32_t layout(const mtkscan_host *host)
{
    mtkscan_fact fact = MTKSCAN_INIT(mtkscan_fact);
    fact.key = MTKSCAN_FACT_CHIP;
    fact.value = "MT7777";
    fact.offset = MTKSCAN_NO_OFFSET;
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = "ROM";
    part.region = MTKSCAN_REGION_MAIN;
    part.offset = 0x10000;
    part.length = 0x100;
    mtkscan_check check = MTKSCAN_INIT(mtkscan_check);
    check.id = "magic";
    check.text = "the part begins with MMM";
    check.finding = "MTK-D007";
    check.kind = MTKSCAN_CHECK_BYTES;
    check.on_fail = MTKSCAN_FAIL_DAMAGE;
    check.offset = 0x10000;
    check.length = 3;
    check.bytes = (const uint8_t *)"MMM";
    check.bytes_length = 3;
    mtkscan_range range = MTKSCAN_INIT(mtkscan_range);
    range.name = "FAT";
    range.offset = 0x380000;
    range.length = 0x1000;
    mtkscan_container container = MTKSCAN_INIT(mtkscan_container);
    container.name = "ALICE";
    container.codec = "alice-2";
    container.offset = 0x10010;
    container.length = 0x10;
    int32_t status = host->emit_fact(host, &fact);
    status = status ? status : host->emit_part(host, &part);
    status = status ? status : host->emit_check(host, &check);
    status = status ? status : host->emit_range(host, &range);
    return status ? status : host->emit_container(host, &container);
}

static int32_t flash_ids(const mtkscan_host *host)
{
    mtkscan_flash flash = MTKSCAN_INIT(mtkscan_flash);
    flash.capacity = host->size(host);
    mtkscan_flash_id id = MTKSCAN_INIT(mtkscan_flash_id);
    id.device_type = 3;
    id.id_length = 3;
    id.id[0] = 0xC2;
    mtkscan_zone zone = MTKSCAN_INIT(mtkscan_zone);
    zone.block = 0x1000;
    int32_t status = host->emit_flash(host, &flash);
    status = status ? status : host->emit_flash_id(host, &id);
    return status ? status : host->emit_zone(host, &zone);
}

#if MTKSCAN_ABI_MINOR >= 1
static int32_t decode(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    const size_t wanted = offsetof(mtkscan_host, emit_output) + sizeof host->emit_output;
    return host->struct_size < wanted ? MTKSCAN_E_NOT_FOUND
                                      : host->emit_output(host, 0, task->codec, 7);
}
#endif

static const char *const chips[] = {"MT7777", 0};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = (uint32_t)sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "abi-probe",
    .version = "1",
    .title = "a module of its time",
    .author = "the tests",
    .license = "MIT",
    .url = "",
    .chips = chips,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
#if MTKSCAN_ABI_MINOR >= 1
    .decode = decode,
#endif
};
