import ByteStreams

/// The first field of every message that we write into an mbox: `X-Postseal-Delivery: whole=1; name=…`.
///
/// It says where the message came from, so that a second run finds it, and whether all of it is there: while it is written the number is
/// 0, and one byte makes it 1. Any other program that rewrites the mailbox keeps it as it keeps every field. One that came with a message
/// is dropped, and only the first field counts, so nobody else can say that a message is there.
struct DeliveryMark: Equatable {
  /// Whether the message was written to its end.
  let isWhole: Bool
  /// The message's `Delivery.base`.
  let base: String

  static let fieldName = "X-Postseal-Delivery"
  /// What stands before the number.
  static let beforeNumber = "\(fieldName): whole="
  private static let beforeBase = "; name="

  init(isWhole: Bool, base: String) {
    self.isWhole = isWhole
    self.base = base
  }

  /// Reads the start of a message; nil when that is something else.
  init?(startOf message: [UInt8]) {
    guard let end = message.firstIndex(of: 0x0A) else { return nil }
    let line = String(decoding: message[..<end], as: UTF8.self).trimmingSuffix { $0 == "\r" }
    guard line.hasPrefix(Self.beforeNumber) else { return nil }
    let rest = line.dropFirst(Self.beforeNumber.count)
    guard let number = rest.first, number == "0" || number == "1",
      rest.dropFirst().hasPrefix(Self.beforeBase)
    else { return nil }
    self.init(isWhole: number == "1", base: String(rest.dropFirst(1 + Self.beforeBase.count)))
  }

  /// The field as a line.
  var line: String { "\(Self.beforeNumber)\(isWhole ? 1 : 0)\(Self.beforeBase)\(base)\n" }

  /// So many bytes of a message hold the mark, if it has one.
  static let limit = 300

  /// Whether all of a message, the last one of a file, is what is left of the line when writing ended within it.
  static func isTorn(_ message: [UInt8]) -> Bool {
    guard message.count < limit, !message.contains(0x0A) else { return false }
    let start = Array(beforeNumber.utf8)
    return message.starts(with: start) || start.starts(with: message)
  }
}

extension String {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
    var text = self[...]
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }
}
