import ByteStreams
import GPGME
import SealedMail
import SystemPackage

extension Compose {
  /// Lets the person edit the message until it is sent, written, kept or given up.
  ///
  /// - Parameter isOwnText: whether there is text of the person's own already, so that it need not be changed.
  func edit(
    _ start: Composition, _ draft: Draft?, isOwnText: Bool, _ session: Session, with gpg: inout Context
  ) async throws -> ExitStatus {
    let place = try Workplace(
      session, start, signer: signer.signer, draft: draft, disk: answering.quoteOnDisk ? .everything : .ownTextOnly)
    let registration = Interruption.register { session.tell(place.rescue()) }
    defer { _ = registration }
    do {
      let status = try await rounds(at: place, start, isOwnText: isOwnText, session, with: &gpg)
      place.close()
      return status
    } catch {
      let rescue = place.rescue()
      if Interruption.isRequested { throw error }
      throw session.failure(error, after: rescue)
    }
  }

  private func rounds(
    at place: Workplace, _ start: Composition, isOwnText: Bool, _ session: Session, with gpg: inout Context
  ) async throws -> ExitStatus {
    var composition = start
    var text = LetterTemplate(start).text
    var mayStay = isOwnText
    var problems: [String] = []
    while true {
      try place.give(text, session.comments(on: composition, ending.protection, problems: problems, with: &gpg))
      try await Editor.edit(place.path, in: place.folderPath, terminal: session.console.terminal)
      let edited = try place.edited()
      if edited == nil {
        // What was wrong before still is.
        guard problems.isEmpty else { throw Failure(.malformedInput, sentences: problems, hints: []) }
        guard mayStay else { return try session.giveUp("nothing was written", place) }
      }
      text = LetterTemplate.uncommented(edited ?? text)
      if text.allSatisfy(\.isWhitespace) { return try session.giveUp("the file was emptied", place) }
      do throws(LetterTemplate.Problems) {
        composition = try LetterTemplate.read(text, base: start, types: .ofSystem())
      } catch {
        guard session.canAsk else { throw Failure(.malformedInput, sentences: error.sentences, hints: []) }
        problems = error.sentences
        continue
      }
      (problems, mayStay) = ([], true)
      place.remember(composition)
      if let status = try await settle(composition, at: place, session, with: &gpg) { return status }
    }
  }

  /// Does with an edited message what was chosen, or what the person says; nil to edit again.
  private func settle(
    _ composition: Composition, at place: Workplace, _ session: Session, with gpg: inout Context
  ) async throws -> ExitStatus? {
    var act = chosenAct
    // Nil until it was looked at.
    var canBeSent: Bool?
    while true {
      if act == nil {
        let isSendable = canBeSent ?? preview(composition, session, with: &gpg)
        canBeSent = isSendable
        switch Self.ask(offersSending: isSendable) {
        case .edit: return nil
        case .discard: return try session.giveUp("discarded", place)
        case .act(.sendAsShown) where !isSendable:
          // Somebody may have done meanwhile what was missing.
          canBeSent = nil
        case .act(let answer): act = answer
        }
      }
      guard let chosen = act else { continue }
      do {
        let ending = try await finish(composition, chosen, place.draft, session, with: &gpg)
        if !ending.isCared { session.tell(place.rescue()) }
        return ending.status
      } catch {
        // At a terminal the person decides what is next.
        guard session.canAsk, !Interruption.isRequested, let failure = Failure(error) else { throw error }
        session.console.fail(failure)
        act = nil
        // It was told already what is wrong.
        if canBeSent == nil { canBeSent = (try? prepare(composition, session, with: &gpg)) != nil }
      }
    }
  }

  /// Shows for whom the message would be sealed, or why it cannot be; whether it can.
  private func preview(_ composition: Composition, _ session: Session, with gpg: inout Context) -> Bool {
    do {
      let prepared = try prepare(composition, session, with: &gpg)
      let opening = prepared.plan.protection.isEncrypted ? "to be sealed" : "readable by everybody"
      session.console.explain(
        SealReport(prepared: prepared).lines(
          style: session.console.terminal.errorStyle, columns: session.console.terminal.errorColumns, opening: opening))
      return true
    } catch {
      if let failure = Failure(error) { session.console.fail(failure) }
      return false
    }
  }

  private enum Answer { case act(Act), edit, discard }

  private static func ask(offersSending: Bool) -> Answer {
    let question =
      offersSending
      ? "send, edit, keep as draft, or discard? [s/e/d/x] " : "edit, keep as draft, or discard? [e/d/x] "
    while true {
      try? Console.write(question, to: 2)
      switch readLine(strippingNewline: true)?.lowercased() {
      case "s", "send": return .act(.sendAsShown)
      case "e", "edit": return .edit
      // Who closes the terminal has not said that the text may be lost.
      case "d", "draft", "keep", nil: return .act(.keep)
      case "x", "discard": return .discard
      default: continue
      }
    }
  }
}

extension Session {
  /// Whether the person can say what is next.
  fileprivate var canAsk: Bool { console.terminal.canAsk && !options.batch }

  /// Ends without keeping anything.
  fileprivate func giveUp(_ why: String, _ place: Workplace) throws(Failure) -> ExitStatus {
    place.close()
    throw Failure(.badVerdict, "\(why), so nothing was sent or kept")
  }

  fileprivate func tell(_ rescue: Workplace.Rescue) {
    for line in rescue.sentences + rescue.hints.map({ "hint: \($0)" }) { console.note(line) }
  }

  /// The failure with what became of the text.
  fileprivate func failure(_ error: any Error, after rescue: Workplace.Rescue) -> any Error {
    guard let failure = Failure(error) else { return error }
    return Failure(
      failure.status, sentences: failure.sentences + rescue.sentences, hints: failure.hints + rescue.hints)
  }
}

extension Workplace.Rescue {
  fileprivate var sentences: [String] {
    switch self {
    case .kept(let draft): ["the text is kept as draft \(draft.name), sealed to yourself"]
    case .left(let path, let cause):
      ["the text cannot be kept as a draft: \(cause.sentences.joined(separator: "; "))", "it lies in clear in \(path)"]
    case .nothing: []
    }
  }

  fileprivate var hints: [String] {
    switch self {
    case .kept(let draft): ["go on with `postseal compose --resume \(draft.name)`"]
    case .left(let path, _): ["copy what you need of it, then remove it with `rm -r \(path.removingLastComponent())`"]
    case .nothing: []
    }
  }
}
