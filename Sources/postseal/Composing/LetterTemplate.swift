import MIME
import SystemPackage

/// A message as its author edits it: lines that start with # and say what will become of it, fields, an empty line, the text.
///
/// Below the first empty line every line is text, whatever it starts with.
struct LetterTemplate {
  /// Everything that is wrong with an edited text, a sentence each.
  struct Problems: Error, Equatable {
    let sentences: [String]
  }

  /// The message as it is edited.
  let text: String

  init(_ composition: Composition) {
    var lines = [
      "From: \(composition.from.map(Self.words) ?? "")", "To: \(Self.words(composition.to))",
      "Cc: \(Self.words(composition.cc))", "Bcc: \(Self.words(composition.bcc))",
      "Subject: \(composition.subject)",
    ]
    var enclosed = 0
    for enclosure in composition.enclosures {
      switch enclosure {
      case .file(let path, _, _): lines.append("Attach: \(path)")
      case .message, .part:
        enclosed += 1
        lines.append("Enclosed: \(enclosed) \(enclosure.words)")
      }
    }
    if enclosed == composition.enclosures.count { lines.append("Attach:") }
    text = (lines.map(Self.withoutBlanksAtEnd) + ["", composition.text]).joined(separator: "\n")
  }

  /// A text with other comments in front than it has: these sentences are foreign text that passed `TerminalText.visible`.
  static func commented(_ text: String, _ comments: [String]) -> String {
    comments.map { withoutBlanksAtEnd("# \($0)") + "\n" }.joined() + uncommented(text)
  }

  /// An edited text without the comments in front.
  static func uncommented(_ text: String) -> String {
    var rest = text[...]
    while rest.first == "#" { rest = rest.firstIndex(of: "\n").map { rest[rest.index(after: $0)...] } ?? "" }
    return String(rest)
  }

  // MARK: Reading

  /// The message that an edited text describes.
  ///
  /// - Parameters:
  ///   - base: what was edited: whatever no line speaks of stays as it is there.
  ///   - types: the types of attached files.
  /// - Throws: `Problems`, all at once.
  static func read(_ text: String, base: Composition, types: MediaTypes) throws(Problems) -> Composition {
    var reader = Reader(base, types: types)
    reader.read(text)
    guard reader.problems.isEmpty else { throw Problems(sentences: reader.problems) }
    return reader.result
  }

  private struct Reader {
    var result: Composition
    var problems: [String] = []
    private let enclosed: [Enclosure]
    private let types: MediaTypes
    private var seen: Set<String> = []

    init(_ base: Composition, types: MediaTypes) {
      result = base
      enclosed = base.enclosures.filter { if case .file = $0 { false } else { true } }
      self.types = types
      (result.from, result.to, result.cc, result.bcc, result.subject) = (nil, [], [], [], "")
      (result.enclosures, result.text) = ([], "")
    }

    mutating func read(_ text: String) {
      var rest = LetterTemplate.uncommented(text).split(separator: "\n", omittingEmptySubsequences: false)[...]
      var fields: [(number: Int, text: String)] = []
      var number = 0
      while let line = rest.popFirst() {
        number += 1
        if line.allSatisfy(\.isWhitespace) {
          // What stands above the first field was made by hand.
          if fields.isEmpty { continue }
          break
        }
        if line.hasPrefix("#") { continue }
        if line.first?.isWhitespace == true, !fields.isEmpty {
          fields[fields.count - 1].text += " " + line.drop(while: \.isWhitespace)
        } else {
          fields.append((number, String(line)))
        }
      }
      for field in fields { take(field.text, at: field.number) }
      var body = Array(rest)
      while body.last?.allSatisfy(\.isWhitespace) == true { body.removeLast() }
      do throws(Failure) {
        let text = body.isEmpty ? "" : body.joined(separator: "\n") + "\n"
        result.text = try Composition.text(Array(text.utf8), of: "the text")
      } catch {
        problems += error.sentences
      }
    }

    private mutating func take(_ field: String, at line: Int) {
      guard let colon = field.firstIndex(of: ":"), !field[..<colon].contains(where: \.isWhitespace) else {
        return problems.append(
          "line \(line): `\(LetterTemplate.shortened(field))` is no field; put an empty line between fields and text")
      }
      let name = field[..<colon].lowercased()
      let value = field[field.index(after: colon)...].trimmed
      if ["from", "subject"].contains(name), !seen.insert(name).inserted {
        return problems.append("line \(line): a message has one \(field[..<colon]) field")
      }
      do {
        switch name {
        case "from": result.from = value.isEmpty ? nil : try Mailbox(value)
        case "to": result.to += try AddressList(value).mailboxes
        case "cc": result.cc += try AddressList(value).mailboxes
        case "bcc": result.bcc += try AddressList(value).mailboxes
        case "subject": result.subject = try subject(value)
        case "attach": if !value.isEmpty { result.enclosures.append(try Enclosure.file(value, types: types)) }
        case "enclosed": result.enclosures.append(try enclosure(value))
        default: problems.append("line \(line): there is no field `\(LetterTemplate.shortened(String(name)))`")
        }
      } catch {
        let sentences = Failure(error)?.sentences ?? ["\(error)"]
        problems += sentences.map { "line \(line): \($0)" }
      }
    }

    private func subject(_ value: String) throws(Failure) -> String {
      // What a mail program would refuse later is told here, where it can be mended.
      do { _ = try FieldLine.unstructured("Subject", value) } catch { throw Failure(error) }
      return value
    }

    private func enclosure(_ value: String) throws(Failure) -> Enclosure {
      let number = value.split(separator: " ").first.flatMap { Int($0) } ?? 0
      guard enclosed.indices.contains(number - 1) else {
        throw Failure(
          .usage, "there is no enclosed part `\(LetterTemplate.shortened(value))`; attach files with `Attach:`")
      }
      return enclosed[number - 1]
    }
  }

  // MARK: Words

  private static func words(_ mailboxes: [Mailbox]) -> String { mailboxes.map(words).joined(separator: ", ") }

  private static func words(_ mailbox: Mailbox) -> String { mailbox.display }

  private static func shortened(_ text: String) -> String {
    TerminalText.truncated(TerminalText.visible(String(text.prefix(80))), to: 60)
  }

  private static func withoutBlanksAtEnd(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
