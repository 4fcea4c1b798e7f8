namespace CohereShell;

/// <summary>
/// The limits of a call that depend on the model. They are defined here only.
/// See <see href="https://docs.cohere.com/reference/embed"/>.
/// </summary>
/// <param name="ImagesPerCall">The maximum number of images in a call.</param>
/// <param name="BytesPerImage">The maximum size of an image in bytes.</param>
/// <param name="ImageBytesPerCall">The maximum size of all images in a call in bytes.</param>
/// <param name="HasOutputDimension">Whether the dimension can be chosen.</param>
internal sealed record EmbedLimits(int ImagesPerCall, long BytesPerImage, long ImageBytesPerCall, bool HasOutputDimension)
{
    private const long Megabyte = 1024 * 1024;
    private static readonly EmbedLimits Version3 = new(1, 5 * Megabyte, 5 * Megabyte, HasOutputDimension: false);
    private static readonly EmbedLimits Newer = new(EmbedRequest.MaxInputs, 20 * Megabyte, 20 * Megabyte, HasOutputDimension: true);

    /// <summary>The limits of a model. An unknown model has those of the newest one.</summary>
    public static EmbedLimits Of(string model) =>
        model.IndexOf("-v3.", StringComparison.Ordinal) >= 0 || model.IndexOf("-v2.", StringComparison.Ordinal) >= 0 ? Version3 : Newer;
}
