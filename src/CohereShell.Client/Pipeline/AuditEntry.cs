namespace CohereShell;

/// <summary>
/// A line of an audit file: a call, or a tool that a model called. It has no content. Fields that an older version didn't
/// write are null or 0.
/// </summary>
public sealed class AuditEntry
{
    internal const string ToolOperation = "InvokeTool";

    /// <summary>When the call began.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>The user of the operating system.</summary>
    public string? UserName { get; internal init; }

    /// <summary>The computer that made the call.</summary>
    public string? ComputerName { get; internal init; }

    /// <summary>The id of the process.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>The id of the session.</summary>
    public string? SessionId { get; internal init; }

    /// <summary>The name of the project: <c>-ClientName</c> of Connect-Cohere.</summary>
    public string? ClientName { get; internal init; }

    /// <summary>The name of the operation. <c>InvokeTool</c> is a tool that a model called.</summary>
    public string Operation { get; internal init; } = string.Empty;

    /// <summary>The HTTP method; null for tools.</summary>
    public string? Method { get; internal init; }

    /// <summary>The path without the query; null for tools.</summary>
    public string? Path { get; internal init; }

    /// <summary>The id or the name in the path: of a dataset, a job, a batch or a model.</summary>
    public string? Target { get; internal init; }

    /// <summary>The model; null for operations without one.</summary>
    public string? Model { get; internal init; }

    /// <summary>The number of inputs of the call, where it has several.</summary>
    public int InputCount { get; internal init; }

    /// <summary>
    /// What happened: <c>Success</c>, <c>Denied</c>, <c>Cancelled</c>, <c>Begun</c> (no end was recorded), the reason of the
    /// error such as <c>RateLimited</c>, or the outcome of a tool such as <c>Succeeded</c>.
    /// </summary>
    public string Outcome { get; internal init; } = string.Empty;

    /// <summary>What refused a call with the outcome <c>Denied</c>, such as <c>Operation</c> or <c>Model</c>.</summary>
    public string? Reason { get; internal init; }

    /// <summary>The HTTP status; null without an answer.</summary>
    public int? StatusCode { get; internal init; }

    /// <summary>The number of requests that were sent for the call.</summary>
    public int Attempts { get; internal init; }

    /// <summary>The duration of the call, including retries.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>The id of the request at Cohere.</summary>
    public string? RequestId { get; internal init; }

    /// <summary>The number of tokens that the model read.</summary>
    public long InputTokens => Usage.InputTokens;

    /// <summary>The number of tokens that the model generated.</summary>
    public long OutputTokens => Usage.OutputTokens;

    /// <summary>The number of billed input tokens.</summary>
    public long BilledInputTokens => Usage.BilledInputTokens;

    /// <summary>The number of billed output tokens.</summary>
    public long BilledOutputTokens => Usage.BilledOutputTokens;

    /// <summary>The number of billed search units.</summary>
    public decimal BilledSearchUnits => Usage.BilledSearchUnits;

    /// <summary>The number of billed classifications.</summary>
    public long BilledClassifications => Usage.BilledClassifications;

    /// <summary>The number of billed images.</summary>
    public long BilledImages => Usage.BilledImages;

    /// <summary>The number of billed image tokens.</summary>
    public long BilledImageTokens => Usage.BilledImageTokens;

    /// <summary>The number of billed pages of parsed documents.</summary>
    public long BilledPages => Usage.BilledPages;

    /// <summary>The tokens and the billed units in one object.</summary>
    public Usage Usage { get; internal init; } = Usage.None;

    /// <summary>The tool that the model called.</summary>
    public string? Tool { get; internal init; }

    /// <summary>The command of the tool.</summary>
    public string? Command { get; internal init; }

    /// <summary>Why the tool was allowed to run, or why it wasn't.</summary>
    public string? Consent { get; internal init; }

    /// <summary>The id of the tool call.</summary>
    public string? ToolCallId { get; internal init; }

    /// <summary>The audit file.</summary>
    public string? File { get; internal init; }

    /// <summary>The number of the line in the file, from 1.</summary>
    public long LineNumber { get; internal init; }

    /// <summary>
    /// Who did what, where, and what was decided:
    /// <c>10:14 alice on SRV1 asked command-a-03-2025: answered in 1.2 s, 120 tokens in, 30 out</c>. The time is local.
    /// </summary>
    public string Summary => AuditText.Of(this);

    /// <inheritdoc/>
    public override string ToString() => Summary;
}
