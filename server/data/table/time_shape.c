/* time_shape.c - see time_shape.h.
 *
 * A cell is cut into pieces (time_pieces.h). Each reading has shapes, with one letter for each
 * piece:
 *   Y y   a year of four, of two digits       d m   a day, a month of one or two digits
 *   b     the name of a month                 q V   a quarter, an ISO week (u: its day)
 *   F     the word FY                         s     one of / . - and blank, always the same one
 *   Q M W the words Q, M, W (week)            _     up to two marks, or none
 * A time of day and a zone may follow a shape with a day. A weekday may precede it. */
#include "server/data/table/time_shape.h"

#include <string.h>
#include <strings.h>

static const struct {
    enum time_reading reading;
    const char *shapes[4];
    bool clock; /* a time of day may follow */
} rules[] = {
    {TIME_YMD, {"Ysmsd"}, true},
    {TIME_DMY, {"dsmsY", "dsmsy"}, true},
    {TIME_MDY, {"msdsY", "msdsy"}, true},
    {TIME_YMD_SHORT, {"ysmsd"}, true},
    {TIME_MY, {"msY"}, false},
    {TIME_DBY, {"d_b_Y", "d_b_y"}, true},
    {TIME_BDY, {"b_d_Y"}, true},
    {TIME_YBD, {"Y_b_d"}, true},
    {TIME_BY, {"b_Y", "b_y"}, false},
    {TIME_YB, {"Y_b"}, false},
    {TIME_YQ, {"Y_Qq", "F_Y_Qq"}, false},
    {TIME_QY, {"Qq_Y", "qQ_Y", "Qq_y", "qQ_y"}, false},
    {TIME_YM, {"YMm", "Y_Mm", "Ysm"}, false},
    {TIME_FISCAL, {"F_Y", "F_y", "Y_F"}, false},
    {TIME_WEEK, {"Y_WV", "Y_WV_u", "WV_Y", "W_V_Y"}, false},
};
enum { NUM_RULES = sizeof(rules) / sizeof(rules[0]) };

/* ---- dates ---- */

static bool is_word(const struct piece *p, const char *word)
{
    return p->kind == PIECE_WORD && strlen(word) == p->len && strncasecmp(p->at, word, p->len) == 0;
}

static int year_of_two(int64_t v)
{
    return (int)(v < 69 ? 2000 + v : 1900 + v);
}

/* Applies one letter of a shape to a piece. */
static bool take(struct time_meaning *m, char letter, const struct piece *p, int at)
{
    bool number = p->kind == PIECE_NUMBER;

    m->letter[at] =
        letter == 's' || letter == 'Q' || letter == 'M' || letter == 'W' || letter == 'F' ? '\0'
                                                                                          : letter;
    switch (letter) {
    case 'Y':
        m->year = (int)p->value;
        return number && p->len == 4 && p->value > 0;
    case 'y':
        m->year = year_of_two(p->value);
        return number && p->len == 2;
    case 'm':
    case 'd':
        *(letter == 'm' ? &m->month : &m->day) = (int)p->value;
        m->short_part = m->short_part || p->len == 1;
        return number && p->len <= 2 && p->value >= 1 && p->value <= (letter == 'm' ? 12 : 31);
    case 'b':
        m->month = (int)p->value;
        return p->kind == PIECE_MONTH;
    case 'q':
        m->quarter = (int)p->value;
        return number && p->len == 1 && p->value >= 1 && p->value <= 4;
    case 'V':
        m->week = (int)p->value;
        return number && p->len <= 2 && p->value >= 1 && p->value <= 53;
    case 'u':
        m->weekday = (int)p->value;
        return number && p->len == 1 && p->value >= 1 && p->value <= 7;
    case 'F':
        return is_word(p, "fy");
    case 'Q':
        return is_word(p, "q");
    case 'M':
        return is_word(p, "m");
    case 'W':
        return is_word(p, "w") || is_word(p, "wk") || is_word(p, "week");
    }
    return false;
}

/* How many pieces the shape takes, from `at` on; 0: it does not fit. */
static int match(struct time_meaning *m, const struct pieces *in, int at, const char *shape)
{
    int i = at;
    char separator = '\0';

    for (; *shape; shape++) {
        const struct piece *p = &in->p[i];

        if (*shape == '_') {
            for (int k = 0; k < 2 && i < in->n && in->p[i].kind == PIECE_MARK; k++)
                m->letter[i++] = '\0';
            continue;
        }
        if (i == in->n)
            return 0;
        if (*shape == 's') {
            if (p->kind != PIECE_MARK || !strchr("/.- ", p->mark) ||
                (separator && separator != p->mark))
                return 0;
            separator = p->mark;
            m->letter[i] = '\0';
        } else if (!take(m, *shape, p, i)) {
            return 0;
        }
        i++;
    }
    return i - at;
}

/* ---- the time of day ---- */

static bool is_mark(const struct pieces *in, int i, char mark)
{
    return i < in->n && in->p[i].kind == PIECE_MARK && in->p[i].mark == mark;
}

static bool is_number(const struct pieces *in, int i, int64_t most)
{
    return i < in->n && in->p[i].kind == PIECE_NUMBER && in->p[i].len <= 2 &&
           in->p[i].value <= most;
}

