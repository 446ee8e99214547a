/* config.c - combines flags, environment, file and defaults: see config.h. */
#include "server/config/config.h"

#include "server/config/config_table.h"
#include "server/http/http.h"

#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FEW_THREADS = 4, HTTP_THREADS_MAX = 64, CONNECTIONS_A_THREAD = 800 };

/* Whether a member owns memory: texts do. */
static bool owns(enum config_type type)
{
    return type == CONFIG_TEXT || type == CONFIG_PATH || type == CONFIG_LISTEN ||
           type == CONFIG_SECRET || type == CONFIG_HOSTS || type == CONFIG_ORIGINS ||
           type == CONFIG_PROXIES || type == CONFIG_ALLOWED || type == CONFIG_PREFIX;
}

void config_release(struct config *c)
{
    for (int k = 0; k < CONFIG_KEYS; k++)
        if (owns(config_table[k].type))
            free(*(char **)((char *)c + config_table[k].offset));
    free(c->file);
    *c = (struct config){0};
}

static enum status set_defaults(struct config *c, struct err *e)
{
    enum status st = ST_OK;

    for (int k = 0; k < CONFIG_KEYS && !st; k++)
        st = config_set(c, k, config_table[k].fallback, config_table[k].name, e);
    return st;
}

/* Sets a value from the environment or a flag. */
static enum status give(struct config *c, int k, enum config_origin by, const char *text,
                        const char *place, struct err *e)
{
    enum status st = config_check_given(k, text, place, e);

    if (c->origin[k] == CONFIG_FILE)
        c->over_file[k] = true;
    c->origin[k] = by;
    return st ? st : config_set(c, k, text, place, e);
}

/* ---- environment ---- */

/* Variables with our prefix that are not keys: those of the tests and of commands, and those that
 * Kubernetes sets in every pod beside a service called lstmd (LSTMD_PORT_8080_TCP_ADDR ...). */
static bool foreign(const char *name)
{
    static const char *const whole[] = {"BIN", "GOLDEN", "CPU",         "CONFIG",
                                        "URL", "PORT",   "SERVICE_HOST"};
    static const char *const prefix[] = {"TEST_", "PORT_", "SERVICE_PORT"};

    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (strcmp(name, whole[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof prefix / sizeof prefix[0]; i++)
        if (strncmp(name, prefix[i], strlen(prefix[i])) == 0)
            return true;
    return false;
}

static const char *env_value(char *const *envp, const char *name)
{
    size_t n = strlen(name);

    for (; envp && *envp; envp++)
        if (strncmp(*envp, name, n) == 0 && (*envp)[n] == '=')
            return *envp + n + 1;
    return NULL;
}

static enum status read_variable(struct config *c, const char *entry, struct err *e)
{
    const char *equals = strchr(entry, '=');
    char place[80], name[80] = "";
    size_t n = equals ? (size_t)(equals - entry) : 0;
    int k;

    if (strncmp(entry, "LSTMD_", 6) != 0 || n < 6)
        return ST_OK;
    (void)snprintf(place, sizeof place, "%.*s", (int)(n < sizeof place ? n : sizeof place - 1),
                   entry);
    if (foreign(place + 6))
        return ST_OK;
    for (size_t i = 0; place[6 + i]; i++)
        name[i] = (char)tolower((unsigned char)place[6 + i]);
    k = config_find(name);
    if (k < 0)
        return config_unknown(place, name, "LSTMD_", e);
    return give(c, k, CONFIG_ENVIRONMENT, equals + 1, place, e);
}

/* ---- flags ---- */

/* The parts of one argument. name: the key as in the table; value: NULL when it is a separate
 * argument. */
struct flag {
    char name[64];
    const char *value;
};

static void flag_split(struct flag *f, const char *arg)
{
    const char *equals = strchr(arg, '=');
    size_t n = equals ? (size_t)(equals - arg) : strlen(arg);

    f->value = equals ? equals + 1 : NULL;
    if (n >= sizeof f->name)
        n = sizeof f->name - 1;
    memcpy(f->name, arg, n);
    f->name[n] = '\0';
    for (char *p = f->name; *p; p++)
        if (*p == '-')
            *p = '_';
}

/* The switch of this name, or NULL. */
static bool *find_switch(struct config_options *o, const char *name)
{
    if (strcmp(name, "help") == 0)
        return &o->help;
    if (strcmp(name, "print_config") == 0)
        return &o->print_config;
    if (strcmp(name, "check_config") == 0)
        return &o->check_config;
    return NULL;
}

/* Where the value of a flag of one command is stored, or NULL. */
static const char **find_word(struct config_options *o, const char *name)
{
    static const struct {
        const char *name;
        enum config_word word;
    } words[] = {{"scopes", CONFIG_SCOPES},
                 {"scope", CONFIG_SCOPES},
                 {"names", CONFIG_NAMES},
                 {"match", CONFIG_NAMES},
                 {"expires", CONFIG_EXPIRES},
                 {"requests_per_minute", CONFIG_LIMITS},
                 {"stored_bytes", CONFIG_LIMITS + 1},
                 {"training_seconds_per_hour", CONFIG_LIMITS + 2}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].name, name) == 0)
            return &o->words[words[i].word];
    return NULL;
}

