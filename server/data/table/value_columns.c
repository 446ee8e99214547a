/* value_columns.c - see value_columns.h. */
#include "server/data/table/value_columns.h"

#include "server/data/table/censored_cells.h"
#include "server/data/table/column_names.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/time_pieces.h"

#include <lstm/forecaster.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_LOW = 1500, YEAR_HIGH = 2299 }; /* a number of four digits in this range is a year */

/* ---- how numbers are written ---- */

/* The separator before decimals, if the column shows it: 1 a point, -1 a comma, 0 unknown. */
static int decimal_of(const struct column_survey *k)
{
    unsigned points = k->styles & NUMBER_POINTS, commas = k->styles & NUMBER_COMMAS;

    if (k->numbers == 0 || (points && commas))
        return 0;
    return points ? 1 : commas ? -1 : 0;
}

/* The mark before decimals: the caller's, otherwise that of columns that can be read in only one
 * way; '\0': unknown. */
static char decimal_of_table(const struct chooser *c)
{
    char found = '\0';

    if (c->o->decimal)
        return c->o->decimal;
    for (size_t i = 0; i < c->t->columns; i++) {
        int decimal = decimal_of(&c->s->columns[i]);

        if (decimal < 0)
            return ',';
        if (decimal > 0)
            found = '.';
    }
    return found;
}

/* The style with the fewest separators. */
static enum number_style plainest(unsigned styles)
{
    return (enum number_style)(styles & ~(styles - 1));
}

/* Whether "1,234" or "1.234" is ambiguous: every cell with a mark has it before three digits, and
 * neither the caller nor another column decides. When commas separate cells, a comma is not before
 * decimals and a point is. Otherwise whole numbers beside them decide: grouping leaves numbers
 * below a thousand without a mark, and none above. */
static bool is_doubtful(const struct chooser *c, const struct column_survey *k)
{
    bool like_thousands = k->small_plain && !k->large_plain;

    if (!k->grouped || c->t->commas)
        return false;
    if (k->styles & NUMBER_POINT)
        return k->styles & NUMBER_COMMA_POINT && like_thousands;
    return k->styles & NUMBER_COMMA && k->styles & NUMBER_POINT_COMMA && !like_thousands;
}

static enum status refuse_doubtful(const struct chooser *c, size_t column)
{
    struct cell cell = {"", 0};

    c->t->seek(c->t, SIZE_MAX);
    while (!memchr(cell.at, '.', cell.len) && !memchr(cell.at, ',', cell.len) && c->t->next(c->t))
        cell = cell_trim(c->t->cells[column]);

    err_set(c->e, ST_INVALID,
            "'%.*s' in column '%.80s' may be thousands with a mark between them or decimals "
            "behind it; ?decimal=. or ?decimal=, tells",
            (int)(cell.len < 40 ? cell.len : 40), cell.at, c->t->names[column]);
    return table_at_row(c->t, ST_INVALID, c->t->row);
}

static enum status style_of(enum number_style *out, const struct chooser *c, size_t i, char decimal)
{
    const struct column_survey *k = &c->s->columns[i];
    unsigned family = decimal == ',' ? NUMBER_COMMAS : NUMBER_POINTS;

    *out = NUMBER_POINT;
    if (k->numbers == 0)
        return ST_OK;
    if (k->styles & NUMBER_BOOLEAN) {
        *out = NUMBER_BOOLEAN;
        return ST_OK;
    }
    if (c->o->decimal && !(k->styles & family)) {
        err_set(c->e, ST_INVALID, "the numbers of column '%.80s' do not fit decimal=%c",
                c->t->names[i], decimal);
        return err_at(c->e, "?decimal");
    }
    if (!decimal && is_doubtful(c, k))
        return refuse_doubtful(c, i);
    *out = plainest(k->styles & family ? k->styles & family : k->styles);
    return ST_OK;
}

