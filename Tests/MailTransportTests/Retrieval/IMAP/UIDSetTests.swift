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
  }
}
