using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Get-CohereUsage: gets the usage of a session by operation and model.</summary>
[Cmdlet(VerbsCommon.Get, "CohereUsage", HelpUri = OnlineHelp.Pricing)]
[OutputType(typeof(UsageRecord))]
public sealed class GetCohereUsageCommand : PSCmdlet
{
    /// <summary>Gets only the usage of these operations. Wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Operation { get; set; }

    /// <summary>The session. By default, the one of this runspace.</summary>
    [Parameter(ValueFromPipeline = true)]
    [SessionTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereSession? Session { get; set; }

    /// <summary>Returns the current counts and then sets all counts to zero.</summary>
    [Parameter]
    public SwitchParameter Reset { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Reset && RunspaceScope.IsInTool)
        {
            ThrowTerminatingError(ErrorRecords.InsideTool("Get-CohereUsage -Reset"));
        }

        CohereSession session = Sessions.RequireFor(this, Session);
        WildcardPattern[]? patterns = Operation?.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToArray();
        WriteObject(
            session.GetUsage(Reset).Where(record => patterns is null || patterns.Any(pattern => pattern.IsMatch(record.Operation))),
            enumerateCollection: true);
    }
}
