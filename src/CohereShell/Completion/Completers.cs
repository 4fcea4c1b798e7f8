using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using CohereShell.Display;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Completion;

/// <summary>The base of completers for names.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        WildcardPattern begins = PatternOf(word);
        WildcardPattern contains = PatternOf("*" + word);
        (string Name, string ToolTip)[] found = Candidates(commandAst, fakeBoundParameters)
            .Where(candidate => PowerShellText.CanQuote(candidate.Name) && contains.IsMatch(candidate.Name))
            .ToArray();
        // Most names of models begin alike, and people remember the part that differs.
        return found.Where(candidate => begins.IsMatch(candidate.Name))
            .Concat(found.Where(candidate => !begins.IsMatch(candidate.Name)))
            .Select(candidate => Result(candidate.Name, candidate.ToolTip))
            .ToArray();
    }

    // Names can come from a server. They are completed exactly, and shown without control characters.
    private static CompletionResult Result(string name, string toolTip)
    {
        string text = PowerShellText.Quote(name);
        string shown = PowerShellText.Shown(name, text);
        return new CompletionResult(text, shown, CompletionResultType.ParameterValue, PowerShellText.Shown(toolTip, shown));
    }

    private static WildcardPattern PatternOf(string word)
    {
        try
        {
            return WildcardPattern.Get(word + "*", WildcardOptions.IgnoreCase);
        }
        catch (WildcardPatternException)
        {
            return WildcardPattern.Get("*" + WildcardPattern.Escape(word.TrimStart('*')) + "*", WildcardOptions.IgnoreCase);
        }
    }

    private protected abstract IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters);

    /// <summary>The names, if they depend on more than the command's own parameters.</summary>
    private protected virtual IEnumerable<(string Name, string ToolTip)> Candidates(CommandAst command, IDictionary boundParameters) => Candidates(boundParameters);
}

/// <summary>
/// Completes nothing. Without a completer, PowerShell completes the names of files, which is wrong for a parameter that isn't
/// a path.
/// </summary>
public sealed class NoFileCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) => [];
}

/// <summary>Completes operations of the catalogue.</summary>
public sealed class OperationNameCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Operations.All.Select(operation => (operation.Name, $"{operation.Method} {operation.Path} ({operation.Access})"));
}

/// <summary>Completes operations in audit files: those of the catalogue, and tools that models call.</summary>
public sealed class AuditOperationCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Operations.All.Select(operation => (operation.Name, $"{operation.Method} {operation.Path} ({operation.Access})"))
            .Append((AuditEntry.ToolOperation, "A tool that a model called"));
}

/// <summary>Completes outcomes in audit files.</summary>
public sealed class AuditOutcomeCompleter : NameCompleter
{
    private static readonly (string, string)[] Own =
    [
        ("Success", "The call succeeded"),
        (AuditReasons.Denied, "The session's policy refused the call, and nothing was sent"),
        (AuditReasons.Begun, "No end was recorded"),
        ("Cancelled", "The call was canceled"),
    ];

    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Own
            .Concat(Enum.GetNames(typeof(ToolOutcome)).Select(name => (name, "The outcome of a tool")))
            .Concat(Enum.GetNames(typeof(ErrorReason)).Select(name => (name, "The call failed")))
            .GroupBy(candidate => candidate.Item1)
            .Select(candidates => candidates.First());
}

/// <summary>Completes groups of the catalogue.</summary>
public sealed class OperationGroupCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Operations.All.GroupBy(operation => operation.Group).Select(group => (group.Key, string.Join(", ", group)));
}

/// <summary>Completes the languages of the transcription model as two letters of ISO 639-1.</summary>
public sealed class LanguageCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        ModelTasks.LanguagesOf(PowerShellJson.Unwrap(boundParameters["Model"]) as string ?? DefaultModels.Transcription)
            .OrderBy(language => language, StringComparer.Ordinal)
            .Select(language => (language, CultureInfo.GetCultureInfo(language).EnglishName));
}

/// <summary>Completes paths of the catalogue.</summary>
public sealed class OperationPathCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Operations.All.GroupBy(operation => operation.Path).Select(group => (group.Key, string.Join(", ", group.Select(operation => $"{operation.Method}: {operation.Name}"))));
}