/* Takes ":30", ":30.25", ":30,25". */
static bool take_seconds(struct time_meaning *m, const struct pieces *in, int *i)
{
    if (!is_mark(in, *i, ':'))
        return true;
    if (!is_number(in, *i + 1, 59))
        return false;
    m->second = (int)in->p[*i + 1].value;
    m->letter[*i + 1] = 'S';
    *i += 2;
    if ((is_mark(in, *i, '.') || is_mark(in, *i, ',')) && *i + 1 < in->n &&
        in->p[*i + 1].kind == PIECE_NUMBER) {
        m->fraction = m->fraction || in->p[*i + 1].value != 0;
        m->letter[*i] = m->letter[*i + 1] = 'f';
        *i += 2;
    }
    return true;
}

/* Takes " PM", for which hours must be 1 to 12. */
static bool take_half(struct time_meaning *m, const struct pieces *in, int *i, int hour_at)
{
    int at = *i + is_mark(in, *i, ' ');

    if (at >= in->n || in->p[at].kind != PIECE_HALF)
        return false;
    if (m->hour < 1 || m->hour > 12) {
        m->hour = 99;
        return true;
    }
    m->hour = m->hour % 12 + (int)in->p[at].value;
    m->letter[at] = 'p';
    m->letter[hour_at] = 'I';
    *i = at + 1;
    return true;
}

/* Abbreviations of offsets, in minutes. Where several countries use one, the choice is the country
 * with most people on the web: North America for CST, Britain for BST, India for IST. */
static bool take_zone_name(struct time_meaning *m, const struct piece *p)
{
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {
        {"z", 0},      {"utc", 0},    {"gmt", 0},    {"wet", 0},     {"west", 60},   {"bst", 60},
        {"cet", 60},   {"mez", 60},   {"cest", 120}, {"mesz", 120},  {"eet", 120},   {"sast", 120},
        {"eest", 180}, {"msk", 180},  {"ist", 330},  {"sgt", 480},   {"hkt", 480},   {"awst", 480},
        {"jst", 540},  {"kst", 540},  {"aest", 600}, {"aedt", 660},  {"nzst", 720},  {"nzdt", 780},
        {"brt", -180}, {"est", -300}, {"edt", -240}, {"cst", -360},  {"cdt", -300},  {"mst", -420},
        {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600}};

    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
        if (is_word(p, zones[i].name)) {
            m->zone = zones[i].minutes;
            m->named_zone = i > 2;
            return true;
        }
    return false;
}

/* Takes "Z", " UTC", "+01:00", "-0530", "+01". */
static bool take_zone(struct time_meaning *m, const struct pieces *in, int *i)
{
    int at = *i + is_mark(in, *i, ' '), hours, minutes = 0;
    bool east;

    if (at < in->n && take_zone_name(m, &in->p[at])) {
        m->letter[at] = 'Z';
        m->has_zone = true;
        *i = at + 1;
        return true;
    }
    if (!is_mark(in, at, '+') && !is_mark(in, at, '-'))
        return true;
    east = in->p[at].mark == '+';
    m->letter[at] = 'o';
    if (++at >= in->n || in->p[at].kind != PIECE_NUMBER)
        return false;
    hours = (int)in->p[at].value;
    m->letter[at] = 'o';
    if (in->p[at].len == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (in->p[at].len != 2) {
        return false;
    } else if (is_mark(in, at + 1, ':') && is_number(in, at + 2, 59)) {
        m->letter[at + 1] = m->letter[at + 2] = 'o';
        m->letter[at] = ':';
        minutes = (int)in->p[at + 2].value;
        at += 2;
    }
    m->zone = (east ? 1 : -1) * (hours * 60 + minutes);
    m->has_zone = true;
    *i = at + 1;
    return hours <= 23 && minutes <= 59;
}

/* Takes a time of day from piece i up to the end. */
static bool take_clock(struct time_meaning *m, const struct pieces *in, int i)
{
    int hour_at;

    while (i < in->n && (is_mark(in, i, ' ') || is_mark(in, i, ',') || is_word(&in->p[i], "t") ||
                         is_mark(in, i, '-')))
        i++;
    if (!is_number(in, i, 24))
        return false;
    hour_at = i;
    m->has_clock = true;
    m->hour = (int)in->p[i].value;
    m->letter[i++] = 'H';
    if (is_mark(in, i, ':')) {
        if (!is_number(in, i + 1, 59))
            return false;
        m->minute = (int)in->p[i + 1].value;
        m->letter[i + 1] = 'M';
        i += 2;
        if (!take_seconds(m, in, &i))
            return false;
        (void)take_half(m, in, &i, hour_at);
    } else if (!take_half(m, in, &i, hour_at)) {
        return false;
    }
    return take_zone(m, in, &i) && i == in->n &&
           (m->hour <= 23 || (m->hour == 24 && m->minute == 0 && m->second == 0));
}

/* ---- a whole cell ---- */

static bool begins_with_weekday(const struct pieces *in, int *at)
{
    if (in->p[0].kind != PIECE_WEEKDAY)
        return false;
    *at = 1;
    while (*at < in->n && in->p[*at].kind == PIECE_MARK)
        (*at)++;
    return true;
}

bool time_understand(struct time_meaning *m, const struct pieces *in, enum time_reading reading)
{
    int from = 0;

    (void)begins_with_weekday(in, &from);
    for (int r = 0; r < NUM_RULES; r++) {
        if (rules[r].reading != reading)
            continue;
        for (int k = 0; k < 4 && rules[r].shapes[k]; k++) {
            int n;

            memset(m, 0, sizeof(*m));
            n = match(m, in, from, rules[r].shapes[k]);
            if (n == 0 || (reading == TIME_MDY && is_mark(in, from + 1, '.')))
                continue; /* with points, the day always comes first */
            if (from + n == in->n || (rules[r].clock && take_clock(m, in, from + n)))
                return true;
        }
    }
    return false;
}
