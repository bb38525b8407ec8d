// Transposition of VL × VL squares in registers, log2(VL) rounds of exchanges; included once per instruction set after
// vector_math_lanes.h. No include guard on purpose.

// Rows i and i + by exchange halves: lane j of the lower row keeps where the bit `by` of j is clear, and takes lane
// j - by of the upper row where it is set.
#if VL == 16
#define LOWER_8(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define UPPER_8(x, y) __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define LOWER_4(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define UPPER_4(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define LOWER_2(x, y) __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define UPPER_2(x, y) __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define LOWER_1(x, y) __builtin_shufflevector(x, y, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define UPPER_1(x, y) __builtin_shufflevector(x, y, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#elif VL == 8
#define LOWER_4(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#define UPPER_4(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
#define LOWER_2(x, y) __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#define UPPER_2(x, y) __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOWER_1(x, y) __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14)
#define UPPER_1(x, y) __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15)
#else
#define LOWER_2(x, y) __builtin_shufflevector(x, y, 0, 1, 4, 5)
#define UPPER_2(x, y) __builtin_shufflevector(x, y, 2, 3, 6, 7)
#define LOWER_1(x, y) __builtin_shufflevector(x, y, 0, 4, 2, 6)
#define UPPER_1(x, y) __builtin_shufflevector(x, y, 1, 5, 3, 7)
#endif

#define EXCHANGE(by)                                                                                     \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < VL; i++) if (!(i & by)) {                       \
    vf x = v[i], y = v[i + by];                                                                          \
    v[i] = LOWER_##by(x, y);                                                                             \
    v[i + by] = UPPER_##by(x, y);                                                                        \
  }

INLINE void transpose_square(float *o, int64_t o_stride, const float *x, int64_t x_stride) {
  vf v[VL];
#pragma clang loop unroll(full)
  for (int i = 0; i < VL; i++) v[i] = load(x + i * x_stride);
#if VL == 16
  EXCHANGE(8)
#endif
#if VL >= 8
  EXCHANGE(4)
#endif
  EXCHANGE(2)
  EXCHANGE(1)
#pragma clang loop unroll(full)
  for (int i = 0; i < VL; i++) store(o + i * o_stride, v[i]);
}

// 16 columns at a time: whole cache lines on both sides.
static void transpose(
  float *o, int64_t o_stride, const float *x, int64_t x_stride, int64_t rows, int64_t columns) {
  int64_t r0 = 0;
  for (; r0 + 16 <= rows; r0 += 16) {
    int64_t c0 = 0;
    for (; c0 + 16 <= columns; c0 += 16)
      for (int64_t c = c0; c < c0 + 16; c += VL)
        for (int64_t r = r0; r < r0 + 16; r += VL)
          transpose_square(o + c * o_stride + r, o_stride, x + r * x_stride + c, x_stride);
    for (; c0 < columns; c0++)
      for (int64_t r = r0; r < r0 + 16; r++) o[c0 * o_stride + r] = x[r * x_stride + c0];
  }
  for (; r0 < rows; r0++)
    for (int64_t c = 0; c < columns; c++) o[c * o_stride + r0] = x[r0 * x_stride + c];
}
