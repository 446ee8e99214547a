/* test_command_line.c - the commands on data and models, as somebody in a shell meets them: on a
 * local database, on a server, in pipes, on a terminal, interrupted. */
#include "tests/integration/program.h"
#include "tests/integration/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLIGHTS   "config/examples/airpassengers.csv"
#define SENTENCES "config/examples/tutorial.json"
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct daemon d;
static struct reply r;
static struct program p;

static void setup(void)
{
    daemon_init(&d);
    setenv("XDG_DATA_HOME", d.dir, 1);
    setenv("TMPDIR", d.dir, 1);
    unsetenv("LSTMD_API_KEY");
    unsetenv("LSTMD_URL");
}

/* Whatever a command made beside its database is gone. */
static void teardown(void)
{
    char command[200];

    snprintf(command, sizeof command, "! ls -d %s/lstmd-?????? 2>/dev/null", d.dir);
    ck_assert_msg(system(command) == 0, "a temporary folder was left");
    reply_release(&r);
    daemon_free(&d);
}

static void ends(int code, const char *const *args, const char *input)
{
    int got = program_run(&p, args, input);

    ck_assert_msg(got == code, "lstmd %s: %d, not %d: %s", args[0], got, code, p.error);
}

static void has(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "no '%s' in: %s", what, text);
}

static int lines_of(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* ---- the local database ---- */

START_TEST(a_model_lives_from_train_to_delete)
{
    char file[120];

    ends(0, ARGS("train", FLIGHTS, "--horizon", "12", "--model", "sales", "epochs=3"), NULL);
    has(p.output, "sales version 1\n");
    has(p.output, "seasonal_naive");
    has(p.error, "training: ");
    ends(0, ARGS("forecast", "sales", "--horizon=3"), NULL);
    has(p.output, "unique_id,ds,mean,lo-80");
    has(p.output, "sales,1961-03,");
    ck_assert_int_eq(lines_of(p.output), 4);
    ends(0, ARGS("forecast", "sales", "--format", "json"), NULL);
    has(p.output, "{\"model\":\"sales\"");
    ends(0, ARGS("forecast", "sales", "--format", "svg"), NULL);
    has(p.output, "<svg ");
    ends(0, ARGS("evaluate", "sales"), NULL);
    has(p.output, "mase");
    ends(0, ARGS("list"), NULL);
    has(p.output, "sales");
    ends(0, ARGS("list", "datasets", "--format", "json"), NULL);
    has(p.output, "\"name\":\"sales\"");
    ends(0, ARGS("show", "sales"), NULL);
    has(p.output, "\"parameter_count\"");
    snprintf(file, sizeof file, "%s/sales.safetensors", d.dir);
    ends(0, ARGS("export", "sales", "--output", file), NULL);
    ends(0, ARGS("import", "copy", file), NULL);
    has(p.output, "copy version 1\n");
    snprintf(file, sizeof file, "%s/sales.onnx", d.dir);
    ends(0, ARGS("export", "sales", "--format", "onnx", "--output", file), NULL);
    has(p.error, "the LSTMs of the ensemble alone");
    ends(2, ARGS("export", "sales", "--format", "csv"), NULL);
    ends(1, ARGS("import", "other", file), NULL);
    has(p.error, "checkpoint");
    ends(0, ARGS("delete", "sales"), NULL);
    ends(1, ARGS("forecast", "sales"), NULL);
    has(p.error, "there is no model 'sales'");
    ends(0, ARGS("forecast", "copy", "--horizon", "1"), NULL);
}
END_TEST

START_TEST(a_file_is_forecast_and_not_kept)
{
    ends(0, ARGS("forecast", FLIGHTS, "--horizon", "2", "--quiet", "epochs=2"), NULL);
    ck_assert_int_eq(lines_of(p.output), 3);
    has(p.output, "airpassengers,1961-02,");
    ck_assert_str_eq(p.error, "");
    ends(0, ARGS("list", "datasets"), NULL);
    ck_assert_int_eq(lines_of(p.output), 1);
}
END_TEST

START_TEST(standard_input_is_a_file)
{
    char *text = example("airpassengers.csv");

    ends(0, ARGS("forecast", "-", "--horizon", "2", "epochs=2"), text);
    has(p.output, "data,1961-01,");
    ends(2, ARGS("train", "-"), text);
    has(p.error, "needs --model NAME");
    ends(0, ARGS("backtest", "-", "--windows", "1", "--horizon", "6", "epochs=2"), text);
    has(p.output, "1 windows of 6 steps\n");
    free(text);
}
END_TEST

START_TEST(sentences_make_a_tagger)
{
    ends(0, ARGS("train", SENTENCES, "-m", "tagger", "--recipe", "tutorial-tagger", "-q"), NULL);
    ends(0, ARGS("tag", "tagger"), "The dog ate the apple\n");
    has(p.output, "dog\tNN\n");
    ends(0, ARGS("evaluate", "tagger", SENTENCES), NULL);
    has(p.output, "accuracy");
    ends(0, ARGS("list", "datasets"), NULL);
    ck_assert_int_eq(lines_of(p.output), 2); /* the second one was deleted again */
    ends(1, ARGS("forecast", SENTENCES), NULL);
    has(p.error, "there are tagged sentences, and no series");
}
END_TEST

/* More than one request takes. */
START_TEST(a_huge_text_is_tagged_in_pieces)
{
    enum { LINES = 60000 };
    char file[120];
    FILE *f;

    snprintf(file, sizeof file, "%s/text", d.dir);
    f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < LINES; i++)
        fputs("The dog ate the apple\n", f);
    fclose(f);
    ends(0, ARGS("train", SENTENCES, "-m", "tagger", "--recipe", "tutorial-tagger", "-q"), NULL);
    ends(0, ARGS("tag", "tagger", file, "--input", "sentences"), NULL);
    ck_assert_uint_eq(p.output_len, PROGRAM_TEXT_MAX - 1); /* all that has room */
}
END_TEST

