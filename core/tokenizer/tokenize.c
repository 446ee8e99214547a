/* tokenize.c - splits text with a tokenizer.
 *
 * Paragraphs are independent of each other. A paragraph that is longer than a window is covered by
 * several windows, which overlap by CONTEXT steps on both sides. Only the middle of a window, its
 * core, gives results. Cores are placed from the beginning of the paragraph, so that no result
 * depends on the blocks, the parts of a text that are in memory at a time. */
#include "core/tokenizer/tokenizer_model.h"
#include "core/tokenizer/word_rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CORE = 160, CONTEXT = 24, BLOCK = 8192, BATCH = 32 };

struct window {
    int from, length;      /* steps of the block that the net reads */
    int core, core_length; /* steps whose labels the window decides */
};

struct split {
    const struct tokenizer *t;
    const struct stop_flag *stop; /* or NULL */
    struct token_reader reader;
    int block;                    /* BLOCK, or less for a short text */
    struct token_features *steps; /* (block) */
    unsigned char *ends;
    int count;     /* steps in the block */
    int paragraph; /* first step of the current paragraph; negative: it began before the block */
    int done;      /* steps whose words were returned */
    struct window *windows; /* (block) */
    int num_windows;
    struct net_work *work;
    int work_T, work_B;
    int32_t *ids; /* (work_T, work_B, TOKEN_FEATURES) */
    int lengths[BATCH];
    struct text_word *words;
    size_t num_words, capacity;
    bool inside; /* the last word continues with the next step */
};

static bool ends_paragraph(const struct token_features *u)
{
    return u->after == GAP_BLANK_LINE || u->after == GAP_END;
}

static void add_window(struct split *s, int begin, int core, int end)
{
    int limit = core + CORE < end ? core + CORE : end;
    struct window *w = &s->windows[s->num_windows++];

    w->core = core;
    w->core_length = limit - core;
    w->from = core - CONTEXT > begin ? core - CONTEXT : begin;
    w->length = (limit + CONTEXT < end ? limit + CONTEXT : end) - w->from;
}

/* Places windows over the steps from s->done on, as far as their right context is known. Sets
 * s->paragraph to the last paragraph, which is not complete. Returns the first step without a
 * window. */
static int cut_windows(struct split *s)
{
    int core = s->done;

    for (int i = s->done; i < s->count; i++) {
        bool last = ends_paragraph(&s->steps[i]);

        if (!last && i + 1 < core + CORE + CONTEXT)
            continue;
        while (core <= i && (last || core + CORE + CONTEXT <= i + 1)) {
            int begin = s->paragraph > 0 ? s->paragraph : 0;

            /* While the end of the paragraph is unknown, a core must have its whole context. */
            add_window(s, begin, core, i + 1);
            core += s->windows[s->num_windows - 1].core_length;
        }
        if (last)
            s->paragraph = core = i + 1;
    }
    return core;
}

static int longer_first(const void *a, const void *b)
{
    const struct window *v = a, *w = b;

    if (v->length != w->length)
        return v->length > w->length ? -1 : 1;
    return v->core - w->core;
}

static enum status need_work(struct split *s, int T, int B, struct err *e)
{
    enum status st;

    if (s->work && T <= s->work_T && B <= s->work_B)
        return ST_OK;
    net_work_free(s->work);
    free(s->ids);
    s->work = NULL;
    s->ids = calloc((size_t)T * (size_t)B * TOKEN_FEATURES, sizeof(*s->ids));
    if (!s->ids)
        return err_nomem(e, (size_t)T * (size_t)B * TOKEN_FEATURES * sizeof(*s->ids));
    st = net_work_new(&s->work, net_get_config(s->t->net), T, B, false, e);
    s->work_T = T;
    s->work_B = B;
    if (!st)
        net_work_stop(s->work, s->stop);
    return st;
}

static unsigned char decide(const struct token_features *u, const float *y)
{
    int best = 0;

    if (ends_paragraph(u))
        return END_SENTENCE;
    if (u->parts)
        return y[END_SENTENCE] > y[END_TOKEN] ? END_SENTENCE : END_TOKEN;
    for (int k = 1; k < NUM_ENDS; k++) {
        if (y[k] > y[best])
            best = k;
    }
    /* A multi-word token has no white space between its words. */
    return (unsigned char)(best == END_WORD && u->after != GAP_NONE ? END_TOKEN : best);
}

static void fill_column(struct split *s, int j, int T, int B, const struct window *w)
{
    s->lengths[j] = w->length;
    for (int k = 0; k < T; k++) {
        int32_t *to = s->ids + ((size_t)k * (size_t)B + (size_t)j) * TOKEN_FEATURES;

        if (k < w->length) {
            memcpy(to, s->steps[w->from + k].rows, TOKEN_FEATURES * sizeof(*to));
        } else {
            for (int f = 0; f < TOKEN_FEATURES; f++)
                to[f] = -1;
        }
    }
}

static enum status run_batch(struct split *s, const struct window *w, int B, struct err *e)
{
    int T = w[0].length;
    struct net_input in = {.T = T, .B = B, .lengths = s->lengths};
    const float *y;
    enum status st = need_work(s, T, B, e);

