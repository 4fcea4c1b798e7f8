using CohereShell.Completion;

namespace CohereShell.Commands;

/// <summary>Get-CohereOperation: every operation of Cohere's API that the module knows.</summary>
[Cmdlet(VerbsCommon.Get, "CohereOperation", HelpUri = OnlineHelp.RateLimits)]
[OutputType(typeof(Operation))]
public sealed class GetCohereOperationCommand : PSCmdlet
{
    private static readonly string[] Everything = ["*"];

    /// <summary>Only operations of these names; wildcards allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = Everything;

    /// <summary>Only operations of these groups; wildcards allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = Everything;

    /// <summary>Only operations that read, or only those that write.</summary>
    [Parameter]
    [AllowNull]
    public OperationAccess? Access { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(
        Operations.All.Where(operation =>
            Matches(Name, operation.Name)
            && Matches(Group, operation.Group)
            && (Access is null || operation.Access == Access)),
        enumerateCollection: true);

    private static bool Matches(string[] patterns, string value) =>
        patterns.Any(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(value));
}
