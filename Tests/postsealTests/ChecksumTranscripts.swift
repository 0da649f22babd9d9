import Foundation
import SystemPackage
import TestSupport
import Testing

/// Signed lists of checksums, and the files that they name.
@Suite struct ChecksumTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring

  init() throws {
    stage = try Stage()
    bob = try TemporaryKeyring(own: [.bob], accepted: [.alice], certificates: [.mallory])
    try stage.folder.write(Array("one\n".utf8), to: "one.iso")
    try stage.folder.write(Array("two\n".utf8), to: "two words.iso")
  }

  private func shell(_ script: String) throws -> [UInt8] {
    var child = ChildProcess("sh", ["-c", script], environment: testEnvironment)
    child.directory = stage.folder.appending(".")
    return try child.run().succeeded().stdout
  }

  /// The list that `script` prints, in the clear with a signature.
  private func sign(_ script: String, by keyring: TemporaryKeyring? = nil) throws {
    let signed = try (keyring ?? stage.alice).gpg("--clearsign", stdin: try shell(script)).succeeded()
    try stage.folder.write(signed.stdout, to: "SHA256SUMS.asc")
  }

  private func verify(_ arguments: String...) throws -> (status: Int32, lines: [String], stderr: String) {
    var child = stage.command("file", "verify", "SHA256SUMS.asc", keyring: bob)
    child.arguments += arguments
    let run = try child.run()
    return (run.status, run.text.split(separator: "\n").dropFirst(2).map(String.init), run.stderr)
  }

  @Test(arguments: [
    ("sha256sum *.iso", "SHA-256"), ("sha512sum *.iso", "SHA-512"), ("sha384sum --binary *.iso", "SHA-384"),
    ("sha256sum --tag *.iso", "SHA-256"), ("sha256sum *.iso | sed 's|^[0-9a-f]*|\\U&|'", "SHA-256"),
  ])
  func `files that are what the list says are told, whatever form it has`(script: String, hash: String) throws {
    try sign(script)
    let run = try verify("--checksums")
    #expect(run.lines == ["✓ one.iso  \(hash)", "✓ two words.iso  \(hash)"])
    #expect(run.status == 0 && run.stderr.isEmpty)
  }

  @Test func `a list with a detached signature serves as well, from another folder too`() throws {
    try stage.folder.write(try shell("sha256sum *.iso"), to: "SHA256SUMS")
    let signature = try stage.alice.gpg("--detach-sign", stdin: try stage.folder.read("SHA256SUMS")).succeeded()
    try stage.folder.write(signature.stdout, to: "SHA256SUMS.gpg")
    let list = stage.folder.appending("SHA256SUMS.gpg").string
    let run = try postseal(["file", "verify", "--checksums", list], keyring: bob).run()
    #expect(run.status == 0 && run.text.contains("✓ one.iso  SHA-256"))
  }

  @Test func `a file that was altered fails, and the others are told all the same`() throws {
    try sign("sha256sum *.iso")
    try stage.folder.write(Array("other\n".utf8), to: "one.iso")
    let run = try verify("--checksums")
    #expect(run.lines == ["✗ one.iso  is not what the list says", "✓ two words.iso  SHA-256"])
    #expect(run.status == 1)
    #expect(
      run.stderr == "postseal: 1 file is not what the list says\nhint: get a new copy of each, and check again\n")
  }

  @Test func `files that are not here are counted, and none at all is no success`() throws {
    try sign("sha256sum *.iso; sha256sum one.iso | sed s/one/three/")
    #expect(try verify("--checksums").lines.last == "– 1 file is listed and not here")
    _ = try shell("rm *.iso")
    let run = try verify("--checksums")
    #expect(run.status == 66)
    #expect(run.stderr == "postseal: none of the listed files are here\nhint: put them beside the list\n")
  }

  @Test func `a file that is wanted has to be listed and here`() throws {
    try sign("sha256sum one.iso gone.iso 2> /dev/null; sha256sum one.iso | sed s/one/gone/")
    let one = try verify("--checksum-of", "one.iso")
    #expect(one.status == 0 && one.lines == ["✓ one.iso  SHA-256"])
    #expect(try verify("--checksum-of", "one.iso", "--checksum-of", "gone.iso").status == 66)
    let other = try verify("--checksum-of", "two words.iso")
    #expect(other.status == 1 && other.stderr == "postseal: the list says nothing about two words.iso\n")
  }

  @Test func `hashes that prove nothing count for nothing`() throws {
    try sign("md5sum one.iso; sha1sum one.iso; sha256sum 'two words.iso'")
    let run = try verify("--checksums")
    #expect(run.lines.filter { $0.hasPrefix("!") }.count == 2 && run.status == 0)
    #expect(try verify("--checksum-of", "one.iso").status == 1)
    try sign("md5sum *.iso")
    #expect(try verify("--checksums").status == 1)
  }

  @Test func `a name that leads elsewhere is not looked at`() throws {
    try sign(
      "sha256sum one.iso; sha256sum < /etc/hosts | sed 's|-|/etc/hosts|'; sha256sum one.iso | sed 's|one|../one|'")
    let run = try verify("--checksums")
    #expect(run.lines.filter { $0.hasSuffix("not compared: its name leads out of the folder") }.count == 2)
    #expect(run.lines.contains("✓ one.iso  SHA-256"))
  }

  @Test func `what is no file is not waited for`() throws {
    try sign("sha256sum one.iso; for name in pipe zero; do sha256sum one.iso | sed s/one.iso/$name/; done")
    _ = try shell("mkfifo pipe; ln -s /dev/zero zero")
    let run = try verify("--checksums")
    #expect(run.lines == ["✓ one.iso  SHA-256", "✗ pipe  cannot be read", "✗ zero  cannot be read"])
    #expect(run.status == 74 && run.stderr == "postseal: 2 files are not to be read\n")
  }

  @Test func `a name is shown so that it cannot draw on the terminal`() throws {
    try sign("printf '%064d  \\033[2Jevil\\n' 1 | tee /dev/null; sha256sum one.iso; printf '%064d  one.iso\\n' 2")
    let run = try verify("--checksums")
    #expect(run.lines.allSatisfy { !$0.contains("\u{1B}") })
    #expect(run.status == 1)
  }

  @Test func `under a signature that does not do, nothing is compared`() throws {
    let mallory = try TemporaryKeyring(own: [.mallory])
    try sign("sha256sum *.iso", by: mallory)
    let run = try verify("--checksums")
    #expect(run.status == 11 && run.lines.isEmpty)
    #expect(run.stderr == "postseal: no file was compared with the list, as its signature is not enough\n")
    try sign("sha256sum *.iso")
    var bytes = try stage.folder.read("SHA256SUMS.asc")
    let place = try #require(bytes.firstIndex(of: UInt8(ascii: "o")))
    bytes[place] = UInt8(ascii: "0")
    try stage.folder.write(bytes, to: "SHA256SUMS.asc")
    #expect(try verify("--checksums").lines.contains { $0.hasPrefix("✓") } == false)
  }

  @Test func `text that is no list is no success`() throws {
    try sign("echo hello")
    let run = try verify("--checksums")
    #expect(run.status == 65 && run.stderr == "postseal: what is signed is no list of checksums\n")
  }

  @Test func `JSON has each file with its state`() throws {
    try sign("sha256sum *.iso")
    let run = try stage.run("file", "verify", "--json", "--checksums", "SHA256SUMS.asc", keyring: bob)
    #expect(run.text.contains(#"{"name":"one.iso","algorithm":"SHA-256","state":"match"}"#))
  }
}
