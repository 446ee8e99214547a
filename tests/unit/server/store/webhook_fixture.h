/* webhook_fixture.h - webhooks in a store, and what their deliveries hold. */
#ifndef TESTS_UNIT_SERVER_STORE_WEBHOOK_FIXTURE_H
#define TESTS_UNIT_SERVER_STORE_WEBHOOK_FIXTURE_H

#include "server/store/delivery.h"
#include "tests/unit/server/store/fixture.h"

/* Makes a webhook for these events (bits) and this pattern (NULL: all names); its number. */
int64_t add_webhook(struct fixture *f, unsigned events, const char *names);
/* Deliveries of a webhook; their number, and how many of them are pending by its count. The test
 * fails if that count is wrong. */
int deliveries(struct fixture *f, int64_t webhook);
int pending(struct fixture *f, int64_t webhook);
/* The payload of the newest delivery; valid until the next call. */
const char *newest_payload(struct fixture *f, int64_t webhook);
/* Fails unless the payload has this part. */
void payload_has(struct fixture *f, int64_t webhook, const char *part);

/* Fails unless exactly what happened was told to the only webhook, which chose all types: whether a
 * job succeeded, so many changes of data set "x" (0: not known), the second of which appended, and
 * the versions that there are. */
void check_told(struct fixture *f, bool job_succeeded, int changes);

#endif
