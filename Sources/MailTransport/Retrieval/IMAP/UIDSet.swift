/// UIDs as commands and responses name many: `1:3,7`. Source: RFC 3501 §9 (`sequence-set`)
struct UIDSet: Equatable {
  /// The most UIDs that a set of a server may stand for.
  static let limit = 2_000_000

  /// In order, each once.
  let uids: [UInt32]

  init(_ uids: some Sequence<UInt32>) {
    var sorted = Array(uids)
    sorted.sort()
    self.uids = sorted.indices.compactMap { $0 > 0 && sorted[$0 - 1] == sorted[$0] ? nil : sorted[$0] }
  }

  /// Reads a set; nil for one that is wrong, has a `*`, or stands for too many.
  init?(_ text: String) {
    var ranges: [ClosedRange<UInt32>] = []
    var count = 0
    for range in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = range.split(separator: ":", omittingEmptySubsequences: false).map {
        IMAPValue.atom(Array($0.utf8)).positive
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
      let (low, high) = (min(first, last), max(first, last))
      count += Int(high - low) + 1
      guard count <= Self.limit else { return nil }
      ranges.append(low...high)
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    // Millions of UIDs are put one after the other, not into a table.
    var uids: [UInt32] = []
    uids.reserveCapacity(count)
    for range in ranges {
      let start = max(range.lowerBound, uids.last.map { $0 == .max ? $0 : $0 + 1 } ?? 0)
      if start <= range.upperBound, uids.last != .max { uids += start...range.upperBound }
    }
    self.uids = uids
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
