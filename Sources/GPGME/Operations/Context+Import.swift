package import ByteStreams
import CGPGME
import OpenPGPPackets

extension Context {
  /// Takes certificates and secret keys into the keyring without certifications by others.
  ///
  /// Binary, or armored blocks with text around them. Nothing becomes trusted by it. Certifications by others are cut off because
  /// anybody can add thousands of bogus ones to a certificate, which make gpg slow for ever.
  /// - Parameters:
  ///   - data: Bounded by the caller; held in memory.
  /// - Throws: `.noData` when there is no key in the data, `.malformed`, `.stream` and what else can befall gpg. A key that gpg
  ///   refused is an entry with a failure.
  ///
  /// GPGME: `gpgme_op_keylist_from_data_start`, `gpgme_op_import`
  package mutating func importKeys(_ data: ByteStore) throws(GPGMEError) -> ImportReport {
    let blocks: [any ByteSource]
    do throws(StreamError) {
      blocks = Self.armoredBlocks(of: try data.read(0..<data.count))
    } catch {
      throw GPGMEError(.importKeys, cause: .stream(error))
    }
    let known: [Certificate]
    do throws(GPGMEError) {
      known = try preview(data.source())
    } catch {
      // A bare revocation is no certificate: gpg says whether it serves.
      guard error.cause == .noData else { throw error }
      return try importUnchanged(data.source())
    }
    return try importUnchanged(SelfSignatureSource(ConcatenatedSource(blocks), keeping: Set(known.map(\.keyID))))
  }

  /// One binary source for each armored block of the data; the data itself when it is binary.
  package static func armoredBlocks(of bytes: [UInt8]) -> [any ByteSource] {
    guard let first = bytes.first, first & 0x80 == 0 || first == 0xEF else { return [ArraySource(bytes)] }
    let mark = Array("-----BEGIN PGP P".utf8)
    var starts: [Int] = []
    var index = 0
    while let dash = bytes[index...].firstIndex(of: UInt8(ascii: "-")) {
      let found = bytes[dash...].starts(with: mark)
      if found { starts.append(dash) }
      index = dash + (found ? mark.count : 1)
    }
    return zip(starts, starts.dropFirst() + [bytes.count]).map { start, end in
      DearmorSource(ArraySource(Array(bytes[start..<end])))
    }
  }

  /// Takes certificates and secret keys into the keyring with everything that hangs on them; binary or armored.
  ///
  /// The caller limits the size of the data. Nothing becomes trusted by it.
  /// - Throws: `.noData` when there is no key in the data, `.malformed`, `.stream` and what else can befall gpg. A key that gpg
  ///   refused is an entry with a failure.
  ///
  /// GPGME: `gpgme_op_import`
  package mutating func importUnchanged(_ source: any ByteSource) throws(GPGMEError) -> ImportReport {
    let data = try DataObject.reading(source, for: self)
    let input = unsafe data.handle
    let code = unsafe try verdict(.importKeys, streams: [data.box]) { context in
      unsafe gpgme_op_import_start(context, input)
    }
    let report = importReport()
    // gpg calls an import a failure when one of several keys was strange: what was taken in counts.
    guard let report, !report.isEmpty else {
      throw GPGMEError(.importKeys, cause: code == 0 ? .noData : cause(of: code))
    }
    return report
  }

  private func importReport() -> ImportReport? {
    // The result belongs to the context until the next operation.
    guard let result = unsafe gpgme_op_import_result(handle) else { return nil }
    var entries: [ImportReport.Entry] = []
    var next = unsafe result.pointee.imports
    while let status = unsafe next {
      let value = unsafe status.pointee
      if let fingerprint = unsafe text(value.fpr).flatMap({ Fingerprint($0) }) {
        let failure = unsafe value.result == 0 ? nil : GPGMEError.Cause.words(value.result)
        let entry = ImportReport.Entry(
          fingerprint: fingerprint, changes: ImportChanges(rawValue: unsafe value.status), failure: failure)
        // A secret key is reported twice: once for its certificate.
        if let index = entries.firstIndex(where: { $0.fingerprint == fingerprint }) {
          let known = entries[index]
          entries[index] = ImportReport.Entry(
            fingerprint: fingerprint, changes: known.changes.union(entry.changes), failure: known.failure ?? failure)
        } else {
          entries.append(entry)
        }
      }
      unsafe next = status.pointee.next
    }
    let value = unsafe result.pointee
    let skipped = unsafe value.no_user_id + value.skipped_v3_keys + value.not_imported + value.skipped_new_keys
    return ImportReport(
      entries: entries, revocations: Int(unsafe value.new_revocations), skipped: Int(skipped))
  }

  /// The certificates that data holds, without taking them in; binary or armored.
  ///
  /// The caller limits the size of the data.
  ///
  /// Their validity is unknown and `hasSecret` tells whether the data itself holds secret keys.
  /// - Throws: `.noData` when there is none, `.stream` and what else can befall gpg.
  ///
  /// GPGME: `gpgme_op_keylist_from_data_start`
  package mutating func preview(_ source: any ByteSource) throws(GPGMEError) -> [Certificate] {
    let data = try DataObject.reading(source, for: self)
    let input = unsafe data.handle
    unsafe gpgme_set_keylist_mode(handle, gpgme_keylist_mode_t(GPGME_KEYLIST_MODE_LOCAL))
    let found = unsafe try listed(subject: nil, operation: .preview, streams: [data.box]) { context in
      unsafe gpgme_op_keylist_from_data_start(context, input, 0)
    }
    if found.isEmpty { throw GPGMEError(.preview, cause: .noData) }
    return found
  }
}
