/// The ASCII form of labels with foreign letters.
enum Punycode {
  /// `scalars` in Punycode without the `xn--`, or nil when a number overflows; square time, so bound the input.
  ///
  /// Source: RFC 3492 §6.3
  static func encode(_ scalars: [Unicode.Scalar]) -> String? {
    var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
    let basicCount = output.count
    if basicCount > 0 { output.append(UInt8(ascii: "-")) }
    var (point, delta, bias, handled) = (UInt32(128), UInt32(0), UInt32(72), basicCount)
    while handled < scalars.count {
      guard let next = scalars.lazy.map(\.value).filter({ $0 >= point }).min() else { return nil }
      let (step, overflow) = (next - point).multipliedReportingOverflow(by: UInt32(handled) + 1)
      let (sum, carry) = delta.addingReportingOverflow(step)
      guard !overflow, !carry else { return nil }
      (delta, point) = (sum, next)
      for scalar in scalars {
        if scalar.value < point { delta += 1 }
        guard scalar.value == point else { continue }
        appendVariableLength(delta, bias: bias, to: &output)
        bias = adapted(delta, points: UInt32(handled) + 1, isFirst: handled == basicCount ? .first : .later)
        (delta, handled) = (0, handled + 1)
      }
      (delta, point) = (delta + 1, point + 1)
    }
    return String(decoding: output, as: UTF8.self)
  }

  private enum Turn { case first, later }

  private static func appendVariableLength(_ delta: UInt32, bias: UInt32, to output: inout [UInt8]) {
    var (rest, position) = (delta, UInt32(36))
    while true {
      let threshold = position <= bias ? 1 : min(position - bias, 26)
      if rest < threshold { break }
      output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
      rest = (rest - threshold) / (36 - threshold)
      position += 36
    }
    output.append(digit(rest))
  }

  /// The bias after a delta, so that near letters get short codes.
  ///
  /// Source: RFC 3492 §6.1
  private static func adapted(_ delta: UInt32, points: UInt32, isFirst: Turn) -> UInt32 {
    var rest = isFirst == .first ? delta / 700 : delta / 2
    rest += rest / points
    var steps: UInt32 = 0
    while rest > 455 {
      rest /= 35
      steps += 36
    }
    return steps + 36 * rest / (rest + 38)
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: value < 26 ? UInt32(UInt8(ascii: "a")) + value : UInt32(UInt8(ascii: "0")) + value - 26)
  }
}
