/* test_tags_screen.c - texts and their tags: the response of the service, the white space of the
 * original, layers, the keyboard, all scripts, files, and the confusion of tags. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <string.h>

/* A tagger that is trained in a moment, and errs. */
static void train(void)
{
    page_example("treebank", "treebank.conllu", "text/x-conllu");
    run_job(&page.r, &page.d,
            "{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"words\",\"params\":"
            "{\"epochs\":10,\"members\":1,\"test_size\":12,\"context\":false}}",
            "succeeded");
}

/* Types a text, given as the inside of a JavaScript template, and waits until all its words have
 * tags; the last word alone would not do, because the text before may end with it too. */
static void type(const char *text)
{
    char script[1024];

    page_until("document.querySelector('.tagged-text')");
    (void)snprintf(script, sizeof(script),
                   "const field = document.querySelector('#text'); field.value = `%s`;"
                   "field.dispatchEvent(new Event('input'));",
                   text);
    cJSON_Delete(browser_run(&page.b, script));
    (void)snprintf(script, sizeof(script),
                   "[...document.querySelectorAll('.tagged-text .token')]"
                   ".map(token => token.textContent).join('') === `%s`.replaceAll(/\\s/g, '')",
                   text);
    page_until(script);
}

START_TEST(tags_are_those_of_the_service)
{
    train();
    page_open("#/tags/words");
    type("The dog read it.");
    post(&page.r, &page.d, "/v1/models/words/tag", "{\"text\":\"The dog read it.\"}", 200);
    for (int i = 0; i < 5; i++) {
        char script[300], path[64];

        (void)snprintf(path, sizeof(path), "sentences.0.tags.%d", i);
        (void)snprintf(script, sizeof(script),
                       "document.querySelectorAll('.tagged-text small')[%d].textContent === '%s'",
                       i, text_at(page.r.json, path));
        ck_assert_msg(page_is(script), "word %d is not %s", i, text_at(page.r.json, path));
    }
    page_clean();
}
END_TEST

/* Words, breaks and blanks are where they were; tags and marks of sentence ends beside them. */
START_TEST(white_space_is_kept)
{
    static const char text[] = "The  dog didn't\\n\\n\\t eat (it).  I did";

    train();
    page_open("#/tags/words");
    type(text);
    ck_assert(page_is("[...document.querySelectorAll('.tagged-text > div')].map(line => {"
                      "  const bare = line.cloneNode(true);"
                      "  bare.querySelectorAll('small, .sentence-end').forEach(e => e.remove());"
                      "  return bare.textContent; }).join('\\n') === "
                      "document.querySelector('#text').value"));
}
END_TEST

START_TEST(the_language_s_own_tags_are_a_layer)
{
    train();
    page_open("#/tags/words?layer=both&text=The%20dog");
    type("The dog");
    page_until("document.querySelectorAll('.tagged-text .tag:first-child small').length === 2");
    page_open("#/tags/words?layer=xpos&text=The%20dog");
    type("The dog");
    post(&page.r, &page.d, "/v1/models/words/tag", "{\"text\":\"The dog\"}", 200);
    ck_assert(page_is("document.querySelectorAll('.tagged-text small').length === 2"));
    {
        cJSON *shown = page_value("document.querySelector('.tagged-text small').textContent");

        ck_assert_str_eq(shown->valuestring, text_at(page.r.json, "sentences.0.xpos.0"));
        cJSON_Delete(shown);
    }
}
END_TEST

START_TEST(arrow_keys_walk_through_words)
{
    static const char press[] =
        "document.querySelector('.tagged-text [tabindex=\"0\"]').focus();"
        "for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'End'])"
        "  document.activeElement.dispatchEvent("
        "    new KeyboardEvent('keydown', {key, bubbles: true}));"
        "return [document.activeElement.querySelector('.token').textContent,"
        "  document.querySelector('.word-panel b').textContent,"
        "  document.querySelectorAll('.word-panel .ranked-row').length];";
    cJSON *seen;

    train();
    page_open("#/tags/words");
    type("The dog ate");
    seen = browser_run(&page.b, press);
    ck_assert_str_eq(text_at(seen, "0"), "ate");
    ck_assert_str_eq(text_at(seen, "1"), "ate");
    ck_assert_int_eq((int)number_at(seen, "2"), 6); /* three of each column */
    cJSON_Delete(seen);
}
END_TEST

