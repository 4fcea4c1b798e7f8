using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Import-CohereEmbedding: reads embeddings from files, and outputs each one as soon as it's read.</summary>
[Cmdlet(VerbsData.Import, "CohereEmbedding", HelpUri = OnlineHelp.Embeddings, DefaultParameterSetName = FilePaths.PathSet)]
[OutputType(typeof(Embedding))]
public sealed class ImportCohereEmbeddingCommand : PSCmdlet, IDisposable
{
    private IEmbeddingReader? _reader;

    /// <summary>Paths of the files. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The column of texts in an Arrow file that another program wrote.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? TextColumn { get; set; }

    /// <summary>The column of vectors in an Arrow file that another program wrote.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? VectorColumn { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string file in FilePaths.Given(this, Path, LiteralPath))
        {
            Import(file);
        }
    }

    private void Import(string path)
    {
        try
        {
            using IEmbeddingReader reader = EmbeddingFile.Open(FilePaths.OpenRead(path), LibraryLoader.EmbeddingFormat, new EmbeddingColumns(TextColumn, VectorColumn));
            _reader = reader;
            WriteAll(reader, path);
        }
        catch (EmbeddingFileException exception)
        {
            WriteError(ErrorRecords.EmbeddingFileNotReadable(path, exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(path, exception));
        }
    }

    private void WriteAll(IEmbeddingReader reader, string path)
    {
        bool goesOn = true;
        while (goesOn)
        {
            Embedding? embedding;
            try
            {
                embedding = reader.Read();
                goesOn = embedding is not null;
            }
            catch (EmbeddingFileException exception) when (!exception.IsLast)
            {
                WriteError(ErrorRecords.EmbeddingFileNotReadable(path, exception));
                continue;
            }

            if (embedding is not null)
            {
                EmbeddingInputs.Complete(embedding);
                WriteObject(embedding);
            }
        }
    }
}
