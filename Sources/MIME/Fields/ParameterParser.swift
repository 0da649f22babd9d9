/// Reads `;`-separated parameters as real mailers send them.
///
/// Values without quotes may hold blanks, 8-bit octets and `tspecials`; missing semicolons, stray text and empty
/// parameters are stepped over. Of two parameters with one name the first counts; the form of RFC 2231 counts before
/// the plain one.
struct ParameterParser {
  private var scanner: FieldScanner
  private let limits: MIMELimits
  private var sections: [Section] = []
  private var semicolon = -1

  /// One parameter as it stands in the field: `name`, `name*`, `name*3` or `name*3*`.
  private struct Section {
    var name: String
    var number: Int?
    var isExtended: Bool
    var octets: [UInt8]
  }

  /// Parameters are read from where `scanner` stands.
  init(_ scanner: FieldScanner, limits: MIMELimits) {
    self.scanner = scanner
    self.limits = limits
  }

  /// Reads all parameters.
  ///
  /// - Throws: `MIMEError.limit` for too many of them.
  mutating func parse() throws(MIMEError) -> Parameters {
    while true {
      scanner.skipBlanksAndComments()
      guard let octet = scanner.next else { break }
      if octet == ASCII.semicolon {
        _ = scanner.take(octet)
        continue
      }
      let name = scanner.take { $0 == ASCII.equals || $0 == ASCII.semicolon }.trimmingTail()
      guard scanner.take(ASCII.equals) else { continue }
      let value = takeValue()
      // QUIRK: a parameter without a semicolon before it, `text/plain; format=flowed charset=utf-8`, leaves stray text
      // before the name; the name is its last word. ParameterTests.swift
      let word = name.split(whereSeparator: \.isBlankOrLineEnd).last ?? []
      guard !word.isEmpty else { continue }
      guard sections.count < limits.parameters else { throw .limit(.parameters, value: limits.parameters) }
      sections.append(section(named: word, octets: value))
    }
    return join()
  }

  /// Takes the value after `=`.
  private mutating func takeValue() -> [UInt8] {
    _ = scanner.take { !$0.isBlankOrLineEnd }
    if scanner.next == ASCII.quote { return scanner.takeQuotedString() }
    var ahead = scanner.bounded(to: nextSemicolon())
    let word = Array(ahead.take { $0.isBlankOrLineEnd || $0 == ASCII.openParenthesis })
    ahead.skipBlanksAndComments()
    if !word.isEmpty, ahead.next == nil || startsParameter(ahead) {
      scanner.move(to: ahead)
      return word
    }
    // QUIRK: file names with blanks and parentheses but no quotes, `name=minutes (final).doc`. ParameterTests.swift
    return Array(scanner.take { $0 == ASCII.semicolon }.trimmingTail())
  }

  /// Where the next semicolon stands; looked for once a segment, so that a value without any stays linear.
  private mutating func nextSemicolon() -> Int {
    if semicolon < scanner.position {
      var ahead = scanner
      _ = ahead.take { $0 == ASCII.semicolon }
      semicolon = ahead.position
    }
    return semicolon
  }

  /// True when what follows reads as `token=`: a parameter whose semicolon was forgotten.
  private func startsParameter(_ ahead: FieldScanner) -> Bool {
    var ahead = ahead
    return !ahead.takeToken().isEmpty && ahead.next == ASCII.equals
  }

  /// Takes the marks of RFC 2231 off a name.
  private func section(named name: ArraySlice<UInt8>, octets: [UInt8]) -> Section {
    var name = name
    let isExtended = name.last == ASCII.asterisk
    if isExtended { name = name.dropLast() }
    var number: Int?
    if let star = name.lastIndex(of: ASCII.asterisk) {
      let digits = name[(star + 1)...]
      // No field has more than `limits.parameters` sections, so four digits are plenty.
      if !digits.isEmpty, digits.count <= 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) {
        number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        name = name[..<star]
      }
    }
    return Section(
      name: String(decoding: name.map(\.asciiLowercased), as: UTF8.self), number: number, isExtended: isExtended,
      octets: octets)
  }

  /// Joins the sections of each name, in order of first appearance.
  private func join() -> Parameters {
    var parameters = Parameters()
    var seen: Set<String> = []
    for section in sections where seen.insert(section.name).inserted {
      parameters.add(joined(sections.filter { $0.name == section.name }, name: section.name))
    }
    return parameters
  }

  private func joined(_ sections: [Section], name: String) -> Parameters.Parameter {
    var parts: [Section] = []
    while let part = sections.first(where: { $0.number == parts.count }) { parts.append(part) }
    if parts.isEmpty, let extended = sections.first(where: { $0.number == nil && $0.isExtended }) { parts = [extended] }
    guard let first = parts.first else {
      let plain = sections.first { $0.number == nil } ?? sections[0]
      return Parameters.Parameter(name: name, octets: plain.octets, form: .plain)
    }
    guard first.isExtended else {
      let octets = parts.flatMap { $0.isExtended ? ParameterText.percentDecode($0.octets[...]) : $0.octets }
      return Parameters.Parameter(name: name, octets: octets, form: .plain)
    }
    // Only the first section carries charset'language'.
    let (charset, rest) = ParameterText.splitCharset(first.octets)
    var octets = ParameterText.percentDecode(rest)
    for part in parts.dropFirst() {
      octets += part.isExtended ? ParameterText.percentDecode(part.octets[...]) : part.octets
    }
    return Parameters.Parameter(name: name, octets: octets, form: .extended(charset: charset))
  }
}
