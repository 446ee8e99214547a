/* selector.h - the expressions of PromQL that are answered here: a selector of series, or a sum of
 * numbers, which clients send to see whether the server is there. Private to prometheus/.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/basics/ for selectors and string
 * literals. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_SELECTOR_H
#define SERVER_PROTOCOLS_PROMETHEUS_SELECTOR_H

#include "server/protocols/prometheus/pattern.h"

enum { SELECTOR_MATCHERS_MAX = 32, EXPRESSION_BYTES_MAX = 16384 };

enum match_operator { MATCH_EQUAL, MATCH_NOT_EQUAL, MATCH_PATTERN, MATCH_NOT_PATTERN };

struct matcher {
    const char *label, *value; /* UTF-8, in the block of the selector */
    enum match_operator op;
    struct pattern *pattern; /* owned; of the last two operators */
};

/* All zero before selector_read(). The name of the metric is a matcher of the label __name__. */
struct selector {
    struct matcher list[SELECTOR_MATCHERS_MAX];
    int count;
    char *block; /* owned */
};

struct expression {
    bool is_number;
    double number; /* may be NaN or infinite */
    struct selector selector;
};

/* Reads a whole text, which must be UTF-8. ST_INVALID tells what is answered here, and where the
 * text differs. ST_NOMEM. The releases are due in any case. */
enum status expression_read(struct expression *out, const char *text, struct err *e);
/* The same, for a selector only. */
enum status selector_read(struct selector *out, const char *text, struct err *e);
void selector_release(struct selector *s);

/* Whether a label with this value, "" for one that is absent, passes every matcher of the label.
 * Errors of pattern_match(). */
enum status selector_allows(bool *allowed, const struct selector *s, const char *label,
                            const char *value, struct err *e);
/* The only value that the selector allows for the label, or NULL. */
const char *selector_value(const struct selector *s, const char *label);
/* Whether a matcher names the label. */
bool selector_names(const struct selector *s, const char *label);

#endif
