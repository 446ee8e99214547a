/* dataset_render.h - data sets as JSON. */
#ifndef SERVER_API_DATASET_RENDER_H
#define SERVER_API_DATASET_RENDER_H

#include "server/api/api.h"
#include "server/store/store.h"

#include <cjson/cJSON.h>

/* The series that are listed. */
struct dataset_page {
    int64_t offset;
    int shown;
};

/* Reads series_offset and series_limit of the query. */
struct dataset_page dataset_page_of(const struct http_req *rq);
/* Renders a stored data set. */
enum status dataset_render(cJSON **out, struct store *store, const struct dataset *d,
                           const struct dataset_page *page, struct err *e);
/* Sets the ETag: the digest of the content. The response to GET of a data set with a source is
 * never 304, because the state of the source is not in the digest. */
void dataset_send_etag(struct http_res *rs, struct store *store, const struct dataset *d);
/* Renders data that were read but not stored: series, or tagged when series is NULL. */
enum status dataset_render_unstored(cJSON **out, const char *name, const struct series_set *series,
                                    const struct tagged_set *tagged,
                                    const struct dataset_page *page, struct err *e);
/* The same for a text. */
enum status dataset_render_unstored_text(cJSON **out, const char *name, const char *text,
                                         size_t len, struct err *e);
/* Returns NULL when out of memory. */
cJSON *dataset_render_notes(const struct series_set *s);
cJSON *dataset_render_counts(const struct row_counts *c);

#endif
