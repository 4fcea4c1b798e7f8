namespace CohereShell;

/// <summary>
/// What the models take in one call, where it depends on the model: the only place where it is written.
/// See <see href="https://docs.cohere.com/reference/embed"/>.
/// </summary>
/// <param name="ImagesPerCall">The most images of a call.</param>
/// <param name="BytesPerImage">The most bytes of an image.</param>
/// <param name="ImageBytesPerCall">The most bytes of all images of a call together.</param>
/// <param name="HasOutputDimension">Whether the dimension can be chosen.</param>
internal sealed record EmbedLimits(int ImagesPerCall, long BytesPerImage, long ImageBytesPerCall, bool HasOutputDimension)
{
    private const long Megabyte = 1024 * 1024;
    private static readonly EmbedLimits Version3 = new(1, 5 * Megabyte, 5 * Megabyte, HasOutputDimension: false);
    private static readonly EmbedLimits Newer = new(EmbedRequest.MaxInputs, 20 * Megabyte, 20 * Megabyte, HasOutputDimension: true);

    /// <summary>The limits of a model; one that is not known by its name has those of the newest.</summary>
    public static EmbedLimits Of(string model) =>
        model.IndexOf("-v3.", StringComparison.Ordinal) >= 0 || model.IndexOf("-v2.", StringComparison.Ordinal) >= 0 ? Version3 : Newer;
}
