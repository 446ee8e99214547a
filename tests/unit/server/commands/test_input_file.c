/* test_input_file.c - files that are read, and the names of their data sets. */
#include "server/commands/input_file.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *path, *name;
} names[] = {
    {"sales.csv", "sales"},
    {"/a/b/Sales 2024 (new).CSV.gz", "sales-2024-new"},
    {"a.b.csv", "a.b"},
    {".hidden", "hidden"},
    {"-", "data"},
    {"___.csv", "data"},
    {"../\xc3\xa9t\xc3\xa9.csv", "t"},
    {"x", "x"},
};

START_TEST(names_follow_the_rules_of_the_interface)
{
    char name[INPUT_NAME_MAX + 1];

    input_name(name, names[_i].path);
    ck_assert_str_eq(name, names[_i].name);
}
END_TEST

START_TEST(long_names_are_cut)
{
    char path[300], name[INPUT_NAME_MAX + 1];

    memset(path, 'a', sizeof path);
    path[299] = '\0';
    input_name(name, path);
    ck_assert_uint_eq(strlen(name), INPUT_NAME_MAX);
}
END_TEST

static const struct {
    const char *ending, *type, *coding;
} types[] = {
    {".csv", "text/csv", NULL},
    {".CSV", "text/csv", NULL},
    {".json.gz", "application/json", "gzip"},
    {".conllu", "text/x-conllu", NULL},
    {".txt", NULL, NULL},
    {"csv", NULL, NULL},
};

START_TEST(the_extension_tells_the_type)
{
    static const char *const empty = "";
    const struct invocation v = {.operands = {empty}};
    struct input_file in;
    struct err e = {0};
    char path[80];
    int fd;

    snprintf(path, sizeof path, "/tmp/lstmd-input-XXXXXX%s", types[_i].ending);
    fd = mkstemps(path, (int)strlen(types[_i].ending));
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert(input_is_file(path));
    ck_assert_int_eq(input_open(&in, &v, path, &e), ST_OK);
    ck_assert_pstr_eq(in.type, types[_i].type);
    ck_assert_pstr_eq(in.coding, types[_i].coding);
    input_close(&in);
    unlink(path);
}
END_TEST

START_TEST(what_is_no_file_is_told)
{
    const struct invocation v = {.io = {.in = stdin}};
    struct input_file in;
    struct err e = {0};

    ck_assert_int_eq(input_open(&in, &v, "/no/such.csv", &e), ST_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(e.message, "cannot read /no/such.csv"));
    ck_assert_int_eq(input_open(&in, &v, "/tmp", &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "/tmp is a folder"));
    ck_assert_int_eq(input_open(&in, &v, "-", &e), ST_OK);
    ck_assert_ptr_eq(in.f, stdin);
    input_close(&in); /* leaves it open */
    ck_assert(input_is_file("-"));
    ck_assert(input_is_file("./sales"));
    ck_assert(!input_is_file("no-such-file"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("input_file");
    TCase *t = tcase_create("input_file");

    tcase_add_loop_test(t, names_follow_the_rules_of_the_interface, 0,
                        (int)(sizeof names / sizeof *names));
    tcase_add_test(t, long_names_are_cut);
    tcase_add_loop_test(t, the_extension_tells_the_type, 0, (int)(sizeof types / sizeof *types));
    tcase_add_test(t, what_is_no_file_is_told);
    suite_add_tcase(s, t);
    return suite_run(s);
}
