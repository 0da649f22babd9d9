import ByteStreams
import SystemPackage

/// The configuration file as text to which an account is added: everything that stood there stays as it was.
struct AccountFile {
  let path: FilePath
  /// Nil when there is no file yet.
  let text: String?

  /// What is in the file now.
  ///
  /// - Throws: `Failure` 78.
  init(_ path: String) throws(Failure) {
    self.path = FilePath(path)
    do throws(StreamError) {
      text = try ConfigurationFile.text(of: path)
    } catch .system(.noSuchFileOrDirectory, _, _) {
      text = nil
    } catch {
      throw Failure(
        .configuration, "cannot use the configuration \(path): \(Failure(error).sentences.joined(separator: "; "))")
    }
  }

  /// The text with the account in it, as the default one if that was asked for.
  ///
  /// - Throws: `Failure` 73 when the account exists, or another is the default one; 78 when what would come out says something
  ///   else than was meant.
  func adding(_ draft: AccountDraft, asDefault: Bool) throws(Failure) -> String {
    let before = try ConfigurationFile.parse(text ?? "", file: path.string)
    guard before.account(named: draft.name) == nil else {
      throw Failure(
        .cannotCreate, "there is an account `\(draft.name)` already",
        hint: "change it in \(path), or choose another name")
    }
    var lines = text ?? ""
    if !lines.isEmpty, !lines.hasSuffix("\n") { lines += "\n" }
    lines += (lines.isEmpty ? "" : "\n") + draft.toml
    if asDefault {
      if let other = before.defaultAccount {
        throw Failure(
          .cannotCreate, "`\(other)` is the default account", hint: "change `default-account` in \(path) afterwards")
      }
      // A key of the file itself must stand before the first table.
      lines = "default-account = \(AccountDraft.string(draft.name))\n" + (lines.hasPrefix("[") ? "\n" : "") + lines
    }
    let after = try parse(lines, with: draft)
    guard after.account(named: draft.name) != nil, after.accounts.filter({ $0.name != draft.name }) == before.accounts,
      after.rules == before.rules, after.keys == before.keys, after.crypto == before.crypto
    else {
      throw Failure(
        .configuration, "cannot add to \(path): it would say something else afterwards",
        hint: "add these lines by hand:\n\(draft.toml)")
    }
    return lines
  }

  /// What the file would say.
  ///
  /// What is wrong now is wrong with what was asked for, in a line that stands nowhere yet.
  ///
  /// - Throws: `Failure` 64.
  private func parse(_ lines: String, with draft: AccountDraft) throws(Failure) -> Configuration {
    do throws(Failure) {
      return try ConfigurationFile.parse(lines, file: path.string)
    } catch {
      let place = "account.\(draft.name)."
      let sentences = error.sentences.map { sentence in
        sentence.firstRange(of: place).map { "--\(sentence[$0.upperBound...])" } ?? sentence
      }
      throw Failure(.usage, sentences: sentences, hints: ["nothing was added; see `postseal account add --help`"])
    }
  }

  /// Puts the new text in place of the old in one step; a new file is for its owner's eyes alone, an old one keeps its permissions.
  ///
  /// - Throws: `Failure` 73 and 74.
  func write(_ text: String) throws(Failure) {
    do throws(StreamError) {
      let folder = path.removingLastComponent()
      if self.text == nil, !folder.isEmpty { try Folders.createWhole(folder) }
      // A file that is a link to where somebody keeps such files stays one.
      let target = try Folders.resolved(path)
      let mode = (try? target.stat().permissions.rawValue) ?? 0o600
      let output = try OutputFile(target, policy: self.text == nil ? .neverReplace : .replace, mode: mode & 0o777)
      try output.write(Array(text.utf8))
      try output.finish()
    } catch .exists {
      throw Failure(.cannotCreate, "\(path) has come into being meanwhile", hint: "run it again")
    } catch {
      let cause = Failure(error)
      throw Failure(
        cause.status == .inputOutput ? .inputOutput : .cannotCreate,
        "cannot write \(path): \(cause.sentences.joined(separator: "; "))")
    }
  }
}
