/* test_process_result.c - tagged CoNLL-U as /process writes it. */
#include "server/protocols/udpipe/process_result.h"

#include "server/base/version.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define HEAD "# generator = lstmd " LSTMD_VERSION "\n# udpipe_model = m\n"

static const char tagged[] = "# sent_id = 1\n"
                             "1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                             "1\tdo\t_\tAUX\tVB\t_\t_\t_\t_\t_\n"
                             "2\tn't\t_\tPART\tRB\t_\t_\t_\t_\t_\n"
                             "3\tNew York\t_\tPROPN\tNNP\t_\t_\t_\t_\tSpaceAfter=No\n"
                             "\n"
                             "1\tgo\t_\tVERB\tVB\t_\t_\t_\t_\t_\n"
                             "\n";

static void expect(const struct process_request *q, const char *result, bool warned)
{
    struct buf b;
    cJSON *json;

    buf_init(&b, 1 << 16);
    process_result_put(&b, q, "m", tagged, strlen(tagged));
    ck_assert_int_eq(buf_status(&b, NULL), ST_OK);
    json = cJSON_Parse(b.data);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(cJSON_GetObjectItem(json, "model")->valuestring, "m");
    ck_assert(cJSON_IsArray(cJSON_GetObjectItem(json, "acknowledgements")));
    ck_assert_str_eq(cJSON_GetObjectItem(json, "result")->valuestring, result);
    ck_assert((cJSON_GetObjectItem(json, "warnings") != NULL) == warned);
    cJSON_Delete(json);
    buf_release(&b);
}

START_TEST(tagged_conllu_is_whole)
{
    char want[2048];

    snprintf(want, sizeof(want), HEAD "%s", tagged);
    expect(&(struct process_request){.tag = true}, want, false);
    expect(&(struct process_request){.tag = true, .parse = true, .conllu = true}, want, true);
}
END_TEST

START_TEST(without_a_tagger_there_are_no_new_tags)
{
    expect(&(struct process_request){.parse = true},
           HEAD "# sent_id = 1\n"
                "1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                "1\tdo\t_\t_\t_\t_\t_\t_\t_\t_\n"
                "2\tn't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                "3\tNew York\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
                "\n"
                "1\tgo\t_\t_\t_\t_\t_\t_\t_\t_\n"
                "\n",
           true);
    expect(&(struct process_request){.conllu = true, .data = "1\ta\n"}, HEAD "1\ta\n", false);
}
END_TEST

START_TEST(words_stand_in_columns_or_lines)
{
    expect(&(struct process_request){.tag = true, .output = OUTPUT_VERTICAL},
           "do\nn't\nNew York\n\ngo\n\n", false);
    expect(&(struct process_request){.tag = true, .output = OUTPUT_HORIZONTAL},
           "do n't New\xC2\xA0York\ngo\n", false);
}
END_TEST

/* The API has checked the columns; other lines are no words all the same. */
START_TEST(a_line_of_fewer_or_more_columns_is_no_word)
{
    static const char text[] = "1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n2\n\n3\tb\t_\t_\t_\t_\t_\t_\t_\t_\t_"
                               "\t_\t_\n";
    struct process_request q = {.output = OUTPUT_HORIZONTAL};
    struct buf b;

    buf_init(&b, 4096);
    process_result_put(&b, &q, "m", text, strlen(text));
    ck_assert_ptr_nonnull(strstr(b.data, "\"result\":\"a\\n\""));
    q.output = OUTPUT_CONLLU;
    process_result_put(&b, &q, "m", text, strlen(text));
    ck_assert_ptr_nonnull(strstr(b.data, "\\n2\\n\\n3\\tb\\t_"));
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("process_result");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, tagged_conllu_is_whole);
    tcase_add_test(tc, without_a_tagger_there_are_no_new_tags);
    tcase_add_test(tc, words_stand_in_columns_or_lines);
    tcase_add_test(tc, a_line_of_fewer_or_more_columns_is_no_word);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
