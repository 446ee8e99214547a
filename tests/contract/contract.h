/* contract.h - checks that an exchange over HTTP is as config/openapi.json describes it.
 *
 * A response must have a documented status, documented headers and a documented media type. If it
 * is JSON, its schema must describe every member. A request that was accepted must be one that the
 * document allows: its query, its media type and its JSON body. A request without an operation in
 * the document must be refused. */
#ifndef TESTS_CONTRACT_CONTRACT_H
#define TESTS_CONTRACT_CONTRACT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { CONTRACT_FAULT_SIZE = 2048 };

/* All members are borrowed. */
struct exchange {
    const char *method, *path; /* path with its query */
    const char *request_type;  /* Content-Type; NULL or "": none */
    const char *request_body;  /* NULL: none */
    size_t request_len;
    long status;
    const char *headers; /* of the response, raw */
    const char *body;
    size_t len;
};

/* Returns config/openapi.json of the source tree, which is read once and kept; NULL if it cannot be
 * read. Any thread may call it. */
const cJSON *contract_document(void);
/* Returns true if x is as doc describes; otherwise out names the operation, the place and the
 * fault. */
bool contract_check(char out[CONTRACT_FAULT_SIZE], const cJSON *doc, const struct exchange *x);
/* Finds the operation for a method ("get") and a path, with or without a query; NULL if there is
 * none. *pattern: the path in the form of the document; *item: the path item that holds the
 * operation. */
const cJSON *contract_operation(const char **pattern, const cJSON **item, const cJSON *doc,
                                const char *method, const char *path);
/* Finds the value of a header in raw ones and writes it to out; "" if there is none. */
const char *header_value(char *out, size_t cap, const char *headers, const char *name);

#endif