START_TEST(every_line_runs_its_own_way)
{
    train();
    page_open("#/tags/words");
    type("\\u05d4\\u05db\\u05dc\\u05d1 \\u05d0\\u05db\\u05dc\\nThe dog");
    ck_assert(page_is("[...document.querySelectorAll('.tagged-text > div')].map(e => "
                      "getComputedStyle(e).direction).join() === 'rtl,ltr'"));
}
END_TEST

START_TEST(a_text_is_text)
{
    train();
    page_open("#/tags/words");
    type("<img src=x onerror=window.hit=1> ok");
    ck_assert(!page_is("document.querySelector('main img') || window.hit"));
    page_clean();
}
END_TEST

START_TEST(files_have_what_the_service_answers)
{
    cJSON *file;

    train();
    page_open("#/tags/words?text=The%20dog");
    type("The dog");
    cJSON_Delete(browser_run(&page.b, "URL.createObjectURL = blob => { window.file = blob.text();"
                                      "  return 'data:,'; };"));
    page_click("button", "Download CoNLL-U");
    page_until("window.file");
    file = browser_run(&page.b, "return await window.file;");
    ck_assert_ptr_nonnull(strstr(file->valuestring, "\n2\tdog\t"));
    cJSON_Delete(file);
}
END_TEST

/* The cells of the map are the matrix of the service: their sum is the number of words. */
START_TEST(the_heat_map_has_every_word)
{
    cJSON *sum;

    train();
    page_open("#/tags/words");
    page_until("document.querySelector('.heat-map')");
    sum = page_value("[...document.querySelectorAll('.heat-map .heat')]"
                     ".reduce((n, e) => n + Number(e.textContent), 0)");
    get(&page.r, &page.d, "/v1/models/words/evaluation", 200);
    ck_assert_int_eq(sum->valueint, (int)number_at(page.r.json, "columns.upos.tokens"));
    cJSON_Delete(sum);
    page_clean();
}
END_TEST

START_TEST(without_a_tagger_the_next_step_is_told)
{
    page_open("#/tags");
    page_until("document.querySelector('main a[href=\"#/start/sentences\"]')");
    page_clean();
}
END_TEST

/* The verdict and the table are those of the data set that is chosen; the address keeps it. */
START_TEST(a_tagger_is_judged_by_other_data)
{
    static const char text[] =
        "# text = The dog read it.\n"
        "1\tThe\t_\tDET\tDT\t_\t_\t_\t_\t_\n2\tdog\t_\tVERB\tNN\t_\t_\t_\t_\t_\n"
        "3\tread\t_\tVERB\tVBD\t_\t_\t_\t_\t_\n4\tit\t_\tPRON\tPRP\t_\t_\t_\t_\t_\n"
        "5\t.\t_\tPUNCT\t.\t_\t_\t_\t_\t_\n\n";
    char verdict[200];

    train();
    put(&page.r, &page.d, "/v1/datasets/other", "text/x-conllu", text, 201);
    page_open("#/tags/words");
    page_until("document.querySelector('.verdict')");
    cJSON_Delete(browser_run(&page.b, "const m = [...document.querySelectorAll('select')]"
                                      ".find(s => [...s.options].some(o => o.value === 'other'));"
                                      "m.value = 'other'; m.dispatchEvent(new Event('change'));"));
    post(&page.r, &page.d, "/v1/models/words/evaluate", "{\"dataset\":\"other\"}", 200);
    (void)snprintf(verdict, sizeof(verdict),
                   "document.querySelector('.verdict')?.innerText ==="
                   " '%.3g %% of all words of other get the right tag.'",
                   100 * number_at(page.r.json, "metrics.accuracy"));
    page_until(verdict);
    ck_assert(page_is("location.hash.includes('judge=other')"));
    page_open("#/tags/words?judge=other");
    page_until(verdict);
    page_open("#/tags/words?judge=none");
    page_until("document.querySelector('.problem')");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_tagger_is_judged_by_other_data,
        tags_are_those_of_the_service,
        white_space_is_kept,
        the_language_s_own_tags_are_a_layer,
        arrow_keys_walk_through_words,
        every_line_runs_its_own_way,
        a_text_is_text,
        files_have_what_the_service_answers,
        the_heat_map_has_every_word,
        without_a_tagger_the_next_step_is_told,
    };

    return page_suite("tags screen", tests, sizeof(tests) / sizeof(tests[0]));
}
