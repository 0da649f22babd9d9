import CGPGME
import SystemPackage

extension Context {
  /// Why gpg-agent does not answer; nil when it does, or when nobody can tell.
  ///
  /// Asked only after something failed that a dead agent would explain: gpg itself says "no secret key" then.
  /// GPGME: `gpgme_op_spawn` of gpg-connect-agent
  package borrowing func agentProblem() -> GPGMEError.Cause? {
    guard let said = askAgent(["GETINFO version"]), !said.contains("OK") else { return nil }
    if let home = configuration.home?.string, home.utf8.count + "/S.gpg-agent.browser".utf8.count > Self.socketPathBound
    {
      return .agent(.socketPathTooLong(home: home))
    }
    return .agent(.notRunning)
  }

  /// What gpg-agent answers to these lines; nil when it could not be asked.
  borrowing func askAgent(_ lines: [String]) -> String? {
    guard let program = program("gpg-connect-agent") else { return nil }
    return run(program, ["gpg-connect-agent"] + homeArguments + lines + ["/bye"])
  }

  /// Bytes that a socket's path may have, by the smallest structure in use (macOS has 104, Linux 108, each with a NUL).
  static let socketPathBound = 103

  /// The option that names the home to GnuPG's other programs.
  var homeArguments: [String] { configuration.home.map { ["--homedir", $0.string] } ?? [] }

  /// A program of GnuPG beside the gpg that is used.
  func program(_ name: String) -> String? {
    guard let gpg = unsafe Library.engineProgram(handle), let end = gpg.lastIndex(of: "/") else { return nil }
    return gpg[...end] + name
  }

  /// What a program says on its standard output; nil when it could not be started.
  func run(_ program: String, _ arguments: [String]) -> String? {
    var context: gpgme_ctx_t?
    // A context of its own for this one call: changing the protocol of ours would drop its results.
    guard unsafe gpgme_new(&context) == 0, let context = unsafe context else { return nil }
    defer { unsafe gpgme_release(context) }
    var output: gpgme_data_t?
    guard unsafe gpgme_set_protocol(context, GPGME_PROTOCOL_SPAWN) == 0, unsafe gpgme_data_new(&output) == 0,
      let output = unsafe output
    else { return nil }
    // An agent that hangs is no better than none.
    let loop = EventLoop(token: cancellation, patience: .seconds(10))
    unsafe loop.attach(to: context)
    var code = unsafe withCStrings(arguments) {
      unsafe gpgme_op_spawn_start(context, program, $0, nil, output, nil, 0)
    }
    if code == 0 { code = unsafe loop.run(context).verdict }
    var length = 0
    // The bytes taken out of the object are ours to free.
    guard let bytes = unsafe gpgme_data_release_and_get_mem(output, &length) else { return code == 0 ? "" : nil }
    defer { unsafe gpgme_free(bytes) }
    return code == 0
      ? unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self) : nil
  }
}
