/* test_storage.c - the daemon on storage that is full, read-only, or taken away under it. */
#include "tests/integration/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct daemon d;
static struct reply r;
static char small[80]; /* where that file system is */
static bool mounted;

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    reply_release(&r);
    if (d.pid)
        (void)daemon_stop(&d, 20);
    if (mounted)
        (void)umount2(small, MNT_DETACH);
    mounted = false;
    daemon_free(&d);
}

/* ---- a small disk ---- */

/* The database's folder is a file system of that size; false: this user may not mount. */
static bool mount_small(const char *size)
{
    char options[32];

    snprintf(small, sizeof(small), "%s/small", d.dir);
    snprintf(d.db, sizeof(d.db), "%s/db", small);
    snprintf(options, sizeof(options), "size=%s", size);
    mounted = mkdir(small, 0700) == 0 && mount("none", small, "tmpfs", 0, options) == 0;
    if (!mounted)
        fprintf(stderr, "test_storage: skipped: cannot mount a tmpfs here: %s\n", strerror(errno));
    return mounted;
}

/* About `kilobytes` of values, as JSON. free() it. */
static char *values_of(int kilobytes)
{
    size_t n = (size_t)kilobytes * 128, len = 0; /* a value takes 8 bytes in the database */
    char *text = malloc(n * 4 + 64);

    ck_assert_ptr_nonnull(text);
    len = (size_t)sprintf(text, "{\"series\":[{\"id\":\"s\",\"values\":[");
    for (size_t i = 0; i < n; i++)
        len += (size_t)sprintf(text + len, "%s%d", i ? "," : "", (int)(i % 90) + 10);
    snprintf(text + len, 8, "]}]}");
    return text;
}

static long put_values(const char *name, int kilobytes)
{
    char path[64], *text = values_of(kilobytes);
    const struct request q = {
        .method = "PUT", .path = path, .type = "application/json", .body = text};

    snprintf(path, sizeof(path), "/v1/datasets/%s", name);
    http_send(&r, &d, &q);
    free(text);
    return r.status;
}

/* Stores data sets f0, f1, ... until one is refused; returns their number. */
static int fill_up(int kilobytes)
{
    for (int i = 0; i < 400; i++) {
        char name[16];
        long status;

        snprintf(name, sizeof(name), "f%d", i);
        status = put_values(name, kilobytes);
        if (status == 507)
            return i;
        ck_assert_msg(status == 201, "PUT: %ld: %s", status, r.body);
    }
    ck_abort_msg("the disk does not get full");
    return 0;
}

/* Waits until GET path answers with that status. */
static void wait_status(const char *path, long status)
{
    const struct request q = {.method = "GET", .path = path};
    int64_t deadline = now_ms() + 15000;

    do {
        http_send(&r, &d, &q);
        if (r.status == status)
            return;
        poll(NULL, 0, 50);
    } while (now_ms() < deadline);
    ck_abort_msg("%s stays at %ld: %s", path, r.status, r.body);
}

static void expect_no_sql(const char *text)
{
    static const char *const words[] = {"SELECT", "INSERT", "UPDATE ", "DELETE FROM",
                                        "PRAGMA", "COMMIT", "BEGIN",   "VALUES"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        ck_assert_msg(!strstr(text, words[i]), "'%s' in: %s", words[i], text);
}

/* The keeper looks again and again whether there is room. */
static void expect_metric(const char *line)
{
    int64_t by = now_ms() + 20000;

    do {
        ck_assert_msg(now_ms() < by, "no '%s' in the metrics", line);
        get(&r, &d, "/metrics", 200);
    } while (!strstr(r.body, line));
}

static void expect_full(void)
{
    ck_assert_str_eq(text_at(r.json, "type"), "/problems/insufficient-storage");
    ck_assert_msg(strstr(text_at(r.json, "detail"), d.db) != NULL, "%s", r.body);
    ck_assert_msg(strstr(text_at(r.json, "detail"), "delete data sets") != NULL, "%s", r.body);
    expect_no_sql(r.body);
}

static void delete_filling(int n)
{
    char path[64];

    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "/v1/datasets/f%d", i);
        del(&r, &d, path, 204);
    }
}

