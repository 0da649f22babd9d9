import Foundation
import SealedMail
import TestSupport

/// The tables of `Documentation/reading.md`: what each line of a verdict means.
struct ReadingGuide: Sendable {
  /// A finding: its sign, its first line, its word, and the exit status of `verify`.
  struct Finding {
    let sign: String
    let line: String
    let word: String
    let status: String
  }

  let findings: [Finding]
  /// The sentences that each kind of warning may have.
  let warnings: [String: [String]]

  init() throws {
    let guide = try Guide("reading.md")
    findings = guide.rows(columns: 5).filter { $0[2].hasPrefix("`") }.map { row in
      Finding(sign: row[0], line: row[1], word: row[2].unquoted, status: row[3])
    }
    let rows = guide.rows(columns: 3).filter { $0[0].hasPrefix("`") }
    warnings = Dictionary(uniqueKeysWithValues: rows.map { ($0[0].unquoted, $0[1].components(separatedBy: "<br>")) })
  }

  static let shared = Result { try ReadingGuide() }

  /// The lines of a verdict that the guide does not have, or has in another way.
  func unexplained(_ verdict: Verdict, status: Int32) -> [String] {
    let summary = VerdictSummary(verdict, sender: nil) { "\($0)" }
    // What was refused, encrypted or is a part stands before the words.
    let parts = summary.headline.split(separator: " · ")
    let tails = parts.indices.map { parts[$0...].joined(separator: " · ") }
    let isExplained = findings.contains { finding in
      finding.sign == summary.mark.sign && finding.word == verdict.keyword && finding.status == "\(status)"
        && tails.contains { $0.fits(finding.line) }
    }
    let others = verdict.warnings.filter { warning in
      let sentence = warning.sentence { "\($0)" }
      return warnings[warning.name]?.contains { sentence.fits($0) } != true
    }
    return (isExplained ? [] : [summary.headline]) + others.map { $0.sentence { "\($0)" } }
  }
}

extension VerdictSummary.Mark {
  fileprivate var sign: String {
    switch self {
    case .good: "✓"
    case .unsigned: "–"
    case .unknown: "?"
    case .alert: "!"
    }
  }
}

extension String {
  fileprivate var unquoted: String { replacing("`", with: "") }

  /// Whether it is `pattern`, where "…" stands for anything.
  fileprivate func fits(_ pattern: String) -> Bool {
    let pieces = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, hasPrefix(first), hasSuffix(last) else { return false }
    guard pieces.count > 1 else { return self == pattern }
    var rest = dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return count >= first.count + last.count
  }
}
