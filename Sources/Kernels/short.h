#ifndef ESPALIER_SHORT_H
#define ESPALIER_SHORT_H
#include <stdint.h>
#include <string.h>

// bfloat16 is the upper half of a float.

static inline float esp_widened(uint16_t x) {
  const uint32_t bits = (uint32_t)x << 16;
  float number;
  memcpy(&number, &bits, 4);
  return number;
}

/// To the nearest, ties to even; NaN stays.
static inline uint16_t esp_narrowed(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  if (x != x) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#endif
