extension IMAPMailbox {
  func remove(_ messages: [RemoteMessage]) throws(TransportError) {
    let uids = try messages.map { (message) throws(TransportError) in try uid(of: message) }
    guard !uids.isEmpty else { return }
    guard try Self.open(.select(mailbox), mailbox, dialogue) == validity else { throw changed }
    let isSelective = dialogue.session.capabilities.contains("UIDPLUS")
    // A plain EXPUNGE removes what anybody has marked.
    if !isSelective { try refuseForeignMarks(besides: uids) }
    let sets = UIDSet(uids).texts()
    for set in sets { try dialogue.run(.markDeleted(set)) }
    if isSelective {
      for set in sets { try dialogue.run(.expungeSet(set)) }
    } else {
      try refuseForeignMarks(besides: uids)
      try dialogue.run(.expunge)
    }
    guard try Self.open(.examine(mailbox), mailbox, dialogue) == validity else { throw changed }
    // Opened anew, it has what came meanwhile without telling of it.
    mustLook = dialogue.session.selected?.uidNext.map { $0 > next ?? 1 } ?? true
  }

  private func refuseForeignMarks(besides uids: [UInt32]) throws(TransportError) {
    let marked = try search(.deleted).uids
    guard Set(marked).isSubset(of: uids) else { throw .othersWouldGo(host: host, mailbox: mailbox.text) }
  }
}
