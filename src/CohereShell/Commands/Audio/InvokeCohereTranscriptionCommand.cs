using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// Invoke-CohereTranscription: transcribes audio files. See <see
/// href="https://docs.cohere.com/reference/create-audio-transcription"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereTranscription", HelpUri = OnlineHelp.CreateAudioTranscription, DefaultParameterSetName = FilePaths.PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(Transcription), typeof(FileInfo))]
public sealed class InvokeCohereTranscriptionCommand : CohereParallelCommand
{
    private readonly ItemProgress _progress = new("Transcribing", "transcribed", isSlow: true);
    private OrderedCalls<string, Transcription>? _calls;
    private FileResults? _file;
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

    /// <summary>
    /// Path of a .jsonl or .csv file to which each result is appended as it arrives, used exactly as typed: no wildcards.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Continues the file of -OutFile and skips audio files whose path is in it.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the file when it's complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private OrderedCalls<string, Transcription> Calls => _calls ??= new(this, ThrottleLimit, Write, (path, failure) => WriteFailure(failure, path, path)) { Progress = _progress };

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
        _file = FileResults.Open(this, OutFile, Resume, Force, nameof(Transcription.Path));
        _file?.Begin(nameof(Transcription.Path), nameof(Transcription.Text), nameof(Transcription.Language), nameof(Transcription.Model));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _file?.Dispose();
        }
    }

    private protected override ItemProgress? Progress => _progress;

    private protected override bool PlansCalls => true;

    private protected override bool ConfirmsCalls => true;

    private protected override void ReadInput()
    {
        foreach (string file in FilePaths.Given(this, Path, LiteralPath))
        {
            Transcribe(file);
        }
    }

    private protected override void Complete()
    {
        Calls.Complete();
        _file?.Complete(PassThru);
    }

    private void Transcribe(string file)
    {
        if (_file is not null && !_file.TryBegin(file, file))
        {
            return;
        }

        if (Problem(new FileInfo(file)) is { } error)
        {
            WriteError(error);
            return;
        }

        var request = new TranscriptionRequest { Path = file, Language = _language, Model = Model, Temperature = Temperature };
        CohereClient client = Client;
        RequestOptions options = Options;
        Calls.Begin(file, token => _file is null
            ? client.Audio.TranscribeAsync(request, options, token)
            : _file.AppendAsync(file, client.Audio.TranscribeAsync(request, options, token), RowOf));
        // After the call and not before the next one: if no other call is in flight, its result is written before the
        // next file is read.
        Calls.MakeRoom();
    }

    private void Write(string path, Transcription transcription)
    {
        _progress.Add(this);
        if (_file is null)
        {
            WriteObject(transcription);
        }
        else
        {
            _file.Check(path, transcription);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> RowOf(Transcription transcription) =>
    [
        new(nameof(transcription.Path), transcription.Path),
        new(nameof(transcription.Text), transcription.Text),
        new(nameof(transcription.Language), transcription.Language),
        new(nameof(transcription.Model), transcription.Model),
    ];

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
