import Foundation
import TestSupport
import Testing

/// A process that may take little address space: mail servers limit that of the programs they run.
@Suite(.enabled(if: optionalTool("prlimit"), "needs util-linux")) struct AddressSpaceTranscripts {
  private let stage: Stage

  init() throws {
    stage = try Stage()
    let keys = "[keys]\n\"bob@example.org\" = \"\(Identity.bob.hexFingerprint)\"\n"
    try stage.folder.write(Array(keys.utf8), to: "c.toml")
  }

  private func filter(mebibytes: Int) throws -> ChildRun {
    var child = stage.command(
      "filter", "--config", "c.toml", "--stdout", "--quiet", "--", "bob@example.org", keyring: stage.alice)
    child.arguments = ["--as=\(mebibytes << 20)", child.program] + child.arguments
    child.program = "prlimit"
    child.stdin = .file(Letter().bytes())
    return try child.run()
  }

  /// Dovecot's own limit: without one heap for all threads some runs of many did not come to their end.
  @Test(.timeLimit(.minutes(30))) func `256 MiB are enough to seal`() throws {
    for _ in 0..<20 {
      let run = try filter(mebibytes: 256)
      #expect(run.status == 0, "\(run.stderr)")
      #expect(run.text.contains("multipart/encrypted"))
    }
  }

  @Test(.timeLimit(.minutes(30)), arguments: [90, 105, 120, 140, 160, 180, 200, 220])
  func `with less it seals or says why not, and never waits for ever`(mebibytes: Int) throws {
    let run = try filter(mebibytes: mebibytes)
    if run.stderr.contains("error while loading shared libraries") { return }
    guard run.status != 0 else { return #expect(run.text.contains("multipart/encrypted")) }
    expect(
      run,
      stderr: """
        postseal: 4.3.0 not filtered yet: cannot run with so little address space

        """, status: 75)
  }
}
