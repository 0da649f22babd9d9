@testable import HTMLText

/// `html` as plain text, one line for each paragraph.
func plain(_ html: String) -> String {
  HTMLDocument(parsing: html).paragraphs.map { $0.first + $0.text }.joined(separator: "\n")
}

/// `html` as the tags and text that a text browser gets, without line ends.
func markup(_ html: String) -> String {
  HTMLDocument(parsing: html).markup.replacing("\n", with: "").replacing("<html><body>", with: "")
    .replacing("</body></html>", with: "")
}
