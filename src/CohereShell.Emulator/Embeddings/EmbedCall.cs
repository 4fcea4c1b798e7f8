namespace CohereShell.Emulation;

/// <summary>A validated embed request.</summary>
/// <param name="Model">The model.</param>
/// <param name="Dimension">The number of dimensions of an embedding.</param>
/// <param name="Types">The requested formats, without duplicates.</param>
/// <param name="Inputs">The inputs. Each of them gets an embedding.</param>
/// <param name="Texts">The original texts, if the request contains texts.</param>
/// <param name="IsOfImages">Whether the request contains only images.</param>
internal sealed record EmbedCall(
    EmulatedModel Model,
    int Dimension,
    IReadOnlyList<string> Types,
    IReadOnlyList<EmbedCallInput> Inputs,
    IReadOnlyList<string> Texts,
    bool IsOfImages);

/// <summary>An input that gets one embedding: a text, an image, or a combination of both.</summary>
/// <param name="Text">The text, truncated to the limit of the model. Empty for an image.</param>
/// <param name="Tokens">The number of tokens of the text.</param>
/// <param name="Images">The images.</param>
internal sealed record EmbedCallInput(string Text, int Tokens, IReadOnlyList<EmbedCallImage> Images);

internal sealed record EmbedCallImage(byte[] Bytes, ImageInfo Info);
