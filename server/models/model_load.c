/* model_load.c - see model_load.h. */
#include "server/models/model_load.h"

#include <lstm/checkpoint.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES_MAX = 1000000 };

/* One list of strings of the metadata; *count 0 when it is not there. */
static enum status read_list(char ***out, size_t *count, const struct checkpoint *c,
                             const char *key, struct err *e)
{
    *out = NULL;
    *count = 0;
    return checkpoint_get(c, key) ? checkpoint_get_strings(out, count, c, key, SERIES_MAX, e)
                                  : ST_OK;
}

static enum status parse_times(struct timeline *time, int n, char *const *frequency,
                               char *const *start, struct err *e)
{
    for (int i = 0; i < n; i++)
        if (timeline_parse(&time[i], frequency[i], start[i], e)) {
            err_wrap(e, "checkpoint: lstmd.start or lstmd.frequency of series %d", i);
            return e->status = ST_CORRUPT;
        }
    return ST_OK;
}

/* A file that was made elsewhere may know no calendar: its rows are numbered. At least one
 * entry. */
static enum status read_times(struct model *m, const struct checkpoint *c, struct err *e)
{
    int n = forecaster_num_series(m->forecaster);
    struct timeline *time = calloc((size_t)n + 1, sizeof(*time));
    char **frequency = NULL, **start = NULL;
    size_t num_frequency = 0, num_start = 0;
    enum status st = ST_OK;

    if (!time)
        return err_nomem(e, 0);
    for (int i = 0; i <= n; i++)
        time[i].frequency = (struct frequency){FREQ_INDEX, 1};
    st = read_list(&frequency, &num_frequency, c, "lstmd.frequency", e);
    if (!st)
        st = read_list(&start, &num_start, c, "lstmd.start", e);
    if (!st && (frequency || start)) {
        if (!frequency || !start || num_frequency != (size_t)n || num_start != (size_t)n)
            st = err_set(e, ST_CORRUPT,
                         "checkpoint: lstmd.frequency has %zu entries and lstmd.start %zu; the "
                         "model has %d series",
                         num_frequency, num_start, n);
        else
            st = parse_times(time, n, frequency, start, e);
    }
    free(frequency);
    free(start);
    if (st)
        free(time);
    else
        m->time = time;
    return st;
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
    if (st) {
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

/* Everybody else sees a const model; only its owner comes here. */
void model_release(struct model *m)
{
    forecaster_free((struct forecaster *)m->forecaster);
    tagger_free((struct tagger *)m->tagger);
    tokenizer_free((struct tokenizer *)m->tokenizer);
    free((struct timeline *)m->time);
    m->forecaster = NULL;
    m->tagger = NULL;
    m->tokenizer = NULL;
    m->time = NULL;
}
