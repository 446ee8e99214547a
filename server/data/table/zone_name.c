/* zone_name.c - see zone_name.h. Names are those of the IANA time zone database: an area and a
 * place, or in brackets UTC and other abbreviations. If an offset precedes the name, it counts;
 * otherwise the time is local. */
#include "server/data/table/zone_name.h"

#include <ctype.h>
#include <string.h>

enum { TIME_MIN = 10 }; /* bytes of the time before the name */

static bool of_name(char c)
{
    return isalnum((unsigned char)c) || strchr("/_+-", c);
}

/* Cuts off "[Europe/Berlin]". */
static struct cell cut_brackets(struct cell c)
{
    size_t at = c.len - 1;

    while (at > 0 && of_name(c.at[at - 1]))
        at--;
    if (at <= TIME_MIN || at == c.len - 1 || c.at[at - 1] != '[' ||
        !isalpha((unsigned char)c.at[at]))
        return c;
    return cell_trim((struct cell){c.at, at - 1});
}

/* Cuts off " Europe/Berlin": a word with a slash in it. */
static struct cell cut_word(struct cell c)
{
    size_t at = c.len;
    bool slash = false;

    for (; at > 0 && of_name(c.at[at - 1]); at--)
        slash = slash || c.at[at - 1] == '/';
    if (at <= TIME_MIN || !slash || c.at[at - 1] != ' ' || !isalpha((unsigned char)c.at[at]))
        return c;
    return cell_trim((struct cell){c.at, at});
}

struct cell zone_name_cut(struct cell c)
{
    if (c.len <= TIME_MIN)
        return c;
    if (c.at[c.len - 1] == ']')
        return cut_brackets(c);
    if (isalpha((unsigned char)c.at[c.len - 1]) && isalpha((unsigned char)c.at[c.len - 2]))
        return cut_word(c);
    return c;
}
