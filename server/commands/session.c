/* session.c - see session.h. */
#include "server/commands/session.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/commands/interrupt.h"
#include "server/commands/local_files.h"
#include "server/commands/problem_sentence.h"
#include "server/config/keyfile.h"
#include "server/service.h"
#include "server/store/store.h"

#include <lstm/cpu.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNIX "unix:"
enum {
    BUSY_WAIT_MS = 3000,
    BUSY_POLL_MS = 50,
    REPEAT_MS = 10000, /* of a request, while processes that served it end */
    OWN_CONNECTIONS = 16,
    OWN_THREADS = 2
};

struct session {
    const struct invocation *v;
    enum session_kind kind;
    bool remote; /* --url */
    struct config config;
    struct local_files files;
    struct service *service; /* NULL: another process serves */
    struct client *client;
};

static const char *url_of(const struct invocation *v)
{
    const char *url = flag_value(v, "url");

    if (!url)
        url = getenv("LSTMD_URL");
    return url && url[0] ? url : NULL;
}

static enum status connect_to(struct session *s, const char *url, const char *key, bool own,
                              struct err *e)
{
    const struct client_options o = {.url = url,
                                     .key = key,
                                     .cacert = flag_value(s->v, "cacert"),
                                     .own = own,
                                     .give_up = interrupted};

    client_close(s->client);
    s->client = NULL;
    return client_open(&s->client, &o, e);
}

/* ---- the configuration of an own service ---- */

static enum status replace(char **member, const char *text, struct err *e)
{
    char *copy = strdup(text);

    if (!copy)
        return err_nomem(e, strlen(text) + 1);
    free(*member);
    *member = copy;
    return ST_OK;
}

/* Makes "--name=value" if the flag was given. Returns false when memory ran out. */
static bool add_argument(char **argv, int *argc, const struct invocation *v, const char *name)
{
    const char *value = flag_value(v, name);

    if (!value)
        return true;
    if (asprintf(&argv[*argc], "--%s=%s", name, value) < 0) {
        argv[*argc] = NULL;
        return false;
    }
    ++*argc;
    return true;
}

/* Reads the keys of the configuration as the daemon does, with --config and --database of v. */
static enum status load(struct config *c, const struct invocation *v, struct err *e)
{
    struct config_options ignored;
    char *argv[3] = {NULL};
    int argc = 0;
    enum status st =
        add_argument(argv, &argc, v, "config") && add_argument(argv, &argc, v, "database")
            ? config_load(c, &ignored, argc, argv, environ, e)
            : err_nomem(e, 0);

    free(argv[0]);
    free(argv[1]);
    return st;
}

/* Its own address and key replace those of the configuration; few connections need few threads. */
static enum status make_private(struct session *s, struct err *e)
{
    struct config *c = &s->config;
    char listen[sizeof s->files.socket + sizeof UNIX];
    bool made = false, exposed = false;
    char *key = NULL;
    enum status st;

    (void)snprintf(listen, sizeof listen, UNIX "%s", s->files.socket);
    st = replace(&c->listen, listen, e);
    if (!st)
        st = keyfile_make(&made, s->files.key, e);
    if (!st)
        st = keyfile_read(&key, &exposed, s->files.key, e);
    if (!st)
        st = replace(&c->api_key, key, e);
    free(key);
    for (char **m = (char *[]){c->read_key, c->tls_cert, c->tls_key, c->path_prefix, NULL}; *m; m++)
        (*m)[0] = '\0';
    c->http_threads = 1;
    c->request_workers = OWN_THREADS;
    c->max_connections = OWN_CONNECTIONS;
    c->training_priority = 0; /* nobody else waits for requests here */
    c->shutdown_deadline_seconds = 1;
    return st;
}

/* A daemon's default, lstmd.db in the folder where it starts, would be another one everywhere. */
static enum status default_database(struct config *c, struct err *e)
{
    char *path = NULL;
    enum status st;

    for (int k = 0; k < CONFIG_KEYS; k++)
        if (strcmp(config_key(k).name, "database") == 0 && c->origin[k] != CONFIG_DEFAULT)
            return ST_OK;
    st = local_database(&path, e);
    if (st)
        return st;
    free(c->database);
    c->database = path;
    return ST_OK;
}

static enum status prepare(struct session *s, struct err *e)
{
    enum status st = load(&s->config, s->v, e);

    if (!st)
        st = kernels_select(getenv("LSTMD_CPU"), e) ? err_wrap(e, "LSTMD_CPU") : ST_OK;
    if (!st)
        st = local_files_make(&s->files, e);
    if (!st && s->kind == SESSION_TEMPORARY)
        st = replace(&s->config.database, s->files.database, e);
    else if (!st)
        st = default_database(&s->config, e);
    if (!st)
        st = make_private(s, e);
    /* The terminal is for the output of the command alone. */
    interrupt_block(true);
    if (!st)
        st = log_open(LOG_TEXT, LOG_ERROR, "/dev/null", e);
    interrupt_block(false);
    return st;
}

