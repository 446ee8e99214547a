/* fuzz_multipart.c - any bytes as a form. Its parts lie within the body, in order and apart.
 *
 * Input: a line with the Content-Type, then the body. */
#include "server/http/form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_part(const struct multipart_part *p, const char *from, const char *end)
{
    char type[128];
    bool gzip;

    require(p->data >= from && p->data + p->len <= end && p->name[0]);
    require(strlen(p->file_name) < sizeof(p->file_name) && (p->is_file || !p->file_name[0]));
    form_file_type(type, sizeof(type), &gzip, p);
    require(strlen(type) < sizeof(type));
}

static void read_body(const char *type, const char *body, size_t n)
{
    struct multipart m;
    struct multipart_part p;
    struct err e = {0};
    const char *from = body;
    bool more = true;
    int parts = 0;

    if (multipart_begin(&m, type, body, n, &e))
        return;
    while (more && !multipart_next(&p, &m, &more, &e))
        if (more) {
            require(p.number == ++parts && parts <= MULTIPART_PARTS_MAX);
            check_part(&p, from, body + n);
            from = p.data + p.len;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nl = memchr(data, '\n', size);
    size_t type_len = nl ? (size_t)(nl - data) : size, n = nl ? size - type_len - 1 : 0;
    char *type = malloc(type_len + 1), *body = malloc(n ? n : 1);

    require(type && body);
    memcpy(type, data, type_len);
    type[type_len] = '\0';
    memcpy(body, nl ? nl + 1 : data, n); /* of its own size, for the sanitizer */
    read_body(type, body, n);
    free(type);
    free(body);
    return 0;
}
