/* test_restore.c - a backup takes the place of a database, and what was there is kept. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture f;
static char copy[128], kept[PATH_MAX];

static void setup(void)
{
    fixture_open(&f);
    snprintf(copy, sizeof(copy), "%s/copy.db", f.folder);
    put_series(&f, "x", FREQ_M, 0, 5, 0.0);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    put_series(&f, "y", FREQ_M, 0, 5, 0.0);
}

static void teardown(void)
{
    fixture_close(&f);
}

static enum status restore_to(const char *path)
{
    const struct store_config c = {.path = copy, .busy_timeout_ms = 1000, .as_is = true};
    struct store *from = NULL;
    enum status st;

    ck_ok(store_open(&from, &c, &f.e), &f.e);
    st = store_restore(from, path, kept, &f.e);
    store_close(from);
    return st;
}

static bool has_dataset(const char *path, const char *name)
{
    const struct store_config c = {.path = path, .busy_timeout_ms = 1000};
    struct dataset d = {0};
    struct store *s = NULL;
    bool found;

    ck_ok(store_open(&s, &c, &f.e), &f.e);
    found = store_dataset_get(&d, s, name, &f.e) == ST_OK;
    dataset_release(&d);
    store_close(s);
    return found;
}

static void close_store(void)
{
    store_close(f.store);
    f.store = NULL;
}

START_TEST(the_backup_is_served_and_the_other_kept)
{
    struct stat before, after;

    close_store();
    ck_assert_int_eq(chmod(f.file, 0640), 0);
    ck_assert_int_eq(stat(f.file, &before), 0);
    ck_ok(restore_to(f.file), &f.e);
    ck_assert(has_dataset(f.file, "x"));
    ck_assert(!has_dataset(f.file, "y"));
    ck_assert_ptr_nonnull(strstr(kept, ".before-restore"));
    ck_assert(has_dataset(kept, "y"));
    ck_assert_int_eq(stat(f.file, &after), 0);
    ck_assert_int_eq(after.st_mode, before.st_mode);
    ck_assert(has_dataset(copy, "x")); /* the backup is still there */
}
END_TEST

/* The log of a killed daemon belongs to the old database, and is kept with it. */
START_TEST(the_log_goes_with_its_database)
{
    char crashed[160], command[600];

    snprintf(crashed, sizeof(crashed), "%s/crashed.db", f.folder);
    snprintf(command, sizeof(command), "cp %s %s && cp %s-wal %s-wal", f.file, crashed, f.file,
             crashed);
    ck_assert_int_eq(system(command), 0); /* with "y" in the log alone */
    ck_ok(restore_to(crashed), &f.e);
    ck_assert(!has_dataset(crashed, "y"));
    ck_assert(has_dataset(kept, "y"));
}
END_TEST

/* A database that cannot be opened is the reason to restore one. */
START_TEST(a_damaged_database_is_replaced)
{
    char damaged[160], log[200];
    int fd;

    snprintf(damaged, sizeof(damaged), "%s/damaged.db", f.folder);
    snprintf(log, sizeof(log), "%s-wal", damaged);
    for (int i = 0; i < 2; i++) {
        fd = open(i ? log : damaged, O_WRONLY | O_CREAT, 0600);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, "no database at all", 18), 18);
        close(fd);
    }
    ck_ok(restore_to(damaged), &f.e);
    ck_assert(has_dataset(damaged, "x"));
    ck_assert_int_eq(access(kept, F_OK), 0);
}
END_TEST

START_TEST(where_nothing_was_nothing_is_kept)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/new.db", f.folder);
    ck_ok(restore_to(path), &f.e);
    ck_assert_str_eq(kept, "");
    ck_assert(has_dataset(path, "x"));
}
END_TEST

START_TEST(a_second_restore_overwrites_nothing)
{
    close_store();
    ck_ok(restore_to(f.file), &f.e);
    ck_status(restore_to(f.file), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "before-restore"));
    ck_assert(has_dataset(kept, "y"));
}
END_TEST

START_TEST(a_database_in_use_stays)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000, .exclusive = true};

    close_store();
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    ck_status(restore_to(f.file), ST_CONFLICT, &f.e);
    close_store();
    ck_assert(has_dataset(f.file, "y"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("restore");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_backup_is_served_and_the_other_kept);
    tcase_add_test(t, the_log_goes_with_its_database);
    tcase_add_test(t, a_damaged_database_is_replaced);
    tcase_add_test(t, where_nothing_was_nothing_is_kept);
    tcase_add_test(t, a_second_restore_overwrites_nothing);
    tcase_add_test(t, a_database_in_use_stays);
    suite_add_tcase(s, t);
    return suite_run(s);
}
