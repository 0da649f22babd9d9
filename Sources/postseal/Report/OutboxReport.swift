import MIME
import MailTransport
import SystemPackage

extension OutboxEntry {
  /// The members of its JSON object.
  var json: JSONValue {
    let sender: String? = if case .address(let address) = record.reversePath { address.text } else { nil }
    return .members([
      "id": .string(id.description), "state": .string(state.rawValue), "purpose": .string(record.purpose.rawValue),
      "time": .number(Int(record.time)), "sender": .optional(sender),
      "recipients": .array(
        record.recipients.map {
          .members([
            "address": .string($0.address.text), "fate": .string($0.fate.rawValue),
            "fingerprint": .optional($0.certificate),
          ])
        }),
      "elsewhere": .strings(record.elsewhere.map(\.text)), "way": .string(record.way),
      "account": .optional(record.account), "reason": .optional(record.reason),
      "octets": .number(octets), "path": .string(path.string),
    ])
  }

  /// The cells of its line in a list.
  func row(_ style: Style, now: Int64) -> [String] {
    let mark: Style.Mark =
      switch state {
      case .waiting, .sending: .nothing
      case .unknown: .unknown
      case .held: .bad
      }
    return [
      style.mark(mark), id.description, state.rawValue, Self.age(now - record.time), "\(ByteCount(octets))",
      TerminalText.visible(addressees), TerminalText.visible(why.isEmpty ? place : "\(place): \(why)"),
    ]
  }

  /// Name and value of everything about it, for a person.
  var values: [[String]] {
    var rows = [
      ["entry", "\(id), \(state.rawValue)"], ["what", kind],
      ["sealed", "\(LocalTime.minute(record.time)), \(ByteCount(octets))"],
    ]
    for recipient in record.recipients {
      let certificate = recipient.certificate.map { ", certificate \($0)" } ?? ""
      rows.append(["for", "\(TerminalText.visible(recipient.address.text)) (\(recipient.fate.rawValue))\(certificate)"])
    }
    for address in record.elsewhere {
      rows.append(["elsewhere", "\(TerminalText.visible(address.text)) has it by another copy, or may have it"])
    }
    let account = record.account.map { ", account \(TerminalText.visible($0))" } ?? ""
    rows.append(["way", TerminalText.visible(record.way) + account])
    if !why.isEmpty { rows.append(["reason", TerminalText.visible(why)]) }
    return rows + [["file", TerminalText.visible(path.string)]]
  }

  /// Whether somebody has the message, or may have it.
  var isOut: Bool { state == .unknown || !holders.isEmpty }

  /// Who has the message, or may have it, by this copy or another one.
  var holders: [AddrSpec] {
    record.recipients.filter { $0.fate == .accepted || $0.fate == .unknown }.map(\.address) + record.elsewhere
  }

  /// Where it goes, in short: of a server its name, of a folder or program its path.
  private var place: String {
    if let target = try? SubmissionTarget(parsing: record.way, plaintext: .anyHost) {
      return switch target {
      case .smtp(let server): server.name
      case .maildir(let path): path.string
      case .sendmail(let path): path?.string ?? "sendmail"
      }
    }
    if let source = try? RetrievalSource(parsing: record.way, plaintext: .anyHost) { return source.server.name }
    return record.way
  }

  /// Those who do not have it yet; after three only how many more.
  var addressees: String {
    let pending = record.pending.map(\.address.text)
    let shown = pending.prefix(3).joined(separator: ", ")
    return pending.count > 3 ? "\(shown) and \(pending.count - 3) more" : shown
  }

  private var kind: String {
    switch record.purpose {
    case .delivery: TerminalText.visible(record.label)
    case .keeping: "copy of sent mail, sealed to yourself"
    case .refused: "mail of a program that was refused, sealed to yourself"
    }
  }

  private var why: String {
    if let reason = record.reason { return reason }
    return state == .unknown ? "the run that sent it ended before it knew" : ""
  }

  /// `3 min`, `2 h`, `5 d`.
  private static func age(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "now"
    case ..<3600: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }
}

extension OutboxDamage {
  /// The members of its JSON object.
  var json: JSONValue { .members(["path": .string(path.string), "reason": .string(reason)]) }
}

extension OutboxRun {
  /// Tells what came of every entry, and gives the status that this amounts to: 40 where some went and others did not.
  ///
  /// - Throws: `Failure` when it cannot be written.
  func report() throws(Failure) -> ExitStatus {
    let console = session.console
    let failures = results.compactMap(\.failure)
    let went = results.contains { $0.failure == nil && $0.rest == nil }
    let status = failures.isEmpty ? ExitStatus.done : went && locked != nil ? .partlyDelivered : Self.gravest(failures)
    if console.format == .json {
      try console.report(
        .report([
          "sent": .bool(locked != nil), "status": .number(Int(status.rawValue)), "entries": .array(results.map(\.json)),
        ]))
      return status
    }
    if console.detail != .quiet {
      let style = console.terminal.outputStyle
      try console.report(
        Table.entries(results.map { $0.row(style, wasSent: locked != nil) }, columns: console.terminal.outputColumns))
    }
    if let first = failures.first {
      var sentences: [String] = []
      var hints: [String] = []
      // Where no line for each entry stands above, each has its name here.
      let named = console.detail == .quiet ? results.compactMap { $0.naming } : failures
      for failure in named {
        sentences += failure.sentences.filter { !sentences.contains($0) }
        hints += failure.hints.filter { !hints.contains($0) }
      }
      console.fail(Failure(first.status, sentences: sentences, hints: hints))
    }
    return status
  }

  /// Where several of 30 to 33 apply, the lowest; else the first.
  private static func gravest(_ failures: [Failure]) -> ExitStatus {
    let gaps = failures.map(\.status).filter { (30...33).contains($0.rawValue) }
    return gaps.min { $0.rawValue < $1.rawValue } ?? failures.first?.status ?? .done
  }
}

extension OutboxRun.Result {
  /// Why it stays, with its ID.
  fileprivate var naming: Failure? {
    failure.map { failure in
      Failure(failure.status, sentences: failure.sentences.map { "\(entry.id): \($0)" }, hints: failure.hints)
    }
  }

  fileprivate var json: JSONValue {
    entry.json.adding("channel", .optional(channel)).adding("words", .optional(words))
      .adding("rest", .optional(rest?.state.rawValue)).adding("errors", .strings(failure?.sentences ?? []))
  }

  fileprivate func row(_ style: Style, wasSent: Bool) -> [String] {
    let recipients = TerminalText.visible(entry.addressees)
    let isKept = entry.record.purpose == .keeping
    let outcome: (Style.Mark, String)
    if failure != nil {
      outcome = (.bad, rest.map { "stays, \($0.state.rawValue)" } ?? "stays")
    } else if !wasSent {
      outcome = (.nothing, "would be \(isKept ? "kept in" : "sent through") \(entry.record.way)")
    } else if let rest {
      outcome = (.nothing, "stays, \(rest.state.rawValue)")
    } else {
      outcome = (.good, "\(isKept ? "kept in" : "sent through") \(channel ?? "")" + (words.map { ": \($0)" } ?? ""))
    }
    return [style.mark(outcome.0), entry.id.description, recipients, TerminalText.visible(outcome.1)]
  }
}
