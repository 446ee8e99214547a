/* test_local_files.c - the folder of an own service, and the user's database. */
#include "server/commands/local_files.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(the_folder_is_private_and_goes_again)
{
    struct local_files f;
    struct err e = {0};
    struct stat st;
    char folder[LOCAL_PATH_MAX];

    unsetenv("TMPDIR");
    ck_assert_int_eq(local_files_make(&f, &e), ST_OK);
    memcpy(folder, f.folder, sizeof folder);
    ck_assert_int_eq(stat(folder, &st), 0);
    ck_assert_int_eq((int)(st.st_mode & 0777), 0700);
    fclose(fopen(f.database, "w"));
    fclose(fopen(f.key, "w"));
    local_files_remove(&f);
    ck_assert_int_ne(access(folder, F_OK), 0);
    local_files_remove(&f); /* nothing more */
}
END_TEST

START_TEST(a_long_or_missing_tmpdir_is_not_used)
{
    struct local_files f;
    struct err e = {0};
    char path[200];

    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[199] = '\0';
    setenv("TMPDIR", path, 1);
    ck_assert_int_eq(local_files_make(&f, &e), ST_OK);
    ck_assert_int_eq(strncmp(f.folder, "/tmp/lstmd-", 11), 0);
    local_files_remove(&f);
    setenv("TMPDIR", "/no/such", 1);
    ck_assert_int_eq(local_files_make(&f, &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "/no/such"));
    local_files_remove(&f);
}
END_TEST

START_TEST(the_database_is_in_the_users_data_directory)
{
    char home[] = "/tmp/lstmd-home-XXXXXX", want[80];
    struct err e = {0};
    struct stat st;
    char *path = NULL;

    ck_assert_ptr_nonnull(mkdtemp(home));
    setenv("HOME", home, 1);
    unsetenv("XDG_DATA_HOME");
    ck_assert_int_eq(local_database(&path, &e), ST_OK);
    snprintf(want, sizeof want, "%s/.local/share/lstmd/lstmd.db", home);
    ck_assert_str_eq(path, want);
    *strrchr(want, '/') = '\0';
    ck_assert_int_eq(stat(want, &st), 0);
    ck_assert_int_eq((int)(st.st_mode & 0777), 0700);
    free(path);
    setenv("XDG_DATA_HOME", home, 1);
    ck_assert_int_eq(local_database(&path, &e), ST_OK);
    snprintf(want, sizeof want, "%s/lstmd/lstmd.db", home);
    ck_assert_str_eq(path, want);
    free(path);
    setenv("XDG_DATA_HOME", "relative", 1);
    ck_assert_int_eq(local_database(&path, &e), ST_OK);
    ck_assert_ptr_nonnull(strstr(path, "/.local/share/"));
    free(path);
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    ck_assert_int_eq(local_database(&path, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "--database"));
    snprintf(want, sizeof want, "rm -r %s", home);
    ck_assert_int_eq(system(want), 0);
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_is_told)
{
    struct err e = {0};
    char *path = NULL;

    setenv("XDG_DATA_HOME", "/dev/null", 1);
    ck_assert_int_eq(local_database(&path, &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "/dev/null"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("local_files");
    TCase *t = tcase_create("local_files");

    tcase_add_test(t, the_folder_is_private_and_goes_again);
    tcase_add_test(t, a_long_or_missing_tmpdir_is_not_used);
    tcase_add_test(t, the_database_is_in_the_users_data_directory);
    tcase_add_test(t, a_folder_that_cannot_be_made_is_told);
    suite_add_tcase(s, t);
    return suite_run(s);
}
