/* webdriver.h - a real Chromium, without a window, driven through chromedriver (W3C WebDriver).
 *
 * Needs the programs chromium and chromedriver (tests/deps.sh browser). As in tests/integration,
 * trouble fails the running Check test. */
#ifndef TESTS_BROWSER_WEBDRIVER_H
#define TESTS_BROWSER_WEBDRIVER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <sys/types.h>

struct browser {
    pid_t driver;     /* 0: not running */
    char home[64];    /* profile and home directory, removed at the end */
    char url[64];     /* of chromedriver */
    char session[96]; /* "" before there is one */
};

/* Whether both programs are installed. */
bool browser_there(void);
/* Starts one with an empty profile. host_rules: of --host-resolver-rules,
 * "MAP evil.test 127.0.0.1". */
void browser_start(struct browser *b, const char *host_rules);
void browser_stop(struct browser *b);
/* Opens url and waits until it is loaded, whatever its status. */
void browser_open(struct browser *b, const char *url);
/* Runs script (the body of an async function) in the page; what it returns. Fails when it throws.
 * The caller frees it. */
cJSON *browser_run(struct browser *b, const char *script);
/* Runs a file in the page, as a script of its own. The policy of the page does not hold for it. */
void browser_run_file(struct browser *b, const char *file);
/* What the console has had since the last call: an array of {"level", "message"}. The caller frees
 * it. */
cJSON *browser_console(struct browser *b);
/* From now on pages are width by height pixels, and the system wishes a dark scheme or a light
 * one. */
void browser_screen(struct browser *b, int width, int height, bool dark);
/* Empties the browser's cache. */
void browser_forget(struct browser *b);
/* Writes a picture of the whole page to file, as PNG. */
void browser_picture(struct browser *b, const char *file);

#endif
