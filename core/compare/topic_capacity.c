/* SPDX-License-Identifier: MIT */
/* Whether the flash of the device holds all that the firmware puts there (FORMAT.md 1.6 E7,
 * 3.4). */
#include <inttypes.h>

#include "case.h"
#include "mtkscan/bytes.h"

#define BEYOND "5105"

#define BY_LIST "its own firmware lists no larger flash chip"
#define BY_ID   "by its flash ID"

/* What is known of the device's flash. */
struct room {
    uint64_t sure;      /* bytes that it has in any case */
    uint64_t limit;     /* bytes that it has at most; 0: not known */
    const char *source; /* how `sure` is known */
    const char *bound;  /* how `limit` is */
};

static bool repeats(const struct mtks_seen *seen)
{
    return mtks_seen_finding(seen, "MTK-Q006") || mtks_seen_finding(seen, "MTK-Q007") ||
           mtks_seen_finding(seen, "MTK-Q008");
}

/* The largest chip that the device's own list allows; 0 when that is not known of all. */
static uint64_t largest_listed(const struct mtks_seen *seen)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < mtks_seen_id_count(seen); i++) {
        const struct mtks_flash_id *id = &seen->analysis->flash.ids.items[i];
        const uint64_t bytes = mtkscan_jedec_capacity(id->id, id->id_length);
        if (!bytes)
            return 0;
        largest = bytes > largest ? bytes : largest;
    }
    return largest;
}

static struct room room_by_dump(const struct mtks_seen *device)
{
    static const char mirror[] = "its dump repeats itself from there on";
    static const char whole[] = "its dump of the whole flash has no more";
    static const char cut[] = "its dump ends there: it was cut, or the flash is smaller than the "
                              "device's own firmware expects";
    const uint64_t size = device->dump->size, configured = device->analysis->flash.capacity;
    const uint64_t listed = largest_listed(device);
    if (device->analysis->input.kit)
        return (struct room){configured, listed, "only a kit of it is given, which uses no more",
                             BY_LIST};
    if (repeats(device))
        return (struct room){size, size, mirror, mirror};
    if (size < configured)
        return (struct room){size, listed, cut, BY_LIST};
    if (!configured || size > configured)
        return (struct room){configured, listed, "its own firmware uses no more", BY_LIST};
    return (struct room){size, size, whole, whole};
}

static struct room find_room(const struct mtks_case *self)
{
    const struct room room = room_by_dump(self->device);
    const uint64_t by_id =
        self->options->target_id
            ? mtkscan_jedec_capacity(self->options->target_id, self->options->target_id_length)
            : 0;
    if (!by_id || repeats(self->device))
        return room;
    if (self->device->analysis->input.kit || by_id <= room.sure)
        return (struct room){by_id, by_id, BY_ID, BY_ID};
    /* An ID that says more than the dump shows proves nothing: builds use less, clones have less.
     */
    return (struct room){room.sure, by_id, room.source, BY_ID};
}

/* Where the last image of the firmware ends. */
static uint64_t last_end(const struct mtks_seen *firmware, const char **name)
{
    uint64_t last = 0;
    *name = "the last image";
    for (size_t i = 0; i < firmware->analysis->parts.count; i++) {
        const struct mtks_part *part = &firmware->analysis->parts.items[i];
        const uint64_t end = part->offset + part->length;
        if (part->flags & MTKSCAN_PART_ABSENT || end < part->offset || end <= last)
            continue;
        last = end;
        *name = part->name;
    }
    return last;
}

/* Judges one thing that ends at `end`; true when it surely fits. */
static bool fits(struct mtks_case *self, const struct room *room, const char *code,
                 const char *name, uint64_t end, const char *tool)
{
    if (end <= room->sure)
        return true;
    const bool stop = room->limit && end > room->limit;
    const struct mtks_value device =
        mtks_value_of(mtks_case_text(self, "%s 0x%" PRIX64 " bytes", stop ? "at most" : "at least",
                                     stop ? room->limit : room->sure));
    const struct mtks_value firmware =
        mtks_value_of(mtks_case_text(self, "%s ends at 0x%" PRIX64, name, end));
    mtks_case_add(self, code, stop ? MTKS_REASON_STOP : MTKS_REASON_UNKNOWN,
                  stop
                      ? mtks_case_text(self, "%s ends behind the end of the device's flash (%s)",
                                       name, room->bound)
                      : mtks_case_text(self, "%s may end behind the end of the device's flash (%s)",
                                       name, room->source),
                  device, firmware, tool);
    return false;
}

void mtks_topic_capacity(struct mtks_case *self)
{
    static const char *const ranges[] = {"FAT", "SDS"};
    const struct room room = find_room(self);
    const char *name;
    const uint64_t end = last_end(self->firmware, &name);
    if (!room.sure && !room.limit) {
        mtks_case_add(self, "MTK-M006", MTKS_REASON_UNKNOWN,
                      "the size of the device's flash is not known", mtks_value_of(NULL),
                      mtks_value_of(mtks_case_text(self, "%s ends at 0x%" PRIX64, name, end)),
                      NULL);
        return;
    }
    bool all = fits(self, &room, "MTK-M006", name, end, NULL);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        const struct mtks_range *range = mtks_seen_range(self->firmware, ranges[i]);
        uint64_t last;
        if (range && mtkscan_add(range->offset, range->length, &last))
            all = fits(self, &room, "MTK-M007", range->name, last, BEYOND) && all;
    }
    if (all)
        mtks_case_add(self, "MTK-M006", MTKS_REASON_AGREES,
                      "all that the firmware uses lies inside the device's flash",
                      mtks_value_of(mtks_case_text(self, "0x%" PRIX64 " bytes", room.sure)),
                      mtks_value_of(mtks_case_text(self, "%s ends at 0x%" PRIX64, name, end)),
                      NULL);
}