static bool note_affixes(const struct chooser *c, size_t i)
{
    static const struct {
        unsigned kind;
        const char *code, *detail;
    } notes[] = {
        {AFFIX_CURRENCY, "currency", "signs of a currency are left out"},
        {AFFIX_PERCENT, "percent", "percent signs are left out: 12 % is the value 12"},
        {AFFIX_BRACKETS, "brackets", "numbers in brackets are negative: (5) is -5"},
        {AFFIX_MINUS, "trailing_minus", "a minus behind a number counts: 5- is -5"},
        {AFFIX_POWER, "powers_of_ten",
         "letters and words behind numbers are powers of ten: 1.2k is 1200, 3 Mio. is 3000000"},
        {AFFIX_MARK, "marks", "marks beside numbers are left out: 5* and 5 p are 5"},
    };
    const struct column_survey *k = &c->s->columns[i];
    struct data_note note = {.column = c->t->names[i], .parameter = "target"};
    bool fine = true;

    if (k->first_affix != SIZE_MAX)
        note.line = c->t->line(c->t, k->first_affix);
    for (size_t n = 0; fine && n < sizeof(notes) / sizeof(notes[0]); n++) {
        note.code = notes[n].code;
        if (k->affixes & notes[n].kind)
            fine = series_set_note(c->out, &note, "%s", notes[n].detail);
    }
    note.code = "unit";
    if (fine && k->units > 0)
        fine =
            series_set_note(c->out, &note, "the unit '%s' behind the numbers is left out", k->unit);
    return fine;
}

static bool note_style(const struct chooser *c, size_t i)
{
    const struct column_survey *k = &c->s->columns[i];
    enum number_style style = c->r->styles[i];
    const struct data_note note = {
        .code = "number_format", .column = c->t->names[i], .parameter = "decimal"};
    bool fine = true;

    if (k->numbers == 0 || 2 * k->numbers < k->filled)
        return true;
    if (style == NUMBER_CODED)
        fine = series_set_note(c->out, &note,
                               "the numbers are tenths with a code of their quality, which is left "
                               "out: +0100,5 is 10, and +9999,9 is missing");
    else if (k->grouped && style != NUMBER_POINT && style != NUMBER_BOOLEAN)
        fine = series_set_note(c->out, &note, "the numbers are read as written like %s",
                               number_style_example(style));
    return fine && note_affixes(c, i);
}

enum status value_columns_styles(struct chooser *c)
{
    char decimal = decimal_of_table(c);
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < c->t->columns; i++)
        st = style_of(&c->r->styles[i], c, i, decimal);
    return st;
}

/* Refuses "<1" when the caller does not choose what it counts as. */
static enum status refuse_censored(const struct chooser *c, int column, struct cell limit)
{
    struct cell cell = cell_trim(c->t->cells[column]);
    int len = (int)(cell.len < 60 ? cell.len : 60);

    err_set(c->e, ST_INVALID,
            "'%.*s' in column '%.80s' is beyond what was measured: ?censored=limit reads it as "
            "%.*s, ?censored=missing as a missing value",
            len, cell.at, c->t->names[column], (int)(limit.len < 60 ? limit.len : 60), limit.at);
    return table_at_row(c->t, ST_INVALID, c->t->row);
}

enum status value_columns_refuse(const struct chooser *c, int column)
{
    struct cell cell = c->t->cells[column], limit;

    if (cell_censored(cell, &limit))
        return refuse_censored(c, column, limit);
    err_set(c->e, ST_INVALID,
            "'%.*s' in column '%.80s' is not a finite number (missing values are empty, NA, null "
            "or -; ?missing= names others%s)%s",
            (int)(cell.len < 60 ? cell.len : 60), cell.at, c->t->names[column],
            c->r->shape == SHAPE_LONG ? ", and ?target= the columns to keep" : "",
            c->s->columns[column].timely > 0 && c->s->columns[column].times & ~TIME_NUMBERS
                ? "; it looks like a time: ?time= names the time column"
                : "");
    return table_at_row(c->t, ST_INVALID, c->t->row);
}

