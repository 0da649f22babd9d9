extension MessageStructure {
  /// The leaves that are the text of the message at `index`, alternatives of one another, in order; the last is the
  /// richest.
  ///
  /// Empty when the message starts with something else than text.
  ///
  /// Source: RFC 9787 §1.1 (Main Body Part), RFC 2046 §5.1.4, RFC 2387
  package func mainBody(of index: Int = 0) -> [Int] {
    var found: [Int] = []
    var pending = [index]
    while let next = pending.popLast() {
      let entity = entities[next]
      switch entity.kind {
      case .leaf:
        if entity.contentType.type == "text", !entity.asksToBeAttachment { found.append(next) }
      case .message: break
      case .multipart:
        if entity.contentType.matches("multipart", "alternative") {
          pending += entity.children.reversed()
        } else if let first = entity.children.first {
          pending.append(first)
        }
      }
    }
    return found
  }
}

extension Entity {
  /// True when the part says that it is a file.
  fileprivate var asksToBeAttachment: Bool {
    guard let field = header.first(named: "Content-Disposition") else { return false }
    var scanner = FieldScanner(field.value)
    scanner.skipBlanksAndComments()
    return scanner.takeToken().equalsIgnoringCase("attachment")
  }
}
