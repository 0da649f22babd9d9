/// The names of charsets in mail, and what the C library calls them.
enum CharsetNames {
  /// From the name in small letters to the converter's name.
  static let table: [String: String] = {
    var table: [String: String] = [:]
    for (converter, names) in rows {
      for name in names.split(separator: " ") { table[String(name)] = converter }
    }
    for number in [2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16] {
      for spelling in ["iso-8859-", "iso8859-", "iso_8859-", "iso8859_"] {
        table["\(spelling)\(number)"] = "ISO-8859-\(number)"
      }
    }
    for number in 1250...1258 {
      for spelling in ["windows-", "cp", "cp-", "x-cp", "win-", "ms-ansi-"] {
        table["\(spelling)\(number)"] = "CP\(number)"
      }
    }
    return table
  }()

  /// A superset stands for its subset where mail mixes them up: GB18030 for GB2312, CP949 for EUC-KR and the like.
  private static let rows: [(converter: String, names: String)] = [
    ("UTF-8", "utf-8 utf8 unicode-1-1-utf-8 x-unicode-2-0-utf-8 cp65001 utf-8-mac"),
    ("US-ASCII", "us-ascii ascii us ansi_x3.4-1968 ansi_x3.4-1986 iso646-us iso-ir-6 646 cp367 ibm367"),
    ("CP1252", "iso-8859-1 iso8859-1 iso_8859-1 iso8859_1 iso88591 iso-ir-100 latin1 latin-1 l1 cp819 ibm819"),
    ("ISO-8859-2", "latin2 latin-2 l2 iso-ir-101"),
    ("ISO-8859-3", "latin3 l3"),
    ("ISO-8859-4", "latin4 l4"),
    ("ISO-8859-5", "cyrillic"),
    ("ISO-8859-6", "arabic iso-8859-6-i iso-8859-6-e"),
    ("ISO-8859-7", "greek greek8"),
    ("ISO-8859-8", "hebrew iso-8859-8-i iso-8859-8-e"),
    ("ISO-8859-9", "latin5 l5"),
    ("ISO-8859-10", "latin6 l6"),
    ("ISO-8859-15", "latin9 latin-9 latin0"),
    ("CP874", "windows-874 cp874 tis-620 tis620 iso-8859-11 iso8859-11"),
    ("KOI8-R", "koi8-r koi8r koi8"),
    ("KOI8-U", "koi8-u koi8u koi8-ru"),
    ("MACINTOSH", "macintosh mac x-mac-roman x-mac macroman"),
    ("GB18030", "gb18030 gb2312 gb_2312-80 gbk x-gbk cp936 ms936 euc-cn chinese csgb2312"),
    ("BIG5-HKSCS", "big5 big-5 cn-big5 x-x-big5 csbig5 big5-hkscs cp950"),
    ("ISO-2022-JP", "iso-2022-jp iso-2022-jp-1 csiso2022jp"),
    ("ISO-2022-JP-2", "iso-2022-jp-2 csiso2022jp2"),
    ("CP932", "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932"),
    ("EUC-JP", "euc-jp x-euc-jp x-euc eucjp"),
    ("CP949", "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 cp949 uhc cseuckr"),
    ("ISO-2022-KR", "iso-2022-kr csiso2022kr"),
    ("UTF-16", "utf-16 utf16 unicode ucs-2"),
    ("UTF-16LE", "utf-16le unicodelittle"),
    ("UTF-16BE", "utf-16be unicodebig unicodefffe"),
    ("UTF-32", "utf-32 utf32"),
    ("UTF-7", "utf-7 unicode-1-1-utf-7 csunicode11utf7"),
    ("CP437", "cp437 ibm437 cp-437"),
    ("CP850", "cp850 ibm850 cp-850"),
    ("CP852", "cp852 ibm852 cp-852"),
    ("CP855", "cp855 ibm855"),
    ("CP866", "cp866 ibm866 cp-866"),
    ("VISCII", "viscii csviscii"),
  ]
}
