/* SPDX-License-Identifier: MIT */
#include "rank.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "line.h"

#define LIST_ROOM 100u /* bytes of a list in a reason */

struct pair {
    const struct mtks_record *device, *firmware;
};

struct topic;

/* Says how a topic stands. `text` is NULL when nobody wants one; MTKS_RANK_TEXT bytes else. */
typedef enum mtks_reason_level judge_call(const struct topic *topic, const struct pair *pair,
                                          char *text);

struct topic {
    const char *name;
    judge_call *judge;
    int weight;                            /* added when it agrees, taken off when it is a risk */
    size_t member;                         /* of struct mtks_record, for same_text() */
    enum mtks_reason_level other, unknown; /* when the texts differ, and when one is not known */
    const char *key;                       /* in the line, for lists */
};

__attribute__((format(printf, 2, 3))) static void say(char *text, const char *format, ...)
{
    va_list values;
    if (!text)
        return;
    va_start(values, format);
    vsnprintf(text, MTKS_RANK_TEXT, format, values);
    va_end(values);
}

static const char *text_of(const struct mtks_record *record, size_t member)
{
    const char *text;
    memcpy(&text, (const char *)record + member, sizeof text);
    return text && *text ? text : NULL;
}

static enum mtks_reason_level same_text(const struct topic *topic, const struct pair *pair,
                                        char *text)
{
    const char *device = text_of(pair->device, topic->member);
    const char *firmware = text_of(pair->firmware, topic->member);
    if (!device || !firmware) {
        say(text, "%s of %s is not known", topic->name,
            device     ? "the image"
            : firmware ? "the device"
                       : "both");
        return device || firmware ? topic->unknown : MTKS_REASON_NOTE;
    }
    if (strcmp(device, firmware) == 0) {
        say(text, "the same %s, %.80s", topic->name, device);
        return MTKS_REASON_AGREES;
    }
    say(text, "another %s: %.70s, the device has %.70s", topic->name, firmware, device);
    return topic->other;
}

static enum mtks_reason_level flash_ids(const struct topic *topic, const struct pair *pair,
                                        char *text)
{
    char lacks[LIST_ROOM] = "";
    size_t all = 0, shared = 0;
    struct mtks_items theirs = mtks_record_items(pair->firmware, NULL, topic->key);
    struct mtks_items ours = mtks_record_items(pair->device, NULL, topic->key);
    bool told = mtks_items_next(&theirs) != NULL;
    for (const char *id; (id = mtks_items_next(&ours)); all++) {
        size_t used = strlen(lacks);
        if (mtks_record_has(pair->firmware, NULL, topic->key, id))
            shared++;
        else if (text)
            snprintf(lacks + used, sizeof lacks - used, " %s", id);
    }
    if (!told || all == 0)
        say(text, "the list of flash chips of %s is not known", told ? "the device" : "the image");
    else if (shared == 0)
        say(text, "it knows none of the %zu flash chips that the device can have", all);
    else if (shared < all)
        say(text, "it does not know the flash chips%s, which the device can have", lacks);
    else
        say(text, "it knows all %zu flash chips that the device can have", all);
    return !told || all == 0 ? MTKS_REASON_UNKNOWN
           : shared == 0     ? MTKS_REASON_STOP
           : shared < all    ? MTKS_REASON_RISK
                             : MTKS_REASON_AGREES;
}

/* The device's flash: what its firmware is configured for, or its dump when that is shorter. */
static uint64_t room_of(const struct mtks_record *device)
{
    if (device->kit || !device->size)
        return device->capacity;
    return device->capacity && device->capacity < device->size ? device->capacity : device->size;
}

