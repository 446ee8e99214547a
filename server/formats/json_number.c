/* json_number.c - see json_number.h. */
#include "server/formats/json_number.h"

#include <lstm/number.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 19, SHORT_DIGITS = 15 };

/* Reads a number without an exponent. Returns false when it has too many digits. */
static bool few_digits(double *out, const char *s, size_t n)
{
    size_t i = n > 0 && s[0] == '-', digits = 0, fraction = 0;
    bool negative = i == 1, behind_point = false;
    uint64_t m = 0;
    double v;

    for (; i < n; i++) {
        if (s[i] == '.') {
            behind_point = true;
            continue;
        }
        if (s[i] < '0' || s[i] > '9' || ++digits > DIGITS_MAX)
            return false;
        m = m * 10 + (uint64_t)(s[i] - '0');
        fraction += behind_point;
    }
    v = number_decimal(m, (int)fraction);
    *out = negative ? -v : v;
    return true;
}

size_t json_short_number(double *out, const char *s, const char *end)
{
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *p = s + (*s == '-'), *whole = p, *point;
    uint64_t m = 0;
    double v;

    if (end - p < SHORT_DIGITS + 3)
        return 0;
    while (*p >= '0' && *p <= '9' && p - whole <= SHORT_DIGITS)
        m = m * 10 + (uint64_t)(*p++ - '0');
    if (p == whole || (*whole == '0' && p - whole > 1))
        return 0;
    point = p;
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9' && p - whole <= SHORT_DIGITS + 1;)
            m = m * 10 + (uint64_t)(*p++ - '0');
    if (p - whole > SHORT_DIGITS || p - point == 1 || *p == 'e' || *p == 'E' || *p == '.')
        return 0;
    v = (double)m / power[p > point ? p - point - 1 : 0];
    *out = *s == '-' ? -v : v;
    return (size_t)(p - s);
}

double json_number_value(const char *s, size_t n)
{
    char text[64] = "";
    double v;

    if (few_digits(&v, s, n))
        return v;
    memcpy(text, s, n < sizeof(text) ? n : sizeof(text) - 1);
    return strtod(text, NULL);
}
