/* key.c - table api_key: make, list, look up, revoke. The table holds only the digest of a key. A
 * key has 256 random bits, so no list of likely keys can be tried, and a plain SHA-256 is
 * enough. */
#include "server/store/store.h"

#include "server/store/connection.h"
#include "server/store/digest.h"
#include "server/store/key_cache.h"
#include "server/store/key_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PREFIX "lstmd_"

enum { SECRET_BYTES = 32, REVOKED_KEPT = 1000 };

void key_list_release(struct key_list *l)
{
    free(l->items);
    *l = (struct key_list){0};
}

/* ---- reading ---- */

enum status store_key_list(struct key_list *out, struct store *s, int64_t after, int limit,
                           struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct key_list){0};
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e,
              "SELECT " KEY_COLUMNS " FROM api_key WHERE id > :after ORDER BY id LIMIT :limit");
    stmt_bind_i64(&q, ":after", after);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        key_read_row(&out->items[out->count++], &q);
    st = stmt_close(&q);
    if (st)
        key_list_release(out);
    return st;
}

/* sql: a string literal with the parameter :name. */
static enum status find(struct key *out, bool *found, struct db *db, const char *sql,
                        const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_text(&q, ":name", name);
    *found = stmt_row(&q);
    if (*found)
        key_read_row(out, &q);
    return stmt_close(&q);
}

static enum status find_in_force(struct key *out, bool *found, struct db *db, const char *name,
                                 struct err *e)
{
    return find(out, found, db,
                "SELECT " KEY_COLUMNS " FROM api_key WHERE name = :name AND revoked_at IS NULL",
                name, e);
}

enum status store_key_get(struct key *out, struct store *s, const char *name, struct err *e)
{
    struct db *db = NULL;
    bool found = false;
    enum status st = db_get(&db, s, e);

    *out = (struct key){0};
    if (!st)
        st = find_in_force(out, &found, db, name, e);
    if (!st && !found)
        st = find(out, &found, db,
                  "SELECT " KEY_COLUMNS
                  " FROM api_key WHERE name = :name AND revoked_at IS NOT NULL "
                  "ORDER BY id DESC LIMIT 1",
                  name, e);
    if (!st && !found)
        st = err_set(e, ST_NOT_FOUND, "there is no key '%.80s'", name);
    return st;
}

/* ---- making ---- */

static enum status new_text(char text[KEY_TEXT_LEN + 1], struct err *e)
{
    uint8_t secret[SECRET_BYTES];
    struct base64_encode_ctx c;
    char coded[BASE64_ENCODE_LENGTH(SECRET_BYTES) + BASE64_ENCODE_FINAL_LENGTH];
    size_t n;

    if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
        return err_set(e, ST_IO, "the system returns no random numbers");
    base64url_encode_init(&c);
    n = base64_encode_update(&c, coded, sizeof(secret), secret);
    (void)base64_encode_final(&c, coded + n);
    /* without the '=' at its end */
    (void)snprintf(text, KEY_TEXT_LEN + 1, PREFIX "%.*s", KEY_TEXT_LEN - (int)strlen(PREFIX),
                   coded);
    explicit_bzero(secret, sizeof(secret));
    explicit_bzero(coded, sizeof(coded));
    explicit_bzero(&c, sizeof(c));
    return ST_OK;
}

static enum status check_name(const char *name, struct err *e)
{
    if (name[0] && !strchr("._-", name[0]) &&
        name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0')
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "'%.80s' cannot be the name of a key: 1 to %d characters of a-z, 0-9, '.', '_' "
                   "and '-', the first one a letter or digit",
                   name, ACCESS_NAME_MAX);
}

struct adding {
    const struct access *who;
    struct key *out;
    char digest[DIGEST_LEN + 1];
};

static enum status check_free(struct db *db, const char *name, struct err *e)
{
    struct key other;
    bool found = false;
    int64_t n = 0;
    enum status st = find_in_force(&other, &found, db, name, e);