/* Takes the argument at argv[*i], which begins with "--"; *i becomes the last one used. c NULL:
 * only what goes into o, so that the file is known before the keys are set. */
static enum status take_flag(struct config *c, struct config_options *o, int argc,
                             char *const *argv, int *i, struct err *e)
{
    struct flag f;
    char place[80];
    const char **word;
    bool *sw;
    int k;

    flag_split(&f, argv[*i] + 2);
    (void)snprintf(place, sizeof place, "--%.70s", f.name);
    sw = find_switch(o, f.name);
    if (sw && f.value)
        return err_set(e, ST_INVALID, "%s takes no value", argv[*i]);
    if (sw) {
        *sw = true;
        return ST_OK;
    }
    k = config_find(f.name);
    word = k < 0 ? find_word(o, f.name) : NULL;
    if (k < 0 && !word && strcmp(f.name, "config") != 0)
        return config_unknown(place, f.name, "--", e);
    if (!f.value && k >= 0 && config_table[k].type == CONFIG_BOOLEAN)
        f.value = "true";
    if (!f.value && ++*i >= argc)
        return err_set(e, ST_INVALID, "%s needs a value behind it", place);
    if (!f.value)
        f.value = argv[*i];
    if (k < 0) {
        *(word ? word : &o->file) = f.value;
        return ST_OK;
    }
    if (!c)
        return ST_OK;
    return give(c, k, CONFIG_FLAG, f.value, place, e);
}

static enum status take_operand(struct config_options *o, const char *arg, struct err *e)
{
    if (o->num_operands == CONFIG_OPERANDS_MAX)
        return err_set(e, ST_INVALID, "%s: too many arguments", arg);
    o->operands[o->num_operands++] = arg;
    return ST_OK;
}

static enum status read_arguments(struct config *c, struct config_options *o, int argc,
                                  char *const *argv, struct err *e)
{
    enum status st = ST_OK;
    bool flags = true;

    o->num_operands = 0;
    for (int i = 0; i < argc && !st; i++) {
        if (flags && strcmp(argv[i], "--") == 0)
            flags = false;
        else if (flags && strncmp(argv[i], "--", 2) == 0)
            st = take_flag(c, o, argc, argv, &i, e);
        else if (flags && strcmp(argv[i], "-h") == 0)
            o->help = true;
        else if (flags && argv[i][0] == '-' && argv[i][1])
            st = err_set(e, ST_INVALID, "%s is unknown; flags begin with two dashes", argv[i]);
        else
            st = take_operand(o, argv[i], e);
    }
    return st;
}

static void hide(char *value)
{
    if (value)
        memset(value, '*', strlen(value));
}

