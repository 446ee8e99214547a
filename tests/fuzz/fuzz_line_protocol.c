/* fuzz_line_protocol.c - any bytes as lines of InfluxDB's line protocol.
 *
 * Beyond not crashing: names are UTF-8 and not empty, values are finite, faults name a line of the
 * text, and what becomes of the rows is JSON Lines with as many rows or fewer. */
#include "server/protocols/influx/feed.h"

#include <cjson/cJSON.h>
#include <lstm/utf8.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_name(const char *s)
{
    require(s[0] && utf8_valid(s, strlen(s)));
}

static void check_line(const struct line *l)
{
    check_name(l->measurement);
    for (int i = 0; i < l->num_tags; i++) {
        check_name(l->tags[i].key);
        check_name(l->tags[i].value);
    }
    require(l->num_fields > 0);
    for (int i = 0; i < l->num_fields; i++) {
        check_name(l->fields[i].key);
        require(l->fields[i].is_text || isfinite(l->fields[i].value));
    }
}

static void check_lines(const char *text, size_t size)
{
    static struct line l;
    struct lines in;
    bool more = true;
    long before = 0;

    lines_begin(&in, text, size);
    while (more) {
        struct err e = {0};
        enum status st = lines_next(&l, &more, &in, &e);

        require(st == ST_OK || (st == ST_INVALID && e.message[0]));
        if (!st && more)
            check_line(&l);
        require(!more || in.number > before);
        before = in.number;
    }
    lines_end(&in);
}

/* Each line of the text is a JSON object. Returns how many there are. */
static int count_objects(const struct buf *b)
{
    const char *s = b->data;
    int n = 0;

    while (s && *s) {
        size_t len = strcspn(s, "\n");
        cJSON *o = cJSON_ParseWithLength(s, len);

        require(cJSON_IsObject(o) && s[len] == '\n');
        cJSON_Delete(o);
        s += len + 1;
        n++;
    }
    return n;
}

static void check_rows(const struct feed *b)
{
    for (int from = 0, end; from < b->count; from = end) {
        struct buf out;
        int n;

        end = feed_end(b, from);
        buf_init(&out, 64 << 20);
        feed_put(&out, b, from, end, 60, 7, false, "value", "none");
        require(out.st == ST_OK);
        n = count_objects(&out);
        require(n > 0 && n <= end - from);
        buf_release(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct feed b;
    struct err e = {0};

    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    check_lines(text, size);
    feed_init(&b);
    if (!feed_read(&b, text, size, "Bucket", size % PRECISIONS, 1700000000, &e)) {
        feed_sort(&b);
        check_rows(&b);
        require(b.faults <= b.lines);
    }
    feed_release(&b);
    free(text);
    return 0;
}
