package import ByteStreams
package import MIME

/// A message of others on its way into a mailbox: its bytes as a mail server gave them, and their structure.
package struct IncomingMessage: Sendable {
  /// The bytes as they were given.
  package let store: ByteStore
  /// Their structure.
  package let structure: MessageStructure

  /// Reads a message with LF or CRLF line ends.
  ///
  /// A header that breaks off is not refused: nobody is taken from it, and what follows is text to whoever reads it.
  /// - Throws: `SealError.message` for one beyond a limit, `.stream`.
  package init(_ store: ByteStore) throws(SealError) {
    self.store = store
    do { structure = try MessageStructure.parse(store) } catch { throw SealError(error) }
  }

  /// The `From ` line of a mailbox that stands before the header, its line end included; nil where there is none.
  package var mailboxLine: Range<Int>? {
    guard structure.root.defects.contains(.mboxLine), let first = structure.root.header.fields.first,
      first.range.lowerBound > 0
    else { return nil }
    return 0..<first.range.lowerBound
  }

  /// The message with CRLF at its line ends.
  ///
  /// - Throws: `SealError.message` where a CR stands alone, which servers read in different ways; `.stream`.
  func canonical() throws(SealError) -> ByteStore {
    do {
      guard try !LineScan(store.source()).hasBareCR else {
        throw MIMEError.forbiddenOctet(0x0D, subject: "message")
      }
      let spool = Spool(memoryLimit: Sealer.spoolInMemory)
      _ = try CRLFSource(store.source()).copy(to: spool)
      return try spool.store()
    } catch {
      throw SealError(error)
    }
  }
}
