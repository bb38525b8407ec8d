// Symmetric eigenvalues: Householder reduction to a tridiagonal matrix, then implicit QL. Both are arranged for long
// vector loops over rows and for few passes over the matrix.

#include "eigen.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "lanes.h"
#include "threads.h"

enum { PARTS = 4, SPLIT_FROM = 192, GROUP = 8 };

typedef struct reduction {
  const esp_lanes *lanes;
  double *a;            // lower triangle; row i becomes the Householder vector of step i
  double *d, *e;        // the tridiagonal matrix: e[i] couples i and i+1
  double *betas;
  double *p, *q;        // the pending update A -= p·qᵀ + q·pᵀ
  double *v;            // the vector of this step
  double *sums;         // PARTS partial products A·v
  double *w;            // the product of the reflections, transposed
  int64_t n, stride, order;
  int parts;
} reduction;

// Rows first ..< last of the leading order × order part: the pending update and the product with v, in one pass.
static void multiply_part(void *context, int part) {
  reduction *r = context;
  int64_t m = r->order;
  // rows of a triangle in parts of equal area
  int64_t first = (int64_t)((double)m * sqrt((double)part / r->parts));
  int64_t last = part + 1 == r->parts ? m : (int64_t)((double)m * sqrt((double)(part + 1) / r->parts));
  double *sums = r->sums + part * r->n;
  memset(sums, 0, sizeof(double) * (size_t)m);
  for (int64_t i = first; i < last; i++) {
    double *row = r->a + i * r->n;
    double product = r->lanes->update_and_multiply(row, r->q, r->p[i], r->p, r->q[i], r->v, sums, r->v[i], i);
    row[i] -= 2 * r->p[i] * r->q[i];
    sums[i] += product + row[i] * r->v[i];
  }
}

static void tridiagonalize(reduction *r) {
  const esp_lanes *lanes = r->lanes;
  int64_t n = r->n;
  memset(r->p, 0, sizeof(double) * (size_t)n);
  memset(r->q, 0, sizeof(double) * (size_t)n);
  for (int64_t i = n - 1; i >= 0; i--) {
    double *row = r->a + i * n;
    lanes->subtract_two(row, r->q, r->p[i], r->p, r->q[i], i + 1);
    r->d[i] = row[i];
    r->betas[i] = 0;
    if (i == 0) break;
    r->e[i - 1] = row[i - 1];
    // The reflection takes row[0 ..< i] to a multiple of the last unit vector. The row is scaled first: its entries may
    // be so small that their squares vanish.
    double top = 0;
    for (int64_t j = 0; j < i - 1; j++) top = fmax(top, fabs(row[j]));
    r->order = i;
    if (top > 0) {
      top = fmax(top, fabs(row[i - 1]));
      for (int64_t j = 0; j < i; j++) row[j] /= top;
      double norm = copysign(sqrt(lanes->dot(row, row, i)), row[i - 1]);
      r->e[i - 1] = -norm * top;
      row[i - 1] += norm;
      r->betas[i] = 1 / (norm * row[i - 1]);
      memcpy(r->v, row, sizeof(double) * (size_t)i);
    } else
      memset(r->v, 0, sizeof(double) * (size_t)i);
    r->parts = i >= SPLIT_FROM ? PARTS : 1;
    if (r->parts == 1) multiply_part(r, 0);
    else esp_parallel(r->parts, multiply_part, r);
    for (int part = 1; part < r->parts; part++) lanes->add_scaled(r->sums, r->sums + part * n, 1, i);
    double beta = r->betas[i], half = 0.5 * beta * beta * lanes->dot(r->v, r->sums, i);
    for (int64_t j = 0; j < i; j++) {
      r->q[j] = beta * r->sums[j] - half * r->v[j];
      r->p[j] = r->v[j];
    }
  }
}

// A group of rows of W = H(1)·H(2)⋯H(n-1): each row is multiplied by the reflections by itself.
static void form_rows(void *context, int group) {
  reduction *r = context;
  int64_t first = (int64_t)group * GROUP, last = first + GROUP < r->n ? first + GROUP : r->n;
  for (int64_t i = first; i < last; i++) {
    memset(r->w + i * r->stride, 0, sizeof(double) * (size_t)r->stride);
    r->w[i * r->stride + i] = 1;
  }
  for (int64_t step = first + 1; step < r->n; step++) {
    const double *v = r->a + step * r->n;
    double beta = r->betas[step];
    if (beta == 0) continue;
    for (int64_t i = first; i < last; i++) {
      double *w = r->w + i * r->stride;
      r->lanes->add_scaled(w, v, -beta * r->lanes->dot(w, v, step), step);
    }
  }
}

// Rotations wait until there are enough sweeps to pay for a pass over the vectors.
enum { SWEEPS = 24 };
typedef struct waiting {
  const esp_lanes *lanes;
  double *w;
  int64_t n, stride;
  double *cosines, *sines;  // SWEEPS × n
  int64_t first[SWEEPS], last[SWEEPS];
  int count;
} waiting;