/* ---- choosing ---- */

enum status value_columns_add_name(struct chooser *c, const char *name)
{
    struct series_set *out = c->out;
    char **p = reallocarray(out->columns, (size_t)out->num_columns + 1, sizeof(*p));

    if (!p)
        return err_nomem(c->e, 0);
    out->columns = p;
    out->columns[out->num_columns] = strdup(name);
    if (!out->columns[out->num_columns])
        return err_nomem(c->e, 0);
    out->num_columns++;
    return ST_OK;
}

static bool is_known(const struct table_options *o, const char *name)
{
    for (int i = 0; i < o->num_known; i++)
        if (strcmp(o->known[i], name) == 0)
            return true;
    return false;
}

static bool goes_on(const struct chooser *c)
{
    for (size_t i = 0; i < c->t->columns; i++)
        if (is_known(c->o, c->t->names[i]))
            return true;
    return false;
}

static bool is_taken(const struct chooser *c, int column)
{
    for (int i = 0; i < c->r->num_values; i++)
        if (c->r->values[i] == column)
            return true;
    return chooser_is_time(c->r, column) || chooser_is_id(c->r, column);
}

static enum status add_named(struct chooser *c, const char *list, const char *parameter)
{
    int *columns = malloc((c->t->columns + 1) * sizeof(*columns)), n = 0;
    enum status st = columns ? ST_OK : err_nomem(c->e, 0);

    if (!st)
        st = chooser_list(columns, &n, (int)c->t->columns, c, list, parameter);
    for (int i = 0; !st && i < n; i++) {
        if (chooser_is_time(c->r, columns[i]) || chooser_is_id(c->r, columns[i]))
            err_set(c->e, ST_INVALID, "column '%.80s' is the time or the id, not a value",
                    c->t->names[columns[i]]);
        else if (is_taken(c, columns[i]))
            err_set(c->e, ST_INVALID, "column '%.80s' is named twice", c->t->names[columns[i]]);
        else {
            c->r->values[c->r->num_values++] = columns[i];
            continue;
        }
        st = err_at(c->e, "?%s", parameter);
    }
    free(columns);
    return st;
}

static bool is_constant(const struct column_survey *k)
{
    return k->low == k->high && k->filled > 2;
}

/* The number of columns of numbers that have the name of a coordinate. */
static int places(const struct chooser *c)
{
    int n = 0;

    for (size_t i = 0; i < c->t->columns; i++)
        n += c->s->columns[i].hints & HINT_PLACE && c->s->columns[i].numbers > 0;
    return n;
}

/* Whether a column is named "y", "value", "obs_value" or so: the other columns describe it. */
static bool has_value_column(const struct chooser *c)
{
    for (size_t i = 0; i < c->t->columns; i++)
        if (c->s->columns[i].hints & HINT_VALUE && c->s->columns[i].numbers > 0)
            return true;
    return false;
}

static bool is_zero_or_one(const struct column_survey *k)
{
    return k->integers && k->low == 0 && k->high == 1 && k->filled == k->numbers;
}

/* Whether a column marks promotions, holidays or so: it has only zeros and ones, and another column
 * has other numbers. */
static bool is_binary(const struct chooser *c, int column)
{
    enum { ROWS_MIN = 20 };
    const struct column_survey *k = &c->s->columns[column];

    if (!is_zero_or_one(k) || k->filled < ROWS_MIN || k->hints & HINT_VALUE)
        return false;
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *other = &c->s->columns[i];

        if (2 * other->numbers > other->filled && !is_zero_or_one(other) && other->filled > 0 &&
            !survey_counts_up(other) && !(other->hints & (HINT_CODE | HINT_ID_LIKELY | HINT_ID)) &&
            !chooser_is_time(c->r, (int)i) && !chooser_is_id(c->r, (int)i))
            return true;
    }
    return false;
}

