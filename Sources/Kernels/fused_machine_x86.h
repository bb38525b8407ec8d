// Instructions of x86-64 with AVX-512 as bytes, for fused_machine.c alone.
#ifndef ESPALIER_FUSED_MACHINE_X86_H
#define ESPALIER_FUSED_MACHINE_X86_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fused.h"
#include "fused_machine.h"

// ---- Bytes ----------------------------------------------------------------------------------------------------

static void byte(esp_machine *m, unsigned x) {
  if (m->count == m->room) {
    size_t room = m->room ? 2 * m->room : 4096;
    uint8_t *more = m->failed ? NULL : realloc(m->bytes, room);
    if (!more) {
      m->failed = true;
      return;
    }
    m->bytes = more;
    m->room = room;
  }
  m->bytes[m->count++] = (uint8_t)x;
}

static void word(esp_machine *m, uint32_t x) {
  for (int i = 0; i < 4; i++) byte(m, x >> 8 * i & 0xff);
}

// ---- Instructions ---------------------------------------------------------------------------------------------

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };

/// The last operand of a vector instruction. CONSTANT: one number for all lanes; SCALAR: one number.
typedef struct source {
  enum { REGISTER, MEMORY, AT_RAX, CONSTANT, SCALAR } kind;
  int number;             // register; MEMORY: base, read at [base + rsi]; else its place among `constants`
} source;

static source vector(int number) { return (source){REGISTER, number}; }

// Numbers that lie before the code, each read by all lanes: bits, then floats. Those of polynomials stand from the highest
// power on, and are explained in vector_math_lanes.h.
static const uint32_t constant_bits[] = {0x80000000, 0x7fffffff, 0x7f800000, 1, 0x7fff, 0x400000, 0xffff0000};
static const float constant_floats[] = {
  1, -1, 2, -2, 60, 1.44269504f, 12582912, 0.693115234375f, 3.19461833e-05f, -105, 89, -30, 15, 4,
  0.00138190319f, 0.00836871564f, 0.0416682884f, 0.166665211f, 0.49999994f,
  0.000199442715f, 0.00139327231f, 0.00833320804f, 0.0416664891f, 0.166666672f, 0.5f,
  3.78053301e-06f, 8.37443076e-06f, -0.000272102712f, 0.00106703769f, 0.000373191986f, -0.0194011088f, 0.102832176f,
  0.636615038f, 1.12837923f,
};
enum { EXP_COUNT = 5, EXPM1_COUNT = 6, ERF_COUNT = 9 };
enum {
  SIGN, MAGNITUDE, EXPONENT, LAST_BIT, BELOW_HALF, QUIET, UPPER_HALF,
  ONE, MINUS_ONE, TWO, MINUS_TWO, SIXTY, LOG2_E, ROUNDER, LN2_HIGH, LN2_LOW, EXP_LEAST, EXP_MOST, EXPM1_LEAST, TANH_MOST,
  ERF_MOST, EXP_FIRST, EXPM1_FIRST = EXP_FIRST + EXP_COUNT, ERF_FIRST = EXPM1_FIRST + EXPM1_COUNT,
  CONSTANTS = ERF_FIRST + ERF_COUNT
};
_Static_assert(CONSTANTS * 4 == sizeof constant_bits + sizeof constant_floats, "a name for each constant");

static uint32_t constant(int i) {
  const int bits = sizeof constant_bits / sizeof *constant_bits;
  uint32_t x;
  if (i < bits) return constant_bits[i];
  memcpy(&x, &constant_floats[i - bits], sizeof x);
  return x;
}

enum { NP = 0, P66 = 1 };                    // prefixes
enum { M0F = 1, M0F38 = 2, M0F3A = 3 };      // maps of operation codes

typedef struct code {
  esp_machine *m;
  size_t start;           // of the constants
} code;

