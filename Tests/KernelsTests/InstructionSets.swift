import EspalierKernels

private let levels = ["plain", "avx2", "avx512"]

/// The instruction set in use, counted from the one that every machine has.
func instructionLevel() -> Int32 {
  Int32(levels.firstIndex(of: String(cString: esp_instruction_set())) ?? 0)
}

/// Chooses an instruction set if the machine has it; the one in use afterwards.
func setInstructionLevel(_ level: Int32) -> Int32 {
  _ = esp_set_instruction_set(levels[Int(level)])
  return instructionLevel()
}
