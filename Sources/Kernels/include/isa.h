#ifndef ESPALIER_ISA_H
#define ESPALIER_ISA_H

/// Instruction sets for which the vector kernels are built. The best one of the machine is chosen at first use.
enum {
  ESP_ISA_BASELINE = 0, ///< SSE2 on x86-64, NEON on arm64
  ESP_ISA_AVX2 = 1,     ///< AVX2 with FMA
  ESP_ISA_AVX512 = 2
};

/// The instruction set in use.
int esp_instruction_set(void);

/// Chooses an instruction set, at most the best one of the machine; returns the one now in use. Programs already
/// prepared keep theirs. Meant for tests and measurements; not to be called while kernels run.
int esp_set_instruction_set(int level);

#endif