/// One EVEX instruction of 512 bits: reg ← f(v, last), under mask k if k > 0, lanes out of it zero if `zero`.
/// `immediate` < 0: none.
static void evex(const code *c, int map, int prefix, int operation, int reg, int v, source last, int k, bool zero,
                 int immediate) {
  esp_machine *m = c->m;
  const int base = last.number, memory = last.kind != REGISTER;
  const unsigned r = ~reg >> 3 & 1, r4 = ~reg >> 4 & 1;
  const unsigned b = last.kind >= AT_RAX ? 1 : ~base >> 3 & 1, x = memory ? 1 : ~base >> 4 & 1;
  byte(m, 0x62);
  byte(m, r << 7 | x << 6 | b << 5 | r4 << 4 | (unsigned)map);
  byte(m, (~(unsigned)v & 15) << 3 | 4 | (unsigned)prefix);
  byte(m, (unsigned)zero << 7 | 2 << 5 | (unsigned)(last.kind == CONSTANT) << 4 | (~(unsigned)v >> 4 & 1) << 3 |
              (unsigned)k);
  byte(m, (unsigned)operation);
  const unsigned middle = ((unsigned)reg & 7) << 3;
  if (last.kind == REGISTER) {
    byte(m, 0xc0 | middle | ((unsigned)base & 7));
  } else if (last.kind == AT_RAX) {
    byte(m, middle);
  } else if (last.kind == MEMORY) {
    byte(m, 0x44 | middle);                       // [base + rsi + 0]
    byte(m, RSI << 3 | ((unsigned)base & 7));
    byte(m, 0);
  } else {
    byte(m, 0x05 | middle);                       // [rip + distance]
    const size_t next = m->count + 4 + (immediate >= 0);
    word(m, (uint32_t)(c->start + 4 * (size_t)base - next));
  }
  if (immediate >= 0) byte(m, (unsigned)immediate);
}

static void plain(const code *c, int operation, int out, int x, source y) {
  evex(c, M0F, NP, operation, out, x, y, 0, false, -1);
}
static void logic(const code *c, int operation, int out, int x, source y) {
  evex(c, M0F, P66, operation, out, x, y, 0, false, -1);
}
static void read_vector(const code *c, int out, int base) {
  evex(c, M0F, NP, 0x10, out, 0, (source){MEMORY, base}, 0, false, -1);
}
static void write_vector(const code *c, int x, int base) {
  evex(c, M0F, NP, 0x11, x, 0, (source){MEMORY, base}, 0, false, -1);
}
static void move(const code *c, int out, int x, int k, bool zero) {
  if (out != x || zero) evex(c, M0F, NP, 0x28, out, 0, vector(x), k, zero, -1);
}
enum { EQUAL = 0, LESS = 1, AT_MOST = 2, UNORDERED = 3, NOT_EQUAL = 4, NOT_AT_MOST = 6, AT_LEAST = 13, GREATER = 14 };
/// Mask 1 ← x ? y
static void compare(const code *c, int x, int y, int how) { evex(c, M0F, NP, 0xc2, 1, x, vector(y), 0, false, how); }
/// Zero in the lanes out of mask k, if k > 0.
static void broadcast(const code *c, int out, int constant, int k) {
  evex(c, M0F38, P66, 0x18, out, 0, (source){SCALAR, constant}, k, k > 0, -1);
}
static void broadcast_into(const code *c, int out, int constant, int k) {
  evex(c, M0F38, P66, 0x18, out, 0, (source){SCALAR, constant}, k, false, -1);
}

enum { ZERO = 31, SPARE = 30, VECTORS = 30 };  // register 31 holds zeros, 30 is for use within a step

static void truth(const code *c, int out, int x, int y, int how) {
  compare(c, x, y, how);
  broadcast(c, out, ONE, 1);
}

/// out ← x if it is NaN, else f(x, y), whose second operand wins where they do not compare.
static void extreme(const code *c, int operation, int out, int x, int y) {
  compare(c, x, x, UNORDERED);
  plain(c, operation, SPARE, x, vector(y));
  evex(c, M0F38, P66, 0x65, out, SPARE, vector(x), 1, false, -1);
}

