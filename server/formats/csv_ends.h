/* csv_ends.h - finds the bytes of a CSV text that may end a cell, many at once. Private to
 * formats/.
 *
 * Most of the time of reading CSV is spent here. So there is a version with the vector instructions
 * that every x86-64 has, and one in plain C for other processors. */
#ifndef SERVER_FORMATS_CSV_ENDS_H
#define SERVER_FORMATS_CSV_ENDS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { CSV_ENDS = 4, CSV_ENDS_WIDTH = 16 };

/* The separator, both line ends and the quote, none of them NUL, each in all bytes of its row. */
struct csv_ends {
    _Alignas(CSV_ENDS_WIDTH) unsigned char bytes[CSV_ENDS][CSV_ENDS_WIDTH];
};

static inline struct csv_ends csv_ends_of(char separator)
{
    const char ends[CSV_ENDS] = {separator, '\n', '\r', '"'};
    struct csv_ends e;

    for (size_t i = 0; i < CSV_ENDS; i++)
        memset(e.bytes[i], ends[i], CSV_ENDS_WIDTH);
    return e;
}

/* Sets the highest bit of each of the eight bytes at p that may end a cell; bit 8 * i + 7 belongs
 * to p[i]. A byte of `end` is 0, that is, p[i] is the end sought, only if neither it nor the sum
 * has the highest bit. */
static inline uint64_t csv_ends_word(const struct csv_ends *e, const char *p)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t word, end, others = UINT64_MAX;

    memcpy(&word, p, sizeof(word));
    for (size_t i = 0; i < CSV_ENDS; i++) {
        memcpy(&end, e->bytes[i], sizeof(end));
        end ^= word;
        others &= ((end & low) + low) | end;
    }
    return ~(le64toh(others) | low);
}

#if defined(__SSE2__)

enum { CSV_BLOCK = 16, CSV_BLOCK_BITS = 1 };

/* The bytes of a block that may end a cell. Bit i * CSV_BLOCK_BITS, or one of those up to the next
 * multiple, belongs to p[i]. */
static inline uint64_t csv_ends_block(const struct csv_ends *e, const char *p)
{
    const __m128i *ends = (const __m128i *)(const void *)e->bytes;
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i a = _mm_or_si128(_mm_cmpeq_epi8(text, ends[0]), _mm_cmpeq_epi8(text, ends[1]));
    __m128i b = _mm_or_si128(_mm_cmpeq_epi8(text, ends[2]), _mm_cmpeq_epi8(text, ends[3]));

    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(a, b));
}

#else

enum { CSV_BLOCK = 8, CSV_BLOCK_BITS = 8 };

static inline uint64_t csv_ends_block(const struct csv_ends *e, const char *p)
{
    return csv_ends_word(e, p);
}

#endif

/* The same for the block at p, of which only n bytes are text. */
static inline uint64_t csv_ends_at(const struct csv_ends *e, const char *p, ptrdiff_t n)
{
    char block[CSV_BLOCK] = {0};

    if (n >= CSV_BLOCK)
        return csv_ends_block(e, p);
    if (n <= 0)
        return 0;
    memcpy(block, p, (size_t)n);
    return csv_ends_block(e, block);
}

#endif
