#ifndef ESPALIER_LANES_H
#define ESPALIER_LANES_H

// The table of vector kernels, one instance per instruction set. Internal to this target.

#include <stdint.h>
#include "fused.h"
#include "short.h"

/// Tile lengths and slots are multiples of this many floats, the widest vector.
#define ESP_PAD 16
/// Floats beyond a slot's length that kernels may overwrite (a row's last vector spills into the next row).
#define ESP_SLACK 16

static inline int64_t esp_padded(int64_t n) { return (n + ESP_PAD - 1) & ~(int64_t)(ESP_PAD - 1); }

/// o[i] = f(a[i], b[i], c[i]) for i < n, n a multiple of ESP_PAD. A bit of `still` (1: a, 2: b, 4: c) says that this
/// operand is one vector of ESP_PAD equal values, read again for every i. `o` may be one of the operands.
typedef void (*esp_map)(float *o, const float *a, const float *b, const float *c, int64_t n, unsigned still);

typedef struct esp_lanes {
  int lanes;
  esp_map map[ESP_OP_COUNT];

  void (*copy)(float *o, const float *x, int64_t n);  ///< any n, nothing beyond touched
  /// From and to bfloat16, the same; `narrow` rounds.
  void (*widen)(float *o, const uint16_t *x, int64_t n);
  void (*narrow)(uint16_t *o, const float *x, int64_t n);
  /// o[r·columns + c] = row[r], or column[c]; may write ESP_SLACK floats beyond.
  void (*expand_row)(float *o, const float *row, int64_t rows, int64_t columns);
  void (*expand_column)(float *o, const float *column, int64_t rows, int64_t columns);

  /// o[r] = reduction of row r of x; may read up to a vector beyond x, unless columns is a multiple of ESP_PAD.
  void (*row_sum)(float *o, const float *x, int64_t rows, int64_t columns);
  void (*row_max)(float *o, const float *x, int64_t rows, int64_t columns);
  void (*row_min)(float *o, const float *x, int64_t rows, int64_t columns);
  void (*row_argmax)(float *o, const float *x, int64_t rows, int64_t columns);

  /// sum[c] += Σ over rows of x; reads and writes like the row reductions.
  void (*column_sum)(float *sum, const float *x, int64_t rows, int64_t columns);
  /// Over x[0 ..< n], n as it is; reads up to a vector beyond.
  double (*sum_all)(const float *x, int64_t n);
  float (*max_all)(const float *x, int64_t n);
  float (*min_all)(const float *x, int64_t n);

  /// o[i] from index first + i·stride for i < n rounded up to a vector.
  void (*uniform)(float *o, int64_t n, const uint32_t key[2], uint64_t first, uint64_t stride);
  void (*normal)(float *o, int64_t n, const uint32_t key[2], uint64_t first, uint64_t stride);
  void (*ramp)(float *o, int64_t n, int64_t first, int64_t stride);

  /// o[c·o_stride + r] = x[r·x_stride + c] for r < rows, c < columns.
  void (*transpose)(
    float *o, int64_t o_stride, const float *x, int64_t x_stride, int64_t rows, int64_t columns);

  // Double precision, see eigen_lanes.h.
  double (*dot)(const double *x, const double *y, int64_t n);
  void (*add_scaled)(double *y, const double *x, double scale, int64_t n);
  void (*subtract_two)(double *row, const double *q, double a, const double *p, double b, int64_t n);
  double (*update_and_multiply)(
    double *row, const double *q, double a, const double *p, double b, const double *v, double *sums, double x,
    int64_t n);
  void (*rotate_rows)(
    double *z, int64_t stride, const double *cosines, const double *sines, int64_t first, int64_t last);
  int block_rows, block_columns;  ///< of multiply_block; the columns are a multiple of the rows
  void (*multiply_block)(
    double *c, int64_t stride, const double *a, int64_t step, const double *b, int64_t k, int64_t rows,
    int64_t columns);
} esp_lanes;

/// The most that `block_columns` is.
#define ESP_MOST_BLOCK_COLUMNS 24

/// Columns that `rotate_rows` handles at once.
#define ESP_ROTATION_COLUMNS 64

extern const esp_lanes esp_lanes_baseline;
#if defined(__x86_64__)
extern const esp_lanes esp_lanes_avx2;
extern const esp_lanes esp_lanes_avx512;
#endif

/// The table in use.
const esp_lanes *esp_current_lanes(void);

#endif
