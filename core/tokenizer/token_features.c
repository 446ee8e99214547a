/* token_features.c - the steps of the tokenizer's net: see core/tokenizer/token_features.h. */
#include "core/tokenizer/token_features.h"

#include "core/text/truecase.h"
#include "core/text/visible.h"
#include "core/tokenizer/final_marks.h"

#include <stdio.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unistr.h>

void lower_text(char *out, const char *s, size_t n)
{
    size_t at = 0, len = 0;

    while (at < n && len + 5 < TOKEN_TEXT_MAX) {
        uint32_t c;
        int width = point_at(&c, s + at, n - at);

        at += (size_t)width;
        if (c < 0x80)
            out[len++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        else
            len += (size_t)u8_uctomb((uint8_t *)out + len, uc_tolower(c), 4);
    }
    out[len] = '\0';
}

/* Writes the look of a text: category of the first character; case ('l' lower, 'u' upper, 't' first
 * letter upper, 'm' mixed, 'n' none); length as a digit: 1 to 6, 7 for 7 to 10, 8 for more. */
static void look_at(char out[16], const char *s, size_t n)
{
    int upper = 0, lower = 0, length = 0;
    bool first_upper = false;
    uint32_t c, first = 0;

    for (size_t at = 0; at < n; length++) {
        at += (size_t)point_at(&c, s + at, n - at);
        if (length == 0) {
            first = c;
            first_upper = truecase_is_upper(c);
        }
        upper += truecase_is_upper(c);
        lower += truecase_is_lower(c);
    }
    snprintf(out, 16, "%.2s%c%d", uc_general_category_name(uc_general_category(first)),
             upper + lower == 0          ? 'n'
             : upper == 0                ? 'l'
             : lower == 0                ? 'u'
             : first_upper && upper == 1 ? 't'
                                         : 'm',
             length <= 6    ? length
             : length <= 10 ? 7
                            : 8);
}

/* Address of the last n code points of s; NULL when s has no more than n. */
static const char *last_points(const char *s, int n)
{
    const char *p = s + strlen(s);

    for (; n > 0 && p > s; n--) {
        p--;
        while (p > s && ((unsigned char)*p & 0xC0) == 0x80)
            p--;
    }
    return p > s ? p : NULL;
}

/* Bytes of a pretoken in normal form. */
enum { PLAIN_MAX = 3 * PRETOKEN_BYTES_MAX + 1 };

/* Writes to out the form in which the net reads a pretoken, and returns its length. A pretoken
 * without visible characters is not changed. */
static size_t read_of(char out[PLAIN_MAX], const char *s, size_t n)
{
    size_t length = visible_text(out, PLAIN_MAX, s, n);

    if (length > 0)
        return length;
    memcpy(out, s, n);
    return n;
}

/* Cuts the code points before the next mark off the front of r->rest. */
static void take_marked(struct pretoken *out, struct token_reader *r)
{
    const char *text = r->in.text;

    *out = r->rest;
    out->end = r->rest.start;
    out->last = r->rest.first;
    while (*r->marks && *r->marks != '|') {
        uint32_t c;

        r->marks += point_at(&c, r->marks, strlen(r->marks));
        out->end += (size_t)point_at(&c, text + out->end, r->rest.end - out->end);
        out->last++;
    }
    if (!*r->marks) {
        r->marks = NULL;
        return;
    }
    r->marks++;
    out->after = GAP_NONE;
    r->rest.start = out->end;
    r->rest.first = out->last;
}

/* The next pretoken, or the next part of one that is split. */
static bool next_part(struct pretoken *out, struct token_reader *r)
{
    char plain[PLAIN_MAX];
    int32_t i;

    if (r->marks) {
        take_marked(out, r);
        return true;
    }
    r->run[0] = '\0';
    if (!pretoken_next(out, &r->in))
        return false;
    if (!r->splits || r->splits->count == 0 || out->kind != PRETOKEN_LETTERS)
        return true;
    /* The places of splits count the characters of the original run. */
    if (read_of(plain, r->in.text + out->start, out->end - out->start) != out->end - out->start)
        return true;
    lower_text(r->run, plain, out->end - out->start);
    i = strmap_get(r->splits, r->run);
    if (i < 0) {
        r->run[0] = '\0';
        return true;
    }
    r->rest = *out;
    r->marks = r->split_texts[i];
    take_marked(out, r);
    return true;
}

static int32_t row_of(struct token_reader *r, int feature, const char *text)
{
    return r->row(r->ctx, feature, text);
}

/* The white space to look up when the treebank never has this one: line ends and several spaces
 * count as one space. */
static enum pretoken_gap plain(enum pretoken_gap g)
{
    return g == GAP_SPACES || g == GAP_NEWLINE ? GAP_SPACE : g;
}

static int32_t gap_row(struct token_reader *r, enum pretoken_gap before, enum pretoken_gap after)
{
    char text[16];
    int32_t row;

    snprintf(text, sizeof(text), "s%d%d", (int)before, (int)after);
    row = row_of(r, 2, text);
    if (row >= 0)
        return row;
    snprintf(text, sizeof(text), "s%d%d", (int)plain(before), (int)plain(after));
    return row_of(r, 2, text);
}

/* The white space after a step, as an input of the net. */
static enum pretoken_gap gap_after(const struct token_features *u)
{
    return u->parts ? GAP_SPACE : u->after;
}

/* Sets the features of a step that do not depend on the next step. */
static void draft(struct token_draft *d, struct token_reader *r, const struct pretoken *p,
                  enum pretoken_gap before)
{
    const char *suffix;
    char text[TOKEN_TEXT_MAX + 8], plain[PLAIN_MAX];
    size_t n = read_of(plain, r->in.text + p->start, p->end - p->start);
    int32_t *rows = d->step.rows;

    d->step.start = p->start;
    d->step.end = p->end;
    d->step.first = p->first;
    d->step.last = p->last;
    d->step.after = p->after;
    d->step.parts =
        r->marks_part && p->after == GAP_NONE && final_marks_part(r->in.text, r->in.length, p->end);
    d->kind = p->kind;
    d->before = before;
    lower_text(d->lower, plain, n);
    look_at(d->look, plain, n);
    for (int k = 0; k < TOKEN_FEATURES; k++)
        rows[k] = -1;
    snprintf(text, sizeof(text), "w%s", d->lower);
    rows[TOKEN_FEATURE_WORD] = row_of(r, 0, text);
    snprintf(text, sizeof(text), "c%s", d->look);
    rows[1] = row_of(r, 1, text);
    rows[2] = gap_row(r, before, gap_after(&d->step));
    suffix = p->kind == PRETOKEN_LETTERS ? last_points(d->lower, 3) : NULL;
    if (suffix) {
        snprintf(text, sizeof(text), "x%s", suffix);
        rows[3] = row_of(r, 3, text);
    }
    if (r->run[0]) {
        snprintf(text, sizeof(text), "r%s", r->run);
        rows[5] = row_of(r, 5, text);
    }
}

static bool ends_paragraph(enum pretoken_gap g)
{
    return g == GAP_BLANK_LINE || g == GAP_END;
}

static void fill(struct token_reader *r, int i, enum pretoken_gap before)
{
    struct pretoken p;

    r->filled[i] = next_part(&p, r);
    if (r->filled[i])
        draft(&r->two[i], r, &p, before);
}

bool token_features_next(struct token_features *out, struct token_reader *r)
{
    struct token_draft *now = &r->two[0], *next = &r->two[1];
    char text[2 * TOKEN_TEXT_MAX + 8];

    if (!r->begun) {
        r->begun = true;
        fill(r, 0, GAP_END);
    } else {
        r->two[0] = r->two[1];
        r->filled[0] = r->filled[1];
    }
    if (!r->filled[0])
        return false;
    fill(r, 1, ends_paragraph(now->step.after) ? GAP_END : gap_after(&now->step));
    if (r->filled[1] && !ends_paragraph(now->step.after)) {
        snprintf(text, sizeof(text), "n%s%c%s", now->lower,
                 gap_after(&now->step) == GAP_NONE ? '+' : ' ', next->lower);
        now->step.rows[TOKEN_FEATURE_PAIR] = row_of(r, TOKEN_FEATURE_PAIR, text);
    }
    *out = now->step;
    return true;
}