/// <summary>Completes items of the account. They are requested once in a while. A slow server causes no candidates.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public abstract class AccountCompleter<T> : NameCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // The items of each session's account, kept as long as the session.
    private static readonly ConditionalWeakTable<CohereSession, Shelf> Shelves = new();

    private protected abstract TimeSpan Freshness { get; }

    private protected abstract IAsyncEnumerable<T> ListAsync(CohereClient client, RequestOptions options, CancellationToken cancellationToken);

    private protected IReadOnlyList<T> Items(IDictionary boundParameters) => Items(() => Sessions.Find(PowerShellSession(boundParameters)));

    /// <summary>The items of a session's account. Empty if they can't be listed.</summary>
    private protected IReadOnlyList<T> Items(Func<CohereSession?> find)
    {
        try
        {
            CohereSession? session = find();
            if (session is null)
            {
                return [];
            }

            Shelf shelf = Shelves.GetOrCreateValue(session);
            if (shelf.Known is { } known && DateTime.UtcNow - known.At < Freshness)
            {
                return known.Items;
            }

            using var impatience = new CancellationTokenSource(Patience);
            T[] items = Task.Run(() => ListAsync(session, impatience.Token)).GetAwaiter().GetResult();
            shelf.Known = new Known(DateTime.UtcNow, items);
            return items;
        }
        catch (Exception exception) when (exception is CohereException or OperationCanceledException or ArgumentException or PSArgumentException)
        {
            // Offline, or not allowed to ask. A completer must not show an error at the prompt.
            return [];
        }
    }

    /// <summary>The session of the command line; null if there isn't one.</summary>
    private protected static CohereSession? SessionOf(IDictionary boundParameters)
    {
        try
        {
            return Sessions.Find(PowerShellSession(boundParameters));
        }
        catch (Exception exception) when (exception is CohereException or ArgumentException or PSArgumentException)
        {
            return null;
        }
    }

    private static CohereSession? PowerShellSession(IDictionary boundParameters) =>
        PowerShellJson.Unwrap(boundParameters["Session"]) as CohereSession;

    private async Task<T[]> ListAsync(CohereSession session, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        var once = new RequestOptions { MaxRetryCount = 0, IsProbe = true };
        await foreach (T item in ListAsync(new CohereClient(session), once, cancellationToken).ConfigureAwait(false))
        {
            items.Add(item);
        }

        return items.ToArray();
    }

    private sealed class Shelf
    {
        public Known? Known { get; set; }
    }

    private sealed record Known(DateTime At, IReadOnlyList<T> Items);
}

/// <summary>The base of completers for models of the account.</summary>
public abstract class ModelCompleter : AccountCompleter<CohereModel>
{
    private protected override TimeSpan Freshness => TimeSpan.FromMinutes(10);

    /// <summary>Models that can be used, although the account's list doesn't have to contain them.</summary>
    private protected virtual IEnumerable<string> Unlisted => [];

    private protected abstract bool Fits(CohereModel model, IDictionary boundParameters);

    /// <summary>The model that is used without -Model; null if there isn't one.</summary>
    /// <param name="session">The session; null if there isn't one.</param>
    private protected virtual string? Default(CohereSession? session) => null;

    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters)
    {
        IReadOnlyList<CohereModel> account = Items(boundParameters);
        string? usual = Default(SessionOf(boundParameters));
        return account
            .Where(model => Fits(model, boundParameters))
            .OrderByDescending(model => model.Name == usual)
            .ThenBy(model => model.IsDeprecated)
            .ThenBy(model => model.Name, StringComparer.Ordinal)
            .Select(model => (model.Name, Describe(model)))
            .Concat(Unlisted.Except(account.Select(model => model.Name), StringComparer.Ordinal).Select(name => (name, name)));
    }

    private protected override IAsyncEnumerable<CohereModel> ListAsync(CohereClient client, RequestOptions options, CancellationToken cancellationToken) =>
        client.Models.ListAsync(options: options, cancellationToken: cancellationToken);

    private static string Describe(CohereModel model)
    {
        string[] parts =
        [
            string.Join(", ", model.Endpoints),
            model.ContextLength > 0 ? $"{model.ContextLength:N0} tokens" : string.Empty,
            model.IsDeprecated ? "deprecated" : string.Empty,
        ];
        string description = string.Join("; ", parts.Where(part => part.Length > 0));
        return description.Length > 0 ? description : model.Name;
    }
}

