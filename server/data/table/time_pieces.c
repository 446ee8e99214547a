/* time_pieces.c - see time_pieces.h. */
#include "server/data/table/time_pieces.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NAME_MIN = 3, DIGITS_MAX = 18 };

static const char *const months[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

/* Index of the name that the text is, or begins with at least three of its letters; -1. */
static int find_name(const char *const *names, int n, const char *s, size_t len)
{
    for (int i = 0; i < n; i++) {
        size_t whole = strlen(names[i]);

        if ((len == NAME_MIN || len == NAME_MIN + 1 || len == whole) && len <= whole &&
            strncasecmp(s, names[i], len) == 0)
            return i;
    }
    return -1;
}

int month_of_name(struct cell c)
{
    c = cell_trim(c);
    if (c.len > NAME_MIN && c.at[c.len - 1] == '.')
        c.len--;
    return 1 + find_name(months, 12, c.at, c.len);
}

static void name_word(struct piece *p)
{
    int i = find_name(months, 12, p->at, p->len);

    if (i >= 0) {
        p->kind = PIECE_MONTH;
        p->value = i + 1;
    } else if (find_name(weekdays, 7, p->at, p->len) >= 0) {
        p->kind = PIECE_WEEKDAY;
    } else if (p->len == 2 &&
               (strncasecmp(p->at, "am", 2) == 0 || strncasecmp(p->at, "pm", 2) == 0)) {
        p->kind = PIECE_HALF;
        p->value = (p->at[0] | 0x20) == 'p' ? 12 : 0;
    }
}

static bool cut_number(struct piece *p, const char *s, const char *end)
{
    for (; s < end && *s >= '0' && *s <= '9'; s++) {
        if (++p->len > DIGITS_MAX)
            return false;
        p->value = p->value * 10 + (*s - '0');
    }
    return true;
}

static size_t blanks(const char *s, const char *end)
{
    const char *p = s;

    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return (size_t)(p - s);
}

bool pieces_cut(struct pieces *out, struct cell c)
{
    const char *s, *end;

    c = cell_trim(c);
    out->n = 0;
    for (s = c.at, end = c.at + c.len; s < end; s += out->p[out->n++].len) {
        struct piece *p = &out->p[out->n];

        if (out->n == PIECES_MAX)
            return false;
        *p = (struct piece){.at = s};
        if (*s >= '0' && *s <= '9') {
            if (!cut_number(p, s, end))
                return false;
        } else if (isalpha((unsigned char)*s)) {
            p->kind = PIECE_WORD;
            while (s + p->len < end && isalpha((unsigned char)s[p->len]))
                p->len++;
            name_word(p);
        } else {
            p->kind = PIECE_MARK;
            p->len = blanks(s, end);
            p->mark = p->len ? ' ' : *s;
            p->len += p->len == 0;
            if (!strchr(" /.-,:+'", p->mark))
                return false;
        }
    }
    return out->n > 0;
}
