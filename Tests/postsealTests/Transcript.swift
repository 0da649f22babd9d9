import SystemPackage
import TestSupport
import Testing

/// A stage for transcripts: a folder with messages, and the keyrings of who plays.
struct Stage {
  let folder: TemporaryFolder
  /// Alice with her own key; bob and erin accepted.
  let alice: TemporaryKeyring

  init() throws {
    folder = try TemporaryFolder()
    alice = try TemporaryKeyring(
      own: [.alice], accepted: [.bob, .erin], certificates: [.carol, .expired, .revoked, .signOnly])
  }

  /// Bob with his own key; alice accepted.
  static func bob() throws -> TemporaryKeyring { try TemporaryKeyring(own: [.bob], accepted: [.alice]) }

  /// Writes `letter` as `name`.
  @discardableResult
  func write(_ letter: Letter, as name: String = "letter.eml") throws -> FilePath {
    try folder.write(letter.bytes(), to: name)
  }

  /// The command, run in the folder.
  func command(_ arguments: String..., keyring: TemporaryKeyring) -> ChildProcess {
    var child = postseal(arguments, keyring: keyring)
    child.directory = folder.path
    return child
  }

  /// Runs a command in the folder.
  func run(_ arguments: String..., keyring: TemporaryKeyring) throws -> ChildRun {
    var child = postseal(arguments, keyring: keyring)
    child.directory = folder.path
    return try child.run()
  }

  /// A letter from alice to bob, sealed as `sealed.eml`.
  func seal(_ letter: Letter = Letter()) throws {
    try write(letter)
    try run("encrypt", "letter.eml", "-o", "sealed.eml", keyring: alice).succeeded()
  }
}

/// Checks a whole transcript: standard output, standard error and status.
func expect(
  _ run: ChildRun, stdout: String = "", stderr: String = "", status: Int32,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(run.text == stdout, sourceLocation: sourceLocation)
  #expect(run.stderr == stderr, sourceLocation: sourceLocation)
  #expect(run.status == status, sourceLocation: sourceLocation)
}
