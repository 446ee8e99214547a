/* number.c - doubles as text and back: see <lstm/number.h>.
 *
 * A double m * 2^e stands for all real numbers that are nearer to it than to its neighbours, an
 * interval of one unit in the last place. Between 1e-4 and 1e15, the ends of that interval times a
 * power of ten, chosen so that they have 17 digits, are exact in 128 bits. The shortest decimal is
 * the integer between them with the most zeros at its end: Steele and White, How to print
 * floating-point numbers accurately, 1990, with one integer instead of a loop over digits. Outside
 * that range, where few numbers of a series are, printf() does the work. */
#include <float.h>
#include <lstm/number.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum { DIGITS = 17, MANTISSA_BITS = 52, EXPONENT_BIAS = 1075 };

static const uint64_t power10[] = {1ULL,
                                   10ULL,
                                   100ULL,
                                   1000ULL,
                                   10000ULL,
                                   100000ULL,
                                   1000000ULL,
                                   10000000ULL,
                                   100000000ULL,
                                   1000000000ULL,
                                   10000000000ULL,
                                   100000000000ULL,
                                   1000000000000ULL,
                                   10000000000000ULL,
                                   100000000000000ULL,
                                   1000000000000000ULL,
                                   10000000000000000ULL,
                                   100000000000000000ULL,
                                   1000000000000000000ULL,
                                   10000000000000000000ULL};
static const wide ten_to_15 = 1000000000000000ULL;

/* Writes the decimal digits of v to out, at least one; returns how many. */
static size_t put_digits(char *out, uint64_t v)
{
    static const char pair[] = "0001020304050607080910111213141516171819"
                               "2021222324252627282930313233343536373839"
                               "4041424344454647484950515253545556575859"
                               "6061626364656667686970717273747576777879"
                               "8081828384858687888990919293949596979899";
    char text[24];
    size_t at = sizeof(text);

    while (v >= 100) {
        at -= 2;
        memcpy(text + at, pair + 2 * (v % 100), 2);
        v /= 100;
    }
    if (v >= 10) {
        at -= 2;
        memcpy(text + at, pair + 2 * v, 2);
    } else {
        text[--at] = (char)('0' + v);
    }
    memcpy(out, text + at, sizeof(text) - at);
    return sizeof(text) - at;
}

size_t number_text_i64(char out[NUMBER_TEXT_MAX], long long v)
{
    size_t sign = v < 0;
    size_t n;

    out[0] = '-';
    n = sign + put_digits(out + sign, sign ? 0 - (uint64_t)v : (uint64_t)v);
    out[n] = '\0';
    return n;
}

