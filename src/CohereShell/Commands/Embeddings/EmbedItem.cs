namespace CohereShell.Commands;

/// <summary>An input of New-CohereEmbedding: what is sent, and what is copied to its embedding.</summary>
internal sealed class EmbedItem(long index, object target)
{
    public long Index { get; } = index;

    /// <summary>The target object of an error about this input.</summary>
    public object Target { get; } = target;

    public string? Text { get; init; }

    public string? Path { get; init; }

    public object? InputObject { get; init; }

    /// <summary>The input object as JSON, for a file.</summary>
    public byte[]? Json { get; set; }

    /// <summary>The id of the input object, for a file.</summary>
    public string? Id { get; set; }

    /// <summary>
    /// The image as a data URI. It's released once it's embedded: it can be large, and the result may have to wait.
    /// </summary>
    public string? Image { get; private set; }

    /// <summary>Texts and images that are combined in one embedding.</summary>
    public EmbedInput? Mixed { get; private set; }

    public long ImageBytes { get; private init; }

    public int ImageCount { get; private init; }

    public EmbedItemKind Kind { get; private init; }

    public static EmbedItem FromImage(long index, string path, string dataUri, object? inputObject) => new(index, inputObject ?? path)
    {
        Path = path,
        Image = dataUri,
        ImageBytes = BytesIn(dataUri),
        ImageCount = 1,
        Kind = EmbedItemKind.Image,
    };

    public static EmbedItem FromMixed(long index, EmbedInput input, string text, object target)
    {
        long bytes = 0;
        int images = 0;
        foreach (EmbedContent part in input.Content)
        {
            bytes += part.ImageUrl is { } image ? BytesIn(image.Url) : 0;
            images += part.ImageUrl is null ? 0 : 1;
        }

        return new EmbedItem(index, target)
        {
            Text = text,
            InputObject = target,
            Mixed = input,
            ImageBytes = bytes,
            ImageCount = images,
            Kind = EmbedItemKind.Mixed,
        };
    }

    public void ReleaseImages()
    {
        Image = null;
        Mixed = null;
    }

    private static long BytesIn(string dataUri) => dataUri.Length / 4L * 3;
}

/// <summary>The field of the request that contains the input. All inputs of a call use the same field.</summary>
internal enum EmbedItemKind
{
    Text,
    Image,
    Mixed,
}