static enum mtks_reason_level capacity(const struct topic *topic, const struct pair *pair,
                                       char *text)
{
    uint64_t room = room_of(pair->device), end = pair->firmware->image_end;
    (void)topic;
    if (!room || !end) {
        say(text, "the size of the flash, or of the image, is not known");
        return MTKS_REASON_UNKNOWN;
    }
    if (end > room) {
        say(text, "it ends at 0x%" PRIX64 ", behind the device's flash of 0x%" PRIX64, end, room);
        return MTKS_REASON_STOP;
    }
    if (pair->firmware->capacity > room) {
        say(text, "it uses a flash of 0x%" PRIX64 ", and the device has 0x%" PRIX64,
            pair->firmware->capacity, room);
        return MTKS_REASON_RISK;
    }
    say(text, "it ends at 0x%" PRIX64 ", inside the flash of 0x%" PRIX64, end, room);
    return MTKS_REASON_AGREES;
}

static enum mtks_reason_level file_system(const struct topic *topic, const struct pair *pair,
                                          char *text)
{
    const struct mtks_record *device = pair->device, *firmware = pair->firmware;
    (void)topic;
    if (!device->fat_length && !firmware->fat_length) {
        say(text, "no file system is known");
        return MTKS_REASON_NOTE;
    }
    if (device->fat_offset == firmware->fat_offset && device->fat_length == firmware->fat_length) {
        say(text, "the file system stays where it is");
        return MTKS_REASON_AGREES;
    }
    say(text, "the file system moves: the user's files and the device's settings are lost");
    return MTKS_REASON_RISK;
}

/* "MTK-S001": signed with the maker's keys. */
static enum mtks_reason_level security(const struct topic *topic, const struct pair *pair,
                                       char *text)
{
    bool device = mtks_record_has(pair->device, NULL, "findings", topic->key);
    bool firmware = mtks_record_has(pair->firmware, NULL, "findings", topic->key);
    if (!device && !firmware) {
        say(text, "neither is secured");
        return MTKS_REASON_AGREES;
    }
    if (device && firmware) {
        say(text, "both are secured; whether with one key, compare tells");
        return MTKS_REASON_UNKNOWN;
    }
    say(text,
        device ? "it is not secured, and the device is" : "it is secured, and the device is not");
    return device ? MTKS_REASON_STOP : MTKS_REASON_RISK;
}

static enum mtks_reason_level health(const struct topic *topic, const struct pair *pair, char *text)
{
    const struct mtks_record *firmware = pair->firmware;
    if (mtks_record_has(firmware, NULL, "findings", topic->key)) {
        say(text, "it is a file of a kit, no whole image");
        return MTKS_REASON_STOP;
    }
    if (firmware->verdict && strcmp(firmware->verdict, mtks_verdict_name(MTKS_HEALTHY)) == 0) {
        say(text, "it is healthy");
        return MTKS_REASON_AGREES;
    }
    say(text, "it is %.20s: %" PRIu64 " %% of it is good",
        firmware->verdict ? firmware->verdict : "of unknown health", firmware->percent);
    return MTKS_REASON_RISK;
}

/* Copies the chips of a kind; false when the version texts name none. */
static bool list_tokens(const struct mtks_record *record, const char *kind, char list[LIST_ROOM])
{
    struct mtks_items items = mtks_record_items(record, "tokens", kind);
    list[0] = 0;
    for (const char *item; (item = mtks_items_next(&items));) {
        size_t used = strlen(list);
        snprintf(list + used, LIST_ROOM - used, "%s%s", used ? "," : "", item);
    }
    return list[0] != 0;
}

static enum mtks_reason_level tokens(const struct topic *topic, const struct pair *pair, char *text)
{
    char device[LIST_ROOM], firmware[LIST_ROOM];
    struct mtks_items items = mtks_record_items(pair->device, "tokens", topic->key);
    bool left = list_tokens(pair->device, topic->key, device);
    bool right = list_tokens(pair->firmware, topic->key, firmware);
    if (!left || !right) {
        say(text, "no %s is named by %s", topic->name,
            left    ? "the image"
            : right ? "the device"
                    : "either");
        return MTKS_REASON_NOTE;
    }
    for (const char *item; (item = mtks_items_next(&items));)
        if (mtks_record_has(pair->firmware, "tokens", topic->key, item)) {
            say(text, "both name the %s %.60s", topic->name, item);
            return MTKS_REASON_AGREES;
        }
    say(text, "another %s: %.60s, the device has %.60s", topic->name, firmware, device);
    return MTKS_REASON_RISK;
}

