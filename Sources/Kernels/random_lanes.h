// Threefry-2x32 over VL lanes; included once per instruction set after vector_math_lanes.h. No include guard on purpose.
// Contraction is off here: random numbers are the same bits on every machine.

INLINE vu v_rotate(vu x, int by) { return (x << by) | (x >> (32 - by)); }

#define MIX(by) x0 += x1; x1 = v_rotate(x1, by) ^ x0;
// 13 rounds: a key injection after every fourth.
INLINE void v_threefry13(vu x0, vu x1, uint32_t k0, uint32_t k1, vu *out0, vu *out1) {
  uint32_t k2 = 0x1BD11BDA ^ k0 ^ k1;
  x0 += k0; x1 += k1;
  MIX(13) MIX(15) MIX(26) MIX(6)
  x0 += k1; x1 += k2 + 1;
  MIX(17) MIX(29) MIX(16) MIX(24)
  x0 += k2; x1 += k0 + 2;
  MIX(13) MIX(15) MIX(26) MIX(6)
  x0 += k0; x1 += k1 + 3;
  MIX(17)
  *out0 = x0;
  *out1 = x1;
}
#undef MIX

INLINE vu v_counter(int64_t i, uint64_t first, uint64_t stride, vu *high) {
  vu lane;
  for (int j = 0; j < VL; j++) lane[j] = j;
  if (((stride * VL) >> 32) == 0) {
    uint64_t base = first + (uint64_t)i * stride;
    vu low = (vu)(uint32_t)base + lane * (uint32_t)stride;
    *high = (vu)(uint32_t)(base >> 32) - (vu)(low < (vu)(uint32_t)base);  // carry
    return low;
  }
  vu low;
  for (int j = 0; j < VL; j++) {
    uint64_t index = first + (uint64_t)(i + j) * stride;
    low[j] = (uint32_t)index;
    (*high)[j] = (uint32_t)(index >> 32);
  }
  return low;
}

INLINE vf v_unit(vu word) { return __builtin_convertvector((vi)(word >> 8), vf) * 5.96046448e-08f; }

static void uniform(float *o, int64_t n, const uint32_t key[2], uint64_t first, uint64_t stride) {
  for (int64_t i = 0; i < n; i += VL) {
    vu high, x0, x1;
    vu low = v_counter(i, first, stride, &high);
    v_threefry13(low, high, key[0], key[1], &x0, &x1);
    store(o + i, v_unit(x0));
  }
}

// Box–Muller: sqrt(-2 ln u)·cos(2π v), u in (0, 1], v in [0, 1), in steps of 2^-24.
INLINE vf v_box_muller(vu x0, vu x1) {
#pragma clang fp contract(off)
  vf u = v_unit(x0) + 5.96046448e-08f;
  vi k = v_exponent(u);
  vf kf = __builtin_convertvector(k, vf);
  vf f = (vf)((vi)u - (k << 23)) - 1.0f;
  vf q = f * 0.0674953833f + -0.116701841f;
  q = q * f + 0.118834719f;
  q = q * f + -0.124062084f;
  q = q * f + 0.142203629f;
  q = q * f + -0.166679904f;
  q = q * f + 0.200020716f;
  q = q * f + -0.250000089f;
  q = q * f + 0.333333135f;
  vf ff = f * f;
  vf l = ff * f * q - 0.5f * ff + f + kf * 0.693147182f;
  vf radius = v_sqrt(-2.0f * l);
  // The angle: two bits of v choose the quadrant, centred so that the polynomials see |r| ≤ π/4.
  vu turn = (x1 >> 8) + 0x200000;
  vi quadrant = (vi)(turn >> 22) & 3;
  vf r = __builtin_convertvector((vi)(turn & 0x3fffff) - 0x200000, vf) * 3.74507039e-07f;  // 2π/2^24
  vf s = r * r;
  vf sine = s * 2.83259374e-06f + -0.000198530674f;
  sine = sine * s + 0.0083333794f;
  sine = sine * s + -0.166666672f;
  sine = r + r * s * sine;
  vf cosine = s * 2.4432331e-05f + -0.00138873095f;
  cosine = cosine * s + 0.0416666456f;
  cosine = 1.0f - 0.5f * s + s * s * cosine;
  vf y = pick((quadrant & 1) != 0, sine, cosine);
  y = (vf)((vi)y ^ (((quadrant + 1) & 2) << 30));  // cos is negative in quadrants 1 and 2
  return radius * y;
}

static void normal(float *o, int64_t n, const uint32_t key[2], uint64_t first, uint64_t stride) {
  for (int64_t i = 0; i < n; i += VL) {
    vu high, x0, x1;
    vu low = v_counter(i, first, stride, &high);
    v_threefry13(low, high, key[0], key[1], &x0, &x1);
    store(o + i, v_box_muller(x0, x1));
  }
}
