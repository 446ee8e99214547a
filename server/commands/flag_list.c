/* flag_list.c - see flag_list.h. */
#include "server/commands/flag_list.h"

#include "server/data/missing.h"
#include "server/data/table/censored_cells.h"

#include <lstm/params.h>
#include <string.h>

static const char *const aggregates[] = {"mean", "sum", "last", "min", "max", "count", NULL};
static const char *const decimals[] = {".", ",", NULL};
static const char *const headers[] = {"auto", "yes", "no", NULL};
static const char *const yes_no[] = {"true", "false", NULL};

static const struct flag session[] = {
    {"url", "URL",
     "Use the server at URL in place of the local database (LSTMD_URL). Its key is read from "
     "LSTMD_API_KEY",
     FLAG_SESSION},
    {"cacert", "FILE", "Trust the certificates in FILE instead of those of the system",
     FLAG_SESSION},
    {"database", "FILE",
     "The local database (LSTMD_DATABASE). Left out: the one of the configuration, or "
     "lstmd/lstmd.db in the user's data directory (XDG_DATA_HOME, ~/.local/share)",
     FLAG_SESSION},
    {"config", "FILE", "Read the configuration from FILE (LSTMD_CONFIG)", FLAG_SESSION},
    {"quiet", NULL, "Show no progress and no notes", FLAG_SESSION, .letter = 'q'},
    {"help", NULL, "Print this", FLAG_SESSION, .letter = 'h'},
    {""}};

static const struct flag upload[] = {
    {"time", "COLUMNS",
     "The column of the times, or several that make one, separated by commas. Left out: found",
     FLAG_UPLOAD},
    {"id", "COLUMNS", "The columns that name the series, separated by commas. Left out: found",
     FLAG_UPLOAD},
    {"target", "COLUMNS", "The value columns to keep. Left out: all that are numeric", FLAG_UPLOAD},
    {"covariates", "COLUMNS", "Columns that are kept beside the values and not forecast",
     FLAG_UPLOAD},
    {"frequency", "ALIAS",
     "The step between rows, as pandas writes it: M, D, 15min. Left out: found", FLAG_UPLOAD},
    {"date-format", "FORMAT", "How the times are written, in the letters of strptime: %d/%m/%Y",
     FLAG_UPLOAD},
    {"aggregate", "HOW", "Join the rows of each step of time", FLAG_UPLOAD, .choices = aggregates},
    {"decimal", "MARK", "The mark before decimals. Left out: found", FLAG_UPLOAD,
     .choices = decimals},
    {"header", "WHETHER", "Whether the first row has the names of the columns", FLAG_UPLOAD,
     .choices = headers},
    {"missing", "WORDS", "Cells that stand for a missing value, separated by commas", FLAG_UPLOAD},
    {"censored", "HOW", "What values beyond the range of measurement count as, such as <1",
     FLAG_UPLOAD, .choices = censored_names},
    {"fill", "HOW", "What a model sees in place of a missing observation", FLAG_UPLOAD,
     .choices = missing_policy_names},
    {""}};

static const struct flag of_config[] = {
    {"config", "FILE", "read keys from FILE (LSTMD_CONFIG)", FLAG_CONFIG},
    {"print-config", NULL, "print the configuration in force as a file and end", FLAG_CONFIG},
    {"check-config", NULL, "check the configuration and end", FLAG_CONFIG},
    {"help", NULL, "print this", FLAG_CONFIG, .letter = 'h'},
    {""}};

static bool has(const struct flag *flags, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(flags[i].name, name) == 0)
            return true;
    return false;
}

/* A flag that is there already stays: a command's own flags replace those of a set. */
static int add(struct flag out[FLAGS_MAX], int n, const struct flag *more)
{
    for (; more && more->name[0] && n < FLAGS_MAX; more++)
        if (!has(out, n, more->name))
            out[n++] = *more;
    return n;
}

static void set_name(struct flag *f, const char *prefix, const char *name)
{
    (void)snprintf(f->name, sizeof f->name, "%s%s", prefix, name);
    for (char *p = f->name; *p; p++)
        if (*p == '_')
            *p = '-';
}

static int add_params(struct flag out[FLAGS_MAX], int n, unsigned takes)
{
    int count = 0;
    const struct param_spec *table = params_table(&count);

    for (int i = 0; i < count && n < FLAGS_MAX; i++) {
        const struct param_spec *s = &table[i];
        bool number = s->type != PARAM_BOOL && s->type != PARAM_ENUM;
        struct flag f = {.placeholder = number                  ? "N"
                                        : s->type == PARAM_BOOL ? "true|false"
                                                                : "WORD",
                         .help = s->help,
                         .use = FLAG_PARAM,
                         .member = s->name,
                         .choices = s->type == PARAM_BOOL ? yes_no : s->choices,
                         .optional = s->type == PARAM_BOOL};

        if (!((s->forecast && (takes & TAKES_FORECAST)) || (s->tag && (takes & TAKES_TAG))))
            continue;
        set_name(&f, has(upload, sizeof upload / sizeof *upload, s->name) ? "model-" : "", s->name);
        if (!has(out, n, f.name))
            out[n++] = f;
    }
    return n;
}

static int add_config(struct flag out[FLAGS_MAX], int n)
{
    for (int k = 0; k < CONFIG_KEYS && n < FLAGS_MAX; k++) {
        struct flag f = {.placeholder = "VALUE", .help = config_key(k).help, .use = FLAG_CONFIG};

        set_name(&f, "", config_key(k).name);
        out[n++] = f;
    }
    return n;
}

int flag_list(struct flag out[FLAGS_MAX], const struct command *c)
{
    int n = add(out, 0, c->flags);

    if (c->takes & TAKES_UPLOAD)
        n = add(out, n, upload);
    n = add_params(out, n, c->takes);
    if (c->takes & TAKES_SESSION)
        n = add(out, n, session);
    if (c->takes & TAKES_CONFIG)
        n = add_config(out, add(out, n, of_config));
    return n;
}

const char *flag_member(char out[FLAG_NAME_MAX], const struct flag *f)
{
    (void)snprintf(out, FLAG_NAME_MAX, "%s", f->member ? f->member : f->name);
    for (char *p = out; *p; p++)
        if (*p == '-')
            *p = '_';
    return out;
}

enum status flag_only_for_file(const struct invocation *v, unsigned uses, struct err *e)
{
    for (int i = 0; i < v->num_flags; i++)
        if (v->values[i] && (uses & (1U << v->flags[i].use)))
            return err_set(e, ST_INVALID,
                           "--%s is for a file, and %.80s is none; ./%.80s would be one",
                           v->flags[i].name, v->operands[0], v->operands[0]);
    return ST_OK;
}

void flag_put_placeholder(struct buf *out, const struct flag *f)
{
    if (!f->choices)
        buf_puts(out, f->placeholder ? f->placeholder : "");
    for (int i = 0; f->choices && f->choices[i]; i++)
        buf_printf(out, "%s%s", i ? "|" : "", f->choices[i]);
}

int flag_sentence(const char *help)
{
    const char *stop = strstr(help, ". ");
    size_t n = stop ? (size_t)(stop - help) : strlen(help);

    return (int)(n && help[n - 1] == '.' ? n - 1 : n);
}
