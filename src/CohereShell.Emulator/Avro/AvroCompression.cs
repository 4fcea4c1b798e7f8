namespace CohereShell.Emulation;

/// <summary>How the blocks of an Avro file are compressed.</summary>
internal enum AvroCompression
{
    /// <summary>Raw deflate, as in ZIP files.</summary>
    Deflate,

    /// <summary>Snappy, followed by a checksum.</summary>
    Snappy,
}
