/* model_load.c - see model_load.h. */
#include "server/models/model_load.h"

#include "server/data/text_check.h"
#include "server/data/timeline_style.h"

#include <lstm/checkpoint.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES_MAX = 1000000 };

/* Reads a list of strings from the metadata; *count is 0 when it is missing. */
static enum status read_list(char ***out, size_t *count, const struct checkpoint *c,
                             const char *key, struct err *e)
{
    *out = NULL;
    *count = 0;
    return checkpoint_get(c, key) ? checkpoint_get_strings(out, count, c, key, SERIES_MAX, e)
                                  : ST_OK;
}

/* The three lists of the calendar; style may be missing. */
struct time_lists {
    char **frequency, **start, **style;
    size_t num_frequency, num_start, num_style;
};

static enum status read_lists(struct time_lists *l, const struct checkpoint *c, struct err *e)
{
    enum status st = read_list(&l->frequency, &l->num_frequency, c, "lstmd.frequency", e);

    if (!st)
        st = read_list(&l->start, &l->num_start, c, "lstmd.start", e);
    return st ? st : read_list(&l->style, &l->num_style, c, "lstmd.time_style", e);
}

static enum status check_lists(const struct time_lists *l, int n, struct err *e)
{
    if (!l->frequency || !l->start || l->num_frequency != (size_t)n || l->num_start != (size_t)n)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: lstmd.frequency has %zu entries and lstmd.start %zu; the "
                       "model has %d series",
                       l->num_frequency, l->num_start, n);
    if (l->style && l->num_style != (size_t)n)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: lstmd.time_style has %zu entries; the model has %d series",
                       l->num_style, n);
    return ST_OK;
}

static enum status parse_times(struct timeline *time, int n, const struct time_lists *l,
                               struct err *e)
{
    for (int i = 0; i < n; i++) {
        if (timeline_parse(&time[i], l->frequency[i], l->start[i], e)) {
            err_wrap(e, "checkpoint: lstmd.start or lstmd.frequency of series %d", i);
            return e->status = ST_CORRUPT;
        }
        if (l->style && timeline_style_parse(&time[i], l->style[i], e)) {
            err_wrap(e, "checkpoint: lstmd.time_style of series %d", i);
            return e->status = ST_CORRUPT;
        }
    }
    return ST_OK;
}

/* A file made elsewhere may have no calendar; then rows are numbered. Makes at least one entry. */
static enum status read_times(struct model *m, const struct checkpoint *c, struct err *e)
{
    int n = forecaster_num_series(m->forecaster);
    struct timeline *time = calloc((size_t)n + 1, sizeof(*time));
    struct time_lists l = {0};
    enum status st;

    if (!time)
        return err_nomem(e, 0);
    for (int i = 0; i <= n; i++)
        time[i] = timeline_index();
    st = read_lists(&l, c, e);
    if (!st && (l.frequency || l.start)) {
        st = check_lists(&l, n, e);
        if (!st)
            st = parse_times(time, n, &l, e);
    }
    free(l.frequency);
    free(l.start);
    free(l.style);
    if (st)
        free(time);
    else
        m->time = time;
    return st;
}

/* Older files and those of other programs have no such name; an invalid name counts as none. */
static enum status read_value_name(struct model *m, const struct checkpoint *c, struct err *e)
{
    const char *name = checkpoint_get(c, "lstmd.value_name");

    if (!name || text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", NULL))
        return ST_OK;
    m->value_name = strdup(name);
    return m->value_name ? ST_OK : err_nomem(e, 0);
}

static enum status load_forecaster(struct model *m, const struct checkpoint *c,
                                   const uint8_t *bytes, size_t len, struct err *e)
{
    struct forecaster *f = NULL;
    enum status st = forecaster_load(&f, bytes, len, e);

    if (st)
        return st;
    m->forecaster = f;
    st = read_times(m, c, e);
    if (!st)
        st = read_value_name(m, c, e);
    if (st) {
        free((struct timeline *)m->time);
        m->time = NULL;
        forecaster_free(f);
        m->forecaster = NULL;
    }
    return st;
}

static enum status load_tagger(struct model *m, const struct checkpoint *c, const uint8_t *bytes,
                               size_t len, struct err *e)
{
    struct tagger *t = NULL;
    struct tokenizer *splitter = NULL;
    enum status st = tagger_load(&t, bytes, len, e);

    if (!st)
        st = tokenizer_load(&splitter, c, e);
    if (st) {
        tagger_free(t);
        return st;
    }
    m->tagger = t;
    m->tokenizer = splitter;
    return ST_OK;
}

enum status model_load(struct model *m, const uint8_t *bytes, size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    const char *task;
    enum status st = checkpoint_read(&c, bytes, len, e);

    if (st)
        return st;
    task = checkpoint_get(c, "lstmd.task");
    if (!task)
        st = err_set(e, ST_CORRUPT,
                     "checkpoint: the metadata has no lstmd.task; it must be 'forecast' or 'tag'");
    else if (!task_from_name(&m->task, task))
        st = err_set(e, ST_CORRUPT,
                     "checkpoint: lstmd.task is '%.40s'; it must be 'forecast' or "
                     "'tag'",
                     task);
    else if (m->task == TASK_FORECAST)
        st = load_forecaster(m, c, bytes, len, e);
    else
        st = load_tagger(m, c, bytes, len, e);
    checkpoint_free(c);
    return st;
}

/* Only the owner calls this; all other code sees a const model. */
void model_release(struct model *m)
{
    forecaster_free((struct forecaster *)m->forecaster);
    tagger_free((struct tagger *)m->tagger);
    tokenizer_free((struct tokenizer *)m->tokenizer);
    free((struct timeline *)m->time);
    free((char *)m->value_name);
    m->value_name = NULL;
    m->forecaster = NULL;
    m->tagger = NULL;
    m->tokenizer = NULL;
    m->time = NULL;
}
