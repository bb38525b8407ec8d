#include "lanes.h"
#include <string.h>
#include "instructions.h"

// The fused programs run on the instruction set that the products run on.
const esp_lanes *esp_current_lanes(void) {
#if defined(__x86_64__)
  const char *name = esp_instruction_set();
  if (strcmp(name, "avx512") == 0) return &esp_lanes_avx512;
  if (strcmp(name, "avx2") == 0) return &esp_lanes_avx2;
#endif
  return &esp_lanes_baseline;
}
