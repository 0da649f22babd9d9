import ByteStreams
package import SystemPackage

/// What is installed of GnuPG, and where it works: for a report about its health.
package struct Installation: Sendable, Equatable {
  /// The version of libgpgme.
  package var library: String?
  /// The version of gpg, and its path.
  package var version: String?
  package var program: String?
  /// Whether gpg does anything: with an error in gpg.conf it ends at once, and gpgme takes that for an empty keyring.
  package var isRunning = false
  /// The home that GnuPG uses.
  package var home: FilePath?
  /// The folder of the sockets of its daemons.
  package var socketFolder: FilePath?
  /// The program that asks for passphrases, by gpg-agent.conf or as it was built; whether it is there is for the caller to see.
  package var pinentry: FilePath?
  /// The daemon that looks for keys on the network; whether it is there is for the caller to see.
  package var dirmngr: FilePath?

  /// The folder of programs that GnuPG runs for itself.
  package var helpers: FilePath?

  /// Whether gpg-connect-agent is beside gpg, without which nobody can ask gpg-agent.
  package var hasAgentClient = false

  /// Whether the path of a socket of gpg-agent in the folder is longer than systems allow.
  package var hasTooLongSocketPaths: Bool {
    guard let socketFolder else { return false }
    return socketFolder.string.utf8.count + "/S.gpg-agent.browser".utf8.count > Context.socketPathBound
  }
}

extension Context {
  /// Looks at what is installed, by running gpg and gpgconf, which read no secret and change nothing.
  ///
  /// What gpgconf does not tell is nil.
  package borrowing func installation() -> Installation {
    var result = Installation(
      library: Library.version, version: unsafe Library.engineVersion(handle),
      program: unsafe Library.engineProgram(handle), home: home)
    let said = result.program.flatMap {
      run($0, ["gpg"] + homeArguments + ["--batch", "--no-tty", "--with-colons", "--list-config", "version"])
    }
    result.isRunning = said?.contains("cfg:version:") == true
    result.hasAgentClient = program("gpg-connect-agent").map { FilePath($0).isProgram } == true
    for fields in gpgconf("--list-dirs") where fields.count == 2 {
      switch fields[0] {
      case "homedir": result.home = FilePath(fields[1])
      case "libexecdir": result.helpers = FilePath(fields[1])
      case "socketdir": result.socketFolder = FilePath(fields[1])
      default: break
      }
    }
    for fields in gpgconf("--list-components") where fields.count >= 3 && !fields[2].isEmpty {
      switch fields[0] {
      case "pinentry": result.pinentry = FilePath(fields[2])
      case "dirmngr": result.dirmngr = FilePath(fields[2])
      default: break
      }
    }
    if let named = ConfigurationFile.agentValue(of: "pinentry-program", home: result.home) {
      result.pinentry = FilePath(named)
    }
    return result
  }

  /// The lines that gpgconf prints, taken apart at their colons.
  private borrowing func gpgconf(_ act: String) -> [[String]] {
    guard let program = program("gpgconf"), FilePath(program).isProgram,
      let said = run(program, ["gpgconf"] + homeArguments + [act])
    else {
      return []
    }
    return said.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ":", omittingEmptySubsequences: false).map { Self.unescaped($0) }
    }
  }

  /// A field in which `%3a` stands for a colon, and the like.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = field.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
