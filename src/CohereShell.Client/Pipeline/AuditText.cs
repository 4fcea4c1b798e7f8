using System.Globalization;

namespace CohereShell;

/// <summary>The sentence of an audit entry.</summary>
internal static class AuditText
{
    private const int LongestName = 200;

    // What the caller did, and the same after 'tried to'. {0} is what the call is about, and {1} its model.
    private static readonly Dictionary<string, (string Did, string Do)> Actions = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(Operations.Chat)] = ("asked {1}", "ask {1}"),
        [nameof(Operations.ChatV1)] = ("asked {1}", "ask {1}"),
        [nameof(Operations.Embed)] = ("embedded {2} with {1}", "embed {2} with {1}"),
        [nameof(Operations.EmbedV1)] = ("embedded {2} with {1}", "embed {2} with {1}"),
        [nameof(Operations.Rerank)] = ("ranked documents with {1}", "rank documents with {1}"),
        [nameof(Operations.RerankV1)] = ("ranked documents with {1}", "rank documents with {1}"),
        [nameof(Operations.Classify)] = ("classified {2} with {1}", "classify {2} with {1}"),
        [nameof(Operations.Parse)] = ("parsed a document with {1}", "parse a document with {1}"),
        [nameof(Operations.Tokenize)] = ("tokenized a text for {1}", "tokenize a text for {1}"),
        [nameof(Operations.Detokenize)] = ("decoded tokens of {1}", "decode tokens of {1}"),
        [nameof(Operations.ListModels)] = ("listed the models", "list the models"),
        [nameof(Operations.GetModel)] = ("read the model {0}", "read the model {0}"),
        [nameof(Operations.CreateTranscription)] = ("transcribed audio with {1}", "transcribe audio with {1}"),
        [nameof(Operations.CreateDataset)] = ("uploaded a dataset", "upload a dataset"),
        [nameof(Operations.ListDatasets)] = ("listed the datasets", "list the datasets"),
        [nameof(Operations.GetDatasetUsage)] = ("read the storage usage of the datasets", "read the storage usage of the datasets"),
        [nameof(Operations.GetDataset)] = ("read dataset {0}", "read dataset {0}"),
        [nameof(Operations.DeleteDataset)] = ("deleted dataset {0}", "delete dataset {0}"),
        [nameof(Operations.CreateEmbedJob)] = ("started an embed job with {1}", "start an embed job with {1}"),
        [nameof(Operations.ListEmbedJobs)] = ("listed the embed jobs", "list the embed jobs"),
        [nameof(Operations.GetEmbedJob)] = ("read embed job {0}", "read embed job {0}"),
        [nameof(Operations.CancelEmbedJob)] = ("stopped embed job {0}", "stop embed job {0}"),
        [nameof(Operations.CreateBatch)] = ("started a batch with {1}", "start a batch with {1}"),
        [nameof(Operations.ListBatches)] = ("listed the batches", "list the batches"),
        [nameof(Operations.GetBatch)] = ("read batch {0}", "read batch {0}"),
        [nameof(Operations.CancelBatch)] = ("stopped batch {0}", "stop batch {0}"),
        [nameof(Operations.CreateFineTunedModel)] = ("started to train a model", "train a model"),
        [nameof(Operations.ListFineTunedModels)] = ("listed the fine-tuned models", "list the fine-tuned models"),
        [nameof(Operations.GetFineTunedModel)] = ("read fine-tuned model {0}", "read fine-tuned model {0}"),
        [nameof(Operations.UpdateFineTunedModel)] = ("changed fine-tuned model {0}", "change fine-tuned model {0}"),
        [nameof(Operations.DeleteFineTunedModel)] = ("deleted fine-tuned model {0}", "delete fine-tuned model {0}"),
        [nameof(Operations.ListFineTuningEvents)] = ("listed the events of fine-tuned model {0}", "list the events of fine-tuned model {0}"),
        [nameof(Operations.ListFineTuningMetrics)] = ("listed the metrics of fine-tuned model {0}", "list the metrics of fine-tuned model {0}"),
        [nameof(Operations.CheckApiKey)] = ("checked the API key", "check the API key"),
    };

    /// <summary>The operations that a sentence exists for.</summary>
    public static IEnumerable<string> KnownOperations => Actions.Keys;

    public static string Of(AuditEntry entry) =>
        $"{entry.Time.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture)} {Who(entry)}{(IsTool(entry) ? ToolSentence(entry) : CallSentence(entry))}";

    private static bool IsTool(AuditEntry entry) => string.Equals(entry.Operation, AuditEntry.ToolOperation, StringComparison.OrdinalIgnoreCase);

    private static string Who(AuditEntry entry) =>
        (Name(entry.UserName) ?? "an unknown user")
        + (Name(entry.ComputerName) is { } computer ? $" on {computer}" : string.Empty)
        + (Name(entry.ClientName) is { } client ? $" ({client})" : string.Empty);

    private static string CallSentence(AuditEntry entry)
    {
        bool isDone = Is(entry, "Success");
        string action = Action(entry, isDone);
        string duration = Seconds(entry.Elapsed);
        return isDone ? $" {action}: {(IsChat(entry) ? "answered" : "done")} in {duration}{Retried(entry)}{Cost(entry)}"
            : Is(entry, AuditReasons.Denied) ? $" tried to {action}: refused by policy{Refusal(entry)}"
            : Is(entry, nameof(ErrorReason.BudgetExceeded)) ? $" tried to {action}: refused by the budget"
            : Is(entry, nameof(ErrorReason.PriceUnknown)) ? $" tried to {action}: refused by the budget (the price isn't known)"
            : Is(entry, AuditReasons.Begun) ? $" tried to {action}: {NoEnd}"
            : Is(entry, "Cancelled") ? $" tried to {action}: canceled after {duration}{Cost(entry)}"
            : $" tried to {action}: failed after {duration} ({Failure(entry)}){Retried(entry)}{Cost(entry)}";
    }

    // A call that is running has no end either.
    private const string NoEnd = "no end was recorded: the process may have been killed, or the call is still running";

    private static string ToolSentence(AuditEntry entry)
    {
        string tool = $"the tool {Name(entry.Tool) ?? "without a name"}"
            + (Name(entry.Command) is { } command && !string.Equals(command, entry.Tool, StringComparison.OrdinalIgnoreCase) ? $" ({command})" : string.Empty);
        string model = Name(entry.Model) ?? "a model";
        return Is(entry, "Succeeded") ? $": {model} ran {tool}: done in {Seconds(entry.Elapsed)}{Allowed(entry)}"
            : Is(entry, "Failed") ? $": {model} ran {tool}: failed after {Seconds(entry.Elapsed)}{Allowed(entry)}"
            : Is(entry, "TimedOut") ? $": {model} ran {tool}: stopped by its timeout after {Seconds(entry.Elapsed)}{Allowed(entry)}"
            : Is(entry, "Stopped") ? $": {model} ran {tool}: stopped by the user after {Seconds(entry.Elapsed)}{Allowed(entry)}"
            : Is(entry, AuditReasons.Begun) ? $": {model} tried to run {tool}: {NoEnd}"
            : $": {model} tried to run {tool}: {Refused(entry)}";
    }

    private static string Allowed(AuditEntry entry) => entry.Consent switch
    {
        "ReadOnly" => ", allowed because it only reads",
        "AllowTool" => ", allowed by -AllowTool",
        "Confirmed" => ", confirmed by the user",
        "ConfirmPreference" => ", allowed because confirmation was turned off",
        _ => string.Empty,
    };

    private static string Refused(AuditEntry entry) => (entry.Outcome, entry.Consent) switch
    {
        ("Refused", "Denied") => "refused by the user",
        ("Refused", "NobodyToAsk") => "refused because the user couldn't be asked",
        ("Refused", _) => "refused",
        ("WhatIf", _) => "not run because of -WhatIf",
        ("InvalidArguments", _) => "not run because its arguments weren't valid",
        ("UnknownTool", _) => "not run because the tool doesn't exist",
        _ => Name(entry.Outcome) ?? "the outcome is unknown",
    };

    private static string Action(AuditEntry entry, bool isDone)
    {
        string target = Name(entry.Target) ?? Name(TargetIn(entry)) ?? "without an id";
        string model = Name(entry.Model) ?? "the default model";
        string inputs = entry.InputCount switch
        {
            0 => "inputs",
            1 => "1 input",
            _ => entry.InputCount.ToString("#,0", CultureInfo.InvariantCulture) + " inputs",
        };
        if (Actions.TryGetValue(entry.Operation, out (string Did, string Do) action))
        {
            return string.Format(CultureInfo.InvariantCulture, isDone ? action.Did : action.Do, target, model, inputs);
        }

        return $"{(isDone ? "called" : "call")} {Name(entry.Method) ?? Name(entry.Operation)}{(Name(entry.Path) is { } path ? " " + path : string.Empty)}";
    }

    // Lines of an older version have only the path.
    private static string? TargetIn(AuditEntry entry) =>
        entry.Path is { } path && Operations.All.FirstOrDefault(operation => Is(entry.Operation, operation.Name)) is { } operation ? PathId.In(operation, path) : null;

    private static bool IsChat(AuditEntry entry) => Is(entry.Operation, nameof(Operations.Chat)) || Is(entry.Operation, nameof(Operations.ChatV1));

    private static string Refusal(AuditEntry entry) => entry.Reason switch
    {
        AuditReasons.Operation => " (the operation isn't allowed)",
        AuditReasons.Model => " (the model isn't allowed)",
        AuditReasons.Path => " (the path has more than one meaning)",
        AuditReasons.Query => " (a query parameter isn't allowed)",
        _ => string.Empty,
    };

    private static string Failure(AuditEntry entry) =>
        (Name(entry.Outcome) ?? "unknown") + (entry.StatusCode is { } status and >= 400 ? FormattableString.Invariant($", status {status}") : string.Empty);

    private static string Retried(AuditEntry entry) => entry.Attempts > 1 ? FormattableString.Invariant($", {entry.Attempts} attempts") : string.Empty;

    private static string Cost(AuditEntry entry)
    {
        Usage usage = entry.Usage;
        bool hasTokens = usage.InputTokens > 0 || usage.OutputTokens > 0;
        long read = hasTokens ? usage.InputTokens : usage.BilledInputTokens;
        long written = hasTokens ? usage.OutputTokens : usage.BilledOutputTokens;
        string?[] parts =
        [
            Part(read, "token in", "tokens in"),
            Part(written, read > 0 ? "out" : "token out", read > 0 ? "out" : "tokens out"),
            Part(usage.BilledSearchUnits, "search unit", "search units"),
            Part(usage.BilledClassifications, "classification", "classifications"),
            Part(usage.BilledImages, "image", "images"),
            Part(usage.BilledImageTokens, "image token", "image tokens"),
            Part(usage.BilledPages, "page", "pages"),
        ];
        return string.Concat(parts.OfType<string>());
    }

    private static string? Part(decimal count, string one, string many) =>
        count == 0 ? null : $", {count.ToString("#,0.##", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    private static string Seconds(TimeSpan elapsed) =>
        elapsed.TotalSeconds >= 100 ? FormattableString.Invariant($"{elapsed.TotalSeconds:0} s")
        : elapsed.TotalSeconds >= 0.1 ? FormattableString.Invariant($"{elapsed.TotalSeconds:0.0} s")
        : FormattableString.Invariant($"{elapsed.TotalMilliseconds:0} ms");

    private static bool Is(AuditEntry entry, string outcome) => Is(entry.Outcome, outcome);

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    // A file can have any text. A line break or a control character must not look like another line.
    private static string? Name(string? text)
    {
        string name = HarmlessText.From(text).Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ').Trim();
        return name.Length == 0 ? null : name.Length <= LongestName ? name : name.Substring(0, LongestName - 1) + "…";
    }
}
