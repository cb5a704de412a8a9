/* SPDX-License-Identifier: MIT */
/* What several tests need: cmocka with its prelude, fixture dumps, folders, and running the
 * program. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtkscan/fixture.h"

/* A fixture dump in memory. [owner: caller, test_dump_free] */
struct test_dump {
    uint8_t *bytes;
    size_t size;
    mtkscan_fixture_truth truth;
};

/* Builds a preset ("MT6260", ...) with extra flags; fails the test when it cannot. */
struct test_dump test_dump_make(const char *chip, uint32_t flags);
struct test_dump test_dump_build(const mtkscan_fixture *fixture);
void test_dump_free(struct test_dump *dump);

/* A new empty folder below the system's temporary folder. [owner: caller, test_folder_remove] */
char *test_folder_new(void);
void test_folder_remove(char *path); /* with all it holds; frees path */

/* Writes a file; returns its path. [owner: caller, free] */
char *test_file_write(const char *folder, const char *name, const void *bytes, size_t size);

/* Reads a whole file; NULL when it does not exist. NUL-terminated. [owner: caller, free] */
char *test_file_read(const char *folder, const char *name, size_t *size);

int test_exists(const char *folder, const char *name);

/* What a program did. [owner: caller, test_run_free] */
struct test_run {
    int status; /* exit code, or 128 + signal */
    char *out, *err;
};

/* Runs a program with a NULL-terminated argument list and no standard input; fails after 120 s. */
struct test_run test_run(const char *const *argv);

/* Runs the built mtkscan; the arguments end with NULL. */
struct test_run test_mtkscan(const char *first, ...) __attribute__((sentinel));
void test_run_free(struct test_run *run);

#endif
