/* test_usage.c - the texts of --help. */
#include "server/commands/usage.h"

#include "server/commands/command_table.h"
#include "server/commands/flag_list.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct buf b;

static void setup(void)
{
    buf_init(&b, 1 << 20);
}

static void teardown(void)
{
    buf_release(&b);
}

START_TEST(the_overview_names_every_command)
{
    int n = 0;
    const struct command *table = command_table(&n);

    usage_overview(&b);
    for (int i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(strstr(b.data, table[i].name));
        ck_assert_ptr_nonnull(strstr(b.data, table[i].summary));
    }
}
END_TEST

START_TEST(every_command_shows_its_usage_example_and_flags)
{
    int n = 0, count;
    const struct command *table = command_table(&n);
    struct flag flags[FLAGS_MAX];

    for (int i = 0; i < n; i++) {
        char text[80];

        buf_release(&b);
        buf_init(&b, 1 << 20);
        usage_command(&b, &table[i]);
        snprintf(text, sizeof text, "usage: lstmd %s", table[i].name);
        ck_assert_ptr_nonnull(strstr(b.data, text));
        ck_assert_ptr_nonnull(strstr(b.data, table[i].example));
        count = flag_list(flags, &table[i]);
        for (int k = 0; k < count; k++) {
            if (flags[k].use == FLAG_CONFIG) /* written with underscores */
                continue;
            snprintf(text, sizeof text, "--%.60s", flags[k].name);
            ck_assert_msg(strstr(b.data, text) != NULL, "%s: %s", table[i].name, text);
        }
    }
}
END_TEST

START_TEST(lines_of_flags_fit)
{
    const struct command c = {.name = "toy",
                              .operands = "",
                              .details = "",
                              .example = "",
                              .takes = TAKES_SESSION | TAKES_UPLOAD | TAKES_FORECAST | TAKES_TAG};

    usage_command(&b, &c);
    ck_assert_ptr_nonnull(strstr(b.data, "  -q, --quiet                    Show no progress"));
    ck_assert_ptr_nonnull(strstr(b.data, "  --bidirectional[=true|false]"));
    for (const char *p = b.data, *end; (end = strchr(p, '\n')); p = end + 1)
        ck_assert_msg(end - p <= 100, "%.*s", (int)(end - p), p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("usage");
    TCase *t = tcase_create("usage");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_overview_names_every_command);
    tcase_add_test(t, every_command_shows_its_usage_example_and_flags);
    tcase_add_test(t, lines_of_flags_fit);
    suite_add_tcase(s, t);
    return suite_run(s);
}
