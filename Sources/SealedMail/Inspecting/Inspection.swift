package import ByteStreams
package import MIME
package import OpenPGPPackets

/// What a message shows of its parts and its cryptography to anybody, without any key: nothing is decrypted, nothing is checked.
package struct Inspection: Sendable {
  /// The parts of the message.
  package let structure: MessageStructure
  /// What is remarkable about each part, in the order of `structure.entities`.
  package let findings: [[Finding]]

  /// One remarkable thing about a part.
  package enum Finding: Sendable, Equatable {
    /// It is encrypted; on the multipart of PGP/MIME, or on the part with the block.
    case encrypted(CiphertextSummary, Form)
    /// It is signed; on the multipart of PGP/MIME, or on the part with the block.
    case signed([SignatureSummary], Form)
    /// It is a signature on its own.
    case signature([SignatureSummary])
    /// It holds certificates, or secret keys.
    case keys([KeyblockSummary])
    /// It is S/MIME.
    case smime(CryptoStructure.SMIME)
    /// It is Outlook's own wrapping of attachments (TNEF).
    case tnef
    /// It says that it protects header fields.
    case headerProtection(HeaderMark)
    /// The OpenPGP data in it cannot be read; the reason, in lower case without a full stop.
    case unreadable(String)
    /// It is cryptography that gives the message nothing, because it is not at its root.
    case errant
    /// A mailing list put it around a signed message.
    case mailingList
    /// It is mangled and read as what was meant; how, in lower case without a full stop.
    case repaired(String)
    /// It calls itself PGP/MIME and is not; why, in lower case without a full stop.
    case malformed(String)
    /// Something is wrong with its syntax; what, in lower case without a full stop.
    case defect(String)
  }

  /// How OpenPGP stands in a part.
  package enum Form: String, Sendable {
    /// As PGP/MIME. Source: RFC 3156
    case mime
    /// As an armored block in a text, or a file.
    case block
  }

  /// How a part says that it protects header fields.
  package enum HeaderMark: String, Sendable {
    /// `hp="cipher"`. Source: RFC 9788 §2.1
    case cipher = "hp-cipher"
    /// `hp="clear"`. Source: RFC 9788 §2.1
    case clear = "hp-clear"
    /// `protected-headers="v1"`, the older form.
    case v1 = "protected-headers-v1"
    /// `hp-legacy-display="1"`: its text starts with header fields for old programs. Source: RFC 9788 §2.1.2
    case legacyDisplay = "hp-legacy-display"
  }

  /// Looks through the message in `store`.
  ///
  /// - Throws: `OpenError` when the message breaks a limit or cannot be read.
  package static func of(_ store: ByteStore, limits: MIMELimits = .standard) throws(OpenError) -> Inspection {
    do {
      let structure = try MessageStructure.parse(store.source(), limits: limits)
      var inspector = Inspector(structure, in: store)
      try inspector.run()
      try store.checkUnchanged()
      return Inspection(structure: structure, findings: inspector.findings)
    } catch {
      throw OpenError(error)
    }
  }
}
