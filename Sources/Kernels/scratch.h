#ifndef ESPALIER_SCRATCH_H
#define ESPALIER_SCRATCH_H
#include <stddef.h>

// One block a thread and a user: a convolution holds its block while it calls the matrix kernels.
enum esp_scratch_user {
  ESP_SCRATCH_CALLER, ESP_SCRATCH_GEMM, ESP_SCRATCH_PANEL, ESP_SCRATCH_CONVOLUTION, ESP_SCRATCH_TASK,
  ESP_SCRATCH_ROUNDED, ESP_SCRATCH_SAMPLES, ESP_SCRATCH_USERS
};

void *esp_scratch_of(enum esp_scratch_user user, size_t bytes);

#endif
