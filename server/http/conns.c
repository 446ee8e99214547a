/* conns.c - see conns.h. */
#include "server/http/conns.h"

#include "server/base/clock.h"
