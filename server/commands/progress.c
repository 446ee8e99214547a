/* progress.c - see progress.h. */
#include "server/commands/progress.h"

#include "server/commands/json_member.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH = 80, BAR_MIN = 5, BAR_MAX = 30, LINE_MAX_BYTES = 512 };

void progress_init(struct progress *p, const struct invocation *v)
{
    int fd = fileno(v->io.err);

    *p = (struct progress){.to = v->io.err,
                           .quiet = flag_value(v, "quiet") != NULL,
                           .terminal = fd >= 0 && isatty(fd),
                           .tenth = -1};
}

static int width_of(FILE *f)
{
    struct winsize size = {0};

    return ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : WIDTH;
}

/* ---- text ---- */

/* 12 -> "0:12", 3725 -> "1:02:05". */
static void put_duration(struct buf *out, double seconds)
{
    long s = lround(seconds);

    if (s >= 3600)
        buf_printf(out, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        buf_printf(out, "%ld:%02ld", s / 60, s % 60);
}

static void put_figures(struct buf *out, const struct progress_state *s)
{
    if (s->epochs > 0)
        buf_printf(out, "epoch %.0f/%.0f", s->epoch, s->epochs);
    if (isfinite(s->loss))
        buf_printf(out, "  loss %.4g", s->loss);
    if (isfinite(s->samples_per_second) && s->samples_per_second > 0)
        buf_printf(out, "  %.0f samples/s", s->samples_per_second);
    if (isfinite(s->eta_seconds)) {
        buf_puts(out, "  ");
        put_duration(out, s->eta_seconds);
        buf_puts(out, " left");
    }
}

static double fraction_of(const struct progress_state *s)
{
    return s->fraction > 0 ? fmin(s->fraction, 1) : 0; /* also of NaN */
}

void progress_bar(struct buf *out, const struct progress_state *s, int width)
{
    struct buf figures;
    int room, done;

    buf_init(&figures, LINE_MAX_BYTES);
    put_figures(&figures, s);
    room = width - 1 - (int)(strlen(s->word) + strlen(" [] 100 %  ") + figures.len);
    room = room > BAR_MAX ? BAR_MAX : room < BAR_MIN ? BAR_MIN : room;
    done = (int)(fraction_of(s) * room);
    buf_printf(out, "%s [", s->word);
    for (int i = 0; i < room; i++)
        buf_puts(out, i < done ? "#" : "-");
    buf_printf(out, "] %3.0f %%  %s", floor(100 * fraction_of(s)), figures.len ? figures.data : "");
    buf_release(&figures);
    if (width > 1 && out->len > (size_t)width - 1) {
        out->len = (size_t)width - 1;
        out->data[out->len] = '\0';
    }
}

void progress_line(struct buf *out, const struct progress_state *s)
{
    buf_printf(out, "%s: %.0f %%", s->word, floor(100 * fraction_of(s)));
    if (s->epochs > 0) {
        buf_puts(out, "  ");
        put_figures(out, s);
    }
}

/* ---- showing ---- */

static const char *word_of(const cJSON *job)
{
    const char *state = member_text(job, "state", "");

    if (strcmp(state, "running") == 0)
        return "training";
    return strcmp(state, "queued") == 0 ? "queued" : NULL;
}

static void show_plain(struct progress *p, const struct progress_state *s)
{
    int tenth = (int)(10 * fraction_of(s));
    struct buf line;

    if (tenth == p->tenth && strcmp(p->word, s->word) == 0)
        return;
    p->tenth = tenth;
    (void)snprintf(p->word, sizeof p->word, "%s", s->word);
    buf_init(&line, LINE_MAX_BYTES);
    progress_line(&line, s);
    (void)fprintf(p->to, "%s\n", line.len ? line.data : "");
    (void)fflush(p->to);
    buf_release(&line);
}

static void show_bar(struct progress *p, const struct progress_state *s)
{
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    progress_bar(&line, s, width_of(p->to));
    (void)fprintf(p->to, "\r%s\033[K", line.len ? line.data : "");
    (void)fflush(p->to);
    p->on_line = true;
    buf_release(&line);
}

void progress_show(struct progress *p, const cJSON *job)
{
    const cJSON *progress = member_of(job, "progress");
    const struct progress_state s = {
        .word = word_of(job),
        .epoch = member_number(progress, "epoch"),
        .epochs = member_number(progress, "epochs"),
        .fraction = member_number(progress, "fraction"),
        .loss = member_number(progress, "loss"),
        .samples_per_second = member_number(progress, "samples_per_second"),
        .eta_seconds = member_number(progress, "eta_seconds"),
    };

    if (p->quiet || !s.word)
        return;
    if (p->terminal)
        show_bar(p, &s);
    else
        show_plain(p, &s);
}

void progress_end(struct progress *p)
{
    if (p->on_line)
        (void)fprintf(p->to, "\r\033[K");
    (void)fflush(p->to);
    p->on_line = false;
}
