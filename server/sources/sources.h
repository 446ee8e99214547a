/* sources.h - threads that fetch data sets from their sources, when they are due.
 *
 * Schedule and results are in the database, so a restart changes nothing. A data set is fetched
 * once at a time, and FETCHES_AT_ONCE data sets are. The content goes through the same code as an
 * upload. After an error the next fetch is soon, then later and later; all times have some jitter,
 * so that many sources do not ask a server at the same moment. */
#ifndef SERVER_SOURCES_SOURCES_H
#define SERVER_SOURCES_SOURCES_H

#include "server/sources/sources_config.h"

enum { FETCHES_AT_ONCE = 2 };

struct sources;
/* Both are borrowed until sources_stop(). */
enum status sources_start(struct sources **out, struct store *s, const struct sources_config *c,
                          struct err *e);
/* Ends fetches under way; they are done again after the next start. NULL is fine. */
void sources_stop(struct sources *s);
/* Looks at the schedule now. NULL is fine. */
void sources_wake(struct sources *s);

struct sources_counts {
    uint64_t changed, unchanged, failed; /* fetches since the start */
};
void sources_count(struct sources_counts *out, struct sources *s);

#endif