void config_hide_secrets(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        char *equals = strchr(argv[i], '=');
        struct flag f;
        int k;

        if (strncmp(argv[i], "--", 2) != 0)
            continue;
        flag_split(&f, argv[i] + 2);
        k = config_find(f.name);
        if (k >= 0 && config_table[k].type == CONFIG_SECRET)
            hide(equals ? equals + 1 : (i + 1 < argc ? argv[++i] : NULL));
    }
}

/* ---- all sources ---- */

static enum status check_together(const struct config *c, struct err *e)
{
    if (c->read_key[0] && !c->api_key[0] && !c->api_key_file[0])
        return err_set(
            e, ST_INVALID,
            "read_key is set but api_key is not: anyone could still write; set api_key as well");
    if (!c->tls_cert[0] != !c->tls_key[0])
        return err_set(e, ST_INVALID,
                       "%s is set but %s is not: TLS needs the certificate and its key; set both",
                       c->tls_cert[0] ? "tls_cert" : "tls_key",
                       c->tls_cert[0] ? "tls_key" : "tls_cert");
    if (c->tls_cert[0] && strncmp(c->listen, "unix:", 5) == 0)
        return err_set(e, ST_INVALID,
                       "listen is %s, a socket of this machine, and tls_cert is set: what goes "
                       "over such a socket is not encrypted; leave one of them out",
                       c->listen);
    return ST_OK;
}

enum status config_load(struct config *c, struct config_options *o, int argc, char *const *argv,
                        char *const *envp, struct err *e)
{
    enum status st;

    *c = (struct config){0};
    *o = (struct config_options){0};
    st = read_arguments(NULL, o, argc, argv, e);
    if (!o->file)
        o->file = env_value(envp, "LSTMD_CONFIG");
    if (!st)
        st = set_defaults(c, e);
    if (o->help)
        return st;
    if (!st && o->file && !o->file[0])
        st =
            err_set(e, ST_INVALID,
                    "the name of the configuration (--config, LSTMD_CONFIG) is empty; leave it out "
                    "where none is wanted");
    if (!st && o->file)
        st = config_read_file(c, o->file, e);
    for (char *const *v = envp; v && *v && !st; v++)
        st = read_variable(c, *v, e);
    if (!st)
        st = read_arguments(c, o, argc, argv, e);
    if (!st)
        st = check_together(c, e);
    if (st)
        config_release(c);
    return st;
}

unsigned config_cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

    return n > 0 ? (unsigned)n : 1;
}

/* A thread polls all of its connections for each event. With 5,000 this takes 4 ms, so thousands of
 * idle connections would delay the requests of others. */
unsigned config_http_threads(const struct config *c)
{
    unsigned n = config_cores();
    int64_t shares = (c->max_connections + CONNECTIONS_A_THREAD - 1) / CONNECTIONS_A_THREAD;

    if (c->http_threads > 0)
        return (unsigned)c->http_threads;
    n = n < FEW_THREADS ? n : FEW_THREADS;
    if (shares > (int64_t)n)
        n = shares < HTTP_THREADS_MAX ? (unsigned)shares : HTTP_THREADS_MAX;
    return n;
}

unsigned config_request_workers(const struct config *c)
{
    unsigned n = config_cores();

    if (c->request_workers > 0)
        return (unsigned)c->request_workers;
    return n < 2 ? 2 : (n < 8 ? n : 8);
}

unsigned config_workers(const struct config *c)
{
    unsigned n = config_cores();

    if (c->workers > 0)
        return (unsigned)c->workers;
    return n > 1 ? n - 1 : 1;
}

/* Bytes of memory for this process: the machine's, or the limit of the control group. */
static double memory_there_is(void)
{
    double pages = (double)sysconf(_SC_PHYS_PAGES), bytes = pages * (double)sysconf(_SC_PAGESIZE);
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "r");
    double limit = 0;

    if (f) {
        if (fscanf(f, "%lf", &limit) == 1 && limit > 0 && limit < bytes)
            bytes = limit;
        (void)fclose(f);
    }
    return bytes;
}

