using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>What an embedding is for. See <see href="https://docs.cohere.com/reference/embed"/>.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<EmbedInputType>))]
public enum EmbedInputType
{
    /// <summary>Texts that are stored, to be searched later.</summary>
    SearchDocument,

    /// <summary>A question, to be held against stored texts.</summary>
    SearchQuery,

    /// <summary>Texts for a classifier.</summary>
    Classification,

    /// <summary>Texts that are put into groups.</summary>
    Clustering,

    /// <summary>Images.</summary>
    Image,
}

/// <summary>The form of the numbers of an embedding. See <see href="https://docs.cohere.com/reference/embed"/>.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<EmbeddingType>))]
public enum EmbeddingType
{
    /// <summary>Floating-point numbers of 32 bits.</summary>
    Float,

    /// <summary>Whole numbers from -128 to 127: a quarter of the size.</summary>
    Int8,

    /// <summary>Whole numbers from 0 to 255: a quarter of the size.</summary>
    Uint8,

    /// <summary>One bit a dimension, eight of them in a number from -128 to 127.</summary>
    Binary,

    /// <summary>One bit a dimension, eight of them in a number from 0 to 255.</summary>
    Ubinary,

    /// <summary>The bytes of the floating-point numbers, little end first, in base64.</summary>
    Base64,
}

/// <summary>What becomes of a text that is longer than the model takes.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<TruncateMode>))]
public enum TruncateMode
{
    /// <summary>It is refused.</summary>
    None,

    /// <summary>Its beginning is left out.</summary>
    Start,

    /// <summary>Its end is left out.</summary>
    End,
}
