import Foundation
import SystemPackage
import TestSupport

/// The keyring, the files and the commands that are compared.
struct World {
  let sizes: Sizes
  let keyring: TemporaryKeyring
  let folder: TemporaryFolder

  init(_ sizes: Sizes) throws {
    self.sizes = sizes
    keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob, .carol, .erin])
    folder = try TemporaryFolder()
  }

  /// Start-up: what every small command pays.
  func start() throws {
    var gpg = ChildProcess("gpg", ["--version"], environment: testEnvironment)
    gpg.stdout = .path("/dev/null")
    try Comparison(title: "`--version`", other: "`gpg --version`", aim: 2.2)
      .measure(pairs: sizes.shortRuns, ours: ours(["--version"]), theirs: gpg)
  }

  /// A letter as people write them.
  func smallMessage() throws {
    let line = "The quick brown fox jumps over the lazy dog, and the dog thinks about it.\n"
    let letter = Letter(
      to: "bob@example.org, erin@example.org", cc: "carol@example.net", body: String(repeating: line, count: 27))
    let file = try folder.write(letter.bytes(), to: "small.eml").string
    try Comparison(title: "seal 2 KB to three", other: "`gpg --armor --sign --encrypt`", aim: 1.6)
      .measure(
        pairs: sizes.shortRuns, ours: ours(["encrypt", file]),
        theirs: gpg(["--armor", "--sign", "--encrypt", "--output", "-", file], to: [.alice, .bob, .carol, .erin]))
  }

  /// A message whose attachment is bigger than memory should be.
  func bigMessage() throws {
    let message = try writeBigMessage().string
    let sealed = folder.appending("sealed.eml").string
    let armored = folder.appending("sealed.asc").string
    let plain = folder.appending("plain").string
    let size = "\(sizes.attachment >> 20) MiB"
    try Comparison(title: "seal a \(size) attachment", other: "`gpg --armor --sign --encrypt`", aim: 0.25)
      .measure(
        pairs: sizes.runs, ours: ours(["encrypt", "--force", "-o", sealed, message]),
        theirs: gpg(["--armor", "--sign", "--encrypt", "--output", armored, message], to: [.alice, .bob]))
    try Comparison(title: "the same", other: "`gpg -z 0 --sign --encrypt`, binary", aim: 2.0)
      .measure(
        pairs: sizes.runs, ours: ours(["encrypt", "--force", "-o", sealed, message]),
        theirs: gpg(["-z", "0", "--sign", "--encrypt", "--output", armored, message], to: [.alice, .bob]))
    // The armor of our own message, alone in a file.
    let script = #"sed -n '/^-----BEGIN/,/^-----END/p' "$0" > "$1""#
    try ChildProcess("/bin/sh", ["-c", script, sealed, armored], environment: testEnvironment).run().succeeded()
    try Comparison(title: "open it", other: "`gpg --decrypt` of its armor", aim: 0.6)
      .measure(
        pairs: sizes.runs, ours: ours(["decrypt", "--force", "-o", plain, sealed]),
        theirs: gpg(["--output", plain, "--decrypt", armored], to: []))
  }

  func ours(_ arguments: [String]) -> ChildProcess {
    var child = postseal(arguments, keyring: keyring)
    child.stdout = .path("/dev/null")
    child.timeLimit = 600
    return child
  }

  private func gpg(_ arguments: [String], to recipients: [Identity]) -> ChildProcess {
    let names = recipients.flatMap { ["--recipient", $0.hexFingerprint] }
    var child = ChildProcess(
      "gpg", ["--homedir", keyring.home.string, "--batch", "--yes", "--quiet"] + names + arguments,
      environment: testEnvironment)
    child.stdout = .path("/dev/null")
    child.timeLimit = 600
    return child
  }

  /// The message, written piece by piece: what this program itself holds must stay small.
  private func writeBigMessage() throws -> FilePath {
    let path = folder.appending("big.eml")
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    defer { try? file.close() }
    var letter = Letter()
    letter.attachments = [("film.bin", "application/octet-stream", [])]
    let end = Array("--=_letter--\n".utf8)
    try file.writeAll(letter.bytes().dropLast(end.count))
    var generator = SplitMix64(seed: 256)
    // 57 bytes a line; random, as films and archives are.
    let piece = 57 << 10
    let lines = Array((base64Lines(generator.bytes(piece)).joined(separator: "\n") + "\n").utf8)
    for _ in 0..<(sizes.attachment / piece) {
      try file.writeAll(lines)
    }
    try file.writeAll(end)
    return path
  }
}
