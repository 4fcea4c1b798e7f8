using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace CohereShell;

/// <summary>Text of a model made fit for a screen. For the views of the module.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DisplayText
{
    /// <summary>
    /// The text with its control characters made visible: an escape sequence from a model must not be able to rewrite
    /// the screen, the title or the clipboard. Line breaks and tabs stay.
    /// </summary>
    /// <param name="text">The text.</param>
    public static string Sanitize(string? text)
    {
        if (text is null || !text.Any(IsHarmful))
        {
            return text ?? string.Empty;
        }

        var result = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            result.Append(!IsHarmful(character) ? character : character < 0x20 ? (char)(0x2400 + character) : '\ufffd');
        }

        return result.ToString();
    }

    /// <summary>The beginning of the text on one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The most characters.</param>
    public static string OneLine(string? text, int length)
    {
        string line = Sanitize(text).Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ').Trim();
        return line.Length <= length ? line : line.Substring(0, length - 1) + '…';
    }

    /// <summary>What an answer shows: its text, the tools that it calls, its sources, and a line of facts.</summary>
    /// <param name="response">The answer.</param>
    public static string Answer(ChatResponse response) => response.Text.Length > 0
        ? Sanitize(response.Text.TrimEnd()) + Environment.NewLine + Remainder(response)
        : Remainder(response);

    /// <summary>The same without the text, for an answer that was shown as it arrived.</summary>
    /// <param name="response">The answer.</param>
    public static string Remainder(ChatResponse response)
    {
        var lines = new List<string>();
        if (response.ToolPlan is { Length: > 0 } plan)
        {
            lines.Add("Plan: " + OneLine(plan, 500));
        }

        lines.AddRange(response.ToolCalls.Select(call => "Calls " + OneLine(call.ToString(), 500)));
        lines.AddRange(response.Citations.Select((citation, index) =>
            FormattableString.Invariant($"[{index + 1}] {OneLine(citation.Text, 100)} <- {OneLine(string.Join(", ", citation.Sources), 100)}")));
        lines.Add(FormattableString.Invariant(
            $"({OneLine(response.Model, 60)}, {response.FinishReason}, {response.Usage.InputTokens} tokens in, {response.Usage.OutputTokens} out, {response.Elapsed.TotalSeconds:0.0} s)"));
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>What a transcription shows: its text, and a line of facts.</summary>
    /// <param name="transcription">The transcription.</param>
    public static string Transcription(Transcription transcription) => Sanitize(transcription.Text.TrimEnd()) + Environment.NewLine + FormattableString.Invariant(
        $"({OneLine(System.IO.Path.GetFileName(transcription.Path), 60)}, {OneLine(transcription.Language, 20)}, {OneLine(transcription.Model, 60)}, {transcription.Elapsed.TotalSeconds:0.0} s)");

    /// <summary>What a message shows: its text, and what else it holds.</summary>
    /// <param name="message">The message.</param>
    public static string Message(ChatMessage message)
    {
        int images = message.Content.Count(part => part.Type == ChatContentType.ImageUrl);
        string calls = string.Join(", ", message.ToolCalls);
        return Sanitize(message.Text)
            + (images > 0 ? FormattableString.Invariant($" [{images} image(s)]") : string.Empty)
            + (calls.Length > 0 ? " " + OneLine(calls, 500) : string.Empty);
    }

    /// <summary>The parameters of a tool, those that have to be given with an asterisk: <c>Path*, Filter</c>.</summary>
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

    /// <summary>The first numbers of an embedding: enough to tell it from another one.</summary>
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

    /// <summary>What an event of a stream shows: the piece that it brings.</summary>
    /// <param name="item">The event.</param>
    public static string Event(ChatStreamEvent item) => OneLine(
        item.Text ?? item.Thinking ?? item.ToolPlan ?? item.ToolCall?.ToString() ?? item.Citation?.ToString() ?? item.FinishReason?.ToString(),
        500);

    // C0 but for tab and line breaks, DEL, C1, and the marks that turn the direction of writing around.
    private static bool IsHarmful(char character) =>
        (char.IsControl(character) && character is not ('\t' or '\n' or '\r'))
        || character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
