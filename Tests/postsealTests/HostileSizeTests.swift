import SystemPackage
import TestSupport
import Testing

/// Every reading command ends, in little time and memory, with a page or with an error that names what is too large.
@Suite struct HostileSizeTests {
  /// The bound of the promise: 256 MiB, whatever the build.
  private static let allowedPeak = 256 << 20
  /// Two seconds are promised for a release build on a quiet machine; this one is neither.
  private static let patience = Duration.seconds(20)

  @Test(arguments: HostileMail.allCases)
  func `a hostile message is read or refused in bounded time and memory`(mail: HostileMail) throws {
    let folder = try TemporaryFolder()
    let keyring = try TemporaryKeyring(own: [.bob])
    let file = try folder.write(mail.bytes, to: "hostile.eml").string
    for command in ["verify", "read", "inspect"] {
      let run = try postseal([command, file], keyring: keyring).run()
      // Neither a crash nor a mistake of ours.
      #expect(run.status < 128 && run.status != 70, "\(command): \(run.status) \(run.stderr.prefix(300))")
      #expect(run.status == 0 || !run.stderr.isEmpty || command == "verify", "\(command) says nothing")
      #expect(run.duration < Self.patience, "\(command) took \(run.duration)")
      #expect(run.peakMemory < Self.allowedPeak, "\(command) held \(run.peakMemory >> 20) MiB")
      #expect(run.stderr.utf8.count < 100_000 && run.stdout.count < 30 << 20, "\(command) is talkative")
    }
  }
}
