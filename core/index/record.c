/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

#define ITEMS_MAX 256u
#define EXACT_MAX 9007199254740992.0 /* 2^53: cJSON keeps numbers as double */

/* Where each text of the top level goes. */
static const struct {
    const char *key;
    size_t member;
} texts[] = {
    {"path", offsetof(struct mtks_record, path)},
    {"sha1", offsetof(struct mtks_record, sha1)},
    {"status", offsetof(struct mtks_record, status)},
    {"plugin", offsetof(struct mtks_record, plugin)},
    {"chip", offsetof(struct mtks_record, chip)},
    {"device", offsetof(struct mtks_record, device)},
    {"project", offsetof(struct mtks_record, project)},
    {"flavour", offsetof(struct mtks_record, flavour)},
    {"pcb", offsetof(struct mtks_record, pcb)},
    {"verno", offsetof(struct mtks_record, verno)},
    {"hw_version", offsetof(struct mtks_record, hw_version)},
    {"build_time", offsetof(struct mtks_record, build_time)},
    {"memory_type", offsetof(struct mtks_record, memory_type)},
};

static const char *text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* A whole number that a double holds exactly; 0 for anything else. */
static uint64_t number_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0.0 && item->valuedouble <= EXACT_MAX))
        return 0;
    return (uint64_t)item->valuedouble;
}

/* The same where times before 1970 make sense. */
static int64_t signed_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) ||
        !(item->valuedouble >= -EXACT_MAX && item->valuedouble <= EXACT_MAX))
        return 0;
    return (int64_t)item->valuedouble;
}

static int nibble(char digit)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = digit ? strchr(digits, digit) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* A path that is no UTF-8 stands in hex, too, since JSON cannot hold it. */
static int read_raw_path(struct mtks_record *record)
{
    const char *hex = text_of(record->json, "path_bytes");
    if (!hex)
        return 0;
    size_t count = strlen(hex) / 2;
    record->raw_path = malloc(count + 1);
    if (!record->raw_path)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        record->raw_path[i] = (char)(high * 16 + low);
    }
    record->raw_path[count] = 0;
    record->path = record->raw_path;
    return 0;
}

int mtks_record_read(struct mtks_record *record, const char *line, size_t length)
{
    *record = (struct mtks_record){.json = cJSON_ParseWithLength(line, length)};
    const cJSON *json = record->json;
    const char *schema = text_of(json, "schema"), *kind = text_of(json, "kind");
    if (!schema || strcmp(schema, MTKS_INDEX_SCHEMA) != 0)
        goto none;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *value = text_of(json, texts[i].key);
        memcpy((char *)record + texts[i].member, &value, sizeof value);
    }
    if (!record->path || !record->status || read_raw_path(record))
        goto none;
    record->kit = kind && strcmp(kind, "kit") == 0;
    record->size = number_of(json, "size");
    record->mtime = signed_of(json, "mtime");
    record->mtime_ns = (uint32_t)(number_of(json, "mtime_ns") % 1000000000);
    record->capacity = number_of(json, "capacity");
    record->image_end = number_of(json, "image_end");
    const cJSON *fat = cJSON_GetObjectItemCaseSensitive(json, "fat");
    record->fat_offset = number_of(fat, "offset");
    record->fat_length = number_of(fat, "length");
    const cJSON *health = cJSON_GetObjectItemCaseSensitive(json, "health");
    record->verdict = text_of(health, "verdict");
    record->percent = number_of(health, "percent");
    return 0;
none:
    mtks_record_free(record);
    return -1;
}

void mtks_record_free(struct mtks_record *record)
{
    cJSON_Delete(record->json);
    free(record->raw_path);
    *record = (struct mtks_record){.json = NULL};
}

struct mtks_items mtks_record_items(const struct mtks_record *record, const char *group,
                                    const char *key)
{
    const cJSON *object = record->json;
    if (group)
        object = cJSON_GetObjectItemCaseSensitive(object, group);
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, key);
    return (struct mtks_items){cJSON_IsArray(array) ? array->child : NULL, ITEMS_MAX};
}

const char *mtks_items_next(struct mtks_items *items)
{
    const char *text = NULL;
    while (!text && items->at && items->left > 0) {
        text = cJSON_GetStringValue(items->at);
        items->at = items->at->next;
        items->left--;
    }
    return text;
}

bool mtks_record_has(const struct mtks_record *record, const char *group, const char *key,
                     const char *text)
{
    struct mtks_items items = mtks_record_items(record, group, key);
    for (const char *item; (item = mtks_items_next(&items));)
        if (strcmp(item, text) == 0)
            return true;
    return false;
}
