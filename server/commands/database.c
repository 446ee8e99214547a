/* database.c - the commands migrate, backup, check and restore. */
#include "server/commands/output.h"
#include "server/commands/runs.h"

#include "server/base/database_url.h"
#include "server/store/store.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* The name of a database in messages: without a password. Valid until the next call. */
static const char *name_of(const char *database)
{
    static char shown[DATABASE_SHOWN];

    database_shown(shown, sizeof(shown), database);
    return shown;
}

int run_migrate(struct invocation *v)
{
    const struct config *c = &v->config;
    const struct store_config sc = {
        .path = c->database, .busy_timeout_ms = (int)c->busy_timeout_ms, .exclusive = true};
    struct store *store = NULL;
    struct err e = {0};
    int version = 0;
    enum status st = store_open(&store, &sc, &e);

    if (!st)
        st = store_schema_version(&version, store, &e);
    store_close(store);
    if (st)
        return output_fail(v, EXIT_FAILED, &e);
    (void)fprintf(v->io.out, "%s: schema version %d, the newest\n", name_of(c->database), version);
    return EXIT_DONE;
}

static enum status open_as_is(struct store **out, const struct config *c, const char *path,
                              struct err *e)
{
    const struct store_config sc = {
        .path = path, .busy_timeout_ms = (int)c->busy_timeout_ms, .as_is = true};

    if (!database_is_url(path) && access(path, R_OK) != 0)
        return err_set(e, ST_NOT_FOUND,
                       "cannot read the database %.300s: %s; name it with "
                       "--database",
                       path, strerror(errno));
    return store_open(out, &sc, e);
}

/* Does not migrate the database: an older daemon may be using it, and its schema must not
 * change. */
int run_backup(struct invocation *v)
{
    const struct config *c = &v->config;
    const struct config_options *o = &v->options;
    struct store *store = NULL;
    struct err e = {0};
    enum status st;

    if (o->num_operands != 1) {
        (void)fprintf(v->io.err,
                      "lstmd backup: needs the file to write; usage: lstmd backup FILE\n");
        return EXIT_USAGE;
    }
    st = open_as_is(&store, c, c->database, &e);
    if (!st)
        st = store_backup(store, o->operands[0], &e);
    store_close(store);
    if (st)
        return output_fail(v, EXIT_FAILED, &e);
    (void)fprintf(v->io.out, "%s: copied to %s\n", name_of(c->database), o->operands[0]);
    return EXIT_DONE;
}

static void print_problem(void *ctx, const char *problem)
{
    (void)fprintf(ctx, "%s\n", problem);
}

/* Prints the problems; if there are none, what was read. */
static int check_store(const struct invocation *v, struct store *store, const char *path)
{
    struct store_check found;
    struct err e = {0};

    if (store_check(&found, store, print_problem, v->io.err, &e))
        return output_fail(v, EXIT_FAILED, &e);
    if (found.problems) {
        (void)fprintf(v->io.err, "lstmd %s: %s: %lld problems\n", v->command->name, name_of(path),
                      (long long)found.problems);
        return EXIT_FAILED;
    }
    if (found.content)
        (void)fprintf(v->io.out,
                      "%s: schema version %d; %lld data sets and %lld model versions are whole\n",
                      name_of(path), found.schema_version, (long long)found.datasets,
                      (long long)found.versions);
    else
        (void)fprintf(
            v->io.out,
            "%s: schema version %d is not the newest: its pages are whole, its content was not "
            "read\n",
            name_of(path), found.schema_version);
    return EXIT_DONE;
}

int run_check(struct invocation *v)
{
    const struct config *c = &v->config;
    const struct config_options *o = &v->options;
    const char *path = o->num_operands ? o->operands[0] : c->database;
    struct store *store = NULL;
    struct err e = {0};
    int code = open_as_is(&store, c, path, &e) ? output_fail(v, EXIT_FAILED, &e)
                                               : check_store(v, store, path);

    store_close(store);
    return code;
}

int run_restore(struct invocation *v)
{
    const struct config *c = &v->config;
    const struct config_options *o = &v->options;
    struct store *store = NULL;
    struct err e = {0};
    char kept[PATH_MAX] = "";
    int code;

    if (o->num_operands != 1) {
        (void)fprintf(v->io.err,
                      "lstmd restore: needs the backup to read; usage: lstmd restore FILE\n");
        return EXIT_USAGE;
    }
    if (database_is_url(c->database)) {
        (void)err_set(&e, ST_INVALID,
                      "a PostgreSQL database is restored with its own programs: pg_restore, or "
                      "pgBackRest");
        return output_fail(v, EXIT_FAILED, &e);
    }
    code = open_as_is(&store, c, o->operands[0], &e) ? output_fail(v, EXIT_FAILED, &e)
                                                     : check_store(v, store, o->operands[0]);
    if (!code && store_restore(store, c->database, kept, &e))
        code = output_fail(v, EXIT_FAILED, &e);
    store_close(store);
    if (code)
        return code;
    (void)fprintf(v->io.out, "%s: restored from %s%s%s\n", c->database, o->operands[0],
                  kept[0] ? "; the database before is kept as " : "", kept);
    return EXIT_DONE;
}
