/// The names of characters that html of mail uses: those of HTML 4, and of the newer ones those that hide something in a link or
/// stand in text.
enum EntityNames {
  /// From the name to its character.
  static let table: [String: String] = {
    var table = open
    for row in rows {
      for pair in row.split(separator: " ") {
        guard let character = pair.last else { continue }
        for name in pair.dropLast().split(separator: "=") { table[String(name)] = String(character) }
      }
    }
    for (name, value) in invisible { table[name] = String(value) }
    return table
  }()

  /// The names that also count without a semicolon.
  static let open: [String: String] = {
    var table = ["amp": "&", "AMP": "&", "lt": "<", "LT": "<", "gt": ">", "GT": ">", "quot": "\"", "QUOT": "\""]
    table["COPY"] = "\u{A9}"
    table["REG"] = "\u{AE}"
    for (offset, name) in latin1.split(separator: " ").enumerated() {
      if let scalar = Unicode.Scalar(UInt32(0xA0 + offset)) { table[String(name)] = String(scalar) }
    }
    return table
  }()

  /// The longest of `open`.
  static let openLength = 6

  /// U+00A0 to U+00FF in order.
  private static let latin1 = """
    nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
    para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
    Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
    Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
    igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute \
    thorn yuml
    """

  private static let rows = [
    "apos=' excl=! num=# dollar=$ percnt=% lpar=( rpar=) ast=* plus=+ comma=, period=. sol=/ colon=: semi=; equals== quest=?",
    "commat=@ lsqb=lbrack=[ bsol=\\ rsqb=rbrack=] lowbar=_ grave=` lcub=lbrace={ verbar=vert=| rcub=rbrace=}",
    "OElig=Œ oelig=œ Scaron=Š scaron=š Zcaron=Ž zcaron=ž Ccaron=Č ccaron=č Yuml=Ÿ fnof=ƒ circ=ˆ tilde=˜ inodot=ı lstrok=ł",
    "Alpha=Α Beta=Β Gamma=Γ Delta=Δ Epsilon=Ε Zeta=Ζ Eta=Η Theta=Θ Iota=Ι Kappa=Κ Lambda=Λ Mu=Μ Nu=Ν Xi=Ξ Omicron=Ο Pi=Π",
    "Rho=Ρ Sigma=Σ Tau=Τ Upsilon=Υ Phi=Φ Chi=Χ Psi=Ψ Omega=Ω alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η",
    "theta=θ iota=ι kappa=κ lambda=λ mu=μ nu=ν xi=ξ omicron=ο pi=π rho=ρ sigmaf=ς sigma=σ tau=τ upsilon=υ phi=φ chi=χ",
    "psi=ψ omega=ω thetasym=ϑ upsih=ϒ piv=ϖ hyphen=‐ dash=‐ ndash=– mdash=— horbar=― lsquo=‘ rsquo=’ sbquo=‚ ldquo=“ rdquo=”",
    "bdquo=„ dagger=† Dagger=‡ bull=bullet=• hellip=mldr=… permil=‰ prime=′ Prime=″ lsaquo=‹ rsaquo=› oline=‾ frasl=⁄ euro=€",
    "image=ℑ weierp=℘ real=ℜ trade=™ alefsym=ℵ numero=№ larr=← uarr=↑ rarr=→ darr=↓ harr=↔ crarr=↵ lArr=⇐ uArr=⇑ rArr=⇒",
    "dArr=⇓ hArr=⇔ forall=∀ part=∂ exist=∃ empty=∅ nabla=∇ isin=∈ notin=∉ ni=∋ prod=∏ sum=∑ minus=− lowast=∗ radic=√ prop=∝",
    "infin=∞ ang=∠ and=∧ or=∨ cap=∩ cup=∪ int=∫ there4=∴ sim=∼ cong=≅ asymp=≈ ne=≠ equiv=≡ le=≤ ge=≥ sub=⊂ sup=⊃ nsub=⊄",
    "sube=⊆ supe=⊇ oplus=⊕ otimes=⊗ perp=⊥ sdot=⋅ lceil=⌈ rceil=⌉ lfloor=⌊ rfloor=⌋ lang=⟨ rang=⟩ loz=◊ spades=♠ clubs=♣",
    "hearts=♥ diams=♦ star=☆ starf=★ phone=☎ check=✓ cross=✗ square=□ squ=□ half=½ middot=·",
  ]

  private static let invisible: [String: Unicode.Scalar] = [
    "Tab": "\u{9}", "NewLine": "\u{A}", "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}",
    "hairsp": "\u{200A}",
    "numsp": "\u{2007}", "puncsp": "\u{2008}", "NonBreakingSpace": "\u{A0}", "ZeroWidthSpace": "\u{200B}",
    "zwnj": "\u{200C}",
    "zwj": "\u{200D}", "lrm": "\u{200E}", "rlm": "\u{200F}", "NoBreak": "\u{2060}",
  ]
}
