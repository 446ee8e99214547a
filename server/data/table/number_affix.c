/* number_affix.c - see number_affix.h. A word after a number is a unit if it is a known one, or if
 * a blank precedes it: "12kWh", "5 apples", but not "7A", which may be a room. The known units are
 * those of meters, spreadsheets and statistical offices. */
#include "server/data/table/number_affix.h"

#include "server/data/table/time_pieces.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { UNIT_MAX = 20 };

bool number_take(struct cell *c, const char *text)
{
    size_t n = strlen(text);

    if (c->len < n || strncasecmp(c->at, text, n) != 0)
        return false;
    c->at += n;
    c->len -= n;
    return true;
}

static bool drop_end(struct cell *c, const char *text)
{
    size_t n = strlen(text);

    if (c->len < n || strncasecmp(c->at + c->len - n, text, n) != 0)
        return false;
    c->len -= n;
    return true;
}

static const char *const blanks[] = {" ", "\t", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
enum { NUM_BLANKS = sizeof(blanks) / sizeof(blanks[0]) };

size_t number_blank(struct cell c)
{
    for (size_t i = 0; i < NUM_BLANKS; i++)
        if (number_take(&c, blanks[i]))
            return strlen(blanks[i]);
    return 0;
}

static struct cell trim_blanks(struct cell c)
{
    for (size_t i = 0; i < NUM_BLANKS;)
        i = number_take(&c, blanks[i]) || drop_end(&c, blanks[i]) ? 0 : i + 1;
    return c;
}

static bool take_sign(struct cell *c, bool *negative)
{
    if (number_take(c, "-") || number_take(c, "\xe2\x88\x92")) {
        *negative = !*negative;
        return true;
    }
    return number_take(c, "+");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- currencies ---- */

/* Currencies by sign and by code (ISO 4217). A sign that several countries use has one of their
 * codes: only whether two cells have the same currency matters. */
static const struct {
    const char *mark, *code;
} currencies[] = {
    {"US$", "USD"},
    {"A$", "AUD"},
    {"C$", "CAD"},
    {"R$", "BRL"},
    {"$", "USD"},
    {"\xe2\x82\xac", "EUR"},
    {"\xc2\xa3", "GBP"},
    {"\xc2\xa5", "JPY"},
    {"\xe2\x82\xb9", "INR"},
    {"\xe2\x82\xbd", "RUB"},
    {"\xe2\x82\xa9", "KRW"},
    {"\xe2\x82\xba", "TRY"},
    {"\xe2\x82\xaa", "ILS"},
    {"\xe0\xb8\xbf", "THB"},
    {"USD", "USD"},
    {"EUR", "EUR"},
    {"GBP", "GBP"},
    {"CHF", "CHF"},
    {"JPY", "JPY"},
    {"CNY", "CNY"},
    {"INR", "INR"},
    {"AUD", "AUD"},
    {"CAD", "CAD"},
    {"SEK", "SEK"},
    {"NOK", "NOK"},
    {"DKK", "DKK"},
    {"PLN", "PLN"},
    {"BRL", "BRL"},
    {"MXN", "MXN"},
    {"ZAR", "ZAR"},
    {"TRY", "TRY"},
    {"RUB", "RUB"},
    {"KRW", "KRW"},
    {"kr.", "kr"},
    {"kr", "kr"},
    {"z\xc5\x82", "PLN"},
    {"Rs.", "INR"},
    {"Rs", "INR"},
    {"Fr.", "CHF"},
};
enum { NUM_CURRENCIES = sizeof(currencies) / sizeof(currencies[0]) };

const char *number_currency(int currency)
{
    return currencies[currency - 1].code;
}

/* The first entry with the same code. */
static int first_of_code(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(currencies[k].code, currencies[i].code) == 0)
            return (int)k + 1;
    return (int)i + 1;
}

/* Removes a currency mark. A code must not be a part of a word: "hrs" does not contain "rs". */
static bool drop_mark(struct cell *c, const char *mark)
{
    struct cell rest = *c;
    bool word = isalpha((unsigned char)mark[0]);

    if (number_take(&rest, mark)) {
        if (word && rest.len > 0 && isalpha((unsigned char)rest.at[0]))
            return false;
    } else if (!drop_end(&rest, mark) ||
               (word && rest.len > 0 && isalpha((unsigned char)rest.at[rest.len - 1]))) {
        return false;
    }
    *c = trim_blanks(rest);
    return true;
}

static void drop_currency(struct number_affix *a, struct cell *c)
{
    for (size_t i = 0; i < NUM_CURRENCIES; i++)
        if (drop_mark(c, currencies[i].mark)) {
            a->currency = first_of_code(i);
            a->kinds |= AFFIX_CURRENCY;
            return;
        }
}

/* ---- units ---- */

static bool is_one_of(struct cell c, const char *const *words, size_t n, bool exact)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(words[i]) == c.len &&
            (exact ? memcmp(c.at, words[i], c.len) == 0 : strncasecmp(c.at, words[i], c.len) == 0))
            return true;
    return false;
}

