/* page.h - one daemon and one browser for the tests of the page under /ui/. */
#ifndef TESTS_BROWSER_PAGE_H
#define TESTS_BROWSER_PAGE_H

#include "tests/browser/webdriver.h"
#include "tests/integration/suite.h"

struct page {
    struct daemon d;
    struct browser b;
    struct reply r;
};
extern struct page page;

/* Runs the tests: all share one browser, and each has a daemon with an empty database. Without
 * Chromium it reports that they were skipped. */
int page_suite(const char *name, const TTest *const *tests, size_t n);

/* Opens ui/ followed by hash ("#/data"), as a new page. */
void page_open(const char *hash);
/* Waits until the expression is true in the page; after some seconds it fails, and shows the text
 * of the page. */
void page_until(const char *expression);
/* The value of an expression; the caller frees it. */
cJSON *page_value(const char *expression);
/* Whether the expression is true now. */
bool page_is(const char *expression);
/* Clicks the element that the selector finds and whose text is this (NULL: any). */
void page_click(const char *selector, const char *text);
/* Fails if the console has had an error or a warning, or if the page sent a request to another
 * host. */
void page_clean(void);
/* Stores an example of config/examples/ as a data set. */
void page_example(const char *name, const char *file, const char *type);

#endif
