/* tokenizer_score.c - scores a split text by the definitions of the CoNLL 2018 shared task.
 *
 * Positions count only characters that are not white space. So a space inside a word, or white
 * space around words, makes no difference. */
#include "core/text/pretoken.h"
#include <lstm/tokenizer.h>

/* Counts forward through the characters of a text. */
struct counter {
    size_t at;
    int64_t position;
};

static int64_t position_of(struct counter *c, const char *text, size_t at)
{
    while (c->at < at) {
        uint32_t point;
        int n = point_at(&point, text + c->at, at - c->at);

        c->position += !space_point(point);
        c->at += (size_t)n;
    }
    return c->position;
}

enum level { LEVEL_WORD, LEVEL_TOKEN, LEVEL_SENTENCE };

/* The spans of one level (tokens, words or sentences), one after the other. */
struct spans {
    const char *text;
    const struct text_word *words;
    size_t count, next;
    enum level level;
    struct counter counter;
    int64_t start, end;
};

static bool ends(const struct text_word *w, enum level l)
{
    return l == LEVEL_WORD || w->sentence_end || (l == LEVEL_TOKEN && w->token_end);
}

static bool next_span(struct spans *s)
{
    if (s->next == s->count)
        return false;
    s->start = position_of(&s->counter, s->text, s->words[s->next].start);
    while (s->next + 1 < s->count && !ends(&s->words[s->next], s->level))
        s->next++;
    s->end = position_of(&s->counter, s->text, s->words[s->next].end);
    s->next++;
    return true;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static void score(struct span_score *out, struct spans a, struct spans b)
{
    bool more_a = next_span(&a), more_b = next_span(&b);

    *out = (struct span_score){0};
    while (more_a || more_b) {
        bool take_a = more_a && (!more_b || a.start <= b.start);
        bool take_b = more_b && (!more_a || b.start <= a.start);

        out->correct += take_a && take_b && a.start == b.start && a.end == b.end;
        out->gold += take_a;
        out->found += take_b;
        if (take_a)
            more_a = next_span(&a);
        if (take_b)
            more_b = next_span(&b);
    }
    out->precision = ratio((double)out->correct, (double)out->found);
    out->recall = ratio((double)out->correct, (double)out->gold);
    out->f1 = ratio(2 * (double)out->correct, (double)(out->gold + out->found));
}

void tokenizer_evaluate(struct tokenizer_score *out, const char *text, const struct text_word *gold,
                        size_t num_gold, const struct text_word *found, size_t num_found)
{
    struct span_score *scores[] = {&out->words, &out->tokens, &out->sentences};

    for (int l = LEVEL_WORD; l <= LEVEL_SENTENCE; l++) {
        struct spans a = {.text = text, .words = gold, .count = num_gold, .level = (enum level)l};
        struct spans b = {.text = text, .words = found, .count = num_found, .level = (enum level)l};

        score(scores[l], a, b);
    }
}
