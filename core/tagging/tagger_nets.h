/* tagger_nets.h - joins several nets, trained from different initial weights, into one.
 *
 * Nets that start differently make different mistakes where they are unsure. So the mean of their
 * scores is better than the scores of each (Hansen & Salamon 1990), most of all with little data.
 * The joined net has the units of all nets side by side with zeros between them, and its outputs
 * are the means of theirs. It is an ordinary net: files and predictions treat it like any other. */
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
/* The reverse: *out is net number `index` (0..count-1) of a joined one; new. All get the same
 * output bias, since the joined net holds only the mean. ST_NOMEM. */
enum status nets_take(struct net **out, const struct net *all, const struct net_config *one,
                      int count, int index, struct err *e);

#endif
