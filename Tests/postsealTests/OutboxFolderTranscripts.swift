import Foundation
import SystemPackage
import TestSupport
import Testing

/// Whose folder what lasts may lie in.
@Suite struct OutboxFolderTranscripts {
  let stage: OutboxStage

  init() throws { stage = try OutboxStage() }

  @Test(arguments: ["", "outbox", "outbox/sending", "outbox/tmp"])
  func `a folder that others may write to is not used, and nothing is sent`(folder: String) throws {
    try stage.fail()
    let state = stage.alice.home.appending(FilePath("state/postseal").components)
    let path = folder.isEmpty ? state : state.appending(FilePath(folder).components)
    try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: path.string)
    try stage.mendBrokenWay()
    let words = "cannot use the folder \(path): others may write to it (its mode is 770)"
    for command in [["outbox", "send"], ["outbox", "list"], ["send", "letter.eml", "--via", stage.mailbox]] {
      let run = try stage.command(command).run()
      #expect(run.status == 78, "\(run.stderr)")
      #expect(run.stderr.contains(words) && run.stderr.hasSuffix("then `chmod go-w \(path)`\n"), "\(run.stderr)")
      #expect(command[0] != "send" || run.stderr.hasPrefix("postseal: not sent: "))
    }
    #expect(try stage.delivered() == [] && stage.delivered("away/box/new") == [])
    // Who has to read it may.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    #expect(try stage.run("outbox", "send").status == 0)
  }

  @Test func `a folder that a link leads to counts, and not the link`() throws {
    try stage.fail()
    let state = stage.alice.home.appending(FilePath("state/postseal").components)
    let other = stage.stage.folder.appending("elsewhere")
    try moveItem(state, to: other)
    try FileManager.default.createSymbolicLink(atPath: state.string, withDestinationPath: other.string)
    #expect(try stage.run("outbox", "list").text.contains("  waiting  "))
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: other.string)
    #expect(try stage.run("outbox", "list").status == 78)
  }
}
