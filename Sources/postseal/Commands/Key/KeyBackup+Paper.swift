import ByteStreams
import GPGME
import SystemPackage

/// `key backup --paper`: one secret key as text for a printer.
extension KeyBackup {
  /// More than any secret key without pictures.
  private static let sizeLimit = 1 << 20

  func printOut(to path: String, on session: Session, with gpg: inout Context) async throws -> ExitStatus {
    let key = try only(with: &gpg)
    guard key.subkeys.contains(where: { $0.hasSecret && $0.card == nil }) else {
      throw Failure(.noSecretKey, "all of key \(key.fingerprint.short) is on a smartcard, which hands out nothing")
    }
    if dryRun {
      try session.list([key])
      session.console.note("would make a paper backup of this key")
      return .done
    }
    if path == "-", session.console.terminal.outputIsTerminal {
      throw Failure(
        .usage, "a terminal is no place for a secret key", hint: "name a file, or print it: `… --paper - | lp`")
    }
    let sink = try Output.sink(to: path, policy: Output.policy(forced: force))
    let (secretKey, certificate) = try Self.parts(of: key, with: &gpg)
    let text = try await PaperKey.text(of: secretKey)
    guard PaperKey.fingerprint(in: text) == key.fingerprint else {
      throw Failure(.unavailable, "cannot make a paper backup: paperkey made something else of the key")
    }
    let code = await QRCode.printableLines(of: PaperKey.essence(of: text))
    try ArraySource(Array(Self.page(text, code, of: key).utf8)).copy(to: sink)
    try sink.finish()
    if path != "-" {
      let again = try await PaperKey.secretKey(from: FilePath(path), certificate: certificate)
      guard try gpg.preview(ArraySource(again)).contains(where: { $0.fingerprint == key.fingerprint && $0.hasSecret })
      else { throw Failure(.inputOutput, "the paper backup \(path) could not be read again", hint: "make another") }
      try session.list([key])
    }
    session.console.note(
      "the paper backup of key \(key.fingerprint.short) is made\(path == "-" ? "" : ": print \(path), then delete it")")
    if code == nil {
      session.console.note(
        FilePath.program(named: "qrencode") == nil
          ? "there is no QR code on it: install qrencode for one" : "the key is too large for a QR code on it")
    }
    session.console.note(
      "whoever has the paper needs the key's passphrase too, unless the key has none; to restore it you also need its certificate"
    )
    if path != "-" { BackupRecord.note([key.fingerprint], madeAt: session.now, on: session) }
    return .done
  }

  /// The own key that is named, or the only one.
  private func only(with gpg: inout Context) throws -> Certificate {
    if let key { return try key.certificate(in: .secretKeys, with: &gpg) }
    let own = try gpg.certificates(in: .secretKeys)
    guard own.count <= 1 else {
      throw Failure(
        .usage, "you have several keys, and a sheet is for one",
        hint: "name one with `--key`: " + own.map(\.fingerprint.hex).joined(separator: ", "))
    }
    guard let key = own.first else { throw Self.nothingToBackUp }
    return key
  }

  private static func parts(
    of key: Certificate, with gpg: inout Context
  ) throws -> (secretKey: [UInt8], certificate: [UInt8]) {
    let certificate = MemorySink(limit: sizeLimit, what: "the certificate")
    try gpg.export([key.fingerprint], as: .minimalCertificate, into: certificate)
    let secretKey = MemorySink(limit: sizeLimit, what: "the key")
    try explainingPassphrase { () throws(GPGMEError) in
      try gpg.export([key.fingerprint], as: .secretKey, into: secretKey)
    }
    return (secretKey.bytes, certificate.bytes)
  }

  /// Everything but the lines of paperkey stands behind a mark that it passes over, so that all of it can be scanned back.
  private static func page(_ text: String, _ code: [String]?, of key: Certificate) -> String {
    let head =
      [
        "Paper backup of an OpenPGP key, made by `postseal key backup --paper`.",
        "To restore it, put the numbered lines into a file:",
        "`postseal key restore --paper FILE`. The certificate is needed too: of",
        "everybody who has it, and of key servers.", "",
      ]
      + key.userIDs.prefix(8).map { TerminalText.visible($0.text) } + [key.fingerprint.grouped, ""]
    var lines = head.map { "# \($0)" } + [text]
    if let code { lines += ["# The numbered lines again:"] + code.map { "#   \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}
