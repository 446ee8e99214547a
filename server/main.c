/* main.c - the command line: serve, migrate, backup, check, restore, key, healthcheck, version,
 * help.
 *
 * Exit codes: 0 done, 1 the command failed, 2 the command line or the configuration is wrong. This
 * is the only file that prints to the terminal. */
#include "server/base/log.h"
#include "server/base/version.h"
#include "server/client/healthcheck.h"
#include "server/config/config.h"
#include "server/formats/json.h"
#include "server/key_command.h"
#include "server/manual.h"
#include "server/serve.h"
#include "server/store/store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
enum { HEALTH_TIMEOUT_MS = 3000, OUTPUT_MAX = 1 << 20 };

struct command {
    const char *name, *operands, *summary, *details;
    int max_operands;
    int (*run)(struct config *c, const struct config_options *o);
};

/* ---- printing ---- */

static int fail(int code, const char *command, const struct err *e)
{
    fprintf(stderr, "lstmd%s%s: %s\n", command[0] ? " " : "", command, e->message);
    return code;
}

/* Prints and releases b. A full disk or a closed pipe is a failure. */
static int print_buf(struct buf *b)
{
    struct err e = {0};
    int code = EXIT_DONE;

    if (buf_status(b, &e))
        code = fail(EXIT_FAILED, "", &e);
    else if ((b->len && fwrite(b->data, 1, b->len, stdout) != b->len) || fflush(stdout) != 0)
        code = EXIT_FAILED;
    buf_release(b);
    return code;
}

static int print_config(const struct config *c)
{
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    config_print(&b, c);
    return print_buf(&b);
}

/* ---- commands ---- */

