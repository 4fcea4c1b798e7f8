using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Invoke-CohereTranscription: transcribes audio files. See <see
/// href="https://docs.cohere.com/reference/create-audio-transcription"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereTranscription", HelpUri = OnlineHelp.CreateAudioTranscription, DefaultParameterSetName = FilePaths.PathSet)]
[OutputType(typeof(Transcription))]
public sealed class InvokeCohereTranscriptionCommand : CohereParallelCommand
{
    private OrderedCalls<string, Transcription>? _calls;
    private string _language = string.Empty;

    /// <summary>Paths of the audio files. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the audio files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The spoken language: two letters of ISO 639-1, or a culture.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(LanguageCompleter))]
    [ValidateNotNullOrEmpty]
    public string Language { get; set; } = string.Empty;

    /// <summary>The model. By default, cohere-transcribe-03-2026.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TranscriptionModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Randomness of the output, from 0 to 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? Temperature { get; set; }

    private OrderedCalls<string, Transcription> Calls => _calls ??= new(this, ThrottleLimit, (_, transcription) => WriteObject(transcription), (path, failure) => WriteFailure(failure, path));

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("language", "-Language"),
        ("file", "-Path"),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // A culture such as de-DE also names a region. The API takes only the language.
        _language = Language.Split('-', '_')[0].ToLowerInvariant();
        if (_language.Length != 2 || !_language.All(letter => letter is >= 'a' and <= 'z'))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"'{Language}' isn't a language of ISO 639-1.",
                "Specify two letters, such as en for English or de for German. Press Tab to complete them.",
                Language));
        }

        base.BeginProcessing();
    }

    private protected override void ReadInput()
    {
        foreach (string file in FilePaths.Given(this, Path, LiteralPath))
        {
            Transcribe(file);
        }
    }

    private protected override void Complete() => Calls.Complete();

    private void Transcribe(string file)
    {
        if (Problem(new FileInfo(file)) is { } error)
        {
            WriteError(error);
            return;
        }

        var request = new TranscriptionRequest { Path = file, Language = _language, Model = Model, Temperature = Temperature };
        Calls.Begin(file, token => Client.Audio.TranscribeAsync(request, Options, token));
        // After the call and not before the next one: if no other call is in flight, its result is written before the
        // next file is read.
        Calls.MakeRoom();
    }

    // Problems that can be found before the file is sent.
    private static ErrorRecord? Problem(FileInfo file) =>
        !AudioClient.Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase)
            ? ErrorRecords.NotAnAudioFile(
                file.FullName,
                $"isn't in a format that the API can transcribe ({string.Join(", ", AudioClient.Extensions.Select(extension => extension.TrimStart('.')))})",
                "Convert the file to one of these formats, for example with ffmpeg.")
        : file.Length == 0 ? ErrorRecords.NotAnAudioFile(file.FullName, "is empty", "Record it again, or leave out empty files: Where-Object Length")
        : null;
}