START_TEST(a_full_disk_can_be_emptied)
{
    static const char *const sizes[] = {"10m", "24m", "64m"};
    int64_t by = now_ms() + 240000;
    int before = -1, rounds = 0;
    bool again = false;

    if (!mount_small(sizes[_i]))
        return;
    daemon_start(&d, NULL);
    while (rounds < 3) {
        int n = fill_up(_i == 2 ? 3000 : 300);

        expect_full();
        ck_assert_int_gt(n, 1);
        get(&r, &d, "/v1/datasets/f0/data", 200);
        delete_filling(n);
        wait_status("/readyz", 200);
        ck_assert_int_eq(put_values("again", 300), again ? 200 : 201);
        again = true;
        /* no space is lost; deleted data is given back a few pages at a time */
        ck_assert_int_lt(now_ms(), by);
        if (before >= 0 && n < before / 2)
            continue;
        before = n;
        rounds++;
    }
    expect_metric("lstmd_database_writable 1\n");
}
END_TEST

/* Fills the disk with a file, and returns the bytes that it had room for. */
static size_t fill_disk(void)
{
    char path[128], *block = calloc(1, 1 << 16);
    size_t size = 1 << 16, taken = 0;
    int fd;

    snprintf(path, sizeof(path), "%s/filler", small);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_ptr_nonnull(block);
    while (size > 0) {
        ssize_t n = write(fd, block, size);

        if (n > 0)
            taken += (size_t)n;
        else
            size /= 2;
    }
    free(block);
    close(fd);
    return taken;
}

static void unfill_disk(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/filler", small);
    ck_assert_int_eq(unlink(path), 0);
}

/* Whether /readyz and the metrics say so; a daemon that just found room again does not. */
static bool says_it_is_full(void)
{
    http_send(&r, &d, &(const struct request){.method = "GET", .path = "/readyz"});
    if (r.status != 503)
        return false;
    ck_assert_msg(strstr(text_at(r.json, "detail"), "no room") != NULL, "%s", r.body);
    get(&r, &d, "/metrics", 200);
    return strstr(r.body, "lstmd_database_trouble{reason=\"full\"} 1\n") &&
           strstr(r.body, "lstmd_database_writable 0\n");
}

/* After a refusal the daemon shortens its log, and is ready again if that freed enough space. So
 * the freed space is filled too, until a round finds nothing to fill. */
static void fill_for_good(void)
{
    int64_t by = now_ms() + 30000;
    size_t taken;

    do {
        ck_assert_msg(now_ms() < by, "it does not stay full: %s", r.body);
        taken = fill_disk();
        if (put_values("c", 1000) == 507)
            expect_full();
    } while (taken > 0 || !says_it_is_full());
}

/* Other files fill the disk. Deleting our data frees too little, but must still work. */
START_TEST(others_fill_the_disk)
{
    if (!mount_small("40m"))
        return;
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 2000), 201);
    ck_assert_int_eq(put_values("b", 2000), 201);
    fill_for_good();
    del(&r, &d, "/v1/datasets/a", 204);
    get(&r, &d, "/v1/datasets/b/data", 200);
    unfill_disk();
    wait_status("/readyz", 200);
    ck_assert_int_eq(put_values("d", 1000), 201);
}
END_TEST

START_TEST(it_starts_on_a_full_disk)
{
    if (!mount_small("40m"))
        return;
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 3000), 201);
    if (_i == 0)
        ck_assert_int_eq(daemon_stop(&d, 20), 0);
    else
        daemon_kill(&d);
    fill_disk();
    daemon_start_unready(&d, NULL);
    get(&r, &d, "/v1/datasets/a/data", 200);
    del(&r, &d, "/v1/datasets/a", 204);
    unfill_disk();
    wait_status("/readyz", 200);
}
END_TEST

/* ulimit -f: a limit of the process, not of the disk. */
START_TEST(a_limit_of_file_size_is_a_full_disk)
{
    struct rlimit old, little;
    int n;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    little = (struct rlimit){.rlim_cur = 12 << 20, .rlim_max = old.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
    daemon_start(&d, NULL);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    n = fill_up(700);
    expect_full();
    ck_assert_int_gt(n, 1);
    get(&r, &d, "/v1/datasets/f0/data", 200);
    for (int i = 0; i < n; i++) {
        char path[64];

        snprintf(path, sizeof(path), "/v1/datasets/f%d", i);
        del(&r, &d, path, 204);
    }
    wait_status("/readyz", 200);
    ck_assert_int_eq(put_values("again", 300), 201);
}
END_TEST

START_TEST(a_backup_to_a_full_disk_says_so)
{
    char to[128], out[2048];
    const char *args[] = {"backup", to, "--database", d.db, NULL};
    struct stat s;

    if (!mount_small("10m"))
        return;
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 1500), 201);
    fill_disk();
    snprintf(to, sizeof(to), "%s/copy.db", small);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 1);
    ck_assert_msg(strstr(out, "no room is left") && strstr(out, to), "%s", out);
    expect_no_sql(out);
    ck_assert_int_ne(stat(to, &s), 0);
}
END_TEST

