/* fuzz_selector.c - any text as an expression of Prometheus, as a time, a duration and the name of
 * a metric.
 *
 * Beyond not crashing: what is accepted has labels and values in UTF-8, each value of a matcher of
 * equality passes it, and a metric's name that is read is the one that is written. */
#include "server/protocols/prometheus/instant.h"
#include "server/protocols/prometheus/metric_name.h"
#include "server/protocols/prometheus/selector.h"

#include <lstm/utf8.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_matcher(const struct selector *s, const struct matcher *m)
{
    const struct selector one = {.list = {*m}, .count = 1};
    struct err e = {0};
    bool yes = false;

    require(utf8_valid(m->label, strlen(m->label)) && utf8_valid(m->value, strlen(m->value)));
    require(selector_names(s, m->label));
    if (selector_allows(&yes, &one, m->label, m->value, &e))
        require(e.message[0] != '\0');
    else if (!m->pattern)
        require(yes == (m->op == MATCH_EQUAL));
}

static void check_expression(const char *text)
{
    struct expression x = {0};
    struct err e = {0};

    if (expression_read(&x, text, &e))
        require(e.message[0] != '\0');
    else
        for (int i = 0; i < x.selector.count; i++)
            check_matcher(&x.selector, &x.selector.list[i]);
    selector_release(&x.selector);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char source[METRIC_SOURCE_MAX + 1], again[METRIC_NAME_MAX + 1];
    char *text = malloc(size + 1);
    enum metric_kind kind;
    struct err e = {0};
    int64_t ms;

    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    if (utf8_valid(text, strlen(text)))
        check_expression(text);
    if (!instant_read(&ms, text, "time", &e))
        require(ms >= -62135596800000 && ms <= 253402300799000);
    if (!duration_read(&ms, text, "step", &e))
        require(ms > 0);
    if (metric_name_read(source, &kind, text))
        require(strcmp(metric_name(again, source, kind), text) == 0);
    free(text);
    return 0;
}