/* Case matters here: "m" is not a million, and "G" is no power. */
static int power_of(struct cell c, bool spaced)
{
    static const struct {
        const char *word;
        int power;
        bool joined; /* only directly after the number: after a blank it is a unit */
    } powers[] = {{"k", 3, true},        {"K", 3, true},         {"M", 6, true},
                  {"B", 9, true},        {"T", 12, true},        {"mn", 6, false},
                  {"bn", 9, false},      {"Bn", 9, false},       {"BN", 9, false},
                  {"tn", 12, false},     {"mio", 6, false},      {"Mio", 6, false},
                  {"Mio.", 6, false},    {"million", 6, false},  {"millions", 6, false},
                  {"Million", 6, false}, {"billion", 9, false},  {"Billion", 9, false},
                  {"Mrd", 9, false},     {"Mrd.", 9, false},     {"Tsd", 3, false},
                  {"Tsd.", 3, false},    {"thousand", 3, false}, {"lakh", 5, false},
                  {"crore", 7, false},   {"trillion", 12, false}};

    for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++)
        if (strlen(powers[i].word) == c.len && memcmp(c.at, powers[i].word, c.len) == 0 &&
            !(powers[i].joined && spaced))
            return powers[i].power;
    return 0;
}

/* Whether a unit is known, so that no blank need precede it. */
static bool is_known_unit(struct cell c)
{
    static const char *const units[] = {
        "Wh",      "kWh",     "MWh",    "GWh",   "TWh",  "W",    "kW",  "MW",  "GW",   "kVA",
        "V",       "kV",      "mV",     "mA",    "Ah",   "mAh",  "Hz",  "kHz", "MHz",  "GHz",
        "J",       "kJ",      "MJ",     "GJ",    "kcal", "kg",   "g",   "mg",  "t",    "lb",
        "lbs",     "oz",      "l",      "L",     "ml",   "mL",   "hl",  "gal", "m",    "mm",
        "cm",      "km",      "ft",     "mi",    "h",    "hr",   "hrs", "min", "mins", "s",
        "sec",     "ms",      "us",     "ns",    "Pa",   "hPa",  "kPa", "bar", "mbar", "psi",
        "km/h",    "kmh",     "mph",    "m/s",   "kn",   "kt",   "dB",  "dBm", "lx",   "lux",
        "lm",      "rpm",     "bpm",    "ppm",   "ppb",  "KB",   "MB",  "GB",  "TB",   "kB",
        "KiB",     "MiB",     "GiB",    "bps",   "kbps", "Mbps", "pcs", "pc",  "Stk",  "\u00b0",
        "\u00b0C", "\u00b0F", "\u2103", "\u2030"};

    return is_one_of(c, units, sizeof(units) / sizeof(units[0]), true);
}

/* Whether a word makes a time or an ordinal of the number before it. */
static bool is_no_unit(struct cell c)
{
    static const char *const words[] = {"am", "pm", "a.m.", "p.m.", "st", "nd",  "rd",  "th",
                                        "q",  "fy", "w",    "wk",   "e",  "utc", "gmt", "z"};

    return is_one_of(c, words, sizeof(words) / sizeof(words[0]), false) || month_of_name(c) > 0;
}

/* Whether a word may be a unit: letters, and characters that occur in units. */
static bool may_be_unit(struct cell c)
{
    bool letters = false;

    for (size_t i = 0; i < c.len; i++) {
        bool letter = isalpha((unsigned char)c.at[i]) || (unsigned char)c.at[i] >= 0x80;

        if (!letter && !strchr("/.^\xc2\xb7", c.at[i]))
            return false;
        letters = letters || letter;
    }
    return letters && c.len <= UNIT_MAX;
}

