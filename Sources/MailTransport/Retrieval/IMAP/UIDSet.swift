/// UIDs as commands and responses name many: `1:3,7`. Source: RFC 3501 §9 (`sequence-set`)
struct UIDSet: Equatable {
  /// The most UIDs that a set of a server may stand for.
  static let limit = 2_000_000

  /// In order, each once.
  let uids: [UInt32]

  init(_ uids: some Sequence<UInt32>) {
    self.uids = Set(uids).sorted()
  }

  /// Reads a set; nil for one that is wrong, has a `*`, or stands for too many.
  init?(_ text: String) {
    var uids: Set<UInt32> = []
    for range in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = range.split(separator: ":", omittingEmptySubsequences: false).map {
        IMAPValue.atom(Array($0.utf8)).positive
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
      let (low, high) = (min(first, last), max(first, last))
      guard Int(high - low) < Self.limit - uids.count else { return nil }
      uids.formUnion(low...high)
    }
    self.init(uids)
  }

  /// The set in texts of at most `length` bytes, each at most `count` UIDs.
  func texts(length: Int = 4000, count: Int = 500) -> [String] {
    var texts: [String] = []
    var text = ""
    var taken = 0
    var index = 0
    while index < uids.count {
      var end = index
      while end + 1 < uids.count, uids[end + 1] == uids[end] + 1, taken + end + 1 - index < count { end += 1 }
      text += (text.isEmpty ? "" : ",") + (index == end ? "\(uids[index])" : "\(uids[index]):\(uids[end])")
      taken += end + 1 - index
      index = end + 1
      if text.utf8.count > length - 24 || taken >= count || index == uids.count {
        texts.append(text)
        (text, taken) = ("", 0)
      }
    }
    return texts
  }
}