    if (st)
        return st;
    for (int j = 0; j < B; j++)
        fill_column(s, j, T, B, &w[j]);
    in.ids = s->ids;
    y = net_forward(s->work, s->t->net, &in, NULL);
    if (!y)
        return err_set(e, ST_CANCELLED, "the splitting was cancelled");
    for (int j = 0; j < B; j++) {
        for (int k = 0; k < w[j].core_length; k++) {
            int i = w[j].core + k;
            int step = i - w[j].from;

            s->ends[i] =
                decide(&s->steps[i], y + ((size_t)step * (size_t)B + (size_t)j) * NUM_ENDS);
        }
    }
    return ST_OK;
}

static enum status run_windows(struct split *s, struct err *e)
{
    enum status st = ST_OK;

    qsort(s->windows, (size_t)s->num_windows, sizeof(*s->windows), longer_first);
    for (int i = 0; !st && i < s->num_windows; i += BATCH)
        st = run_batch(s, s->windows + i, s->num_windows - i < BATCH ? s->num_windows - i : BATCH,
                       e);
    s->num_windows = 0;
    return st;
}

static enum status grow(struct split *s, struct err *e)
{
    size_t want = s->capacity ? s->capacity + s->capacity / 2 : 64;
    struct text_word *p;

    if (s->num_words < s->capacity)
        return ST_OK;
    p = reallocarray(s->words, want, sizeof(*p));
    if (!p)
        return err_nomem(e, want * sizeof(*p));
    s->words = p;
    s->capacity = want;
    return ST_OK;
}

/* Joins decided steps into words. */
static enum status give_words(struct split *s, int until, struct err *e)
{
    for (int i = s->done; i < until; i++) {
        const struct token_features *u = &s->steps[i];
        struct text_word *w;

        if (!s->inside) {
            enum status st = grow(s, e);

            if (st)
                return st;
            s->words[s->num_words++] = (struct text_word){.start = u->start, .first = u->first};
        }
        w = &s->words[s->num_words - 1];
        s->inside = s->ends[i] == END_NOTHING;
        w->end = u->end;
        w->last = u->last;
        w->space_after = u->after != GAP_NONE;
        w->token_end = s->ends[i] >= END_TOKEN;
        w->sentence_end = s->ends[i] == END_SENTENCE;
    }
    s->done = until;
    return ST_OK;
}

/* Drops the steps that no window needs any more. */
static void slide(struct split *s)
{
    int keep = s->done - CONTEXT > s->paragraph ? s->done - CONTEXT : s->paragraph;

    if (keep < 0)
        keep = 0;
    if (keep > s->done)
        keep = s->done;
    memmove(s->steps, s->steps + keep, (size_t)(s->count - keep) * sizeof(*s->steps));
    s->count -= keep;
    s->done -= keep;
    s->paragraph -= keep;
}

static enum status run(struct split *s, struct err *e)
{
    bool more = true;
    enum status st = ST_OK;

    while (!st && more) {
        while (s->count < s->block && (more = token_features_next(&s->steps[s->count], &s->reader)))
            s->count++;
        int until = cut_windows(s);

        st = run_windows(s, e);
        if (!st)
            st = give_words(s, until, e);
        slide(s);
    }
    return st;
}

static enum status allocate(struct split *s, struct err *e)
{
    size_t n = s->reader.in.length + 1;

    /* A step has at least one byte. One more is counted, so that the end of the text is found. */
    if (n > BLOCK)
        n = BLOCK;
    s->block = (int)n;
    s->steps = calloc(n, sizeof(*s->steps));
    s->ends = calloc(n, sizeof(*s->ends));
    s->windows = calloc(n, sizeof(*s->windows));
    if (s->steps && s->ends && s->windows)
        return ST_OK;
    err_nomem(e, 0);
    return ST_NOMEM;
}

enum status tokenize_until(struct text_word **words, size_t *count, const struct tokenizer *t,
                           const char *text, size_t length, bool lines,
                           const struct stop_flag *stop, struct err *e)
{
    struct split *s;
    enum status st = tokenizer_check_text(text, length, e);

    if (st)
        return st;
    s = calloc(1, sizeof(*s));
    if (!s)
        return err_nomem(e, sizeof(*s));
    s->t = t;
    s->stop = stop;
    tokenizer_reader(&s->reader, t, text, length);
    s->reader.in.lines = lines;
    s->reader.marks_part = true;
    st = allocate(s, e);
    if (!st)
        st = grow(s, e); /* a text without words has an array, too */
    if (!st)
        st = run(s, e);
    if (!st) {
        *words = s->words;
        *count = t->rules ? word_rules_apply(s->words, s->num_words, text, length) : s->num_words;
        s->words = NULL; /* moved */
    }
    net_work_free(s->work);
    free(s->words);
    free(s->steps);
    free(s->ends);
    free(s->windows);
    free(s->ids);
    free(s);
    return st;
}

enum status tokenize(struct text_word **words, size_t *count, const struct tokenizer *t,
                     const char *text, size_t length, bool lines, struct err *e)
{
    return tokenize_until(words, count, t, text, length, lines, NULL, e);
}
