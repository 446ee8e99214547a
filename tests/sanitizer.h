/* sanitizer.h - which sanitizers this program was compiled with, by gcc or by clang: 1 or 0. */
#ifndef TESTS_SANITIZER_H
#define TESTS_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER 1
#endif

#if defined(__has_feature) /* clang defines none of those two */
#if __has_feature(address_sanitizer) && !defined(ADDRESS_SANITIZER)
#define ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer) && !defined(THREAD_SANITIZER)
#define THREAD_SANITIZER 1
#endif
#endif

#if !defined(ADDRESS_SANITIZER)
#define ADDRESS_SANITIZER 0
#endif
#if !defined(THREAD_SANITIZER)
#define THREAD_SANITIZER 0
#endif

/* Each allocates by functions of its own, keeps memory that was freed, and is slow: the thread
 * sanitizer makes training about a hundred times slower. */
#define ANY_SANITIZER (ADDRESS_SANITIZER || THREAD_SANITIZER)

#endif
