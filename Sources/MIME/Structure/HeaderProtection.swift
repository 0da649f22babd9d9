/// What a cryptographic payload says about header fields: which ones it protects, and which of its text repeats them
/// for old mail programs.
///
/// Source: RFC 9788 §2, §4
package struct HeaderProtection: Equatable, Sendable {
  /// The scheme that the payload follows.
  package let scheme: Scheme
  /// What was done to the payload.
  package let layer: Layer
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
    /// `hp="cipher"`: encrypted, and HP-Outer tells what was left outside; never in a payload that is signed only.
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
    let root = structure[payload]
    let named = Scheme(of: root.contentType)
    // What is signed only hides nothing, whatever it says.
    let scheme = named == .cipher && layer == .signed ? .clear : named
    self.scheme = scheme
    self.layer = layer
    fields = scheme == .none ? [] : root.header.fields.filter { !$0.isStructural && !$0.isNamed("HP-Outer") }
    outer = scheme == .cipher ? root.header.fields(named: "HP-Outer").compactMap(OuterField.init(parsing:)) : []
    hiddenParts = root.contentType.isVersion1 ? HeaderProtection.headerParts(of: root, in: structure) : []
    let texts = scheme == .cipher ? structure.mainBody(of: payload) : []
    legacyDisplayParts = texts.filter { structure[$0].contentType.parameters["hp-legacy-display"] == "1" }
  }

  /// The first part of a payload when all it does is repeat header fields, as the older scheme has it.
  private static func headerParts(of root: Entity, in structure: MessageStructure) -> [Int] {
    guard root.contentType.matches("multipart", "mixed"), root.children.count > 1 else { return [] }
    let first = structure[root.children[0]]
    let isHeaders = first.contentType.matches("text", "plain") || first.contentType.matches("text", "rfc822-headers")
    return first.isLeaf && isHeaders && first.contentType.isVersion1 ? [first.index] : []
  }
}

extension HeaderProtection.Scheme {
  /// The scheme that a payload root's media type names: `hp` before `protected-headers`.
  fileprivate init(of type: ContentType) {
    switch type.parameters["hp"]?.asciiLowercased {
    case "cipher": self = .cipher
    case "clear": self = .clear
    default: self = type.isVersion1 ? .v1 : .none
    }
  }
}

extension HeaderProtection.OuterField {
  /// Reads the value of an HP-Outer field; nil when it is not itself a field.
  fileprivate init?(parsing field: HeaderField) {
    let value = field.value
    guard let colon = value.firstIndex(of: ASCII.colon) else { return nil }
    let name = value[..<colon].trimming()
    guard !name.isEmpty, name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    self.init(name: String(decoding: name, as: UTF8.self), value: Array(value[(colon + 1)...].trimming()))
  }
}

extension ContentType {
  /// True for `protected-headers="v1"`.
  fileprivate var isVersion1: Bool { parameters["protected-headers"]?.asciiLowercased == "v1" }
}

extension HeaderField {
  /// True for the fields that describe the entity and not the message: Content-… and MIME-Version.
  ///
  /// Source: RFC 9788 §1.1.1
  package var isStructural: Bool {
    isNamed("MIME-Version") || raw.prefix("content-".utf8.count).equalsIgnoringCase("content-")
  }
}
