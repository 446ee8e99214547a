/* transaction.c - see transaction.h.
 *
 * The rules of store/ look first and write then. That is safe only if nobody else writes in
 * between, as SQLite guarantees. Here every transaction that writes first takes one advisory lock
 * of the schema, which the server releases at its end, after the commit is on the disk. With READ
 * COMMITTED every statement then sees all that was committed before. Readers take no lock. */
#include "server/store/postgres/transaction.h"

#include "server/store/postgres/conn.h"
#include "server/store/state.h"

#include <stdio.h>
#include <string.h>

/* ST_READONLY when another daemon took the database while this one could not reach it. */
static enum status check_ours(const struct db *db, struct err *e)
{
    struct store *s = db->store;

    if (!s || !s->postgres || !atomic_load(&s->postgres->taken))
        return ST_OK;
    return err_set(e, ST_READONLY, "another lstmd uses %.200s by now: stop one of them",
                   db->postgres->where);
}

/* What broke is rolled back by the server. */
static void roll_back(struct db *db)
{
    if (!postgres_broken(db) && postgres_in_transaction(db))
        (void)postgres_run(db, "ROLLBACK", NULL, NULL);
}

enum status postgres_begin(struct db *db, bool relaxed, struct err *e)
{
    char sql[200];
    enum status st = check_ours(db, e);

    db->over_limit = false;
    snprintf(sql, sizeof(sql),
             "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = %s; SELECT "
             "pg_advisory_xact_lock(%d, " SQL_SCHEMA_KEY ")",
             relaxed ? "off" : "on", LOCK_WRITE);
    if (!st)
        st = postgres_run(db, sql, NULL, e);
    if (st)
        roll_back(db);
    db->postgres->open = !st;
    return st;
}

enum status postgres_begin_read(struct db *db, struct err *e)
{
    enum status st = postgres_run(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, e);

    db->postgres->open = !st;
    return st;
}

enum status postgres_end(struct db *db, enum status st, struct err *e)
{
    char tag[32] = "";

    if (!st) {
        st = postgres_run(db, "COMMIT", tag, e);
        if (!st && strcmp(tag, "COMMIT") != 0) /* a statement failed whose error was ignored */
            st = err_set(e, ST_INTERNAL, "a fault of lstmd: a transaction was rolled back");
    }
    if (st)
        roll_back(db);
    db->postgres->open = false;
    return st;
}

/* A commit that waits for the disk brings all earlier ones with it, if it writes anything. */
enum status postgres_sync(struct db *db, struct err *e)
{
    return postgres_run(db,
                        "BEGIN; SET LOCAL synchronous_commit = on; SELECT "
                        "pg_logical_emit_message(true, 'lstmd', ''); COMMIT",
                        NULL, e);
}

enum status postgres_reset(struct db *db, struct err *e)
{
    roll_back(db);
    db->postgres->open = false;
    return postgres_broken(db) ? postgres_reconnect(db, e) : ST_OK;
}
