/* cell_number.c - see cell_number.h.
 *
 * A cell is divided into sign, digits, separators, and the text around them. The separators then
 * show the possible styles: which may stand between groups of three digits, and which before
 * decimals. */
#include "server/data/table/cell_number.h"

#include <lstm/number.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_MAX = 128, INTEGER_DIGITS = 15, EXACT_DIGITS = 19, GROUPS_MAX = 16 };

/* ---- missing ---- */

static bool is_word(struct cell c, const char *word)
{
    return strlen(word) == c.len && strncasecmp(c.at, word, c.len) == 0;
}

/* Whether a word of the list below may begin with this byte, ignoring case. */
static bool may_be_missing(char first)
{
    switch (first) {
    case 'n':
    case 'N':
    case 'm':
    case 'M':
    case '#':
    case '<':
    case '-':
    case '.':
    case '?':
    case ':':
    case '\\':
    case '(':
    case '$':
    case '\xc2':
    case '\xe2':
    case '*':
    case 'u':
    case 'U':
        return true;
    default:
        return false;
    }
}

/* At most two small letters, behind a blank or not. */
static bool is_flag(struct cell c)
{
    c = cell_trim(c);
    for (size_t i = 0; i < c.len; i++)
        if (c.at[i] < 'a' || c.at[i] > 'z')
            return false;
    return c.len <= 2;
}

/* In lower case; may_be_missing() lists the letters that they begin with. */
static const char *const missing_words[] = {"na",
                                            "nan",
                                            "null",
                                            "n/a",
                                            "none",
                                            "nil",
                                            "#n/a",
                                            "#na",
                                            "#value!",
                                            "#div/0!",
                                            "#ref!",
                                            "#null!",
                                            "<na>",
                                            "nat",
                                            "-",
                                            "--",
                                            "---",
                                            "\xe2\x80\x93",
                                            ".",
                                            "..",
                                            "...",
                                            "?",
                                            "n.a.",
                                            "missing",
                                            "#num!",
                                            "#name?",
                                            "\xe2\x80\x94",
                                            "\xe2\x88\x92",
                                            ":",
                                            "\\n",
                                            "(null)",
                                            "<null>",
                                            "n.d.",
                                            "n/d",
                                            "$-",
                                            "$ -",
                                            "\xe2\x82\xac -",
                                            "\xe2\x82\xac-",
                                            "- \xe2\x82\xac",
                                            "\xc2\xa3-",
                                            "\xc2\xa3 -",
                                            "***",
                                            "****",
                                            "*****",
                                            "******",
                                            "\xe2\x80\xa6",
                                            "nd",
                                            "(na)",
                                            "(d)",
                                            "(x)",
                                            "(s)",
                                            "unavailable",
                                            "unknown"};

bool cell_missing(struct cell c)
{
    if (c.len > 0 && *c.at >= '0' && *c.at <= '9') /* as most cells do */
        return false;
    c = cell_trim(c);
    if (c.len == 0)
        return true;
    if (!may_be_missing(*c.at) || c.len > ((*c.at | 0x20) == 'u' ? 11 : 7)) /* "unavailable" */
        return false;
    if (*c.at == ':') /* Eurostat writes a flag behind it: ": c", ":bu" */
        return is_flag((struct cell){c.at + 1, c.len - 1});
    for (size_t i = 0; i < sizeof(missing_words) / sizeof(missing_words[0]); i++)
        if (is_word(c, missing_words[i]))
            return true;
    return false;
}

/* ---- the parts of a number ---- */

/* The parts of a cell. The digits are stored without separators; before[i] is the number of digits
 * before the i-th separator. */
