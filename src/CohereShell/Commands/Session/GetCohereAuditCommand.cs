using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Get-CohereAudit: gets the calls that sessions have recorded in audit files.</summary>
[Cmdlet(VerbsCommon.Get, "CohereAudit", HelpUri = OnlineHelp.Api, DefaultParameterSetName = FilePaths.PathSet)]
[OutputType(typeof(AuditEntry))]
public sealed class GetCohereAuditCommand : PSCmdlet
{
    /// <summary>Paths of the audit files. Wildcards are allowed. By default, the audit file of the session.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the audit files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Gets only calls that began at this time or later.</summary>
    [Parameter]
    [TimeTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? Since { get; set; }

    /// <summary>Gets only calls that began before this time.</summary>
    [Parameter]
    [TimeTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? Until { get; set; }

    /// <summary>Gets only calls of these operations. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AuditOperationCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Operation { get; set; }

    /// <summary>Gets only calls with these outcomes. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AuditOutcomeCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Outcome { get; set; }

    /// <summary>Gets only calls of sessions with these client names. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? ClientName { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string file in Path.Length == 0 && LiteralPath.Length == 0 ? OfSession() : FilePaths.Given(this, Path, LiteralPath))
        {
            Read(file);
        }
    }

    private IReadOnlyList<string> OfSession()
    {
        string? path = Sessions.FindFor(this, null)?.AuditPath;
        if (path is null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-Path is missing, and the session has no audit file.",
                "Specify the file with -Path, or connect with -AuditPath."));
        }

        return FilePaths.Resolve(this, path!, isLiteral: true);
    }

    private void Read(string path)
    {
        try
        {
            using AuditReader reader = AuditReader.Open(FilePaths.RefuseDevice(path));
            WriteAll(reader);
            if (reader.DamagedLines > 0)
            {
                WriteWarning(DisplayText.Sanitize(FormattableString.Invariant(
                    $"{(reader.DamagedLines == 1 ? $"1 line of '{path}' isn't an audit entry and was skipped." : $"{reader.DamagedLines} lines of '{path}' aren't audit entries and were skipped.")} The first is line {reader.FirstDamagedLine}.")));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(path, exception));
        }
    }

    private void WriteAll(AuditReader reader)
    {
        DateTime? since = Since?.ToUniversalTime();
        DateTime? until = Until?.ToUniversalTime();
        WildcardPattern[]? operations = Patterns(Operation);
        WildcardPattern[]? outcomes = Patterns(Outcome);
        WildcardPattern[]? clients = Patterns(ClientName);
        foreach (AuditEntry entry in reader.ReadAll())
        {
            // Without output, nothing else notices Ctrl+C.
            if (Stopping)
            {
                return;
            }

            if ((since is null || entry.Time.UtcDateTime >= since)
                && (until is null || entry.Time.UtcDateTime < until)
                && Matches(operations, entry.Operation)
                && Matches(outcomes, entry.Outcome)
                && Matches(clients, entry.ClientName))
            {
                WriteObject(entry);
            }
        }
    }

    private static WildcardPattern[]? Patterns(string[]? texts) =>
        texts?.Select(text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase)).ToArray();

    private static bool Matches(WildcardPattern[]? patterns, string? value) =>
        patterns is null || Array.Exists(patterns, pattern => pattern.IsMatch(value ?? string.Empty));
}
