using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The purpose of an embedding. See <see href="https://docs.cohere.com/reference/embed"/>.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<EmbedInputType>))]
public enum EmbedInputType
{
    /// <summary>A text to store and search later.</summary>
    SearchDocument,

    /// <summary>A query to compare with stored texts.</summary>
    SearchQuery,

    /// <summary>A text for a classifier.</summary>
    Classification,

    /// <summary>A text to group with similar texts.</summary>
    Clustering,

    /// <summary>An image.</summary>
    Image,
}

/// <summary>The number format of an embedding. See <see href="https://docs.cohere.com/reference/embed"/>.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<EmbeddingType>))]
public enum EmbeddingType
{
    /// <summary>32-bit floating-point numbers.</summary>
    Float,

    /// <summary>Integers from -128 to 127: a quarter of the size.</summary>
    Int8,

    /// <summary>Integers from 0 to 255: a quarter of the size.</summary>
    Uint8,

    /// <summary>One bit for each dimension. Eight bits form a number from -128 to 127.</summary>
    Binary,

    /// <summary>One bit for each dimension. Eight bits form a number from 0 to 255.</summary>
    Ubinary,

    /// <summary>The bytes of the floating-point numbers in base64, little-endian.</summary>
    Base64,
}

/// <summary>What happens to a text that is longer than the model accepts.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<TruncateMode>))]
public enum TruncateMode
{
    /// <summary>The text is refused.</summary>
    None,

    /// <summary>The start of the text is removed.</summary>
    Start,

    /// <summary>The end of the text is removed.</summary>
    End,
}
