/* dataset_thinned.h - reads a stored series with only as many rows as a chart needs. Private to
 * api/. */
#ifndef SERVER_API_DATASET_THINNED_H
#define SERVER_API_DATASET_THINNED_H

#include "server/http/http.h"
#include "server/store/store.h"

/* Reads at most `most` rows (2 or more) of s, which store_reader_next() has returned. s->values and
 * s->length become those of the selected rows (thinning.h), and *numbers (s->length) their indices
 * in the series. The caller frees both, also after an error. Holds only these and 64 KiB. ST_NOMEM;
 * errors of the store and of http_go_on(). */
enum status dataset_thinned_read(int64_t **numbers, struct series *s, struct store_reader *r,
                                 int columns, int most, const struct http_req *rq, struct err *e);

#endif