    if (!st && found)
        st = err_set(e, ST_CONFLICT,
                     "there is a key '%.80s' already; revoke it, or give this one another name",
                     name);
    if (!st)
        st = db_int(&n, db, "SELECT count(*) FROM api_key WHERE revoked_at IS NULL", e);
    if (!st && n >= KEYS_MAX)
        st = err_set(e, ST_CONFLICT, "there are %lld keys already; revoke those that are not used",
                     (long long)n);
    return st;
}

static enum status insert(struct db *db, const struct adding *a, struct err *e)
{
    char scopes[SCOPE_TEXT_MAX];
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO api_key (name, digest, scopes, names, created_at, expires_at, "
              "requests_per_minute, stored_bytes, training_seconds_per_hour) VALUES "
              "(:name, :digest, :scopes, nullif(:names, ''), :created, nullif(:expires, 0), "
              ":requests, :bytes, :training) RETURNING id");
    stmt_bind_text(&q, ":name", a->who->name);
    stmt_bind_text(&q, ":digest", a->digest);
    stmt_bind_text(&q, ":scopes", scope_list(scopes, a->who->scopes));
    stmt_bind_text(&q, ":names", a->who->names);
    stmt_bind_i64(&q, ":created", a->out->created_at);
    stmt_bind_i64(&q, ":expires", a->who->expires_at);
    stmt_bind_i64(&q, ":requests", a->who->limit[LIMIT_REQUESTS]);
    stmt_bind_i64(&q, ":bytes", a->who->limit[LIMIT_BYTES]);
    stmt_bind_i64(&q, ":training", a->who->limit[LIMIT_TRAINING]);
    a->out->access = *a->who;
    a->out->access.id = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

static enum status forget_old(struct db *db, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "DELETE FROM api_key WHERE id IN (SELECT id FROM api_key WHERE revoked_at IS NOT "
              "NULL ORDER BY revoked_at DESC LIMIT 1000000 OFFSET :kept)");
    stmt_bind_i64(&q, ":kept", REVOKED_KEPT);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status add(struct db *db, void *ctx, struct err *e)
{
    struct adding *a = ctx;
    enum status st = check_free(db, a->who->name, e);

    if (!st)
        st = insert(db, a, e);
    return st ? st : forget_old(db, e);
}

/* Called after a committed change. The change holds even if the keys cannot be read now; the next
 * tick tries again. */
static void read_again(struct store *s)
{
    struct err ignored = {0};

    (void)key_cache_load(s, &ignored);
}

enum status store_key_add(char text[KEY_TEXT_LEN + 1], struct key *out, struct store *s,
                          const struct access *who, struct err *e)
{
    struct adding a = {.who = who, .out = out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct key){.created_at = clock_ms()};
    text[0] = '\0';
    if (!st)
        st = check_name(who->name, e);
    if (!st)
        st = new_text(text, e);
    if (!st) {
        digest_hex(a.digest, text, KEY_TEXT_LEN);
        st = transaction_write(db, add, &a, e);
    }
    if (st)
        text[0] = '\0';
    else
        read_again(s);
    return st;
}

/* ---- revoking ---- */

static enum status revoke(struct db *db, void *ctx, struct err *e)
{
    const char *const *name = ctx;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e,
              "UPDATE api_key SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL");
    stmt_bind_i64(&q, ":now", clock_ms());
    stmt_bind_text(&q, ":name", *name);
    stmt_run(&q);
    st = stmt_close(&q);
    if (!st && db_changes(db) == 0)
        st = err_set(e, ST_NOT_FOUND, "there is no key '%.80s' in force", *name);
    return st;
}

static enum status revoke_key(struct store *s, const void *ctx, struct err *e)
{
    const char *name = ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, revoke, &name, e);
}

enum status store_key_revoke(struct store *s, const char *name, struct err *e)
{
    enum status st = store_delete_by(s, revoke_key, name, e);

    if (!st)
        read_again(s);
    return st;
}

bool store_has_keys(struct store *s)
{
    struct db *db = NULL;
    struct err e = {0};
    int64_t has = 0;

    return !db_get(&db, s, &e) &&
           !db_int(&has, db, "SELECT CASE WHEN EXISTS (SELECT 1 FROM api_key) THEN 1 ELSE 0 END",
                   &e) &&
           has;
}
