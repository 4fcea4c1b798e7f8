using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>Composes the answer to a request from the request alone.</summary>
internal static class ChatComposer
{
    private const int QuoteLength = 400;
    private const int MaxWords = 20000;
    private static readonly Regex WordCount = new(@"(?<!\d)(\d{1,5}) words\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    private static readonly string[] Filler = "the emulator adds one plain word after another until there are as many as you asked for".Split(' ');

    internal static ChatAnswer Compose(ChatInput request)
    {
        ToolStep step = ToolCaller.Choose(request);

        // A model that thinks plans its calls in its thoughts.
        ChatAnswer answer = step.Calls.Count > 0
            ? new ChatAnswer { ToolPlan = request.Thinks ? string.Empty : ToolCaller.Plan(request, step.Calls), ToolCalls = step.Calls, FinishReason = "TOOL_CALL" }
            : Asking(request, step.Question);
        answer = answer with { Thinking = Thinking(request) };
        return (ChatFailure.Asked(request) ?? step.Failure) is { } failure ? failure.Of(answer) : Limit(request, answer);
    }

    private static ChatAnswer Asking(ChatInput request, string question)
    {
        if (question.Length == 0)
        {
            return Content(request);
        }

        // The question comes last, because citations count from the start of the text.
        string found = request.ToolResults.Count > 0 ? Content(request).Text + " " : string.Empty;
        return (found.Length > 0 ? Content(request) : new ChatAnswer()) with { Text = found + question };
    }

    private static ChatAnswer Content(ChatInput request)
    {
        if (request.WantsJson)
        {
            return new ChatAnswer { Text = JsonAnswer.Write(request) };
        }

        if (request.ToolResults.Count > 0)
        {
            return GroundedAnswer.FromTools(request);
        }

        return request.Documents.Count > 0 ? GroundedAnswer.FromDocuments(request) : new ChatAnswer { Text = Plain(request) };
    }

    private static string Plain(ChatInput request)
    {
        ChatTurn last = request.LastUserTurn;
        var text = new StringBuilder();
        if (last.Text.Length > 0)
        {
            text.Append("You said: \"").Append(Words.Shorten(last.Text, QuoteLength)).Append("\". ");
        }

        AppendImages(text, last.Images);
        AppendHistory(text, request);
        text.Append("I am an emulator: I make my answers from your request alone, and the same request gets the same answer every time.");
        return WordCount.Match(last.Text) is { Success: true } match
            ? Filled(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            : text.ToString();
    }

    private static void AppendImages(StringBuilder text, IReadOnlyList<string> images)
    {
        if (images.Count == 0)
        {
            return;
        }

        string count = images.Count == 1 ? "1 image" : images.Count.ToString(CultureInfo.InvariantCulture) + " images";
        text.Append("You sent ").Append(count).Append(": ").Append(string.Join(", ", images.Select(Describe))).Append(". ");
    }

    private static string Describe(string url)
    {
        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return url;
        }

        int end = url.IndexOfAny([';', ',']);
        string type = url.Substring(5, (end < 0 ? url.Length : end) - 5);
        return FormattableString.Invariant($"{type} of {Bytes(url)} bytes");
    }

    private static int Bytes(string dataUrl)
    {
        string data = dataUrl.Substring(dataUrl.IndexOf(',') + 1).TrimEnd('=');
        return data.Length * 3 / 4;
    }

    private static void AppendHistory(StringBuilder text, ChatInput request)
    {
        if (request.Turns.FirstOrDefault(turn => turn.Role == "system") is { } system)
        {
            text.Append("My instructions are: \"").Append(Words.Shorten(system.Text, QuoteLength)).Append("\". ");
        }

        string[] said = request.Turns.Where(turn => turn.Role == "user").Select(turn => turn.Text).ToArray();
        if (said.Length > 1)
        {
            text.Append("This is turn ").Append(said.Length).Append(" of our conversation; before that you said: \"")
                .Append(Words.Shorten(said[said.Length - 2], QuoteLength)).Append("\". ");
        }
    }

    private static string Filled(int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < Math.Min(count, MaxWords); i++)
        {
            text.Append(i == 0 ? string.Empty : " ").Append(Filler[i % Filler.Length]);
        }

        return text.Append('.').ToString();
    }

    private static string Thinking(ChatInput request)
    {
        if (!request.Thinks)
        {
            return string.Empty;
        }

        string about = request.ToolResults.Count > 0 ? "The tools have answered, so I use what they returned."
            : request.Documents.Count > 0 ? "There are documents, so I look for the sentences that fit the question."
            : request.Tools.Count > 0 ? "There are tools, so I look for one that fits."
            : "There is nothing to look up, so I answer from the request itself.";
        string thinking = $"The user wants: \"{Words.Shorten(request.LastUserTurn.Text, QuoteLength)}\". {about} I keep it short.";
        return request.TokenBudget is { } budget ? Tokens.Take(thinking, (int)budget) : thinking;
    }

    // Like a model that writes token by token: a stop sequence counts only if it's within the token limit.
    private static ChatAnswer Limit(ChatInput request, ChatAnswer answer)
    {
        string text = answer.Text;
        int stop = request.StopSequences.Select(sequence => text.IndexOf(sequence, StringComparison.Ordinal))
            .Where(index => index >= 0).DefaultIfEmpty(-1).Min();
        if (stop >= 0)
        {
            answer = Cut(answer, answer.Thinking, text.Substring(0, stop), "STOP_SEQUENCE");
        }

        if (request.MaxTokens is not { } max || answer.ToolCalls.Count > 0 || answer.OutputTokens <= max)
        {
            return answer;
        }

        string thinking = Tokens.Take(answer.Thinking, (int)max);
        string kept = Tokens.Take(answer.Text, (int)max - Tokens.Count(thinking));
        return Cut(answer, thinking, kept, "MAX_TOKENS");
    }

    private static ChatAnswer Cut(ChatAnswer answer, string thinking, string text, string reason) => answer with
    {
        Thinking = thinking,
        Text = text,
        Citations = answer.Citations.Where(citation => citation.End <= text.Length).ToArray(),
        FinishReason = reason,
    };
}
