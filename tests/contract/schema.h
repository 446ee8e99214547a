/* schema.h - checks JSON against JSON Schema 2020-12, as far as config/openapi.json uses it.
 *
 * An unknown keyword is a fault, so no schema demands more than is checked. Known are $ref (within
 * the document), type, const, enum, pattern, format (date-time), minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems, items, required,
 * properties, additionalProperties, oneOf, anyOf and allOf. Annotations are ignored. */
#ifndef TESTS_CONTRACT_SCHEMA_H
#define TESTS_CONTRACT_SCHEMA_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct schema_fault {
    char place[256]; /* JSON pointer into the value, "" for all of it */
    char text[768];  /* the fault at that place */
    int weight;      /* how far the check went; a larger weight is closer to a value that fits */
};

/* Returns true if value is as schema describes; otherwise fills in *f. root: the document in which
 * "$ref"s are resolved. */
bool schema_check(struct schema_fault *f, const cJSON *root, const cJSON *schema,
                  const cJSON *value);
/* The schema that a reference such as "#/components/schemas/Job" names, or NULL. */
const cJSON *schema_at(const cJSON *root, const char *reference);
/* Returns node, or the schema that its "$ref" names. */
const cJSON *schema_resolve(const cJSON *root, const cJSON *node);
/* Finds the first unknown keyword in schema or below it, or a "$ref" that names nothing; NULL if
 * there is none. Borrowed from schema. */
const char *schema_unknown(const cJSON *root, const cJSON *schema);

#endif
