import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport

/// Whatever a message looks like, it is called whole or good only for what its outermost layers cover; a script stands for gpg.
enum StructureFuzz {
  private static let now: Int64 = 1_795_366_920
  /// Alice's certificate, as gpg lists it.
  private static let alice: Certificate = unfailing("Alice's certificate is listed") {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try Context.open(EngineConfiguration(home: keyring.home, passphrases: .neverAsk))
    guard let fingerprint = Fingerprint(Identity.alice.hexFingerprint) else { throw MIMEError.notReproduced("it") }
    return try context.certificate(with: fingerprint)
  }

  static func run(_ input: [UInt8]) {
    var engine = ScriptedEngine(signer: alice, now: now, rule: .lastOctet)
    let options = OpenOptions(now: now)
    let first = outcome { () throws(OpenError) in
      try Opener.open(ByteStore(input), options: options, with: &engine)
    }
    guard case .success(let opened) = first else { return }
    let structure = unfailing("what was opened has a structure") { try MessageStructure.parse(input) }
    let claims = VerdictClaims(opened, engine: engine, received: structure, input)
    require(claims.faults.isEmpty, "\(claims.faults)")
    var again = ScriptedEngine(signer: alice, now: now, rule: .lastOctet)
    let second = outcome { () throws(OpenError) in try Opener.open(ByteStore(input), options: options, with: &again) }
    if case .success(let other) = second { require(other.verdict == opened.verdict, "the verdict is the same twice") }
    for entity in (opened.content?.structure ?? structure).entities.prefix(10) {
      openAlone((opened.content?.structure ?? structure).path(of: entity.index), input, options)
    }
  }

  private static func openAlone(_ section: String, _ input: [UInt8], _ options: OpenOptions) {
    guard let part = PartNumber(section) else { return }
    var engine = ScriptedEngine(signer: alice, now: now, rule: .lastOctet)
    let opened = outcome { () throws(OpenError) in
      try Opener.open(ByteStore(input), part: part, options: options, with: &engine)
    }
    guard case .success(let opened) = opened else { return }
    require(opened.verdict.part != nil, "a part's verdict says that it is a part's")
    if case .refused = opened.verdict.encryption { require(opened.content == nil, "what is refused has no content") }
  }
}
