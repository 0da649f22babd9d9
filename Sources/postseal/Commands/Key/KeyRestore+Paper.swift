import ByteStreams
import GPGME
import SystemPackage

/// `key restore --paper`: one secret key from its text and its certificate.
extension KeyRestore {
  private static let sizeLimit = 1 << 20

  func restore(from path: FilePath, on session: Session, with gpg: inout Context) async throws -> ExitStatus {
    let bytes = try ReadableFile.open(path).source().readAll(limit: Self.sizeLimit, what: path.string)
    guard let fingerprint = PaperKey.fingerprint(in: String(decoding: bytes, as: UTF8.self)) else {
      throw Failure(
        .malformedInput, "\(path) is no paper backup: it does not begin with line 1 of one",
        hint: "put the numbered lines into it, each as it stands on the paper")
    }
    guard let before = try gpg.certificates(with: [fingerprint]).first else {
      throw Failure(
        .noCertificate, "cannot restore key \(fingerprint.hex): its certificate is not in your keyring",
        hint: "get it from somebody who has it, then `postseal key import FILE`")
    }
    let certificate = MemorySink(limit: Self.sizeLimit, what: "the certificate")
    try gpg.export([before.fingerprint], as: .minimalCertificate, into: certificate)
    let secretKey = try await PaperKey.secretKey(from: path, certificate: certificate.bytes)
    let keys = try gpg.preview(ArraySource(secretKey))
    guard keys.count == 1, keys[0].hasSecret, keys[0].fingerprint == fingerprint else {
      throw Failure(.malformedInput, "\(path) makes no secret key of \(fingerprint.hex)")
    }
    guard try agree(to: keys, on: session) else { return .done }
    _ = try gpg.importUnchanged(ArraySource(secretKey))
    let after = try gpg.certificate(with: fingerprint)
    guard after.hasSecret else {
      throw GPGMEError(.importKeys, subject: fingerprint.hex, cause: .nothingChanged)
    }
    try session.list([after])
    session.console.note(
      before.hasSecret
        ? "key \(fingerprint.short) was here already, and got what it lacked" : "key \(fingerprint.short) is new here")
    if after.ownertrust != .ultimate {
      session.console.note("mark it as your own: `postseal key trust \(fingerprint.hex) ultimate`")
    }
    return .done
  }
}
