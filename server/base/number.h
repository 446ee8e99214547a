/* number.h - a double as text, fast: every number of every answer goes through here. */
#ifndef SERVER_BASE_NUMBER_H
#define SERVER_BASE_NUMBER_H

#include <stddef.h>

enum { NUMBER_TEXT_MAX = 32 };

/* The shortest decimal that reads back as v, the nearest to v among those, NUL-terminated; its
 * length. In the style of %g: "447.1", "0.00025", "1e+15", "2.5e-05"; both zeros are "0". v must
 * be finite. The decimal point is '.' in the C locale, which this program never leaves. */
size_t number_text(char out[NUMBER_TEXT_MAX], double v);
/* v to that many decimals, 0 to 6, without zeros at the end. */
size_t number_text_decimals(char out[NUMBER_TEXT_MAX], double v, int decimals);
/* The same for an integer. */
size_t number_text_i64(char out[NUMBER_TEXT_MAX], long long v);

#endif
