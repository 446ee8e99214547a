/* command_table.c - see command_table.h. */
#include "server/commands/command_table.h"

#include "server/commands/runs.h"
#include "server/data/did_you_mean.h"

#include <string.h>

static const char *const text_json[] = {"text", "json", NULL};
static const char *const text_json_svg[] = {"text", "json", "svg", NULL};
static const char *const forecast_formats[] = {"table", "csv", "json", "svg", NULL};
static const char *const tag_formats[] = {"tsv", "conllu", "json", NULL};
static const char *const inputs[] = {"text", "sentences", "words", "vertical", NULL};
static const char *const promotes[] = {"always", "if_better", "never", NULL};
static const char *const origins[] = {"newest", "training", NULL};

#define RECIPE                                                                                     \
    {                                                                                              \
        "recipe", "NAME", "The recipe whose values hold for parameters that are not given",        \
            FLAG_REQUEST                                                                           \
    }
#define FUTURE                                                                                     \
    {                                                                                              \
        "future-covariates", "COLUMNS",                                                            \
            "Covariates that are known in advance, separated by commas", FLAG_REQUEST              \
    }
#define VERSION                                                                                    \
    {                                                                                              \
        "version", "VERSION",                                                                      \
            "A version by its number or an alias. Left out: the one that serves", FLAG_QUERY       \
    }

static const struct flag train_flags[] = {
    {"model", "NAME", "The model to make. Left out: the name of the file or data set", FLAG_OWN,
     .letter = 'm'},
    {"dataset", "NAME", "Keep the file as this data set. Left out: named like the model", FLAG_OWN},
    {"format", "NAME", "What is printed at the end", FLAG_OWN, .choices = text_json},
    RECIPE,
    FUTURE,
    {"warm-start-from", "MODEL", "Start from the weights of a version: MODEL or MODEL/VERSION",
     FLAG_OWN},
    {"promote", "WHEN", "Whether the new version is to serve", FLAG_OWN, .choices = promotes},
    {"validation-dataset", "NAME", "Evaluate a tagger on another data set", FLAG_OWN},
    {"search", "TRIALS", "Search for parameters first, with so many trials", FLAG_OWN},
    {"search-seconds", "N", "The longest time of a search", FLAG_OWN},
    {""}};

static const struct flag forecast_flags[] = {
    {"format", "NAME", "The format. Left out: a table on a terminal, csv elsewhere", FLAG_OWN,
     .choices = forecast_formats},
    {"horizon", "STEPS", "Steps ahead. Left out: the horizon of the model", FLAG_QUERY,
     .member = "horizon", .parameter = true},
    {"level", "LIST", "Prediction intervals in percent, separated by commas: 80,95", FLAG_QUERY},
    {"quantiles", "LIST", "Probabilities between 0 and 1, separated by commas", FLAG_QUERY},
    {"samples", "N", "Paths to draw (json)", FLAG_QUERY},
    {"seed", "N", "Seed of the samples, and of the training on a file", FLAG_QUERY,
     .member = "seed", .parameter = true},
    {"explain", NULL, "Tell what each forecast is made of (json)", FLAG_QUERY},
    {"series", "ID", "Only this series", FLAG_QUERY},
    {"from", "ORIGIN", "Where the forecast goes on from", FLAG_QUERY, .choices = origins},
    VERSION,
    RECIPE,
    FUTURE,
    {""}};

static const struct flag backtest_flags[] = {
    {"windows", "N", "How many origins", FLAG_OWN},
    {"step", "STEPS", "Steps between two origins", FLAG_OWN},
    {"horizon", "STEPS", "Steps that are forecast from each origin", FLAG_OWN},
    {"format", "NAME", "text: the errors; json and svg: every forecast", FLAG_OWN,
     .choices = text_json_svg},
    RECIPE,
    FUTURE,
    {""}};

static const struct flag evaluate_flags[] = {
    {"format", "NAME", "The format", FLAG_OWN, .choices = text_json_svg}, VERSION, {""}};

static const struct flag tag_flags[] = {
    {"format", "NAME", "The format. Left out: tsv, a word and its tag in each line", FLAG_OWN,
     .choices = tag_formats},
    {"input", "KIND", "How far the text is split already", FLAG_QUERY, .choices = inputs},
    {"probabilities", NULL, "Add the probability of every tag (json)", FLAG_QUERY},
    {"top-k", "N", "Add the so many best tags of each word (json)", FLAG_QUERY},
    VERSION,
    {""}};

