/* time_pieces.c - see time_pieces.h. */
#include "server/data/table/time_pieces.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NAME_MIN = 3, DIGITS_MAX = 18 };

static const char *const months[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
/* Names and abbreviations of months in other languages, unless they equal the English ones. Latin
 * letters with an accent are two bytes, of which the first is 0xc3. */
static const struct {
    const char *name;
    int month;
} foreign_months[] = {
    /* German */
    {"januar", 1},
    {"j\xc3\xa4"
     "nner",
     1},
    {"februar", 2},
    {"feber", 2},
    {"m\xc3\xa4"
     "rz",
     3},
    {"m\xc3\xa4"
     "r",
     3},
    {"mrz", 3},
    {"mai", 5},
    {"juni", 6},
    {"juli", 7},
    {"oktober", 10},
    {"okt", 10},
    {"dezember", 12},
    {"dez", 12},
    /* French */
    {"janvier", 1},
    {"janv", 1},
    {"f\xc3\xa9"
     "vrier",
     2},
    {"f\xc3\xa9"
     "vr",
     2},
    {"f\xc3\xa9"
     "v",
     2},
    {"fevr", 2},
    {"fev", 2},
    {"mars", 3},
    {"avril", 4},
    {"avr", 4},
    {"juin", 6},
    {"juillet", 7},
    {"juil", 7},
    {"ao\xc3\xbb"
     "t",
     8},
    {"aout", 8},
    {"septembre", 9},
    {"octobre", 10},
    {"novembre", 11},
    {"d\xc3\xa9"
     "cembre",
     12},
    {"d\xc3\xa9"
     "c",
     12},
    {"decembre", 12},
    {"fevrier", 2},
    /* Spanish */
    {"enero", 1},
    {"ene", 1},
    {"febrero", 2},
    {"marzo", 3},
    {"abril", 4},
    {"abr", 4},
    {"mayo", 5},
    {"junio", 6},
    {"julio", 7},
    {"agosto", 8},
    {"ago", 8},
    {"septiembre", 9},
    {"setiembre", 9},
    {"octubre", 10},
    {"noviembre", 11},
    {"diciembre", 12},
    {"dic", 12},
    /* Italian */
    {"gennaio", 1},
    {"gen", 1},
    {"febbraio", 2},
    {"aprile", 4},
    {"maggio", 5},
    {"mag", 5},
    {"giugno", 6},
    {"giu", 6},
    {"luglio", 7},
    {"lug", 7},
    {"settembre", 9},
    {"set", 9},
    {"ottobre", 10},
    {"ott", 10},
    {"dicembre", 12},
    /* Portuguese */
    {"janeiro", 1},
    {"fevereiro", 2},
    {"mar\xc3\xa7"
     "o",
     3},
    {"marco", 3},
    {"maio", 5},
    {"junho", 6},
    {"julho", 7},
    {"setembro", 9},
    {"outubro", 10},
    {"out", 10},
    {"novembro", 11},
    {"dezembro", 12},
    /* Dutch */
    {"januari", 1},
    {"februari", 2},
    {"maart", 3},
    {"mrt", 3},
    {"mei", 5},
    {"augustus", 8},
};

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

/* The index of the name that the text is, or abbreviates with at least three letters; -1: none. */
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

/* The lower-case letter, also of two-byte letters from U+00C0 on; before: the previous byte. */
static unsigned char small(unsigned char before, unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + 32);
    return before == 0xc3 && c >= 0x80 && c <= 0x9e ? (unsigned char)(c + 0x20) : c;
}

/* Returns 1 to 12; 0: it is not such a name. */
static int foreign_month(const char *s, size_t len)
{
    for (size_t i = 0; i < sizeof(foreign_months) / sizeof(foreign_months[0]); i++) {
        const char *name = foreign_months[i].name;
        size_t k = 0;

        while (k < len && name[k] &&
               small(k ? (unsigned char)s[k - 1] : 0, (unsigned char)s[k]) ==
                   (unsigned char)name[k])
            k++;
        if (k == len && !name[k])
            return foreign_months[i].month;
    }
    return 0;
}

int month_of_name(struct cell c)
{
    int i;

    c = cell_trim(c);
    if (c.len > NAME_MIN && c.at[c.len - 1] == '.')
        c.len--;
    i = find_name(months, 12, c.at, c.len);
    return i >= 0 ? i + 1 : foreign_month(c.at, c.len);
}

bool month_is_english(struct cell c)
{
    return find_name(months, 12, c.at, c.len) >= 0;
}

static void name_word(struct piece *p)
{
    bool may_be_name = p->len >= NAME_MIN; /* T, Z and AM are shorter than all names */
    int i = may_be_name ? find_name(months, 12, p->at, p->len) : -1;

    p->foreign = may_be_name && i < 0 && (p->value = foreign_month(p->at, p->len)) > 0;
    if (i >= 0 || p->foreign) {
        p->kind = PIECE_MONTH;
        p->value = i >= 0 ? i + 1 : p->value;
    } else if (may_be_name && find_name(weekdays, 7, p->at, p->len) >= 0) {
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

/* The length of the letters at s: ASCII, and two-byte Latin letters from U+00C0 on. */
static size_t letters(const char *s, const char *end)
{
    const char *p = s;

    while (p < end) {
        if (isalpha((unsigned char)*p))
            p++;
        else if ((unsigned char)*p == 0xc3 && p + 1 < end)
            p += 2;
        else
            break;
    }
    return (size_t)(p - s);
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
        } else if (end - s >= 4 && s[1] == '.' && s[3] == '.' && (s[2] | 0x20) == 'm' &&
                   ((s[0] | 0x20) == 'a' || (s[0] | 0x20) == 'p')) {
            p->kind = PIECE_HALF; /* "a.m." */
            p->len = 4;
            p->value = (s[0] | 0x20) == 'p' ? 12 : 0;
            p->foreign = true;
        } else if (letters(s, end) > 0) {
            p->kind = PIECE_WORD;
            p->len = letters(s, end);
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
