/* inference.h - an inference request as a request to the API, and its response. Private to
 * kserve/. */
#ifndef SERVER_PROTOCOLS_KSERVE_INFERENCE_H
#define SERVER_PROTOCOLS_KSERVE_INFERENCE_H

#include "server/protocols/kserve/tensor.h"

#include <stddef.h>

/* All zero before inference_read(). What is not owned is borrowed from the JSON. */
struct inference {
    const char *id;       /* NULL: none */
    bool tags;            /* the input are texts to tag; otherwise histories to forecast */
    int rows;             /* histories or texts */
    const cJSON *outputs; /* the wanted ones; NULL: all */
    char *body;           /* of the request to the API; owned */
    size_t body_len;
};

/* Reads {"id","parameters","inputs":[TENSOR],"outputs":[{"name"}]}. Other members and parameters
 * are ignored, as the protocol has extensions. ST_INVALID with the place; ST_NOMEM. */
enum status inference_read(struct inference *out, const cJSON *json, struct err *e);
void inference_release(struct inference *q);
/* The response of the protocol from that of the API. NULL when out of memory. */
cJSON *inference_answer(const struct inference *q, const cJSON *reply);
/* The inputs and outputs of a model, as the API describes it, are added to o; as json_put(). */
cJSON *inference_describe(cJSON *o, const cJSON *model);

#endif
