import TestSupport
import Testing

@testable import MailTransport

@Suite struct UIDSetTests {
  @Test func `many messages are named in short`() {
    #expect(UIDSet([7, 1, 3, 2, 2]).texts() == ["1:3,7"])
    #expect(UIDSet([UInt32]()).texts().isEmpty)
    #expect(UIDSet([4_294_967_295]).texts() == ["4294967295"])
    #expect(UIDSet(1...1000).texts(count: 400) == ["1:400", "401:800", "801:1000"])
    let texts = UIDSet(stride(from: UInt32(1), to: 100_000, by: 2)).texts()
    #expect(texts.allSatisfy { $0.utf8.count <= 4000 })
    #expect(texts.compactMap(UIDSet.init).flatMap(\.uids) == Array(stride(from: UInt32(1), to: 100_000, by: 2)))
  }

  @Test(arguments: ["", "0", "1:", ":1", "1,", "*", "1:*", "1:2:3", "-1", "1:4294967295", "4294967296", "1:2000001"])
  func `a set that is none or too large is refused`(text: String) {
    #expect(UIDSet(text) == nil)
  }

  @Test func `sets are read in any order`() {
    #expect(UIDSet("9,3:1,2")?.uids == [1, 2, 3, 9])
    #expect(UIDSet("4294967295,4294967294:4294967295")?.uids == [4_294_967_294, 4_294_967_295])
    #expect(UIDSet("5:7,1:9,8:12,12")?.uids == Array(1...12))
    #expect(UIDSet([UInt32.max, 1, .max, 1]).uids == [1, .max])
  }

  @Test func `the largest set costs no more than its numbers`() throws {
    let time = try ProcessorTime.seconds { () throws in
      #expect(try #require(UIDSet("1:8,1999992:1")).uids.count == 1_999_992)
    }
    #expect(time < 3)
  }
}
