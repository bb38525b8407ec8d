#include "threads.h"
int esp_thread_count(void) { return 1; }
void esp_set_thread_count(int count) { (void)count; }
void esp_parallel(int chunks, esp_task task, void *context) {
  for (int i = 0; i < chunks; i++) task(context, i);
}
