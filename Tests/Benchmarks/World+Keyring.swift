import Foundation
import SystemPackage
import TestSupport

extension World {
  /// A keyring of thousands, as a firm's is: all of it listed, and the few of it that a letter needs.
  func largeKeyring() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob, .carol, .erin])
    try fill(keyring, with: sizes.certificates)
    // gpg checks what it has not checked before, once.
    _ = try keyring.gpg("--check-trustdb").succeeded()
    let addresses = [1, sizes.certificates / 2, sizes.certificates].map(Self.address)
    try Comparison(title: "list \(sizes.certificates) certificates", other: "`gpg --list-keys`", aim: 1.2)
      .measure(
        pairs: sizes.runs, ours: quiet(postseal(["key", "list"], keyring: keyring)),
        theirs: quiet(listing([], of: keyring)))
    try Comparison(title: "look up three of them", other: "`gpg --list-keys` of them", aim: 1.1)
      .measure(
        pairs: sizes.shortRuns, ours: quiet(postseal(["key", "list"] + addresses, keyring: keyring)),
        theirs: quiet(listing(addresses, of: keyring)))
  }

  private static func address(_ number: Int) -> String { "person\(number)@example.org" }

  /// Makes so many certificates elsewhere, and brings them here.
  private func fill(_ keyring: TemporaryKeyring, with count: Int) throws {
    let other = try TemporaryKeyring()
    let requests = (1...count).map { number in
      """
      %no-protection
      Key-Type: eddsa
      Key-Curve: ed25519
      Subkey-Type: ecdh
      Subkey-Curve: cv25519
      Name-Real: Person \(number)
      Name-Email: \(Self.address(number))
      Expire-Date: 0
      %commit

      """
    }
    let file = try folder.write(requests.joined().utf8, to: "certificates.txt").string
    var made = ChildProcess(
      "gpg", ["--homedir", other.home.string, "--batch", "--quiet", "--full-generate-key", file],
      environment: testEnvironment)
    made.timeLimit = 3600
    try made.run().succeeded()
    try keyring.gpg("--import", stdin: try other.gpg("--export").succeeded().stdout).succeeded()
  }

  private func listing(_ names: [String], of keyring: TemporaryKeyring) -> ChildProcess {
    ChildProcess(
      "gpg", ["--homedir", keyring.home.string, "--batch", "--list-keys"] + names, environment: testEnvironment)
  }

  private func quiet(_ child: ChildProcess) -> ChildProcess {
    var child = child
    child.stdout = .path("/dev/null")
    child.timeLimit = 600
    return child
  }
}
