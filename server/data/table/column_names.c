/* column_names.c - see column_names.h. The names are those of common tools and sources: pandas, the
 * formats of Nixtla and GluonTS, Kaggle's data sets, spreadsheets. */
#include "server/data/table/column_names.h"

#include <ctype.h>
#include <string.h>

enum { NAME_ROOM = 64 };

static const struct {
    const char *name;
    unsigned hints;
} known[] = {
    {"time", HINT_TIME | HINT_CLOCK},
    {"date", HINT_TIME},
    {"ds", HINT_TIME},
    {"ts", HINT_TIME},
    {"dt", HINT_TIME},
    {"when", HINT_TIME_LIKELY},
    {"timestamp", HINT_TIME},
    {"datetime", HINT_TIME},
    {"period", HINT_TIME | HINT_MONTH | HINT_QUARTER},
    {"timeperiod", HINT_TIME},
    {"timedim", HINT_TIME}, /* WHO */
    {"mo", HINT_MONTH},
    {"dy", HINT_DAY},
    {"decimaldate", HINT_CODE},
    {"lastupdate", HINT_CODE},
    {"lastupdated", HINT_CODE},
    {"dayofweek", HINT_CODE},
    {"weekday", HINT_CODE},
    {"dow", HINT_CODE},
    {"datum", HINT_TIME},
    {"fecha", HINT_TIME},
    {"zeit", HINT_TIME | HINT_CLOCK},
    {"elapsed", HINT_TIME},
    {"elapseds", HINT_TIME},
    {"times", HINT_TIME}, /* "time_s", "time ms": of a measurement */
    {"timems", HINT_TIME},
    {"time(s)", HINT_TIME},
    {"time(ms)", HINT_TIME},
    /* German, French, Spanish, Italian, Portuguese, Dutch */
    {"jahr", HINT_TIME_LIKELY | HINT_YEAR},
    {"ann\xc3\xa9"
     "e",
     HINT_TIME_LIKELY | HINT_YEAR},
    {"annee", HINT_TIME_LIKELY | HINT_YEAR},
    {"a\xc3\xb1o", HINT_TIME_LIKELY | HINT_YEAR},
    {"anno", HINT_TIME_LIKELY | HINT_YEAR},
    {"ano", HINT_TIME_LIKELY | HINT_YEAR},
    {"jaar", HINT_TIME_LIKELY | HINT_YEAR},
    {"monat", HINT_TIME_LIKELY | HINT_MONTH},
    {"mois", HINT_TIME_LIKELY | HINT_MONTH},
    {"mes", HINT_TIME_LIKELY | HINT_MONTH},
    {"m\xc3\xaas", HINT_TIME_LIKELY | HINT_MONTH},
    {"mese", HINT_TIME_LIKELY | HINT_MONTH},
    {"maand", HINT_TIME_LIKELY | HINT_MONTH},
    {"quartal", HINT_TIME_LIKELY | HINT_QUARTER},
    {"trimestre", HINT_TIME_LIKELY | HINT_QUARTER},
    {"kwartaal", HINT_TIME_LIKELY | HINT_QUARTER},
    {"tag", HINT_DAY},
    {"jour", HINT_DAY},
    {"d\xc3\xad"
     "a",
     HINT_DAY},
    {"dia", HINT_DAY},
    {"giorno", HINT_DAY},
    {"dag", HINT_DAY},
    {"stunde", HINT_HOUR},
    {"heure", HINT_HOUR},
    {"hora", HINT_HOUR},
    {"ora", HINT_HOUR},
    {"uur", HINT_HOUR},
    {"month", HINT_TIME_LIKELY | HINT_MONTH},
    {"monthname", HINT_MONTH},
    {"mon", HINT_MONTH},
    {"mm", HINT_MONTH},
    {"year", HINT_TIME_LIKELY | HINT_YEAR},
    {"yr", HINT_TIME_LIKELY | HINT_YEAR},
    {"yyyy", HINT_TIME_LIKELY | HINT_YEAR},
    {"quarter", HINT_TIME_LIKELY | HINT_QUARTER},
    {"qtr", HINT_TIME_LIKELY | HINT_QUARTER},
    {"week", HINT_TIME_LIKELY | HINT_WEEK},
    {"weekofyear", HINT_WEEK},
    {"isoweek", HINT_TIME_LIKELY | HINT_WEEK},
    {"day", HINT_TIME_LIKELY | HINT_DAY | HINT_INDEX},
    {"dd", HINT_DAY},
    {"dayofmonth", HINT_DAY},
    {"mday", HINT_DAY},
    {"hour", HINT_TIME_LIKELY | HINT_HOUR},
    {"hr", HINT_HOUR},
    {"hh", HINT_HOUR},
    {"hourofday", HINT_HOUR},
    {"minute", HINT_MINUTE},
    {"minutes", HINT_MINUTE},
    {"doy", HINT_YEARDAY},
    {"dayofyear", HINT_YEARDAY},
    {"yday", HINT_YEARDAY},
    {"yearday", HINT_YEARDAY},
    {"julianday", HINT_YEARDAY},
    {"jday", HINT_YEARDAY},
    {"yearmonth", HINT_TIME_LIKELY},
    {"yyyymm", HINT_TIME_LIKELY},
    {"yearweek", HINT_TIME_LIKELY | HINT_WEEK},
    {"yyyyww", HINT_TIME_LIKELY | HINT_WEEK},
    {"yyyymmdd", HINT_TIME_LIKELY},
    {"epoch", HINT_TIME_LIKELY},
    {"unixtime", HINT_TIME_LIKELY},
    {"unix", HINT_TIME_LIKELY},
    {"clock", HINT_CLOCK},
    {"timeofday", HINT_CLOCK},
    {"uniqueid", HINT_ID},
    {"id", HINT_ID | HINT_INDEX},
    {"series", HINT_ID},
    {"seriesid", HINT_ID},
    {"itemid", HINT_ID},
    {"store", HINT_ID_LIKELY},
    {"item", HINT_ID_LIKELY},
    {"product", HINT_ID_LIKELY},
    {"sku", HINT_ID_LIKELY},
    {"shop", HINT_ID_LIKELY},
    {"region", HINT_ID_LIKELY},
    {"country", HINT_ID_LIKELY},
    {"state", HINT_ID_LIKELY},
    {"city", HINT_ID_LIKELY},
    {"station", HINT_ID_LIKELY},
    {"sensor", HINT_ID_LIKELY},
    {"device", HINT_ID_LIKELY},
    {"meter", HINT_ID_LIKELY},
    {"site", HINT_ID_LIKELY},
    {"location", HINT_ID_LIKELY},
    {"symbol", HINT_ID_LIKELY},
    {"ticker", HINT_ID_LIKELY},
    {"customer", HINT_ID_LIKELY},
    {"category", HINT_ID_LIKELY},
    {"family", HINT_ID_LIKELY},
    {"brand", HINT_ID_LIKELY},
    {"dept", HINT_ID_LIKELY},
    {"department", HINT_ID_LIKELY},
    {"airport", HINT_ID_LIKELY},
    {"route", HINT_ID_LIKELY},
    {"channel", HINT_ID_LIKELY},
    {"name", HINT_ID_LIKELY},
    {"code", HINT_ID_LIKELY},
    {"key", HINT_ID_LIKELY},
    {"group", HINT_ID_LIKELY},
    {"spatialdim", HINT_ID_LIKELY},
    {"siteno", HINT_ID_LIKELY},
    {"stationno", HINT_ID_LIKELY},
    /* Columns that statistical offices and weather services add to their numbers: Statistics
     * Canada, SDMX, USGS, NOAA */
    {"coordinate", HINT_CODE},
    {"vector", HINT_CODE},
    {"dguid", HINT_CODE},
    {"uomid", HINT_CODE},
    {"scalarid", HINT_CODE},
    {"scalarfactor", HINT_CODE},
    {"decimals", HINT_CODE},
    {"terminated", HINT_CODE},
    {"status", HINT_CODE},
    {"obsstatus", HINT_CODE},
    {"obsflag", HINT_CODE},
    {"confstatus", HINT_CODE},
    {"unitmult", HINT_CODE},
    {"powercode", HINT_CODE},
    {"powercodecode", HINT_CODE},
    {"flag", HINT_CODE},
    {"flags", HINT_CODE},
    {"footnotes", HINT_CODE},
    {"notes", HINT_CODE},
    {"flagcodes", HINT_CODE},
    {"baseper", HINT_CODE},
    {"qualityflag", HINT_CODE},
    {"qcflag", HINT_CODE},
    {"agencycd", HINT_CODE},
    {"fips", HINT_ID_LIKELY},
    {"uid", HINT_ID_LIKELY},
    {"iso2", HINT_ID_LIKELY},
    {"iso3", HINT_ID_LIKELY},
    {"zip", HINT_ID_LIKELY},
    {"postcode", HINT_ID_LIKELY},
    {"latitude", HINT_PLACE},
    {"lat", HINT_PLACE},
    {"longitude", HINT_PLACE},
    {"long", HINT_PLACE},
    {"lon", HINT_PLACE},
    {"lng", HINT_PLACE},
    {"elevation", HINT_PLACE},
    {"elev", HINT_PLACE},
    {"altitude", HINT_PLACE},
    {"", HINT_INDEX},
    {"unnamed:0", HINT_INDEX},
    {"index", HINT_INDEX},
    {"step", HINT_INDEX},
    {"t", HINT_INDEX | HINT_EPOCH},
    {"idx", HINT_INDEX},
    {"row", HINT_INDEX},
    {"rownum", HINT_INDEX},
    {"rowid", HINT_INDEX},
    {"obs", HINT_INDEX},
    {"no", HINT_INDEX},
    {"nr", HINT_INDEX},
    {"#", HINT_INDEX},
    {"y", HINT_VALUE},
    {"value", HINT_VALUE},
    {"target", HINT_VALUE},
    {"sales", HINT_VALUE},
};

