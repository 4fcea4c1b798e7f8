namespace CohereShell;

/// <summary>
/// The settings of a transcription. See <see href="https://docs.cohere.com/reference/create-audio-transcription"/>.
/// </summary>
public sealed record TranscriptionRequest
{
    /// <summary>The audio file: flac, mp3, mpeg, mpga, ogg or wav.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The spoken language, as a two-letter ISO 639-1 code: <c>en</c>.</summary>
    public string Language { get; init; } = string.Empty;

    /// <summary>The model; null uses <see cref="DefaultModels.Transcription"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The randomness, from 0 to 1; null leaves it to the service.</summary>
    public double? Temperature { get; init; }
}

/// <summary>The transcription of an audio file.</summary>
public sealed class Transcription
{
    /// <summary>The transcribed text.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary>The audio file.</summary>
    public string Path { get; internal init; } = string.Empty;

    /// <summary>The spoken language, as a two-letter code.</summary>
    public string Language { get; internal init; } = string.Empty;

    /// <summary>The model that transcribed the file.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>The duration of the call, including retries.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>The cost, if the service reports one.</summary>
    public Usage Usage { get; internal init; } = Usage.None;

    /// <inheritdoc/>
    public override string ToString() => Text;
}

internal sealed class WireTranscription
{
    public string? Text { get; set; }

    public WireUsage? Usage { get; set; }

    public WireUsage? Meta { get; set; }

    public Usage ToUsage() => (Usage ?? Meta)?.ToUsage() ?? CohereShell.Usage.None;
}
