/* tries.h - counts wrong keys by the address that sent them, and decides how long to delay their
 * refusal. Private to http/.
 *
 * The first wrong key of an address is refused after 0.1 s, each further one after twice the time
 * of the one before, at most 5 s. After a quarter of an hour without a wrong key they are
 * forgotten. While a refusal is delayed its connection is suspended, and no thread waits. The
 * number of delayed refusals is limited, in all and by address. Beyond the limit the response is
 * 429 at once, and the connection is closed.
 *
 * A right key is never delayed, even from the same address. So guessing becomes slow and visible,
 * but a key that can be guessed does not become safe.
 *
 * An IPv6 network of 64 bits counts as one address, because a single client usually has all of
 * it. */
#ifndef SERVER_HTTP_TRIES_H
#define SERVER_HTTP_TRIES_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    TRIES_ADDRESSES = 4096, /* remembered; then the one that has been quiet longest is forgotten */
    TRIES_HELD_MAX = 8,     /* delayed refusals of one address */
    TRIES_FIRST_MS = 100,
    TRIES_MOST_MS = 5000,
    TRIES_FORGET_MS = 15 * 60 * 1000
};

struct tries;
struct tries_address; /* an address with a delayed refusal */

/* The decision about a wrong key. */
struct tries_hold {
    struct tries_address *address; /* NULL: no delay; otherwise pass it to tries_release() */
    int64_t ms;                    /* of the delay, or until the client should try again */
    unsigned count;                /* recent wrong keys of the address, including this one */
};

/* most: limit of delayed refusals in all, 1 to half of TRIES_ADDRESSES. ST_NOMEM. */
enum status tries_new(struct tries **out, unsigned most, struct err *e);
void tries_free(struct tries *t); /* NULL is fine */
/* Counts a wrong key from address, as text ("" is a socket of this machine). may_hold: the refusal
 * can be delayed. Any thread. */
struct tries_hold tries_count(struct tries *t, const char *address, bool may_hold, int64_t now_ms);
/* The refusal is not delayed any more. */
void tries_release(struct tries *t, struct tries_address *address);
/* Numbers of refusals that are delayed now, and of addresses that sent a wrong key recently. */
void tries_totals(struct tries *t, unsigned *held, unsigned *addresses, int64_t now_ms);

#endif
