extension SMTPSession {
  /// Goes on to what follows when every reply so far is in.
  mutating func advance() {
    switch stage {
    case .connected where isContinued:
      if let error = obstacle { return end(error) }
      // Whatever the last dialogue left behind is undone first.
      queue = [.rset]
      stage = .greeted
    case .connected:
      queue = [.ehlo]
      stage = .greeted
    case .greeted where copies.count > 1:
      queue = copies.indices.flatMap { transaction($0) + [.rset] }
      stage = .asked
    case .greeted: offer(0)
    case .asked: mustStop ? end() : offer(0)
    case .offered where mustStop: end()
    case .offered(let copy) where willing.isEmpty: undo(next: copy + 1)
    case .offered(let copy):
      queue = [.data(copy: copy)]
      stage = .announced(copy)
    case .announced(let copy): mustStop ? end() : undo(next: copy + 1)
    case .delivered(let copy): mustStop ? end() : offer(copy + 1)
    case .between(let copy): offer(copy)
    case .content: break
    case .ending: stage = .ended
    case .ended: break
    }
  }

  /// Whether a refusal stops everything: it does as long as no copy has gone.
  private var mustStop: Bool {
    rule == .allOrNone && !anythingHandedOver && fates.joined().contains { $0 != nil }
  }

  /// Begins the transaction of the first copy from `copy` on that somebody may still accept.
  private mutating func offer(_ copy: Int) {
    guard let next = copies.indices.dropFirst(copy).first(where: { fates[$0].contains(nil) }) else { return end() }
    queue = transaction(next)
    willing = []
    stage = .offered(next)
  }

  private mutating func undo(next copy: Int) {
    queue = [.rset]
    stage = .between(copy)
  }

  /// MAIL, and RCPT for everybody who was not refused before.
  private func transaction(_ copy: Int) -> [SMTPCommand] {
    [.mail(copy: copy)]
      + fates[copy].indices.filter { fates[copy][$0] == nil }.map { .rcpt(copy: copy, recipient: $0) }
  }
}
