/* time_readings.h - the ways in which times are written.
 *
 * "01/02/2020" is in January or in February. A single cell does not show which, but a column mostly
 * does: each cell gives the set of readings that it fits, and only readings that fit all cells
 * remain. Names of months are in seven languages (time_pieces.h). Years are 0001 to 9999; years of
 * two digits are 1969 to 1999 for 69 to 99, and 2000 to 2068 for 00 to 68 (POSIX, strptime). */
#ifndef SERVER_DATA_TABLE_TIME_READINGS_H
#define SERVER_DATA_TABLE_TIME_READINGS_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of preference when a column fits several. */
enum time_reading {
    TIME_ISO,            /* 2020-01-31, 2020/01/31, 2020-01, 2020Q1, 2020-01-31T12:00:00Z */
    TIME_YMD,            /* 2020-1-31, 2020.01.31 */
    TIME_DMY,            /* 31/01/2020, 31.1.20 */
    TIME_MDY,            /* 01/31/2020, 1-31-20 */
    TIME_YMD_SHORT,      /* 20/01/31 */
    TIME_MY,             /* 01/2020 */
    TIME_DBY,            /* 31-Jan-2020, 31 January 20 */
    TIME_BDY,            /* January 31, 2020 */
    TIME_YBD,            /* 2020-Jan-31 */
    TIME_BY,             /* Jan 2020, Jan-20 */
    TIME_YB,             /* 2020 Jan */
    TIME_YQ,             /* 2020 Q1, 2020-Q1 */
    TIME_QY,             /* Q1 2020, 1Q20 */
    TIME_YM,             /* 2020M01, 2020/1 */
    TIME_WEEK,           /* 2020-W05, 2020 W05, W05 2020: the Monday; 2020-W05-3 */
    TIME_FISCAL,         /* FY2020, FY20, 2020FY: the year in the name */
    TIME_RANGE,          /* 2020-01-27/2020-02-02, 2020-01-27 to 2020-02-02: the beginning */
    TIME_RANGE_DMY,      /* 27/01/2020 - 02/02/2020 */
    TIME_RANGE_MDY,      /* 01/27/2020 - 02/02/2020 */
    TIME_YEAR,           /* 2020 */
    TIME_DECIMAL,        /* 2020, 2020.083, 2020.25: years and twelfths, the beginnings of months */
    TIME_DECIMAL_MIDDLE, /* 2020.042, 2020.125: the middles of months */
    TIME_YYYYMMDD,       /* 20200131 */
    TIME_YYYYMM,         /* 202001 */
    TIME_YYYYWW,         /* 202005: year and ISO week */
    TIME_YYYYDDD,        /* 2020031: year and day of the year */
    TIME_STAMP,          /* 20200131T1200, 202001311200, 20200131120000 */
    TIME_SECONDS,        /* since 1970: 1577836800, 1577836800.0 */
    TIME_MILLIS,
    TIME_MICROS,
    TIME_NANOS,
    TIME_EXCEL, /* days since 1899-12-30: 43831, 43831.5 */
    TIME_ROW,   /* the number of a row */
    TIME_READINGS
};
typedef uint64_t time_readings; /* one bit for each */
#define TIME_BIT(reading) (UINT64_C(1) << (reading))

/* Large numbers that count from 1970 on. */
#define TIME_EPOCHS                                                                                \
    (TIME_BIT(TIME_SECONDS) | TIME_BIT(TIME_MILLIS) | TIME_BIT(TIME_MICROS) | TIME_BIT(TIME_NANOS))
/* Years with decimals. */
#define TIME_DECIMALS (TIME_BIT(TIME_DECIMAL) | TIME_BIT(TIME_DECIMAL_MIDDLE))
/* Readings of plain numbers: the column needs the name of a time for them. */
#define TIME_NUMBERS                                                                               \
    (TIME_DECIMALS | TIME_BIT(TIME_YEAR) | TIME_BIT(TIME_YYYYMMDD) | TIME_BIT(TIME_YYYYMM) |       \
     TIME_BIT(TIME_YYYYWW) | TIME_BIT(TIME_YYYYDDD) | TIME_BIT(TIME_SECONDS) |                     \
     TIME_BIT(TIME_MILLIS) | TIME_BIT(TIME_MICROS) | TIME_BIT(TIME_NANOS) | TIME_BIT(TIME_EXCEL) | \
     TIME_BIT(TIME_ROW))

/* Properties of the times in a column, besides the reading. */
struct time_traits {
    bool short_part;   /* a day or month of one digit */
    bool fraction;     /* of a second; it is cut off */
    bool clocks;       /* times of day; the following are about them: */
    bool zoned;        /* with an offset, or Z */
    bool zones_differ; /* two cells have different offsets */
    bool named_zone;   /* "CET": read as its offset */
    bool zone_name;    /* "[Europe/Berlin]": ignored */
    int zone;          /* minutes east of UTC */
};

#endif