/* ---- files that are taken away ---- */

/* $DB is the database. */
static void shell(const char *command)
{
    char line[640];
    FILE *p;

    snprintf(line, sizeof(line), "DB='%s'; %s", d.db, command);
    p = popen(line, "r");
    ck_assert_ptr_nonnull(p);
    ck_assert_msg(pclose(p) == 0, "%s", line);
}

static const struct {
    const char *command, *words, *undo;
} losses[] = {
    {"rm $DB", "removed or moved", NULL},
    {"rm $DB $DB-wal $DB-shm", "removed or moved", NULL},
    {"mv $DB $DB.away", "removed or moved", "mv $DB.away $DB"},
    {"cp $DB $DB.copy; mv $DB.copy $DB", "was replaced", NULL},
    {"rm $DB-wal", "removed or moved", NULL},
    {"rm $DB-shm", "removed or moved", NULL},
    {"mv $DB-wal $DB.away", "removed or moved", "mv $DB.away $DB-wal"},
    {"rm $DB; touch $DB", "was replaced", NULL},
    {"cp $DB.old $DB", "was overwritten", NULL},
    {": > $DB", "while lstmd runs", NULL},
};

START_TEST(lost_files_are_noticed)
{
    char old[128];
    const char *args[] = {"backup", old, "--database", d.db, NULL};
    char out[512];
    long status;

    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 10), 201);
    snprintf(old, sizeof(old), "%s.old", d.db);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 0);
    ck_assert_int_eq(put_values("b", 10), 201);
    shell(losses[_i].command);
    wait_status("/readyz", 503);
    ck_assert_msg(strstr(text_at(r.json, "detail"), losses[_i].words) != NULL, "%s", r.body);
    ck_assert_msg(strstr(text_at(r.json, "detail"), d.db) != NULL, "%s", r.body);
    status = put_values("c", 10);
    ck_assert_msg(status == 503, "%ld: %s", status, r.body);
    ck_assert_str_eq(text_at(r.json, "type"), "/problems/storage-not-writable");
    ck_assert_msg(strstr(text_at(r.json, "detail"), losses[_i].words) != NULL, "%s", r.body);
    expect_no_sql(r.body);
    expect_metric("lstmd_database_trouble{reason=\"not_writable\"} 1\n");
    get(&r, &d, "/healthz", 200);
    if (losses[_i].undo) {
        shell(losses[_i].undo);
        wait_status("/readyz", 200);
        ck_assert_int_eq(put_values("c", 10), 201);
    }
    ck_assert_int_eq(daemon_stop(&d, 20), 0);
}
END_TEST

/* After the file was removed no upload is answered with 201, because it would be lost. */
START_TEST(no_write_is_lost_before_it_is_noticed)
{
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 10), 201);
    shell(_i ? "rm $DB-wal" : "rm $DB");
    ck_assert_int_eq(put_values("b", 10), 503);
    del(&r, &d, "/v1/datasets/a", 503);
}
END_TEST

/* After a backup was restored to the path, the next start finds its content, not the log of the old
 * daemon. */
START_TEST(a_restored_file_is_the_one_that_counts)
{
    static const char *const ways[] = {"cp $DB.old $DB.new; mv $DB.new $DB", "cp $DB.old $DB",
                                       "rm $DB; cp $DB.old $DB"};
    char old[128], out[512];
    const char *args[] = {"backup", old, "--database", d.db, NULL};

    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 1000), 201);
    snprintf(old, sizeof(old), "%s.old", d.db);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 0);
    ck_assert_int_eq(put_values("b", 1000), 201);
    shell(ways[_i]);
    wait_status("/readyz", 503);
    ck_assert_int_eq(daemon_stop(&d, 20), 0);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/a/data", 200);
    get(&r, &d, "/v1/datasets/b", 404);
    ck_assert_int_eq(put_values("c", 1000), 201);
}
END_TEST

