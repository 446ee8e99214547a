/* fuzz_json_table.c - any bytes as a document with a table in it: refused, or a JSON list of
 * objects. */
#include "server/formats/json.h"
#include "server/formats/json_table.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char place[JSON_TABLE_PLACE];
    struct err e = {0};
    struct buf out;
    cJSON *list = NULL;

    buf_init(&out, 1 << 24);
    if (json_table_records(&out, place, (const char *)data, size, 16, &e)) {
        if (!e.message[0])
            abort();
    } else if (json_read(&list, out.data, out.len, 16, &e) == ST_OK && !cJSON_IsArray(list)) {
        abort();
    } else if (!list && e.status != ST_MALFORMED) { /* two columns of one name */
        abort();
    }
    cJSON_Delete(list);
    buf_release(&out);
    return 0;
}
