/* SPDX-License-Identifier: MIT */
/* Terminals, signals, and outputs that take nothing. */
#include "cli.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a shell line with all its streams on a terminal of `columns`; gives what stood on it. */
static char *on_terminal(const char *line, const char *argument, unsigned short columns,
                         int *status)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    int terminal;
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    assert_true(child >= 0);
    if (child == 0) {
        execlp("sh", "sh", "-c", line, TEST_BUILD_DIR "/mtkscan", argument, (char *)NULL);
        _exit(127);
    }
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t used = 0;
    ssize_t got;
    while (used < (1 << 20) - 1 && (got = read(terminal, text + used, (1 << 20) - 1 - used)) > 0)
        used += (size_t)got;
    close(terminal);
    int ended;
    assert_true(waitpid(child, &ended, 0) == child);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
    return text;
}

static void colours_where_it_is_wanted(void **state)
{
    struct stage *stage = *state;
    static const struct {
        const char *line;
        int coloured;
    } rows[] = {
        {"TERM=xterm NO_COLOR= \"$0\" \"$1\"", 1},
        {"TERM=xterm NO_COLOR=1 \"$0\" \"$1\"", 0},
        {"TERM=dumb \"$0\" \"$1\"", 0},
        {"unset TERM; \"$0\" \"$1\"", 0},
        {"TERM=xterm \"$0\" \"$1\" --color=never", 0},
        {"TERM=xterm NO_COLOR=1 \"$0\" \"$1\" --color=always", 1},
        {"TERM=xterm NO_COLOR= \"$0\" \"$1\" --color auto", 1},
        {"TERM=xterm NO_COLOR= \"$0\" \"$1\" --no-progress | cat", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status;
        char *text = on_terminal(rows[i].line, stage->healthy, 80, &status);
        assert_int_equal(status, 0);
        assert_contains(text, "MT6261");
        if ((strstr(text, "\x1b[32m") != NULL) != rows[i].coloured)
            fail_msg("%s:\n%s", rows[i].line, text);
        free(text);
    }
    struct test_run run = test_mtkscan(stage->healthy, "--color=always", NULL);
    assert_contains(run.out, "\x1b[32mverified\x1b[0m");
    test_run_free(&run);
}

static void uses_the_width_there_is(void **state)
{
    struct stage *stage = *state;
    static const unsigned short widths[] = {60, 80, 132};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        int status;
        char *text = on_terminal("TERM=dumb \"$0\" \"$1\"", stage->damaged, widths[i], &status);
        assert_int_equal(status, 5);
        for (const char *line = text; *line;) {
            size_t length = strcspn(line, "\r\n");
            if (length > widths[i])
                fail_msg("over %u columns: %.*s", widths[i], (int)length, line);
            line += length + strspn(line + length, "\r\n");
        }
        free(text);
    }
}

/* A slow input shows a bar after half a second, and takes it away. A quick one shows none. */
static void shows_progress_when_it_takes_long(void **state)
{
    struct stage *stage = *state;
    static const char slow[] = "{ head -c 100000 \"$1\"; sleep 0.9; tail -c +100001 \"$1\"; } | "
                               "TERM=xterm \"$0\" - --color=never";
    char line[256];
    int status;
    char *text = on_terminal(slow, stage->healthy, 80, &status);
    assert_int_equal(status, 0);
    const char *bar = strstr(text, "\r\x1b[K");
    assert_non_null(bar);
    assert_string_equal(strstr(text, "MT6261;") ? "reported" : text, "reported");
    const char *last = NULL;
    for (const char *at = text; (at = strstr(at, "\r\x1b[K")); at++)
        last = at;
    assert_int_equal(strncmp(last + 4, "MT6261;", 7), 0); /* erased before the report */
    free(text);
    static const char *const quiet[] = {"--no-progress", "-q", "2> /dev/null"};
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
        snprintf(line, sizeof line, "%s %s", slow, quiet[i]);
        text = on_terminal(line, stage->healthy, 80, &status);
        assert_lacks(text, "\x1b[K");
        free(text);
    }
    text = on_terminal("TERM=xterm \"$0\" \"$1\"", stage->healthy, 80, &status);
    assert_lacks(text, "\x1b[K");
    free(text);
}

static void stops_when_asked(void **state)
{
    (void)state;
    static const char *const signals[] = {"INT", "TERM", "HUP", "QUIT"};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        expect(shell("{ echo x; sleep 3; } | timeout --foreground --preserve-status -s \"$1\" 1 "
                     "\"$0\" - x y",
                     signals[i], ""),
               130, NULL, "mtkscan: interrupted");
    expect(shell("{ echo x; sleep 3; } | timeout --foreground --preserve-status -s INT 1 \"$0\" "
                 "extract - -o "
                 "/nonexistent/x --json",
                 "", ""),
           130, "\"code\":\"interrupted\"", "mtkscan: interrupted");
    /* What nohup(1) has ignored stays so: the input is read to its end. */
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        expect(shell("{ echo x; sleep 2; } | (trap '' \"$1\"; exec \"$0\" -q -) & "
                     "sleep 1; kill -s \"$1\" $!; wait $!",
                     signals[i], ""),
               3, NULL, NULL);
}

/* A report that does not arrive is an error. */
static void tells_when_output_fails(void **state)
{
    struct stage *stage = *state;
    static const char *const lines[] = {
        "\"$0\" \"$1\" > /dev/full", "\"$0\" --json \"$1\" \"$1\" > /dev/full",
        "\"$0\" \"$1\" >&-",         "\"$0\" --version > /dev/full",
        "\"$0\" --help >&-",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect(shell(lines[i], stage->healthy, ""), 1, NULL,
               "mtkscan: cannot write to standard output: ");
    /* A reader that goes away early. */
    expect(shell("{ \"$0\" -v \"$1\" \"$1\" \"$1\"; echo \"exit $?\" >&2; } | true; sleep 0.3",
                 stage->healthy, ""),
           0, NULL, "exit 1");
}

/* With standard streams closed no report may land in a file that the program opens. */
static void keeps_reports_out_of_kits(void **state)
{
    struct stage *stage = *state;
    char kit[512];
    snprintf(kit, sizeof kit, "%s/closed", stage->folder);
    struct test_run run =
        shell("\"$0\" extract \"$1\" -o \"$2\" <&- >&- 2>&-", stage->healthy, kit);
    assert_int_equal(run.status, 1);
    test_run_free(&run);
    for (uint32_t i = 0; i < stage->dump.truth.part_count; i++) {
        const mtkscan_fixture_part *part = &stage->dump.truth.parts[i];
        size_t size = 0;
        char *bytes = test_file_read(kit, part->name, &size);
        if (!bytes) /* the internal loader has the vendor's longer name */
            continue;
        assert_int_equal(size, part->length);
        assert_memory_equal(bytes, stage->dump.bytes + part->offset, size);
        free(bytes);
    }
    assert_true(test_exists(kit, "ROM"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_where_it_is_wanted),
        cmocka_unit_test(uses_the_width_there_is),
        cmocka_unit_test(shows_progress_when_it_takes_long),
        cmocka_unit_test(stops_when_asked),
        cmocka_unit_test(tells_when_output_fails),
        cmocka_unit_test(keeps_reports_out_of_kits),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
