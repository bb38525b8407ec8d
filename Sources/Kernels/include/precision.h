#ifndef ESPALIER_PRECISION_H
#define ESPALIER_PRECISION_H
#include <stdint.h>

/// How a product reads its operands: as they are, or each number rounded to the nearest of 16 bits (ties to even,
/// what is too large becomes infinite, NaN stays). Products are added up in float32 always.
enum { ESP_PRECISION_FLOAT32 = 0, ESP_PRECISION_BFLOAT16 = 1, ESP_PRECISION_FLOAT16 = 2 };

/// out[i] = x[i] rounded, i < count; `out` may be `x`.
void esp_round(int precision, const float *x, float *out, long count);

/// To and from bfloat16, the upper half of a float, i < count.
void esp_narrow(const float *x, uint16_t *out, long count);
void esp_widen(const uint16_t *x, float *out, long count);

/// Whether products of bfloat16 run on instructions of their own, at twice the rate of float32, with the instruction
/// set in use. Elsewhere operands are rounded and multiplied in float32.
int esp_multiplies_bfloat16(void);

#endif
