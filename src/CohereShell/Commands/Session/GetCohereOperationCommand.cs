using CohereShell.Completion;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Get-CohereOperation: gets the operations of Cohere's API that the module knows.</summary>
[Cmdlet(VerbsCommon.Get, "CohereOperation", HelpUri = OnlineHelp.RateLimits)]
[OutputType(typeof(Operation))]
public sealed class GetCohereOperationCommand : PSCmdlet
{
    private static readonly string[] Everything = ["*"];

    /// <summary>Gets only operations with these names. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = Everything;

    /// <summary>Gets only operations in these groups. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = Everything;

    /// <summary>Gets only operations with this access.</summary>
    [Parameter]
    [AllowNull]
    public OperationAccess? Access { get; set; }

    /// <summary>The session whose access is shown. By default, the one of this runspace.</summary>
    [Parameter]
    [SessionTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereSession? Session { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        AccessPolicy? policy = (Session ?? Sessions.FindFor(this, null))?.Policy;
        WriteObject(
            Operations.All
                .Where(operation =>
                    Matches(Name, operation.Name)
                    && Matches(Group, operation.Group)
                    && (Access is null || operation.Access == Access))
                .Select(operation => policy is null ? operation : operation.Judged(policy.Refusal(operation))),
            enumerateCollection: true);
    }

    private static bool Matches(string[] patterns, string value) =>
        patterns.Any(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(value));
}
