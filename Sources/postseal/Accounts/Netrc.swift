import ByteStreams
import SystemPackage

/// The file `~/.netrc`, in which programs of old find passwords by machine and login.
///
/// An entry counts only with both: `default`, and a machine without a login, would give the password to whoever is asked for.
/// Source: ftp(1), and curl's documentation for quotes.
struct Netrc {
  let path: FilePath

  /// More than any hand-written file needs.
  private static let sizeLimit = 64 << 10

  /// The user's own.
  static var own: Netrc? {
    Environment.value("HOME").map { Netrc(path: FilePath($0).appending(".netrc")) }
  }

  /// The password for a user at a host; nil when the file is not there or has none.
  ///
  /// - Throws: `Failure` 78 for a file that others can read, `StreamError`.
  func password(for user: String, at host: String) throws -> SecretBytes? {
    guard let status = try? path.stat() else { return nil }
    guard status.permissions.intersection([.groupReadWriteExecute, .otherReadWriteExecute]).isEmpty else {
      throw Failure(
        .configuration, "\(path) is open to other users of this machine",
        hint: "`chmod 600 \(ShellWord.quoted(path.string))`")
    }
    let source = try ReadableFile.open(path).source()
    let text = try SecretBytes(capacity: Self.sizeLimit) { room throws(StreamError) in
      var count = 0
      while count < room.byteCount {
        var next = room._mutatingExtracting(count..<room.byteCount)
        let read = try source.read(into: &next)
        guard read > 0 else { return count }
        count += read
      }
      throw .limitExceeded(limit: Self.sizeLimit, what: "the netrc file")
    }
    return text.withBytes { Self.password(in: $0, for: user, at: host) }
  }

  /// The same for the text of a file.
  static func password(in text: RawSpan, for user: String, at host: String) -> SecretBytes? {
    var words = NetrcWords()
    var entry = Entry()
    while let word = words.next(in: text) {
      switch word.string(in: text) {
      case "machine":
        if let found = entry.password(for: user, at: host) { return found.secret(in: text) }
        entry = Entry(machine: words.next(in: text)?.string(in: text))
      case "default":
        if let found = entry.password(for: user, at: host) { return found.secret(in: text) }
        entry = Entry()
      case "login": entry.login = words.next(in: text)?.string(in: text)
      case "password": entry.password = words.next(in: text)
      case "account": _ = words.next(in: text)
      case "macdef": words.skipMacro(in: text)
      default: break
      }
    }
    return entry.password(for: user, at: host)?.secret(in: text)
  }

  private struct Entry {
    var machine: String?
    var login: String?
    var password: NetrcWords.Word?

    func password(for user: String, at host: String) -> NetrcWords.Word? {
      machine?.lowercased() == host && login == user ? password : nil
    }
  }
}

/// The words of a netrc file, one after the other.
private struct NetrcWords {
  /// Where a word stands, without its quotes.
  struct Word {
    let range: Range<Int>
    let isQuoted: Bool

    func string(in text: RawSpan) -> String { String(decoding: bytes(in: text), as: UTF8.self) }

    /// The word in memory of its own.
    func secret(in text: RawSpan) -> SecretBytes {
      SecretBytes(capacity: range.count) { room in
        var count = 0
        var escaped = false
        for offset in range {
          if isQuoted, !escaped, text[offset] == UInt8(ascii: "\\") {
            escaped = true
            continue
          }
          escaped = false
          room.storeBytes(of: text[offset], toByteOffset: count, as: UInt8.self)
          count += 1
        }
        return count
      }
    }

    private func bytes(in text: RawSpan) -> [UInt8] {
      secret(in: text).withBytes { bytes in (0..<bytes.byteCount).map { bytes[$0] } }
    }
  }

  private var offset = 0

  mutating func next(in text: RawSpan) -> Word? {
    while offset < text.byteCount, Self.isBlank(text[offset]) || text[offset] == UInt8(ascii: "#") {
      if text[offset] == UInt8(ascii: "#") { skip(in: text) { $0 != 0x0A } } else { offset += 1 }
    }
    guard offset < text.byteCount else { return nil }
    guard text[offset] == UInt8(ascii: "\"") else {
      let start = offset
      skip(in: text) { !Self.isBlank($0) }
      return Word(range: start..<offset, isQuoted: false)
    }
    offset += 1
    let start = offset
    while offset < text.byteCount, text[offset] != UInt8(ascii: "\"") {
      offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    let end = min(offset, text.byteCount)
    offset = end + 1
    return Word(range: start..<end, isQuoted: true)
  }

  /// Passes over the lines of a macro: up to an empty one.
  mutating func skipMacro(in text: RawSpan) {
    while offset < text.byteCount {
      skip(in: text) { $0 != 0x0A }
      offset += 1
      if offset < text.byteCount, text[offset] == 0x0A { return }
    }
  }

  private mutating func skip(in text: RawSpan, while condition: (UInt8) -> Bool) {
    while offset < text.byteCount, condition(text[offset]) { offset += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
