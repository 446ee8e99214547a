/* params.c - reads and sets one hyper-parameter by its row of the table: see <lstm/params.h>. */
#include <lstm/number.h>

#include <lstm/params.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "an integer from 1 to 4096", "true or false", "one of \"sgd\", \"adam\"". */
static void describe(char out[256], const struct param_spec *s, bool fraction)
{
    char lo[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];
    size_t n = 0;

    number_text_any(lo, s->min);
    number_text_any(hi, s->max);
    switch (s->type) {
    case PARAM_BOOL:
        snprintf(out, 256, "true or false");
        break;
    case PARAM_ENUM:
        out[0] = '\0';
        for (int i = 0; s->choices[i] && n < 200; i++)
            n +=
                (size_t)snprintf(out + n, 256 - n, "%s\"%s\"", i ? ", " : "one of ", s->choices[i]);
        break;
    case PARAM_NUMBER:
        snprintf(out, 256, "a number from %s to %s", lo, hi);
        break;
    case PARAM_INT:
    case PARAM_INT64:
        if (s->type == PARAM_INT64)
            snprintf(hi, sizeof(hi), "%.0f", s->max);
        snprintf(out, 256, "%s from %s to %s", fraction ? "a whole number" : "an integer", lo, hi);
        break;
    }
}

static enum status refuse(const struct param_spec *s, bool fraction, const char *value,
                          struct err *e)
{
    char must[256];

    describe(must, s, fraction);
    err_set(e, ST_INVALID, "%s is %.60s; it must be %s", s->name, value, must);
    err_at(e, "/params/%s", s->name);
    return ST_INVALID;
}

enum status params_set_number(struct params *p, const struct param_spec *s, double v, struct err *e)
{
    char *member = (char *)p + s->offset;
    char text[NUMBER_TEXT_MAX];
    bool integer = s->type == PARAM_INT || s->type == PARAM_INT64;
    bool fraction = integer && isfinite(v) && v != floor(v);

    if ((!integer && s->type != PARAM_NUMBER) || !(v >= s->min && v <= s->max) || fraction) {
        number_text_any(text, v);
        return refuse(s, fraction, text, e);
    }
    if (s->type == PARAM_INT)
        *(int *)(void *)member = (int)v;
    else if (s->type == PARAM_INT64)
        *(int64_t *)(void *)member = (int64_t)v;
    else
        *(double *)(void *)member = v;
    return ST_OK;
}

enum status params_set_bool(struct params *p, const struct param_spec *s, bool v, struct err *e)
{
    if (s->type != PARAM_BOOL)
        return refuse(s, false, v ? "true" : "false", e);
    *(bool *)(void *)((char *)p + s->offset) = v;
    return ST_OK;
}

enum status params_set_text(struct params *p, const struct param_spec *s, const char *v,
                            struct err *e)
{
    char quoted[64];

    for (int i = 0; s->type == PARAM_ENUM && s->choices[i]; i++) {
        if (strcmp(s->choices[i], v) == 0) {
            *(int *)(void *)((char *)p + s->offset) = (int)s->min + i;
            return ST_OK;
        }
    }
    snprintf(quoted, sizeof(quoted), "\"%.50s\"", v);
    return refuse(s, false, quoted, e);
}

double params_number(const struct params *p, const struct param_spec *s)
{
    const void *member = (const char *)p + s->offset;

    switch (s->type) {
    case PARAM_BOOL:
        return *(const bool *)member ? 1 : 0;
    case PARAM_INT64:
        return (double)*(const int64_t *)member;
    case PARAM_NUMBER:
        return *(const double *)member;
    case PARAM_INT:
    case PARAM_ENUM:
        break;
    }
    return *(const int *)member;
}

const char *params_text(const struct params *p, const struct param_spec *s)
{
    int i = (int)params_number(p, s);

    if (s->type != PARAM_ENUM || i < s->min || i > s->max)
        return "";
    return s->choices[i - (int)s->min];
}

enum status params_check_net(const struct params *have, const struct params *want, enum task t,
                             struct err *e)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++) {
        const struct param_spec *s = params_find(t, table[i].name);
        double a, b;

        if (!s || !s->shapes_net)
            continue;
        a = params_number(have, s);
        b = params_number(want, s);
        if (a == b)
            continue;
        err_set(e, ST_INVALID,
                "the model to start from has %s %g, but the new model would have %g; they must be "
                "the same",
                s->name, a, b);
        return err_at(e, "/warm_start_from");
    }
    return ST_OK;
}
