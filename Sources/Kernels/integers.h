#ifndef ESPALIER_INTEGERS_H
#define ESPALIER_INTEGERS_H

static inline long esp_least(long x, long y) { return x < y ? x : y; }
static inline long esp_most(long x, long y) { return x > y ? x : y; }
static inline long esp_ceil_div(long x, long y) { return (x + y - 1) / y; }

#endif
