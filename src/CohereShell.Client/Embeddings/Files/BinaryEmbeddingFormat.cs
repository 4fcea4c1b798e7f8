namespace CohereShell;

/// <summary>
/// The binary format of embedding files (.cemb). Its purpose is to load embeddings about as fast as the file can be read.
/// All numbers are little-endian, all texts are UTF-8, and checksums are CRC-32C.
/// </summary>
/// <remarks>
/// <code>
/// file      = header, block*, end
///
/// header      8  magic: 89 43 45 4D 42 0D 0A 1A ("\x89CEMB\r\n\x1A"; a transfer as text visibly damages it)
///             2  version: 1
///             2  length of the model's name
///             4  dimension; 0 in a file without embeddings
///             n  the model's name; empty if it isn't known
///             4  checksum of the header up to here
///
/// block      32  block header:
///                 4  marker "BLCK"
///                 4  number of records, 1 or more
///                 8  the position of the first of them in the file, from 0
///                 4  length of the metadata
///                 1  forms of the vectors, one bit each: 1 float, 2 int8, 4 uint8, 8 binary, 16 ubinary, 32 base64
///                 1  input type: 0 none, 1 search_document, 2 search_query, 3 classification, 4 clustering, 5 image
///                 2  zero
///                 4  checksum of the metadata and the vectors
///                 4  checksum of the block header up to here
///             n  metadata of each record:
///                 8  index
///                 4  length of the text, or -1 for none; the text
///                 4  length of the path, or -1 for none; the path
///                 4  length of the input object, or -1 for none; the input object as JSON
///             n  vectors: those of all records in the first form, then in the next, in the order of the bits; 4 bytes per
///                dimension as float and base64 (decoded), 1 byte as int8 and uint8, 1 bit as binary and ubinary
///
/// end         4  marker "CEND"
///             4  zero
///             8  number of records in the file
///             4  checksum of the end up to here
/// </code>
/// All embeddings of a file have the same model and dimension. A block contains embeddings with the same forms and the
/// same input type; when these change, a new block starts. The checksums tell which records are damaged, and the end tells
/// whether the file is complete.
/// </remarks>
internal static class BinaryEmbeddingFormat
{
    public const ushort Version = 1;
    public const int HeaderLength = 16;
    public const int BlockHeaderLength = 32;
    public const int EndLength = 20;
    public const int ChecksumLength = 4;
    public const uint BlockMarker = 0x4b43_4c42;
    public const uint EndMarker = 0x444e_4543;

    /// <summary>
    /// The size in bytes at which a block is written. It fits into the processor's cache while the block is read, checked and
    /// parsed, and is large enough to need few reads.
    /// </summary>
    public const int BlockLength = 256 * 1024;

    /// <summary>A little less than .NET can hold in an array.</summary>
    public const int LongestBlock = int.MaxValue - 64;

    public static ReadOnlySpan<byte> Magic => [0x89, 0x43, 0x45, 0x4d, 0x42, 0x0d, 0x0a, 0x1a];

    /// <summary>The number formats that an embedding has.</summary>
    public static EmbeddingForms FormsOf(Embedding embedding) =>
        (embedding.Vector is null ? EmbeddingForms.None : EmbeddingForms.Float)
        | (embedding.Int8 is null ? EmbeddingForms.None : EmbeddingForms.Int8)
        | (embedding.Uint8 is null ? EmbeddingForms.None : EmbeddingForms.Uint8)
        | (embedding.Binary is null ? EmbeddingForms.None : EmbeddingForms.Binary)
        | (embedding.Ubinary is null ? EmbeddingForms.None : EmbeddingForms.Ubinary)
        | (embedding.Base64 is null ? EmbeddingForms.None : EmbeddingForms.Base64);

    /// <summary>The number formats in the order of their bits.</summary>
    public static readonly EmbeddingForms[] InOrder =
    [
        EmbeddingForms.Float,
        EmbeddingForms.Int8,
        EmbeddingForms.Uint8,
        EmbeddingForms.Binary,
        EmbeddingForms.Ubinary,
        EmbeddingForms.Base64,
    ];

    /// <summary>The size of a vector in bytes in one format.</summary>
    public static int LengthOf(EmbeddingForms form, int dimension) => form switch
    {
        EmbeddingForms.Float or EmbeddingForms.Base64 => dimension * sizeof(float),
        EmbeddingForms.Int8 or EmbeddingForms.Uint8 => dimension,
        _ => dimension / 8,
    };
}

/// <summary>The number formats of the vectors in a block.</summary>
[Flags]
internal enum EmbeddingForms : byte
{
    None = 0,
    Float = 1,
    Int8 = 2,
    Uint8 = 4,
    Binary = 8,
    Ubinary = 16,
    Base64 = 32,
    All = 63,
}
