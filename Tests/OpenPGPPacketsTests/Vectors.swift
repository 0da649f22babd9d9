import ByteStreams
import OpenPGPPackets
import TestSupport

/// What GnuPG 2.2.40 made, once.
enum Vectors {
  /// To one cv25519 key, `275D2F8CBAB00F72`.
  static let encrypted = bytes(
    """
    hF4DJ10vjLqwD3ISAQdA6ATRzPgkBFPiDSNOEOKPNteKGSXQXarF3941aEO1ACkwJWyiqvYeMizO
    WWYR0PgTnkcqUEJ9wN8VV8ApZnnkkEHmJpUwsL44cpkwGXTrnZ/60jMBDnToz9CqptTeEaavyuWw
    xn4hkseWT/nHdD/BMfG03rvfBBTQgJX49ZyBrbxzZBld9sg=
    """)

  /// To an unnamed recipient and a passphrase.
  static let encryptedToUnnamed = bytes(
    """
    hF4DAAAAAAAAAAASAQdA0lozM8x51PrBs77+s/5mWKYydejC+QO5VDo7CnMc/3owBI4gnUoVhl3m
    QNSFNqg3dbz/pw1+KPoNyoHfR3VPuRNQkYH6zgSiTfaDlYejkv8yjC4ECQMCZGGPRtvRcWb/+Yj9
    tUqoc9Z7aZICnG/9vUo5cPaf6ntpy1F1Jx71z+Lp0j0B1vEX4T6AhzubOH0zX1PU1oMq5pn5ptyF
    LVsuYLBAKVFTXa+yc0D9cmDmTPBkvMXnhks56k+5LL/pajd5
    """)

  /// An Ed25519 key with a user ID `T <t@x.example>` and a subkey.
  static let certificate = bytes(
    """
    mDMEawNcJRYJKwYBBAHaRw8BAQdAyyjuPVMW3hfERgWJ1NLWLr81DGnEbuS8Ht3NRecgMpK0D1Qg
    PHRAeC5leGFtcGxlPoiQBBMWCAA4FiEEPLyGkuCthQKt0pPOSwQLaWoeSg4FAmsDXCUCGwMFCwkI
    BwIGFQoJCAsCBBYCAwECHgECF4AACgkQSwQLaWoeSg5LfwEA39cJzEIiG6T7XO34MwsBEiH59Fv5
    APMbphjNX3ZvTfcBALJO3464Do35Qj7DOMdgf+tDH7eub3z9AYn5bi4x3MMEuDgEawNcJRIKKwYB
    BAGXVQEFAQEHQLvWC3EdsTkcrq3+jNCpnebFnaK2te7RhGd5ROIn2O01AwEIB4h4BBgWCAAgFiEE
    PLyGkuCthQKt0pPOSwQLaWoeSg4FAmsDXCUCGwwACgkQSwQLaWoeSg4MDAD/ewowB9NxXLT7j9O7
    s8OjcoKcNwKBGrarixn9rsBaUW4A/3HyGPBr364TVHKvKsm6fJDZP8OkY52/84qE3xNVApsD
    """)

  private static func bytes(_ text: String) -> [UInt8] {
    Base64.decode(Array(text.utf8)).bytes
  }
}

extension ByteSource {
  func drain() throws(StreamError) -> [UInt8] {
    try readAll(limit: 1 << 24, what: "a test")
  }
}

/// The armor of `bytes`, written `step` bytes at a time.
func armored(_ bytes: [UInt8], _ kind: ArmorKind = .message, step: Int = 1000) throws -> [UInt8] {
  let target = MemorySink(limit: .max, what: "a test")
  let sink = ArmorSink(kind, into: target)
  try SteppingSource(bytes, step: step).copy(to: sink)
  try sink.finish()
  return target.bytes
}
