/* access.c - see access.h. */
#include "server/base/access.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[SCOPE_COUNT] = {"read", "predict", "train", "admin"};

const char *scope_name(unsigned scope)
{
    for (int i = 0; i < SCOPE_COUNT; i++)
        if (scope == 1U << i)
            return names[i];
    return NULL;
}

unsigned scope_from_name(const char *name, size_t n)
{
    for (int i = 0; i < SCOPE_COUNT; i++)
        if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
            return 1U << i;
    return 0;
}

const char *scope_list(char out[SCOPE_TEXT_MAX], unsigned scopes)
{
    size_t used = 0;

    if (scopes & SCOPE_ADMIN)
        scopes = SCOPE_ADMIN;
    for (int i = 0; i < SCOPE_COUNT; i++) {
        size_t n = strlen(names[i]);

        if (!(scopes & 1U << i))
            continue;
        if (used)
            out[used++] = ',';
        memcpy(out + used, names[i], n);
        used += n;
    }
    out[used] = '\0';
    return out;
}

enum status scope_read_list(unsigned *out, const char *text, struct err *e)
{
    *out = 0;
    while (*(text += strspn(text, ", "))) {
        size_t n = strcspn(text, ", ");
        unsigned scope = scope_from_name(text, n);

        if (!scope)
            return err_set(e, ST_INVALID,
                           "'%.*s' is no scope; there are read, predict, train and admin",
                           n < 40 ? (int)n : 40, text);
        if (*out & scope)
            return err_set(e, ST_INVALID, "the scope %s is given twice", scope_name(scope));
        *out |= scope;
        text += n;
    }
    return *out ? ST_OK
                : err_set(e, ST_INVALID,
                          "there is no scope; give one or more of read, predict, train and admin");
}

static const struct {
    const char *name;
    int64_t max;
} limits[ACCESS_LIMITS] = {
    [LIMIT_REQUESTS] = {"requests_per_minute", 1000000},
    [LIMIT_BYTES] = {"stored_bytes", (int64_t)1 << 50},
    [LIMIT_TRAINING] = {"training_seconds_per_hour", 1000000},
};

const char *access_limit_name(enum access_limit limit)
{
    return limits[limit].name;
}

int64_t access_limit_max(enum access_limit limit)
{
    return limits[limit].max;
}

enum status access_read_limit(int64_t *out, enum access_limit limit, const char *text,
                              struct err *e)
{
    static const char units[] = "KMG";
    size_t digits = strspn(text, "0123456789");
    const char *unit = limit == LIMIT_BYTES && text[digits] ? strchr(units, text[digits]) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    bool ok = digits && digits <= 16 && !text[digits + (unit ? 1 : 0)];
    int64_t n = ok ? strtoll(text, NULL, 10) : 0;

    if (n < 1 || n > limits[limit].max >> shift)
        return err_set(e, ST_INVALID, "%s is '%.40s'; it must be a whole number from 1 to %lld%s",
                       limits[limit].name, text, (long long)limits[limit].max,
                       limit == LIMIT_BYTES ? ", or one with K, M or G such as 500M" : "");
    *out = n << shift;
    return ST_OK;
}

bool access_has(const struct access *a, unsigned scope)
{
    return (a->scopes & (scope | SCOPE_ADMIN)) != 0;
}

enum status access_check(const struct access *a, struct err *e)
{
    if (a->names[0] && access_has(a, SCOPE_ADMIN)) {
        err_set(e, ST_INVALID,
                "a key with the scope admin cannot be bound to names: it could make a key "
                "that is not bound");
        return err_at(e, "/names");
    }
    if (strcmp(a->name, ACCESS_NOBODY) == 0 || strcmp(a->name, ACCESS_COMMAND) == 0 ||
        strcmp(a->name, ACCESS_JOB) == 0 || strcmp(a->name, ACCESS_RECEIVER) == 0)
        err_set(e, ST_INVALID, "'%s' stands for somebody else in the audit; choose another name",
                a->name);
    else if (strcmp(a->name, ACCESS_API_KEY) == 0 || strcmp(a->name, ACCESS_READ_KEY) == 0)
        err_set(e, ST_INVALID, "'%s' is the name of a key of the configuration; choose another one",
                a->name);
    else
        return ST_OK;
    return err_at(e, "/name");
}

bool access_covers(const struct access *a, const char *name)
{
    return !a || !a->names[0] || pattern_matches(a->names, name);
}

enum status pattern_check(const char *text, struct err *e)
{
    size_t n = strlen(text);

    if (n >= 1 && n <= PATTERN_MAX &&
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-*?") == n)
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "'%.80s' is no pattern of names: it must be 1 to %d characters of a-z, 0-9, "
                   "'.', '_', '-', '*' (any text) and '?' (any character), such as 'sales-*'",
                   text, PATTERN_MAX);
}

/* After a mismatch only the last '*' takes one more character. Earlier ones need not, because the
 * last one can match any text. */
bool pattern_matches(const char *pattern, const char *name)
{
    const char *star = NULL,
               *from = NULL; /* after the last '*'; the text that it has not matched */

    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            from = name;
        } else if (*pattern == '?' || *pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            name = ++from;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

/* Without '?' in outer, only a '*' of outer can have matched the '*' and '?' of inner, taken as
 * characters; and it matches whatever they stand for. */
bool pattern_within(const char *outer, const char *inner)
{
    return strcmp(outer, inner) == 0 || (!strchr(outer, '?') && pattern_matches(outer, inner));
}
