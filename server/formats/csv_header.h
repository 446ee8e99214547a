/* csv_header.h - whether the first row of CSV is a header. */
#ifndef SERVER_FORMATS_CSV_HEADER_H
#define SERVER_FORMATS_CSV_HEADER_H

enum csv_header { CSV_HEADER_AUTO, CSV_HEADER_YES, CSV_HEADER_NO };

#endif