/// <summary>
/// Completes datasets of the account, newest first. The tooltip is the name, because ids mean nothing to people.
/// </summary>
public sealed class DatasetIdCompleter : AccountCompleter<Dataset>
{
    private protected override TimeSpan Freshness => TimeSpan.FromMinutes(1);

    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Items(boundParameters)
            .OrderByDescending(dataset => dataset.CreatedAt)
            .Select(dataset => (dataset.DatasetId, DisplayText.OneLine($"{dataset.Name}; {dataset.Type}; {dataset.ValidationStatus}", 200)));

    private protected override IAsyncEnumerable<Dataset> ListAsync(CohereClient client, RequestOptions options, CancellationToken cancellationToken) =>
        client.Datasets.ListAsync(options: options, cancellationToken: cancellationToken);
}

/// <summary>Completes all models.</summary>
public sealed class AnyModelCompleter : ModelCompleter
{
    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => true;
}

/// <summary>Completes models for chat.</summary>
public sealed class ChatModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => session?.ChatModel ?? DefaultModels.Chat;

    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => model.Endpoints.Contains("chat");

    /// <summary>The models of an account; empty if they can't be listed.</summary>
    internal static IReadOnlyList<CohereModel> ModelsOf(CohereSession session) => new ChatModelCompleter().Items(() => session);
}

/// <summary>Completes models for embeddings.</summary>
public sealed class EmbedModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => session?.EmbedModel ?? DefaultModels.Embed;

    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => model.Endpoints.Contains("embed");
}

/// <summary>Completes models for embed jobs.</summary>
public sealed class EmbedJobModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => DefaultModels.EmbedJob;

    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => ModelTasks.IsEmbedJob(model.Name);
}

/// <summary>Completes models for batches.</summary>
public sealed class BatchModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => session?.ChatModel ?? DefaultModels.Chat;

    private protected override IEnumerable<string> Unlisted => ModelTasks.BatchOnly;

    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => model.Endpoints.Contains("chat") || model.Endpoints.Contains("embed");
}

/// <summary>Completes models for transcriptions.</summary>
public sealed class TranscriptionModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => DefaultModels.Transcription;

    private protected override IEnumerable<string> Unlisted => ModelTasks.Transcription;

    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => ModelTasks.IsTranscription(model.Name);
}

/// <summary>Completes models that can be fine-tuned for the purpose.</summary>
public sealed class BaseModelCompleter : ModelCompleter
{
    private protected override bool Fits(CohereModel model, IDictionary boundParameters) =>
        !model.IsFineTuned && model.Endpoints.Contains(EndpointOf($"{boundParameters["BaseType"]}"));

    private static string EndpointOf(string baseType) => baseType.ToUpperInvariant() switch
    {
        "CLASSIFICATION" => "classify",
        "RERANK" => "rerank",
        "GENERATIVE" => "generate",
        _ => "chat",
    };
}

/// <summary>Completes models for classification.</summary>
public sealed class ClassifyModelCompleter : ModelCompleter
{
    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => model.Endpoints.Contains("classify");
}

/// <summary>Completes models for rerank.</summary>
public sealed class RerankModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => session?.RerankModel ?? DefaultModels.Rerank;

    private protected override bool Fits(CohereModel model, IDictionary boundParameters) => model.Endpoints.Contains("rerank");
}

/// <summary>Completes models that parse documents.</summary>
public sealed class ParseModelCompleter : ModelCompleter
{
    private protected override string? Default(CohereSession? session) => DefaultModels.Parse;

    private protected override IEnumerable<string> Unlisted => [DefaultModels.Parse];

    // The API description has no name for this endpoint, so a list can leave it out.
    private protected override bool Fits(CohereModel model, IDictionary boundParameters) =>
        model.Endpoints.Contains("parse") || model.Name.StartsWith("parse-", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Completes types of datasets.</summary>
public sealed class DatasetTypeCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        DatasetTypes.All.Select(type => (type, type));
}

/// <summary>Completes encodings of text files.</summary>
public sealed class EncodingCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        TextEncodings.Names.Select(name => (name, TextEncodings.From(name)?.EncodingName ?? name));
}