/* Why a column that nobody named is not a value; NULL: it is. */
static const char *why_not(const struct chooser *c, int column, bool known)
{
    const struct column_survey *k = &c->s->columns[column];
    size_t odd = k->filled - k->numbers - k->censored;

    if (is_known(c->o, c->t->names[column]))
        return NULL;
    if (k->filled == 0 && k->hints & HINT_INDEX) /* the last column ends with a separator */
        return "it has no name and no number";
    if (k->filled == 0 && k->hints & (HINT_CODE | HINT_PLACE | HINT_ID_LIKELY))
        return "it is empty, and its name is that of a code or an id";
    if (k->filled == 0 && !(k->hints & HINT_VALUE) && has_value_column(c))
        return "it is empty, and another column has the name of the values";
    if (is_binary(c, column))
        return "it is 0 or 1 in all rows: ?covariates= takes it";
    if (odd > k->numbers + k->censored)
        return "most of its cells are no numbers";
    if (known && k->numbers == 0)
        return "it has no number, and the dataset has no such column";
    if (k->styles & NUMBER_BOOLEAN && k->numbers > 0)
        return "true and false are no values to forecast; ?covariates= takes them as 1 and 0";
    if (k->integers && k->hints & HINT_ID_LIKELY && (c->r->num_ids > 0 || is_constant(k)))
        return "its name is that of an id";
    if (k->hints & HINT_CODE)
        return "its name is that of a code";
    if (k->hints & HINT_PLACE && places(c) > 1)
        return "its name is that of a coordinate";
    if (survey_counts_up(k) && !(k->hints & HINT_VALUE) && k->filled == c->r->num_rows)
        return "it only counts its rows";
    if (c->r->num_times > 0 && survey_counts_seconds(k))
        return "its numbers are times too, seconds or parts of them since 1970";
    return NULL;
}

static enum status note_left_out(const struct chooser *c, int column, const char *why)
{
    const struct column_survey *k = &c->s->columns[column];
    bool odd = k->odd_number != SIZE_MAX && k->filled > k->numbers;
    const struct data_note note = {.code = "column_left_out",
                                   .column = c->t->names[column],
                                   .parameter = "target",
                                   .line = odd ? c->t->line(c->t, k->odd_number) : 0};

    bool fine;

    if (odd)
        fine = series_set_note(
            c->out, &note, "column '%.60s' is left out: %s, for example '%.48s' in %s %ld",
            note.column, why, k->odd_text, c->t->noun, c->t->number(c->t, k->odd_number));
    else
        fine = series_set_note(c->out, &note, "column '%.60s' is left out: %s", note.column, why);
    return fine ? ST_OK : err_nomem(c->e, 0);
}

/* Whether a cell has a year with other text, in a language or form that is not read. */
static bool names_a_year(struct cell c)
{
    size_t digits = 0;
    int v = 0;

    for (size_t i = 0; i <= c.len; i++) {
        if (i < c.len && c.at[i] >= '0' && c.at[i] <= '9') {
            v = digits < 5 ? 10 * v + (c.at[i] - '0') : v;
            digits++;
            continue;
        }
        if (digits == 4 && v >= YEAR_LOW && v <= YEAR_HIGH)
            return true;
        digits = 0;
        v = 0;
    }
    return false;
}

/* Whether a cell looks like a time: "12:30", "3/4", "5 Jan". */
static bool looks_like_time(struct cell c)
{
    struct pieces in;
    bool number = false, other = false;

    if (names_a_year(c))
        return true;
    if (!pieces_cut(&in, c) || in.n < 2)
        return false;
    for (int i = 0; i < in.n; i++) {
        number = number || in.p[i].kind == PIECE_NUMBER;
        other = other || in.p[i].kind == PIECE_MONTH ||
                (i > 0 && in.p[i].kind == PIECE_MARK && strchr(":/-", in.p[i].mark) &&
                 in.p[i - 1].kind == PIECE_NUMBER);
    }
    return number && other;
}

/* When no column is the time, a column with the name of one must not be left out silently: its
 * times would be lost. */
