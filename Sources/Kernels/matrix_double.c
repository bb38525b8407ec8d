// Products and Cholesky factors in double precision.

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "eigen.h"
#include "lanes.h"
#include "threads.h"

// Operands are packed into strips of the block kernel's width: strip[s][l][j] holds column s·width + j of step l. Where
// both are the same matrix, strips of rows are parts of those of columns.
typedef struct product {
  const esp_lanes *lanes;
  double *c;
  const double *a, *b;      // packed strips of this chunk of steps
  int64_t m, n, k, stride;
} product;

static int64_t strips(int64_t n, int64_t width) { return (n + width - 1) / width; }

// One strip of columns, all strips of rows: the strip of b stays in the first-level cache.
static void multiply_strip(void *context, int strip) {
  const product *p = context;
  int64_t mr = p->lanes->block_rows, nr = p->lanes->block_columns, j = strip * nr;
  const double *b = p->b + strip * nr * p->k;
  for (int64_t i = 0; i < p->m; i += mr)
    p->lanes->multiply_block(p->c + i * p->stride + j, p->stride, p->a + i * p->k, mr, b, p->k, p->m - i, p->n - j);
}

static void multiply_all(product *p) {
  int count = (int)strips(p->n, p->lanes->block_columns);
  if ((double)p->m * (double)p->n * (double)p->k < 200000) {
    for (int s = 0; s < count; s++) multiply_strip(p, s);
  } else
    esp_parallel(count, multiply_strip, p);
}

enum { STEPS = 128, SAMPLES = 192 };

static double *allocate(int64_t count) {
  return aligned_alloc(64, (sizeof(double) * (size_t)count + 64) / 64 * 64);
}

// The sum of products of a chunk of samples, in two regions: strips are packed, then multiplied.
typedef struct scatter {
  const esp_lanes *lanes;
  const float *x;           // k rows of `columns`
  const double *shift;      // or NULL
  double *sum, *square, *packed;
  int64_t k, columns;
} scatter;

static void pack_strip(void *context, int strip) {
  const scatter *p = context;
  int64_t nr = p->lanes->block_columns, first = strip * nr;
  int64_t width = p->columns - first < nr ? p->columns - first : nr;
  double *restrict out = p->packed + first * p->k;
  double sums[ESP_MOST_BLOCK_COLUMNS] = {0}, shift[ESP_MOST_BLOCK_COLUMNS] = {0};
  if (p->shift) memcpy(shift, p->shift + first, sizeof(double) * (size_t)width);
  for (int64_t l = 0; l < p->k; l++, out += nr) {
    const float *restrict x = p->x + l * p->columns + first;
    for (int64_t j = 0; j < width; j++) {
      double v = (double)x[j] - shift[j];
      sums[j] += v;
      out[j] = v;
    }
    for (int64_t j = width; j < nr; j++) out[j] = 0;
  }
  for (int64_t j = 0; j < width; j++) p->sum[first + j] += sums[j];
}

// The part of a strip of columns that touches the lower triangle.
static void scatter_strip(void *context, int strip) {
  const scatter *p = context;
  int64_t mr = p->lanes->block_rows, nr = p->lanes->block_columns, j = strip * nr;
  const double *b = p->packed + j * p->k;
  for (int64_t i = j; i < p->columns; i += mr)
    p->lanes->multiply_block(
      p->square + i * p->columns + j, p->columns, p->packed + i / nr * nr * p->k + i % nr, nr, b, p->k, p->columns - i,
      p->columns - j);
}

int esp_covariance_add(
  const float *x, int64_t rows, int64_t cols, const double *shift, double *sum, double *square) {
  const esp_lanes *lanes = esp_current_lanes();
  int count = (int)strips(cols, lanes->block_columns);
  double *packed = allocate(count * lanes->block_columns * SAMPLES);
  if (!packed) return ESP_EIGEN_NO_MEMORY;
  // Chunks of about the same size.
  int64_t chunks = strips(rows, SAMPLES);
  for (int64_t chunk = 0; chunk < chunks; chunk++) {
    int64_t first = chunk * rows / chunks, last = (chunk + 1) * rows / chunks;
    scatter p = {lanes, x + first * cols, shift, sum, square, packed, last - first, cols};
    if ((double)cols * (double)cols * (double)p.k < 400000) {
      for (int s = 0; s < count; s++) pack_strip(&p, s);
      for (int s = 0; s < count; s++) scatter_strip(&p, s);
    } else {
      esp_parallel(count, pack_strip, &p);
      esp_parallel(count, scatter_strip, &p);
    }
  }
  free(packed);
  return ESP_EIGEN_OK;
}

