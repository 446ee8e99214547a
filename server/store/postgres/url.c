/* url.c - see url.h. */
#include "server/store/postgres/url.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

static const char *option(const PQconninfoOption *all, const char *key, const char *otherwise)
{
    for (; all && all->keyword; all++)
        if (strcmp(all->keyword, key) == 0 && all->val && all->val[0])
            return all->val;
    return otherwise;
}

enum status url_where(char *out, size_t cap, const char *url, struct err *e)
{
    char *why = NULL; /* may quote the password */
    PQconninfoOption *all = PQconninfoParse(url, &why);

    PQfreemem(why);
    if (!all)
        return err_set(e, ST_INVALID,
                       "the key database is no address that PostgreSQL's library understands; it "
                       "must be like postgresql://user@host:5432/name");
    snprintf(out, cap, "the PostgreSQL database %.60s at %.80s:%.20s",
             option(all, "dbname", "(of the user's name)"), option(all, "host", "(this machine)"),
             option(all, "port", "5432"));
    PQconninfoFree(all);
    return ST_OK;
}