/* ---- what is refused ---- */

START_TEST(wrong_command_lines_are_2)
{
    ends(2, ARGS("trian"), NULL);
    has(p.error, "did you mean train?");
    ends(2, ARGS("train"), NULL);
    has(p.error, "needs FILE|DATASET");
    ends(2, ARGS("train", FLIGHTS, "--horizn", "3"), NULL);
    has(p.error, "did you mean --horizon?");
    ends(2, ARGS("forecast", "sales", "--format", "xml"), NULL);
    has(p.error, "table|csv|json|svg");
    ends(2, ARGS("list", "modells"), NULL);
    /* would have no effect */
    ends(2, ARGS("forecast", "sales", "epochs=3"), NULL);
    has(p.error, "--epochs is for a file, and sales is none");
    ends(2, ARGS("forecast", "sales", "--recipe", "default"), NULL);
    ends(2, ARGS("train", "sales", "--target", "y"), NULL);
    ends(2, ARGS("backtest", "sales", "--time", "y"), NULL);
    ends(0, ARGS("train", "--help"), NULL);
    has(p.output, "--hidden-size N");
    has(p.output, "lstmd train sales.csv --horizon 12 --model sales");
}
END_TEST

START_TEST(what_cannot_be_read_is_1_with_its_place)
{
    ends(1, ARGS("train", "./no-such.csv"), NULL);
    has(p.error, "cannot read ./no-such.csv");
    ends(1, ARGS("train", "no-such"), NULL);
    has(p.error, "there is no file no-such");
    ends(1, ARGS("forecast", "no-such.csv"), NULL);
    has(p.error, "there is no file no-such.csv");
    ends(1, ARGS("forecast", "-"), "ds,y\n2020-01-01,1\n2020-01-02,\xff\xfe\n");
    has(p.error, "standard input: ");
    ck_assert_ptr_null(strstr(p.error, "{"));
    ends(1, ARGS("train", FLIGHTS, "--target", "nothing"), NULL);
    has(p.error, "nothing");
    ends(1, ARGS("forecast", "-"), "");
}
END_TEST

