namespace CohereShell.Emulation;

/// <summary>A request to embed that Cohere would not refuse.</summary>
/// <param name="Model">The model.</param>
/// <param name="Dimension">How many numbers an embedding has.</param>
/// <param name="Types">The forms that are asked for, each once.</param>
/// <param name="Inputs">What gets an embedding each.</param>
/// <param name="Texts">The texts as they were sent, where the call is one of texts.</param>
/// <param name="IsOfImages">Whether the call is one of images alone.</param>
internal sealed record EmbedCall(
    EmulatedModel Model,
    int Dimension,
    IReadOnlyList<string> Types,
    IReadOnlyList<EmbedCallInput> Inputs,
    IReadOnlyList<string> Texts,
    bool IsOfImages);

/// <summary>What gets one embedding: a text, an image, or some of both.</summary>
/// <param name="Text">The text, cut to what the model takes; empty for an image.</param>
/// <param name="Tokens">How many tokens that is.</param>
/// <param name="Images">The images.</param>
internal sealed record EmbedCallInput(string Text, int Tokens, IReadOnlyList<EmbedCallImage> Images);

internal sealed record EmbedCallImage(byte[] Bytes, ImageInfo Info);
