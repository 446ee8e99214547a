/* contract.h - whether an exchange over HTTP is as config/openapi.json describes it.
 *
 * An answer must have a documented status, documented headers and a documented media type. When it
 * is JSON, its schema must describe it to the last member. A request that was accepted must be one
 * that the document allows: its query, its media type and its JSON body. What the document has no
 * operation for may only be refused. */
#ifndef TESTS_CONTRACT_CONTRACT_H
#define TESTS_CONTRACT_CONTRACT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { CONTRACT_FAULT_SIZE = 2048 };

/* Everything is borrowed. */
struct exchange {
    const char *method, *path; /* path with its query */
    const char *request_type;  /* Content-Type; NULL or "": none */
    const char *request_body;  /* NULL: none */
    size_t request_len;
    long status;
    const char *headers; /* of the answer, raw */
    const char *body;
    size_t len;
};

/* config/openapi.json of the source tree, read once and kept; NULL when it cannot be read. Any
 * thread may call it. */
const cJSON *contract_document(void);
/* True when x is as doc describes; else out names the operation, the place and what is wrong. */
bool contract_check(char out[CONTRACT_FAULT_SIZE], const cJSON *doc, const struct exchange *x);
/* The operation for a method ("get") and a path, with or without a query; NULL when there is none.
 * *pattern: the path as the document has it; *item: the path item that holds the operation. */
const cJSON *contract_operation(const char **pattern, const cJSON **item, const cJSON *doc,
                                const char *method, const char *path);
/* The value of a header in raw ones into out, "" when it is not there. */
const char *header_value(char *out, size_t cap, const char *headers, const char *name);

#endif
