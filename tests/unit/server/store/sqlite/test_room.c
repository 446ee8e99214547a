/* test_room.c - deleting on a full disk. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include "server/store/sqlite/room.h"
#include "server/store/sqlite/store_state.h"

#include <string.h>

static struct fixture f;
static int calls, full; /* so many calls find no room */

static void setup(void)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 60000, .exclusive = true};

    fixture_folder(&f);
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    calls = full = 0;
}

static void teardown(void)
{
    fixture_close(&f);
}

static enum status deleting(struct store *s, const void *ctx, struct err *e)
{
    ck_assert_ptr_eq(s, f.store);
    ck_assert_ptr_eq(ctx, &full);
    return calls++ < full ? err_set(e, ST_FULL, "no room") : ST_OK;
}

/* A deletion is tried without the reserve, then with it, then with a shortened log. */
START_TEST(a_deletion_gets_what_room_there_is)
{
    for (full = 0; full <= 3; full++) {
        ck_assert(files_make_reserve(&f.store->sqlite->files));
        calls = 0;
        ck_status(store_delete_by(f.store, deleting, &full, &f.e), full < 3 ? ST_OK : ST_FULL,
                  &f.e);
        ck_assert_int_eq(calls, full < 3 ? full + 1 : 3);
        ck_assert_int_eq(files_drop_reserve(&f.store->sqlite->files), full == 0);
    }
}
END_TEST

static enum status failing(struct store *s, const void *ctx, struct err *e)
{
    (void)s;
    (void)ctx;
    calls++;
    return err_set(e, ST_BUSY, "busy");
}

START_TEST(another_error_is_not_tried_again)
{
    ck_status(store_delete_by(f.store, failing, NULL, &f.e), ST_BUSY, &f.e);
    ck_assert_int_eq(calls, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("room");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_deletion_gets_what_room_there_is);
    tcase_add_test(t, another_error_is_not_tried_again);
    suite_add_tcase(s, t);
    return suite_run(s);
}
