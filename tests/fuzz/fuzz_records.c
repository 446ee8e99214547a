/* fuzz_records.c - any bytes as JSON records. A text that is read is a table: each row has its
 * place, and written as records it is the same table. */
#include "server/formats/records.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct data_limits limits = {
    .max_series = 50, .max_series_length = 2000, .max_json_depth = 16};

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* All rows, each as a record again; each is found again from its place. */
static void write_again(struct buf *out, struct records *r)
{
    size_t before = 0, rows = 0;
    long line = 0;

    buf_init(out, 1 << 28);
    r->t.seek(&r->t, SIZE_MAX);
    for (; r->t.next(&r->t); rows++) {
        size_t row = r->t.row;

        require(rows == 0 || row > before);
        before = row;
        if (rows < 20) {
            require(r->t.number(&r->t, row) == (long)rows + 1 && r->t.line(&r->t, row) >= line);
            line = r->t.line(&r->t, row);
        }
        r->t.seek(&r->t, row);
        require(r->t.next(&r->t) && r->t.row == row);
        buf_puts(out, "{");
        for (size_t i = 0; i < r->t.columns; i++) {
            char *text = strndup(r->t.cells[i].at, r->t.cells[i].len);

            require(text && strlen(text) == r->t.cells[i].len);
            buf_puts(out, i ? "," : "");
            buf_put_json_string(out, r->t.names[i]);
            buf_puts(out, ":");
            buf_put_json_string(out, text);
            free(text);
        }
        buf_puts(out, "}\n");
    }
    require(!r->t.st && !out->st && rows == r->rows);
}

/* Written as records again the table is the same. */
static void check_table(struct records *r)
{
    struct records again;
    struct buf first, second;
    struct err e = {0};

    write_again(&first, r);
    require(!records_open(&again, first.data, first.len, &limits, &e));
    require(again.rows == r->rows && again.t.columns == r->t.columns);
    write_again(&second, &again);
    require(second.len == first.len && memcmp(second.data, first.data, first.len) == 0);
    records_release(&again);
    buf_release(&first);
    buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct table_options o = {.default_id = "x", .frequency = "", .limits = limits};
    char *text = malloc(size + 1);
    struct records r;
    struct series_set set;
    struct err e = {0};

    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    (void)records_likely(text, size, limits.max_json_depth);
    if (records_open(&r, text, size, &limits, &e))
        require(e.message[0] != '\0');
    else
        check_table(&r);
    records_release(&r);
    if (!records_read_series(&set, text, size, &o, &e))
        series_set_release(&set);
    free(text);
    return 0;
}
