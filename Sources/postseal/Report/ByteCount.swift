/// A number of bytes as people read it: decimal units, at most one digit after the point.
struct ByteCount: CustomStringConvertible, Sendable {
  let count: Int

  init(_ count: Int) { self.count = count }

  var description: String {
    var value = Double(count)
    guard value >= 1000 else { return count == 1 ? "1 byte" : "\(count) bytes" }
    for unit in ["kB", "MB", "GB"] {
      value /= 1000
      if value < 999.5 || unit == "GB" { return Self.short(value) + " " + unit }
    }
    return "\(count) bytes"
  }

  private static func short(_ value: Double) -> String {
    if value >= 9.95 { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
  }
}
