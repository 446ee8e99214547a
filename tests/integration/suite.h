/* suite.h - one daemon for all tests of a program, and their common main(). */
#ifndef TESTS_INTEGRATION_SUITE_H
#define TESTS_INTEGRATION_SUITE_H

#include "tests/integration/daemon.h"

#include <check.h>
#include <curl/curl.h>
#include <stdlib.h>

/* Runs the suite in this process, because a forked test could not share the daemon. Returns the
 * exit status. */
static inline int suite_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    int failed;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    curl_global_cleanup();
    return failed || daemon_bad_ends() ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
