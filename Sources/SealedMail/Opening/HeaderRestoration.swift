import MIME

/// Decides which header fields of an opened message to believe, and what differs.
///
/// Source: RFC 9788 §4
struct HeaderRestoration {
  /// The fields to show.
  private(set) var header: RestoredHeader
  /// What differs between inside and outside.
  private(set) var warnings: [VerdictWarning]
  /// The From fields of the received message.
  private let outerFrom: [HeaderField]

  /// Lower-case names of the fields that tell who wrote to whom about what: outside they mean nothing once they are
  /// protected inside, and they are compared.
  private static let compared = [
    "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender",
  ]

  /// - Parameters:
  ///   - outer: the header of the received message; nil for a part, whose own header fields nobody vouches for.
  ///   - protection: what the payload protects; nil when nothing vouches for it.
  init(outer: [HeaderField]?, protection: HeaderProtection?) {
    let outside = outer?.filter { !$0.isStructural } ?? []
    outerFrom = outer?.filter { $0.isNamed("From") } ?? []
    guard let protection, protection.scheme != .none else {
      header = RestoredHeader(fields: Array(outside), protectedNames: [], hiddenSubject: nil)
      warnings = protection == nil || outer == nil ? [] : [.headersNotProtected]
      return
    }
    let names = Set(protection.fields.map { $0.name.lowercased() })
    let added = outside.filter { field in
      let name = field.name.lowercased()
      return !names.contains(name) && (protection.scheme == .v1 || !Self.compared.contains(name))
    }
    // QUIRK: neomutt protects the Subject alone, so in the older scheme a field that is not inside was never protected.
    // Tests/postsealTests/InteropTests.swift
    let promised = Self.compared.filter { protection.scheme != .v1 || names.contains($0) }
    let comparison = promised.compactMap { name in
      outer.flatMap { Self.difference(in: name, outer: $0, protection: protection) }
    }
    header = RestoredHeader(
      fields: added + protection.fields, protectedNames: names,
      hiddenSubject: Self.hiddenSubject(outer: Array(outside), protection: protection))
    warnings = comparison
  }

  /// For what a walk found.
  ///
  /// A message that a mail server encrypted on its way reads as it came: the header of a signed payload counts where the signature holds,
  /// and a bad one is not made better by an encryption around it. Whoever encrypted it is nobody that the signature vouches for: what stands
  /// in their header is not protected then, so that no answer goes where they want it, and the From outside, which mail servers look at,
  /// is the one that a signer is compared with.
  ///
  /// - Parameter outer: the header of the received message; nil for a part.
  /// Source: RFC 9788 §4, RFC 9787 §6.4
  init(_ walk: EnvelopeWalk, outer: Header?) {
    let outside = outer.map { Array($0.fields) }
    guard let sealed = walk.sealedProtection, walk.isOpened, walk.isWithinSealed || walk.coverage != .whole else {
      self.init(outer: outside, protection: walk.payloadProtection)
      return
    }
    self.init(outer: outside, protection: sealed)
    let inner = walk.payloadProtection
    if inner?.fields.contains(where: { $0.isNamed("From") }) != true { distrustInnerFrom() }
    guard let inner else { return }
    let signed = HeaderRestoration(outer: header.fields, protection: inner)
    header = RestoredHeader(
      fields: signed.header.fields, protectedNames: signed.header.protectedNames, hiddenSubject: header.hiddenSubject)
    warnings += signed.warnings
  }

  /// Shows the From outside when the one inside is another address: for a message whose inside nobody trusted vouches for.
  ///
  /// Anybody can write anything inside an encrypted message, while mail servers look at least at the outside.
  ///
  /// Source: RFC 9788 §4.4
  mutating func distrustInnerFrom() {
    let outside = RestoredHeader.mailboxes(of: outerFrom).map(\.address)
    guard header.protectedNames.contains("from"), header.from.map(\.address) != outside else { return }
    let claims = header.fields.filter { $0.isNamed("From") }.map { EncodedWord.decode($0.value) }
    header = RestoredHeader(
      fields: outerFrom + header.fields.filter { !$0.isNamed("From") },
      protectedNames: header.protectedNames.subtracting(["from"]), hiddenSubject: header.hiddenSubject)
    warnings.removeAll { if case .headerDiffers(let name, _, _) = $0 { name.lowercased() == "from" } else { false } }
    warnings.insert(.senderInsideUnproven(claims.joined(separator: ", ")), at: 0)
  }

  /// The Date field in seconds since 1970; nil when there is none that can be read.
  var date: Int64? {
    guard let field = header.fields.first(where: { $0.isNamed("Date") }) else { return nil }
    return (try? MailDate(parsing: field.value))?.seconds
  }

  /// A warning when the fields called `name` outside are not what the sender put there.
  private static func difference(
    in name: String, outer: [HeaderField], protection: HeaderProtection
  ) -> VerdictWarning? {
    let inside = texts(protection.fields, name)
    let found = texts(outer, name)
    var meant = inside
    if protection.scheme == .cipher, !protection.outer.isEmpty {
      meant = texts(named: name, in: protection.outer)
    } else if name == "subject", protection.scheme != .clear, protection.layer == .encrypted {
      // The older scheme does not say what was put outside, and a Subject that differs is its purpose.
      return nil
    }
    guard found != meant else { return nil }
    return .headerDiffers(
      name: outer.first { $0.isNamed(name) }?.name ?? name.capitalizedName,
      protected: inside.first ?? meant.first ?? "",
      // Of several the one that was added.
      outer: found.first { !meant.contains($0) } ?? found.first)
  }

  /// What stood outside in place of the Subject inside, if the sender put it there; nil when nothing was hidden.
  private static func hiddenSubject(outer: [HeaderField], protection: HeaderProtection) -> String? {
    guard protection.layer == .encrypted, protection.scheme != .clear else { return nil }
    let (inside, outside) = (texts(protection.fields, "subject"), texts(outer, "subject"))
    if !protection.outer.isEmpty, texts(named: "subject", in: protection.outer) != outside { return nil }
    return inside != outside ? outside.first : nil
  }

  private static func texts(named name: String, in fields: [HeaderProtection.OuterField]) -> [String] {
    fields.filter { $0.name.lowercased() == name }.map { text($0.value) }
  }

  private static func texts(_ fields: [HeaderField], _ name: String) -> [String] {
    fields.filter { $0.isNamed(name) }.map { text($0.value) }
  }

  /// A value without the differences that a mail server may make: encoding and blanks.
  private static func text(_ value: [UInt8]) -> String {
    EncodedWord.decode(value).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension String {
  /// "message-id" as "Message-Id": for a field that is missing outside.
  fileprivate var capitalizedName: String {
    split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
  }
}
