/* api_server.c - see api_server.h. */
#include "tests/unit/server/api/api_server.h"

#include "server/base/log.h"
#include "server/store/digest.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void api_server_start(struct api_server *s, const char *read_key, const char *api_key)
{
    const struct jobs_config jobs = {
        .cores = 1, .max_parameters = 1000000, .max_queue = 10, .max_training_bytes = 1 << 30};
    struct err e = {0};

    memset(s, 0, sizeof(*s));
    ck_ok(log_open(LOG_TEXT, LOG_ERROR, NULL, &e), &e);
    fixture_open(&s->files);
    ck_ok(model_cache_new(&s->cache, s->files.store, 1 << 26, &e), &e);
    ck_ok(jobs_start(&s->jobs, s->files.store, &jobs, &e), &e);
    ck_ok(config_load(&s->config, &(struct config_options){0}, 0, NULL, NULL, &e), &e);
    s->app = (struct app){.store = s->files.store,
                          .jobs = s->jobs,
                          .cache = s->cache,
                          .limits = wide,
                          .config = &s->config,
                          .max_tokens_per_request = 100000,
                          .max_parameters = 1000000};
    s->app.limits.max_json_depth = 32;
    toy_init(&s->door);
    s->door.config.limits.max_body_bytes = 1 << 23;
    s->door.config.limits.max_bodies_bytes = 1 << 25;
    s->door.config.limits.max_unsent_bytes = 1 << 25;
    s->door.config.app = &s->app;
    s->door.config.read_key = read_key;
    s->door.config.api_key = api_key;
    s->door.config.keyring = &api_keyring;
    s->door.config.audit = &api_audit;
    s->door.config.trusted_proxies = "127.0.0.1";
    s->door.config.routes = api_routes(&s->door.config.num_routes);
    s->door.config.parameters = api_parameters(&s->door.config.num_parameters);
    /* Not toy_start(): the routes read app.http, so it is written before their threads start. */
    ck_ok(http_start(&s->app.http, &s->door.config, &e), &e);
    s->door.http = s->app.http;
}

void api_server_stop(struct api_server *s)
{
    toy_stop(&s->door);
    jobs_stop(s->jobs);
    model_cache_free(s->cache);
    fixture_close(&s->files);
    config_release(&s->config);
}

int api_server_ask(const struct api_server *s, char *answer, size_t cap,
                   const struct api_question *q)
{
    char head[4096];
    int n = snprintf(head, sizeof(head),
                     "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sContent-Length: "
                     "%zu\r\n\r\n",
                     q->method, q->target, q->head, q->len);
    int fd = toy_connect(&s->door, 10), status = 0;

    ck_assert_int_lt(n, (int)sizeof(head));
    toy_send(fd, head, (size_t)n);
    toy_send(fd, q->body, q->len);
    ck_assert_msg(toy_read(fd, answer, cap, NULL), "%s %s is not answered", q->method, q->target);
    close(fd);
    if (strncmp(answer, "HTTP/1.1 ", 9) == 0)
        status = (int)strtol(answer + 9, NULL, 10);
    return status;
}

/* ---- contents of the database ---- */

static void add_row(struct buf *b, sqlite3_stmt *q)
{
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        const void *data = sqlite3_column_blob(q, i);
        int n = sqlite3_column_bytes(q, i);

        buf_printf(b, "%d:%d:", sqlite3_column_type(q, i), n);
        if (n)
            buf_add(b, data, (size_t)n);
    }
    buf_puts(b, "\n");
}

static void add_rows(struct buf *b, sqlite3 *db, const char *sql, bool tables)
{
    sqlite3_stmt *q = NULL;

    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg(db));
    while (sqlite3_step(q) == SQLITE_ROW) {
        char each[200];

        add_row(b, q);
        snprintf(each, sizeof(each), "SELECT * FROM \"%s\"", sqlite3_column_text(q, 0));
        if (tables)
            add_rows(b, db, each, false);
    }
    sqlite3_finalize(q);
}

char *api_server_state(const struct api_server *s)
{
    char *digest = calloc(1, DIGEST_LEN + 1);
    sqlite3 *db = NULL;
    struct buf b;

    ck_assert_ptr_nonnull(digest);
    buf_init(&b, 1 << 28);
    ck_assert_int_eq(sqlite3_open_v2(s->files.path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    add_rows(&b, db,
             "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'audit%' AND "
             "name <> 'sqlite_sequence' ORDER BY name",
             true);
    sqlite3_close(db);
    ck_assert_int_eq(buf_status(&b, NULL), ST_OK);
    digest_hex(digest, b.data, b.len);
    buf_release(&b);
    return digest;
}

char *api_file(size_t *len, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *data = calloc(1, 1 << 20);

    ck_assert_msg(f != NULL, "%s cannot be opened", path);
    ck_assert_ptr_nonnull(data);
    *len = fread(data, 1, (1 << 20) - 1, f);
    fclose(f);
    return data;
}
