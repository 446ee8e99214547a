/* stmt.c - see stmt.h.
 *
 * Numbers and texts are sent as text, bytes as they are; everything is received in binary form, so
 * that no number loses a bit and no bytes become twice as long. */
#include "server/store/postgres/stmt.h"

#include "server/store/postgres/conn.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of pg_type.dat. */
enum { TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23 };
enum { TYPE_TEXT = 25, TYPE_FLOAT8 = 701, TYPE_NUMERIC = 1700 };

/* ---- the cache: open addressing by the literal's address ---- */

/* The place that holds sql, or a free one for it; NULL when it is in use (a statement within
 * itself) or there is no free one. */
static struct postgres_stmt **find_slot(struct postgres_db *own, const char *sql)
{
    size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b9u;

    for (size_t i = 0; i < 8; i++) {
        struct postgres_stmt **slot = &own->slots[(at + i) % PG_SLOTS];

        if (!*slot)
            return slot;
        if ((*slot)->sql == sql)
            return (*slot)->taken || strcmp((*slot)->text.source, sql) != 0 ? NULL : slot;
    }
    return NULL;
}

static struct postgres_stmt *new_stmt(const char *sql)
{
    struct postgres_stmt *p = calloc(1, sizeof(*p));

    if (p && !sql_translate(&p->text, sql)) {
        free(p);
        return NULL;
    }
    if (p)
        p->sql = sql;
    return p;
}

void postgres_stmt_open(struct stmt *q)
{
    struct postgres_db *own = q->db->postgres;
    struct postgres_stmt **slot = find_slot(own, q->sql);

    q->p = slot && *slot ? *slot : new_stmt(q->sql);
    if (!q->p) {
        q->st = err_nomem(q->e, sizeof(*q->p));
        return;
    }
    if (slot && !*slot) {
        *slot = q->p;
        snprintf(q->p->name, sizeof(q->p->name), "s%d", ++own->num_prepared);
    }
    q->p->taken = true;
}

static void forget_result(struct postgres_stmt *p)
{
    PQclear((PGresult *)p->result);
    p->result = NULL;
    p->row = -1;
}

void postgres_stmt_close(struct stmt *q)
{
    struct postgres_stmt *p = q->p;

    if (!p)
        return;
    forget_result(p);
    memset(p->value, 0, sizeof(p->value));
    p->taken = false;
    if (!p->name[0]) {
        sql_release(&p->text);
        free(p);
    }
    q->p = NULL;
}

/* ---- binding ---- */

static void bind(struct stmt *q, const char *name, unsigned type, const void *value, size_t len)
{
    struct postgres_stmt *p = q->p;
    int i = p ? sql_param(&p->text, name) : -1;

    if (i < 0) {
        q->st = err_set(q->e, ST_INTERNAL,
                        "a fault of lstmd in its use of the database: a statement has no value %s",
                        name);
        return;
    }
    if (!p->prepared)
        p->type[i] = type;
    p->value[i] = value;
    p->length[i] = (int)len;
    p->format[i] = type == TYPE_BYTEA;
}

/* The place of a number's text; NULL: the statement has no such name. */
static char *number_of(struct stmt *q, const char *name)
{
    int i = sql_param(&q->p->text, name);

    return i < 0 ? NULL : q->p->number[i];
}

void postgres_bind_i64(struct stmt *q, const char *name, int64_t v)
{
    char *text = number_of(q, name);

    if (text)
        snprintf(text, PG_NUMBER_MAX, "%lld", (long long)v);
    bind(q, name, TYPE_INT8, text, 0);
}

void postgres_bind_f64(struct stmt *q, const char *name, double v)
{
    char *text = number_of(q, name);

    if (text)
        snprintf(text, PG_NUMBER_MAX, "%.17g", v);
    bind(q, name, TYPE_FLOAT8, isnan(v) ? NULL : text, 0);
}

void postgres_bind_text(struct stmt *q, const char *name, const char *v)
{
    bind(q, name, TYPE_TEXT, v, 0);
}

void postgres_bind_blob(struct stmt *q, const char *name, const void *p, size_t n)
{
    bind(q, name, TYPE_BYTEA, p, n);
}

/* ---- running ---- */

static PGresult *prepare(struct stmt *q)
{
    struct postgres_stmt *p = q->p;
    PGresult *r = PQprepare(q->db->postgres->c, p->name, p->text.text, p->text.num_params, p->type);

    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        return r;
    PQclear(r);
    p->prepared = p->name[0] != '\0';
    return NULL;
}

static PGresult *run_once(struct stmt *q)
{
    struct postgres_stmt *p = q->p;
    PGresult *failed = p->prepared ? NULL : prepare(q);

    return failed ? failed
                  : PQexecPrepared(q->db->postgres->c, p->name, p->text.num_params, p->value,
                                   p->length, p->format, 1);
}

