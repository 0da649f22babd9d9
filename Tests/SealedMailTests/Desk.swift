import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport

/// A person at their keyring, who seals and opens in the tests.
struct Desk {
  let keyring: TemporaryKeyring

  /// The time of the tests' letters.
  static let now = TestTime.now

  init(
    own: [Identity] = [.alice], accepted: [Identity] = [], certificates: [Identity] = [], options: [String] = []
  ) throws {
    keyring = try TemporaryKeyring(own: own, accepted: accepted, certificates: certificates, options: options)
  }

  func context(_ passphrases: EngineConfiguration.PassphrasePolicy = .neverAsk) throws -> Context {
    try Context.open(EngineConfiguration(home: keyring.home, passphrases: passphrases))
  }

  /// Seals a letter as this person would.
  func seal(
    _ letter: Letter, lineEnd: String = "\n", overrides: OutgoingMessage.Overrides = .init(),
    clear: ClearPermission? = nil, _ adjust: (inout SealOptions) -> Void = { _ in }
  ) throws -> [SealedCopy] {
    try seal(letter.bytes(lineEnd: lineEnd), overrides: overrides, clear: clear, adjust)
  }

  /// Seals a message given as bytes.
  func seal(
    _ bytes: [UInt8], overrides: OutgoingMessage.Overrides = .init(), clear: ClearPermission? = nil,
    _ adjust: (inout SealOptions) -> Void = { _ in }
  ) throws -> [SealedCopy] {
    var options = SealOptions(now: Desk.now)
    adjust(&options)
    let message = try OutgoingMessage(
      ByteStore(bytes), overrides: overrides, circumstances: .init(now: Desk.now, zoneMinutes: 60))
    var context = try context()
    let plan = try Sealer.plan(message, options: options, with: &context)
    return try Sealer.seal(message, plan: plan, options: options, clear: clear, with: &context)
  }

  /// Opens a message as this person would.
  func open(_ bytes: [UInt8], _ adjust: (inout OpenOptions) -> Void = { _ in }) throws -> OpenedMessage {
    var options = OpenOptions(now: Desk.now)
    adjust(&options)
    var context = try context()
    return try Opener.open(ByteStore(bytes), options: options, with: &context)
  }

  /// What the `gpg` program makes of a message's ciphertext here.
  func gpgDecrypt(_ message: [UInt8]) throws -> ChildRun {
    try keyring.gpg("--decrypt", stdin: message)
  }
}

extension SealedCopy {
  /// The finished message.
  var bytes: [UInt8] { get throws { try message.bytes.read(0..<message.bytes.count) } }
  /// The finished message, for looking into.
  var text: String { get throws { String(decoding: try bytes, as: UTF8.self) } }
  /// The header that everybody on the way can read.
  var outerHeader: String {
    get throws { String(try text.prefix(upTo: text.range(ofEmptyLine: ()))) }
  }
}

extension String {
  /// Where the first empty line starts.
  func range(ofEmptyLine: Void) -> String.Index {
    var index = startIndex
    while index < endIndex, !self[index...].hasPrefix("\r\n\r\n"), !self[index...].hasPrefix("\n\n") {
      index = self.index(after: index)
    }
    return index
  }
}

extension OpenedMessage {
  /// The payload's body as it stands.
  var bodyText: String {
    get throws {
      guard let content else { return "(refused)" }
      let bytes = try content.source(content.payload.body).readAll(limit: 1 << 26, what: "test body")
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The value of the first field of that name.
  func value(_ name: String) -> String? {
    header.fields.first { $0.isNamed(name) }.map { String(decoding: $0.value, as: UTF8.self) }
  }
}