static enum status refuse_times(const struct chooser *c, int column)
{
    const struct column_survey *k = &c->s->columns[column];

    if (c->r->num_times > 0 || c->o->aggregate == AGGREGATE_COUNT ||
        !((k->hints & (HINT_TIME | HINT_TIME_LIKELY) && !survey_counts_up(k)) ||
          (k->timely > 1 && k->times & ~TIME_NUMBERS) ||
          looks_like_time(chooser_sample(c, column))) ||
        k->filled == 0)
        return ST_OK;
    c->t->seek(c->t, k->odd_time == SIZE_MAX ? SIZE_MAX : k->odd_time);
    if (!c->t->next(c->t))
        return c->t->st;
    if (cell_missing(c->t->cells[column])) {
        err_set(c->e, ST_INVALID,
                "column '%.80s' has times, but not in every row: fill them in, or name the columns "
                "to keep with ?target=",
                c->t->names[column]);
        return table_at_row(c->t, ST_INVALID, c->t->row);
    }
    err_set(c->e, ST_INVALID,
            "'%.*s' in column '%.80s' is not a time that is read here (2020-01-31, 31/01/2020, "
            "Jan 2020, 2020Q1, 2020-W05 and others): say how it is written with ?date_format= in "
            "strptime's letters and name it with ?time=, or name the columns to keep with ?target=",
            (int)(c->t->cells[column].len < 60 ? c->t->cells[column].len : 60),
            c->t->cells[column].at, c->t->names[column]);
    return table_at_row(c->t, ST_INVALID, c->t->row);
}

static bool in_list(const char *list, const char *name)
{
    size_t len = strlen(name);

    while (list) {
        size_t n = strcspn(list, ",");

        if (n == len && memcmp(list, name, n) == 0)
            return true;
        list = list[n] ? list + n + 1 : NULL;
    }
    return false;
}

/* Takes every column of numbers that is nothing else. If there is none, takes a code, the one that
 * only counts, or the first column; the error then describes its cells. */
static enum status guess_targets(struct chooser *c)
{
    int columns = (int)c->t->columns, first = -1, counting = -1;
    bool known = goes_on(c);
    enum status st = ST_OK;

    for (int i = 0; !st && i < columns; i++) {
        const struct column_survey *k = &c->s->columns[i];
        const char *why;

        if (is_taken(c, i) || in_list(c->o->covariates, c->t->names[i]))
            continue;
        why = why_not(c, i, known);
        if ((first < 0 && (k->filled > 0 || !(k->hints & HINT_INDEX))) ||
            (first >= 0 && c->s->columns[first].filled == 0 && k->filled > 0))
            first = i;
        if (!why) {
            c->r->values[c->r->num_values++] = i;
            continue;
        }
        if (survey_counts_up(k) || (k->hints & HINT_CODE && k->numbers > 0))
            counting = counting < 0 || k->hints & HINT_VALUE ? i : counting;
        st = refuse_times(c, i);
    }
    if (!st && c->r->num_values == 0 && counting >= 0)
        first = counting;
    if (!st && c->r->num_values == 0 && first >= 0 && c->o->aggregate != AGGREGATE_COUNT)
        c->r->values[c->r->num_values++] = first;
    for (int i = 0; !st && i < columns; i++) {
        const char *why = why_not(c, i, known);

        if (why && !is_taken(c, i) && !in_list(c->o->covariates, c->t->names[i]))
            st = note_left_out(c, i, why);
    }
    return st;
}

static enum status count_column(struct chooser *c)
{
    c->r->num_values = 0;
    return value_columns_add_name(c, "count");
}

static enum status add_names(struct chooser *c)
{
    enum status st = ST_OK;

