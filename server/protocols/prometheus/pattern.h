/* pattern.h - regular expressions of selectors, by PCRE2. Private to prometheus/.
 *
 * Prometheus has those of RE2; PCRE2 reads the same, and some more. A pattern matches the whole
 * text. RE2 needs no limits. Here each match may take MATCH_STEPS_MAX steps and a little memory, so
 * that a pattern which doubles its work with each character is refused and holds nobody up. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_PATTERN_H
#define SERVER_PROTOCOLS_PROMETHEUS_PATTERN_H

#include <lstm/status.h>
#include <stdbool.h>

enum { PATTERN_BYTES_MAX = 4096 };

struct pattern;

/* *out is new: pattern_free(). ST_INVALID: it is no pattern, or too long. ST_NOMEM. */
enum status pattern_compile(struct pattern **out, const char *text, struct err *e);
/* Both texts are UTF-8. ST_INVALID: the match takes too many steps. ST_NOMEM. */
enum status pattern_match(bool *matches, const struct pattern *p, const char *text, struct err *e);
void pattern_free(struct pattern *p);

#endif