static bool is_done(const PGresult *r)
{
    return PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK;
}

/* An error without a state is one of libpq, not of the server. */
static bool broke(const struct stmt *q, const PGresult *r)
{
    return postgres_broken(q->db) || !PQresultErrorField(r, PG_DIAG_SQLSTATE);
}

/* A statement that only reads is tried again on a new connection, if the old one broke outside a
 * transaction. */
static void run(struct stmt *q)
{
    bool again = !q->db->postgres->open && strncmp(q->sql, "SELECT", 6) == 0;
    PGresult *r;

    q->st = postgres_check_open(q->db, q->e);
    if (q->st)
        return;
    r = run_once(q);

    if (!is_done(r) && again && broke(q, r)) {
        PQclear(r);
        r = NULL;
        q->st = postgres_reconnect(q->db, q->e);
        if (q->st)
            return;
        r = run_once(q);
    }
    if (!is_done(r)) {
        q->st = postgres_fail(q->db, (struct pg_result *)r, q->sql, q->e);
        PQclear(r);
        return;
    }
    if (strncmp(PQcmdStatus(r), "SELECT", 6) != 0)
        q->db->postgres->changes = strtoll(PQcmdTuples(r), NULL, 10);
    q->p->result = (struct pg_result *)r;
    q->p->row = -1;
}

static PGresult *result(const struct stmt *q)
{
    return (PGresult *)q->p->result;
}

bool postgres_row(struct stmt *q)
{
    if (!q->p->result)
        run(q);
    return !q->st && ++q->p->row < PQntuples(result(q));
}

void postgres_rewind(struct stmt *q)
{
    if (q->p)
        forget_result(q->p);
}

/* ---- columns ---- */

bool postgres_is_null(struct stmt *q, int column)
{
    return PQgetisnull(result(q), q->p->row, column);
}

/* The bytes of a column, and how many; *n is 0 for NULL. */
static const uint8_t *bytes_of(struct stmt *q, int column, size_t *n)
{
    *n = (size_t)PQgetlength(result(q), q->p->row, column);
    return (const uint8_t *)PQgetvalue(result(q), q->p->row, column);
}

static uint64_t big_endian(const uint8_t *p, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

/* Another type than the statement was written for. */
static void wrong_type(struct stmt *q, int column)
{
    q->st = err_set(q->e, ST_INTERNAL,
                    "a fault of lstmd in its use of the database: column %s has type %u",
                    postgres_name(q, column), PQftype(result(q), column));
}

/* A sum of integers: digits of base 10000 after their number, the weight of the first one, the sign
 * and the decimals, 16 bits each. */
static int64_t numeric(const uint8_t *p, size_t n)
{
    size_t digits = n >= 8 ? (n - 8) / 2 : 0;
    int weight = n >= 8 ? (int16_t)big_endian(p + 2, 2) : -1;
    bool negative = n >= 8 && big_endian(p + 4, 2) == 0x4000;
    uint64_t v = 0;

    for (int i = 0; i <= weight && i < 5; i++)
        v = v * 10000 + ((size_t)i < digits ? big_endian(p + 8 + 2 * i, 2) : 0);
    return negative ? -(int64_t)v : (int64_t)v;
}

int64_t postgres_i64(struct stmt *q, int column)
{
    size_t n;
    const uint8_t *p = bytes_of(q, column, &n);

    if (postgres_is_null(q, column))
        return 0;
    switch (PQftype(result(q), column)) {
    case TYPE_INT8:
        return (int64_t)big_endian(p, 8);
    case TYPE_INT4:
        return (int32_t)big_endian(p, 4);
    case TYPE_INT2:
        return (int16_t)big_endian(p, 2);
    case TYPE_BOOL:
        return *p;
    case TYPE_NUMERIC:
        return numeric(p, n);
    default:
        wrong_type(q, column);
        return 0;
    }
}

double postgres_f64(struct stmt *q, int column)
{
    size_t n;
    const uint8_t *p = bytes_of(q, column, &n);
    uint64_t bits;
    double v;

    if (PQftype(result(q), column) != TYPE_FLOAT8) {
        wrong_type(q, column);
        return 0;
    }
    bits = big_endian(p, 8);
    memcpy(&v, &bits, sizeof(v));
    return v;
}

const char *postgres_text(struct stmt *q, int column)
{
    return postgres_is_null(q, column) ? NULL : PQgetvalue(result(q), q->p->row, column);
}

const void *postgres_blob(struct stmt *q, int column, size_t *n)
{
    const uint8_t *p = bytes_of(q, column, n);

    return *n ? p : NULL;
}

const char *postgres_name(struct stmt *q, int column)
{
    const char *name = PQfname(result(q), column);

    return name ? name : "?";
}