/// `out` may be one of the operands.
static void step(const code *c, int op, int out, int x, int y, int z) {
  switch (op) {
  case ESP_NEG: logic(c, 0xef, out, x, (source){CONSTANT, SIGN}); break;
  case ESP_ABS: logic(c, 0xdb, out, x, (source){CONSTANT, MAGNITUDE}); break;
  case ESP_SIGN:  // NaN and zeros stay
    compare(c, x, ZERO, GREATER);
    move(c, SPARE, x, 0, false);
    broadcast_into(c, SPARE, ONE, 1);
    compare(c, x, ZERO, LESS);
    broadcast_into(c, SPARE, MINUS_ONE, 1);
    move(c, out, SPARE, 0, false);
    break;
  case ESP_IS_FINITE:
    logic(c, 0xdb, SPARE, x, (source){CONSTANT, EXPONENT});
    evex(c, M0F3A, P66, 0x1f, 1, SPARE, (source){CONSTANT, EXPONENT}, 0, false, 4);
    broadcast(c, out, ONE, 1);
    break;
  case ESP_BFLOAT16:  // to the nearest, ties to even; NaN stays
    evex(c, M0F, P66, 0x72, 2, SPARE, vector(x), 0, false, 16);  // x >> 16
    logic(c, 0xdb, SPARE, SPARE, (source){CONSTANT, LAST_BIT});
    logic(c, 0xfe, SPARE, SPARE, (source){CONSTANT, BELOW_HALF});
    logic(c, 0xfe, SPARE, SPARE, vector(x));
    compare(c, x, x, UNORDERED);
    evex(c, M0F, P66, 0xeb, SPARE, x, (source){CONSTANT, QUIET}, 1, false, -1);
    logic(c, 0xdb, out, SPARE, (source){CONSTANT, UPPER_HALF});
    break;
  case ESP_SQRT: plain(c, 0x51, out, 0, vector(x)); break;
  case ESP_RSQRT:
    plain(c, 0x51, SPARE, 0, vector(x));
    broadcast(c, out, ONE, 0);
    plain(c, 0x5e, out, out, vector(SPARE));
    break;
  case ESP_RECIPROCAL:
    broadcast(c, SPARE, ONE, 0);
    plain(c, 0x5e, out, SPARE, vector(x));
    break;
  case ESP_FLOOR: evex(c, M0F3A, P66, 0x08, out, 0, vector(x), 0, false, 9); break;
  case ESP_RELU:
    compare(c, x, ZERO, NOT_AT_MOST);
    move(c, out, x, 1, true);
    break;
  case ESP_SQUARE: plain(c, 0x59, out, x, vector(x)); break;
  case ESP_ADD: plain(c, 0x58, out, x, vector(y)); break;
  case ESP_SUB: plain(c, 0x5c, out, x, vector(y)); break;
  case ESP_MUL: plain(c, 0x59, out, x, vector(y)); break;
  case ESP_DIV: plain(c, 0x5e, out, x, vector(y)); break;
  case ESP_MAX: extreme(c, 0x5f, out, x, y); break;
  case ESP_MIN: extreme(c, 0x5d, out, x, y); break;
  case ESP_GT: truth(c, out, x, y, GREATER); break;
  case ESP_GE: truth(c, out, x, y, AT_LEAST); break;
  case ESP_LT: truth(c, out, x, y, LESS); break;
  case ESP_LE: truth(c, out, x, y, AT_MOST); break;
  case ESP_EQ: truth(c, out, x, y, EQUAL); break;
  case ESP_NE: truth(c, out, x, y, NOT_EQUAL); break;
  case ESP_FMA:  // x·y + z in a register of its own, for it overwrites an operand
    move(c, SPARE, x, 0, false);
    evex(c, M0F38, P66, 0xa8, SPARE, y, vector(z), 0, false, -1);
    move(c, out, SPARE, 0, false);
    break;
  case ESP_SELECT:
    compare(c, z, ZERO, NOT_EQUAL);
    evex(c, M0F38, P66, 0x65, out, y, vector(x), 1, false, -1);
    break;
  }
}

// General registers, by what it costs to use them.
static const int bases[] = {RAX, RCX, RDX, 8, 9, 10, 11, RBX, RBP, 12, 13, 14, 15};
enum { BASES = sizeof bases / sizeof *bases, FREE_BASES = 7 };

static void push(esp_machine *m, int r, int operation) {
  if (r >= 8) byte(m, 0x41);
  byte(m, (unsigned)operation | ((unsigned)r & 7));
}
/// r ← or r += what stands at `offset` in the arguments, which rdi points at
enum { READ = 0x8b, ADD = 0x03 };
static void argument(esp_machine *m, int operation, int r, size_t offset) {
  byte(m, r >= 8 ? 0x4c : 0x48);
  byte(m, (unsigned)operation);
  byte(m, 0x87 | ((unsigned)r & 7) << 3);
  word(m, (uint32_t)offset);
}
static size_t place_offset(int i) { return offsetof(esp_machine_arguments, places) + 8 * (size_t)i; }
static size_t stride_offset(int i) { return offsetof(esp_machine_arguments, strides) + 8 * (size_t)i; }

static void subtract_rsi(esp_machine *m, int r) {
  byte(m, r >= 8 ? 0x49 : 0x48);
  byte(m, 0x29);
  byte(m, 0xc0 | RSI << 3 | ((unsigned)r & 7));
}
static void jump_unless_zero(esp_machine *m, size_t target) {
  byte(m, 0x0f);
  byte(m, 0x85);
  word(m, (uint32_t)(target - (m->count + 4)));
}
/// Asks for what lies two kilobytes ahead.
static void ask_ahead(esp_machine *m, int base) {
  if (base >= 8) byte(m, 0x41);
  byte(m, 0x0f);
  byte(m, 0x18);
  byte(m, 0x84 | 1 << 3);
  byte(m, RSI << 3 | ((unsigned)base & 7));
  word(m, 2048);
}

#endif
