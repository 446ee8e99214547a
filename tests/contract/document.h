/* document.h - writes config/openapi.json as a text, always with the same layout. */
#ifndef TESTS_CONTRACT_DOCUMENT_H
#define TESTS_CONTRACT_DOCUMENT_H

#include <cjson/cJSON.h>

/* Returns NULL if it cannot be read. The caller frees it. */
cJSON *document_read(const char *path);
/* Indents by two spaces; a value that fits into a line of 100 columns is written in one. Maps of
 * names (paths, schemas, properties, responses, ...) are sorted by name. Members of an object that
 * OpenAPI or JSON Schema defines have a fixed order. Examples are not changed. malloc'ed, or
 * NULL. */
char *document_text(const cJSON *doc);

#endif
