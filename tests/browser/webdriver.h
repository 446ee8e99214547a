/* webdriver.h - a real Chromium, without a window, driven through chromedriver (W3C WebDriver).
 *
 * Needs the programs chromium and chromedriver (tests/deps.sh browser). As in tests/integration,
 * every error fails the running Check test. */
#ifndef TESTS_BROWSER_WEBDRIVER_H
#define TESTS_BROWSER_WEBDRIVER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <sys/types.h>

struct browser {
    pid_t driver;     /* 0: not running */
    char home[64];    /* profile and home directory, removed at the end */
    char url[64];     /* of chromedriver */
    char session[96]; /* "" until there is one */
};

/* Whether both programs are installed. */
bool browser_there(void);
/* Starts a browser with an empty profile. host_rules: the value of --host-resolver-rules, such as
 * "MAP evil.test 127.0.0.1". */
void browser_start(struct browser *b, const char *host_rules);
void browser_stop(struct browser *b);
/* Opens url and waits until it is loaded, whatever its status. */
void browser_open(struct browser *b, const char *url);
/* Runs script, the body of an async function, in the page, and returns its result. Fails if the
 * script throws. The caller frees the result. */
cJSON *browser_run(struct browser *b, const char *script);
/* Runs a file in the page as a separate script, which the policy of the page does not restrict. */
void browser_run_file(struct browser *b, const char *file);
/* Returns the messages of the console since the last call: an array of {"level", "message"}. The
 * caller frees it. */
cJSON *browser_console(struct browser *b);
/* From this call on, pages are width by height pixels, and the system prefers a dark or a light
 * scheme. */
void browser_screen(struct browser *b, int width, int height, bool dark);
/* Empties the browser's cache. */
void browser_forget(struct browser *b);
/* Writes a picture of the whole page to file, as PNG. */
void browser_picture(struct browser *b, const char *file);

#endif
