import Foundation
import SystemPackage
import TestSupport
import Testing

/// The whole dance with a Web Key Service: GnuPG's own server, a Maildir for the mail on its way, a directory over TLS.
@Suite(
  .enabled(
    if: optionalTool("nginx") && optionalTool("openssl") && optionalTool("gpg-wks-server")
      && (testsEverything || WebKeysProcess.isPossible && WebKeysProcess.hasNames),
    "needs nginx, openssl, gpg-wks-server, gpg-wks-client, and a mount namespace for dirmngr"))
struct WebKeyServiceTranscripts {
  let stage: Stage
  private let keys: WebKeysProcess
  private let alice: TemporaryKeyring
  private let service: TemporaryKeyring
  private static let submission = "key-submission@example.org"

  init() throws {
    stage = try Stage()
    keys = try WebKeysProcess()
    alice = try TemporaryKeyring(own: [.alice], certificates: [.bob])
    try keys.serve(alice)
    service = try TemporaryKeyring()
    for arguments in [["--quick-generate-key", Self.submission, "future-default", "default", "never"]] {
      try service.gpg(arguments: ["--passphrase", ""] + arguments).succeeded()
    }
    let certificate = try service.gpg("--export", Self.submission).succeeded().stdout
    try keys.publish(certificate, for: Self.submission)
    for folder in ["web", "top/example.org"] {
      try FileManager.default.createDirectory(
        atPath: stage.folder.appending(folder).string, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o751])
    }
    try stage.folder.write("\(Self.submission)\n".utf8, to: "top/example.org/submission-address")
    try stage.folder.write([], to: "top/example.org/policy")
    try serve("submission-address", "\(Self.submission)\n")
    try serve("policy", "")
    try server("--list-domains").succeeded()
  }

  /// Puts a file beside the certificates of the domain.
  private func serve(_ name: String, _ text: String) throws {
    for place in ["example.org/", ""] {
      let path = keys.root.appending(".well-known/openpgpkey/\(place)\(name)").string
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
  }

  private func server(_ arguments: String..., stdin: [UInt8] = []) throws -> ChildRun {
    var child = ChildProcess(
      "gpg-wks-server",
      ["-q", "-C", stage.folder.appending("top").string, "--from", Self.submission] + arguments,
      environment: testEnvironment)
    child.environment["GNUPGHOME"] = service.home.string
    child.stdin = .file(stdin)
    return try child.run()
  }

  private func publish(_ arguments: String...) throws -> ChildRun {
    var child = postseal(["key", "publish"] + arguments, keyring: alice)
    child.directory = stage.folder.path
    return try child.run()
  }

  /// The one mail that was submitted to a Maildir.
  private func mail(in maildir: String) throws -> [UInt8] {
    let names = try stage.folder.contents().filter { $0.hasPrefix("\(maildir)/new/") }
    #expect(names.count == 1)
    return try stage.folder.read(try #require(names.first))
  }

  @Test func `the service is asked by a sealed mail, and its question is answered by another`() throws {
    let way = ["--via", "maildir:\(stage.folder.appending("first").string)"]
    let dry = try publish("--wks", "alice@example.org", "--dry-run")
    #expect(dry.status == 0)
    #expect(
      dry.stderr.hasSuffix("postseal: would send a sealed mail from alice@example.org to \(Self.submission)\n"),
      "\(dry.stderr)")
    #expect(try publish("--wks", "alice@example.org", way[0], way[1]).status == 1)
    #expect(try stage.folder.contents().filter { $0.hasPrefix("first") }.isEmpty)

    let refused = try publish(
      "--wks", "alice@example.org", "--yes", "--via", "smtps://mail.nowhere.invalid", "--proxy", "socks5h://127.0.0.1:1"
    )
    #expect(
      refused.stderr.contains("cannot connect to mail.nowhere.invalid: the proxy 127.0.0.1:1 refuses connections"),
      "\(refused.stderr)")
    #expect(refused.status == 69)

    let run = try publish("--wks", "alice@example.org", "--yes", way[0], way[1])
    expect(
      run,
      stderr: """
        postseal: asking the web key directory of example.org for its service
        postseal: sent to \(Self.submission) through \(stage.folder.appending("first").string)
        postseal: a mail will come that asks you to confirm it: save it and run `postseal key publish --wks-confirm FILE`

        """, status: 0)
    let request = try mail(in: "first")
    // Only the service can read what is asked.
    #expect(!String(decoding: request, as: UTF8.self).contains("application/pgp-keys"))
    let question = stage.folder.appending("question.eml").string
    try server("--output", question, "--receive", stdin: request).succeeded()

    let second = "maildir:\(stage.folder.appending("second").string)"
    expect(
      try publish("--wks-confirm", "question.eml", "--yes", "--via", second),
      stderr: "postseal: sent to \(Self.submission) through \(stage.folder.appending("second").string)\n", status: 0)
    try server("--output", stage.folder.appending("done.eml").string, "--receive", stdin: try mail(in: "second"))
      .succeeded()
    let hash = try WebKeysProcess.hash(of: "alice@example.org")
    let packets = try alice.gpg("--list-packets", stdin: try stage.folder.read("top/example.org/hu/\(hash)")).text
    #expect(packets.contains("Alice Example <alice@example.org>"))
    // The mail that says so asks nothing.
    #expect(try publish("--wks-confirm", "done.eml", "--yes", "--via", second).status == 65)
  }

  @Test func `where there is no service, no key of one's own, or no such mail, nothing is sent`() throws {
    let way = "maildir:\(stage.folder.appending("mail").string)"
    let other = try publish("--wks", "bob@example.org", "--yes", "--via", way)
    #expect(other.status == 20)
    #expect(other.stderr.contains("hint: only its owner can answer the service\n"))
    #expect(try publish("--wks", Identity.alice.hexFingerprint, "--yes", "--via", way).status == 64)
    try stage.write(Letter())
    expect(
      try publish("--wks-confirm", "letter.eml", "--yes", "--via", way),
      stderr: """
        postseal: letter.eml asks for no confirmation, or for that of a key that is not yours
        hint: name the mail of the service whose subject is like "Confirm your key publication"

        """, status: 65)
    #expect(try publish("--wks-confirm", "nothing.eml", "--yes", "--via", way).status == 66)
    #expect(try publish("--wks-confirm", "letter.eml", "alice@example.org").status == 64)

    for place in ["example.org/", ""] {
      try FileManager.default.removeItem(
        atPath: keys.root.appending(".well-known/openpgpkey/\(place)submission-address").string)
    }
    let none = try publish("--wks", "alice@example.org", "--yes", "--via", way)
    expect(
      none,
      stderr: """
        postseal: asking the web key directory of example.org for its service
        postseal: not published: example.org has no web key service
        hint: ask its operator, or give it to a key server with `--server URL`

        """, status: 69)
    #expect(try stage.folder.contents().filter { $0.hasPrefix("mail") }.isEmpty)
  }
}
