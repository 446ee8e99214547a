/* ids.c - see ids.h. */
#include "core/forecast/ids.h"

#include <stdlib.h>
#include <string.h>

bool ids_need_escapes(const char *const *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr(ids[i], '\n'))
            return true;
    return false;
}

/* Writes id with its escapes and a NUL. Returns the address after it. */
static char *put_escaped(char *to, const char *id)
{
    for (; *id; id++) {
        if (*id == '\n' || *id == '\\')
            *to++ = '\\';
        *to++ = (char)(*id == '\n' ? 'n' : *id);
    }
    *to++ = '\0';
    return to;
}

enum status ids_escape(char ***out, const char *const *ids, size_t n, struct err *e)
{
    size_t bytes = n * sizeof(char *);
    char **v, *text;

    for (size_t i = 0; i < n; i++)
        bytes += 2 * strlen(ids[i]) + 1;
    v = malloc(bytes);
    if (!v)
        return err_nomem(e, bytes);
    text = (char *)(v + n);
    for (size_t i = 0; i < n; i++) {
        v[i] = text;
        text = put_escaped(text, ids[i]);
    }
    *out = v;
    return ST_OK;
}

bool ids_unescape(char *s)
{
    char *to = s;

    for (; *s; s++) {
        if (*s != '\\') {
            *to++ = *s;
            continue;
        }
        s++;
        if (*s != 'n' && *s != '\\')
            return false;
        *to++ = (char)(*s == 'n' ? '\n' : '\\');
    }
    *to = '\0';
    return true;
}
