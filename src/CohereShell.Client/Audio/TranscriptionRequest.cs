namespace CohereShell;

/// <summary>What a transcription is made of. See <see href="https://docs.cohere.com/reference/create-audio-transcription"/>.</summary>
public sealed record TranscriptionRequest
{
    /// <summary>The audio file: flac, mp3, mpeg, mpga, ogg or wav.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The language that is spoken, as two letters of ISO 639-1: <c>en</c>.</summary>
    public string Language { get; init; } = string.Empty;

    /// <summary>The model; null takes <see cref="DefaultModels.Transcription"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Randomness, 0 to 1; null leaves it to the service.</summary>
    public double? Temperature { get; init; }
}

/// <summary>What is said in an audio file.</summary>
public sealed class Transcription
{
    /// <summary>What is said.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary>The audio file.</summary>
    public string Path { get; internal init; } = string.Empty;

    /// <summary>The language that is spoken, as two letters.</summary>
    public string Language { get; internal init; } = string.Empty;

    /// <summary>The model that listened.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>How long it took, with all retries.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

internal sealed class WireTranscription
{
    public string? Text { get; set; }
}
