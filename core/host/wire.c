/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <string.h>

#include "entry.h"
#include "services.h"
#include "shape.h"
#include "sink_rows.h"
#include "wire_frame.h"

#define ABSENT       UINT32_MAX /* length of a text, list or piece of bytes that is NULL */
#define RECORD_TEXTS 4u         /* texts of one record at most */
#define GARBAGE      "wrote garbage to the host's pipe"

/* A text that is too long keeps one byte too many, which tells the other end. */
#define TEXT_ROOM (MTKSCAN_TEXT_MAX + 2u)

/* ---- writing */

static void put_word(struct mtks_wire *wire, uint32_t word)
{
    mtks_wire_put(wire, &word, sizeof word);
}

static void put_text(struct mtks_wire *wire, const char *text)
{
    size_t length = text ? strnlen(text, MTKSCAN_TEXT_MAX + 1) : 0;
    put_word(wire, text ? (uint32_t)length : ABSENT);
    mtks_wire_put(wire, text, length);
}

static bool is_text(const struct mtks_member *member)
{
    return member->rule == MTKS_RULE_TEXT || member->rule == MTKS_RULE_TEXT_OR_NULL ||
           member->rule == MTKS_RULE_NAME;
}

/* The bytes behind a check's pointer that are worth sending. */
static uint32_t bytes_of(const mtkscan_check *check)
{
    return !check->bytes                             ? ABSENT
           : check->bytes_length > MTKSCAN_BYTES_MAX ? 0
           : check->kind != MTKSCAN_CHECK_BYTES      ? 0
                                                     : (uint32_t)check->bytes_length;
}

static void put_pointed(struct mtks_wire *wire, enum mtks_record kind,
                        const union mtks_any_record *record)
{
    for (const struct mtks_member *member = mtks_rows[kind].members; member->rule != MTKS_RULE_END;
         member++) {
        const char *text;
        if (!is_text(member))
            continue;
        memcpy(&text, (const char *)record + member->at, sizeof text);
        put_text(wire, text);
    }
    if (kind != MTKS_RECORD_CHECK)
        return;
    uint32_t length = bytes_of(&record->check);
    put_word(wire, length);
    mtks_wire_put(wire, record->check.bytes, length == ABSENT ? 0 : length);
}

void mtks_wire_record(struct mtks_wire *wire, enum mtks_record kind, const void *record)
{
    const struct mtks_row *row = &mtks_rows[kind];
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_RECORD, kind);
    if (record) {
        union mtks_any_record copy;
        uint32_t head[2]; /* struct_size and abi come first in every record */
        memset(&copy, 0, sizeof copy);
        memcpy(head, record, sizeof head);
        if (head[1] >> 16 != MTKSCAN_ABI_MAJOR || head[0] < row->least ||
            head[0] > MTKS_STRUCT_MAX) {
            mtks_wire_put(wire, head, sizeof head);
        } else {
            memcpy(&copy, record, head[0] < row->size ? head[0] : row->size);
            mtks_wire_put(wire, &copy, row->size);
            put_pointed(wire, kind, &copy);
        }
    }
    mtks_wire_finish(wire, at);
}

void mtks_wire_log(struct mtks_wire *wire, int32_t level, const char *text)
{
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_LOG, (unsigned)level);
    put_text(wire, text);
    mtks_wire_finish(wire, at);
}

void mtks_wire_end(struct mtks_wire *wire, int32_t code)
{
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_END, 0);
    mtks_wire_put(wire, &code, sizeof code);
    mtks_wire_finish(wire, at);
}

void mtks_wire_entry(struct mtks_wire *wire, const mtkscan_plugin *entry)
{
    mtkscan_plugin copy = *entry;
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_ENTRY, 0);
    put_word(wire, copy.struct_size);
    put_word(wire, copy.abi);
    put_word(wire, copy.decode != NULL);
    for (size_t i = 0; i < MTKS_ENTRY_TEXT_MEMBERS; i++)
        put_text(wire, *mtks_entry_text(&copy, i));
    for (size_t i = 0; i < MTKS_ENTRY_LIST_MEMBERS; i++) {
        const char *const *list = *mtks_entry_list(&copy, i);
        uint32_t count = 0;
        while (list && list[count])
            count++;
        put_word(wire, list ? count : ABSENT);
        for (uint32_t j = 0; j < count; j++)
            put_text(wire, list[j]);
    }
    mtks_wire_finish(wire, at);
}

void mtks_wire_refused(struct mtks_wire *wire, const char *reason)
{
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_REFUSED, 0);
    put_text(wire, reason);
    mtks_wire_finish(wire, at);
}

void mtks_wire_reached(struct mtks_wire *wire, const struct mtks_reached *reached)
{
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_REACHED, 0);
    mtks_wire_put(wire, reached, sizeof *reached);
    mtks_wire_finish(wire, at);
}

/* ---- reading */

/* What is left of a payload. */
struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

