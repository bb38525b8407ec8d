// Exponentials as machine code: operation by operation what v_exp, v_expm1, v_tanh, v_sigmoid and v_erf of
// vector_math_lanes.h do, so that results have the same bits. Scaling by 2^n is one instruction here and exact up to its one
// rounding, as the two multiplications there are.
#ifndef ESPALIER_FUSED_MACHINE_POLYNOMIALS_H
#define ESPALIER_FUSED_MACHINE_POLYNOMIALS_H

#include "fused_machine_x86.h"

/// Registers for use within a step, beside SPARE.
enum { TEMPORARIES = 3 };

/// Registers that hold none of the step's operands; its result may be in the place of an operand.
typedef struct temporaries { int a, b, c; } temporaries;

static bool needs_temporaries(int op) {
  return op == ESP_EXP || op == ESP_EXPM1 || op == ESP_TANH || op == ESP_SIGMOID || op == ESP_ERF;
}

/// acc ← acc · x + constant
static void horner(const code *c, int acc, int x, int constant) {
  evex(c, M0F38, P66, 0xa8, acc, x, (source){CONSTANT, constant}, 0, false, -1);
}
/// acc ← acc - x · constant
static void take_off(const code *c, int acc, int x, int constant) {
  evex(c, M0F38, P66, 0xbc, acc, x, (source){CONSTANT, constant}, 0, false, -1);
}
/// out ← x · 2^n
static void scale(const code *c, int out, int x, int n) {
  evex(c, M0F38, P66, 0x2c, out, x, vector(n), 0, false, -1);
}
/// out ← the least, or the greatest, of x and a constant; NaN stays. `spare` ≠ x, out may be either.
enum { LEAST = 0x5d, GREATEST = 0x5f };
static void clamp(const code *c, int operation, int out, int x, int constant, int spare) {
  broadcast(c, spare, constant, 0);
  plain(c, operation, out, spare, vector(x));
}
/// out ← |out| with the sign of x
static void copy_sign(const code *c, int out, int x) {
  evex(c, M0F3A, P66, 0x25, out, x, (source){CONSTANT, SIGN}, 0, false, 0xd8);
}

/// t = n·ln 2 + r, and the polynomial in r: `first` and the `count` - 1 numbers after it. t becomes r; SPARE ← r²·q + r.
static void reduce_and_evaluate(const code *c, int t, int n, int q, int first, int count) {
  broadcast(c, n, LOG2_E, 0);
  horner(c, n, t, ROUNDER);
  plain(c, 0x5c, n, n, (source){CONSTANT, ROUNDER});
  take_off(c, t, n, LN2_HIGH);
  take_off(c, t, n, LN2_LOW);
  broadcast(c, q, first, 0);
  for (int i = 1; i < count; i++) horner(c, q, t, first + i);
  plain(c, 0x59, SPARE, t, vector(t));
  evex(c, M0F38, P66, 0xa8, SPARE, q, vector(t), 0, false, -1);
}

/// out ← e^a, for a ≥ -105 and ≤ 89; a and the others are lost.
static void exponential(const code *c, int out, temporaries t) {
  reduce_and_evaluate(c, t.a, t.b, t.c, EXP_FIRST, EXP_COUNT);
  plain(c, 0x58, SPARE, SPARE, (source){CONSTANT, ONE});
  scale(c, out, SPARE, t.b);
}

/// out ← e^a - 1, for a ≥ -30 and ≤ 89; a and the others are lost.
static void exponential_minus_one(const code *c, int out, temporaries t, bool negative) {
  reduce_and_evaluate(c, t.a, t.b, t.c, EXPM1_FIRST, EXPM1_COUNT);
  // 1 - 2^-n, where 2^-128 would be denormal and from 25 on n does not matter.
  if (negative) plain(c, 0x5c, t.a, ZERO, vector(t.b));
  else clamp(c, LEAST, t.a, t.b, SIXTY, t.c), plain(c, 0x5c, t.a, ZERO, vector(t.a));
  broadcast(c, t.c, ONE, 0);
  scale(c, t.a, t.c, t.a);
  plain(c, 0x5c, t.a, t.c, vector(t.a));
  plain(c, 0x58, SPARE, SPARE, vector(t.a));
  scale(c, out, SPARE, t.b);
}

/// `out` is written last, so it may be any of the others; x is none of the temporaries.
static void exponential_step(const code *c, int op, int out, int x, temporaries t) {
  const source one = {CONSTANT, ONE}, sign = {CONSTANT, SIGN}, magnitude = {CONSTANT, MAGNITUDE};
  switch (op) {
  case ESP_EXP:
    clamp(c, GREATEST, t.a, x, EXP_LEAST, t.b);
    clamp(c, LEAST, t.a, t.a, EXP_MOST, t.b);
    exponential(c, out, t);
    break;
  case ESP_EXPM1:
    clamp(c, GREATEST, t.a, x, EXPM1_LEAST, t.b);
    clamp(c, LEAST, t.a, t.a, EXP_MOST, t.b);
    exponential_minus_one(c, t.a, t, false);
    compare(c, x, ZERO, EQUAL);  // the sign of zero
    move(c, t.a, x, 1, false);
    move(c, out, t.a, 0, false);
    break;
  case ESP_TANH:
    logic(c, 0xdb, t.a, x, magnitude);
    clamp(c, LEAST, t.a, t.a, TANH_MOST, t.b);
    plain(c, 0x59, t.a, t.a, (source){CONSTANT, MINUS_TWO});
    exponential_minus_one(c, t.a, t, true);
    plain(c, 0x58, t.b, t.a, (source){CONSTANT, TWO});
    plain(c, 0x5e, t.a, t.a, vector(t.b));
    copy_sign(c, t.a, x);
    move(c, out, t.a, 0, false);
    break;
  case ESP_SIGMOID:
    logic(c, 0xeb, t.a, x, sign);
    clamp(c, GREATEST, t.a, t.a, EXP_LEAST, t.b);
    exponential(c, t.a, t);
    plain(c, 0x58, t.b, t.a, one);
    compare(c, x, ZERO, LESS);
    broadcast(c, t.c, ONE, 0);
    move(c, t.c, t.a, 1, false);
    plain(c, 0x5e, out, t.c, vector(t.b));
    break;
  case ESP_ERF:
    logic(c, 0xdb, t.a, x, magnitude);
    clamp(c, LEAST, t.a, t.a, ERF_MOST, t.b);
    broadcast(c, t.b, ERF_FIRST, 0);
    for (int i = 1; i < ERF_COUNT; i++) horner(c, t.b, t.a, ERF_FIRST + i);
    logic(c, 0xef, t.a, t.a, sign);
    plain(c, 0x59, t.a, t.a, vector(t.b));
    exponential_minus_one(c, t.a, t, true);
    copy_sign(c, t.a, x);
    move(c, out, t.a, 0, false);
    break;
  }
}

#endif
