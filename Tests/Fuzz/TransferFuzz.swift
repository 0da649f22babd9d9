import ByteStreams
import MIME

/// Transfer encodings, charsets and line ends: how a stream is cut changes nothing, and what was encoded comes back.
///
/// The first octet chooses the charset and what is odd about the text.
enum TransferFuzz {
  private static let charsets = [
    "utf-8", "iso-8859-1", "koi8-r", "gb18030", "big5", "iso-2022-jp", "shift_jis", "euc-jp", "euc-kr", "iso-2022-kr",
    "utf-16", "utf-16le", "utf-32", "utf-7", "us-ascii", "windows-1252", "unknown",
  ]

  static func run(_ input: [UInt8]) {
    let selector = Int(input.first ?? 0)
    let body = Array(input.dropFirst())
    decode(body)
    encode(body)
    charset(charsets[selector % charsets.count], body)
    lines(body)
    flowed(body, selector >= 128 ? .deleted : .kept)
  }

  /// What `transform` makes of the body, whole and in pieces.
  private static func both(
    _ claim: String, _ body: [UInt8], _ transform: (any ByteSource) -> any ByteSource
  ) -> [UInt8] {
    let whole = unfailing(claim) { try transform(ArraySource(body)).all() }
    let pieces = unfailing(claim) { try transform(CutSource(body)).all() }
    require(whole == pieces, "\(claim) alike in pieces")
    return whole
  }

  private static func decode(_ body: [UInt8]) {
    for encoding in [ContentTransferEncoding.base64, .quotedPrintable, .sevenBit] {
      let content = both("\(encoding) decodes", body, encoding.decoding)
      require(content.count <= body.count, "nothing grows when it is decoded")
    }
    let (bytes, _) = Base64.decode(body)
    require(bytes == both("base64 decodes", body, ContentTransferEncoding.base64.decoding), "both decoders agree")
  }

  private static func encode(_ body: [UInt8]) {
    let base64 = both("base64 encodes", body) { Base64EncodingSource($0) }
    require(both("base64 decodes", base64) { Base64DecodingSource($0) } == body, "base64 comes back")
    let binary = both("binary encodes", body) { QuotedPrintableEncodingSource($0, content: .binary) }
    require(both("it decodes", binary) { QuotedPrintableDecodingSource($0) } == body, "quoted-printable comes back")
    let text = both("text encodes", body) { QuotedPrintableEncodingSource($0, content: .text) }
    // A bare CR is content here, as it is in what is signed.
    let canonical = both("line feeds change", body) { SignedTextSource($0) }
    require(both("it decodes", text) { QuotedPrintableDecodingSource($0) } == canonical, "text comes back with CRLF")
    for encoded in [base64, binary, text] {
      let scan = unfailing("it can be scanned") { try LineScan(ArraySource(encoded)) }
      require(!scan.hasTrailingBlank && !scan.hasFromLine && !scan.hasBareCR && !scan.hasBareLF, "lines are safe")
      require(scan.highCount == 0 && !scan.hasNUL, "all is ASCII")
      require(encoded.split(separator: 0x0A).allSatisfy { $0.count <= 77 }, "no line has more than 76 characters")
    }
  }

  private static func charset(_ name: String, _ body: [UInt8]) {
    let charset = Charset(named: name)
    let decoded = { (source: any ByteSource) in TransformedSource(source, CharsetDecoder(charset)) }
    // The C library answers in another way to half a surrogate pair of UTF-7 where the text is cut there.
    let text =
      name == "utf-7"
      ? unfailing("it decodes") { try decoded(ArraySource(body)).all() } : both("\(name) decodes", body, decoded)
    require(String(validating: text, as: UTF8.self) != nil, "what was decoded is UTF-8")
    _ = Charset.decode(body, named: name)
  }

  private static func lines(_ body: [UInt8]) {
    let crlf = both("line ends change", body) { CRLFSource($0) }
    require(both("line ends stay", crlf) { CRLFSource($0) } == crlf, "what has CRLF stays")
    let unquoted = both("From lines are unquoted", body) { TransformedSource($0, MboxUnquoting()) }
    require(unquoted.count <= body.count, "unquoting only takes away")
    let blocks = InlineBlocks(in: body)
    require(blocks.blocks.reduce(0) { $0 + $1.text.count } <= body.count, "blocks are what stands in the text")
    let whole = unfailing("it can be scanned") { try LineScan(ArraySource(body)) }
    require(unfailing("it can be scanned") { try LineScan(CutSource(body)) } == whole, "pieces scan the same")
  }

  private static func flowed(_ body: [UInt8], _ space: FlowedText.TrailingSpace) {
    // Octets that are no UTF-8 would grow.
    guard let text = String(validating: body, as: UTF8.self) else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let paragraphs = FlowedText.unfold(lines.map(String.init), trailingSpace: space)
    require(paragraphs.count <= lines.count, "paragraphs are no more than lines")
    let shown = paragraphs.reduce(0) { $0 + $1.quoteDepth + $1.text.utf8.count }
    require(shown <= body.count, "no text is made up")
  }
}
