/* request_id.c - see request_id.h. The counter and the process number are global, because ids must
 * be unique in a process, not only in one server. */
#include "server/http/request_id.h"

#include "server/base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static unsigned process_number;
static atomic_uint counter;

static void choose_process_number(void)
{
    if (getrandom(&process_number, sizeof(process_number), GRND_NONBLOCK) !=
        (ssize_t)sizeof(process_number))
        process_number = (unsigned)getpid(); /* in early boot; differs between processes */
}

bool request_id_ok(const char *id)
{
    size_t n = strlen(id);

    return n >= 1 && n <= REQUEST_ID_MAX &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

static void put_hex(char *out, int digits, unsigned long long v)
{
    for (int i = digits - 1; i >= 0; i--, v >>= 4)
        out[i] = "0123456789abcdef"[v & 15];
}

void request_id_make(char out[REQUEST_ID_MAX + 1])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, choose_process_number);
    put_hex(out, 12, (unsigned long long)clock_coarse_ms()); /* with the counter it is unique */
    put_hex(out + 12, 8, atomic_fetch_add(&counter, 1));
    put_hex(out + 20, 8, process_number);
    out[28] = '\0';
}
