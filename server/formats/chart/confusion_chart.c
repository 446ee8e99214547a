/* confusion_chart.c - see confusion_chart.h. */
#include "server/formats/chart/confusion_chart.h"

#include "server/formats/chart/svg.h"

#include <math.h>
#include <stdio.h>

enum { CELL = 40, LABELS = 84, TITLE_BASELINE = 24, TOP = 44, LINE = 18, BASELINE = 4 };
enum { LIST = 250, MARGIN = 24, PAIRS_MAX = 10, HEADING = 26 };
/* Opacity of a cell with the share 1. The square root of the share makes rare confusions
 * visible. */
static const double darkest = 0.85;

struct pair {
    int truth, predicted;
    double count;
};

static double row_sum(const struct confusion_chart *c, int row)
{
    double sum = 0;

    for (int k = 0; k < c->n; k++)
        sum += c->counts[row * c->n + k];
    return sum;
}

static void heading(struct buf *out, const struct confusion_chart *c)
{
    for (int k = 0; k < c->n; k++) {
        double middle = LABELS + (k + 0.5) * CELL;

        svg_text_within(out, NULL, 4, TOP + HEADING + (k + 0.5) * CELL + BASELINE, LABELS - 8,
                        c->tags[k]);
        buf_printf(out, "<g transform=\"translate(%.1f %d) rotate(-30)\">", middle - 8,
                   TOP + HEADING - 4);
        svg_text_within(out, SVG_NOTE, 0, 0, LABELS, c->tags[k]);
        buf_puts(out, "</g>\n");
    }
}

static void cell(struct buf *out, const struct confusion_chart *c, int row, int column, double sum)
{
    double count = c->counts[row * c->n + column], x = LABELS + column * CELL;
    double y = TOP + HEADING + row * CELL;
    char text[32];

    if (!(count > 0))
        return;
    buf_printf(out,
               "<rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\" fill=\"%s\" "
               "fill-opacity=\"%.3f\"/>",
               x, y, CELL - 1, CELL - 1, row == column ? "#8886" : "#d9480f",
               darkest * sqrt(count / sum));
    if (count < 1e5)
        snprintf(text, sizeof(text), "%.0f", count);
    else
        snprintf(text, sizeof(text), "%.0fk", count / 1000);
    svg_text(out, SVG_NOTE, x + CELL / 2.0, y + CELL / 2.0 + BASELINE, SVG_MIDDLE, text);
}

/* Finds the most frequent confusions, the most frequent first. Returns their number. */
static int worst(struct pair out[PAIRS_MAX], const struct confusion_chart *c)
{
    int n = 0;

    for (int i = 0; i < c->n; i++)
        for (int k = 0; k < c->n; k++) {
            struct pair p = {i, k, c->counts[i * c->n + k]};
            int at = n;

            if (i == k || !(p.count > 0))
                continue;
            while (at > 0 && out[at - 1].count < p.count)
                at--;
            if (at == PAIRS_MAX)
                continue;
            if (n < PAIRS_MAX)
                n++;
            for (int m = n - 1; m > at; m--)
                out[m] = out[m - 1];
            out[at] = p;
        }
    return n;
}

static void list(struct buf *out, const struct confusion_chart *c, const struct pair *pairs, int n,
                 double x)
{
    char text[256];

    svg_text(out, NULL, x, TOP, SVG_START, n ? "Confused most" : "No tag was confused");
    for (int i = 0; i < n; i++) {
        snprintf(text, sizeof(text), "%.0f \xc3\x97 %s taken for %s", pairs[i].count,
                 c->tags[pairs[i].truth], c->tags[pairs[i].predicted]);
        svg_text_within(out, SVG_NOTE, x, TOP + (i + 1.5) * LINE, LIST, text);
    }
}

void confusion_chart_write(struct buf *out, const struct confusion_chart *c)
{
    int size = LABELS + c->n * CELL, high = TOP + HEADING + c->n * CELL;
    int least_high = TOP + (PAIRS_MAX + 2) * LINE;
    struct pair pairs[PAIRS_MAX];
    int n = worst(pairs, c);

    svg_open(out, size + LIST + 2 * MARGIN, (high > least_high ? high : least_high) + MARGIN,
             c->title, "Rows are true tags, columns predicted ones.");
    svg_text_within(out, SVG_TITLE, 4, TITLE_BASELINE, size + LIST, c->title);
    heading(out, c);
    for (int i = 0; i < c->n; i++) {
        double sum = row_sum(c, i);

        for (int k = 0; k < c->n; k++)
            cell(out, c, i, k, sum);
    }
    list(out, c, pairs, n, size + MARGIN);
    svg_close(out);
}
