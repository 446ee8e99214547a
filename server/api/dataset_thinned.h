/* dataset_thinned.h - a stored series with no more rows than a chart needs. Private to api/. */
#ifndef SERVER_API_DATASET_THINNED_H
#define SERVER_API_DATASET_THINNED_H

#include "server/http/http.h"
#include "server/store/store.h"

/* At most `most` rows (2 or more) of s, which store_reader_next() has returned: s->values and
 * s->length become those of the rows that are kept (thinning.h), *numbers (s->length) are their
 * places in the series. Both are the caller's to free, after an error too. No more than those and
 * 64 KiB are held. ST_NOMEM; the store's; that of http_go_on(). */
enum status dataset_thinned_read(int64_t **numbers, struct series *s, struct store_reader *r,
                                 int columns, int most, const struct http_req *rq, struct err *e);

#endif
