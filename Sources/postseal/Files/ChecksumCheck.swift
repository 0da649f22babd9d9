import ByteStreams
import SealedMail
import SystemPackage

/// The files that a checksum list names, compared with it.
struct ChecksumCheck {
  /// How one file is.
  enum State: String, Sendable {
    case match, mismatch, missing, unreadable
    /// Its name leads out of the list's folder, so it was not looked at.
    case elsewhere
    /// Its hash is none that can be relied on.
    case weak
  }

  let results: [(entry: ChecksumList.Entry, state: State)]
  /// Whether every one of them has to match, and not only those that are here.
  private let wantsAll: Bool
  private let otherLineCount: Int

  /// Compares the files that lie where `list` does.
  ///
  /// - Parameters:
  ///   - folder: where that is.
  ///   - wanted: the only files that matter, each of which must be listed; empty for all that are there.
  /// - Throws: `Failure` 1 for a file that is not listed, 65 for what is no list.
  init(_ list: ChecksumList, in folder: FilePath, wanted: [String], progress: (Int, Int) -> Void) throws {
    guard !list.entries.isEmpty else {
      throw Failure(.malformedInput, "what is signed is no list of checksums")
    }
    var chosen = list.entries
    if !wanted.isEmpty {
      let places = try wanted.map { (name: $0, place: try Folders.resolved(FilePath($0))) }
      let paths = chosen.map { Self.path($0, in: folder).flatMap { try? Folders.resolved($0) } }
      for (name, place) in places where !paths.contains(place) {
        throw Failure(.badVerdict, "the list says nothing about \(name)")
      }
      chosen = zip(chosen, paths).filter { pair in places.contains { $0.place == pair.1 } }.map(\.0)
    }
    // A list of several hashes for a file is as good as its best one.
    let sound = Set(chosen.filter { $0.algorithm != nil }.map(\.name))
    chosen.removeAll { $0.algorithm == nil && sound.contains($0.name) }
    var results: [(ChecksumList.Entry, State)] = []
    for (index, entry) in chosen.enumerated() {
      progress(index, chosen.count)
      results.append((entry, Self.state(of: entry, in: folder)))
    }
    self.results = results
    wantsAll = !wanted.isEmpty
    otherLineCount = list.otherLineCount
  }

  /// Where a file would lie; nil when that is out of the folder.
  private static func path(_ entry: ChecksumList.Entry, in folder: FilePath) -> FilePath? {
    let name = FilePath(entry.name)
    guard name.isRelative, !name.isEmpty, name.components.allSatisfy({ $0.kind != .parentDirectory }) else {
      return nil
    }
    return folder.pushing(name)
  }

  private static func state(of entry: ChecksumList.Entry, in folder: FilePath) -> State {
    guard let path = path(entry, in: folder) else { return .elsewhere }
    guard let algorithm = entry.algorithm else { return .weak }
    // A pipe or a device may never end.
    if Folders.hasName(path), !Folders.holdsFile(path) { return .unreadable }
    do throws(StreamError) {
      let found = try MessageDigest.hex(of: try ByteStore.file(path).source(), algorithm)
      return found == entry.hash ? .match : .mismatch
    } catch .system(.noSuchFileOrDirectory, _, _) {
      return .missing
    } catch {
      return .unreadable
    }
  }

  private func count(_ state: State) -> Int { results.count { $0.state == state } }

  /// Why the check does not succeed; nil when every file that is here matches, and there is one.
  var failure: Failure? {
    if count(.mismatch) > 0 {
      return Failure(
        .badVerdict, "\(Self.files(count(.mismatch))) not what the list says",
        hint: "get a new copy of each, and check again")
    }
    if count(.unreadable) > 0 { return Failure(.inputOutput, "\(Self.files(count(.unreadable))) not to be read") }
    let rest = results.count - count(.match)
    if rest == 0 || !wantsAll && count(.match) > 0 { return nil }
    if count(.weak) > 0 {
      return Failure(.badVerdict, "the list has only hashes that prove nothing for \(Self.names(count(.weak)))")
    }
    return Failure(
      .noInput, "\(wantsAll ? "not all" : "none") of the listed files are here", hint: "put them beside the list")
  }

  private static func files(_ count: Int) -> String { count == 1 ? "1 file is" : "\(count) files are" }
  private static func names(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }

  /// A line for each file but those that are not here, which are counted.
  func lines(style: Style) -> [String] {
    var lines = results.filter { $0.state != .missing }.map { entry, state in
      let (mark, words): (Style.Mark, String) =
        switch state {
        case .match: (.good, entry.algorithm?.rawValue ?? "")
        case .mismatch: (.bad, "is not what the list says")
        case .unreadable: (.bad, "cannot be read")
        case .elsewhere: (.warning, "not compared: its name leads out of the folder")
        case .weak, .missing: (.warning, "not compared: the list has only a hash for it that proves nothing")
        }
      return "\(style.mark(mark)) \(TerminalText.visible(entry.name))  \(words)"
    }
    if count(.missing) > 0 {
      lines.append("\(style.mark(.nothing)) \(Self.files(count(.missing))) listed and not here")
    }
    if otherLineCount > 0 {
      lines.append(
        "\(style.mark(.warning)) \(otherLineCount == 1 ? "1 line is" : "\(otherLineCount) lines are") no checksum")
    }
    return lines
  }

  /// The members of its JSON array.
  var json: JSONValue {
    .array(
      results.map { entry, state in
        .members([
          "name": .string(entry.name), "algorithm": .optional(entry.algorithm?.rawValue),
          "state": .string(state.rawValue),
        ])
      })
  }
}
