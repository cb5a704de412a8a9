/* SPDX-License-Identifier: MIT */
/* Checks of single modules. */
#include "../host/module_check.h"

#include "../report/report.h"
#include "session.h"

int mtkscan_module_check(const mtkscan_session *session, const char *path, FILE *out, bool json,
                         const mtkscan_style *style, mtkscan_error *error)
{
    struct mtks_module_check check;
    int outcome = mtks_module_check_run(&check, path, &session->plugins, &session->limits, error);
    if (outcome == MTKSCAN_DONE && out && json)
        mtks_report_check_json(out, &check);
    else if (outcome == MTKSCAN_DONE && out)
        mtks_report_check_text(out, &check, style && style->colour);
    if (outcome == MTKSCAN_DONE && !check.sound)
        outcome = mtks_fail(error, MTKSCAN_MISBEHAVED, "%s is unsound", path);
    mtks_module_check_free(&check);
    return outcome;
}

const char *mtkscan_module_path(const mtkscan_session *session, size_t number)
{
    return number < session->plugins.list.count ? session->plugins.list.items[number].path : NULL;
}