START_TEST(a_file_above_the_limit_is_refused)
{
    setenv("LSTMD_MAX_BODY_BYTES", "1K", 1);
    ends(1, ARGS("forecast", FLIGHTS), NULL);
    unsetenv("LSTMD_MAX_BODY_BYTES");
    has(p.error, "max_body_bytes");
}
END_TEST

/* ---- a server ---- */

START_TEST(a_server_is_used_by_its_url_and_key)
{
    daemon_start(&d, ARGS("--api-key", "secret"));
    ends(1, ARGS("list", "--url", d.url), NULL);
    has(p.error, "LSTMD_API_KEY");
    setenv("LSTMD_API_KEY", "wrong", 1);
    ends(1, ARGS("list", "--url", d.url), NULL);
    setenv("LSTMD_API_KEY", "secret", 1);
    setenv("LSTMD_URL", d.url, 1);
    ends(0, ARGS("train", FLIGHTS, "-m", "sales", "epochs=2"), NULL);
    has(p.output, "sales version 1\n");
    ends(0, ARGS("forecast", "sales", "--horizon", "1"), NULL);
    /* a file leaves nothing there */
    ends(0, ARGS("forecast", FLIGHTS, "--horizon", "2", "epochs=2"), NULL);
    has(p.output, "airpassengers,1961-02,");
    ends(0, ARGS("list", "datasets"), NULL);
    ck_assert_int_eq(lines_of(p.output), 2);
    ends(0, ARGS("list", "models"), NULL);
    ck_assert_int_eq(lines_of(p.output), 2);
    ends(0, ARGS("list", "jobs"), NULL);
    ck_assert_int_eq(lines_of(p.output), 2);
}
END_TEST

START_TEST(a_server_that_is_not_there_is_told)
{
    ends(1, ARGS("list", "--url", "http://127.0.0.1:1"), NULL);
    has(p.error, "http://127.0.0.1:1 does not answer");
    ends(1, ARGS("list", "--url", "ftp://x"), NULL);
    has(p.error, "is no address of a server");
}
END_TEST

START_TEST(a_database_in_use_is_reached_through_its_daemon)
{
    daemon_start(&d, NULL);
    ends(0, ARGS("train", FLIGHTS, "-m", "sales", "--database", d.db, "epochs=2"), NULL);
    get(&r, &d, "/v1/models/sales", 200);
    ends(0, ARGS("forecast", "sales", "--database", d.db, "--horizon", "1"), NULL);
}
END_TEST

/* ---- Ctrl-C ---- */

START_TEST(ctrl_c_cancels_the_training)
{
    program_start(
        &p, ARGS("train", FLIGHTS, "-m", "sales", "--recipe", "tutorial-flights", "epochs=100000"),
        false);
    program_wait_for(&p, "training: ");
    kill(p.pid, SIGINT);
    ck_assert_int_eq(program_end(&p), 1);
    has(p.error, "the training was cancelled");
    ends(0, ARGS("list", "jobs"), NULL);
    has(p.output, "cancelled");
    ends(0, ARGS("list"), NULL);
    ck_assert_int_eq(lines_of(p.output), 1);
}
END_TEST

START_TEST(a_second_ctrl_c_ends_at_once)
{
    program_start(&p, ARGS("forecast", FLIGHTS, "--recipe", "tutorial-flights", "epochs=100000"),
                  false);
    program_wait_for(&p, "training: ");
    kill(p.pid, SIGSTOP); /* so that both arrive before the first one is worked on */
    kill(p.pid, SIGINT);
    kill(p.pid, SIGTERM);
    kill(p.pid, SIGCONT);
    ck_assert_int_eq(program_end(&p), 1);
    has(p.error, "ended at once");
}
END_TEST

