/* test_onnx_about.c - metadata, and models that are too large for a file. */
#include "server/formats/onnx/onnx_about.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct onnx_about about = {"sales", 3, "1.2.3"};
static const char *const names[] = {"a", "b \"quoted\"", "c\nd"};

static const char *name_at(const void *ctx, int i)
{
    const char *const *list = ctx;

    return list[i];
}

START_TEST(metadata_tells_where_a_model_comes_from)
{
    struct onnx_file file;
    struct buf out;
    char value[64];

    buf_init(&out, ONNX_BYTES_MAX);
    onnx_about_begin(&file, &out, &about, "a model");
    onnx_end_graph(&file);
    onnx_about_metadata(&file, &about, "forecast", "", "nothing");
    onnx_metadata_list(&file, "list", 3, name_at, names);
    onnx_metadata_list(&file, "none", 0, name_at, names);
    (void)checked_graph(&out);
    file_metadata(value, sizeof(value), &out, "lstmd.model");
    ck_assert_str_eq(value, "sales");
    file_metadata(value, sizeof(value), &out, "lstmd.version");
    ck_assert_str_eq(value, "3");
    file_metadata(value, sizeof(value), &out, "lstmd.left_out");
    ck_assert_str_eq(value, "nothing");
    file_metadata(value, sizeof(value), &out, "lstmd.arithmetic");
    ck_assert_str_eq(value, "");
    file_metadata(value, sizeof(value), &out, "list");
    ck_assert_str_eq(value, "[\"a\",\"b \\\"quoted\\\"\",\"c\\nd\"]");
    file_metadata(value, sizeof(value), &out, "none");
    ck_assert_str_eq(value, "[]");
    buf_release(&out);
}
END_TEST

START_TEST(weights_beyond_the_format_are_refused)
{
    struct err e = {0};

    ck_assert_int_eq(onnx_check_size(100000000, &e), ST_OK);
    ck_assert_int_eq(onnx_check_size(600000000, &e), ST_TOO_LARGE);
    ck_assert(strstr(e.message, "2 GiB"));
    ck_assert_int_eq(onnx_check_size(INT64_MAX, &e), ST_TOO_LARGE);
}
END_TEST

START_TEST(a_list_that_is_too_long_is_an_error_of_the_file)
{
    struct onnx_file file;
    struct err e = {0};
    struct buf out;

    buf_init(&out, 100);
    onnx_about_begin(&file, &out, &about, "");
    onnx_end_graph(&file);
    for (int i = 0; i < 10; i++)
        onnx_metadata_list(&file, "list", 3, name_at, names);
    ck_assert_int_eq(onnx_status(&out, &e), ST_TOO_LARGE);
    ck_assert(strstr(e.message, "safetensors"));
    buf_release(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("onnx_about");
    TCase *t = tcase_create("onnx_about");

    tcase_add_test(t, metadata_tells_where_a_model_comes_from);
    tcase_add_test(t, weights_beyond_the_format_are_refused);
    tcase_add_test(t, a_list_that_is_too_long_is_an_error_of_the_file);
    suite_add_tcase(s, t);
    return suite_run(s);
}
