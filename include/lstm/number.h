/* number.h - fast conversion between numbers and text, for every response and model file.
 *
 * The decimal point is '.', as in the C locale, which the program never leaves. */
#ifndef LSTM_NUMBER_H
#define LSTM_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any number and its NUL. Each function returns the length of the text it wrote. */
enum { NUMBER_TEXT_MAX = 32 };

/* The shortest decimal that reads back as v, and the nearest to v among those of its length. In the
 * style of %g: "447.1", "0.00025", "1e+15", "2.5e-05"; both zeros are "0". v must be finite. */
size_t number_text(char out[NUMBER_TEXT_MAX], double v);
/* The same for any double, as model files need it: "-0", "nan", "inf", "-inf". A subnormal has at
 * least 15 digits. */
size_t number_text_any(char out[NUMBER_TEXT_MAX], double v);
/* v rounded to 0 to 6 decimals, without zeros at the end. v must be finite. */
size_t number_text_decimals(char out[NUMBER_TEXT_MAX], double v, int decimals);
size_t number_text_i64(char out[NUMBER_TEXT_MAX], long long v);

/* The double that is nearest to m * 10^-decimals, as strtod() would read it; decimals 0 to
 * NUMBER_DECIMALS_MAX. */
enum { NUMBER_DECIMALS_MAX = 19 };
double number_decimal(uint64_t m, int decimals);

/* Reads all of s, as number_text_any() writes it; *out may be NaN or infinite. Returns false for
 * any other text. */
bool number_parse(double *out, const char *s);

#endif
