import ByteStreams
import GPGME
import SealedMail
import SystemPackage
import TestSupport
import Testing

/// Every golden message is judged as `Tests/Corpus/expectations.json` says.
@Suite struct CorpusTests {
  @Test func record() throws {
    var out = ""
    for name in try Corpus.names() {
      for reader in CorpusReader.allCases {
        let conclusion = try Conclusion(of: name, by: reader)
        out += "\(name)\t\(reader.rawValue)\t\(conclusion.encryption)\t\(conclusion.signature)\t\(conclusion.trusted)\t\(conclusion.warnings.map(\.kind))\t\(conclusion.warnings.map(\.sentence))\n"
      }
    }
    print(out)
  }
}

/// What was concluded about a message, in the words of the expectations.
private struct Conclusion {
  var encryption = "none"
  var signature = "error"
  var trusted = false
  var warnings: [(kind: String, sentence: String)] = []
  /// The error, or the reason of a refusal.
  var detail = ""

  private static let contexts = Dictionary(
    uniqueKeysWithValues: CorpusReader.allCases.map { reader in (reader, Result { try reader.keyring() }) })

  init(of message: String, by reader: CorpusReader) throws {
    let keyring = try #require(try Self.contexts[reader]?.get())
    var context = try Context.open(EngineConfiguration(home: keyring.home, passphrases: .neverAsk))
    let store = try ByteStore.file(Corpus.folder.appending("\(message).eml"))
    do {
      let opened = try Opener.open(store, options: OpenOptions(now: Desk.now), with: &context)
      let verdict = opened.verdict
      switch verdict.encryption {
      case .none: encryption = "none"
      case .whole: encryption = "whole"
      case .refused(let refusal):
        encryption = Self.kind(of: refusal)
        detail = refusal.sentence
      }
      signature = verdict.signature.rawValue
      trusted = verdict.isGoodAndTrusted
      warnings = verdict.warnings.map { (Self.kind(of: $0), $0.sentence { "\($0)" }) }
      #expect((opened.content == nil) == (encryption != "none" && encryption != "whole"))
      if detail == "" { detail = try String(opened.bodyText.prefix(60)) }
    } catch let error as OpenError {
      detail = "\(error)"
    }
  }

  /// The name of an enumeration's case.
  private static func kind(of value: some Any) -> String {
    String("\(value)".prefix { $0 != "(" })
  }
}
