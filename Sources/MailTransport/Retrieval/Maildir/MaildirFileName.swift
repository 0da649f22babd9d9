import ByteStreams
import SystemPackage

/// The name of a file in a Maildir: a base that stays, and flags that change.
///
/// Source: https://cr.yp.to/proto/maildir.html
struct MaildirFileName: Sendable {
  /// The whole name.
  let component: FilePath.Component
  /// The bytes before the first colon: what names the message.
  let base: [UInt8]
  /// The letters after `:2,`, in order, each once: P passed, R replied, S seen, T trashed, D draft, F flagged, and small ones of users.
  let flags: String
  /// When the base says the delivery was: the number it starts with.
  let seconds: Int

  init(_ component: FilePath.Component) {
    self.component = component
    let parts = component.bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    base = Array(parts[0])
    let info = parts.count > 1 ? parts[1] : []
    let letters = info.starts(with: "2,".utf8) ? Set(info.dropFirst(2)).filter(Self.isFlag) : []
    flags = String(decoding: letters.sorted(), as: UTF8.self)
    seconds = Int(String(decoding: base.prefix { (0x30...0x39).contains($0) }.prefix(18), as: UTF8.self)) ?? 0
  }

  /// The base as a name that every file system and terminal takes.
  ///
  /// What is longer or has other characters is named by its hash.
  var safeBase: String {
    let isPlain = base.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
    if isPlain, (1...200).contains(base.count) { return String(decoding: base, as: UTF8.self) }
    let hash = MessageDigest()
    hash.update(base.rawSpan)
    return "postseal-\(hash.finish())"
  }

  private static func isFlag(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & ~0x20) }

  /// The order of delivery as far as names tell it; of any two different names one comes first.
  static func < (left: MaildirFileName, right: MaildirFileName) -> Bool {
    if left.seconds != right.seconds { return left.seconds < right.seconds }
    return left.base.lexicographicallyPrecedes(right.base)
  }
}
