import ByteStreams

/// What an entity says about S/MIME and about Outlook's own wrapping.
extension Entity {
  /// The media types of a detached S/MIME signature.
  ///
  /// Source: RFC 8551 §3.2
  static let pkcs7Signatures = ["application/pkcs7-signature", "application/x-pkcs7-signature"]

  /// True for the part that holds a detached S/MIME signature.
  var isPKCS7Signature: Bool {
    Entity.pkcs7Signatures.contains(contentType.mediaType) || (isAnyFile && hasName(endingIn: ".p7s"))
  }

  /// The S/MIME layer that this leaf is; nil when it is none.
  ///
  /// Source: RFC 8551 §3.2.2, §3.8
  var opaqueSMIME: CryptoStructure.SMIME? {
    // QUIRK: gateways and old programs send it as any file, named smime.p7m. CryptoStructureTests.swift
    guard
      isLeaf,
      contentType.matches("application", "pkcs7-mime") || contentType.matches("application", "x-pkcs7-mime")
        || (isAnyFile && hasName(endingIn: ".p7m"))
    else { return nil }
    return .opaque(type: contentType.parameters["smime-type"]?.asciiLowercased ?? cmsType)
  }

  /// True for Outlook's own wrapping of a message's attachments and formats (TNEF), often called winmail.dat.
  package var isTNEF: Bool {
    let types = ["application/ms-tnef", "application/vnd.ms-tnef"]
    return isLeaf
      && (types.contains(contentType.mediaType) || (isAnyFile && hasName(endingIn: "winmail.dat")))
  }

  /// True for a file whose media type says nothing about it.
  private var isAnyFile: Bool { contentType.matches("application", "octet-stream") }

  private func hasName(endingIn end: String) -> Bool {
    (try? filename())?.asciiLowercased.hasSuffix(end) ?? false
  }

  /// The `smime-type` that the body's own first octets amount to; nil when they are no CMS.
  ///
  /// Source: RFC 5652 §3, §5.1, §6.1; RFC 5083 §2.1; RFC 3274 §1.1
  package var cmsType: String? {
    let octets = transferEncoding == .base64 ? Base64.decode(opening).bytes : opening
    // A sequence whose length has any form, and in it first an object identifier.
    guard octets.count > 20, octets[0] == 0x30 else { return nil }
    let lengthOctets = octets[1] < 0x80 ? 1 : 1 + Int(octets[1] & 0x7F)
    guard lengthOctets <= 5 else { return nil }
    let rest = octets.dropFirst(1 + lengthOctets)
    return Entity.cmsTypes.first { rest.starts(with: $0.identifier) }?.name
  }

  private static let cmsTypes: [(identifier: [UInt8], name: String)] = [
    ([0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2], "signed-data"),
    ([0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 3], "enveloped-data"),
    ([0x06, 11, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 1, 9], "compressed-data"),
    ([0x06, 11, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 1, 23], "authenveloped-data"),
  ]
}
