/// One piece of html as it stands in the text; comments, declarations and processing instructions leave no token.
enum HTMLToken: Equatable {
  /// Text, its character references decoded.
  case text(String)
  case start(HTMLTag)
  /// The name in small letters.
  case end(String)
}

/// A start tag, with the attributes that this library has a use for.
struct HTMLTag: Equatable {
  /// In small letters, cut at `HTMLTokenizer.nameLimit`.
  let name: String
  /// By name in small letters; of a repeated one the first counts.
  let attributes: [String: String]
  /// Whether it ends in `/>`, which means something in drawings alone.
  let isSelfClosing: Bool

  /// The attribute's value; nil when it is missing.
  subscript(_ name: String) -> String? { attributes[name] }
}
