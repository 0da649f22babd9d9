import Foundation
import SystemPackage
import TestSupport
import Testing

/// Folders as encrypted archives, there and back.
@Suite struct FileFolderTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    try FileManager.default.createDirectory(atPath: path("papers/more"), withIntermediateDirectories: true)
    try stage.folder.write(Array("one\n".utf8), to: "papers/one.txt")
    try stage.folder.write(Array("two\n".utf8), to: "papers/more/two")
    try FileManager.default.createSymbolicLink(atPath: path("papers/link"), withDestinationPath: "/etc/hosts")
  }

  private func path(_ name: String) -> String { stage.folder.appending(name).string }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(folder)).sorted()
  }

  /// What lies in the stage's folder itself.
  private func top() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(".")).sorted()
  }

  private func seal(_ arguments: String...) throws -> ChildRun {
    var child = stage.command("file", "encrypt", "--to", "bob@example.org", keyring: stage.alice)
    child.arguments += arguments
    return try child.run()
  }

  /// An archive with what `script` makes in an empty folder, sealed for bob.
  private func sealArchive(_ script: String, as name: String) throws {
    var child = ChildProcess("sh", ["-c", "mkdir work && cd work && \(script)"], environment: testEnvironment)
    child.directory = stage.folder.appending(".")
    let made = try child.run().succeeded()
    try FileManager.default.removeItem(atPath: path("work"))
    let sealed = try stage.alice.gpg("--recipient", "bob@example.org", "--encrypt", stdin: made.stdout).succeeded()
    try stage.folder.write(sealed.stdout, to: name)
  }

  private func unpack(_ arguments: String...) throws -> ChildRun {
    var child = stage.command("file", "decrypt", "--unpack", keyring: bob)
    child.arguments += arguments
    return try child.run()
  }

  @Test func `a folder is packed, encrypted, and unpacked under the name of its file`() throws {
    let sealed = try seal("papers/")
    #expect(sealed.status == 0 && sealed.stderr.hasSuffix("postseal: wrote papers.tar.gpg\n"), "\(sealed.stderr)")
    try FileManager.default.moveItem(atPath: path("papers.tar.gpg"), toPath: path("copy.tar.gpg"))
    let opened = try unpack("copy.tar.gpg")
    #expect(opened.status == 0, "\(opened.stderr)")
    #expect(
      opened.stderr.contains("good signature by Alice Example") && opened.stderr.contains("postseal: wrote copy, "))
    #expect(try top() == ["copy", "copy.tar.gpg", "papers"])
    #expect(try names(in: "copy") == ["link", "more", "more/two", "one.txt"])
    #expect(try stage.folder.read("copy/more/two") == Array("two\n".utf8))
  }

  @Test func `gpg and tar open it as well, and a folder without a name of its own has the name of where it lies`()
    throws
  {
    var child = stage.command("file", "encrypt", "--to", "bob@example.org", ".", keyring: stage.alice)
    child.directory = stage.folder.appending("papers")
    #expect(try child.run().status == 0)
    let archive = try bob.gpg("--decrypt", stdin: try stage.folder.read("papers.tar.gpg")).succeeded().stdout
    var tar = ChildProcess("tar", ["-t"], environment: testEnvironment)
    tar.stdin = .pipe(archive)
    let listing = try tar.run().succeeded()
    #expect(listing.text.split(separator: "\n").contains("./papers/more/two"))
  }

  @Test func `what exists is not unpacked over, and what is no archive leaves nothing`() throws {
    _ = try seal("papers")
    expect(
      try unpack("papers.tar.gpg"),
      stderr: """
        postseal: cannot unpack into papers: it exists
        hint: name a new folder with `-o FOLDER`

        """, status: 73)
    _ = try seal("papers/one.txt")
    expect(
      try unpack("papers/one.txt.gpg"),
      stderr: "postseal: cannot unpack the archive: This does not look like a tar archive\n", status: 65)
    #expect(try top() == ["papers", "papers.tar.gpg"])
    #expect(try names(in: "papers") == ["link", "more", "more/two", "one.txt", "one.txt.gpg"])
  }

  @Test(arguments: [
    "touch ../evil && tar -P -cf - ../evil && rm ../evil", "ln -s .. up && tar -cf - up",
    "ln -s \"$PWD/..\" up && tar -cf a up && rm up && mkdir up && touch up/evil && tar -rf a up/evil && cat a",
  ])
  func `an archive that leads elsewhere writes nothing outside its folder`(script: String) throws {
    try sealArchive(script, as: "evil.tar.gpg")
    _ = try unpack("evil.tar.gpg", "-o", "opened")
    #expect(try top().filter { $0 != "opened" } == ["evil.tar.gpg", "papers"])
  }

  @Test func `an altered archive unpacks nothing`() throws {
    _ = try seal("papers")
    var bytes = try stage.folder.read("papers.tar.gpg")
    bytes[bytes.count - 100] ^= 1
    try stage.folder.write(bytes, to: "bad.tar.gpg")
    #expect([22, 23].contains(try unpack("bad.tar.gpg").status))
    #expect(try top() == ["bad.tar.gpg", "papers", "papers.tar.gpg"])
  }

  @Test func `a folder does not hold its own archive, and one that cannot be read is not half packed`() throws {
    expect(
      try seal("papers", "-o", "papers/own.gpg"),
      stderr: """
        postseal: papers/own.gpg lies in the folder that is packed
        hint: name another place with `-o FILE`

        """, status: 64)
    // Only a folder that goes away while it is read can be made unreadable for everybody.
    var child = stage.command("file", "encrypt", "--to", "bob@example.org", "papers", keyring: stage.alice)
    let fake = try stage.folder.write(Array("#!/bin/sh\nprintf half; echo 'tar: gone' >&2; exit 2\n".utf8), to: "tar")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake.string)
    child.environment["PATH"] = "\(stage.folder.appending(".").string):\(child.environment["PATH"] ?? "")"
    expectEnd(try child.run(), "postseal: cannot pack papers: gone\n", status: 66)
    #expect(try top() == ["papers", "tar"])
  }

  @Test func `without tar that is told`() throws {
    var child = stage.command("file", "encrypt", "--symmetric", "--passphrase-fd", "0", "papers", keyring: stage.alice)
    child.stdin = .pipe(Array("open sesame\n".utf8))
    let links = "mkdir bin && ln -s \"$(command -v gpg)\" \"$(command -v gpgconf)\" bin"
    var shell = ChildProcess("sh", ["-c", links], environment: testEnvironment)
    shell.directory = stage.folder.appending(".")
    try shell.run().succeeded()
    child.environment["PATH"] = path("bin")
    expectEnd(
      try child.run(),
      "postseal: cannot pack papers: tar does not run\nhint: install tar, and see that it is in PATH\n", status: 71)
  }

  private func expectEnd(_ run: ChildRun, _ end: String, status: Int32) {
    #expect(run.status == status && run.stderr.hasSuffix(end), "\(run.status): \(run.stderr)")
  }
}

