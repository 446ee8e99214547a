/* accept.h - which media type a client prefers (Accept). Private to http/. Source: RFC 9110,
 * section 12.5.1. */
#ifndef SERVER_HTTP_ACCEPT_H
#define SERVER_HTTP_ACCEPT_H

#include <stdbool.h>

enum { ACCEPT_OFFERS_MAX = 8 };

/* How much each offer is wanted. Zero-initialise; feed every Accept header; then ask. */
struct accept {
    int ranges;                         /* media ranges that were read */
    int quality[ACCEPT_OFFERS_MAX];     /* 0..1000 */
    int specificity[ACCEPT_OFFERS_MAX]; /* of the range that gave it: 1 * / *, 2 type / *, 3 both */
    int place[ACCEPT_OFFERS_MAX];       /* of that range among the client's, from 1 */
};

/* offered: NULL-terminated media types, at most ACCEPT_OFFERS_MAX are looked at. Ranges that do not
 * parse are passed over. */
void accept_feed(struct accept *a, const char *header, const char *const *offered);
/* The index of the best offer: by quality, then by how closely its range fits, then in the client's
 * order, then in ours. So "application/json, text/plain, * / *" prefers JSON to all else. 0 when no
 * range was read; -1 when none is wanted. */
int accept_best(const struct accept *a, const char *const *offered);

#endif
