namespace CohereShell.Emulation;

/// <summary>How the blocks of an Avro file are compressed.</summary>
internal enum AvroCompression
{
    /// <summary>As in ZIP files.</summary>
    Deflate,

    /// <summary>Snappy, and a checksum behind it.</summary>
    Snappy,
}
