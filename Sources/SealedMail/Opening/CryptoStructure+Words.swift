package import MIME

extension CryptoStructure.Repair {
  /// The repair in words: lower case, no full stop.
  var sentence: String {
    switch self {
    case .missingProtocol: "its protocol parameter is missing"
    case .missingVersion: "its control part has no version"
    case .reordered: "its parts are out of order"
    case .extraParts: "it holds parts that do not belong there, which are not shown"
    case .relabelled: "a part has another media type than it should"
    case .mixed: "its multipart was turned into multipart/mixed"
    case .wrapped: "a multipart/mixed was put around it"
    case .unterminated: "its end is missing"
    }
  }
}

extension CryptoStructure.Malformation {
  /// The reason in words: lower case, no full stop.
  var sentence: String {
    switch self {
    // Anybody can send a megabyte of it.
    case .unknownProtocol(let name): "its protocol \"\(name.prefix(100))\" is unknown"
    case .missingControl: "its control part is missing"
    case .unknownVersion: "its version is unknown"
    case .missingCiphertext: "its ciphertext is missing"
    case .severalCiphertexts: "it holds more than one ciphertext"
    case .partCount(let count): "it has \(count) parts where two belong"
    case .missingSignature: "its signature is missing"
    case .unreadable: "its multipart has no boundary"
    case .severalTypes: "it has several Content-Type fields, of which other programs may take another one"
    }
  }
}

extension CryptoStructure.Errant.Kind {
  /// What the part is, behind "is".
  package var words: String {
    switch self {
    case .encrypted, .inline(.message): "encrypted on its own"
    case .signed, .inline(.signedMessage): "signed on its own"
    case .inline: "an OpenPGP block"
    case .smime(let kind): kind.words
    }
  }
}

extension CryptoStructure.SMIME {
  /// What it is: "S/MIME, encrypted".
  package var words: String {
    switch self {
    case .detached, .opaque("signed-data"): "S/MIME, signed"
    case .opaque("enveloped-data"), .opaque("authenveloped-data"): "S/MIME, encrypted"
    case .opaque("compressed-data"): "S/MIME, compressed"
    case .opaque("certs-only"): "S/MIME certificates"
    case .opaque: "S/MIME"
    }
  }

  /// What reads it, behind "it is …".
  var readers: String {
    switch self {
    case .detached, .opaque("signed-data"):
      "which postseal does not check: `openssl cms -verify`, mutt or Thunderbird does"
    case .opaque("enveloped-data"), .opaque("authenveloped-data"):
      "which postseal does not open: `openssl cms -decrypt`, mutt or Thunderbird does"
    case .opaque("compressed-data"): "which postseal does not unpack: `openssl cms -uncompress` does"
    case .opaque("certs-only"): "which postseal does not use: `openssl pkcs7 -print_certs` shows them"
    case .opaque: "which postseal does not check: `openssl cms`, mutt or Thunderbird does"
    }
  }
}
