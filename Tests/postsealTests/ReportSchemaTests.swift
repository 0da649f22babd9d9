import SystemPackage
import TestSupport
import Testing

/// `Documentation/json.schema.json` says what `--json` prints of received mail: all of it, and nothing that never comes.
///
/// `CorpusToolTests` holds each report of each golden message against it.
@Suite struct ReportSchemaTests {
  private let stage: Stage
  private let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try TemporaryKeyring(own: [.bob, .carol], accepted: [.alice])
  }

  /// A report, and what the schema calls it.
  private typealias Report = (text: String, name: String)

  @Test func `every report of received mail is as the schema has it, and nothing in the schema never comes`() throws {
    var schema = try JSONSchema.ofReports.get()
    for report in try messages() + mailboxes() + newer() + files() {
      for line in report.text.split(separator: "\n") {
        let faults = schema.faults(in: try JSON(Array(line.utf8)), as: report.name)
        #expect(faults == [], "\(report.name): \(line)")
      }
    }
    let never = schema.everything.subtracting(schema.seen)
    #expect(never == [], "\(never.sorted())")
  }

  @Test(arguments: [
    (#"{"version":1,"error":{"status":64,"messages":["a"],"hints":[]}}"#, []),
    (#"{"version":2,"error":{"status":64,"messages":["a"],"hints":[]}}"#, ["$.version is 2"]),
    (#"{"version":1,"error":{"status":64,"messages":[],"hints":[]}}"#, ["$.error.messages is too short"]),
    (
      #"{"version":1,"error":{"status":0.5,"messages":["a"],"hints":[]}}"#,
      [
        "$.error.status is no integer", "$.error.status is 0.5",
      ]
    ),
    (#"{"version":1,"error":{"status":64,"messages":["a"]}}"#, ["$.error.hints is missing"]),
    (
      #"{"version":1,"error":{"status":64,"messages":["a"],"hints":[1],"more":null}}"#,
      ["$.error.hints[0] is no string"]
    ),
    (
      #"{"version":1,"error":{"status":64,"messages":["a"],"hints":[],"more":null}}"#,
      ["$.error.more is not documented"]
    ),
  ])
  func `what is not as the schema has it is found`(report: String, faults: [String]) throws {
    var schema = try JSONSchema.ofReports.get()
    #expect(Set(schema.faults(in: try JSON(Array(report.utf8)), as: "error")) == Set(faults))
  }

  // MARK: Reports

  private func messages() throws -> [Report] {
    let legacy = "Content-Type: text/plain; hp-legacy-display=1\n\ntext\n"
    try stage.folder.write(Array(legacy.utf8), to: "legacy.eml")
    try stage.folder.write([], to: "out/.keep")
    let names = ["attachment-names", "hp-legacy-display-html", "html-draws-verdict", "list-footer", "digest-of-signed"]
    return try Corpus.names().map { (try inspect($0), "inspect") }
      + names.map { (try run("read", path($0)), "read") }
      + [
        (try run("inspect", "legacy.eml"), "inspect"),
        (try run("verify", path("digest-of-signed"), "--part", "1"), "verdict"),
        (try run("verify", "--passphrase-fd", "0", path("for-a-passphrase")), "verdict"),
        (try run("extract", path("attachment-names"), "--to", "out"), "extract"),
        (try run("decrypt", path("sealed-good"), "-o", "opened.eml"), "verdict"),
        (try run("verify", "nowhere"), "error"),
      ]
  }

  /// All golden messages for each reader, and an archive that is opened, opened again, and sealed anew.
  private func mailboxes() throws -> [Report] {
    for name in try Corpus.names() {
      try stage.folder.write(try readFile(FilePath(path(name))), to: "all/cur/\(name):2,")
    }
    try stage.folder.write([], to: "all/new/.keep")
    try stage.writeMailbox()
    let outside = try readFile(FilePath(path("signature-outside-encryption")))
    try stage.folder.write(outside, to: "mail/cur/8.outside:2,")
    return try CorpusReader.allCases.map {
      (try stage.run("verify", "--json", "all", keyring: try $0.keyring()).text, "mailboxLine")
    } + [
      (try run("decrypt", "mail", "--into", "opened"), "writtenLine"),
      (try run("decrypt", "mail", "--into", "opened"), "writtenLine"),
      (try run("reseal", "mail", "--into", "new", "--to", "carol@example.net"), "writtenLine"),
    ]
  }

  /// What this gpg cannot read.
  private func newer() throws -> [Report] {
    let unknown =
      NewerMessage.sessionKey3(algorithm: 18) + NewerMessage.packet(18, [9] + [UInt8](repeating: 9, count: 100))
    let packets = [
      NewerMessage.sessionKey6(algorithm: 36) + NewerMessage.ciphertext2(), NewerMessage.aead, unknown,
    ]
    let old = try stage.alice.gpg("--detach-sign", stdin: Array(ForeignMail.payload.utf8)).succeeded().stdout
    let signatures = Self.armor(old + NewerMessage.signature6, "SIGNATURE")
    try stage.folder.write(Array(ForeignMail.signed(signatures).utf8), to: "signed.eml")
    var reports = [(text: try run("verify", "signed.eml"), name: "verdict")]
    for packets in packets {
      let message = ForeignMail.encrypted(Self.armor(packets, "MESSAGE"))
      try stage.folder.write(Array(message.utf8), to: "newer.eml")
      reports += [(try run("inspect", "newer.eml"), "inspect"), (try run("verify", "newer.eml"), "verdict")]
    }
    return reports
  }

  private static func armor(_ packets: [UInt8], _ kind: String) -> String {
    let lines = ["-----BEGIN PGP \(kind)-----", ""] + base64Lines(packets) + ["-----END PGP \(kind)-----", ""]
    return lines.joined(separator: "\r\n")
  }

  /// Plain files, and a list of checksums with all that can come of its lines.
  private func files() throws -> [Report] {
    try stage.folder.write(Array("text\n".utf8), to: "text")
    try stage.write(Letter())
    try stage.run("file", "encrypt", "--to", "bob@example.org", "text", keyring: stage.alice).succeeded()
    try stage.run("file", "sign", "letter.eml", keyring: stage.alice).succeeded()
    let script = "sha256sum text; sha384sum text; sha512sum text; md5sum letter.eml"
    var sums = ChildProcess("sh", ["-c", script], environment: testEnvironment)
    sums.directory = stage.folder.path
    let zeros = String(repeating: "0", count: 64)
    let others = ["text.gpg", "gone", "../text", "out"].map { "\(zeros)  \($0)\n" }.joined()
    let list = try stage.alice.gpg("--clearsign", stdin: try sums.run().succeeded().stdout + Array(others.utf8))
    try stage.folder.write(try list.succeeded().stdout, to: "SHA256SUMS.asc")
    return [
      (try run("file", "decrypt", "text.gpg", "-o", "clear"), "fileDecrypt"),
      (try run("file", "verify", "letter.eml.sig"), "fileVerify"),
      (try run("file", "verify", "--checksums", "SHA256SUMS.asc"), "fileVerify"),
    ]
  }

  /// What `inspect` says; of what is no message nothing that belongs here.
  private func inspect(_ name: String) throws -> String {
    try stage.run("inspect", "--json", path(name), keyring: bob).text
  }

  /// The report of a command of bob's, wherever it stands.
  private func run(_ arguments: String...) throws -> String {
    var child = postseal(arguments + ["--json"], keyring: bob)
    child.directory = stage.folder.path
    child.stdin = .pipe(Array("correct horse battery staple\n".utf8))
    let run = try child.run()
    return run.stdout.isEmpty ? run.stderr : run.text
  }

  private func path(_ name: String) -> String { Corpus.folder.appending("\(name).eml").string }
}