static const struct flag list_flags[] = {
    {"format", "NAME", "text, or json: an object in each line", FLAG_OWN, .choices = text_json},
    {""}};

static const char *const model_formats[] = {"safetensors", "onnx", NULL};
static const struct flag version_flags[] = {VERSION, {""}};

static const struct flag export_flags[] = {
    {"format", "NAME", "The format. Left out: safetensors", FLAG_OWN, .choices = model_formats},
    {"output", "FILE", "Write to FILE. Left out: to standard output", FLAG_OWN, .letter = 'o'},
    VERSION,
    {""}};

static const struct flag key_flags[] = {
    {"scopes", "LIST", "One or more of read, predict, train and admin, with commas between them"},
    {"names", "PATTERN", "Bind the key to data sets and models whose names match: 'sales-*'"},
    {"expires", "90d|DATE", "When the key ends. Left out: never"},
    {"requests-per-minute", "N", "Limit of the key"},
    {"training-seconds-per-hour", "N", "Limit of the key"},
    {"stored-bytes", "SIZE", "Limit of the key: 500M"},
    {""}};

static const struct flag only_help[] = {{"help", NULL, "Print this", FLAG_SESSION, .letter = 'h'},
                                        {""}};

static const struct command table[] = {
    {"train", "FILE|DATASET", "train a model, and keep it",
     "Reads FILE (- is standard input), keeps it as a data set, trains on it and prints the errors "
     "on the part that was\n"
     "held out. Series make a forecaster, tagged sentences a tagger. A word without a slash that "
     "is "
     "no file is a data set.\n"
     "Every parameter of the training is a flag. Ctrl-C cancels the training; the data set "
     "stays.\n",
     "  lstmd train sales.csv --horizon 12 --model sales\n", 1, 1,
     TAKES_SESSION | TAKES_UPLOAD | TAKES_FORECAST | TAKES_TAG, OPERAND_FILE, train_flags,
     run_train},
    {"forecast", "MODEL|FILE", "forecast by a model, or train on a file, forecast and keep nothing",
     "A word without a slash that is no file is a model; - is standard input. The parameters of a "
     "training are for files.\n",
     "  lstmd forecast sales.csv --horizon 12 --format csv\n", 1, 1,
     TAKES_SESSION | TAKES_UPLOAD | TAKES_FORECAST, OPERAND_FILE, forecast_flags, run_forecast},
    {"backtest", "FILE|DATASET", "forecast from earlier origins, and compare with what came",
     "Fits the recipe at rolling origins, keeps no model, and prints the errors beside those of "
     "simple methods. A file is not\n"
     "kept either.\n",
     "  lstmd backtest sales.csv --windows 3 --horizon 12\n", 1, 1,
     TAKES_SESSION | TAKES_UPLOAD | TAKES_FORECAST, OPERAND_FILE, backtest_flags, run_backtest},
    {"evaluate", "MODEL [DATASET|FILE]", "print the errors of a model",
     "Without a data set: on the part that was held out at its training. A tagger is also "
     "evaluated "
     "on another data set,\n"
     "or on a file, which is not kept.\n",
     "  lstmd evaluate sales\n", 1, 2, TAKES_SESSION, OPERAND_FILE, evaluate_flags, run_evaluate},
    {"tag", "MODEL [FILE]...", "tag text",
     "Reads the files, or standard input, and prints each word with its tag. Long texts go to the "
     "model in pieces; with\n"
     "json each piece makes a document of its own line.\n",
     "  echo 'The dog ate the apple' | lstmd tag english\n", 1, OPERANDS_MAX, TAKES_SESSION,
     OPERAND_FILE, tag_flags, run_tag},
    {"list", "[models|datasets|jobs]", "list what is stored", "", "  lstmd list datasets\n", 0, 1,
     TAKES_SESSION, OPERAND_KIND, list_flags, run_list},
    {"show", "[models|datasets|jobs] NAME", "describe one of them as JSON", "",
     "  lstmd show sales\n", 1, 2, TAKES_SESSION, OPERAND_KIND, version_flags, run_show},
    {"delete", "[models|datasets|jobs] NAME", "delete one of them",
     "With --version only that version of a model.\n", "  lstmd delete datasets sales\n", 1, 2,
     TAKES_SESSION, OPERAND_KIND, version_flags, run_delete},
    {"export", "MODEL", "write a model as a safetensors or ONNX file",
     "The names of its tensors are those of PyTorch. An ONNX file has the LSTM with its scaling, "
     "as a graph for other\nruntimes; of an ensemble the LSTMs alone.\n",
     "  lstmd export sales --output sales.safetensors\n", 1, 1, TAKES_SESSION, OPERAND_NONE,
     export_flags, run_export},
    {"import", "MODEL [FILE]", "make the next version of a model from a safetensors file",
     "Without FILE from standard input.\n", "  lstmd import sales sales.safetensors\n", 1, 2,
     TAKES_SESSION, OPERAND_FILE, NULL, run_import},
    {"serve", "", "run the daemon",
     "Serves the HTTP API until SIGTERM or SIGINT. Then requests in flight finish, and "
     "running jobs write a checkpoint.\n"
     "SIGHUP opens the log file and reads the certificate again.\n",
     "  lstmd serve --database lstmd.db --listen 127.0.0.1:8080\n", 0, 0, TAKES_CONFIG,
     OPERAND_NONE, NULL, run_serve},
    {"migrate", "", "make the database, or bring it to the newest schema",
     "The daemon does the same when it starts. Refused while a daemon uses the database.\n",
     "  lstmd migrate --database lstmd.db\n", 0, 0, TAKES_CONFIG, OPERAND_NONE, NULL, run_migrate},
    {"backup", "FILE", "copy the database into FILE, while the daemon runs",
     "A consistent copy by SQLite's online backup. FILE must not exist yet.\n",
     "  lstmd backup copy.db --database lstmd.db\n", 0, CONFIG_OPERANDS_MAX, TAKES_CONFIG,
     OPERAND_FILE, NULL, run_backup},
    {"check", "[FILE]", "read a whole database and report what is wrong with it",
     "Without FILE the database of the configuration, also while the daemon runs. Reads every row "
     "of the data sets and\n"
     "compares every checkpoint with its recorded digest. Exit code 1 when something is wrong.\n",
     "  lstmd check copy.db\n", 0, 1, TAKES_CONFIG, OPERAND_FILE, NULL, run_check},
    {"restore", "FILE", "put a backup in the place of the database",
     "Checks FILE first. Refused while a daemon uses the database. The previous database is "
     "kept beside it as\n"
     "DATABASE.before-restore.\n",
     "  lstmd restore copy.db --database lstmd.db\n", 0, CONFIG_OPERANDS_MAX, TAKES_CONFIG,
     OPERAND_FILE, NULL, run_restore},
    {"key", "add|list|revoke [NAME]", "make, list or revoke keys, while the daemon runs",
     "key add NAME prints a new key, only this once. key revoke NAME takes effect within a "
     "second.\n",
     "  lstmd key add dashboard --scopes read,predict --names 'sales-*' --expires 90d\n", 0,
     CONFIG_OPERANDS_MAX, TAKES_CONFIG, OPERAND_NONE, key_flags, run_key},
    {"healthcheck", "[URL]", "ask a daemon whether it is ready",
     "Without URL it asks the address of the configuration (listen). Exit code 0: ready; 1: "
     "not.\n",
     "  lstmd healthcheck http://127.0.0.1:8080\n", 0, 1, TAKES_CONFIG, OPERAND_NONE, NULL,
     run_healthcheck},
    {"version", "", "print the version", "", "", 0, 0, 0, OPERAND_NONE, only_help, run_version},
    {"help", "[COMMAND]", "print this, or the usage of one command", "", "  lstmd help serve\n", 0,
     1, 0, OPERAND_COMMAND, only_help, run_help},
    {"manual", "[PAGE]", "print a manual page, lstmd.1 or lstmd.conf.5",
     "make install and the Debian package install both.\n",
     "  lstmd manual lstmd.conf.5 | man -l -\n", 0, 1, 0, OPERAND_NONE, only_help, run_manual},
    {"completion", "bash|zsh", "print the completion for a shell",
     "make install and the Debian package install both.\n", "  source <(lstmd completion bash)\n",
     1, 1, 0, OPERAND_NONE, only_help, run_completion},
};
enum { COUNT = sizeof table / sizeof *table };

const struct command *command_table(int *count)
{
    *count = COUNT;
    return table;
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const char *command_near(const char *name)
{
    const char *names[COUNT];

    for (int i = 0; i < COUNT; i++)
        names[i] = table[i].name;
    return did_you_mean(name, names, COUNT);
}
