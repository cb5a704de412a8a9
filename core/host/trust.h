/* SPDX-License-Identifier: MIT */
/*
 * Opens what code is loaded from, and looks at the opened thing itself, so that nothing can be put
 * in its place between the look and the use.
 */
#ifndef MTKSCAN_HOST_TRUST_H
#define MTKSCAN_HOST_TRUST_H

enum mtks_trust_kind { MTKS_TRUST_FOLDER, MTKS_TRUST_FILE };

#define MTKS_TRUST_REASON 160u /* bytes of a reason, with its NUL */

/*
 * Opens `name`, relative to the folder `at` (or AT_FDCWD), following links. It has to be of the
 * kind, belong to root or the user, and be writable by nobody else: a group that is the owner's own
 * (same name, no other members) counts as the owner. Returns a descriptor [owner: caller, close],
 * or -1 with errno set and why, as the end of a sentence. errno is EPERM when it is there but not
 * trusted, EINVAL when it is no regular file but has to be.
 */
int mtks_trust_open(int at, const char *name, enum mtks_trust_kind kind,
                    char reason[MTKS_TRUST_REASON]);

#endif
