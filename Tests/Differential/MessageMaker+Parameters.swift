import Foundation

/// Fields with parameters: media types and dispositions in every form of RFC 2231, and in none.
extension MessageMaker {
  /// A Content-Type field.
  ///
  /// - Parameter parameters: each with its name, `=` and value.
  mutating func contentType(_ type: String, _ parameters: [[UInt8]]) -> [UInt8] {
    let name = pick(["Content-Type", "Content-type"], odd: ["CONTENT-TYPE", "Content-Type "])
    let slash = type.split(separator: "/")
    let spelt = pick(
      [type, type, type.uppercased()],
      odd: ["\(slash[0]) / \(slash[1])", "(c)\(type)", "\(type) (comment)", "\(type)/x"])
    var value = Array(spelt.utf8)
    for parameter in parameters {
      value += pick(["; ", ";\n ", ";\n\t", ";"], odd: [" ; ", " ", ";; ", "; (comment) ", ";\n \n "]).utf8
      value += parameter
    }
    value += pick([""], odd: [";", " ", "; ", ";;", "; x"]).utf8
    if isOdd() {
      value = pick([
        [], Array(slash[0].utf8), Array("\(slash[0])/".utf8), Array("/\(slash[1])".utf8), Array("text".utf8),
        Array("=?utf-8?q?text/plain?=".utf8),
      ])
    }
    return Array("\(name): ".utf8) + value + Array("\n".utf8)
  }

