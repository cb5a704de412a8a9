/* SPDX-License-Identifier: MIT */
/* What files of the phone are known to hold, and which of them are personal. */
#ifndef MTKSCAN_FILES_KNOWN_H
#define MTKSCAN_FILES_KNOWN_H

#include <stdbool.h>

/* Texts are one line [lifetime: static]. */
struct mtks_known {
    const char *folder; /* pattern of a folder above it; NULL: any place */
    const char *name;   /* pattern of its name; '*' is any run of letters */
    const char *what;   /* "IMEI"; "not known" where nobody knows */
    const char *basis;  /* how that is known */
    bool personal;      /* not taken out unless asked for */
};

/* The row of a file by its path from the volume's root, letter case apart; NULL: none. */
const struct mtks_known *mtks_known_file(const char *path);

#endif