/* Prints the key that was made. It is shown only this time. */
static bool print_key(const struct config *c)
{
    return printf("lstmd: there was no key; a new one is kept in %s\nlstmd: API key: %s\n",
                  c->api_key_file, c->api_key) > 0 &&
           fflush(stdout) == 0;
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
    bool has = access(c->database, F_OK) == 0 && store_open(&store, &sc, &e) == ST_OK &&
               store_has_keys(store);

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

static int run_serve(struct config *c, const struct config_options *o)
{
    struct err e = {0};
    bool made = false;

    (void)o;
    if (secure(c, true, &made, &e))
        return fail(EXIT_USAGE, "serve", &e);
    if (made && !print_key(c))
        log_msg(LOG_WARN, "key_not_printed", "the new key is in %s", c->api_key_file);
    return serve(c);
}

static int run_migrate(struct config *c, const struct config_options *o)
{
    const struct store_config sc = {
        .path = c->database, .busy_timeout_ms = (int)c->busy_timeout_ms, .exclusive = true};
    struct store *store = NULL;
    struct err e = {0};
    int version = 0;
    enum status st = store_open(&store, &sc, &e);

    (void)o;
    if (!st)
        st = store_schema_version(&version, store, &e);
    store_close(store);
    if (st)
        return fail(EXIT_FAILED, "migrate", &e);
    printf("%s: schema version %d, the newest\n", c->database, version);
    return EXIT_DONE;
}

static enum status open_as_is(struct store **out, const struct config *c, const char *path,
                              struct err *e)
{
    const struct store_config sc = {
        .path = path, .busy_timeout_ms = (int)c->busy_timeout_ms, .as_is = true};

    if (access(path, R_OK) != 0)
        return err_set(e, ST_NOT_FOUND,
                       "cannot read the database %.300s: %s; name it with "
                       "--database",
                       path, strerror(errno));
    return store_open(out, &sc, e);
}

/* Does not migrate the database: an older daemon may be using it, and its schema must not
 * change. */
static int run_backup(struct config *c, const struct config_options *o)
{
    struct store *store = NULL;
    struct err e = {0};
    enum status st;

    if (o->num_operands != 1) {
        fprintf(stderr, "lstmd backup: needs the file to write; usage: lstmd backup FILE\n");
        return EXIT_USAGE;
    }
    st = open_as_is(&store, c, c->database, &e);
    if (!st)
        st = store_backup(store, o->operands[0], &e);
    store_close(store);
    if (st)
        return fail(EXIT_FAILED, "backup", &e);
    printf("%s: copied to %s\n", c->database, o->operands[0]);
    return EXIT_DONE;
}

static void print_problem(void *ctx, const char *problem)
{
    (void)ctx;
    fprintf(stderr, "%s\n", problem);
}

/* Prints the problems; if there are none, what was read. */
static int check_store(struct store *store, const char *command, const char *path)
{
    struct store_check found;
    struct err e = {0};

    if (store_check(&found, store, print_problem, NULL, &e))
        return fail(EXIT_FAILED, command, &e);
    if (found.problems) {
        fprintf(stderr, "lstmd %s: %s: %lld problems\n", command, path, (long long)found.problems);
        return EXIT_FAILED;
    }
    if (found.content)
        printf("%s: schema version %d; %lld data sets and %lld model versions are whole\n", path,
               found.schema_version, (long long)found.datasets, (long long)found.versions);
    else
        printf("%s: schema version %d is not the newest: its pages are whole, its content was not "
               "read\n",
               path, found.schema_version);
    return EXIT_DONE;
}

static int run_check(struct config *c, const struct config_options *o)
{
    const char *path = o->num_operands ? o->operands[0] : c->database;
    struct store *store = NULL;
    struct err e = {0};
    int code = open_as_is(&store, c, path, &e) ? fail(EXIT_FAILED, "check", &e)
                                               : check_store(store, "check", path);

    store_close(store);
    return code;
}

static int run_restore(struct config *c, const struct config_options *o)
{
    struct store *store = NULL;
    struct err e = {0};
    char kept[PATH_MAX] = "";
    int code;

    if (o->num_operands != 1) {
        fprintf(stderr, "lstmd restore: needs the backup to read; usage: lstmd restore FILE\n");
        return EXIT_USAGE;
    }
    code = open_as_is(&store, c, o->operands[0], &e)
               ? fail(EXIT_FAILED, "restore", &e)
               : check_store(store, "restore", o->operands[0]);
    if (!code && store_restore(store, c->database, kept, &e))
        code = fail(EXIT_FAILED, "restore", &e);
    store_close(store);
    if (code)
        return code;
    printf("%s: restored from %s%s%s\n", c->database, o->operands[0],
           kept[0] ? "; the database before is kept as " : "", kept);
    return EXIT_DONE;
}

/* Only the new key goes to standard output, so that a script can read it. */
static int run_key(struct config *c, const struct config_options *o)
{
    struct buf out, note;
    struct err e = {0};
    enum status st;

    buf_init(&out, OUTPUT_MAX);
    buf_init(&note, OUTPUT_MAX);
    st = key_command(&out, &note, c, o, &e);
    if (!st && note.data)
        fprintf(stderr, "%s", note.data);
    buf_release(&note);
    if (!st)
        return print_buf(&out);
    buf_release(&out);
    return fail(st == ST_INVALID ? EXIT_USAGE : EXIT_FAILED, "key", &e);
}

static int run_healthcheck(struct config *c, const struct config_options *o)
{
    char *local = o->num_operands ? NULL : config_local_url(c);
    const char *url = o->num_operands ? o->operands[0] : local;
    struct err e = {0};
    enum status st =
        url ? client_health(url, local != NULL, HEALTH_TIMEOUT_MS, &e) : err_nomem(&e, 0);

    if (!st)
        printf("%s is ready\n", url);
    free(local);
    return st ? fail(EXIT_FAILED, "healthcheck", &e) : EXIT_DONE;
}

static int run_version(struct config *c, const struct config_options *o)
{
    (void)c;
    (void)o;
    printf("lstmd %s (database schema %d)\n", LSTMD_VERSION, store_newest_schema_version());
    return EXIT_DONE;
}

static int run_help(struct config *c, const struct config_options *o);
static int run_manual(struct config *c, const struct config_options *o);

static const struct command commands[] = {
    {"serve", "", "run the daemon",
     "Serves the HTTP API until SIGTERM or SIGINT. Then requests in flight finish, and "
     "running jobs write a checkpoint.\n"
     "SIGHUP opens the log file and reads the certificate again.\n",
     0, run_serve},
    {"migrate", "", "make the database, or bring it to the newest schema",
     "The daemon does the same when it starts. Refused while a daemon uses the database.\n", 0,
     run_migrate},
    {"backup", "FILE", "copy the database into FILE, while the daemon runs",
     "A consistent copy by SQLite's online backup. FILE must not exist yet.\n", CONFIG_OPERANDS_MAX,
     run_backup},
    {"check", "[FILE]", "read a whole database and report what is wrong with it",
     "Without FILE the database of the configuration, also while the daemon runs. Reads every row "
     "of the data sets and\n"
     "compares every checkpoint with its recorded digest. Exit code 1 when something is wrong.\n",
     1, run_check},
    {"restore", "FILE", "put a backup in the place of the database",
     "Checks FILE first. Refused while a daemon uses the database. The previous database is "
     "kept beside it as\n"
     "DATABASE.before-restore.\n",
     CONFIG_OPERANDS_MAX, run_restore},
    {"key", "add|list|revoke [NAME]", "make, list or revoke keys, while the daemon runs",
     "key add NAME --scopes LIST [--names PATTERN] [--expires 90d|DATE] prints a new key, only "
     "this once. LIST is one or more of\n"
     "read, predict, train and admin, with commas between them. PATTERN binds the key to data sets "
     "and models whose\n"
     "names match, such as 'sales-*'. --requests-per-minute N, "
     "--training-seconds-per-hour N and\n"
     "--stored-bytes 500M limit what the key may use.\n"
     "key revoke NAME takes effect within a second.\n",
     CONFIG_OPERANDS_MAX, run_key},
    {"healthcheck", "[URL]", "ask a daemon whether it is ready",
     "Without URL the address of the configuration (listen) is asked. Exit code 0: ready; 1: "
     "not.\n",
     1, run_healthcheck},
    {"version", "", "print the version", "", 0, run_version},
    {"help", "[COMMAND]", "print this, or the usage of one command", "", 1, run_help},
    {"manual", "[PAGE]", "print a manual page, lstmd.1 or lstmd.conf.5",
     "lstmd manual lstmd.conf.5 | man -l - shows it. The Debian package installs both.\n", 1,
     run_manual},
};
enum { NUM_COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- help ---- */

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < NUM_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void put_overview(struct buf *b)
{
    buf_puts(
        b,
        "lstmd - trains LSTM models for time series and for tagging, and serves them over HTTP\n\n"
        "usage: lstmd COMMAND [--KEY VALUE]...\n\n");
    for (int i = 0; i < NUM_COMMANDS; i++)
        buf_printf(b, "  %-12s %-10s %s\n", commands[i].name, commands[i].operands,
                   commands[i].summary);
    buf_puts(b, "\nlstmd help COMMAND tells more. Exit codes: 0 done, 1 it failed while running, 2 "
                "the command\n"
                "line or the configuration is wrong.\n");
}

static void put_usage(struct buf *b, const struct command *cmd)
{
    buf_printf(b, "usage: lstmd %s%s%s [--KEY VALUE]...\n\n%s", cmd->name,
               cmd->operands[0] ? " " : "", cmd->operands, cmd->details);
    buf_puts(b,
             "\nFlags (also --KEY=VALUE; LSTMD_KEY in the environment; \"key = value\" in the "
             "file), with defaults:\n"
             "  --config FILE                  read keys from FILE (LSTMD_CONFIG)\n"
             "  --print-config                 print the configuration in force as a file and end\n"
             "  --check-config                 check the configuration and end\n");
    config_print_help(b);
    buf_puts(b, "\nExit codes: 0 done, 1 it failed while running, 2 the command line or the "
                "configuration is wrong.\n");
}

static int print_usage(const struct command *cmd)
{
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    if (cmd)
        put_usage(&b, cmd);
    else
        put_overview(&b);
    return print_buf(&b);
}

static int unknown_command(const char *name)
{
    const char *names[NUM_COMMANDS], *near;

    for (int i = 0; i < NUM_COMMANDS; i++)
        names[i] = commands[i].name;
    near = did_you_mean(name, names, NUM_COMMANDS);
    if (name[0] == '-')
        fprintf(stderr, "lstmd: %.80s stands before the command; write lstmd serve %.80s\n", name,
                name);
    else if (near)
        fprintf(stderr, "lstmd: there is no command %.80s; did you mean %s?\n", name, near);
    else
        fprintf(stderr,
                "lstmd: there is no command %.80s; lstmd help lists them: serve, migrate, backup, "
                "check, restore, key, healthcheck, version, manual\n",
                name);
    return EXIT_USAGE;
}

static int run_help(struct config *c, const struct config_options *o)
{
    const struct command *cmd = o->num_operands ? find_command(o->operands[0]) : NULL;

    (void)c;
    if (o->num_operands && !cmd)
        return unknown_command(o->operands[0]);
    return print_usage(cmd);
}

static int run_manual(struct config *c, const struct config_options *o)
{
    struct manual_command list[NUM_COMMANDS];
    struct err e = {0};
    struct buf b;

    (void)c;
    for (int i = 0; i < NUM_COMMANDS; i++)
        list[i] = (struct manual_command){commands[i].name, commands[i].operands,
                                          commands[i].summary, commands[i].details};
    buf_init(&b, OUTPUT_MAX);
    if (manual_write(&b, o->num_operands ? o->operands[0] : "lstmd.1", list, NUM_COMMANDS, &e)) {
        buf_release(&b);
        return fail(e.status == ST_INVALID ? EXIT_USAGE : EXIT_FAILED, "manual", &e);
    }
    return print_buf(&b);
}

/* ---- dispatch ---- */

/* Commands that only print do not read the environment, so a wrong variable cannot make them
 * fail. */
static bool only_prints(const struct command *cmd)
{
    return cmd->run == run_help || cmd->run == run_manual || cmd->run == run_version;
}

/* Checks everything for which the daemon would refuse to start. Makes no key. */
static enum status check_serve(const struct command *cmd, struct config *c, struct err *e)
{
    bool made = false;

    return cmd->run == run_serve ? secure(c, false, &made, e) : ST_OK;
}

static bool has_words(const struct config_options *o)
{
    for (int i = 0; i < CONFIG_WORDS; i++)
        if (o->words[i])
            return true;
    return false;
}

static int run_command(const struct command *cmd, int argc, char **argv)
{
    struct config_options o;
    struct config c;
    struct err e = {0};
    int code;

    if (config_load(&c, &o, argc, argv, only_prints(cmd) ? NULL : environ, &e))
        return fail(EXIT_USAGE, cmd->name, &e);
    config_hide_secrets(argc, argv);
    if (cmd->run != run_key && has_words(&o)) {
        (void)err_set(&e, ST_INVALID,
                      "--scopes, --names, --expires and limits belong to lstmd key add");
        code = fail(EXIT_USAGE, cmd->name, &e);
    } else if (o.num_operands > cmd->max_operands) {
        (void)err_set(&e, ST_INVALID, "%.80s: takes no such argument; lstmd help %s tells which",
                      o.operands[cmd->max_operands], cmd->name);
        code = fail(EXIT_USAGE, cmd->name, &e);
    } else if (o.help) {
        code = print_usage(cmd);
    } else if (o.print_config) {
        code = print_config(&c);
    } else if (o.check_config && check_serve(cmd, &c, &e)) {
        code = fail(EXIT_USAGE, cmd->name, &e);
    } else if (o.check_config) {
        code = printf("the configuration is good\n") > 0 ? EXIT_DONE : EXIT_FAILED;
    } else {
        code = cmd->run(&c, &o);
    }
    config_release(&c);
    return code;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    const struct command *cmd;

    if (strcmp(name, "--version") == 0)
        name = "version";
    else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    cmd = find_command(name);
    if (argc < 2) {
        (void)print_usage(NULL);
        return EXIT_USAGE;
    }
    return cmd ? run_command(cmd, argc - 2, argv + 2) : unknown_command(name);
}
