/* udpipe.h - the REST service of UDPipe, as LINDAT serves it, so that its clients tag by models of
 * this server. Source: https://lindat.mff.cuni.cz/services/udpipe/api-reference.php, and the manual
 * of UDPipe for the formats.
 *
 * What differs: nothing is parsed or lemmatised here, so that those columns are "_". For a client
 * that asks for a parser, "warnings" of the response notes it. Errors are text, as there, with the
 * status of the API. */
#ifndef SERVER_PROTOCOLS_UDPIPE_UDPIPE_H
#define SERVER_PROTOCOLS_UDPIPE_UDPIPE_H

#include "server/http/http_types.h"

/* GET and POST /models, /process. */
http_handler udpipe_models, udpipe_process;

#endif
