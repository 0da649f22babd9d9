import ByteStreams

/// What an Autocrypt or Autocrypt-Gossip field says: whose certificate it carries, and the wish for encrypted mail.
///
/// Anybody can write one: it proves nothing about whom the certificate belongs to, and the certificate's bytes are unchecked.
///
/// Source: Autocrypt Level 1, "The Autocrypt Header"
package struct AutocryptHeader: Equatable, Sendable {
  /// Whose certificate it says it carries.
  package let address: AddrSpec
  package let preference: EncryptPreference
  /// The certificate in binary, as it was received; never empty.
  package let keyData: [UInt8]

  /// Octets of a whole field, with its name and folds: no larger one is written, and what is larger counts as invalid.
  package static let fieldLimit = 10 << 10

  package init(address: AddrSpec, preference: EncryptPreference = .nopreference, keyData: [UInt8]) {
    self.address = address
    self.preference = preference
    self.keyData = keyData
  }

  /// Reads a field; nil when it is not valid, which readers must treat as if it were not there.
  ///
  /// Attributes whose names start with `_` are passed over; any other unknown one makes the field invalid.
  package init?(parsing field: HeaderField) {
    guard field.raw.count <= Self.fieldLimit else { return nil }
    var address: AddrSpec?
    var preference: EncryptPreference?
    var rest = field.value[...]
    while let equals = rest.firstIndex(of: ASCII.equals) {
      let name = String(decoding: rest[..<equals].trimming(), as: UTF8.self)
      let tail = rest[(equals + 1)...]
      if name == "keydata" {
        guard let address, let keyData = Self.keyData(tail) else { return nil }
        self.init(address: address, preference: preference ?? .nopreference, keyData: keyData)
        return
      }
      let end = tail.firstIndex(of: ASCII.semicolon) ?? tail.endIndex
      let value = String(decoding: tail[..<end].trimming(), as: UTF8.self)
      switch name {
      case "addr":
        guard address == nil, let own = try? AddrSpec(value) else { return nil }
        address = own
      case "prefer-encrypt":
        guard preference == nil else { return nil }
        preference = EncryptPreference(rawValue: value) ?? .nopreference
      default:
        guard name.hasPrefix("_") else { return nil }
      }
      rest = tail[end...].dropFirst()
    }
    return nil
  }

  /// The bytes of an attribute that is the last one: base64 with blanks in it, and nothing else.
  private static func keyData(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    let digits = value.filter { !$0.isBlankOrLineEnd }
    // An equals sign is padding, and padding is an end.
    let body = digits.prefix { $0 != ASCII.equals }
    guard digits[body.endIndex...].allSatisfy({ $0 == ASCII.equals }) else { return nil }
    let (bytes, isClean) = Base64.decode(Array(body))
    return isClean && !bytes.isEmpty ? bytes : nil
  }

  /// The field of that name, folded.
  ///
  /// - Throws: `limit` for one above ``fieldLimit``, `forbiddenOctet`, and `malformed` for an address that could be read as more
  ///   than that.
  package func field(named name: String = "Autocrypt") throws(MIMEError) -> FieldLine {
    let text = address.text
    if let octet = text.utf8.first(where: { $0 <= ASCII.space || $0 >= 0x7F }) {
      throw .forbiddenOctet(octet, subject: name)
    }
    guard !text.utf8.contains(where: { $0 == ASCII.semicolon || $0 == ASCII.quote }) else {
      throw .malformed(.address, text: text)
    }
    let wish = preference == .mutual ? " prefer-encrypt=mutual;" : ""
    var body = Array(" addr=\(text);\(wish)\r\n keydata=\r\n".utf8)
    for line in Base64.encode(keyData).chunks(of: Self.lineLength) { body += [ASCII.space] + line + [0x0D, 0x0A] }
    let line = FieldLine(checked: name, folded: body)
    guard line.bytes.count <= Self.fieldLimit else { throw .limit(.autocryptField, value: Self.fieldLimit) }
    return line
  }

  /// Characters of base64 in one line, after a blank.
  private static let lineLength = 76
}

/// Whether somebody wants mail encrypted whenever that is possible.
package enum EncryptPreference: String, CaseIterable, Sendable {
  /// They do, when both sides say so.
  case mutual
  /// They leave it to the other side.
  case nopreference
}

extension AddrSpec {
  /// The form in which Autocrypt compares addresses and files what it knows of them: the local part in small letters too.
  ///
  /// Source: Autocrypt Level 1, "E-mail Address Canonicalization"
  package var canonical: AddrSpec { (try? AddrSpec(localPart: localPart.lowercased(), domain: domain)) ?? self }
}

extension [UInt8] {
  /// These octets in pieces of `length`, the last one shorter.
  fileprivate func chunks(of length: Int) -> some Sequence<ArraySlice<UInt8>> {
    stride(from: 0, to: count, by: length).lazy.map { self[$0..<Swift.min($0 + length, self.count)] }
  }
}