static void rotate_group(void *context, int group) {
  waiting *q = context;
  for (int i = 0; i < q->count; i++)
    q->lanes->rotate_rows(
      q->w + group * ESP_ROTATION_COLUMNS, q->stride, q->cosines + i * q->n, q->sines + i * q->n, q->first[i], q->last[i]);
}
static void rotate_all(waiting *q) {
  if (!q->count) return;
  int groups = (int)(q->stride / ESP_ROTATION_COLUMNS);
  if (groups == 1) rotate_group(q, 0);
  else esp_parallel(groups, rotate_group, q);
  q->count = 0;
}

// Implicit QL with Wilkinson's shift. `floor`: couplings this small are nothing.
static int diagonalize(double *d, double *e, int64_t n, double floor, waiting *q) {
  e[n - 1] = 0;
  for (int64_t l = 0; l < n; l++)
    for (int tries = 0;; tries++) {
      int64_t m = l;
      while (m + 1 < n && fabs(e[m]) > DBL_EPSILON * (fabs(d[m]) + fabs(d[m + 1])) && fabs(e[m]) > floor) m++;
      if (m == l) break;
      if (tries == 60) return ESP_EIGEN_NO_CONVERGENCE;
      double g = (d[l + 1] - d[l]) / (2 * e[l]);
      g = d[m] - d[l] + e[l] / (g + copysign(hypot(g, 1), g));
      double s = 1, c = 1, shift = 0;
      double *cosines = q->cosines + q->count * n, *sines = q->sines + q->count * n;
      int64_t i = m - 1;
      for (; i >= l; i--) {
        double f = s * e[i], b = c * e[i], r = sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r == 0) {  // the matrix falls apart here
          d[i + 1] -= shift;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        r = (d[i] - g) * s + 2 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
        cosines[i] = c;
        sines[i] = s;
      }
      if (i < m - 1) {
        q->first[q->count] = i + 1;
        q->last[q->count] = m - 1;
        if (++q->count == SWEEPS) rotate_all(q);
      }
      if (i >= l) continue;
      d[l] -= shift;
      e[l] = g;
      e[m] = 0;
    }
  rotate_all(q);
  return ESP_EIGEN_OK;
}

typedef struct ranked {
  double value;
  int64_t row;
} ranked;
static int by_value(const void *x, const void *y) {
  const ranked *a = x, *b = y;
  if (a->value != b->value) return a->value > b->value ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static void deliver(double *matrix, double *values, const reduction *r, ranked *order, double scale) {
  int64_t n = r->n;
  for (int64_t k = 0; k < n; k++) order[k] = (ranked){r->d[k], k};
  qsort(order, (size_t)n, sizeof *order, by_value);
  for (int64_t k = 0; k < n; k++) {
    const double *w = r->w + order[k].row * r->stride;
    int64_t top = 0;
    for (int64_t j = 1; j < n; j++)
      if (fabs(w[j]) > fabs(w[top])) top = j;
    double sign = w[top] < 0 ? -1 : 1;
    for (int64_t j = 0; j < n; j++) matrix[k * n + j] = sign * w[j];
    values[k] = order[k].value * scale;
  }
}

int esp_symmetric_eigen(double *matrix, double *values, int size) {
  int64_t n = size;
  if (n <= 0) return ESP_EIGEN_OK;
  double top = 0;
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j <= i; j++) {
      if (!isfinite(matrix[i * n + j])) return ESP_EIGEN_NOT_FINITE;
      top = fmax(top, fabs(matrix[i * n + j]));
    }
  // Scaled by a power of two to magnitudes about 1, so that no square over- or underflows.
  int exponent = 0;
  frexp(top, &exponent);
  double scale = top > 0 ? ldexp(1, exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent) : 1;
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j <= i; j++) matrix[i * n + j] /= scale;
  int64_t stride = (n + ESP_ROTATION_COLUMNS - 1) / ESP_ROTATION_COLUMNS * ESP_ROTATION_COLUMNS;
  size_t vectors = (size_t)(7 + PARTS + 2 * SWEEPS) * (size_t)n, whole = (size_t)(n * stride);
  double *memory = aligned_alloc(64, (sizeof(double) * (vectors + whole) + 63) / 64 * 64);
  ranked *order = malloc(sizeof(ranked) * (size_t)n);
  int error = ESP_EIGEN_NO_MEMORY;
  if (memory && order) {
    double *next = memory + whole;
    reduction r = {.lanes = esp_current_lanes(), .a = matrix, .w = memory, .n = n, .stride = stride};
    double **parts[] = {&r.d, &r.e, &r.betas, &r.p, &r.q, &r.v};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++, next += n) *parts[i] = next;
    r.sums = next;
    next += PARTS * n;
    tridiagonalize(&r);
    esp_parallel((int)((n + GROUP - 1) / GROUP), form_rows, &r);
    waiting q = {.lanes = r.lanes, .w = r.w, .n = n, .stride = stride, .cosines = next, .sines = next + SWEEPS * n};
    double norm = 0;
    for (int64_t i = 0; i < n; i++) norm = fmax(norm, fabs(r.d[i]) + (i + 1 < n ? fabs(r.e[i]) : 0));
    error = diagonalize(r.d, r.e, n, norm * DBL_EPSILON * 1e-3, &q);
    if (!error) deliver(matrix, values, &r, order, scale);
  }
  free(memory);
  free(order);
  return error;
}