    if (c->r->num_values > COLUMNS_MAX && c->r->num_covariates == 0) {
        c->r->shape = SHAPE_COLUMNS;
        return value_columns_add_name(c, "value");
    }
    if (c->r->num_values > COLUMNS_MAX)
        return err_set(c->e, ST_TOO_LARGE,
                       "more than %d value columns beside covariates; name those to keep with "
                       "?target=",
                       COLUMNS_MAX);
    for (int i = 0; !st && i < c->r->num_values; i++) {
        st = value_columns_add_name(c, c->t->names[c->r->values[i]]);
        if (!st && !note_style(c, (size_t)c->r->values[i]))
            st = err_nomem(c->e, 0);
    }
    return st;
}

/* Reads the row at the place; *cell: its cell in the column. */
static enum status cell_at(struct cell *cell, const struct chooser *c, int column, size_t place)
{
    c->t->seek(c->t, place);
    if (!c->t->next(c->t))
        return c->t->st;
    *cell = cell_trim(c->t->cells[column]);
    if (cell->len > 40)
        cell->len = 40;
    return ST_OK;
}

/* Refuses numbers in one column that have different meanings. */
static enum status check_affixes(const struct chooser *c, int column)
{
    const struct column_survey *k = &c->s->columns[column];
    const char *name = c->t->names[column];
    bool currencies = k->odd_currency != SIZE_MAX, other = k->units > 0 && k->odd_unit != SIZE_MAX;
    struct cell cell = {"", 0};
    enum status st;

    if (!currencies && !other && (k->percents + k->units == 0 || k->bare == 0))
        return ST_OK;
    st = cell_at(&cell, c, column,
                 currencies ? k->odd_currency
                 : other    ? k->odd_unit
                            : k->odd_bare);
    if (st)
        return st;
    if (currencies)
        err_set(c->e, ST_INVALID,
                "'%.*s' in column '%.80s' is in another currency than the amounts before it (%s): "
                "make a series of each currency with ?id= and a column that names it, or write all "
                "amounts in one",
                (int)cell.len, cell.at, name, number_currency(k->currency));
    else if (other)
        err_set(c->e, ST_INVALID,
                "'%.*s' in column '%.80s' has another unit than the numbers before it (%s): write "
                "all of them in one unit",
                (int)cell.len, cell.at, name, k->unit);
    else if (k->units > 0)
        err_set(c->e, ST_INVALID,
                "%zu numbers of column '%.80s' have the unit '%s' and %zu have none, like '%.*s': "
                "write all of them in one way, or name the columns to keep with ?target=",
                k->units, name, k->unit, k->bare, (int)cell.len, cell.at);
    else
        err_set(c->e, ST_INVALID,
                "%zu numbers of column '%.80s' have a percent sign and %zu have none, like '%.*s': "
                "12%% may be 12 or 0.12 there; write all of them in one way, or name the columns "
                "to keep with ?target=",
                k->percents, name, k->bare, (int)cell.len, cell.at);
    return table_at_row(c->t, ST_INVALID, c->t->row);
}

enum status value_columns_choose(struct chooser *c)
{
    struct roles *r = c->r;
    enum status st;
    int targets;

    if (c->o->aggregate == AGGREGATE_COUNT && !c->o->target)
        return count_column(c);
    st = c->o->target ? add_named(c, c->o->target, "target") : guess_targets(c);
    if (!st && r->num_values == 0)
        st = err_set(c->e, ST_INVALID, "there is no value column beside the time and the id%s",
                     c->o->covariates ? " and the covariates" : "");
    targets = r->num_values;
    if (!st && c->o->covariates)
        st = add_named(c, c->o->covariates, "covariates");
    r->num_covariates = r->num_values - targets;
    c->out->num_covariates = r->num_covariates;
    if (!st && r->num_covariates > COVARIATES_MAX) {
        err_set(c->e, ST_TOO_LARGE, "%d covariates; the most is %d", r->num_covariates,
                COVARIATES_MAX);
        st = err_at(c->e, "?covariates");
    }
    for (int i = 0; !st && i < r->num_values; i++)
        st = check_affixes(c, r->values[i]);
    return st ? st : add_names(c);
}