  /// `name=value` as a sender writes it; `value` is ASCII.
  mutating func parameter(_ name: String, _ value: String, mustQuote: Bool = false) -> [UInt8] {
    let quoted = "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    let sound = mustQuote ? [quoted] : [quoted, value, "\"\(value)\""]
    let half = value.prefix(value.utf8.count / 2)
    let percent = value.utf8.map { String(format: "%%%02X", $0) }.joined()
    let bare = mustQuote ? quoted : value
    let odd = [
      "\(name)*=us-ascii''\(percent)", "\(name)*0=\"\(half)\"; \(name)*1=\"\(value.dropFirst(half.count))\"",
      "\(name)=\"\(value)", "\(name) = \(quoted)", "\(name)=\(quoted); \(name)=other",
      "\(name)=other; \(name)*=us-ascii''\(percent)",
      "\(name)=\(bare) ", "\(name.uppercased())=\(quoted)", "\(name)='\(value)'", "\(name)=\"\(value) \"",
      "\(name)=\(bare)(c)",
      "\(name)*0*=us-ascii''\(percent.prefix(3)); \(name)*1*=\(percent.dropFirst(3))",
      "\(name)= \(quoted)", "\(name)=\n \(quoted)", "(c)\(name)=\(quoted)", "x=\"y;\(name)=no\"; \(name)=\(quoted)",
    ]
    return Array((isOdd() ? pick(odd) : "\(name)=\(pick(sound))").utf8)
  }

  /// A Content-Disposition field with a file name.
  mutating func disposition() -> [UInt8] {
    let type = pick(
      ["attachment", "attachment", "inline"], odd: ["", "ATTACHMENT", "x-mine", "attachment (c)", "attachment ; x=y"])
    var value = Array(type.utf8)
    if !once(in: 8) {
      value += Array((type.isEmpty ? "" : pick(["; ", ";\n ", ";"], odd: [" ", ";;"])).utf8) + fileName("filename")
    }
    return Array("Content-Disposition: ".utf8) + value + Array("\n".utf8)
  }

  /// The parameter that names a file, in one of its many forms.
  mutating func fileName(_ name: String) -> [UInt8] {
    let sound = [
      "=report.pdf", "=\"annual report.pdf\"", "=\"a;b.txt\"", "=\"a \\\"b\\\".txt\"", "*=utf-8''Zo%C3%AB.txt",
      "*=UTF-8'de'Zo%c3%ab%20x.txt",
      "*=iso-8859-1''Zo%EB.txt", "*0=\"long \"; NAME*1=\"name.txt\"", "*0*=utf-8''Zo%C3; NAME*1*=%AB.txt",
      "*0*=utf-8''Zo%C3%AB%20; NAME*1=\"x%20.txt\"", "=\"100%25.txt\"", "*=koi8-r''%E9%D2.txt", "=\"C:\\\\x.txt\"",
      "=\"a/b.txt\"",
    ]
    let odd = [
      "=annual report (final).pdf", "=\"C:\\tmp\\new.txt\"", "=\"open.txt", "=", "=\"\"", "*=Zo%C3%AB.txt",
      "*=utf-8'Zo%C3%AB.txt",
      "*=x-unknown''Zo%C3%AB.txt", "*=utf-8''Zo%EB.txt", "*=utf-8''Zo%ZZ.txt", "*=utf-8''Zo%C",
      "*=\"utf-8''Zo%C3%AB.txt\"", "*=''plain.txt",
      "*1=b.txt; NAME*0=a", "*0=a; NAME*2=c.txt", "*0=a; NAME*0=x; NAME*1=b.txt", "*00=a; NAME*01=b",
      "=plain.txt; NAME*=utf-8''ext.txt",
      "*=utf-8''ext.txt; NAME=plain.txt", "=first.txt; NAME=second.txt", "=\"=?utf-8?q?Zo=C3=AB.txt?=\"",
      "==?utf-8?q?Zo=C3=AB.txt?=",
      "=\"=?utf-8?q?Zo=C3?= =?utf-8?q?=AB.txt?=\"", "=\"=?iso-8859-1?q?Zo=EB?=.txt\"",
      "*0=\"=?utf-8?q?Zo=C3=AB?=\"; NAME*1=\".txt\"",
      "=\"a\n b.txt\"", "=\"a\tb.txt\"", "=a.txt (comment)", "=a.txt; size=3",
      "=\"a.txt\"; filename=\"b.txt\"; name=\"c.txt\"",
      "*0*=utf-8''a%20; NAME*1*=utf-8''b.txt", "*0=plain%20; NAME*1*=%C3%AB.txt", "*0*=''a; NAME*1=b",
      "*=us-ascii''Zo%EB.txt", "=a.txt,b.txt", "='single.txt'",
      "=Zo\u{EB}.txt", "=\"Zo\u{EB}.txt\"", "=\"nul\u{0}.txt\"", "=\"cr\r.txt\"", "=a=b.txt", "=\"a%20b.txt\"",
      "=[x].txt", "=a@b.txt", "=a b", "*0*=iso-2022-jp''%1B$B;3%1B(B.txt",
      "*=utf-8''%2e%2e%2fetc", "=\"a.txt\" x", "=\"back\\\\\\\\slash\"", "*10=x; NAME*0=y",
    ]
    let latin: [UInt8] = Array("=\"Zo".utf8) + [0xEB] + Array(".txt\"".utf8)
    if once(in: 60) && isOdd() { return Array(name.utf8) + latin }
    return Array((name + pick(sound, odd: odd).replacing("NAME", with: name)).utf8)
  }

  /// A boundary that nobody else has; `outer` is the one around it.
  mutating func boundary(inside outer: String?) -> String {
    boundaries += 1
    let sound = [
      "=_b\(boundaries)", "----=_NextPart_\(boundaries)", "b\(boundaries)", "(b'+_,./:=?)\(boundaries)",
      "b \(boundaries)", "0\(boundaries)",
    ]
    let same = outer.map { [$0 + "x", String($0.dropLast()), $0.uppercased()] } ?? []
    return pick(
      sound + same.prefix(1),
      odd: same.filter { !$0.isEmpty } + [
        "--b\(boundaries)", "b\\\(boundaries)", "b\"\(boundaries)", String(repeating: "b", count: 90) + "\(boundaries)",
        "bé\(boundaries)",
      ])
  }
}
