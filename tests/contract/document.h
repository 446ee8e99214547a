/* document.h - config/openapi.json as a text that is always laid out in the same way. */
#ifndef TESTS_CONTRACT_DOCUMENT_H
#define TESTS_CONTRACT_DOCUMENT_H

#include <cjson/cJSON.h>

/* NULL when it cannot be read. The caller frees it. */
cJSON *document_read(const char *path);
/* Two spaces a level; what fits into a line of 100 columns stands in one. Maps of names (paths,
 * schemas, properties, responses, ...) are sorted by name. The members of an object that OpenAPI or
 * JSON Schema defines have a fixed order. Examples stay as they are. malloc'ed, or NULL. */
char *document_text(const cJSON *doc);

#endif
