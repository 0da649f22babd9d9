import ByteStreams
import GPGME
import SealedMail
import SystemPackage
import TestSupport
import Testing

/// Every golden message is judged as `Tests/Corpus/expectations.json` says.
@Suite struct CorpusTests {
  @Test func `every message has an expectation, and every expectation its message`() throws {
    let names = try Corpus.names()
    #expect(Set(Corpus.readings.map(\.message)) == Set(names))
    #expect(Set(Corpus.readings.map(\.description)).count == Corpus.readings.count)
    let readme = String(decoding: try readFile(Corpus.folder.appending("README.md")), as: UTF8.self)
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "`")[1] }
    #expect(rows.map(String.init).sorted() == names, "`Tests/Corpus/make --table` writes the table anew")
  }

  @Test func `the guide to reading explains every word and every kind of warning`() throws {
    let guide = try ReadingGuide.shared.get()
    #expect(Set(guide.findings.map(\.word)) == Set(Verdict.keywords))
    let kinds = Corpus.readings.flatMap(\.warnings).map(\.kind)
    // No golden message has what no gpg of today makes.
    #expect(Set(guide.warnings.keys) == Set(kinds + ["uncheckedSignature"]))
  }

  @Test(arguments: Corpus.readings)
  func `a golden message is judged as it must be`(reading: CorpusReading) throws {
    if let differs = reading.differs {
      withKnownIssue(Comment(rawValue: differs)) { try check(reading) }
    } else {
      try check(reading)
    }
  }

  private func check(_ reading: CorpusReading) throws {
    let found = try Conclusion(of: reading)
    #expect(found.encryption == reading.encryption, "\(found.detail)")
    #expect(found.signature == reading.signature, "\(found.detail)")
    #expect(found.trusted == reading.trusted)
    #expect(found.unexplained == [], "Documentation/reading.md does not explain it")
    if reading.signature != "error" { #expect(found.layers == reading.expectedLayers) }
    let kinds = found.warnings.map(\.kind)
    #expect(kinds.sorted() == reading.warnings.map(\.kind).sorted(), "\(found.warnings)")
    for warning in reading.warnings {
      #expect(
        found.warnings.contains { $0.kind == warning.kind && $0.sentence.contains(warning.detail) },
        "\(warning): \(found.warnings)")
    }
  }
}

extension String {
  /// An expected warning is its kind and, after a colon, what its sentence must hold.
  fileprivate var kind: String { String(prefix { $0 != ":" }) }
  fileprivate var detail: String { String(dropFirst(kind.count + 2)) }
}

/// What was concluded about a message, in the words of the expectations.
private struct Conclusion {
  private(set) var encryption = "none"
  private(set) var signature = "error"
  private(set) var trusted = false
  private(set) var layers: [String] = []
  private(set) var warnings: [(kind: String, sentence: String)] = []
  /// What of the verdict `Documentation/reading.md` does not explain.
  private(set) var unexplained: [String] = []
  /// The error, or the reason of a refusal.
  private(set) var detail = ""

  init(of reading: CorpusReading) throws {
    var context = try Context.open(EngineConfiguration(home: try reading.reader.keyring().home, passphrases: .neverAsk))
    let store = try ByteStore.file(reading.file)
    do {
      let part = try reading.part.map { try #require(PartNumber($0)) }
      let opened = try Opener.open(store, part: part, options: OpenOptions(now: Desk.now), with: &context)
      let verdict = opened.verdict
      switch verdict.encryption {
      case .none, .whole: encryption = Self.kind(of: verdict.encryption)
      case .refused(let refusal):
        encryption = Self.kind(of: refusal)
        detail = refusal.sentence
      }
      signature = verdict.signature.rawValue
      trusted = verdict.isGoodAndTrusted
      layers = verdict.layers.map { layer in
        [layer.kind.rawValue, layer.section, layer.counts ? "" : "in vain"].filter { !$0.isEmpty }.joined(
          separator: " ")
      }
      #expect(verdict.part == part?.section)
      unexplained = try ReadingGuide.shared.get().unexplained(verdict, status: reading.status)
      warnings = verdict.warnings.map { (Self.kind(of: $0), $0.sentence { "\($0)" }) }
      let isRefused = if case .refused = verdict.encryption { true } else { false }
      #expect((opened.content == nil) == isRefused)
    } catch {
      detail = "\(error)"
    }
  }

  /// The name of an enumeration's case.
  private static func kind(of value: some Any) -> String {
    String("\(value)".prefix { $0 != "(" })
  }
}
