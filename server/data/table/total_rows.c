/* total_rows.c - see total_rows.h. */
#include "server/data/table/total_rows.h"

#include "server/data/table/cell_number.h"

#include <string.h>
#include <strings.h>

enum { LABEL_MAX = 60, COLUMNS_SEEN = 16 };

/* Labels that spreadsheets, reports and pandas' describe() write. */
static const char *const labels[] = {
    "total",   "totals",      "grand total", "subtotal",     "sub-total", "sub total", "sum",
    "sums",    "average",     "averages",    "avg",          "mean",      "median",    "max",
    "maximum", "min",         "minimum",     "count",        "std",       "overall",   "summe",
    "gesamt",  "gesamtsumme", "mittelwert",  "durchschnitt", "somme",     "moyenne",   "suma",
    "media",   "totale",      "somma",       "totaal",       "gemiddelde"};

static bool is_label(struct cell c)
{
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
        if (strlen(labels[i]) == c.len && strncasecmp(labels[i], c.at, c.len) == 0)
            return true;
    return false;
}

bool cell_is_total(struct cell c)
{
    static const char *const words[] = {"total", "subtotal", "sum of", "summe", "grand total"};

    c = cell_trim(c);
    if (c.len < 3 || c.len > LABEL_MAX || (unsigned char)(*c.at | 0x20) < 'a')
        return false;
    if (c.at[c.len - 1] == ':')
        c.len--;
    if (is_label(c))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i]);

        if (c.len > n && c.at[n] == ' ' && strncasecmp(words[i], c.at, n) == 0)
            return true;
    }
    return c.len > 6 && strncasecmp(c.at + c.len - 6, " total", 6) == 0;
}

bool row_is_total(const struct table *t, int odd)
{
    if (cell_is_total(t->cells[odd]))
        return true;
    for (size_t i = 0; cell_missing(t->cells[odd]) && i < t->columns && i < COLUMNS_SEEN; i++)
        if (cell_is_total(t->cells[i]))
            return true;
    return false;
}
