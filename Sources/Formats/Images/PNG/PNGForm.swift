/// How the pixels of a PNG file are written.
struct PNGForm {
  enum Colour: UInt8 {
    case grey = 0
    case colours = 2
    case palette = 3
    case greyAlpha = 4
    case coloursAlpha = 6

    /// Numbers a pixel in the file.
    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .colours: 3
      case .coloursAlpha: 4
      }
    }

    /// Bits that a number may have.
    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .colours, .greyAlpha, .coloursAlpha: [8, 16]
      }
    }
  }

  struct Entry {
    var red: UInt8
    var green: UInt8
    var blue: UInt8
    var alpha: UInt8
  }

  let depth: Int
  let colour: Colour
  var palette: [Entry] = []
  /// The one colour that is transparent, as the numbers in the file.
  var transparent: [Int] = []

  init(depth: Int, colour: Colour) {
    self.depth = depth
    self.colour = colour
  }

  var hasGreyPalette: Bool {
    palette.allSatisfy { $0.red == $0.green && $0.green == $0.blue }
  }

  /// Bytes of a row, without its filter.
  func rowBytes(_ width: Int) -> Int { (width * colour.samples * depth + 7) / 8 }

  /// How far back the filters look: bytes of a pixel, or 1.
  var filterDistance: Int { max(1, colour.samples * depth / 8) }
}

/// The pixels of one pass: each few columns and rows, from some place on.
struct PNGPass {
  let left: Int
  let top: Int
  let columnStep: Int
  let rowStep: Int
  let width: Int
  let height: Int

  /// The seven passes of an interlaced image (Adam7) that have pixels, or all pixels in one.
  static func all(width: Int, height: Int, isInterlaced: Bool) -> [PNGPass] {
    let grids =
      isInterlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ] : [(0, 0, 1, 1)]
    return grids.map { left, top, columnStep, rowStep in
      PNGPass(
        left: left, top: top, columnStep: columnStep, rowStep: rowStep,
        width: (width - left + columnStep - 1) / columnStep,
        height: (height - top + rowStep - 1) / rowStep)
    }.filter { $0.width > 0 && $0.height > 0 }
  }
}
