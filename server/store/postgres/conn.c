/* conn.c - see conn.h. */
#include "server/store/postgres/conn.h"

#include "server/store/postgres/pg_error.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool postgres_broken(const struct db *db)
{
    return db->postgres->broken || PQstatus(db->postgres->c) != CONNECTION_OK;
}

bool postgres_in_transaction(const struct db *db)
{
    PGTransactionStatusType t = PQtransactionStatus(db->postgres->c);

    return t == PQTRANS_INTRANS || t == PQTRANS_INERROR || t == PQTRANS_ACTIVE;
}

enum status postgres_fail(struct db *db, const struct pg_result *r, const char *sql, struct err *e)
{
    const PGresult *result = (const PGresult *)r;
    const char *state = r ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL,
               *reason = r ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    /* After a write that failed libpq first reports what the server had sent before, and the
     * connection still looks well. */
    if (!state)
        db->postgres->broken = true;
    return pg_error(state, db->postgres->where, reason ? reason : PQerrorMessage(db->postgres->c),
                    sql, e);
}

static void ignore_notice(void *ctx, const PGresult *r)
{
    (void)ctx;
    (void)r;
}

/* Settings of every connection. */
static enum status settle(struct db *db, struct err *e)
{
    char sql[256];
    PGresult *r;
    enum status st = ST_OK;

    snprintf(sql, sizeof(sql),
             "SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET statement_timeout = %d; SET "
             "lock_timeout = %d; SET client_min_messages = warning",
             PG_STATEMENT_MS, db->postgres->lock_timeout_ms);
    r = PQexec(db->postgres->c, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        st = postgres_fail(db, (struct pg_result *)r, NULL, e);
    PQclear(r);
    return st;
}

/* What the URL says comes after, and so wins. */
static void dial(struct postgres_db *own)
{
    char seconds[16];
    const char *const keys[] = {"connect_timeout",  "keepalives_idle", "tcp_user_timeout",
                                "application_name", "dbname",          NULL};
    const char *const values[] = {seconds, "10", "10000", "lstmd", own->url, NULL};

    snprintf(seconds, sizeof(seconds), "%d", PG_CONNECT_SECONDS);
    PQfinish(own->c);
    own->c = PQconnectdbParams(keys, values, 1);
    own->broken = false;
    for (int i = 0; i < PG_SLOTS; i++)
        if (own->slots[i])
            own->slots[i]->prepared = false;
}

enum status postgres_reconnect(struct db *db, struct err *e)
{
    struct postgres_db *own = db->postgres;

    dial(own);
    if (!own->c)
        return err_nomem(e, 0);
    if (PQstatus(own->c) != CONNECTION_OK)
        return postgres_fail(db, NULL, NULL, e);
    PQsetNoticeReceiver(own->c, ignore_notice, NULL);
    return settle(db, e);
}

enum status postgres_open_url(struct db *db, const char *url, const char *where,
                              int lock_timeout_ms, struct err *e)
{
    db->driver = &postgres_driver;
    db->postgres = calloc(1, sizeof(*db->postgres));
    if (!db->postgres)
        return err_nomem(e, sizeof(*db->postgres));
    db->postgres->url = url;
    db->postgres->where = where;
    db->postgres->lock_timeout_ms = lock_timeout_ms;
    return postgres_reconnect(db, e);
}

void postgres_close(struct db *db)
{
    struct postgres_db *own = db->postgres;

    for (int i = 0; own && i < PG_SLOTS; i++)
        if (own->slots[i]) {
            sql_release(&own->slots[i]->text);
            free(own->slots[i]);
        }
    if (own)
        PQfinish(own->c);
    free(own);
    *db = (struct db){0};
}

enum status postgres_check_open(struct db *db, struct err *e)
{
    if (!db->postgres->open || !postgres_broken(db))
        return ST_OK;
    return err_set(e, ST_UNAVAILABLE, "%.200s cannot be reached: the connection broke",
                   db->postgres->where);
}

enum status postgres_run(struct db *db, const char *sql, char tag[32], struct err *e)
{
    bool again = !db->postgres->open;
    enum status st = postgres_check_open(db, e);
    PGresult *r = NULL;

    if (st)
        return st;
    for (int i = 0; i < 2; i++) {
        ExecStatusType t;

        st = i || postgres_broken(db) ? postgres_reconnect(db, e) : ST_OK;
        if (st)
            return st;
        r = PQexec(db->postgres->c, sql);
        t = PQresultStatus(r);
        if (t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK || t == PGRES_EMPTY_QUERY)
            break;
        st = postgres_fail(db, (struct pg_result *)r, sql, e);
        if (!again || !postgres_broken(db))
            break;
        PQclear(r);
        r = NULL;
    }
    if (r && tag)
        snprintf(tag, 32, "%s", PQcmdStatus(r));
    if (!st && strncmp(PQcmdStatus(r), "SELECT", 6) != 0)
        db->postgres->changes = strtoll(PQcmdTuples(r), NULL, 10);
    PQclear(r);
    return st;
}

enum status postgres_exec(struct db *db, const char *sql, struct err *e)
{
    return postgres_run(db, sql, NULL, e);
}

int64_t postgres_changes(const struct db *db)
{
    return db->postgres->changes;
}
