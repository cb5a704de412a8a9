/* SPDX-License-Identifier: MIT */
/* Inside the files room: what entries are called on the host. */
#ifndef MTKSCAN_FILES_NAMES_H
#define MTKSCAN_FILES_NAMES_H

#include "files.h"

#define MTKS_HOST_NAME 240u /* bytes of one name, NUL counted */

/*
 * One name made safe: UTF-8 stays as it is, also what is not Latin; what a file system or terminal
 * would act on, in this or another system, becomes %XX. "%~" is in no such name.
 */
void mtks_host_name(char safe[MTKS_HOST_NAME], const char *name);

/*
 * A path for every entry, in `arena`, by index: "C/Photos/a.gif", or "deleted/C/...". No two are
 * alike, Latin letter case apart: the second becomes "a%~2.gif". NULL when memory is out.
 */
const char **mtks_host_paths(const struct mtks_files *files, struct mtks_arena *arena);

#endif