/* While one command trains, another one reads the same database through it. */
START_TEST(two_commands_share_the_database)
{
    static struct program other;

    program_start(
        &p, ARGS("train", FLIGHTS, "-m", "sales", "--recipe", "tutorial-flights", "epochs=100000"),
        false);
    program_wait_for(&p, "training: ");
    ck_assert_int_eq(program_run(&other, ARGS("list", "jobs"), NULL), 0);
    has(other.output, "running");
    kill(p.pid, SIGINT);
    ck_assert_int_eq(program_end(&p), 1);
}
END_TEST

/* Whoever comes first serves the others, and the next one takes over when it ends. */
START_TEST(many_commands_at_once_all_succeed)
{
    enum { COMMANDS = 5 };
    static struct program many[COMMANDS];
    char names[COMMANDS][8];

    for (int i = 0; i < COMMANDS; i++) {
        snprintf(names[i], sizeof names[i], "m%d", i);
        program_start(&many[i], ARGS("train", FLIGHTS, "-q", "-m", names[i], "epochs=2"), false);
    }
    for (int i = 0; i < COMMANDS; i++) {
        int code = program_end(&many[i]);

        ck_assert_msg(code == 0, "%s: %d: %s", names[i], code, many[i].error);
    }
    ends(0, ARGS("list"), NULL);
    ck_assert_int_eq(lines_of(p.output), 1 + COMMANDS);
}
END_TEST

/* ---- a terminal ---- */

START_TEST(a_terminal_gets_a_bar_and_a_table)
{
    program_start(&p, ARGS("forecast", FLIGHTS, "--recipe", "tutorial-flights", "epochs=100000"),
                  true);
    program_wait_for(&p, " left\x1b[K");
    program_wait_for(&p, " samples/s");
    has(p.error, "\rtraining [");
    has(p.error, " loss ");
    ck_assert_int_eq((int)write(p.err, "\x03", 1), 1); /* the key Ctrl-C */
    ck_assert_int_eq(program_end(&p), 1);
    has(p.error, "\r\x1b[Klstmd forecast: the training was cancelled"); /* the bar is removed */
    program_start(&p, ARGS("forecast", FLIGHTS, "--horizon", "2", "epochs=2"), true);
    ck_assert_int_eq(program_end(&p), 0);
    has(p.error, "unique_id      ds ");
    ck_assert_ptr_null(strstr(p.error, "unique_id,"));
    program_start(&p, ARGS("export", "x"), true);
    ck_assert_int_eq(program_end(&p), 2);
    has(p.error, "no text for a terminal");
}
END_TEST

START_TEST(a_reader_that_leaves_is_no_trouble)
{
    program_start(&p, ARGS("forecast", FLIGHTS, "--format", "svg", "-q", "epochs=2"), false);
    close(p.out);
    p.out = -1;
    ck_assert_int_eq(program_end(&p), 1);
    ck_assert_str_eq(p.error, "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("command_line");
    TCase *t = tcase_create("command_line");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_model_lives_from_train_to_delete);
    tcase_add_test(t, a_file_is_forecast_and_not_kept);
    tcase_add_test(t, standard_input_is_a_file);
    tcase_add_test(t, sentences_make_a_tagger);
    tcase_add_test(t, a_huge_text_is_tagged_in_pieces);
    tcase_add_test(t, wrong_command_lines_are_2);
    tcase_add_test(t, what_cannot_be_read_is_1_with_its_place);
    tcase_add_test(t, a_file_above_the_limit_is_refused);
    tcase_add_test(t, a_server_is_used_by_its_url_and_key);
    tcase_add_test(t, a_server_that_is_not_there_is_told);
    tcase_add_test(t, a_database_in_use_is_reached_through_its_daemon);
    tcase_add_test(t, ctrl_c_cancels_the_training);
    tcase_add_test(t, a_second_ctrl_c_ends_at_once);
    tcase_add_test(t, two_commands_share_the_database);
    tcase_add_test(t, many_commands_at_once_all_succeed);
    tcase_add_test(t, a_terminal_gets_a_bar_and_a_table);
    tcase_add_test(t, a_reader_that_leaves_is_no_trouble);
    suite_add_tcase(s, t);
    return suite_run(s);
}
