// The kernels of a tile program over VL lanes; included once per instruction set after random_lanes.h. No include guard
// on purpose.

// The upper halves of floats, rounded to the nearest, ties to even. NaN stays: its last bits alone could make it
// infinite.
INLINE vu v_bfloat16(vf x) {
  vu bits = (vu)x;
  vu rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (vu)pick(x != x, (vf)(bits >> 16 | 0x40), (vf)rounded);
}

#define UNARY(name, expression)                                                                          \
  static void map_##name(float *o, const float *a, const float *b, const float *c, int64_t n, unsigned still) { \
    (void)b, (void)c, (void)still;                                                                       \
    for (int64_t i = 0; i < n; i += VL) {                                                                \
      vf x = load(a + i);                                                                                \
      store(o + i, expression);                                                                          \
    }                                                                                                    \
  }

// The common case, two whole operands, has its own loop; with a still one the index is masked.
#define BINARY(name, expression)                                                                         \
  static void map_##name(float *o, const float *a, const float *b, const float *c, int64_t n, unsigned still) { \
    (void)c;                                                                                             \
    if (still & 1) {                                                                                     \
      vf x = load(a);                                                                                    \
      int64_t mask = still & 2 ? 0 : -1;                                                                 \
      for (int64_t i = 0; i < n; i += VL) {                                                              \
        vf y = load(b + (i & mask));                                                                     \
        store(o + i, expression);                                                                        \
      }                                                                                                  \
    } else if (still & 2) {                                                                              \
      vf y = load(b);                                                                                    \
      for (int64_t i = 0; i < n; i += VL) {                                                              \
        vf x = load(a + i);                                                                              \
        store(o + i, expression);                                                                        \
      }                                                                                                  \
    } else {                                                                                             \
      for (int64_t i = 0; i < n; i += VL) {                                                              \
        vf x = load(a + i), y = load(b + i);                                                             \
        store(o + i, expression);                                                                        \
      }                                                                                                  \
    }                                                                                                    \
  }

// Long bodies: one loop.
#define TERNARY(name, expression)                                                                        \
  static void map_##name(float *o, const float *a, const float *b, const float *c, int64_t n, unsigned still) { \
    int64_t ma = still & 1 ? 0 : -1, mb = still & 2 ? 0 : -1, mc = still & 4 ? 0 : -1;                   \
    for (int64_t i = 0; i < n; i += VL) {                                                                \
      vf x = load(a + (i & ma)), y = load(b + (i & mb)), z = load(c + (i & mc));                         \
      store(o + i, expression);                                                                          \
    }                                                                                                    \
  }

UNARY(neg, -x)
UNARY(abs, v_abs(x))
UNARY(sign, v_sign(x))
UNARY(exp, v_exp(x))
UNARY(expm1, v_expm1(x))
UNARY(log, v_log(x))
UNARY(log1p, v_log1p(x))
UNARY(sqrt, v_sqrt(x))
UNARY(rsqrt, 1.0f / v_sqrt(x))
UNARY(reciprocal, 1.0f / x)
UNARY(tanh, v_tanh(x))
UNARY(sigmoid, v_sigmoid(x))
UNARY(erf, v_erf(x))
UNARY(sin, v_sin(x))
UNARY(cos, v_cos(x))
UNARY(floor, v_floor(x))
UNARY(relu, v_relu(x))
UNARY(square, x *x)
UNARY(is_finite, v_is_finite(x))
UNARY(bfloat16, (vf)(v_bfloat16(x) << 16))
BINARY(add, x + y)
BINARY(sub, x - y)
BINARY(mul, x *y)
BINARY(div, x / y)
BINARY(max, v_max(x, y))
BINARY(min, v_min(x, y))
BINARY(gt, v_truth(x > y))
BINARY(ge, v_truth(x >= y))
BINARY(lt, v_truth(x < y))
BINARY(le, v_truth(x <= y))
BINARY(eq, v_truth(x == y))
BINARY(ne, v_truth(x != y))
TERNARY(fma, v_fma(x, y, z))
TERNARY(select, pick(z != 0, x, y))

static void map_pow(float *o, const float *a, const float *b, const float *c, int64_t n, unsigned still) {
  (void)c;
  int64_t ma = still & 1 ? 0 : -1, mb = still & 2 ? 0 : -1;
  for (int64_t i = 0; i < n; i += VL) store(o + i, v_pow(load(a + (i & ma)), load(b + (i & mb))));
}

static void copy(float *o, const float *x, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) store(o + i, load(x + i));
  for (; i < n; i++) o[i] = x[i];
}

typedef uint16_t vs __attribute__((ext_vector_type(VL), aligned(2)));

static void widen(float *o, const uint16_t *x, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) store(o + i, (vf)(__builtin_convertvector(*(const vs *)(x + i), vu) << 16));
  for (; i < n; i++) o[i] = esp_widened(x[i]);
}
static void narrow(uint16_t *o, const float *x, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) *(vs *)(o + i) = __builtin_convertvector(v_bfloat16(load(x + i)), vs);
  for (; i < n; i++) o[i] = esp_narrowed(x[i]);
}

