/// The parameters of a structured field such as Content-Type, continuations joined and charsets decoded.
///
/// Source: RFC 2045 §5.1, RFC 2231
package struct Parameters: Equatable, Sendable {
  /// The parameters in order of their first appearance, each name once.
  package private(set) var all: [Parameter] = []

  /// One parameter.
  package struct Parameter: Equatable, Sendable {
    /// The name in lower case, without the marks of RFC 2231.
    package let name: String
    /// The octets of the value: unquoted and percent-decoded, in the sender's charset.
    package let octets: [UInt8]
    /// The value as text.
    ///
    /// May hold control characters.
    package let value: String
  }

  /// No parameters.
  package init() {}

  /// Parameters to be written, in this order.
  package init(_ pairs: KeyValuePairs<String, String>) {
    for (name, value) in pairs { set(name, value) }
  }

  /// The value of the parameter of that name, whatever its case; nil when it is missing.
  package subscript(name: String) -> String? { parameter(name)?.value }

  /// The octets of the parameter of that name; nil when it is missing.
  package func octets(of name: String) -> [UInt8]? { parameter(name)?.octets }

  /// Sets a parameter: in its place when there is one of that name, else at the end.
  package mutating func set(_ name: String, _ value: String) {
    let parameter = Parameter(name: name.asciiLowercased, octets: Array(value.utf8), value: value)
    if let index = all.firstIndex(where: { $0.name == parameter.name }) {
      all[index] = parameter
    } else {
      all.append(parameter)
    }
  }

  /// Takes a parameter away.
  package mutating func remove(_ name: String) {
    let name = name.asciiLowercased
    all.removeAll { $0.name == name }
  }

  private func parameter(_ name: String) -> Parameter? {
    let name = name.asciiLowercased
    return all.first { $0.name == name }
  }

  /// Adds what the parser read; the first of a name counts.
  mutating func add(_ parameter: Parameter) {
    guard !all.contains(where: { $0.name == parameter.name }) else { return }
    all.append(parameter)
  }
}

extension String {
  /// This text with `A`–`Z` turned into `a`–`z`, whatever the locale says.
  var asciiLowercased: String { String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) }
}
