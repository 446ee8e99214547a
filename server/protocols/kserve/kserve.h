/* kserve.h - the Open Inference Protocol, version 2, of KServe and other inference servers.
 * Forecasters take a history as numbers and return means and bounds; taggers take texts and return
 * tokens and tags. Source: the protocol's specification (inference_rest.md), without its binary
 * tensors. Errors are {"error":TEXT} with the status of the API. */
#ifndef SERVER_PROTOCOLS_KSERVE_KSERVE_H
#define SERVER_PROTOCOLS_KSERVE_KSERVE_H

#include "server/http/http_types.h"

/* Below /v2: the server; below /v2/models/{name} or .../versions/{n}: a model. */
http_handler kserve_server, kserve_live, kserve_ready;
http_handler kserve_model, kserve_model_ready, kserve_infer;

#endif
