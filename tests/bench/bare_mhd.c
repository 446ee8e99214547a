/* bare_mhd.c - the simplest server with libmicrohttpd, with which bench_http compares lstmd.
 *
 * usage: bare_mhd PORT FILE TYPE [poll]
 *
 * Responds to every request with the bytes of FILE as TYPE, from one response object that is made
 * once and kept. What a client sends is read and discarded. It has one thread, and the event loop
 * that libmicrohttpd chooses, or poll(2). Serves until it is killed. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **request)
{
    static int seen;

    (void)url;
    (void)method;
    (void)version;
    (void)data;
    if (!*request) {
        *request = &seen;
        return MHD_YES;
    }
    if (*size) {
        *size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, ctx);
}

static char *read_all(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *data = NULL;
    long n = -1;

    if (f && fseek(f, 0, SEEK_END) == 0)
        n = ftell(f);
    if (n >= 0)
        data = malloc((size_t)n + 1);
    if (data) {
        rewind(f);
        *len = fread(data, 1, (size_t)n, f);
    }
    if (f)
        fclose(f);
    return data;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD;
    struct MHD_Response *response;
    struct MHD_Daemon *d;
    size_t len = 0;
    char *body;

    if (argc < 4) {
        fprintf(stderr, "usage: bare_mhd PORT FILE TYPE [poll]\n");
        return 2;
    }
    if (argc > 4 && strcmp(argv[4], "poll") == 0)
        flags = MHD_USE_POLL_INTERNAL_THREAD;
    address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    body = read_all(argv[2], &len);
    response = body ? MHD_create_response_from_buffer(len, body, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response || MHD_add_response_header(response, "Content-Type", argv[3]) != MHD_YES) {
        fprintf(stderr, "bare_mhd: cannot read %s\n", argv[2]);
        return 1;
    }
    d = MHD_start_daemon(flags, 0, NULL, NULL, answer, response, MHD_OPTION_SOCK_ADDR, &address,
                         MHD_OPTION_END);
    if (!d) {
        fprintf(stderr, "bare_mhd: cannot listen on port %s\n", argv[1]);
        return 1;
    }
    for (;;)
        pause();
}