/// What a passphrase opens.
@Suite struct FilePassphraseTranscripts {
  let stage: Stage

  init() throws {
    stage = try Stage()
    try stage.folder.write(Self.text, to: "notes.txt")
  }

  private static let text = Array("the notes\n".utf8)

  private func seal(_ passphrase: String?, _ arguments: String...) throws -> ChildRun {
    var child = stage.command("file", "encrypt", "--symmetric", "notes.txt", keyring: stage.alice)
    child.arguments += arguments
    if let passphrase {
      child.arguments += ["--passphrase-fd", "0"]
      child.stdin = .pipe(Array("\(passphrase)\n".utf8))
    }
    return try child.run()
  }

  @Test(arguments: [("notes.txt.gpg", []), ("notes.txt.asc", ["--armor"])])
  func `whoever has the passphrase opens it, without any key`(name: String, options: [String]) throws {
    var child = stage.command("file", "encrypt", "-s", "notes.txt", "--passphrase-fd", "0", keyring: stage.alice)
    child.arguments += options
    child.stdin = .pipe(Array("open sesame\n".utf8))
    expect(
      try child.run(), stderr: "sealed: with a passphrase, 10 bytes\npostseal: wrote \(name)\n", status: 0)
    let nobody = try TemporaryKeyring()
    let opened = try nobody.gpg(
      arguments: ["--passphrase", "open sesame", "--decrypt"], stdin: try stage.folder.read(name)
    ).succeeded()
    #expect(opened.stdout == Self.text)
    let wrong = try TemporaryKeyring()
    #expect(
      try wrong.gpg(arguments: ["--passphrase", "sesame", "--decrypt"], stdin: try stage.folder.read(name)).status != 0)
  }

  @Test func `its report in JSON names no keys`() throws {
    let run = try seal("open sesame", "--json")
    #expect(run.stderr.contains(#""protection":"passphrase""#) || run.stderr.contains(#""protection": "passphrase""#))
  }

  @Test func `an empty passphrase, and nobody to ask, write nothing`() throws {
    expect(
      try seal(""),
      stderr: """
        postseal: the passphrase is empty
        hint: give one on the first line of the descriptor

        """, status: 21)
    expect(
      try seal(nil, "--batch"),
      stderr: """
        postseal: nobody can be asked for the passphrase
        hint: run it at a terminal without `--batch`, or give the passphrase with `--passphrase-fd N`

        """, status: 21)
    #expect(try stage.folder.contents() == ["notes.txt"])
  }

  @Test(arguments: [["--to", "bob@example.org"], ["--as", "alice@example.org"], ["--no-sign"]])
  func `nothing else goes with a passphrase`(options: [String]) throws {
    var child = stage.command("file", "encrypt", "-s", "notes.txt", keyring: stage.alice)
    child.arguments += options
    #expect(try child.run().status == 64)
  }
}
