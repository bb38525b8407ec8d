// Vector functions over VL lanes, included once per instruction set (see lanes_*.c) with VL defined and the target
// attribute pushed. No include guard on purpose. Every function is branch-free and lane-wise (sin and cos excepted, whose rare
// huge arguments are redone lane by lane), so an element's value does not depend on its neighbours.
//
// Polynomials were fitted for this file by weighted minimax (Lawson iteration) with the leading coefficients rounded
// first. Multiplications and additions may be contracted; the coefficients hold with and without. Where machine code has
// to give the same bits (fused_machine_x86.h), the contraction is written out.

typedef float vf __attribute__((ext_vector_type(VL)));
typedef float vfu __attribute__((ext_vector_type(VL), aligned(4)));
typedef int32_t vi __attribute__((ext_vector_type(VL)));
typedef uint32_t vu __attribute__((ext_vector_type(VL)));
#define HALF (VL / 2)
typedef float vfh __attribute__((ext_vector_type(HALF)));
typedef double vd __attribute__((ext_vector_type(HALF)));
typedef int64_t vl __attribute__((ext_vector_type(HALF)));

#define INLINE static inline __attribute__((always_inline))

INLINE vf load(const float *p) { return *(const vfu *)p; }
INLINE void store(float *p, vf x) { *(vfu *)p = x; }
INLINE vf splat(float x) { return x; }
INLINE vf pick(vi mask, vf x, vf y) { return mask ? x : y; }
INLINE vf v_abs(vf x) { return (vf)((vi)x & 0x7fffffff); }
INLINE vf v_sign_of(vf magnitude, vf sign) {
  return (vf)(((vi)magnitude & 0x7fffffff) | ((vi)sign & (vi)(int32_t)0x80000000));
}

// Comparisons are false with NaN, so each of these returns NaN when either side is NaN.
INLINE vf v_max(vf x, vf y) { return pick((x > y) | (x != x), x, y); }
INLINE vf v_min(vf x, vf y) { return pick((x < y) | (x != x), x, y); }
INLINE vf v_relu(vf x) { return pick(x <= 0, splat(0), x); }
INLINE vf v_sign(vf x) { return pick(x > 0, splat(1), pick(x < 0, splat(-1), x)); }
INLINE vf v_truth(vi mask) { return (vf)(mask & (vi)splat(1)); }
INLINE vf v_is_finite(vf x) { return v_truth(((vi)x & 0x7f800000) != 0x7f800000); }
// Explicit, because contraction is left out without optimization; where the machine has none, a call per lane would be
// far too slow.
INLINE vf v_fma(vf x, vf y, vf z) {
#if defined(__aarch64__) || VL > 4
  return __builtin_elementwise_fma(x, y, z);
#else
  return x * y + z;
#endif
}
INLINE vf v_sqrt(vf x) { return __builtin_elementwise_sqrt(x); }

INLINE vf v_floor(vf x) {
#if defined(__aarch64__) || VL > 4
  return __builtin_elementwise_floor(x);
#else
  vi small = v_abs(x) < 8388608.0f;  // from 2^23 on every float is whole
  vf t = __builtin_convertvector(__builtin_convertvector(pick(small, x, splat(0)), vi), vf);
  t -= v_truth(t > x);
  return pick(small, v_sign_of(t, x), x);
#endif
}

// Adding 1.5·2^23 rounds to whole numbers and leaves them in the low bits.
#define ROUNDER 12582912.0f
INLINE vf v_pow2(vi n) { return (vf)((n + 127) << 23); }  // -126 ≤ n ≤ 127

// e^x = 2^n · e^r with |r| ≤ ln2/2. The scaling takes two steps, so that denormal results and the last binade are right.
INLINE vf v_exp(vf x) {
  vf t = pick(x > 89.0f, splat(89.0f), pick(x < -105.0f, splat(-105.0f), x));
  vf big = v_fma(t, splat(1.44269504f), splat(ROUNDER));
  vf n = big - ROUNDER;
  vi k = (vi)big - (vi)splat(ROUNDER);
  vf r = v_fma(n, splat(-0.693115234375f), t);
  r = v_fma(n, splat(-3.19461833e-05f), r);
  vf q = v_fma(splat(0.00138190319f), r, splat(0.00836871564f));
  q = v_fma(q, r, splat(0.0416682884f));
  q = v_fma(q, r, splat(0.166665211f));
  q = v_fma(q, r, splat(0.49999994f));
  vf p = v_fma(r * r, q, r) + 1.0f;
  vi k1 = k >> 1;
  return p * v_pow2(k1) * v_pow2(k - k1);
}