struct parts {
    struct number_affix affix;
    char digits[TEXT_MAX];
    size_t num_digits;
    char separator[GROUPS_MAX]; /* '.', ',', ' ' (a blank of any kind, an apostrophe) */
    size_t before[GROUPS_MAX];
    size_t separators;
    int exponent;
    bool scientific;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The kind of the separator at the beginning of c, and its length; 0: none. */
static char separator_at(struct cell c, size_t *len)
{
    *len = 1;
    if (*c.at == '.' || *c.at == ',')
        return *c.at;
    if (*c.at == '\'')
        return ' ';
    if (number_take(&c, "\xe2\x80\x99")) {
        *len = 3;
        return ' ';
    }
    *len = number_blank(c);
    return *len > 0 ? ' ' : '\0';
}

/* Reads "e-05" up to the end of the cell. */
static bool read_exponent(struct parts *p, struct cell c)
{
    bool negative = false;
    int v = 0;

    c.at++;
    c.len--;
    negative = number_take(&c, "-") || number_take(&c, "\xe2\x88\x92");
    if (!negative)
        (void)number_take(&c, "+");
    if (c.len == 0 || c.len > 5)
        return false;
    for (size_t i = 0; i < c.len; i++) {
        if (!is_digit(c.at[i]))
            return false;
        v = v * 10 + (c.at[i] - '0');
    }
    p->exponent += negative ? -v : v;
    p->scientific = true;
    return true;
}

static bool split(struct parts *p, struct cell c)
{
    p->num_digits = p->separators = 0;
    c = number_strip(&p->affix, c);
    p->exponent = p->affix.power;
    p->scientific = p->exponent > 0;
    while (c.len > 0) {
        size_t n = 1;
        char kind;

        if (is_digit(*c.at)) {
            if (p->num_digits == TEXT_MAX)
                return false;
            p->digits[p->num_digits++] = *c.at;
        } else if (*c.at == 'e' || *c.at == 'E') {
            return p->num_digits > 0 && read_exponent(p, c);
        } else {
            kind = separator_at(c, &n);
            if (!kind || p->separators == GROUPS_MAX)
                return false;
            p->separator[p->separators] = kind;
            p->before[p->separators++] = p->num_digits;
        }
        c.at += n;
        c.len -= n;
    }
    return p->num_digits > 0;
}

/* ---- styles ---- */

/* Whether the first k separators divide groups, as in "1,234,567" or "12,34,567": the last group
 * has three digits, others two (as in India) or three, and the number has no leading zero. */
static bool are_groups(const struct parts *p, size_t k, size_t whole)
{
    if (k == 0)
        return true;
    if (p->before[0] < 1 || p->before[0] > 3 || p->digits[0] == '0')
        return false;
    for (size_t i = 1; i < k; i++)
        if (p->before[i] - p->before[i - 1] < 2 || p->before[i] - p->before[i - 1] > 3)
            return false;
    return whole - p->before[k - 1] == 3;
}

/* decimal: the separator before decimals; group: that between groups, '\0' for none. */
static bool fits(const struct parts *p, char decimal, char group)
{
    size_t k = p->separators;
    bool has_decimals = k > 0 && p->separator[k - 1] == decimal;

    k -= has_decimals;
    for (size_t i = 0; i < k; i++)
        if (!group || p->separator[i] != group)
            return false;
    return are_groups(p, k, has_decimals ? p->before[k] : p->num_digits);
}

static const struct {
    enum number_style style;
    char decimal, group;
    const char *example;
} styles[] = {
    {NUMBER_POINT, '.', '\0', "1234.5"},       {NUMBER_POINT_COMMA, '.', ',', "1,234.5"},
    {NUMBER_POINT_SPACE, '.', ' ', "1 234.5"}, {NUMBER_COMMA, ',', '\0', "1234,5"},
    {NUMBER_COMMA_POINT, ',', '.', "1.234,5"}, {NUMBER_COMMA_SPACE, ',', ' ', "1 234,5"},
};
enum { NUM_STYLES = sizeof(styles) / sizeof(styles[0]) };

const char *number_style_example(enum number_style style)
{
    for (size_t i = 0; i < NUM_STYLES; i++)
        if (styles[i].style == style)
            return styles[i].example;
    return style == NUMBER_CODED ? "+0100,5" : "true";
}

static bool read_boolean(double *out, struct cell c)
{
    c = cell_trim(c);
    if (c.len < 2 || c.len > 5 || !strchr("tTfFyYnN", *c.at))
        return false;
    *out = is_word(c, "true") || is_word(c, "yes");
    return *out == 1 || is_word(c, "false") ||
           (is_word(c, "no") && c.at[1] == 'o'); /* NO is Norway */
}

/* Whether the cell is like "+0100,5": a sign, four digits, and behind a comma a digit or a capital
 * letter. */
static bool is_coded(struct cell c)
{
    c = cell_trim(c);
    if (c.len != 7 || (*c.at != '+' && *c.at != '-') || c.at[5] != ',')
        return false;
    for (size_t i = 1; i < 5; i++)
        if (!is_digit(c.at[i]))
            return false;
    return is_digit(c.at[6]) || (c.at[6] >= 'A' && c.at[6] <= 'Z');
}

/* 9999 is missing (NOAA, Integrated Surface Data, format description). */
static bool read_coded(double *out, struct cell c)
{
    enum { MISSING = 9999 };
    int v = 0;

    if (!is_coded(c))
        return false;
    c = cell_trim(c);
    for (size_t i = 1; i < 5; i++)
        v = v * 10 + (c.at[i] - '0');
    *out = v == MISSING ? NAN : number_decimal((uint64_t)v, 1);
    if (*c.at == '-')
        *out = -*out;
    return true;
}

/* ---- values ---- */

static double value_of(const struct parts *p, size_t decimals)
{
    char text[TEXT_MAX + 32];
    uint64_t m = 0;
    double v;

    if (p->num_digits <= EXACT_DIGITS && !p->scientific) {
        for (size_t i = 0; i < p->num_digits; i++)
            m = m * 10 + (uint64_t)(p->digits[i] - '0');
        v = number_decimal(m, (int)decimals);
    } else {
        memcpy(text, p->digits, p->num_digits);
        snprintf(text + p->num_digits, 32, "e%ld", (long)p->exponent - (long)decimals);
        v = strtod(text, NULL);
    }
    return p->affix.negative ? -v : v;
}

/* Reads the simplest and most frequent cells: a sign, digits, and one point or comma. decimal:
 * which of the two. */
static bool read_plain(double *out, struct cell c, char decimal)
{
    const char *s = c.at, *end = c.at + c.len, *mark = NULL;
    bool negative = s < end && *s == '-';
    uint64_t m = 0;
    double v;

    s += negative;
    if (s == end || end - s > EXACT_DIGITS)
        return false;
    for (const char *p = s; p < end; p++) {
        unsigned d = (unsigned char)*p - (unsigned)'0';

        if (d < 10)
            m = m * 10 + d;
        else if (*p == decimal && !mark)
            mark = p;
        else
            return false;
    }
    if (mark && end - s == 1)
        return false;
    v = number_decimal(m, mark ? (int)(end - mark) - 1 : 0);
    *out = negative ? -v : v;
    return true;
}

/* The styles of such a cell; 0: it is not one. A separator before exactly three digits may also
 * group thousands. */
static unsigned plain_styles(struct cell c)
{
    const char *s = c.at, *end = c.at + c.len, *mark = NULL;

    s += s < end && *s == '-';
    for (const char *p = s; p < end; p++) {
        if (is_digit(*p))
            continue;
        if ((*p != '.' && *p != ',') || mark)
            return 0;
        mark = p;
    }
    if (c.len > TEXT_MAX || end - s == (mark ? 1 : 0))
        return 0;
    if (!mark)
        return NUMBER_POINTS | NUMBER_COMMAS;
    if (end - mark != 4 || mark == s || mark - s > 3 || *s == '0')
        return *mark == '.' ? NUMBER_POINTS : NUMBER_COMMAS;
    return *mark == '.' ? NUMBER_POINTS | NUMBER_COMMA_POINT : NUMBER_COMMAS | NUMBER_POINT_COMMA;
}

unsigned cell_number_styles(struct cell c, struct number_affix *affix)
{
    struct parts p;
    unsigned mask = plain_styles(c);
    double v;

    if (affix)
        *affix = (struct number_affix){.unit = {"", 0}};
    if (mask)
        return mask;
    if (read_boolean(&v, c))
        return NUMBER_BOOLEAN;
    if (is_coded(c) && (cell_trim(c).at[1] == '0' || !is_digit(cell_trim(c).at[6])))
        return NUMBER_CODED; /* other numbers do not begin with 0 */
    if (c.len > TEXT_MAX || !split(&p, c))
        return 0;
    for (size_t i = 0; i < NUM_STYLES; i++)
        if (fits(&p, styles[i].decimal, styles[i].group))
            mask |= styles[i].style;
    if (p.scientific && !isfinite(value_of(&p, 0)))
        return 0;
    mask |= is_coded(c) ? NUMBER_CODED : 0;
    if (affix && mask)
        *affix = p.affix;
    return mask;
}

bool cell_number(double *out, struct cell c, enum number_style style)
{
    struct parts p;
    size_t k;

    if (style & (NUMBER_POINTS | NUMBER_COMMAS) &&
        read_plain(out, c, style & NUMBER_POINTS ? '.' : ','))
        return true;
    if (cell_missing(c)) {
        *out = NAN;
        return true;
    }
    if (style == NUMBER_BOOLEAN)
        return read_boolean(out, c);
    if (style == NUMBER_CODED)
        return read_coded(out, c);
    if (c.len > TEXT_MAX || !split(&p, c))
        return false;
    for (size_t i = 0; i < NUM_STYLES; i++) {
        if (styles[i].style != style)
            continue;
        if (!fits(&p, styles[i].decimal, styles[i].group))
            return false;
        k = p.separators;
        *out = value_of(&p, k > 0 && p.separator[k - 1] == styles[i].decimal
                                ? p.num_digits - p.before[k - 1]
                                : 0);
        return isfinite(*out);
    }
    return false;
}

bool cell_integer(int64_t *out, struct cell c)
{
    int64_t v = 0;
    size_t i;

    c = cell_trim(c);
    i = c.len > 0 && *c.at == '-';
    if (c.len == i || c.len > INTEGER_DIGITS + i)
        return false;
    for (size_t k = i; k < c.len; k++) {
        if (c.at[k] < '0' || c.at[k] > '9')
            return false;
        v = v * 10 + (c.at[k] - '0');
    }
    *out = i ? -v : v;
    return true;
}