static struct reader read_frame(const struct mtks_frame *frame)
{
    return (struct reader){.at = frame->payload, .left = frame->head.length};
}

/* Copies `length` bytes; zeroes when there are fewer. */
static void get(struct reader *reader, void *to, size_t length)
{
    reader->bad |= length > reader->left;
    if (reader->bad) {
        memset(to, 0, length);
        return;
    }
    memcpy(to, reader->at, length);
    reader->at += length;
    reader->left -= length;
}

static uint32_t get_word(struct reader *reader)
{
    uint32_t word;
    get(reader, &word, sizeof word);
    return word;
}

/* A text into `room`, NUL-terminated, or NULL. */
static const char *get_text(struct reader *reader, char room[TEXT_ROOM])
{
    uint32_t length = get_word(reader);
    if (reader->bad || length == ABSENT)
        return NULL;
    reader->bad |= length >= TEXT_ROOM;
    if (reader->bad)
        return NULL;
    get(reader, room, length);
    room[length] = 0;
    reader->bad |= strlen(room) != length;
    return room;
}

/* A record, and the room that its pointers point to. */
struct decoded {
    union mtks_any_record record;
    char texts[RECORD_TEXTS][TEXT_ROOM];
    uint8_t bytes[MTKSCAN_BYTES_MAX];
};

/* The bytes of a check have to be as many as it says, or the sink would read too many. */
static void get_bytes(struct reader *reader, struct decoded *decoded)
{
    mtkscan_check *check = &decoded->record.check;
    check->bytes = decoded->bytes;
    uint32_t wanted = bytes_of(check), length = get_word(reader);
    if (length == ABSENT)
        check->bytes = NULL;
    else if (length == wanted)
        get(reader, decoded->bytes, length);
    else
        reader->bad = true;
}

/* The record of a frame, for the sink: NULL, or in *decoded. False for garbage. */
static bool get_record(const struct mtks_frame *frame, struct decoded *decoded, const void **record)
{
    struct reader reader = read_frame(frame);
    *record = NULL;
    if (frame->head.item >= MTKS_RECORD_KINDS)
        return false;
    if (reader.left == 0)
        return true;
    const struct mtks_row *row = &mtks_rows[frame->head.item];
    memset(&decoded->record, 0, sizeof decoded->record);
    *record = &decoded->record;
    if (reader.left == 2 * sizeof(uint32_t)) {
        get(&reader, &decoded->record, 2 * sizeof(uint32_t));
        return true;
    }
    get(&reader, &decoded->record, row->size);
    size_t texts = 0;
    for (const struct mtks_member *member = row->members; member->rule != MTKS_RULE_END; member++) {
        if (!is_text(member))
            continue;
        const char *text = get_text(&reader, decoded->texts[texts++]);
        memcpy((char *)&decoded->record + member->at, &text, sizeof text);
    }
    if (frame->head.item == MTKS_RECORD_CHECK)
        get_bytes(&reader, decoded);
    return !reader.bad && reader.left == 0;
}

/* Takes one frame of a callback. False when it is none. */
static bool take_frame(const struct mtks_frame *frame, struct mtks_sink *sink, const char *callback)
{
    struct reader reader = read_frame(frame);
    struct decoded decoded;
    const void *record;
    int32_t code;
    switch (frame->head.kind) {
    case MTKS_FRAME_RECORD:
        if (!get_record(frame, &decoded, &record))
            return false;
        mtks_sink_take(sink, (enum mtks_record)frame->head.item, record);
        return true;
    case MTKS_FRAME_LOG:
        mtks_sink_log(sink, frame->head.item, get_text(&reader, decoded.texts[0]));
        return !reader.bad && reader.left == 0;
    case MTKS_FRAME_OUTPUT:
        return mtks_frame_take_output(frame, sink);
    case MTKS_FRAME_END:
        get(&reader, &code, sizeof code);
        if (reader.bad || reader.left != 0)
            return false;
        mtks_services_ended(sink, callback, code);
        return true;
    default:
        return false;
    }
}

void mtks_wire_replay(struct mtks_frames *frames, struct mtks_sink *sink, const char *callback,
                      bool last)
{
    struct mtks_frame frame = {.head.kind = 0};
    bool garbage = false;
    while (!sink->misbehaved && !sink->out_of_memory && frame.head.kind != MTKS_FRAME_END) {
        bool found = mtks_frame_next(frames, &frame, &garbage);
        if (!found && !garbage)
            mtks_sink_blame(sink, "ended in %s without a result", callback);
        else if (!found || !take_frame(&frame, sink, callback))
            mtks_sink_blame(sink, GARBAGE);
    }
    if (last && !sink->misbehaved && frames->at != frames->length)
        mtks_sink_blame(sink, GARBAGE);
}

