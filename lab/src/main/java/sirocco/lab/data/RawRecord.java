package sirocco.lab.data;

/// A record as its file has it.
///
/// @param number its line, from 1
/// @param bytes UTF-8: JSON or plain text
@SuppressWarnings("ArrayRecordComponent") // a hot path; never compared
public record RawRecord(long number, byte[] bytes) {}