static const struct {
    const char *ending;
    unsigned hints;
} endings[] = {{"time", HINT_CLOCK | HINT_EPOCH},
               {"timestamp", HINT_TIME_LIKELY | HINT_EPOCH},
               {"date", HINT_TIME_LIKELY | HINT_EPOCH},
               {"datum", HINT_TIME_LIKELY},
               {"year", HINT_YEAR},
               {"day_of_month", HINT_DAY}, /* before its end */
               {"month", HINT_MONTH},
               {"at", HINT_EPOCH},
               {"ms", HINT_EPOCH},
               {"epoch", HINT_EPOCH},
               {"unix", HINT_EPOCH},
               {"id", HINT_ID_LIKELY},
               {"nbr", HINT_ID_LIKELY},
               {"name", HINT_ID_LIKELY},
               {"code", HINT_ID_LIKELY},
               {"key", HINT_ID_LIKELY},
               {"no", HINT_ID_LIKELY},
               {"cd", HINT_CODE},
               {"flag", HINT_CODE},
               {"attributes", HINT_CODE},
               {"number", HINT_ID_LIKELY}};

/* Converts to lower case, without separators of words. Returns false when it is longer than any
 * known name. */
static bool plain(char out[NAME_ROOM], const char *s, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (strchr(" _-.\t<>", s[i]))
            continue;
        if (n == NAME_ROOM - 1)
            return false;
        out[n++] = (char)tolower((unsigned char)s[i]);
    }
    out[n] = '\0';
    return true;
}

static unsigned whole_name(const char *name)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].hints;
    return 0;
}

/* Whether the name ends with the word as a word of its own: "store_id", "DepTime". */
static bool ends_with_word(const char *name, const char *word)
{
    size_t n = strlen(name), k = strlen(word);
    const char *at = name + n - k;

    if (n <= k)
        return false;
    for (size_t i = 0; i < k; i++)
        if (tolower((unsigned char)at[i]) != word[i])
            return false;
    return strchr(" _-.", at[-1]) ||
           (isupper((unsigned char)at[0]) && islower((unsigned char)at[-1]));
}

unsigned column_hints(const char *name)
{
    char text[NAME_ROOM];
    unsigned hints;

    if (!plain(text, name, strlen(name)))
        return 0;
    hints = whole_name(text);
    for (size_t i = 0; !hints && i < sizeof(endings) / sizeof(endings[0]); i++)
        if (ends_with_word(name, endings[i].ending))
            hints = endings[i].hints;
    return hints;
}

bool column_name_is_known(struct cell c)
{
    char text[NAME_ROOM];

    c = cell_trim(c);
    return c.len > 0 && plain(text, c.at, c.len) && whole_name(text) != 0;
}
