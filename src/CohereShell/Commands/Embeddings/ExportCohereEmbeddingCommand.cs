using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Export-CohereEmbedding: writes embeddings to a file. The file appears when it's complete.</summary>
[Cmdlet(VerbsData.Export, "CohereEmbedding", HelpUri = OnlineHelp.Embeddings, DefaultParameterSetName = FilePaths.PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportCohereEmbeddingCommand : PSCmdlet, IDisposable
{
    private string _path = string.Empty;
    private ReplacingFile? _file;
    private IEmbeddingWriter? _writer;
    private long _position;

    /// <summary>Path of the file. Wildcards are allowed if they match one existing file.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Path of the file, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = string.Empty;

    /// <summary>The embeddings to write: embeddings, matches of a search, or lists of numbers.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>Format of the file. By default, the file extension decides.</summary>
    [Parameter]
    [AllowNull]
    public EmbeddingFileFormat? Format { get; set; }

    /// <summary>Adds embeddings to an existing file.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>Overwrites or extends a read-only file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns an error if the file already exists.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the file when it's complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private bool MayReplace => Append || !NoClobber;

    /// <inheritdoc/>
    public void Dispose()
    {
        (_writer as IDisposable)?.Dispose();
        // Deletes the temporary file unless it's complete. Ctrl+C and Select-Object -First end here.
        _file?.Dispose();
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        bool isLiteral = FilePaths.IsLiteral(this);
        _path = FilePaths.ResolveTarget(this, isLiteral ? LiteralPath : Path, isLiteral);
        bool exists = File.Exists(_path);
        EmbeddingFileFormat? format = Format ?? FormatOf(_path);
        if (format is null && System.IO.Path.GetExtension(_path).Equals(".cemb", StringComparison.OrdinalIgnoreCase))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(
                "The format .cemb was replaced by Apache Arrow, which other programs can read too.",
                "Use a file name that ends in .arrow.",
                _path));
        }

        if (format is null && !(Append && exists))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The name '{System.IO.Path.GetFileName(_path)}' doesn't determine the format of the file.",
                "Add -Format Arrow or -Format Jsonl, or use a file name that ends in .arrow or .jsonl.",
                _path));
        }

        if (FilePaths.ProblemOfTarget(this, _path, MayReplace, Force, canAppend: true) is { } problem)
        {
            ThrowTerminatingError(problem);
        }

        if (ShouldProcess(_path, Append && exists ? "Append embeddings" : "Export embeddings"))
        {
            Guard(() => Open(format, Append && exists));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_writer is null)
        {
            return;
        }

        foreach (object? item in EmbeddingInputs.Enumerate(InputObject))
        {
            // A large array arrives as one record. Ctrl+C must not wait for its end.
            if (Stopping)
            {
                throw new PipelineStoppedException();
            }

            Write(_writer, item);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_writer is null)
        {
            return;
        }

        Guard(() =>
        {
            _writer.Complete();
            _file!.Complete(MayReplace);
        });
        if (PassThru)
        {
            FilePaths.PassThru(this, _path);
        }
    }

    private void Write(IEmbeddingWriter writer, object? item)
    {
        try
        {
            Embedding embedding = EmbeddingInputs.Convert(item, _position++);
            byte[]? inputObject = embedding.InputObject is null ? null : PowerShellJson.ToUtf8(embedding.InputObject);
            Guard(() => writer.Write(embedding, inputObject));
        }
        catch (EmbeddingException exception)
        {
            WriteError(exception.ToErrorRecord(item));
        }
        catch (NotJsonException exception)
        {
            WriteError(ErrorRecords.NotJson(exception, item));
        }
    }

    private void Open(EmbeddingFileFormat? format, bool appends)
    {
        _file = new ReplacingFile(_path, keepsContent: appends);
        if (!appends || _file.Stream!.Length == 0)
        {
            _writer = EmbeddingFile.Create(_file.Stream!, format ?? EmbeddingFileFormat.Jsonl, LibraryLoader.EmbeddingFormat);
            return;
        }

        EmbeddingFileFormat existing = EmbeddingFile.FormatOf(_file.Stream);
        if (format is { } wanted && wanted != existing)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination($"The file '{_path}' has the format {existing}, not {wanted}.", "Leave -Format out to append in the format of the file, or export to another file.", _path));
        }

        _writer = EmbeddingFile.Append(_file.Stream, LibraryLoader.EmbeddingFormat);
    }

    private void Guard(Action write)
    {
        try
        {
            FilePaths.Write(this, _path, write);
        }
        catch (EmbeddingFileException exception)
        {
            ThrowTerminatingError(ErrorRecords.FileNotAppendable(_path, exception));
        }
    }

    /// <summary>The format that the name of a file determines.</summary>
    internal static EmbeddingFileFormat? FormatOf(string path) => System.IO.Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSONL" or ".NDJSON" or ".JSON" => EmbeddingFileFormat.Jsonl,
        ".ARROW" or ".FEATHER" or ".IPC" => EmbeddingFileFormat.Arrow,
        _ => null,
    };
}
