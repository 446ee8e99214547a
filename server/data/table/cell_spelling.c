/* cell_spelling.c - see cell_spelling.h. */
#include "server/data/table/cell_spelling.h"

#include "server/data/table/time_shape.h"
#include "server/data/table/zone_name.h"

#include <string.h>

static void add(char out[CELL_SPELLING_MAX], const char *s, size_t n)
{
    size_t len = strlen(out);

    if (len + n >= CELL_SPELLING_MAX)
        n = CELL_SPELLING_MAX - 1 - len;
    memcpy(out + len, s, n);
    out[len + n] = '\0';
}

static bool is_upper(const struct piece *p)
{
    for (size_t i = 0; i < p->len; i++)
        if (p->at[i] >= 'a' && p->at[i] <= 'z')
            return false;
    return true;
}

/* Writes the letter of a piece with its flag: "%-d", "%^b". */
static void add_letter(char out[CELL_SPELLING_MAX], char letter, const struct piece *p,
                       bool short_part)
{
    char text[5] = "%";
    size_t n = 1;

    if (letter == 'f' || letter == 'o')
        return;
    if (((letter == 'd' || letter == 'm') && short_part) ||
        (letter != 'q' && letter != 'u' && p->kind == PIECE_NUMBER && p->len == 1))
        text[n++] = '-';
    if (letter == 'b' && is_upper(p))
        text[n++] = '^';
    if (letter == 'b' && p->len > 4)
        letter = 'B';
    if (letter == 'p' && p->at[0] >= 'a')
        letter = 'P';
    if (letter == ':')
        text[n++] = ':';
    text[n++] = letter == ':' ? 'z' : letter;
    add(out, text, n);
}

static void format_shape(char out[CELL_SPELLING_MAX], struct cell c, enum time_reading reading,
                         const struct time_traits *traits)
{
    struct pieces in;
    struct time_meaning m;

    if (!pieces_cut(&in, c) || !time_understand(&m, &in, reading))
        return;
    for (int i = 0; i < in.n; i++) {
        const struct piece *p = &in.p[i];

        if (p->foreign) { /* responses cannot contain such names */
            out[0] = '\0';
            return;
        }
        if (p->kind == PIECE_WEEKDAY)
            add(out, p->len > 4 ? "%A" : "%a", 2);
        else if (m.letter[i] == 'Z' || !m.letter[i])
            add(out, p->at, p->len);
        else if (m.letter[i] == 'Y' && m.week > 0)
            add(out, "%G", 2);
        else
            add_letter(out, m.letter[i], p, traits->short_part);
    }
}

const char *cell_spelling(char out[CELL_SPELLING_MAX], struct cell c, enum time_reading reading,
                          const struct time_traits *traits)
{
    static const struct {
        enum time_reading reading;
        const char *format;
    } fixed[] = {{TIME_YYYYMMDD, "%Y%m%d"}, {TIME_YYYYMM, "%Y%m"}, {TIME_YYYYWW, "%G%V"},
                 {TIME_SECONDS, "%s"},      {TIME_MILLIS, "%Q"},   {TIME_YEAR, "%Y"}};

    out[0] = '\0';
    c = zone_name_cut(cell_trim(c));
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
        if (fixed[i].reading == reading)
            add(out, fixed[i].format, strlen(fixed[i].format));
    if (reading == TIME_ISO) {
        format_shape(out, c, TIME_YMD, traits);
        if (!out[0])
            format_shape(out, c, TIME_YM, traits);
        if (!out[0])
            format_shape(out, c, TIME_YQ, traits);
    } else if (reading < TIME_RANGE) {
        format_shape(out, c, reading, traits);
    }
    return out;
}
