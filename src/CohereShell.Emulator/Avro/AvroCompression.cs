namespace CohereShell.Emulation;

/// <summary>How the blocks of an Avro file are compressed. Every Avro library can read these, without other packages.</summary>
internal enum AvroCompression
{
    /// <summary>Raw deflate, as in ZIP files.</summary>
    Deflate,

    /// <summary>Not compressed.</summary>
    Null,
}
