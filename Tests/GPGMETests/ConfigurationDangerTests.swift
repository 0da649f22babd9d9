import GPGME
import SystemPackage
import TestSupport
import Testing

@Suite struct ConfigurationDangerTests {
  /// What a gpg.conf with this text is told to hold; the system's own files do not count.
  private func dangers(_ text: String) throws -> [ConfigurationDanger] {
    let folder = try TemporaryFolder()
    try folder.write(Array(text.utf8), to: "gpg.conf")
    return ConfigurationDanger.all(home: folder.path).filter { $0.file.starts(with: folder.path) }
  }

  @Test(arguments: [
    "log-file /tmp/log", "logger-file /tmp/log", "logger-fd 1", "auto-key-import", "ignore-mdc-error",
    "trust-model always",
    "always-trust", "digest-algo SHA1", "digest-algo md5", "digest-algo H2", "cert-digest-algo SHA1",
    "cipher-algo 3DES",
    "cipher-algo cast5", "allow-weak-digest-algos", "allow-weak-key-signatures", "throw-keyids", "group a=b",
    "recipient a",
    "hidden-recipient a", "rfc2440",
  ])
  func `a line that weakens is harmful, and its place is told`(line: String) throws {
    let found = try dangers("# \(line)\n\n  \(line) \t\r\nverbose\n")
    #expect(found.map(\.weight) == [.harmful] && found.map(\.text) == [line] && found.map(\.line) == [3])
    #expect(found.allSatisfy { !$0.consequence.isEmpty })
  }

  @Test(arguments: [
    "encrypt-to a", "hidden-encrypt-to a", "auto-key-retrieve",
    "keyserver-options honor-keyserver-url,auto-key-retrieve",
  ])
  func `a common line that is not followed is told as that`(line: String) throws {
    #expect(try dangers(line).map(\.weight) == [.overruled])
  }

  @Test(arguments: [
    "trust-model tofu+pgp", "digest-algo SHA512", "cert-digest-algo h10", "cipher-algo AES256",
    "keyserver-options timeout=3",
    "#encrypt-to a", "encrypt-to-default-key", "weak-digest SHA1",
  ])
  func `a sound line is not told`(line: String) throws {
    #expect(try dangers(line).isEmpty)
  }
}
