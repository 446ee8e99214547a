/* parse.c - see parse.h. */
#include "server/commands/parse.h"

#include "server/commands/flag_list.h"
#include "server/data/did_you_mean.h"

#include <getopt.h>
#include <lstm/params.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_BASE = 256, ROOM = 2 * FLAGS_MAX + 1, LETTERS = 16 };

/* What getopt_long() takes. Each name stands there with dashes and, if it has any, with
 * underscores; both have the same number, so that a shortened name is not ambiguous. */
struct table {
    char underscored[FLAGS_MAX][FLAG_NAME_MAX];
    struct option options[ROOM];
    char letters[LETTERS];
};

const char *flag_value(const struct invocation *v, const char *name)
{
    for (int i = 0; i < v->num_flags; i++)
        if (strcmp(v->flags[i].name, name) == 0)
            return v->values[i];
    return NULL;
}

static void fill(struct table *t, const struct invocation *v)
{
    int n = 0, letters = 0;

    t->letters[letters++] = ':'; /* a missing value is reported as ':' */
    for (int i = 0; i < v->num_flags; i++) {
        const struct flag *f = &v->flags[i];
        int has_value = f->optional      ? optional_argument
                        : f->placeholder ? required_argument
                                         : no_argument;

        t->options[n++] = (struct option){f->name, has_value, NULL, LONG_BASE + i};
        if (strchr(f->name, '-')) {
            (void)flag_member(t->underscored[i], &(struct flag){.member = f->name});
            t->options[n++] = (struct option){t->underscored[i], has_value, NULL, LONG_BASE + i};
        }
        if (f->letter && letters + 2 < LETTERS) {
            t->letters[letters++] = f->letter;
            if (f->placeholder)
                t->letters[letters++] = ':';
        }
    }
    t->options[n] = (struct option){0};
    t->letters[letters] = '\0';
}

static int flag_of_letter(const struct invocation *v, int letter)
{
    for (int i = 0; i < v->num_flags; i++)
        if (v->flags[i].letter == letter)
            return i;
    return -1;
}

/* ---- values ---- */

static const struct param_spec *find_param(const char *name)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

/* The range of a number; the service knows the rest. */
static enum status check_number(const struct flag *f, const char *text, struct err *e)
{
    const struct param_spec *s = find_param(f->member);
    struct params ignored = {0};
    char *end = NULL;
    double x = strtod(text, &end);

    if (!s)
        return ST_OK;
    if (!text[0] || *end || strspn(text, "0123456789.eE+-") != strlen(text))
        return err_set(e, ST_INVALID, "--%s is '%.40s'; it must be a number from %g to %g", f->name,
                       text, s->min, s->max);
    return params_set_number(&ignored, s, x, e) ? err_wrap(e, "--%s", f->name) : ST_OK;
}

static enum status check_value(const struct flag *f, const char *text, struct err *e)
{
    char clause[DID_YOU_MEAN_MAX];
    struct buf list;
    size_t n = 0;

    if (!f->choices)
        return f->use == FLAG_PARAM || f->parameter ? check_number(f, text, e) : ST_OK;
    for (; f->choices[n]; n++)
        if (strcmp(f->choices[n], text) == 0)
            return ST_OK;
    buf_init(&list, 300);
    flag_put_placeholder(&list, f);
    (void)err_set(e, ST_INVALID, "--%s is '%.40s'; it must be %s%s", f->name, text,
                  list.data ? list.data : "another one",
                  did_you_mean_clause(clause, text, f->choices, n));
    buf_release(&list);
    return ST_INVALID;
}

static enum status set_value(struct invocation *v, int i, const char *text, struct err *e)
{
    const struct flag *f = &v->flags[i];

    v->values[i] = text ? text : f->optional ? "true" : "";
    if (strcmp(f->name, "help") == 0)
        v->help = true;
    return f->placeholder ? check_value(f, v->values[i], e) : ST_OK;
}

/* ---- errors ---- */

static enum status unknown(const struct invocation *v, const char *arg, struct err *e)
{
    const char *names[FLAGS_MAX], *near;
    char name[FLAG_NAME_MAX] = "";

    if (strncmp(arg, "--", 2) != 0)
        return err_set(e, ST_INVALID, "%.60s is unknown; lstmd %s --help lists the flags", arg,
                       v->command->name);
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
    for (char *p = name; *p; p++)
        if (*p == '_')
            *p = '-';
    for (int i = 0; i < v->num_flags; i++) {
        names[i] = v->flags[i].name;
        if (strlen(name) > 1 && strncmp(names[i], name, strlen(name)) == 0)
            return err_set(e, ST_INVALID, "--%s is the beginning of several flags; write it out",
                           name);
    }
    near = did_you_mean(name, names, (size_t)v->num_flags);
    if (near)
        return err_set(e, ST_INVALID, "--%s is unknown; did you mean --%s?", name, near);
    return err_set(e, ST_INVALID, "--%s is unknown; lstmd %s --help lists the flags", name,
                   v->command->name);
}

static enum status refuse(const struct invocation *v, int code, const char *arg, struct err *e)
{
    if (code == ':')
        return err_set(e, ST_INVALID, "%.60s needs a value behind it", arg);
    if (optopt >= LONG_BASE)
        return err_set(e, ST_INVALID, "--%s takes no value", v->flags[optopt - LONG_BASE].name);
    return unknown(v, arg, e);
}

/* ---- operands ---- */

static enum status take_operand(struct invocation *v, const char *arg, struct err *e)
{
    const char *equals = strchr(arg, '=');

    for (int i = 0; equals && i < v->num_flags; i++)
        if (v->flags[i].use == FLAG_PARAM && strlen(v->flags[i].member) == (size_t)(equals - arg) &&
            strncmp(v->flags[i].member, arg, (size_t)(equals - arg)) == 0)
            return set_value(v, i, equals + 1, e);
    if (v->num_operands >= v->command->max_operands || v->num_operands >= OPERANDS_MAX)
        return err_set(e, ST_INVALID, "%.80s: takes no such argument; lstmd %s --help tells which",
                       arg, v->command->name);
    v->operands[v->num_operands++] = arg;
    return ST_OK;
}

enum status parse_arguments(struct invocation *v, int argc, char *const *argv, struct err *e)
{
    enum status st = ST_OK;
    struct table t;
    int code;

    v->num_flags = flag_list(v->flags, v->command);
    fill(&t, v);
    optind = 0; /* begins anew */
    opterr = 0;
    while (!st && !v->help && (code = getopt_long(argc, argv, t.letters, t.options, NULL)) != -1) {
        int i = code >= LONG_BASE ? code - LONG_BASE : flag_of_letter(v, code);

        if (code == '?' || code == ':' || i < 0)
            st = refuse(v, code, argv[optind - 1], e);
        else
            st = set_value(v, i, optarg, e);
    }
    for (int i = optind; i < argc && !st && !v->help; i++)
        st = take_operand(v, argv[i], e);
    if (!st && !v->help && v->num_operands < v->command->min_operands)
        st = err_set(e, ST_INVALID, "needs %s; usage: lstmd %s %s", v->command->operands,
                     v->command->name, v->command->operands);
    return v->help ? ST_OK : st;
}
