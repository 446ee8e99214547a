/* edit_script.c - see edit_script.h. */
#include "core/tagging/edit_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unistr.h>

/* Longer texts are compared as a whole: the search for their common part would take long. */
enum { POINTS_MAX = 64 };

struct points {
    ucs4_t at[POINTS_MAX];
    size_t end[POINTS_MAX + 1]; /* bytes up to each point */
    int count;                  /* -1: too many */
};

static void decode(struct points *p, const char *s)
{
    const uint8_t *next = (const uint8_t *)s;

    p->end[0] = 0;
    for (p->count = 0; *next; p->count++) {
        ucs4_t c;

        if (p->count == POINTS_MAX) {
            p->count = -1;
            return;
        }
        next = u8_next(&c, next);
        if (!next) /* the end */
            return;
        p->at[p->count] = c;
        p->end[p->count + 1] = (size_t)((const char *)next - s);
    }
}

static ucs4_t change(ucs4_t c, char letter, bool first)
{
    if (letter == 'l' || (letter == 't' && !first))
        return uc_tolower(c);
    if (letter == 'u')
        return uc_toupper(c);
    return letter == 't' ? uc_totitle(c) : c;
}

/* Appends the bytes [from, to) of s with their case changed; returns the end. */
static char *put_changed(char *out, const char *from, const char *to, char letter)
{
    const uint8_t *s = (const uint8_t *)from;

    for (bool first = true; (const char *)s < to; first = false) {
        ucs4_t c;
        int n = u8_mbtouc(&c, s, (size_t)(to - (const char *)s));

        s += n;
        out += u8_uctomb((uint8_t *)out, change(c, letter, first), 6);
    }
    *out = '\0';
    return out;
}

/* The longest common part, without case; of equally long ones the first. Returns its length. */
static int common(int *i_out, int *k_out, const struct points *a, const struct points *b)
{
    int run[2][POINTS_MAX + 1] = {{0}}, best = 0;

    for (int i = 0; i < a->count; i++) {
        int *now = run[i % 2], *before = run[1 - i % 2];

        for (int k = 0; k < b->count; k++) {
            bool same = uc_tolower(a->at[i]) == uc_tolower(b->at[k]);

            now[k + 1] = same ? before[k] + 1 : 0;
            if (now[k + 1] <= best)
                continue;
            best = now[k + 1];
            *i_out = i + 1 - best;
            *k_out = k + 1 - best;
        }
    }
    return best;
}

/* The case by which n points of the form become those of the lemma; '=': none. */
static char letter_of(const ucs4_t *form, const ucs4_t *lemma, int n)
{
    static const char letters[] = "lktu";

    for (const char *l = letters; *l; l++) {
        int i = 0;

        while (i < n && change(form[i], *l, i == 0) == lemma[i])
            i++;
        if (i == n)
            return *l;
    }
    return '=';
}

/* The rule of a text that is too long to search: the same text, perhaps in lower case. */
static bool same_text(char *out, const char *form, const char *lemma)
{
    char changed[EDITED_MAX + 1];

    for (const char *l = "lk"; *l; l++) {
        put_changed(changed, form, form + strlen(form), *l);
        if (strcmp(changed, lemma) != 0)
            continue;
        snprintf(out, EDIT_SCRIPT_MAX + 1, "%c0,0,0,", *l);
        return true;
    }
    return false;
}

void edit_script_of(char out[EDIT_SCRIPT_MAX + 1], const char *form, const char *lemma)
{
    struct points f, l;
    int i = 0, k = 0, n = 0;
    size_t length = strlen(lemma);
    char letter = '=';

    decode(&f, form);
    decode(&l, lemma);
    if (f.count > 0 && l.count > 0)
        n = common(&i, &k, &f, &l);
    else if (same_text(out, form, lemma))
        return;
    if (n > 0 && l.end[k] + length - l.end[k + n] <= EDIT_ADDED_MAX)
        letter = letter_of(f.at + i, l.at + k, n);
    if (letter == '=')
        snprintf(out, EDIT_SCRIPT_MAX + 1, "=%s", lemma);
    else
        snprintf(out, EDIT_SCRIPT_MAX + 1, "%c%d,%d,%zu,%.*s%s", letter, i, f.count - i - n,
                 l.end[k], (int)l.end[k], lemma, lemma + l.end[k + n]);
}

/* Reads a number of at most four digits and the comma after it. */
static bool take_number(int *out, const char **s)
{
    const char *from = *s;

    for (*out = 0; **s >= '0' && **s <= '9' && *s - from < 4; (*s)++)
        *out = *out * 10 + (**s - '0');
    return *s > from && *(*s)++ == ',';
}

bool edit_script_parse(struct edit_script *out, const char *text)
{
    int bytes = 0;

    *out = (struct edit_script){.letter = text[0], .before = "", .after = text + 1};
    if (text[0] == '=')
        return text[1] != '\0';
    if (!text[0] || !strchr("kltu", text[0]))
        return false;
    text++;
    if (!take_number(&out->removed_before, &text) || !take_number(&out->removed_after, &text) ||
        !take_number(&bytes, &text) || strlen(text) > EDIT_ADDED_MAX ||
        (size_t)bytes > strlen(text) || ((unsigned char)text[bytes] & 0xC0) == 0x80)
        return false;
    out->before = text;
    out->before_len = (size_t)bytes;
    out->after = text + bytes;
    return true;
}

/* Moves s over n code points; NULL when there are not so many. */
static const char *forward(const char *s, int n)
{
    for (; n > 0 && *s; n--)
        do
            s++;
        while (((unsigned char)*s & 0xC0) == 0x80);
    return n == 0 ? s : NULL;
}

static const char *backward(const char *s, const char *end, int n)
{
    for (; n > 0 && end > s; n--)
        do
            end--;
        while (end > s && ((unsigned char)*end & 0xC0) == 0x80);
    return n == 0 ? end : NULL;
}

bool edit_script_apply(char out[EDITED_MAX + 1], const struct edit_script *s, const char *form)
{
    const char *from = forward(form, s->removed_before);
    const char *to = backward(form, form + strlen(form), s->removed_after);
    size_t after = strlen(s->after);

    if (s->letter == '=') {
        memcpy(out, s->after, after + 1);
        return true;
    }
    if (!from || !to || from >= to)
        return false;
    memcpy(out, s->before, s->before_len);
    out = put_changed(out + s->before_len, from, to, s->letter);
    memcpy(out, s->after, after + 1);
    return true;
}
