/* field.c - see field.h. */
#include "server/http/field.h"

#include <string.h>
#include <strings.h>

/* Reads a quoted string from after its opening quote. Returns the address after its closing
 * quote. */
static const char *read_quoted(char *out, size_t cap, size_t *n, const char *s)
{
    for (; *s && *s != '"'; s++) {
        s += *s == '\\' && s[1];
        if (*n + 1 < cap)
            out[(*n)++] = *s;
    }
    return s;
}

bool field_parameter(char *out, size_t cap, const char *value, const char *name)
{
    const char *s = value + strcspn(value, ";");
    size_t name_len = strlen(name);

    while (*s) {
        bool ours;
        size_t n = 0;

        s += strspn(s, "; \t");
        ours = strncasecmp(s, name, name_len) == 0 && s[name_len] == '=';
        s += strcspn(s, "=;");
        s += *s == '=';
        if (*s == '"') {
            s = read_quoted(out, cap, &n, s + 1);
        } else {
            n = strcspn(s, "; \t");
            n = n < cap ? n : cap - 1;
            memcpy(out, s, n);
        }
        s += strcspn(s, ";");
        out[n] = '\0';
        if (ours)
            return true;
    }
    return false;
}
