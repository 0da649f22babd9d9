import ByteStreams
import MIME
import SystemPackage

/// The media types of files by the endings of their names, as the system's table has them.
///
/// Source: mime.types(5)
struct MediaTypes {
  private var byEnding: [String: ContentType] = [:]

  /// What a file is whose name says nothing.
  private static let unknown = ContentType("application", "octet-stream")
  private static let table = FilePath("/etc/mime.types")
  private static let sizeLimit = 4 << 20

  /// The table of this system; an empty one where it has none.
  static func ofSystem() -> MediaTypes {
    let bytes = try? ReadableFile.open(table).source().readAll(limit: sizeLimit, what: table.string)
    return MediaTypes(bytes ?? [])
  }

  /// Reads a table: a type and its endings on each line.
  init(_ bytes: [UInt8]) {
    for line in bytes.split(separator: 0x0A) where line.first != UInt8(ascii: "#") {
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard words.count > 1, let type = try? ContentType(parsing: Array(words[0])), type.parameters.all.isEmpty else {
        continue
      }
      // A message or multipart is never base64, which a file is. Source: RFC 2046 §5.2
      guard type.type != "message", type.type != "multipart" else { continue }
      for ending in words.dropFirst() {
        let ending = String(decoding: ending, as: UTF8.self).lowercased()
        if byEnding[ending] == nil { byEnding[ending] = type }
      }
    }
  }

  /// The type of a file of this name.
  func type(ofFile name: String) -> ContentType {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return Self.unknown }
    return byEnding[name[name.index(after: dot)...].lowercased()] ?? Self.unknown
  }
}
