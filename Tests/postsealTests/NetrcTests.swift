import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import postseal

@Suite struct NetrcTests {
  private func password(_ text: String, for user: String = "alice", at host: String = "mail.example.org") throws
    -> String?
  {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(text.utf8), to: ".netrc")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.string)
    return try Netrc(path: file).password(for: user, at: host).map { secret in
      secret.withBytes { bytes in String(decoding: (0..<bytes.byteCount).map { bytes[$0] }, as: UTF8.self) }
    }
  }

  @Test(arguments: [
    ("machine mail.example.org login alice password secret", "secret"),
    ("machine mail.example.org\n  login alice\n  password secret\n", "secret"),
    ("machine other login alice password no\nmachine MAIL.example.org login alice password yes", "yes"),
    ("machine mail.example.org login bob password no machine mail.example.org login alice password yes", "yes"),
    ("machine mail.example.org login alice account x password \"two words \\\" and \\\\\"", "two words \" and \\"),
    ("# machine mail.example.org login alice password no\nmachine mail.example.org login alice password yes", "yes"),
    (
      "macdef init\nmachine mail.example.org login alice password no\n\nmachine mail.example.org login alice password yes",
      "yes"
    ),
    ("machine mail.example.org password first login alice", "first"),
  ]) func `the password stands with its machine and login`(text: String, expected: String) throws {
    #expect(try password(text) == expected)
  }

  @Test(arguments: [
    "", "default login alice password no", "machine mail.example.org password no",
    "machine mail.example.org login alice",
    "machine example.org login alice password no", "machine mail.example.org login Alice password no",
    "machine mail.example.org login alice\nmachine x password no", "machine",
    "machine mail.example.org login alice password",
    "machine mail.example.org login alice default password no",
  ]) func `nothing else gives one away`(text: String) throws {
    #expect(try password(text) == nil)
  }

  @Test func `a file that others can read is refused, and mended by what is told`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("machine h login u password p".utf8), to: ".netrc")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.string)
    let failure = #expect(throws: Failure.self) { try Netrc(path: file).password(for: "u", at: "h") }
    #expect(failure?.status == .configuration)
    #expect(failure?.hints == ["`chmod 600 \(file)`"])
    #expect(try Netrc(path: folder.appending("none")).password(for: "u", at: "h") == nil)
  }
}
