/* params_io.c - hyper-parameters as the metadata of a checkpoint, and back: see <lstm/params.h>. */
#include <lstm/number.h>

#include <lstm/checkpoint.h>
#include <lstm/params.h>

#include <string.h>

enum status params_store(struct checkpoint *c, enum task t, const struct params *p, struct err *e)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);
    enum status st = checkpoint_set(c, "recipe", p->recipe, e);

    for (int i = 0; !st && i < n; i++) {
        const struct param_spec *s = &table[i];

        if (!(t == TASK_TAG ? s->tag : s->forecast))
            continue;
        if (s->type == PARAM_BOOL)
            st = checkpoint_set(c, s->name, params_number(p, s) != 0 ? "true" : "false", e);
        else if (s->type == PARAM_ENUM)
            st = checkpoint_set(c, s->name, params_text(p, s), e);
        else if (s->type == PARAM_INT64) /* all its digits, not 9.007e+15 */
            st = checkpoint_set_i64(c, s->name, (int64_t)params_number(p, s), e);
        else
            st = checkpoint_set_f64(c, s->name, params_number(p, s), e);
    }
    return st;
}

/* Sets one value from the text that params_store() writes; also accepts Python's True and False. */
static enum status load_text(struct params *p, const struct param_spec *s, const char *v,
                             struct err *e)
{
    bool yes = strcmp(v, "true") == 0 || strcmp(v, "True") == 0;
    bool no = strcmp(v, "false") == 0 || strcmp(v, "False") == 0;
    double number;

    if (s->type == PARAM_BOOL && (yes || no))
        return params_set_bool(p, s, yes, e);
    if (s->type != PARAM_BOOL && s->type != PARAM_ENUM && number_parse(&number, v))
        return params_set_number(p, s, number, e);
    return params_set_text(p, s, v, e); /* a choice by its name; refuses every other type */
}

enum status params_load(struct params *out, const struct checkpoint *c, enum task t, struct err *e)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);
    struct params p = {0};
    enum status st = params_defaults(&p, t, checkpoint_get(c, "recipe"), e);

    for (int i = 0; !st && i < n; i++) {
        const struct param_spec *s = params_find(t, table[i].name);
        const char *v = checkpoint_get(c, table[i].name);

        if (v && s)
            st = load_text(&p, s, v, e);
    }
    if (st && e) { /* the error is in a file, not in a request: drop the pointer into a request */
        err_wrap(e, "checkpoint: metadata");
        e->status = ST_CORRUPT;
        e->pointer[0] = '\0';
    }
    if (st)
        return ST_CORRUPT;
    *out = p;
    return ST_OK;
}
