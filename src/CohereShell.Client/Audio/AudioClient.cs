using System.Diagnostics;
using System.Globalization;

namespace CohereShell;

/// <summary>Audio: <see href="https://docs.cohere.com/reference/create-audio-transcription"/>.</summary>
public sealed class AudioClient
{
    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".flac"] = "audio/flac",
        [".mp3"] = "audio/mpeg",
        [".mpeg"] = "audio/mpeg",
        [".mpga"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".wav"] = "audio/wav",
    };

    private readonly ApiPipeline _pipeline;

    internal AudioClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>The extensions of the supported audio files, with the dot.</summary>
    public static IReadOnlyCollection<string> Extensions => MediaTypes.Keys;

    /// <summary>Transcribes an audio file. The file is sent in chunks and is never completely in memory.</summary>
    /// <param name="request">The file and its language.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed, or the file can't be read.</exception>
    public async Task<Transcription> TranscribeAsync(TranscriptionRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!MediaTypes.TryGetValue(System.IO.Path.GetExtension(request.Path), out string? mediaType))
        {
            throw new ArgumentException($"The file '{request.Path}' can't be transcribed. The API accepts these types of audio files: {string.Join(", ", Extensions)}.", nameof(request));
        }

        string model = request.Model ?? DefaultModels.Transcription;
        var elapsed = Stopwatch.StartNew();
        WireTranscription answer = await _pipeline.SendAsync(
            new ApiRequest(Operations.CreateTranscription, options)
            {
                Model = model,
                // The file is last, so that the server knows the settings when the file arrives.
                Form = new MultipartForm()
                    .WithField("model", model)
                    .WithField("language", request.Language)
                    .WithField("temperature", request.Temperature?.ToString("R", CultureInfo.InvariantCulture))
                    .WithFile("file", request.Path, mediaType),
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, AudioJsonContext.Default.WireTranscription) is { Text: not null } wire ? wire : null,
            wire => wire.ToUsage(),
            cancellationToken).ConfigureAwait(false);
        return new Transcription
        {
            Text = answer.Text!,
            Path = request.Path,
            Language = request.Language,
            Model = model,
            Elapsed = elapsed.Elapsed,
            Usage = answer.ToUsage(),
        };
    }
}
