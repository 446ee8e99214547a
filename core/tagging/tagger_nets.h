/* tagger_nets.h - joins several nets, trained from different initial weights, into one.
 *
 * Nets that start differently make different mistakes where they are unsure, so that the mean of
 * their scores is better than the scores of each (Hansen & Salamon 1990); the gain is larger with
 * less data. The joined net has the units of all nets side by side, zeros between them, and outputs
 * that are the means of theirs. It is a net like any other: files and predictions need nothing
 * more. */
#ifndef CORE_TAGGING_TAGGER_NETS_H
#define CORE_TAGGING_TAGGER_NETS_H

#include <lstm/net.h>

/* The configuration of `count` nets of configuration `one`, joined: input and hidden sizes are
 * count times those of one; all else is the same. */
struct net_config nets_config(const struct net_config *one, int count);
/* Joins count nets. weights (count, P): their parameter blocks of P floats each. *out is new.
 * ST_INVALID when a size is out of range, ST_NOMEM. */
enum status nets_join(struct net **out, const struct net_config *one, const float *weights,
                      int count, struct err *e);
/* The reverse: *out is new, net number `index` (0..count-1) of a joined one. The bias of the
 * outputs, of which the joined net has only the mean, is the same in each. ST_NOMEM. */
enum status nets_take(struct net **out, const struct net *all, const struct net_config *one,
                      int count, int index, struct err *e);

#endif
