/* orders.h - writes the members of a JSON object in every order. */
#ifndef TESTS_UNIT_SERVER_FORMATS_ORDERS_H
#define TESTS_UNIT_SERVER_FORMATS_ORDERS_H

#include <lstm/buf.h>

/* Calls check with {members}, n of them (at most 8), in every order, between head and tail. */
void in_every_order(const char *head, const char *const *members, int n, const char *tail,
                    void (*check)(const struct buf *text));

#endif
