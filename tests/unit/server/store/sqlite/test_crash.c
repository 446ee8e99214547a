/* test_crash.c - a process writes in a loop and reports what was acknowledged. After a random
 * number of reports SIGKILL ends it; everything that it reported is in the file. */
#include "tests/unit/server/store/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CRASHES = 20 };

static struct fixture f;

static void setup(void)
{
    fixture_folder(&f);
}

static void teardown(void)
{
    store_close(f.store);
    f.store = NULL;
    fixture_remove(&f);
}

/* One data set, one row more in the log, one model version; the number goes into the pipe when all
 * three were acknowledged. Never returns. */
static void write_and_report(int pipe, int first)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 10000, .exclusive = true};
    const struct model_submission m = model_of("m", "forecast", "some bytes of a checkpoint");
    enum status st = store_open(&f.store, &c, &f.e);
    struct series_set s = series_of("s", FREQ_D, 0, 700, 0.0);
    int64_t version;
    char name[32];
    bool created;

    for (int i = first; !st; i++) {
        struct series_set row = series_of("s", FREQ_INDEX, 0, 1, i);

        snprintf(name, sizeof(name), "d%d", i);
        s.items[0].values[0] = i;
        st = store_dataset_put_series(f.store, name, &s, NULL, &created, &f.e);
        if (!st)
            st = store_dataset_append_series(f.store, "log", &row, &wide, &f.e);
        if (!st)
            st = store_model_put(&version, f.store, &m, &f.e);
        series_set_release(&row);
        if (!st && write(pipe, &i, sizeof(i)) != (ssize_t)sizeof(i))
            break;
    }
    _exit(9); /* no test of its own: the parent sees the pipe end too early */
}

/* The number of the last report. */
static int crash_once(int first, int reports)
{
    int ends[2], last = -1, status;
    pid_t pid;

    ck_assert_int_eq(pipe(ends), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        close(ends[0]);
        write_and_report(ends[1], first);
    }
    close(ends[1]);
    for (int i = 0; i < reports; i++)
        ck_assert_msg(read(ends[0], &last, sizeof(last)) == (ssize_t)sizeof(last),
                      "the writer ended by itself");
    kill(pid, SIGKILL);
    while (read(ends[0], &status, sizeof(status)) == (ssize_t)sizeof(status))
        last = status; /* acknowledged before the signal came */
    close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    return last;
}

/* Numbers 0..last are there whole; the one in flight may be. */
static void check_acknowledged(int last)
{
    struct series_set s;
    char name[32];
    int64_t versions;

    fixture_check_file(&f);
    for (int i = 0; i <= last; i++) {
        snprintf(name, sizeof(name), "d%d", i);
        ck_ok(store_series_load(&s, f.store, dataset_id(&f, name), &f.e), &f.e);
        ck_assert_int_eq(s.items[0].length, 700);
        ck_assert(s.items[0].values[0] == i);
        ck_assert(s.items[0].values[699] == 699);
        series_set_release(&s);
    }
    ck_ok(store_series_load(&s, f.store, dataset_id(&f, "log"), &f.e), &f.e);
    ck_assert_int_ge(s.items[0].length, last + 1);
    series_set_release(&s);
    versions = fixture_int(&f, "SELECT num_versions FROM model");
    ck_assert_int_ge(versions, last + 1);
    ck_assert_int_eq(versions, fixture_int(&f, "SELECT count(*) FROM model_checkpoint"));
}

START_TEST(what_was_acknowledged_is_there)
{
    uint32_t random = (uint32_t)clock_ms() | 1, seed = random;
    int last = -1;

    fixture_store(&f);
    put_series(&f, "log", FREQ_INDEX, 0, 0, 0.0);
    store_close(f.store);
    f.store = NULL;
    for (int i = 0; i < CRASHES; i++) {
        last = crash_once(last + 1, 1 + (int)(next_random(&random) % 5));
        fixture_store(&f);
        check_acknowledged(last);
        store_close(f.store);
        f.store = NULL;
    }
    ck_assert_msg(last >= CRASHES - 1, "seed %u", seed);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("crash");
    TCase *t = tcase_create("crash");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_was_acknowledged_is_there);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
