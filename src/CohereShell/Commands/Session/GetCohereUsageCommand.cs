using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereUsage: gets the usage and the cost of a session, or of the sessions in audit files.</summary>
[Cmdlet(VerbsCommon.Get, "CohereUsage", HelpUri = OnlineHelp.Pricing, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(UsageRecord))]
public sealed class GetCohereUsageCommand : CohereCommand
{
    private const string SessionSet = "Session";
    private const string AuditSet = "Audit";
    private const string GroupedType = "CohereShell.UsageRecord#Grouped";
    private const int MostNames = 5;
    private static readonly UsageGrouping[] Usual = [UsageGrouping.Operation, UsageGrouping.Model];

    /// <summary>Gets only the usage of these operations. Wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Operation { get; set; }

    /// <summary>The session. By default, the one of this runspace.</summary>
    [Parameter(ParameterSetName = SessionSet, ValueFromPipeline = true)]
    [SessionTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereSession? Session { get; set; }

    /// <summary>Returns the current counts and then sets all counts to zero.</summary>
    [Parameter(ParameterSetName = SessionSet)]
    public SwitchParameter Reset { get; set; }

    /// <summary>Paths of audit files. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = AuditSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] AuditPath { get; set; } = [];

    /// <summary>Counts only calls from this time on.</summary>
    [Parameter(ParameterSetName = AuditSet)]
    [TimeTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime Since { get; set; } = DateTime.MinValue;

    /// <summary>Counts only calls before this time.</summary>
    [Parameter(ParameterSetName = AuditSet)]
    [TimeTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime Until { get; set; } = DateTime.MaxValue;

    /// <summary>What to group by. The default is Operation, Model. A session has no other groups.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public UsageGrouping[] GroupBy { get; set; } = Usual;

    /// <summary>
    /// Your prices in US dollars, in a hashtable or in a .psd1 or .json file. They replace the list prices of the same
    /// models.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object? Price { get; set; }

    /// <summary>Adds a row with the total.</summary>
    [Parameter]
    public SwitchParameter Total { get; set; }

    private bool IsGrouped => MyInvocation.BoundParameters.ContainsKey(nameof(GroupBy));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Reset && RunspaceScope.IsInTool)
        {
            ThrowTerminatingError(ErrorRecords.InsideTool("Get-CohereUsage -Reset"));
        }

        bool isAudit = ParameterSetName == AuditSet;
        UsageGrouping[] groups = GroupBy.Distinct().ToArray();
        if (!isAudit && groups.Any(group => !Usual.Contains(group)))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"A session counts its usage by operation and model, not by {groups.First(group => !Usual.Contains(group))}.",
                "Specify -AuditPath to group the calls in audit files, or -GroupBy Operation, Model."));
        }

        CohereSession? session = isAudit ? null : Sessions.RequireFor(this, Session);
        PriceList prices = Price is null && session?.Prices is { } known ? known : Prices.From(this, Price);
        var report = new UsageReport(prices, groups);
        if (session is null)
        {
            ReadFiles(report);
        }
        else
        {
            foreach (UsageRecord record in session.GetUsage(Reset).Where(record => IsWanted(record.Operation)))
            {
                report.Add(UsageLine.From(record));
            }
        }

        Write(report);
    }

    private void ReadFiles(UsageReport report)
    {
        DateTimeOffset since = Bound(Since);
        DateTimeOffset until = Bound(Until);
        long damaged = 0;
        foreach (string file in AuditPath.SelectMany(path => FilePaths.Resolve(this, path, isLiteral: false)).Distinct())
        {
            try
            {
                using AuditReader reader = AuditReader.Open(FilePaths.RefuseDevice(file));
                foreach (AuditEntry entry in reader.ReadAll())
                {
                    if (Stopping)
                    {
                        throw new PipelineStoppedException();
                    }

                    if (entry.Time >= since && entry.Time < until && IsWanted(entry.Operation) && UsageLine.From(entry) is { } line)
                    {
                        report.Add(line);
                    }
                }

                damaged += reader.DamagedLines;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                WriteError(ErrorRecords.FileNotReadable(file, exception));
            }
        }

        if (damaged > 0)
        {
            WriteWarning(damaged == 1
                ? "A line of the audit files can't be read. It isn't counted."
                : $"{damaged} lines of the audit files can't be read. They aren't counted.");
        }
    }

    private void Write(UsageReport report)
    {
        foreach (UsageRecord row in report.Rows())
        {
            Write(row);
        }

        if (!Total)
        {
            return;
        }

        UsageRecord total = report.Total();
        Write(total);
        if (total.UnpricedCalls > 0)
        {
            string names = string.Join(", ", report.Unpriced.Take(MostNames)) + (report.Unpriced.Count > MostNames ? ", …" : string.Empty);
            WriteWarning($"The cost doesn't include {total.UnpricedCalls} {(total.UnpricedCalls == 1 ? "call" : "calls")} without a known cost: {names}. To specify prices, use -Price.");
        }
    }

    private void Write(UsageRecord row)
    {
        if (!IsGrouped)
        {
            WriteObject(row);
            return;
        }

        var output = PSObject.AsPSObject(row);
        output.TypeNames.Insert(0, GroupedType);
        WriteObject(output);
    }

    private bool IsWanted(string operation) =>
        Operation is null || Operation.Any(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase).IsMatch(operation));

    // The limits of the calendar don't exist in every time zone.
    private static DateTimeOffset Bound(DateTime time) =>
        time == DateTime.MinValue ? DateTimeOffset.MinValue
        : time == DateTime.MaxValue ? DateTimeOffset.MaxValue
        : new DateTimeOffset(time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Local) : time);
}