/* ---- start ---- */

/* The process that uses the database serves it at url. If it is a command of this user, its key is
 * beside its socket; the key of a daemon is in the environment. */
static enum status join(struct session *s, const char *url, struct err *e)
{
    char path[STORE_ADDRESS_MAX + 8] = "";
    const char *slash = strrchr(url, '/');
    bool exposed = false;
    char *key = NULL;
    struct err ignored = {0};
    enum status st;

    if (strncmp(url, UNIX, strlen(UNIX)) == 0 && slash)
        (void)snprintf(path, sizeof path, "%.*s/key", (int)(slash - url - strlen(UNIX)),
                       url + strlen(UNIX));
    if (!path[0] || access(path, R_OK) || keyfile_read(&key, &exposed, path, &ignored))
        key = NULL;
    st = connect_to(s, url, key ? key : getenv("LSTMD_API_KEY"), true, e);
    free(key);
    return st;
}

static enum status start_own(struct session *s, struct err *e)
{
    /* First, because libcurl is initialised before there are other threads. */
    enum status st = connect_to(s, s->config.listen, s->config.api_key, true, e);

    if (st)
        return st;
    interrupt_block(true);
    st = service_start(&s->service, &s->config,
                       (struct service_duties){.trains = s->kind != SESSION_READS}, e);
    interrupt_block(false);
    return st;
}

/* A process that has just started, or just ends, announces no address: it gets some time. */
static enum status start(struct session *s, struct err *e)
{
    int64_t until = clock_monotonic_ms() + BUSY_WAIT_MS;
    char url[STORE_ADDRESS_MAX];
    enum status st = start_own(s, e);

    while (st == ST_CONFLICT && !interrupted() && clock_monotonic_ms() < until) {
        if (store_announced(url, s->config.database))
            return join(s, url, e);
        interrupt_wait(BUSY_POLL_MS);
        st = start_own(s, e);
    }
    if (st == ST_CONFLICT)
        (void)err_wrap(e, "try again when it has ended, or name the server with --url");
    return st;
}

enum status session_open(struct session **out, const struct invocation *v, enum session_kind kind,
                         struct err *e)
{
    struct session *s = calloc(1, sizeof *s);
    const char *url = url_of(v);
    enum status st;

    if (!s)
        return err_nomem(e, sizeof *s);
    s->v = v;
    s->kind = kind;
    s->remote = url != NULL;
    interrupt_arm();
    st = url ? connect_to(s, url, getenv("LSTMD_API_KEY"), false, e) : prepare(s, e);
    if (!st && !url)
        st = start(s, e);
    if (st)
        session_close(s);
    else
        *out = s;
    return st;
}

void session_close(struct session *s)
{
    if (!s)
        return;
    client_close(s->client);
    service_stop(s->service);
    if (!s->remote)
        log_close();
    local_files_remove(&s->files);
    if (s->config.api_key)
        explicit_bzero(s->config.api_key, strlen(s->config.api_key));
    config_release(&s->config);
    free(s);
}

bool session_keeps(const struct session *s)
{
    return s->remote || s->kind != SESSION_TEMPORARY;
}

bool session_own(const struct session *s)
{
    return s->service != NULL;
}

/* ---- requests ---- */

enum status session_again(struct session *s, struct err *e)
{
    if (s->remote || s->service)
        return err_set(e, ST_IO, "the server does not answer any more");
    return start(s, e);
}

/* Whether the process that serves us has ended, or is about to, before it took the request. */
static bool has_left(const struct session *s, enum status st, const struct answer *a)
{
    return !s->remote && !s->service && (st == ST_IO || (!st && a->status == 503));
}

/* Opens the service again for the same request, whose body must still be there. */
static bool can_repeat(struct session *s, const struct exchange *x, const struct answer *a)
{
    struct err ignored = {0};

    if (x->to && a->status > 0 && a->status < 300) /* a part of the answer was written */
        return false;
    if (x->from && fseeko(x->from, 0, SEEK_SET) != 0)
        return false;
    return session_again(s, &ignored) == ST_OK;
}

enum status session_send(struct answer *a, struct session *s, const struct exchange *x,
                         struct err *e)
{
    int64_t until = clock_monotonic_ms() + REPEAT_MS;
    enum status st = client_send(a, s->client, x, e);

    /* A process that ends closes its socket before it lets go of the database. */
    while (has_left(s, st, a) && !interrupted() && clock_monotonic_ms() < until) {
        interrupt_wait(BUSY_POLL_MS);
        if (!can_repeat(s, x, a))
            break;
        answer_release(a);
        st = client_send(a, s->client, x, e);
    }
    if (st || a->status < 400)
        return st;
    return problem_sentence(a->status, a->body.data ? a->body.data : "", a->body.len, e);
}
