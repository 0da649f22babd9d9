/// A few files in memory as a tar archive, for what must touch no disk; folders are a matter of the program tar, which reads these too.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format"
package struct TarArchive: Equatable, Sendable {
  /// A file: what it is called in the archive, and what it holds.
  package struct File: Equatable, Sendable {
    /// Of an archive that was read this can be anything: to be compared, never to be opened.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// In their order.
  package let files: [File]
  /// When the files were last changed, the newest of them, in seconds since 1970.
  package let date: Int64

  private static let block = 512

  /// - Parameters:
  ///   - files: their names have at most 100 bytes.
  ///   - date: the date of all files.
  package init(_ files: [File], date: Int64) {
    precondition(files.allSatisfy { $0.name.utf8.count <= 100 })
    self.files = files
    self.date = date
  }

  /// The archive, readable by its owner alone wherever it is unpacked.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for file in files {
      bytes += header(of: file) + file.bytes
      bytes += Array(repeating: 0, count: Self.padding(of: file.bytes.count))
    }
    return bytes + Array(repeating: 0, count: 2 * Self.block)
  }

  /// Reads an archive: its regular files; folders, links and whatever else it may hold are passed over.
  ///
  /// - Throws: `malformed` for what is no archive, or is cut off.
  package init(reading bytes: [UInt8]) throws(StreamError) {
    var files: [File] = []
    var date: Int64 = 0
    var rest = bytes[...]
    while true {
      guard rest.count >= Self.block else { throw .malformed("the archive is cut off") }
      let header = Array(rest.prefix(Self.block))
      rest = rest.dropFirst(Self.block)
      // A block of zeros ends it.
      if header.allSatisfy({ $0 == 0 }) { break }
      guard Self.number(header[148..<156]) == Self.sum(of: header), let size = Self.number(header[124..<136]) else {
        throw .malformed("it is no tar archive")
      }
      guard size <= rest.count, size + Self.padding(of: size) <= rest.count else {
        throw .malformed("the archive is cut off")
      }
      // '0', and NUL as old programs write it.
      if header[156] == 0x30 || header[156] == 0 {
        let prefix = Self.text(header[345..<500])
        let name = Self.text(header[0..<100])
        files.append(File(name: prefix.isEmpty ? name : "\(prefix)/\(name)", bytes: Array(rest.prefix(size))))
        date = max(date, Int64(Self.number(header[136..<148]) ?? 0))
      }
      rest = rest.dropFirst(size + Self.padding(of: size))
    }
    self.files = files
    self.date = date
  }

  private func header(of file: File) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    put(file.name, at: 0)
    put("0000600", at: 100)
    // Owner and group 0, whoever it was.
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(Self.octal(file.bytes.count, digits: 11), at: 124)
    put(Self.octal(Int(date), digits: 11), at: 136)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put(Self.octal(Self.sum(of: header), digits: 6), at: 148)
    header[155] = UInt8(ascii: " ")
    return header
  }

  /// The sum of all bytes, with blanks where it stands itself.
  private static func sum(of header: [UInt8]) -> Int {
    header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
  }

  private static func padding(of size: Int) -> Int { (block - size % block) % block }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(max(0, number), radix: 8)
    precondition(text.utf8.count <= digits)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// Octal digits with blanks or NULs around them; nil for anything else.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard !digits.isEmpty, field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 & 7) }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }
}
