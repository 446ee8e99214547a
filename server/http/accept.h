/* accept.h - which media type a client prefers (Accept). Private to http/. Source: RFC 9110,
 * section 12.5.1. */
#ifndef SERVER_HTTP_ACCEPT_H
#define SERVER_HTTP_ACCEPT_H

#include <stdbool.h>

enum { ACCEPT_OFFERS_MAX = 8 };

/* How much the client wants each offer. Zero-initialise, feed every Accept header, then ask for the
 * best. */
struct accept {
    int ranges;                         /* media ranges that were read */
    int quality[ACCEPT_OFFERS_MAX];     /* 0..1000 */
    int specificity[ACCEPT_OFFERS_MAX]; /* of the matching range: 1 * / *, 2 type / *, 3 both */
    int place[ACCEPT_OFFERS_MAX];       /* of the matching range in the client's list, from 1 */
};

/* offered: NULL-terminated media types, of which at most ACCEPT_OFFERS_MAX are read. Ranges that do
 * not parse are ignored. */
void accept_feed(struct accept *a, const char *header, const char *const *offered);
/* The index of the best offer: by quality, then by how closely its range fits, then by the client's
 * order, then by ours. So "application/json, text/plain, * / *" prefers JSON to everything else. 0
 * when no range was read; -1 when the client wants none of the offers. */
int accept_best(const struct accept *a, const char *const *offered);

#endif
