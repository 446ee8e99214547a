/* schema.h - checks JSON against JSON Schema 2020-12, as far as config/openapi.json uses it.
 *
 * A keyword that is not known is a fault, so that no schema holds more than what is checked. Known
 * are $ref (within the document), type, const, enum, pattern, format (date-time), minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems, items, required,
 * properties, additionalProperties, oneOf, anyOf and allOf; annotations are let pass. */
#ifndef TESTS_CONTRACT_SCHEMA_H
#define TESTS_CONTRACT_SCHEMA_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct schema_fault {
    char place[256]; /* JSON pointer into the value, "" for all of it */
    char text[768];  /* what is wrong there */
    int weight;      /* how far the check went: larger is nearer to a value that fits */
};

/* True when value is as schema describes; else *f is filled in. root: the document that "$ref"s
 * are resolved in. */
bool schema_check(struct schema_fault *f, const cJSON *root, const cJSON *schema,
                  const cJSON *value);
/* What a reference such as "#/components/schemas/Job" leads to; NULL when it leads nowhere. */
const cJSON *schema_at(const cJSON *root, const char *reference);
/* node, or what its "$ref" leads to. */
const cJSON *schema_resolve(const cJSON *root, const cJSON *node);
/* The first keyword in schema, or below it, that is not known, or a "$ref" that leads nowhere; NULL
 * when there is none. Borrowed from schema. */
const char *schema_unknown(const cJSON *root, const cJSON *schema);

#endif
