using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using CohereShell.Display;

namespace CohereShell;

/// <summary>Makes text of a model safe and short for a screen. For the views of the module.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DisplayText
{
    private const int MostSources = 10;
    private const int MostItems = 10;
    private const int LongestLine = 500;

    private static readonly string[] WrappedLanguages = ["en", "fr", "de", "it", "pt", "es"];

    /// <summary>
    /// The text with visible control characters: an escape sequence from a model must not be able to rewrite the
    /// screen, the title or the clipboard. Line breaks and tabs stay.
    /// </summary>
    /// <param name="text">The text.</param>
    public static string Sanitize(string? text) => HarmlessText.From(text);

    /// <summary>The beginning of the text on one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The maximum number of characters.</param>
    public static string OneLine(string? text, int length)
    {
        string line = Sanitize(text).Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ').Trim();
        return line.Length <= length ? line : line.Substring(0, length - 1) + '…';
    }

    /// <summary>
    /// A sentence for a column that wraps. PowerShell breaks lines between words only for the languages below, and within
    /// words for all others, such as Swedish or the invariant culture of containers. For those, the lines are broken here.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The width of the column in a narrow window. The real width isn't known.</param>
    public static string Words(string text, int width)
    {
        if (Array.IndexOf(WrappedLanguages, CultureInfo.CurrentCulture.TwoLetterISOLanguageName) >= 0)
        {
            return text;
        }

        var lines = new List<string>();
        foreach (string line in text.Split('\n'))
        {
            string rest = string.Empty;
            foreach (string word in line.Split(' '))
            {
                if (rest.Length > 0 && rest.Length + 1 + word.Length > width)
                {
                    lines.Add(rest);
                    rest = string.Empty;
                }

                rest += rest.Length > 0 ? " " + word : word;
            }

            lines.Add(rest);
        }

        return string.Join("\n", lines);
    }

    /// <summary>What an update did with the files of an index.</summary>
    /// <param name="update">The update.</param>
    public static string Files(IndexUpdate update) => FormattableString.Invariant(
        $"{update.Files:N0}: {update.Added:N0} added, {update.Changed:N0} changed, {update.Removed:N0} removed, {update.Unchanged:N0} unchanged, {update.Failed:N0} failed");

    /// <summary>What an update did with the chunks of an index.</summary>
    /// <param name="update">The update.</param>
    public static string Chunks(IndexUpdate update) => FormattableString.Invariant($"{update.Chunks:N0}: {update.Embedded:N0} embedded now, {update.Reused:N0} reused");

    /// <summary>A match of an index: its place, and the passage with the words of the query.</summary>
    /// <param name="match">The match.</param>
    /// <param name="width">The width of the screen.</param>
    public static string Match(IndexMatch match, int width) =>
#if NET
        MatchText.Of(match, Math.Max(40, Math.Min(width, 100)), isStyled: true);
#else
        // The console of Windows PowerShell shows escape codes as text unless a program turns them on.
        MatchText.Of(match, Math.Max(40, Math.Min(width, 100)), isStyled: false);
#endif

    /// <summary>A value of a list view: texts without control characters, and short forms of lists and tables.</summary>
    /// <param name="value">The value.</param>
    public static object? Value(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        string text => Sanitize(text),
        // Numbers, dates and names of enumerations are shown as PowerShell shows them.
        ValueType plain and not JsonElement => plain,
        IDictionary table => OneLine(string.Join(", ", table.Cast<DictionaryEntry>().Take(MostItems).Select(entry => $"{entry.Key} = {entry.Value}")) + More(table.Count), LongestLine),
        IEnumerable list => List(list.Cast<object?>().ToArray()),
        var other => OneLine(other.ToString(), LongestLine),
    };

    private static string List(object?[] items) =>
        string.Join(Environment.NewLine, items.Take(MostItems).Select(item => OneLine(Convert.ToString(item, CultureInfo.InvariantCulture), LongestLine))) + More(items.Length);

    private static string More(int count) => count > MostItems ? FormattableString.Invariant($" … {count} in all") : string.Empty;

    /// <summary>
    /// An answer for the screen: its text with numbered citations, the tools that it calls, its sources, and a line
    /// of facts.
    /// </summary>
    /// <param name="response">The answer.</param>
    public static string Answer(ChatResponse response)
    {
        var cited = new CitedText(response);
        IEnumerable<string> lines = [.. Steps(response), .. Calls(response), .. FirstOf(cited.Sources.Select(source => $"[{source.Number}] {Source(source, isTold: false)}").ToArray()), Facts(response)];
        return (cited.Text.Length > 0 ? cited.Text.TrimEnd() + Environment.NewLine : string.Empty) + string.Join(Environment.NewLine, lines);
    }

    /// <summary>
    /// The same without the text, for an answer that was shown as it arrived. The cited passages are shown with each
    /// source.
    /// </summary>
    /// <param name="response">The answer.</param>
    public static string Remainder(ChatResponse response) => string.Join(
        Environment.NewLine,
        [.. Steps(response), .. Calls(response), .. SourceLines(response), Facts(response)]);

    /// <summary>The sources of an answer that was shown as it arrived, one per line.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="shown">The sources whose numbers are in the text on the screen, as keys of <see cref="CitedText"/>.</param>
    internal static IEnumerable<string> SourceLines(ChatResponse response, IReadOnlyList<string>? shown = null) =>
        FirstOf(new CitedText(response, shown).Sources.Select(source => $"[{source.Number}] {Source(source, isTold: true)}: {Passages(source)}").ToArray());

    // A long list would push the answer off the screen. ToMarkdown has all sources.
    private static IEnumerable<string> FirstOf(string[] sources) => sources.Length <= MostSources
        ? sources
        : sources.Take(MostSources).Append(FormattableString.Invariant($"… and {sources.Length - MostSources} more"));

    /// <summary>The outcome of a tool call: <c>Succeeded</c>, with the reason why a call could run.</summary>
    /// <param name="step">The call.</param>
    public static string Outcome(ToolStep step) => step.Consent is ToolConsent.None ? step.Outcome.ToString() : $"{step.Outcome}, {step.Consent}";

    private static IEnumerable<string> Steps(ChatResponse response) => response.ToolSteps.Select(step => step.Outcome
        is ToolOutcome.Succeeded or ToolOutcome.Failed or ToolOutcome.TimedOut or ToolOutcome.Stopped
        ? FormattableString.Invariant($"Ran {OneLine(step.ToString(), 500)} ({Outcome(step)}, {step.Duration.TotalMilliseconds:0} ms)")
        : $"Did not run {OneLine(step.ToString(), 500)} ({Outcome(step)})");

    private static IEnumerable<string> Calls(ChatResponse response)
    {
        if (response.ToolPlan is { Length: > 0 } plan)
        {
            yield return "Plan: " + OneLine(plan, 500);
        }

        foreach (ToolCall call in response.ToolCalls)
        {
            yield return "Calls " + OneLine(call.ToString(), 500);
        }
    }

    private static string Source(CitedSource source, bool isTold) =>
        OneLine(source.Title, 100)
        + (source.Excerpt is { } text && !isTold ? ": " + OneLine(text, 100) : string.Empty)
        + (source.Id is { } id ? $" ({OneLine(id, 60)})" : string.Empty)
        + (source.Address is { } address ? " " + OneLine(address.AbsoluteUri, 200) : string.Empty);

    private static string Passages(CitedSource source) => string.Join("; ", source.Passages.Select(passage => OneLine(passage, 100)));

    private static string Facts(ChatResponse response) => FormattableString.Invariant(
        $"({OneLine(response.Model, 60)}, {response.FinishReason}, {response.Usage.InputTokens} {(response.Usage.InputTokens == 1 ? "token" : "tokens")} in, {response.Usage.OutputTokens} out, {response.Elapsed.TotalSeconds:0.0} s)");

    /// <summary>A transcription for the screen: its text, and a line of facts.</summary>
    /// <param name="transcription">The transcription.</param>
    public static string Transcription(Transcription transcription) => Sanitize(transcription.Text.TrimEnd()) + Environment.NewLine + FormattableString.Invariant(
        $"({OneLine(System.IO.Path.GetFileName(transcription.Path), 60)}, {OneLine(transcription.Language, 20)}, {OneLine(transcription.Model, 60)}, {transcription.Elapsed.TotalSeconds:0.0} s)");

    /// <summary>The file name of a parsed document, without the query of an address.</summary>
    /// <param name="document">The document.</param>
    /// <param name="length">The maximum number of characters.</param>
    public static string DocumentName(ParsedDocument document, int length) => OneLine(
        document.Path is { } path ? System.IO.Path.GetFileName(path)
        : document.Uri is { } uri ? uri.AbsolutePath.TrimEnd('/').Split('/').Last() is { Length: > 0 } name ? Uri.UnescapeDataString(name) : uri.Host
        : string.Empty,
        length);

    /// <summary>A message for the screen: its text, and its other content.</summary>
    /// <param name="message">The message.</param>
    public static string Message(ChatMessage message)
    {
        int images = message.Content.Count(part => part.Type == ChatContentType.ImageUrl);
        string calls = string.Join(", ", message.ToolCalls);
        return Sanitize(message.Text)
            + (images > 0 ? FormattableString.Invariant($" [{images} image(s)]") : string.Empty)
            + (calls.Length > 0 ? " " + OneLine(calls, 500) : string.Empty);
    }

    /// <summary>The parameters of a tool, with an asterisk for required ones: <c>Path*, Filter</c>.</summary>
    /// <param name="tool">The tool.</param>
    public static string Parameters(ChatTool tool)
    {
        JsonElement schema = tool.Function.Parameters;
        string[] required = schema.TryGetProperty("required", out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(name => name.ToString()).ToArray()
            : [];
        return schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? Sanitize(string.Join(", ", properties.EnumerateObject().Select(property => required.Contains(property.Name) ? property.Name + "*" : property.Name)))
            : string.Empty;
    }

    /// <summary>The first numbers of an embedding, enough to distinguish it from another one.</summary>
    /// <param name="embedding">The embedding.</param>
    public static string Numbers(Embedding embedding) =>
        Beginning(embedding.Vector, number => number.ToString("0.000", CultureInfo.InvariantCulture))
        ?? Beginning(embedding.Int8, number => number.ToString(CultureInfo.InvariantCulture))
        ?? Beginning(embedding.Uint8, number => number.ToString(CultureInfo.InvariantCulture))
        ?? Beginning(embedding.Binary, number => number.ToString(CultureInfo.InvariantCulture))
        ?? Beginning(embedding.Ubinary, number => number.ToString(CultureInfo.InvariantCulture))
        ?? OneLine(embedding.Base64, 24);

    private static string? Beginning<T>(T[]? numbers, Func<T, string> toText) => numbers is null
        ? null
        : string.Join(" ", numbers.Take(3).Select(toText)) + (numbers.Length > 3 ? " …" : string.Empty);

    /// <summary>An event of a stream for the screen: the text that it adds.</summary>
    /// <param name="item">The event.</param>
    public static string Event(ChatStreamEvent item) => OneLine(
        item.Text ?? item.Thinking ?? item.ToolPlan ?? item.ToolCall?.ToString() ?? item.Citation?.ToString() ?? item.FinishReason?.ToString(),
        500);
}
