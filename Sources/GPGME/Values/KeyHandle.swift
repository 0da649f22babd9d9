import CGPGME

/// One reference to a key of gpgme, which operations need beside the value that people read.
///
/// Sendable although it holds a pointer: a listed key never changes, and gpgme counts references under a lock.
@safe final class KeyHandle: @unchecked Sendable {
  let key: gpgme_key_t

  /// Takes over the caller's reference.
  init(adopting key: gpgme_key_t) {
    unsafe self.key = key
  }

  deinit {
    // Gives back the reference taken over in the initialiser.
    unsafe gpgme_key_unref(key)
  }
}
