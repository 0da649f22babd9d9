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
    /// How the octets become text.
    let form: Form

    /// The ways in which octets are text.
    enum Form: Equatable, Sendable {
      /// UTF-8, as given by a caller.
      case given
      /// As received, without a charset.
      case plain
      /// As received in the form of RFC 2231, which may name a charset.
      case extended(charset: String?)
    }

    /// Equal are parameters that say the same, however they were written.
    package static func == (left: Parameter, right: Parameter) -> Bool {
      left.name == right.name && left.value == right.value
    }

    /// The value as text; it can hold control characters.
    ///
    /// Decoded when asked for: a message can name a million charsets, and each costs the C library a conversion table.
    package var value: String {
      switch form {
      case .given: String(decoding: octets, as: UTF8.self)
      case .plain: ParameterText.decode(octets)
      case .extended(let charset): ParameterText.decode(octets, charset: charset)
      }
    }
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
    let parameter = Parameter(name: name.asciiLowercased, octets: Array(value.utf8), form: .given)
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
