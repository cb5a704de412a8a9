/* SPDX-License-Identifier: MIT */
#include "trust.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Many systems give each user a group of the same name and a umask of 002: such a group is the
 * user. */
static bool own_group(uid_t owner, gid_t group)
{
    char user_text[4096], group_text[4096];
    struct passwd user, *user_found = NULL;
    struct group record, *found = NULL;
    if (getpwuid_r(owner, &user, user_text, sizeof user_text, &user_found) != 0 || !user_found)
        return false;
    if (getgrgid_r(group, &record, group_text, sizeof group_text, &found) != 0 || !found)
        return false;
    bool own = user.pw_gid == group && strcmp(user.pw_name, record.gr_name) == 0;
    for (char **member = record.gr_mem; own && *member; member++)
        own = strcmp(*member, user.pw_name) == 0;
    return own;
}

/* Whether nobody but root and the user can change the opened thing; else why not. */
static bool trusted(const struct stat *info, char *reason)
{
    unsigned mode = (unsigned)info->st_mode & 07777;
    if (info->st_uid != 0 && info->st_uid != geteuid())
        snprintf(reason, MTKS_TRUST_REASON, "belongs to user %lu, not to you (%lu) or root",
                 (unsigned long)info->st_uid, (unsigned long)geteuid());
    else if (mode & S_IWOTH)
        snprintf(reason, MTKS_TRUST_REASON, "can be changed by anyone (mode %04o)", mode);
    else if (mode & S_IWGRP && !own_group(info->st_uid, info->st_gid))
        snprintf(reason, MTKS_TRUST_REASON, "can be changed by group %lu (mode %04o)",
                 (unsigned long)info->st_gid, mode);
    else
        return true;
    return false;
}

int mtks_trust_open(int at, const char *name, enum mtks_trust_kind kind,
                    char reason[MTKS_TRUST_REASON])
{
    /* O_NONBLOCK: a FIFO must not make us wait for a writer. */
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = openat(at, name, kind == MTKS_TRUST_FOLDER ? flags | O_DIRECTORY : flags);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        int code = errno;
        snprintf(reason, MTKS_TRUST_REASON, "cannot be opened: %s", strerror(code));
        if (fd >= 0)
            close(fd);
        errno = code;
        return -1;
    }
    bool regular = kind == MTKS_TRUST_FOLDER || S_ISREG(info.st_mode);
    if (!regular)
        snprintf(reason, MTKS_TRUST_REASON, "is not a regular file");
    else if (trusted(&info, reason))
        return fd;
    close(fd);
    errno = regular ? EPERM : EINVAL;
    return -1;
}