/* Returns the decimal exponent: floor(log10(v)) for 1e-4 <= v < 1e15. */
static int magnitude(double v)
{
    static const double bound[] = {1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,  1e3,  1e4,  1e5, 1e6,
                                   1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    int i = 0;

    while (v >= bound[i])
        i++;
    return i - 4;
}

static wide times_power10(uint64_t v, int k)
{
    return k > 15 ? (wide)v * ten_to_15 * power10[k - 15] : (wide)v * power10[k];
}

/* Of the integers that stand for v * 10^k, returns the one with the most zeros at its end, and of
 * these the nearest. v = m * 2^e; k (2 to 20) gives it 17 digits. */
static uint64_t shortest(uint64_t m, int e, int k)
{
    int shift = 2 - e; /* quarters of a unit in the last place are integers */
    uint64_t below = m == 1ULL << MANTISSA_BITS ? 1 : 2;
    wide value = times_power10(4 * m, k);
    wide low = times_power10(4 * m - below, k), high = times_power10(4 * m + 2, k);
    wide open = m & 1; /* the ends themselves round to the even neighbour */
    uint64_t lo = (uint64_t)((low + open + (((wide)1 << shift) - 1)) >> shift);
    uint64_t hi = (uint64_t)((high - open) >> shift);
    uint64_t unit = 1, floor_, up;
    wide rest, half;

    while (hi % (unit * 10) <= hi - lo) /* a multiple of unit * 10 is in between */
        unit *= 10;
    floor_ = (uint64_t)(value >> shift) / unit * unit;
    up = floor_ + unit;
    if (floor_ < lo)
        return up;
    if (up > hi)
        return floor_;
    rest = value - ((wide)floor_ << shift);
    half = (wide)unit << (shift - 1);
    return rest > half || (rest == half && floor_ / unit % 2 == 1) ? up : floor_;
}

/* Writes digits * 10^-k with a decimal point and without zeros at its end. */
static size_t place_point(char *out, uint64_t digits, int k)
{
    char text[24] = "";
    size_t n = put_digits(text, digits), used = 0;
    size_t fraction = (size_t)k, whole = n > fraction ? n - fraction : 0;

    if (whole == 0) {
        memcpy(out, "0.000000", 9);
        used = 2 + fraction - n;
    } else {
        memcpy(out, text, n);
        out[whole] = '.';
        used = whole + 1;
    }
    memcpy(out + used, text + whole, n - whole);
    used += n - whole;
    while (out[used - 1] == '0')
        used--;
    if (out[used - 1] == '.')
        used--;
    return used;
}

static size_t by_printf(char out[NUMBER_TEXT_MAX], double v)
{
    bool full =
        v >= DBL_MIN || v <= -DBL_MIN; /* then decimals of 15 digits are all different doubles */
    int n = 0;

    for (int digits = full ? 15 : 1; digits <= DIGITS; digits++) {
        n = snprintf(out, NUMBER_TEXT_MAX, "%.*g", digits, v);
        if (strtod(out, NULL) ==
            v) /* NOLINT(clang-diagnostic-float-equal): exactness is the point */
            break;
    }
    return (size_t)n;
}

size_t number_text(char out[NUMBER_TEXT_MAX], double v)
{
    double size = v < 0 ? -v : v;
    size_t sign = v < 0, n;
    uint64_t bits;
    int e, k;

    if (size < 1e15 && (double)(int64_t)v == v) /* NOLINT(clang-diagnostic-float-equal) */
        return number_text_i64(out, (long long)v);
    if (!(size >= 1e-4 && size < 1e15))
        return by_printf(out, v);
    memcpy(&bits, &size, sizeof(bits));
    e = (int)(bits >> MANTISSA_BITS) - EXPONENT_BIAS;
    bits = (bits & ((1ULL << MANTISSA_BITS) - 1)) | 1ULL << MANTISSA_BITS;
    k = DIGITS - 1 - magnitude(size);
    out[0] = '-';
    n = sign + place_point(out + sign, shortest(bits, e, k), k);
    out[n] = '\0';
    return n;
}

size_t number_text_any(char out[NUMBER_TEXT_MAX], double v)
{
    int n = 0;

    if (isnormal(v))
        return number_text(out, v);
    if (isnan(v))
        return (size_t)snprintf(out, NUMBER_TEXT_MAX, "nan");
    for (int digits = 15; digits <= DIGITS; digits++) {
        n = snprintf(out, NUMBER_TEXT_MAX, "%.*g", digits, v);
        if (strtod(out, NULL) == v) /* NOLINT(clang-diagnostic-float-equal) */
            break;
    }
    return (size_t)n;
}

/* A short mantissa and these powers of ten are exact doubles, so that one division rounds only once
 * (Clinger, How to read floating point numbers accurately, 1990). Longer mantissas are divided as
 * integers to 63 or 64 bits. A remainder sets the last of these bits, which is far below the one
 * that rounding looks at. */
double number_decimal(uint64_t m, int decimals)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                   1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
    uint64_t divisor = power10[decimals], quotient;
    int shift;
    wide scaled;

    if (m <= 1ULL << (MANTISSA_BITS + 1))
        return (double)m / power[decimals];
    shift = 63 + __builtin_clzll(m) - __builtin_clzll(divisor);
    scaled = (wide)m << shift;
    quotient = (uint64_t)(scaled / divisor);
    quotient |= scaled % divisor != 0;
    return ldexp((double)quotient, -shift);
}

bool number_parse(double *out, const char *s)
{
    char *end;
    double v;

    if (strcmp(s, "nan") == 0) {
        *out = (double)NAN;
        return true;
    }
    /* strtod() alone would also take blanks, hexadecimal and "infinity". */
    if (!s[0] || (strspn(s, "+-0123456789.eE") != strlen(s) && strcmp(s, "inf") != 0 &&
                  strcmp(s, "-inf") != 0))
        return false;
    v = strtod(s, &end);
    if (*end)
        return false;
    *out = v;
    return true;
}

size_t number_text_decimals(char out[NUMBER_TEXT_MAX], double v, int decimals)
{
    double scaled = (v < 0 ? -v : v) * (double)power10[decimals];
    uint64_t digits;
    size_t sign, n;

    if (!(scaled < 1e15))
        return number_text(out, v);
    digits = (uint64_t)(scaled + 0.5);
    sign = v < 0 && digits > 0;
    out[0] = '-';
    n = sign + place_point(out + sign, digits, decimals);
    out[n] = '\0';
    return n;
}