static void expand_row(float *o, const float *row, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    vf x = splat(row[r]);
    for (int64_t c = 0; c < columns; c += VL) store(o + r * columns + c, x);
  }
}
static void expand_column(float *o, const float *column, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c += VL) store(o + r * columns + c, load(column + c));
}

// The lanes of a row's last vector that lie within the row.
INLINE vi v_lane(void) {
  vi lane;
  for (int j = 0; j < VL; j++) lane[j] = j;
  return lane;
}
INLINE vf v_tail(const float *p, int64_t left, float rest) { return pick(v_lane() < (int32_t)left, load(p), splat(rest)); }

#if VL == 16
#define FOLD(x, f)                                                                                       \
  x = f(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));         \
  x = f(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));         \
  x = f(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));         \
  x = f(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
#elif VL == 8
#define FOLD(x, f)                                                                                       \
  x = f(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3));                                       \
  x = f(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5));                                       \
  x = f(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6));
#else
#define FOLD(x, f)                                                                                       \
  x = f(x, __builtin_shufflevector(x, x, 2, 3, 0, 1));                                                   \
  x = f(x, __builtin_shufflevector(x, x, 1, 0, 3, 2));
#endif
INLINE vf v_plus(vf x, vf y) { return x + y; }

// Four accumulators; the order depends on n alone.
#define REDUCE(name, f, neutral)                                                                         \
  INLINE float fold_##name(const float *x, int64_t n) {                                                  \
    vf s0 = splat(neutral), s1 = s0, s2 = s0, s3 = s0;                                                   \
    int64_t i = 0;                                                                                       \
    for (; i + 4 * VL <= n; i += 4 * VL) {                                                               \
      s0 = f(s0, load(x + i));                                                                           \
      s1 = f(s1, load(x + i + VL));                                                                      \
      s2 = f(s2, load(x + i + 2 * VL));                                                                  \
      s3 = f(s3, load(x + i + 3 * VL));                                                                  \
    }                                                                                                    \
    for (; i + VL <= n; i += VL) s0 = f(s0, load(x + i));                                                \
    if (i < n) s1 = f(s1, v_tail(x + i, n - i, neutral));                                                \
    s0 = f(f(s0, s1), f(s2, s3));                                                                        \
    FOLD(s0, f)                                                                                          \
    return s0[0];                                                                                        \
  }                                                                                                      \
  static void row_##name(float *o, const float *x, int64_t rows, int64_t columns) {                      \
    if (columns <= VL) {                                                                                 \
      vi within = v_lane() < (int32_t)columns;                                                           \
      for (int64_t r = 0; r < rows; r++) {                                                               \
        vf s = pick(within, load(x + r * columns), splat(neutral));                                      \
        FOLD(s, f)                                                                                       \
        o[r] = s[0];                                                                                     \
      }                                                                                                  \
    } else                                                                                               \
      for (int64_t r = 0; r < rows; r++) o[r] = fold_##name(x + r * columns, columns);                   \
  }
REDUCE(sum, v_plus, 0.0f)
REDUCE(max, v_max, -__builtin_inff())
REDUCE(min, v_min, __builtin_inff())

static void row_argmax(float *o, const float *x, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float top = fold_max(row, columns);
    int64_t c = 0;
    for (; c + VL < columns; c += VL) {
      vf v = load(row + c);
      if (v_any((v == top) | (v != v))) break;
    }
    while (c + 1 < columns && !(row[c] == top || (top != top && row[c] != row[c]))) c++;
    o[r] = (float)c;
  }
}

static void column_sum(float *sum, const float *x, int64_t rows, int64_t columns) {
  int64_t c = 0;
  for (; c + 4 * VL <= columns; c += 4 * VL) {
    vf s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (int64_t r = 0; r < rows; r++) {
      const float *p = x + r * columns + c;
      s0 += load(p);
      s1 += load(p + VL);
      s2 += load(p + 2 * VL);
      s3 += load(p + 3 * VL);
    }
    store(sum + c, load(sum + c) + s0);
    store(sum + c + VL, load(sum + c + VL) + s1);
    store(sum + c + 2 * VL, load(sum + c + 2 * VL) + s2);
    store(sum + c + 3 * VL, load(sum + c + 3 * VL) + s3);
  }
  for (; c < columns; c += VL) {
    vf s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
      const float *p = x + r * columns + c;
      s0 += load(p);
      s1 += load(p + columns);
      s2 += load(p + 2 * columns);
      s3 += load(p + 3 * columns);
    }
    for (; r < rows; r++) s0 += load(x + r * columns + c);
    store(sum + c, load(sum + c) + ((s0 + s1) + (s2 + s3)));
  }
}

static double sum_all(const float *x, int64_t n) { return (double)fold_sum(x, n); }
static float max_all(const float *x, int64_t n) { return fold_max(x, n); }
static float min_all(const float *x, int64_t n) { return fold_min(x, n); }

static void ramp(float *o, int64_t n, int64_t first, int64_t stride) {
  vi lane = v_lane() * (int32_t)stride;
  for (int64_t i = 0; i < n; i += VL)
    store(o + i, __builtin_convertvector((int32_t)(first + i * stride) + lane, vf));
}
