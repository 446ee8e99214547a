/* server_suite.h - the end of main() of tests that need a PostgreSQL server. */
#ifndef TESTS_UNIT_SERVER_STORE_POSTGRES_SERVER_SUITE_H
#define TESTS_UNIT_SERVER_STORE_POSTGRES_SERVER_SUITE_H

#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>

/* Runs s, or says loudly that it does not, because there is no server. */
static inline int server_suite_run(Suite *s)
{
    if (fixture_server())
        return suite_run(s);
    srunner_free(srunner_create(s));
    puts("==> SKIPPED: it needs a PostgreSQL server, which make test-postgres starts");
    return EXIT_SUCCESS;
}

#endif
