/* stream.c - see stream.h. libmicrohttpd calls read_stream() when the socket takes bytes; when
 * there are none it suspends the connection from inside the call, which holds no thread. */
#include "server/http/stream.h"

#include "server/base/clock.h"
