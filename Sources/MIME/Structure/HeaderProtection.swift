/// What a cryptographic payload says about header fields: which ones it protects, and which of its text repeats them
/// for old mail programs.
///
/// Source: RFC 9788 §2, §4
package struct HeaderProtection: Equatable, Sendable {
  /// The scheme that the payload follows.
  package let scheme: Scheme
  /// The protected fields in order: all of the payload root but the structural ones and HP-Outer; empty without a scheme.
  package let fields: [HeaderField]
  /// What the sender put outside, as HP-Outer tells; empty unless the scheme is `cipher`.
  package let outer: [OuterField]
  /// Parts that only repeat header fields: not to be shown.
  package let hiddenParts: [Int]
  /// Text parts whose text starts with repeated header fields: that start is not to be shown.
  package let legacyDisplayParts: [Int]

  /// How a payload says that it protects header fields.
  package enum Scheme: Sendable {
    /// It does not.
    case none
    /// `hp="cipher"`: encrypted, and HP-Outer tells what was left outside.
    case cipher
    /// `hp="clear"`: signed, all fields stand outside as well.
    case clear
    /// `protected-headers="v1"`, the older scheme without HP-Outer.
    case v1
  }

  /// One HP-Outer field: a field as the sender put it outside.
  ///
  /// Source: RFC 9788 §2.2
  package struct OuterField: Equatable, Sendable {
    /// The name of the outer field, as spelt.
    package let name: String
    /// Its unfolded value.
    package let value: [UInt8]
  }

  /// What was done to the payload.
  package enum Layer: Sendable {
    /// It came out of an encrypted layer, signed or not.
    case encrypted
    /// It is signed only; HP-Outer means nothing here.
    case signed
  }

  /// Reads the payload whose root is the entity at `payload`.
  package init(of structure: MessageStructure, payload: Int = 0, in layer: Layer) {
    scheme = .none
    fields = []
    outer = []
    hiddenParts = []
    legacyDisplayParts = []
  }
}
