import Foundation
package import SystemPackage

/// The golden messages of `Tests/Corpus`, and what must come of each: `Tests/Corpus/README.md` says how they are kept.
package enum Corpus {
  /// The folder.
  package static var folder: FilePath { Repository.root.appending("Tests/Corpus") }

  /// What must come of each message, in the order of the file; a message has one reading for each reader who makes a difference.
  package static let readings: [CorpusReading] = {
    guard let data = FileManager.default.contents(atPath: folder.appending("expectations.json").string),
      let readings = try? JSONDecoder().decode([CorpusReading].self, from: data)
    else { preconditionFailure("Tests/Corpus/expectations.json cannot be read") }
    return readings
  }()

  /// The names of the messages that are there, without `.eml`, sorted.
  package static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.string)
      .filter { $0.hasSuffix(".eml") }.map { String($0.dropLast(4)) }.sorted()
  }
}

/// One message of the corpus, read by one person.
package struct CorpusReading: Decodable, Sendable, CustomStringConvertible {
  /// The file's name without `.eml`.
  package let message: String
  /// What is special about the message, for people.
  package let what: String
  /// The row of `Documentation/threats.md`, or what mangled the message.
  package let row: String
  /// Who reads it.
  package let reader: CorpusReader
  /// The part that is judged alone, as `--part` takes it; nil for the whole message.
  package let part: String?
  /// `none`, `whole`, or the name of the refusal.
  package let encryption: String
  /// The name of the finding; `error` where the message cannot be judged.
  package let signature: String
  package let trusted: Bool
  /// Kind and section of each layer of the envelope, outermost first, with "in vain" where it gave nothing; nil where that goes without
  /// saying.
  package let layers: [String]?
  /// The kinds of all warnings, sorted, each once; after a colon what its sentence must hold.
  package let warnings: [String]
  /// Texts that `read` must show.
  package let shows: [String]?
  /// Texts that no command may let out.
  package let hides: [String]?
  /// The exit status of `verify`.
  package let status: Int32
  /// What today's code does instead; nil where it does what it must.
  package let differs: String?
  /// The same for what `read` shows.
  package let differsShown: String?

  package var file: FilePath { Corpus.folder.appending("\(message).eml") }
  package var description: String {
    "\(message) read by \(reader.rawValue)" + (part.map { ", part \($0)" } ?? "")
  }
  /// `layers`; without them the one layer at the root that encryption and signature tell of, if any.
  package var expectedLayers: [String] {
    if let layers { return layers }
    switch (encryption, signature) {
    case ("whole", _): return ["encrypted"]
    case ("none", "none"), ("none", "partial"): return []
    case ("none", "good"), ("none", "senderMismatch"): return ["signed"]
    case ("none", _): return ["signed in vain"]
    default: return ["encrypted in vain"]
    }
  }
}

/// Who reads a message of the corpus.
package enum CorpusReader: String, Decodable, Sendable, CaseIterable {
  /// Bob, who accepted Alice's certificate and has everybody's but Erin's.
  case bob
  /// The same, who accepted whatever GnuPG lets him accept, Mallory's certificate too.
  case trusting
  /// The same as bob, with the most dangerous lines in `gpg.conf`.
  case careless
  /// Somebody else, without anybody's certificate.
  case stranger
  /// Somebody whose key has a passphrase, with nobody there to ask.
  case locked

  /// The keyring of this person, made once.
  package func keyring() throws -> TemporaryKeyring {
    switch self {
    case .bob: try Self.bobs.get()
    case .trusting: try Self.trustings.get()
    case .careless: try Self.carelesses.get()
    case .stranger: try Self.strangers.get()
    case .locked: try Self.lockeds.get()
    }
  }

  private static let bobs = Result { try TemporaryKeyring(own: [.bob], accepted: [.alice], certificates: others) }
  private static let trustings = Result {
    try TemporaryKeyring(own: [.bob], accepted: [.alice] + acceptable, certificates: unacceptable)
  }
  private static let carelesses = Result {
    try TemporaryKeyring(
      own: [.bob], accepted: [.alice], certificates: others,
      options: [
        "trust-model always", "ignore-mdc-error", "allow-weak-digest-algos", "ignore-time-conflict",
        "ignore-valid-from",
        "verbose",
      ])
  }
  private static let strangers = Result { try TemporaryKeyring(own: [.erin]) }
  private static let lockeds = Result { try TemporaryKeyring(own: [.locked], certificates: [.alice]) }

  private static let acceptable: [Identity] = [
    .carol, .mallory, .weak, .signingSubkey, .lookalikePrefix, .lookalikeSuffix, .lookalikeName,
    .lookalikeTwo, .hostileName,
  ]
  private static let unacceptable: [Identity] = [.expired, .revoked, .impostor, .revokedAddress]
  private static let others = acceptable + unacceptable
}