/* Whether a whole frame has come that is not the last of its process. */
static bool goes_on(const struct mtks_frames *frames, bool *garbage)
{
    struct mtks_frame_head head;
    size_t left = frames->length - frames->at;
    *garbage = false;
    if (left < sizeof head)
        return false;
    memcpy(&head, frames->bytes + frames->at, sizeof head);
    *garbage = head.magic != MTKS_FRAME_MAGIC || head.length > MTKS_FRAME_MAX;
    return !*garbage && head.length <= left - sizeof head && head.kind != MTKS_FRAME_END &&
           head.kind != MTKS_FRAME_CALL;
}

void mtks_wire_stream(struct mtks_frames *frames, struct mtks_sink *sink, const char *callback)
{
    struct mtks_frame frame;
    bool garbage = false, good = true;
    while (good && !sink->misbehaved && !sink->out_of_memory && goes_on(frames, &garbage))
        good = mtks_frame_next(frames, &frame, &garbage) && take_frame(&frame, sink, callback);
    if (!good || garbage)
        mtks_sink_blame(sink, GARBAGE);
}

/* Stands where an entry has its callbacks: they are in the module's process, not here. */
static int32_t elsewhere(const mtkscan_host *host)
{
    (void)host;
    return MTKSCAN_E_FAILED;
}

/* A text of an entry; NULL too when memory is out. */
static const char *keep_text(struct reader *reader, struct mtks_arena *arena)
{
    char room[TEXT_ROOM];
    return mtks_arena_text(arena, get_text(reader, room));
}

static const char *const *keep_list(struct reader *reader, struct mtks_arena *arena)
{
    uint32_t count = get_word(reader);
    if (reader->bad || count == ABSENT)
        return NULL;
    reader->bad |= count > MTKS_ENTRY_TEXTS;
    const char **list =
        reader->bad ? NULL : mtks_arena_alloc(arena, (count + UINT64_C(1)) * sizeof *list);
    for (uint32_t i = 0; list && i < count; i++) {
        list[i] = keep_text(reader, arena);
        reader->bad |= !list[i]; /* NULL ends a list, and does not stand in it */
    }
    return list;
}

static int32_t decoded_elsewhere(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    return MTKSCAN_E_FAILED;
}

static bool get_entry(const struct mtks_frame *frame, struct mtks_arena *arena,
                      mtkscan_plugin *entry, const char **reason)
{
    struct reader reader = read_frame(frame);
    mtkscan_plugin sent = {.claim = elsewhere, .layout = elsewhere, .flash_ids = elsewhere};
    sent.struct_size = get_word(&reader);
    sent.abi = get_word(&reader);
    sent.decode = get_word(&reader) ? decoded_elsewhere : NULL;
    for (size_t i = 0; i < MTKS_ENTRY_TEXT_MEMBERS; i++)
        *mtks_entry_text(&sent, i) = keep_text(&reader, arena);
    for (size_t i = 0; i < MTKS_ENTRY_LIST_MEMBERS; i++)
        *mtks_entry_list(&sent, i) = keep_list(&reader, arena);
    if (!reader.bad && reader.left == 0)
        return mtks_entry_take(arena, &sent, entry, reason);
    *reason = mtks_arena_text(arena, GARBAGE);
    return false;
}

bool mtks_wire_take_entry(struct mtks_frames *frames, struct mtks_arena *arena,
                          mtkscan_plugin *entry, const char **reason)
{
    struct mtks_frame frame;
    char room[TEXT_ROOM];
    bool garbage;
    bool found = mtks_frame_next(frames, &frame, &garbage);
    if (found && frames->at == frames->length && frame.head.kind == MTKS_FRAME_ENTRY)
        return get_entry(&frame, arena, entry, reason);
    const char *said = NULL;
    if (found && frames->at == frames->length && frame.head.kind == MTKS_FRAME_REFUSED) {
        struct reader reader = read_frame(&frame);
        said = get_text(&reader, room);
        if (reader.bad || reader.left || mtks_text_fault(said))
            said = NULL;
    }
    if (!said)
        said = found || garbage ? GARBAGE : "ended without a result";
    *reason = mtks_arena_text(arena, said);
    return false;
}

bool mtks_wire_take_reached(struct mtks_frames *frames, struct mtks_reached *reached)
{
    struct mtks_frame frame;
    bool garbage;
    if (!mtks_frame_next(frames, &frame, &garbage) || frame.head.kind != MTKS_FRAME_REACHED ||
        frame.head.length != sizeof *reached)
        return false;
    memcpy(reached, frame.payload, sizeof *reached);
    return true;
}

bool mtks_wire_last_call(const uint8_t *bytes, size_t length, int32_t *number)
{
    struct mtks_frames frames = {.bytes = bytes, .length = length};
    struct mtks_frame frame;
    bool garbage;
    if (length < sizeof frame.head + sizeof *number)
        return false;
    frames.at = length - sizeof frame.head - sizeof *number;
    if (!mtks_frame_next(&frames, &frame, &garbage) || frame.head.kind != MTKS_FRAME_CALL ||
        frames.at != length)
        return false;
    memcpy(number, frame.payload, sizeof *number);
    return true;
}