void esp_covariance_finish(
  int64_t count, int64_t cols, const double *shift, int correction, double *sum, double *square) {
  double n = (double)count, divisor = count > correction ? (double)(count - correction) : 1;
  for (int64_t c = 0; c < cols; c++) sum[c] = count > 0 ? sum[c] / n : 0;
  for (int64_t i = 0; i < cols; i++)
    for (int64_t j = 0; j <= i; j++) {
      double v = (square[i * cols + j] - n * sum[i] * sum[j]) / divisor;
      square[i * cols + j] = square[j * cols + i] = i == j && v < 0 ? 0 : v;
    }
  for (int64_t c = 0; c < cols && shift; c++) sum[c] += shift[c];
}

int esp_covariance(const float *x, int64_t rows, int64_t cols, double *mean, double *covariance) {
  memset(mean, 0, sizeof(double) * (size_t)cols);
  memset(covariance, 0, sizeof(double) * (size_t)(cols * cols));
  double *shift = allocate(cols);
  if (!shift) return ESP_EIGEN_NO_MEMORY;
  for (int64_t c = 0; c < cols; c++) shift[c] = rows > 0 ? (double)x[c] : 0;
  int error = esp_covariance_add(x, rows, cols, shift, mean, covariance);
  if (!error) esp_covariance_finish(rows, cols, shift, 1, mean, covariance);
  free(shift);
  return error;
}

void esp_matmul_double(double *c, const double *a, const double *b, int64_t m, int64_t n, int64_t k) {
  const esp_lanes *lanes = esp_current_lanes();
  int64_t mr = lanes->block_rows, nr = lanes->block_columns;
  memset(c, 0, sizeof(double) * (size_t)(m * n));
  int64_t na = strips(m, mr) * mr * STEPS, nb = strips(n, nr) * nr * STEPS;
  double *pa = allocate(na + nb);
  if (!pa) {  // slow but right
    for (int64_t i = 0; i < m; i++)
      for (int64_t l = 0; l < k; l++) lanes->add_scaled(c + i * n, b + l * n, a[i * k + l], n);
    return;
  }
  double *pb = pa + na;
  for (int64_t l0 = 0; l0 < k; l0 += STEPS) {
    int64_t steps = k - l0 < STEPS ? k - l0 : STEPS;
    memset(pa, 0, sizeof(double) * (size_t)(na + nb));
    for (int64_t i = 0; i < m; i++)
      for (int64_t l = 0; l < steps; l++) pa[(i / mr * steps + l) * mr + i % mr] = a[i * k + l0 + l];
    for (int64_t l = 0; l < steps; l++)
      for (int64_t j = 0; j < n; j++) pb[(j / nr * steps + l) * nr + j % nr] = b[(l0 + l) * n + j];
    product p = {lanes, c, pa, pb, m, n, steps, n};
    multiply_all(&p);
  }
  free(pa);
}

int esp_cholesky(double *matrix, int64_t n) {
  const esp_lanes *lanes = esp_current_lanes();
  for (int64_t i = 0; i < n; i++) {
    double *row = matrix + i * n;
    for (int64_t j = 0; j <= i; j++) {
      if (!isfinite(row[j])) return ESP_EIGEN_NOT_FINITE;
      double v = row[j] - lanes->dot(row, matrix + j * n, j);
      if (j < i) row[j] = v / matrix[j * n + j];
      else if (v > 0) row[i] = sqrt(v);
      else return ESP_EIGEN_NOT_POSITIVE;
    }
  }
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = i + 1; j < n; j++) matrix[i * n + j] = 0;
  return ESP_EIGEN_OK;
}

void esp_cholesky_solve(const double *factor, double *b, int64_t n, int64_t columns) {
  const esp_lanes *lanes = esp_current_lanes();
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < i; j++) lanes->add_scaled(b + i * columns, b + j * columns, -factor[i * n + j], columns);
    for (int64_t c = 0; c < columns; c++) b[i * columns + c] /= factor[i * n + i];
  }
  for (int64_t i = n - 1; i >= 0; i--) {
    for (int64_t c = 0; c < columns; c++) b[i * columns + c] /= factor[i * n + i];
    for (int64_t j = 0; j < i; j++) lanes->add_scaled(b + j * columns, b + i * columns, -factor[i * n + j], columns);
  }
}
