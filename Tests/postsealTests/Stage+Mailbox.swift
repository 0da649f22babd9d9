import Foundation
import SystemPackage
import TestSupport
import Testing

extension Stage {
  /// A Maildir `mail` and an mbox of the same six messages; in the Maildir there is a link, too.
  func writeMailbox() throws {
    try seal(Letter(subject: "Sealed"))
    try write(Letter(subject: "Signed"))
    try run("sign", "letter.eml", "-o", "signed.eml", keyring: alice).succeeded()
    try write(Letter(subject: "Clear \u{1B}[31m"), as: "clear.eml")
    let signed = String(decoding: try folder.read("signed.eml"), as: UTF8.self)
    let sealed = String(decoding: try folder.read("sealed.eml"), as: UTF8.self)
    var lines = sealed.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    if let end = lines.firstIndex(where: { $0.hasPrefix("=") && $0.utf8.count == 5 }) {
      lines[end - 3] = (lines[end - 3].hasPrefix("A") ? "B" : "A") + lines[end - 3].dropFirst()
      lines.remove(at: end)
    }
    try write(Letter(to: "erin@example.org", subject: "Others"), as: "others.eml")
    let others = try run("encrypt", "others.eml", keyring: alice).succeeded().stdout
    let messages: [(String, [UInt8])] = [
      ("cur/1.sealed:2,S", Array(sealed.utf8)), ("new/2.signed", Array(signed.utf8)),
      ("new/3.clear", try folder.read("clear.eml")),
      ("cur/4.forged:2,FS", Array(signed.replacing("figures", with: "Figures").utf8)),
      ("cur/5.altered:2,", Array(lines.joined(separator: "\r\n").utf8)), ("cur/6.others:2,", others),
    ]
    var mbox: [UInt8] = []
    for (name, bytes) in messages {
      try folder.write(bytes, to: "mail/\(name)")
      mbox += Array("From alice@example.org Sun Nov 22 17:02:00 2026\n".utf8) + bytes + Array("\n".utf8)
    }
    try folder.write(mbox, to: "mbox")
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending("mail/cur/7.dangling:2,").string, withDestinationPath: "/nonexistent")
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder.appending(name).string) }

  /// A Maildir `locked` of messages for the key that has a passphrase.
  func writeLocked(count: Int) throws {
    let sender = try TemporaryKeyring(own: [.alice], accepted: [.locked])
    try FileManager.default.createDirectory(
      atPath: folder.appending("locked/new").string, withIntermediateDirectories: true)
    for number in 1...count {
      try write(Letter(to: "locked@example.org", subject: "Letter \(number)"), as: "clear-\(number).eml")
      let sealed = try run("encrypt", "clear-\(number).eml", keyring: sender).succeeded().stdout
      try folder.write(sealed, to: "locked/cur/\(number).locked:2,")
    }
  }

  /// The messages of a Maildir, each with its folder.
  func messages(of name: String) throws -> [String] {
    try folder.contents().filter { $0.hasPrefix("\(name)/") && $0.split(separator: "/").count == 3 }
      .map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  /// The key IDs that the refusal of the mailbox's sixth message names, as this machine's keyrings have them.
  func othersRecipients(as reader: TemporaryKeyring) throws -> String {
    let said = try run("verify", "mail", "--message", "6", keyring: reader).stderr
    let words = try #require(said.split(separator: "\n").first { $0.contains("it is for ") })
    return try String(words[#require(words.range(of: "it is for ")).upperBound...])
  }
}
