/* screens.h - all screens of the page, with contents, and the looks in which they are tested. */
#ifndef TESTS_BROWSER_SCREENS_H
#define TESTS_BROWSER_SCREENS_H

#include <stdbool.h>

enum { NUM_SCREENS = 15, NUM_LOOKS = 4 };

struct screen {
    const char *name, *hash; /* hash: the part of the address after ui/ */
};
extern const struct screen screens[NUM_SCREENS];

struct look {
    const char *name;
    int width, height; /* pixels */
    bool dark;
};
extern const struct look looks[NUM_LOOKS];

/* Stores the data, models and jobs that the screens show. */
void screens_fill(void);
/* Stores "ice", sales that follow a temperature, and trains versions of the model "ice", for which
 * the temperature is known in advance. */
void screens_ice(int versions);
/* From this call on, the page is shown in this look. */
void screen_look(const struct look *look);
/* Opens a screen and waits until all its requests and movements have ended. */
void screen_settle(const char *hash);

#endif
