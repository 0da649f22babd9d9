import ByteStreams

/// The names of files in a Web Key Directory.
///
/// Source: draft-koch-openpgp-webkey-service §3.1
package enum WebKeyName {
  /// The name of an address's certificate: its local part, capitals of ASCII made small, by SHA-1 in z-base-32.
  package static func hash(ofLocalPart localPart: String) -> String {
    let lowered = localPart.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    return zBase32(Digest.sha1(lowered))
  }

  /// Five bits a letter, without padding.
  ///
  /// Source: RFC 6189 §5.1.6
  static func zBase32(_ octets: [UInt8]) -> String {
    let letters = Array("ybndrfg8ejkmcpqxot1uwisza345h769")
    var text = ""
    var (bits, count) = (0, 0)
    for octet in octets {
      bits = (bits << 8 | Int(octet)) & 0xFFF
      count += 8
      while count >= 5 {
        count -= 5
        text.append(letters[bits >> count & 31])
      }
    }
    if count > 0 { text.append(letters[bits << (5 - count) & 31]) }
    return text
  }
}
