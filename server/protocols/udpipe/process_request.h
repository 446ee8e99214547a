/* process_request.h - the parameters of /process, and its data as a request to tag. Private to
 * udpipe/. */
#ifndef SERVER_PROTOCOLS_UDPIPE_PROCESS_REQUEST_H
#define SERVER_PROTOCOLS_UDPIPE_PROCESS_REQUEST_H

#include "server/http/form_fields.h"

#include <lstm/buf.h>

enum process_output { OUTPUT_CONLLU, OUTPUT_HORIZONTAL, OUTPUT_VERTICAL };

/* All zero before process_request_read(). */
struct process_request {
    struct form_fields fields;
    const char *model; /* NULL: the default */
    const char *data;
    bool tag, parse;
    bool conllu; /* the data are CoNLL-U; body is data then */
    enum process_output output;
    /* The body that the API tags, of the type. */
    const char *body, *type;
    size_t body_len;
    struct buf text; /* holds body, unless that is data */
};

/* ST_INVALID with the place "?name" for what cannot be done; errors of form_fields_read(). */
enum status process_request_read(struct process_request *q, const struct http_req *rq,
                                 struct err *e);
void process_request_release(struct process_request *q);

#endif
