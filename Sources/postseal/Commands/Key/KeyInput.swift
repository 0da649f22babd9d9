import ByteStreams
import MIME
import SealedMail
import SystemPackage

/// Where keys are read from: key files, folders of such, and messages that carry keys.
struct KeyInput {
  private let console: Console
  /// What was found, in order.
  private(set) var material: [KeyMaterial] = []
  private var total = 0

  /// More than any certificate worth having; a bound so that nobody can fill memory and keyring.
  private static let sizeLimit = 16 << 20
  /// The same for all files together.
  private static let totalLimit = 64 << 20

  /// - Parameter paths: standard input for `-`, and when there are none.
  /// - Throws: `Failure` 65 for a file without a key, 66 for a folder without any; `StreamError`.
  init(_ paths: [String], console: Console) throws {
    self.console = console
    for path in paths.isEmpty ? ["-"] : paths {
      if path != "-", Folders.exists(FilePath(path)) { try takeFolder(FilePath(path)) } else { try takeFile(path) }
    }
  }

  /// Takes the keys of all files in a folder itself, and names those that have none.
  private mutating func takeFolder(_ path: FilePath) throws {
    let before = material.count
    for name in try Folder(path).names(.files).map(\.string).sorted() {
      let file = path.appending(name).string
      guard Folders.holdsFile(FilePath(file)) else { continue }
      do {
        try takeFile(file)
      } catch let failure as Failure where failure.status == .malformedInput {
        console.note("passed over: \(failure.sentences.joined(separator: "; "))")
      }
    }
    if material.count == before { throw Failure(.noInput, "there is no key in the folder \(path)") }
  }

  private mutating func takeFile(_ path: String) throws {
    let name = Input.name(of: path)
    let bytes = try Input.bytes(of: path, limit: Self.sizeLimit, console: console).readAll()
    total += bytes.count
    guard total <= Self.totalLimit else {
      throw Failure(
        .usage, "these are more than \(ByteCount(Self.totalLimit)) of keys", hint: "import them in several runs")
    }
    var found: [KeyMaterial] = []
    for part in try Self.attachedKeys(in: bytes, name) { found += try Self.material(in: part, name) }
    guard !found.isEmpty else { throw Failure(.malformedInput, "cannot import \(name): there is no key in it") }
    material += found
  }

  private static func material(in part: [UInt8], _ name: String) throws -> [KeyMaterial] {
    do throws(StreamError) {
      return try KeyMaterial.all(in: part)
    } catch {
      guard case .malformed(let reason) = error else { throw error }
      throw Failure(.malformedInput, "cannot import \(name): \(reason)")
    }
  }

  /// The parts of a message that hold keys, decoded; the bytes themselves when they are no message.
  private static func attachedKeys(in bytes: [UInt8], _ name: String) throws -> [[UInt8]] {
    guard let first = bytes.first, first & 0x80 == 0, let message = try? MessageStructure.parse(bytes),
      ["From", "MIME-Version", "Content-Type", "Received"].contains(where: { message[0].header.first(named: $0) != nil }
      )
    else { return [bytes] }
    var found: [[UInt8]] = []
    for entity in message.entities where entity.isLeaf {
      let source = entity.transferEncoding.decoding(ArraySource(Array(bytes[entity.body])))
      guard let content = try? source.readAll(limit: sizeLimit, what: "a part of \(name)") else { continue }
      if entity.contentType.matches("application", "pgp-keys") || holdsArmoredKey(content) { found.append(content) }
    }
    if found.isEmpty, message.entities.contains(where: { $0.contentType.matches("multipart", "encrypted") }) {
      let words = ShellWord.quoted(name)
      throw Failure(
        .malformedInput, "\(name) is a sealed message, and a key would be inside",
        hint: "open it first: `postseal decrypt \(words) | postseal key import`")
    }
    return found
  }

  private static func holdsArmoredKey(_ content: [UInt8]) -> Bool {
    ["PUBLIC", "PRIVATE"].contains { content.firstRange(of: Array("-----BEGIN PGP \($0) KEY BLOCK-----".utf8)) != nil }
  }
}

extension ByteStore {
  fileprivate func readAll() throws(StreamError) -> [UInt8] { try read(0..<count) }
}