#define TEXT(field) same_text, .member = offsetof(struct mtks_record, field)

/* The more a topic says about one model of device, the more it weighs. */
static const struct topic topics[] = {
    {"content", .judge = TEXT(sha1), .weight = 10, .other = MTKS_REASON_NOTE,
     .unknown = MTKS_REASON_NOTE},
    {"chip", .judge = TEXT(chip), .weight = 20, .other = MTKS_REASON_STOP,
     .unknown = MTKS_REASON_UNKNOWN},
    {"flash chips", .judge = flash_ids, .weight = 15, .key = "flash_ids"},
    {"memory type", .judge = TEXT(memory_type), .weight = 15, .other = MTKS_REASON_RISK,
     .unknown = MTKS_REASON_UNKNOWN},
    {"capacity", .judge = capacity, .weight = 10},
    {"security", .judge = security, .weight = 5, .key = "MTK-S001"},
    {"health", .judge = health, .weight = 10, .key = "MTK-Q003"},
    {"project", .judge = TEXT(project), .weight = 25, .other = MTKS_REASON_NOTE,
     .unknown = MTKS_REASON_NOTE},
    {"flavour", .judge = TEXT(flavour), .weight = 10, .other = MTKS_REASON_RISK,
     .unknown = MTKS_REASON_NOTE},
    {"board", .judge = TEXT(pcb), .weight = 10, .other = MTKS_REASON_RISK,
     .unknown = MTKS_REASON_NOTE},
    {"hardware version", .judge = TEXT(hw_version), .weight = 20, .other = MTKS_REASON_RISK,
     .unknown = MTKS_REASON_NOTE},
    {"version", .judge = TEXT(verno), .weight = 5, .other = MTKS_REASON_NOTE,
     .unknown = MTKS_REASON_NOTE},
    {"screen", .judge = tokens, .weight = 15, .key = "lcd"},
    {"touch panel", .judge = tokens, .weight = 10, .key = "touch"},
    {"camera", .judge = tokens, .weight = 10, .key = "camera"},
    {"touch panel or camera", .judge = tokens, .weight = 5, .key = "touch_or_camera"},
    {"file system", .judge = file_system, .weight = 5},
};

_Static_assert(sizeof topics / sizeof *topics <= MTKS_RANK_REASONS, "a reason for each topic");

/* What a level adds to the score, in weights of its topic. */
static const int shares[] = {
    [MTKS_REASON_AGREES] = 2, [MTKS_REASON_NOTE] = 0,  [MTKS_REASON_UNKNOWN] = -1,
    [MTKS_REASON_RISK] = -2,  [MTKS_REASON_STOP] = -4,
};

void mtks_rank(struct mtks_rank *rank, const struct mtks_record *device,
               const struct mtks_record *firmware, bool texts)
{
    const struct pair pair = {device, firmware};
    enum mtks_reason_level worst = MTKS_REASON_AGREES;
    rank->score = 0;
    rank->count = 0;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        struct mtks_rank_reason *reason = &rank->reasons[rank->count++];
        reason->topic = topics[i].name;
        reason->text[0] = 0;
        reason->level = topics[i].judge(&topics[i], &pair, texts ? reason->text : NULL);
        rank->score += shares[reason->level] * topics[i].weight;
        if (reason->level > worst)
            worst = reason->level;
    }
    rank->fit = worst == MTKS_REASON_STOP      ? MTKS_DO_NOT_FLASH
                : worst >= MTKS_REASON_UNKNOWN ? MTKS_RISKY
                                               : MTKS_FITS;
}
