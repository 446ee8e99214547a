/* test_frame.c - checks of every screen: no error, no other host, no sideways scrolling, both
 * colour schemes, the keyboard. With SCREENSHOTS=FOLDER it stores a picture of each. */
#include "tests/browser/page.h"
#include "tests/browser/screens.h"

#include <stdio.h>
#include <string.h>

static void picture(const char *screen, const char *look)
{
    const char *folder = getenv("SCREENSHOTS");
    char file[512];

    if (!folder || !folder[0])
        return;
    (void)snprintf(file, sizeof(file), "%s/%s-%s.png", folder, screen, look);
    browser_picture(&page.b, file);
}

/* Contrast AA (WCAG 2.1, 1.4.3) of text that is small. */
static void check_contrast(const char *screen, const char *look)
{
    static const char worst[] =
        "const parse = c => c.match(/[\\d.]+/g).map((v, i) =>"
        "  v * (c.startsWith('color(srgb') && i < 3 ? 255 : 1));"
        "const light = c => { const [r, g, b] = parse(c).slice(0, 3).map(v => { v /= 255;"
        "  return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });"
        "  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };"
        "const ground = e => { for (; e; e = e.parentElement) {"
        "  const c = getComputedStyle(e).backgroundColor, p = parse(c);"
        "  if (p.length < 4 || p[3] > 0.99) return c; } return 'rgb(255,255,255)'; };"
        "let least = 99, where = '';"
        "for (const e of document.querySelectorAll('main *, header *')) {"
        "  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;"
        "  if (!e.offsetParent || e.closest('[disabled], option, .hidden')) continue;"
        "  const a = light(getComputedStyle(e).color), b = light(ground(e));"
        "  const c = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);"
        "  if (c < least) { least = c; where = e.outerHTML.slice(0, 200); }"
        "}"
        "return {least, where};";
    cJSON *seen = browser_run(&page.b, worst);

    ck_assert_msg(number_at(seen, "least") >= 4.5, "%s, %s: contrast %.2f of %s", screen, look,
                  number_at(seen, "least"), text_at(seen, "where"));
    cJSON_Delete(seen);
}

/* Checks the screens of indices [first, last) in every look. */
static void check_screens(int first, int last)
{
    screens_fill();
    for (int i = first; i < last; i++)
        for (int k = 0; k < NUM_LOOKS; k++) {
            screen_look(&looks[k]);
            screen_settle(screens[i].hash);
            page_clean();
            ck_assert_msg(page_is("document.documentElement.scrollWidth <= innerWidth"),
                          "%s scrolls sideways at %d px", screens[i].name, looks[k].width);
            check_contrast(screens[i].name, looks[k].name);
            picture(screens[i].name, looks[k].name);
        }
}

START_TEST(screens_are_clean_in_every_look)
{
    check_screens(0, NUM_SCREENS / 2);
}
END_TEST

START_TEST(further_screens_are_clean_in_every_look)
{
    check_screens(NUM_SCREENS / 2, NUM_SCREENS);
}
END_TEST

START_TEST(the_first_screen_greets)
{
    for (int k = 0; k < NUM_LOOKS; k++) {
        screen_look(&looks[k]);
        screen_settle("#/");
        page_clean();
        ck_assert(page_is("document.querySelectorAll('.card').length === 3"));
        picture("greeting", looks[k].name);
    }
}
END_TEST

/* Not more often than every five seconds, whatever screen is open. */
START_TEST(an_idle_page_asks_seldom)
{
    static const char *const open[] = {"home", "data-flights", "model-flights", "tags-words",
                                       "jobs", "job",          "system"};
    static const char count[] = "await new Promise(go => setTimeout(go, 1000));"
                                "performance.clearResourceTimings();"
                                "await new Promise(go => setTimeout(go, 9500));"
                                "return performance.getEntriesByType('resource').length;";

    screens_fill();
    for (size_t k = 0; k < sizeof(open) / sizeof(open[0]); k++) {
        int i = 0;
        cJSON *n;

        while (strcmp(screens[i].name, open[k]) != 0)
            ck_assert_int_lt(++i, NUM_SCREENS);
        screen_settle(screens[i].hash);
        n = browser_run(&page.b, count);
        ck_assert_msg(n->valueint <= 2, "%s: %d requests", open[k], n->valueint);
        cJSON_Delete(n);
    }
}
END_TEST

START_TEST(arrow_keys_walk_through_the_points)
{
    static const char press[] = "document.querySelector('.chart').focus();"
                                "for (const key of ['End', 'ArrowLeft'])"
                                "  document.activeElement.dispatchEvent(new "
                                "KeyboardEvent('keydown', {key, bubbles: true}));"
                                "return document.querySelector('.readout').textContent;";
    cJSON *said;

    screens_fill();
    screen_settle("#/data/flights");
    said = browser_run(&page.b, press);
    ck_assert_ptr_nonnull(strstr(said->valuestring, "1960-11"));
    ck_assert_ptr_nonnull(strstr(said->valuestring, "390"));
    cJSON_Delete(said);
}
END_TEST

START_TEST(a_screen_that_is_not_there_is_said_so)
{
    static const char *const addresses[] = {"#/nothing", "#/%E0%A4", "#/nothing/%"};

    for (int i = 0; i < 3; i++) {
        screen_settle(addresses[i]);
        ck_assert(
            page_is("document.querySelector('main h1').innerText.includes('no such screen')"));
    }
}
END_TEST

START_TEST(a_service_that_ends_is_told)
{
    screen_settle("#/");
    (void)daemon_stop(&page.d, 20);
    cJSON_Delete(browser_run(&page.b, "location.hash = '#/data';"));
    page_until("document.querySelector('.problem')?.innerText.includes('does not answer')");
    ck_assert(page_is("[...document.querySelectorAll('button')].some(b => b.innerText === 'Try "
                      "again')"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        screens_are_clean_in_every_look,
        further_screens_are_clean_in_every_look,
        the_first_screen_greets,
        an_idle_page_asks_seldom,
        arrow_keys_walk_through_the_points,
        a_screen_that_is_not_there_is_said_so,
        a_service_that_ends_is_told,
    };

    return page_suite("frame", tests, sizeof(tests) / sizeof(tests[0]));
}
