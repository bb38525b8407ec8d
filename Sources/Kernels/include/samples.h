#ifndef ESPALIER_SAMPLES_H
#define ESPALIER_SAMPLES_H

#include <stdint.h>

/// What fitting and applying transforms does to rows of samples. Results have the same bits for any thread count and,
/// but for the moments, for any number of rows in a call.

/// Of x[rows][columns], each column by itself: mean[c] and squares[c] = Σ (x - mean[c])², in double precision; low[c] and
/// high[c] are lowered and raised to the least and the greatest value. NaN shows in the mean and not in the extremes.
void esp_column_moments(
  const float *x, int64_t rows, int64_t columns, double *mean, double *squares, float *low, float *high);

/// out[r][c] = (x[r][c] - shift[c]) / divisor[c] · gain + offset; with both NULL, x[r][c] · gain + offset.
void esp_scale_columns(
  float *out, const float *x, int64_t rows, int64_t columns, const float *shift, const float *divisor, float gain,
  float offset);

/// out[rows][outputs] = (x[rows][inputs] - mean) · map[inputs][outputs]. `out` must not overlap what is read.
void esp_map_rows(
  float *out, const float *x, int64_t rows, int64_t inputs, int64_t outputs, const float *mean, const float *map);

#endif
