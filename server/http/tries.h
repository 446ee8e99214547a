/* tries.h - wrong keys, counted by the address that sent them, and how long their refusal is held
 * back. Private to http/.
 *
 * The first wrong key of an address is answered after 0.1 s, each further one after twice as long
 * as the one before, at most 5 s; a quarter of an hour without a wrong key forgets them. While a
 * refusal is held back its connection is suspended, and no thread waits. Held refusals are bounded,
 * in all and by address: beyond the bound the answer is 429 at once, and the connection is
 * closed.
 *
 * A right key is never held up, whoever shares its address. So this makes guessing slow and
 * visible, and does not make a key safe that can be guessed.
 *
 * Of IPv6 a network of 64 bits is one address: so many a single client has for itself. */
#ifndef SERVER_HTTP_TRIES_H
#define SERVER_HTTP_TRIES_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    TRIES_ADDRESSES = 4096, /* remembered; of more the longest quiet one is forgotten */
    TRIES_HELD_MAX = 8,     /* refusals of one address */
    TRIES_FIRST_MS = 100,
    TRIES_MOST_MS = 5000,
    TRIES_FORGET_MS = 15 * 60 * 1000
};

struct tries;
struct tries_address; /* one that has a refusal held back */

/* What became of a wrong key. */
struct tries_hold {
    struct tries_address *address; /* NULL: it is not held back; else tries_release() takes it */
    int64_t ms;                    /* to hold it back, or until another one is worth sending */
    unsigned count;                /* wrong keys of the address lately, this one too */
};

/* most: refusals that are held back in all, 1 to half of TRIES_ADDRESSES. ST_NOMEM. */
enum status tries_new(struct tries **out, unsigned most, struct err *e);
void tries_free(struct tries *t); /* NULL is fine */
/* Counts a wrong key from address, as text ("" is a socket of this machine). may_hold: the refusal
 * can wait. Any thread. */
struct tries_hold tries_count(struct tries *t, const char *address, bool may_hold, int64_t now_ms);
/* The refusal is not held back any more. */
void tries_release(struct tries *t, struct tries_address *address);
/* Refusals that are held back now, and addresses that sent a wrong key lately. */
void tries_totals(struct tries *t, unsigned *held, unsigned *addresses, int64_t now_ms);

#endif
