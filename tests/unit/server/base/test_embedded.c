/* test_embedded.c - embedded files: byte for byte those of the tree, with a NUL after each; the
 * page is packed. */
#include "server/base/embedded.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(every_file_is_what_the_tree_holds)
{
    static unsigned char text[1 << 20];

    ck_assert_uint_gt(embedded_count, 0);
    for (size_t i = 0; i < embedded_count; i++) {
        const struct embedded_file *f = &embedded_files[i];
        FILE *in = strncmp(f->name, "web/", 4) ? fopen(f->name, "rb") : NULL;

        ck_assert_uint_eq(f->data[f->size], 0);
        if (strncmp(f->name, "web/", 4) == 0)
            continue;
        ck_assert_msg(in != NULL, "%s: run this from the root of the source tree", f->name);
        ck_assert_uint_eq(fread(text, 1, sizeof text, in), f->size);
        fclose(in);
        ck_assert_msg(memcmp(text, f->data, f->size) == 0, "%s differs", f->name);
    }
}
END_TEST

/* The digest is 16 digits, the rest is gzip. */
START_TEST(the_page_is_packed)
{
    int files = 0;

    for (size_t i = 0; i < embedded_count; i++) {
        const struct embedded_file *f = &embedded_files[i];
        size_t n = strlen(f->name);

        if (strncmp(f->name, "web/", 4) != 0 || strcmp(f->name, "web/hash") == 0)
            continue;
        files++;
        ck_assert_msg(n > 7 && strcmp(f->name + n - 3, ".gz") == 0, "%s", f->name);
        ck_assert_msg(f->size > 18 && f->data[0] == 0x1f && f->data[1] == 0x8b, "%s", f->name);
    }
    ck_assert_int_gt(files, 3);
    ck_assert_ptr_nonnull(embedded_find("web/index.html.gz"));
    ck_assert_ptr_nonnull(embedded_find("web/dygraphs.js.gz"));
    ck_assert_ptr_nonnull(embedded_find("web/hash"));
    ck_assert_uint_eq(embedded_find("web/hash")->size, 16);
}
END_TEST

START_TEST(files_are_found_by_name_and_in_order)
{
    ck_assert_ptr_nonnull(embedded_find("config/lstmd.conf"));
    ck_assert_ptr_nonnull(embedded_find("config/examples/sine.csv"));
    ck_assert_ptr_null(embedded_find("lstmd.conf"));
    ck_assert_ptr_null(embedded_find(""));
    for (size_t i = 1; i < embedded_count; i++)
        ck_assert_int_lt(strcmp(embedded_files[i - 1].name, embedded_files[i].name), 0);
}
END_TEST

/* Two migrations of one number, or a gap, would leave one of them out without a word. Those of
 * PostgreSQL begin later, with all tables at once. */
START_TEST(migrations_are_numbered_without_gaps)
{
    int n = 0, p = 0;

    for (size_t i = 0; i < embedded_count; i++) {
        const char *name = embedded_files[i].name;
        bool postgres = strstr(name, ".postgres.sql") != NULL;
        int number;

        if (strncmp(name, "migrations/", 11) != 0)
            continue;
        number = atoi(name + 11);
        if (postgres)
            ck_assert_msg(!p || number == p + 1, "%s is not number %d", name, p + 1);
        else
            ck_assert_msg(number == n + 1, "%s is not number %d", name, n + 1);
        *(postgres ? &p : &n) = number;
    }
    ck_assert_int_gt(n, 0);
    ck_assert_int_eq(p, n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("embedded");
    TCase *t = tcase_create("embedded");
    SRunner *r;
    int failed;

    tcase_add_test(t, every_file_is_what_the_tree_holds);
    tcase_add_test(t, the_page_is_packed);
    tcase_add_test(t, files_are_found_by_name_and_in_order);
    tcase_add_test(t, migrations_are_numbered_without_gaps);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