/* Whether it is a flag of a number, as Eurostat and others write: "5 p", "5 (r)", "5*", "5 [1]". */
static bool is_mark(struct cell c, bool spaced)
{
    char first = *c.at, last = c.at[c.len - 1];

    if (is_one_of(c, (const char *const[]){"*", "**", "\xe2\x80\xa0"}, 3, true))
        return true;
    if (spaced && c.len == 1)
        return strchr("bcdefnpruz", first);
    return c.len >= 3 && c.len <= 4 &&
           ((first == '(' && last == ')') || (first == '[' && last == ']'));
}

/* The text after the last digit of the first number; "[1]" begins at the blank before it. */
static struct cell tail_of(struct cell c, bool *spaced)
{
    size_t at = c.len;

    if (c.at[c.len - 1] == ')' || c.at[c.len - 1] == ']')
        while (at > 0 && c.at[at - 1] != '(' && c.at[at - 1] != '[')
            at--;
    while (at > 0 && !is_digit(c.at[at - 1]))
        at--;
    c.at += at;
    c.len -= at;
    *spaced = number_blank(c) > 0;
    return trim_blanks(c);
}

/* Removes a power of ten, a unit or a mark after the digits. Returns false when there is none. */
static bool drop_tail(struct number_affix *a, struct cell *c)
{
    bool spaced;
    struct cell tail = tail_of(*c, &spaced);

    if (tail.len == 0 || tail.at == c->at)
        return false;
    if ((a->power = power_of(tail, spaced)) > 0)
        a->kinds |= AFFIX_POWER;
    else if (is_mark(tail, spaced))
        a->kinds |= AFFIX_MARK;
    else if (!is_no_unit(tail) && may_be_unit(tail) && (spaced || is_known_unit(tail)))
        a->unit = tail;
    else
        return false;
    c->len = (size_t)(tail.at - c->at);
    *c = trim_blanks(*c);
    return true;
}

/* ---- everything around a number ---- */

static void drop_brackets(struct number_affix *a, struct cell *c)
{
    if (c->len <= 2 || c->at[0] != '(' || c->at[c->len - 1] != ')')
        return;
    c->at++;
    c->len -= 2;
    a->negative = true;
    a->kinds |= AFFIX_BRACKETS;
    *c = trim_blanks(*c);
}

static bool ends_with_digit(struct cell c)
{
    return c.len > 0 && is_digit(c.at[c.len - 1]);
}

static void drop_trailing_minus(struct number_affix *a, struct cell *c)
{
    struct cell before = *c;

    if ((drop_end(&before, "-") || drop_end(&before, "\xe2\x88\x92")) && !a->negative) {
        before = trim_blanks(before);
        if (!ends_with_digit(before))
            return;
        *c = before;
        a->negative = true;
        a->kinds |= AFFIX_MINUS;
    }
}

struct cell number_strip(struct number_affix *out, struct cell c)
{
    *out = (struct number_affix){.unit = {"", 0}};
    if (c.len > 0 && is_digit(c.at[0]) && ends_with_digit(c)) /* as most cells */
        return c;
    c = trim_blanks(c);
    drop_brackets(out, &c);
    if (drop_end(&c, "%")) {
        out->kinds |= AFFIX_PERCENT;
        c = trim_blanks(c);
    }
    if (number_take(&c, "'")) /* marks text in spreadsheets */
        out->kinds |= AFFIX_MARK;
    if (take_sign(&c, &out->negative))
        c = trim_blanks(c);
    if (c.len > 0 && (!is_digit(c.at[0]) || !ends_with_digit(c))) {
        drop_currency(out, &c);
        drop_brackets(out, &c);
        if (out->currency && take_sign(&c, &out->negative))
            c = trim_blanks(c);
    }
    if (c.len > 0 && !ends_with_digit(c) && c.at[c.len - 1] != '.') {
        drop_trailing_minus(out, &c);
        if (!ends_with_digit(c) && drop_tail(out, &c))
            drop_trailing_minus(out, &c);
    } else if (c.len > 2 && c.at[c.len - 1] == '.' && !is_digit(c.at[c.len - 2])) {
        (void)drop_tail(out, &c); /* "5 Mio." */
    }
    return c;
}
