/* fuzz_records.c - any bytes as JSON records. What is read is a table: each row has its cells, and
 * as records again it is the same table. */
#include "server/formats/csv.h"
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

struct written {
    const struct records *of;
    struct buf text;
    size_t rows;
    long line;
};

static enum status write_row(void *ctx, size_t row, long line, const struct record_cell *cells,
                             struct err *e)
{
    struct written *w = ctx;

    require(row == w->rows++ && line >= w->line);
    w->line = line;
    buf_puts(&w->text, "{");
    for (int i = 0; i < w->of->num_columns; i++) {
        require(strlen(cells[i].text) == cells[i].len);
        require(cells[i].kind != RECORD_NONE || cells[i].len == 0);
        buf_puts(&w->text, i ? "," : "");
        buf_put_json_string(&w->text, w->of->columns[i]);
        buf_puts(&w->text, ":");
        if (cells[i].kind == RECORD_TEXT)
            buf_put_json_string(&w->text, cells[i].text);
        else
            buf_puts(&w->text, cells[i].kind == RECORD_NONE ? "null" : cells[i].text);
    }
    buf_puts(&w->text, "}\n");
    return buf_status(&w->text, e);
}

static void write_again(const struct records *r, const struct buf *csv)
{
    struct written w = {.of = r};
    struct records again;
    struct err e = {0};
    struct buf second;

    buf_init(&w.text, 1 << 28);
    buf_init(&second, 1 << 28);
    require(!records_each(r, write_row, &w, &e) && w.rows == r->rows);
    require(!records_scan(&again, w.text.data, w.text.len, &limits, &e));
    require(again.rows == r->rows && again.num_columns == r->num_columns);
    require(!records_to_csv(&second, &again, &e));
    require(second.len == csv->len && memcmp(second.data, csv->data, csv->len) == 0);
    records_release(&again);
    buf_release(&w.text);
    buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct table_options o = {.default_id = "x", .frequency = "", .limits = limits};
    char *text = malloc(size + 1);
    struct records r;
    struct series_set set;
    struct err e = {0};
    struct buf csv;

    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    (void)records_likely(text, size, limits.max_json_depth);
    buf_init(&csv, 1 << 28);
    if (records_scan(&r, text, size, &limits, &e)) {
        require(r.num_columns == 0 && e.message[0]);
    } else {
        require(!records_to_csv(&csv, &r, &e));
        write_again(&r, &csv);
        if (!csv_read_series(&set, csv.data, csv.len, CSV_HEADER_YES, &o, &e))
            series_set_release(&set);
        records_release(&r);
    }
    buf_release(&csv);
    free(text);
    return 0;
}
