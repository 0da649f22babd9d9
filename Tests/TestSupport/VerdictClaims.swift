import ByteStreams
package import MIME
package import SealedMail

/// Holds the verdict about a message against what the engine really gave, by other means than those that found it.
package struct VerdictClaims {
  /// What is claimed and not true; empty when all is.
  package private(set) var faults: [String] = []
  private let opened: OpenedMessage
  private let engine: ScriptedEngine
  private let received: MessageStructure
  private let message: [UInt8]

  package init(
    _ opened: OpenedMessage, engine: ScriptedEngine, received: MessageStructure, _ message: [UInt8]
  ) {
    self.opened = opened
    self.engine = engine
    self.received = received
    self.message = message
    let verdict = opened.verdict
    if case .refused = verdict.encryption {
      expect(opened.content == nil, "what is refused has no content")
      expect(verdict.signature == .none, "what is refused is not signed")
    } else {
      expect(opened.content != nil, "what is not refused has content")
    }
    if verdict.encryption == .whole {
      expect(!engine.opened.isEmpty, "what was never decrypted is whole")
      expect(isAlone(), "a message with text beside the ciphertext is whole")
    }
    if verdict.signature == .good {
      expect(!engine.verified.isEmpty || engine.opened.contains(where: \.isSigned), "good without a good signature")
      expect(isAlone(besides: engine.verified), "a message with text beside what is signed is good")
      expect(showsWhatWasSigned(), "what is shown is not what was signed")
    }
  }

  private mutating func expect(_ holds: Bool, _ fault: String) {
    if !holds { faults.append(fault) }
  }

  /// Whether nothing that people would read stands beside the cryptographic parts, from the root down to the first layer's content.
  ///
  /// - Parameter covered: contents that need no look inside.
  private func isAlone(besides covered: [[UInt8]] = []) -> Bool {
    let (structure, bytes) = (received, message)
    var index = 0
    while true {
      let entity = structure[index]
      guard case .multipart = entity.kind else { return true }
      if entity.contentType.matches("multipart", "encrypted") { return true }
      if entity.contentType.matches("multipart", "signed") {
        guard let payload = entity.children.first else { return true }
        if covered.contains(Self.canonical(Array(bytes[structure[payload].range]))) { return true }
        index = payload
        continue
      }
      guard entity.contentType.matches("multipart", "mixed") else { return false }
      let rest = entity.children.filter { !isUnseen(structure[$0], bytes) }
      // A mixed multipart stands for an encrypted one, or for a signed one, or holds one of them.
      guard rest.count <= 1 else { return false }
      guard let only = rest.first else { return true }
      index = only
    }
  }

  /// An empty text, a control part, a ciphertext or a signature.
  private func isUnseen(_ entity: Entity, _ bytes: [UInt8]) -> Bool {
    guard entity.isLeaf else { return false }
    if entity.contentType.type == "text" { return bytes[entity.body].allSatisfy { [9, 10, 13, 32].contains($0) } }
    let types = ["application/pgp-encrypted", "application/pgp-signature", "application/octet-stream"]
    return types.contains(entity.contentType.mediaType)
  }

  /// Whether the content is one that was verified or decrypted as signed, or the payload of signed layers in it.
  private func showsWhatWasSigned() -> Bool {
    guard let content = opened.content,
      let shown = try? content.source(content.payload.range).readAll(limit: 1 << 28, what: "content")
    else { return false }
    let signed = engine.verified + engine.opened.filter(\.isSigned).map(\.plaintext)
    return signed.contains { holds($0, Self.canonical(shown)) }
  }

  private func holds(_ signed: [UInt8], _ shown: [UInt8]) -> Bool {
    guard let structure = try? MessageStructure.parse(signed) else { return false }
    var index: Int? = 0
    while let current = index {
      let entity = structure[current]
      if Self.canonical(Array(signed[entity.range])) == shown { return true }
      let next = entity.children.first { structure[$0].contentType.isMultipart } ?? entity.children.first
      index = entity.contentType.isMultipart ? next : nil
    }
    return false
  }

  /// With CRLF in the place of each bare LF.
  private static func canonical(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == 10, result.last != 13 { result.append(13) }
      result.append(byte)
    }
    return result
  }
}
