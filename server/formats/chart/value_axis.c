/* value_axis.c - see value_axis.h. */
#include "server/formats/chart/value_axis.h"

#include <math.h>

/* Over more powers of ten than this, a logarithmic axis has ticks at these only, else at 1, 2 and 5
 * times them. */
enum { DECADES_WITH_PARTS = 3 };

struct value_axis value_axis_empty(void)
{
    return (struct value_axis){.low = INFINITY, .high = -INFINITY};
}

void value_axis_widen(struct value_axis *a, const double *v, int n)
{
    for (int i = 0; v && i < n; i++)
        if (isfinite(v[i])) {
            a->low = fmin(a->low, v[i]);
            a->high = fmax(a->high, v[i]);
        }
}

double round_step(double range, int parts)
{
    double raw = range / parts, power = pow(10, floor(log10(raw))), part = raw / power;

    return power * (part <= 1 ? 1 : (part <= 2 ? 2 : (part <= 5 ? 5 : 10)));
}

void value_axis_settle(struct value_axis *a, int ticks)
{
    double room;

    if (!(a->low <= a->high)) {
        a->low = 0;
        a->high = 1;
    }
    room = fmax(a->high - a->low, 1e-9 * fmax(fabs(a->high), fabs(a->low)));
    if (room < 1e-300)
        room = 1;
    a->step = round_step(room, ticks);
    a->low = floor(a->low / a->step + 1e-9) * a->step;
    a->high = ceil(a->high / a->step - 1e-9) * a->step;
    if (!(a->low < a->high))
        a->high = a->low + a->step;
    a->log = false;
}

void value_axis_settle_log(struct value_axis *a, int ticks)
{
    if (!(a->low > 0 && a->low <= a->high)) {
        value_axis_settle(a, ticks);
        return;
    }
    a->log = true;
    a->low = pow(10, floor(log10(a->low) + 1e-9));
    a->high = pow(10, ceil(log10(a->high) - 1e-9));
    if (a->high <= a->low)
        a->high = 10 * a->low;
}

static int log_ticks(double out[VALUE_TICKS_MAX], const struct value_axis *a)
{
    static const double parts[] = {1, 2, 5};
    int from = (int)lround(log10(a->low)), decades = (int)lround(log10(a->high)) - from;
    int every = 1 + decades / 8, n = 0;

    for (int d = 0; d <= decades; d += every)
        for (int p = 0; p < (decades <= DECADES_WITH_PARTS ? 3 : 1); p++) {
            double v = parts[p] * pow(10, from + d);

            if (n < VALUE_TICKS_MAX && v <= a->high * (1 + 1e-9))
                out[n++] = v;
        }
    return n;
}

int value_axis_ticks(double out[VALUE_TICKS_MAX], const struct value_axis *a)
{
    int n = 0;

    if (a->log)
        return log_ticks(out, a);
    for (; n < VALUE_TICKS_MAX; n++) {
        double v = a->low + n * a->step;

        if (v > a->high + a->step / 2)
            break;
        out[n] = fabs(v) < a->step * 1e-9 ? 0 : v;
    }
    return n;
}

double value_axis_place(const struct value_axis *a, double v)
{
    if (a->log)
        return log(v / a->low) / log(a->high / a->low);
    return (v - a->low) / (a->high - a->low);
}
