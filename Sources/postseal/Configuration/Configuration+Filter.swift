import MailTransport
import SealedMail
import SystemPackage
import TOMLKit

extension Configuration {
  /// `[filter]`: what `postseal filter` does with mail on its way into mailboxes.
  struct Filter: Equatable, Sendable {
    /// Where no rule fits.
    var fallback = FilterPolicy.seal
    /// The first that matches wins.
    var rules: [FilterRule] = []
    /// Where mail goes back to; the system's sendmail when nil.
    var reinject: Reinjection?
    /// What separates a name from its extension in a local part, such as `+`; nil where addresses have none.
    var recipientDelimiter: Character?
  }

  /// `[[filter.rule]]`.
  struct FilterRule: Equatable, Sendable {
    /// Addresses, or `*@domain`.
    var recipients: [AddressPattern]
    var policy: FilterPolicy
  }
}

/// Where a filter gives mail back to the mail server: the path of a sendmail program, or a way to submit.
struct Reinjection: Equatable, Sendable {
  let target: SubmissionTarget

  /// Reads `/path/of/sendmail`, `smtp://127.0.0.1:10026` and what else `postseal send --via` takes.
  ///
  /// - Throws: `TransportError.target`.
  init(_ text: String) throws(TransportError) {
    target = text.hasPrefix("/") ? .sendmail(FilePath(text)) : try SubmissionTarget(parsing: text)
  }
}

extension ConfigurationReader {
  mutating func filter(_ table: TOMLTable, _ path: [String]) -> Configuration.Filter {
    var result = Configuration.Filter()
    each(table, at: path) { reader, key, value, path in
      switch key {
      case "default": reader.choice(value, path).map { result.fallback = $0 }
      case "rule":
        result.rules = reader.rules(value, path, choosing: "policy").map {
          Configuration.FilterRule(recipients: $0, policy: $1)
        }
      case "reinject": result.reinject = reader.reinjection(value, path)
      case "recipient-delimiter": result.recipientDelimiter = reader.delimiter(value, path)
      default: reader.unknown(path)
      }
    }
    return result
  }

  private mutating func reinjection(_ value: any TOMLValueConvertible, _ path: [String]) -> Reinjection? {
    guard let text = string(value, path) else { return nil }
    do {
      return try Reinjection(text)
    } catch {
      problem(path, "\(error)")
      return nil
    }
  }

  private mutating func delimiter(_ value: any TOMLValueConvertible, _ path: [String]) -> Character? {
    guard let text = string(value, path) else { return nil }
    guard text.utf8.count == 1, let sign = text.first, sign.isASCII, !sign.isLetter, !sign.isNumber, sign != "@" else {
      problem(path, "it must be one sign, such as \"+\"")
      return nil
    }
    return sign
  }
}
