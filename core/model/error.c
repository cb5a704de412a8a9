/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

#include "text.h"

/* Callers format paths and module ids into messages as they are; what comes out is printable. */
static void say(char *to, size_t room, const char *format, va_list list)
    __attribute__((format(printf, 3, 0)));

static void say(char *to, size_t room, const char *format, va_list list)
{
    char raw[1024];
    vsnprintf(raw, sizeof raw, format, list);
    mtks_text_escape(to, room, raw);
}

int mtks_fail(mtkscan_error *error, int outcome, const char *format, ...)
{
    if (!error)
        return outcome;
    error->outcome = outcome;
    error->offset = MTKSCAN_NO_PLACE;
    error->advice[0] = 0;
    va_list list;
    va_start(list, format);
    say(error->what, sizeof error->what, format, list);
    va_end(list);
    return outcome;
}

void mtks_advise(mtkscan_error *error, const char *format, ...)
{
    if (!error)
        return;
    va_list list;
    va_start(list, format);
    say(error->advice, sizeof error->advice, format, list);
    va_end(list);
}
