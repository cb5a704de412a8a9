/* SPDX-License-Identifier: MIT */
/*
 * Modules that are right but for one thing, one for each -DTWIST: what a check of modules has to
 * find.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mtkscan/family.h"

#define LARGE (8u << 20) /* bytes: only the dump that costs are measured on is larger */

static const char *const chips[] = {
#if defined(LONG_CHIP)
    "MT0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
    "0123456789012345678901234567890123456789012345678901234567890123456789",
#endif
    "MT9999", NULL};
static const mtkscan_trait traits[] = {{.kind = MTKSCAN_TRAIT_END}};
static const mtkscan_family family = {chips, traits, "PSRAM_130MHz"};

#if defined(EXPORTS_MORE)
MTKSCAN_EXPORT const char odd_name[] = "odd";
MTKSCAN_EXPORT int32_t odd_code(void);
int32_t odd_code(void)
{
    return 0;
}
#elif defined(COUNTS)
static uint64_t calls;
static uint64_t table[64];
#elif defined(CONSTRUCTS)
__attribute__((constructor)) static void construct(void)
{
    /* An empty one is dropped. */
    const volatile char *read = "x";
    (void)*read;
}
#elif defined(LACKS_SYMBOL)
extern int32_t odd_symbol_of_nobody(void);
#endif

#if defined(SLOW) || defined(ENDLESS)
static void spend(long milliseconds)
{
    struct timespec from, now;
    clock_gettime(CLOCK_MONOTONIC, &from);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 <
           milliseconds);
}
#endif

__attribute__((unused)) static int32_t state(const mtkscan_host *host, uint64_t place,
                                             uint32_t flags)
{
    mtkscan_evidence item = MTKSCAN_INIT(mtkscan_evidence);
    item.id = "odd";
    item.text = "an odd thing";
    item.offset = place;
    item.length = 1;
    item.bits = 64;
    item.flags = flags;
    return host->emit_evidence(host, &item);
}

__attribute__((unused)) static int32_t part(const mtkscan_host *host, uint64_t offset)
{
    mtkscan_part item = MTKSCAN_INIT(mtkscan_part);
    item.name = "PART";
    item.offset = offset;
    item.length = 0x1000;
    return host->emit_part(host, &item);
}

static int32_t claim(const mtkscan_host *host)
{
#if defined(COUNTS)
    calls++;
    table[calls % 64] += calls;
    int32_t code = state(host, table[calls % 64], MTKSCAN_EVIDENCE_COMMON);
    return code ? code : mtkscan_family_claim(host, &family);
#elif defined(ASKS_CLOCK)
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int32_t code = state(host, (uint64_t)now.tv_nsec, MTKSCAN_EVIDENCE_COMMON);
    return code ? code : mtkscan_family_claim(host, &family);
#elif defined(LACKS_SYMBOL)
    return odd_symbol_of_nobody();
#elif defined(HUNGRY)
    size_t room = host->size(host) > LARGE ? 80u << 20 : 0;
    char *meal = malloc(room);
    for (size_t at = 0; meal && at < room; at += 512)
        ((volatile char *)meal)[at] = 1;
    free(meal);
#elif defined(SLOW)
    if (host->size(host) > LARGE)
        spend(550);
#elif defined(ENDLESS)
    if (host->size(host) > LARGE)
        spend(100000);
#elif defined(COMMON_ONLY)
    return state(host, 0, MTKSCAN_EVIDENCE_COMMON);
#elif defined(BOASTS)
    return host->size(host) == 1 ? state(host, 0, 0) : mtkscan_family_claim(host, &family);
#endif
    return mtkscan_family_claim(host, &family);
}

static int32_t layout(const mtkscan_host *host)
{
#if defined(UNSORTED)
    int32_t code = part(host, 0x2000);
    return code ? code : part(host, 0x1000);
#elif defined(FAR_PART)
    return part(host, 0x400000 - 0x800);
#elif defined(NO_PARTS)
    (void)part;
    return host->size(host) > (UINT64_C(1) << 40);
#elif defined(CLOCK_IN_LAYOUT)
    struct timespec now;
    mtkscan_fact fact = MTKSCAN_INIT(mtkscan_fact);
    clock_gettime(CLOCK_MONOTONIC, &now);
    fact.key = fact.value = "odd";
    fact.offset = (uint64_t)now.tv_nsec;
    int32_t code = host->emit_fact(host, &fact);
    return code ? code : mtkscan_family_layout(host, &family);
#endif
    return mtkscan_family_layout(host, &family);
}

static int32_t flash_ids(const mtkscan_host *host)
{
#if defined(NO_FLASH)
    return host->size(host) > (UINT64_C(1) << 40);
#endif
    return mtkscan_family_flash_ids(host, &family);
}

#if defined(DECODES) || defined(DECODES_ODDLY) || defined(DECODES_FAR) || defined(DECODES_WILDLY)
static int32_t decode(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    const uint8_t *coded = host->span(host, task->offset, task->length);
#if defined(DECODES_ODDLY)
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return host->emit_output(host, 0, &now, sizeof now);
#elif defined(DECODES_FAR)
    if (task->length == 64)
        host->emit_output(host, task->room, "x", 1);
#elif defined(DECODES_WILDLY)
    return coded[task->length - 1] ? MTKSCAN_OK : MTKSCAN_E_DAMAGED; /* past a cut dump */
#endif
    if (!coded || task->length > task->room)
        return MTKSCAN_E_DAMAGED;
    return host->emit_output(host, 0, coded, task->length);
}
#define ODD_DECODE decode
#else
#define ODD_DECODE NULL
#endif

static const char *const limitations[] = {"A module of the tests.", NULL};

#if defined(ENTRY_IS_CODE)
MTKSCAN_EXPORT int32_t mtkscan_plugin_entry_v1_code(void) __asm__("mtkscan_plugin_entry_v1");
int32_t mtkscan_plugin_entry_v1_code(void)
{
    return claim(NULL) + layout(NULL) + flash_ids(NULL) + limitations[0][0];
}
#else
#if defined(NO_ENTRY)
MTKSCAN_EXPORT const mtkscan_plugin odd_plugin_entry;
MTKSCAN_EXPORT const mtkscan_plugin odd_plugin_entry = {
#else
MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
#endif
    .struct_size = (uint32_t)sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "odd",
    .version = "1.0",
    .title = "An odd module",
#if defined(PLAIN_METADATA)
    .author = "unknown",
    .license = "do what you like!",
    .url = "",
#else
    .author = "the tests",
    .license = "MIT OR Apache-2.0",
    .url = "https://example.org/odd",
    .limitations = limitations,
#endif
    .chips = chips,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
    .decode = ODD_DECODE,
};
#endif