// e^x - 1 = 2^n · ((e^r - 1) + (1 - 2^-n)): for n = 0 the bracket is the polynomial alone, exact near zero.
INLINE vf v_expm1_core(vf t, vi *exponent) {
  vf big = v_fma(t, splat(1.44269504f), splat(ROUNDER));
  vf n = big - ROUNDER;
  vi k = (vi)big - (vi)splat(ROUNDER);
  vf r = v_fma(n, splat(-0.693115234375f), t);
  r = v_fma(n, splat(-3.19461833e-05f), r);
  vf q = v_fma(splat(0.000199442715f), r, splat(0.00139327231f));
  q = v_fma(q, r, splat(0.00833320804f));
  q = v_fma(q, r, splat(0.0416664891f));
  q = v_fma(q, r, splat(0.166666672f));
  q = v_fma(q, r, splat(0.5f));
  *exponent = k;
  return v_fma(r * r, q, r);
}
INLINE vf v_expm1(vf x) {
  vf t = pick(x > 89.0f, splat(89.0f), pick(x < -30.0f, splat(-30.0f), x));
  vi k;
  vf p = v_expm1_core(t, &k);
  // 2^-128 would be denormal; from n = 25 on it no longer matters.
  vf tail = v_pow2(-(k > 60 ? (vi)60 : k));
  vi k1 = k >> 1;
  vf y = (p + (1.0f - tail)) * v_pow2(k1) * v_pow2(k - k1);
  return pick(x == 0, x, y);
}
// The same for -30 ≤ t ≤ 0, where one scaling step does.
INLINE vf v_expm1_negative(vf t) {
  vi k;
  vf p = v_expm1_core(t, &k);
  return (p + (1.0f - v_pow2(-k))) * v_pow2(k);
}

// log(1+f) for 1/sqrt(2) ≤ 1+f ≤ sqrt(2), plus k·ln2.
INLINE vf v_log_core(vf f, vf k) {
  vf q = 0.0674953833f;
  q = q * f + -0.116701841f;
  q = q * f + 0.118834719f;
  q = q * f + -0.124062084f;
  q = q * f + 0.142203629f;
  q = q * f + -0.166679904f;
  q = q * f + 0.200020716f;
  q = q * f + -0.250000089f;
  q = q * f + 0.333333135f;
  vf ff = f * f;
  vf y = ff * f * q + k * 3.19461833e-05f;
  y = y - 0.5f * ff;
  y = y + f;
  return y + k * 0.693115234375f;
}
// x = m·2^k with m in [1/sqrt(2), sqrt(2)).
INLINE vi v_exponent(vf x) { return ((vi)x - 0x3f3504f3) >> 23; }

INLINE vf v_log_ends(vf x, vf y) {  // x: argument of the logarithm, y: result for finite positive x
  y = pick(x == __builtin_inff(), x, y);
  y = pick(x == 0, splat(-__builtin_inff()), y);
  return pick((x < 0) | (x != x), splat(__builtin_nanf("")), y);
}
INLINE vf v_log(vf x) {
  vi tiny = x < 1.17549435e-38f;
  vf s = pick(tiny, x * 16777216.0f, x);
  vi k = v_exponent(s);
  vf m = (vf)((vi)s - (k << 23));
  vf kf = __builtin_convertvector(k, vf) - pick(tiny, splat(24), splat(0));
  return v_log_ends(x, v_log_core(m - 1.0f, kf));
}
// With 1+x ≈ m·2^k the reduced argument is x·2^-k + (2^-k - 1), rounded once.
INLINE vf v_log1p(vf x) {
  vf u = 1.0f + x;
  vi k = v_exponent(u);
  vi far = k > 30;  // then 1+x is x, and 2^-k may be denormal
  vf scale = v_pow2(-(far ? (vi)0 : k));
  vf f = pick(far, (vf)((vi)u - (k << 23)) - 1.0f, x * scale + (scale - 1.0f));
  vf y = v_log_core(f, __builtin_convertvector(k, vf));
  y = v_log_ends(u, y);
  return pick(x == 0, x, y);
}

INLINE vf v_tanh(vf x) {
  vf s = v_abs(x);
  vf t = -2.0f * pick(s > 15.0f, splat(15.0f), s);
  vf e = v_expm1_negative(t);
  return v_sign_of(-e / (e + 2.0f), x);
}

INLINE vf v_sigmoid(vf x) {
  vf e = v_exp(-v_abs(x));
  return pick(x < 0, e, splat(1)) / (1.0f + e);
}

// erf(x) = 1 - exp(-x·P(x)): through expm1 it is relatively exact for small x too. erf(4) rounds to 1.
INLINE vf v_erf(vf x) {
  vf s = v_abs(x);
  s = pick(s > 4.0f, splat(4.0f), s);
  vf p = v_fma(splat(3.78053301e-06f), s, splat(8.37443076e-06f));
  p = v_fma(p, s, splat(-0.000272102712f));
  p = v_fma(p, s, splat(0.00106703769f));
  p = v_fma(p, s, splat(0.000373191986f));
  p = v_fma(p, s, splat(-0.0194011088f));
  p = v_fma(p, s, splat(0.102832176f));
  p = v_fma(p, s, splat(0.636615038f));
  p = v_fma(p, s, splat(1.12837923f));
  return v_sign_of(v_expm1_negative(-s * p), x);
}

