import ByteStreams
import GPGME
import MIME
import SealedMail
import SystemPackage

extension Session {
  /// Tells that a message was kept.
  ///
  /// - Throws: `Failure` when it cannot be written.
  func report(_ draft: Draft) throws(Failure) {
    switch console.format {
    case .json:
      try console.report(.report(["draft": .string(draft.name), "path": .string(draft.path.string)]))
    case .text:
      guard console.detail != .quiet else { return }
      let name = TerminalText.visible(draft.name)
      try console.report([
        "kept as draft \(name), sealed to yourself; go on with `postseal compose --resume \(ShellWord.quoted(draft.name))`"
      ])
    }
  }

  /// Removes drafts; none where one of the names is no draft of the folder.
  ///
  /// - Throws: `Failure` 64, 66 and 78.
  func dropDrafts(_ names: [String]) throws(Failure) -> ExitStatus {
    var drafts: [Draft] = []
    for name in names {
      let draft = try Draft.named(name)
      guard draft.path.removingLastComponent() == (try Draft.folder()) else {
        throw Failure(
          .usage, "\(draft.path) is no draft of postseal's, nothing was removed", hint: "remove the file by other means"
        )
      }
      drafts.append(draft)
    }
    for draft in drafts {
      draft.remove()
      console.note("removed draft \(draft.name)")
    }
    if console.format == .json { try console.report(.report(["removed": .strings(drafts.map(\.name))])) }
    return .done
  }

  /// Lists the drafts, the latest first.
  ///
  /// - Throws: `Failure`, `StreamError`.
  func listDrafts(_ expansion: ExpansionOptions, with gpg: inout Context) throws -> ExitStatus {
    var rows: [[String]] = []
    var members: [JSONValue] = []
    for (draft, modified) in try Draft.all() {
      var (to, subject, reason): ([String], String?, String?) = ([], nil, nil)
      do {
        let composition = try composition(of: draft, expansion, with: &gpg)
        (to, subject) = (composition.recipients.map(\.text), composition.subject)
      } catch {
        if Interruption.isRequested { throw error }
        reason = Failure(error)?.sentences.first ?? "\(error)"
      }
      let whom = to.isEmpty ? "nobody yet" : to.joined(separator: ", ")
      rows.append([
        draft.name, LocalTime.minute(modified),
        reason == nil ? TerminalText.truncated(TerminalText.visible(whom), to: 40) : "?",
        TerminalText.truncated(TerminalText.visible(subject ?? reason ?? ""), to: 60),
      ])
      members.append(
        .members([
          "draft": .string(draft.name), "path": .string(draft.path.string), "modified": .number(Int(modified)),
          "recipients": .strings(to), "subject": .optional(subject), "error": .optional(reason),
        ]))
    }
    switch console.format {
    case .json: try console.report(.report(["drafts": .array(members)]))
    case .text:
      try console.report(Table.lines(rows))
      if rows.isEmpty { console.note("there are no drafts") }
    }
    return .done
  }
}
