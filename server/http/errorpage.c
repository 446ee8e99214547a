/* errorpage.c - replaces libmicrohttpd's own error pages by problem documents.
 *
 * libmicrohttpd answers what it refuses with an HTML page, and neither version 0.9.75 nor 1.0
 * offers a way to replace it. After a wrong Content-Length, 0.9.75 even sends the page's header
 * twice. wire.c leaves little for it to refuse: a header whose parsed form exceeds its memory, and
 * the line that receive.c puts after complete requests. libmicrohttpd queues these pages by its
 * public MHD_queue_response(), through the dynamic linker, which finds a function of that name in
 * the program first. The one here writes a problem document to the socket and returns MHD_NO, after
 * which the connection is closed. Our own responses are passed to the real function directly, so
 * everything that arrives here is such a page. In a build of libmicrohttpd that does not call the
 * function this way, the pages stay HTML, and nothing else changes. */
#include "server/http/problem.h"
#include "server/http/receive.h"
#include "server/http/request.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static queue_response *real;

static void find_real(void)
{
    void *symbol = dlsym(RTLD_NEXT, "MHD_queue_response");

    memcpy(&real, &symbol, sizeof(real)); /* ISO C has no cast from object to function pointer */
}

queue_response *real_queue_response(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, find_real);
    return real;
}

static void explain(char *out, size_t cap, int kind, const struct http *h)
{
    const char *text = "the request cannot be processed";

    if (kind == ST_MALFORMED)
        text = "this is not a well-formed HTTP request: its request line, a header line, "
               "Content-Length or a chunk is wrong";
    else if (kind == ST_TOO_LARGE)
        text = "the Content-Length or a chunk size is larger than any body that is accepted";
    else if (kind == PROBLEM_VERSION)
        text = "this version of HTTP is not supported; use HTTP/1.1";
    if (kind == PROBLEM_HEADERS || kind == PROBLEM_TARGET)
        (void)snprintf(out, cap,
                       "the request line and the header are larger than %zu bytes "
                       "(max_header_bytes)",
                       h->config.limits.max_header_bytes);
    else
        (void)snprintf(out, cap, "%s", text);
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned int status_code,
                                   struct MHD_Response *response)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct conn *c = info ? info->socket_context : NULL;
    int kind = problem_of_code((int)status_code);
    char detail[256], id[REQUEST_ID_MAX + 1] = "";

    if (!c)
        return real_queue_response()(connection, status_code, response);
    if (wire_broken(&c->wire)) {
        receive_refuse(c);
        return MHD_NO;
    }
    if (request_refused_by_library(c, (int)status_code, id)) {
        explain(detail, sizeof(detail), kind, c->http);
        conn_answer_raw(c, kind, detail, id);
    }
    return MHD_NO;
}
