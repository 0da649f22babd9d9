import CGPGME
import OpenPGPPackets

// gpgme's structures are read here and nowhere else. Each pointer belongs to the key of the handle, which holds a reference for as
// long as the initialiser runs; gpgme never changes a listed key, and its lists end with NULL.

extension Certificate {
  /// The value of one listed key; nil for a key without a readable fingerprint, such as one of version 3.
  init?(_ handle: KeyHandle) {
    let key = unsafe handle.key.pointee
    var all: [Subkey] = []
    var nextKey = unsafe key.subkeys
    while let subkey = unsafe nextKey {
      if let value = unsafe Subkey(subkey) { all.append(value) }
      unsafe nextKey = subkey.pointee.next
    }
    guard let primary = all.first else { return nil }
    var userIDs: [UserID] = []
    var next = unsafe key.uids
    while let userID = unsafe next {
      unsafe userIDs.append(UserID(userID, of: primary))
      unsafe next = userID.pointee.next
    }
    self.subkeys = all
    self.userIDs = userIDs
    self.handle = handle
    fingerprint = primary.fingerprint
    flags = unsafe KeyFlags(
      revoked: key.revoked, expired: key.expired, disabled: key.disabled, invalid: key.invalid)
    uses = unsafe KeyUse.all(
      encryption: key.can_encrypt, signing: key.can_sign, certification: key.can_certify,
      authentication: key.can_authenticate)
    ownertrust = unsafe Validity(key.owner_trust)
    hasSecret = unsafe key.secret != 0 || all.contains(where: \.hasSecret)
  }
}

extension Subkey {
  fileprivate init?(_ subkey: gpgme_subkey_t) {
    let key = unsafe subkey.pointee
    guard let hex = unsafe text(key.fpr), let fingerprint = Fingerprint(hex) else { return nil }
    self.fingerprint = fingerprint
    // The name is ours to free.
    let name = unsafe gpgme_pubkey_algo_string(subkey)
    algorithm = unsafe text(name) ?? "unknown"
    unsafe gpgme_free(name)
    family = PublicKeyFamily(unsafe key.pubkey_algo)
    bits = Int(unsafe key.length)
    created = time(unsafe key.timestamp)
    expires = time(unsafe key.expires)
    uses = unsafe KeyUse.all(
      encryption: key.can_encrypt, signing: key.can_sign, certification: key.can_certify,
      authentication: key.can_authenticate)
    flags = unsafe KeyFlags(
      revoked: key.revoked, expired: key.expired, disabled: key.disabled, invalid: key.invalid)
    hasSecret = unsafe key.secret != 0
    card = unsafe key.is_cardkey != 0 ? text(key.card_number) : nil
  }
}

extension UserID {
  fileprivate init(_ userID: gpgme_user_id_t, of primary: Subkey) {
    let value = unsafe userID.pointee
    text = unsafe GPGME.text(value.uid) ?? ""
    name = unsafe GPGME.text(value.name) ?? ""
    address = Self.address(in: text)
    validity = unsafe Validity(value.validity)
    isRevoked = unsafe value.revoked != 0
    isInvalid = unsafe value.invalid != 0
    var certifications: [Certification] = []
    var next = unsafe value.signatures
    while let signature = unsafe next {
      // Self-signatures make the certificate what it is and say nothing about trust.
      if let certification = unsafe Certification(signature), certification.issuer != primary.keyID {
        certifications.append(certification)
      }
      unsafe next = signature.pointee.next
    }
    self.certifications = certifications.sorted { left, right in
      // Within one second nobody knows what came last: the one that trusts less.
      let (first, second) = (left.created ?? 0, right.created ?? 0)
      return first < second || first == second && left.kind == .certification && right.kind == .revocation
    }
  }
}

extension Certification {
  fileprivate init?(_ signature: gpgme_key_sig_t) {
    let value = unsafe signature.pointee
    guard let hex = unsafe text(value.keyid), let issuer = KeyID(hex: hex) else { return nil }
    self.issuer = issuer
    kind = unsafe value.revoked != 0 || value.sig_class == 0x30 ? .revocation : .certification
    isLocal = unsafe value.exportable == 0
    created = time(unsafe value.timestamp)
    expires = time(unsafe value.expires)
    isExpired = unsafe value.expired != 0
    isVerified = unsafe gpgme_err_code(value.status) == GPG_ERR_NO_ERROR && value.invalid == 0
  }
}

extension KeyFlags {
  fileprivate init(revoked: UInt32, expired: UInt32, disabled: UInt32, invalid: UInt32) {
    self = []
    if revoked != 0 { insert(.revoked) }
    if expired != 0 { insert(.expired) }
    if disabled != 0 { insert(.disabled) }
    if invalid != 0 { insert(.invalid) }
  }
}

extension KeyUse {
  fileprivate static func all(
    encryption: UInt32, signing: UInt32, certification: UInt32, authentication: UInt32
  ) -> Set<KeyUse> {
    var uses: Set<KeyUse> = []
    if encryption != 0 { uses.insert(.encryption) }
    if signing != 0 { uses.insert(.signing) }
    if certification != 0 { uses.insert(.certification) }
    if authentication != 0 { uses.insert(.authentication) }
    return uses
  }
}

extension PublicKeyFamily {
  fileprivate init(_ algorithm: gpgme_pubkey_algo_t) {
    switch algorithm {
    case GPGME_PK_RSA, GPGME_PK_RSA_E, GPGME_PK_RSA_S: self = .rsa
    case GPGME_PK_ELG, GPGME_PK_ELG_E: self = .elgamal
    case GPGME_PK_DSA: self = .dsa
    case GPGME_PK_ECC, GPGME_PK_ECDSA, GPGME_PK_ECDH, GPGME_PK_EDDSA: self = .ellipticCurve
    default: self = .other
    }
  }
}
