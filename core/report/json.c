/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <assert.h>
#include <inttypes.h>

#include "escape.h"

static void put_unicode(FILE *out, uint32_t code)
{
    if (code > 0xFFFF) {
        code -= 0x10000;
        fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xD800 + (code >> 10)),
                (unsigned)(0xDC00 + (code & 0x3FF)));
    } else {
        fprintf(out, "\\u%04x", (unsigned)code);
    }
}

static void put_string(FILE *out, const char *text)
{
    uint32_t code;
    size_t length;
    fputc('"', out);
    for (; (length = mtks_utf8_next(text, &code)) > 0; text += length) {
        if (code == MTKS_UTF8_INVALID)
            put_unicode(out, 0xFFFD);
        else if (code == '"' || code == '\\')
            fprintf(out, "\\%c", (int)code);
        else if (mtks_utf8_unsafe(code))
            put_unicode(out, code);
        else
            fwrite(text, 1, length, out);
    }
    fputc('"', out);
}

/* What stands before any value: a comma where one is due, and the key. */
static void begin_item(struct mtks_json *json, const char *key)
{
    if (json->depth > 0) {
        if (json->filled[json->depth - 1])
            fputc(',', json->out);
        json->filled[json->depth - 1] = true;
    }
    if (key) {
        put_string(json->out, key);
        fputc(':', json->out);
    }
}

static void open_level(struct mtks_json *json, const char *key, char opening, char closing)
{
    assert(json->depth < MTKS_JSON_DEPTH);
    begin_item(json, key);
    fputc(opening, json->out);
    json->closing[json->depth] = closing;
    json->filled[json->depth] = false;
    json->depth++;
}

void mtks_json_object(struct mtks_json *json, const char *key)
{
    open_level(json, key, '{', '}');
}

void mtks_json_array(struct mtks_json *json, const char *key)
{
    open_level(json, key, '[', ']');
}

void mtks_json_close(struct mtks_json *json)
{
    assert(json->depth > 0);
    json->depth--;
    fputc(json->closing[json->depth], json->out);
    if (json->depth == 0)
        fputc('\n', json->out);
}

void mtks_json_text(struct mtks_json *json, const char *key, const char *value)
{
    if (!value) {
        mtks_json_null(json, key);
        return;
    }
    begin_item(json, key);
    put_string(json->out, value);
}

void mtks_json_number(struct mtks_json *json, const char *key, uint64_t value)
{
    begin_item(json, key);
    fprintf(json->out, "%" PRIu64, value);
}

void mtks_json_integer(struct mtks_json *json, const char *key, int64_t value)
{
    begin_item(json, key);
    fprintf(json->out, "%" PRId64, value);
}

void mtks_json_bool(struct mtks_json *json, const char *key, bool value)
{
    begin_item(json, key);
    fputs(value ? "true" : "false", json->out);
}

void mtks_json_null(struct mtks_json *json, const char *key)
{
    begin_item(json, key);
    fputs("null", json->out);
}

void mtks_json_known(struct mtks_json *json, const char *key, uint64_t value, uint64_t unknown)
{
    if (value == unknown)
        mtks_json_null(json, key);
    else
        mtks_json_number(json, key, value);
}

void mtks_json_hex(struct mtks_json *json, const char *key, const uint8_t *bytes, size_t length)
{
    begin_item(json, key);
    fputc('"', json->out);
    for (size_t i = 0; i < length; i++)
        fprintf(json->out, "%02X", bytes[i]);
    fputc('"', json->out);
}
