import ByteStreams
import OpenPGPPackets
import TestSupport
import Testing

@testable import GPGME

/// What only `gpg --edit-key` can do: its questions are answered as foreseen, or it is stopped.
@Suite struct EditTests {
  private static let revocation = [
    "keyedit.revoke.subkey.okay": ["y"], "ask_revocation_reason.code": ["0"], "ask_revocation_reason.text": [""],
    "ask_revocation_reason.okay": ["y"],
  ]

  @Test(
    arguments: [
      (["adduid", "save"], [:], "keygen.name"),
      (["trust", "quit"], ["edit_ownertrust.value": ["9"]], "edit_ownertrust.value"),
      (["minimize", "nonsense", "quit"], ["keyedit.save.okay": ["y"]], ""),
    ] as [([String], [String: [String]], String)])
  func `a question that nobody foresaw stops gpg and changes nothing`(
    commands: [String], answers: [String: [String]], question: String
  ) throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let alice = try context.certificate(of: .alice)
    let found = cause { _ = try context.edit(.setOwnertrust, alice, commands: commands, answers: answers) }
    #expect(found == (question.isEmpty ? nil : .unexpectedQuestion(question)))
    #expect(try runningEngines(of: keyring).isEmpty)
    #expect(try context.certificate(of: .alice) == alice, "the context serves again")
  }

  @Test func `a change that is signed is kept when gpg is told to save it`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let alice = try context.certificate(of: .alice)
    let commands = ["key \(alice.subkeys[1].fingerprint.hex)", "revkey"]
    let dropped = try context.edit(
      .setExpiry, alice, commands: commands + ["quit"],
      answers: Self.revocation.merging(["keyedit.save.okay": ["n"], "keyedit.cancel.okay": ["y"]]) { $1 })
    #expect(dropped == alice)
    let kept = try context.edit(.setExpiry, alice, commands: commands + ["save"], answers: Self.revocation)
    #expect(kept.subkeys.map { $0.flags.contains(.revoked) } == [false, true])
  }

  @Test func `a passphrase that was not given is told, by gpg or by what is left unchanged`() throws {
    let keyring = try TemporaryKeyring(own: [.locked])
    let wrong = SecretBytes(capacity: 5) { room in
      room.storeBytes(of: UInt8(ascii: "x"), toByteOffset: 0, as: UInt8.self)
      return 1
    }
    let cases: [(EngineConfiguration.PassphrasePolicy, GPGMEError.PassphraseProblem)] = [
      (.given(wrong), .wrong), (.neverAsk, .nobodyToAsk),
    ]
    for (policy, expected) in cases {
      var context = try keyring.context(policy)
      let locked = try context.certificate(of: .locked)
      let commands = ["key 1", "revkey", "save"]
      let found = cause {
        let after = try context.edit(.setExpiry, locked, commands: commands, answers: Self.revocation)
        #expect(after == locked)
        throw GPGMEError(.setExpiry, cause: context.unsaidCause(for: locked))
      }
      #expect(found == .passphrase(expected))
    }
  }

  @Test func `a certificate is taken out of use and into use again`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    var context = try keyring.context()
    let bob = try context.certificate(of: .bob)
    try keyring.setOwnerTrust(5, of: .bob)
    for _ in 0..<2 {
      let disabled = try context.disable(bob)
      #expect(disabled.problem(for: .encryption, at: currentTime()) == .disabled)
      #expect(disabled.ownertrust == .full)
    }
    for _ in 0..<2 {
      let enabled = try context.enable(bob)
      #expect(enabled.problem(for: .encryption, at: currentTime()) == nil)
      #expect(enabled.userIDs == bob.userIDs && enabled.ownertrust == .full)
    }
  }

  @Test func `every level of ownertrust is set and taken back`() throws {
    let keyring = try TemporaryKeyring(own: [.alice], accepted: [.bob])
    var context = try keyring.context()
    let bob = try context.certificate(of: .bob)
    for level in [Validity.never, .marginal, .full, .ultimate, .unknown] {
      #expect(try context.setOwnertrust(level, of: bob).ownertrust == level)
      #expect(try context.setOwnertrust(level, of: bob).ownertrust == level, "done already")
    }
    #expect(try context.setOwnertrust(.undefined, of: bob).ownertrust == .unknown, "means the same")
  }
}
