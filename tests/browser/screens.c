/* screens.c - see screens.h. */
#include "tests/browser/screens.h"

#include "tests/browser/page.h"

#include <stdio.h>

static char job_screen[64]; /* address of the last job of screens_fill() */

const struct screen screens[NUM_SCREENS] = {
    {"home", "#/"},
    {"data", "#/data"},
    {"data-flights", "#/data/flights"},
    {"new", "#/data?new=1"},
    {"models", "#/models"},
    {"model-flights", "#/models/flights?horizon=24"},
    {"start", "#/start/flights"},
    {"tags", "#/tags"},
    {"tags-words", "#/tags/words"},
    {"jobs", "#/jobs"},
    {"job", job_screen},
    {"train", "#/train?dataset=flights"},
    {"api", "#/api/getForecast?q=forecast"},
    {"system", "#/system"},
    {"nothing", "#/nothing"},
};

const struct look looks[NUM_LOOKS] = {{"light", 1280, 900, false},
                                      {"dark", 1280, 900, true},
                                      {"narrow", 320, 640, false},
                                      {"narrow-dark", 320, 640, true}};

void screens_fill(void)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    run_job(&page.r, &page.d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\"}", "succeeded");
    (void)snprintf(job_screen, sizeof(job_screen), "#/jobs/%s", text_at(page.r.json, "id"));
    page_example("sentences", "treebank.conllu", "text/x-conllu");
    run_job(&page.r, &page.d,
            "{\"task\":\"tag\",\"dataset\":\"sentences\",\"model\":\"words\",\"params\":"
            "{\"epochs\":20,\"members\":1,\"test_size\":12}}",
            "succeeded");
}

void screens_ice(int versions)
{
    char csv[4096];
    size_t n = (size_t)snprintf(csv, sizeof(csv), "month,sold,temperature\n");

    for (int i = 0; i < 72; i++) {
        int t = 10 + (i * 7) % 23;

        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%d-%02d,%d,%d\n", 2015 + i / 12,
                              i % 12 + 1, 100 + 9 * t + i % 3, t);
    }
    put(&page.r, &page.d, "/v1/datasets/ice?covariates=temperature", "text/csv", csv, 201);
    for (int k = 0; k < versions; k++)
        run_job(&page.r, &page.d,
                "{\"task\":\"forecast\",\"dataset\":\"ice\",\"model\":\"ice\","
                "\"future_covariates\":[\"temperature\"]}",
                "succeeded");
}

void screen_look(const struct look *look)
{
    browser_screen(&page.b, look->width, look->height, look->dark);
}

void screen_settle(const char *hash)
{
    page_open(hash);
    page_until("document.querySelector('main h1') && !document.querySelector('.loading') &&"
               " (!document.querySelector('.picture, #result, .panel-plot') ||"
               " document.querySelector('.plot canvas'))");
    cJSON_Delete(browser_run(&page.b, "await new Promise(go => setTimeout(go, 300));"));
}
