// Double-precision kernels over HALF lanes; included once per instruction set after fused_lanes.h. No include guard on
// purpose.

typedef double vdu __attribute__((ext_vector_type(HALF), aligned(8)));
INLINE vd d_load(const double *p) { return *(const vdu *)p; }
INLINE void d_store(double *p, vd x) { *(vdu *)p = x; }
INLINE vd d_splat(double x) { return x; }
INLINE double d_total(vd x) {
  double s = 0;
  for (int j = 0; j < HALF; j++) s += x[j];
  return s;
}

static double dot(const double *x, const double *y, int64_t n) {
  vd s0 = d_splat(0), s1 = s0, s2 = s0, s3 = s0;
  int64_t i = 0;
  for (; i + 4 * HALF <= n; i += 4 * HALF) {
    s0 += d_load(x + i) * d_load(y + i);
    s1 += d_load(x + i + HALF) * d_load(y + i + HALF);
    s2 += d_load(x + i + 2 * HALF) * d_load(y + i + 2 * HALF);
    s3 += d_load(x + i + 3 * HALF) * d_load(y + i + 3 * HALF);
  }
  for (; i + HALF <= n; i += HALF) s0 += d_load(x + i) * d_load(y + i);
  double rest = 0;
  for (; i < n; i++) rest += x[i] * y[i];
  return d_total((s0 + s1) + (s2 + s3)) + rest;
}

static void add_scaled(double *y, const double *x, double scale, int64_t n) {
  int64_t i = 0;
  for (; i + HALF <= n; i += HALF) d_store(y + i, d_load(y + i) + scale * d_load(x + i));
  for (; i < n; i++) y[i] += scale * x[i];
}

// row -= a·q + b·p
static void subtract_two(double *row, const double *q, double a, const double *p, double b, int64_t n) {
  int64_t i = 0;
  for (; i + HALF <= n; i += HALF) d_store(row + i, d_load(row + i) - a * d_load(q + i) - b * d_load(p + i));
  for (; i < n; i++) row[i] = row[i] - a * q[i] - b * p[i];
}

// One row of the fused step of the tridiagonalization: the pending update as above, then sums += x·row, and returns
// row·v.
static double update_and_multiply(
  double *row, const double *q, double a, const double *p, double b, const double *v, double *sums, double x, int64_t n) {
  vd s0 = d_splat(0), s1 = s0;
  int64_t i = 0;
  for (; i + 2 * HALF <= n; i += 2 * HALF) {
    vd r0 = d_load(row + i) - a * d_load(q + i) - b * d_load(p + i);
    vd r1 = d_load(row + i + HALF) - a * d_load(q + i + HALF) - b * d_load(p + i + HALF);
    d_store(row + i, r0);
    d_store(row + i + HALF, r1);
    s0 += r0 * d_load(v + i);
    s1 += r1 * d_load(v + i + HALF);
    d_store(sums + i, d_load(sums + i) + x * r0);
    d_store(sums + i + HALF, d_load(sums + i + HALF) + x * r1);
  }
  double s = 0;
  for (; i < n; i++) {
    double r = row[i] - a * q[i] - b * p[i];
    row[i] = r;
    s += r * v[i];
    sums[i] += x * r;
  }
  return d_total(s0 + s1) + s;
}

// Plane rotations of neighbouring rows of z, from rows (last, last+1) down to (first, first+1), over one group of
// ESP_ROTATION_COLUMNS columns. The row that two rotations share stays in registers.
static void rotate_rows(
  double *z, int64_t stride, const double *cosines, const double *sines, int64_t first, int64_t last) {
  enum { COLUMNS = ESP_ROTATION_COLUMNS, PARTS = COLUMNS / HALF, STEP = PARTS < 8 ? PARTS : 8 };
  for (int64_t c0 = 0; c0 < PARTS; c0 += STEP) {
    double *column = z + c0 * HALF;
    vd carry[STEP];
#pragma clang loop unroll(full)
    for (int j = 0; j < STEP; j++) carry[j] = d_load(column + (last + 1) * stride + j * HALF);
    for (int64_t i = last; i >= first; i--) {
      double c = cosines[i], s = sines[i], *row = column + i * stride;
#pragma clang loop unroll(full)
      for (int j = 0; j < STEP; j++) {
        vd x = d_load(row + j * HALF);
        d_store(row + stride + j * HALF, s * x + c * carry[j]);
        carry[j] = c * x - s * carry[j];
      }
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < STEP; j++) d_store(column + first * stride + j * HALF, carry[j]);
  }
}

// NR is a multiple of MR, so that a strip of NR columns is NR / MR strips of MR.
#if VL == 16
#define MR 8
#elif VL == 4 && defined(__aarch64__)
#define MR 6
#else
#define MR 4
#endif
#if VL == 4 && !defined(__aarch64__)
#define NV 2
#else
#define NV 3
#endif
#define NR (NV * HALF)

// c[MR][NR] += Σ over k of a[k][MR]·b[k][NR], the rows of a `step` apart; `rows` and `columns` bound what is written.
static void multiply_block(
  double *c, int64_t stride, const double *a, int64_t step, const double *b, int64_t k, int64_t rows,
  int64_t columns) {
  vd s[MR][NV];
#pragma clang loop unroll(full)
  for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < NV; j++) s[i][j] = d_splat(0);
  for (int64_t l = 0; l < k; l++, a += step, b += NR) {
    vd y[NV];
#pragma clang loop unroll(full)
    for (int j = 0; j < NV; j++) y[j] = d_load(b + j * HALF);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++) {
      vd x = d_splat(a[i]);
#pragma clang loop unroll(full)
      for (int j = 0; j < NV; j++) s[i][j] += x * y[j];
    }
  }
  if (rows >= MR && columns >= NR) {
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < NV; j++) {
        double *p = c + i * stride + j * HALF;
        d_store(p, d_load(p) + s[i][j]);
      }
    return;
  }
  double edge[MR][NR];
#pragma clang loop unroll(full)
  for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < NV; j++) d_store(&edge[i][j * HALF], s[i][j]);
  for (int64_t i = 0; i < rows && i < MR; i++)
    for (int64_t j = 0; j < columns && j < NR; j++) c[i * stride + j] += edge[i][j];
}