// Range reduction by π/2 in five parts, the first four of 9 bits, so that n·part is exact for n < 2^15.
#define PI2_A 0x1.92p+0f
#define PI2_B 0x1.fbp-12f
#define PI2_C 0x1.51p-22f
#define PI2_D 0x1.0bp-34f
#define PI2_E 0x1.184698p-44f
#define TRIGONOMETRIC_LIMIT 32768.0f
INLINE vf v_quadrant(vf x, vi *quadrant) {
  vf big = x * 0.636619772f + ROUNDER;
  vf n = big - ROUNDER;
  *quadrant = (vi)big - (vi)splat(ROUNDER);
  vf r = x - n * PI2_A;
  r = r - n * PI2_B;
  r = r - n * PI2_C;
  r = r - n * PI2_D;
  return r - n * PI2_E;
}
INLINE vf v_sin_core(vf r) {
  vf u = r * r;
  vf q = 2.83259374e-06f;
  q = q * u + -0.000198530674f;
  q = q * u + 0.0083333794f;
  q = q * u + -0.166666672f;
  return r + (r * u) * q;
}
INLINE vf v_cos_core(vf r) {
  vf u = r * r;
  vf q = 2.4432331e-05f;
  q = q * u + -0.00138873095f;
  q = q * u + 0.0416666456f;
  return 1.0f - 0.5f * u + (u * u) * q;
}
INLINE int v_any(vi mask) {
  int32_t all = 0;
  for (int i = 0; i < VL; i++) all |= mask[i];
  return all != 0;
}
INLINE vf v_trigonometric(vf x, int shift) {
  vi q;
  vf r = v_quadrant(x, &q);
  q += shift;
  vf y = pick((q & 1) != 0, v_cos_core(r), v_sin_core(r));
  y = (vf)((vi)y ^ ((q & 2) << 30));
  if (shift == 0) y = pick(x == 0, x, y);
  vi huge = !(v_abs(x) < TRIGONOMETRIC_LIMIT);
  if (__builtin_expect(v_any(huge), 0))
    for (int i = 0; i < VL; i++)
      if (huge[i]) y[i] = shift ? cosf(x[i]) : sinf(x[i]);
  return y;
}
INLINE vf v_sin(vf x) { return v_trigonometric(x, 0); }
INLINE vf v_cos(vf x) { return v_trigonometric(x, 1); }

// |x|^y in double: log2 from (m-1)/(m+1), then 2^(y·log2). Rounds once, at the end.
INLINE vfh v_pow_half(vfh x, vfh y) {
  vd a = __builtin_convertvector(x, vd);
  vl bits = (vl)a;
  vl offset = bits - 0x3fe6a09e667f3bcd;
  vl k = offset >> 52;
  vd m = (vd)(bits - (k << 52));
  vd s = (m - 1.0) / (m + 1.0);
  vd u = s * s;
  vd p = 0.28293968162559263;
  p = p * u + 0.3199030187880208;
  p = p * u + 0.41220936531525052;
  p = p * u + 0.57707794176700522;
  p = p * u + 0.96179669411529078;
  p = p * u + 2.8853900817778491;
  // k to double through the mantissa of 1.5·2^52: works without a 64-bit conversion instruction.
  vd magic = 6755399441055744.0;
  vd kd = (vd)(k + (vl)magic) - magic;
  vd l = s * p + kd;
  l = a == 0 ? (vd)-__builtin_inf() : l;
  l = a == __builtin_inf() ? a : l;
  vd t = __builtin_convertvector(y, vd) * l;
  t = t > 200.0 ? (vd)200.0 : (t < -200.0 ? (vd)-200.0 : t);
  vd big = t + magic;
  vd n = big - magic;
  vl e = (vl)big - (vl)magic;
  vd f = t - n;
  vd q = 1.5201915697664589e-05;
  q = q * f + 0.00015469290928732222;
  q = q * f + 0.0013333922584001321;
  q = q * f + 0.0096180272542005299;
  q = q * f + 0.055504103534291534;
  q = q * f + 0.24022651198156492;
  q = q * f + 0.69314718072845283;
  q = q * f + 0.9999999999616821;
  vd z = (vd)((vl)q + (e << 52));
  z = t == t ? z : t;
  return __builtin_convertvector(z, vfh);
}
INLINE vf v_pow(vf x, vf y) {
  vf ax = v_abs(x);
  union { vf whole; vfh half[2]; } a, b, z;
  a.whole = ax;
  b.whole = y;
  for (int i = 0; i < 2; i++) z.half[i] = v_pow_half(a.half[i], b.half[i]);
  vf r = z.whole;
  vi whole = v_floor(y) == y;
  vi odd = whole & (v_floor(y * 0.5f) * 2.0f != y);
  vi minus = (vi)x < 0;
  r = (vf)((vi)r ^ (minus & odd & (vi)(int32_t)0x80000000));
  // a negative finite base with a fractional exponent has no real power
  r = pick((x < 0) & (whole == 0) & (ax != __builtin_inff()) & (y == y), splat(__builtin_nanf("")), r);
  r = pick((x != x) | (y != y), x + y, r);
  r = pick((ax == 1.0f) & (v_abs(y) == __builtin_inff()), splat(1), r);
  return pick((x == 1.0f) | (y == 0), splat(1), r);
}
