/* post.h - sends the POST of an attempt by the daemon's own client, whose rules say which addresses
 * it may reach. */
#ifndef SERVER_WEBHOOKS_POST_H
#define SERVER_WEBHOOKS_POST_H

#include "server/webhooks/attempt.h"

struct outbound_rules; /* server/client/outbound.h */

/* Whether messages may go to the URL, as far as this is known without asking a name server. rules
 * NULL: only what is allowed without configuration. ST_INVALID: the sentence is for its owner. */
enum status post_check_url(const char *url, const struct outbound_rules *rules, struct err *e);
/* A webhook_send_fn; ctx: the struct outbound_rules. */
webhook_send_fn post_send;

#endif
