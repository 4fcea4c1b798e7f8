namespace CohereShell;

/// <summary>
/// The embedding of a text, an image, or both: numbers that are close to each other if the meanings are. It knows what
/// it was created from. See <see href="https://docs.cohere.com/reference/embed"/>.
/// </summary>
public sealed class Embedding
{
    /// <summary>The position of the input among all inputs of the command or the call, from 0.</summary>
    public long Index { get; set; }

    /// <summary>The text that was embedded.</summary>
    public string? Text { get; set; }

    /// <summary>The file that was embedded.</summary>
    public string? Path { get; set; }

    /// <summary>The object that the text was taken from.</summary>
    public object? InputObject { get; set; }

    /// <summary>The model that created the embedding. Only embeddings of the same model can be compared.</summary>
    public string Model { get; set; } = string.Empty;

    /// <summary>The purpose of the embedding.</summary>
    public EmbedInputType? InputType { get; set; }

    /// <summary>The numbers as 32-bit floating point.</summary>
    public float[]? Vector { get; set; }

    /// <summary>The numbers as integers from -128 to 127.</summary>
    public sbyte[]? Int8 { get; set; }

    /// <summary>The numbers as integers from 0 to 255.</summary>
    public byte[]? Uint8 { get; set; }

    /// <summary>One bit for each dimension. Eight bits form a number from -128 to 127.</summary>
    public sbyte[]? Binary { get; set; }

    /// <summary>One bit for each dimension. Eight bits form a number from 0 to 255.</summary>
    public byte[]? Ubinary { get; set; }

    /// <summary>The bytes of the 32-bit floating-point numbers in base64, little-endian.</summary>
    public string? Base64 { get; set; }

    /// <summary>The number of dimensions.</summary>
    public int Dimension =>
        Vector?.Length
        ?? Int8?.Length
        ?? Uint8?.Length
        ?? (Binary?.Length ?? Ubinary?.Length) * 8
        ?? DecodedLength(Base64) / sizeof(float);

    /// <summary>
    /// The share of the cost of the call, in tokens and images. The API reports one cost for each call. It's divided in
    /// proportion to the lengths of the texts, or equally among images. The shares add up to the cost of the call. Null
    /// if the embedding wasn't created by a call, such as one from a file.
    /// </summary>
    public Usage? Usage { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Text ?? Path ?? Name();

    private string Name() => System.FormattableString.Invariant($"Embedding {Index}");

    private static int DecodedLength(string? base64) =>
        base64 is null ? 0 : (base64.Length / 4 * 3) - (base64.Length - base64.TrimEnd('=').Length);
}
