/* work.c - see work.h. */
#include "server/http/work.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/http/charset.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <stddef.h>

enum {
    BULK_BYTES = 1 << 20, /* a body of so many is much work wherever it goes */
    INLINE_DECODE_BYTES = 1 << 16,
    MS = 1000
};

static struct request *request_of(struct pool_item *item)
{
    return (struct request *)((char *)item - offsetof(struct request, item));
}
