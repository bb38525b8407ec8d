#ifndef ESPALIER_FUSED_MACHINE_H
#define ESPALIER_FUSED_MACHINE_H

// Machine code for runs of element-wise steps: values between the steps stay in registers, so a run of any length reads
// its operands once and writes its results once. Written for AVX-512; elsewhere, and where the system allows no code to
// be made, there is none, and the steps run one by one. Results have the same bits either way.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ESP_MACHINE_PLACES = 32 };

/// What code is run on: `rows` rows of `bytes` (both > 0, bytes a multiple of 64) of the places; the places of a row
/// begin `strides` bytes after those of the row before.
typedef struct esp_machine_arguments {
  float *places[ESP_MACHINE_PLACES];
  int64_t strides[ESP_MACHINE_PLACES];
  int64_t minus_bytes, rows;  // rows is counted down
} esp_machine_arguments;

typedef void (*esp_machine_code)(esp_machine_arguments *arguments);

/// One step: operands and the result are values, numbered as the caller likes.
typedef struct esp_machine_step {
  uint16_t op;            // an esp_op
  int out, in[3];
  unsigned still;         // as for esp_map
  bool stored;            // the result is needed in memory
} esp_machine_step;

/// Where the values are, and what is known about them.
typedef struct esp_machine_values {
  const void *context;
  /// A number for the value's place in memory: equal numbers, equal places.
  int (*place)(const void *context, int value);
  /// Whether the place lies far away, so that it is asked for ahead.
  bool (*is_far)(const void *context, int value);
} esp_machine_values;

/// Code under construction, for all runs of a program.
typedef struct esp_machine {
  uint8_t *bytes;         // while it grows
  size_t count, room;
  bool failed;            // out of memory
  void *executable;       // afterwards
  size_t size;
} esp_machine;

/// Whether this machine, with the vectors of `lanes` floats that are in use, gets code.
bool esp_machine_is_there(int lanes);
bool esp_machine_has(int op);

/// Writes code for the first steps of the list, as many as there are registers for, and returns their number; less than
/// two: nothing was written. `offset` is where the code begins, `places[0 ..< place_count]` what it is to be given.
int esp_machine_write(
  esp_machine *m, const esp_machine_step *steps, int count, const esp_machine_values *values, size_t *offset,
  int places[ESP_MACHINE_PLACES], int *place_count);

/// Makes what was written executable; false: it cannot be.
bool esp_machine_finish(esp_machine *m);
esp_machine_code esp_machine_at(const esp_machine *m, size_t offset);
void esp_machine_free(esp_machine *m);

#endif
