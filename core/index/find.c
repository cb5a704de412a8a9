/* SPDX-License-Identifier: MIT */
#include "find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../model/text.h"
#include "line.h"
#include "lines.h"

#define ASK_EACH 256u /* lines between two looks whether to stop */

static int judge(struct mtks_hits *hits, const struct mtks_line *line,
                 const struct mtks_query *query, struct mtks_arena *arena)
{
    struct mtks_record record;
    if (!line->text || mtks_record_read(&record, line->text, line->length)) {
        hits->unreadable++;
        return 0;
    }
    struct mtks_hit *hit = MTKS_PUSH(arena, &hits->list);
    const char *path = mtks_arena_text(arena, record.path);
    if (hit && path) {
        *hit = (struct mtks_hit){.path = path, .offset = line->offset, .length = line->length};
        hit->wanted = mtks_match(&query->match, &record, &hit->score);
        /* What is not known to be firmware goes on no device. */
        if (query->device && strcmp(record.status, "identified") != 0)
            hit->wanted = false;
        if (hit->wanted && query->device) {
            struct mtks_rank rank;
            mtks_rank(&rank, query->device, &record, false);
            hit->fit = rank.fit;
            hit->score += rank.score;
        }
    }
    mtks_record_free(&record);
    return hit && path ? 0 : -1;
}

static int by_path(const void *a, const void *b)
{
    const struct mtks_hit *left = a, *right = b;
    int order = strcmp(left->path, right->path);
    return order ? order : (left->offset > right->offset) - (left->offset < right->offset);
}

static int best_first(const void *a, const void *b)
{
    const struct mtks_hit *left = a, *right = b;
    if (left->fit != right->fit)
        return left->fit < right->fit ? -1 : 1;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return by_path(a, b);
}

/* Leaves the wanted images, each once. */
static void put_in_order(struct mtks_hits *hits)
{
    size_t kept = 0, count = hits->list.count;
    struct mtks_hit *items = hits->list.items;
    if (count == 0)
        return;
    qsort(items, count, sizeof *items, by_path);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && strcmp(items[i].path, items[i + 1].path) == 0)
            continue;
        hits->images++;
        if (items[i].wanted)
            items[kept++] = items[i];
    }
    hits->list.count = kept;
    qsort(items, kept, sizeof *items, best_first);
}

static int refuse(const char *name, const char *why, mtkscan_error *error)
{
    char shown[300];
    return mtks_fail(error, MTKSCAN_REFUSED, "%s %s", mtks_text_escape(shown, sizeof shown, name),
                     why);
}

static int read_all(struct mtks_hits *hits, struct mtks_lines *lines, const char *name,
                    const struct mtks_query *query, struct mtks_arena *arena,
                    const struct mtks_progress *progress, mtkscan_error *error)
{
    struct mtks_line line;
    char shown[300];
    int more;
    for (size_t i = 0; (more = mtks_lines_next(lines, &line)) > 0 && !line.torn; i++) {
        if (i % ASK_EACH == 0 && mtks_step(progress, "reading the index", line.offset, 0))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted");
        if (judge(hits, &line, query, arena))
            return refuse(name, "has more lines than there is memory for", error);
        if (hits->list.count == 0 && hits->unreadable)
            return refuse(name, "is no index that `mtkscan index` wrote", error);
    }
    if (more < 0)
        return mtks_fail(error, MTKSCAN_SYSTEM, "cannot read %s: %s",
                         mtks_text_escape(shown, sizeof shown, name), strerror(errno));
    return MTKSCAN_DONE;
}

int mtks_find(struct mtks_hits *hits, int file, const char *name, const struct mtks_query *query,
              struct mtks_arena *arena, const struct mtks_progress *progress, mtkscan_error *error)
{
    struct mtks_lines lines;
    if (mtks_lines_open(&lines, file, 0))
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    int outcome = read_all(hits, &lines, name, query, arena, progress, error);
    mtks_lines_close(&lines);
    if (outcome == MTKSCAN_DONE)
        put_in_order(hits);
    return outcome;
}

int mtks_hit_read(const struct mtks_hit *hit, int file, struct mtks_record *record)
{
    size_t length = (size_t)hit->length;
    char *line = malloc(length + 1);
    int status = -1;
    if (line && pread(file, line, length, (off_t)hit->offset) == (ssize_t)length)
        status = mtks_record_read(record, line, length);
    free(line);
    return status;
}