/* Acknowledged writes are in the file after a clean stop, even if its log was deleted. */
START_TEST(a_lost_log_is_saved_at_the_end)
{
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 500), 201);
    shell("rm $DB-wal");
    wait_status("/readyz", 503);
    ck_assert_int_eq(daemon_stop(&d, 20), 0);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/a/data", 200);
}
END_TEST

/* ---- the lock ---- */

static const char *const removals[] = {"rm $DB.lock", "rm $DB $DB.lock", "rm $DB.lock $DB-wal",
                                       "mv $DB.lock $DB.away"};

START_TEST(the_lock_outlives_its_file)
{
    char out[2048];
    const char *args[] = {"migrate", "--database", d.db, NULL};

    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 10), 201);
    shell(removals[_i]);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 1);
    ck_assert_msg(strstr(out, "another lstmd is using the database"), "%s", out);
    get(&r, &d, "/healthz", 200);
}
END_TEST

/* All names are gone: a second daemon makes a new database, and the first one leaves it alone. */
START_TEST(two_daemons_of_one_path_do_not_meet)
{
    struct daemon second = d;

    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 500), 201);
    shell("rm $DB $DB-wal $DB-shm $DB.lock");
    second.pid = 0;
    daemon_start(&second, NULL);
    put(&r, &second, "/v1/datasets/mine", "text/csv", "value\n1\n2\n", 201);
    ck_assert_int_eq(put_values("b", 500), 503);
    ck_assert_int_eq(daemon_stop(&d, 20), 0);
    put(&r, &second, "/v1/datasets/more", "text/csv", "value\n3\n4\n", 201);
    daemon_kill(&second);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/mine", 200);
    get(&r, &d, "/v1/datasets/more", 200);
    get(&r, &d, "/v1/datasets/a", 404);
}
END_TEST

/* ---- read-only ---- */

START_TEST(a_read_only_file_system_is_named_at_the_start)
{
    char out[4096];
    const char *args[] = {
        _i ? "serve" : "migrate", "--database", d.db, "--listen", "127.0.0.1:0", NULL};

    if (!mount_small("40m"))
        return;
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 10), 201);
    ck_assert_int_eq(daemon_stop(&d, 20), 0);
    ck_assert_int_eq(mount("none", small, "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 1);
    ck_assert_msg(strstr(out, d.db) && strstr(out, "cannot be written") &&
                      strstr(out, "must be writable"),
                  "%s", out);
    expect_no_sql(out);
}
END_TEST

START_TEST(a_read_only_database_is_named_while_it_runs)
{
    if (!mount_small("40m"))
        return;
    daemon_start(&d, NULL);
    ck_assert_int_eq(put_values("a", 10), 201);
    /* a read-only bind of the same folder: the daemon's open files stay writable, new ones are
     * not */
    if (mount("none", small, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL))
        return;
    wait_status("/readyz", 503);
    ck_assert_msg(strstr(text_at(r.json, "detail"), "cannot be written") != NULL, "%s", r.body);
    expect_no_sql(r.body);
    get(&r, &d, "/v1/datasets/a/data", 200);
    ck_assert_int_eq(mount("none", small, NULL, MS_REMOUNT | MS_BIND, NULL), 0);
    wait_status("/readyz", 200);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("storage");
    TCase *t = tcase_create("storage");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_full_disk_can_be_emptied, 0, 3);
    tcase_add_test(t, others_fill_the_disk);
    tcase_add_loop_test(t, it_starts_on_a_full_disk, 0, 2);
    tcase_add_test(t, a_limit_of_file_size_is_a_full_disk);
    tcase_add_test(t, a_backup_to_a_full_disk_says_so);
    tcase_add_loop_test(t, lost_files_are_noticed, 0, (int)(sizeof(losses) / sizeof(losses[0])));
    tcase_add_loop_test(t, no_write_is_lost_before_it_is_noticed, 0, 2);
    tcase_add_loop_test(t, a_restored_file_is_the_one_that_counts, 0, 3);
    tcase_add_test(t, a_lost_log_is_saved_at_the_end);
    tcase_add_loop_test(t, the_lock_outlives_its_file, 0,
                        (int)(sizeof(removals) / sizeof(removals[0])));
    tcase_add_test(t, two_daemons_of_one_path_do_not_meet);
    tcase_add_loop_test(t, a_read_only_file_system_is_named_at_the_start, 0, 2);
    tcase_add_test(t, a_read_only_database_is_named_while_it_runs);
    suite_add_tcase(s, t);
    return suite_run(s);
}
