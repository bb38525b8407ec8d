#define _DEFAULT_SOURCE 1  // MAP_ANONYMOUS

#include "fused_machine.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fused.h"

#if defined(__x86_64__)
#include <sys/mman.h>
#include <unistd.h>

bool esp_machine_is_there(int lanes) { return lanes == 16; }

bool esp_machine_has(int op) {
  switch (op) {
  case ESP_NEG: case ESP_ABS: case ESP_SQRT: case ESP_RSQRT: case ESP_RECIPROCAL: case ESP_FLOOR: case ESP_RELU:
  case ESP_SQUARE: case ESP_ADD: case ESP_SUB: case ESP_MUL: case ESP_DIV: case ESP_MAX: case ESP_MIN: case ESP_GT:
  case ESP_GE: case ESP_LT: case ESP_LE: case ESP_EQ: case ESP_NE: case ESP_FMA: case ESP_SELECT: return true;
  default: return false;
  }
}

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

// Numbers that lie before the code, each read by all lanes.
static const uint32_t constants[] = {0x3f800000, 0x80000000, 0x7fffffff};
enum { ONE, SIGN, MAGNITUDE, CONSTANTS };

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
static void broadcast(const code *c, int out, int constant, int k) {
  evex(c, M0F38, P66, 0x18, out, 0, (source){SCALAR, constant}, k, k > 0, -1);
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

// ---- Registers ------------------------------------------------------------------------------------------------

enum { MOST_STEPS = 96, MOST_VALUES = 4 * MOST_STEPS };

typedef struct known {
  int value, place;       // place: its number among the code's
  int vector;             // register that holds it, or -1
  int last;               // the last step of the run that reads it
  bool still, input, stored;
} known;

typedef struct run {
  const esp_machine_step *steps;
  int count;
  const esp_machine_values *where;
  known values[MOST_VALUES];
  int value_count;
  int places[ESP_MACHINE_PLACES], place_count, moving;  // the first `moving` places move with the loop
  uint32_t taken;         // vectors
} run;

static known *find(run *r, int value) {
  for (int i = r->value_count - 1; i >= 0; i--)
    if (r->values[i].value == value) return &r->values[i];
  known *k = &r->values[r->value_count++];
  *k = (known){.value = value, .place = -1, .vector = -1, .last = -1};
  return k;
}

static bool add_place(run *r, known *k, int most) {
  int number = r->where->place(r->where->context, k->value);
  int first = k->still ? r->moving : 0;
  for (int i = first; i < r->place_count; i++)
    if (r->places[i] == number) {
      k->place = i;
      return true;
    }
  if (r->place_count == most) return false;
  r->places[r->place_count] = number;
  k->place = r->place_count++;
  return true;
}

/// Finds the values of the steps and their places; false: there are too many.
static bool collect(run *r) {
  r->value_count = r->place_count = r->moving = 0;
  int operands[MOST_STEPS];
  for (int i = 0; i < r->count; i++) {
    const esp_machine_step *s = &r->steps[i];
    operands[i] = 0;
    for (int j = 0; j < 3; j++) {
      if (s->in[j] < 0) continue;
      known *k = find(r, s->in[j]);
      if (k->last < 0 && !k->stored && k->vector == -1) k->input = true;
      if (s->still >> j & 1) k->still = true;
      k->last = i;
    }
    known *o = find(r, s->out);
    o->vector = -2;  // computed here
    o->stored = s->stored;
    o->input = false;
  }
  for (int i = 0; i < r->value_count; i++) {
    known *k = &r->values[i];
    k->vector = -1;
    if (((k->input && !k->still) || k->stored) && !add_place(r, k, BASES)) return false;
  }
  r->moving = r->place_count;
  for (int i = 0; i < r->value_count; i++) {
    known *k = &r->values[i];
    if (k->input && k->still && !add_place(r, k, ESP_MACHINE_PLACES)) return false;
  }
  return true;
}

static int take(run *r) {
  for (int i = 0; i < VECTORS; i++)
    if (!(r->taken >> i & 1)) {
      r->taken |= 1u << i;
      return i;
    }
  return -1;
}

static void give_back(run *r, const known *k) {
  if (!k->still) r->taken &= ~(1u << k->vector);
}

/// Gives registers to the values of one step, and writes it if `c` is there; false: there are not enough.
static bool walk_step(run *r, const code *c, int i) {
  const esp_machine_step *s = &r->steps[i];
  int x[3] = {0, 0, 0};
  for (int j = 0; j < 3; j++) {
    if (s->in[j] < 0) continue;
    known *k = find(r, s->in[j]);
    if (k->vector < 0) {
      if ((k->vector = take(r)) < 0) return false;
      if (c) {
        if (r->where->is_far(r->where->context, k->value)) ask_ahead(c->m, bases[k->place]);
        read_vector(c, k->vector, bases[k->place]);
      }
    }
    x[j] = k->vector;
  }
  for (int j = 0; j < 3; j++) {
    bool again = false;
    for (int l = 0; l < j; l++) again |= s->in[l] == s->in[j];
    if (s->in[j] >= 0 && !again && find(r, s->in[j])->last == i) give_back(r, find(r, s->in[j]));
  }
  known *o = find(r, s->out);
  if ((o->vector = take(r)) < 0) return false;
  if (c) {
    step(c, s->op, o->vector, x[0], x[1], x[2]);
    if (o->stored) write_vector(c, o->vector, bases[o->place]);
  }
  if (o->last < 0) give_back(r, o);
  return true;
}

/// The number of steps that there are registers for.
static int walk(run *r, const code *c) {
  r->taken = 0;
  for (int i = 0; i < r->value_count; i++) {
    known *k = &r->values[i];
    k->vector = -1;
    if (!(k->input && k->still)) continue;
    if ((k->vector = take(r)) < 0) return 0;
    if (!c) continue;
    argument(c->m, READ, RAX, place_offset(k->place));
    evex(c, M0F, NP, 0x10, k->vector, 0, (source){AT_RAX, 0}, 0, false, -1);
  }
  if (!c) {
    for (int i = 0; i < r->count; i++)
      if (!walk_step(r, c, i)) return i;
    return r->count;
  }
  esp_machine *m = c->m;
  argument(m, READ, RSI, offsetof(esp_machine_arguments, minus_bytes));
  for (int i = 0; i < r->moving; i++) {  // to the end of the row, from where rsi counts
    argument(m, READ, bases[i], place_offset(i));
    subtract_rsi(m, bases[i]);
  }
  const size_t row = m->count;
  argument(m, READ, RSI, offsetof(esp_machine_arguments, minus_bytes));
  const size_t loop = m->count;
  for (int i = 0; i < r->count; i++) walk_step(r, c, i);
  byte(m, 0x48), byte(m, 0x83), byte(m, 0xc6), byte(m, 64);  // add rsi, 64
  jump_unless_zero(m, loop);
  for (int i = 0; i < r->moving; i++) argument(m, ADD, bases[i], stride_offset(i));
  byte(m, 0x48), byte(m, 0xff), byte(m, 0x8f);               // dec qword [rdi + rows]
  word(m, offsetof(esp_machine_arguments, rows));
  jump_unless_zero(m, row);
  return r->count;
}

int esp_machine_write(
  esp_machine *m, const esp_machine_step *steps, int count, const esp_machine_values *values, size_t *offset,
  int places[ESP_MACHINE_PLACES], int *place_count) {
  run *r = malloc(sizeof *r);
  if (!r) return 0;
  *r = (run){.steps = steps, .where = values, .count = count < MOST_STEPS ? count : MOST_STEPS};
  while (r->count >= 2) {
    int fits = collect(r) ? walk(r, NULL) : r->count - 1;
    if (fits == r->count) break;
    r->count = fits;
  }
  int written = r->count;
  if (written >= 2) {
    while (m->count % 64) byte(m, 0xcc);
    code c = {m, m->count};
    for (int i = 0; i < CONSTANTS; i++) word(m, constants[i]);
    while (m->count % 16) byte(m, 0xcc);
    *offset = m->count;
    for (int i = FREE_BASES; i < r->moving; i++) push(m, bases[i], 0x50);
    logic(&c, 0xef, ZERO, ZERO, vector(ZERO));
    walk(r, &c);
    byte(m, 0xc5), byte(m, 0xf8), byte(m, 0x77);  // vzeroupper
    for (int i = r->moving - 1; i >= FREE_BASES; i--) push(m, bases[i], 0x58);
    byte(m, 0xc3);
    memcpy(places, r->places, sizeof(int) * (size_t)r->place_count);
    *place_count = r->place_count;
  } else {
    written = 0;
  }
  free(r);
  return written;
}

bool esp_machine_finish(esp_machine *m) {
  if (m->failed || !m->count) return !m->failed;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  m->size = (m->count + page - 1) / page * page;
  void *at = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return false;
  memcpy(at, m->bytes, m->count);
  free(m->bytes);
  m->bytes = NULL;
  if (mprotect(at, m->size, PROT_READ | PROT_EXEC)) {
    munmap(at, m->size);
    return false;
  }
  m->executable = at;
  return true;
}

void esp_machine_free(esp_machine *m) {
  free(m->bytes);
  if (m->executable) munmap(m->executable, m->size);
  *m = (esp_machine){0};
}

esp_machine_code esp_machine_at(const esp_machine *m, size_t offset) {
  esp_machine_code code;
  const void *at = (const uint8_t *)m->executable + offset;
  memcpy(&code, &at, sizeof code);
  return code;
}

#else

bool esp_machine_is_there(int lanes) { return (void)lanes, false; }
bool esp_machine_has(int op) { return (void)op, false; }
int esp_machine_write(
  esp_machine *m, const esp_machine_step *steps, int count, const esp_machine_values *values, size_t *offset,
  int places[ESP_MACHINE_PLACES], int *place_count) {
  return (void)m, (void)steps, (void)count, (void)values, (void)offset, (void)places, (void)place_count, 0;
}
bool esp_machine_finish(esp_machine *m) { return (void)m, false; }
esp_machine_code esp_machine_at(const esp_machine *m, size_t offset) { return (void)m, (void)offset, NULL; }
void esp_machine_free(esp_machine *m) { (void)m; }

#endif