size_t config_training_bytes(const struct config *c)
{
    if (c->max_training_bytes > 0)
        return (size_t)c->max_training_bytes;
    return (size_t)(memory_there_is() / 2 / config_workers(c));
}

char *config_local_url(const struct config *c)
{
    return http_listen_url(c->listen, c->tls_cert[0] != '\0');
}

/* ---- printing ---- */

/* Writes text as comment lines of at most 100 columns. */
static void put_comment(struct buf *out, const char *text)
{
    size_t column = 0;

    while (*text) {
        size_t n = strcspn(text, " ");

        if (column && column + 1 + n > 100) {
            buf_puts(out, "\n");
            column = 0;
        }
        buf_puts(out, column ? " " : "# ");
        column += column ? 1 : 2;
        buf_add(out, text, n);
        column += n;
        text += n;
        text += strspn(text, " ");
    }
    buf_puts(out, "\n");
}

/* Writes the allowed values, the unit and the default. */
static void put_facts(struct buf *out, int k)
{
    const struct config_key *key = &config_table[k];
    struct buf text;

    buf_init(&text, 1000);
    buf_puts(&text, "Value: ");
    config_put_range(&text, k);
    if (key->unit[0])
        buf_printf(&text, " [%s]", key->unit);
    buf_printf(&text, ". Default: %s.", key->fallback[0] ? key->fallback : "empty");
    put_comment(out, text.data ? text.data : "");
    buf_release(&text);
}

/* Writes where a value comes from, unless it is the default. */
static void put_origin(struct buf *out, const struct config *c, int k)
{
    bool flag = c->origin[k] == CONFIG_FLAG;

    if (c->origin[k] == CONFIG_DEFAULT)
        return;
    if (c->origin[k] == CONFIG_FILE)
        buf_printf(out, "# from %s, line %d", c->file, c->line[k]);
    else
        buf_puts(out, flag ? "# from a flag" : "# from the environment");
    if (c->over_file[k])
        buf_printf(out, "; the value in %s, line %d, is not used", c->file, c->line[k]);
    buf_puts(out, "\n");
}

static void print_key(struct buf *out, const struct config *c, int k)
{
    const struct config_key *key = &config_table[k];
    struct buf value;
    bool secret =
        key->type == CONFIG_SECRET && (*(char *const *)((const char *)c + key->offset))[0];

    buf_puts(out, "\n");
    put_comment(out, key->help);
    put_facts(out, k);
    put_origin(out, c, k);
    if (secret) {
        buf_printf(out, "# %s is set; secrets are not shown\n", key->name);
        return;
    }
    buf_init(&value, 8192);
    config_put_value(&value, c, k);
    buf_printf(out, "%s =%s%s\n", key->name, value.len ? " " : "", value.len ? value.data : "");
    if (value.st)
        out->st = value.st;
    buf_release(&value);
}

void config_print(struct buf *out, const struct config *c)
{
    put_comment(
        out, "lstmd's configuration. Every key can also be given as a flag (--key VALUE) or in the "
             "environment (LSTMD_KEY); a flag wins over the environment, the environment over this "
             "file, this file over the default. A line holds one key; # or ; begins a comment.");
    for (int k = 0; k < CONFIG_KEYS; k++)
        print_key(out, c, k);
}

void config_print_help(struct buf *out)
{
    for (int k = 0; k < CONFIG_KEYS; k++) {
        const struct config_key *key = &config_table[k];
        const char *stop = strstr(key->help, ". ");
        int n = (int)(stop ? stop - key->help : (long)strlen(key->help));

        buf_printf(out, "  --%-28s %.*s", key->name, n, key->help);
        if (key->fallback[0])
            buf_printf(out, " (%s)", key->fallback);
        buf_puts(out, "\n");
    }
}

struct config_key_info config_key(int i)
{
    return (struct config_key_info){config_table[i].name, config_table[i].fallback,
                                    config_table[i].help};
}
