/* tagger_nets.h - several nets, trained apart from different initial weights, as one.
 *
 * What they are unsure of they err in differently, so the mean of their scores is better than those of
 * each (Hansen & Salamon 1990); the gain is the larger the less there is to learn from. The joined net
 * has the members' units side by side and zeros between them, and its outputs are the means of theirs:
 * it is a net like any other, to file and to tag with. */
#ifndef CORE_TAGGING_TAGGER_NETS_H
#define CORE_TAGGING_TAGGER_NETS_H

#include <lstm/net.h>

/* The net of count members that each are as one says: its input and hidden sizes are count times those of
 * one, all else is the same. */
struct net_config members_config(const struct net_config *one, int count);
/* weights (count,P): parameter blocks of count nets that are as one says, P parameters each. *out is
 * new. ST_INVALID (sizes), ST_NOMEM. */
enum status members_join(struct net **out, const struct net_config *one, const float *weights,
                         int count, struct err *e);
/* The other way: *out is new, the net of member number `member` of a joined one. What members share, the
 * bias of the outputs, each gets. ST_NOMEM. */
enum status members_take(struct net **out, const struct net *all, const struct net_config *one,
                         int count, int member, struct err *e);

#endif
