/* test_accessibility.c - axe-core finds nothing on any screen, in any look. tests/browser/axe.sh
 * installs it and AXE names its file; without it the tests report that they were skipped. */
#include "tests/browser/page.h"
#include "tests/browser/screens.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Folded parts are examined as well. Findings that axe-core calls minor or a best practice count,
 * too. */
static const char look_around[] =
    "for (const d of document.querySelectorAll('details')) d.open = true;"
    "await new Promise(go => setTimeout(go, 100));"
    "await Promise.all(document.getAnimations().map(a => a.finished));"
    "const found = await axe.run(document, {resultTypes: ['violations']});"
    "return found.violations.map(v => `${v.id}: ${v.help}: ` +"
    "    v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 160)} (${n.any[0]?.message ?? ''})`)"
    "      .join(' | '));";

/* Examines the page as it is now, in every look. */
static void check(const char *what)
{
    browser_run_file(&page.b, getenv("AXE"));
    for (int k = 0; k < NUM_LOOKS; k++) {
        cJSON *found;

        screen_look(&looks[k]);
        found = browser_run(&page.b, look_around);
        ck_assert_msg(cJSON_GetArraySize(found) == 0, "%s, %s: %d findings: %s", what,
                      looks[k].name, cJSON_GetArraySize(found),
                      cJSON_GetArrayItem(found, 0)->valuestring);
        cJSON_Delete(found);
    }
}

static void check_screens(int first, int last)
{
    screens_fill();
    for (int i = first; i < last; i++) {
        screen_settle(screens[i].hash);
        check(screens[i].name);
    }
}

START_TEST(screens_are_accessible)
{
    check_screens(0, NUM_SCREENS / 2);
}
END_TEST

START_TEST(further_screens_are_accessible)
{
    check_screens(NUM_SCREENS / 2, NUM_SCREENS);
}
END_TEST

START_TEST(the_first_screen_is_accessible)
{
    screen_settle("#/");
    check("greeting");
}
END_TEST

/* What appears when something is clicked: what-if, anomalies, two versions. */
START_TEST(answers_are_accessible)
{
    screens_ice(2);
    screen_settle("#/models/ice");
    page_until("document.querySelector('input[data-name=temperature]')");
    page_click("button", "Look for anomalies");
    page_click("button", "Forecast with these");
    page_until("document.querySelectorAll('.plot canvas').length >= 6");
    page_until("document.querySelectorAll('td input[type=checkbox]').length === 2");
    cJSON_Delete(browser_run(&page.b,
                             "for (const c of document.querySelectorAll('td input[type=checkbox]'))"
                             " c.click();"));
    check("answers");
}
END_TEST

/* A dialog, an error and the form that asks for a key. */
START_TEST(states_are_accessible)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    screen_settle("#/data/flights");
    page_click("button", "Delete");
    page_until("document.querySelector('dialog[open]')");
    check("dialog");
    page_open("#/models/none");
    page_until("document.querySelector('.problem')");
    check("error");
    daemon_stop(&page.d, 20);
    daemon_start(&page.d, (const char *const[]){"--api-key", "full", NULL});
    page_open("#/data");
    page_until("document.querySelector('form.key')");
    check("key");
}
END_TEST

/* The tests above rely on this: axe-core finds the faults of a page. */
START_TEST(faults_are_found)
{
    cJSON *found;

    screen_settle("#/");
    cJSON_Delete(browser_run(&page.b, "const i = document.createElement('input');"
                                      "document.querySelector('main').append(i);"));
    browser_run_file(&page.b, getenv("AXE"));
    found = browser_run(&page.b, look_around);
    ck_assert_int_eq(cJSON_GetArraySize(found), 1);
    ck_assert_ptr_nonnull(strstr(cJSON_GetArrayItem(found, 0)->valuestring, "label"));
    cJSON_Delete(found);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        faults_are_found,
        screens_are_accessible,
        further_screens_are_accessible,
        the_first_screen_is_accessible,
        answers_are_accessible,
        states_are_accessible,
    };
    const char *axe = getenv("AXE");

    if (!axe || access(axe, R_OK) != 0) {
        printf("SKIPPED: axe-core is not installed (make browser-test, with npm)\n");
        return page_suite("accessibility", tests, 0);
    }
    return page_suite("accessibility", tests, sizeof(tests) / sizeof(tests[0]));
}
