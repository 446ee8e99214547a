/* test_model_choice.c - the tagger that a client means. */
#include "server/protocols/udpipe/model_choice.h"

#include "tests/unit/suite.h"

#include <string.h>

#define VIETNAMESE                                                                                 \
    "{\"name\":\"vietnamese\",\"task\":\"tag\",\"created_at\":\"2026-02-01T00:00:00Z\"}"

static const char *const pages[] = {
    "{\"items\":[{\"name\":\"english-ewt\",\"task\":\"tag\",\"created_at\":\"2026-01-01T00:00:"
    "00Z\"},"
    "{\"name\":\"english-gum\",\"task\":\"tag\",\"created_at\":\"2026-03-01T00:00:00Z\"},"
    "{\"name\":\"sales\",\"task\":\"forecast\",\"created_at\":\"2026-09-01T00:00:00Z\"}]}",
    "{\"items\":[" VIETNAMESE "]}", "{}"};

static void expect(const char *wanted, const char *found)
{
    struct model_choice c = {.wanted = wanted};

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        cJSON *page = cJSON_Parse(pages[i]);

        ck_assert_ptr_nonnull(page);
        model_choice_add(&c, page);
        cJSON_Delete(page);
    }
    ck_assert_str_eq(c.found, found);
    ck_assert_str_eq(c.newest, "english-gum");
    ck_assert_str_eq(c.list.data,
                     "{\"english-ewt\":[\"tokenizer\",\"tagger\"],\"english-gum\":[\"tokenizer\","
                     "\"tagger\"],\"vietnamese\":[\"tokenizer\",\"tagger\"]");
    model_choice_release(&c);
}

START_TEST(a_name_or_its_beginning_is_found)
{
    expect("english-gum", "english-gum");
    expect("english", "english-ewt");
    expect("vietnamese", "vietnamese");
    expect("engl", "");
    expect("sales", "");
    expect("", "");
    expect(NULL, "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("model_choice");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, a_name_or_its_beginning_is_found);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
