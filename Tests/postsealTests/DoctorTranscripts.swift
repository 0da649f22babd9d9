import Foundation
import GPGME
import SystemPackage
import TestSupport
import Testing

@testable import postseal

/// What `doctor` says about gpg and what it needs.
@Suite struct DoctorTranscripts {
  @Test func `where all is well each line says so, and the status is 0`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var child = postseal(["doctor"], keyring: keyring)
    child.environment["DISPLAY"] = ":0"
    let run = try child.run()
    #expect(run.status == 0)
    #expect(run.stderr == "postseal: no problem, 1 thing worth knowing\n")
    let lines = run.text.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.hasPrefix("✓ ") || $0.hasPrefix("! ") || $0.hasPrefix("                 mend: ") })
    let names = lines.filter { !$0.hasPrefix(" ") }.map { line in
      line.dropFirst(2).prefix(13).trimmingCharacters(in: .whitespaces)
    }
    #expect(
      names == [
        "library", "gpg", "home", "agent", "pinentry", "terminal", "dirmngr", "gpg.conf", "own key", "revocation",
        "clock",
        "configuration", "submitter",
      ])
    #expect(lines.contains("✓ home           \(keyring.home), yours alone"))
    #expect(
      lines.contains("✓ own key        Alice Example <alice@example.org> AEA2 6172 … 7682 21D1 signs and decrypts"))
  }

  @Test func `a home that others can read is told, and mended by the command that is told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: keyring.home.string)
    var child = postseal(["doctor"], keyring: keyring)
    child.environment["DISPLAY"] = ":0"
    let run = try child.run()
    #expect(run.status == 78)
    #expect(run.stderr == "postseal: 1 problem\n")
    #expect(
      run.text.contains(
        """
        ✗ home           \(keyring.home) is open to other users of this machine (mode 755)
                         mend: `chmod 700 \(keyring.home)`

        """))
    try DoctorRun(keyring).finding("homeMode").follow(at: keyring)
    #expect(try DoctorRun(keyring).problems == [])
  }

  @Test func `a home of somebody else is told`() {
    let finding = Checkup.home("/home/bob/.gnupg", owner: 1001, mode: 0o700, user: 1000)
    #expect(finding.kind == .homeOwner && finding.status == .configuration)
    #expect(finding.text == "/home/bob/.gnupg belongs to user 1001, and you are user 1000")
    #expect(Checkup.home("/home/bob/.gnupg", owner: 1000, mode: 0o700, user: 1000).state == .ok)
  }

  @Test func `a home that is not there, or no folder, is told, and the rest is still looked at`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([], to: "file")
    for (home, kind) in [(folder.path.string + "/none", "homeMissing"), (file.string, "homeUnusable")] {
      let run = try DoctorRun(nil, [], ["GNUPGHOME": home])
      #expect(run.problems == [kind] && run.status == 78)
      #expect(run.findings.contains { $0.check == "configuration" })
    }
  }

  @Test func `without gpg, or with one that is too old, what to install is told`() throws {
    let folder = try TemporaryFolder()
    let keyring = try TemporaryKeyring(own: [.alice])
    let missing = try DoctorRun(keyring, [], ["PATH": folder.path.string])
    #expect(missing.problems == ["gpgMissing"] && missing.status == 78)
    try program("gpg", in: folder, "echo 'gpg (GnuPG) 1.4.23'")
    let old = try DoctorRun(keyring, [], ["PATH": folder.path.string])
    #expect(old.problems == ["gpgTooOld"] && old.status == 78)
    let library = Checkup.engineFailure(GPGMEError(.start, cause: .engine(.libraryTooOld(needed: "1.18.0"))))
    #expect(library.kind == .libraryTooOld && library.status == .configuration && library.mend != nil)
    let other = Checkup.engineFailure(GPGMEError(.start, cause: .engine(.failed)))
    #expect(other.kind == .gpgFailed && other.status == .configuration && other.mend != nil)
  }

  @Test func `a gpg that breaks down is told`() throws {
    let folder = try TemporaryFolder()
    let path = try #require(testEnvironment["PATH"])
    try program(
      "gpg", in: folder, "PATH=\(path)\ncase \"$*\" in *--version*) exec gpg \"$@\" ;; *) exit 2 ;; esac")
    let run = try DoctorRun(try TemporaryKeyring(own: [.alice]), [], ["PATH": "\(folder.path):\(path)"])
    #expect(run.problems == ["gpgFailed"] && run.status == 78)
    #expect(!run.findings.contains { $0.check == "ownKey" })
    // No other program of GnuPG is beside this one.
    #expect(run.notes.filter { $0 == "unknown" }.count == 3)
  }

  @Test func `a home too long for the sockets is told as that`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let folder = try TemporaryFolder()
    let long = folder.path.appending(String(repeating: "x", count: 110))
    try ChildProcess("cp", ["-r", keyring.home.string, long.string], environment: testEnvironment).run().succeeded()
    let run = try DoctorRun(nil, [], ["GNUPGHOME": long.string])
    #expect(try run.finding("socketPathTooLong").status == 78)
    #expect(!run.problems.contains("agentNotRunning"))
  }

  @Test func `an agent that does not start is told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    // What is in the place of its socket and cannot be taken away.
    try FileManager.default.createDirectory(
      atPath: keyring.home.string + "/S.gpg-agent/x", withIntermediateDirectories: true)
    let run = try DoctorRun(keyring)
    let finding = try run.finding("agentNotRunning")
    #expect(finding.status == 71)
    #expect(finding.text == "gpg-agent is not running and could not be started")
    #expect(finding.mend == "run `gpg-agent --daemon` to see why")
  }

  @Test func `a pinentry that is not there is told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], agentOptions: ["pinentry-program /nonexistent/pinentry"])
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["pinentryMissing"] && run.status == 21)
    #expect(try run.finding("pinentryMissing").text.hasPrefix("/nonexistent/pinentry is not there"))
  }

  @Test func `a missing dirmngr is worth knowing`() throws {
    let folder = try TemporaryFolder()
    let path = try #require(testEnvironment["PATH"])
    for name in ["gpg", "gpg-connect-agent"] { try program(name, in: folder, "PATH=\(path)\nexec \(name) \"$@\"") }
    try program(
      "gpgconf", in: folder, "PATH=\(path)\ngpgconf \"$@\" | sed 's|^dirmngr:.*|dirmngr:Network:/nonexistent/dirmngr|'")
    let run = try DoctorRun(try TemporaryKeyring(own: [.alice]), [], ["PATH": "\(folder.path):\(path)"])
    #expect(run.problems == [] && run.notes.contains("dirmngrMissing"))
    #expect(!run.notes.contains("unknown"))
  }

  @Test(arguments: [
    ("/dev/pts/3", "/dev/pts/3", false, HealthFinding.Kind?.none), ("/dev/pts/3", "/dev/pts/1", true, .otherTerminal),
    (nil, "/dev/null", false, nil), (nil, "/etc/passwd", true, .noTerminal), (nil, "/dev/pts/none", false, .noTerminal),
    (nil, nil, true, nil), (nil, nil, false, .nobodyToAsk),
  ])
  func `whether pinentry can ask is told by terminal, GPG_TTY and display`(
    own: String?, named: String?, hasDisplay: Bool, kind: HealthFinding.Kind?
  ) {
    let finding = Checkup.terminal(own: own, named: named, hasDisplay: hasDisplay)
    #expect(finding.kind == kind)
    #expect(finding.status == (kind == nil || kind == .nobodyToAsk ? .done : .passphrase))
  }

  @Test func `a GPG_TTY of another session is told on a terminal and without one`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var child = postseal(["doctor"], keyring: keyring)
    child.environment["GPG_TTY"] = "/dev/pts/none"
    let without = try child.run()
    #expect(without.status == 21 && without.text.contains("GPG_TTY is /dev/pts/none, which is no terminal"))
    let run = try child.onTerminal().run()
    #expect(run.status == 21)
    #expect(run.text.contains("GPG_TTY is /dev/pts/none, but this terminal is /dev/pts/"))
    child.environment["GPG_TTY"] = nil
    #expect(try child.onTerminal().run().text.contains("pinentry can ask at /dev/pts/"))
  }

  @Test func `dangerous lines of gpg_conf are told, and common ones are worth knowing`() throws {
    let keyring = try TemporaryKeyring(
      own: [.alice], options: ["# a comment", "trust-model always", "encrypt-to \(Identity.alice.hexFingerprint)"])
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["gpgConfLine"] && run.status == 78)
    #expect(
      try run.finding("gpgConfLine").text
        == "\(keyring.home)/gpg.conf:2: `trust-model always` calls every certificate valid, whoever made it; postseal does not follow it, others do"
    )
    #expect(run.notes.contains("gpgConfLine"))
  }

  @Test func `an error in gpg_conf is told, and not taken for a keyring without keys`() throws {
    let run = try DoctorRun(try TemporaryKeyring(own: [.alice], options: ["digest-algo NOPE"]))
    #expect(run.problems == ["gpgFailed", "gpgConfLine"] && run.status == 78)
    #expect(try run.finding("gpgFailed").mend == "run `gpg --list-keys` to see why")
  }

  @Test func `a keyring that cannot be opened is told`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let file = keyring.home.string + "/pubring.kbx"
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
    let run = try DoctorRun(keyring)
    #expect(run.problems == ["keyringFailed"] && run.status == 78)
    let locked = Checkup.keyringFailure(GPGMEError(.list, cause: .keyringLocked))
    #expect(locked.kind == .keyringFailed && locked.status == .tryAgain && locked.mend == "run it again")
    #expect(
      Checkup.keyringFailure(GPGMEError(.list, cause: .malformed)).mend == "run `gpg --list-secret-keys` to see why")
  }

  private func program(_ name: String, in folder: TemporaryFolder, _ script: String) throws {
    let file = try folder.write(Array("#!/bin/sh\n\(script)\n".utf8), to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.string)
  }
}
