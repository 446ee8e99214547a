/* daemon.c - the commands serve, healthcheck and version. */
#include "server/commands/output.h"
#include "server/commands/runs.h"

#include "server/base/database_url.h"
#include "server/base/log.h"
#include "server/base/version.h"
#include "server/client/healthcheck.h"
#include "server/serve.h"
#include "server/store/store.h"

#include <stdlib.h>
#include <unistd.h>

enum { HEALTH_TIMEOUT_MS = 3000 };

/* Prints the key that was made. It is shown only this time. */
static bool print_key(const struct invocation *v)
{
    return fprintf(v->io.out,
                   "lstmd: there was no key; a new one is kept in %s\nlstmd: API key: %s\n",
                   v->config.api_key_file, v->config.api_key) > 0 &&
           fflush(v->io.out) == 0;
}

static int serve(const struct config *c)
{
    struct err e = {0};
    char text[1200];
    enum status st;

    st = log_open((enum log_format)c->log_format, (enum log_level)c->log_level, c->log_file, &e);
    if (!st)
        st = serve_run(c, &e);
    if (st) {
        /* For the operator who reads the log; also to the terminal if the log goes elsewhere. */
        log_msg(LOG_ERROR, "failed", "%s", e.message);
        (void)snprintf(text, sizeof text, "lstmd serve: %.1100s\n", e.message);
        if (c->log_file[0])
            log_last_words(text);
    }
    log_close();
    return st ? EXIT_FAILED : EXIT_DONE;
}

/* Reads the database without changing it: another daemon may be using it, or it may not exist
 * yet. */
static bool database_has_keys(const struct config *c)
{
    const struct store_config sc = {
        .path = c->database, .busy_timeout_ms = (int)c->busy_timeout_ms, .as_is = true};
    struct store *store = NULL;
    struct err e = {0};
    bool has = (database_is_url(c->database) || access(c->database, F_OK) == 0) &&
               store_open(&store, &sc, &e) == ST_OK && store_has_keys(store);

    store_close(store);
    return has;
}

/* Sets up keys, and checks that nothing is open by mistake. make: as for config_secure(). */
static enum status secure(struct config *c, bool make, bool *made, struct err *e)
{
    enum status st = config_secure(c, make, made, e);

    if (!st && config_check_exposure(c, false, e))
        st = config_check_exposure(c, database_has_keys(c), e);
    return st;
}

enum status check_serve(struct config *c, struct err *e)
{
    bool made = false;

    return secure(c, false, &made, e);
}

int run_serve(struct invocation *v)
{
    struct err e = {0};
    bool made = false;

    if (secure(&v->config, true, &made, &e))
        return output_fail(v, EXIT_USAGE, &e);
    if (made && !print_key(v))
        log_msg(LOG_WARN, "key_not_printed", "the new key is in %s", v->config.api_key_file);
    return serve(&v->config);
}

int run_healthcheck(struct invocation *v)
{
    const struct config_options *o = &v->options;
    char *local = o->num_operands ? NULL : config_local_url(&v->config);
    const char *url = o->num_operands ? o->operands[0] : local;
    struct err e = {0};
    enum status st =
        url ? client_health(url, local != NULL, HEALTH_TIMEOUT_MS, &e) : err_nomem(&e, 0);

    if (!st)
        (void)fprintf(v->io.out, "%s is ready\n", url);
    free(local);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}

int run_version(struct invocation *v)
{
    (void)fprintf(v->io.out, "lstmd %s (database schema %d)\n", LSTMD_VERSION,
                  store_newest_schema_version());
    return EXIT_DONE;
}
